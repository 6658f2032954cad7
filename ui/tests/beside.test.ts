// 购买方、备注 on any sale, the drawer without one, and a lock that the core holds.
import { screen } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { OpenDrawer, RecordSale } from "../src/lib/host";
import { wait } from "./support/keys";
import { key, lines, scan, settled, shown, tap, text, type } from "./support/screen";
import type { TestHost } from "./support/test-host";
import { eachOnATill, openTill, standsThere } from "./support/till";

const HONEY = "6900000000017";

let host: TestHost;
eachOnATill((made) => (host = made));

async function open(cashier = false): Promise<void> {
  if (cashier) standsThere(host);
  await openTill(host);
}

async function typeInto(testid: string, value: string): Promise<void> {
  const field = screen.getByTestId<HTMLInputElement>(testid);
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  await settled();
}

async function pay(): Promise<RecordSale> {
  await key("F9");
  await key("Enter");
  return host.last("record_sale") as RecordSale;
}

describe("a buyer and a note on any sale", () => {
  it("both are set beside a sale in cash, said beside the total, and recorded", async () => {
    await open();
    await scan(HONEY);
    await key("F4");
    await typeInto("buyer-query", "食堂");
    await tap("buyer-found");
    await typeInto("note", " 送到后门 ");
    await tap("beside-set");
    expect(text("show-beside")).toContain("购买方 白水县第一中学食堂 · 备注 送到后门");
    const { draft } = await pay();
    expect([draft.buyer, draft.note]).toEqual(["U1", "送到后门"]);
    wait(700);
    await key("Enter");
    expect(text("show-beside")).toContain("购买方、备注");
  });

  it("somebody new is taken in by name, with what was looked for already typed", async () => {
    await open();
    await scan(HONEY);
    await tap("show-beside");
    await typeInto("buyer-query", "欧阳春");
    await tap("new-buyer");
    expect(screen.getByTestId<HTMLInputElement>("new-buyer-name").value).toBe("欧阳春");
    await typeInto("new-buyer-phone", "1391234 5678");
    await tap("beside-set");
    expect(host.last("add_buyer")).toEqual({ name: "欧阳春", phone: "13912345678" });
    expect(text("buyer")).toContain("欧阳春");
    await tap("beside-set");
    expect((await pay()).draft.buyer).toBe("P1");
  });

  it("a scan goes past it, and leaving it with Esc keeps the note as it was", async () => {
    await open();
    await scan(HONEY);
    await key("F4");
    await typeInto("note", "不要");
    await scan(HONEY);
    expect(text("count")).toBe("2");
    await key("Escape");
    expect((await pay()).draft.note).toBe(null);
  });

  it("receipts are looked for by buyer or note", async () => {
    await open();
    await key("F3");
    expect(screen.getAllByTestId("receipt-row").length).toBeGreaterThan(1);
    await typeInto("receipts-about", "食堂");
    expect(host.last("receipts")).toMatchObject({ about: "食堂", before: null });
    expect(screen.getAllByTestId("receipt-row").map((row) => row.dataset["number"])).toEqual(["T3-000125"]);
  });
});

describe("the drawer without a sale", () => {
  it("asks why, and a supervisor where the cashier may not alone", async () => {
    await open(true);
    await key("F10");
    await tap("open-drawer");
    await key("Enter");
    expect(host.count("open_drawer")).toBe(0);
    await type("1");
    wait(150);
    await key("Enter");
    expect(shown("approve")).toBe(true);
    await type("03");
    await key("Enter");
    await type("3333");
    wait(150);
    await key("Enter");
    const sent = host.last("open_drawer") as OpenDrawer;
    expect(sent).toEqual({ id: "sale-1", reason: "换零钱", approval: "approval-1" });
    expect(host.drawer_openings).toBe(1);
  });

  it("with no printer it says so, and the page stays", async () => {
    host.refusals.set("open_drawer", { code: "no_printer", message: "没有设打印机。", line: null });
    await open();
    await key("F10");
    await tap("open-drawer");
    await tap("drawer-reason", 1);
    await tap("drawer-set");
    expect(screen.getByRole("alert").textContent).toContain("没有设打印机");
    expect(shown("ask-drawer")).toBe(true);
    await key("Escape");
    await key("Escape");
    expect(shown("more-page")).toBe(false);
  });

  it("while a reason is asked for no key reaches the sale beneath, and a scan does", async () => {
    await open();
    await scan(HONEY);
    await key("F10");
    await tap("open-drawer");
    await key("Delete");
    await type("+");
    wait(150);
    await scan(HONEY);
    expect(text("count")).toBe("2");
    expect(shown("ask-drawer")).toBe(false);
  });
});

describe("the lock that the core holds", () => {
  it("hears of hands at the till, no oftener than it needs to", async () => {
    await open(true);
    const before = host.count("touch");
    await type("tfm");
    expect(host.count("touch")).toBe(before);
    wait(16_000);
    await type("tfm");
    expect(host.count("touch")).toBe(before + 1);
  });

  it("shows the sign-in page when the core has locked, and keeps the sale behind it", async () => {
    await open(true);
    await scan(HONEY);
    host.signed_in = null;
    host.refusals.set("scan", { code: "locked_idle", message: "已经锁定。", line: null });
    await scan(HONEY);
    expect(shown("sign-in")).toBe(true);
    host.refusals.clear();
    await type("01");
    await key("Enter");
    await type("1111");
    wait(150);
    await key("Enter");
    expect(lines()).toHaveLength(1);
  });
});
