import type { Host, ScreenView } from "../lib/host";
import type { Words } from "../lib/i18n/words";
import type { Sounds } from "../lib/sound";
import type { Approving } from "../staff/staff.svelte";
import type { WorkingDraft } from "./draft";
import type { Offer } from "./messages.svelte";
import type { Sale } from "./sale.svelte";

export type Stage = "selling" | "paying" | "done";

/** What a part of the window needs of the whole. */
export interface Surroundings {
  readonly host: Host;
  readonly words: Words;
  /** In turn with all else that is asked; what is refused is said. */
  ask(task: () => Promise<void>): Promise<void>;
  say(tone: "refused" | "notice" | "good", text: string, offer?: Offer): void;
  dismiss(): void;
  /** A supervisor is asked for a PIN beside what is on the screen. */
  askApproval(approving: Approving): void;
}

/** What a part of the sale needs beside. */
export interface SaleSurroundings extends Surroundings {
  readonly sale: Sale;
  /** What the core last said of the till itself. */
  screen: ScreenView | null;
  readonly sounds: Sounds;
  stage: Stage;
  /** Figured anew, and with it how it is being paid. */
  edit(edit: (draft: WorkingDraft) => WorkingDraft): Promise<void>;
  /** Goods whose weight is asked for belong to the sale: it is not whole without them, and that is said. */
  mustWeigh(): boolean;
  /** The screen is the next sale's. */
  beginNext(): void;
  refuse(thrown: unknown): void;
}
