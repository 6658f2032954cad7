// 换货: what comes back stands on the sale, and one press records both halves.
import { screen } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { Approve, HoldSale, RecordSale } from "../src/lib/host";
import { wait } from "./support/keys";
import { drawn, key, lines, scan, settled, shown, tap, text, type } from "./support/screen";
import { STAFF, type TestHost } from "./support/test-host";
import { eachOnATill, openTill } from "./support/till";

const HONEY = "6900000000017";
const TEA = "6900000000024";
const QR = "jishi:T3-000128:a41f-9c02-77de";

let host: TestHost;
eachOnATill((made) => (host = made));

/** One of the two jars of honey of T3-000128, 45.00. */
async function honeyBack(): Promise<void> {
  await scan(QR);
  await tap("more-back");
  await key("F7");
}

describe("goods exchanged in one go", () => {
  it("what comes back stands on the sale as a credit, and the new goods are scanned to it", async () => {
    await openTill(host);
    await honeyBack();
    expect(shown("receipt")).toBe(false);
    expect(text("exchange-line")).toBe("土蜂蜜 500g 1 瓶 −45.00");
    expect(text("total")).toBe("45.00");
    await scan(TEA);
    expect(lines()).toHaveLength(1);
    expect(text("exchange-worth")).toBe("−45.00");
    expect(text("total")).toBe("83.00");
  });

  it("dearer goods: the difference is paid, and one record holds both", async () => {
    await openTill(host);
    await honeyBack();
    await scan(TEA);
    await key("F9");
    expect(text("paying-credit")).toBe("换货抵扣 −45.00");
    await type("100");
    wait(150);
    await settled();
    expect(text("paying-change")).toBe("17.00");
    await key("Enter");
    const sent = host.last("record_sale") as RecordSale;
    expect(sent.draft.exchange).toEqual({
      id: "back-1",
      number: "T3-000128",
      lines: [{ line: 1, quantity: "1", restock: true, borne_by: "supplier" }],
      in_cash: false,
    });
    expect(sent.tenders).toEqual([{ kind: "cash", fen: 10_000, reference: null, collected_by: null }]);
    expect(host.count("record_refund")).toBe(0);
    expect(text("change")).toBe("17.00");
    expect(text("exchange-of")).toBe("退货单 T3-000150 · 原单 T3-000128");
    expect(text("exchange-fallen")).toContain("−40.50");
    // Its paper is one: that of the sale.
    await drawn();
    expect(host.last("print_receipt")).toEqual({ number: "T3-000128", reprint: false });
  });

  it("cheaper goods: what goes back is said before and after, and nothing is tendered", async () => {
    await openTill(host);
    await scan(QR);
    await tap("more-back");
    await tap("more-back");
    await tap("exchange");
    await scan(HONEY);
    expect(text("total")).toBe("45.00");
    await key("F9");
    expect(text("paying-back")).toBe("45.00");
    await key("Enter");
    expect((host.last("record_sale") as RecordSale).tenders).toEqual([]);
    expect(text("exchanged")).toBe("换货完成，退顾客");
    expect(text("exchange-sum")).toBe("45.00");
  });

  it("cheaper goods: how the rest goes back is chosen where it is paid out, and a supervisor approves cash", async () => {
    host.staff_asked = true;
    host.signed_in = STAFF[0] ?? null;
    await openTill(host);
    await scan(QR);
    await tap("more-back");
    await tap("more-back");
    await key("F7");
    await scan(HONEY);
    await key("F9");
    const approve = async (): Promise<void> => {
      await type("03");
      await key("Enter");
      await type("3333");
      wait(150);
      await key("Enter");
    };
    await approve();
    expect((host.last("approve") as Approve).actions).toEqual(["refund"]);
    expect(screen.getByTestId("tender-back").textContent).toContain("微信");
    await tap("back-in_cash");
    expect(shown("approve")).toBe(true);
    // Nobody came: it is asked for again before anything is recorded.
    await key("Escape");
    await key("Enter");
    expect(host.count("record_sale")).toBe(0);
    expect(shown("approve")).toBe(true);
    await approve();
    expect((host.last("approve") as Approve).actions).toEqual(["refund", "refund_in_cash"]);
    expect(screen.getByTestId("tender-back").textContent).toContain("现金");
    await key("Enter");
    expect((host.last("record_sale") as RecordSale).draft.exchange?.in_cash).toBe(true);
    expect(shown("done")).toBe(true);
  });

  it("with the same goods nothing is paid either way, and the next sale knows nothing of it", async () => {
    await openTill(host);
    await honeyBack();
    await scan(HONEY);
    await key("F9");
    await key("Enter");
    expect(text("exchanged")).toBe("换货完成，不用补钱");
    expect(text("exchange-sum")).toBe("0.00");
    wait(700);
    await key("Enter");
    await scan(HONEY);
    expect(shown("exchange-credit")).toBe(false);
    expect(text("total")).toBe("45.00");
  });

  it("nothing chosen, or nothing that goes out, is said and records nothing", async () => {
    await openTill(host);
    await scan(QR);
    await key("F7");
    expect(shown("receipt")).toBe(true);
    expect(screen.getByRole("alert").textContent).toContain("先选");
    await tap("more-back");
    await key("F7");
    await key("F9");
    expect(screen.getByRole("alert").textContent).toContain("还没有换走的商品");
    expect(host.count("figure_payment")).toBe(0);
    await tap("exchange-remove");
    expect(shown("exchange-credit")).toBe(false);
    expect(host.count("record_sale")).toBe(0);
  });

  it("a supervisor is asked once, for the sale and what comes back with it", async () => {
    host.staff_asked = true;
    host.signed_in = STAFF[0] ?? null;
    await openTill(host);
    await honeyBack();
    await scan(TEA);
    await key("F9");
    expect(shown("approve")).toBe(true);
    await type("03");
    await key("Enter");
    await type("3333");
    wait(150);
    await key("Enter");
    const given = host.last("approve") as Approve;
    expect(given.actions).toEqual(["refund"]);
    expect(given.draft?.exchange?.number).toBe("T3-000128");
    await key("Enter");
    expect((host.last("record_sale") as RecordSale).approval).toBe("approval-1");
    expect(shown("done")).toBe(true);
  });

  it("put aside and taken back, what comes back is still there", async () => {
    await openTill(host);
    await honeyBack();
    await scan(TEA);
    await key("F6");
    await key("Enter");
    expect((host.last("hold_sale") as HoldSale).draft.exchange?.number).toBe("T3-000128");
    expect(shown("exchange-credit")).toBe(false);
    await key("F6", { shiftKey: true });
    await key("Enter");
    expect(text("exchange-line")).toContain("土蜂蜜");
    expect(text("total")).toBe("83.00");
  });
});
