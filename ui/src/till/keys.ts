import type { KeyPage } from "../lib/host";
import type { Undo } from "../lib/scanner";
import { numberKey } from "../lib/typed-number";
import { onReceiptTyped } from "../receipts/keys";
import { onStaffKey, onStaffTyped } from "../staff/keys";
import { isTimes } from "./entering.svelte";
import type { Till } from "./till.svelte";

/**
 * What a person typed while no text field had the focus (a fast scanner's keys never come here), and how it is undone:
 * a slow one's do. None where what follows is another matter.
 */
export function onTyped(character: string, till: Till): Undo | null {
  const undo = staffFirst(till) ? onStaffTyped(character, till.staff) : null;
  if (undo !== null) return undo;
  if (till.keys.open) {
    till.keys.refuse(character);
    return NOTHING;
  }
  if (isAmongReceipts(till)) return onReceiptTyped(character, till.receipts);
  if (isPicking(till)) return onPickingTyped(character, till);
  const restore = till.rememberNumber();
  const key = numberKey(character);
  if (key !== null) till.press(key);
  else if (character === "-" && till.asks_number) till.say("notice", till.words.number.minus);
  return restore;
}

function onPickingTyped(character: string, till: Till): Undo | null {
  const { entering, picking, sale } = till;
  if (character === "+" || character === "=") return entering.step(sale.selected, 1);
  if (character === "-" || character === "_") return entering.step(sale.selected, -1);
  const { query } = picking;
  const { times } = entering;
  if (isTimes(character) && entering.takeTimes(query, character)) {
    picking.query = "";
    // A letter may be a part of a code; a star is not.
    if (!/[xX]/.test(character)) return null;
    return () => {
      picking.query = query;
      entering.times = times;
    };
  }
  // Pinyin initials and codes find goods without a click on the field, and past any input method; a point is for a
  // count such as 1.5.
  if (!/^[0-9A-Za-z.]$/.test(character)) return NOTHING;
  picking.query += character;
  return () => {
    if (picking.query.endsWith(character)) picking.query = picking.query.slice(0, -1);
  };
}

const NOTHING: Undo = () => undefined;

/** The keys that do something, whatever the focus; text fields keep those that edit text. */
export function onKey(event: KeyboardEvent, till: Till): void {
  if (event.defaultPrevented || event.isComposing || event.metaKey) return;
  if (staffFirst(till) && onStaffKey(event, till.staff)) return;
  if (till.keys.open) {
    till.keys.press(event);
    return;
  }
  const action = till.keys.action(event, pages(till));
  const act = action?.run ?? (event.ctrlKey || event.altKey ? undefined : unnamed(event, till));
  if (act === undefined) return;
  // A button that was reached with Tab is pressed by Enter itself.
  if (event.key === "Enter" && event.target instanceof HTMLButtonElement) return;
  event.preventDefault();
  // Held down, only moving and counting go on; nothing is paid, recorded or removed twice.
  if (event.repeat && !REPEATABLE.has(event.key)) return;
  act(till);
}

function pages(till: Till): KeyPage[] {
  if (isAmongReceipts(till)) return ["receipts", "sale"];
  return till.stage === "paying" && !till.weighing.is_asked ? ["paying", "sale"] : ["sale"];
}

/** Keys that mean the same on every till. */
function unnamed(event: KeyboardEvent, till: Till): Act | undefined {
  return ANYWHERE[event.key] ?? (isTextField(event.target) ? inField(event, till) : OUTSIDE[event.key]);
}

type Act = (till: Till) => void;

const REPEATABLE = new Set(["ArrowUp", "ArrowDown", "Backspace"]);

const ANYWHERE: Record<string, Act> = {
  PageUp: (till) => till.picking.page(-1),
  PageDown: (till) => till.picking.page(1),
  Escape: (till) => {
    if (till.weighing.is_asked) till.weighing.skip();
    else if (till.stage === "paying") till.checkout.back();
    else if (till.stage === "selling") {
      till.entering.forgetTimes();
      if (till.panels.shown.kind === "receipts" && till.receipts.stepBack()) return;
      till.picking.clear();
      till.panels.close();
    }
    till.dismiss();
  },
};

const OUTSIDE: Record<string, Act> = {
  Enter: (till) => {
    if (till.weighing.is_asked) till.weighing.add();
    else if (till.stage === "done") till.finished.next();
    else if (till.stage === "paying") till.checkout.complete();
    else if (till.panels.shown.kind === "receipts") till.receipts.goOn();
    else if (till.panels.shown.kind === "held") till.held.recall(till.held.sales[till.held.highlighted]?.id);
    else if (till.panels.shown.kind === "holding") till.held.hold();
    else if (till.panels.shown.kind === "beside") till.buying.set();
    else if (till.panels.shown.kind === "provisional") till.provisional.save();
    else if (till.panels.shown.kind !== "picking") till.panels.set();
    else if (till.picking.searching) till.entering.pickFound((code) => till.scan(code));
    else if (till.sale.selected !== null) till.panels.askQuantity(till.sale.selected);
  },
  ArrowUp: (till) => beside(till, -1),
  ArrowDown: (till) => beside(till, 1),
  Delete: (till) => {
    if (till.stage === "done" || till.weighing.is_asked) return;
    const held = till.held.sales[till.held.highlighted];
    if (!isAmongHeld(till)) till.entering.remove(till.sale.selected);
    else if (held !== undefined) till.held.drop(held.id);
  },
  Backspace: (till) => {
    if (isPicking(till)) till.picking.query = till.picking.query.slice(0, -1);
    else if (isAmongReceipts(till)) till.receipts.erase();
    else till.press("back");
  },
};

/** Among what a search found, or else among the lines of the sale. */
function beside(till: Till, step: 1 | -1): void {
  if (isAmongReceipts(till)) till.receipts.highlightBeside(step);
  else if (isAmongHeld(till)) till.held.highlightBeside(step);
  else if (isPicking(till) && till.picking.searching) till.picking.highlightBeside(step);
  else till.sale.selectBeside(step);
}

/** In the search field Enter picks and the arrows choose; in any other, Enter is the panel's. */
function inField(event: KeyboardEvent, till: Till): Act | undefined {
  const searching = event.target === till.picking.field;
  if (event.key === "Enter")
    return searching ? () => till.entering.pickFound((code) => till.scan(code)) : OUTSIDE["Enter"];
  return searching && (event.key === "ArrowDown" || event.key === "ArrowUp") ? OUTSIDE[event.key] : undefined;
}

/** A weight that is asked for goes before a supervisor's PIN, as it does on the screen. */
function staffFirst(till: Till): boolean {
  return till.staff.shut || !till.weighing.is_asked;
}

function isPicking(till: Till): boolean {
  return till.stage === "selling" && till.panels.shown.kind === "picking" && !till.weighing.is_asked;
}

function isAmongReceipts(till: Till): boolean {
  return till.stage === "selling" && till.panels.shown.kind === "receipts" && !till.weighing.is_asked;
}

function isAmongHeld(till: Till): boolean {
  return till.stage === "selling" && till.panels.shown.kind === "held" && !till.weighing.is_asked;
}

function isTextField(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}
