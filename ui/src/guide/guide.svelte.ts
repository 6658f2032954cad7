import { nameOfKey } from "../settings/actions";
import type { SaleSurroundings } from "../till/surroundings";
import type { Keys } from "../settings/keys.svelte";
import type { More } from "../more/more.svelte";

/** What the guide stands in front of. */
interface Behind extends SaleSurroundings {
  readonly keys: Keys;
  readonly more: More;
}

/** 十分钟上手: the cashier's guide in the sale's place, from the help key. A scan leaves it and is taken as ever. */
export class Guide {
  open = $state(false);
  readonly #around: Behind;

  constructor(around: Behind) {
    this.#around = around;
  }

  show(): void {
    if (this.#around.stage === "paying" || this.#around.mustWeigh()) return;
    this.#around.keys.close();
    this.#around.more.leave();
    this.open = true;
  }

  close(): void {
    this.open = false;
  }

  /** Says whether the key was its own: those that scroll are the page's, and none means the sale behind it. */
  onKey(event: KeyboardEvent): boolean {
    if (!this.open || event.isComposing) return false;
    const is_help = nameOfKey(event) === this.#around.keys.key("help");
    if (is_help || event.key === "Escape") {
      event.preventDefault();
      this.close();
      return true;
    }
    // What another key asks for is to be seen.
    if (!/^F\d+$/.test(event.key)) return true;
    this.close();
    return false;
  }
}
