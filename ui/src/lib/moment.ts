import type { Language } from "./host";

const RFC_3339 = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}:\d{2})/;

/** A moment by the till's own clock, as it stands in the core's text: no zone of this machine's is laid on it. */
export function moment(at: string, language: Language): string {
  const [, year = "", month = "", day = "", time = ""] = RFC_3339.exec(at) ?? [];
  if (time === "") return at;
  return language !== "en"
    ? `${year} 年 ${Number(month)} 月 ${Number(day)} 日 ${time}`
    : `${year}-${month}-${day} ${time}`;
}

/** For a narrow list: the time, and before it the day where it is another than `business_date`. */
export function shortMoment(at: string, business_date: string | null): string {
  const [, , month = "", day = "", time = ""] = RFC_3339.exec(at) ?? [];
  if (time === "") return at;
  return business_date !== null && at.startsWith(business_date) ? time : `${month}-${day} ${time}`;
}
