import { describe, expect, it } from "vitest";
import { LANGUAGES, WORDS } from "../src/lib/i18n/words";

/** Every word by its path; those that are made of something are made with samples. */
function wordsOf(words: object, path = ""): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name, word] of Object.entries(words)) {
    const at = `${path}${name}`;
    if (typeof word === "string") found.set(at, word);
    else if (typeof word === "function") found.set(at, String(word(7, 2)));
    else for (const [inner, text] of wordsOf(word as object, `${at}.`)) found.set(inner, text);
  }
  return found;
}

describe("the words", () => {
  const chinese = wordsOf(WORDS["zh-Hans"]);

  it.each(LANGUAGES)("%s has a word for everything and leaves none empty", (language) => {
    const own = wordsOf(WORDS[language]);
    expect([...own.keys()].sort()).toEqual([...chinese.keys()].sort());
    for (const [path, word] of own) expect(word.trim(), path).not.toBe("");
  });

  it("English has no Chinese left in it", () => {
    for (const [path, word] of wordsOf(WORDS.en)) expect(word, path).not.toMatch(/\p{Script=Han}/u);
  });

  it("says none of what the house does not say", () => {
    for (const [path, word] of chinese) expect(word, path).not.toMatch(/系统错误|操作成功|脱贫户|监测户/);
  });
});
