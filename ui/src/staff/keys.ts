import type { Undo } from "../lib/scanner";
import type { CodeAndPin } from "./code-and-pin.svelte";
import type { Staff } from "./staff.svelte";

/** Keys while a code and a PIN are asked for. Gives back whether the key is theirs. */
export function onStaffKey(event: KeyboardEvent, staff: Staff): boolean {
  if (event.ctrlKey || event.altKey || event.metaKey) return false;
  const entry = entryOf(staff);
  if (entry === null) return false;
  // A button that was reached with Tab is pressed by Enter itself.
  if (event.key === "Enter" && event.target instanceof HTMLButtonElement) return true;
  if (event.key === "Enter" && !event.repeat) enter(staff);
  else if (event.key === "Backspace") entry.back();
  else if (event.key === "Escape") escape(staff, entry);
  // While nobody is signed in no key does anything else; beside a sale the others go on.
  else if (!staff.shut) return false;
  else return true;
  event.preventDefault();
  return true;
}

/** A character that a person typed; none where nobody is asked for a code and a PIN. */
export function onStaffTyped(character: string, staff: Staff): Undo | null {
  const entry = entryOf(staff);
  if (entry === null) return null;
  const length = lengthOf(entry);
  entry.type(character);
  const taken = lengthOf(entry) > length;
  return () => {
    if (taken) entry.back();
  };
}

function lengthOf(entry: CodeAndPin): number {
  return entry.code.length + entry.pin.length;
}

function entryOf(staff: Staff): CodeAndPin | null {
  if (staff.shut) return staff.entry;
  return staff.approving === null ? null : staff.approver;
}

function enter(staff: Staff): void {
  if (staff.shut) staff.signIn();
  else staff.approve();
}

function escape(staff: Staff, entry: CodeAndPin): void {
  if (staff.shut) entry.clear();
  else staff.cancelApproval();
}
