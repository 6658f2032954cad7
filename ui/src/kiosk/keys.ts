import { numberKey } from "../lib/typed-number";
import type { Kiosk } from "./kiosk.svelte";

/** Keys at a till that is left to the buyers: no key does what a cashier's does. */
export function onKioskKey(event: KeyboardEvent, kiosk: Kiosk): void {
  if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  // A button that was reached with Tab is pressed by Enter itself.
  if (event.key === "Enter" && event.target instanceof HTMLButtonElement) return;
  const act = ACTS[event.key];
  if (act === undefined) {
    // What the browser itself would do with them is not the buyer's either.
    if (/^F\d+$/.test(event.key)) event.preventDefault();
    return;
  }
  event.preventDefault();
  if (!event.repeat || event.key === "Backspace") act(kiosk);
}

export function onKioskTyped(character: string, kiosk: Kiosk): void {
  if (kiosk.page === "confirm" || kiosk.page === "leave") kiosk.entry.type(character);
  else {
    const key = numberKey(character);
    if (key !== null) kiosk.press(key);
  }
}

/** It was no person's. */
export function onKioskUntyped(characters: string, kiosk: Kiosk): void {
  for (let left = characters.length; left > 0; left--) {
    if (kiosk.page === "confirm" || kiosk.page === "leave") kiosk.entry.back();
    else kiosk.press("back");
  }
}

const ACTS: Record<string, (kiosk: Kiosk) => void> = {
  Enter: (kiosk) => {
    if (kiosk.page === "goods") kiosk.pay();
    else if (kiosk.page === "reference") kiosk.setReference();
    else if (kiosk.page === "confirm" || kiosk.page === "leave") kiosk.staffEnter();
    else if (kiosk.page === "done") kiosk.thanked();
  },
  Escape: (kiosk) => kiosk.back(),
  Backspace: (kiosk) => {
    if (kiosk.page === "confirm" || kiosk.page === "leave") kiosk.entry.back();
    else kiosk.press("back");
  },
};
