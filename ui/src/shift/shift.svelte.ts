import {
  isRefused,
  type CashDirection,
  type ClosedShiftView,
  type CountedView,
  type CountFiguresView,
  type HeldSaleView,
  type ShiftView,
} from "../lib/host";
import { fenOf, yuan } from "../lib/money";
import { AMOUNT, typed, type NumberKey, type NumberShape } from "../lib/typed-number";
import { printed, type Printing } from "../till/printing";
import type { Surroundings } from "../till/surroundings";

/** Which page of the shift stands in the sale's place; away is none of them. */
export type ShiftPage =
  "away" | "open" | "forgotten" | "reading" | "cash" | "held" | "count" | "counted" | "closed";

const PIECES: NumberShape = { whole_max: 5, places_max: 0 };
/** The second press of a double one must not confirm what the first has only just shown. */
const TURN_GUARD_MS = 600;

/** 班次: opened with its float, read, counted blind and closed. */
export class Shift {
  page: ShiftPage = $state("away");
  view: ShiftView | null = $state.raw(null);
  /** The float, or the sum of a move. */
  typed = $state("");
  direction: CashDirection = $state("out");
  reason = $state("");
  /** How many of each, as typed, in the order of the denominations. */
  pieces: string[] = $state.raw([]);
  /** The denomination that keys mean. */
  at = $state(0);
  figures: CountFiguresView | null = $state.raw(null);
  /** “点好了” was pressed once: she sees her sum, and once more confirms it. */
  confirming = $state(false);
  counted: CountedView | null = $state.raw(null);
  closed: ClosedShiftView | null = $state.raw(null);
  printing: Printing | null = $state.raw(null);
  busy = $state(false);
  #turned_ms = 0;

  readonly #around: Surroundings;
  /** Told when a shift was opened, closed or gone on with. */
  readonly #changed: () => Promise<void>;
  /** Why the shift cannot be closed yet: the one place that asks for what is unfinished. */
  readonly #unfinished: () => string | null;
  readonly #held: () => HeldSaleView[];
  /** Held sales that go to the next shift, as it was answered: others are asked for. */
  #left: string[] = [];

  constructor(
    around: Surroundings,
    changed: () => Promise<void>,
    unfinished: () => string | null,
    held: () => HeldSaleView[],
  ) {
    this.#around = around;
    this.#changed = changed;
    this.#unfinished = unfinished;
    this.#held = held;
  }

  /** What is on hold while the shift is being closed. */
  get held(): HeldSaleView[] {
    return this.#held();
  }

  get words(): Surroundings["words"]["shift"] {
    return this.#around.words.shift;
  }

  /** Notes and coins as they are counted, the largest first. */
  get denominations_fen(): number[] {
    return this.view?.denominations_fen ?? [];
  }

  get is_away(): boolean {
    return this.page === "away";
  }

  /** Whether goods may be sold from here: a scan then goes to the sale. */
  get sells(): boolean {
    if (this.page === "held") return this.view?.state === "open";
    return this.page === "away" || this.page === "reading" || this.page === "cash" || this.page === "count";
  }

  // Coming and going

