import type { HeldSaleView } from "../lib/host";
import { draftOf } from "./draft";
import type { Panels } from "./panels.svelte";
import type { SaleSurroundings } from "./surroundings";

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

  readonly #around: SaleSurroundings;
  readonly #panels: Panels;

  constructor(around: SaleSurroundings, panels: Panels) {
    this.#around = around;
    this.#panels = panels;
  }

  /** Those that do not stand on the screen, the latest first: it is the one most often asked for. */
  get sales(): HeldSaleView[] {
    return this.#sales.filter((held) => held.id !== this.#around.sale.id).reverse();
  }

  async look(): Promise<void> {
    this.#sales = await this.#around.host.call("held_sales", {});
    this.highlighted = 0;
  }

  show(): void {
    void this.#around.ask(async () => {
      if (this.#around.stage === "done") this.#around.beginNext();
      if (this.#around.stage !== "selling") return;
      await this.look();
      this.#panels.show("held");
    });
  }

  /** F6: asks for a remark, and once more puts it aside; with nothing on the screen, shows what is. */
  hold(): void {
    const { sale, stage } = this.#around;
    if (stage !== "selling") return;
    if (sale.is_empty) this.show();
    else if (this.#panels.shown.kind !== "holding") this.#panels.show("holding");
    else {
      void this.#around.ask(async () => {
        if (this.#around.stage !== "selling" || sale.is_empty || this.#around.mustWeigh()) return;
        const remark = sale.remark.trim();
        this.#sales = await this.#around.host.call("hold_sale", await this.#standing());
        this.#around.beginNext();
        this.#around.say("notice", this.#around.words.hold.done(remark));
      });
    }
  }

  /** Takes one back; a sale that stands on the screen goes in its place, and is never mixed with it. */
  recall(id: string | undefined): void {
    if (id === undefined) return;
    const { sale } = this.#around;
    void this.#around.ask(async () => {
      if (this.#around.stage !== "selling" || this.#around.mustWeigh()) return;
      const standing = sale.is_empty ? null : await this.#standing();
      const recalled = await this.#around.host.call("recall_sale", { id, standing });
      this.#sales = recalled.held;
      await sale.resume(recalled.id, recalled.remark, recalled.draft);
      this.#panels.close();
      this.#around.dismiss();
      if (standing !== null) this.#around.say("notice", this.#around.words.hold.exchanged);
    });
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
    const { sale } = this.#around;
    return { id: await sale.knownId(), remark: sale.remark, draft: draftOf(sale.draft) };
  }
}
