import type { Draft, DraftView, Host } from "../lib/host";
import { draftOf, emptyDraft, inPlaceOf, workingDraft, type WorkingDraft } from "./draft";

const NOTHING_YET: DraftView = {
  lines: [],
  kinds: 0,
  gross_fen: 0,
  discount_fen: 0,
  rounding_fen: 0,
  total_fen: 0,
  stalls: [],
  needs_approval: [],
  exchange: null,
};

/** The sale on the screen: its draft, and the core's figures for exactly that draft. */
export class Sale {
  draft: WorkingDraft = $state.raw(emptyDraft("none"));
  view: DraftView = $state.raw(NOTHING_YET);
  /** The key of the line that keys and buttons mean. */
  selected: number | null = $state(null);
  /** From `start_sale`: the same sale has the same id, however often it is sent or put aside. */
  id: string | null = $state(null);
  /** Who or what, where it was put aside before. */
  remark = $state("");

  readonly #host: Host;
  readonly #changed: () => void;

  constructor(host: Host, changed: () => void = () => undefined) {
    this.#host = host;
    this.#changed = changed;
  }

  get is_empty(): boolean {
    return this.draft.lines.length === 0;
  }

  /** An edit counts only when the core has figured it; refused, the draft stays as it was. */
  async apply(edit: (draft: WorkingDraft) => WorkingDraft): Promise<void> {
    const before = this.draft;
    const next = edit(before);
    const nothing = next.lines.length === 0 && next.exchange === null;
    const view = nothing ? NOTHING_YET : await this.#host.call("figure", draftOf(next));
    this.draft = next;
    this.view = view;
    // Emptied line by line it is no longer the one that was put aside: that one stays where it is.
    if (next.lines.length === 0) {
      this.id = null;
      this.remark = "";
    }
    this.#keepSelection(before, next);
    this.#changed();
  }

  /** Figures the same draft again, in another language or with a new catalogue. */
  async refigure(): Promise<void> {
    await this.apply((draft) => draft);
  }

  begin(rounding: WorkingDraft["rounding"]): void {
    this.draft = inPlaceOf(this.draft, emptyDraft(rounding));
    this.view = NOTHING_YET;
    this.selected = null;
    this.id = null;
    this.remark = "";
    this.#changed();
  }

  /** A sale that was put aside stands on the screen again, figured anew. */
  async resume(id: string, remark: string, draft: Draft): Promise<void> {
    const kept = inPlaceOf(this.draft, workingDraft(draft));
    const view = await this.#host.call("figure", draft);
    this.draft = kept;
    this.view = view;
    this.selected = kept.lines.at(-1)?.key ?? null;
    this.id = id;
    this.remark = remark;
    this.#changed();
  }

  async knownId(): Promise<string> {
    this.id ??= (await this.#host.call("start_sale", {})).id;
    return this.id;
  }

  /** The lines' keys as they stand on the screen: stall by stall where the outlet sells so. */
  get shown_keys(): number[] {
    const keys = this.draft.lines.map((kept) => kept.key);
    const { stalls } = this.view;
    if (stalls.length === 0) return keys;
    return stalls.flatMap((stall) => stall.lines).flatMap((number) => keys[number - 1] ?? []);
  }

  selectBeside(step: 1 | -1): void {
    const keys = this.shown_keys;
    if (keys.length === 0) return;
    const at = this.selected === null ? -1 : keys.indexOf(this.selected);
    const next = at === -1 ? (step === 1 ? 0 : keys.length - 1) : at + step;
    this.selected = keys[Math.min(Math.max(next, 0), keys.length - 1)] ?? null;
  }

  /** The line that goods were put on is the one meant; a removed one hands over to its neighbour. */
  #keepSelection(before: WorkingDraft, next: WorkingDraft): void {
    const keys = next.lines.map((kept) => kept.key);
    if (next.taken !== before.taken) {
      this.selected = next.taken.key;
    } else if (this.selected !== null && !keys.includes(this.selected)) {
      const at = before.lines.findIndex((kept) => kept.key === this.selected);
      this.selected = keys[Math.min(at, keys.length - 1)] ?? null;
    }
  }
}