  /** At the start: sells at once where today's shift is open, else asks. */
  begin(): Promise<void> {
    return this.#ask(async () => {
      await this.#look();
      if (this.view?.state === "none") this.#turn("open");
      else if (this.view?.state === "forgotten") this.#turn("forgotten");
      else this.page = "away";
    });
  }

  async lookAgain(): Promise<void> {
    if (!this.is_away) await this.#look();
  }

  show(): void {
    void this.#ask(async () => {
      if (!this.is_away) return;
      await this.#look();
      this.#turn(this.view?.state === "none" ? "open" : "reading");
    });
  }

  /** A step back; from where nothing can be sold there is none. */
  back(): void {
    if (this.busy) return;
    if (this.page === "reading") this.page = "away";
    else if (this.page === "held") this.#turnBack();
    else if (this.confirming) this.confirming = false;
    else if (this.page === "cash") this.#turn("reading");
    else if (this.page === "count" && this.counted === null) this.#turnBack();
    else if (this.page === "counted") this.#turnBack();
    else if (this.page === "count") this.page = "counted";
    this.#around.dismiss();
  }

  /** To where the close was begun. */
  #turnBack(): void {
    this.#turn(this.view?.state === "forgotten" ? "forgotten" : "reading");
  }

  /** A scan while the shift is open leads back to the sale; what was counted so far stays. */
  leave(): void {
    this.page = "away";
  }

  // Opening

  open(): void {
    const float_fen = this.typed === "" ? 0 : fenOf(this.typed);
    if (float_fen === null) {
      this.#around.say("refused", this.words.amount_wrong);
      return;
    }
    this.#once(async () => {
      this.view = await this.#around.host.call("open_shift", { float_fen });
      this.#forgetCount();
      this.page = "away";
      this.typed = "";
      await this.#changed();
      const { held } = this;
      if (held.length === 0) return;
      const names = held.map((one) => one.cashier);
      const whose = names.filter((name, at) => names.indexOf(name) === at).join("、");
      this.#around.say("notice", this.words.held_here(held.length, whose));
    });
  }

  goOn(): void {
    this.#once(async () => {
      this.view = await this.#around.host.call("go_on_with_shift", {});
      this.page = "away";
      await this.#changed();
    });
  }

  /** The sums that she counts against, shown to a cashier while a supervisor stands beside her. */
  readSums(approval: string | null = null): void {
    if (this.page !== "reading" || this.view?.figures?.sums !== null) return;
    this.#once(async () => {
      try {
        this.view = await this.#around.host.call("read_shift_sums", { approval });
      } catch (thrown) {
        if (!isRefused(thrown) || thrown.code !== "approval_needed" || approval !== null) throw thrown;
        const subject = this.view?.figures?.id ?? "";
        this.#around.askApproval({
          actions: ["cash_figures"],
          subject,
          then: (given) => this.readSums(given),
        });
      }
    });
  }

  // Cash in and out

  askMove(): void {
    this.typed = "";
    this.reason = "";
    this.#turn("cash");
  }

  chooseDirection(direction: CashDirection): void {
    if (this.direction !== direction) this.reason = "";
    this.direction = direction;
  }

  move(): void {
    const fen = fenOf(this.typed);
    const { direction } = this;
    const reason = this.reason.trim();
    if (fen === null || fen === 0) this.#around.say("refused", this.words.amount_wrong);
    else if (reason === "") this.#around.say("refused", this.words.reason_wrong);
    else {
      this.#once(async () => {
        const id = this.view?.move_id ?? "";
        this.view = await this.#around.host.call("move_cash", { id, direction, fen, reason });
        this.#turn("reading");
        this.#around.say("notice", this.words.moved[direction](yuan(fen)));
      });
    }
  }

  // The blind count

  askCount(): void {
    const unfinished = this.#unfinished();
    if (unfinished !== null) {
      this.#around.say("refused", unfinished);
      return;
    }
    if (!this.#isHeldAnswered()) return;
    void this.#ask(async () => {
      await this.#look();
      this.counted = this.view?.counted ?? null;
      if (this.counted === null) this.#turn("count");
      else this.#turn("counted");
    });
  }

  /** Sales that are on hold are asked for first: finished by her, or left to the next shift. */
  #isHeldAnswered(): boolean {
    if (this.held.every((one) => this.#left.includes(one.id))) return true;
    this.#turn("held");
    return false;
  }

  /** They stay on hold, and whoever comes next sees whose they were. */
  leaveHeld(): void {
    if (this.page !== "held" || this.#isTooSoon()) return;
    this.#left = this.held.map((one) => one.id);
    this.askCount();
  }

  recount(): void {
    if (this.counted === null || !this.counted.may_recount) return;
    this.#forgetPieces();
    this.#turn("count");
  }

  /** A key for whatever number is asked for. */
  press(key: NumberKey): void {
    if (this.page === "open" || this.page === "cash") this.typed = typed(this.typed, key, AMOUNT);
    else if (this.page === "count") {
      this.confirming = false;
      const { at } = this;
      this.pieces = this.denominations_fen.map((_, index) => {
        const before = this.pieces[index] ?? "";
        return index === at ? typed(before, key, PIECES) : before;
      });
      void this.#ask(() => this.#figure());
    }
  }

  choose(at: number): void {
    this.confirming = false;
    this.at = Math.min(Math.max(at, 0), this.denominations_fen.length - 1);
  }

  /** Enter: the next denomination, and after the last one the count. */
  next(): void {
    if (this.at < this.denominations_fen.length - 1) this.choose(this.at + 1);
    else this.confirm();
  }

  /** Asked first, with her own sum; confirmed the second time. */
  confirm(): void {
    if (!this.confirming) {
      void this.#ask(async () => {
        await this.#figure();
        this.confirming = true;
        this.#turned_ms = performance.now();
      });
      return;
    }
    if (this.#isTooSoon()) return;
    this.#once(async () => {
      this.counted = await this.#around.host.call("count_drawer", { pieces: this.#pieces() });
      await this.#look();
      this.#turn("counted");
    });
  }

  /** Closes the shift on the last count; its paper follows. One that somebody else opened takes an approval. */
  signOff(approval: string | null = null): void {
    if (this.page !== "counted" || (approval === null && this.#isTooSoon())) return;
    const unfinished = this.#unfinished();
    if (unfinished !== null) {
      this.#around.say("refused", unfinished);
      return;
    }
    if (!this.#isHeldAnswered()) return;
    this.#once(async () => {
      try {
        this.closed = await this.#around.host.call("close_shift", { approval });
      } catch (thrown) {
        if (isRefused(thrown) && thrown.code === "approval_needed" && approval === null) {
          this.#askToClose();
          return;
        }
        // Something was recorded since: it is counted once more.
        if (isRefused(thrown) && thrown.code === "count_again") {
          this.#forgetCount();
          this.#turn("count");
        }
        throw thrown;
      }
      this.#forgetCount();
      this.#left = [];
      this.#turn("closed");
      void this.print(false);
      await this.#changed();
    });
  }

  #askToClose(): void {
    this.#around.askApproval({
      actions: ["shift_close_of_another"],
      subject: this.view?.figures?.id ?? "",
      then: (approval) => this.signOff(approval),
    });
  }

  openNext(): void {
    if (this.page !== "closed" || this.#isTooSoon()) return;
    void this.begin();
  }

  // Paper

  /** The Z report of the shift that was closed, or the reading of the one that is open. */
  async print(reprint: boolean): Promise<void> {
    if (this.printing?.state === "printing") return;
    const id = this.page === "closed" ? (this.closed?.figures.id ?? null) : null;
    this.printing = { state: "printing" };
    const asked = this.#around.host.call("print_shift", { id, reprint });
    this.printing = await printed(asked, this.#around.words);
  }

  #pieces(): { value_fen: number; pieces: number }[] {
    return this.denominations_fen.map((value_fen, index) => ({
      value_fen,
      pieces: Number.parseInt(this.pieces[index] || "0", 10),
    }));
  }

  async #figure(): Promise<void> {
    this.figures = await this.#around.host.call("figure_count", { pieces: this.#pieces() });
  }

  async #look(): Promise<void> {
    this.view = await this.#around.host.call("shift", {});
  }

  #forgetPieces(): void {
    this.pieces = [];
    this.figures = null;
    this.at = 0;
    this.confirming = false;
  }

  #forgetCount(): void {
    this.#forgetPieces();
    this.counted = null;
  }

  #turn(page: ShiftPage): void {
    this.page = page;
    this.#turned_ms = performance.now();
    this.confirming = false;
    this.printing = null;
    if (page === "open") this.typed = "";
    this.#around.dismiss();
  }

  #isTooSoon(): boolean {
    return performance.now() - this.#turned_ms < TURN_GUARD_MS;
  }

  /** What records: pressed twice it is done once. */
  #once(task: () => Promise<void>): void {
    if (this.busy) return;
    this.busy = true;
    void this.#ask(task).finally(() => (this.busy = false));
  }

  #ask(task: () => Promise<void>): Promise<void> {
    return this.#around.ask(task);
  }
}
