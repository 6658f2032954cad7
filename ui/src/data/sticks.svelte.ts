import type { FileFoundView, SticksView } from "../lib/host";
import type { SaleSurroundings } from "../till/surroundings";

const LOOK_EVERY_MS = 4_000;

/** What a stick that was just plugged in is offered for. */
export interface StickOffer {
  stick: string;
  /** What the centre wrote for this till. */
  file: FileFoundView | null;
  sales_waiting: number;
}

/** A stick that is plugged in is noticed, and offered quietly: nothing waits for an answer. */
export class Sticks {
  offer: StickOffer | null = $state.raw(null);

  readonly #around: SaleSurroundings;
  /** Whether sales go by themselves: then none has to be carried. */
  readonly #isOnline: () => boolean;
  #known: string[] | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(around: SaleSurroundings, isOnline: () => boolean) {
    this.#around = around;
    this.#isOnline = isOnline;
  }

  start(): void {
    this.stop();
    this.#timer = setTimeout(() => void this.look(), LOOK_EVERY_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  async look(): Promise<void> {
    try {
      this.#heard(await this.#around.host.call("sticks", {}));
    } catch {
      // The till is held or locked: looked for again.
    }
    this.start();
  }

  /** It is dealt with: nothing is offered any more. */
  take(): StickOffer | null {
    const offer = this.offer;
    this.offer = null;
    return offer;
  }

  dismiss(): void {
    this.offer = null;
  }

  #heard(view: SticksView): void {
    const before = this.#known;
    this.#known = view.sticks;
    if (this.offer !== null && !view.sticks.includes(this.offer.stick)) this.offer = null;
    // Those that were there when the till was opened say nothing new.
    const fresh = before === null ? [] : view.sticks.filter((stick) => !before.includes(stick));
    const stick = fresh[0];
    if (stick === undefined) return;
    const file = view.files.find((found) => found.folder === stick) ?? null;
    const sales_waiting = this.#isOnline() ? 0 : view.sales_waiting;
    if (file !== null || sales_waiting > 0) this.offer = { stick, file, sales_waiting };
  }
}
