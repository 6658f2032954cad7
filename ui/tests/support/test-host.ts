import type * as Views from "../../src/lib/host";
import type { CommandName, Host } from "../../src/lib/host";
import { lineOf } from "../../src/till/draft";
import { TestGoods } from "./test-goods";
import { TestJobs } from "./test-jobs";
import { TestKiosk } from "./test-kiosk";
import { TestLots } from "./test-lots";
import { TestPasses } from "./test-passes";
import { TestShift } from "./test-shift";
import { TestReceipts } from "./test-receipts";

/**
 * A host made by hand for the tests of the interface: the same shapes as the core's, with just enough
 * figuring to show them. What is right to the fen is the core's to prove, in its own tests.
 */

type Goods = Views.ProductView & {
  whose: string;
  barcode: string;
  stall: string | null;
  lowest_price_fen: number | null;
  contents: Views.BoxContentView[];
};

function goods(
  code: string,
  name: string,
  unit: string,
  price_fen: number,
  origin: string,
  whose: string,
  more: Partial<Goods> = {},
): Goods {
  const category = more.category ?? "粮油干货";
  const barcode = more.barcode ?? "";
  return {
    code,
    name,
    unit,
    price_fen,
    origin,
    whose,
    weighed: false,
    is_box: false,
    contents: [],
    stall: null,
    lowest_price_fen: null,
    picture: null,
    price_unit: null,
    tare: "",
    kind: "goods",
    ...more,
    category,
    barcode,
  };
}

const CONTENTS: Views.BoxContentView[] = [
  { name: "土蜂蜜 500g", unit: "瓶", quantity: "1", whose: "石门村 · 王桂兰等 3 户" },
  { name: "香菇干 250g", unit: "袋", quantity: "2", whose: "盆山村 · 刘长福" },
  { name: "富硒绿茶 250g", unit: "盒", quantity: "1", whose: "茶坪村 · 李大山" },
];

export const GOODS: Goods[] = [
  goods("honey", "土蜂蜜 500g", "瓶", 4500, "石门村", "石门村 · 王桂兰等 3 户", {
    barcode: "6900000000017",
    stall: "S01",
    lowest_price_fen: 4000,
    picture: "honey",
  }),
  goods("litchi", "妃子笑荔枝 5 斤", "箱", 5990, "邓家村", "邓家村 · 邓秀兰", { category: "水果" }),
  goods("orange", "散装橙子", "斤", 480, "柳河村", "柳河村 · 橙子合作社 12 户", {
    category: "水果",
    weighed: true,
    barcode: "6900000000031",
  }),
  goods("egg", "土鸡蛋 30 枚", "板", 3800, "新圩村", "新圩村 · 陈秀英", {
    category: "禽蛋",
    barcode: "6900000000048",
  }),
  goods("tea", "富硒绿茶 明前 250g", "盒", 12800, "茶坪村", "茶坪村 · 李大山", {
    category: "茶酒",
    barcode: "6900000000024",
  }),
  goods("mushroom", "香菇干 250g", "袋", 3200, "盆山村", "盆山村 · 刘长福"),
  goods("noodle", "手工红薯粉条", "把", 1590, "白水村", "白水村 · 赵德顺等 2 户"),
  goods("oil", "花生油 5L", "桶", 8800, "柳河合作社", "柳河合作社 41 户"),
  goods("date", "圆铃大枣 1kg", "袋", 2980, "镇安村", "镇安村 · 孙桂枝"),
  goods("box", "助农礼盒 A", "盒", 19800, "5 村 9 户", "5 村 9 户", {
    category: "礼盒",
    is_box: true,
    contents: CONTENTS,
  }),
  goods("chicken", "白条土鸡", "斤", 3900, "新圩村", "待归户", { category: "禽蛋", weighed: true }),
  goods("duck", "白条土鸭", "只", 2600, "新圩村", "新圩村 · 陈秀英", {
    category: "禽蛋",
    weighed: true,
    price_unit: "斤",
    tare: "0.1",
    stall: "S05",
  }),
  goods("basket", "竹编果篮", "个", 5600, "英榜村", "英榜村 · 何木生"),
  goods("bag", "购物袋", "个", 50, "", "", {}),
  goods("tour", "茶园半日游", "张", 6800, "茶坪村", "茶坪村 · 李大山", {
    barcode: "6900000000055",
    kind: "ticket",
  }),
  goods("voucher50", "50 元代金券", "张", 5000, "代金券 · 预收款", "代金券 · 预收款", {
    barcode: "6900000000062",
    kind: "voucher",
  }),
];

function backup(
  day: number,
  time: string,
  sales: number | null,
  last_number: string | null,
): Views.BackupView {
  const path = `/home/fair/jishi/backups/jishi-202611${day}-${time.replaceAll(":", "")}.sqlite`;
  return { path, made_at: `2026-11-${day}T${time}+08:00`, automatic: true, sales, last_number };
}

