import type { Sounds } from "../lib/sound";

export interface Message {
  tone: "refused" | "notice" | "good";
  text: string;
  /** What can be done about it, with one press. */
  offer?: Offer;
}

export interface Offer {
  text: string;
  run: () => void;
}

const MESSAGE_SHOWN_MS = 8000;

/** What happened, said for a while: a fresh message takes the place of the one before. */
export class Messages {
  message: Message | null = $state.raw(null);
  readonly #sounds: Sounds;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(sounds: Sounds) {
    this.#sounds = sounds;
  }

  say(tone: Message["tone"], text: string, offer?: Offer): void {
    clearTimeout(this.#timer);
    this.message = offer === undefined ? { tone, text } : { tone, text, offer };
    if (tone === "refused") this.#sounds.refused();
    this.#timer = setTimeout(() => (this.message = null), MESSAGE_SHOWN_MS);
  }

  dismiss(): void {
    clearTimeout(this.#timer);
    this.message = null;
  }
}
