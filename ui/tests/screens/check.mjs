// Holds every page in a browser to what a screen must keep: `npm run check:screens`. In every language, text size and
// size of screen every text has 14 px at least, every target 48 px, and nothing sticks out of the window or is cut off
// in its button; in every theme axe finds nothing serious, and every text has 7:1 (4.5:1 where it is large).
//
// A page is come to once for each language, and wears all looks there: that is what a cashier does who changes hers, and
// what makes this quick. ONLY=pay,held looks at some pages, LANGUAGES=en in some languages, WORKERS=1 one at a time.
import { readFileSync } from "node:fs";
import { opened, SCREENS } from "./pages.mjs";

const axe = readFileSync(new URL("../../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const chosen = (variable, all) =>
  all.filter((one) => process.env[variable]?.split(",").includes(one) ?? true);
const LANGUAGES = chosen("LANGUAGES", ["zh-Hans", "zh-Hant", "en"]);
const THEMES = ["day", "sun", "night"];
const SIZES = [
  [1366, 768],
  [1024, 768],
  [1920, 1080],
  [3840, 2160],
];
const TEXT_SIZES = ["normal", "large"];
const WORKERS = Number(process.env["WORKERS"] ?? 2);

/** In the page. */
function measured() {
  const faults = [];
  const name = (element) =>
    `${element.tagName.toLowerCase()}[${element.dataset.testid ?? element.className}] “${element.textContent.trim().slice(0, 20)}”`;
  const seen = (element) => element.checkVisibility() && element.closest(".unseen") === null;
  if (document.documentElement.scrollWidth > innerWidth) faults.push("the page is wider than the window");
  for (const element of document.querySelectorAll("header, main, .foot, .actions, .side, header *")) {
    const box = element.getBoundingClientRect();
    if (seen(element) && box.right > innerWidth + 1) faults.push(`${name(element)} sticks out`);
  }
  for (const element of document.querySelectorAll("button, input, select, textarea")) {
    const { width, height } = element.getBoundingClientRect();
    if (!seen(element)) continue;
    if (width < 47.5 || height < 47.5) {
      faults.push(`${name(element)} is ${Math.round(width)} × ${Math.round(height)} px`);
    }
    // What says itself that it is shortened (…) is meant to be.
    const cut =
      element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1;
    if (element.tagName === "BUTTON" && cut) faults.push(`${name(element)} does not hold what is on it`);
  }
  // What is drawn grows with what is written.
  const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  for (const icon of document.querySelectorAll("svg.lucide")) {
    const { width } = icon.getBoundingClientRect();
    if (seen(icon) && width < 0.85 * rem)
      faults.push(`${name(icon.parentElement)} has an icon of ${width} px`);
  }
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode() !== null) {
    const element = texts.currentNode.parentElement;
    if (texts.currentNode.data.trim() === "" || ["SCRIPT", "STYLE"].includes(element.tagName)) continue;
    if (seen(element) && Number.parseFloat(getComputedStyle(element).fontSize) < 14) {
      faults.push(`${name(element)} is under 14 px`);
    }
  }
  return faults;
}

/** By all rules, or by those of the colours alone. */
async function violations(page, of_colours) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
  return page.evaluate(async (of_colours) => {
    const colours = "color-contrast-enhanced";
    const chosen = of_colours
      ? { runOnly: { type: "rule", values: [colours] } }
      : { rules: { [colours]: { enabled: true } } };
    const { violations: found } = await window.axe.run(document, { resultTypes: ["violations"], ...chosen });
    return found
      .filter(({ id, impact }) => ["serious", "critical"].includes(impact) || id.startsWith("color-contrast"))
      .map(
        ({ id, nodes }) =>
          `${id}: ${nodes.map((node) => `${node.html.slice(0, 140)} ${node.any[0]?.message ?? ""}`).join(" | ")}`,
      );
  }, of_colours);
}

/** What the window's own switch does to the document, drawn: no colour is on its way to another. */
async function wear(page, { theme, text_size }) {
  await page.evaluate((worn) => Object.assign(document.documentElement.dataset, worn), {
    theme,
    textSize: text_size,
  });
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn, 50))));
}

/** A page in one language, in all looks. */
async function look(page, address, arrive, language) {
  const faults = new Map();
  const found = (where, what) => faults.set(what, [...(faults.get(what) ?? []), where]);
  page.on("pageerror", (error) => found("by itself", String(error)));
  const [[width, height]] = SIZES;
  await page.setViewport({ width, height });
  // Vite compiles what the first page asks for: on a busy machine that takes its time.
  await page.goto(`${address}?language=${language}`, { timeout: 120_000 });
  await arrive(page);
  await page.mouse.move(0, 0);
  await page.addStyleTag({ content: "*, *::before, *::after { transition: none !important }" });
  // The colours are the same in every language, and so is what a reader is told of them.
  for (const theme of language === LANGUAGES[0] ? THEMES : ["day"]) {
    await wear(page, { theme, text_size: "normal" });
    for (const fault of await violations(page, theme !== THEMES[0])) found(theme, fault);
  }
  for (const text_size of TEXT_SIZES) {
    for (const [width, height] of SIZES) {
      await page.setViewport({ width, height });
      await wear(page, { theme: "day", text_size });
      for (const fault of await page.evaluate(measured)) found(`${text_size} at ${width} × ${height}`, fault);
    }
  }
  return faults;
}

const { browser, address, close } = await opened();
const begun = performance.now();
const waiting = LANGUAGES.flatMap((language) =>
  chosen("ONLY", Object.keys(SCREENS)).map((name) => ({ name, language })),
);
const count = waiting.length;

async function work() {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const { name, language } = next;
    // Each in a window of its own: one that lies behind another is drawn by nobody.
    const context = await browser.createBrowserContext();
    const page = await context.newPage();
    let faults;
    try {
      faults = await look(page, address, SCREENS[name], language);
    } catch (error) {
      faults = new Map([[String(error), ["on the way"]]]);
    }
    await context.close();
    if (faults.size === 0) continue;
    process.exitCode = 1;
    const said = [...faults].map(([what, where]) => `  ${what}\n    (${where.join(", ")})`);
    console.error(`${name}, ${language}\n${said.join("\n")}`);
  }
}

try {
  await Promise.all(Array.from({ length: WORKERS }, work));
} finally {
  await close();
}
console.log(`${count} pages looked at, in ${Math.round((performance.now() - begun) / 1000)} s`);
