import type { KeyPage } from "../lib/host";
import type { Till } from "../till/till.svelte";

/** What a key of its own does, and the key it comes with: the one table that keys, buttons and the help page go by. */
export const ACTIONS = [
  act("sale", "help", "F1", (till) => till.keys.toggle()),
  act("sale", "find", "F2", (till) => find(till)),
  act("sale", "provisional", "Shift+F2", (till) => till.provisional.show()),
  act("sale", "receipts", "F3", (till) => till.receipts.show()),
  act("sale", "beside", "F4", (till) => till.buying.show()),
  act("sale", "take_up", "F5", (till) => till.interrupted.takeUp()),
  act("sale", "take_offer", "Shift+F5", (till) => till.shown_message?.offer?.run()),
  act("sale", "hold", "F6", (till) => till.held.hold()),
  act("sale", "recall", "Shift+F6", (till) => till.held.show()),
  act("sale", "discount", "F7", (till) => till.panels.askDiscount(null)),
  act("sale", "shift", "F8", (till) => till.showShift()),
  act("sale", "pay", "F9", (till) => till.checkout.begin()),
  act("sale", "more", "F10", (till) => till.showMore()),
  act("sale", "handover", "F12", (till) => till.staff.signOut("handover")),
  act("paying", "kind_1", "F2", (till) => chooseKind(till, 0)),
  act("paying", "kind_2", "F3", (till) => chooseKind(till, 1)),
  act("paying", "kind_3", "F4", (till) => chooseKind(till, 2)),
  act("paying", "kind_4", "F5", (till) => chooseKind(till, 3)),
  act("paying", "kind_5", "F6", (till) => chooseKind(till, 4)),
  act("paying", "kind_6", "F7", (till) => chooseKind(till, 5)),
  act("paying", "kind_7", "F8", (till) => chooseKind(till, 6)),
  act("paying", "kind_8", "F10", (till) => chooseKind(till, 7)),
  act("receipts", "void", "F4", (till) => till.receipts.askVoid()),
  act("receipts", "all_back", "F5", (till) => {
    if (till.receipts.step === "receipt" && till.receipts.can_refund) till.receipts.all();
  }),
  act("receipts", "exchange", "F7", (till) => till.receipts.exchange()),
  act("receipts", "reprint", "F8", (till) => till.receipts.reprint()),
  act("shift", "move_cash", "F4", ({ shift }) => {
    if (shift.page === "reading") shift.askMove();
  }),
  act("shift", "print", "F5", ({ shift }) => {
    if (shift.page === "reading") void shift.print(false);
    else if (shift.page === "closed") void shift.print(true);
    else if (shift.page === "counted") shift.recount();
  }),
  act("shift", "read_sums", "F7", ({ shift }) => shift.readSums()),
  act("shift", "back", "F8", ({ shift }) => {
    if (shift.page === "reading") shift.back();
  }),
  act("shift", "close", "F9", ({ shift }) => {
    if (shift.page === "reading" || shift.page === "forgotten") shift.askCount();
    else if (shift.page === "count") shift.confirm();
  }),
] as const;

export type ActionName = (typeof ACTIONS)[number]["action"];

/** The keys of the ways to pay, in the order in which they stand on the page. */
export const KIND_ACTIONS = ACTIONS.filter((one) => one.page === "paying").map((one) => one.action);

interface Act<Page extends KeyPage, Name extends string> {
  page: Page;
  action: Name;
  /** The key it comes with. */
  key: string;
  run: (till: Till) => void;
}

function act<const Page extends KeyPage, const Name extends string>(
  page: Page,
  action: Name,
  key: string,
  run: (till: Till) => void,
): Act<Page, Name> {
  return { page, action, key, run };
}

/** By its place among those that the outlet takes. */
function chooseKind(till: Till, place: number): void {
  const way = till.screen?.ways_to_pay[place];
  if (way !== undefined) till.checkout.chooseTender(way);
}

function find(till: Till): void {
  if (till.stage !== "selling" || till.weighing.is_asked) return;
  till.panels.close();
  // The panel that holds the field may only just be coming back.
  requestAnimationFrame(() => till.picking.field?.focus());
}

/** As it is written and kept: `F9`, `Shift+F6`. */
export function nameOfKey(event: KeyboardEvent): string {
  const held = [event.ctrlKey ? "Ctrl" : "", event.altKey ? "Alt" : "", event.shiftKey ? "Shift" : ""];
  return [...held.filter((name) => name !== ""), event.key].join("+");
}
