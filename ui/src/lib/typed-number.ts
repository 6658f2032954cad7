/** A number as it grows key by key, from a keypad or a keyboard. */

export type NumberKey =
  "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "00" | "." | "back" | "clear";

export interface NumberShape {
  /** Digits before the point. */
  whole_max: number;
  /** Digits after it; 0 for whole numbers. */
  places_max: number;
}

export const AMOUNT: NumberShape = { whole_max: 8, places_max: 2 };
export const QUANTITY: NumberShape = { whole_max: 6, places_max: 3 };
export const FOLD: NumberShape = { whole_max: 2, places_max: 2 };
export const PERCENT: NumberShape = { whole_max: 3, places_max: 2 };
export const LAST_DIGITS: NumberShape = { whole_max: 4, places_max: 0 };

/** What stands after `key`; a key that does not fit changes nothing. */
export function typed(text: string, key: NumberKey, shape: NumberShape): string {
  if (key === "clear") return "";
  if (key === "back") return text.slice(0, -1);
  if (key === ".") {
    if (shape.places_max === 0 || text.includes(".")) return text;
    return text === "" ? "0." : `${text}.`;
  }
  let next = text;
  for (const digit of key) {
    const grown = next === "0" && shape.places_max > 0 ? digit : next + digit;
    const [whole = "", places = ""] = grown.split(".");
    if (whole.length > shape.whole_max || places.length > shape.places_max) break;
    next = grown;
  }
  return next;
}

/** The most digits that fit where one more did not: after the point, or in all. Null where every key was taken. */
export function full(
  before: string,
  key: NumberKey,
  after: string,
): { places: boolean; digits: number } | null {
  // Zeros before a number make no difference, and are taken as such.
  if (before !== after || before === "0" || !/^\d+$/.test(key)) return null;
  const [whole = "", places] = before.split(".");
  return places === undefined
    ? { places: false, digits: whole.length }
    : { places: true, digits: places.length };
}

/** The key of a keypad that a character of the keyboard stands for. */
export function numberKey(character: string): NumberKey | null {
  return /^[0-9.]$/.test(character) ? (character as NumberKey) : null;
}
