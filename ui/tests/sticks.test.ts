// A stick that is plugged in is noticed by itself, and offered quietly.
import { cleanup, render } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import TillWindow from "../src/till/TillWindow.svelte";
import { lines, scan, settled, shown, tap, text } from "./support/screen";
import { wait } from "./support/keys";
import { TestHost } from "./support/test-host";

const HONEY = "6900000000017";
const STICK = "/media/fair/U盘";
const FILE = { path: `${STICK}/T3.jishi.catalogue`, name: "T3.jishi.catalogue", folder: STICK, bytes: 700 };

let host: TestHost;
const sounds = { scanned: () => undefined, refused: () => undefined };

/** The window looks again what is plugged in. */
async function looked(): Promise<void> {
  wait(4_100);
  await settled();
}

beforeEach(async () => {
  vi.useFakeTimers();
  host = new TestHost();
  render(TillWindow, { host, sounds });
  await settled();
  host.tell({ ...host.status, connection: "offline" });
  await looked();
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

describe("a stick", () => {
  it("with a file of the centre's is offered, and read at a press", async () => {
    expect(shown("stick")).toBe(false);
    host.jobs.sticks = { sticks: [STICK], files: [FILE], sales_waiting: 5 };
    await looked();
    expect(text("stick")).toContain("T3.jishi.catalogue");
    // Selling goes on under it.
    await scan(HONEY);
    expect(lines()).toHaveLength(1);
    await tap("stick-read");
    expect(host.last("start_receipt")).toEqual({ path: FILE.path });
    expect(shown("stick")).toBe(false);
  });

  it("takes what waits where there is no line", async () => {
    host.jobs.sticks = { sticks: [STICK], files: [], sales_waiting: 5 };
    await looked();
    expect(text("stick")).toContain("5 单");
    await tap("stick-carry");
    expect(host.last("start_carry")).toEqual({ place: STICK });
  });

  it("is not spoken of where nothing has to be carried, nor twice, nor when it is gone", async () => {
    host.tell({ ...host.status, connection: "online" });
    host.jobs.sticks = { sticks: [STICK], files: [], sales_waiting: 5 };
    await looked();
    expect(shown("stick")).toBe(false);
    host.jobs.sticks = { sticks: [], files: [], sales_waiting: 5 };
    await looked();
    host.jobs.sticks = { sticks: [STICK], files: [FILE], sales_waiting: 5 };
    await looked();
    expect(shown("stick")).toBe(true);
    await tap("stick-close");
    await looked();
    expect(shown("stick")).toBe(false);
    host.jobs.sticks = { sticks: [], files: [], sales_waiting: 5 };
    await looked();
    host.jobs.sticks = { sticks: [STICK], files: [FILE], sales_waiting: 5 };
    await looked();
    host.jobs.sticks = { sticks: [], files: [], sales_waiting: 5 };
    await looked();
    expect(shown("stick")).toBe(false);
  });
});
