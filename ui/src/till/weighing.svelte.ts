import type { ProductView } from "../lib/host";
import { quantityOf } from "../lib/quantity";
import { QUANTITY, typed, type NumberKey } from "../lib/typed-number";
import { lineOf, withLine } from "./draft";
import type { SaleSurroundings } from "./surroundings";

/** Goods picked or scanned whose weight is not typed yet; the first is being asked for. */
export class Weighing {
  products: ProductView[] = $state.raw([]);
  typed = $state("");

  readonly #around: SaleSurroundings;

  constructor(around: SaleSurroundings) {
    this.#around = around;
  }

  get is_asked(): boolean {
    return this.products.length > 0;
  }

  ask(product: ProductView): void {
    this.products = [...this.products, product];
  }

  press(key: NumberKey): void {
    this.typed = typed(this.typed, key, QUANTITY);
  }

  add(): void {
    const quantity = quantityOf(this.typed);
    if (quantity === null) {
      this.#around.say("refused", this.#around.words.weigh.wrong);
      return;
    }
    void this.#around.ask(async () => {
      const product = this.products[0];
      if (product === undefined) return;
      await this.#around.edit((draft) => withLine(draft, lineOf(product, quantity)));
      this.#next();
    });
  }

  skip(): void {
    void this.#around.ask(async () => this.#next());
  }

  forget(): void {
    this.products = [];
    this.typed = "";
  }

  #next(): void {
    this.products = this.products.slice(1);
    this.typed = "";
    this.#around.dismiss();
  }
}
