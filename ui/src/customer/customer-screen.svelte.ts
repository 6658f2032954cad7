import type { Host, ShowCustomer } from "../lib/host";

/** What the till's window has the customer's show. Nothing is sent while there is none. */
export class CustomerScreen {
  is_open = $state(false);
  readonly #host: Host;
  /** The newest thing to show; what comes while one is under way takes its place. */
  #next: ShowCustomer | null = null;
  #under_way = false;

  constructor(host: Host) {
    this.#host = host;
  }

  async open(): Promise<void> {
    await this.#host.openCustomerWindow();
    this.is_open = true;
  }

  show(wanted: ShowCustomer): void {
    if (!this.is_open) return;
    this.#next = wanted;
    if (!this.#under_way) void this.#send();
  }

  async #send(): Promise<void> {
    this.#under_way = true;
    for (let wanted = this.#take(); wanted !== null; wanted = this.#take()) {
      try {
        await this.#host.call("show_customer", wanted);
      } catch {
        // The sale goes on without it, and the next change is shown again.
      }
    }
    this.#under_way = false;
  }

  #take(): ShowCustomer | null {
    const next = this.#next;
    this.#next = null;
    return next;
  }
}
