import type * as Views from "../../src/lib/host";

/** Receipts for the tests of the interface: the core's shapes, with just enough figuring to show them. */

const LINES: Views.ReceiptLineView[] = [
  line(1, "土蜂蜜 500g", "瓶", "2", 9000, "石门村 · 王桂兰等 3 户"),
  line(2, "散装橙子", "斤", "3.275", 1572, "柳河村 · 橙子合作社 12 户", { weighed: true }),
  line(3, "助农礼盒 A", "盒", "1", 19800, "5 村 9 户", { is_box: true }),
];

function line(
  number: number,
  name: string,
  unit: string,
  quantity: string,
  net_fen: number,
  whose: string,
  more: Partial<Views.ReceiptLineView> = {},
): Views.ReceiptLineView {
  const left = more.left ?? quantity;
  return { line: number, name, unit, quantity, left, net_fen, whose, weighed: false, is_box: false, ...more };
}

function refused(code: string, message: string): Views.RefusedView {
  return { code, message, line: null };
}

const thousandths = (quantity: string): number => Math.round(Number(quantity) * 1000);

function inCash(back: Views.MoneyBackView, in_cash: boolean): Views.MoneyBackView {
  if (!in_cash) return back;
  return {
    ...back,
    tenders: [{ kind: "cash", fen: back.total_fen, reference: null, collected_by: null, waits: false }],
  };
}

export class TestReceipts {
  /** What is left of each line of T3-000128. */
  left = new Map(LINES.map((one) => [one.line, thousandths(one.quantity)]));
  in_shift = true;
  steps: { view: Views.GivenBackView; done: Views.RefundDoneView; reason: string | null }[] = [];
  #by_id = new Map<string, Views.RefundDoneView>();

  rows({ before, limit, about }: Views.ListReceipts): Views.ReceiptRowView[] {
    const refunds = this.steps.map(({ view }, index): Views.ReceiptRowView => {
      const { number, kind, at, net_fen } = view;
      const place = 200 + index;
      const tenders: Views.TenderKind[] = ["cash"];
      return { place, number, kind, mark: "standing", sale_number: "T3-000128", at, net_fen, tenders };
    });
    const sales = [128, 127, 126, 125, 124, 123, 122, 121].map((running): Views.ReceiptRowView => ({
      place: running,
      number: `T3-000${running}`,
      kind: "sale",
      mark: running === 128 ? this.#mark : running === 126 ? "voided" : "standing",
      sale_number: null,
      at: `2026-11-23T10:${running - 100}:00+08:00`,
      net_fen: running === 128 ? 30372 : running * 37,
      tenders: running % 2 === 0 ? ["wechat", "cash"] : ["cash"],
    }));
    return [...refunds.reverse(), ...sales]
      .filter((row) => before === null || row.place < before)
      .filter((row) => about === "" || (about === "食堂" && row.place === 125))
      .slice(0, limit);
  }

  find({ text }: Views.FindReceipt): Views.ReceiptView {
    const step = this.steps.find(({ view }) => view.number === text);
    if (step !== undefined) return this.#ofStep(step);
    if (!/(^|[-:])0*128(:|$)/.test(text)) {
      throw refused("no_such_receipt", `这台机器上没有小票 ${text.slice(0, 40)}。请核对号码。`);
    }
    const left = (line: number): number => this.left.get(line) ?? 0;
    const all = LINES.map((one) => ({ line: one.line, quantity: String(left(one.line) / 1000) }));
    const open = all.filter((one) => one.quantity !== "0");
    return {
      number: "T3-000128",
      kind: "sale",
      mark: this.#mark,
      sale_number: null,
      reason: null,
      note: null,
      buyer: null,
      other_half: null,
      at: "2026-11-23T10:26:00+08:00",
      cashier: "李小梅",
      net_fen: 30372,
      tenders: [
        { kind: "wechat", fen: 20000, reference: "0417", collected_by: null },
        { kind: "cash", fen: 11000, reference: null, collected_by: null },
      ],
      change_fen: 628,
      lines: LINES.map((one) => ({ ...one, left: String(left(one.line) / 1000) })),
      given_back: this.steps.map(({ view }) => view),
      void: this.in_shift && open.length > 0 ? this.#back(open) : null,
      in_shift: this.in_shift,
      next_id: `back-${this.steps.length + 1}`,
    };
  }

