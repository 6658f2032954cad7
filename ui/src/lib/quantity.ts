/** Quantities are decimal text of at most three places; the core judges them, this only types them. */

const WHOLE = /^\d{1,9}$/;

/** One more or one fewer of goods counted by the piece; none where that is not asked for sensibly. */
export function stepped(quantity: string, step: 1 | -1): string | null {
  if (!WHOLE.test(quantity)) return null;
  const next = Number.parseInt(quantity, 10) + step;
  return next < 1 ? null : String(next);
}

/** `3.` → `3`, `.5` → `0.5`, `3.20` → `3.2`; none where it is not a quantity above zero. */
export function quantityOf(typed: string): string | null {
  const match = /^(\d{0,12})(?:\.(\d{0,3}))?$/.exec(typed.trim());
  if (match === null) return null;
  const whole = (match[1] ?? "").replace(/^0+(?=\d)/, "") || "0";
  const places = (match[2] ?? "").replace(/0+$/, "");
  if (/^0*$/.test(whole + places)) return null;
  return places === "" ? whole : `${whole}.${places}`;
}

/** How many pieces there are to carry: what is weighed, or sold by a part, is one. */
export function piecesOf(lines: { weighed: boolean; weight: string | null; quantity: string }[]): number {
  return lines.reduce((sum, { weighed, weight, quantity }) => {
    const counted = WHOLE.test(quantity) && (!weighed || weight !== null);
    return sum + (counted ? Number.parseInt(quantity, 10) : 1);
  }, 0);
}
