// 顾客屏: what the till has it show, and nothing while there is none.
import { cleanup, render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import CustomerWindow from "../src/customer/CustomerWindow.svelte";
import type { CustomerHost, CustomerView } from "../src/lib/host";
import TillWindow from "../src/till/TillWindow.svelte";
import { key, scan, settled, tap, text, type } from "./support/screen";
import { TestHost } from "./support/test-host";

const HONEY = "6900000000017";
const sounds = { scanned: () => undefined, refused: () => undefined };

const SUM = { total_fen: 9000, off_fen: 0, credit_fen: 0 };
const LINES = [{ name: "土蜂蜜 500g", unit: "瓶", quantity: "2", price_fen: 4500, amount_fen: 9000 }];

function view(page: CustomerView["page"], more: Partial<CustomerView> = {}): CustomerView {
  return { language: "zh-Hans", outlet: "东门大集", operator: "联合社", training: false, page, ...more };
}

beforeEach(() => {
  vi.useFakeTimers();
  Element.prototype.scrollIntoView = () => undefined;
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

describe("the till's window", () => {
  it("sends what is on it, from when the customer's window is opened on", async () => {
    const host = new TestHost();
    render(TillWindow, { host, sounds });
    await settled();
    await scan(HONEY);
    expect(host.count("show_customer")).toBe(0);
    await tap("show-more");
    await tap("open-customer");
    await settled();
    expect(host.customer_opened).toBe(1);
    expect(host.last("show_customer")).toMatchObject({
      kind: "sale",
      draft: { lines: [{ product: "honey" }] },
    });
    await key("F9");
    await settled();
    // Nobody has said yet that any money came.
    expect(host.last("show_customer")).toMatchObject({ kind: "paying", tenders: [] });
    await type("20");
    await settled();
    expect(host.last("show_customer")).toMatchObject({ tenders: [{ kind: "cash", fen: 2000 }] });
    await tap("tender-wechat");
    await settled();
    expect(host.last("show_customer")).toMatchObject({ tenders: [{ kind: "cash", fen: 2000 }] });
    await key("Enter");
    await settled();
    expect(host.last("show_customer")).toMatchObject({ kind: "done" });
  });
});

describe("the customer's window", () => {
  it("shows what it asks for, then what it hears", async () => {
    let tell: (view: CustomerView) => void = () => undefined;
    const host: CustomerHost = {
      view: async () => view({ kind: "welcome" }),
      onView: async (heard) => {
        tell = heard;
        return () => undefined;
      },
    };
    render(CustomerWindow, { host });
    await settled();
    expect(text("customer-outlet")).toBe("东门大集");

    tell(view({ kind: "sale", lines: LINES, sum: SUM }));
    await settled();
    expect(text("customer-total")).toBe("90.00");
    expect(text("customer-last")).toContain("土蜂蜜");
    expect(screen.queryByTestId("customer-training")).toBeNull();

    const paid = { tendered_fen: 5000, remaining_fen: 4000, change_fen: 0 };
    tell(view({ kind: "paying", lines: LINES, sum: SUM, ...paid }, { training: true, language: "en" }));
    await settled();
    expect(text("customer-remaining")).toBe("40.00");
    expect(text("customer-training")).toContain("Training");

    const helped = [{ name: "石门村", paid_fen: 9000 }];
    const money = { total_fen: 9000, credit_fen: 0, back_fen: 0, tendered_fen: 10_000, change_fen: 1000 };
    const done = { ...money, helped, households: 3 };
    tell(view({ kind: "done", number: "T1-000001", ...done }));
    await settled();
    expect(text("customer-done")).toBe("10.00");
    expect(text("customer-helped")).toContain("石门村");
    expect(text("customer-helped")).toContain("3 户农家");
    expect(screen.queryByTestId("customer-credit")).toBeNull();

    // 换货: what she brought back is said, before and after.
    tell(view({ kind: "sale", lines: LINES, sum: { ...SUM, credit_fen: 4500 } }));
    await settled();
    expect(text("customer-credit")).toContain("−45.00");
    tell(view({ kind: "done", number: "T1-000003", ...done, credit_fen: 9000, back_fen: 3000 }));
    await settled();
    expect(text("customer-credit")).toContain("退您 30.00");
  });
});
