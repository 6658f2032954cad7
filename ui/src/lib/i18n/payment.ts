/** The words of buyers, pockets and money that goes back, in each language: the second fills the shape of the first. */
export const payment_zh = {
  buyer: {
    search: "单位或人：名称 / 拼音 / 电话",
    left: (yuan: string) => `还能挂 ${yuan}`,
    other: "换一个",
    none: "没有找到。单位由会计导入。",
  },
  pocket: {
    operator: "这笔钱进经营方账户",
    venue: "这笔钱由场地方代收",
    party: (name: string) => `这笔钱进 ${name} 自己的收款码`,
    account: "记在单位账上，不收钱",
  },
  unverified: (yuan: string) => `未核实 ${yuan}`,
  giveback: {
    as_paid: "按原路退",
    in_cash: "改退现金，要领班授权",
    how: "怎么退",
    same_for_all: "各行都这样",
    spoilt: "不能再卖",
    by_operator: "经营方承担",
  },
  waiting: {
    key: (count: number) => (count === 0 ? "待退款" : `待退款 ${count} 笔`),
    title: "待退款：账单里还没看到的退款",
    none: "没有待退款的。",
    hint: "在微信、支付宝等的账单里看到这笔退款后，点它，输退款单号后四位。",
    digits: "退款单号后四位",
    of: (reference: string) => `原付款尾号 ${reference}`,
    seen: "账单里看到了",
    done: (number: string) => `${number} 的退款已核对。`,
  },
  without: {
    key: "无小票退货",
    title: "无小票退货",
    hint: "先像卖货一样，把退回来的货加到左边。没有小票，不扣农户的钱，由经营方承担；只退现金，货不回批次。",
    empty: "左边还没有商品。请先扫退回来的货。",
    set: "退现金",
  },
};

export const payment_en: typeof payment_zh = {
  buyer: {
    search: "Unit or person: name / pinyin / phone",
    left: (yuan) => `${yuan} left on account`,
    other: "Another",
    none: "Nobody found. A bookkeeper imports units.",
  },
  pocket: {
    operator: "This money goes to the operator",
    venue: "This money is collected by the venue",
    party: (name) => `This money goes to ${name}'s own code`,
    account: "Goes on the unit's account, no money is taken",
  },
  unverified: (yuan) => `${yuan} unverified`,
  giveback: {
    as_paid: "The way it came",
    in_cash: "In cash, a supervisor approves",
    how: "How it goes back",
    same_for_all: "The same for all lines",
    spoilt: "not fit for sale",
    by_operator: "borne by the operator",
  },
  waiting: {
    key: (count) => (count === 0 ? "Refunds waiting" : `${count} refunds waiting`),
    title: "Refunds waiting: not seen in a bill yet",
    none: "No refund is waiting.",
    hint: "When you see the refund in the bill, tap it and type the last four digits of its number.",
    digits: "Last four digits of the refund",
    of: (reference) => `paid by …${reference}`,
    seen: "Seen in the bill",
    done: (number) => `The refund ${number} is marked as seen.`,
  },
  without: {
    key: "Without receipt",
    title: "Refund without receipt",
    hint: "Add the goods on the left as if selling them. Without a receipt no household pays for it: the operator bears it, in cash, and the goods go to no lot.",
    empty: "There are no goods on the left. Scan what came back first.",
    set: "Give back in cash",
  },
};
