import type { Language } from "../host/generated";
import { en } from "./en";
import { zh, type Words } from "./zh";
import { zh as hant } from "./zh?hant";

export type { Words };

/** Every language the core knows has its words: a new one does not compile without them. */
export const WORDS: Record<Language, Words> = { "zh-Hans": zh, "zh-Hant": hant, en };

/** How each language calls itself on the switch. */
export const LANGUAGE_NAMES: Record<Language, string> = { "zh-Hans": "简体", "zh-Hant": "繁體", en: "EN" };

export const LANGUAGES = Object.keys(LANGUAGE_NAMES) as Language[];