export const DAMAGE: Views.DamageView = {
  database: "/home/fair/jishi/jishi.sqlite",
  last_number: "T3-000131",
  backups: [
    backup(23, "12:30:10", 127, "T3-000128"),
    {
      ...backup(22, "18:40:00", 96, "T3-000097"),
      path: "/media/usb/东门大集/22日晚.sqlite",
      automatic: false,
    },
    backup(22, "18:05:41", 96, "T3-000097"),
    backup(21, "17:58:02", 41, "T3-000042"),
    backup(20, "09:00:00", null, null),
  ],
  absent: ["/media/usb2/集市备份.sqlite"],
};

function member(code: string, name: string, role: Views.Role, demo_pin: string): Views.StaffMemberView {
  return { code, name, role, demo_pin };
}

export const STAFF: Views.StaffMemberView[] = [
  member("01", "李小梅", "cashier", "1111"),
  member("02", "周文静", "cashier", "2222"),
  member("03", "何建国", "supervisor", "3333"),
  member("04", "黄慧", "bookkeeper", "4444"),
];

const MAY: Record<Views.Role, Views.Action[]> = {
  cashier: ["sell", "reprint", "x_report"],
  supervisor: ["sell", "price_change", "reprint", "x_report", "cash_figures"],
  bookkeeper: ["reprint", "x_report", "cash_figures", "import", "backup", "verify", "rebuild"],
  administrator: ["sell", "price_change", "reprint", "x_report", "import"],
  auditor: ["x_report", "cash_figures", "verify"],
};

function refused(code: string, message: string, line: number | null = null): Views.RefusedView {
  return { code, message, line };
}

function find(code: string): Goods {
  const found = GOODS.find((one) => one.code === code);
  if (found === undefined) throw refused("unknown_product", `没有这个商品：${code}。`);
  return found;
}

function thousandths(quantity: string): number {
  const [whole = "0", places = ""] = quantity.split(".");
  return Number.parseInt(whole + places.padEnd(3, "0"), 10);
}

/** Half up, on integers. */
function divided(amount: number, by: number): number {
  return Math.floor((amount * 2 + by) / (by * 2));
}

function taken(discount: Views.DraftDiscount | null, of_fen: number): number {
  if (discount === null) return 0;
  const fen = discount.fen ?? divided(of_fen * (discount.bp ?? 0), 10_000);
  if (fen > of_fen) throw refused("discount_exceeds", "优惠比金额还大，没有改。请改小一点。");
  return fen;
}

function label(discount: Views.DraftDiscount | null): string | null {
  if (discount === null) return null;
  const who = discount.borne_by === "supplier" ? "供货方让利" : "经营方让利";
  return discount.fen === null ? `${(10_000 - (discount.bp ?? 0)) / 1000} 折 ${who}` : who;
}

/** What labels of lots bear. */
export const LABELS: Record<string, { product: string; lot: string }> = {
  JLHONEY0000001: { product: "honey", lot: "L002" },
  JLRANGE0000002: { product: "orange", lot: "L003" },
};

/** Into the operator's own pocket. */
const ways = (kinds: Views.TenderKind[]): Views.WayToPayView[] =>
  kinds.map((kind) => ({ kind, collected_by: null, payee: null }));

/** What a scale prints: weight and amount. */
export const SCALE_LABELS: Record<string, { product: string; quantity: string; amount_fen: number }> = {
  "220030101500025004": { product: "orange", quantity: "2.5", amount_fen: 1500 },
};

export const BUYERS: Views.BuyerView[] = [
  {
    code: "U1",
    name: "白水县第一中学食堂",
    is_unit: true,
    contact: "赵明德",
    phone_tail: "0001",
    credit_left_fen: 2_000_000,
  },
  {
    code: "U2",
    name: "白水县总医院工会",
    is_unit: true,
    contact: "孙丽华",
    phone_tail: "0002",
    credit_left_fen: 4_000,
  },
];

const REFUND_IN_CASH: Views.Action[] = ["refund_in_cash"];
const NO_MONEY_BACK: Views.MoneyBackView = { total_fen: 0, tenders: [] };
export const PARTIES: Views.PartyFoundView[] = [
  { code: "H1", name: "王桂兰", village: "石门村", is_household: true },
  { code: "H2", name: "邓秀兰", village: "邓家村", is_household: true },
];

