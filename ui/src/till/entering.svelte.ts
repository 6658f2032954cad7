import type { ProductView, Rounding } from "../lib/host";
import { stepped } from "../lib/quantity";
import { withChanged, withLine, withoutLine, withTapped } from "./draft";
import type { Panels } from "./panels.svelte";
import type { Picking } from "./picking.svelte";
import type { SaleSurroundings } from "./surroundings";
import type { Weighing } from "./weighing.svelte";

/** Digits as long as a barcode, typed where a search is expected: a label that would not scan. */
const KEYED_CODE = /^\d{8,18}$/;

/** Puts the sale together: goods scanned and picked, counted, and taken off again. */
export class Entering {
  readonly #around: SaleSurroundings;
  readonly #picking: Picking;
  readonly #weighing: Weighing;
  readonly #panels: Panels;

  constructor(around: SaleSurroundings, picking: Picking, weighing: Weighing, panels: Panels) {
    this.#around = around;
    this.#picking = picking;
    this.#weighing = weighing;
    this.#panels = panels;
  }

  scan(code: string): void {
    void this.#around.ask(async () => {
      const scanned = await this.#around.host.call("scan", { code });
      if (this.#around.stage === "done") this.#around.beginNext();
      this.#around.sounds.scanned();
      this.#around.dismiss();
      if (scanned.kind === "weigh") this.#weighing.ask(scanned.product);
      else await this.#around.edit((draft) => withLine(draft, scanned.line));
    });
  }

  pick(product: ProductView): void {
    void this.#around.ask(async () => {
      this.#around.dismiss();
      if (product.weighed) this.#weighing.ask(product);
      else await this.#around.edit((draft) => withTapped(draft, product));
      this.#picking.clear();
    });
  }

  /** Enter in a search: a code keyed in by hand is taken as scanned, else the tile that is marked. */
  pickFound(scan: (code: string) => void): void {
    const query = this.#picking.query.trim();
    if (KEYED_CODE.test(query)) {
      this.#picking.clear();
      scan(query);
      return;
    }
    void this.#around.ask(async () => {
      await this.#picking.looked;
      const product = query === "" ? undefined : this.#picking.picked;
      if (product !== undefined) this.pick(product);
    });
  }

  select(key: number): void {
    const sale = this.#around.sale;
    this.#panels.opened = sale.selected === key && this.#panels.opened === key ? null : key;
    sale.selected = key;
  }

  step(key: number | null, step: 1 | -1): void {
    void this.#around.ask(async () => {
      const kept = this.#around.sale.draft.lines.find((line) => line.key === key);
      if (kept === undefined) return;
      if (kept.line.amount_fen !== null) {
        this.#around.say("refused", this.#around.words.line.label_amount);
        return;
      }
      // One more chicken has its own weight.
      if (kept.line.weight !== null) return;
      const quantity = stepped(kept.line.quantity, step);
      if (quantity === null) return;
      await this.#around.edit((draft) => withChanged(draft, kept.key, (line) => ({ ...line, quantity })));
    });
  }

  remove(key: number | null): void {
    if (key === null) return;
    void this.#around.ask(async () => {
      await this.#around.edit((draft) => withoutLine(draft, key));
      this.#panels.closeFor(key);
      if (this.#around.sale.is_empty && this.#around.stage === "paying") this.#around.stage = "selling";
    });
  }

  setRounding(rounding: Rounding): void {
    void this.#around.ask(() => this.#around.edit((draft) => ({ ...draft, rounding })));
  }
}
