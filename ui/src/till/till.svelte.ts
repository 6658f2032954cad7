import { discountOf, type DiscountKind } from "../lib/discount";
import { isRefused, type Bearer, type DoneView, type Host, type Language } from "../lib/host";
import type {
  PictureView,
  ProductView,
  RefusedView,
  Rounding,
  ScreenView,
  StatusView,
  TenderKind,
} from "../lib/host";
import { WORDS, type Words } from "../lib/i18n/words";
import { yuan } from "../lib/money";
import { quantityOf, stepped } from "../lib/quantity";
import { Queue } from "../lib/queue";
import type { Sounds } from "../lib/sound";
import { AMOUNT, FOLD, QUANTITY, typed, type NumberKey } from "../lib/typed-number";
import { draftOf, lineOf, withChanged, withLine, withoutLine, withTapped, type WorkingDraft } from "./draft";
import { isLooseReceiptCode, isReceiptCode, Receipts } from "../receipts/receipts.svelte";
import { Shift } from "../shift/shift.svelte";
import { Staff } from "../staff/staff.svelte";
import { Held } from "./held.svelte";
import { Paying } from "./paying.svelte";
import { Picking } from "./picking.svelte";
import { printed, type Printing } from "./printing";
import { Rescue } from "./rescue.svelte";
import { Sale } from "./sale.svelte";
import type { Surroundings } from "./surroundings";

export type Stage = "selling" | "paying" | "done";

export interface QuantityPanel {
  kind: "quantity";
  key: number;
  typed: string;
}

export interface DiscountPanel {
  kind: "discount";
  /** The line's key; none is the whole sale. */
  key: number | null;
  typed: string;
  by: DiscountKind;
  borne_by: Bearer;
}

/** What stands where goods are picked, while selling. */
export type Panel =
  { kind: "picking" } | { kind: "holding" | "held" | "receipts" } | QuantityPanel | DiscountPanel;

export interface Message {
  tone: "refused" | "notice";
  text: string;
}

const MESSAGE_SHOWN_MS = 8000;
/** The second press of a double one must not turn the page on the change before anyone has read it. */
const NEXT_GUARD_MS = 600;

/** What takes longer than this is said to be under way. */
const NOTICED_MS = 150;
/** Digits as long as a barcode, typed where a search is expected: a label that would not scan. */
const KEYED_CODE = /^\d{8,18}$/;
const REOPEN_AFTER_MS = 2000;

/**
 * The till's window. Whatever touches the sale goes through one queue, in the order it was asked:
 * no scan is lost while a call is under way, and nothing is sent twice.
 */
export class Till {
  stage: Stage = $state("selling");
  panel: Panel = $state({ kind: "picking" });
  /** Goods picked or scanned whose weight is not typed yet; the first is being asked for. */
  weighing: ProductView[] = $state.raw([]);
  weight_typed = $state("");
  /** The key of the line that shows its buttons. */
  opened: number | null = $state(null);
  screen: ScreenView | null = $state.raw(null);
  status: StatusView | null = $state.raw(null);
  message: Message | null = $state.raw(null);
  /** Why the till has not opened yet. */
  opening_trouble: string | null = $state(null);
  done: DoneView | null = $state.raw(null);
  printing: Printing | null = $state.raw(null);
  /** Shown where it takes long enough to be noticed: else a label would flash before every “done”, and
   * cost a frame. */
  recording = $state(false);
  #under_way = false;
  words: Words = $derived(WORDS[this.screen?.language ?? "zh-Hans"]);

  readonly host: Host;
  readonly sale: Sale;
  readonly paying: Paying;
  readonly picking: Picking;
  readonly rescue: Rescue;
  readonly held: Held;
  readonly receipts: Receipts;
  readonly shift: Shift;
  readonly staff: Staff;
  readonly queue = new Queue();
  readonly #sounds: Sounds;
  #message_timer: ReturnType<typeof setTimeout> | undefined;
  #done_since_ms = 0;

