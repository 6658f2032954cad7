// The guide from the help key, and the first steps: read at the till, and in nobody's way.
import { cleanup, render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import TillWindow from "../src/till/TillWindow.svelte";
import { guideIn } from "../src/guide/pages";
import { LANGUAGES } from "../src/lib/i18n/words";
import { chooseLanguage, key, lines, scan, settled, shown, tap, text, type } from "./support/screen";
import { TestHost } from "./support/test-host";

const HONEY = "6900000000017";

let host: TestHost;
const sounds = { scanned: () => undefined, refused: () => undefined };

beforeEach(() => {
  vi.useFakeTimers();
  host = new TestHost();
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

async function opened(): Promise<void> {
  render(TillWindow, { host, sounds });
  await settled();
}

describe("the guide", () => {
  it("is docs/guide.md in each language, with its pictures among the window's files", () => {
    expect(guideIn("zh-Hans")).toContain("<h1>收银员十分钟上手</h1>");
    expect(guideIn("en")).toContain("<h1>The till in ten minutes</h1>");
    expect(guideIn("en")).not.toMatch(/\p{Script=Han}/u);
    expect(guideIn("zh-Hant")).toContain("<h1>收銀員十分鐘上手</h1>");
    for (const language of LANGUAGES) {
      for (const [, picture] of guideIn(language).matchAll(/<img src="([^"]*)"/g)) {
        expect(picture).toMatch(/^\/.*\.png$/);
      }
    }
  });

  it("opens from the map of keys, follows the language, and is left by Esc", async () => {
    await opened();
    await key("F1");
    await tap("keys-guide");
    expect(shown("keys-page")).toBe(false);
    expect(text("guide-text")).toContain("收银员十分钟上手");
    expect(document.activeElement).toBe(screen.getByTestId("guide-text"));
    await chooseLanguage("en");
    expect(text("guide-text")).toContain("The till in ten minutes");
    await key("Escape");
    expect(shown("guide-page")).toBe(false);
  });

  it("scrolls by the keys that scroll, and none of them means the sale behind it", async () => {
    await opened();
    await scan(HONEY);
    await key("F10");
    await tap("open-guide");
    await key("Delete");
    await type("mf");
    await key("PageDown");
    expect(shown("guide-page")).toBe(true);
    expect(host.count("find_products")).toBe(0);
    // A key of its own is seen to do what it does.
    await key("F9");
    expect(shown("guide-page")).toBe(false);
    expect(lines()).toHaveLength(1);
    expect(shown("complete")).toBe(true);
  });

  it("makes way for whoever has to sign in", async () => {
    host.staff_asked = true;
    host.signed_in = { code: "01", name: "李小梅", role: "cashier", demo_pin: "1111" };
    await opened();
    await key("F1");
    await tap("keys-guide");
    host.signed_in = null;
    await chooseLanguage("en");
    expect([shown("guide-page"), shown("sign-in")]).toEqual([false, true]);
    await tap("staff-member");
    await type("1111");
    await key("Enter");
    expect(host.count("sign_in")).toBe(1);
  });

  it("is left by a scan, which adds the line", async () => {
    await opened();
    await key("F1");
    await tap("keys-guide");
    await scan(HONEY);
    expect(shown("guide-page")).toBe(false);
    expect(lines()).toHaveLength(1);
  });
});

describe("the first steps", () => {
  const shownSteps = async (): Promise<void> => {
    await vi.waitFor(() => expect(shown("first-steps")).toBe(true));
  };
  const noSteps = (): void => expect(shown("first-steps")).toBe(false);

  beforeEach(() => {
    host.guide_due = true;
  });

  it("point at the real parts one after the other, by keys alone, and are remembered", async () => {
    await opened();
    await shownSteps();
    const titles: string[] = [];
    for (let step = 0; step < 6; step += 1) {
      titles.push(text("first-steps").slice(0, 3));
      document.activeElement?.dispatchEvent(new KeyboardEvent("keyup", { key: "ArrowRight", bubbles: true }));
      // It is drawn with the next frame.
      await vi.advanceTimersByTimeAsync(50);
      await settled();
    }
    expect(new Set(titles).size).toBe(6);
    noSteps();
    expect(host.count("guide_seen")).toBe(1);
  });

  it("are skipped with one key", async () => {
    await opened();
    await shownSteps();
    document.activeElement?.dispatchEvent(new KeyboardEvent("keyup", { key: "Escape", bubbles: true }));
    await settled();
    noSteps();
    expect(host.count("guide_seen")).toBe(1);
  });

  it("are ended by a scan, which adds the line", async () => {
    await opened();
    await shownSteps();
    await scan(HONEY);
    noSteps();
    expect(lines()).toHaveLength(1);
    expect(host.count("guide_seen")).toBe(1);
  });

  it("are not shown to whoever has seen them, and come again from the help", async () => {
    host.guide_due = false;
    await opened();
    await settled();
    noSteps();
    await key("F1");
    await tap("keys-first-steps");
    await shownSteps();
    expect(shown("keys-page")).toBe(false);
    await key("F9");
    noSteps();
    expect(host.count("guide_seen")).toBe(0);
  });
});
