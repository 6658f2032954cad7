// 小票: a receipt found again, printed again, and goods and money given back.
import { cleanup, render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { RecordRefund, VoidSale } from "../src/lib/host";
import TillWindow from "../src/till/TillWindow.svelte";
import { wait } from "./support/keys";
import { key, lines, scan, settled, shown, tap, text, type } from "./support/screen";
import { TestHost } from "./support/test-host";

const HONEY = "6900000000017";
const QR = "jishi:T3-000128:a41f-9c02-77de";

let host: TestHost;
const sounds = { scanned: () => undefined, refused: () => undefined };

beforeEach(async () => {
  vi.useFakeTimers();
  host = new TestHost();
  render(TillWindow, { host, sounds });
  await settled();
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

async function openedOne(): Promise<void> {
  await scan(QR);
  expect(text("receipt")).toContain("T3-000128");
}

const tenders = (testid: string): string[] =>
  screen.queryAllByTestId(testid).map((row) => (row.textContent ?? "").replaceAll(/\s+/g, " ").trim());

describe("finding a receipt", () => {
  it("F3 lists the last ones, newest first: number, time, sum, tenders, what became of it", async () => {
    await key("F3");
    const rows = tenders("receipt-row");
    expect(rows[0]).toBe("T3-000128 303.72 10:28 微信 + 现金");
    expect(rows[2]).toContain("已作废");
    await key("ArrowDown");
    await key("ArrowUp");
    await key("Enter");
    expect(host.last("find_receipt")).toEqual({ text: "T3-000128" });
    expect(shown("receipt")).toBe(true);
  });

  it("its number is typed, on keys or on the screen's", async () => {
    await key("F3");
    await type("128");
    expect(text("receipt-query")).toBe("128");
    await key("Enter");
    expect(shown("receipt")).toBe(true);
    await key("Escape");
    for (const digit of ["1", "2", "8"]) screen.getByRole("button", { name: digit }).click();
    await tap("find-receipt");
    expect(host.count("find_receipt")).toBe(2);
    expect(shown("receipt")).toBe(true);
  });

  it("a scanned receipt opens wherever one is, the sale that stands is left alone", async () => {
    await scan(HONEY);
    await scan(QR);
    expect(shown("receipt")).toBe(true);
    await scan(HONEY);
    expect(text("count")).toBe("2");
    expect(shown("receipt")).toBe(true);
    expect(text("total")).toBe("90.00");
  });

  it("while a buyer pays a scanned receipt waits, and says so", async () => {
    await scan(HONEY);
    await key("F9");
    await scan(QR);
    expect(text("message")).toContain("正在收款");
    expect(shown("complete")).toBe(true);
  });

  it("one that is not there is refused in place", async () => {
    await key("F3");
    await type("999");
    await key("Enter");
    expect(text("message")).toContain("没有小票 999");
    expect(shown("receipts")).toBe(true);
  });

  it("补打 prints it again, and a printer that fails says why", async () => {
    await openedOne();
    await key("F8");
    expect(host.last("print_receipt")).toEqual({ number: "T3-000128", reprint: true });
    expect(text("printing")).toBe("已补打");
    host.refusals.set("print_receipt", { code: "paper_failed", message: "打印机没有反应。", line: null });
    await tap("receipt-reprint");
    expect(text("print-failed")).toContain("打印机没有反应。");
  });
});

describe("refunding", () => {
  it("by keys alone: a quantity, what goes back by which tender, Enter; then the sum and whose due fell", async () => {
    await openedOne();
    await type("1");
    expect(text("refund-total")).toBe("45.00");
    expect(tenders("tender-back")).toEqual(["现金 45.00"]);
    await key("Enter");
    const sent = host.last("record_refund") as RecordRefund;
    expect(sent).toEqual({
      id: "back-1",
      number: "T3-000128",
      lines: [{ line: 1, quantity: "1", restock: true, borne_by: "supplier" }],
      in_cash: false,
      approval: null,
    });
    expect(text("given-back")).toBe("45.00");
    expect(tenders("done-tender")[0]).toContain("现金 从钱箱拿给顾客 45.00");
    expect(tenders("fallen-row")[0]).toContain("石门村 · 王桂兰等 3 户");
    expect(host.last("print_receipt")).toEqual({ number: "T3-000129", reprint: false });
  });

  it("by touch alone: plus, a weight on the keypad, not fit for sale, borne by the operator", async () => {
    await openedOne();
    await tap("more-back");
    await tap("more-back");
    await tap("more-back");
    expect(text("quantity-back")).toBe("2");
    await tap("quantity-back", 1);
    for (const digit of ["1", ".", "5"]) screen.getByRole("button", { name: digit }).click();
    await settled();
    await tap("set");
    expect(text("quantity-back", 1)).toBe("1.5");
    await tap("restock-no");
    await tap("refund-bearer-operator");
    await tap("same-for-all");
    await tap("refund");
    const { lines: sent } = host.last("record_refund") as RecordRefund;
    expect(sent).toEqual([
      { line: 1, quantity: "2", restock: false, borne_by: "operator" },
      { line: 2, quantity: "1.5", restock: false, borne_by: "operator" },
    ]);
    expect(text("refund-done")).toContain("农户留下应得");
  });

  it("all of it: what a platform has yet to send is 待退款", async () => {
    await openedOne();
    await tap("refund-all");
    expect(text("refund-total")).toBe("303.72");
    expect(tenders("tender-back")).toEqual(["微信 0417 待退款 200.00", "现金 103.72"]);
    await key("Enter");
    expect(tenders("done-tender")[0]).toContain("待退款");
    expect(text("refund-done")).toContain("原路退回");
  });

  it("more than is left is said in place, and nothing is sent", async () => {
    await openedOne();
    await type("5");
    expect(text("refund-trouble")).toContain("退的比剩下的还多");
    await key("Enter");
    expect(host.count("record_refund")).toBe(0);
    await key("Backspace");
    await key("Enter");
    expect(text("message")).toContain("先选要退的货");
    expect(host.count("record_refund")).toBe(0);
  });

  it("a double press records once, and does not pass what goes back before it is read", async () => {
    await openedOne();
    await tap("refund-all");
    const go = host.hold("record_refund");
    screen.getByTestId("refund").click();
    screen.getByTestId("refund").click();
    await settled();
    go();
    await settled();
    await key("Enter");
    expect(host.count("record_refund")).toBe(1);
    expect(shown("refund-done")).toBe(true);
    wait(700);
    await key("Enter");
    expect(shown("receipts")).toBe(true);
    expect(tenders("receipt-row")[0]).toContain("退货");
    expect(tenders("receipt-row")[1]).toContain("已退完");
  });

  it("sent again after no answer it is the same refund", async () => {
    await openedOne();
    await type("1");
    host.refusals.set("record_refund", new Error("gone"));
    await key("Enter");
    expect(text("message")).toContain("程序没有回应");
    const first = host.last("record_refund");
    host.refusals.clear();
    await key("Enter");
    expect(host.last("record_refund")).toEqual(first);
    expect(shown("refund-done")).toBe(true);
  });

  it("goods scanned meanwhile are a sale of their own", async () => {
    await openedOne();
    await type("1");
    await scan(HONEY);
    expect(lines()).toHaveLength(1);
    expect(text("refund-total")).toBe("45.00");
  });

  it("a refund's own paper leads to its sale", async () => {
    await openedOne();
    await tap("refund-all");
    await key("Enter");
    wait(700);
    await key("Escape");
    await key("Enter");
    expect(text("receipt")).toContain("退货");
    expect(shown("refund")).toBe(false);
    await tap("original");
    expect(text("receipt")).toContain("已退完");
  });
});

describe("voiding", () => {
  it("asks for a reason from a short list, shows what goes back, and records it once", async () => {
    await openedOne();
    await key("F4");
    expect(text("void-total")).toBe("303.72");
    await key("Enter");
    expect(text("message")).toContain("作废的原因");
    expect(host.count("void_sale")).toBe(0);
    await type("2");
    await key("Enter");
    const sent = host.last("void_sale") as VoidSale;
    expect(sent).toEqual({ id: "back-1", number: "T3-000128", reason: "重复收款", approval: null });
    expect(text("refund-done")).toContain("已作废");
  });

  it("takes a reason that is typed", async () => {
    await openedOne();
    await tap("void");
    const field = screen.getByTestId("reason-typed") as HTMLInputElement;
    field.value = "顾客拿错了单";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    await tap("void-set");
    expect((host.last("void_sale") as VoidSale).reason).toBe("顾客拿错了单");
  });

  it("of another shift says what to do instead", async () => {
    host.receipts.in_shift = false;
    await openedOne();
    await key("F4");
    expect(text("message")).toContain("不是本班收的");
    expect(text("message")).toContain("退货");
    expect(shown("ask-void")).toBe(false);
  });

  it("of a voided one says that nothing is left", async () => {
    await openedOne();
    await key("F4");
    await type("1");
    await key("Enter");
    wait(700);
    await key("Escape");
    await scan(QR);
    expect(text("receipt")).toContain("已作废");
    await key("F4");
    expect(text("message")).toContain("没有能再退的");
  });
});
