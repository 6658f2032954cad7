/**
 * Tells a scanner gun from a person at the same keyboard.
 *
 * A gun is a keyboard that types a code in one burst and ends it with Enter or Tab. It is read by
 * `KeyboardEvent.code`, so no input method can swallow or split it, and it works wherever the focus is.
 * The first keys of a burst look like a person's, so they are held back for a moment; where a text
 * field has the focus they have to be let in (an input method needs them), and what they changed there
 * is put back when the burst shows what it is.
 */

import { expectFrame } from "./frames";

/** The longest pause inside a burst: a person needs more for each key. */
export const GAP_MAX_MS = 30;
/** Three keys at that pace prove a gun; from then on one slow moment of a busy machine is forgiven. */
export const PROVEN_KEYS = 3;
export const PROVEN_GAP_MAX_MS = 90;
/** How long after that pause keys may still arrive that were pressed within it. */
const GRACE_MS = 12;
const PROVEN_GRACE_MS = 300;
/** Longer than any code; what is beyond is cut, and the core refuses it. */
export const CODE_LENGTH_MAX = 4096;

export interface ScannerEars {
  /** A whole code, in the order it was scanned. */
  scanned(code: string): void;
  /** A character that a person typed while no text field had the focus. */
  typed(character: string): void;
  /** The last characters that were typed came from a gun after all: as if they had never been. */
  untyped(characters: string): void;
}

type TextField = HTMLInputElement | HTMLTextAreaElement;

/** What a text field held before the burst began. */
interface FieldBefore {
  field: TextField;
  value: string;
  start: number | null;
  end: number | null;
}

/** What was given to the page for want of further keys. */
interface Given {
  code: string;
  last_key_ms: number;
  before: FieldBefore | null;
}

export class Scanner {
  readonly #ears: ScannerEars;
  #code = "";
  #last_key_ms = 0;
  #before: FieldBefore | null = null;
  /** The field was left, so that neither it nor an input method gets the rest of the burst. */
  #left_field = false;
  #flush_timer: ReturnType<typeof setTimeout> | undefined;
  /** Until the next key tells whether it had only been held up. */
  #given: Given | null = null;

  constructor(ears: ScannerEars) {
    this.#ears = ears;
  }

  /** Listens before anything else in the window does. Gives back how to stop. */
  listen(target: Window): () => void {
    const down = (event: KeyboardEvent): void => this.#keyDown(event);
    target.addEventListener("keydown", down, { capture: true });
    return () => {
      target.removeEventListener("keydown", down, { capture: true });
      this.#forget();
    };
  }

  #keyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    // The gun's own shift for capitals is part of the burst, not a key of the code.
    if (event.code === "ShiftLeft" || event.code === "ShiftRight") return;

    this.#takeBack(event);
    const within = this.#within(event.timeStamp);
    if (this.#code !== "" && !within) this.#settleAsTyped();

    if (isEnd(event)) {
      if (this.#code.length >= PROVEN_KEYS) this.#finish(event);
      else this.#settleAsTyped();
      return;
    }

    const character = event.repeat ? null : characterOf(event);
    if (character === null) {
      this.#settleAsTyped();
      return;
    }
    this.#take(character, event);
  }

  /** `timeStamp` is when the key was pressed, so a busy page does not make a gun look slow. */
  #within(at_ms: number): boolean {
    return at_ms - this.#last_key_ms <= gapMaxMs(this.#code);
  }

