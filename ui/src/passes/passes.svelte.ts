import { yuan } from "../lib/money";
import type { Checkout } from "../till/checkout.svelte";
import { draftOf } from "../till/draft";
import type { SaleSurroundings } from "../till/surroundings";

/** The code of a voucher or a ticket, whole or cut short; a scanner may have lost its capitals. */
export function isPassCode(code: string): boolean {
  return /^jq[0-9a-z]{17,}$/i.test(code);
}

/** 票券: a code that is scanned, wherever the window is. What it comes to the core says. */
export class Passes {
  readonly #around: SaleSurroundings;
  readonly #checkout: Checkout;

  constructor(around: SaleSurroundings, checkout: Checkout) {
    this.#around = around;
    this.#checkout = checkout;
  }

  /** A ticket is redeemed at once; a voucher pays while there is something to pay, and else is looked at. */
  scan(code: string): void {
    void this.#around.ask(async () => {
      const around = this.#around;
      const paying = around.stage === "paying";
      const payment = paying
        ? { draft: draftOf(around.sale.draft), tenders: this.#checkout.paying.kept, rest: null }
        : null;
      const scanned = await around.host.call("scan_pass", { code, payment });
      around.sounds.scanned();
      const words = around.words.passes;
      if (scanned.kind === "redeemed") {
        const name = scanned.name ?? words.ticket(yuan(scanned.face_fen));
        around.say("good", words.redeemed(name, scanned.tail, scanned.at));
      } else if (scanned.kind === "voucher") {
        const name = scanned.name ?? words.voucher;
        around.say("notice", words.open(name, yuan(scanned.face_fen), scanned.until));
      } else {
        await this.#checkout.pay(scanned.tender);
        const face = yuan(scanned.face_fen);
        const { lapses_fen } = scanned;
        around.say("good", lapses_fen > 0 ? words.lapses(face, yuan(lapses_fen)) : words.pays(face));
      }
    });
  }
}
