import { isRefused, type Bearer, type BoxDraft, type BoxFiguresView, type ProductView } from "../lib/host";
import { fenOf, typedYuan } from "../lib/money";
import { stepped } from "../lib/quantity";
import type { Panels } from "../till/panels.svelte";
import type { SaleSurroundings } from "../till/surroundings";

const FOUND_MAX = 8;
const NOTHING: BoxFiguresView = { contents: [], contents_fen: 0, reduction_fen: 0, surplus_fen: 0 };

/** 配礼盒: a gift box put together on one page, beside the sale on the screen. */
export class Boxes {
  /** All there are. */
  all: ProductView[] = $state.raw([]);
  /** That of the box which is changed; none is a new one. */
  code: string | null = $state(null);
  name = $state("");
  price = $state("");
  barcode = $state("");
  borne_by: Bearer = $state("operator");
  contents: { product: string; quantity: string }[] = $state.raw([]);
  figures: BoxFiguresView = $state.raw(NOTHING);
  query = $state("");
  found: ProductView[] = $state.raw([]);
  #looked = 0;

  readonly #around: SaleSurroundings;
  readonly #panels: Panels;
  readonly #saved: () => Promise<void>;

  constructor(around: SaleSurroundings, panels: Panels, saved: () => Promise<void>) {
    this.#around = around;
    this.#panels = panels;
    this.#saved = saved;
  }

  show(): void {
    void this.#around.ask(async () => {
      if (this.#around.stage !== "selling") return;
      this.all = await this.#around.host.call("boxes", {});
      this.#take(null);
      this.#panels.show("box");
    });
  }

  /** Another box, or a new one; what was typed and not saved is gone. */
  choose(code: string | null): void {
    void this.#around.ask(async () => {
      this.#take(code === null ? null : await this.#around.host.call("open_box", { code }));
      await this.#figure(this.contents);
    });
  }

  /** Goods scanned while the page is open go into the box. */
  scan(code: string): void {
    void this.#around.ask(async () => {
      const scanned = await this.#around.host.call("scan", { code, times: null, after: null });
      this.#around.sounds.scanned();
      await this.#put(scanned.kind === "line" ? scanned.line.product : scanned.product.code);
    });
  }

  put(product: string): void {
    void this.#around.ask(async () => {
      await this.#put(product);
      this.query = "";
      this.found = [];
    });
  }

  step(product: string, step: 1 | -1): void {
    void this.#around.ask(async () => {
      const contents = this.contents.map((content) => {
        const quantity = content.product === product ? stepped(content.quantity, step) : null;
        return quantity === null ? content : { ...content, quantity };
      });
      await this.#figure(contents);
    });
  }

  takeOut(product: string): void {
    void this.#around.ask(() => this.#figure(this.contents.filter((content) => content.product !== product)));
  }

  chooseBearer(borne_by: Bearer): void {
    this.borne_by = borne_by;
  }

  /** The price or the bearer has changed. */
  refigure(): void {
    void this.#around.ask(() => this.#figure(this.contents));
  }

  /** The latest question is the one answered. */
  async look(): Promise<void> {
    const asked = ++this.#looked;
    const query = this.query.trim();
    const request = { query, category: null, stall: null, limit: FOUND_MAX };
    try {
      const found = query === "" ? [] : await this.#around.host.call("find_products", request);
      if (asked === this.#looked) this.found = found.filter((product) => !product.is_box);
    } catch (thrown) {
      if (asked === this.#looked) this.#around.refuse(thrown);
    }
  }

  save(): void {
    const price_fen = fenOf(this.price);
    if (this.name.trim() === "" || price_fen === null || this.contents.length === 0) {
      this.#around.say("refused", this.#around.words.goods.box.incomplete);
      return;
    }
    void this.#around.ask(async () => {
      const { id } = await this.#around.host.call("start_sale", {});
      await this.#save(id, null);
    });
  }

  async #save(id: string, approval: string | null): Promise<void> {
    try {
      const saved = await this.#around.host.call("save_box", {
        id,
        draft: this.#draft(this.contents),
        approval,
      });
      await this.#saved();
      this.#panels.close();
      this.#around.say("notice", this.#around.words.goods.box.saved(saved.name));
    } catch (thrown) {
      if (!isRefused(thrown) || thrown.code !== "approval_needed" || approval !== null) throw thrown;
      this.#around.askApproval({
        actions: ["gift_box"],
        subject: id,
        then: (given) => void this.#around.ask(() => this.#save(id, given)),
      });
    }
  }

  async #put(product: string): Promise<void> {
    const known = this.contents.some((content) => content.product === product);
    const contents = known
      ? this.contents.map((content) =>
          content.product === product
            ? { ...content, quantity: stepped(content.quantity, 1) ?? content.quantity }
            : content,
        )
      : [...this.contents, { product, quantity: "1" }];
    await this.#figure(contents);
  }

  /** What is refused changes nothing. */
  async #figure(contents: { product: string; quantity: string }[]): Promise<void> {
    this.figures = await this.#around.host.call("figure_box", this.#draft(contents));
    this.contents = contents;
  }

  #draft(contents: BoxDraft["contents"]): BoxDraft {
    const barcode = this.barcode.trim() === "" ? null : this.barcode.trim();
    const price_fen = fenOf(this.price) ?? 0;
    return { code: this.code, name: this.name, price_fen, borne_by: this.borne_by, barcode, contents };
  }

  #take(draft: BoxDraft | null): void {
    this.code = draft?.code ?? null;
    this.name = draft?.name ?? "";
    this.price = draft === null ? "" : typedYuan(draft.price_fen);
    this.barcode = draft?.barcode ?? "";
    this.borne_by = draft?.borne_by ?? "operator";
    this.contents = draft?.contents ?? [];
    this.figures = NOTHING;
    this.query = "";
    this.found = [];
    this.#around.dismiss();
  }
}
