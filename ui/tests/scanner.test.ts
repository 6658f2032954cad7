import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CODE_LENGTH_MAX, Scanner } from "../src/lib/scanner";
import { gun, now, press, wait } from "./support/keys";

const BARCODE = "6900000000017";
let scanned: string[];
let typed: string[];
let passed: string[];
let stop: () => void;

function heardByThePage(event: KeyboardEvent): void {
  passed.push(event.key);
}

beforeEach(() => {
  vi.useFakeTimers();
  document.body.innerHTML = `<input id="field" value="" /><button id="button">b</button>`;
  scanned = [];
  typed = [];
  passed = [];
  stop = new Scanner({
    scanned: (code) => scanned.push(code),
    typed: (character) => {
      typed.push(character);
      return character === "*" ? null : () => expect(typed.pop()).toBe(character);
    },
  }).listen(window);
  window.addEventListener("keydown", heardByThePage);
});

afterEach(() => {
  stop();
  window.removeEventListener("keydown", heardByThePage);
  vi.useRealTimers();
});

function field(): HTMLInputElement {
  return document.getElementById("field") as HTMLInputElement;
}

describe("a gun", () => {
  it.each([1, 5, 10, 29, 30])("is heard at %i ms a key", (gap_ms) => {
    gun(BARCODE, gap_ms);
    expect(scanned).toEqual([BARCODE]);
    wait(500);
    expect(typed).toEqual([]);
    expect(passed).toEqual([]);
  });

  it.each(["Enter", "NumpadEnter", "Tab"])("may end a code with %s, which goes no further", (end) => {
    expect(gun(BARCODE, 5, end).defaultPrevented).toBe(true);
    expect(scanned).toEqual([BARCODE]);
    expect(passed).toEqual([]);
  });

  it("is heard twice in a row, with nothing between", () => {
    gun(BARCODE, 1);
    gun(BARCODE, 1);
    gun("6900000000024", 1);
    expect(scanned).toEqual([BARCODE, BARCODE, "6900000000024"]);
  });

  it("is forgiven a slow moment once it is proven", () => {
    for (const digit of "690") {
      press(digit);
      wait(5);
    }
    wait(60);
    gun("0000000017", 5);
    expect(scanned).toEqual([BARCODE]);
  });

  // A machine that stands still delivers late what was pressed in time.
  it.each([1, 2, 3, 8, 13])("is heard whole when the machine stands still after %i keys", (keys) => {
    for (const digit of BARCODE.slice(0, keys)) {
      press(digit);
      wait(5);
    }
    const pressed_at_ms = now();
    wait(900);
    expect(typed.join("")).toBe(BARCODE.slice(0, keys));
    for (const digit of BARCODE.slice(keys)) press(digit, {}, pressed_at_ms);
    press("Enter", {}, pressed_at_ms);
    expect(scanned).toEqual([BARCODE]);
    expect(typed).toEqual([]);
  });

  it.each([1, 2, 3, 8])("leaves a field as it was when the machine stands still after %i keys", (keys) => {
    field().value = "5";
    field().focus();
    field().setSelectionRange(1, 1);
    for (const digit of BARCODE.slice(0, keys)) {
      press(digit);
      wait(5);
    }
    const pressed_at_ms = now();
    wait(900);
    expect(field().value).toBe(`5${BARCODE.slice(0, keys)}`);
    for (const digit of BARCODE.slice(keys)) press(digit, {}, pressed_at_ms);
    press("Enter", {}, pressed_at_ms);
    expect(scanned).toEqual([BARCODE]);
    expect(field().value).toBe("5");
  });

  it("types numpad keys and capitals, in any input method", () => {
    for (const digit of "123") press("Process", { code: `Numpad${digit}`, key: "Process" });
    press("Process", { code: "KeyL", key: "Process", shiftKey: true });
    press("Process", { code: "Minus", key: "Process" });
    press("Enter", { isComposing: true });
    expect(scanned).toEqual(["123L-"]);
  });

  it("may read an address", () => {
    gun("HTTPS://a.cn/t?q-1", 2);
    expect(scanned).toEqual(["HTTPS://a.cn/t?q-1"]);
  });

  it("may read ten thousand characters without harm", () => {
    gun("7".repeat(10_000), 1);
    expect(scanned).toEqual(["7".repeat(CODE_LENGTH_MAX)]);
  });

  it("does not press the button that has the focus", () => {
    document.getElementById("button")?.focus();
    expect(gun(BARCODE, 5).defaultPrevented).toBe(true);
    expect(scanned).toEqual([BARCODE]);
  });
});

