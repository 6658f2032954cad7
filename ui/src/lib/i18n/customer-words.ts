import type { Language } from "../host";
import { customer_en, customer_zh } from "./customer";
import { customer_zh as customer_hant } from "./customer?hant";

/** By language, for a window that has no other words. */
export const CUSTOMER_WORDS: Record<Language, typeof customer_zh> = {
  "zh-Hans": customer_zh,
  "zh-Hant": customer_hant,
  en: customer_en,
};
