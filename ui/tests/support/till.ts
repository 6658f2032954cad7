/** The window of a till: made anew for each test, on a clock that a test moves, and taken away after it. */
import { cleanup, render } from "@testing-library/svelte";
import { afterEach, beforeEach, vi } from "vitest";
import TillWindow from "../../src/till/TillWindow.svelte";
import { settled } from "./screen";
import { STAFF, TestHost } from "./test-host";

const SILENT = { scanned: () => undefined, refused: () => undefined };

/** `take` is given the host of each test before it begins. */
export function eachOnATill(take: (host: TestHost) => void): void {
  beforeEach(() => {
    vi.useFakeTimers();
    take(new TestHost());
  });
  afterEach(() => {
    cleanup();
    vi.useRealTimers();
  });
}

export async function openTill(host: TestHost): Promise<void> {
  render(TillWindow, { host, sounds: SILENT });
  await settled();
}

/** At a till whose staff have PINs. */
export function standsThere(host: TestHost, member: (typeof STAFF)[number] | undefined = STAFF[0]): void {
  host.staff_asked = true;
  host.signed_in = member ?? null;
}
