// 抹零 is for cash: another kind of tender makes another sum, and what is recorded is what was shown.
import { beforeEach, expect, it } from "vitest";
import type { RecordSale } from "../src/lib/host";
import { key, scan, shown, tap, text, type } from "./support/screen";
import type { TestHost } from "./support/test-host";
import { eachOnATill, openTill } from "./support/till";

const ORANGES = "6900000000031";

let host: TestHost;
eachOnATill((made) => (host = made));

/** 15.72, which is 15.00 in cash: the outlet wipes down to the yuan. */
beforeEach(async () => {
  await openTill(host);
  await scan(ORANGES);
  await type("3.275");
  await key("Enter");
  await key("F9");
});

it("by WeChat alone nothing is wiped off, and in cash it is again", async () => {
  expect([text("total"), text("rounding")]).toEqual(["15.00", "−0.72"]);
  await tap("tender-wechat");
  expect([text("total"), text("rounding")]).toEqual(["15.72", "0.00"]);
  await tap("tender-cash");
  expect(text("total")).toBe("15.00");
  await tap("tender-wechat");
  await key("Enter");
  expect(shown("done")).toBe(true);
  expect((host.last("record_sale") as RecordSale).tenders).toEqual([
    { kind: "wechat", fen: 1572, reference: null, collected_by: null },
  ]);
});

it("of a mixed payment what is left for cash is wiped down", async () => {
  await tap("tender-wechat");
  await type("10");
  expect(text("remaining")).toBe("5.72");
  await tap("tender-cash");
  expect([text("total"), text("rounding")]).toEqual(["15.00", "−0.72"]);
  await key("Enter");
  expect((host.last("record_sale") as RecordSale).tenders).toEqual([
    { kind: "wechat", fen: 1000, reference: null, collected_by: null },
    { kind: "cash", fen: 500, reference: null, collected_by: null },
  ]);
});
