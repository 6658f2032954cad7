// A damaged database as the cashier meets it: a page with the backups, and the way back to selling.
import { screen } from "@testing-library/svelte";
import { describe, expect, it, vi } from "vitest";
import type { RefusedView } from "../src/lib/host";
import { moment } from "../src/lib/moment";
import { gun, press } from "./support/keys";
import { settled, tap, text } from "./support/screen";
import { DAMAGE, type TestHost } from "./support/test-host";
import { eachOnATill, openTill } from "./support/till";

const DAMAGED: RefusedView = { code: "damaged", message: "数据文件坏了，先不要卖。", line: null };

let host: TestHost;
eachOnATill((made) => (host = made));

async function openedDamaged(): Promise<void> {
  for (const name of ["screen", "status"] as const) host.refusals.set(name, DAMAGED);
  await openTill(host);
}

const page = (): HTMLElement | null => screen.queryByTestId("damaged");
const checked = (): (string | null)[] =>
  screen.getAllByTestId("backup").map((one) => one.getAttribute("aria-checked"));

describe("a start on a damaged database", () => {
  it("shows what happened and the backups, the newest chosen", async () => {
    await openedDamaged();
    expect(text("damaged")).toContain("数据文件坏了");
    expect(text("damaged")).toContain("不会删");
    expect(text("damaged-last")).toContain("T3-000131");
    const backups = screen.getAllByTestId("backup");
    expect(backups).toHaveLength(5);
    const shown = backups.map((one) => (one.textContent ?? "").replaceAll(/\s+/g, " ").trim());
    expect(shown[0]).toBe("2026 年 11 月 23 日 12:30 最近 127 单 · 末张 T3-000128 自动备份");
    expect(shown[1]).toContain("/media/usb/东门大集/22日晚.sqlite");
    expect(shown[4]).toBe("2026 年 11 月 20 日 09:00 旧版本程序的备份 自动备份");
    expect(checked()).toEqual(["true", "false", "false", "false", "false"]);
    expect(text("absent")).toContain("/media/usb2/集市备份.sqlite");
  });

  it("asks no more than once, and does not try to open in between", async () => {
    await openedDamaged();
    const calls = host.count("screen");
    vi.advanceTimersByTime(60_000);
    await settled();
    expect(host.count("screen")).toBe(calls);
    expect(host.count("damage")).toBe(1);
  });

  it("is in English beside it", async () => {
    await openedDamaged();
    await tap("language-en");
    expect(document.documentElement.lang).toBe("en");
    expect(text("damaged")).toContain("The data file is damaged");
    expect(text("damaged")).toContain("2026-11-23 12:30");
    expect(text("damaged")).toContain("127 sales · last T3-000128");
  });

  it("restores the one that was chosen, once, and goes on selling", async () => {
    await openedDamaged();
    await tap("language-en");
    await tap("backup", 1);
    expect(checked()).toEqual(["false", "true", "false", "false", "false"]);
    const go = host.hold("restore_backup");
    await tap("restore");
    await tap("restore");
    expect(text("restore")).toBe("Restoring…");
    go();
    await settled();
    expect(host.calls.filter((call) => call.name === "restore_backup")).toEqual([
      { name: "restore_backup", request: { path: "/media/usb/东门大集/22日晚.sqlite", language: "en" } },
    ]);
    expect(page()).toBeNull();
    expect(text("message")).toContain("T3b-000001");
    expect(text("message")).toContain("replaced-20261123-181205.sqlite");
    gun("6900000000017");
    await settled();
    expect(screen.getAllByTestId("line")).toHaveLength(1);
  });

  it("stays when a backup is no good, and says why", async () => {
    await openedDamaged();
    host.refusals.set("restore_backup", {
      code: "not_a_backup",
      message: "这个文件不是集市的备份。",
      line: null,
    });
    await tap("restore");
    expect(text("rescue-trouble")).toBe("这个文件不是集市的备份。");
    expect(page()).not.toBeNull();
    host.refusals.set("restore_backup", new Error("no answer"));
    await tap("restore");
    expect(text("rescue-trouble")).toContain("什么都没有换");
  });

  it("has nothing to press where there is no backup, until a stick is plugged in", async () => {
    host.damage = { ...DAMAGE, backups: [], absent: [], last_number: null };
    await openedDamaged();
    expect(text("no-backups")).toContain("没有找到备份");
    expect((screen.getByTestId("restore") as HTMLButtonElement).disabled).toBe(true);
    expect(screen.queryByTestId("damaged-last")).toBeNull();
    host.damage = DAMAGE;
    await tap("look-again");
    expect(screen.getAllByTestId("backup")).toHaveLength(5);
    expect((screen.getByTestId("restore") as HTMLButtonElement).disabled).toBe(false);
  });
});

