import type { TenderKind, WayToPayView } from "../lib/host";
import type { Words } from "../lib/i18n/words";

/** A kind of tender and whose pocket it goes into: none is the operator's. */
export interface Way {
  kind: TenderKind;
  collected_by: string | null;
}

export const CASH: Way = { kind: "cash", collected_by: null };

/** What tells a way from every other. */
export function wayKey({ kind, collected_by }: Way): string {
  return collected_by === null ? kind : `${kind} ${collected_by}`;
}

/** Whose pocket that is, short; empty for the operator's. A party that the outlet no longer names goes by its code. */
export function pocketName(ways: readonly WayToPayView[], words: Words, collected_by: string | null): string {
  if (collected_by === null) return "";
  if (collected_by === "venue") return words.payment.pocket.venue_short;
  return ways.find((way) => way.collected_by === collected_by)?.payee ?? collected_by;
}

/** `微信`, `微信（王桂兰）`. */
export function wayName(ways: readonly WayToPayView[], words: Words, way: Way): string {
  const pocket = pocketName(ways, words, way.collected_by);
  return pocket === "" ? words.tender[way.kind] : words.payment.pocket.of(words.tender[way.kind], pocket);
}

/** What stands under a kind on its button: whose pocket, where it is not the operator's or there are several. */
export function pocketNote(ways: readonly WayToPayView[], words: Words, way: Way): string {
  const several = ways.filter((one) => one.kind === way.kind).length > 1;
  const pocket = pocketName(ways, words, way.collected_by);
  return pocket === "" && several ? words.payment.pocket.operator_short : pocket;
}
