// A shift as the cashier meets it: its float, cash in and out, the blind count, the Z report.
import { screen } from "@testing-library/svelte";
import { beforeEach, describe, expect, it } from "vitest";
import { gun, wait } from "./support/keys";
import { key, settled, tap, text, type } from "./support/screen";
import type { TestHost } from "./support/test-host";
import { eachOnATill, openTill } from "./support/till";

const HONEY = "6900000000017";

let host: TestHost;
eachOnATill((made) => (host = made));

const page = (): string | undefined => screen.queryByTestId("shift")?.dataset["page"];

describe("opening a shift", () => {
  it("sells at once where today's is open", async () => {
    await openTill(host);
    expect(page()).toBeUndefined();
  });

  it("asks for the float first, and a scan before it sells nothing", async () => {
    host.shift.state = "none";
    await openTill(host);
    expect(page()).toBe("open");
    gun(HONEY);
    await settled();
    expect(host.count("scan")).toBe(0);
    expect(text("message")).toContain("先开班");
    await type("200");
    await key("Enter");
    expect(host.last("open_shift")).toEqual({ float_fen: 20_000 });
    expect(page()).toBeUndefined();
    gun(HONEY);
    await settled();
    expect(screen.getAllByTestId("line")).toHaveLength(1);
  });

  it("opens once, however often it is pressed", async () => {
    host.shift.state = "none";
    await openTill(host);
    const go = host.hold("open_shift");
    await tap("set");
    await tap("set");
    go();
    await settled();
    expect(host.count("open_shift")).toBe(1);
    expect(host.last("open_shift")).toEqual({ float_fen: 0 });
  });
});

describe("a forgotten shift", () => {
  beforeEach(async () => {
    host.shift.state = "forgotten";
    host.shift.business_date = "2026-11-22";
    await openTill(host);
  });

  it("is said, and leads to the count, the Z report and today's", async () => {
    expect(text("shift")).toContain("2026-11-22 的班还没有交");
    gun(HONEY);
    await settled();
    expect(host.count("scan")).toBe(0);
    await tap("close-forgotten");
    expect(page()).toBe("count");
    await type("2");
    await key("F9");
    wait(700);
    await key("F9");
    wait(700);
    await key("Enter");
    expect(page()).toBe("closed");
    wait(700);
    await key("Enter");
    expect(page()).toBe("open");
  });

  it("is gone on with where that is chosen", async () => {
    await tap("go-on");
    expect(host.count("go_on_with_shift")).toBe(1);
    expect(page()).toBeUndefined();
  });
});

describe("cash in and out", () => {
  it("needs a sum and a reason, and is recorded once", async () => {
    await openTill(host);
    await key("F8");
    expect(page()).toBe("reading");
    await key("F4");
    expect(page()).toBe("cash");
    await type("50");
    await key("Enter");
    expect(text("message")).toContain("原因");
    await tap("reason");
    const go = host.hold("move_cash");
    await key("Enter");
    await key("Enter");
    go();
    await settled();
    expect(host.calls.filter((call) => call.name === "move_cash")).toEqual([
      { name: "move_cash", request: { id: "move-0", direction: "out", fen: 5_000, reason: "上缴现金" } },
    ]);
    expect(page()).toBe("reading");
    expect(text("cash-move")).toBe("14:05 取出 · 上缴现金");
  });

  it("says why it was refused and keeps what was typed", async () => {
    await openTill(host);
    await key("F8");
    await tap("move-cash");
    await tap("move-in");
    await tap("reason");
    await type("9");
    host.refusals.set("move_cash", { code: "bad_amount", message: "金额太大。", line: null });
    await tap("set");
    expect(text("message")).toBe("金额太大。");
    expect(page()).toBe("cash");
    expect(text("typed")).toContain("9");
  });
});

describe("the blind count", () => {
  async function counting(): Promise<void> {
    await openTill(host);
    await key("F8");
    await key("F9");
    expect(page()).toBe("count");
  }

  it("shows what should be there only after her count is confirmed", async () => {
    await counting();
    expect(screen.queryByTestId("expected")).toBeNull();
    // By the keyboard alone: one of 100, three of 20.
    await type("1");
    await key("Enter");
    await key("Enter");
    await type("3");
    expect(text("count-total")).toBe("160.00");
    await key("F9");
    expect(text("shift")).toContain("点出 160.00，确认吗");
    expect(host.count("count_drawer")).toBe(0);
    // The second press of a double one is not a confirmation.
    await key("F9");
    expect(host.count("count_drawer")).toBe(0);
    wait(700);
    await key("Enter");
    expect(page()).toBe("counted");
    expect([text("counted"), text("expected"), text("difference")]).toEqual(["160.00", "200.00", "−40.00"]);
    expect(text("shift")).toContain("短款");
  });

  it("may be made once more, and both are told", async () => {
    await counting();
    await tap("denomination", 1);
    await type("3");
    await tap("count-confirm");
    wait(700);
    await tap("count-confirm");
    expect(text("difference")).toBe("−50.00");
    await tap("recount");
    await type("2");
    await tap("count-confirm");
    wait(700);
    await tap("count-confirm");
    expect(text("counted-before")).toContain("150.00");
    expect(text("shift")).toContain("正好");
    expect((screen.getByTestId("recount") as HTMLButtonElement).disabled).toBe(true);
  });

  it("closes, prints the Z report and offers the next shift", async () => {
    await counting();
    await type("2");
    await key("F9");
    wait(700);
    await key("F9");
    wait(700);
    await key("Enter");
    expect(text("shift-closed")).toContain("交班好了");
    expect(host.last("print_shift")).toEqual({ id: "shift-1", reprint: false });
    expect(text("shift-printing")).toContain("已打印");
    await tap("print-z");
    expect(host.last("print_shift")).toEqual({ id: "shift-1", reprint: true });
    wait(700);
    await tap("open-next");
    expect(page()).toBe("open");
  });

  it("is asked for again where something was recorded since", async () => {
    await counting();
    await type("2");
    await key("F9");
    wait(700);
    await key("F9");
    wait(700);
    host.refusals.set("close_shift", { code: "count_again", message: "请再点一次。", line: null });
    await key("Enter");
    expect(page()).toBe("count");
    expect(text("message")).toBe("请再点一次。");
    expect(text("count-total")).toBe("0.00");
  });

  it("waits until the sale on the screen is finished", async () => {
    await openTill(host);
    gun(HONEY);
    await settled();
    await key("F8");
    await key("F9");
    expect(page()).toBe("reading");
    expect(text("message")).toContain("还没收完");
    // A scan goes on with it.
    gun(HONEY);
    await settled();
    expect(page()).toBeUndefined();
    expect(text("count")).toBe("2");
  });
});
