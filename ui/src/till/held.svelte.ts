import type { HeldSaleView } from "../lib/host";
import { draftOf } from "./draft";
import type { Sale } from "./sale.svelte";
import type { Surroundings } from "./surroundings";

const DROP_ASKED_MS = 4000;

/**
 * 挂单 and 取单. What was put aside lies in the core until it is recorded or thrown away; the one that
 * stands on the screen is not shown among them, and is there again if the power goes.
 */
export class Held {
  #sales: HeldSaleView[] = $state.raw([]);
  highlighted = $state(0);
  /** The one that was asked to be thrown away, once: the second time it is. */
  drop_asked: string | null = $state(null);
  #drop_timer: ReturnType<typeof setTimeout> | undefined;

  readonly #around: Surroundings;
  readonly #sale: Sale;

  constructor(around: Surroundings, sale: Sale) {
    this.#around = around;
    this.#sale = sale;
  }

  /** Those that do not stand on the screen, the latest first: it is the one most often asked for. */
  get sales(): HeldSaleView[] {
    return this.#sales.filter((held) => held.id !== this.#sale.id).reverse();
  }

  async look(): Promise<void> {
    this.#sales = await this.#around.host.call("held_sales", {});
    this.highlighted = 0;
  }

  /** Puts the sale on the screen aside. */
  async hold(): Promise<void> {
    this.#sales = await this.#around.host.call("hold_sale", await this.#standing());
  }

  /** Takes one back; a sale that stands on the screen goes in its place, and is never mixed with it. */
  async recall(id: string): Promise<void> {
    const standing = this.#sale.is_empty ? null : await this.#standing();
    const recalled = await this.#around.host.call("recall_sale", { id, standing });
    this.#sales = recalled.held;
    await this.#sale.resume(recalled.id, recalled.remark, recalled.draft);
  }

  /** The first press asks, the second throws away. */
  drop(id: string): void {
    clearTimeout(this.#drop_timer);
    if (this.drop_asked !== id) {
      this.drop_asked = id;
      this.#drop_timer = setTimeout(() => (this.drop_asked = null), DROP_ASKED_MS);
      return;
    }
    this.drop_asked = null;
    void this.#around.ask(async () => {
      this.#sales = await this.#around.host.call("drop_held_sale", { id });
      this.highlightBeside(0);
    });
  }

  /** A sale that was put aside before and is thrown away on the screen is gone there too. */
  async forget(id: string | null): Promise<void> {
    if (id === null || this.#sales.every((held) => held.id !== id)) return;
    this.#sales = await this.#around.host.call("drop_held_sale", { id });
  }

  /** It is in the books now. */
  recorded(id: string): void {
    this.#sales = this.#sales.filter((held) => held.id !== id);
  }

  highlightBeside(step: -1 | 0 | 1): void {
    this.highlighted = Math.min(Math.max(this.highlighted + step, 0), Math.max(this.sales.length - 1, 0));
    if (step !== 0) this.drop_asked = null;
  }

  async #standing(): Promise<{ id: string; remark: string; draft: ReturnType<typeof draftOf> }> {
    const id = await this.#sale.knownId();
    return { id, remark: this.#sale.remark, draft: draftOf(this.#sale.draft) };
  }
}
