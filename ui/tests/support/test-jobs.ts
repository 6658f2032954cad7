import type * as Views from "../../src/lib/host";

/** One job at a time, as far as it was said to be. */
export class TestJobs {
  data: Views.DataView = {
    may: ["import", "backup", "verify", "rebuild", "carry", "receipt", "enrol", "hub", "upstream"],
    places: ["/media/fair/U盘", "/home/fair/下载"],
    files: [
      { path: "/media/fair/U盘/货单.json", name: "货单.json", folder: "/media/fair/U盘", bytes: 48_213 },
      {
        path: "/home/fair/下载/11月货单.json",
        name: "11月货单.json",
        folder: "/home/fair/下载",
        bytes: 51_002,
      },
    ],
    last_backup: {
      path: "/media/fair/U盘/jishi-T3-20261122-184000.sqlite",
      made_at: "2026-11-22T18:40:00+08:00",
      is_absent: false,
    },
    last_automatic: {
      path: "/home/fair/jishi/backups/jishi-20261123-090000.sqlite",
      made_at: "2026-11-23T09:00:00+08:00",
      is_absent: false,
    },
    carry: null,
    centre: null,
    servers: [],
    nearby: [],
    hub: null,
  };
  view: Views.JobView = { state: "none" };
  sticks: Views.SticksView = { sticks: [], files: [], sales_waiting: 0 };
  hub: Views.HubView = {
    is_on: false,
    name: "东门大集主机",
    is_made: false,
    addresses: [],
    failure: null,
    page: null,
    upstream: null,
    nodes: [],
    code: null,
    joined: null,
  };
  #asked = { path: "", check_only: false };

  start(kind: Views.JobKind, asked = this.#asked): Views.JobView {
    if (this.view.state === "running") {
      const message = "上一件还没做完。等它做完，或者先取消它，再做这一件。";
      throw { code: "job_running", message, line: null } satisfies Views.RefusedView;
    }
    this.#asked = asked;
    const holds_till = kind === "import" || kind === "rebuild";
    const step = {
      import: "rows",
      backup: "copy",
      verify: "chains",
      rebuild: "replay",
      carry: "pack",
      receipt: "pack",
      enrol: "ask",
      hub: "start",
      upstream: "ask",
    } as const;
    this.view = {
      state: "running",
      kind,
      step: step[kind],
      done: 0,
      total: 0,
      holds_till,
      is_stopping: false,
    };
    return this.view;
  }

  invite(address: string | null, is_for_hub: boolean): Views.HubView {
    const code = {
      text: "JISHI-0K3M9-7QXTR-4ZB2D",
      address: address ?? this.hub.addresses[0] ?? "",
      expires_at: "2026-11-23T09:30:00+08:00",
      is_for_hub,
      side: 29,
      path: "M4 4h7v1h-7z",
    };
    this.hub = { ...this.hub, code, joined: null };
    return this.hub;
  }

  at(done: number, total: number): void {
    if (this.view.state === "running") this.view = { ...this.view, done, total };
  }

  /** It has heard, and ends when it next looks up. */
  cancel(): Views.JobView {
    if (this.view.state === "running") this.view = { ...this.view, is_stopping: true };
    return this.view;
  }

  end(): void {
    if (this.view.state !== "running") return;
    const { kind, is_stopping } = this.view;
    const cancelled = { code: "cancelled", message: "已取消，什么都没有改。", line: null };
    this.view = is_stopping
      ? { state: "refused", kind, refused: cancelled, faults: [] }
      : { state: "done", kind, report: this.#report(kind) };
  }

  refuse(faults: Views.ImportFaultView[]): void {
    const refused = { code: "bad_import", message: "货单里有错，一行也没有导入。", line: null };
    this.view = { state: "refused", kind: "import", refused, faults };
  }

  #report(kind: Views.JobKind): Views.JobReport {
    const { path, check_only } = this.#asked;
    if (kind === "import") return { of: "import", path, check_only, added: 12, revised: 3, unchanged: 850 };
    if (kind === "backup") return { of: "backup", path: `${path}/jishi-T3.sqlite`, bytes: 8_400_000 };
    if (kind === "rebuild") return { of: "rebuild", entries: 4021 };
    if (kind === "carry") return { of: "carry", path: `${path}/T3.jishi`, entries: 52, sales: 37 };
    if (kind === "enrol") return { of: "enrol", name: "柳河县中心", sales_waiting: 37 };
    if (kind === "hub") return { of: "hub", name: "东门大集主机" };
    if (kind === "upstream") return { of: "upstream", name: "柳河县中心" };
    if (kind === "receipt") {
      return { of: "receipt", sales_waiting: 0, is_older: false, is_more_wanted: false };
    }
    return {
      of: "verify",
      is_sound: true,
      entries: 4021,
      file_is_sound: true,
      bad_entry: null,
      projections_agree: true,
      damaged_names: [],
      is_cut_off: false,
    };
  }
}
