// A shift is closed while a sale is on hold: it is asked what becomes of it.
import { cleanup, render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import TillWindow from "../src/till/TillWindow.svelte";
import { key, lines, scan, settled, shown, tap, text, type } from "./support/screen";
import { TestHost } from "./support/test-host";

const HONEY = "6900000000017";
const TEA = "6900000000024";

let host: TestHost;
const sounds = { scanned: () => undefined, refused: () => undefined };
const page = (): string | undefined => screen.queryByTestId("shift")?.dataset["page"];

async function later(): Promise<void> {
  vi.advanceTimersByTime(700);
  await settled();
}

/** One sale is on hold, and F9 on the shift's page begins to close it. */
beforeEach(async () => {
  vi.useFakeTimers();
  host = new TestHost();
  render(TillWindow, { host, sounds });
  await settled();
  await scan(HONEY);
  await key("F6");
  await key("F6");
  await key("F8");
  await key("F9");
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

async function counted(): Promise<void> {
  await type("2");
  await key("F9");
  await later();
  await key("F9");
  await settled();
}

describe("closing a shift with a held sale", () => {
  it("asks, and says whose it is and what is in it", () => {
    expect(page()).toBe("held");
    expect(text("shift")).toContain("还挂着 1 单，怎么办？");
    for (const part of ["李小梅", "土蜂蜜", "45.00"]) expect(text("held-at-close")).toContain(part);
  });

  it("“去取单” opens the list, and the sale is taken back from it", async () => {
    await tap("held-fetch");
    expect(shown("held")).toBe(true);
    await key("Enter");
    expect(lines()).toHaveLength(1);
  });

  it("“留给下一班” goes on to the count, closes, and the next shift hears of it", async () => {
    await later();
    await key("Enter");
    expect(page()).toBe("count");
    await counted();
    await later();
    await key("Enter");
    expect(page()).toBe("closed");
    expect(host.aside.size).toBe(1);
    await later();
    await key("Enter");
    await later();
    await key("Enter");
    expect(page()).toBeUndefined();
    expect(text("message")).toBe("还挂着 1 单（李小梅），点“取单”拿回来。");
    expect(text("held-count")).toBe("挂单 1");
  });

  it("“返回” closes nothing", async () => {
    await key("Escape");
    expect(page()).toBe("reading");
    expect(host.count("count_drawer")).toBe(0);
  });

  it("the second press of a double one answers nothing", async () => {
    await key("Enter");
    expect(page()).toBe("held");
  });

  it("one that is held after the answer is asked for too", async () => {
    await later();
    await key("Enter");
    await counted();
    await scan(TEA);
    // What was counted stands on the screen: a scan is refused there, and the sale is put aside from the till.
    await key("Escape");
    await key("Escape");
    await scan(TEA);
    await key("F6");
    await key("F6");
    await key("F8");
    await key("F9");
    expect(page()).toBe("held");
    expect(screen.getAllByTestId("held-at-close")).toHaveLength(2);
  });

  it("a scan goes onto a sale, and nothing is closed", async () => {
    await scan(TEA);
    expect(page()).toBeUndefined();
    expect(lines()).toHaveLength(1);
  });
});
