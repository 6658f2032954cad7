import type { ShowCustomer } from "../lib/host";
import { draftOf } from "../till/draft";
import type { Till } from "../till/till.svelte";

/** What a buyer should see of the till as it stands. */
export function shownTo(till: Till): ShowCustomer {
  const { done } = till.finished;
  if (till.stage === "done" && done !== null) return { kind: "done", number: done.number };
  const draft = draftOf(till.sale.draft);
  if (draft.lines.length === 0) return { kind: "welcome" };
  if (till.stage !== "paying") return { kind: "sale", draft };
  const { figured, kept, typed, kind: rest } = till.checkout.paying;
  // What is left is taken to come by this kind, and nobody has said that it came.
  const tenders = typed === "" ? kept : (figured?.tenders ?? kept);
  return { kind: "paying", draft, tenders, rest };
}
