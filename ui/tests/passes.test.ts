// Vouchers and tickets at the window: scanned wherever it is, and never taken for goods.
import { cleanup, render } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import TillWindow from "../src/till/TillWindow.svelte";
import { key, scan, settled, shown, text } from "./support/screen";
import { TestHost } from "./support/test-host";
import { TICKET, VOUCHER_50 } from "./support/test-passes";

const HONEY = "6900000000017";
const TOUR = "6900000000055";
const VOUCHER = "6900000000062";

let host: TestHost;
const heard: string[] = [];
const sounds = { scanned: () => heard.push("scanned"), refused: () => heard.push("refused") };

beforeEach(async () => {
  vi.useFakeTimers();
  heard.length = 0;
  host = new TestHost();
  render(TillWindow, { host, sounds });
  await settled();
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

describe("a ticket", () => {
  it("is redeemed by a scan and refused by the second, with a sound of its own", async () => {
    await scan(TICKET);
    expect(text("message")).toBe("已核销：茶园半日游，尾号 7f2a，10:31。请放行。");
    expect(heard).toEqual(["scanned"]);
    await scan(TICKET);
    expect(text("message")).toContain("已经核销过");
    expect(heard).toEqual(["scanned", "refused"]);
    expect(host.count("scan")).toBe(0);
  });

  it("is redeemed while something is being paid, and the payment stays as it is", async () => {
    await scan(HONEY);
    await key("F9");
    await scan(TICKET);
    expect(text("message")).toContain("已核销");
    expect(text("total")).toBe("45.00");
    await key("Enter");
    expect(shown("done")).toBe(true);
  });

  it("whose code was cut short is asked for once more", async () => {
    await scan(TICKET.slice(0, 60));
    expect(text("message")).toContain("没有扫全");
  });
});

describe("a voucher", () => {
  it("is only looked at while nothing is being paid", async () => {
    await scan(VOUCHER_50);
    expect(text("message")).toContain("面值 50.00，没用过，有效期至 2027-11-23");
    expect(shown("line")).toBe(false);
  });

  it("pays as much as it can, and the rest is asked for another way", async () => {
    await scan(HONEY);
    await scan(HONEY);
    await key("F9");
    await scan(VOUCHER_50);
    expect(text("message")).toBe("代金券抵了 50.00。");
    expect(text("tender")).toContain("代金券");
    // The code is money: it is not on the screen.
    expect(text("tender")).not.toContain("JQ");
    expect(text("tender-current")).toContain("40.00");
    await key("Enter");
    const { tenders } = host.last("record_sale") as { tenders: { kind: string; fen: number }[] };
    expect(tenders.map(({ kind, fen }) => [kind, fen])).toEqual([
      ["voucher", 5000],
      ["cash", 4000],
    ]);
  });

  it("gives no change: what lapses is said before it is done, and it can be taken off again", async () => {
    await scan(HONEY);
    await key("F9");
    await scan(VOUCHER_50);
    expect(text("message")).toContain("剩下的 5.00 就没有了");
    await scan(VOUCHER_50);
    expect(text("message")).toContain("用不到这张券");
    expect(host.count("record_sale")).toBe(0);
    await key("Enter");
    expect(shown("done")).toBe(true);
    expect(text("no-change")).toBe("不用找零");
  });
});

describe("what is sold without stock", () => {
  it("tickets come with the receipt, and vouchers are said to be no sale", async () => {
    await scan(TOUR);
    await key("F9");
    await key("Enter");
    expect(text("tickets-issued")).toContain("随小票打了 1 张票");
    await vi.advanceTimersByTimeAsync(700);
    await key("Enter");
    await scan(VOUCHER);
    await key("F9");
    await key("Enter");
    expect(text("helped")).toBe("售出 1 张代金券");
    expect(text("vouchers-sold")).toContain("不算销售额");
  });
});