export class TestHost implements Host {
  /** What the outlet takes, and into whose pocket. */
  ways: Views.WayToPayView[] = ways(["cash", "wechat", "alipay", "card", "account", "voucher"]);
  /** Long work; a test moves it on and ends it. */
  readonly jobs = new TestJobs();
  /** Every call, in order. */
  calls: { name: CommandName; request: unknown }[] = [];
  /** What a command answers instead, until it is taken away. */
  refusals = new Map<CommandName, Views.RefusedView | Error>();
  /** Commands wait here until they are let go. */
  held = new Map<CommandName, Promise<void>>();
  recorded = new Map<string, Views.DoneView>();
  /** What was put aside, by its id. */
  aside = new Map<string, Views.HoldSale>();
  /** What a power cut left behind. */
  interrupted: Views.InterruptedView = { receipt: null, sale: null };
  /** What stands on the screen, as it was kept last. */
  standing: Views.HoldSale | null = null;
  receipts = new TestReceipts();
  /** Buyers that were typed in. */
  taken_in: Views.BuyerView[] = [];
  drawer_openings = 0;
  language: Views.Language = "zh-Hans";
  look: Views.Look = { theme: "day", text_size: "normal" };
  keys: Views.KeyChoice[] = [];
  damage: Views.DamageView = DAMAGE;
  shift = new TestShift();
  goods = new TestGoods();
  passes = new TestPasses();
  /** Whether anybody has a PIN. */
  staff_asked = false;
  readonly #wrong = new Map<string, { count: number; until_ms: number }>();
  signed_in: Views.StaffMemberView | null = null;
  training = false;
  kiosk = new TestKiosk();
  lots = new TestLots();
  /** Whether the first steps are shown unasked. */
  guide_due = false;
  /** 按摊位. */
  stall_mode = false;
  provisional_needs_supervisor = false;
  /** What was put in that is not in the catalogue. */
  put_in: Goods[] = [];
  approvals = new Map<string, Views.Approve>();
  /** Above this a discount needs a supervisor. */
  discount_limit_bp = 10_000;
  status: Views.StatusView = {
    connection: "offline",
    sales_waiting: 12,
    sales_only_here: 12,
    catalogue: 0,
    stand_in: null,
    printer: "ready",
    attention: null,
  };
  #heard: ((status: Views.StatusView) => void)[] = [];
  #started = 0;

  count(name: CommandName): number {
    return this.calls.filter((call) => call.name === name).length;
  }

  last(name: CommandName): unknown {
    return this.calls.findLast((call) => call.name === name)?.request;
  }

  /** Holds a command back; gives back how to let it go. */
  hold(name: CommandName): () => void {
    let go = (): void => undefined;
    this.held.set(name, new Promise((resolve) => (go = resolve)));
    return () => {
      this.held.delete(name);
      go();
    };
  }