/** A line of keys with a pause before each of them, and one before the Enter. */
function keysAt(characters: string, gaps_ms: number[]): KeyboardEvent {
  [...characters].forEach((character, index) => {
    if (index > 0) wait(gaps_ms[(index - 1) % gaps_ms.length] ?? 0);
    press(character);
  });
  wait(gaps_ms.at(-1) ?? 0);
  return press("Enter");
}

/** Pauses as they were measured: a Bluetooth gun's, and a quick one's on a machine under load. */
const SLOW: Record<string, number[]> = {
  "31 ms": [31],
  "40 ms": [40],
  "60 ms": [60],
  "a Bluetooth gun's, in steps of its radio": [30, 45, 60, 45, 30, 75, 45, 60],
  "quick, torn after the first key": [95, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5],
  "quick, torn after the third": [5, 5, 100, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5],
  "quick, held up in the middle": [5, 5, 5, 5, 5, 160, 5, 5, 5, 5, 5, 5, 5],
  "quick, held up before the last two": [5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 240, 5, 5],
  "torn here and there": [40, 5, 90, 5, 5, 70, 35, 5, 100, 5, 60, 5, 30],
  "under a heavy load": [5, 60, 90, 35, 100, 70, 30, 80, 55, 45, 65, 5, 95],
};

describe("a slow gun", () => {
  it.each(Object.keys(SLOW))("is heard, and what it typed is taken back: %s", (name) => {
    expect(keysAt(BARCODE, SLOW[name] ?? []).defaultPrevented).toBe(true);
    expect(scanned).toEqual([BARCODE]);
    expect(typed).toEqual([]);
    expect(passed).toEqual([]);
    wait(1000);
    expect(typed).toEqual([]);
  });

  it.each(Object.keys(SLOW))("leaves a field as it was: %s", (name) => {
    field().value = "100";
    field().focus();
    field().setSelectionRange(3, 3);
    keysAt(BARCODE, SLOW[name] ?? []);
    expect(scanned).toEqual([BARCODE]);
    expect(field().value).toBe("100");
    expect(document.activeElement).toBe(field());
  });

  it.each([
    ["a payment code", "134567890123456789"],
    ["the shortest barcode", "69000014"],
    ["a voucher", "JQ0A1B2C3D4E5F6G7H8"],
    ["a book", "750630123X"],
    ["a sentence", "No. 1000 of 2026"],
  ])("is heard whole at 50 ms a key: %s", (_name, code) => {
    keysAt(code, [50]);
    expect(scanned).toEqual([code]);
    expect(typed).toEqual([]);
  });

  it("is heard twice in a row", () => {
    keysAt(BARCODE, [45]);
    wait(60);
    keysAt("6900000000024", [45]);
    expect(scanned).toEqual([BARCODE, "6900000000024"]);
  });

  it("a whole code is not joined to the one before it that had no Enter", () => {
    for (const digit of "6900000400012") {
      press(digit);
      wait(5);
    }
    wait(300);
    keysAt("6900000300022", [5]);
    expect(scanned).toEqual(["6900000300022"]);
    expect(typed.join("")).toBe("6900000400012");
  });

  it("may end a code late", () => {
    keysAt(BARCODE, [...Array<number>(12).fill(50), 250]);
    expect(scanned).toEqual([BARCODE]);
  });

  it("in an input method, which gives no characters", () => {
    for (const digit of BARCODE) {
      press("Process", { code: `Digit${digit}`, key: "Process" });
      wait(55);
    }
    press("Enter", { isComposing: true });
    expect(scanned).toEqual([BARCODE]);
  });

  it("after a count that a person typed leaves the count alone", () => {
    press("3");
    wait(100);
    press("*");
    wait(100);
    keysAt(BARCODE, [50]);
    expect(scanned).toEqual([BARCODE]);
    expect(typed).toEqual(["3", "*"]);
  });

  it("after an amount that a person typed leaves the amount alone", () => {
    for (const digit of "100") {
      press(digit);
      wait(160);
    }
    keysAt(BARCODE, [50]);
    expect(scanned).toEqual([BARCODE]);
    expect(typed).toEqual(["1", "0", "0"]);
  });

  it.each([
    ["quick", [5]],
    ["slow", [60]],
  ])("right after what a person typed leaves that alone: %s", (_name, gaps_ms) => {
    for (const digit of "50") {
      press(digit);
      wait(90);
    }
    keysAt("6900000400012", gaps_ms);
    expect(scanned).toEqual(["6900000400012"]);
    expect(typed).toEqual(["5", "0"]);
  });

  it.each([
    ["quick", [5]],
    ["slow", [60]],
  ])("right after what a person typed into a field leaves that there: %s", (_name, gaps_ms) => {
    field().value = "7";
    field().focus();
    field().setSelectionRange(1, 1);
    for (const digit of "50") {
      press(digit);
      wait(90);
    }
    keysAt("6900000400012", gaps_ms);
    expect(scanned).toEqual(["6900000400012"]);
    expect(field().value).toBe("750");
    expect(field().selectionStart).toBe(3);
  });

  it("is heard whole where a check digit tells what a pause does not", () => {
    press("3");
    wait(100);
    keysAt("6900000400012", [100, 40, 95, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5]);
    expect(scanned).toEqual(["6900000400012"]);
    expect(typed).toEqual(["3"]);
  });

  it("types Chinese with Alt and digits, and its Enter is no person's", () => {
    for (const digit of "20803") {
      press(digit, { code: `Numpad${digit}`, altKey: true });
      wait(5);
    }
    expect(press("Enter").defaultPrevented).toBe(true);
    expect(scanned).toEqual(["\ufffd".repeat(5)]);
    expect(typed).toEqual([]);
  });

  it("types Chinese by its number, which is not mistaken for a code", () => {
    for (const hex of ["7f16", "53f7"]) {
      press("u", { code: "KeyU", ctrlKey: true, shiftKey: true });
      for (const digit of hex) {
        press(digit);
        wait(5);
      }
      press("Space", { code: "Space", key: " " });
      wait(5);
    }
    press("Enter");
    expect(scanned).toEqual(["\ufffd7f16 \ufffd53f7"]);
  });
});

