import { isRefused, type Action, type Draft, type SignOutReason } from "../lib/host";
import { draftOf } from "../till/draft";
import type { SaleSurroundings } from "../till/surroundings";
import { CodeAndPin } from "./code-and-pin.svelte";

/** Well below the shortest time that a till stays open by itself. */
const TELL_EVERY_MS = 15_000;

/** Something that waits for a supervisor's PIN. */
export interface Approving {
  actions: Action[];
  /** The sale's or the receipt's id; none is the sale on the screen. */
  subject: string | null;
  /** What goes on with the approval in hand. */
  then: (approval: string) => void;
}

/** Who stands at the till: signing in and out, the lock of a till left alone, and approvals on the spot. */
export class Staff {
  /** For signing in. */
  readonly entry = new CodeAndPin();
  /** For a supervisor beside the cashier. */
  readonly approver = new CodeAndPin();
  approving: Approving | null = $state.raw(null);
  /** Given for the sale on the screen. */
  approval: { id: string; actions: Action[] } | null = $state.raw(null);

  readonly #around: SaleSurroundings;
  /** Long ago: the first touch is told. */
  #told_ms = Number.NEGATIVE_INFINITY;
  #idle_timer: ReturnType<typeof setTimeout> | undefined;

  /** What was not shown at the locked till is asked for again. */
  readonly #signed_in: () => Promise<void>;

  constructor(around: SaleSurroundings, signed_in: () => Promise<void>) {
    this.#around = around;
    this.#signed_in = signed_in;
  }

  /** Nobody is signed in at a till that asks: it shows the sign-in page, and the sale is kept behind it. */
  get shut(): boolean {
    const staff = this.#around.screen?.staff;
    return staff !== undefined && staff.asked && staff.signed_in === null;
  }

  get #somebody(): boolean {
    return (this.#around.screen?.staff.signed_in ?? null) !== null;
  }

  // Signing in and out

