import {
  isRefused,
  type KioskCartView,
  type KioskDoneView,
  type KioskLineView,
  type KioskPayment,
  type KioskPaymentView,
  type KioskView,
  type Language,
  type ScreenView,
} from "../lib/host";
import { typed, type NumberKey, type NumberShape } from "../lib/typed-number";
import { CodeAndPin } from "../staff/code-and-pin.svelte";
import { printed, type Printing } from "../till/printing";
import type { More } from "../more/more.svelte";
import type { SaleSurroundings } from "../till/surroundings";
import { wayKey, type Way } from "../till/ways";

const NOTHING_YET: KioskCartView = { lines: [], pieces: 0, total_fen: 0 };
const REFERENCE: NumberShape = { whole_max: 6, places_max: 0 };
/** What a buyer is given to say that she is still there. */
const ASKED_S = 15;
/** The second press of a double one must not take the thanks away before anyone has read them. */
const NEXT_GUARD_MS = 600;
/** A sale that is done says so for a while, and then waits for the next buyer. */
const DONE_MS = 20_000;

/** The page behind 更多, from which it is entered. */
interface Around extends SaleSurroundings {
  readonly more: More;
}

export type KioskPage = "goods" | "paying" | "reference" | "confirm" | "leave" | "done";

/** 自助收款: the buyer's own page at a till that is left to her. What she has scanned goes to the core as it was
 * scanned, and comes back as lines and a sum. */
export class Kiosk {
  page: KioskPage = $state("goods");
  view: KioskCartView = $state.raw(NOTHING_YET);
  /** The code that is paid to: its kind, and whose it is. */
  #way: Way | null = $state.raw(null);
  /** The end of the payment's number, as far as it is typed. */
  digits = $state("");
  done: KioskDoneView | null = $state.raw(null);
  /** Whether somebody of the staff has seen the money of the sale that is done. */
  confirmed = $state(false);
  printing: Printing | null = $state.raw(null);
  recording = $state(false);
  /** Seconds left of the question whether anybody is still there. */
  asked_s: number | null = $state(null);
  /** Why something was not taken: said in place. */
  trouble: string | null = $state(null);
  /** Somebody of the staff, to confirm or to take the till back. */
  readonly entry = new CodeAndPin();

  readonly #around: Around;
  /** The window shows the till that it is given, from its first page on. */
  readonly #exchanged: (screen: ScreenView) => Promise<void>;
  #codes: string[] = [];
  #id: string | null = null;
  #idle_timer: ReturnType<typeof setTimeout> | undefined;
  #under_way = false;
  #done_ms = 0;

  constructor(around: Around, exchanged: (screen: ScreenView) => Promise<void>) {
    this.#around = around;
    this.#exchanged = exchanged;
  }

  /** How the till stands, while it is left to the buyers. */
  get on(): KioskView | null {
    return this.#around.screen?.kiosk ?? null;
  }

  get payment(): KioskPaymentView | undefined {
    const way = this.#way;
    return way === null ? undefined : this.on?.payments.find((one) => wayKey(one) === wayKey(way));
  }

  /** Whose a code is, where a kind has several: then its button says so. */
  ownerOf(payment: KioskPaymentView): string | null {
    const of_kind = this.on?.payments.filter((one) => one.kind === payment.kind) ?? [];
    return of_kind.length > 1 ? payment.payee : null;
  }

  // Left to the buyers, and taken back

