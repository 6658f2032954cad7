// Numbers that cannot be meant as they are typed, and codes that are no barcodes: said, and nothing comes of them.
import { cleanup, render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import TillWindow from "../src/till/TillWindow.svelte";
import { wait } from "./support/keys";
import { chooseLanguage, key, lines, scan, settled, shown, tap, text, type } from "./support/screen";
import { TestHost } from "./support/test-host";

const HONEY = "6900000000017";
const TEA = "6900000000024";

let host: TestHost;
const refusedSound = vi.fn<() => void>();
const search = (): string => screen.getByTestId<HTMLInputElement>("search").value;

beforeEach(async () => {
  vi.useFakeTimers();
  refusedSound.mockClear();
  host = new TestHost();
  render(TillWindow, { host, sounds: { scanned: () => undefined, refused: refusedSound } });
  await settled();
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

describe("a count before a scan", () => {
  it("of 1.5 * sells 1.5 and not 15", async () => {
    await type("1.5*");
    expect(search()).toBe("");
    wait(200);
    await scan(HONEY);
    expect((host.last("figure") as { lines: { quantity: string }[] }).lines[0]?.quantity).toBe("1.5");
  });

  it("that the core refuses is said, sells nothing and does not wait for the next goods", async () => {
    await type("1.5*");
    wait(200);
    const message = "礼盒要整盒卖。";
    host.refusals.set("figure", { code: "not_whole", message, line: 1 });
    await scan(HONEY);
    expect(text("message")).toBe(message);
    expect(lines()).toHaveLength(0);
    host.refusals.clear();
    await scan(TEA);
    expect(text("total")).toBe("128.00");
  });

  it.each(["0*", "0.0*", "100000*", "9999999999999*", "1.2345*"])(
    "of %s is refused with words and stays no search",
    async (typed) => {
      await type(typed);
      expect(text("message")).toContain("要大于 0、小于 100000");
      expect(refusedSound).toHaveBeenCalledOnce();
      expect(search()).toBe("");
      wait(200);
      await scan(HONEY);
      expect(text("total")).toBe("45.00");
      expect(text("message")).toContain("先记了 1 件");
      await scan(TEA);
      expect(shown("message")).toBe(false);
    },
  );

  it("is refused in the field of the search too", async () => {
    const field = screen.getByTestId<HTMLInputElement>("search");
    field.focus();
    await type("100000*");
    expect(text("message")).toContain("“100000 ×”不行");
    expect(field.value).toBe("");
  });

  it("of a thousand is a unit's order", async () => {
    await type("1000*");
    wait(200);
    await scan(HONEY);
    expect(text("total")).toBe("45,000.00");
  });

  it("takes the place of one that was refused", async () => {
    await type("0*");
    await type("3*");
    expect(shown("message")).toBe(false);
    wait(200);
    await scan(HONEY);
    expect(text("total")).toBe("135.00");
  });

  it("is none after letters: they are searched for", async () => {
    await type("hx");
    expect(search()).toBe("hx");
  });
});

describe("a number with more than there is room for", () => {
  async function discounting(): Promise<void> {
    await scan(HONEY);
    await key("F7");
  }

  it.each(["100", "101", "150"])("%s % off is refused and takes nothing off", async (typed) => {
    await chooseLanguage("en");
    await discounting();
    await type(typed);
    expect(text("typed")).toContain(typed);
    await key("Enter");
    expect(text("message")).toContain("below 100");
    expect(text("discount")).toBe("0.00");
    expect(shown("typed")).toBe(true);
  });

  it("says that a third decimal does not count", async () => {
    await chooseLanguage("en");
    await discounting();
    await type("5.555");
    expect(text("message")).toContain("At most 2 decimals");
    expect(text("typed")).toContain("5.55");
  });

  it("says that a minus does not count", async () => {
    await discounting();
    await type("-5");
    expect(text("message")).toBe("这里不用负号，没算进去。");
    expect(text("typed")).toContain("5");
  });

  it("says it of cash, of a quantity and of a weight", async () => {
    await scan(HONEY);
    await key("F9");
    await type("45.005");
    expect(text("message")).toContain("最多 2 位小数");
    await key("Escape");
    await key("Enter");
    await type("1234567");
    expect(text("message")).toContain("最多 6 位");
    await key("Escape");
    await scan("6900000000031");
    await type("3.2755");
    expect(text("message")).toContain("最多 3 位小数");
  });

  it("says nothing where a quick sum is typed anew, and of zeros before a number", async () => {
    await scan(HONEY);
    await key("F9");
    await type("00");
    await tap("quick-cash", 1);
    await type("5");
    expect(shown("message")).toBe(false);
  });
});

describe("a code that is no barcode", () => {
  it.each([
    ["an address", "https://qr.alipay.com/fkx123?t=1"],
    ["an address of another kind", "weixin://wxpay/bizpayurl?pr=abcDEF"],
    ["Chinese by its numbers", "7f16 53f7 1000 5143"],
  ])("says so, and offers no goods to be put in: %s", async (_name, code) => {
    host.refusals.set("scan", { code: "no_such_product", message: `没有这个商品：${code}`, line: null });
    await scan(code);
    expect(text("message")).toContain("这是网址或二维码，不是商品条码");
    expect(text("message")).not.toContain("没有这个商品");
    expect(shown("message-offer")).toBe(false);
    host.refusals.clear();
    await scan("6900000099999");
    expect(shown("message-offer")).toBe(true);
  });
});
