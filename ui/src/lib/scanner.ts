/**
 * Tells a scanner gun from a person at the same keyboard.
 *
 * A gun is a keyboard that types a code in one burst and ends it with Enter or Tab. It is read by
 * `KeyboardEvent.code`, so no input method can swallow or split it, and it works wherever the focus is.
 * The first keys of a burst look like a person's, so they are held back for a moment; where a text
 * field has the focus they have to be let in (an input method needs them), and what they changed there
 * is put back when the burst shows what it is.
 *
 * A slow gun's keys come one by one and look like a person's all along: they are given to the page, and it is
 * remembered how to take them back. Its Enter tells, by the pace of them all.
 */

import { expectFrame } from "./frames";
import {
  beginningOf,
  CODE_KEYS_MIN,
  END_GAP_MAX_MS,
  GAP_MAX_MS,
  goesOn,
  isGunsPace,
  PROVEN_KEYS,
  type TimedKey,
} from "./pace";

/** Once a gun is proven one slow moment of a busy machine is forgiven. */
const PROVEN_GAP_MAX_MS = 90;
/** How long after that pause keys may still arrive that were pressed within it. */
const GRACE_MS = 12;
const PROVEN_GRACE_MS = 300;
/** Longer than any code; what is beyond is cut, and the core refuses it. */
export const CODE_LENGTH_MAX = 4096;

/** What stands for a character that a gun types in another way than by its key: Alt and digits, or Ctrl+Shift+U. */
export const NO_KEY = "\ufffd";

/** Makes it as if a character had never been typed; called for the last one first. */
export type Undo = () => void;

export interface ScannerEars {
  /** A whole code, in the order it was scanned. */
  scanned(code: string): void;
  /**
   * A character that a person typed while no text field had the focus. It may still turn out to be a gun's: what is
   * given back undoes it. None where what follows belongs to it no more.
   */
  typed(character: string): Undo | null;
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
  times_ms: number[];
  before: FieldBefore | null;
}

/** A key that was given to the page, and how to take it back: out of a text field, or by whoever was told of it. */
interface GivenKey extends TimedKey {
  undo: Undo | null;
  before: FieldBefore | null;
}

