import { isRefused, type Host, type PrintedView, type PrinterState } from "../lib/host";
import type { Words } from "../lib/i18n/words";

/** Its paper is out, or is not wanted. What is not heard is offered once more at the next start. */
export function dealtWith(host: Host, number: string): void {
  host.call("deal_with_receipt", { number }).catch(() => undefined);
}

/** How a paper fares. */
export type Printing =
  | { state: "printing" }
  | { state: "printed" | "reprinted"; destination: string }
  | { state: "failed"; why: string };

/** Paper never holds up the screen: it is asked for beside the queue, and what fails is said. */
export async function printed(asked: Promise<PrintedView>, words: Words): Promise<Printing> {
  try {
    const { destination, reprint } = await asked;
    return { state: reprint ? "reprinted" : "printed", destination };
  } catch (thrown) {
    return { state: "failed", why: isRefused(thrown) ? thrown.message : words.fault.no_answer };
  }
}

/** What is said of a paper. With no printer set it is a file, and nobody is told that it was printed. */
export function saidOf(printing: Printing, printer: PrinterState | undefined, words: Words): string {
  if (printing.state === "printing") return printer === "not_set" ? words.done.saving : words.done.printing;
  if (printing.state === "failed") return printing.why;
  return printer === "not_set" ? words.done.to_file : words.done[printing.state];
}
