import {
  isRefused,
  type ProductView,
  type RefusedView,
  type Rounding,
  type Scan,
  type ScanView,
} from "../lib/host";
import type { Undo } from "../lib/scanner";
import { quantityOf, stepped } from "../lib/quantity";
import { lineOf, withChanged, withLine, withoutLine, withScanned, type WorkingDraft } from "./draft";
import { yuan } from "../lib/money";
import type { Panels } from "./panels.svelte";
import type { Picking } from "./picking.svelte";
import type { SaleSurroundings } from "./surroundings";
import type { Weighing } from "./weighing.svelte";

/** Digits as long as a barcode, typed where a search is expected: a label that would not scan. */
const KEYED_CODE = /^\d{8,18}$/;
/** Below 100,000; what is more, or nothing, is a slip of the keys. */
const COUNT = /^\d{0,5}(?:\.\d{0,3})?$/;
const SAID_MAX = 16;

/** The key between a count and what is counted. */
export function isTimes(character: string): boolean {
  return ["*", "×", "x", "X"].includes(character);
}

/** Puts the sale together: goods scanned and picked, counted, and taken off again. */
export class Entering {
  /** 3 ×: how many the next scanned or picked goods are. */
  times: string | null = $state(null);
  /** A count that could not be: the goods that come next are one, and that is said. */
  #wrong_times: string | null = null;

  readonly #around: SaleSurroundings;
  readonly #picking: Picking;
  readonly #weighing: Weighing;
  readonly #panels: Panels;
  /** No goods have the code that was scanned. */
  readonly #unknown: (code: string, refused: RefusedView) => void;

  constructor(
    around: SaleSurroundings,
    picking: Picking,
    weighing: Weighing,
    panels: Panels,
    unknown: (code: string, refused: RefusedView) => void,
  ) {
    this.#around = around;
    this.#picking = picking;
    this.#weighing = weighing;
    this.#panels = panels;
    this.#unknown = unknown;
  }

  /**
   * What was typed before a × is how many there are, and a number that cannot be is refused with words: it stays no
   * search, and counts nothing. Says whether that is so; a letter after what is no count is a part of a search.
   */
  takeTimes(typed: string, key: string): boolean {
    const quantity = COUNT.test(typed) ? quantityOf(typed) : null;
    if (quantity === null) {
      if (!/^[\d.]+$/.test(typed) || /[xX]/.test(key)) return false;
      this.#wrong_times = typed.slice(0, SAID_MAX);
      this.#around.say("refused", this.#around.words.settings.times_wrong(this.#wrong_times));
    } else this.forgetTimes();
    this.times = quantity;
    return true;
  }

  /** What was typed before a × counts nothing any more. */
  forgetTimes(): void {
    if (this.#wrong_times !== null) this.#around.dismiss();
    this.#wrong_times = null;
    this.times = null;
  }

  /** The goods are added as often as was typed; where they cannot be, the count is gone as well. */
  async #addTimes(edit: (draft: WorkingDraft) => WorkingDraft): Promise<void> {
    const wrong = this.#wrong_times;
    this.#wrong_times = null;
    try {
      await this.#around.edit(edit);
      if (wrong !== null) this.#around.say("notice", this.#around.words.settings.times_taken_as_one(wrong));
    } finally {
      this.times = null;
    }
  }

