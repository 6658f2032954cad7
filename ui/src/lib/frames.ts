/**
 * Says that something is about to be drawn. The window's clock of frames stands still while nothing is, and takes a
 * whole frame to begin: begun with the key that asks, it runs when the answer is there.
 */
export function expectFrame(): void {
  requestAnimationFrame(() => undefined);
}

/** Longer than a frame, shorter than anybody notices. */
const FRAME_MS = 20;

/** Does what can wait until what is on its way to the screen is there. By a timer: a hidden window draws no frames. */
export function afterFrame(task: () => void): void {
  setTimeout(task, FRAME_MS);
}