  figure({ lines, in_cash }: Views.FigureRefund): Views.MoneyBackView {
    return inCash(this.#back(lines), in_cash);
  }

  /** 待退款. */
  waiting: Views.WaitingRefundView[] = [];

  see({ number, tender, reference }: Views.SeeRefund): Views.WaitingRefundView[] {
    if (!/^\d{4}$/.test(reference)) throw refused("bad_reference", "请输账单里这笔退款单号的后四位数字。");
    this.waiting = this.waiting.filter((one) => one.number !== number || one.tender !== tender);
    return this.waiting;
  }

  without({ id }: Views.RefundWithoutReceipt, total_fen: number): Views.RefundDoneView {
    return {
      id,
      number: "T3-000140",
      sale_number: null,
      is_void: false,
      repeated: false,
      back: {
        total_fen,
        tenders: [{ kind: "cash", fen: total_fen, reference: null, collected_by: null, waits: false }],
      },
      fallen: [],
      kept_fen: 0,
    };
  }

  refund({ id, lines }: Views.RecordRefund): Views.RefundDoneView {
    return this.#record(id, lines, null, lines[0]?.borne_by ?? "supplier");
  }

  void({ id, reason }: Views.VoidSale): Views.RefundDoneView {
    const open = [...this.left].filter(([, left]) => left > 0);
    const lines = open.map(([line, left]) => ({ line, quantity: String(left / 1000) }));
    return this.#record(id, lines, reason, "supplier");
  }

  get #mark(): Views.ReceiptMark {
    if (this.steps.some(({ view }) => view.kind === "void")) return "voided";
    if (this.steps.length === 0) return "standing";
    return [...this.left.values()].every((left) => left === 0) ? "refunded" : "part_refunded";
  }

  #back(lines: { line: number; quantity: string }[]): Views.MoneyBackView {
    let total_fen = 0;
    for (const asked of lines) {
      const sold = LINES.find((one) => one.line === asked.line);
      if (sold === undefined || thousandths(asked.quantity) > (this.left.get(asked.line) ?? 0)) {
        throw refused("refund_exceeds_sale", "退的比剩下的还多，没有退。请看“还可退”的数量，改小再退。");
      }
      total_fen += Math.round((sold.net_fen * thousandths(asked.quantity)) / thousandths(sold.quantity));
    }
    const gone_fen = this.steps.reduce((sum, { view }) => sum + view.net_fen, 0);
    const cash_fen = Math.min(total_fen, Math.max(0, 10372 - gone_fen));
    const tenders: Views.TenderBackView[] = [];
    if (total_fen > cash_fen) {
      tenders.push({
        kind: "wechat",
        fen: total_fen - cash_fen,
        reference: "0417",
        collected_by: null,
        waits: true,
      });
    }
    if (cash_fen > 0)
      tenders.push({ kind: "cash", fen: cash_fen, reference: null, collected_by: null, waits: false });
    return { total_fen, tenders };
  }

  #record(
    id: string,
    lines: { line: number; quantity: string }[],
    reason: string | null,
    borne_by: Views.Bearer,
  ): Views.RefundDoneView {
    const before = this.#by_id.get(id);
    if (before !== undefined) return { ...before, repeated: true };
    const back = this.#back(lines);
    for (const asked of lines) {
      this.left.set(asked.line, (this.left.get(asked.line) ?? 0) - thousandths(asked.quantity));
    }
    const fallen = lines.map((asked) => {
      const sold = LINES.find((one) => one.line === asked.line);
      const due_fen = Math.round(((sold?.net_fen ?? 0) * 9) / 10);
      return { whose: sold?.whose ?? "", goods: `${sold?.name} × ${asked.quantity}`, due_fen };
    });
    const number = `T3-000${129 + this.steps.length}`;
    const kept_fen = borne_by === "operator" ? fallen.reduce((sum, row) => sum + row.due_fen, 0) : 0;
    const done: Views.RefundDoneView = {
      id,
      number,
      sale_number: "T3-000128",
      is_void: reason !== null,
      repeated: false,
      back,
      fallen: borne_by === "operator" ? [] : fallen,
      kept_fen,
    };
    const kind = reason === null ? "refund" : "void";
    const view: Views.GivenBackView = {
      number,
      kind,
      at: "2026-11-23T11:02:00+08:00",
      net_fen: back.total_fen,
    };
    this.steps.push({ view, done, reason });
    this.#by_id.set(id, done);
    return done;
  }

  #ofStep(step: TestReceipts["steps"][number]): Views.ReceiptView {
    return {
      number: step.view.number,
      kind: step.view.kind,
      mark: "standing",
      sale_number: "T3-000128",
      reason: step.reason,
      note: null,
      buyer: null,
      other_half: null,
      at: step.view.at,
      cashier: "李小梅",
      net_fen: step.view.net_fen,
      tenders: step.done.back.tenders.map(({ kind, fen, reference, collected_by }) => ({
        kind,
        fen,
        reference,
        collected_by,
      })),
      change_fen: 0,
      lines: LINES.slice(0, 1).map((one) => ({ ...one, left: "0" })),
      given_back: [],
      void: null,
      in_shift: true,
      next_id: "none",
    };
  }
}