  /** A sale on the screen is finished or put aside first: the buyers' page would hide it. */
  enter(approval: string | null = null): void {
    this.#once(async () => {
      const words = this.#around.words.kiosk;
      if (this.#around.stage !== "done" && !this.#around.sale.is_empty) {
        this.#around.say("refused", words.sale_first);
        return;
      }
      try {
        await this.#exchanged(await this.#around.host.call("enter_kiosk", { approval }));
      } catch (thrown) {
        if (!isRefused(thrown) || thrown.code !== "approval_needed" || approval !== null) throw thrown;
        // The supervisor is asked beside a sale with nothing on it.
        if (this.#around.stage === "done") this.#around.beginNext();
        this.#around.more.leave();
        this.#around.askApproval({
          actions: ["kiosk"],
          subject: "kiosk",
          then: (given) => this.enter(given),
        });
      }
    });
  }

  askStaff(page: "confirm" | "leave"): void {
    this.entry.forget();
    this.trouble = null;
    this.page = page;
  }

  /** Enter under a code and a PIN. */
  staffEnter(): void {
    const entry = this.entry;
    if (!entry.enter()) return;
    entry.checking = true;
    const { code: staff, pin } = entry;
    const task =
      this.page === "leave" ? this.#leave(staff, pin) : this.#record({ paid: "confirmed", staff, pin });
    void task.finally(() => {
      entry.checking = false;
      entry.pin = "";
      if (this.trouble !== null) entry.trouble = this.trouble;
    });
  }

  #leave(staff: string, pin: string): Promise<void> {
    return this.#ask(async () => {
      const screen = await this.#around.host.call("leave_kiosk", { staff, pin });
      this.#stopWaiting();
      await this.#exchanged(screen);
      this.#around.say("notice", this.#around.words.kiosk.left);
    });
  }

  // What a buyer does

  scan(code: string): void {
    void this.#ask(async () => {
      if (this.page === "done") this.begin();
      const words = this.#around.words.kiosk;
      if (this.page !== "goods") {
        this.trouble = (await this.#isPaymentCode(code)) ? words.payment_code : words.not_now;
        this.#around.sounds.refused();
        return;
      }
      try {
        await this.#figure([...this.#codes, code]);
      } catch (thrown) {
        if (!isRefused(thrown) || thrown.code !== "payment_code") throw thrown;
        this.trouble = words.payment_code;
        this.#around.sounds.refused();
        return;
      }
      this.#around.sounds.scanned();
    });
  }

  /** A buyer holds her own phone's code under the reader. */
  async #isPaymentCode(code: string): Promise<boolean> {
    try {
      await this.#around.host.call("figure_kiosk", { codes: [code] });
      return false;
    } catch (thrown) {
      return isRefused(thrown) && thrown.code === "payment_code";
    }
  }

  /** One more of what is counted: as if it had been scanned again. */
  more(line: KioskLineView): void {
    const code = this.#codes[line.codes.at(-1) ?? -1];
    if (code !== undefined) this.scan(code);
  }

  fewer(line: KioskLineView): void {
    this.#without(line.codes.slice(-1));
  }

  remove(line: KioskLineView): void {
    this.#without(line.codes);
  }

  #without(gone: number[]): void {
    void this.#ask(() => this.#figure(this.#codes.filter((_, at) => !gone.includes(at))));
  }

  /** What is refused changes nothing. */
  async #figure(codes: string[]): Promise<void> {
    this.view = codes.length === 0 ? NOTHING_YET : await this.#around.host.call("figure_kiosk", { codes });
    this.#codes = codes;
  }

  pay(): void {
    void this.#ask(async () => {
      if (this.page !== "goods" || this.#codes.length === 0) return;
      this.#way ??= this.on?.payments[0] ?? null;
      this.#id ??= (await this.#around.host.call("start_sale", {})).id;
      this.page = "paying";
    });
  }

  choose(way: Way): void {
    this.#way = way;
  }

  askReference(): void {
    if (this.on?.by_reference !== true) return;
    this.digits = "";
    this.trouble = null;
    this.page = "reference";
  }

  press(key: NumberKey): void {
    if (this.page === "reference") {
      this.digits = typed(this.digits, key, REFERENCE);
      this.trouble = null;
    } else if (this.page === "confirm" || this.page === "leave") this.entry.press(key);
  }

  setReference(): void {
    void this.#record({ paid: "reference", digits: this.digits });
  }

  /** Escape, and the button that says the same: one step back. */
  back(): void {
    this.trouble = null;
    this.entry.forget();
    if (this.page === "paying") this.page = "goods";
    else if (this.page === "reference" || this.page === "confirm") this.page = "paying";
    else if (this.page === "leave") this.page = "goods";
  }

  /** Records the sale, once: a second press while it is under way is the same press. */
  async #record(payment: KioskPayment): Promise<void> {
    if (this.#under_way) return;
    this.#under_way = this.recording = true;
    await this.#ask(async () => {
      if (this.payment === undefined || this.#id === null) return;
      const { kind, collected_by } = this.payment;
      const request = { id: this.#id, codes: this.#codes, kind, collected_by, payment };
      const done = await this.#around.host.call("record_kiosk_sale", request);
      this.done = done;
      this.confirmed = payment.paid === "confirmed";
      this.page = "done";
      this.#done_ms = performance.now();
      this.touch();
      void this.#print(done);
    });
    this.#under_way = this.recording = false;
  }

  async #print(done: KioskDoneView): Promise<void> {
    this.printing = { state: "printing" };
    const asked = this.#around.host.call("print_receipt", { number: done.number, reprint: false });
    const printing = await printed(asked, this.#around.words);
    // Another buyer may stand there by now.
    if (this.done === done) this.printing = printing;
  }

  /** She has read it, and goes. */
  thanked(): void {
    if (performance.now() - this.#done_ms >= NEXT_GUARD_MS) this.next();
  }

  /** The next buyer: nothing of the one before is left, not even her language. */
  next(): void {
    void this.#ask(async () => {
      this.begin();
      const home = this.on?.language;
      if (home !== undefined && home !== this.#around.screen?.language) await this.#speak(home);
    });
  }

  chooseLanguage(language: Language): void {
    void this.#ask(async () => {
      await this.#speak(language);
      await this.#figure(this.#codes);
    });
  }

  async #speak(language: Language): Promise<void> {
    this.#around.screen = await this.#around.host.call("choose_language", { language });
  }

  /** A buyer's page with nothing on it. */
  begin(): void {
    this.page = "goods";
    this.view = NOTHING_YET;
    this.#way = null;
    this.digits = "";
    this.done = null;
    this.printing = null;
    this.trouble = null;
    this.asked_s = null;
    this.entry.forget();
    this.#codes = [];
    this.#id = null;
    this.touch();
  }

  // Nobody there

  /** Listens for hands at the till. Gives back how to stop. */
  watch(target: Window): () => void {
    const touched = (): void => this.touch();
    const kinds = ["keydown", "pointerdown", "mousedown"] as const;
    for (const kind of kinds) target.addEventListener(kind, touched, { capture: true });
    return () => {
      this.#stopWaiting();
      for (const kind of kinds) target.removeEventListener(kind, touched, { capture: true });
    };
  }

  /** Somebody is there: the wait begins anew. */
  touch(): void {
    this.#stopWaiting();
    const on = this.on;
    if (on === null) return;
    const wait_ms = this.page === "done" ? DONE_MS : on.idle_s * 1000;
    this.#idle_timer = setTimeout(() => this.#idle(), wait_ms);
  }

  #stopWaiting(): void {
    clearTimeout(this.#idle_timer);
    this.asked_s = null;
  }

  /** A sale under way is asked about first; nothing of it is recorded. */
  #idle(): void {
    if (this.recording) this.touch();
    else if (this.#codes.length === 0 || this.page === "done") this.next();
    else this.#askAgain(ASKED_S);
  }

  #askAgain(seconds: number): void {
    if (seconds === 0) {
      this.next();
      return;
    }
    this.asked_s = seconds;
    this.#idle_timer = setTimeout(() => this.#askAgain(seconds - 1), 1000);
  }

  // Together

  /** In turn with all else that is asked; what is refused is said where the buyer looks. */
  #ask(task: () => Promise<void>): Promise<void> {
    return this.#around.ask(async () => {
      this.trouble = null;
      try {
        await task();
      } catch (thrown) {
        this.trouble = isRefused(thrown) ? thrown.message : this.#around.words.fault.no_answer;
        this.#around.sounds.refused();
      }
    });
  }

  /** A double press is one. */
  #once(task: () => Promise<void>): void {
    if (this.#under_way) return;
    this.#under_way = true;
    void this.#around.ask(task).finally(() => (this.#under_way = false));
  }
}
