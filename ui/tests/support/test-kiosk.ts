import type * as Views from "../../src/lib/host";

/** 自助收款 of the host made by hand: how it stands, and what was recorded at it. */
export class TestKiosk {
  view: Views.KioskView | null = null;
  by_reference = true;
  recorded: Views.RecordKioskSale[] = [];
  /** The codes that are shown: kind, whose, and its name. */
  codes: [Views.TenderKind, string | null, string][] = [
    ["wechat", null, "柳河镇供销合作社联合社"],
    ["alipay", "venue", "场地方代收"],
  ];

  enter(language: Views.Language): void {
    const payments = this.codes.map(([kind, collected_by, payee], index): Views.KioskPaymentView => {
      return { kind, collected_by, payee, side: 29, path: `M4 ${4 + index}h7v1h-7z` };
    });
    this.view = {
      language,
      idle_s: 60,
      by_reference: this.by_reference,
      payments,
    };
  }

  /** Of which goods each of the scanned codes is, and what one of them costs: counted goods are one line. */
  cart(scanned: Views.DraftView): Views.KioskCartView {
    const lines: Views.KioskLineView[] = [];
    for (const [index, one] of scanned.lines.entries()) {
      const known = lines.find((line) => line.name === one.name);
      if (known === undefined) {
        const { name, unit, quantity, price_fen, amount_fen } = one;
        const origin = one.whose.split(" ")[0] ?? "";
        lines.push({ name, unit, quantity, price_fen, amount_fen, origin, codes: [index], counted: true });
        continue;
      }
      known.codes.push(index);
      known.quantity = String(known.codes.length);
      known.amount_fen += one.amount_fen;
    }
    return { lines, pieces: scanned.lines.length, total_fen: scanned.total_fen };
  }

  record(request: Views.RecordKioskSale, total_fen: number): Views.KioskDoneView {
    const repeated = this.recorded.findIndex((one) => one.id === request.id);
    if (repeated < 0) this.recorded.push(request);
    const nth = repeated < 0 ? this.recorded.length : repeated + 1;
    const helped = [{ name: "石门村", paid_fen: total_fen }];
    return { number: `T3-${String(nth).padStart(6, "0")}`, total_fen, helped, households: 3 };
  }
}
