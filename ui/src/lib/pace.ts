/**
 * What tells a gun's keys from a person's, once its Enter has come: the pace of them all, and what they spell.
 *
 * Most guns type a key in 1 to 30 ms. Over Bluetooth, or on a busy machine, it may be 60, and now and then 100. A
 * person at a row of digits needs 100 to 300 for each, and never so many in a row any faster.
 */

/** The longest pause inside a quick gun's burst: a person needs more for each key. */
export const GAP_MAX_MS = 30;
/** Three keys at that pace prove a gun. */
export const PROVEN_KEYS = 3;
/** A code is at least as long as the shortest barcode: EAN-8. */
export const CODE_KEYS_MIN = 8;
/** The longest pause between two keys that may belong together. */
const RUN_GAP_MAX_MS = 110;
/** The same after keys that were as quick as only a gun's: the machine was held up, for nobody goes on so soon. */
const TORN_GAP_MAX_MS = 500;
/** No person is this quick in a row of digits, key by key; a gun keeps within it in half of its pauses. */
const USUAL_GAP_MAX_MS = 75;
/** How long after the last key a slow gun's Enter may come. */
export const END_GAP_MAX_MS = 300;

/** A key of a run. */
export interface TimedKey {
  character: string;
  at_ms: number;
  /** What was typed before it can be left as it is when this key and those after it are taken back. */
  severable: boolean;
}

/** Whether keys that were pressed at these times, one after the other, are too many and too fast for a person. */
export function isGunsPace(times_ms: number[]): boolean {
  if (times_ms.length < CODE_KEYS_MIN) return false;
  const gaps_ms = gapsOf(times_ms);
  const usual_ms = medianOf(gaps_ms);
  const longest_max_ms = usual_ms <= GAP_MAX_MS ? TORN_GAP_MAX_MS : RUN_GAP_MAX_MS;
  return usual_ms <= USUAL_GAP_MAX_MS && Math.max(...gaps_ms) <= longest_max_ms;
}

/** Whether a key pressed now may belong to the same code as those before it. */
export function goesOn(times_ms: number[], at_ms: number): boolean {
  const gap_ms = at_ms - (times_ms.at(-1) ?? 0);
  const last_ms = times_ms.slice(-PROVEN_KEYS);
  const quick =
    last_ms.length === PROVEN_KEYS && gapsOf(last_ms).every((before_ms) => before_ms <= GAP_MAX_MS);
  return gap_ms <= (quick ? TORN_GAP_MAX_MS : RUN_GAP_MAX_MS);
}

function gapsOf(times_ms: number[]): number[] {
  return times_ms.slice(1).map((at_ms, index) => at_ms - (times_ms[index] ?? 0));
}

function medianOf(gaps_ms: number[]): number {
  return [...gaps_ms].sort((a, b) => a - b)[Math.floor(gaps_ms.length / 2)] ?? 0;
}

/**
 * Where the code begins in a run of keys that may have a person's before it: at the first key, or after a pause that
 * may as well be a person's. What has a barcode's check digit is a code; else what has the length of one; else what
 * stands after the last such pause. None where no part of the run is a gun's.
 */
export function beginningOf(keys: TimedKey[], is_guns: (from: number) => boolean): number | null {
  const begins = keys.map((_, from) => from).filter((from) => mayBegin(keys, from) && is_guns(from));
  const codeFrom = (from: number): string =>
    keys
      .slice(from)
      .map((key) => key.character)
      .join("");
  const found =
    // A zero before thirteen digits makes no difference to their sum.
    begins.find((from) => keys.length - from === 13 && isGtin(codeFrom(from))) ??
    begins.find((from) => isGtin(codeFrom(from))) ??
    begins.find((from) => /^(?:\d{13}|\d{18})$/.test(codeFrom(from))) ??
    begins.findLast((from) => keys.length - from >= CODE_KEYS_MIN);
  return found ?? begins.at(-1) ?? null;
}

/** All that is before it came at a person's pace, or the pause is long enough for one to have begun anew. */
function mayBegin(keys: TimedKey[], from: number): boolean {
  if (from === 0) return true;
  if (keys[from]?.severable !== true) return false;
  const gaps_ms = gapsOf(keys.slice(0, from + 1).map((key) => key.at_ms));
  const pause_ms = gaps_ms.at(-1) ?? 0;
  return pause_ms > RUN_GAP_MAX_MS || (pause_ms > USUAL_GAP_MAX_MS && medianOf(gaps_ms) > USUAL_GAP_MAX_MS);
}

/** EAN-8, UPC-A, EAN-13, ITF-14: the last digit makes the weighted sum a multiple of ten. */
function isGtin(code: string): boolean {
  if (!/^\d+$/.test(code) || ![8, 12, 13, 14].includes(code.length)) return false;
  const sum = [...code].reverse().reduce((sum, digit, at) => sum + Number(digit) * (at % 2 === 0 ? 1 : 3), 0);
  return sum % 10 === 0;
}
