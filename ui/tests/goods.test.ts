// Goods at the window: keys by category and by stall with pictures, prices by hand, the scale, gift boxes.
import { cleanup, render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { BoxDraft, Draft, SaveBox } from "../src/lib/host";
import TillWindow from "../src/till/TillWindow.svelte";
import { key, lines, scan, settled, shown, tap, text, type } from "./support/screen";
import { TestHost } from "./support/test-host";

const HONEY = "6900000000017";
const ORANGES = "6900000000031";

let host: TestHost;

const codes = (): (string | undefined)[] =>
  screen.getAllByTestId("product-tile").map((tile) => tile.dataset["code"]);

async function open(prepare: (host: TestHost) => void = () => undefined): Promise<void> {
  host = new TestHost();
  prepare(host);
  render(TillWindow, { host, sounds: { scanned: vi.fn(), refused: vi.fn() } });
  await settled();
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

async function write(testid: string, value: string): Promise<void> {
  const field = screen.getByTestId(testid) as HTMLInputElement;
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  await settled();
}

describe("quick keys by category and by stall, with pictures", () => {
  it("a stall's goods are its keys, and a search goes over all of them", async () => {
    await open();
    await tap("by-stall");
    expect(codes()).toEqual(["honey"]);
    await tap("stall-S05");
    expect(codes()).toEqual(["duck"]);
    await tap("by-category");
    expect(codes().length).toBeGreaterThan(5);
  });

  it("goods with a picture show it, the others their first character on the colour of their category", async () => {
    await open();
    expect(host.last("pictures")).toEqual({ pictures: ["honey"] });
    const honey = screen.getAllByTestId("product-tile").find((tile) => tile.dataset["code"] === "honey");
    expect(honey?.querySelector("img")?.getAttribute("src")).toBe("data:image/png;base64,honey");
    const orange = screen.getAllByTestId("product-tile").find((tile) => tile.dataset["code"] === "orange");
    const drawn = orange?.querySelector<HTMLElement>("[data-testid=drawn]");
    expect(drawn?.textContent?.trim()).toBe("橙");
    expect(drawn?.getAttribute("style")).toMatch(/--tile-[a-h]/);
    await tap("by-stall");
    await tap("by-category");
    expect(host.count("pictures"), "each is asked for once").toBe(1);
  });

  it("without its pictures a till sells all the same", async () => {
    await open((made) => made.refusals.set("pictures", new Error("gone")));
    expect(shown("message")).toBe(false);
    expect(screen.getAllByTestId("drawn").length).toBe(codes().length);
  });

  it("what does not fit is paged by touch and by key", async () => {
    vi.spyOn(HTMLElement.prototype, "scrollHeight", "get").mockReturnValue(900);
    vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(300);
    await open();
    const tiles = screen.getAllByTestId("product-tile")[0]?.parentElement;
    await tap("page-down");
    expect(tiles?.scrollTop).toBe(300);
    await key("PageDown");
    expect(tiles?.scrollTop).toBe(600);
    await tap("page-up");
    await key("PageUp");
    expect(tiles?.scrollTop).toBe(0);
  });
});

describe("改价, a price by hand", () => {
  async function change(price: string): Promise<void> {
    await scan(HONEY);
    lines()[0]?.querySelector("button")?.click();
    await settled();
    await tap("edit-price");
    await type(price);
  }

  it("below the list the line says who bears it", async () => {
    await open();
    await change("42");
    await key("Enter");
    expect(text("total")).toBe("42.00");
    const draft = host.last("figure") as Draft;
    expect(draft.lines[0]).toMatchObject({ price_fen: 4200, price_borne_by: "operator", discount: null });
  });

  it("the supplier goes down to what she agreed to, and no further", async () => {
    await open();
    await change("39");
    expect(text("lowest-price")).toContain("40.00");
    await tap("price-bearer-supplier");
    await key("Enter");
    expect(text("message")).toContain("没有同意");
    expect(text("total")).toBe("45.00");
    await key("Backspace");
    await key("Backspace");
    await type("40");
    await key("Enter");
    expect(text("total")).toBe("40.00");
  });

  it("above the list it is the price, and it is taken back by one press", async () => {
    await open();
    await change("50");
    await key("Enter");
    expect(text("total")).toBe("50.00");
    lines()[0]?.querySelector("button")?.click();
    await settled();
    await tap("edit-price");
    await tap("restore-price");
    expect(text("total")).toBe("45.00");
  });

  it("a discount takes the place of a changed price", async () => {
    await open();
    await change("42");
    await key("Enter");
    lines()[0]?.querySelector("button")?.click();
    await settled();
    await tap("edit-discount");
    await type("9");
    await key("Enter");
    expect(lines()[0]?.textContent).toContain("40.50");
    expect((host.last("figure") as Draft).lines[0]?.price_fen).toBeNull();
  });

  it("nothing typed changes nothing", async () => {
    await open();
    await change("");
    await key("Enter");
    expect(text("message")).toContain("请输入新的单价");
    expect(text("total")).toBe("45.00");
  });
});

describe("the scale: tare, and what is counted and priced by weight", () => {
  it("a tare that is typed is taken off, and the line says so", async () => {
    await open();
    await scan(ORANGES);
    await type("3.2");
    await tap("scale-tare");
    await type("0.2");
    await key("Enter");
    expect(lines()[0]?.textContent).toContain("已去皮 0.2 斤");
    expect(lines()[0]?.textContent?.replaceAll(/\s+/g, " ")).toContain("3 斤 × 4.80");
    expect(lines()[0]?.textContent).toContain("14.40");
  });

  it("counted goods are one unless another number is typed, and their usual tare comes by itself", async () => {
    await open();
    screen
      .getAllByTestId("product-tile")
      .find((tile) => tile.dataset["code"] === "duck")
      ?.click();
    await settled();
    await type("3.6");
    expect(text("scale-tare")).toContain("0.1");
    await tap("scale-pieces");
    await type("2");
    await key("Enter");
    const line = (host.last("figure") as Draft).lines[0];
    expect(line).toMatchObject({ product: "duck", quantity: "2", weight: "3.5", tare: "0.1" });
    expect(lines()[0]?.textContent?.replaceAll(/\s+/g, " ")).toContain("3.5 斤 × 26.00");
    expect(lines()[0]?.textContent).toContain("2 只");
    expect(text("total")).toBe("91.00");
  });

  it("斤 is said in 公斤 beside it", async () => {
    await open();
    await scan(ORANGES);
    await type("3.2");
    expect(document.body.textContent).toContain("合 1.6 公斤");
  });

  it("packing heavier than all of it is not taken", async () => {
    await open();
    await scan(ORANGES);
    await type("3");
    await tap("scale-tare");
    await type("3");
    await key("Enter");
    expect(text("message")).toContain("皮重比毛重还大");
    expect(lines()).toHaveLength(0);
  });
});

describe("gift boxes put together on one page", () => {
  it("goods are scanned and searched in, figured, and the box is saved", async () => {
    await open();
    await tap("open-boxes");
    await write("box-name", "双蜜礼盒");
    await scan(HONEY);
    await scan(HONEY);
    expect(lines(), "the sale is not touched").toHaveLength(0);
    await write("box-find", "香菇");
    await tap("box-found");
    expect(screen.getAllByTestId("box-part")).toHaveLength(2);
    expect(text("box-together")).toBe("122.00");
    await write("box-price", "100");
    expect(text("box-reduction")).toBe("−22.00");
    await tap("box-bearer-supplier");
    await tap("box-save");
    const { draft } = host.last("save_box") as SaveBox;
    expect(draft).toEqual<BoxDraft>({
      code: null,
      name: "双蜜礼盒",
      price_fen: 10_000,
      borne_by: "supplier",
      barcode: null,
      contents: [
        { product: "honey", quantity: "2" },
        { product: "mushroom", quantity: "1" },
      ],
    });
    expect(text("message")).toContain("双蜜礼盒");
    expect(shown("box-panel")).toBe(false);
  });

  it("a box that is there is changed", async () => {
    await open();
    await tap("open-boxes");
    await tap("box-box");
    expect(screen.getAllByTestId("box-part")).toHaveLength(2);
    await tap("box-remove", 1);
    await tap("box-more");
    await tap("box-save");
    const { draft } = host.last("save_box") as SaveBox;
    expect(draft).toMatchObject({ code: "box", contents: [{ product: "honey", quantity: "2" }] });
  });

  it("an empty one says how a box is made, and is not saved", async () => {
    await open();
    await tap("open-boxes");
    expect(text("box-empty")).toMatch(/还没有装东西.*起个名字.*扫商品的条码.*存好就能卖.*要改已有的礼盒/);
    await scan(HONEY);
    expect(shown("box-empty")).toBe(false);
    await tap("box-remove");
    expect(shown("box-empty")).toBe(true);
    await tap("box-save");
    expect(text("message")).toContain("先写名称和售价");
    expect(host.count("save_box")).toBe(0);
  });

  it("a cashier is asked for a supervisor", async () => {
    await open((made) => {
      made.staff_asked = true;
      made.signed_in = { code: "01", name: "李小梅", role: "cashier", demo_pin: "1111" };
    });
    await tap("open-boxes");
    await write("box-name", "双蜜礼盒");
    await scan(HONEY);
    await write("box-price", "40");
    await tap("box-save");
    expect(host.goods.saved).toHaveLength(0);
    await type("03");
    await key("Enter");
    await type("3333");
    await key("Enter");
    await settled();
    expect(host.goods.saved).toHaveLength(1);
  });
});
