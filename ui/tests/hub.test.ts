// 本机作为集市主机: started by whoever may, a code for each till, who joined, and what stands in where it does not answer.
import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import TillWindow from "../src/till/TillWindow.svelte";
import { chooseLanguage, key, settled, shown, tap, text } from "./support/screen";
import { wait } from "./support/keys";
import { TestHost } from "./support/test-host";

let host: TestHost;
const sounds = { scanned: () => undefined, refused: () => undefined };

async function looked(ms: number): Promise<void> {
  wait(ms);
  await settled();
}

async function page(): Promise<void> {
  await tap("show-more");
  await tap("open-data");
  await tap("data-hub-open");
}

const NODE = {
  node: "T2",
  key: "ab".repeat(32),
  is_hub: false,
  is_this_till: false,
  via: null,
  sales: 1204,
  entries_waiting: null,
  heard_at: "2026-11-22T09:31:00+08:00",
  is_revoked: false,
};

beforeEach(async () => {
  vi.useFakeTimers();
  host = new TestHost();
  host.jobs.data = { ...host.jobs.data, hub: false };
  render(TillWindow, { host, sounds });
  await settled();
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

function turnedOn(addresses: string[]): void {
  host.jobs.hub = { ...host.jobs.hub, is_on: true, is_made: true, addresses };
}

describe("the hub's page", () => {
  it("is not there where this program cannot be one", async () => {
    host.jobs.data = { ...host.jobs.data, hub: null };
    await tap("show-more");
    await tap("open-data");
    expect(shown("data-hub")).toBe(false);
  });

  it("is for whoever may, and starts it under a name", async () => {
    await page();
    expect(text("hub-state")).toBe("主机没有开");
    await fireEvent.input(screen.getByTestId("hub-name"), { target: { value: "东门一号" } });
    await settled();
    await tap("hub-start");
    expect(host.last("start_hub")).toEqual({ name: "东门一号" });
    turnedOn(["192.168.1.5:8788"]);
    host.jobs.end();
    await looked(250);
    await settled();
    expect(text("job-said")).toContain("打开了");
    expect(text("hub-addresses")).toContain("192.168.1.5:8788");
    await key("Escape");
    expect(shown("hub-page")).toBe(false);
    expect(shown("data-page")).toBe(true);
  });

  it("gives a code for the next till, and says who used it", async () => {
    turnedOn(["192.168.1.5:8788", "10.0.0.2:8788"]);
    await page();
    await fireEvent.change(screen.getByTestId("hub-address"), { target: { value: "10.0.0.2:8788" } });
    await tap("hub-invite");
    expect(host.last("invite_to_hub")).toEqual({ address: "10.0.0.2:8788", is_for_hub: false });
    expect(text("hub-code")).toBe("JISHI-0K3M9-7QXTR-4ZB2D");
    expect(shown("hub-qr")).toBe(true);
    expect(text("hub-expires")).toContain("10.0.0.2:8788");
    // It is used, and the till is in the list when the page looks again by itself.
    host.jobs.hub = { ...host.jobs.hub, code: null, joined: "T2", nodes: [NODE] };
    await looked(2_100);
    expect(text("hub-joined")).toBe("T2 接进来了");
    expect(shown("hub-code")).toBe(false);
    expect(text("hub-sales")).toBe("1,204");
    expect(text("hub-node")).toContain("没接中心");
  });

  it("says plainly that there is no network, and gives no code then", async () => {
    turnedOn([]);
    await page();
    expect(text("hub-no-network")).toContain("没有网络");
    expect(screen.getByTestId("hub-invite").getAttribute("aria-disabled")).toBe("true");
    turnedOn(["192.168.1.5:8788"]);
    await looked(2_100);
    expect(shown("hub-no-network")).toBe(false);
  });

  it("takes a scanned code for its own centre, and joins with a press", async () => {
    turnedOn(["192.168.1.5:8788"]);
    await page();
    expect(text("hub-upstream")).toContain("还没有接到中心");
    await fireEvent.input(screen.getByTestId("hub-upstream-code"), { target: { value: "JISHI-0K3M9" } });
    await settled();
    await tap("hub-upstream-set");
    expect(host.last("start_upstream")).toEqual({ code: "JISHI-0K3M9" });
    host.jobs.hub = {
      ...host.jobs.hub,
      upstream: {
        name: "柳河县中心",
        address: "https://jishi.example.cn",
        online: true,
        entries_waiting: 3,
        refused: null,
      },
    };
    host.jobs.end();
    await looked(250);
    await settled();
    expect(text("hub-upstream")).toContain("还有 3 条没传到");
    await chooseLanguage("en");
    await settled();
    expect(text("hub-upstream")).toContain("3 entries are to go");
  });
});

describe("a stand-in", () => {
  const servers = [
    {
      name: "东门大集主机",
      address: "https://192.168.1.5:8788",
      is_hub: true,
      is_in_use: false,
      sales_missing: 4,
    },
    {
      name: "西门主机",
      address: "https://192.168.1.6:8788",
      is_hub: true,
      is_in_use: true,
      sales_missing: 0,
    },
  ];

  it("is named at the top, and what each holds is on the page", async () => {
    host.jobs.data = { ...host.jobs.data, centre: { name: "东门大集主机", address: "" }, servers };
    host.tell({ ...host.status, connection: "online", stand_in: "西门主机" });
    await settled();
    expect(text("connection")).toContain("西门主机");
    await tap("show-more");
    await tap("open-data");
    const said = screen.getAllByTestId("data-server").map((row) => row.textContent);
    expect(said[0]).toContain("现在没有回答");
    expect(said[0]).toContain("还有 4 单没到那里");
    expect(said[1]).toContain("正在用");
  });
});