  constructor(host: Host, sounds: Sounds) {
    this.host = host;
    this.#sounds = sounds;
    this.sale = new Sale(host);
    this.paying = new Paying(host);
    this.picking = new Picking(host, (thrown) => this.#refuse(thrown));
    this.rescue = new Rescue(host);
    const around = this.#surroundings();
    this.held = new Held(around, this.sale);
    this.shift = new Shift(
      around,
      async () => {
        await this.#askScreen();
        void this.askStatus();
      },
      () => this.#unfinished(),
    );
    this.receipts = new Receipts(around, () => {
      void this.askStatus();
      if (this.screen?.shift_opened_at === null) void this.#askScreen();
    });
    this.staff = this.#staffed(around);
  }

  get language(): Language {
    return this.screen?.language ?? "zh-Hans";
  }

  /** What needs a person stays on the screen until it is dealt with; a fresh message goes before it. */
  get shown_message(): Message | null {
    if (this.message !== null) return this.message;
    const attention: RefusedView | null = this.status?.attention ?? null;
    return attention === null ? null : { tone: "refused", text: attention.message };
  }

  // Opening and standing by

  async open(): Promise<void> {
    try {
      this.screen = await this.host.call("screen", {});
      this.opening_trouble = null;
    } catch (thrown) {
      this.opening_trouble = isRefused(thrown) ? thrown.message : this.words.fault.opening_failed;
      if (isDamage(thrown)) await this.#showDamage();
      // Opened again when a backup is in its place.
      if (this.rescue.damage !== null) return;
      setTimeout(() => void this.open(), REOPEN_AFTER_MS);
      return;
    }
    this.sale.begin(this.screen.cash_rounding);
    this.staff.touch();
    await this.picking.look(this.screen.quick);
    await this.#ask(() => this.held.look());
    await this.shift.begin();
    await this.askStatus();
  }

  // The shift

  showShift(): void {
    if (this.stage === "paying" || this.weighing.length > 0) return;
    this.shift.show();
  }

  /** What has to be finished before a shift is closed. */
  #unfinished(): string | null {
    const words = this.words.shift;
    if (this.stage !== "done" && !this.sale.is_empty) return words.sale_first;
    const held = this.held.sales.length;
    return held > 0 ? words.held_first(held) : null;
  }

  async askStatus(): Promise<void> {
    try {
      this.hear(await this.host.call("status", {}));
    } catch {
      // Asked again in a few seconds; a sale never waits for it, and says so itself when it fails.
    }
  }

  hear(status: StatusView): void {
    this.status = status;
    if (isDamage(status.attention)) void this.#showDamage();
  }

  // A damaged database

