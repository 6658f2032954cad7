import { isRefused } from "../lib/host";
import type { Surroundings } from "../till/surroundings";
import type { More } from "./more.svelte";

/** 开钱箱 without a sale: with a reason, and a supervisor's PIN where the cashier may not alone. */
export class Drawer {
  reason = $state("");
  opening = $state(false);

  readonly #around: Surroundings;
  readonly #more: More;

  constructor(around: Surroundings, more: More) {
    this.#around = around;
    this.#more = more;
  }

  ask(): void {
    this.reason = "";
    this.#more.step = "drawer";
  }

  choose(index: number): void {
    this.reason = this.#around.words.drawer.reasons[index] ?? this.reason;
  }

  /** Opens it once: a second press while it is under way is the same press. */
  open(): void {
    const reason = this.reason.trim();
    if (this.opening) return;
    if (reason === "") {
      this.#around.say("refused", this.#around.words.drawer.reason_first);
      return;
    }
    this.#open(reason, null, null);
  }

  #open(reason: string, known_id: string | null, approval: string | null): void {
    this.opening = true;
    void this.#around
      .ask(async () => {
        const { host, words } = this.#around;
        const id = known_id ?? (await host.call("start_sale", {})).id;
        try {
          const { openings } = await host.call("open_drawer", { id, reason, approval });
          this.#more.leave();
          this.#around.say("notice", words.drawer.opened(openings));
        } catch (thrown) {
          if (!isRefused(thrown) || thrown.code !== "approval_needed" || approval !== null) throw thrown;
          // She is asked for where the sale's side is.
          this.#more.leave();
          const then = (given: string): void => this.#open(reason, id, given);
          this.#around.askApproval({ actions: ["drawer_without_sale"], subject: id, then });
        }
      })
      .finally(() => (this.opening = false));
  }
}
