// Signing in, the lock, and a supervisor's PIN on the spot, in the window as a cashier has it.
import { cleanup, render, screen } from "@testing-library/svelte";
import { tick } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { RecordRefund, RecordSale } from "../src/lib/host";
import TillWindow from "../src/till/TillWindow.svelte";
import { gun, press, wait } from "./support/keys";
import { STAFF, TestHost } from "./support/test-host";

const HONEY = "6900000000017";
const TEA = "6900000000024";
const ORANGES = "6900000000031";
const QR = "jishi:T3-000128:a41f-9c02-77de";

let host: TestHost;
const scannedSound = vi.fn<() => void>();
const refusedSound = vi.fn<() => void>();

async function settled(): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    for (let turn = 0; turn < 60; turn += 1) await Promise.resolve();
    await tick();
  }
}

async function key(name: string): Promise<void> {
  press(name);
  await settled();
}

async function type(text: string): Promise<void> {
  for (const character of text) {
    press(character);
    wait(90);
  }
  // The last one is held back until it is sure that no scanner typed it.
  wait(150);
  await settled();
}

async function scan(code: string): Promise<void> {
  gun(code);
  await settled();
}

async function tap(element: Element | null | undefined): Promise<void> {
  if (!(element instanceof HTMLElement)) throw new Error("it is not there");
  element.click();
  await settled();
}

const text = (testid: string): string => screen.getByTestId(testid).textContent?.trim() ?? "";
const there = (testid: string): boolean => screen.queryByTestId(testid) !== null;
const named = (code: string): HTMLElement | undefined =>
  screen.getAllByTestId("staff-member").find((one) => one.dataset["code"] === code);
const keypad = (label: string): Element | undefined =>
  [...document.querySelectorAll(".keypad button")].find((one) => one.textContent?.trim() === label);

async function open(signed_in: number | null): Promise<void> {
  host.staff_asked = true;
  host.signed_in = signed_in === null ? null : (STAFF[signed_in] ?? null);
  render(TillWindow, { host, sounds: { scanned: scannedSound, refused: refusedSound } });
  await settled();
}

