// In the sun every text has a contrast of 7:1 at least: the pairs of colours that the window puts together.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const theme = readFileSync("src/app.css", "utf8");

function colour(name: string): string {
  const found = new RegExp(`--${name}: (#[0-9a-f]{6});`).exec(theme)?.[1];
  if (found === undefined) throw new Error(`no colour ${name}`);
  return found;
}

function luminance(name: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour(name).slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

describe("contrast", () => {
  it.each([
    ["ink", "ground"],
    ["ink", "place-tint"],
    ["second", "card"],
    ["second", "ground"],
    ["second", "soft"],
    ["second", "place-tint"],
    ["place", "card"],
    ["place-ink", "place"],
    ["place-second", "place"],
    ["place-ink", "place-chip"],
    ["action", "card"],
    ["action-ink", "action"],
    ["action-tint-ink", "action-tint"],
    ["offline-ink", "offline"],
    ["offline-ink", "card"],
    ["refused-ink", "refused"],
    ["refused", "card"],
    ["refused", "place-tint"],
  ])("%s on %s", (text, ground) => expect(contrast(text, ground)).toBeGreaterThanOrEqual(7));
});
