import type { HubView } from "../lib/host";
import type { SaleSurroundings } from "../till/surroundings";

const LOOK_EVERY_MS = 2_000;

/** 本机作为集市主机: the page of the server beside the till. */
export class HubPage {
  open = $state(false);
  view: HubView | null = $state.raw(null);
  /** What a new hub is called, typed by hand. */
  name = $state("");
  /** The code of the centre above. */
  upstream_code = $state("");
  /** Where the next code leads; none is the likeliest. */
  address: string | null = $state(null);

  readonly #around: SaleSurroundings;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(around: SaleSurroundings) {
    this.#around = around;
  }

  show(): void {
    void this.#around.ask(async () => {
      this.#heard(await this.#around.host.call("hub", {}));
      this.name = this.view?.name ?? "";
      this.open = true;
      this.#lookSoon();
    });
  }

  close(): void {
    this.open = false;
    clearTimeout(this.#timer);
  }

  /** Tills come and go by themselves; so does the network. */
  async look(): Promise<void> {
    if (!this.open) return;
    try {
      this.#heard(await this.#around.host.call("hub", {}));
    } catch {
      // The till may be held or locked just now: asked again.
    }
    this.#lookSoon();
  }

  stop(): void {
    void this.#around.ask(async () => {
      this.#heard(await this.#around.host.call("stop_hub", {}));
    });
  }

  invite(is_for_hub: boolean): void {
    void this.#around.ask(async () => {
      this.#heard(await this.#around.host.call("invite_to_hub", { address: this.address, is_for_hub }));
    });
  }

  #heard(view: HubView): void {
    this.view = view;
    // An address that is gone leads nowhere.
    if (this.address !== null && !view.addresses.includes(this.address)) this.address = null;
  }

  #lookSoon(): void {
    clearTimeout(this.#timer);
    if (this.open) this.#timer = setTimeout(() => void this.look(), LOOK_EVERY_MS);
  }
}
