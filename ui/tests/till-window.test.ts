// The window as a cashier has it, on a host made by hand.
import { cleanup, render, screen, within } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { RecordSale } from "../src/lib/host";
import TillWindow from "../src/till/TillWindow.svelte";
import { gun, now, press, wait } from "./support/keys";
import { chooseLanguage, drawn, key, lines, scan, settled, shown, tap, text, type } from "./support/screen";
import { TestHost } from "./support/test-host";

const HONEY = "6900000000017";
const TEA = "6900000000024";
const ORANGES = "6900000000031";

let host: TestHost;
const scannedSound = vi.fn<() => void>();
const refusedSound = vi.fn<() => void>();

const tile = (code: string): HTMLElement => {
  const found = screen.getAllByTestId("product-tile").find((one) => one.dataset["code"] === code);
  if (found === undefined) throw new Error(`no tile ${code}`);
  return found;
};

beforeEach(async () => {
  vi.useFakeTimers();
  host = new TestHost();
  scannedSound.mockClear();
  refusedSound.mockClear();
  render(TillWindow, { host, sounds: { scanned: scannedSound, refused: refusedSound } });
  await settled();
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

describe("putting a sale together", () => {
  it("the same goods scanned twice are one line of two, however fast, with whose it is", async () => {
    gun(HONEY, 1);
    gun(HONEY, 1);
    await settled();
    expect(lines()).toHaveLength(1);
    expect(text("count")).toBe("2");
    expect(lines()[0]?.textContent).toContain("石门村 · 王桂兰等 3 户");
    expect(text("total")).toBe("90.00");
    expect(scannedSound).toHaveBeenCalledTimes(2);
  });

  it("each scan is seen: the line that it went on is marked, and the one before no more", async () => {
    const flashed = (): (string | undefined)[] =>
      [...document.querySelectorAll(".flash.taken")].map(
        (flash) => flash.closest<HTMLElement>("[data-key]")?.dataset["key"],
      );
    await scan(HONEY);
    const first = document.querySelector(".flash.taken");
    await scan(HONEY);
    expect(flashed()).toEqual(["1"]);
    // Drawn anew: it flashes again.
    expect(document.querySelector(".flash.taken")).not.toBe(first);
    expect(lines()[0]?.getAttribute("aria-current")).toBe("true");
    await scan(TEA);
    expect(flashed()).toEqual(["2"]);
    expect(screen.getByTestId("lines").dataset["taken"]).toBe("3");
  });

  it("3× and a scan are three more of the line that is there", async () => {
    await scan(HONEY);
    await type("3*");
    await scan(HONEY);
    expect(lines()).toHaveLength(1);
    expect(text("count")).toBe("4");
  });

  it("a scale's label that disagrees with the price stands, is told, and is changed by one press", async () => {
    await scan("220030101500025004");
    expect(text("total")).toBe("15.00");
    expect(refusedSound).toHaveBeenCalledTimes(1);
    expect(text("message")).toContain("标签上是 15.00，按现在的价是 12.00");
    expect(text("by-price")).toBe("标签价，现价 12.00");
    await key("F5", { shiftKey: true });
    expect(text("total")).toBe("12.00");
    expect(shown("by-price")).toBe(false);
    expect(text("message")).toContain("按现价收 12.00");
    // And back, should the buyer insist.
    await tap("message-offer");
    expect(text("total")).toBe("15.00");
    // A scan passes it; on the line itself it can be changed later too.
    await scan(HONEY);
    expect(shown("message")).toBe(false);
    lines()[0]?.querySelector("button")?.click();
    await settled();
    await tap("take-price");
    expect(text("total")).toBe("57.00");
  });

  it.each([1, 2, 9])(
    "a machine that stands still after %i keys of a scan loses none of them",
    async (keys) => {
      for (const digit of HONEY.slice(0, keys)) press(digit);
      const pressed_at_ms = now();
      wait(900);
      await settled();
      expect(screen.getByTestId<HTMLInputElement>("search").value).toBe(HONEY.slice(0, keys));
      for (const digit of HONEY.slice(keys)) press(digit, {}, pressed_at_ms);
      press("Enter", {}, pressed_at_ms);
      await settled();
      expect(lines()).toHaveLength(1);
      expect(screen.getByTestId<HTMLInputElement>("search").value).toBe("");
      expect(text("total")).toBe("45.00");
    },
  );

  it("three boxes of one kind are three, on one line and on several", async () => {
    await scan(HONEY);
    await scan(TEA);
    await scan(HONEY);
    expect(text("kinds")).toBe("2 种 3 件");
    await key("ArrowUp");
    await key("Delete");
    await scan(HONEY);
    expect(text("kinds")).toBe("1 种 3 件");
    await type("+");
    expect(text("kinds")).toBe("1 种 4 件");
    await chooseLanguage("en");
    expect(text("kinds")).toBe("4 in 1 kind");
  });

  it("no scan is lost while a call is under way, and they keep their order", async () => {
    const go = host.hold("scan");
    for (const code of [HONEY, TEA, HONEY, TEA]) gun(code, 1);
    await settled();
    expect(lines()).toHaveLength(0);
    go();
    await settled();
    await settled();
    expect(lines().map((line) => line.textContent?.includes("绿茶"))).toEqual([false, true, false, true]);
  });

  it("a refused scan says so in place, sounds, changes nothing and passes by itself", async () => {
    await scan(HONEY);
    await scan("6900000099999");
    expect(text("message")).toContain("没有这个商品");
    expect(screen.getByRole("alert").textContent).toContain("没有这个商品");
    expect(refusedSound).toHaveBeenCalledOnce();
    expect(lines()).toHaveLength(1);
    wait(9000);
    await settled();
    expect(screen.queryByTestId("message")).toBeNull();
  });

  it("a tile tapped again is one more of the same, a changed line is left alone", async () => {
    tile("honey").click();
    tile("honey").click();
    await settled();
    expect(lines()).toHaveLength(1);
    expect(text("total")).toBe("90.00");
    lines()[0]?.querySelector("button")?.click();
    await settled();
    await tap("edit-discount");
    await type("9");
    await key("Enter");
    tile("honey").click();
    await settled();
    expect(lines()).toHaveLength(2);
    expect(text("total")).toBe("126.00");
  });

  it("weighed goods ask for their weight in place, and a scan goes on meanwhile", async () => {
    await scan(ORANGES);
    await type("3.2");
    await scan(HONEY);
    expect(lines()).toHaveLength(1);
    await type("75");
    await key("Enter");
    expect(lines()).toHaveLength(2);
    expect(lines()[1]?.textContent).toContain("3.275 斤 × 4.80");
    expect(lines()[1]?.textContent).toContain("15.72");
  });

  it("a weight of nothing is not taken", async () => {
    await scan(ORANGES);
    await key("Enter");
    expect(text("message")).toContain("请输入重量");
    expect(lines()).toHaveLength(0);
  });

  it("the keyboard counts, chooses and removes", async () => {
    await scan(HONEY);
    await scan(TEA);
    await type("+");
    expect(text("total")).toBe("301.00");
    await key("ArrowUp");
    await key("Delete");
    expect(lines()).toHaveLength(1);
    await type("-");
    await type("-");
    expect(text("total")).toBe("128.00");
  });

  it("a line's quantity is typed, and one the core refuses changes nothing", async () => {
    await scan(HONEY);
    await key("Enter");
    await type("12");
    await key("Enter");
    expect(text("total")).toBe("540.00");
    expect(lines()).toHaveLength(1);
    host.refusals.set("figure", { code: "quantity_out_of_range", message: "数量太大。", line: 1 });
    await key("Enter");
    await type("999999");
    await key("Enter");
    expect(text("message")).toBe("数量太大。");
    host.refusals.clear();
    await key("Escape");
    expect(text("total")).toBe("540.00");
  });

  it("a line's discount says who bears it; the order's is kept apart and can be taken off", async () => {
    await scan(TEA);
    lines()[0]?.querySelector("button")?.click();
    await settled();
    await tap("edit-discount");
    await type("9");
    await tap("bearer-supplier");
    await tap("set");
    expect(lines()[0]?.textContent).toContain("9 折 供货方让利");
    expect(text("discount")).toBe("−12.80");
    await key("F7");
    await type("8.8");
    await key("Enter");
    const draft = host.last("figure") as { discount: unknown };
    expect(draft.discount).toEqual({ fen: null, bp: 1200, borne_by: "operator" });
    await key("F7");
    await tap("remove-discount");
    expect(text("discount")).toBe("−12.80");
  });

  it("抹零 starts as the outlet has it and goes round", async () => {
    await scan(ORANGES);
    await type("3.275");
    await key("Enter");
    expect(text("total")).toBe("15.00");
    await tap("rounding-mode");
    expect(text("total")).toBe("15.72");
    await tap("rounding-mode");
    expect(text("total")).toBe("15.70");
  });

  it("a gift box opens to what is in it", async () => {
    tile("box").click();
    await settled();
    lines()[0]?.querySelector("button")?.click();
    await settled();
    expect(lines()[0]?.textContent).toContain("香菇干 250g × 2 袋");
    expect(lines()[0]?.textContent).toContain("盆山村 · 刘长福");
  });
});

describe("finding goods", () => {
  it("F2, a name, Enter", async () => {
    await key("F2");
    vi.advanceTimersByTime(50);
    const field = screen.getByTestId("search") as HTMLInputElement;
    expect(document.activeElement).toBe(field);
    field.value = "粉条";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    await settled();
    expect(screen.getAllByTestId("product-tile")).toHaveLength(1);
    await key("Enter");
    expect(lines()).toHaveLength(1);
    expect(field.value).toBe("");
  });

  it("a scan while the search has the focus never lands in it", async () => {
    await key("F2");
    vi.advanceTimersByTime(50);
    await scan(HONEY);
    expect((screen.getByTestId("search") as HTMLInputElement).value).toBe("");
    expect(lines()).toHaveLength(1);
    expect(host.count("find_products")).toBe(0);
  });

  it("a code keyed in by hand is taken as scanned", async () => {
    await type(HONEY);
    await key("Enter");
    expect(host.last("scan")).toEqual({ code: HONEY, times: null, after: null });
    expect(lines()).toHaveLength(1);
  });

  it("an answer that comes late does not replace a newer one", async () => {
    const field = screen.getByTestId("search") as HTMLInputElement;
    const go = host.hold("find_products");
    field.value = "茶";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    await settled();
    host.held.delete("find_products");
    field.value = "蜂蜜";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    await settled();
    go();
    await settled();
    expect(screen.getAllByTestId("product-tile").map((one) => one.dataset["code"])).toEqual(["honey"]);
  });
});

describe("being paid", () => {
  it("cash with change, and whom it helped", async () => {
    await scan(HONEY);
    await scan(TEA);
    await key("F9");
    await type("200");
    expect(text("paying-change")).toBe("27.00");
    await key("Enter");
    expect(text("change")).toBe("27.00");
    expect(text("receipt-number")).toBe("T3-000128");
    expect(screen.getAllByTestId("helped-row")).toHaveLength(2);
    expect(host.last("print_receipt")).toBeUndefined();
    await drawn();
    expect(host.last("print_receipt")).toEqual({ number: "T3-000128", reprint: false });
  });

  it("is printed, though a scan begins the next sale before its screen is drawn", async () => {
    await scan(HONEY);
    await key("F9");
    await key("Enter");
    gun(TEA, 1);
    await settled();
    expect(screen.queryByTestId("done")).toBeNull();
    expect(host.last("print_receipt")).toBeUndefined();
    await drawn();
    expect(host.last("print_receipt")).toEqual({ number: "T3-000128", reprint: false });
    expect(lines()).toHaveLength(1);
  });

  it("nothing typed means the exact sum, and a quick sum is replaced by what is typed next", async () => {
    await scan(HONEY);
    await tap("pay");
    await tap("quick-cash", 1);
    await type("60");
    await tap("complete");
    expect((host.last("record_sale") as RecordSale).tenders).toEqual([
      { kind: "cash", fen: 6000, reference: null, collected_by: null },
    ]);
    expect(text("change")).toBe("15.00");
  });

  it("part by WeChat with its last digits, the rest in cash", async () => {
    await scan(TEA);
    await tap("pay");
    await tap("tender-wechat");
    await type("100");
    expect(text("remaining")).toBe("28.00");
    const reference = screen.getByTestId("reference") as HTMLInputElement;
    reference.value = "0417";
    reference.dispatchEvent(new Event("input", { bubbles: true }));
    await settled();
    await tap("tender-cash");
    await type("50");
    expect(text("paying-change")).toBe("22.00");
    await tap("complete");
    expect((host.last("record_sale") as RecordSale).tenders).toEqual([
      { kind: "wechat", fen: 10000, reference: "0417", collected_by: null },
      { kind: "cash", fen: 5000, reference: null, collected_by: null },
    ]);
  });

  it("too little is not taken, and says what is missing", async () => {
    await scan(TEA);
    await key("F9");
    await type("100");
    await key("Enter");
    expect(text("message")).toContain("还差 28.00 元");
    expect(host.count("record_sale")).toBe(0);
  });

  it("a scan while paying adds a line and asks for the new sum", async () => {
    await scan(HONEY);
    await key("F9");
    await type("50");
    await scan(TEA);
    expect(lines()).toHaveLength(2);
    expect(text("remaining")).toBe("123.00");
    expect(within(screen.getByTestId("tender-current")).getByText("50")).toBeTruthy();
  });

  it.each([
    [
      "a double click",
      async () => {
        screen.getByTestId("complete").click();
        screen.getByTestId("complete").click();
      },
    ],
    [
      "a double Enter",
      async () => {
        press("Enter");
        press("Enter");
      },
    ],
    [
      "Enter held down",
      async () => {
        press("Enter");
        for (let times = 0; times < 20; times += 1) {
          press("Enter", { repeat: true });
          wait(30);
        }
      },
    ],
  ])("%s records once and leaves the change to be read", async (_name, twice) => {
    await scan(HONEY);
    await key("F9");
    const go = host.hold("record_sale");
    await twice();
    await settled();
    go();
    await settled();
    await key("Enter", { repeat: true });
    expect(host.count("record_sale")).toBe(1);
    expect(screen.getByTestId("done")).toBeTruthy();
    await key("Enter");
    expect(screen.getByTestId("done")).toBeTruthy();
  });

  it("a refused record keeps the sale, says why, and is sent again under the same id", async () => {
    await scan(HONEY);
    await key("F9");
    host.refusals.set("record_sale", {
      code: "disk_full",
      message: "磁盘满了，这一单还没存，没有丢。",
      line: null,
    });
    await key("Enter");
    expect(text("message")).toContain("磁盘满了");
    expect(lines()).toHaveLength(1);
    const first = (host.last("record_sale") as RecordSale).id;
    host.refusals.set("record_sale", new Error("the way to the core broke"));
    await key("Enter");
    expect(text("message")).toContain("程序没有回应");
    host.refusals.clear();
    await key("Enter");
    expect(screen.getByTestId("done")).toBeTruthy();
    expect((host.last("record_sale") as RecordSale).id).toBe(first);
    expect(host.count("start_sale")).toBe(1);
  });

  it("a scan that comes while the sale is being recorded begins the next one", async () => {
    await scan(HONEY);
    await key("F9");
    const go = host.hold("record_sale");
    press("Enter");
    gun(TEA);
    await settled();
    go();
    await settled();
    await settled();
    expect((host.last("record_sale") as RecordSale).draft.lines).toHaveLength(1);
    expect(lines()).toHaveLength(1);
    expect(text("total")).toBe("128.00");
  });
});

describe("when it is done", () => {
  async function sold(): Promise<void> {
    await scan(HONEY);
    await key("F9");
    await key("Enter");
  }

  it("a scan begins the next sale, with an id of its own", async () => {
    await sold();
    await scan(TEA);
    expect(screen.queryByTestId("done")).toBeNull();
    expect(lines()).toHaveLength(1);
    await key("F9");
    await key("Enter");
    const ids = host.calls
      .filter((call) => call.name === "record_sale")
      .map((call) => (call.request as RecordSale).id);
    expect(new Set(ids).size).toBe(2);
  });

  it("the change stays small beside the next sale, until that one is paid", async () => {
    await scan(HONEY);
    await key("F9");
    await type("100");
    await key("Enter");
    expect(text("change")).toBe("55.00");
    await scan(TEA);
    expect(text("last-change")).toBe("55.00");
    await scan("6900000099999");
    expect(text("last-change")).toBe("55.00");
    await key("F9");
    expect(screen.queryByTestId("last-change")).toBeNull();
    await key("Enter");
    await scan(TEA);
    expect(screen.queryByTestId("last-change")).toBeNull();
  });

  it("the change is forgotten when nobody asks for it any more", async () => {
    await scan(HONEY);
    await key("F9");
    await type("50");
    await key("Enter");
    vi.advanceTimersByTime(700);
    await key("Enter");
    expect(text("last-change")).toBe("5.00");
    wait(180_000);
    await settled();
    expect(screen.queryByTestId("last-change")).toBeNull();
  });

  it("a refused scan leaves the change on the screen", async () => {
    await sold();
    await scan("6900000099999");
    expect(screen.getByTestId("done")).toBeTruthy();
    expect(text("message")).toContain("没有这个商品");
  });

  it("Enter begins the next once the change could be read", async () => {
    await sold();
    vi.advanceTimersByTime(700);
    await key("Enter");
    expect(screen.queryByTestId("done")).toBeNull();
    expect(lines()).toHaveLength(0);
  });

  it("a printer that fails is a notice and holds nothing up; 补打 tries again", async () => {
    host.refusals.set("print_receipt", { code: "printer_failed", message: "打印机没有反应。", line: null });
    await sold();
    await drawn();
    expect(text("print-failed")).toContain("打印机没有反应。");
    host.refusals.clear();
    await tap("reprint");
    expect(screen.queryByTestId("print-failed")).toBeNull();
    expect(host.last("print_receipt")).toEqual({ number: "T3-000128", reprint: true });
  });

  it("a receipt that went to a file is not said to be printed", async () => {
    host.tell({ ...host.status, printer: "not_set" });
    await sold();
    await drawn();
    expect(text("printing")).toBe("没接打印机，存成了文件");
  });

  it("says where the sale is kept, and no more than is known", async () => {
    await sold();
    expect(text("done")).toContain("联网后自动上传");
    host.tell({ ...host.status, connection: "online", sales_waiting: 1, sales_only_here: 1 });
    await settled();
    expect(text("done")).toContain("正在上传");
    host.tell({ ...host.status, connection: "online", sales_waiting: 1, sales_only_here: 0 });
    await settled();
    expect(text("done")).toContain("主机已收到");
    host.tell({ ...host.status, connection: "online", sales_waiting: 0, sales_only_here: 0 });
    await settled();
    expect(text("done")).toContain("中心已收到");
  });

  it("shows the receipt as it is on paper", async () => {
    await sold();
    await tap("picture");
    expect(screen.getByTestId("receipt-picture").querySelector("img")?.alt).toBe("小票");
  });

  it("own goods help nobody, and the screen does not say they do", async () => {
    tile("bag").click();
    await settled();
    await tap("rounding-mode");
    await key("F9");
    await key("Enter");
    expect(screen.queryAllByTestId("helped-row")).toHaveLength(0);
    expect(text("helped")).toContain("自营");
  });
});

describe("the header", () => {
  it("offline is normal, with how many sales wait", async () => {
    expect(text("connection")).toBe("连不上中心，照常收款");
    expect(text("waiting")).toBe("待上传 12 单");
    host.tell({ ...host.status, sales_waiting: 12, sales_only_here: 2 });
    await settled();
    expect(text("waiting")).toBe("待上传 2 单，待到中心 12 单");
    host.tell({ ...host.status, sales_waiting: 12, sales_only_here: 0 });
    await settled();
    expect(text("waiting")).toBe("主机已收，待到中心 12 单");
    host.tell({
      connection: "online",
      catalogue: 0,
      stand_in: null,
      sales_waiting: 0,
      sales_only_here: 0,
      printer: "failed",
      attention: null,
    });
    await settled();
    expect(text("connection")).toBe("已联网");
    expect(text("waiting")).toBe("待上传 0 单");
    expect(text("printer")).toBe("打印机没反应");
  });

  it("asks for the status by itself", async () => {
    host.status = { ...host.status, sales_waiting: 13, sales_only_here: 13 };
    wait(5100);
    await settled();
    expect(text("waiting")).toBe("待上传 13 单");
  });

  it("what needs a person stays in sight", async () => {
    const attention = { code: "fork", message: "另一台机器在用同一个钥匙。", line: null };
    host.tell({ ...host.status, attention });
    await settled();
    wait(20_000);
    await settled();
    expect(text("message")).toContain("另一台机器在用同一个钥匙");
  });

  it("that the clock was set back goes when somebody has read it, and comes again with the next time", async () => {
    const set_back = (message: string): void =>
      host.tell({ ...host.status, attention: { code: "clock_set_back", message, line: null } });
    set_back("电脑的时间往回调了：9 点 → 8 点。");
    await settled();
    await tap("message-close");
    expect(shown("message")).toBe(false);
    set_back("电脑的时间往回调了：9 点 → 8 点。");
    await settled();
    expect(shown("message")).toBe(false);
    set_back("电脑的时间往回调了：9 点 → 7 点。");
    await settled();
    expect(text("message")).toContain("7 点");
    host.tell({ ...host.status, attention: { code: "fork", message: "要人来看。", line: null } });
    await settled();
    expect(shown("message-close")).toBe(false);
  });

  it("speaks the other language at once, and keeps the sale", async () => {
    await scan(HONEY);
    await chooseLanguage("en");
    expect(host.last("choose_language")).toEqual({ language: "en" });
    expect(document.documentElement.lang).toBe("en");
    expect(text("connection")).toBe("Offline, sell as usual");
    expect(screen.getByTestId("pay").textContent).toContain("Pay");
    expect(lines()).toHaveLength(1);
  });

  it("speaks 繁體中文, and names goods as they were entered", async () => {
    await scan(HONEY);
    await chooseLanguage("zh-Hant");
    expect(document.documentElement.lang).toBe("zh-Hant");
    expect(text("connection")).toBe("連不上中心，照常收款");
    expect(lines()).toHaveLength(1);
    expect(lines()[0]?.textContent).toContain("土蜂蜜");
    expect(document.title).toBe("集市收銀");
  });
});
