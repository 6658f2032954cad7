/** The words of vouchers and tickets, in each language: the second fills the shape of the first. */
export const passes_zh = {
  voucher: "代金券",
  ticket: (yuan: string) => `${yuan} 元的票`,
  redeemed: (name: string, tail: string, at: string) => `已核销：${name}，尾号 ${tail}，${at}。请放行。`,
  open: (name: string, yuan: string, until: string | null) =>
    `${name}，面值 ${yuan}，没用过${until === null ? "" : `，有效期至 ${until}`}。收款时再扫它来抵。`,
  pays: (yuan: string) => `代金券抵了 ${yuan}。`,
  lapses: (yuan: string, lapses: string) =>
    `面值 ${yuan} 的券一次用完、不找零：这一单用不完，剩下的 ${lapses} 就没有了。请跟顾客说一声。`,
  sold: (count: number) => `售出 ${count} 张代金券`,
  sold_hint: "这是预收款，不算销售额。顾客拿券来买东西时，才算卖给了哪户人家。",
  slips: (count: number) => `随小票打了 ${count} 张票，每张一个码`,
  slips_hint: "请撕开交给顾客。检票时扫码，只能用一次。",
  receipt: "售券单",
  net: "售券（预收，不算销售）",
};

export const passes_en: typeof passes_zh = {
  voucher: "Voucher",
  ticket: (yuan) => `Ticket of ${yuan}`,
  redeemed: (name, tail, at) => `Redeemed: ${name}, no. …${tail}, ${at}. Let them in.`,
  open: (name, yuan, until) =>
    `${name}, face value ${yuan}, not used${until === null ? "" : `, good until ${until}`}. Scan it again when you take the payment.`,
  pays: (yuan) => `The voucher pays ${yuan}.`,
  lapses: (yuan, lapses) =>
    `A voucher of ${yuan} is used up at once, without change: ${lapses} of it will be lost with this sale. Tell the buyer.`,
  sold: (count) => (count === 1 ? "1 voucher sold" : `${count} vouchers sold`),
  sold_hint: "Money taken in advance, not a sale. Whose goods it buys is known when it is used.",
  slips: (count) =>
    count === 1
      ? "1 ticket comes with the receipt"
      : `${count} tickets come with the receipt, each with a code`,
  slips_hint: "Tear them off and hand them over. Each is scanned at the gate, once.",
  receipt: "Vouchers sold",
  net: "Vouchers (no sale)",
};
