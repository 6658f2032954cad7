import pages from "../../../docs/guide.md";
import type { Language } from "../lib/host";

/** The guide's parts in the order of the file. */
const ORDER: Language[] = ["zh-Hans", "en"];

/** The one text there is, `docs/guide.md`, in a language of the window. */
export function guideIn(language: Language): string {
  return pages[ORDER.indexOf(language)] ?? pages[0] ?? "";
}
