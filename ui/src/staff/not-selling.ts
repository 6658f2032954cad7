import type { Action, StaffView } from "../lib/host";
import type { Words } from "../lib/i18n/words";
import type { ActionName } from "../settings/actions";

const DATA = ["import", "backup", "verify", "rebuild"] as const;

/** What whoever stands here and does not sell may do instead; none where she sells, or nobody is asked. */
export function notSelling(
  staff: StaffView | undefined,
  { staff: words }: Words,
  cap: (name: ActionName) => string,
): string | null {
  const member = staff?.signed_in ?? null;
  if (staff === undefined || member === null || staff.may.includes("sell")) return null;
  const may = (...actions: Action[]): boolean => actions.some((action) => staff.may.includes(action));
  const data = DATA.filter((action) => may(action)).map((action) => words.may.data_things[action]);
  const things = [
    ...(may("x_report") ? [words.may.reading(cap("shift"))] : []),
    ...(may("reprint") ? [words.may.receipts(cap("receipts"))] : []),
    ...(data.length > 0 ? [words.may.data(data.join(words.may.and), cap("more"))] : []),
  ];
  const listed = things.join(words.may.between);
  return words.may.not_selling(member.name, words.role[member.role], listed, cap("handover"));
}
