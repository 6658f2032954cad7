// Money that goes back another way than it came: in cash, later, or with no receipt at all.
import { cleanup, render } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { RecordRefund } from "../src/lib/host";
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
  host.receipts.waiting = [
    {
      number: "T3-000130",
      at: "2026-11-23T10:30:00+08:00",
      tender: 1,
      kind: "wechat",
      fen: 4500,
      reference: "0417",
      collected_by: null,
    },
  ];
  render(TillWindow, { host, sounds });
  await settled();
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

describe("refund in cash for a payment by a code", () => {
  it("is offered where money would come later, and says what goes back", async () => {
    await scan(QR);
    await key("F5");
    await tap("back-in_cash");
    expect(host.last("figure_refund")).toMatchObject({ in_cash: true });
    await key("Enter");
    expect(host.last("record_refund")).toMatchObject({ number: "T3-000128", in_cash: true });
    expect(shown("refund-done")).toBe(true);
  });

  it("as it was paid stays the usual way", async () => {
    await scan(QR);
    await key("F5");
    await key("Enter");
    expect(host.last("record_refund")).toMatchObject({ in_cash: false });
  });
});

describe("restock and bearer, line by line", () => {
  it("the choices mean the marked line, and the others stay as they are", async () => {
    await scan(QR);
    await key("F5");
    await tap("restock-no");
    await key("ArrowDown");
    await tap("refund-bearer-operator");
    expect(text("unusual", 0)).toBe("不能再卖");
    expect(text("unusual", 1)).toBe("经营方承担");
    await key("Enter");
    const sent = host.last("record_refund") as RecordRefund;
    expect(sent.lines.map(({ restock, borne_by }) => [restock, borne_by])).toEqual([
      [false, "supplier"],
      [true, "operator"],
      [true, "supplier"],
    ]);
  });

  it("one press makes all lines the same", async () => {
    await scan(QR);
    await key("F5");
    await tap("restock-no");
    await tap("same-for-all");
    await key("Enter");
    const sent = host.last("record_refund") as RecordRefund;
    expect(sent.lines.every((line) => !line.restock)).toBe(true);
  });
});

describe("待退款", () => {
  it("the list says how many wait, and one is marked with the last four digits of the bill", async () => {
    await key("F3");
    expect(text("show-waiting")).toContain("待退款 1 笔");
    await tap("show-waiting");
    expect(text("waiting-row")).toContain("T3-000130");
    await type("0812");
    expect(text("waiting-tail")).toContain("0812");
    await key("Enter");
    expect(host.last("see_refund")).toEqual({ number: "T3-000130", tender: 1, reference: "0812" });
    expect(shown("waiting-row")).toBe(false);
    expect(text("message")).toContain("已核对");
    await key("Escape");
    expect(text("show-waiting")).toBe("待退款");
  });

  it("without four digits nothing is marked", async () => {
    await key("F3");
    await tap("show-waiting");
    await type("081");
    await key("Enter");
    expect(text("message")).toContain("后四位");
    expect(shown("waiting-row")).toBe(true);
  });
});

describe("refund without a receipt", () => {
  it("the goods on the left come back, with a reason, and the sale is gone", async () => {
    await key("F3");
    await tap("without-receipt");
    await key("Enter");
    expect(text("message")).toContain("左边还没有商品");
    await scan(HONEY);
    await scan(HONEY);
    expect(text("without-total")).toContain("90.00");
    await key("Enter");
    expect(host.count("refund_without_receipt")).toBe(0);
    await tap("without-reason", 0);
    await key("Enter");
    expect(host.count("refund_without_receipt")).toBe(1);
    expect(text("given-back")).toBe("90.00");
    expect(text("refund-done")).toContain("无小票退货");
    expect(lines()).toHaveLength(0);
    wait(700);
    await key("Enter");
    expect(shown("receipts")).toBe(true);
  });

  it("a cashier needs a supervisor's PIN, and then it goes on by itself", async () => {
    await scan(HONEY);
    await key("F3");
    await tap("without-receipt");
    await tap("without-reason", 1);
    host.refusals.set("refund_without_receipt", {
      code: "approval_needed",
      message: "要领班授权。",
      line: null,
    });
    await key("Enter");
    expect(shown("refund-done")).toBe(false);
    expect(text("approve")).toContain("无小票退货");
  });
});
