// 盲交: a cashier counts before she reads what should be there, and a supervisor may open it for her.
import { screen } from "@testing-library/svelte";
import { describe, expect, it, vi } from "vitest";
import { key, settled, shown, text, type } from "./support/screen";
import type { TestHost } from "./support/test-host";
import { eachOnATill, openTill, standsThere } from "./support/till";

let host: TestHost;
eachOnATill((made) => (host = made));

async function reading(): Promise<void> {
  standsThere(host);
  host.shift.is_blind = true;
  host.shift.moves = [{ at: "14:05", direction: "out", fen: 3300, reason: "买包装" }];
  await openTill(host);
  await key("F8");
}

const page = (): string => (screen.getByTestId("shift").textContent ?? "").replaceAll(/\s+/g, " ");

describe("the reading of whoever counts blind", () => {
  it("has counts, and neither float nor cash nor any sum that they follow from", async () => {
    await reading();
    expect(text("x-figures")).toContain("12 单");
    expect(text("cash-move")).toBe("14:05 取出 · 买包装");
    expect(text("x-blind")).toContain("先点后看");
    for (const testid of ["x-net", "x-float", "unverified", "x-vouchers"]) expect(shown(testid)).toBe(false);
    for (const sum of ["200.00", "1,258.00", "33.00", "45.00"]) expect(page()).not.toContain(sum);
  });

  it("shows all of it once she has counted", async () => {
    await reading();
    await key("F9");
    await type("2");
    await key("F9");
    vi.advanceTimersByTime(700);
    await key("F9");
    await settled();
    expect(screen.getByTestId("shift").dataset["page"]).toBe("counted");
    expect(page()).toContain("200.00");
    expect(page()).toContain("33.00");
  });

  it("is opened with a supervisor's PIN, and shut when the page is left", async () => {
    await reading();
    await key("F7");
    expect(page()).toContain("请领班输工号和密码");
    screen
      .getAllByTestId("staff-member")
      .find((one) => one.dataset["code"] === "03")
      ?.click();
    await settled();
    await type("3333");
    await key("Enter");
    await settled();
    const { subject, actions } = host.last("approve") as { subject: string; actions: string[] };
    expect([subject, actions]).toEqual(["shift-1", ["cash_figures"]]);
    expect(text("x-net")).toBe("1,258.00");
    await key("Escape");
    await key("F8");
    expect(shown("x-net")).toBe(false);
  });
});
