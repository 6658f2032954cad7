// @vitest-environment node
import { describe, expect, it } from "vitest";
import { readFileSync } from "node:fs";
import { traditional } from "../hant";
import { CUSTOMER_WORDS } from "../src/lib/i18n/customer-words";
import { LANGUAGES, WORDS } from "../src/lib/i18n/words";

const OPENCC = `${process.cwd()}/../assets/opencc`;

/** The rows of one of OpenCC's files: what is written, and the forms it may take. */
function rowsOf(file: string): [string, string[]][] {
  const lines = readFileSync(`${OPENCC}/${file}`, "utf8").split("\n");
  const rows = lines.filter((line) => !line.startsWith("#") && line.includes("\t"));
  return rows.map((line) => [line.split("\t")[0] ?? "", line.split("\t")[1]?.split(" ") ?? []]);
}

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

  it("繁體中文 has no character left that only 简体中文 writes", () => {
    const only = new Set(
      rowsOf("STCharacters.txt").flatMap(([one, forms]) => (forms.includes(one) ? [] : one)),
    );
    const both = [WORDS["zh-Hant"], CUSTOMER_WORDS["zh-Hant"]];
    const said = both.flatMap((words) => [...wordsOf(words)]);
    expect(said.length).toBeGreaterThan(300);
    for (const [path, word] of said) {
      expect([...word].filter((character) => only.has(character)).join(""), `${path}: ${word}`).toBe("");
    }
  });

  it("繁體中文 is the same words, and what is put into them stays as it was entered", () => {
    expect(WORDS["zh-Hant"].pay).toBe("收款");
    expect(WORDS["zh-Hant"].title).toBe("集市收銀");
    expect(WORDS["zh-Hant"].search_none("黄面馒头")).toBe("沒有找到“黄面馒头”");
    const hant = wordsOf(WORDS["zh-Hant"]);
    const differing = [...chinese].filter(([path, word]) => hant.get(path) !== word);
    expect(differing.length).toBeGreaterThan(200);
  });

  it.each(rowsOf("cases.txt"))("converts %s", (simplified, [forms = ""]) => {
    expect(traditional(simplified)).toBe(forms);
  });

  it("says none of what the house does not say", () => {
    for (const [path, word] of chinese) expect(word, path).not.toMatch(/系统错误|操作成功|脱贫户|监测户/);
  });
});
