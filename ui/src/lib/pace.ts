/**
 * The pace of keys: what tells a slow gun from a person.
 *
 * Most guns type a key in 1 to 30 ms. Over Bluetooth, or on a busy machine, it may be 60, and now and then 100. A
 * person at a row of digits needs 100 to 300 for each, and never so many in a row any faster.
 */

/** A code is at least as long as the shortest barcode: EAN-8. */
export const CODE_KEYS_MIN = 8;
/** The longest pause between two keys that may belong together. */
export const RUN_GAP_MAX_MS = 110;
/** What half of a gun's pauses keep within. */
const USUAL_GAP_MAX_MS = 75;
/** How long after the last key the gun's Enter may come. */
export const END_GAP_MAX_MS = 300;

/** Whether keys that were pressed at these times, one after the other, are too many and too fast for a person. */
export function isGunsPace(times_ms: number[]): boolean {
  if (times_ms.length < CODE_KEYS_MIN) return false;
  const gaps_ms = times_ms.slice(1).map((at_ms, index) => at_ms - (times_ms[index] ?? 0));
  gaps_ms.sort((a, b) => a - b);
  const usual_ms = gaps_ms[Math.floor(gaps_ms.length / 2)] ?? 0;
  const longest_ms = gaps_ms.at(-1) ?? 0;
  return usual_ms <= USUAL_GAP_MAX_MS && longest_ms <= RUN_GAP_MAX_MS;
}
