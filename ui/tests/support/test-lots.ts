import type * as Views from "../../src/lib/host";

function lot(code: string, name: string, unit: string, more: Partial<Views.LotLeftView>): Views.LotLeftView {
  return {
    lot: code,
    name,
    unit,
    whose: "",
    received: "0",
    standing: false,
    own: false,
    part: "0",
    sold: "0",
    left: "0",
    elsewhere: "0",
    over: null,
    can_give_back: false,
    shared: null,
    ...more,
  };
}

/** 批次 of the host made by hand: how they stand, and what was given back and given out. */
export class TestLots {
  may_share = true;
  lots: Views.LotLeftView[] = [
    lot("L0312", "富硒绿茶 明前 250g", "盒", {
      whose: "茶坪村 · 李大山",
      received: "20",
      own: true,
      part: "20",
      sold: "22",
      left: "-2",
      over: "2",
    }),
    lot("L0301", "土蜂蜜 500g", "瓶", {
      whose: "石门村 · 王桂兰等 3 户",
      received: "200",
      part: "30",
      sold: "12",
      left: "18",
      elsewhere: "170",
      can_give_back: true,
    }),
    lot("L0302", "散装橙子", "斤", {
      whose: "柳河村 · 橙子合作社 12 户",
      received: "1500.5",
      own: true,
      part: "1500.5",
      sold: "320.775",
      left: "1179.725",
    }),
    lot("L0307", "手工红薯粉条", "把", { whose: "白水村 · 赵德顺等 2 户", received: "60", elsewhere: "60" }),
    lot("L0309", "茶园半日游", "张", { whose: "茶坪村 · 李大山", own: true, standing: true, sold: "4" }),
  ];
  given_back: Views.GiveBackLot[] = [];
  allotted: Views.AllotLot[] = [];

  /** The hub is in this window, with two tills beside its own. */
  share(): void {
    const node = (node: string, allotted: string, used: string, left: string): Views.LotNodeView => {
      return { node, is_this_till: node === "T3", allotted, used, left, is_closed: false };
    };
    const shared: Views.LotSharedView = {
      undistributed: "80",
      can_allot: true,
      over: null,
      nodes: [node("T3", "30", "12", "18"), node("T1", "50", "41", "9"), node("T2", "40", "6", "34")],
    };
    this.lots = this.lots.map((one) => (one.lot === "L0301" ? { ...one, shared } : one));
  }

  view(query: string): Views.LotsView {
    const lots = this.lots.filter((one) => one.name.includes(query));
    return {
      lots,
      more: false,
      may_share: this.may_share,
      hub: this.lots.some((one) => one.shared !== null),
    };
  }
}
