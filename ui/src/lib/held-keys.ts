/**
 * A key that is held down comes again and again, and WebKitGTK does not say of those that they are repetitions
 * (`KeyboardEvent.repeat`): Enter held down would turn page after page. Here it is said, before anybody hears of them.
 *
 * Characters are left alone: a gun types the same one twice in a row, and nothing that they do needs it.
 */

/** Longer than anyone sets the keyboard to wait before the first repetition. */
const REPEAT_GAP_MAX_MS = 2_000;

export class HeldKeys {
  /** When each key that is down came last. */
  readonly #down_ms = new Map<string, number>();

  /** Whether this is the same press as the one before. */
  isRepeat(code: string, at_ms: number): boolean {
    const before_ms = this.#down_ms.get(code);
    this.#down_ms.set(code, at_ms);
    // Let go of where this window does not hear of it, it is not held for ever.
    return before_ms !== undefined && at_ms - before_ms <= REPEAT_GAP_MAX_MS;
  }

  letGo(code: string): void {
    this.#down_ms.delete(code);
  }

  letGoOfAll(): void {
    this.#down_ms.clear();
  }
}

/** Listens before anything else in the window does. Gives back how to stop. */
export function tellRepeats(target: Window, held = new HeldKeys()): () => void {
  const down = (event: KeyboardEvent): void => {
    // What a page makes up itself never lets go.
    if (!event.isTrusted || event.key.length <= 1) return;
    if (held.isRepeat(event.code, event.timeStamp) && !event.repeat) {
      Object.defineProperty(event, "repeat", { value: true });
    }
  };
  const up = (event: KeyboardEvent): void => held.letGo(event.code);
  const away = (): void => held.letGoOfAll();
  target.addEventListener("keydown", down, { capture: true });
  target.addEventListener("keyup", up, { capture: true });
  target.addEventListener("blur", away);
  return () => {
    target.removeEventListener("keydown", down, { capture: true });
    target.removeEventListener("keyup", up, { capture: true });
    target.removeEventListener("blur", away);
  };
}