  /**
   * On a machine that stood still for longer than anyone waits, the keys before a stop were given to the page for
   * a person's. The next one tells by its time that it follows them: the burst goes on as if it had never stopped.
   */
  #takeBack(event: KeyboardEvent): void {
    const given = this.#given;
    this.#given = null;
    if (given === null || event.timeStamp - given.last_key_ms > gapMaxMs(given.code)) return;
    const goes_on = isEnd(event) ? given.code.length >= PROVEN_KEYS : characterOf(event) !== null;
    if (!goes_on || event.repeat) return;
    this.#code = given.code;
    this.#last_key_ms = given.last_key_ms;
    this.#before = given.before;
    if (given.before === null) this.#ears.untyped(given.code);
    else if (given.code.length >= PROVEN_KEYS) this.#leaveField(given.before);
  }

  #take(character: string, event: KeyboardEvent): void {
    if (this.#code === "") {
      this.#before = fieldBefore(event.target);
      expectFrame();
    }
    if (character === " " && this.#code === "") {
      // A space of its own presses the button that has the focus; no code begins with one.
      this.#before = null;
      return;
    }
    if (this.#code.length < CODE_LENGTH_MAX) this.#code += character;
    this.#last_key_ms = event.timeStamp;

    if (this.#before === null) {
      event.preventDefault();
      event.stopImmediatePropagation();
    } else if (this.#code.length >= PROVEN_KEYS) {
      event.preventDefault();
      event.stopImmediatePropagation();
      this.#leaveField(this.#before);
    }
    this.#startFlushTimer();
  }

  #startFlushTimer(): void {
    clearTimeout(this.#flush_timer);
    const grace_ms = this.#code.length >= PROVEN_KEYS ? PROVEN_GRACE_MS : GRACE_MS;
    // After a moment in which the page was busy, keys of the gun may wait behind this very timer: they
    // are let through first.
    this.#flush_timer = setTimeout(() => {
      this.#flush_timer = setTimeout(() => this.#giveUpWaiting(), grace_ms);
    }, gapMaxMs(this.#code));
  }

  #giveUpWaiting(): void {
    const given = { code: this.#code, last_key_ms: this.#last_key_ms, before: this.#before };
    this.#settleAsTyped();
    this.#given = given;
  }

  #finish(event: KeyboardEvent): void {
    event.preventDefault();
    event.stopImmediatePropagation();
    const code = this.#code;
    const before = this.#before;
    if (before !== null) {
      this.#leaveField(before);
      before.field.focus({ preventScroll: true });
      restoreCaret(before);
    }
    this.#forget();
    this.#ears.scanned(code.trim());
  }

  /** It was a person after all: what was held back goes where it was meant to go. */
  #settleAsTyped(): void {
    if (this.#code === "") return;
    const code = this.#code;
    const before = this.#before;
    const left = this.#left_field;
    this.#forget();
    if (before === null) {
      for (const character of code) this.#ears.typed(character);
    } else if (left) {
      before.field.focus({ preventScroll: true });
      restoreCaret(before);
      const start = before.start ?? before.value.length;
      before.field.setRangeText(code, start, before.end ?? start, "end");
      before.field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  /** Takes out of the field what the burst put in, and takes the field's focus from under the rest. */
  #leaveField(before: FieldBefore): void {
    if (this.#left_field) return;
    this.#left_field = true;
    before.field.blur();
    if (before.field.value !== before.value) {
      before.field.value = before.value;
      before.field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  #forget(): void {
    clearTimeout(this.#flush_timer);
    this.#given = null;
    this.#code = "";
    this.#before = null;
    this.#left_field = false;
  }
}

function isEnd(event: KeyboardEvent): boolean {
  return event.code === "Enter" || event.code === "NumpadEnter" || event.code === "Tab";
}

function gapMaxMs(code: string): number {
  return code.length >= PROVEN_KEYS ? PROVEN_GAP_MAX_MS : GAP_MAX_MS;
}

function fieldBefore(target: EventTarget | null): FieldBefore | null {
  if (!(target instanceof HTMLInputElement) && !(target instanceof HTMLTextAreaElement)) return null;
  return { field: target, value: target.value, start: target.selectionStart, end: target.selectionEnd };
}

function restoreCaret(before: FieldBefore): void {
  if (before.start !== null) before.field.setSelectionRange(before.start, before.end ?? before.start);
}

/** The keys that codes are made of, as a keyboard of the usual layout has them: plain and with shift. */
const MARKS: Record<string, [plain: string, shifted: string]> = {
  Minus: ["-", "_"],
  Equal: ["=", "+"],
  BracketLeft: ["[", "{"],
  BracketRight: ["]", "}"],
  Backslash: ["\\", "|"],
  Semicolon: [";", ":"],
  Quote: ["'", '"'],
  Backquote: ["`", "~"],
  Comma: [",", "<"],
  Period: [".", ">"],
  Slash: ["/", "?"],
  Space: [" ", " "],
  NumpadDecimal: [".", "."],
  NumpadSubtract: ["-", "-"],
  NumpadAdd: ["+", "+"],
  NumpadDivide: ["/", "/"],
  NumpadMultiply: ["*", "*"],
};

const SHIFTED_DIGITS = ")!@#$%^&*(";

function characterOf(event: KeyboardEvent): string | null {
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1];
  if (digit !== undefined) {
    const shifted = event.shiftKey && event.code.startsWith("Digit");
    return shifted ? (SHIFTED_DIGITS[Number.parseInt(digit, 10)] ?? null) : digit;
  }
  const letter = /^Key([A-Z])$/.exec(event.code)?.[1];
  if (letter !== undefined) {
    // Caps lock is nothing to a gun: it means its capitals by its own shift.
    return event.shiftKey ? letter : letter.toLowerCase();
  }
  const mark = MARKS[event.code];
  return mark === undefined ? null : mark[event.shiftKey ? 1 : 0];
}
