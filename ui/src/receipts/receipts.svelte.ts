import type {
  Action,
  Bearer,
  MoneyBackView,
  PictureView,
  ReceiptKind,
  ReceiptLineView,
  ReceiptRowView,
  ReceiptView,
  RefundDoneView,
  RefundLineDraft,
  WaitingRefundView,
} from "../lib/host";
import { isRefused } from "../lib/host";
import { quantityOf, stepped } from "../lib/quantity";
import { QUANTITY, typed, type NumberKey, type NumberShape } from "../lib/typed-number";
import { draftOf } from "../till/draft";
import { dealtWith, printed, type Printing } from "../till/printing";
import type { Panels } from "../till/panels.svelte";
import type { SaleSurroundings } from "../till/surroundings";

export type Step = "list" | "receipt" | "quantity" | "void" | "waiting" | "without" | "done";

/** What becomes of a line that comes back. */
export interface Handling {
  restock: boolean;
  borne_by: Bearer;
}

const USUAL: Handling = { restock: true, borne_by: "supplier" };
const TAIL_DIGITS = 4;

/** Sends it, with the approval that was given for it. */
type GiveBack = (receipt: ReceiptView, approval: string | null) => Promise<RefundDoneView | null>;

const PAGE = 30;
const QUERY_LENGTH_MAX = 24;
const RUNNING: NumberShape = { whole_max: 9, places_max: 0 };
/** The second press of a double one must not pass what goes back before anyone has read it. */
const DONE_GUARD_MS = 600;

/** What a scanner reads off a receipt: its QR, or its number. */
export function isReceiptCode(code: string): boolean {
  return code.startsWith("jishi:") || /^[A-Z][A-Z0-9]{0,7}[a-z]*-\d{6,}$/.test(code);
}

/** Money was taken with it, for goods or for vouchers. */
export function isSold(kind: ReceiptKind): boolean {
  return kind === "sale" || kind === "vouchers";
}

/** Where receipts are looked for, a scanner whose capitals got lost is understood too. */
export function isLooseReceiptCode(code: string): boolean {
  return isReceiptCode(code) || /^[a-z][a-z0-9]{0,9}-\d+$/i.test(code);
}

/** 小票: found, read, printed again, and what can be given back of it given back. */
export class Receipts {
  step: Step = $state("list");
  query = $state("");
  /** Only sales of this buyer, or with this in their note. */
  about = $state("");
  rows: ReceiptRowView[] = $state.raw([]);
  all_shown = $state(false);
  highlighted = $state(0);

  receipt: ReceiptView | null = $state.raw(null);
  /** What is to be given back, as typed, by line. */
  asked: Record<number, string> = $state.raw({});
  /** The line that keys mean. */
  line: number | null = $state(null);
  /** Of the lines that are not handled as usual. */
  handled: Record<number, Handling> = $state.raw({});
  /** Cash for what came by a code. */
  in_cash = $state(false);
  waiting: WaitingRefundView[] = $state.raw([]);
  /** The last four digits in the bill, as typed. */
  tail = $state("");
  back: MoneyBackView | null = $state.raw(null);
  trouble: string | null = $state(null);
  reason = $state("");
  picture: PictureView | null = $state.raw(null);

  done: RefundDoneView | null = $state.raw(null);
  printing: Printing | null = $state.raw(null);
  recording = $state(false);
  #done_since_ms = 0;

  readonly #around: SaleSurroundings;
  readonly #panels: Panels;
  /** Told when something was given back. */
  readonly #recorded: () => void;

  constructor(around: SaleSurroundings, panels: Panels, recorded: () => void) {
    this.#around = around;
    this.#panels = panels;
    this.#recorded = recorded;
  }

  // Coming here

  show(): void {
    void this.#around.ask(async () => {
      if (this.#around.stage === "done") this.#around.beginNext();
      if (this.#around.stage !== "selling") return;
      await this.begin();
      this.#panels.show("receipts");
    });
  }

