/** Keys as a gun or a person presses them, at the times a test says; timers keep step with them. */
import { vi } from "vitest";

let clock_ms = 0;

export function wait(duration_ms: number): void {
  clock_ms += duration_ms;
  vi.advanceTimersByTime(duration_ms);
}

export function codeOf(character: string): string {
  if (/\d/.test(character)) return `Digit${character}`;
  if (/[a-z]/i.test(character)) return `Key${character.toUpperCase()}`;
  return (
    {
      " ": "Space",
      "=": "Equal",
      "-": "Minus",
      "+": "NumpadAdd",
      "*": "NumpadMultiply",
      ".": "Period",
      "/": "Slash",
      ":": "Semicolon",
      "?": "Slash",
    }[character] ?? character
  );
}

export function now(): number {
  return clock_ms;
}

/**
 * One key to what has the focus; where it is let in, it changes the field as a browser would. `at_ms` is when it was
 * pressed, which may be a while ago.
 */
export function press(character: string, init: KeyboardEventInit = {}, at_ms = clock_ms): KeyboardEvent {
  const target = document.activeElement ?? document.body;
  const code = character.length === 1 ? codeOf(character) : character;
  const shiftKey = /[A-Z:?]/.test(character) && character.length === 1;
  const key = new KeyboardEvent("keydown", {
    code,
    key: character,
    shiftKey,
    bubbles: true,
    cancelable: true,
    ...init,
  });
  Object.defineProperty(key, "timeStamp", { value: at_ms });
  const let_in = target.dispatchEvent(key);
  if (let_in && target instanceof HTMLInputElement && character.length === 1) {
    target.setRangeText(character, target.selectionStart ?? 0, target.selectionEnd ?? 0, "end");
    target.dispatchEvent(new Event("input", { bubbles: true }));
  }
  return key;
}

/** A gun: `gap_ms` between keys, and the key that ends a code. */
export function gun(code: string, gap_ms = 5, end = "Enter"): KeyboardEvent {
  for (const character of code) {
    press(character);
    wait(gap_ms);
  }
  return press(end);
}
