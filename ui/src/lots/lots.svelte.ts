import type { LotLeftView, LotNodeView, LotsView } from "../lib/host";
import { quantityOf } from "../lib/quantity";
import type { Undo } from "../lib/scanner";
import { numberKey, QUANTITY, typed, type NumberKey } from "../lib/typed-number";
import type { More } from "../more/more.svelte";
import type { SaleSurroundings } from "../till/surroundings";

const LOOK_EVERY_MS = 5_000;

/** The page behind 更多, from which it is opened. */
interface Behind extends SaleSurroundings {
  readonly more: More;
}

/** A number that is asked for: what goes back, or what one of the hub's tills is given. */
export interface Asking {
  readonly lot: LotLeftView;
  /** None is back to whom it came from. */
  readonly node: string | null;
}

/** 批次: what is left of each lot, here and elsewhere; given back, and at the hub given out. A scan leaves the page. */
export class Lots {
  open = $state(false);
  view: LotsView | null = $state.raw(null);
  query = $state("");
  asking: Asking | null = $state.raw(null);
  typed = $state("");

  readonly #around: Behind;
  #chosen: string | null = $state(null);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #under_way = false;
  /** Of the last question; what comes back of an earlier one is of no use. */
  #asked = 0;

  constructor(around: Behind) {
    this.#around = around;
  }

  /** The lot whose parts are shown beside the list. */
  get chosen(): LotLeftView | null {
    return this.view?.lots.find((lot) => lot.lot === this.#chosen) ?? null;
  }

  show(): void {
    if (this.#around.stage === "paying" || this.#around.mustWeigh()) return;
    void this.#around.ask(async () => {
      this.query = "";
      await this.#look();
      this.#around.more.leave();
      this.open = true;
      this.#lookSoon();
    });
  }

  close(): void {
    this.open = false;
    this.asking = null;
    this.#chosen = null;
    clearTimeout(this.#timer);
  }

  choose(lot: LotLeftView): void {
    this.#chosen = lot.lot;
    this.asking = null;
  }

  chooseBeside(step: 1 | -1): void {
    const lots = this.view?.lots ?? [];
    const at = lots.findIndex((lot) => lot.lot === this.#chosen);
    const next = lots[at < 0 ? 0 : Math.min(Math.max(at + step, 0), lots.length - 1)];
    if (next !== undefined) this.choose(next);
  }

  find(query: string): void {
    this.query = query;
    void this.#around.ask(() => this.#look());
  }

  askBack(lot: LotLeftView): void {
    this.typed = "";
    this.asking = { lot, node: null };
  }

  askAllot(lot: LotLeftView, node: LotNodeView): void {
    this.typed = "";
    this.asking = { lot, node: node.node };
  }

  /** So much of it as the number that is asked for may be at most. */
  get most(): string {
    if (this.asking === null) return "";
    const { lot, node } = this.asking;
    return node === null ? lot.left : (lot.shared?.undistributed ?? "");
  }

  press(key: NumberKey): void {
    if (this.asking !== null) this.typed = typed(this.typed, key, QUANTITY);
  }

  /** Enter, or the green button: nothing typed is all there is. */
  set(): void {
    const { asking } = this;
    if (asking === null) return;
    const quantity = this.typed === "" ? null : quantityOf(this.typed);
    if (this.typed !== "" && quantity === null) {
      this.#around.say("refused", this.#around.words.lots.wrong);
      return;
    }
    const { lot, node } = asking;
    const said = `${quantity ?? this.most} ${lot.unit}`;
    this.#once(async () => {
      const { host } = this.#around;
      if (node === null) {
        const { id } = await host.call("start_sale", {});
        await host.call("give_back_lot", { id, lot: lot.lot, quantity });
      } else await host.call("allot_lot", { lot: lot.lot, node, quantity });
      const { words } = this.#around;
      this.#done(
        node === null ? words.lots.gone_back(said, lot.name) : words.lots.given(node, said, lot.name),
      );
    });
  }

  allotEvenly(lot: LotLeftView): void {
    this.#once(async () => {
      await this.#around.host.call("allot_lot", { lot: lot.lot, node: null, quantity: null });
      this.#done(this.#around.words.lots.given_evenly(lot.name));
    });
  }

  #done(said: string): void {
    this.asking = null;
    this.#around.say("good", said);
  }

  /** A double press is one. What was refused may have changed meanwhile: it is looked at again either way. */
  #once(task: () => Promise<void>): void {
    if (this.#under_way) return;
    this.#under_way = true;
    void this.#around
      .ask(task)
      .then(() => this.#around.ask(() => this.#look()))
      .finally(() => (this.#under_way = false));
  }

  async #look(): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    const view = await this.#around.host.call("lots", { query: this.query });
    if (asked === this.#asked) this.view = view;
  }

  /** Other tills sell of them, and a hub gives out, without anybody at this one. */
  #lookSoon(): void {
    clearTimeout(this.#timer);
    if (!this.open) return;
    this.#timer = setTimeout(() => {
      this.#look()
        // The till may be held or locked just now: asked again.
        .catch(() => undefined)
        .finally(() => this.#lookSoon());
    }, LOOK_EVERY_MS);
  }

  /** Says whether the key was its own: none means the sale behind it. */
  onKey(event: KeyboardEvent): boolean {
    if (!this.open || event.isComposing) return false;
    if (/^F\d+$/.test(event.key)) {
      // What another key asks for is to be seen.
      this.close();
      return false;
    }
    if (event.key === "Tab" || event.ctrlKey || event.altKey || event.metaKey) return true;
    const in_field = event.target instanceof HTMLInputElement;
    if (event.key === "Escape") this.#back();
    else if (event.key === "Enter") {
      // A button that was reached with Tab is pressed by Enter itself.
      if (event.target instanceof HTMLButtonElement) return true;
      if (!event.repeat) this.set();
    } else if (event.key === "ArrowDown") this.chooseBeside(1);
    else if (event.key === "ArrowUp") this.chooseBeside(-1);
    else if (event.key === "Backspace" && !in_field) {
      if (this.asking !== null) this.press("back");
      else this.find(this.query.slice(0, -1));
    } else return true;
    event.preventDefault();
    return true;
  }

  #back(): void {
    if (this.asking !== null) this.asking = null;
    else if (this.query !== "") this.find("");
    else {
      this.close();
      this.#around.more.show();
    }
  }

  /** A character typed beside any field: of the number that is asked for, or of what is looked for. */
  onTyped(character: string): Undo {
    if (this.asking !== null) {
      const before = this.typed;
      const key = numberKey(character);
      if (key !== null) this.press(key);
      return () => (this.typed = before);
    }
    if (!/^[0-9A-Za-z]$/.test(character)) return () => undefined;
    const before = this.query;
    this.find(before + character);
    return () => this.find(before);
  }
}
