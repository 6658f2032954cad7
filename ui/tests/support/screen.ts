/** What a cashier does at the window, and what she reads on it. */
import { screen } from "@testing-library/svelte";
import { tick } from "svelte";
import { gun, press, wait } from "./keys";

/** Lets all calls that are under way come back and the screen follow. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 80; turn += 1) await Promise.resolve();
  await tick();
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  await tick();
}

/** What waits for the frame is asked for and answered. */
export async function drawn(): Promise<void> {
  wait(20);
  await settled();
}

export async function key(name: string, init: KeyboardEventInit = {}): Promise<void> {
  press(name, init);
  await settled();
}

export async function scan(code: string): Promise<void> {
  gun(code);
  await settled();
}

export async function type(text: string): Promise<void> {
  for (const character of text) {
    press(character);
    wait(90);
  }
  await settled();
}

export async function tap(testid: string, index = 0): Promise<void> {
  const found = screen.getAllByTestId(testid)[index];
  if (found === undefined) throw new Error(`no ${testid} at ${index}`);
  found.click();
  await settled();
}

export const text = (testid: string, index = 0): string =>
  (screen.getAllByTestId(testid)[index]?.textContent ?? "").replaceAll(/\s+/g, " ").trim();

export const shown = (testid: string): boolean => screen.queryByTestId(testid) !== null;

export const lines = (): HTMLElement[] => screen.queryAllByTestId("line");

/** In the strip that the header's 文A opens; it is closed again. */
export async function chooseLanguage(language: string): Promise<void> {
  await tap("show-look");
  await tap(`language-${language}`);
  await tap("look-done");
}