  signIn(): void {
    const entry = this.entry;
    if (!entry.enter()) {
      if (entry.code === "" || (entry.asking === "pin" && entry.pin === "" && entry.trouble === null)) {
        entry.trouble = entry.code === "" ? this.#around.words.staff.empty : null;
      }
      return;
    }
    entry.checking = true;
    void this.#around.ask(async () => {
      try {
        const screen = await this.#around.host.call("sign_in", { staff: entry.code, pin: entry.pin });
        entry.forget();
        this.#around.screen = screen;
        this.touch();
        await this.#signed_in();
      } catch (thrown) {
        this.#sayIn(entry, thrown);
      } finally {
        entry.checking = false;
      }
    });
  }

  signOut(reason: SignOutReason): void {
    if (!this.#somebody) return;
    void this.#around.ask(async () => {
      if (this.shut) return;
      this.entry.forget();
      this.approving = null;
      this.approval = null;
      try {
        this.#around.screen = await this.#around.host.call("sign_out", { reason });
      } catch (thrown) {
        this.#around.refuse(thrown);
        // The core shuts the till though it could not record that.
        await this.lookAgain();
      }
    });
  }

  async lookAgain(): Promise<void> {
    try {
      this.#around.screen = await this.#around.host.call("screen", {});
    } catch (thrown) {
      this.#around.refuse(thrown);
    }
  }

  /** What is scanned at a locked till is refused with a sound: nobody must think that it is in the sale. */
  refuseScan(): void {
    this.entry.trouble = this.#around.words.staff.scan_refused;
    this.#around.sounds.refused();
  }

  /** Somebody is there: the lock begins to wait anew. */
  touch(): void {
    clearTimeout(this.#idle_timer);
    const staff = this.#around.screen?.staff;
    if (staff === undefined || !this.#somebody) return;
    this.#idle_timer = setTimeout(() => this.signOut("idle"), staff.lock_after_s * 1000);
    this.#tell();
  }

  /** The core locks by itself as well, and hears of hands that ask it for nothing: who types a weight, or reads. */
  #tell(): void {
    const now_ms = performance.now();
    if (now_ms - this.#told_ms < TELL_EVERY_MS) return;
    this.#told_ms = now_ms;
    // Beside the queue: no scan waits for it. What it says no to is said with the next thing that is asked.
    this.#around.host.call("touch", {}).catch((thrown: unknown) => this.heard(thrown, []));
  }

  /** Listens for hands at the till, before a scanner's keys are taken out of the way. Gives back how to stop. */
  watch(target: Window): () => void {
    const touched = (): void => this.touch();
    const kinds = ["keydown", "pointerdown", "mousedown"] as const;
    for (const kind of kinds) target.addEventListener(kind, touched, { capture: true });
    return () => {
      clearTimeout(this.#idle_timer);
      for (const kind of kinds) target.removeEventListener(kind, touched, { capture: true });
    };
  }

  /** What the core says no to, where it is a matter of who stands there. */
  heard(thrown: unknown, needed: Action[]): void {
    if (!isRefused(thrown)) return;
    const locked = thrown.code === "not_signed_in" || thrown.code === "locked_idle";
    if (locked && !this.shut) void this.#around.ask(() => this.lookAgain());
    // Changed after it was approved, or too long ago: asked for again, and the sale is completed by hand.
    if (thrown.code === "approval_needed" && needed.length > 0) {
      this.approval = null;
      this.askApproval({ actions: needed, subject: null, then: () => undefined });
    }
  }

  // Approval on the spot

  /** Whether what the sale needs has been approved; if not, a supervisor is asked for, and `then` goes on. */
  isApproved(needed: Action[], then: () => void): boolean {
    const given = this.approval?.actions ?? [];
    if (needed.every((action) => given.includes(action))) return true;
    this.askApproval({ actions: needed, subject: null, then });
    return false;
  }

  /** The sale was changed after it was approved: where it goes further now, a supervisor is asked for at once. */
  async reconsider(): Promise<void> {
    const given = this.approval;
    if (given === null) return;
    const { id, draft } = await this.#sale();
    const request = { approval: given.id, subject: id, draft };
    const { actions } = await this.#around.host.call("still_approved", request);
    if (actions.length === 0) return;
    this.approval = null;
    this.askApproval({ actions, subject: null, then: () => undefined });
  }

  askApproval(approving: Approving): void {
    this.approver.forget();
    this.approving = approving;
  }

  approve(): void {
    const approver = this.approver;
    if (!approver.enter()) return;
    approver.checking = true;
    void this.#around.ask(async () => {
      const approving = this.approving;
      try {
        if (approving === null) return;
        const sale = approving.subject === null ? await this.#sale() : null;
        const given = await this.#around.host.call("approve", {
          staff: approver.code,
          pin: approver.pin,
          subject: sale?.id ?? approving.subject ?? "",
          actions: approving.actions,
          draft: sale?.draft ?? null,
        });
        this.approving = null;
        approver.forget();
        if (sale !== null) this.approval = { id: given.id, actions: given.actions };
        approving.then(given.id);
        // After what goes on with it, which takes older messages off the screen.
        void this.#around.ask(async () =>
          this.#around.say("notice", this.#around.words.staff.approval.given(given.name)),
        );
      } catch (thrown) {
        this.#sayIn(approver, thrown);
      } finally {
        approver.checking = false;
      }
    });
  }

  async #sale(): Promise<{ id: string; draft: Draft }> {
    const { sale } = this.#around;
    return { id: await sale.knownId(), draft: draftOf(sale.draft) };
  }

  cancelApproval(): void {
    this.approving = null;
    this.approver.forget();
  }

  /** The next sale: what was approved was for the one before. */
  forgetApproval(): void {
    this.cancelApproval();
    this.approval = null;
  }

  #sayIn(entry: CodeAndPin, thrown: unknown): void {
    entry.pin = "";
    entry.trouble = isRefused(thrown) ? thrown.message : this.#around.words.fault.no_answer;
    this.#around.sounds.refused();
  }
}
