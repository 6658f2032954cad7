import { discountOf, type DiscountKind } from "../lib/discount";
import type { Bearer, DraftLine } from "../lib/host";
import { fenOf } from "../lib/money";
import { quantityOf } from "../lib/quantity";
import type { Undo } from "../lib/scanner";
import {
  AMOUNT,
  FOLD,
  PERCENT,
  QUANTITY,
  typed,
  type NumberKey,
  type NumberShape,
} from "../lib/typed-number";
import { withChanged, type WorkingDraft } from "./draft";
import type { SaleSurroundings } from "./surroundings";

export interface QuantityPanel {
  kind: "quantity";
  key: number;
  typed: string;
}

export interface DiscountPanel {
  kind: "discount";
  /** The line's key; none is the whole sale. */
  key: number | null;
  typed: string;
  by: DiscountKind;
  borne_by: Bearer;
}

export interface PricePanel {
  kind: "price";
  key: number;
  typed: string;
  borne_by: Bearer;
}

/** What stands where goods are picked, while selling. */
export type Panel =
  | { kind: "picking" }
  | { kind: "holding" | "held" | "receipts" | "box" | "beside" | "provisional" }
  | QuantityPanel
  | DiscountPanel
  | PricePanel;

const DISCOUNT: Record<DiscountKind, NumberShape> = { amount: AMOUNT, fold: FOLD, percent: PERCENT };

/** Panels that take the place of picking, and what those that ask for a number do with it. */
export class Panels {
  shown: Panel = $state({ kind: "picking" });
  /** The key of the line that shows its buttons. */
  opened: number | null = $state(null);

  readonly #around: SaleSurroundings;

  constructor(around: SaleSurroundings) {
    this.#around = around;
  }

  show(kind: "holding" | "held" | "receipts" | "box" | "beside" | "provisional"): void {
    this.shown = { kind };
  }

  close(): void {
    this.shown = { kind: "picking" };
    this.opened = null;
  }

  /** A line is gone: so is what asks for its number. */
  closeFor(key: number): void {
    if ("key" in this.shown && this.shown.key === key) this.close();
    if (this.shown.kind === "holding" && this.#around.sale.is_empty) this.close();
  }

  askQuantity(key: number): void {
    const kept = this.#around.sale.draft.lines.find((line) => line.key === key);
    if (kept === undefined) return;
    if (kept.line.amount_fen !== null) {
      this.#around.say("refused", this.#around.words.line.label_amount);
    } else this.shown = { kind: "quantity", key, typed: "" };
  }

  askDiscount(key: number | null): void {
    if (this.#around.sale.is_empty || this.#around.stage !== "selling") return;
    const by = this.#around.words.ratio.kind;
    this.shown = { kind: "discount", key, typed: "", by, borne_by: "operator" };
  }

  shapeDiscount(shape: Partial<Pick<DiscountPanel, "typed" | "by" | "borne_by">>): void {
    if (this.shown.kind === "discount") Object.assign(this.shown, shape);
  }

  /** 改价. What a scale's label states is no price that could be changed. */
  askPrice(key: number): void {
    const kept = this.#around.sale.draft.lines.find((line) => line.key === key);
    if (kept === undefined) return;
    if (kept.line.amount_fen !== null) {
      this.#around.say("refused", this.#around.words.line.label_amount);
    } else this.shown = { kind: "price", key, typed: "", borne_by: "operator" };
  }

  choosePriceBearer(borne_by: Bearer): void {
    if (this.shown.kind === "price") this.shown.borne_by = borne_by;
  }

  restorePrice(key: number): void {
    this.#closeAfter((draft) => priced(draft, key, null, null));
  }

  removeDiscount(key: number | null): void {
    this.#closeAfter((draft) => discounted(draft, key, null));
  }

  /** A key for whatever number is asked for here; says whether there is one. */
  press(key: NumberKey): boolean {
    const panel = this.shown;
    if (panel.kind === "quantity") panel.typed = typed(panel.typed, key, QUANTITY);
    else if (panel.kind === "price") panel.typed = typed(panel.typed, key, AMOUNT);
    else if (panel.kind === "discount") {
      panel.typed = typed(panel.typed, key, DISCOUNT[panel.by]);
    } else return false;
    return true;
  }

  /** How the number is put back to what it is now. */
  remember(): Undo {
    const panel = this.shown;
    if (!("typed" in panel)) return () => undefined;
    const text = panel.typed;
    return () => {
      if (this.shown === panel) panel.typed = text;
    };
  }

  /** What the panel asks for is set: Enter, or its green button. */
  set(): void {
    const panel = this.shown;
    if (panel.kind === "quantity") {
      const quantity = quantityOf(panel.typed);
      if (quantity === null) this.#around.say("refused", this.#around.words.quantity.wrong);
      else this.#closeAfter((draft) => withChanged(draft, panel.key, (line) => measured(line, quantity)));
    } else if (panel.kind === "price") {
      const price_fen = fenOf(panel.typed);
      const { key, borne_by } = panel;
      if (price_fen === null) this.#around.say("refused", this.#around.words.goods.price.wrong);
      else this.#closeAfter((draft) => priced(draft, key, price_fen, borne_by));
    } else if (panel.kind === "discount") {
      const discount = discountOf(panel.by, panel.typed, panel.borne_by);
      if (discount === null) this.#around.say("refused", this.#around.words.discounting.wrong);
      else this.#closeAfter((draft) => discounted(draft, panel.key, discount));
    }
  }

  #closeAfter(edit: (draft: WorkingDraft) => WorkingDraft): void {
    void this.#around.ask(async () => {
      await this.#around.edit(edit);
      this.close();
      this.#around.dismiss();
    });
  }
}

function discounted(
  draft: WorkingDraft,
  key: number | null,
  discount: WorkingDraft["discount"],
): WorkingDraft {
  if (key === null) return { ...draft, discount };
  // A price by hand and a discount are two ways to say one thing: the later counts.
  return withChanged(draft, key, (line) => ({ ...line, discount, price_fen: null, price_borne_by: null }));
}

function priced(
  draft: WorkingDraft,
  key: number,
  price_fen: number | null,
  price_borne_by: Bearer | null,
): WorkingDraft {
  return withChanged(draft, key, (line) => ({ ...line, price_fen, price_borne_by, discount: null }));
}

/** Of counted goods that are priced by weight the weight is asked for, not how many they are. */
function measured(line: DraftLine, quantity: string): DraftLine {
  return line.weight === null ? { ...line, quantity, tare: null } : { ...line, weight: quantity, tare: null };
}
