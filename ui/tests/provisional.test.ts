// 货单里没有: goods and households that nobody entered, put in beside the sale; and labels that name a lot.
import { cleanup, render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Draft, PutProvisional } from "../src/lib/host";
import TillWindow from "../src/till/TillWindow.svelte";
import { key, lines, scan, settled, shown, tap, text, type } from "./support/screen";
import { TestHost } from "./support/test-host";

const HONEY = "6900000000017";
const UNKNOWN = "6901234567915";

let host: TestHost;

async function open(prepare: (host: TestHost) => void = () => undefined): Promise<void> {
  host = new TestHost();
  prepare(host);
  render(TillWindow, { host, sounds: { scanned: vi.fn(), refused: vi.fn() } });
  await settled();
}

async function write(testid: string, value: string): Promise<void> {
  const field = screen.getByTestId(testid) as HTMLInputElement;
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  await settled();
}

const value = (testid: string): string => (screen.getByTestId(testid) as HTMLInputElement).value;

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe("goods that are not in the catalogue", () => {
  it("an unknown barcode offers to put them in, with the barcode kept, and they go onto the sale", async () => {
    await open();
    await scan(UNKNOWN);
    expect(text("message")).toContain("没有这个商品");
    await tap("message-offer");
    expect(value("provisional-barcode")).toBe(UNKNOWN);
    await write("provisional-name", "竹编小凳");
    await write("provisional-price", "25");
    await tap("provisional-unit-个");
    await tap("provisional-whose-new");
    await write("provisional-party", "韦大娘");
    await write("provisional-village", "下坡村");
    await tap("provisional-set");
    expect(host.last("put_provisional")).toMatchObject({
      name: "竹编小凳",
      unit: "个",
      price_fen: 2500,
      barcode: UNKNOWN,
      said_of: null,
      new_party: { name: "韦大娘", village: "下坡村" },
    } satisfies Partial<PutProvisional>);
    expect(lines()).toHaveLength(1);
    expect(text("whose")).toBe("待归户（下坡村 · 韦大娘）");
    expect(text("total")).toBe("25.00");
    expect(text("message")).toContain("补录好了");
    expect(shown("provisional")).toBe(false);
    await scan(UNKNOWN);
    expect(lines()).toHaveLength(1);
    expect(text("total")).toBe("50.00");
  });

  it("what is sold by weight is weighed at once", async () => {
    await open();
    await tap("open-provisional");
    await write("provisional-name", "红薯");
    await write("provisional-price", "3.5");
    await key("Enter");
    await type("2");
    await key("Enter");
    expect(text("total")).toBe("7.00");
  });

  it("a known household is found and chosen", async () => {
    await open();
    await key("F2", { shiftKey: true });
    await write("provisional-name", "青菜");
    await write("provisional-price", "2");
    await tap("provisional-unit-把");
    await tap("provisional-whose-known");
    await key("Enter");
    expect(text("message")).toContain("先选是哪一户");
    await write("provisional-find", "石门");
    await tap("provisional-found");
    expect(text("provisional-chosen")).toContain("王桂兰");
    await key("Enter");
    expect((host.last("put_provisional") as PutProvisional).said_of).toBe("H1");
  });

  it("a search that finds nothing leads there with what was typed", async () => {
    await open();
    await write("search", "山药");
    await tap("enter-found-none");
    expect(value("provisional-name")).toBe("山药");
  });

  it("a scan passes the page: known goods go onto the sale, an unknown code is its barcode", async () => {
    await open();
    await tap("open-provisional");
    await write("provisional-name", "红薯");
    await scan(HONEY);
    expect(lines()).toHaveLength(1);
    await scan(UNKNOWN);
    expect(value("provisional-barcode")).toBe(UNKNOWN);
    expect(value("provisional-name")).toBe("红薯");
    await scan("https://example.com/x?y=1");
    expect(value("provisional-barcode")).toBe(UNKNOWN);
  });

  it("without a name or a price nothing is sent, and a double press sends it once", async () => {
    await open();
    await tap("open-provisional");
    await tap("provisional-set");
    expect(text("message")).toContain("先写名称和单价");
    await write("provisional-name", "青菜");
    await write("provisional-price", "0");
    await tap("provisional-set");
    expect(host.count("put_provisional")).toBe(0);
    await write("provisional-price", "2");
    await tap("provisional-unit-把");
    screen.getByTestId("provisional-set").click();
    screen.getByTestId("provisional-set").click();
    await settled();
    expect(host.count("put_provisional")).toBe(1);
    expect(lines()).toHaveLength(1);
  });

  it("a cashier is asked for a supervisor where the outlet wants it", async () => {
    await open((made) => {
      made.staff_asked = true;
      made.provisional_needs_supervisor = true;
      made.signed_in = { code: "01", name: "李小梅", role: "cashier", demo_pin: "1111" };
    });
    await tap("open-provisional");
    await write("provisional-name", "青菜");
    await write("provisional-price", "2");
    await tap("provisional-unit-把");
    await tap("provisional-set");
    expect(host.put_in).toHaveLength(0);
    await type("03");
    await key("Enter");
    await type("3333");
    await key("Enter");
    await settled();
    expect(host.put_in).toHaveLength(1);
    expect(lines()).toHaveLength(1);
  });
});

describe("labels that name a lot", () => {
  it("a label adds one of its lot, and the line says which", async () => {
    await open();
    await scan("JLHONEY0000001");
    expect((host.last("figure") as Draft).lines[0]).toMatchObject({ product: "honey", lot: "L002" });
    expect(lines()[0]?.textContent).toContain("批次 L002");
  });

  it("weighed goods keep the lot of their label", async () => {
    await open();
    await scan("JLRANGE0000002");
    await type("2");
    await key("Enter");
    expect((host.last("figure") as Draft).lines[0]).toMatchObject({ product: "orange", lot: "L003" });
  });
});

describe("by stall", () => {
  it("the lines stand under their stalls with each one's sum, and the arrows follow what is seen", async () => {
    await open((made) => (made.stall_mode = true));
    await scan(HONEY);
    await scan("6900000000048");
    await scan(HONEY);
    const groups = screen
      .getAllByTestId("stall-group")
      .map((group) => group.textContent?.replaceAll(/\s+/g, " "));
    expect(groups).toHaveLength(2);
    expect(groups[0]).toContain("石门蜜坊");
    expect(groups[0]).toContain("90.00");
    expect(groups[1]).toContain("不分摊位");
    const keys = (): (string | undefined)[] => lines().map((line) => line.dataset["key"]);
    expect(keys()).toEqual(["1", "3", "2"]);
    await key("ArrowDown");
    expect(lines()[2]?.getAttribute("aria-current")).toBe("true");
  });

  it("an outlet that does not sell by stall shows none", async () => {
    await open();
    await scan(HONEY);
    expect(shown("stall-group")).toBe(false);
  });
});
