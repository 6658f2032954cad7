import type { SaleSurroundings } from "../till/surroundings";

/** 更多: a page of what is not done with every sale. A scan leaves it and is taken as ever. */
export class More {
  is_open = $state(false);
  /** What of it is shown: the list, or why the drawer is opened. */
  step: "list" | "drawer" = $state("list");
  readonly #around: SaleSurroundings;

  constructor(around: SaleSurroundings) {
    this.#around = around;
  }

  show(): void {
    if (this.#around.stage === "paying" || this.#around.mustWeigh()) return;
    this.step = "list";
    this.is_open = true;
  }

  leave(): void {
    this.is_open = false;
  }

  back(): void {
    if (this.step === "list") this.leave();
    else this.step = "list";
  }

  /** Says whether the key was its own. */
  onKey(event: KeyboardEvent, enter: () => void): boolean {
    if (!this.is_open || event.isComposing) return false;
    if (event.key === "Escape") {
      event.preventDefault();
      this.back();
      return true;
    }
    // What another key asks for is to be seen.
    if (/^F\d+$/.test(event.key)) this.leave();
    if (this.step === "list" || !this.is_open) return false;
    // A button that was reached with Tab is pressed by Enter itself.
    if (event.key === "Enter" && !(event.target instanceof HTMLButtonElement) && !event.repeat) {
      event.preventDefault();
      enter();
    }
    // Keys of the sale beneath do nothing while a reason is asked for.
    return true;
  }

  /** A character that a person typed beside any field. Says whether it was meant for this page. */
  onTyped(character: string, choose: (index: number) => void): boolean {
    if (!this.is_open || this.step === "list") return false;
    if (/^[1-9]$/.test(character)) choose(Number(character) - 1);
    return true;
  }
}
