// 数据: long work says how far it is and can be cancelled, and a scan goes to the sale meanwhile.
import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import TillWindow from "../src/till/TillWindow.svelte";
import { chooseLanguage, key, lines, scan, settled, shown, tap, text } from "./support/screen";
import { wait } from "./support/keys";
import { TestHost } from "./support/test-host";

const HONEY = "6900000000017";

let host: TestHost;
const sounds = { scanned: () => undefined, refused: () => undefined };

/** The window looks again how far the job is. */
async function looked(): Promise<void> {
  wait(250);
  await settled();
}

async function page(): Promise<void> {
  await tap("show-more");
  await tap("open-data");
}

beforeEach(async () => {
  vi.useFakeTimers();
  host = new TestHost();
  render(TillWindow, { host, sounds });
  await settled();
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

describe("a stick to the centre", () => {
  const receipt = {
    path: "/media/fair/U盘/T3.jishi.receipt",
    name: "T3.jishi.receipt",
    folder: "/media/fair/U盘",
    bytes: 700,
  };

  it("is not offered where there is no centre", async () => {
    await page();
    expect(shown("data-carry")).toBe(false);
  });

  it("carries what waits, and what came back is read", async () => {
    host.jobs.data = {
      ...host.jobs.data,
      may: ["carry", "receipt"],
      carry: { centre: "柳河县中心", sales_waiting: 37, receipts: [receipt] },
    };
    await page();
    expect(text("data-waiting")).toContain("柳河县中心的 37 单");
    await tap("data-carry-place");
    expect(host.last("start_carry")).toEqual({ place: "/media/fair/U盘" });
    host.jobs.end();
    await looked();
    expect(text("job-said")).toContain("/media/fair/U盘/T3.jishi");
    await tap("job-close");
    await tap("data-receipt");
    expect(host.last("start_receipt")).toEqual({ path: receipt.path });
    host.jobs.end();
    await looked();
    expect(text("job-said")).toBe("中心都收到了。");
  });
});

describe("a hub or a centre", () => {
  const code = "JISHI-0K3M9-7QXTR";

  it("is joined with its one-time code", async () => {
    await page();
    expect(text("data-centre")).toContain("单机使用");
    await fireEvent.input(screen.getByTestId("data-code"), { target: { value: code } });
    await settled();
    await tap("data-enrol-set");
    expect(host.last("start_enrol")).toEqual({ code });
    host.jobs.end();
    host.jobs.data = {
      ...host.jobs.data,
      centre: { name: "柳河县中心", address: "https://10.0.0.3:8788" },
    };
    await looked();
    expect(text("job-said")).toBe("接上了 柳河县中心，37 单正在传过去。");
    expect(text("data-centre")).toContain("现在接在 柳河县中心");
  });

  it("has its code scanned from wherever the cashier is, and nothing is sold by it", async () => {
    await scan(code);
    expect(shown("data-page")).toBe(true);
    expect((screen.getByTestId("data-code") as HTMLInputElement).value).toBe(code);
    expect(host.count("start_enrol")).toBe(0);
    expect(host.count("scan")).toBe(0);
  });

  it("is not for a cashier to choose", async () => {
    host.jobs.data = {
      ...host.jobs.data,
      may: [],
      centre: { name: "东门大集", address: "https://10.0.0.3:8788" },
    };
    await page();
    expect(text("data-centre")).toContain("东门大集（https://10.0.0.3:8788）");
    expect(shown("data-code")).toBe(false);
  });
});

describe("a backup", () => {
  it("shows how far it is, and a scan goes to the sale meanwhile", async () => {
    await page();
    expect(text("data-last")).toContain("2026 年 11 月 22 日 18:40");
    await tap("data-place");
    expect(host.last("start_backup")).toEqual({ place: "/media/fair/U盘" });
    host.jobs.at(1024, 4096);
    await looked();
    expect(text("job-measure")).toBe("1,024 / 4,096");
    expect((screen.getByTestId("job-progress") as HTMLProgressElement).value).toBe(1024);
    expect(shown("job-waits")).toBe(false);
    await scan(HONEY);
    expect(shown("data-page")).toBe(false);
    expect(lines()).toHaveLength(1);
    expect(shown("job")).toBe(true);
    host.jobs.end();
    await looked();
    expect(text("job-said")).toContain("/media/fair/U盘/jishi-T3.sqlite");
    expect(text("job-said")).toContain("8.4 MB");
    await tap("job-close");
    expect(shown("job-ended")).toBe(false);
  });

  it("is stopped once, and says that nothing was changed", async () => {
    await page();
    await tap("data-place");
    await tap("job-cancel");
    expect(text("job-cancel")).toBe("正在停下…");
    await tap("job-cancel");
    expect(host.count("cancel_job")).toBe(1);
    host.jobs.end();
    await looked();
    expect(text("job-said")).toBe("备份：已取消，什么都没有改。");
  });

  it("has no second job beside it, and no double press", async () => {
    await page();
    const go = host.hold("start_backup");
    await tap("data-place");
    await tap("data-place");
    go();
    await settled();
    expect(host.count("start_backup")).toBe(1);
    await tap("data-start-verify");
    expect(text("message")).toContain("上一件还没做完");
    expect(screen.getByTestId("job").dataset["kind"]).toBe("backup");
  });
});

describe("an import", () => {
  it("is looked at first; a scan waits for it, says so, and is not lost", async () => {
    await page();
    await tap("data-file");
    expect(host.last("start_import")).toEqual({ path: "/media/fair/U盘/货单.json", check_only: true });
    host.jobs.end();
    await looked();
    expect(text("job-said")).toContain("新增 12，修改 3，不变 850");
    await tap("job-import");
    expect(host.last("start_import")).toEqual({ path: "/media/fair/U盘/货单.json", check_only: false });
    expect(text("job-waits")).toContain("做完才能接着收款");
    await scan(HONEY);
    expect(lines()).toHaveLength(0);
    expect(host.count("scan")).toBe(0);
    expect(text("message")).toContain("先记着");
    host.jobs.end();
    await looked();
    await settled();
    expect(text("job-said")).toContain("导入好了");
    expect(lines()).toHaveLength(1);
  });

  it("can be cancelled while a scan waits for it", async () => {
    await page();
    await tap("data-start-rebuild");
    await scan(HONEY);
    await tap("job-cancel");
    expect(host.count("cancel_job")).toBe(1);
    host.jobs.end();
    await looked();
    await settled();
    expect(lines()).toHaveLength(1);
  });

  it("names the rows that are wrong", async () => {
    await page();
    await tap("data-file");
    host.jobs.refuse([{ list: "products", row: 7, name: "honey", message: "单价不对。" }]);
    await looked();
    expect(text("job-said")).toContain("一行也没有导入");
    expect(text("job-fault")).toBe("商品 第 7 行 honey：单价不对。");
    expect(shown("job-import")).toBe(false);
  });
});

describe("the page", () => {
  it("offers nothing to whoever may not, and Escape goes back to the list", async () => {
    host.jobs.data = { ...host.jobs.data, may: ["verify"] };
    await page();
    expect(screen.getAllByTestId("data-not-yours")).toHaveLength(4);
    expect(shown("data-file")).toBe(false);
    await tap("data-start-verify");
    host.jobs.end();
    await looked();
    expect(text("job-said")).toContain("4021 条记录全部正确");
    await key("Escape");
    expect(shown("data-page")).toBe(false);
    expect(shown("more-page")).toBe(true);
  });

  it("is in English", async () => {
    await page();
    await chooseLanguage("en");
    await settled();
    expect(text("data-import")).toContain("One bad row, and none is taken");
  });
});
