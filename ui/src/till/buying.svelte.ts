import type { BuyerView } from "../lib/host";
import type { Panels } from "./panels.svelte";
import type { SaleSurroundings } from "./surroundings";

/** Somebody who buys in his own name, as he is typed in. */
export interface NewBuyer {
  name: string;
  phone: string;
}

/** In whose name it is bought: a unit that buys on account, or anybody who wants to be on the books. And what is noted
 * beside the sale. */
export class Buying {
  query = $state("");
  found: BuyerView[] = $state.raw([]);
  highlighted = $state(0);
  /** Being taken in. */
  adding: NewBuyer | null = $state(null);
  /** As typed; it is the sale's when the panel is left with it. */
  note = $state("");
  #known: BuyerView | null = $state.raw(null);

  readonly #around: SaleSurroundings;
  readonly #panels: Panels;

  constructor(around: SaleSurroundings, panels: Panels) {
    this.#around = around;
    this.#panels = panels;
  }

  /** The sale's buyer, as far as it has been looked up. */
  get buyer(): BuyerView | null {
    const code = this.#around.sale.draft.buyer;
    return code !== null && this.#known?.code === code ? this.#known : null;
  }

  /** 购买方、备注, for the sale that stands. */
  show(): void {
    const { sale, stage } = this.#around;
    if (stage !== "selling" || sale.is_empty || this.#around.mustWeigh()) return;
    this.adding = null;
    this.note = sale.draft.note ?? "";
    this.#panels.show("beside");
  }

  /** Enter, or the green button. */
  set(): void {
    if (this.adding !== null) {
      this.#add(this.adding);
      return;
    }
    const typed = this.note.trim();
    void this.#around.ask(async () => {
      const note = typed === "" ? null : typed;
      await this.#around.edit((draft) => ({ ...draft, note }));
      this.#panels.close();
      this.#around.dismiss();
    });
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

  /** What was looked for in vain is likely the name, or the phone. */
  askNew(): void {
    const typed = this.query.trim();
    const is_phone = /^\d{3,}$/.test(typed);
    this.adding = { name: is_phone ? "" : typed, phone: is_phone ? typed : "" };
  }

  cancelNew(): void {
    this.adding = null;
  }

  #add({ name, phone }: NewBuyer): void {
    if (name.trim() === "") {
      this.#around.say("refused", this.#around.words.beside.name_first);
      return;
    }
    void this.#around.ask(async () => {
      const buyer = await this.#around.host.call("add_buyer", { name, phone });
      this.adding = null;
      this.#known = buyer;
      await this.#around.edit((draft) => ({ ...draft, buyer: buyer.code }));
      this.#around.dismiss();
    });
  }
}
