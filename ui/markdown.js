import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { Marked } from "marked";

/**
 * Renders a markdown file when the window is built: one page of HTML for each part between two rules, with its
 * pictures among the window's own files. Nothing is rendered, and no markdown is parsed, at the till.
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
          image({ href, text }) {
            if (!pictures.has(href)) pictures.set(href, `picture${pictures.size}`);
            return `<img src="\u0000${pictures.get(href)}\u0000" alt="${text}">`;
          },
        },
      });
      const parts = readFileSync(id, "utf8").split(/^---$/m);
      const pages = parts.map((part) => JSON.stringify(marked.parse(part)));
      const imports = [...pictures].map(
        ([href, name]) => `import ${name} from ${JSON.stringify(resolve(dirname(id), href))};`,
      );
      // JSON writes the mark of a picture as \u0000.
      const literals = pages.map((page) => page.replaceAll(/\\u0000(picture\d+)\\u0000/g, '" + $1 + "'));
      return [...imports, `export default [${literals.join(",\n")}];`].join("\n");
    },
  };
}
