import type { DoneView, PictureView } from "../lib/host";
import { afterFrame } from "../lib/frames";
import { dealtWith, printed, type Printing } from "./printing";
import type { SaleSurroundings } from "./surroundings";

/** The second press of a double one must not turn the page on the change before anyone has read it. */
const NEXT_GUARD_MS = 600;
/** A buyer who counts her change comes back within this time, or not at all. */
const LAST_CHANGE_MS = 180_000;

/** The sale that is in the books: its change, whom it helped, and its paper. */
export class Finished {
  done: DoneView | null = $state.raw(null);
  printing: Printing | null = $state.raw(null);
  /** The change of the sale before, while the next one is on the screen; none where there was none. */
  last_change_fen: number | null = $state(null);
  #since_ms = 0;
  #last_timer: ReturnType<typeof setTimeout> | undefined;

  readonly #around: SaleSurroundings;

  constructor(around: SaleSurroundings) {
    this.#around = around;
  }

  show(done: DoneView): void {
    this.forgetLast();
    this.done = done;
    this.#since_ms = performance.now();
    this.#around.stage = "done";
    this.#around.dismiss();
    // Also where a scan has begun the next sale by then.
    afterFrame(() => void this.#print(done, false));
  }

  async print(reprint: boolean): Promise<void> {
    if (this.done === null || this.printing?.state === "printing") return;
    await this.#print(this.done, reprint);
  }

  /** Paper never holds up a sale: it is asked for beside the queue, and what fails is a notice. */
  async #print(done: DoneView, reprint: boolean): Promise<void> {
    if (this.done === done) this.printing = { state: "printing" };
    const asked = this.#around.host.call("print_receipt", { number: done.number, reprint });
    const printing = await printed(asked, this.#around.words);
    // Another sale may be on the screen by now: the paper of the one before is not its business.
    if (this.done === done) this.printing = printing;
  }

  /** None where it cannot be drawn: the message says why. */
  async picture(): Promise<PictureView | null> {
    if (this.done === null) return null;
    try {
      return await this.#around.host.call("receipt_picture", { number: this.done.number });
    } catch (thrown) {
      this.#around.refuse(thrown);
      return null;
    }
  }

  next(): void {
    if (this.#around.stage !== "done" || performance.now() - this.#since_ms < NEXT_GUARD_MS) return;
    void this.#around.ask(async () => {
      if (this.#around.stage === "done") this.#around.beginNext();
    });
  }

  /** Whoever goes on has seen how the paper fared. */
  forget(): void {
    const out = this.printing?.state === "printed" || this.printing?.state === "reprinted";
    if (this.done !== null && !out) dealtWith(this.#around.host, this.done.number);
    const change_fen = this.done?.change_fen ?? 0;
    if (change_fen > 0) {
      this.last_change_fen = change_fen;
      this.#last_timer = setTimeout(() => this.forgetLast(), LAST_CHANGE_MS);
    }
    this.done = null;
    this.printing = null;
  }

  forgetLast(): void {
    clearTimeout(this.#last_timer);
    this.last_change_fen = null;
  }
}
