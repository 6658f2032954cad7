import type { ProductView, WeighedView, WeighGoods } from "../lib/host";
import { quantityOf } from "../lib/quantity";
import type { Undo } from "../lib/scanner";
import { QUANTITY, typed, type NumberKey, type NumberShape } from "../lib/typed-number";
import { withLine } from "./draft";
import type { SaleSurroundings } from "./surroundings";

/** What is typed of the goods on the scale. */
export type ScaleField = "gross" | "tare" | "pieces";

const PIECES: NumberShape = { whole_max: 3, places_max: 0 };

/** Goods picked or scanned whose weight is not typed yet; the first is being asked for. */
export class Weighing {
  products: ProductView[] = $state.raw([]);
  /** For each the lot that its label named, if it was one. */
  #lots: (string | null)[] = [];
  field: ScaleField = $state("gross");
  /** As typed; a tare that is not typed is the product's own, and of pieces there is one. */
  typed: Record<ScaleField, string> = $state({ gross: "", tare: "", pieces: "" });
  /** What it comes to; none while nothing is typed, or nothing that makes sense. */
  figured: WeighedView | null = $state.raw(null);
  #asked = 0;

  readonly #around: SaleSurroundings;

  constructor(around: SaleSurroundings) {
    this.#around = around;
  }

  get is_asked(): boolean {
    return this.products.length > 0;
  }

  ask(product: ProductView, lot: string | null = null): void {
    this.products = [...this.products, product];
    this.#lots = [...this.#lots, lot];
    if (this.products.length === 1) this.#begin();
  }

  choose(field: ScaleField): void {
    this.field = field;
    // A tare that is typed takes the place of the usual one; what the scale shows stays.
    if (field !== "gross") this.typed[field] = "";
    void this.#figure();
  }

  press(key: NumberKey): void {
    const shape = this.field === "pieces" ? PIECES : QUANTITY;
    this.typed[this.field] = typed(this.typed[this.field], key, shape);
    void this.#figure();
  }

  /** How the number is put back to what it is now. */
  remember(): Undo {
    const [product] = this.products;
    const { field } = this;
    const text = this.typed[field];
    return () => {
      if (this.products[0] !== product || this.typed[field] === text) return;
      this.typed[field] = text;
      void this.#figure();
    };
  }

  add(): void {
    if (quantityOf(this.typed.gross) === null) {
      this.#around.say("refused", this.#around.words.weigh.wrong);
      return;
    }
    void this.#around.ask(async () => {
      const product = this.products[0];
      if (product === undefined) return;
      const weighed = await this.#around.host.call("weigh", this.#request(product));
      await this.#around.edit((draft) => withLine(draft, weighed.line));
      this.#next();
    });
  }

  skip(): void {
    void this.#around.ask(async () => this.#next());
  }

  forget(): void {
    this.products = [];
    this.#lots = [];
    this.#begin();
  }

  #request(product: ProductView): WeighGoods {
    return { product: product.code, ...this.typed, lot: this.#lots[0] ?? null };
  }

  /** Beside what is typed, and never in its way: what makes no sense yet is no refusal. */
  async #figure(): Promise<void> {
    const asked = ++this.#asked;
    const product = this.products[0];
    let figured: WeighedView | null = null;
    if (product !== undefined && quantityOf(this.typed.gross) !== null) {
      try {
        figured = await this.#around.host.call("weigh", this.#request(product));
      } catch {
        figured = null;
      }
    }
    if (asked === this.#asked) this.figured = figured;
  }

  #next(): void {
    this.products = this.products.slice(1);
    this.#lots = this.#lots.slice(1);
    this.#begin();
    this.#around.dismiss();
  }

  #begin(): void {
    this.#asked += 1;
    this.field = "gross";
    this.typed = { gross: "", tare: this.products[0]?.tare ?? "", pieces: "" };
    this.figured = null;
  }
}
