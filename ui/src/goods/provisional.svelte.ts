import {
  isRefused,
  type NewParty,
  type PartyFoundView,
  type ProductView,
  type RefusedView,
} from "../lib/host";
import { fenOf } from "../lib/money";
import type { Panels } from "../till/panels.svelte";
import type { SaleSurroundings } from "../till/surroundings";

/** What country goods are sold by; a unit is written as the catalogue writes it, in every language. */
export const UNITS = ["斤", "公斤", "个", "只", "把", "袋", "瓶", "盒", "箱"] as const;
export type Unit = (typeof UNITS)[number];

export type Whose = "nobody" | "known" | "new";

/** What a printed code looks like; a web page or a sentence out of a QR code is nobody's barcode. */
const BARCODE = /^[0-9A-Za-z-]{4,32}$/;
/** An address, or a text: of another script, of several words, or longer than any barcode. */
const NO_BARCODE = /:\/\/|^www\.|[^\x21-\x7e]|^.{81,}$/i;

/** 现在补录: goods before the cashier that nobody entered, put in beside the sale and sold at once. */
export class Provisional {
  name = $state("");
  price = $state("");
  unit: Unit = $state("斤");
  barcode = $state("");
  whose: Whose = $state("nobody");
  query = $state("");
  found: PartyFoundView[] = $state.raw([]);
  party: PartyFoundView | null = $state.raw(null);
  party_name = $state("");
  village = $state("");
  /** Where the cashier begins to type. */
  field: HTMLInputElement | undefined = $state.raw(undefined);
  #looked = 0;

  readonly #around: SaleSurroundings;
  readonly #panels: Panels;
  readonly #sell: (product: ProductView) => Promise<void>;

  constructor(around: SaleSurroundings, panels: Panels, sell: (product: ProductView) => Promise<void>) {
    this.#around = around;
    this.#panels = panels;
    this.#sell = sell;
  }

  get is_shown(): boolean {
    return this.#around.stage === "selling" && this.#panels.shown.kind === "provisional";
  }

  /** With what is known of it already: what was scanned, or what was searched for. */
  show(known: { barcode?: string; name?: string } = {}): void {
    void this.#around.ask(async () => {
      if (this.#around.mustWeigh()) return;
      if (this.#around.stage === "done") this.#around.beginNext();
      this.#around.stage = "selling";
      this.#begin();
      this.name = known.name ?? "";
      this.barcode = known.barcode ?? "";
      this.#around.dismiss();
      this.#panels.show("provisional");
      requestAnimationFrame(() => this.field?.focus());
    });
  }

  /** A code was scanned that no goods have: the page takes it, or is offered for it. */
  unknown(code: string, refused: RefusedView): void {
    const is_barcode = BARCODE.test(code);
    if (this.is_shown && is_barcode) {
      this.barcode = code;
      this.#around.sounds.scanned();
      this.#around.say("notice", this.#around.words.provisional.barcode_taken_up(code));
      return;
    }
    if (NO_BARCODE.test(code)) {
      this.#around.say("refused", this.#around.words.provisional.no_barcode);
      return;
    }
    const run = (): void => this.show(is_barcode ? { barcode: code } : {});
    this.#around.say("refused", refused.message, { text: this.#around.words.provisional.enter_now, run });
  }

  chooseWhose(whose: Whose): void {
    this.whose = whose;
    this.party = null;
  }

  /** The latest question is the one answered. */
  async look(): Promise<void> {
    const asked = ++this.#looked;
    const query = this.query.trim();
    try {
      const found = query === "" ? [] : await this.#around.host.call("find_parties", { query });
      if (asked === this.#looked) this.found = found;
    } catch (thrown) {
      if (asked === this.#looked) this.#around.refuse(thrown);
    }
  }

  choose(party: PartyFoundView | null): void {
    this.party = party;
  }

  save(): void {
    const words = this.#around.words.provisional;
    const price_fen = fenOf(this.price);
    if (this.name.trim() === "" || price_fen === null || price_fen === 0) {
      this.#around.say("refused", words.incomplete);
    } else if (this.whose === "known" && this.party === null) {
      this.#around.say("refused", words.whose_first);
    } else if (this.whose === "new" && (this.party_name.trim() === "" || this.village.trim() === "")) {
      this.#around.say("refused", words.party_incomplete);
    } else {
      void this.#around.ask(async () => {
        // The second press of a double one finds the page closed.
        if (!this.is_shown) return;
        const { id } = await this.#around.host.call("start_sale", {});
        await this.#save(id, price_fen, null);
      });
    }
  }

  async #save(id: string, price_fen: number, approval: string | null): Promise<void> {
    try {
      const barcode = this.barcode.trim() === "" ? null : this.barcode.trim();
      const said_of = this.whose === "known" ? (this.party?.code ?? null) : null;
      const product = await this.#around.host.call("put_provisional", {
        id,
        name: this.name,
        unit: this.unit,
        price_fen,
        barcode,
        said_of,
        new_party: this.#newParty(),
        approval,
      });
      this.#panels.close();
      this.#around.say("notice", this.#around.words.provisional.entered(product.name));
      await this.#sell(product);
    } catch (thrown) {
      if (!isRefused(thrown) || thrown.code !== "approval_needed" || approval !== null) throw thrown;
      this.#around.askApproval({
        actions: ["provisional"],
        subject: id,
        then: (given) => void this.#around.ask(() => this.#save(id, price_fen, given)),
      });
    }
  }

  #newParty(): NewParty | null {
    return this.whose === "new" ? { name: this.party_name, village: this.village } : null;
  }

  #begin(): void {
    this.price = "";
    this.unit = "斤";
    this.whose = "nobody";
    this.query = "";
    this.found = [];
    this.party = null;
    this.party_name = "";
    this.village = "";
  }
}
