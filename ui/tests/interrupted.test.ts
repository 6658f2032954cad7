// A power cut: the paper of the last receipt and the sale that was not paid are offered, and a scan goes past them.
import { cleanup, render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import TillWindow from "../src/till/TillWindow.svelte";
import { key, lines, scan, settled, shown, tap, text, type } from "./support/screen";
import { TestHost } from "./support/test-host";

const HONEY = "6900000000017";
const TEA = "6900000000024";
const RECEIPT = { number: "T1-000001", kind: "sale", net_fen: 5990, change_fen: 4010 } as const;

let host: TestHost;
const sounds = { scanned: () => undefined, refused: () => undefined };

async function opened(): Promise<void> {
  render(TillWindow, { host, sounds });
  await settled();
}

beforeEach(() => {
  vi.useFakeTimers();
  host = new TestHost();
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

describe("the receipt of which nobody knows whether it was printed", () => {
  beforeEach(() => (host.interrupted = { receipt: RECEIPT, sale: null }));

  it("is offered with its sum and its change, and printed again as such", async () => {
    await opened();
    expect(text("interrupted-receipt")).toBe("T1-000001 已收好（59.90 元，找零 40.10），小票打了吗？");
    await tap("interrupted-reprint");
    expect(host.last("print_receipt")).toEqual({ number: "T1-000001", reprint: true });
    expect(shown("interrupted")).toBe(false);
    expect(text("message")).toContain("已补打 T1-000001");
  });

  it("stays where the printer fails, and says why", async () => {
    await opened();
    host.refusals.set("print_receipt", { code: "paper_failed", message: "打印机没反应。", line: null });
    await key("F5");
    expect(text("message")).toBe("打印机没反应。");
    expect(shown("interrupted-receipt")).toBe(true);
  });

  it("“不用” is kept, and keys do what they do", async () => {
    await opened();
    await key("F3");
    expect(shown("receipts")).toBe(true);
    expect(shown("interrupted-receipt")).toBe(true);
    await tap("interrupted-no-need");
    expect(host.last("deal_with_receipt")).toEqual({ number: "T1-000001" });
    expect(shown("interrupted")).toBe(false);
  });

  it("a scan goes onto the sale and past it", async () => {
    await opened();
    await scan(HONEY);
    expect(lines()).toHaveLength(1);
    expect(shown("interrupted")).toBe(false);
    expect(host.last("deal_with_receipt")).toEqual({ number: "T1-000001" });
  });

  it("a refund's slip is asked for as one", async () => {
    host.interrupted = { receipt: { ...RECEIPT, kind: "refund", change_fen: 0 }, sale: null };
    await opened();
    expect(text("interrupted-receipt")).toBe("T1-000001 已退好（退 59.90 元），退货单打了吗？");
  });

  it("at a locked till it waits for somebody to sign in", async () => {
    host.staff_asked = true;
    await opened();
    expect(host.count("interrupted")).toBe(0);
    await tap("staff-member");
    await type("1111");
    await key("Enter");
    expect(host.signed_in).not.toBeNull();
    expect(shown("interrupted-receipt")).toBe(true);
  });

  it("of a sale that she has gone on from nothing is asked later", async () => {
    host.interrupted = { receipt: null, sale: null };
    await opened();
    await scan(HONEY);
    await key("F9");
    host.refusals.set("print_receipt", { code: "paper_failed", message: "打印机没反应。", line: null });
    await key("Enter");
    expect(shown("done")).toBe(true);
    expect(host.count("deal_with_receipt")).toBe(0);
    await scan(TEA);
    expect(host.last("deal_with_receipt")).toEqual({ number: "T3-000128" });
  });
});

describe("the sale that was not paid", () => {
  async function cut(): Promise<void> {
    await opened();
    await scan(HONEY);
    await scan(TEA);
    vi.advanceTimersByTime(1100);
    await settled();
    // The core puts it on hold when it is opened again.
    const { standing } = host;
    if (standing === null) throw new Error("nothing was kept");
    host.aside.set(standing.id, { ...standing, remark: "断电前没收款" });
    cleanup();
    host.interrupted.sale = (await host.call("held_sales", {}))[0] ?? null;
    await opened();
  }

  it("is kept a second after a scan, once, and not when nothing has changed", async () => {
    await opened();
    await scan(HONEY);
    expect(host.count("keep_standing")).toBe(0);
    vi.advanceTimersByTime(1100);
    await settled();
    expect(host.standing?.draft.lines.map((line) => line.product)).toEqual(["honey"]);
    vi.advanceTimersByTime(5000);
    await settled();
    expect(host.count("keep_standing")).toBe(1);
  });

  it("is kept under the id that it is recorded under, and is gone with it", async () => {
    await opened();
    await scan(HONEY);
    vi.advanceTimersByTime(1100);
    await settled();
    const id = host.standing?.id;
    await key("F9");
    await key("Enter");
    expect((host.last("record_sale") as { id: string }).id).toBe(id);
    vi.advanceTimersByTime(1100);
    await key("Enter");
    expect(host.standing).toBeNull();
  });

  it("is offered after a power cut and goes on where it was", async () => {
    await cut();
    expect(lines()).toHaveLength(0);
    expect(text("interrupted-sale")).toContain("断电前还有 2 行货没收款");
    expect(text("interrupted-sale")).toContain("土蜂蜜");
    await key("F5");
    expect(lines()).toHaveLength(2);
    expect(shown("interrupted")).toBe(false);
  });

  it("is given up with two presses", async () => {
    await cut();
    await tap("interrupted-give-up");
    expect(text("interrupted-give-up")).toBe("再点一次放弃");
    await tap("interrupted-give-up");
    expect(host.aside.size).toBe(0);
    expect(shown("interrupted")).toBe(false);
  });

  it("a scan begins another sale and loses nothing", async () => {
    await cut();
    await scan(TEA);
    expect(lines()).toHaveLength(1);
    expect(shown("interrupted")).toBe(false);
    expect(text("message")).toContain("断电前没收款的那一单挂着");
    expect(text("held-count")).toBe("挂单 1");
  });

  it("sells all the same where it cannot be kept", async () => {
    await opened();
    host.refusals.set("keep_standing", { code: "disk_full", message: "硬盘满了。", line: null });
    await scan(HONEY);
    vi.advanceTimersByTime(1100);
    await settled();
    expect(screen.queryByTestId("message")).toBeNull();
    await scan(TEA);
    expect(lines()).toHaveLength(2);
  });
});
