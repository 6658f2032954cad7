import type { SaleSurroundings } from "../till/surroundings";

/** 更多: a page of what is not done with every sale. A scan leaves it and is taken as ever. */
export class More {
  is_open = $state(false);
  readonly #around: SaleSurroundings;

  constructor(around: SaleSurroundings) {
    this.#around = around;
  }

  show(): void {
    if (this.#around.stage === "paying" || this.#around.mustWeigh()) return;
    this.is_open = true;
  }

  leave(): void {
    this.is_open = false;
  }

  /** Says whether the key was its own. */
  onKey(event: KeyboardEvent): boolean {
    if (!this.is_open || event.isComposing) return false;
    if (event.key === "Escape") {
      event.preventDefault();
      this.leave();
      return true;
    }
    // What another key asks for is to be seen.
    if (/^F\d+$/.test(event.key)) this.leave();
    return false;
  }
}
