// How the window looks: chosen in two touches from every page, and kept at the till.
import { cleanup, render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import TillWindow from "../src/till/TillWindow.svelte";
import { key, lines, scan, settled, shown, tap } from "./support/screen";
import { TestHost } from "./support/test-host";

const HONEY = "6900000000017";

let host: TestHost;
const sounds = { scanned: () => undefined, refused: () => undefined };
const root = document.documentElement;

async function opened(): Promise<void> {
  render(TillWindow, { host, sounds });
  await settled();
}

beforeEach(async () => {
  vi.useFakeTimers();
  host = new TestHost();
  await opened();
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

describe("the look", () => {
  it("is chosen in two touches, worn at once and asked for by the till the next time", async () => {
    expect(root.dataset).toMatchObject({ theme: "day", textSize: "normal" });
    await tap("show-look");
    await tap("theme-night");
    expect(host.last("choose_look")).toEqual({ theme: "night", text_size: "normal" });
    expect(root.dataset["theme"]).toBe("night");
    await tap("text-large");
    expect(root.dataset).toMatchObject({ theme: "night", textSize: "large" });
    cleanup();
    root.dataset["theme"] = "day";
    await opened();
    expect(root.dataset).toMatchObject({ theme: "night", textSize: "large" });
  });

  it("stands in the way of no scan, and closes where it was opened", async () => {
    await tap("show-look");
    await scan(HONEY);
    expect(lines()).toHaveLength(1);
    expect(shown("look-strip")).toBe(true);
    await tap("show-look");
    expect(shown("look-strip")).toBe(false);
  });

  it.each([["sale"], ["paying"], ["shift"], ["receipts"]])("is reached from %s", async (page) => {
    await scan(HONEY);
    if (page === "paying") await key("F9");
    if (page === "shift") await key("F8");
    if (page === "receipts") await key("F3");
    await tap("show-look");
    await tap("theme-sun");
    expect(root.dataset["theme"]).toBe("sun");
    expect(screen.getByTestId("theme-sun").getAttribute("aria-checked")).toBe("true");
  });

  it("is what it was where the till could not keep it", async () => {
    host.refusals.set("choose_look", { code: "disk_full", message: "磁盘满了。", line: null });
    await tap("show-look");
    await tap("theme-night");
    expect(root.dataset["theme"]).toBe("day");
  });
});
