import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { Marked } from "marked";
import { traditional } from "./hant.ts";

/**
 * Renders a markdown file when the window is built: one page of HTML for each part between two rules, and one more of
 * the first in 繁體, with its pictures among the window's own files. Nothing is rendered, and no markdown is parsed, at
 * the till. A picture that was not taken yet is left out and said: the pictures are taken of the window that this builds.
 */
export function markdownPages() {
  return {
    name: "markdown-pages",
    enforce: "pre",
    load(id) {
      if (!id.endsWith(".md")) return null;
      this.addWatchFile(id);
      const pictures = new Map();
      const marked = new Marked({
        renderer: {
          image: ({ href, text }) => {
            const path = resolve(dirname(id), href);
            if (!existsSync(path)) {
              this.warn(`${href} is not there and is left out: make pictures`);
              return "";
            }
            if (!pictures.has(path)) pictures.set(path, `picture${pictures.size}`);
            return `<img src="\u0000${pictures.get(path)}\u0000" alt="${text}">`;
          },
        },
      });
      const parts = readFileSync(id, "utf8").split(/^---$/m);
      const hant = traditional(parts[0] ?? "").replaceAll("zh-Hans", "zh-Hant");
      const pages = [...parts, hant].map((part) => JSON.stringify(marked.parse(part)));
      const imports = [...pictures].map(([path, name]) => `import ${name} from ${JSON.stringify(path)};`);
      // JSON writes the mark of a picture as \u0000.
      const literals = pages.map((page) => page.replaceAll(/\\u0000(picture\d+)\\u0000/g, '" + $1 + "'));
      return [...imports, `export default [${literals.join(",\n")}];`].join("\n");
    },
  };
}
