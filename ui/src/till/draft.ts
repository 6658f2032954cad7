import type {
  Draft,
  DraftDiscount,
  DraftExchange,
  DraftLine,
  ProductView,
  Rounding,
} from "../lib/host/generated";
import { stepped } from "../lib/quantity";

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
}

export function emptyDraft(rounding: Rounding): WorkingDraft {
  return { lines: [], discount: null, rounding, buyer: null, note: null, exchange: null, next_key: 1 };
}

/** From what was put aside. */
export function workingDraft(draft: Draft): WorkingDraft {
  const lines = draft.lines.map((line, index) => ({ key: index + 1, line }));
  const { discount, rounding, buyer, note, exchange } = draft;
  return { lines, discount, rounding, buyer, note, exchange, next_key: lines.length + 1 };
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
  return {
    ...draft,
    lines: [...draft.lines, { key: draft.next_key, line }],
    next_key: draft.next_key + 1,
  };
}

/**
 * A tile tapped again means one more of the same, where the last line is that product and nobody has
 * changed it. A scan never comes here: two scans in a row are two lines.
 */
export function withTapped(draft: WorkingDraft, product: ProductView): WorkingDraft {
  const last = draft.lines.at(-1);
  if (last !== undefined && last.line.product === product.code && isPlain(last.line)) {
    const quantity = stepped(last.line.quantity, 1);
    if (quantity !== null) return withChanged(draft, last.key, (line) => ({ ...line, quantity }));
  }
  return withLine(draft, lineOf(product, "1"));
}

function isPlain(line: DraftLine): boolean {
  return line.discount === null && line.price_fen === null && line.amount_fen === null && line.lot === null;
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
