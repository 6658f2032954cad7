import type { Undo } from "../lib/scanner";
import { numberKey } from "../lib/typed-number";
import type { Receipts } from "./receipts.svelte";

/** What a person typed among the receipts while no text field had the focus, and how it is undone. */
export function onReceiptTyped(character: string, receipts: Receipts): Undo {
  const { step, query, tail, asked } = receipts;
  type(character, receipts);
  return () => {
    if (receipts.step !== step) return;
    if (receipts.query !== query) receipts.query = query;
    else if (receipts.tail !== tail || receipts.asked !== asked) receipts.takeBack(tail, asked);
  };
}

function type(character: string, receipts: Receipts): void {
  const key = numberKey(character);
  if (receipts.step === "list") {
    if (/^[0-9A-Za-z:-]$/.test(character)) receipts.type(character);
  } else if (receipts.step === "void" || receipts.step === "without") {
    if (/^[1-9]$/.test(character)) receipts.chooseReason(Number(character) - 1);
  } else if (character === "+" || character === "=") {
    receipts.count(receipts.line, 1);
  } else if (character === "-" || character === "_") {
    receipts.count(receipts.line, -1);
  } else if (key !== null) {
    receipts.press(key);
  }
}
