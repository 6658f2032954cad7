/** The words of the guide and of the first steps: the second fills the shape of the first. */
export const guide_zh = {
  key: "十分钟上手",
  key_hint: "收银员的说明书，断网也能看",
  title: "收银员十分钟上手",
  back: "回去收银",
  scan_hint: "看着说明也能扫码：一扫就回到这一单",
  steps_key: "一分钟认屏幕",
  steps_hint: "六步，指着屏幕上真的地方说",
  next: "下一步",
  previous: "上一步",
  done: "开始收银",
  skip: "跳过",
  progress: "{{current}} / {{total}}",
  steps: {
    scan: { title: "扫码", text: "直接扫，不用先点哪里。扫到的商品一行一行排在这里，写着是谁家的货。" },
    pick: {
      title: "没有条码的",
      text: "点这里的商品，或者直接敲拼音首字母找：橙子就敲 cz。称重的再输斤两。",
    },
    total: { title: "应收", text: "最大的这个数就是要收的钱。优惠、抹零都已经算在里面。" },
    pay: {
      title: "收款和找零",
      text: "按这里或 F9，输收到的钱，找零用最大的字显示。扫码付的，听到到账播报再点完成。",
    },
    receipts: { title: "小票和补打", text: "小票没打出来不用重收，单子已经存好：在这里补打、退货、作废。" },
    more: {
      title: "先练一练",
      text: "“更多”里有练习：随便按，什么都不入账。说明书和这一分钟也在里面，F1 看快捷键。",
    },
  },
};

export const guide_en: typeof guide_zh = {
  key: "Ten-minute guide",
  key_hint: "The cashier's manual; it needs no network",
  title: "The till in ten minutes",
  back: "Back to the sale",
  scan_hint: "Scanning goes on: a scan leaves this page and adds the line",
  steps_key: "The screen in a minute",
  steps_hint: "Six steps that point at the real thing",
  next: "Next",
  previous: "Back",
  done: "Start selling",
  skip: "Skip",
  progress: "{{current}} / {{total}}",
  steps: {
    scan: {
      title: "Scan",
      text: "Just scan, wherever the cursor is. Each line says whose goods they are.",
    },
    pick: {
      title: "Without a barcode",
      text: "Tap a tile, or just type pinyin initials. Weighed goods then ask for the weight.",
    },
    total: { title: "What is due", text: "The largest figure. Discounts and wiping off are in it already." },
    pay: {
      title: "Payment and change",
      text: "Here, or F9: type what you were given, the change is the largest figure. Paid by code, wait for the spoken confirmation.",
    },
    receipts: {
      title: "Receipts",
      text: "No paper? The sale is recorded all the same. Reprint, refund and void it here.",
    },
    more: {
      title: "Practise first",
      text: "Under More is training: press anything, nothing counts. The guide and these steps are there too; F1 shows the keys.",
    },
  },
};
