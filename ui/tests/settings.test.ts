// How the window looks: chosen in two touches from every page, and kept at the till.
import { cleanup, render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import TillWindow from "../src/till/TillWindow.svelte";
import { key, lines, scan, settled, shown, tap, text, type } from "./support/screen";
import { TestHost } from "./support/test-host";

const HONEY = "6900000000017";
const TEA = "6900000000024";

let host: TestHost;
const sounds = { scanned: () => undefined, refused: () => undefined };
const root = document.documentElement;

async function opened(): Promise<void> {
  render(TillWindow, { host, sounds });
  await settled();
}

beforeEach(async () => {
  vi.useFakeTimers();
  host = new TestHost();
  await opened();
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

describe("the keys", () => {
  it("F1 shows them all, and a scan goes on to the sale", async () => {
    await key("F1");
    expect(text("key-pay")).toBe("F9");
    expect(text("key-recall")).toBe("Shift+F6");
    await scan(HONEY);
    expect(lines()).toHaveLength(1);
    expect(shown("keys-page")).toBe(false);
  });

  it("another key is chosen: it works at once, stands on the button, and the old one does nothing", async () => {
    await scan(HONEY);
    await key("F1");
    await tap("key-pay");
    await key("F11");
    expect(host.last("choose_keys")).toEqual({ keys: [{ page: "sale", action: "pay", key: "F11" }] });
    await key("Escape");
    expect(text("pay")).toContain("F11");
    await key("F9");
    expect(shown("complete")).toBe(false);
    await key("F11");
    expect(shown("complete")).toBe(true);
  });

  it("a key of another action is refused and named; the action's own default needs no choice", async () => {
    await key("F1");
    await tap("key-pay");
    await key("F6", { shiftKey: true });
    expect(host.count("choose_keys")).toBe(0);
    expect(text("message")).toContain("Shift+F6 已经是“取单”的键");
    await key("F11");
    await tap("key-pay");
    await key("F9");
    expect(host.last("choose_keys")).toEqual({ keys: [] });
  });

  it("each way to pay has its key, which stands on it and can be another", async () => {
    await scan(HONEY);
    await key("F9");
    expect(text("tender-wechat")).toBe("微信F3");
    await key("F3");
    expect(text("tender-current")).toContain("微信");
    await key("F2");
    expect(text("tender-current")).toContain("现金");
    await key("Escape");
    await key("F1");
    await tap("key-kind_2");
    await key("F11");
    expect(host.last("choose_keys")).toEqual({ keys: [{ page: "paying", action: "kind_2", key: "F11" }] });
    await key("Escape");
    await key("F9");
    await key("F3");
    expect(text("tender-current")).toContain("现金");
    await key("F11");
    expect(text("tender-current")).toContain("微信");
  });

  it("a letter, a digit or a sign is no key: it is typed and scanned", async () => {
    await key("F1");
    await tap("key-pay");
    for (const typed of ["a", "5", "+"]) {
      await type(typed);
      expect(text("message")).toContain(`“${typed}”要留给打字和扫码`);
    }
    expect(host.count("choose_keys")).toBe(0);
  });

  it("opens on the shift's page too, and Esc leads back there", async () => {
    await key("F8");
    await key("F1");
    expect(shown("keys-page")).toBe(true);
    await key("Escape");
    expect(shown("shift")).toBe(true);
  });

  it("a key with Ctrl is as good as another", async () => {
    await scan(HONEY);
    await key("F1");
    await tap("key-hold");
    await key("F6", { ctrlKey: true });
    await key("Escape");
    await key("F6");
    expect(shown("holding")).toBe(false);
    await key("F6", { ctrlKey: true });
    expect(shown("holding")).toBe(true);
  });
});

describe("a quantity before a scan", () => {
  it.each(["3*", "3x"])("%s and a scan is one line of three, once", async (typed) => {
    await type(typed);
    await scan(HONEY);
    expect(text("count")).toBe("3");
    await scan(TEA);
    expect(lines()).toHaveLength(2);
    expect(lines()[1]?.textContent).toContain("1 盒");
  });

  it("is no part of a search, and Esc forgets it", async () => {
    await type("12*");
    expect((screen.getByTestId("search") as HTMLInputElement).value).toBe("");
    await key("Escape");
    await scan(HONEY);
    expect(lines()[0]?.textContent).toContain("1 瓶");
  });

  it("x after letters is searched for", async () => {
    await type("a3x");
    expect((screen.getByTestId("search") as HTMLInputElement).value).toBe("a3x");
  });
});

describe("the look", () => {
  it("is chosen in two touches, worn at once and asked for by the till the next time", async () => {
    expect(root.dataset).toMatchObject({ theme: "day", textSize: "normal" });
    await tap("show-look");
    await tap("theme-night");
    expect(host.last("choose_look")).toEqual({ theme: "night", text_size: "normal" });
    expect(root.dataset["theme"]).toBe("night");
    await tap("text-large");
    expect(root.dataset).toMatchObject({ theme: "night", textSize: "large" });
    cleanup();
    root.dataset["theme"] = "day";
    await opened();
    expect(root.dataset).toMatchObject({ theme: "night", textSize: "large" });
  });

  it("stands in the way of no scan, and closes where it was opened", async () => {
    await tap("show-look");
    await scan(HONEY);
    expect(lines()).toHaveLength(1);
    expect(shown("look-strip")).toBe(true);
    await tap("show-look");
    expect(shown("look-strip")).toBe(false);
  });

  it.each([["sale"], ["paying"], ["shift"], ["receipts"]])("is reached from %s", async (page) => {
    await scan(HONEY);
    if (page === "paying") await key("F9");
    if (page === "shift") await key("F8");
    if (page === "receipts") await key("F3");
    await tap("show-look");
    await tap("theme-sun");
    expect(root.dataset["theme"]).toBe("sun");
    expect(screen.getByTestId("theme-sun").getAttribute("aria-checked")).toBe("true");
  });

  it("is what it was where the till could not keep it", async () => {
    host.refusals.set("choose_look", { code: "disk_full", message: "磁盘满了。", line: null });
    await tap("show-look");
    await tap("theme-night");
    expect(root.dataset["theme"]).toBe("day");
  });
});
