import type { DataView, JobKind } from "../lib/host";
import type { More } from "../more/more.svelte";
import type { SaleSurroundings } from "../till/surroundings";
import { HubPage } from "./hub.svelte";

/** The page behind 更多, from which it is opened. */
interface Behind extends SaleSurroundings {
  readonly more: More;
}

/** A one-time code of a hub or a centre; its signs are the core's to check. */
export function isEnrolmentCode(code: string): boolean {
  return /^JISHI-[0-9A-Z-]+$/i.test(code.trim());
}

/** 数据: what is done to the books as a whole. A scan leaves the page and is taken; what was begun here goes on. */
export class Data {
  open = $state(false);
  view: DataView | null = $state.raw(null);
  /** Where a file is, or a folder, typed by hand. */
  file = $state("");
  place = $state("");
  carry_place = $state("");
  receipt = $state("");
  code = $state("");
  /** The code was scanned: its place comes first. */
  offered = $state(false);

  readonly hub: HubPage;
  readonly #around: Behind;

  constructor(around: Behind) {
    this.#around = around;
    this.hub = new HubPage(around);
  }

  show(): void {
    if (this.#around.stage === "paying" || this.#around.mustWeigh()) return;
    void this.#around.ask(async () => {
      this.view = await this.#around.host.call("data", {});
      this.#around.more.leave();
      this.open = true;
    });
  }

  /** Scanned from wherever she was: it is put in its place, and joined with a press. */
  offer(code: string): void {
    if (this.open && this.hub.open) {
      this.hub.upstream_code = code.trim();
      return;
    }
    this.code = code.trim();
    this.offered = true;
    if (!this.open) this.show();
  }

  /** Where the last backup is, once there is a newer one. */
  async lookAgain(): Promise<void> {
    if (!this.open) return;
    this.view = await this.#around.host.call("data", {});
    await this.hub.look();
  }

  may(kind: JobKind): boolean {
    return this.view?.may.includes(kind) ?? false;
  }

  close(): void {
    this.open = false;
    this.offered = false;
    this.hub.close();
  }

  /** Says whether the key was its own: none means the sale behind it. */
  onKey(event: KeyboardEvent): boolean {
    if (!this.open || event.isComposing) return false;
    if (event.key === "Escape") {
      event.preventDefault();
      if (this.hub.open) {
        this.hub.close();
        return true;
      }
      this.close();
      this.#around.more.show();
      return true;
    }
    // What another key asks for is to be seen.
    if (!/^F\d+$/.test(event.key)) return true;
    this.close();
    return false;
  }
}