  tell(status: Views.StatusView): void {
    this.status = status;
    for (const heard of this.#heard) heard(status);
  }

  async call<Name extends CommandName>(
    name: Name,
    request: Views.Commands[Name]["request"],
  ): Promise<Views.Commands[Name]["view"]> {
    this.calls.push({ name, request: structuredClone(request) });
    await this.held.get(name);
    const refusal = this.refusals.get(name);
    if (refusal !== undefined) throw refusal;
    return this.#commands[name](request as never) as Views.Commands[Name]["view"];
  }

  /** How often the customer's window was asked for. */
  customer_opened = 0;

  async openCustomerWindow(): Promise<void> {
    this.customer_opened += 1;
  }

  async onStatus(heard: (status: Views.StatusView) => void): Promise<() => void> {
    this.#heard.push(heard);
    return () => (this.#heard = this.#heard.filter((one) => one !== heard));
  }

  readonly #commands: {
    [Name in CommandName]: (request: Views.Commands[Name]["request"]) => Views.Commands[Name]["view"];
  } = {
    screen: () => this.#screen(),
    status: () => this.status,
    start_sale: () => ({ id: `sale-${++this.#started}` }),
    find_buyers: ({ query }) =>
      [...BUYERS, ...this.taken_in].filter((one) => one.name.includes(query) || one.code === query),
    add_buyer: ({ name, phone }) => {
      const code = `P${this.taken_in.length + 1}`;
      const added = {
        code,
        name,
        is_unit: false,
        contact: "",
        phone_tail: phone.slice(-4),
        credit_left_fen: null,
      };
      this.taken_in.push(added);
      return added;
    },
    open_drawer: (request) => {
      this.#checkApproved(request);
      this.drawer_openings += 1;
      return { openings: this.drawer_openings };
    },
    touch: () => this.status,
    find_products: ({ query, category, stall, limit }) =>
      GOODS.filter((one) => (category === null || one.category === category) && one.name.includes(query))
        .filter((one) => stall === null || one.stall === stall)
        .slice(0, limit)
        .map((one) => this.#product(one)),
    scan: (request) => this.#scan(request),
    scan_pass: (request) => this.passes.scan(request, (draft) => this.#figure(draft).total_fen),
    pictures: (request) => this.goods.pictures(request),
    weigh: (request) => this.goods.weigh(request, this.#find(request.product)),
    boxes: () => GOODS.filter((one) => one.is_box).map((one) => this.#product(one)),
    open_box: ({ code }) => this.goods.open(find(code)),
    figure_box: (draft) => this.goods.figure(draft, find),
    save_box: (request) => {
      this.#checkApproved({ id: request.id, approval: request.approval });
      return this.goods.save(request, this.#product(find("box")));
    },
    put_provisional: (request) => this.#putProvisional(request),
    find_parties: ({ query }) =>
      PARTIES.filter((one) => one.name.includes(query) || one.village.includes(query)),
    figure: (draft) => this.#figure(draft),
    figure_payment: ({ draft, tenders, rest }) => this.#figurePayment(draft, tenders, rest),
    record_sale: (request) => this.#record(request),
    held_sales: () => this.#aside(),
    hold_sale: (sale) => this.#hold(sale),
    recall_sale: ({ id, standing }) => {
      const recalled = this.aside.get(id);
      if (recalled === undefined) throw refused("no_such_held_sale", "这张挂单已经不在了。");
      if (standing !== null) this.#hold(standing);
      return { ...recalled, held: this.#aside() };
    },
    drop_held_sale: ({ id }) => {
      this.aside.delete(id);
      return this.#aside();
    },
    interrupted: () => this.interrupted,
    keep_standing: ({ sale }) => {
      this.standing = structuredClone(sale);
      return {};
    },
    deal_with_receipt: () => ({}),
    receipts: (request) => this.receipts.rows(request),
    find_receipt: (request) => this.receipts.find(request),
    figure_refund: (request) => this.receipts.figure(request),
    record_refund: (request) => {
      this.#checkApproved(request);
      return this.receipts.refund(request);
    },
    void_sale: (request) => {
      this.#checkApproved(request);
      return this.receipts.void(request);
    },
    refund_without_receipt: (request) => {
      this.#checkApproved(request);
      return this.receipts.without(request, this.#figure(request.draft).total_fen);
    },
    waiting_refunds: () => this.receipts.waiting,
    see_refund: (request) => this.receipts.see(request),
    print_receipt: ({ reprint }) => ({ destination: "demo/receipts", reprint }),
    receipt_picture: () => ({ png: ONE_PIXEL, text: "小票" }),
    choose_language: ({ language }) => {
      this.language = language;
      return this.#screen();
    },
    choose_look: (look) => {
      this.look = look;
      return this.#screen();
    },
    choose_keys: ({ keys }) => {
      this.keys = keys;
      return this.#screen();
    },
    shift: () => this.shift.view(),
    read_shift_sums: ({ approval }) => {
      this.#checkApproved({ id: this.shift.figures().id, approval });
      return this.shift.readSums();
    },
    open_shift: (request) => this.shift.open(request),
    go_on_with_shift: () => this.shift.goOn(),
    move_cash: (request) => this.shift.move(request),
    figure_count: (request) => this.shift.figureCount(request),
    count_drawer: (request) => this.shift.count(request),
    close_shift: ({ approval }) => {
      const opened_by_another = this.signed_in !== null && this.signed_in.name !== this.shift.view().cashier;
      if (opened_by_another && this.signed_in?.role === "cashier" && approval === null) {
        throw refused("approval_needed", "这一步要领班授权。");
      }
      return this.shift.close();
    },
    print_shift: ({ reprint }) => ({ destination: "demo/receipts", reprint }),
    sign_in: (request) => {
      this.signed_in = this.#signIn(request);
      return this.#screen();
    },
    sign_out: () => {
      this.signed_in = null;
      return this.#screen();
    },
    approve: (request) => {
      const member = this.#signIn(request);
      if (member.role !== "supervisor") {
        throw refused("may_not_approve", `${member.name} 不能授权这一步。请领班来输工号和密码。`);
      }
      this.approvals.set(`approval-${this.approvals.size + 1}`, request);
      return { id: `approval-${this.approvals.size}`, name: member.name, actions: request.actions };
    },
    still_approved: ({ approval, draft }) => {
      const given = this.approvals.get(approval)?.draft?.lines ?? [];
      const covered = (line: Views.DraftLine): boolean =>
        line.price_fen === null ||
        given.some((one) => one.product === line.product && one.price_fen === line.price_fen);
      return { actions: draft.lines.every(covered) ? [] : ["price_change"] };
    },
    show_customer: () => ({
      language: this.language,
      outlet: "东门大集",
      operator: "",
      training: this.training,
      page: { kind: "welcome" },
    }),
    enter_kiosk: ({ approval }) => {
      if (this.staff_asked && this.signed_in?.role === "cashier" && approval === null) {
        throw refused("approval_needed", "这一步要领班授权。");
      }
      this.kiosk.enter(this.language);
      this.signed_in = null;
      return this.#screen();
    },
    leave_kiosk: (request) => {
      const member = this.#signIn(request);
      if (member.role !== "supervisor") throw refused("may_not", `${member.name} 不能办这一步。`);
      this.language = this.kiosk.view?.language ?? this.language;
      this.kiosk.view = null;
      this.signed_in = member;
      return this.#screen();
    },
    figure_kiosk: ({ codes }) => this.kiosk.cart(this.#figure(this.#scannedAlone(codes))),
    record_kiosk_sale: (request) => {
      const { payment } = request;
      if (payment.paid === "confirmed") this.#signIn(payment);
      else if (!/^\d{6}$/.test(payment.digits)) throw refused("bad_kiosk_reference", "单号后六位不对。");
      return this.kiosk.record(request, this.#figure(this.#scannedAlone(request.codes)).total_fen);
    },
    guide_seen: () => {
      this.guide_due = false;
      return this.#screen();
    },
    enter_training: () => {
      this.training = true;
      return this.#screen();
    },
    leave_training: () => {
      this.training = false;
      return this.#screen();
    },
    data: () => this.jobs.data,
    start_import: ({ path, check_only }) => this.jobs.start("import", { path, check_only }),
    start_backup: ({ place }) => this.jobs.start("backup", { path: place, check_only: false }),
    start_verify: () => this.jobs.start("verify"),
    start_rebuild: () => this.jobs.start("rebuild"),
    start_carry: ({ place }) => this.jobs.start("carry", { path: place, check_only: false }),
    start_receipt: ({ path }) => this.jobs.start("receipt", { path, check_only: false }),
    start_enrol: () => this.jobs.start("enrol"),
    hub: () => this.jobs.hub,
    start_hub: () => this.jobs.start("hub"),
    stop_hub: () => (this.jobs.hub = { ...this.jobs.hub, is_on: false }),
    invite_to_hub: ({ address, is_for_hub }) => this.jobs.invite(address, is_for_hub),
    start_upstream: () => this.jobs.start("upstream"),
    lots: ({ query }) => this.lots.view(query),
    give_back_lot: (request) => {
      this.lots.given_back.push(request);
      return {};
    },
    allot_lot: (request) => {
      this.lots.allotted.push(request);
      return {};
    },
    sticks: () => this.jobs.sticks,
    job: () => this.jobs.view,
    cancel_job: () => this.jobs.cancel(),
    damage: () => this.damage,
    restore_backup: ({ language }) => {
      this.language = language;
      this.refusals.clear();
      this.status = { ...this.status, attention: null };
      return { next_number: "T3b-000001", kept: "/home/fair/jishi/replaced-20261123-181205.sqlite" };
    },
  };

  #product(one: Goods): Views.ProductView {
    const { code, name, unit, price_fen, weighed, is_box, origin, category } = one;
    const { picture, price_unit, tare, kind } = one;
    return {
      code,
      name,
      unit,
      price_fen,
      weighed,
      is_box,
      origin,
      category,
      picture,
      price_unit,
      tare,
      kind,
    };
  }

  #screen(): Views.ScreenView {
    return {
      outlet: "东门大集",
      operator: "柳河镇供销合作社联合社",
      till: this.training ? "LXT3" : "3 号台",
      cashier: this.staff_asked ? (this.signed_in?.name ?? "") : "李小梅",
      shift_opened_at: this.shift.state === "none" ? null : "08:12",
      business_date: this.shift.state === "none" ? null : "2026-11-23",
      language: this.language,
      demo: true,
      training: this.training,
      categories: ["水果", "粮油干货", "茶酒", "禽蛋", "礼盒"],
      stalls: TestGoods.STALLS,
      quick: GOODS.map((one) => this.#product(one)),
      cash_rounding: "yuan",
      ways_to_pay: this.ways,
      fund_name: "助农帮扶基金",
      staff: {
        asked: this.staff_asked,
        signed_in: this.signed_in,
        may: this.signed_in === null ? [] : MAY[this.signed_in.role],
        members: this.staff_asked ? STAFF : [],
        lock_after_s: 300,
      },
      look: this.look,
      keys: this.keys,
      kiosk: this.kiosk.view,
      guide_due: this.guide_due,
    };
  }

  #checkApproved({ id, approval }: { id: string; approval: string | null }): void {
    const alone = !this.staff_asked || this.signed_in?.role !== "cashier";
    if (!alone && this.approvals.get(approval ?? "")?.subject !== id) {
      throw refused("approval_needed", "这一步要领班授权。请领班在旁边输工号和密码。");
    }
  }

  /** As the core: the fifth wrong PIN in a row makes the code wait, and a right one waits too. */
  #signIn({ staff, pin }: Views.SignIn): Views.StaffMemberView {
    const wrong = this.#wrong.get(staff) ?? { count: 0, until_ms: 0 };
    const left_s = Math.ceil((wrong.until_ms - Date.now()) / 1000);
    const wait = (seconds: number): Views.RefusedView =>
      refused("pin_wait", `这个工号连着输错太多次密码，请过 ${seconds} 秒再输；别的工号不用等。`);
    if (left_s > 0) throw wait(left_s);
    const member = STAFF.find((one) => one.code === staff && one.demo_pin === pin);
    if (member === undefined) {
      const count = wrong.count + 1;
      this.#wrong.set(staff, { count, until_ms: count < 5 ? 0 : Date.now() + 30_000 });
      throw count < 5 ? refused("wrong_pin", "工号或密码不对。请再输一次。") : wait(30);
    }
    this.#wrong.delete(staff);
    return member;
  }

  #scan({ code, times, after }: Views.Scan): Views.ScanView {
    const printed = SCALE_LABELS[code];
    const labelled = printed ?? LABELS[code];
    const goods = [...GOODS, ...this.put_in];
    const found =
      labelled === undefined
        ? goods.find((one) => one.code === code || (one.barcode !== "" && one.barcode === code))
        : goods.find((one) => one.code === labelled.product);
    if (found === undefined) {
      throw refused("no_such_product", `没有这个商品：${code.slice(0, 40)}。没有加进单子；可以按名称找。`);
    }
    if (printed !== undefined) {
      return { kind: "line", line: { ...lineOf(this.#product(found), "1"), ...printed }, counts_up: false };
    }
    const lot = LABELS[code]?.lot ?? null;
    if (found.weighed) return { kind: "weigh", product: this.#product(found), lot };
    const line = { ...lineOf(this.#product(found), times ?? "1"), lot };
    // The same goods that nobody has changed are counted up, as by the core.
    const same =
      after !== null &&
      JSON.stringify({ ...after, quantity: "" }) === JSON.stringify({ ...line, quantity: "" });
    if (!same) return { kind: "line", line, counts_up: false };
    const quantity = String(Number(after.quantity) + Number(line.quantity));
    return { kind: "line", line: { ...after, quantity }, counts_up: true };
  }

  #scannedAlone(codes: string[]): Views.Draft {
    const lines = codes.map((code) => {
      const scanned = this.#scan({ code, times: null, after: null });
      if (scanned.kind === "line") return scanned.line;
      throw refused("kiosk_needs_label", `${scanned.product.name}要先称重：请店员称好、贴上标签，再扫标签。`);
    });
    return { lines, discount: null, rounding: "none", buyer: null, note: null, exchange: null };
  }

  #figure(draft: Views.Draft): Views.DraftView {
    const lines = draft.lines.map((line, index): Views.DraftLineView => {
      const product = this.#find(line.product);
      const quantity = thousandths(line.quantity);
      if (quantity <= 0 || quantity > 1_000_000_000) {
        throw refused("quantity_out_of_range", "数量不对，没有改。请重新输入。", index + 1);
      }
      const price_fen = line.price_fen ?? product.price_fen;
      const measure = line.weight === null ? quantity : thousandths(line.weight);
      const lowered = price_fen < product.price_fen && line.price_borne_by !== null;
      if (
        lowered &&
        line.price_borne_by === "supplier" &&
        price_fen < (product.lowest_price_fen ?? Infinity)
      ) {
        throw refused("below_lowest_price", `${product.name}：供货方没有同意让到这个价，没有改。`, index + 1);
      }
      const at = (price: number): number => divided(price * measure, 1000);
      const gross_fen = line.amount_fen ?? at(lowered ? product.price_fen : price_fen);
      return {
        name: product.name,
        unit: product.unit,
        quantity: line.quantity,
        price_fen: lowered ? product.price_fen : price_fen,
        list_price_fen: product.price_fen,
        lowest_price_fen: product.lowest_price_fen,
        weight: line.weight,
        price_unit: product.price_unit,
        tare: line.tare,
        gross_fen,
        amount_fen: lowered ? at(price_fen) : gross_fen - taken(line.discount, gross_fen),
        weighed: product.weighed,
        whose: product.whose,
        lot: line.lot,
        by_price_fen: line.amount_fen === null || line.amount_fen === at(price_fen) ? null : at(price_fen),
        discount_label: line.price_fen === null ? label(line.discount) : `改价 ${price_fen / 100}`,
        contents: product.contents,
      };
    });
    const gross_fen = lines.reduce((sum, line) => sum + line.gross_fen, 0);
    const amount_fen = lines.reduce((sum, line) => sum + line.amount_fen, 0);
    const left_fen = amount_fen - taken(draft.discount, amount_fen);
    const exchange = draft.exchange === null ? null : this.#exchange(draft.exchange);
    const in_cash = draft.exchange?.in_cash ?? false;
    const step_fen = { none: 1, jiao: 10, yuan: 100 }[draft.rounding];
    const rounding_fen = left_fen % step_fen;
    const needed = this.#needed(gross_fen - left_fen, gross_fen);
    if (this.#is_watched && draft.lines.some((line) => line.price_fen !== null)) needed.push("price_change");
    const must_refund = exchange !== null && this.staff_asked && this.signed_in?.role === "cashier";
    return {
      lines,
      kinds: new Set(draft.lines.map((line) => line.product)).size,
      gross_fen,
      discount_fen: gross_fen - left_fen,
      rounding_fen,
      total_fen: left_fen - rounding_fen,
      stalls: this.stall_mode ? this.#stalls(draft, lines) : [],
      needs_approval: must_refund ? [...needed, "refund", ...(in_cash ? REFUND_IN_CASH : [])] : needed,
      exchange: exchange === null ? null : this.#settled(exchange, left_fen - rounding_fen, in_cash),
    };
  }

  #exchange({ number, lines, in_cash }: Views.DraftExchange): Views.ExchangeView {
    const back = this.receipts.figure({ number, lines, in_cash });
    const receipt = this.receipts.find({ text: number });
    const shown = lines.map((asked): Views.ExchangedLineView => {
      const sold = receipt.lines.find((one) => one.line === asked.line);
      const alone = this.receipts.figure({ number, lines: [asked], in_cash });
      const { quantity } = asked;
      return { name: sold?.name ?? "", unit: sold?.unit ?? "", quantity, net_fen: alone.total_fen };
    });
    return { number, lines: shown, worth_fen: back.total_fen, credit_fen: 0, to_pay_fen: 0, back };
  }

  /** What is above the new goods goes back by the code it came by, unless cash was chosen for it. */
  #settled(exchange: Views.ExchangeView, total_fen: number, in_cash: boolean): Views.ExchangeView {
    const credit_fen = Math.min(exchange.worth_fen, total_fen);
    const fen = exchange.worth_fen - credit_fen;
    const money: Views.TenderBackView = in_cash
      ? { kind: "cash", fen, reference: null, collected_by: null, waits: false }
      : { kind: "wechat", fen, reference: "0417", collected_by: null, waits: true };
    const back = fen === 0 ? NO_MONEY_BACK : { total_fen: fen, tenders: [money] };
    return { ...exchange, credit_fen, to_pay_fen: total_fen - credit_fen, back };
  }

  #find(code: string): Goods {
    return this.put_in.find((one) => one.code === code) ?? find(code);
  }

  /** In the order in which they came onto the sale. */
  #stalls(draft: Views.Draft, lines: Views.DraftLineView[]): Views.StallSumView[] {
    const sums = new Map<string, Views.StallSumView>();
    for (const [index, line] of draft.lines.entries()) {
      const stall = this.#find(line.product).stall;
      const name = TestGoods.STALLS.find((one) => one.code === stall)?.name ?? "";
      const sum = sums.get(name) ?? { name, net_fen: 0, lines: [] };
      sum.net_fen += lines[index]?.amount_fen ?? 0;
      sum.lines.push(index + 1);
      sums.set(name, sum);
    }
    return [...sums.values()];
  }

  #putProvisional(request: Views.PutProvisional): Views.ProductView {
    if (this.provisional_needs_supervisor) this.#checkApproved({ ...request, approval: request.approval });
    const code = `T3-x${this.put_in.length + 1}`;
    const party = request.new_party ?? PARTIES.find((one) => one.code === request.said_of);
    const whose = party === undefined ? "待归户" : `待归户（${party.village} · ${party.name}）`;
    const weighed = ["斤", "公斤"].includes(request.unit);
    const barcode = request.barcode ?? "";
    const one = goods(code, request.name, request.unit, request.price_fen, whose, whose, {
      weighed,
      barcode,
    });
    this.put_in.push(one);
    return this.#product(one);
  }

  get #is_watched(): boolean {
    return this.staff_asked && this.signed_in?.role === "cashier";
  }

  #needed(discount_fen: number, gross_fen: number): Views.Action[] {
    return !this.#is_watched || discount_fen * 10_000 <= this.discount_limit_bp * gross_fen
      ? []
      : ["discount_above_limit"];
  }

  #figurePayment(
    draft: Views.Draft,
    tenders: Views.DraftTender[],
    rest: Views.TenderKind | null = null,
  ): Views.PaymentView {
    const on_account = tenders.find((tender) => tender.kind === "account");
    if (on_account !== undefined) {
      const buyer = BUYERS.find((one) => one.code === draft.buyer);
      if (buyer === undefined) throw refused("account_without_buyer", "挂账要先选单位。这一单还没有记。");
      if (on_account.fen > (buyer.credit_left_fen ?? on_account.fen)) {
        throw refused("credit_limit", "挂账超过额度，这一单还没有记。");
      }
    }
    const figured = this.#figure(draft);
    const { exchange } = figured;
    // Only what is left for cash is wiped down.
    const otherwise_fen = tenders.reduce((sum, { kind, fen }) => sum + (kind === "cash" ? 0 : fen), 0);
    const some_cash = tenders.length === 0 || tenders.some((tender) => tender.kind === "cash");
    const exact_fen = figured.total_fen + figured.rounding_fen;
    const in_cash = rest === null ? some_cash : rest === "cash";
    const step_fen = { none: 1, jiao: 10, yuan: 100 }[draft.rounding];
    const for_cash_fen = Math.max(0, exact_fen - otherwise_fen - (exchange?.worth_fen ?? 0));
    const rounding_fen = in_cash ? for_cash_fen % step_fen : 0;
    const all_fen = exact_fen - rounding_fen;
    const credit_fen = exchange?.credit_fen ?? 0;
    const total_fen = all_fen - credit_fen;
    const tendered_fen = tenders.reduce((sum, tender) => sum + tender.fen, 0);
    const cash_fen = tenders.reduce((sum, tender) => sum + (tender.kind === "cash" ? tender.fen : 0), 0);
    if (tendered_fen - cash_fen > total_fen) {
      throw refused("tender_over", "只有现金能找零：这一笔比应收的多。请改成应收的数目。");
    }
    const remaining_fen = Math.max(0, total_fen - tendered_fen);
    const suggestions_fen = [1, 1000, 5000, 10_000].map((note) => Math.ceil(remaining_fen / note) * note);
    return {
      total_fen: all_fen,
      rounding_fen,
      credit_fen,
      tendered_fen,
      remaining_fen,
      change_fen: Math.max(0, tendered_fen - total_fen),
      ready: remaining_fen === 0,
      suggestions_fen: remaining_fen === 0 ? [] : [...new Set(suggestions_fen)],
    };
  }

  #record({ id, draft, tenders, approval }: Views.RecordSale): Views.DoneView {
    const before = this.recorded.get(id);
    if (before !== undefined) return { ...before, repeated: true };
    const figures = this.#figure(draft);
    const payment = this.#figurePayment(draft, tenders);
    if (figures.needs_approval.length > 0 && this.approvals.get(approval ?? "")?.subject !== id) {
      throw refused("approval_needed", "这一步要领班授权。请领班在旁边输工号和密码。");
    }
    if (!payment.ready) throw refused("tender_short", "钱还没收够，这一单还没有存。请收够再点完成。");
    const helped = figures.lines
      .filter((line) => line.whose !== "")
      .map((line) => ({
        whose: line.whose,
        goods: `${line.name} × ${line.quantity}`,
        due_fen: divided(line.amount_fen * 9, 10),
      }));
    const done: Views.DoneView = {
      id,
      number: `T3-${String(128 + this.recorded.size).padStart(6, "0")}`,
      repeated: false,
      total_fen: payment.total_fen,
      tenders,
      tendered_fen: payment.tendered_fen,
      change_fen: payment.change_fen,
      exchange:
        figures.exchange === null
          ? null
          : {
              number: "T3-000150",
              sale_number: figures.exchange.number,
              worth_fen: figures.exchange.worth_fen,
              credit_fen: figures.exchange.credit_fen,
              to_pay_fen: figures.exchange.to_pay_fen,
              back: figures.exchange.back,
              fallen: [{ whose: "石门村 · 王桂兰等 3 户", goods: "土蜂蜜 500g × 1", due_fen: 4050 }],
            },
      villages: new Set(helped.map((one) => one.whose.split(" ")[0])).size,
      households: helped.length === 0 ? 0 : 13 + helped.length,
      helped,
      unassigned_fen: 0,
      fund_fen: divided(figures.total_fen * 3, 100),
      fund_name: "助农帮扶基金",
      short_hash: "a41f-9c02-77de",
      tickets: figures.lines.filter((_, at) => find(draft.lines[at]?.product ?? "").kind === "ticket").length,
      vouchers: figures.lines.filter((_, at) => find(draft.lines[at]?.product ?? "").kind === "voucher")
        .length,
    };
    this.recorded.set(id, done);
    this.aside.delete(id);
    return done;
  }

  #hold(sale: Views.HoldSale): Views.HeldSaleView[] {
    this.aside.set(sale.id, structuredClone(sale));
    return this.#aside();
  }

  #aside(): Views.HeldSaleView[] {
    return [...this.aside.values()].map(({ id, remark, draft }, index) => {
      const figures = this.#figure(draft);
      const goods = figures.lines.slice(0, 3).map((line) => `${line.name} × ${line.quantity}`);
      const held_at = `2026-11-23T10:${20 + index}:00+08:00`;
      const { length: lines } = draft.lines;
      const total_fen = figures.total_fen;
      return { id, held_at, cashier: "李小梅", remark, lines, goods, total_fen, trouble: null };
    });
  }
}

const ONE_PIXEL =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mP8z8BQDwAFgQH/0tGd7wAAAABJRU5ErkJggg==";
