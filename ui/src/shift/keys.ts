import type { Undo } from "../lib/scanner";
import { numberKey } from "../lib/typed-number";
import type { Till } from "../till/till.svelte";
import type { Shift } from "./shift.svelte";

/** What a person typed while no text field had the focus, and how it is undone. */
export function onShiftTyped(character: string, shift: Shift): Undo {
  const key = numberKey(character);
  const before = typedIn(shift);
  if (key !== null) shift.press(key);
  const taken = typedIn(shift) !== before;
  return () => {
    if (taken) shift.press("back");
  };
}

function typedIn(shift: Shift): string {
  return [shift.typed, ...shift.pieces].join(" ");
}

/** The keys of the shift pages; a text field keeps those that edit text. */
export function onShiftKey(event: KeyboardEvent, till: Till): void {
  if (event.defaultPrevented || event.isComposing || event.metaKey) return;
  if (till.keys.open) {
    till.keys.press(event);
    return;
  }
  const action = till.keys.action(event, ["shift"]) ?? till.keys.action(event, ["sale"]);
  if (action !== undefined && (action.page === "shift" || action.action === "help")) {
    event.preventDefault();
    if (!event.repeat) action.run(till);
    return;
  }
  if (event.ctrlKey || event.altKey) return;
  const { shift } = till;
  const in_field = event.target instanceof HTMLInputElement;
  const act = in_field && !IN_FIELD.has(event.key) ? undefined : KEYS[event.key];
  if (act === undefined) return;
  // A button that was reached with Tab is pressed by Enter itself, and a choice moved by the arrows.
  if (event.target instanceof HTMLButtonElement && event.key !== "Escape") return;
  event.preventDefault();
  if (event.repeat && !REPEATABLE.has(event.key)) return;
  act(shift);
}

type Act = (shift: Shift) => void;

const REPEATABLE = new Set(["ArrowUp", "ArrowDown", "Backspace"]);
const IN_FIELD = new Set(["Enter", "Escape"]);

const KEYS: Record<string, Act> = {
  Enter: (shift) => {
    if (shift.page === "open") shift.open();
    else if (shift.page === "cash") shift.move();
    else if (shift.page === "held") shift.leaveHeld();
    else if (shift.page === "count") {
      if (shift.confirming) shift.confirm();
      else shift.next();
    } else if (shift.page === "counted") shift.signOff();
    else if (shift.page === "closed") shift.openNext();
  },
  Escape: (shift) => shift.back(),
  Backspace: (shift) => shift.press("back"),
  ArrowUp: (shift) => {
    if (shift.page === "count") shift.choose(shift.at - 1);
  },
  ArrowDown: (shift) => {
    if (shift.page === "count") shift.choose(shift.at + 1);
  },
};
