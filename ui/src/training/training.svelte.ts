import type { ScreenView } from "../lib/host";
import type { SaleSurroundings } from "../till/surroundings";

/** 练习: another till in the place of the real one, which waits as it is. */
export class Training {
  readonly #around: SaleSurroundings;
  /** The window shows the till that it is given, from its first page on. */
  readonly #exchanged: (screen: ScreenView) => Promise<void>;
  #under_way = false;

  constructor(around: SaleSurroundings, exchanged: (screen: ScreenView) => Promise<void>) {
    this.#around = around;
    this.#exchanged = exchanged;
  }

  /** A real sale on the screen is finished or put aside first: it must not be half forgotten. */
  enter(): void {
    this.#once(async () => {
      const words = this.#around.words.training;
      if (this.#around.stage !== "done" && !this.#around.sale.is_empty) {
        this.#around.say("refused", words.sale_first);
        return;
      }
      await this.#exchanged(await this.#around.host.call("enter_training", {}));
      this.#around.say("notice", this.#around.words.training.entered);
    });
  }

  /** Also while it is locked: the real till then asks who stands there. */
  leave(): void {
    this.#once(async () => {
      await this.#exchanged(await this.#around.host.call("leave_training", {}));
      this.#around.say("notice", this.#around.words.training.left);
    });
  }

  /** A double press is one. */
  #once(task: () => Promise<void>): void {
    if (this.#under_way) return;
    this.#under_way = true;
    void this.#around.ask(task).finally(() => (this.#under_way = false));
  }
}
