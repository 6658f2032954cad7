// Which keys are the same press still: the real window says nothing of it itself.
import { expect, it } from "vitest";
import { HeldKeys } from "../src/lib/held-keys";

/** Times in milliseconds; `-` is when it is let go of. */
it.each([
  ["pressed once", "0", [false]],
  ["held down", "0 660 700 740 780", [false, true, true, true, true]],
  ["pressed twice", "0 - 180", [false, false]],
  ["held, let go of and pressed", "0 660 700 - 760", [false, true, true, false]],
  ["let go of where nobody heard it, and pressed much later", "0 5000", [false, false]],
])("a key %s", (_name, told, expected) => {
  const held = new HeldKeys();
  const repeats = [];
  for (const word of told.split(" ")) {
    if (word === "-") held.letGo("Enter");
    else repeats.push(held.isRepeat("Enter", Number(word)));
  }
  expect(repeats).toEqual(expected);
  expect(held.isRepeat("F9", 100)).toBe(false);
});

it("whatever was down when the window was left is not held when it is come back to", () => {
  const held = new HeldKeys();
  held.isRepeat("Enter", 0);
  held.letGoOfAll();
  expect(held.isRepeat("Enter", 300)).toBe(false);
});
