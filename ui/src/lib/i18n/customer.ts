import type { Language } from "../host";

/** The words of the customer's screen: the second fills the shape of the first. */
export const customer_zh = {
  title: "顾客屏",
  open: "打开顾客屏",
  open_hint: "给顾客看的第二块屏幕：商品、应收、找零和帮到的村",
  welcome: "欢迎光临",
  total: "应付",
  off: "已优惠",
  credit: "退货抵扣",
  back: "退您",
  tendered: "已付",
  remaining: "还差",
  change: "找零",
  paid: "实付",
  thanks: "谢谢",
  helped: "这一单帮到",
  households: (count: number) => `${count} 户农家`,
  number: (number: string) => `小票 ${number}`,
  training: "练习中，不收真钱",
};

export const customer_en: typeof customer_zh = {
  title: "Customer's screen",
  open: "Open the customer's screen",
  open_hint: "A second screen for the buyer: goods, total, change, and the village that was helped",
  welcome: "Welcome",
  total: "Total",
  off: "You save",
  credit: "Goods returned",
  back: "Given back",
  tendered: "Paid",
  remaining: "Still due",
  change: "Change",
  paid: "Paid",
  thanks: "Thank you",
  helped: "This sale helped",
  households: (count) => `${count} farming ${count === 1 ? "household" : "households"}`,
  number: (number) => `Receipt ${number}`,
  training: "Training: no real money",
};

/** By language, for a window that has no other words. */
export const CUSTOMER_WORDS: Record<Language, typeof customer_zh> = {
  "zh-Hans": customer_zh,
  en: customer_en,
};
