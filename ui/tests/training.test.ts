// 练习: entered and left in two touches, and never mistaken for the real till.
import { cleanup, render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import TillWindow from "../src/till/TillWindow.svelte";
import { chooseLanguage, key, lines, scan, settled, tap, text } from "./support/screen";
import { wait } from "./support/keys";
import { TestHost } from "./support/test-host";

const HONEY = "6900000000017";

let host: TestHost;
const sounds = { scanned: () => undefined, refused: () => undefined };
const there = (testid: string): boolean => screen.queryByTestId(testid) !== null;

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

async function enter(): Promise<void> {
  await tap("show-more");
  await tap("enter-training");
  // Another till is asked for all that it shows.
  await settled();
}

describe("training", () => {
  it("is entered in two touches, with a banner on every page, and left in two", async () => {
    expect(there("training-banner")).toBe(false);
    await enter();
    expect(text("training-banner")).toContain("练习中");
    expect(there("more-page")).toBe(false);
    await scan(HONEY);
    expect(lines()).toHaveLength(1);
    await key("F9");
    expect(there("training-banner")).toBe(true);
    await key("Enter");
    expect(there("done")).toBe(true);
    expect(there("training-banner")).toBe(true);
    await key("F8");
    expect(there("training-banner")).toBe(true);

    await tap("leave-training");
    expect(host.count("leave_training")).toBe(0);
    await tap("leave-training");
    expect(host.count("leave_training")).toBe(1);
    expect(there("training-banner")).toBe(false);
    expect(lines()).toHaveLength(0);
  });

  it("asks for the real sale on the screen to be finished or put aside first", async () => {
    await scan(HONEY);
    await enter();
    expect(host.count("enter_training")).toBe(0);
    expect(text("message")).toContain("挂单");
    await key("Escape");
    expect(lines()).toHaveLength(1);
    await key("F6");
    await key("F6");
    await enter();
    expect(host.count("enter_training")).toBe(1);
  });

  it("one press alone does not leave it, and a double press of entering is one", async () => {
    await enter();
    await tap("leave-training");
    wait(4000);
    await settled();
    await tap("leave-training");
    expect(host.count("leave_training")).toBe(0);
  });

  it("can be left while it is locked", async () => {
    await enter();
    host.staff_asked = true;
    await chooseLanguage("en");
    await settled();
    expect(there("sign-in")).toBe(true);
    expect(text("training-banner")).toContain("TRAINING");
    await tap("leave-training");
    await tap("leave-training");
    expect(there("training-banner")).toBe(false);
  });

  it("a scan leaves the page behind 更多 and is taken", async () => {
    await key("F10");
    expect(there("more-page")).toBe(true);
    await scan(HONEY);
    expect(there("more-page")).toBe(false);
    expect(lines()).toHaveLength(1);
  });
});