beforeEach(() => {
  vi.useFakeTimers();
  host = new TestHost();
  scannedSound.mockClear();
  refusedSound.mockClear();
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

describe("signing in", () => {
  it("is asked at a till whose staff have PINs, and by the keyboard alone the sale begins", async () => {
    await open(null);
    expect(there("sign-in")).toBe(true);
    expect(there("pay")).toBe(false);
    await type("01");
    expect(text("staff-code")).toContain("01");
    await key("Enter");
    await type("1111");
    expect(screen.getByTestId("staff-pin").textContent).not.toContain("1");
    await key("Enter");
    expect(there("sign-in")).toBe(false);
    expect(text("handover")).toContain("李小梅");
    await scan(HONEY);
    expect(text("total")).toBe("45.00");
  });

  it("goes by touch alone: a name, four digits, 登录", async () => {
    await open(null);
    await tap(named("02"));
    for (let press = 0; press < 4; press += 1) await tap(keypad("2"));
    await tap(screen.getByTestId("staff-enter"));
    expect(text("handover")).toContain("周文静");
  });

  it("takes no wrong PIN: it says so, sounds, and asks for the PIN again", async () => {
    await open(null);
    await tap(named("01"));
    await type("9999");
    await key("Enter");
    expect(text("staff-trouble")).toContain("工号或密码不对");
    expect(refusedSound).toHaveBeenCalledTimes(1);
    expect(there("sign-in")).toBe(true);
    await type("1111");
    await key("Enter");
    expect(there("sign-in")).toBe(false);
  });

  it("after five wrong PINs the right one waits too, and then it is taken", async () => {
    await open(null);
    await tap(named("01"));
    for (let wrong = 1; wrong < 5; wrong += 1) {
      await type("9999");
      await key("Enter");
      expect(text("staff-trouble"), `${wrong}`).toContain("工号或密码不对");
    }
    await type("9999");
    await key("Enter");
    expect(text("staff-trouble")).toMatch(/输错太多次.*请过 30 秒/);
    wait(10_000);
    await type("1111");
    await key("Enter");
    expect(text("staff-trouble")).toMatch(/请过 (19|20) 秒/);
    expect(there("sign-in")).toBe(true);
    expect(text("staff-code")).toContain("01");
    // Another one's code does not wait.
    await tap(named("02"));
    await type("2222");
    await key("Enter");
    expect(text("handover")).toContain("周文静");
    await key("F12");
    wait(20_000);
    await tap(named("01"));
    await type("1111");
    await key("Enter");
    expect(text("handover")).toContain("李小梅");
  });

  it.each([
    [3, "黄慧是会计", ["看交班数字（F8）", "补打（F3）", "备份", "F12"]],
    [2, null, []],
  ])("staff %i: who does not sell here reads at once what she may do", async (member, who, things) => {
    await open(member);
    expect(there("message")).toBe(who !== null);
    if (who === null) return;
    for (const said of [who, "在这里不收银", ...things]) expect(text("message")).toContain(said);
    // A message of the moment goes before it, and it stands again when that one is gone.
    await scan("6909999999996");
    expect(text("message")).not.toContain(who);
    wait(60_000);
    await settled();
    expect(text("message")).toContain(who);
  });

  it("sends a PIN once, however often Enter is pressed", async () => {
    await open(null);
    await tap(named("01"));
    await type("1111");
    const go = host.hold("sign_in");
    await key("Enter");
    await key("Enter");
    await tap(screen.getByTestId("staff-enter"));
    go();
    await settled();
    expect(host.count("sign_in")).toBe(1);
  });

  it("is not asked where nobody has a PIN", async () => {
    render(TillWindow, { host, sounds: { scanned: scannedSound, refused: refusedSound } });
    await settled();
    expect(there("sign-in")).toBe(false);
    expect(there("handover")).toBe(false);
    wait(3_600_000);
    await settled();
    expect(host.count("sign_out")).toBe(0);
  });
});

describe("a till that is shut", () => {
  it("keeps the sale through a change of cashier", async () => {
    await open(0);
    await scan(HONEY);
    await scan(TEA);
    await key("F12");
    expect(text("sale-kept")).toContain("2 行");
    expect(host.last("sign_out")).toEqual({ reason: "handover" });
    await tap(named("02"));
    await type("2222");
    await key("Enter");
    expect(screen.getAllByTestId("line")).toHaveLength(2);
    expect(text("total")).toBe("173.00");
  });

  it("shuts by itself when nobody touches it, not while somebody does, and loses nothing", async () => {
    await open(0);
    await scan(HONEY);
    wait(299_000);
    await key("ArrowDown");
    wait(299_000);
    await scan(TEA);
    wait(299_000);
    await settled();
    expect(there("sign-in")).toBe(false);
    await key("F9");
    wait(301_000);
    await settled();
    expect(there("sign-in")).toBe(true);
    expect(host.last("sign_out")).toEqual({ reason: "idle" });
    await tap(named("01"));
    await type("1111");
    await key("Enter");
    expect(there("complete")).toBe(true);
    await key("Enter");
    const recorded = host.last("record_sale") as RecordSale;
    expect(recorded.draft.lines).toHaveLength(2);
  });

  it("refuses a scan with a sound and says so; it is not in the sale, and no PIN is made of it", async () => {
    await open(0);
    await scan(HONEY);
    await key("F12");
    await tap(named("01"));
    await scan(TEA);
    expect(refusedSound).toHaveBeenCalledTimes(1);
    expect(scannedSound).toHaveBeenCalledTimes(1);
    expect(text("staff-trouble")).toContain("没有加进去");
    expect(text("staff-pin")).toContain("已输入 0 位");
    await type("1111");
    await key("Enter");
    expect(screen.getAllByTestId("line")).toHaveLength(1);
  });

  it("lets no key of the sale through", async () => {
    await open(0);
    await scan(HONEY);
    await key("F12");
    for (const name of ["F9", "F7", "Delete", "Enter", "Escape"]) await key(name);
    expect(host.count("figure_payment")).toBe(0);
    expect(there("sign-in")).toBe(true);
    await tap(named("01"));
    await type("1111");
    await key("Enter");
    expect(screen.getAllByTestId("line")).toHaveLength(1);
  });

  it("is shut when the core says that nobody is signed in", async () => {
    await open(0);
    host.signed_in = null;
    host.refusals.set("scan", { code: "not_signed_in", message: "还没有登录，没有记。", line: null });
    await scan(HONEY);
    expect(there("sign-in")).toBe(true);
  });
});

describe("a supervisor's PIN on the spot", () => {
  async function discounted(): Promise<void> {
    host.discount_limit_bp = 1000;
    await open(0);
    await scan(TEA);
    await key("F7");
    await type("5");
    await key("Enter");
    await key("F9");
  }

  it("is asked for beside the sale where a discount is above the limit, and goes with the sale", async () => {
    await discounted();
    expect(text("approve")).toContain("优惠超过限额");
    expect(there("complete")).toBe(false);
    // Only who could approve is offered.
    expect(screen.getAllByTestId("staff-member").map((one) => one.dataset["code"])).toEqual(["03"]);
    await tap(named("03"));
    await type("3333");
    await key("Enter");
    expect(there("complete")).toBe(true);
    expect(text("message")).toContain("何建国");
    await key("Enter");
    const recorded = host.last("record_sale") as RecordSale;
    expect(recorded.approval).toBe("approval-1");
    expect(host.approvals.get("approval-1")?.subject).toBe(recorded.id);
    expect(there("done")).toBe(true);
    expect(text("handover")).toContain("李小梅");
  });

  it("lets a scan pass under it", async () => {
    await discounted();
    await scan(HONEY);
    expect(there("approve")).toBe(true);
    expect(screen.getAllByTestId("line")).toHaveLength(2);
    // A weight that is asked for goes first.
    await scan(ORANGES);
    await type("2");
    await key("Enter");
    expect(screen.getAllByTestId("line")).toHaveLength(3);
    expect(there("approve")).toBe(true);
    expect(text("staff-code")).not.toContain("2");
  });

  it("takes no cashier's, and Esc goes back to the sale as it was", async () => {
    await discounted();
    await type("02");
    await key("Enter");
    await type("2222");
    await key("Enter");
    expect(text("staff-trouble")).toContain("不能授权");
    await key("Escape");
    expect(there("approve")).toBe(false);
    expect(screen.getAllByTestId("line")).toHaveLength(1);
    expect(host.count("record_sale")).toBe(0);
  });

  it("is asked for again at once where a price that was approved becomes another", async () => {
    await open(0);
    const change = async (price: string): Promise<void> => {
      await tap(screen.getAllByTestId("line")[0]?.querySelector("button"));
      await tap(screen.getByTestId("edit-price"));
      await type(price);
      await key("Enter");
    };
    const approved = async (): Promise<void> => {
      await tap(named("03"));
      await type("3333");
      await key("Enter");
    };
    await scan(HONEY);
    await change("42");
    expect(there("approve")).toBe(false);
    await key("F9");
    await approved();
    await key("Escape");
    // More of the same is no more than was approved.
    await scan(HONEY);
    expect(there("approve")).toBe(false);
    await change("41");
    expect(text("approve")).toContain("改价");
    await approved();
    expect(there("approve")).toBe(false);
    await key("F9");
    await key("Enter");
    expect(there("done")).toBe(true);
    expect((host.last("record_sale") as RecordSale).approval).toBe("approval-2");
  });

  it("is asked for where a cashier gives money back, and goes with the refund", async () => {
    await open(0);
    await scan(QR);
    await tap(screen.getByTestId("refund-all"));
    await key("Enter");
    expect(text("approve")).toContain("退货");
    expect(host.approvals.size).toBe(0);
    await tap(named("03"));
    await type("3333");
    await key("Enter");
    expect(there("refund-done")).toBe(true);
    const sent = host.last("record_refund") as RecordRefund;
    expect(sent.approval).toBe("approval-1");
    expect(host.approvals.get("approval-1")).toMatchObject({ subject: sent.id, actions: ["refund"] });
  });

  it("is asked for again where the core wants another, and the next sale begins without it", async () => {
    await discounted();
    await tap(named("03"));
    await type("3333");
    await key("Enter");
    host.refusals.set("record_sale", { code: "approval_needed", message: "这一步要领班授权。", line: null });
    await key("Enter");
    expect(there("approve")).toBe(true);
    host.refusals.clear();
    await tap(named("03"));
    await type("3333");
    await key("Enter");
    await key("Enter");
    expect((host.last("record_sale") as RecordSale).approval).toBe("approval-2");
    wait(1000);
    await key("Enter");
    await scan(HONEY);
    await key("F9");
    expect(there("approve")).toBe(false);
    await key("Enter");
    expect((host.last("record_sale") as RecordSale).approval).toBeNull();
  });
});

describe("closing a shift that somebody else opened", () => {
  it("takes a supervisor's PIN beside it, and the count stands", async () => {
    await open(1);
    await key("F8");
    await tap(screen.getByTestId("count"));
    for (let denomination = 0; denomination < 9; denomination += 1) {
      wait(700);
      await key("Enter");
    }
    wait(700);
    await key("Enter");
    expect(screen.getByTestId("shift").dataset["page"]).toBe("counted");
    wait(700);
    await key("Enter");
    expect(text("approve")).toContain("替别人交班");
    expect(text("shift")).toContain("李小梅开的");
    expect(host.count("count_drawer")).toBe(1);
    await tap(named("03"));
    await type("3333");
    await key("Enter");
    expect(screen.getByTestId("shift").dataset["page"]).toBe("closed");
    expect(host.last("close_shift")).toEqual({ approval: "approval-1" });
    expect(host.approvals.get("approval-1")?.subject).toBe("shift-1");
  });
});
