// What an outlet takes, whose pocket it goes into, and buying on account.
import { cleanup, render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { RecordSale } from "../src/lib/host";
import TillWindow from "../src/till/TillWindow.svelte";
import { key, scan, settled, shown, tap, text, type } from "./support/screen";
import { TestHost } from "./support/test-host";

const HONEY = "6900000000017";

let host: TestHost;
const sounds = { scanned: () => undefined, refused: () => undefined };

beforeEach(async () => {
  vi.useFakeTimers();
  host = new TestHost();
  host.ways = [
    { kind: "cash", collected_by: null, payee: null },
    { kind: "wechat", collected_by: "H1", payee: "王桂兰" },
    { kind: "alipay", collected_by: null, payee: null },
    { kind: "card", collected_by: "venue", payee: null },
    { kind: "account", collected_by: null, payee: null },
    { kind: "wechat", collected_by: null, payee: null },
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
    const kinds = screen
      .getAllByTestId(/^tender-(?!current)/)
      .map((one) => one.textContent?.replaceAll(/\s+/g, ""));
    expect(kinds).toEqual(["现金F2", "微信F3王桂兰", "支付宝F4", "银行卡F5场地方", "挂账F6", "微信F7经营方"]);
  });

  it("whose pocket the money goes to is said, kind by kind", async () => {
    expect(text("pocket")).toBe("这笔钱进经营方账户");
    await tap("tender-wechat");
    expect(text("pocket")).toBe("这笔钱进 王桂兰 自己的收款码");
    await tap("tender-wechat-operator");
    expect(text("pocket")).toBe("这笔钱进经营方账户");
    await tap("tender-card");
    expect(text("pocket")).toBe("这笔钱由场地方代收");
  });

  it("one kind goes into two pockets, in one sale too, and what is sent says into which", async () => {
    await tap("tender-wechat");
    await type("20");
    await key("F7");
    expect(text("tender")).toContain("微信（王桂兰）");
    expect(text("tender-current")).toContain("微信");
    expect(text("tender-current")).not.toContain("王桂兰");
    await key("Enter");
    const { tenders } = host.last("record_sale") as RecordSale;
    expect(tenders).toEqual([
      { kind: "wechat", fen: 2000, reference: null, collected_by: "H1" },
      { kind: "wechat", fen: 2500, reference: null, collected_by: null },
    ]);
    expect(text("done")).toContain("微信（王桂兰） 20.00");
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
    expect(sale.tenders).toEqual([{ kind: "account", fen: 4500, reference: null, collected_by: null }]);
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
