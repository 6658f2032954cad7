// A full disk keeps no language: it is spoken all the same, and that is said.
import { cleanup, render } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import TillWindow from "../src/till/TillWindow.svelte";
import { chooseLanguage, scan, settled, text } from "./support/screen";
import { TestHost } from "./support/test-host";

let host: TestHost;
const sounds = { scanned: () => undefined, refused: () => undefined };

beforeEach(async () => {
  vi.useFakeTimers();
  host = new TestHost();
  render(TillWindow, { host, sounds });
  await settled();
  await scan("6900000000017");
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

it("on a full disk the language is another all the same, and it is said that it is not kept", async () => {
  host.refusals.set("choose_language", { code: "disk_full", message: "The disk is full.", line: null });
  // The core speaks it, though it could not write it down.
  host.language = "en";
  await chooseLanguage("en");
  expect(document.documentElement.lang).toBe("en");
  expect(text("message")).toContain("not kept");
  expect(text("message")).toContain("The disk is full.");
  expect(text("pay")).toContain("Pay");
});

it("refused for another reason it stays as it was, and why is said", async () => {
  host.refusals.set("choose_language", { code: "locked_idle", message: "请先登录。", line: null });
  await chooseLanguage("en");
  expect(document.documentElement.lang).toBe("zh-Hans");
  expect(text("message")).toBe("请先登录。");
});