  #timesOnce(): string | null {
    const times = this.times;
    this.times = null;
    return times;
  }

  #weigh(product: ProductView, lot: string | null = null): void {
    if (this.#timesOnce() !== null) this.#around.say("notice", this.#around.words.settings.times_weighed);
    this.#weighing.ask(product, lot);
  }

  scan(code: string): void {
    void this.#around.ask(async () => {
      const scanned = await this.#scanned(code);
      if (scanned === null) return;
      if (this.#around.stage === "done") this.#around.beginNext();
      this.#around.sounds.scanned();
      this.#around.dismiss();
      // What was searched for is not what comes next.
      if (this.#picking.query !== "") this.#picking.clear();
      if (scanned.kind === "weigh") this.#weigh(scanned.product, scanned.lot);
      else {
        await this.#addTimes((draft) => withScanned(draft, scanned));
        this.#sayLabel(this.#around.sale.selected);
      }
    });
  }

  /** What is beside the goods: how many were typed, and the line that the same goods count up. */
  #asked(code: string): Scan {
    const { stage, sale } = this.#around;
    const after = stage === "done" ? undefined : sale.draft.lines.at(-1);
    return { code, times: this.times, after: after?.line ?? null };
  }

  async #scanned(code: string): Promise<ScanView | null> {
    try {
      return await this.#around.host.call("scan", this.#asked(code));
    } catch (thrown) {
      if (!isRefused(thrown) || thrown.code !== "no_such_product") throw thrown;
      this.#unknown(code, thrown);
      return null;
    }
  }

  /** Goods that were just put in go onto the sale; of what is weighed the weight is asked for first. */
  async take(product: ProductView): Promise<void> {
    if (product.weighed) this.#weigh(product);
    else await this.#around.edit((draft) => withLine(draft, lineOf(product, this.#timesOnce() ?? "1")));
  }

  pick(product: ProductView): void {
    void this.#around.ask(async () => {
      this.#around.dismiss();
      if (product.weighed) this.#weigh(product);
      else {
        const picked = await this.#around.host.call("scan", this.#asked(product.code));
        if (picked.kind === "line") await this.#addTimes((draft) => withScanned(draft, picked));
      }
      this.#picking.clear();
    });
  }

  /** A label that was printed at another price: its amount stands, for the buyer saw it, and one press changes that. */
  #sayLabel(key: number | null): void {
    const sale = this.#around.sale;
    const at = sale.draft.lines.findIndex((kept) => kept.key === key);
    const label_fen = sale.draft.lines[at]?.line.amount_fen ?? null;
    const by_price_fen = sale.view.lines[at]?.by_price_fen ?? null;
    if (key === null || label_fen === null || by_price_fen === null) return;
    const words = this.#around.words.goods.label;
    this.#around.sounds.refused();
    this.#around.say("notice", words.differs(yuan(label_fen), yuan(by_price_fen)), {
      text: words.take_price(yuan(by_price_fen)),
      run: () => this.byPrice(key),
    });
  }

  /** 按现价: the weight of a label at the price of today; and back again. */
  byPrice(key: number): void {
    void this.#around.ask(async () => {
      const sale = this.#around.sale;
      const at = sale.draft.lines.findIndex((kept) => kept.key === key);
      const label_fen = sale.draft.lines[at]?.line.amount_fen ?? null;
      const by_price_fen = sale.view.lines[at]?.by_price_fen ?? null;
      if (label_fen === null || by_price_fen === null) return;
      await this.#setAmount(key, null);
      const words = this.#around.words.goods.label;
      this.#around.say("good", words.price_taken(yuan(by_price_fen)), {
        text: words.take_label(yuan(label_fen)),
        run: () =>
          void this.#around.ask(async () => {
            await this.#setAmount(key, label_fen);
            this.#around.say("good", words.label_taken(yuan(label_fen)));
          }),
      });
    });
  }

  async #setAmount(key: number, amount_fen: number | null): Promise<void> {
    await this.#around.edit((draft) => withChanged(draft, key, (line) => ({ ...line, amount_fen })));
  }

  /** Enter in a search: a code keyed in by hand is taken as scanned, else the tile that is marked. */
  pickFound(scan: (code: string) => void): void {
    const query = this.#picking.query.trim();
    if (KEYED_CODE.test(query)) {
      this.#picking.clear();
      scan(query);
      return;
    }
    void this.#around.ask(async () => {
      await this.#picking.looked;
      const product = query === "" ? undefined : this.#picking.picked;
      if (product !== undefined) this.pick(product);
    });
  }

  /** What was to come back does not: only what goes out is left. */
  removeExchange(): void {
    void this.#around.ask(async () => {
      await this.#around.edit((draft) => ({ ...draft, exchange: null }));
      this.#around.dismiss();
    });
  }

  select(key: number): void {
    const sale = this.#around.sale;
    this.#panels.opened = sale.selected === key && this.#panels.opened === key ? null : key;
    sale.selected = key;
  }

  /** One more or one fewer, and how it is undone. */
  step(key: number | null, step: 1 | -1): Undo {
    let before: string | null = null;
    void this.#around.ask(async () => {
      const kept = this.#around.sale.draft.lines.find((line) => line.key === key);
      if (kept === undefined) return;
      if (kept.line.amount_fen !== null) {
        this.#around.say("refused", this.#around.words.line.label_amount);
        return;
      }
      // One more chicken has its own weight.
      if (kept.line.weight !== null) return;
      const quantity = stepped(kept.line.quantity, step);
      if (quantity === null) return;
      await this.#around.edit((draft) => withChanged(draft, kept.key, (line) => ({ ...line, quantity })));
      before = kept.line.quantity;
    });
    return () => {
      void this.#around.ask(async () => {
        const quantity = before;
        if (key === null || quantity === null) return;
        await this.#around.edit((draft) => withChanged(draft, key, (line) => ({ ...line, quantity })));
      });
    };
  }

  remove(key: number | null): void {
    if (key === null) return;
    void this.#around.ask(async () => {
      await this.#around.edit((draft) => withoutLine(draft, key));
      this.#panels.closeFor(key);
      if (this.#around.sale.is_empty && this.#around.stage === "paying") this.#around.stage = "selling";
    });
  }

  setRounding(rounding: Rounding): void {
    void this.#around.ask(() => this.#around.edit((draft) => ({ ...draft, rounding })));
  }
}
