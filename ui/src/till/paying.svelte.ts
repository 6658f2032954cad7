import type { Draft, DraftTender, Host, PaymentView, TenderKind, WayToPayView } from "../lib/host";
import { isRefused } from "../lib/host";
import { fenOf, typedYuan } from "../lib/money";
import type { Undo } from "../lib/scanner";
import { AMOUNT, typed, type NumberKey } from "../lib/typed-number";
import { CASH, wayKey, type Way } from "./ways";

/** What would be sent, and what the core says of it. */
interface Figured {
  tenders: DraftTender[];
  payment: PaymentView;
}

/**
 * How the buyer pays. One tender is being entered; those before it are kept. With nothing typed, the
 * tender being entered is for all that remains.
 */
export class Paying {
  way: Way = $state.raw(CASH);
  typed = $state("");
  reference = $state("");
  kept: DraftTender[] = $state.raw([]);
  /** What remains after the kept tenders alone. */
  before: PaymentView | null = $state.raw(null);
  figured: Figured | null = $state.raw(null);
  /** Why the core would not take what is typed: said in place, for it changes with every key. */
  trouble: string | null = $state(null);

  readonly #host: Host;
  #untouched = true;

  constructor(host: Host) {
    this.#host = host;
  }

  get kind(): TenderKind {
    return this.way.kind;
  }

  get ready(): boolean {
    return this.figured?.payment.ready ?? false;
  }

  /** What is due as it is being paid. */
  get due(): PaymentView | null {
    return this.figured?.payment ?? this.before;
  }

  begin(ways: WayToPayView[]): void {
    this.way = ways[0] ?? CASH;
    this.kept = [];
    this.before = null;
    this.figured = null;
    this.#enterAnew();
  }

  /** What the next key is added to; none where it takes the place of all that stands there. */
  get number(): string | null {
    return this.#untouched ? null : this.typed;
  }

  press(key: NumberKey): void {
    // The sum that a quick button set is replaced by what is typed next, not added to.
    const text = this.#untouched && key !== "back" ? "" : this.typed;
    this.typed = typed(text, key, AMOUNT);
    this.#untouched = false;
  }

  /** How the amount is put back to what it is now. */
  remember(): Undo {
    const { typed, way, kept } = this;
    const untouched = this.#untouched;
    return () => {
      if (wayKey(this.way) !== wayKey(way) || this.kept !== kept) return;
      this.typed = typed;
      this.#untouched = untouched;
    };
  }

  quick(fen: number): void {
    this.typed = typedYuan(fen);
    this.#untouched = true;
  }

  /** What is typed next takes the place of what stands there. */
  doubt(): void {
    this.#untouched = true;
  }

  /** Another kind: what is typed stays as a part of a mixed payment, unless it covers all by itself. */
  choose(way: Way): void {
    const short = (this.figured?.payment.remaining_fen ?? 0) > 0;
    const fen = fenOf(this.typed);
    if (this.typed !== "" && fen !== null && fen > 0 && short) {
      this.kept = [...this.kept, this.#tender(fen)];
    }
    this.way = way;
    this.#enterAnew();
  }

  /** What was typed for another tender is typed anew: it was for another rest. */
  keep(tender: DraftTender): void {
    this.kept = [...this.kept, tender];
    this.#enterAnew();
  }

  takeOff(index: number): void {
    this.kept = this.kept.filter((_, at) => at !== index);
  }

  async figure(draft: Draft): Promise<void> {
    this.trouble = null;
    try {
      // What is left is figured for this kind: only cash is wiped down.
      const rest = this.kind;
      const before = await this.#host.call("figure_payment", { draft, tenders: this.kept, rest });
      this.before = before;
      const fen = this.typed === "" ? before.remaining_fen : (fenOf(this.typed) ?? 0);
      if (fen === 0) {
        this.figured = { tenders: this.kept, payment: before };
        return;
      }
      const tenders = [...this.kept, this.#tender(fen)];
      this.figured = { tenders, payment: await this.#host.call("figure_payment", { draft, tenders, rest }) };
    } catch (thrown) {
      this.figured = null;
      if (!isRefused(thrown)) throw thrown;
      this.trouble = thrown.message;
    }
  }

  #tender(fen: number): DraftTender {
    const { kind, collected_by } = this.way;
    return { kind, fen, reference: this.#kept_reference, collected_by };
  }

  get #kept_reference(): string | null {
    return this.kind === "cash" || this.reference === "" ? null : this.reference;
  }

  #enterAnew(): void {
    this.typed = "";
    this.reference = "";
    this.#untouched = true;
  }
}
