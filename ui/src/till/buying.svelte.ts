import type { BuyerView } from "../lib/host";
import type { SaleSurroundings } from "./surroundings";

/** In whose name it is bought: a unit that buys on account, or anybody who wants to be on the books. */
export class Buying {
  query = $state("");
  found: BuyerView[] = $state.raw([]);
  highlighted = $state(0);
  #known: BuyerView | null = $state.raw(null);

  readonly #around: SaleSurroundings;

  constructor(around: SaleSurroundings) {
    this.#around = around;
  }

  /** The sale's buyer, as far as it has been looked up. */
  get buyer(): BuyerView | null {
    const code = this.#around.sale.draft.buyer;
    return code !== null && this.#known?.code === code ? this.#known : null;
  }

  /** Where one is chosen: a sale that was put aside knows only a code. */
  begin(): void {
    this.query = "";
    void this.#around.ask(async () => {
      const code = this.#around.sale.draft.buyer;
      this.found = await this.#around.host.call("find_buyers", { query: code ?? "" });
      this.highlighted = 0;
      this.#known = this.found.find((one) => one.code === code) ?? this.#known;
    });
  }

  look(query: string): void {
    this.query = query;
    void this.#around.ask(async () => {
      this.found = await this.#around.host.call("find_buyers", { query });
      this.highlighted = 0;
    });
  }

  highlightBeside(step: 1 | -1): void {
    this.highlighted = Math.min(Math.max(this.highlighted + step, 0), Math.max(this.found.length - 1, 0));
  }

  choose(buyer: BuyerView | undefined): void {
    if (buyer === undefined) return;
    this.#known = buyer;
    void this.#around.ask(() => this.#around.edit((draft) => ({ ...draft, buyer: buyer.code })));
  }

  remove(): void {
    this.look("");
    void this.#around.ask(() => this.#around.edit((draft) => ({ ...draft, buyer: null })));
  }
}
