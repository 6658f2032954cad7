import type * as Views from "../../src/lib/host";

/** The drawer of the test host: just enough to show the shift's pages. */
export class TestShift {
  state: Views.ShiftState = "open";
  business_date = "2026-11-23";
  float_fen = 20_000;
  moves: Views.CashMoveView[] = [];
  counts: number[] = [];
  kiosk_sales = 0;
  /** Whether whoever stands there counts blind. */
  is_blind = false;
  #moved = 0;

  get expected_fen(): number {
    return this.moves.reduce(
      (sum, move) => sum + (move.direction === "in" ? 1 : -1) * (move.fen ?? 0),
      this.float_fen,
    );
  }

  view(): Views.ShiftView {
    const is_open = this.state !== "none";
    return {
      state: this.state,
      today: "2026-11-23",
      cashier: "李小梅",
      figures: is_open ? this.figures() : null,
      moves: is_open ? this.#shownMoves() : [],
      counted: this.counts.length > 0 ? this.counted() : null,
      denominations_fen: [10_000, 5_000, 2_000, 1_000, 500, 100, 50, 10],
      move_id: `move-${this.#moved}`,
    };
  }

  figures(): Views.ShiftFiguresView {
    return {
      id: "shift-1",
      business_date: this.business_date,
      cashier: "李小梅",
      opened_at: `${this.business_date}T08:12:00+08:00`,
      sales: 12,
      refunds: 1,
      voids: 0,
      drawer_openings: 0,
      kiosk_sales: this.kiosk_sales,
      kiosk_fen: this.kiosk_sales * 4500,
      discount_fen: 1_280,
      sums: this.is_blind && this.counts.length === 0 ? null : this.#sums(),
    };
  }

  #shownMoves(): Views.CashMoveView[] {
    const hidden = this.figures().sums === null;
    return this.moves.map((move) => (hidden ? { ...move, fen: null } : move));
  }

  /** With somebody's word, once. */
  readSums(): Views.ShiftView {
    const { is_blind } = this;
    this.is_blind = false;
    const view = this.view();
    this.is_blind = is_blind;
    return view;
  }

  #sums(): Views.ShiftSumsView {
    const sum = (direction: Views.CashDirection): number =>
      this.moves.reduce((all, move) => all + (move.direction === direction ? (move.fen ?? 0) : 0), 0);
    return {
      net_fen: 125_800,
      refunded_fen: 4_500,
      vouchers_fen: 0,
      tenders: [
        { kind: "cash", net_fen: 0, unverified_fen: 0 },
        { kind: "wechat", net_fen: 125_800, unverified_fen: 125_800 },
      ],
      float_fen: this.float_fen,
      taken_fen: 0,
      given_back_fen: 0,
      moved_in_fen: sum("in"),
      moved_out_fen: sum("out"),
    };
  }

  open({ float_fen }: Views.OpenShift): Views.ShiftView {
    Object.assign(this, { state: "open", float_fen, moves: [], counts: [], business_date: "2026-11-23" });
    return this.view();
  }

  goOn(): Views.ShiftView {
    this.state = "open";
    return this.view();
  }

  move({ direction, fen, reason }: Views.MoveCash): Views.ShiftView {
    this.#moved += 1;
    this.moves = [...this.moves, { at: "14:05", direction, fen, reason }];
    return this.view();
  }

  figureCount({ pieces }: Views.CountDrawer): Views.CountFiguresView {
    const sums_fen = pieces.map((one) => one.value_fen * one.pieces);
    return { sums_fen, total_fen: sums_fen.reduce((all, sum) => all + sum, 0) };
  }

  count(request: Views.CountDrawer): Views.CountedView {
    this.counts = [...this.counts, this.figureCount(request).total_fen];
    return this.counted();
  }

  counted(): Views.CountedView {
    const counted_fen = this.counts.at(-1) ?? 0;
    return {
      counted_fen,
      expected_fen: this.expected_fen,
      difference_fen: counted_fen - this.expected_fen,
      may_recount: this.counts.length < 2,
      before_fen: this.counts.slice(0, -1),
    };
  }

  close(): Views.ClosedShiftView {
    const { counted_fen, expected_fen, difference_fen } = this.counted();
    const figures = this.figures();
    this.state = "none";
    this.counts = [];
    return { figures, counted_fen, expected_fen, difference_fen, short_hash: "a41f-9c02-77de" };
  }
}