  /** A receipt that is scanned opens, unless a buyer is just paying. */
  openScanned(code: string): void {
    void this.#around.ask(async () => {
      if (this.#around.stage === "paying") {
        this.#around.say("refused", this.#around.words.receipts.paying_first);
        return;
      }
      if (this.recording) return;
      await this.begin();
      await this.#open(code);
      if (this.#around.stage === "done") this.#around.beginNext();
      this.#around.sounds.scanned();
      this.#panels.show("receipts");
    });
  }

  // Finding one

  async begin(): Promise<void> {
    this.step = "list";
    this.query = "";
    this.about = "";
    this.highlighted = 0;
    this.receipt = null;
    if (this.done !== null) dealtWith(this.#around.host, this.done.number);
    this.done = null;
    this.printing = null;
    await this.#look();
  }

  async #look(): Promise<void> {
    await this.#lookAbout();
    await this.#lookWaiting();
  }

  lookAbout(about: string): void {
    this.about = about;
    void this.#around.ask(async () => {
      // A letter that was typed since asks for itself.
      if (this.about !== about) return;
      this.highlighted = 0;
      await this.#lookAbout();
    });
  }

  async #lookAbout(): Promise<void> {
    const { about } = this;
    this.rows = await this.#around.host.call("receipts", { before: null, limit: PAGE, about });
    this.all_shown = about.trim() !== "" || this.rows.length < PAGE;
  }

  more(): void {
    void this.#around.ask(async () => {
      const before = this.rows.at(-1)?.place ?? null;
      const older = await this.#around.host.call("receipts", { before, limit: PAGE, about: "" });
      this.rows = [...this.rows, ...older];
      this.all_shown = older.length < PAGE;
    });
  }

  /** Enter, or the button: what is typed, or else the row that is marked. */
  find(): void {
    const row = this.rows[this.highlighted];
    const text = this.query.trim() === "" ? row?.number : this.query;
    if (text === undefined) this.#around.say("refused", this.#around.words.receipts.type_first);
    else this.open(text);
  }

  open(text: string): void {
    void this.#around.ask(() => this.#open(text));
  }

  async #open(text: string): Promise<void> {
    const receipt = await this.#around.host.call("find_receipt", { text });
    this.#show(receipt);
    this.#around.dismiss();
  }

  #show(receipt: ReceiptView): void {
    this.receipt = receipt;
    this.step = "receipt";
    this.query = "";
    this.asked = {};
    this.line = receipt.lines.find((line) => canGoBack(line))?.line ?? null;
    this.handled = {};
    this.in_cash = false;
    this.back = null;
    this.trouble = null;
    this.reason = "";
    this.picture = null;
    this.printing = null;
  }

  highlightBeside(step: 1 | -1): void {
    if (this.step === "list" || this.step === "waiting") {
      const rows = this.step === "list" ? this.rows.length : this.waiting.length;
      this.highlighted = Math.min(Math.max(this.highlighted + step, 0), Math.max(rows - 1, 0));
      return;
    }
    const lines = (this.receipt?.lines ?? []).filter(canGoBack).map((line) => line.line);
    const at = this.line === null ? -1 : lines.indexOf(this.line);
    this.line = lines[Math.min(Math.max(at + step, 0), lines.length - 1)] ?? null;
  }

  // Choosing what goes back

  get can_refund(): boolean {
    return this.receipt !== null && isSold(this.receipt.kind) && this.receipt.lines.some(canGoBack);
  }

  /** What is asked for, as it is sent; none of it is nothing. */
  get asked_lines(): RefundLineDraft[] {
    const lines: RefundLineDraft[] = [];
    for (const line of this.receipt?.lines ?? []) {
      const quantity = quantityOf(this.asked[line.line] ?? "");
      if (quantity === null) continue;
      lines.push({ line: line.line, quantity, ...this.handling(line.line) });
    }
    return lines;
  }

  /** Of a line, or of the one that keys mean. */
  handling(line: number | null = this.line): Handling {
    return (line === null ? undefined : this.handled[line]) ?? USUAL;
  }

  /** The arrows move the mark as well. */
  choose(line: number): void {
    this.line = line;
  }

  handle(change: Partial<Handling>): void {
    if (this.line === null) return;
    this.handled = { ...this.handled, [this.line]: { ...this.handling(), ...change } };
  }

  /** All lines as the one that is marked. */
  handleAll(): void {
    const handling = this.handling();
    const lines = (this.receipt?.lines ?? []).map((line) => [line.line, handling] as const);
    this.handled = Object.fromEntries(lines);
  }

  payBack(in_cash: boolean): void {
    this.in_cash = in_cash;
    this.#figure();
  }

  press(key: NumberKey): void {
    if (this.step === "waiting") {
      // A reference may begin with zeros, which no number does.
      if (key === "back") this.tail = this.tail.slice(0, -1);
      else if (key === "clear") this.tail = "";
      else if (/^\d$/.test(key) && this.tail.length < TAIL_DIGITS) this.tail += key;
    } else if (this.step === "list") {
      this.query = typed(/^\d*$/.test(this.query) ? this.query : "", key, RUNNING);
    } else if (this.line !== null && (this.step === "receipt" || this.step === "quantity")) {
      this.#set(this.line, typed(this.asked[this.line] ?? "", key, QUANTITY));
    }
  }

  /** What was typed last was no person's. */
  takeBack(tail: string, asked: Record<number, string>): void {
    this.tail = tail;
    if (this.asked === asked) return;
    this.asked = asked;
    this.#figure();
  }

  erase(): void {
    if (this.step === "list") this.query = this.query.slice(0, -1);
    else this.press("back");
  }

  /** A character of the keyboard, in the list: numbers of receipts have letters too. */
  type(character: string): void {
    if (this.query.length < QUERY_LENGTH_MAX) this.query += character;
  }

  /** One more or one fewer; below one it is none, and never more than is left. */
  count(line: number | null, step: 1 | -1): void {
    const shown = this.receipt?.lines.find((one) => one.line === line);
    if (line === null || shown === undefined || !canGoBack(shown)) return;
    this.line = line;
    const before = quantityOf(this.asked[line] ?? "");
    if (before === null) {
      // Weighed goods come back whole, or by a weight that is typed.
      const first = shown.weighed || !isWhole(shown.left) ? shown.left : "1";
      if (step === 1) this.#set(line, first);
      return;
    }
    if (before === shown.left && step === 1) return;
    this.#set(line, stepped(before, step) ?? (step === 1 ? shown.left : ""));
  }

  all(): void {
    const lines = (this.receipt?.lines ?? []).filter(canGoBack);
    const same = lines.every((line) => this.asked[line.line] === line.left);
    this.asked = same ? {} : Object.fromEntries(lines.map((line) => [line.line, line.left]));
    this.#figure();
  }

  askQuantity(line: number): void {
    this.line = line;
    this.step = "quantity";
    this.#set(line, "");
  }

  #set(line: number, quantity: string): void {
    this.asked = { ...this.asked, [line]: quantity };
    this.#figure();
  }

  /** Its words change with every key: they are said in place. */
  #figure(): void {
    void this.#around.ask(async () => {
      const lines = this.asked_lines;
      const receipt = this.receipt;
      this.trouble = null;
      this.back = null;
      if (receipt === null || lines.length === 0) return;
      try {
        this.back = await this.#around.host.call("figure_refund", {
          number: receipt.number,
          lines,
          in_cash: this.in_cash,
        });
      } catch (thrown) {
        if (!isRefused(thrown)) throw thrown;
        this.trouble = thrown.message;
      }
    });
  }

  // Giving back

  refund(): void {
    if (this.step !== "receipt" || !this.can_refund) return;
    const seen = this.asked_lines;
    if (seen.length === 0) {
      this.#around.say("refused", this.#around.words.receipts.choose_first);
      return;
    }
    if (this.trouble !== null) {
      this.#around.say("refused", this.trouble);
      return;
    }
    const { in_cash } = this;
    const actions: Action[] = in_cash ? ["refund", "refund_in_cash"] : ["refund"];
    this.#giveBack(actions, async ({ next_id: id, number }, approval) => {
      const lines = this.asked_lines;
      // A key that came just before makes another sum than the one that was read.
      if (this.back === null || JSON.stringify(lines) !== JSON.stringify(seen)) return null;
      return this.#around.host.call("record_refund", { id, number, lines, in_cash, approval });
    });
  }

  /** 换货: what was chosen comes back with the sale on the screen, and pays for its goods. */
  exchange(): void {
    const { receipt } = this;
    if (this.step !== "receipt" || receipt === null || !this.can_refund) return;
    if (this.asked_lines.length === 0) {
      this.#around.say("refused", this.#around.words.receipts.choose_first);
      return;
    }
    void this.#around.ask(async () => {
      if (this.trouble !== null) {
        this.#around.say("refused", this.trouble);
        return;
      }
      const { next_id: id, number } = receipt;
      const exchange = { id, number, lines: this.asked_lines, in_cash: this.in_cash };
      await this.#around.edit((draft) => ({ ...draft, exchange }));
      this.#panels.close();
      this.#around.dismiss();
      this.#around.say("notice", this.#around.words.exchange.begun);
    });
  }

  askVoid(): void {
    if (this.step !== "receipt" || this.receipt?.kind !== "sale") return;
    if (this.receipt.void === null) {
      const words = this.#around.words.receipts;
      this.#around.say("refused", this.can_refund ? words.void_other_shift : words.nothing_left);
      return;
    }
    this.step = "void";
  }

  chooseReason(index: number): void {
    const { receipts, payment } = this.#around.words;
    const offered = this.step === "without" ? payment.without.reasons : receipts.reasons;
    this.reason = offered[index] ?? this.reason;
  }

  voidSale(): void {
    if (this.step !== "void") return;
    const reason = this.reason.trim();
    if (reason === "") {
      this.#around.say("refused", this.#around.words.receipts.reason_first);
      return;
    }
    this.#giveBack(["void"], ({ next_id: id, number }, approval) =>
      this.#around.host.call("void_sale", { id, number, reason, approval }),
    );
  }

  /**
   * Records what goes back, once: a second press while it is under way is the same press. Refund and
   * void both pass here, so this is the place where a supervisor's PIN is asked for, if the core wants it.
   */
  #giveBack(actions: Action[], record: GiveBack, approval: string | null = null): void {
    if (this.recording) return;
    this.recording = true;
    void this.#around
      .ask(async () => {
        if (this.receipt === null) return;
        const done = await this.#unlessApproved(actions, record, this.receipt, approval);
        if (done === null) return;
        this.done = done;
        this.step = "done";
        this.#done_since_ms = performance.now();
        this.#around.dismiss();
        this.#recorded();
        void this.print(done.number, false);
      })
      .finally(() => (this.recording = false));
  }

  /** Where the core wants a supervisor one is asked for, and with the PIN it is sent again. */
  async #unlessApproved(
    actions: Action[],
    record: GiveBack,
    receipt: ReceiptView,
    approval: string | null,
  ): Promise<RefundDoneView | null> {
    try {
      return await record(receipt, approval);
    } catch (thrown) {
      if (!isRefused(thrown) || thrown.code !== "approval_needed") throw thrown;
      const then = (given: string): void => this.#giveBack(actions, record, given);
      this.#around.askApproval({ actions, subject: receipt.next_id, then });
      return null;
    }
  }

  // Without a receipt

  askWithout(): void {
    if (this.step !== "list") return;
    this.reason = "";
    this.step = "without";
  }

  /** The goods of the sale that stands: they come back instead of going out. */
  refundWithout(approval: string | null = null): void {
    const { sale, words } = this.#around;
    if (this.step !== "without" || this.recording) return;
    const reason = this.reason.trim();
    if (sale.is_empty || reason === "") {
      this.#around.say(
        "refused",
        sale.is_empty ? words.payment.without.empty : words.payment.without.reason_first,
      );
      return;
    }
    const seen_fen = sale.view.total_fen;
    this.recording = true;
    void this.#around
      .ask(async () => {
        // A scan that came just before makes another sum than the one that was read.
        if (sale.view.total_fen !== seen_fen || this.#around.mustWeigh()) return;
        const id = await sale.knownId();
        try {
          const draft = draftOf(sale.draft);
          this.done = await this.#around.host.call("refund_without_receipt", { id, draft, reason, approval });
        } catch (thrown) {
          if (!isRefused(thrown) || thrown.code !== "approval_needed" || approval !== null) throw thrown;
          const then = (given: string): void => this.refundWithout(given);
          this.#around.askApproval({ actions: ["refund_without_receipt"], subject: id, then });
          return;
        }
        this.#around.beginNext();
        this.#panels.show("receipts");
        this.step = "done";
        this.#done_since_ms = performance.now();
        this.#recorded();
        void this.print(this.done.number, false);
      })
      .finally(() => (this.recording = false));
  }

  // 待退款

  showWaiting(): void {
    if (this.step !== "list") return;
    void this.#around.ask(async () => {
      await this.#lookWaiting();
      this.highlighted = 0;
      this.tail = "";
      this.step = "waiting";
    });
  }

  async #lookWaiting(): Promise<void> {
    this.waiting = await this.#around.host.call("waiting_refunds", {});
  }

  mark(index: number): void {
    this.highlighted = index;
    this.tail = "";
  }

  seen(): void {
    const one = this.waiting[this.highlighted];
    if (this.step !== "waiting" || one === undefined) return;
    const { number, tender } = one;
    void this.#around.ask(async () => {
      const reference = this.tail;
      this.waiting = await this.#around.host.call("see_refund", { number, tender, reference });
      this.mark(0);
      this.#around.say("notice", this.#around.words.payment.waiting.done(number));
    });
  }

  // Paper

  async print(number: string, reprint: boolean): Promise<void> {
    if (this.printing?.state === "printing") return;
    this.printing = { state: "printing" };
    const asked = this.#around.host.call("print_receipt", { number, reprint });
    this.printing = await printed(asked, this.#around.words);
  }

  reprint(): void {
    const number = this.step === "done" ? this.done?.number : this.receipt?.number;
    if (number !== undefined && this.step !== "list") void this.print(number, true);
  }

  showPicture(): void {
    const number = this.receipt?.number;
    if (number === undefined) return;
    if (this.picture !== null) {
      this.picture = null;
      return;
    }
    void this.#around.ask(async () => {
      this.picture = await this.#around.host.call("receipt_picture", { number });
    });
  }

  /** One step back. Says whether there was one: from the list the page itself is left. */
  stepBack(): boolean {
    if (this.step === "list") return false;
    if (this.step === "done") {
      if (performance.now() - this.#done_since_ms < DONE_GUARD_MS) return true;
      void this.#around.ask(() => this.begin());
      return true;
    }
    if (this.step === "receipt" || this.step === "waiting" || this.step === "without") {
      this.step = "list";
      this.highlighted = 0;
      this.receipt = null;
      this.printing = null;
    } else {
      this.step = "receipt";
    }
    return true;
  }

  /** Enter, wherever one is. */
  goOn(): void {
    if (this.step === "list") this.find();
    else if (this.step === "receipt") this.refund();
    else if (this.step === "quantity") this.step = "receipt";
    else if (this.step === "void") this.voidSale();
    else if (this.step === "waiting") this.seen();
    else if (this.step === "without") this.refundWithout();
    else this.stepBack();
  }
}

function canGoBack(line: ReceiptLineView): boolean {
  return quantityOf(line.left) !== null;
}

function isWhole(quantity: string): boolean {
  return /^\d+$/.test(quantity);
}