describe("a database of a newer program", () => {
  it("is said in three languages with what to do, offers no backup, and opens by itself when it can", async () => {
    const newer: RefusedView = { code: "newer_database", message: "数据是新版本程序的。", line: null };
    for (const name of ["screen", "status"] as const) host.refusals.set(name, newer);
    await openTill(host);
    for (const [language, said, to_do] of [
      ["zh-Hans", "收银程序太旧", "打开新版本的"],
      ["zh-Hant", "收銀程序太舊", "打開新版本的"],
      ["en", "This program is too old", "open the newer one"],
    ] as const) {
      await tap(`language-${language}`);
      expect(text("not-opened")).toContain(said);
      expect(text("not-opened")).toContain(to_do);
    }
    expect(text("not-opened")).toContain("every sale recorded is there");
    expect(screen.queryByTestId("restore")).toBeNull();
    expect(host.count("damage")).toBe(0);
    host.refusals.clear();
    await vi.advanceTimersByTimeAsync(2500);
    await settled();
    expect(screen.queryByTestId("not-opened")).toBeNull();
    expect(screen.queryByTestId("search")).not.toBeNull();
  });
});

describe("damage that is found while selling", () => {
  it("stands before the sale, which is there again afterwards", async () => {
    await openTill(host);
    gun("6900000000017");
    await settled();
    host.tell({ ...host.status, attention: DAMAGED });
    await settled();
    expect(page()).not.toBeNull();
    // Nothing of the till hears a key or a scan meanwhile.
    gun("6900000000024");
    press("F9");
    press("Enter");
    await settled();
    expect(host.count("scan")).toBe(1);
    expect(host.count("restore_backup")).toBe(0);
    await tap("restore");
    expect(page()).toBeNull();
    expect(screen.getAllByTestId("line")).toHaveLength(1);
    expect(text("total")).toBe("45.00");
  });

  it("is shown where recording was refused, and nothing was recorded", async () => {
    await openTill(host);
    gun("6900000000017");
    await settled();
    press("F9");
    await settled();
    host.refusals.set("record_sale", DAMAGED);
    press("Enter");
    await settled();
    expect(page()).not.toBeNull();
    expect(host.recorded.size).toBe(0);
    await tap("restore");
    expect(screen.getAllByTestId("line")).toHaveLength(1);
    expect(screen.queryByTestId("complete")).toBeNull();
  });

  it("keeps the language of the till", async () => {
    host.language = "en";
    await openTill(host);
    host.tell({ ...host.status, attention: DAMAGED });
    await settled();
    expect(text("damaged")).toContain("The data file is damaged");
  });
});

describe("a moment", () => {
  it.each([
    ["2026-11-03T08:05:01+08:00", "2026 年 11 月 3 日 08:05", "2026-11-03 08:05"],
    ["2026-01-23T18:05:01-05:00", "2026 年 1 月 23 日 18:05", "2026-01-23 18:05"],
    ["nonsense", "nonsense", "nonsense"],
  ])("%s", (at, chinese, english) => {
    expect(moment(at, "zh-Hans")).toBe(chinese);
    expect(moment(at, "en")).toBe(english);
  });
});
