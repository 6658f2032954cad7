import type { JobView } from "../lib/host";
import type { SaleSurroundings } from "../till/surroundings";

const LOOK_EVERY_MS = 200;

/** Long work that runs beside the window, or how the last of it ended. It goes on whatever page is shown. */
export class Jobs {
  view: JobView = $state.raw({ state: "none" });

  readonly #around: SaleSurroundings;
  /** The till may be another one behind: what it shows is asked for before anybody goes on. */
  readonly #changed: () => Promise<void>;
  /** What the page of data says of the last one. */
  readonly #ended: () => Promise<void>;
  #waiting: (() => void)[] = [];
  #starting = false;

  constructor(around: SaleSurroundings, changed: () => Promise<void>, ended: () => Promise<void>) {
    this.#around = around;
    this.#changed = changed;
    this.#ended = ended;
  }

  get is_running(): boolean {
    return this.view.state === "running";
  }

  /** Whatever is asked of the till waits. */
  get holds_till(): boolean {
    return this.view.state === "running" && this.view.holds_till;
  }

  /** Comes back when the till is free again. */
  over(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  import(path: string, check_only: boolean): void {
    this.#start(() => this.#around.host.call("start_import", { path, check_only }));
  }

  backUp(place: string): void {
    this.#start(() => this.#around.host.call("start_backup", { place }));
  }

  verify(): void {
    this.#start(() => this.#around.host.call("start_verify", {}));
  }

  rebuild(): void {
    this.#start(() => this.#around.host.call("start_rebuild", {}));
  }

  carry(place: string): void {
    this.#start(() => this.#around.host.call("start_carry", { place }));
  }

  readReceipt(path: string): void {
    this.#start(() => this.#around.host.call("start_receipt", { path }));
  }

  enrol(code: string): void {
    this.#start(() => this.#around.host.call("start_enrol", { code }));
  }

  startHub(name: string): void {
    this.#start(() => this.#around.host.call("start_hub", { name }));
  }

  joinUpstream(code: string): void {
    this.#start(() => this.#around.host.call("start_upstream", { code }));
  }

  /** Past the queue: what waits in it waits for this. */
  async cancel(): Promise<void> {
    try {
      await this.#hear(await this.#around.host.call("cancel_job", {}));
    } catch (thrown) {
      this.#around.refuse(thrown);
    }
  }

  dismiss(): void {
    if (!this.is_running) this.view = { state: "none" };
  }

  /** A double press is one; one more while a job runs is the core's to refuse. */
  #start(ask: () => Promise<JobView>): void {
    if (this.#starting) return;
    this.#starting = true;
    void this.#around
      .ask(async () => {
        const begun = await ask();
        this.#around.dismiss();
        this.view = begun;
        void this.#follow();
      })
      .finally(() => (this.#starting = false));
  }

  async #follow(): Promise<void> {
    while (this.is_running) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      try {
        await this.#hear(await this.#around.host.call("job", {}));
      } catch {
        // Asked again: the job does not hang on the question.
      }
    }
  }

  async #hear(view: JobView): Promise<void> {
    if (this.view.state !== "running") return;
    const { holds_till } = this.view;
    this.view = view;
    if (view.state === "running") return;
    if (!holds_till) {
      await this.#ended();
      return;
    }
    await this.#changed();
    for (const go_on of this.#waiting.splice(0)) go_on();
  }
}