describe("a gun while a field has the focus", () => {
  it("leaves the field as it was, focus and caret too", () => {
    field().value = "蜂蜜";
    field().focus();
    field().setSelectionRange(1, 1);
    gun(BARCODE, 5);
    expect(scanned).toEqual([BARCODE]);
    expect(field().value).toBe("蜂蜜");
    expect(document.activeElement).toBe(field());
    expect(field().selectionStart).toBe(1);
  });

  it("leaves it so for two codes in a row", () => {
    field().focus();
    gun(BARCODE, 1);
    gun(BARCODE, 1);
    expect(scanned).toEqual([BARCODE, BARCODE]);
    expect(field().value).toBe("");
  });

  it("takes back what an input method wrote before the burst was known", () => {
    field().value = "shi";
    field().focus();
    press("6");
    wait(5);
    field().value = "是9";
    press("9");
    wait(5);
    gun("00000000017", 5);
    expect(field().value).toBe("shi");
    expect(scanned).toEqual([BARCODE]);
  });
});

describe("a person", () => {
  it("types digits into a field and ends with Enter", () => {
    field().focus();
    for (const digit of "1234") {
      press(digit);
      wait(80);
    }
    press("Enter");
    expect(scanned).toEqual([]);
    expect(field().value).toBe("1234");
    expect(passed).toEqual(["1", "2", "3", "4", "Enter"]);
  });

  it("who rolls over three keys and stops has typed them all the same", () => {
    field().focus();
    for (const letter of "jdx") {
      press(letter);
      wait(20);
    }
    wait(400);
    expect(scanned).toEqual([]);
    expect(field().value).toBe("jdx");
    expect(document.activeElement).toBe(field());
  });

  it("typing with no field is heard key by key, in order", () => {
    for (const digit of "258") {
      press(digit);
      wait(90);
    }
    press("Enter");
    expect(typed).toEqual(["2", "5", "8"]);
    expect(scanned).toEqual([]);
    expect(passed).toEqual(["Enter"]);
  });

  it("has all held keys given before the Enter that follows at once", () => {
    press("5");
    wait(10);
    press("0");
    wait(10);
    press("Enter");
    expect(typed).toEqual(["5", "0"]);
    expect(passed).toEqual(["Enter"]);
  });

  it.each([
    ["at 90 ms a key, as fast as it goes", "13812345678", [90]],
    ["at her own pace", "13812345678", [140, 210, 95, 180, 160, 240, 120]],
    ["seven digits in a rush", "1234567", [70]],
  ])("typing a long number is no gun: %s", (_name, number, gaps_ms) => {
    keysAt(number, gaps_ms);
    expect(scanned).toEqual([]);
    expect(typed.join("")).toBe(number);
    expect(passed).toEqual(["Enter"]);
  });

  it("typing words in a rush where there is a field for them is no gun", () => {
    field().focus();
    keysAt("hongxinzhangzhi", [70]);
    expect(scanned).toEqual([]);
    expect(field().value).toBe("hongxinzhangzhi");
  });

  it("holding a key down is no gun", () => {
    press("1");
    for (let times = 0; times < 10; times += 1) {
      wait(25);
      press("1", { repeat: true });
    }
    press("Enter");
    expect(scanned).toEqual([]);
  });

  it("keeps shortcuts and the space bar", () => {
    press("c", { ctrlKey: true });
    press("Space", { code: "Space", key: " " });
    expect(passed).toEqual(["c", " "]);
  });
});
