// In the sun and at night every text has a contrast of 7:1 at least: the pairs of colours that the window puts
// together, and that nothing beside the themes names a colour or a smaller text than 14 px.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const THEMES = ["day", "sun", "night"] as const;
type Theme = (typeof THEMES)[number];

const sheet = readFileSync("src/lib/design/themes.css", "utf8");

function block(theme: Theme): string {
  const head = theme === "day" ? ":root {" : `:root[data-theme="${theme}"] {`;
  const from = sheet.indexOf(head);
  if (from < 0) throw new Error(`no theme ${theme}`);
  return sheet.slice(from, sheet.indexOf("}", from));
}

const names = (theme: Theme): string[] =>
  [...block(theme).matchAll(/--([a-z-]+):/g)].map((found) => found[1] ?? "");

function colour(theme: Theme, name: string): string {
  const found = new RegExp(`--${name}: (#[0-9a-f]{6});`).exec(block(theme))?.[1];
  if (found === undefined) throw new Error(`no colour ${name} in ${theme}`);
  return found;
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(theme: Theme, one: string, other: string): number {
  const both = [luminance(colour(theme, one)), luminance(colour(theme, other))];
  const [dark = 0, light = 0] = both.sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

const PAIRS = [
  ["ink", "ground"],
  ["ink", "card"],
  ["ink", "soft"],
  ["ink", "place-tint"],
  ["second", "card"],
  ["second", "ground"],
  ["second", "soft"],
  ["second", "place-tint"],
  ["place", "card"],
  ["place", "ground"],
  ["place-ink", "place"],
  ["place-ink", "place-pressed"],
  ["bar-ink", "bar"],
  ["bar-second", "bar"],
  ["bar-ink", "bar-chip"],
  ["action", "card"],
  ["action-ink", "action"],
  ["action-ink", "action-pressed"],
  ["action-tint-ink", "action-tint"],
  ["offline-ink", "offline"],
  ["offline-ink", "card"],
  ["refused-ink", "refused"],
  ["refused", "card"],
  ["refused", "ground"],
  ["refused", "place-tint"],
  ["tile-ink", "tile-a"],
  ["tile-ink", "tile-b"],
  ["tile-ink", "tile-c"],
  ["tile-ink", "tile-d"],
  ["tile-ink", "tile-e"],
  ["tile-ink", "tile-f"],
  ["tile-ink", "tile-g"],
  ["tile-ink", "tile-h"],
] as const;

describe.each(THEMES)("the %s theme", (theme) => {
  it("names every colour", () => expect(names(theme)).toEqual(names("day")));

  it.each(PAIRS)("has 7:1 for %s on %s", (text, ground) =>
    expect(contrast(theme, text, ground)).toBeGreaterThanOrEqual(7),
  );
});

describe("the pages", () => {
  const files = readdirSync("src", { recursive: true, encoding: "utf8" })
    .filter((file) => /\.(svelte|css)$/.test(file))
    .map((file) => [file, readFileSync(`src/${file}`, "utf8")] as const);

  it.each(files)("%s names no colour of its own and no text under 14 px", (file, text) => {
    const styles = file.endsWith(".css") ? text : text.slice(text.lastIndexOf("<style>"));
    if (!file.endsWith("themes.css")) expect(styles).not.toMatch(/#[0-9a-f]{3,8}\b|\b(rgb|hsl)a?\(/i);
    for (const [, size, unit] of styles.matchAll(/font-size: ([\d.]+)(rem|px|em)/g)) {
      expect(unit, `font-size ${size}${unit}`).toBe("rem");
      expect(Number(size)).toBeGreaterThanOrEqual(0.875);
    }
  });
});