  async #showDamage(): Promise<void> {
    if (this.rescue.damage !== null || this.rescue.looking) return;
    this.rescue.language = this.language;
    await this.rescue.look();
  }

  /** The backup that was chosen takes the till's place. What is on the screen and not recorded yet stays. */
  async restore(): Promise<void> {
    const restored = await this.rescue.restore();
    if (restored === null) return;
    const words = this.rescue.words.rescue;
    const kept = restored.kept === null ? [] : [words.kept(restored.kept.split(/[\\/]/).at(-1) ?? "")];
    if (this.screen === null) await this.open();
    else await this.#reopen();
    this.#say("notice", [words.restored(restored.next_number), ...kept].join(" "));
  }

  /** The goods and prices are the backup's now; a sale that was done may not be in it. */
  #reopen(): Promise<void> {
    return this.#ask(async () => {
      this.screen = await this.host.call("screen", {});
      if (this.stage === "done") this.#beginNext();
      this.stage = "selling";
      this.closePanel();
      this.dismiss();
      await this.sale.refigure();
      await this.held.look();
      await this.picking.look(this.screen.quick);
      await this.askStatus();
    }).then(() => this.shift.begin());
  }

  chooseLanguage(language: Language): void {
    this.#ask(async () => {
      this.screen = await this.host.call("choose_language", { language });
      // 八八折 and 12 % off are typed differently: a number half typed must not change its meaning.
      this.closePanel();
      await this.sale.refigure();
      await this.held.look();
      await this.picking.look(this.screen.quick);
      if (this.stage === "paying") await this.#figurePayment();
      await this.askStatus();
    });
  }

  // Putting the sale together

  scan(code: string): void {
    if (this.staff.shut) {
      this.staff.refuseScan();
      return;
    }
    if (!this.shift.sells) {
      this.#say("refused", this.words.shift.scan_first);
      return;
    }
    this.shift.leave();
    const looked_for = this.stage === "selling" && this.panel.kind === "receipts";
    if (looked_for ? isLooseReceiptCode(code) : isReceiptCode(code)) {
      this.#openScanned(code);
      return;
    }
    this.#ask(async () => {
      const scanned = await this.host.call("scan", { code });
      if (this.stage === "done") this.#beginNext();
      this.#sounds.scanned();
      this.dismiss();
      if (scanned.kind === "weigh") this.#askWeight(scanned.product);
      else await this.#edit((draft) => withLine(draft, scanned.line));
    });
  }

  pick(product: ProductView): void {
    this.#ask(async () => {
      this.dismiss();
      if (product.weighed) this.#askWeight(product);
      else await this.#edit((draft) => withTapped(draft, product));
      this.picking.clear();
    });
  }

  /** Enter in a search: a code keyed in by hand is taken as scanned, else the tile that is marked. */
  pickFound(): void {
    const query = this.picking.query.trim();
    if (KEYED_CODE.test(query)) {
      this.picking.clear();
      this.scan(query);
      return;
    }
    this.#ask(async () => {
      await this.picking.looked;
      const product = query === "" ? undefined : this.picking.picked;
      if (product !== undefined) this.pick(product);
    });
  }

  #askWeight(product: ProductView): void {
    this.weighing = [...this.weighing, product];
  }

  addWeighed(): void {
    const quantity = quantityOf(this.weight_typed);
    if (quantity === null) {
      this.#say("refused", this.words.weigh.wrong);
      return;
    }
    this.#ask(async () => {
      const product = this.weighing[0];
      if (product === undefined) return;
      await this.#edit((draft) => withLine(draft, lineOf(product, quantity)));
      this.#weighNext();
    });
  }

  skipWeighing(): void {
    this.#ask(async () => this.#weighNext());
  }

  #weighNext(): void {
    this.weighing = this.weighing.slice(1);
    this.weight_typed = "";
    this.dismiss();
  }

  select(key: number): void {
    this.opened = this.sale.selected === key && this.opened === key ? null : key;
    this.sale.selected = key;
  }

  step(key: number | null, step: 1 | -1): void {
    this.#ask(async () => {
      const kept = this.sale.draft.lines.find((line) => line.key === key);
      if (kept === undefined) return;
      if (kept.line.amount_fen !== null) {
        this.#say("refused", this.words.line.label_amount);
        return;
      }
      const quantity = stepped(kept.line.quantity, step);
      if (quantity === null) return;
      await this.#edit((draft) => withChanged(draft, kept.key, (line) => ({ ...line, quantity })));
    });
  }

  remove(key: number | null): void {
    if (key === null) return;
    this.#ask(async () => {
      await this.#edit((draft) => withoutLine(draft, key));
      if ("key" in this.panel && this.panel.key === key) this.closePanel();
      if (this.panel.kind === "holding" && this.sale.is_empty) this.closePanel();
      if (this.sale.is_empty && this.stage === "paying") this.stage = "selling";
    });
  }

  setRounding(rounding: Rounding): void {
    this.#ask(() => this.#edit((draft) => ({ ...draft, rounding })));
  }

  clear(): void {
    this.#ask(async () => {
      await this.held.forget(this.sale.id);
      this.#beginNext();
    });
  }

  // Putting it aside, and taking it back

  /** F6: asks for a remark, and once more puts it aside; with nothing on the screen, shows what is. */
  hold(): void {
    if (this.stage !== "selling") return;
    if (this.sale.is_empty) this.showHeld();
    else if (this.panel.kind !== "holding") this.panel = { kind: "holding" };
    else {
      this.#ask(async () => {
        if (this.stage !== "selling" || this.sale.is_empty || this.#mustWeigh()) return;
        const remark = this.sale.remark.trim();
        await this.held.hold();
        this.#beginNext();
        this.#say("notice", this.words.hold.done(remark));
      });
    }
  }

  showHeld(): void {
    this.#ask(async () => {
      if (this.stage === "done") this.#beginNext();
      if (this.stage !== "selling") return;
      await this.held.look();
      this.panel = { kind: "held" };
    });
  }

  recall(id: string | undefined): void {
    if (id === undefined) return;
    this.#ask(async () => {
      if (this.stage !== "selling" || this.#mustWeigh()) return;
      const exchanged = !this.sale.is_empty;
      await this.held.recall(id);
      this.closePanel();
      this.dismiss();
      if (exchanged) this.#say("notice", this.words.hold.exchanged);
    });
  }

  /** Goods whose weight is asked for belong to the sale: it is not whole without them. */
  #mustWeigh(): boolean {
    if (this.weighing.length > 0) this.#say("refused", this.words.weigh.first);
    return this.weighing.length > 0;
  }

  // Receipts

  showReceipts(): void {
    this.#ask(async () => {
      if (this.stage === "done") this.#beginNext();
      if (this.stage !== "selling") return;
      await this.receipts.begin();
      this.panel = { kind: "receipts" };
    });
  }

  openReceipt(number: string): Promise<void> {
    return this.#ask(() => this.receipts.open(number));
  }

  /** A receipt that is scanned opens, unless a buyer is just paying. */
  #openScanned(code: string): void {
    this.#ask(async () => {
      if (this.stage === "paying") {
        this.#say("refused", this.words.receipts.paying_first);
        return;
      }
      if (this.receipts.recording) return;
      await this.receipts.begin();
      await this.receipts.open(code);
      if (this.stage === "done") this.#beginNext();
      this.#sounds.scanned();
      this.panel = { kind: "receipts" };
    });
  }

  // Panels that take the place of picking

  askQuantity(key: number): void {
    const kept = this.sale.draft.lines.find((line) => line.key === key);
    if (kept === undefined) return;
    if (kept.line.amount_fen !== null) this.#say("refused", this.words.line.label_amount);
    else this.panel = { kind: "quantity", key, typed: "" };
  }

  askDiscount(key: number | null): void {
    if (this.sale.is_empty || this.stage !== "selling") return;
    const by = this.words.ratio.kind;
    this.panel = { kind: "discount", key, typed: "", by, borne_by: "operator" };
  }

  shapeDiscount(shape: Partial<Pick<DiscountPanel, "typed" | "by" | "borne_by">>): void {
    if (this.panel.kind === "discount") Object.assign(this.panel, shape);
  }

  closePanel(): void {
    this.panel = { kind: "picking" };
    this.opened = null;
  }

  /** What the panel asks for is set: Enter, or its green button. */
  setPanel(): void {
    const panel = this.panel;
    if (panel.kind === "quantity") {
      const quantity = quantityOf(panel.typed);
      if (quantity === null) {
        this.#say("refused", this.words.quantity.wrong);
        return;
      }
      this.#closeAfter((draft) => withChanged(draft, panel.key, (line) => ({ ...line, quantity })));
    } else if (panel.kind === "discount") {
      const discount = discountOf(panel.by, panel.typed, panel.borne_by);
      if (discount === null) this.#say("refused", this.words.discounting.wrong);
      else this.#closeAfter((draft) => discounted(draft, panel.key, discount));
    }
  }

  removeDiscount(key: number | null): void {
    this.#closeAfter((draft) => discounted(draft, key, null));
  }

  #closeAfter(edit: (draft: WorkingDraft) => WorkingDraft): void {
    this.#ask(async () => {
      await this.#edit(edit);
      this.closePanel();
      this.dismiss();
    });
  }

  /** A key of the keypad or of the keyboard, for whatever number is being asked for. */
  press(key: NumberKey): void {
    if (this.weighing.length > 0) {
      this.weight_typed = typed(this.weight_typed, key, QUANTITY);
    } else if (this.stage === "paying") {
      this.paying.press(key);
      this.#refigurePayment();
    } else if (this.stage === "selling" && this.panel.kind === "quantity") {
      this.panel.typed = typed(this.panel.typed, key, QUANTITY);
    } else if (this.stage === "selling" && this.panel.kind === "discount") {
      this.panel.typed = typed(this.panel.typed, key, this.panel.by === "amount" ? AMOUNT : FOLD);
    } else if (this.stage === "selling" && this.panel.kind === "receipts") {
      this.receipts.press(key);
    }
  }

  // Being paid

  pay(): void {
    this.#ask(async () => {
      if (this.stage !== "selling" || this.sale.is_empty) return;
      if (this.#mustWeigh()) return;
      if (!this.staff.isApproved(this.sale.view.needs_approval, () => this.pay())) return;
      this.closePanel();
      this.picking.clear();
      this.paying.begin(this.screen?.tender_kinds ?? []);
      await this.paying.figure(draftOf(this.sale.draft));
      this.stage = "paying";
      this.dismiss();
      await this.sale.knownId();
    });
  }

  backToSelling(): void {
    this.#ask(async () => {
      if (this.stage === "paying") this.stage = "selling";
    });
  }

  chooseTender(kind: TenderKind): void {
    this.#changePayment(() => this.paying.choose(kind));
  }

  quickCash(fen: number): void {
    this.#changePayment(() => this.paying.quick(fen));
  }

  takeOffTender(index: number): void {
    this.#changePayment(() => this.paying.takeOff(index));
  }

  setReference(reference: string): void {
    this.#changePayment(() => (this.paying.reference = reference));
  }

  #changePayment(change: () => void): void {
    this.#ask(async () => {
      change();
      await this.#figurePayment();
    });
  }

  #refigurePayment(): void {
    this.#ask(() => this.#figurePayment());
  }

  async #figurePayment(): Promise<void> {
    if (this.stage === "paying") await this.paying.figure(draftOf(this.sale.draft));
  }

  /** Records the sale, once: a second press while it is under way is the same press. */
  complete(): void {
    if (this.#under_way || this.stage !== "paying") return;
    this.#under_way = true;
    const noticed = setTimeout(() => (this.recording = true), NOTICED_MS);
    const seen_fen = this.sale.view.total_fen;
    this.#ask(async () => {
      // A scan that came just before makes another sum than the one that was agreed to.
      if (this.stage !== "paying" || this.sale.view.total_fen !== seen_fen) return;
      const figured = this.paying.figured;
      if (figured === null || !figured.payment.ready) {
        const missing_fen = figured?.payment.remaining_fen ?? 0;
        const why = missing_fen > 0 ? this.words.paying.short(yuan(missing_fen)) : this.words.paying.over;
        this.#say("refused", this.paying.trouble ?? why);
        return;
      }
      const id = await this.sale.knownId();
      const draft = draftOf(this.sale.draft);
      const approval = this.staff.approval?.id ?? null;
      const done = await this.host.call("record_sale", { id, draft, tenders: figured.tenders, approval });
      this.held.recorded(id);
      this.#finish(done);
    }).finally(() => {
      clearTimeout(noticed);
      this.#under_way = this.recording = false;
    });
  }

  // When it is done

  #finish(done: DoneView): void {
    this.done = done;
    this.#done_since_ms = performance.now();
    this.stage = "done";
    this.opened = null;
    this.dismiss();
    void this.print(false);
    void this.askStatus();
    if (this.screen?.shift_opened_at === null) void this.#askScreen();
  }

  /** Paper never holds up a sale: it is asked for beside the queue, and what fails is a notice. */
  async print(reprint: boolean): Promise<void> {
    const done = this.done;
    if (done === null || this.printing?.state === "printing") return;
    this.printing = { state: "printing" };
    const printing = await printed(this.host, done.number, reprint, this.words);
    // Another sale may be on the screen by now: the paper of the one before is not its business.
    if (this.done === done) this.printing = printing;
  }

  /** None where it cannot be drawn: the message says why. */
  async receiptPicture(): Promise<PictureView | null> {
    if (this.done === null) return null;
    try {
      return await this.host.call("receipt_picture", { number: this.done.number });
    } catch (thrown) {
      this.#refuse(thrown);
      return null;
    }
  }

  next(): void {
    if (this.stage !== "done" || performance.now() - this.#done_since_ms < NEXT_GUARD_MS) return;
    this.#ask(async () => {
      if (this.stage === "done") this.#beginNext();
    });
  }

  #beginNext(): void {
    this.staff.forgetApproval();
    this.sale.begin(this.screen?.cash_rounding ?? "none");
    this.weighing = [];
    this.weight_typed = "";
    this.done = null;
    this.printing = null;
    this.stage = "selling";
    this.closePanel();
    this.dismiss();
  }

  async #askScreen(): Promise<void> {
    try {
      this.screen = await this.host.call("screen", {});
    } catch {
      // Only the header would have changed; the next sale asks again.
    }
  }

  // Saying what happened

  #surroundings(): Surroundings {
    const words = (): Words => this.words;
    return {
      host: this.host,
      get words() {
        return words();
      },
      ask: (task) => this.#ask(task),
      say: (tone, text) => this.#say(tone, text),
      dismiss: () => this.dismiss(),
      askApproval: (approving) => this.staff.askApproval(approving),
    };
  }

  #staffed(around: Surroundings): Staff {
    const screen = (): ScreenView | null => this.screen;
    return new Staff({
      ...around,
      get words() {
        return around.words;
      },
      get screen() {
        return screen();
      },
      sale: async () => ({ id: await this.sale.knownId(), draft: draftOf(this.sale.draft) }),
      shown: (shown) => (this.screen = shown),
      refuse: (thrown) => this.#refuse(thrown),
      sound: () => this.#sounds.refused(),
    });
  }

  dismiss(): void {
    clearTimeout(this.#message_timer);
    this.message = null;
  }

  #say(tone: Message["tone"], text: string): void {
    clearTimeout(this.#message_timer);
    this.message = { tone, text };
    if (tone === "refused") this.#sounds.refused();
    this.#message_timer = setTimeout(() => (this.message = null), MESSAGE_SHOWN_MS);
  }

  #refuse(thrown: unknown): void {
    if (isDamage(thrown)) void this.#showDamage();
    this.staff.heard(thrown, this.sale.view.needs_approval);
    this.#say("refused", isRefused(thrown) ? thrown.message : this.words.fault.no_answer);
    if (isRefused(thrown) && thrown.line !== null) {
      this.sale.selected = this.sale.draft.lines[thrown.line - 1]?.key ?? this.sale.selected;
    }
  }

  async #edit(edit: (draft: WorkingDraft) => WorkingDraft): Promise<void> {
    await this.sale.apply(edit);
    await this.#figurePayment();
  }

  #ask(task: () => Promise<void>): Promise<void> {
    return this.queue.add(task).catch((thrown: unknown) => this.#refuse(thrown));
  }
}

function isDamage(thrown: unknown): boolean {
  return isRefused(thrown) && thrown.code === "damaged";
}

function discounted(
  draft: WorkingDraft,
  key: number | null,
  discount: WorkingDraft["discount"],
): WorkingDraft {
  if (key === null) return { ...draft, discount };
  return withChanged(draft, key, (line) => ({ ...line, discount }));
}
