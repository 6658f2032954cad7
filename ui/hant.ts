import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

/**
 * 繁體中文 of the window's words, made of their 简体中文 while the window is built: `import { zh } from "./zh?hant"` is the same
 * module with every text in 繁體字, and so is whatever words that module imports. Nobody writes a third text, and what is
 * put into a text later, a name or a sum, is not touched. How it is converted, and why so: assets/opencc/README.md.
 */
export function hant(): Plugin {
  return {
    name: "jishi:hant",
    // By then TypeScript is JavaScript.
    enforce: "post",
    resolveId: {
      // Before Vite's own, which would find the module as it is.
      order: "pre",
      async handler(source, importer) {
        if (importer?.endsWith(QUERY) !== true || !source.startsWith(".")) return null;
        const resolved = await this.resolve(source, importer.slice(0, -QUERY.length), { skipSelf: true });
        return resolved === null ? null : `${resolved.id}${QUERY}`;
      },
    },
    transform(code, id) {
      if (!id.endsWith(QUERY)) return null;
      let made = code;
      // From the end, so that what comes before stays where it is.
      for (const { start, end, text } of texts(this.parse(code)).sort((a, b) => b.start - a.start)) {
        made = made.slice(0, start) + text + made.slice(end);
      }
      return { code: made, map: null };
    },
  };
}

const QUERY = "?hant";
const FOLDER = new URL("../assets/opencc/", import.meta.url);

/** `simplified TAB traditional other-forms…`: the first form is the usual one. */
function rows(file: string): [string, string][] {
  const lines = readFileSync(new URL(file, FOLDER), "utf8").split("\n");
  return lines
    .filter((line) => !line.startsWith("#") && line.includes("\t"))
    .map((line) => {
      const [simplified = "", forms = ""] = line.split("\t");
      return [simplified, forms.split(" ")[0] ?? ""];
    });
}

// Of two with the same key the later stands in a Map.
const words = new Map(["STCharacters.txt", "STPhrases.txt", "terms.txt"].flatMap(rows));
const variants = new Map(rows("variants.txt"));
const longest = Math.max(...[...words.keys()].map((word) => [...word].length));

/** By the longest match, as OpenCC does it and `crates/traditional` too. */
export function traditional(text: string): string {
  const characters = [...text];
  let made = "";
  for (let at = 0; at < characters.length;) {
    let length = /\p{Script=Han}/u.test(characters[at] ?? "") ? longest : 0;
    while (length > 0 && !words.has(characters.slice(at, at + length).join(""))) length -= 1;
    const taken = characters.slice(at, at + Math.max(length, 1));
    made += words.get(taken.join("")) ?? taken.join("");
    at += taken.length;
  }
  return [...made].map((character) => variants.get(character) ?? character).join("");
}

interface Text {
  start: number;
  end: number;
  text: string;
}

/** Every text in a module, with what it becomes: strings and what stands between the holes of templates. */
function texts(node: unknown): Text[] {
  if (Array.isArray(node)) return node.flatMap(texts);
  if (typeof node !== "object" || node === null) return [];
  const { type, start, end, value, ...rest } = node as Record<string, unknown> & Text;
  // A module that is imported is a place, not a text.
  if (type === "ImportDeclaration") return [];
  if (type === "Literal" && typeof value === "string") {
    return [{ start, end, text: JSON.stringify(traditional(value)) }];
  }
  if (type === "TemplateElement") return [{ start, end, text: traditional((value as { raw: string }).raw) }];
  return Object.values({ ...rest, value }).flatMap(texts);
}
