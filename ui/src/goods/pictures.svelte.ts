import type { Host, ProductView } from "../lib/host";

/** Pictures of goods as they come in; what has none, or not here, is drawn. */
export class Pictures {
  urls: Record<string, string> = $state.raw({});
  #asked: string[] = [];
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Each is asked for once. One that cannot be had holds up nothing: its key is drawn. */
  async load(products: ProductView[]): Promise<void> {
    const pictures: string[] = [];
    for (const { picture } of products) {
      if (picture === null || this.#asked.includes(picture) || pictures.includes(picture)) continue;
      pictures.push(picture);
    }
    if (pictures.length === 0) return;
    this.#asked = [...this.#asked, ...pictures];
    try {
      const found = await this.#host.call("pictures", { pictures });
      this.urls = { ...this.urls, ...Object.fromEntries(found.map(({ picture, url }) => [picture, url])) };
    } catch {
      this.#asked = this.#asked.filter((name) => !pictures.includes(name));
    }
  }
}
