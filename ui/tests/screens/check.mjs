// Holds every page in a browser to what a screen must keep: `npm run check:screens`. In every theme, language and text
// size axe finds nothing serious, every text has 7:1 (4.5:1 where it is large) and 14 px at least, every target 48 px,
// and nothing sticks out of the window.
import { readFileSync } from "node:fs";
import { opened, SCREENS, wear } from "./pages.mjs";

const axe = readFileSync(new URL("../../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const only = process.env["ONLY"]?.split(",");
const LOOKS = [
  { language: "zh-Hans", theme: "day", text_size: "normal", width: 1366 },
  { language: "en", theme: "sun", text_size: "normal", width: 1024 },
  { language: "zh-Hans", theme: "sun", text_size: "large", width: 1024 },
  { language: "en", theme: "night", text_size: "large", width: 1366 },
  { language: "zh-Hant", theme: "night", text_size: "normal", width: 1024 },
  { language: "zh-Hans", theme: "day", text_size: "normal", width: 3840, height: 2160 },
];

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
  for (const element of document.querySelectorAll("button, input")) {
    const { width, height } = element.getBoundingClientRect();
    if (seen(element) && (width < 47.5 || height < 47.5)) {
      faults.push(`${name(element)} is ${Math.round(width)} × ${Math.round(height)} px`);
    }
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

async function violations(page) {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const rules = { "color-contrast-enhanced": { enabled: true } };
    const { violations: found } = await window.axe.run(document, { rules });
    return found
      .filter(({ id, impact }) => ["serious", "critical"].includes(impact) || id.startsWith("color-contrast"))
      .map(
        ({ id, nodes }) =>
          `${id}: ${nodes.map((node) => `${node.html.slice(0, 140)} ${node.any[0]?.message ?? ""}`).join(" | ")}`,
      );
  });
}

const { browser, address, close } = await opened();
let pages = 0;
try {
  for (const look of LOOKS) {
    for (const [name, arrive] of Object.entries(SCREENS)) {
      if (only !== undefined && !only.includes(name)) continue;
      const page = await browser.newPage();
      const faults = [];
      page.on("pageerror", (error) => faults.push(String(error)));
      await page.setViewport({ width: look.width, height: look.height ?? 768 });
      try {
        // Vite compiles what the first page asks for: on a busy machine that takes its time.
        await page.goto(address, { timeout: 120_000 });
        await wear(page, look);
        await arrive(page);
        await new Promise((resolve) => setTimeout(resolve, 150));
        faults.push(...(await page.evaluate(measured)), ...(await violations(page)));
      } catch (error) {
        faults.push(String(error));
      }
      await page.close();
      pages += 1;
      if (faults.length === 0) continue;
      process.exitCode = 1;
      console.error(`${name} ${JSON.stringify(look)}\n  ${[...new Set(faults)].join("\n  ")}`);
    }
  }
} finally {
  await close();
}
console.log(`${pages} pages looked at`);
