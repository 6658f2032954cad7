// Takes pictures of every page: `npm run screens [folder]`. LANGUAGES, THEMES, TEXT, SIZE and ONLY choose among them.
import { mkdirSync } from "node:fs";
import { opened, SCREENS, wear } from "./pages.mjs";

const folder = process.argv[2] ?? "dist-screens";
const SIZES = [
  [1366, 768],
  [1024, 768],
  [1920, 1080],
  [3840, 2160],
];

mkdirSync(folder, { recursive: true });
const only = process.env["ONLY"]?.split(",");
const languages = (process.env["LANGUAGES"] ?? "zh-Hans").split(",");
const themes = (process.env["THEMES"] ?? "day").split(",");
const text_size = process.env["TEXT"] ?? "normal";
const sizes = process.env["SIZE"] ? [process.env["SIZE"].split("x").map(Number)] : SIZES;
const chosen = Object.entries(SCREENS).filter(([name]) => only === undefined || only.includes(name));
const looks = languages.flatMap((language) => themes.map((theme) => ({ language, theme, text_size })));

const { browser, address, close } = await opened();
try {
  for (const [width, height] of sizes) {
    for (const look of looks) {
      for (const [name, arrive] of chosen) {
        const page = await browser.newPage();
        page.on("pageerror", (error) => console.error(name, String(error)));
        await page.setViewport({ width, height });
        await page.goto(address, { timeout: 120_000 });
        try {
          await wear(page, look);
          await arrive(page);
        } catch (error) {
          console.error(`${name} ${width}x${height}: ${error}`);
          process.exitCode = 1;
        }
        await page.mouse.move(0, 0);
        await new Promise((resolve) => setTimeout(resolve, 200));
        const marks = [look.language, look.theme].filter((mark) => mark !== "zh-Hans" && mark !== "day");
        await page.screenshot({ path: `${folder}/${[name, width, ...marks].join("-")}.png` });
        await page.close();
      }
    }
  }
} finally {
  await close();
}
