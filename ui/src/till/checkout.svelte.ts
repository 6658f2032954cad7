import { expectFrame } from "../lib/frames";
import type { DoneView, DraftTender } from "../lib/host";
import { yuan } from "../lib/money";
import type { Undo } from "../lib/scanner";
import type { NumberKey } from "../lib/typed-number";
import type { Staff } from "../staff/staff.svelte";
import { draftOf } from "./draft";
import { Paying } from "./paying.svelte";
import type { Panels } from "./panels.svelte";
import type { Picking } from "./picking.svelte";
import type { SaleSurroundings } from "./surroundings";
import type { Way } from "./ways";

/** What takes longer than this is said to be under way. */
const NOTICED_MS = 150;

/**
 * Change that is asked about before it is given. No note is larger than 100 yuan, so a buyer who gets 200 or more back
 * has handed over at least two notes for nothing. One too many may be; two are a slip of the keys: a zero too many, or
 * a code that was taken for a sum.
 */
const MUCH_CHANGE_FEN = 20_000;
/** An Enter that comes sooner was pressed before anyone could have read the question. */
const READ_MS = 600;

/** 收款: from the first press until the sale is in the books. */
export class Checkout {
  readonly paying: Paying;
  /** Shown where it takes long enough to be noticed: else a label would flash before every “done”, and
   * cost a frame. */
  recording = $state(false);
  #under_way = false;
  /** The payment that was asked about, and since when the question stands. */
  #asked = { about: "", since_ms: 0 };
  /** Keys were taken back, and the payment is not figured anew yet: once for all of them. */
  #undone = false;

  readonly #around: SaleSurroundings;
  readonly #staff: Staff;
  readonly #panels: Panels;
  readonly #picking: Picking;
  readonly #recorded: (id: string, done: DoneView) => void;

  constructor(
    around: SaleSurroundings,
    staff: Staff,
    panels: Panels,
    picking: Picking,
    recorded: (id: string, done: DoneView) => void,
  ) {
    this.#around = around;
    this.#staff = staff;
    this.#panels = panels;
    this.#picking = picking;
    this.#recorded = recorded;
    this.paying = new Paying(around.host);
  }

  /** F9. What needs a supervisor asks for one first, and goes on by itself. */
  begin(): void {
    const { sale } = this.#around;
    void this.#around.ask(async () => {
      if (this.#around.stage !== "selling") return;
      if (sale.is_empty) {
        if (sale.draft.exchange !== null) this.#around.say("refused", this.#around.words.exchange.empty);
        return;
      }
      if (this.#around.mustWeigh()) return;
      const staff = this.#around.screen?.staff;
      if (staff !== undefined && staff.signed_in !== null && !staff.may.includes("sell")) {
        this.#around.say("refused", this.#around.words.staff.may.sell_not);
        return;
      }
      if (!this.#staff.isApproved(sale.view.needs_approval, () => this.begin())) return;
      this.#panels.close();
      this.#picking.clear();
      this.#asked = { about: "", since_ms: 0 };
      this.paying.begin(this.#around.screen?.ways_to_pay ?? []);
      await this.paying.figure(draftOf(sale.draft));
      this.#around.stage = "paying";
      this.#around.dismiss();
      await sale.knownId();
    });
  }

  back(): void {
    void this.#around.ask(async () => {
      if (this.#around.stage === "paying") this.#around.stage = "selling";
    });
  }

  // How it is paid

  press(key: NumberKey): void {
    this.paying.press(key);
    void this.#around.ask(() => this.figure());
  }

  /** How the amount is put back to what it is now. */
  remember(): Undo {
    const undo = this.paying.remember();
    return () => {
      undo();
      if (this.#undone) return;
      this.#undone = true;
      void this.#around.ask(async () => {
        this.#undone = false;
        await this.figure();
      });
    };
  }

  chooseTender(way: Way): void {
    this.#change(() => this.paying.choose(way));
  }

  quickCash(fen: number): void {
    this.#change(() => this.paying.quick(fen));
  }

  /** A tender that is whole as it is: a voucher that was scanned. */
  async pay(tender: DraftTender): Promise<void> {
    this.paying.keep(tender);
    await this.figure();
  }

  /** 换货: what is above the new goods goes back the way it came, or in cash. */
  giveBack(in_cash: boolean): void {
    void this.#around.ask(async () => {
      if (this.#around.stage !== "paying") return;
      await this.#around.edit((draft) => {
        return draft.exchange === null ? draft : { ...draft, exchange: { ...draft.exchange, in_cash } };
      });
      this.#isApproved();
    });
  }

  /** A supervisor who is needed for it only now is asked for before it is completed. */
  #isApproved(): boolean {
    return this.#staff.isApproved(this.#around.sale.view.needs_approval, () => undefined);
  }

  takeOffTender(index: number): void {
    this.#change(() => this.paying.takeOff(index));
  }

  setReference(reference: string): void {
    this.#change(() => (this.paying.reference = reference));
  }

  #change(change: () => void): void {
    void this.#around.ask(async () => {
      change();
      await this.figure();
    });
  }

  async figure(): Promise<void> {
    if (this.#around.stage === "paying") await this.paying.figure(draftOf(this.#around.sale.draft));
  }

  /** Far more cash than a buyer would hand over is asked about; completing the same once more says that it is right. */
  #isPlausible(tenders: DraftTender[], change_fen: number): boolean {
    if (change_fen < MUCH_CHANGE_FEN) return true;
    const about = JSON.stringify([this.#around.sale.view.total_fen, tenders]);
    const { about: before, since_ms } = this.#asked;
    if (about === before) return performance.now() - since_ms >= READ_MS;
    this.#asked = { about, since_ms: performance.now() };
    const cash_fen = tenders.findLast((tender) => tender.kind === "cash")?.fen ?? 0;
    this.paying.doubt();
    this.#around.say("refused", this.#around.words.paying.much(yuan(cash_fen), yuan(change_fen)));
    return false;
  }

  /** Records the sale, once: a second press while it is under way is the same press. */
  complete(): void {
    if (this.#under_way || this.#around.stage !== "paying") return;
    this.#under_way = true;
    expectFrame();
    const { sale } = this.#around;
    const noticed = setTimeout(() => (this.recording = true), NOTICED_MS);
    const seen_fen = sale.view.total_fen;
    const recorded = this.#around.ask(async () => {
      // A scan that came just before makes another sum than the one that was agreed to.
      if (this.#around.stage !== "paying" || sale.view.total_fen !== seen_fen) return;
      const figured = this.paying.figured;
      if (figured === null || !figured.payment.ready) {
        const words = this.#around.words.paying;
        const missing_fen = figured?.payment.remaining_fen ?? 0;
        const why = missing_fen > 0 ? words.short(yuan(missing_fen)) : words.over;
        this.#around.say("refused", this.paying.trouble ?? why);
        return;
      }
      if (!this.#isPlausible(figured.tenders, figured.payment.change_fen)) return;
      if (!this.#isApproved()) return;
      const id = await sale.knownId();
      const draft = draftOf(sale.draft);
      const approval = this.#staff.approval?.id ?? null;
      const { tenders } = figured;
      this.#recorded(id, await this.#around.host.call("record_sale", { id, draft, tenders, approval }));
    });
    void recorded.finally(() => {
      clearTimeout(noticed);
      this.#under_way = this.recording = false;
    });
  }
}
