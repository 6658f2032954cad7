// 挂单 and 取单: a sale put aside before it is paid, and taken back.
import { cleanup, render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { HoldSale, RecallSale, RecordSale } from "../src/lib/host";
import TillWindow from "../src/till/TillWindow.svelte";
import { key, lines, scan, settled, shown, tap, text, type } from "./support/screen";
import { TestHost } from "./support/test-host";

const HONEY = "6900000000017";
const TEA = "6900000000024";
const ORANGES = "6900000000031";

let host: TestHost;
const sounds = { scanned: () => undefined, refused: () => undefined };

async function opened(): Promise<void> {
  render(TillWindow, { host, sounds });
  await settled();
}

async function remark(words: string): Promise<void> {
  const field = screen.getByTestId("hold-remark") as HTMLInputElement;
  field.value = words;
  field.dispatchEvent(new Event("input", { bubbles: true }));
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

describe("holding a sale", () => {
  it("F6 asks for a remark, F6 again holds; the header counts, and the next sale begins", async () => {
    await scan(HONEY);
    await scan(TEA);
    await key("F6");
    expect(document.activeElement).toBe(screen.getByTestId("hold-remark"));
    expect(host.count("hold_sale")).toBe(0);
    await remark("红衣服大姐");
    await key("F6");
    const held = host.last("hold_sale") as HoldSale;
    expect(held.remark).toBe("红衣服大姐");
    expect(held.draft.lines.map((line) => line.product)).toEqual(["honey", "tea"]);
    expect(lines()).toHaveLength(0);
    expect(text("held-count")).toBe("挂单 1");
    expect(text("message")).toContain("已挂单（红衣服大姐）");
  });

  it("a scan while the remark is asked for still adds to the sale, and not to the remark", async () => {
    await scan(HONEY);
    await key("F6");
    await scan(TEA);
    expect(lines()).toHaveLength(2);
    expect((screen.getByTestId("hold-remark") as HTMLInputElement).value).toBe("");
    await key("Enter");
    expect((host.last("hold_sale") as HoldSale).draft.lines).toHaveLength(2);
  });

  it("with nothing on the screen F6 shows what is held", async () => {
    await key("F6");
    expect(shown("held")).toBe(true);
    expect(text("held")).toContain("没有挂着的单");
    expect(host.count("hold_sale")).toBe(0);
  });

  it("waits for a weight that is asked for: the sale is not whole without it", async () => {
    await scan(HONEY);
    await key("F6");
    await scan(ORANGES);
    await key("F6");
    expect(host.count("hold_sale")).toBe(0);
    expect(text("message")).toContain("先输入重量");
  });

  it("what the core refuses stays on the screen", async () => {
    await scan(HONEY);
    await tap("hold");
    host.refusals.set("hold_sale", { code: "held_full", message: "已经挂了 100 单。", line: null });
    await tap("hold-set");
    expect(text("message")).toBe("已经挂了 100 单。");
    expect(lines()).toHaveLength(1);
  });
});

describe("taking one back", () => {
  beforeEach(async () => {
    await scan(HONEY);
    await tap("hold");
    await remark("甲");
    await tap("hold-set");
    await scan(TEA);
    await scan(HONEY);
  });

  it("shows time, remark, lines, goods and total", async () => {
    await key("F6", { shiftKey: true });
    const row = text("held-sale");
    for (const part of ["10:20", "甲", "1 行", "土蜂蜜 500g × 1", "45.00", "李小梅"]) {
      expect(row).toContain(part);
    }
    expect(text("held")).toContain("屏幕上这一单会先挂起来");
  });

  it("the sale on the screen is held in its place, and neither is lost nor mixed", async () => {
    await key("F6", { shiftKey: true });
    await key("Enter");
    const { standing } = host.last("recall_sale") as RecallSale;
    expect(standing?.draft.lines.map((line) => line.product)).toEqual(["tea", "honey"]);
    expect(lines()).toHaveLength(1);
    expect(text("total")).toBe("45.00");
    expect(text("held-count")).toBe("挂单 1");
    // And the other way round.
    await tap("held-count");
    expect(text("held-sale")).toContain("绿茶");
    screen.getByTestId("held-sale").querySelector("button")?.click();
    await settled();
    expect(lines()).toHaveLength(2);
    expect(host.aside.size).toBe(2);
  });

  it("keeps its id, so that it is recorded once and is held no more", async () => {
    const { id } = host.last("hold_sale") as HoldSale;
    await key("F6", { shiftKey: true });
    await key("Enter");
    await key("F9");
    await key("Enter");
    expect((host.last("record_sale") as RecordSale).id).toBe(id);
    expect(text("held-count")).toBe("挂单 1");
    vi.advanceTimersByTime(700);
    await key("Enter");
    await key("F6", { shiftKey: true });
    expect(screen.getAllByTestId("held-sale")).toHaveLength(1);
    expect(text("held-sale")).toContain("绿茶");
  });

  it("changed and held again it stands with its lines of now, under the same remark", async () => {
    await key("F6", { shiftKey: true });
    await key("Enter");
    await scan(TEA);
    await key("F6");
    expect((screen.getByTestId("hold-remark") as HTMLInputElement).value).toBe("甲");
    await key("Enter");
    expect(host.aside.size).toBe(2);
    expect(text("held-count")).toBe("挂单 2");
    await key("F6", { shiftKey: true });
    expect(screen.getAllByTestId("held-sale").some((row) => row.textContent?.includes("2 行"))).toBe(true);
  });

  it("is there again after a power cut, also while it stood on the screen", async () => {
    await key("F6", { shiftKey: true });
    await key("Enter");
    cleanup();
    await opened();
    expect(lines()).toHaveLength(0);
    expect(text("held-count")).toBe("挂单 2");
  });

  it("one that cannot be taken back leaves the screen as it was", async () => {
    host.refusals.set("recall_sale", {
      code: "no_such_held_sale",
      message: "这张挂单已经不在了。",
      line: null,
    });
    await key("F6", { shiftKey: true });
    await key("Enter");
    expect(text("message")).toBe("这张挂单已经不在了。");
    expect(lines()).toHaveLength(2);
  });

  it("deleting asks, and only the second press deletes", async () => {
    await key("F6", { shiftKey: true });
    await tap("drop-held");
    expect(text("drop-held")).toContain("再点一次删掉");
    expect(host.count("drop_held_sale")).toBe(0);
    vi.advanceTimersByTime(5000);
    await settled();
    await tap("drop-held");
    expect(host.count("drop_held_sale")).toBe(0);
    await key("Delete");
    expect(host.count("drop_held_sale")).toBe(1);
    expect(shown("held-count")).toBe(false);
    expect(lines()).toHaveLength(2);
  });

  it("a recalled sale that is cleared, asked twice, is gone; emptied line by line it is held still", async () => {
    await key("F6", { shiftKey: true });
    await key("Enter");
    await key("Delete");
    expect(host.aside.size).toBe(2);
    expect(text("held-count")).toBe("挂单 2");
    await key("F6", { shiftKey: true });
    await type("");
    await key("ArrowDown");
    await key("Enter");
    await tap("clear");
    await tap("clear");
    expect(host.aside.size).toBe(1);
  });
});
