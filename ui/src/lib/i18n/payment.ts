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
};