export class Scanner {
  readonly #ears: ScannerEars;
  /** The burst: keys that are held back, or whose field was left. */
  #code = "";
  #times_ms: number[] = [];
  #before: FieldBefore | null = null;
  /** The field was left, so that neither it nor an input method gets the rest of the burst. */
  #left_field = false;
  #flush_timer: ReturnType<typeof setTimeout> | undefined;
  /** Until the next key tells whether it had only been held up. */
  #given: Given | null = null;
  /** The keys right before the burst that the page has, as long as they may belong to one code with it. */
  #run: GivenKey[] = [];

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
      this.#run = [];
    };
  }

  #keyDown(event: KeyboardEvent): void {
    if ((event.ctrlKey || event.altKey || event.metaKey) && !isNoKey(event)) return;
    // The gun's own shift for capitals is part of the burst, not a key of the code.
    if (event.code === "ShiftLeft" || event.code === "ShiftRight") return;

    this.#takeBack(event);
    const within = this.#within(event.timeStamp);
    if (this.#code !== "" && !within) this.#settleAsTyped();

    if (isEnd(event)) {
      const from = this.#beginning(event.timeStamp);
      if (from === null) this.#settleAsTyped();
      else this.#finish(event, from);
      this.#run = [];
      return;
    }

    const character = event.repeat ? null : characterOf(event);
    if (character === null) {
      this.#settleAsTyped();
      this.#run = [];
      return;
    }
    this.#take(character, event);
  }

  /** `timeStamp` is when the key was pressed, so a busy page does not make a gun look slow. */
  #within(at_ms: number): boolean {
    return at_ms - (this.#times_ms.at(-1) ?? 0) <= gapMaxMs(this.#code);
  }

  /** The keys before this Enter that may be one code: those the page has, and then the burst. */
  get #keys(): TimedKey[] {
    const burst = [...this.#code].map((character, index) => {
      return { character, at_ms: this.#times_ms[index] ?? 0, severable: index === 0 };
    });
    return [...this.#run, ...burst];
  }

  /** Which of the keys before this Enter is the first of a gun's, if it is a gun's Enter. */
  #beginning(end_ms: number): number | null {
    const keys = this.#keys;
    const proven = this.#code.length >= PROVEN_KEYS;
    const late = end_ms - (keys.at(-1)?.at_ms ?? 0) > END_GAP_MAX_MS;
    return beginningOf(keys, (from) => {
      if (proven) return from <= this.#run.length;
      const slow = keys.slice(from);
      if (late || !isGunsPace(slow.map((key) => key.at_ms))) return false;
      // Words may be typed in a rush where there is a field for them.
      const in_field = this.#before !== null || this.#run.some((key) => key.before !== null);
      return !in_field || slow.filter((key) => /\d/.test(key.character)).length >= CODE_KEYS_MIN;
    });
  }

  /**
   * On a machine that stood still for longer than anyone waits, the keys before a stop were given to the page for
   * a person's. The next one tells by its time that it follows them: the burst goes on as if it had never stopped.
   */
  #takeBack(event: KeyboardEvent): void {
    const given = this.#given;
    this.#given = null;
    if (given === null || event.timeStamp - (given.times_ms.at(-1) ?? 0) > gapMaxMs(given.code)) return;
    const goes_on = isEnd(event) ? given.code.length >= PROVEN_KEYS : characterOf(event) !== null;
    if (!goes_on || event.repeat) return;
    const keys = this.#run.splice(Math.max(0, this.#run.length - given.code.length));
    this.#code = given.code;
    this.#times_ms = given.times_ms;
    this.#before = given.before;
    if (given.before === null) for (const key of keys.reverse()) key.undo?.();
    else if (given.code.length >= PROVEN_KEYS) this.#leaveField(given.before);
  }

  #take(character: string, event: KeyboardEvent): void {
    if (this.#code === "") {
      const times_ms = this.#run.map((key) => key.at_ms);
      if (!goesOn(times_ms, event.timeStamp)) this.#run = [];
      this.#before = fieldBefore(event.target);
      expectFrame();
      if (character === " " && this.#run.length === 0) {
        // A space of its own presses the button that has the focus; no code begins with one.
        this.#before = null;
        return;
      }
    }
    if (this.#code.length < CODE_LENGTH_MAX) this.#code += character;
    this.#times_ms[this.#code.length - 1] = event.timeStamp;

    const proven = this.#code.length >= PROVEN_KEYS;
    // Where Alt and a digit is a key of the page's own, it is pressed once and not thrice in a row.
    if (proven || (this.#before === null && character !== NO_KEY)) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
    if (proven && this.#before !== null) this.#leaveField(this.#before);
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
    const given = { code: this.#code, times_ms: this.#times_ms, before: this.#before };
    this.#settleAsTyped();
    this.#given = given;
  }

  #finish(event: KeyboardEvent, from: number): void {
    event.preventDefault();
    event.stopImmediatePropagation();
    const characters = this.#keys.slice(from).map((key) => key.character);
    const given = this.#run.slice(from).reverse();
    const before = this.#before;
    if (before !== null) {
      this.#leaveField(before);
      focusAsBefore(before);
    }
    this.#forget();
    for (const key of given) key.undo?.();
    const fields = new Map<TextField, FieldBefore>();
    for (const { before: held } of given) if (held !== null) fields.set(held.field, held);
    for (const held of fields.values()) {
      putBack(held);
      focusAsBefore(held);
    }
    this.#run = [];
    this.#ears.scanned(characters.join("").trim());
  }

  /** It was a person after all: what was held back goes where it was meant to go. */
  #settleAsTyped(): void {
    if (this.#code === "") return;
    const code = this.#code;
    const times_ms = this.#times_ms;
    const before = this.#before;
    const left = this.#left_field;
    this.#forget();
    if (before !== null && left) {
      focusAsBefore(before);
      const start = before.start ?? before.value.length;
      before.field.setRangeText(code, start, before.end ?? start, "end");
      before.field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    [...code].forEach((character, index) => {
      const undo = before === null ? this.#ears.typed(character) : null;
      const severable = index === 0;
      const at_ms = times_ms[index] ?? 0;
      this.#run.push({ character, at_ms, undo, severable, before: severable ? before : null });
      const ends = before === null && undo === null;
      if (ends || this.#run.length > CODE_LENGTH_MAX) this.#run = [];
    });
  }

  /** Takes out of the field what the burst put in, and takes the field's focus from under the rest. */
  #leaveField(before: FieldBefore): void {
    if (this.#left_field) return;
    this.#left_field = true;
    putBack(before);
  }

  #forget(): void {
    clearTimeout(this.#flush_timer);
    this.#given = null;
    this.#code = "";
    this.#times_ms = [];
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

/** The field loses the focus first: an input method would write into it once more. */
function putBack(before: FieldBefore): void {
  before.field.blur();
  if (before.field.value === before.value) return;
  before.field.value = before.value;
  before.field.dispatchEvent(new Event("input", { bubbles: true }));
}

function focusAsBefore(before: FieldBefore): void {
  before.field.focus({ preventScroll: true });
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

/** Chinese is on no key: guns type it by its number, after Ctrl+Shift+U or with Alt held down. */
function isNoKey(event: KeyboardEvent): boolean {
  if (event.metaKey) return false;
  if (event.ctrlKey) return event.shiftKey && !event.altKey && event.code === "KeyU";
  return event.altKey && /^(?:Digit|Numpad)\d$/.test(event.code);
}

function characterOf(event: KeyboardEvent): string | null {
  if (isNoKey(event)) return NO_KEY;
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
