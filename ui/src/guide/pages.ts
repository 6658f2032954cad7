import pages from "../../../docs/guide.md";
import type { Language } from "../lib/host";

/** The guide's parts in the order of the file, and the 繁體 that is made of the first. */
const PAGE: Record<Language, number> = { "zh-Hans": 0, en: 1, "zh-Hant": 2 };

/** The one text there is, `docs/guide.md`, in a language of the window. */
export function guideIn(language: Language): string {
  return pages[PAGE[language]] ?? "";
}
