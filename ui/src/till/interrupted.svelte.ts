import type { HeldSaleView, OpenReceiptView } from "../lib/host";
import { draftOf, type WorkingDraft } from "./draft";
import type { Held } from "./held.svelte";
import { dealtWith, printed } from "./printing";
import type { SaleSurroundings } from "./surroundings";

/** A power cut takes at most what was entered within it. */
const KEEP_AFTER_MS = 1000;

/**
 * A power cut. Before it the sale on the screen is kept, beside what is scanned and never before it; after it the
 * last receipt is offered, and the sale, which is on hold by then. A scan goes past what is offered.
 */
export class Interrupted {
  receipt: OpenReceiptView | null = $state.raw(null);
  sale: HeldSaleView | null = $state.raw(null);
  reprinting = $state(false);

  readonly #around: SaleSurroundings;
  readonly #held: Held;
  /** Looked for once: later there is only what this window does itself. */
  #looked = false;
  #kept: WorkingDraft | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(around: SaleSurroundings, held: Held) {
    this.#around = around;
    this.#held = held;
  }

  // After it

  /** At the start, or as soon as somebody has signed in. */
  async look(): Promise<void> {
    if (this.#looked) return;
    const { receipt, sale } = await this.#around.host.call("interrupted", {});
    this.#looked = true;
    this.receipt = receipt;
    this.sale = sale;
  }

  /** Its paper once more, marked as such. */
  reprint(): void {
    const { receipt } = this;
    if (receipt === null || this.reprinting) return;
    const words = this.#around.words;
    this.reprinting = true;
    const asked = this.#around.host.call("print_receipt", { number: receipt.number, reprint: true });
    void printed(asked, words).then((printing) => {
      this.reprinting = false;
      if (printing.state === "failed") {
        this.#around.say("refused", printing.why);
        return;
      }
      if (this.receipt === receipt) this.receipt = null;
      this.#around.say("good", words.interrupted.reprinted(receipt.number));
    });
  }

  noNeed(): void {
    if (this.receipt === null || this.reprinting) return;
    dealtWith(this.#around.host, this.receipt.number);
    this.receipt = null;
  }

  goOn(): void {
    if (this.sale === null) return;
    this.#held.recall(this.sale.id);
    this.sale = null;
  }

  get give_up_asked(): boolean {
    return this.sale !== null && this.#held.drop_asked === this.sale.id;
  }

  /** The first press asks, as in the list of held sales. */
  giveUp(): void {
    if (this.sale === null) return;
    const is_sure = this.give_up_asked;
    this.#held.drop(this.sale.id);
    if (is_sure) this.sale = null;
  }

  /** The one key of what is offered: the paper first. */
  takeUp(): void {
    if (this.#around.stage !== "selling") return;
    if (this.receipt !== null) this.reprint();
    else this.goOn();
  }

  /** Goods came onto the sale: she has gone on. Nothing is lost by it. */
  passed(): void {
    this.noNeed();
    if (this.sale === null) return;
    this.sale = null;
    this.#around.say("notice", this.#around.words.interrupted.kept);
  }

  // Before it

  /** The sale on the screen is another. */
  changed(): void {
    if (this.#around.sale.is_empty) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      if (this.#kept !== null) void this.#around.ask(() => this.#keep());
      return;
    }
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#around.ask(() => this.#keep());
    }, KEEP_AFTER_MS);
  }

  /** What cannot be kept is sold all the same. */
  async #keep(): Promise<void> {
    const { sale, host, stage } = this.#around;
    const { draft } = sale;
    try {
      if (sale.is_empty) {
        this.#kept = null;
        await host.call("keep_standing", { sale: null });
      } else if (draft !== this.#kept && stage !== "done") {
        const id = await sale.knownId();
        this.#kept = draft;
        await host.call("keep_standing", { sale: { id, remark: sale.remark, draft: draftOf(draft) } });
      }
    } catch {
      // A full disk says so when the sale is recorded; the next change is kept, or the one after it.
    }
  }
}
