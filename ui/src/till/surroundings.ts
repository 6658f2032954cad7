import type { Host } from "../lib/host";
import type { Approving } from "../staff/staff.svelte";
import type { Words } from "../lib/i18n/words";

/** What a part of the window needs of the whole. */
export interface Surroundings {
  readonly host: Host;
  readonly words: Words;
  /** In turn with all else that is asked; what is refused is said. */
  ask(task: () => Promise<void>): Promise<void>;
  say(tone: "refused" | "notice", text: string): void;
  dismiss(): void;
  /** A supervisor is asked for a PIN beside what is on the screen. */
  askApproval(approving: Approving): void;
}
