import type { Host, ProductView } from "../lib/host";

/** A category or a stall is shown whole, and paged. */
const TILES_MAX = 200;
const FOUND_MAX = 24;

/** Which goods are offered to pick: the often sold, a category, or what a search finds. */
export class Picking {
  query = $state("");
  /** None is the often sold. */
  category: string | null = $state(null);
  /** The keys are found by category or by stall. */
  by: "category" | "stall" = $state("category");
  /** A stall's code; none is the first one there is. */
  stall: string | null = $state(null);
  offered: ProductView[] = $state.raw([]);
  /** Which tile Enter picks while searching. */
  highlighted = $state(0);
  field: HTMLInputElement | null = $state.raw(null);

  readonly #host: Host;
  readonly #failed: (thrown: unknown) => void;
  /** When the question that was asked last is answered. */
  looked: Promise<void> = Promise.resolve();
  #asked = 0;
  /** What holds the keys, to be paged. */
  tiles: HTMLElement | null = $state.raw(null);

  constructor(host: Host, failed: (thrown: unknown) => void) {
    this.#host = host;
    this.#failed = failed;
  }

  get searching(): boolean {
    return this.query.trim() !== "";
  }

  get picked(): ProductView | undefined {
    return this.offered[this.highlighted];
  }

  /** The latest question is the one answered: an answer that comes late is dropped. */
  look(quick: ProductView[]): Promise<void> {
    this.looked = this.#look(quick);
    return this.looked;
  }

  async #look(quick: ProductView[]): Promise<void> {
    const asked = ++this.#asked;
    this.highlighted = 0;
    const query = this.query.trim();
    const stall = this.by === "stall" ? this.stall : null;
    const category = this.by === "category" ? this.category : null;
    if (query === "" && category === null && stall === null) {
      this.offered = quick;
      return;
    }
    const request =
      query === ""
        ? { query, category, stall, limit: TILES_MAX }
        : { query, category: null, stall: null, limit: FOUND_MAX };
    try {
      const found = await this.#host.call("find_products", request);
      if (asked === this.#asked) this.offered = found;
    } catch (thrown) {
      if (asked === this.#asked) this.#failed(thrown);
    }
  }

  highlightBeside(step: 1 | -1): void {
    const last = this.offered.length - 1;
    this.highlighted = Math.max(0, Math.min(last, this.highlighted + step));
  }

  /** A screenful on or back, less the row that tells where one was. */
  page(step: 1 | -1): void {
    const tiles = this.tiles;
    if (tiles === null) return;
    const row = tiles.firstElementChild?.clientHeight ?? 0;
    tiles.scrollTop += step * Math.max(row, tiles.clientHeight - row);
  }

  clear(): void {
    this.query = "";
    this.field?.blur();
  }
}
