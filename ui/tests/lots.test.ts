// 批次: what is left of each lot here and elsewhere, given back by whoever may, and at the hub given to a till.
import { cleanup, render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import TillWindow from "../src/till/TillWindow.svelte";
import { wait } from "./support/keys";
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

async function page(): Promise<void> {
  render(TillWindow, { host, sounds });
  await settled();
  await key("F10");
  await tap("open-lots");
}

const row = (code: string): HTMLElement => {
  const found = screen.getAllByTestId("lot").find((one) => one.dataset["lot"] === code);
  if (found === undefined) throw new Error(`no lot ${code}`);
  return found;
};

async function choose(code: string): Promise<void> {
  row(code).click();
  await settled();
}

describe("the page of lots", () => {
  it("shows what is left of each here and elsewhere, what is overdrawn first", async () => {
    await page();
    expect(screen.getAllByTestId("lot").map((one) => one.dataset["lot"])).toEqual(
      host.lots.lots.map((one) => one.lot),
    );
    expect(text("lot-over")).toBe("多卖了 2 盒");
    expect(row("L0301").textContent.replaceAll(/\s+/g, " ").trim()).toBe(
      "土蜂蜜 500g L0301 石门村 · 王桂兰等 3 户 本机还剩 18 瓶 本机卖了 12 别处 170",
    );
    // Its own is nowhere else, and what does not run out has no number.
    expect(row("L0302").textContent).toContain("—");
    expect(row("L0309").textContent).toContain("不限量");
    await choose("L0301");
    expect(text("lot-part")).toBe("30 瓶");
    await chooseLanguage("en");
    expect(screen.getByTestId("lots-page").textContent).not.toMatch(/本机|批次/);
  });

  it("a part goes back by whoever may, all of it or so much, and a double press is one", async () => {
    await page();
    await choose("L0301");
    await tap("lot-give-back");
    await type("5");
    await key("Enter");
    await key("Enter");
    expect(host.lots.given_back).toMatchObject([{ lot: "L0301", quantity: "5" }]);
    expect(text("message")).toContain("已退回 5 瓶");
    await tap("lot-give-back");
    const release = host.hold("give_back_lot");
    screen.getByTestId("set").click();
    screen.getByTestId("set").click();
    release();
    await settled();
    expect(host.lots.given_back.map((one) => one.quantity)).toEqual(["5", null]);
    // What came in here goes back to nobody.
    await choose("L0302");
    expect(shown("lot-give-back")).toBe(false);
  });

  it("what the core refuses is said, and nothing is taken for done", async () => {
    await page();
    await choose("L0301");
    await tap("lot-give-back");
    host.refusals.set("give_back_lot", { code: "more_than_left", message: "没有那么多。", line: null });
    await type("99");
    await key("Enter");
    expect(text("message")).toBe("没有那么多。");
    expect(shown("typed")).toBe(true);
    await key("Escape");
    expect(shown("lot-parts")).toBe(true);
  });

  it("who may not is told who may", async () => {
    host.lots.may_share = false;
    host.lots.share();
    await page();
    await choose("L0301");
    expect(text("lots-may-not")).toContain("F12");
    expect([shown("lot-give-back"), shown("lot-give"), shown("lot-evenly")]).toEqual([false, false, false]);
  });

  it("at the hub shows who has what, and gives to one or evenly", async () => {
    host.lots.share();
    await page();
    await choose("L0301");
    expect(screen.getAllByTestId("lot-node").map((one) => one.dataset["node"])).toEqual(["T3", "T1", "T2"]);
    expect(text("lot-undistributed")).toContain("80");
    await tap("lot-give", 1);
    expect(screen.getByTestId("typed").textContent).toContain("80");
    await type("25");
    await key("Enter");
    expect(text("message")).toContain("已分给 T1：25 瓶");
    await tap("lot-evenly");
    expect(host.lots.allotted).toEqual([
      { lot: "L0301", node: "T1", quantity: "25" },
      { lot: "L0301", node: null, quantity: null },
    ]);
  });

  it("is searched by typing, moved through with the arrows, looked at anew by itself, and left by a scan", async () => {
    await page();
    await key("ArrowDown");
    await key("ArrowDown");
    expect(row("L0301").getAttribute("aria-pressed")).toBe("true");
    await type("cz");
    expect(host.last("lots")).toEqual({ query: "cz" });
    expect(shown("lots-none")).toBe(true);
    await key("Escape");
    expect(screen.getAllByTestId("lot")).toHaveLength(5);
    host.lots.lots = host.lots.lots.map((one) => (one.lot === "L0301" ? { ...one, left: "11" } : one));
    wait(5_000);
    await settled();
    expect(row("L0301").textContent).toContain("11");
    await scan(HONEY);
    expect([shown("lots-page"), lines().length]).toEqual([false, 1]);
    await key("F10");
    await tap("open-lots");
    await key("Escape");
    expect(shown("more-page")).toBe(true);
  });
});

describe("the header", () => {
  it.each(["open-lots", "open-data", "open-guide"])("is heard while the page of %s is open", async (page) => {
    render(TillWindow, { host, sounds });
    await settled();
    for (const [asked, seen] of [
      ["show-more", "more-page"],
      ["show-shift", "shift"],
    ] as const) {
      await key("F10");
      await tap(page);
      expect(shown("more-page")).toBe(false);
      await tap(asked);
      expect(shown(seen)).toBe(true);
      await key("Escape");
    }
  });
});
