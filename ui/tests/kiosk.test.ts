// 自助收款: a buyer scans, pays and goes, and nothing of the till is hers but that.
import { cleanup, render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import TillWindow from "../src/till/TillWindow.svelte";
import { key, lines, scan, settled, shown, tap, text, type } from "./support/screen";
import { TestHost } from "./support/test-host";

const HONEY = "6900000000017";
const TEA = "6900000000024";
const ORANGES = "6900000000031";

let host: TestHost;
const refused = vi.fn();
const sounds = { scanned: () => undefined, refused };

beforeEach(() => {
  vi.useFakeTimers();
  refused.mockClear();
  host = new TestHost();
  host.staff_asked = true;
  host.signed_in = { code: "01", name: "李小梅", role: "cashier", demo_pin: "1111" };
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

async function opened(): Promise<void> {
  render(TillWindow, { host, sounds });
  await settled();
}

/** As it comes up where it was left to the buyers. */
async function kiosk(): Promise<void> {
  host.kiosk.enter("zh-Hans");
  host.signed_in = null;
  await opened();
}

const page = (): string | undefined => screen.getByTestId("kiosk").dataset["page"];
const goods = (): number => screen.queryAllByTestId("kiosk-line").length;

async function pin(code: string, digits: string): Promise<void> {
  const names = screen.getAllByTestId("staff-member");
  names.find((name) => name.dataset["code"] === code)?.click();
  await settled();
  await type(digits);
  await key("Enter");
}

async function passed(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    await vi.advanceTimersByTimeAsync(1000);
    await settled();
  }
}

describe("self-checkout", () => {
  it("is entered from 更多 with a supervisor's PIN, and not over a sale that is under way", async () => {
    await opened();
    await scan(HONEY);
    await key("F10");
    await tap("enter-kiosk");
    expect(host.count("enter_kiosk")).toBe(0);
    expect(text("message")).toContain("挂单");
    await key("Escape");
    await key("Delete");
    await key("F10");
    await tap("enter-kiosk");
    expect(shown("approve")).toBe(true);
    await pin("03", "3333");
    expect(page()).toBe("goods");
    expect(host.last("approve")).toMatchObject({ actions: ["kiosk"], subject: "kiosk" });
  });

  it("shows a buyer her goods and the sum, and no key of the cashier's does anything", async () => {
    await kiosk();
    expect(shown("kiosk-empty")).toBe(true);
    await scan(HONEY);
    await scan(TEA);
    expect(goods()).toBe(2);
    expect(text("kiosk-total")).toBe("173.00");
    const before = host.calls.length;
    for (const name of ["F1", "F2", "F3", "F6", "F7", "F8", "F10", "F12", "Delete", "+", "Escape"]) {
      await key(name);
    }
    await key("F6", { shiftKey: true });
    expect(host.calls.length).toBe(before);
    expect(page()).toBe("goods");
    expect(lines()).toHaveLength(0);
    await tap("kiosk-remove", 0);
    expect(goods()).toBe(1);
    expect(text("kiosk-total")).toBe("128.00");
  });

  it("a buyer's own payment code is explained to her, before and while she pays", async () => {
    await kiosk();
    await scan(HONEY);
    host.refusals.set("figure_kiosk", { code: "payment_code", message: "请让顾客扫收款码", line: null });
    await scan("134512345678901234");
    expect(text("kiosk-trouble")).toContain("这是您的付款码，没有收钱");
    host.refusals.delete("figure_kiosk");
    await tap("kiosk-pay");
    host.refusals.set("figure_kiosk", { code: "payment_code", message: "请让顾客扫收款码", line: null });
    await scan("134512345678901234");
    expect(text("kiosk-trouble")).toContain("这是您的付款码，没有收钱");
    host.refusals.delete("figure_kiosk");
    await scan(TEA);
    expect(text("kiosk-trouble")).toContain("请先付完这一单");
    await key("Escape");
    expect(goods()).toBe(1);
  });

  it("the browser's own menu, with Reload and Back in it, does not come", async () => {
    await kiosk();
    const menu = new MouseEvent("contextmenu", { bubbles: true, cancelable: true });
    screen.getByTestId("kiosk-empty").dispatchEvent(menu);
    expect(menu.defaultPrevented).toBe(true);
  });

  it("counts the same goods in one line, that is had more and less often", async () => {
    await kiosk();
    await scan(HONEY);
    await scan(TEA);
    await scan(HONEY);
    expect(goods()).toBe(2);
    const quantities = (): (string | null)[] =>
      screen.getAllByTestId("kiosk-quantity").map((shown) => shown.textContent);
    expect(quantities()).toEqual(["2 瓶 × 45.00", "1 盒 × 128.00"]);
    expect(text("kiosk-origin")).toBe("石门村");
    // The line that was scanned again is the one to look at.
    expect(screen.getAllByTestId("kiosk-line")[0]?.className).toContain("last");
    await tap("kiosk-more", 1);
    expect(quantities()).toEqual(["2 瓶 × 45.00", "2 盒 × 128.00"]);
    await tap("kiosk-fewer", 0);
    expect(quantities()).toEqual(["1 瓶 × 45.00", "2 盒 × 128.00"]);
    expect(screen.getAllByTestId("kiosk-fewer")[0]).toHaveProperty("disabled", true);
    await tap("kiosk-remove", 1);
    expect(quantities()).toEqual(["1 瓶 × 45.00"]);
    expect(text("kiosk-total")).toBe("45.00");
    expect(host.last("figure_kiosk")).toEqual({ codes: [HONEY] });
  });

  it("says what cannot be taken, and keeps what was there", async () => {
    await kiosk();
    await scan(HONEY);
    await scan(ORANGES);
    expect(text("kiosk-trouble")).toContain("贴上标签");
    expect(goods()).toBe(1);
    expect(refused).toHaveBeenCalledOnce();
    await tap("kiosk-pay");
    await scan(TEA);
    expect(page()).toBe("paying");
    expect(text("kiosk-trouble")).toContain("返回加货");
    await key("Escape");
    await scan(TEA);
    expect(goods()).toBe(2);
  });

  it("is paid to the code that was chosen, and confirmed by the staff's PIN", async () => {
    host.kiosk.by_reference = false;
    await kiosk();
    await scan(HONEY);
    await tap("kiosk-pay");
    expect(text("kiosk-wait")).toBe("付款后请等店员确认");
    expect(text("kiosk-payee")).toContain("联合社");
    expect(shown("kiosk-reference")).toBe(false);
    await tap("kiosk-kind", 1);
    expect(text("kiosk-payee")).toContain("场地方");
    await tap("kiosk-confirm");
    await pin("01", "9999");
    expect(text("staff-trouble")).toContain("不对");
    expect(host.kiosk.recorded).toHaveLength(0);
    await type("1111");
    await key("Enter");
    expect(page()).toBe("done");
    expect(host.kiosk.recorded).toEqual([
      {
        id: "sale-1",
        codes: [HONEY],
        kind: "alipay",
        collected_by: "venue",
        payment: { paid: "confirmed", staff: "01", pin: "1111" },
      },
    ]);
    expect(text("kiosk-number")).toContain("T3-000001");
    expect(text("kiosk-helped")).toContain("石门村");
    expect(host.last("print_receipt")).toEqual({ number: "T3-000001", reprint: false });
    // The next buyer's scan is the next sale.
    await scan(TEA);
    expect([page(), goods()]).toEqual(["goods", 1]);
  });

  it("shows one kind's code for each pocket, and what is sent says into which", async () => {
    host.kiosk.codes = [
      ["wechat", null, "柳河镇供销合作社联合社"],
      ["wechat", "H1", "石门村 1"],
      ["wechat", "H2", "石门村 2"],
      ["alipay", null, "柳河镇供销合作社联合社"],
    ];
    await kiosk();
    await scan(HONEY);
    await tap("kiosk-pay");
    const said = screen
      .getAllByTestId("kiosk-kind")
      .map((one) => one.textContent.replace(/\s+/g, " ").trim());
    // A kind with one code needs no owner on its button.
    expect(said).toEqual(["微信 柳河镇供销合作社联合社", "微信 石门村 1", "微信 石门村 2", "支付宝"]);
    const drawn = (): string | undefined =>
      screen.getByTestId("kiosk-code").querySelector("path")?.getAttribute("d") ?? undefined;
    const first = drawn();
    await tap("kiosk-kind", 2);
    expect(drawn()).not.toBe(first);
    expect(text("kiosk-payee")).toContain("石门村 2");
    // Chosen stays chosen in another language, and whoever hears the money knows whose it is.
    await tap("language-en");
    expect(text("kiosk-payee")).toContain("石门村 2");
    await tap("kiosk-confirm");
    expect(text("kiosk-into")).toContain("石门村 2");
    await pin("01", "1111");
    expect(host.kiosk.recorded).toMatchObject([{ kind: "wechat", collected_by: "H2" }]);
    // The next buyer begins at the first.
    await scan(TEA);
    await tap("kiosk-pay");
    expect(text("kiosk-payee")).toContain("联合社");
  });

  it("takes the last six digits where the outlet has it so", async () => {
    await kiosk();
    await scan(HONEY);
    await key("Enter");
    await tap("kiosk-reference");
    await type("12345");
    await key("Enter");
    expect(page()).toBe("reference");
    expect(host.kiosk.recorded).toHaveLength(0);
    await type("67");
    expect(text("kiosk-digits")).toBe("123456");
    await key("Enter");
    await key("Enter");
    // A double Enter takes nothing away.
    expect(page()).toBe("done");
    await passed(1);
    await key("Enter");
    expect(page()).toBe("goods");
    expect(host.kiosk.recorded).toHaveLength(1);
    expect(host.kiosk.recorded[0]?.payment).toEqual({ paid: "reference", digits: "123456" });
  });

  it("asks whether anybody is there and clears, with nothing recorded and the till's language back", async () => {
    await kiosk();
    await tap("language-en");
    expect(text("kiosk-empty")).toContain("Please scan");
    await scan(HONEY);
    await passed(59);
    expect(shown("still-there")).toBe(false);
    await passed(2);
    expect(shown("still-there")).toBe(true);
    // A scan says that she is there.
    await scan(TEA);
    expect([shown("still-there"), goods()]).toEqual([false, 2]);
    await passed(60);
    await tap("still-here");
    expect(shown("still-there")).toBe(false);
    await passed(76);
    expect([page(), goods(), shown("still-there")]).toEqual(["goods", 0, false]);
    expect(text("kiosk-empty")).toContain("请扫商品条码");
    expect(host.kiosk.recorded).toHaveLength(0);
  });

  it("is taken back by a supervisor alone", async () => {
    await kiosk();
    await tap("kiosk-staff");
    const names = screen.getAllByTestId("staff-member").map((name) => name.dataset["code"]);
    expect(names).toEqual(["03"]);
    await pin("03", "1111");
    expect(page()).toBe("leave");
    expect(text("staff-trouble")).toContain("不对");
    await type("3333");
    await key("Enter");
    expect(shown("kiosk")).toBe(false);
    expect(text("handover")).toContain("何建国");
    await scan(HONEY);
    expect(lines()).toHaveLength(1);
  });
});
