// A gun that types at 30 to 60 ms a key, at the window as a cashier has it: it is a scan on every page.
import { cleanup, render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { RecordSale } from "../src/lib/host";
import TillWindow from "../src/till/TillWindow.svelte";
import { gun, press, wait } from "./support/keys";
import { key, lines, scan, settled, shown, tap, text, type } from "./support/screen";
import { STAFF, TestHost } from "./support/test-host";

const HONEY = "6900000000017";
const TEA = "6900000000024";
const PAYMENT_CODE = "134567890123456789";

let host: TestHost;

async function opened(): Promise<void> {
  render(TillWindow, { host, sounds: { scanned: () => undefined, refused: () => undefined } });
  await settled();
}

/** The page has time for every key before the next one comes. */
async function slowScan(code: string, gap_ms: number, end = "Enter"): Promise<void> {
  for (const character of code) {
    press(character);
    wait(gap_ms);
    await settled();
  }
  press(end);
  await settled();
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

describe.each([31, 60])("at %i ms a key", (gap_ms) => {
  it("a product scanned while paying is one more line, and no cash", async () => {
    await opened();
    await scan(HONEY);
    await key("F9");
    await slowScan(TEA, gap_ms);
    expect(host.count("record_sale")).toBe(0);
    expect(lines()).toHaveLength(2);
    expect(text("tender-current")).toContain("173.00");
    expect(text("paying-change")).toBe("0.00");
  });

  it("what was typed before of the cash stays, whole", async () => {
    await opened();
    await scan(HONEY);
    await key("F9");
    await type("50");
    wait(300);
    await slowScan(TEA, gap_ms);
    expect(host.count("record_sale")).toBe(0);
    expect(text("tender-current")).toMatch(/50$/);
    expect(text("remaining")).toBe("123.00");
    await type("0");
    expect(text("paying-change")).toBe("327.00");
  });

  it("a sum that a quick button set is still replaced by what is typed next", async () => {
    await opened();
    await scan(HONEY);
    await key("F9");
    await tap("quick-cash", 1);
    const before = text("tender-current");
    await slowScan(TEA, gap_ms);
    expect(text("tender-current")).toBe(before);
    await type("200");
    expect(text("tender-current")).toMatch(/200$/);
  });

  it("a buyer's payment code completes nothing and says what it is", async () => {
    await opened();
    await tap("product-tile");
    await key("F9");
    host.refusals.set("scan", {
      code: "payment_code",
      message: "这是付款码，请让顾客扫收款码。",
      line: null,
    });
    await slowScan(PAYMENT_CODE, gap_ms);
    expect(host.count("record_sale")).toBe(0);
    expect(host.last("scan")).toMatchObject({ code: PAYMENT_CODE });
    expect(text("message")).toContain("这是付款码");
    expect(text("paying-change")).toBe("0.00");
  });

  it("a receipt's code says that the sale is paid first", async () => {
    await opened();
    await scan(HONEY);
    await key("F9");
    await slowScan("T3-000127", gap_ms);
    expect(host.count("record_sale")).toBe(0);
    expect(shown("complete")).toBe(true);
  });

  it("a scan on the page of a quantity multiplies nothing", async () => {
    await opened();
    await scan(HONEY);
    await key("Enter");
    await type("2");
    wait(300);
    await slowScan(TEA, gap_ms);
    expect(lines()).toHaveLength(2);
    expect(text("total")).toBe("173.00");
    expect(text("typed")).toContain("2");
    await key("Enter");
    expect(text("total")).toBe("218.00");
  });

  it("a scan leaves nothing in the search, with the focus in it and without", async () => {
    await opened();
    await slowScan(HONEY, gap_ms);
    await key("F2");
    vi.advanceTimersByTime(50);
    await slowScan(TEA, gap_ms);
    expect(lines()).toHaveLength(2);
    expect(screen.getByTestId<HTMLInputElement>("search").value).toBe("");
  });

  it("a scan after 3 * is three", async () => {
    await opened();
    await type("3*");
    wait(200);
    await slowScan(HONEY, gap_ms);
    expect(text("total")).toBe("135.00");
  });

  it("a scan beside a weight that is asked for leaves the weight", async () => {
    await opened();
    await scan("6900000000031");
    await type("3.2");
    wait(300);
    await slowScan(HONEY, gap_ms);
    expect(lines()).toHaveLength(1);
    expect(text("typed")).toContain("3.2");
  });

  it("a scan on the page of the sale that is done begins the next", async () => {
    await opened();
    await scan(HONEY);
    await key("F9");
    await key("Enter");
    wait(1000);
    await slowScan(TEA, gap_ms);
    expect(shown("done")).toBe(false);
    expect(lines()).toHaveLength(1);
    expect(text("total")).toBe("128.00");
  });

  it("a scan signs nobody in", async () => {
    host.staff_asked = true;
    await opened();
    await tap("staff-member");
    await slowScan(HONEY, gap_ms);
    expect(host.count("sign_in")).toBe(0);
    expect(STAFF).not.toHaveLength(0);
  });

  it("a scan on the page of the shift counts no cash", async () => {
    await opened();
    await key("F8");
    await slowScan(HONEY, gap_ms);
    expect(host.count("open_shift")).toBe(0);
    expect(lines()).toHaveLength(1);
  });

  it("a code with dashes and letters steps no line", async () => {
    await opened();
    await scan(HONEY);
    await key("+");
    wait(200);
    await slowScan("LOT-2026-0001", gap_ms);
    expect(host.last("scan")).toMatchObject({ code: "LOT-2026-0001" });
    expect(text("total")).toBe("90.00");
    expect(screen.getByTestId<HTMLInputElement>("search").value).toBe("");
  });
});

describe("an amount of cash that nobody hands over", () => {
  const cash = (): unknown => (host.last("record_sale") as RecordSale | undefined)?.tenders;

  async function payingWith(typed: string): Promise<void> {
    await opened();
    await scan(HONEY);
    await key("F9");
    await type(typed);
    await key("Enter");
  }

  it("is asked about once; Enter on the same amount says that it is right", async () => {
    await payingWith("9999999");
    expect(host.count("record_sale")).toBe(0);
    expect(text("message")).toContain("收现金 9,999,999.00 元，要找零 9,999,954.00 元");
    wait(700);
    await key("Enter");
    expect(cash()).toEqual([{ kind: "cash", fen: 999_999_900, reference: null, collected_by: null }]);
  });

  it("is not confirmed by the second press of a double one", async () => {
    await payingWith("4500");
    wait(100);
    await key("Enter");
    expect(host.count("record_sale")).toBe(0);
    wait(700);
    await key("Enter");
    expect(host.count("record_sale")).toBe(1);
  });

  it("is typed anew over what stands there, and a usual one is taken at once", async () => {
    await payingWith("1000");
    await type("100");
    expect(text("paying-change")).toBe("55.00");
    await key("Enter");
    expect(cash()).toEqual([{ kind: "cash", fen: 10_000, reference: null, collected_by: null }]);
  });

  it("another one is another question", async () => {
    await payingWith("1000");
    wait(700);
    await type("2000");
    await key("Enter");
    expect(host.count("record_sale")).toBe(0);
    expect(text("message")).toContain("2,000.00");
  });

  it("lets a scan pass, and asks about the new sum", async () => {
    await payingWith("1000");
    gun(TEA);
    await settled();
    expect(lines()).toHaveLength(2);
    wait(700);
    await key("Enter");
    expect(host.count("record_sale")).toBe(0);
    wait(700);
    await key("Enter");
    expect(host.count("record_sale")).toBe(1);
  });

  it.each(["50", "100", "200"])("is not %s for 45.00", async (typed) => {
    await payingWith(typed);
    expect(host.count("record_sale")).toBe(1);
  });
});
