import type { Bearer, DraftDiscount } from "./host/generated";
import { fenOf } from "./money";

/** 打折 is said in folds (八八折: the buyer pays 88 %), in English in per cent off. */
export type DiscountKind = "fold" | "percent" | "amount";

/** `8.8` folds → 1200 bp; none where it takes nothing off or more than all. */
function bpOfFold(typed: string): number | null {
  const hundredths = hundredthsOf(typed);
  if (hundredths === null || hundredths <= 0 || hundredths >= 1000) return null;
  return (1000 - hundredths) * 10;
}

/** `12.5` per cent off → 1250 bp; none where it takes nothing off, or all, as with folds. */
function bpOfPercent(typed: string): number | null {
  const bp = hundredthsOf(typed);
  return bp === null || bp <= 0 || bp >= 10000 ? null : bp;
}

function hundredthsOf(typed: string): number | null {
  const match = /^(\d{1,3})(?:\.(\d{0,2}))?$/.exec(typed.trim());
  if (match === null) return null;
  return Number.parseInt((match[1] ?? "0") + (match[2] ?? "").padEnd(2, "0"), 10);
}

/** The discount that was typed; none where the text is not one. The core judges whether it fits. */
export function discountOf(kind: DiscountKind, typed: string, borne_by: Bearer): DraftDiscount | null {
  if (kind === "amount") {
    const fen = fenOf(typed);
    return fen === null || fen === 0 ? null : { fen, bp: null, borne_by };
  }
  const bp = kind === "fold" ? bpOfFold(typed) : bpOfPercent(typed);
  return bp === null ? null : { fen: null, bp, borne_by };
}
