import { describe, expect, it } from "vitest";
import { discountOf } from "../src/lib/discount";
import { fenOf, noteLabel, takenOff, typedYuan, yuan } from "../src/lib/money";
import { piecesOf, quantityOf, stepped } from "../src/lib/quantity";
import { AMOUNT, QUANTITY, typed, type NumberKey } from "../src/lib/typed-number";

describe("fen as people read them", () => {
  it.each([
    [0, "0.00"],
    [5, "0.05"],
    [50, "0.50"],
    [100, "1.00"],
    [25800, "258.00"],
    [123456789, "1,234,567.89"],
    [-92, "−0.92"],
    [9007199254740991, "90,071,992,547,409.91"],
  ])("%i → %s", (fen, text) => expect(yuan(fen)).toBe(text));

  it.each([
    [0, "0.00"],
    [92, "−0.92"],
    [-30, "0.30"],
  ])("taken off %i → %s", (fen, text) => expect(takenOff(fen)).toBe(text));

  it.each([
    [26000, "260"],
    [25850, "258.50"],
    [100000, "1,000"],
  ])("on a quick button %i → %s", (fen, text) => expect(noteLabel(fen)).toBe(text));
});

describe("yuan as people type them", () => {
  it.each([
    ["0", 0],
    ["260", 26000],
    ["260.", 26000],
    ["260.5", 26050],
    ["260.05", 26005],
    ["0.01", 1],
    [" 12 ", 1200],
    ["19.99", 1999],
    ["1.15", 115],
    ["", null],
    [".", null],
    ["1.234", null],
    ["-5", null],
    ["1e3", null],
    ["12,5", null],
    ["1234567890123", null],
  ])("%j → %j", (text, fen) => expect(fenOf(text)).toBe(fen));

  it("gives back the same fen that a quick button typed", () => {
    for (const fen of [1, 10, 99, 100, 4550, 26000, 10_000_001]) expect(fenOf(typedYuan(fen))).toBe(fen);
  });
});

describe("quantities", () => {
  it.each([
    ["3", "3"],
    ["3.", "3"],
    [".5", "0.5"],
    ["3.200", "3.2"],
    ["03.275", "3.275"],
    ["0", null],
    ["0.000", null],
    ["", null],
    [".", null],
    ["3.2755", null],
    ["-1", null],
    ["1.2.3", null],
  ])("%j → %j", (text, quantity) => expect(quantityOf(text)).toBe(quantity));

  it.each([
    ["1", 1, "2"],
    ["9", 1, "10"],
    ["2", -1, "1"],
    ["1", -1, null],
    ["3.275", 1, null],
  ] as const)("%s stepped by %i → %j", (quantity, step, next) => expect(stepped(quantity, step)).toBe(next));
});

describe("pieces to carry", () => {
  const line = (quantity: string, weighed = false, weight: string | null = null) => ({
    quantity,
    weighed,
    weight,
  });
  it.each([
    ["three boxes on a line", [line("3")], 3],
    ["three boxes on three lines", [line("1"), line("1"), line("1")], 3],
    ["weighed goods are one", [line("2"), line("3", true)], 3],
    ["counted goods priced by weight", [line("2", true, "3.4")], 2],
    ["a part of a box is one", [line("1.5")], 1],
    ["nothing", [], 0],
  ])("%s", (_name, lines, pieces) => expect(piecesOf(lines)).toBe(pieces));
});

describe("a number growing key by key", () => {
  const keys = (text: string): NumberKey[] =>
    [...text].map((key) => (key === "<" ? "back" : (key as NumberKey)));
  it.each([
    ["258", AMOUNT, "258"],
    ["25.805", AMOUNT, "25.80"],
    [".5", AMOUNT, "0.5"],
    ["1.2.3", AMOUNT, "1.23"],
    ["05", AMOUNT, "5"],
    ["12<3", AMOUNT, "13"],
    ["<", AMOUNT, ""],
    ["1234567890", AMOUNT, "12345678"],
    ["3.2755", QUANTITY, "3.275"],
  ])("%s", (pressed, shape, text) => {
    expect(keys(pressed).reduce((grown, key) => typed(grown, key, shape), "")).toBe(text);
  });
});

describe("discounts as they are said", () => {
  it.each([
    ["fold", "9", { fen: null, bp: 1000 }],
    ["fold", "8.8", { fen: null, bp: 1200 }],
    ["fold", "9.55", { fen: null, bp: 450 }],
    ["fold", "10", null],
    ["fold", "0", null],
    ["fold", "88", null],
    ["percent", "12", { fen: null, bp: 1200 }],
    ["percent", "12.5", { fen: null, bp: 1250 }],
    ["percent", "99.99", { fen: null, bp: 9999 }],
    ["percent", "100", null],
    ["percent", "101", null],
    ["percent", "150", null],
    ["amount", "5.5", { fen: 550, bp: null }],
    ["amount", "0", null],
    ["amount", "x", null],
  ] as const)("%s %s", (kind, text, discount) => {
    const expected = discount === null ? null : { ...discount, borne_by: "supplier" };
    expect(discountOf(kind, text, "supplier")).toEqual(expected);
  });
});
