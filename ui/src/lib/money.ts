/** Fen to what people read, and what people type to fen. On text and integers only: never a float. */

/** `25800` → `258.00`; a minus is the sign, not a hyphen, so that columns line up. */
export function yuan(fen: number): string {
  const digits = String(Math.abs(fen)).padStart(3, "0");
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return `${fen < 0 ? "−" : ""}${whole}.${digits.slice(-2)}`;
}

/** What is taken off a sum: `1280` → `−12.80`, nothing taken → `0.00`. */
export function takenOff(fen: number): string {
  return fen > 0 ? `−${yuan(fen)}` : yuan(-fen);
}

/** For a button that stands for a bank note: `26000` → `260`, `25800` → `258`, `4550` → `45.50`. */
export function noteLabel(fen: number): string {
  return yuan(fen).replace(/\.00$/, "");
}

/** `260`, `260.`, `260.5`, `260.50` → fen; none where it is not an amount of at most two decimals. */
export function fenOf(typed: string): number | null {
  const match = /^(\d{1,12})(?:\.(\d{0,2}))?$/.exec(typed.trim());
  if (match === null) return null;
  const [, whole = "0", cents = ""] = match;
  return Number.parseInt(whole + cents.padEnd(2, "0"), 10);
}

/** Fen to the shortest text a person would have typed for it: `26000` → `260`, `4550` → `45.5`. */
export function typedYuan(fen: number): string {
  const digits = String(fen).padStart(3, "0");
  const cents = digits.slice(-2).replace(/0+$/, "");
  return digits.slice(0, -2) + (cents === "" ? "" : `.${cents}`);
}
