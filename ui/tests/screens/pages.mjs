// Every page of the window on the tests' host, and how a cashier comes to it. Needs Chromium.
import puppeteer from "puppeteer-core";
import { createServer } from "vite";

/** In the page itself: over the wire to it keys may come slower than any gun's. */
async function scan(page, code) {
  await page.evaluate((typed) => {
    const codes = [...typed].map((one) => (/\d/.test(one) ? `Digit${one}` : `Key${one}`));
    for (const code of [...codes, "Enter"]) {
      const shiftKey = code.startsWith("Key");
      const key = new KeyboardEvent("keydown", { code, shiftKey, bubbles: true, cancelable: true });
      (document.activeElement ?? document.body).dispatchEvent(key);
    }
  }, code);
}

const press = (page, testid) => page.locator(`[data-testid="${testid}"]`).click();
const seen = (page, selector) => page.waitForSelector(selector);
const lines = (page, count) =>
  page.waitForFunction((n) => document.querySelectorAll('[data-testid="line"]').length === n, {}, count);

/** The sale of the design's pictures: honey twice, oranges by weight, tea at nine folds, eggs. */
async function theSale(page) {
  await seen(page, '[data-testid="product-tile"]');
  await press(page, 'product-tile"][data-code="honey');
  await lines(page, 1);
  await press(page, 'product-tile"][data-code="honey');
  await scan(page, "6900000000031");
  await seen(page, '[data-testid="typed"]');
  for (const key of ["Digit3", "Period", "Digit2", "Digit7", "Digit5"]) {
    await page.keyboard.press(key);
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  await page.keyboard.press("Enter");
  await lines(page, 2);
  await scan(page, "6900000000024");
  await lines(page, 3);
  await scan(page, "6900000000048");
  await lines(page, 4);
  await page.locator('[data-testid="line"]:nth-child(3) button').click();
  await press(page, "edit-discount");
  await press(page, 'offered"][data-offered="1');
  await press(page, "bearer-supplier");
  await press(page, "set");
  await page.waitForFunction(() => document.querySelector('[data-testid="discount"]').textContent !== "0.00");
  await page.locator('[data-testid="line"]:nth-child(4) button').click();
  await page.locator('[data-testid="line"]:nth-child(4) button').click();
  await page.waitForFunction(() => document.querySelector('[data-testid="remove"]') === null);
}

/** As a cashier of a till whose staff have PINs. */
async function staffed(page) {
  await seen(page, '[data-testid="product-tile"]');
  await page.evaluate(() => {
    Object.assign(window.host, { staff_asked: true, discount_limit_bp: 1000 });
    window.host.signed_in = { code: "01", name: "李小梅", role: "cashier", demo_pin: "1111" };
  });
  await lookedAnew(page);
  await seen(page, '[data-testid="handover"]');
}

/** What the host was told is heard with the next look at the till: another language, and back. */
async function lookedAnew(page) {
  await press(page, "show-look");
  const chosen = await page.evaluate(() => document.documentElement.lang);
  for (const language of [chosen === "en" ? "zh-Hant" : "en", chosen]) {
    await press(page, `language-${language}`);
    await page.waitForFunction((wanted) => document.documentElement.lang === wanted, {}, language);
  }
  await press(page, "look-done");
}

export const SCREENS = {
  "sign-in": async (page) => {
    await staffed(page);
    await theSale(page);
    await press(page, "handover");
    await press(page, 'staff-member"][data-code="01');
    await page.keyboard.type("9999", { delay: 60 });
    await new Promise((resolve) => setTimeout(resolve, 200));
    await page.keyboard.press("Enter");
    await page.waitForFunction(
      () => document.querySelector('[data-testid="staff-trouble"]').textContent !== "",
    );
    await page.keyboard.type("11", { delay: 60 });
  },
  approve: async (page) => {
    await staffed(page);
    await theSale(page);
    await page.keyboard.press("F7");
    await press(page, 'offered"][data-offered="5');
    await press(page, "set");
    await new Promise((resolve) => setTimeout(resolve, 300));
    await press(page, "pay");
    await seen(page, '[data-testid="approve"]');
    await press(page, 'staff-member"][data-code="03');
  },
  empty: async (page) => seen(page, '[data-testid="product-tile"]'),
  sale: theSale,
  weigh: async (page) => {
    await theSale(page);
    await scan(page, "6900000000031");
    await seen(page, '[data-testid="typed"]');
  },
  line: async (page) => {
    await theSale(page);
    await press(page, 'product-tile"][data-code="box');
    await lines(page, 5);
    await page.locator('[data-testid="line"]:last-child button').click();
    await seen(page, '[data-testid="remove"]');
  },
  discount: async (page) => {
    await theSale(page);
    await page.keyboard.press("F7");
    await seen(page, '[data-testid="typed"]');
  },
  /** A label printed at another price, and one more of the goods before it. */
  label: async (page) => {
    await theSale(page);
    await scan(page, "6900000000048");
    await scan(page, "220030101500025004");
    await lines(page, 5);
    await seen(page, '[data-testid="message-offer"]');
    await page.locator('[data-testid="line"]:last-child button').click();
    await seen(page, '[data-testid="take-price"]');
  },
  refused: async (page) => {
    await theSale(page);
    await scan(page, "6900000099999");
    await seen(page, '[data-testid="message"]');
  },
  "unlisted-scanned": async (page) => {
    await theSale(page);
    await scan(page, "6901234567915");
    await seen(page, '[data-testid="message-offer"]');
  },
  unlisted: async (page) => {
    await SCREENS["unlisted-scanned"](page);
    await press(page, "message-offer");
    await page.locator('[data-testid="provisional-name"]').fill("竹编小凳");
    await page.locator('[data-testid="provisional-price"]').fill("25");
    await press(page, "provisional-unit-个");
    await press(page, "provisional-whose-new");
    await page.locator('[data-testid="provisional-party"]').fill("韦大娘");
    await page.locator('[data-testid="provisional-village"]').fill("下坡村");
  },
  "unlisted-known": async (page) => {
    await theSale(page);
    await press(page, "open-provisional");
    await page.locator('[data-testid="provisional-name"]').fill("红薯");
    await press(page, "provisional-whose-known");
    await page.locator('[data-testid="provisional-find"]').fill("兰");
    await seen(page, '[data-testid="provisional-found"]');
  },
  "by-stall": async (page) => {
    await theSale(page);
    await page.evaluate(() => (window.host.stall_mode = true));
    await scan(page, "JLHONEY0000001");
    await lines(page, 5);
  },
  search: async (page) => {
    await theSale(page);
    await page.keyboard.press("F2");
    await page.waitForFunction(() => document.activeElement?.getAttribute("data-testid") === "search");
    await page.keyboard.type("土", { delay: 50 });
    await page.waitForFunction(() => document.querySelectorAll('[data-testid="product-tile"]').length < 5);
  },
  pay: async (page) => {
    await theSale(page);
    await press(page, "pay");
    await press(page, "tender-wechat");
    for (const key of ["Digit1", "Digit0", "Digit0"]) {
      await page.keyboard.press(key);
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    await seen(page, '[data-testid="remaining"]');
    await press(page, "tender-cash");
    await seen(page, '[data-testid="tender"]');
    await page.locator('[data-testid="quick-cash"]:last-child').click();
  },
  /** One kind into three pockets. */
  pockets: async (page) => {
    await seen(page, '[data-testid="product-tile"]');
    await page.evaluate(() => {
      window.host.ways = [
        { kind: "cash", collected_by: null, payee: null },
        { kind: "wechat", collected_by: null, payee: null },
        { kind: "wechat", collected_by: "H1", payee: "王桂兰" },
        { kind: "wechat", collected_by: "E1", payee: "柳河橙子专业合作社" },
        { kind: "alipay", collected_by: null, payee: null },
        { kind: "card", collected_by: "venue", payee: null },
        { kind: "account", collected_by: null, payee: null },
      ];
    });
    await lookedAnew(page);
    await theSale(page);
    await press(page, "pay");
    await press(page, "tender-wechat-H1");
    for (const key of ["Digit5", "Digit0"]) {
      await page.keyboard.press(key);
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    await seen(page, '[data-testid="remaining"]');
    await press(page, "tender-wechat");
    await seen(page, '[data-testid="tender"]');
  },
  short: async (page) => {
    await theSale(page);
    await press(page, "pay");
    await press(page, "tender-wechat");
    for (const key of ["Digit1", "Digit0", "Digit0"]) {
      await page.keyboard.press(key);
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    await seen(page, '[data-testid="remaining"]');
    await page.keyboard.press("Enter");
    await seen(page, '[data-testid="message"]');
  },
  done: async (page) => {
    await SCREENS.pay(page);
    await press(page, "complete");
    await seen(page, '[data-testid="done"]');
  },
  /** The next sale, as large as it comes, with the change of the one before. */
  next: async (page) => {
    await SCREENS.done(page);
    await scan(page, "6900000000017");
    await lines(page, 1);
    await page.keyboard.type("999*", { delay: 60 });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await scan(page, "6900000000024");
    await lines(page, 2);
    await seen(page, '[data-testid="last-change"]');
  },
  exact: async (page) => {
    await theSale(page);
    await press(page, "pay");
    await seen(page, '[data-testid="complete"][aria-disabled="false"]');
    await page.evaluate(() =>
      window.host.refusals.set("print_receipt", {
        code: "printer_failed",
        message: "打印机没有反应（/dev/usb/lp0）。",
        line: null,
      }),
    );
    await press(page, "complete");
    await seen(page, '[data-testid="print-failed"]');
  },
  hold: async (page) => {
    await theSale(page);
    await page.keyboard.press("F6");
    await seen(page, '[data-testid="holding"]');
  },
  held: async (page) => {
    await theSale(page);
    await press(page, "hold");
    await page.locator('[data-testid="hold-remark"]').fill("红衣服大姐，去取钱");
    await press(page, "hold-set");
    await lines(page, 0);
    await scan(page, "6900000000048");
    await lines(page, 1);
    await press(page, "hold");
    await press(page, "hold-set");
    await lines(page, 0);
    await scan(page, "6900000000024");
    await lines(page, 1);
    await press(page, "recall");
    await seen(page, '[data-testid="held-sale"]');
  },
  receipts: async (page) => {
    await seen(page, '[data-testid="product-tile"]');
    await press(page, "show-receipts");
    await seen(page, '[data-testid="receipt-row"]');
  },
  receipt: async (page) => {
    await theSale(page);
    await press(page, "show-receipts");
    await press(page, 'receipt-row"][data-number="T3-000128');
    await seen(page, '[data-testid="receipt"]');
  },
  refund: async (page) => {
    await SCREENS.receipts(page);
    await press(page, 'receipt-row"][data-number="T3-000128');
    await press(page, "more-back");
    await press(page, "refund-all");
    await seen(page, '[data-testid="tender-back"][data-kind="wechat"]');
  },
  void: async (page) => {
    await SCREENS.receipts(page);
    await press(page, 'receipt-row"][data-number="T3-000128');
    await press(page, "void");
    await seen(page, '[data-testid="ask-void"]');
    await page.locator('[data-testid="reason"]').click();
  },
  refunded: async (page) => {
    await SCREENS.refund(page);
    await press(page, "refund");
    await seen(page, '[data-testid="refund-done"]');
  },
  "shift-open": async (page) => {
    await seen(page, '[data-testid="product-tile"]');
    await page.evaluate(() => (window.host.shift.state = "none"));
    await press(page, "show-shift");
    await seen(page, '[data-page="open"]');
  },
  "shift-reading": async (page) => {
    await seen(page, '[data-testid="product-tile"]');
    await press(page, "show-shift");
    await seen(page, '[data-page="reading"]');
  },
  "shift-cash": async (page) => {
    await SCREENS["shift-reading"](page);
    await press(page, "move-cash");
    await press(page, "reason");
  },
  "shift-count": async (page) => {
    await SCREENS["shift-reading"](page);
    await press(page, "count");
    await seen(page, '[data-page="count"]');
    await page.keyboard.press("Digit2");
    await page.waitForFunction(
      () => document.querySelector('[data-testid="count-total"]').textContent === "200.00",
    );
  },
  "shift-counted": async (page) => {
    await SCREENS["shift-count"](page);
    await page.keyboard.press("Backspace");
    await page.keyboard.press("Digit1");
    await press(page, "count-confirm");
    await new Promise((resolve) => setTimeout(resolve, 700));
    await press(page, "count-confirm");
    await seen(page, '[data-page="counted"]');
  },
  "shift-closed": async (page) => {
    await SCREENS["shift-counted"](page);
    await new Promise((resolve) => setTimeout(resolve, 700));
    await press(page, "sign-off");
    await seen(page, '[data-page="closed"]');
  },
  keys: async (page) => {
    await seen(page, '[data-testid="product-tile"]');
    await page.keyboard.press("F1");
    await seen(page, '[data-testid="keys-page"]');
    await press(page, "key-pay");
  },
  look: async (page) => {
    await theSale(page);
    await press(page, "show-look");
    await seen(page, '[data-testid="look-strip"]');
  },
  guide: async (page) => {
    await seen(page, '[data-testid="product-tile"]');
    await page.keyboard.press("F1");
    await press(page, "keys-guide");
    await seen(page, '[data-testid="guide-page"]');
  },
  "first-steps": async (page) => {
    await theSale(page);
    await page.keyboard.press("F1");
    await press(page, "keys-first-steps");
    await seen(page, '[data-testid="first-steps"]');
  },
  more: async (page) => {
    await seen(page, '[data-testid="product-tile"]');
    await page.keyboard.press("F10");
    await seen(page, '[data-testid="more-page"]');
  },
  data: async (page) => {
    await SCREENS.more(page);
    await press(page, "open-data");
    await seen(page, '[data-testid="data-page"]');
  },
  hub: async (page) => {
    await seen(page, '[data-testid="product-tile"]');
    await page.evaluate(() => {
      const { jobs } = window.host;
      jobs.data = { ...jobs.data, hub: true };
      const node = (node, sales, more) => ({
        ...{ node, key: node.repeat(32), is_hub: false, is_this_till: false, via: null, sales },
        ...{ entries_waiting: null, heard_at: "2026-11-22T09:31:00+08:00", is_revoked: false, ...more },
      });
      jobs.hub = {
        ...{ is_on: true, name: "东门大集主机", is_made: true, failure: null, page: "http://127.0.0.1:8788" },
        ...{ upstream: null, joined: null, addresses: ["192.168.1.5:8788", "10.0.0.2:8788"], code: null },
        nodes: [
          node("T1", 1204, { is_this_till: true }),
          node("T2", 318, { entries_waiting: 4 }),
          node("H2", 0, { is_hub: true }),
          node("T3", 57, { via: "H2", is_revoked: true }),
        ],
      };
    });
    await press(page, "show-more");
    await press(page, "open-data");
    await press(page, "data-hub-open");
    await seen(page, '[data-testid="hub-page"]');
  },
  "hub-code": async (page) => {
    await SCREENS.hub(page);
    await press(page, "hub-invite");
    await seen(page, '[data-testid="hub-qr"]');
  },
  lots: async (page) => {
    await SCREENS.more(page);
    await press(page, "open-lots");
    await press(page, 'lot"][data-lot="L0312');
    await seen(page, '[data-testid="lot-parts"]');
  },
  "lots-back": async (page) => {
    await SCREENS.lots(page);
    await press(page, 'lot"][data-lot="L0301');
    await press(page, "lot-give-back");
    await page.keyboard.press("Digit5");
    await seen(page, '[data-testid="typed"]');
  },
  "lots-hub": async (page) => {
    await seen(page, '[data-testid="product-tile"]');
    await page.evaluate(() => window.host.lots.share());
    await SCREENS.more(page);
    await press(page, "open-lots");
    await press(page, 'lot"][data-lot="L0301');
    await seen(page, '[data-testid="lot-undistributed"]');
  },
  box: async (page) => {
    await seen(page, '[data-testid="product-tile"]');
    await press(page, "open-boxes");
    await page.locator('[data-testid="box-name"]').fill("双蜜礼盒");
    await scan(page, "6900000000017");
    await page.locator('[data-testid="box-price"]').fill("40");
    await seen(page, '[data-testid="box-part"]');
  },
  beside: async (page) => {
    await theSale(page);
    await press(page, "show-beside");
    await seen(page, '[data-testid="beside-set"]');
  },
  without: async (page) => {
    await SCREENS.receipts(page);
    await press(page, "without-receipt");
    await scan(page, "6900000000017");
    await seen(page, '[data-testid="without-reason"]');
  },
  waiting: async (page) => {
    await SCREENS.refunded(page);
    await new Promise((resolve) => setTimeout(resolve, 700));
    await press(page, "refund-close");
    await press(page, "show-waiting");
    await seen(page, '[data-testid="waiting"]');
  },
  training: async (page) => {
    await SCREENS.more(page);
    await press(page, "enter-training");
    await seen(page, '[data-testid="training-banner"]');
  },
  kiosk: async (page) => {
    await seen(page, '[data-testid="product-tile"]');
    await page.keyboard.press("F10");
    await press(page, "enter-kiosk");
    await seen(page, '[data-testid="kiosk-empty"]');
  },
  "kiosk-goods": async (page) => {
    await SCREENS["kiosk"](page);
    for (const code of ["6900000000017", "6900000000024", "6900000000048", "6900000000031"]) {
      await scan(page, code);
    }
    await page.waitForFunction(() => document.querySelectorAll('[data-testid="kiosk-line"]').length === 3);
  },
  "kiosk-paying": async (page) => {
    await SCREENS["kiosk-goods"](page);
    await press(page, "kiosk-pay");
    await seen(page, '[data-testid="kiosk-code"]');
  },
  "kiosk-pockets": async (page) => {
    await seen(page, '[data-testid="product-tile"]');
    await page.evaluate(() => {
      window.host.kiosk.codes = [
        ["wechat", null, "柳河镇供销合作社联合社"],
        ["wechat", "H1", "石门村 1"],
        ["wechat", "H2", "石门村 2"],
        ["wechat", "venue", "场地方代收"],
        ["alipay", null, "柳河镇供销合作社联合社"],
      ];
    });
    await SCREENS["kiosk-goods"](page);
    await press(page, "kiosk-pay");
    await press(page, 'kiosk-kind"][data-pocket="H1');
    await seen(page, '[data-testid="kiosk-code"]');
  },
  "kiosk-confirm": async (page) => {
    await SCREENS["kiosk-pockets"](page);
    await press(page, "kiosk-confirm");
    await seen(page, '[data-testid="kiosk-into"]');
  },
  "kiosk-reference": async (page) => {
    await SCREENS["kiosk-paying"](page);
    await press(page, "kiosk-reference");
    await page.keyboard.type("004217", { delay: 120 });
  },
  "kiosk-done": async (page) => {
    await SCREENS["kiosk-reference"](page);
    await page.keyboard.press("Enter");
    await seen(page, '[data-testid="kiosk-number"]');
  },
  damaged: async (page) => {
    await seen(page, '[data-testid="product-tile"]');
    await page.evaluate(() =>
      window.host.tell({
        ...window.host.status,
        attention: { code: "damaged", message: "数据文件坏了。", line: null },
      }),
    );
    await seen(page, '[data-testid="damaged"]');
  },
};

/** On a fresh page, in a language and a look. */
export async function wear(page, { language, theme, text_size }) {
  if (language === "zh-Hans" && theme === "day" && text_size === "normal") return;
  await press(page, "show-look");
  if (language !== "zh-Hans") {
    await press(page, `language-${language}`);
    await page.waitForFunction((wanted) => document.documentElement.lang === wanted, {}, language);
  }
  await press(page, `theme-${theme}`);
  await press(page, `text-${text_size}`);
  await press(page, "look-done");
}

/** A server with the tests' host, and a browser before it. */
export async function opened() {
  // A file that is saved meanwhile must not load a page anew on the way.
  const server = await createServer({
    server: { port: 0, host: "127.0.0.1", hmr: false, watch: null },
    logLevel: "warn",
  });
  await server.listen();
  const browser = await puppeteer.launch({
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--force-color-profile=srgb"],
  });
  return {
    browser,
    address: `${server.resolvedUrls.local[0]}tests/screens/index.html`,
    async close() {
      await browser.close();
      await server.close();
    },
  };
}
