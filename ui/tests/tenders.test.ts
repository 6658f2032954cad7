// What an outlet takes, whose pocket it goes into, and buying on account.
import { cleanup, render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { RecordSale } from "../src/lib/host";
import TillWindow from "../src/till/TillWindow.svelte";
import { key, scan, settled, shown, tap, text } from "./support/screen";
import { TestHost } from "./support/test-host";

const HONEY = "6900000000017";

let host: TestHost;
const sounds = { scanned: () => undefined, refused: () => undefined };

beforeEach(async () => {
  vi.useFakeTimers();
  host = new TestHost();
  host.pockets = [
    { kind: "wechat", party: "王桂兰" },
    { kind: "card", party: null },
  ];
  render(TillWindow, { host, sounds });
  await settled();
  await scan(HONEY);
  await key("F9");
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

async function typeInto(testid: string, value: string): Promise<void> {
  const field = screen.getByTestId<HTMLInputElement>(testid);
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  await settled();
}

describe("tender kinds", () => {
  it("the outlet's own kinds are shown and no other, in its order", () => {
    const kinds = screen.getAllByTestId(/^tender-(?!current)/).map((one) => one.textContent?.trim());
    expect(kinds).toEqual(["现金F2", "微信F3", "支付宝F4", "银行卡F5", "挂账F6", "代金券F7"]);
  });

  it("whose pocket the money goes to is said, kind by kind", async () => {
    expect(text("pocket")).toBe("这笔钱进经营方账户");
    await tap("tender-wechat");
    expect(text("pocket")).toBe("这笔钱进 王桂兰 自己的收款码");
    await tap("tender-card");
    expect(text("pocket")).toBe("这笔钱由场地方代收");
  });

  it("what is paid by a code is heard before it is done", async () => {
    expect(text("pay-hint")).not.toContain("到账播报");
    await tap("tender-wechat");
    expect(text("pay-hint")).toBe("听到到账播报再点完成");
  });

  it("a buyer's payment code scanned by mistake says what it is, and nothing is added", async () => {
    host.refusals.set("scan", {
      code: "payment_code",
      message: "这是付款码，请让顾客扫收款码。",
      line: null,
    });
    await scan("134512345678901234");
    expect(text("message")).toContain("这是付款码");
    expect(text("total")).toBe("45.00");
  });
});

describe("on account", () => {
  it("the unit is chosen first: by typing, and Enter takes the first found", async () => {
    await tap("tender-account");
    expect(text("complete")).toContain("完成");
    await key("Enter");
    expect(host.count("record_sale")).toBe(0);
    await typeInto("buyer-query", "第一中学");
    expect(host.last("find_buyers")).toEqual({ query: "第一中学" });
    screen
      .getByTestId("buyer-query")
      .dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
    await settled();
    expect(text("buyer")).toContain("白水县第一中学食堂");
    expect(text("buyer")).toContain("还能挂 20,000.00");
    expect(host.count("record_sale")).toBe(0);
    await key("Enter");
    const sale = host.last("record_sale") as RecordSale;
    expect(sale.draft.buyer).toBe("U1");
    expect(sale.tenders).toEqual([{ kind: "account", fen: 4500, reference: null }]);
  });

  it("by keys alone: the field has the focus, and Enter with nothing typed takes nobody", async () => {
    await key("F2");
    expect(text("tender-current")).toContain("现金");
    await key("F6");
    const field = screen.getByTestId("buyer-query");
    expect(document.activeElement).toBe(field);
    const press = async (name: string): Promise<void> => {
      field.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true }));
      await settled();
    };
    await press("Enter");
    expect(shown("buyer")).toBe(false);
    expect(host.count("record_sale")).toBe(0);
    await press("ArrowDown");
    await press("ArrowUp");
    await press("Enter");
    expect(text("buyer")).toContain("白水县第一中学食堂");
  });

  it("above its limit it is refused in place, and another unit can be taken", async () => {
    await tap("tender-account");
    await tap("buyer-found", 1);
    expect(screen.getByText(/挂账超过额度/)).toBeTruthy();
    await key("Enter");
    expect(host.count("record_sale")).toBe(0);
    await tap("other-buyer");
    await tap("buyer-found", 0);
    await key("Enter");
    expect(host.count("record_sale")).toBe(1);
  });

  it("the next sale has no buyer", async () => {
    await tap("tender-account");
    await tap("buyer-found", 0);
    await key("Enter");
    expect(shown("complete")).toBe(false);
    await scan(HONEY);
    await key("F9");
    await tap("tender-account");
    expect(shown("buyer")).toBe(false);
  });
});

it("the shift says what no bill has shown yet", async () => {
  await key("Escape");
  await key("F8");
  expect(text("unverified")).toBe("未核实 1,258.00");
});
