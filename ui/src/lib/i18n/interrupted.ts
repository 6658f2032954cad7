import type { ReceiptKind } from "../host";

/** What is offered after a power cut, in each language: the second fills the shape of the first. */
export const interrupted_zh = {
  title: "断电前没做完的",
  /** 找零为空：没有找零。 */
  receipt: (number: string, kind: ReceiptKind, sum: string, change: string) => {
    if (kind === "refund") return `${number} 已退好（退 ${sum} 元），退货单打了吗？`;
    if (kind === "void") return `${number} 已作废（退 ${sum} 元），退货单打了吗？`;
    return `${number} 已收好（${sum} 元${change === "" ? "" : `，找零 ${change}`}），小票打了吗？`;
  },
  reprint: "补打",
  reprinting: "正在补打",
  reprinted: (number: string) => `已补打 ${number}`,
  no_need: "不用",
  /** 几行货；合计为空：现在算不出来。 */
  sale: (lines: number, goods: string, sum: string) =>
    `断电前还有 ${lines} 行货没收款${goods === "" ? "" : `（${goods}${sum === "" ? "" : `，${sum} 元`}）`}`,
  go_on: "继续",
  give_up: "放弃",
  give_up_again: "再点一次放弃",
  kept: "断电前没收款的那一单挂着，点“取单”拿回来。",
};

export const interrupted_en: typeof interrupted_zh = {
  title: "Not finished at the power cut",
  receipt: (number, kind, sum, change) => {
    if (kind === "refund") return `${number} is given back (${sum}). Was its slip printed?`;
    if (kind === "void") return `${number} is voided (${sum} back). Was its slip printed?`;
    return `${number} is paid (${sum}${change === "" ? "" : `, change ${change}`}). Was the receipt printed?`;
  },
  reprint: "Print again",
  reprinting: "Printing",
  reprinted: (number) => `${number} is printed again`,
  no_need: "Not needed",
  sale: (lines, goods, sum) =>
    `${lines} ${lines === 1 ? "line was" : "lines were"} not paid at the power cut${goods === "" ? "" : ` (${goods}${sum === "" ? "" : `, ${sum}`})`}`,
  go_on: "Go on",
  give_up: "Give up",
  give_up_again: "Press again to give up",
  kept: "The sale that was not paid at the power cut is on hold: “Recall” brings it back.",
};
