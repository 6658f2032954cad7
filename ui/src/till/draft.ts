import type {
  Draft,
  DraftDiscount,
  DraftExchange,
  DraftLine,
  ProductView,
  Rounding,
  ScanView,
} from "../lib/host/generated";

/** A line with a key that stays its own while lines before it come and go. */
export interface KeyedLine {
  key: number;
  line: DraftLine;
}

/** A sale being put together, as the screen holds it. Edits give back a new one; the core figures it. */
export interface WorkingDraft {
  lines: KeyedLine[];
  discount: DraftDiscount | null;
  rounding: Rounding;
  /** In whose name it is bought, by code. */
  buyer: string | null;
  /** 备注. */
  note: string | null;
  /** 换货: what comes back with it. */
  exchange: DraftExchange | null;
  next_key: number;
  taken: Taken;
}

/** The line that goods were put on last, and how often that was so since the window opened: the screen points it out. */
interface Taken {
  key: number | null;
  times: number;
}

const NOTHING_TAKEN: Taken = { key: null, times: 0 };

export function emptyDraft(rounding: Rounding): WorkingDraft {
  return {
    lines: [],
    discount: null,
    rounding,
    buyer: null,
    note: null,
    exchange: null,
    next_key: 1,
    taken: NOTHING_TAKEN,
  };
}

/** From what was put aside. */
export function workingDraft(draft: Draft): WorkingDraft {
  const lines = draft.lines.map((line, index) => ({ key: index + 1, line }));
  const { discount, rounding, buyer, note, exchange } = draft;
  return {
    lines,
    discount,
    rounding,
    buyer,
    note,
    exchange,
    next_key: lines.length + 1,
    taken: NOTHING_TAKEN,
  };
}

/** What the core is shown. */
export function draftOf(draft: WorkingDraft): Draft {
  const { discount, rounding, buyer, note, exchange } = draft;
  return { lines: draft.lines.map((kept) => kept.line), discount, rounding, buyer, note, exchange };
}

export function lineOf(product: ProductView, quantity: string): DraftLine {
  return {
    product: product.code,
    quantity,
    price_fen: null,
    price_borne_by: null,
    weight: null,
    tare: null,
    amount_fen: null,
    lot: null,
    discount: null,
  };
}

export function withLine(draft: WorkingDraft, line: DraftLine): WorkingDraft {
  const key = draft.next_key;
  return {
    ...draft,
    lines: [...draft.lines, { key, line }],
    next_key: key + 1,
    taken: takenOn(draft, key),
  };
}

/** As the core takes what was scanned or picked: on a line of its own, or on the last one. */
export function withScanned(draft: WorkingDraft, scanned: ScanView & { kind: "line" }): WorkingDraft {
  const last = draft.lines.at(-1);
  if (!scanned.counts_up || last === undefined) return withLine(draft, scanned.line);
  return { ...withChanged(draft, last.key, () => scanned.line), taken: takenOn(draft, last.key) };
}

function takenOn(draft: WorkingDraft, key: number): Taken {
  return { key, times: draft.taken.times + 1 };
}

/** Another sale stands on the screen; the count goes on. */
export function inPlaceOf(before: WorkingDraft, next: WorkingDraft): WorkingDraft {
  return { ...next, taken: { key: null, times: before.taken.times } };
}

export function withChanged(
  draft: WorkingDraft,
  key: number,
  change: (line: DraftLine) => DraftLine,
): WorkingDraft {
  return {
    ...draft,
    lines: draft.lines.map((kept) => (kept.key === key ? { key, line: change(kept.line) } : kept)),
  };
}

/**
 * The last line takes the order's discount, the buyer and the note with it: the next buyer must not inherit them. What
 * comes back for other goods stays.
 */
export function withoutLine(draft: WorkingDraft, key: number): WorkingDraft {
  const lines = draft.lines.filter((kept) => kept.key !== key);
  return lines.length === 0
    ? { ...draft, lines, discount: null, buyer: null, note: null }
    : { ...draft, lines };
}
