import { CustomerScreen } from "../customer/customer-screen.svelte";
import {
  isRefused,
  type DoneView,
  type Host,
  type Language,
  type RefusedView,
  type ScreenView,
  type StatusView,
} from "../lib/host";
import { Data, isEnrolmentCode } from "../data/data.svelte";
import { Sticks } from "../data/sticks.svelte";
import { Jobs } from "../data/jobs.svelte";
import { Boxes } from "../goods/boxes.svelte";
import { Provisional } from "../goods/provisional.svelte";
import { Pictures } from "../goods/pictures.svelte";
import { afterFrame } from "../lib/frames";
import { WORDS, type Words } from "../lib/i18n/words";
import { Queue } from "../lib/queue";
import { Kiosk } from "../kiosk/kiosk.svelte";
import { Drawer } from "../more/drawer.svelte";
import { More } from "../more/more.svelte";
import { Guide } from "../guide/guide.svelte";
import { FirstSteps } from "../guide/first-steps.svelte";
import { isPassCode, Passes } from "../passes/passes.svelte";
import type { Undo } from "../lib/scanner";
import type { Sounds } from "../lib/sound";
import { full, type NumberKey } from "../lib/typed-number";
import { isLooseReceiptCode, isReceiptCode, Receipts } from "../receipts/receipts.svelte";
import { Lots } from "../lots/lots.svelte";
import { Keys } from "../settings/keys.svelte";
import { Looks } from "../settings/looks.svelte";
import { Shift } from "../shift/shift.svelte";
import { notSelling } from "../staff/not-selling";
import { Staff, type Approving } from "../staff/staff.svelte";
import { Buying } from "./buying.svelte";
import { Training } from "../training/training.svelte";
import { Checkout } from "./checkout.svelte";
import type { WorkingDraft } from "./draft";
import { Entering } from "./entering.svelte";
import { Finished } from "./finished.svelte";
import { Held } from "./held.svelte";
import { Interrupted } from "./interrupted.svelte";
import { Messages, type Message, type Offer } from "./messages.svelte";
import { Panels } from "./panels.svelte";
import { Picking } from "./picking.svelte";
import { isDamage, Rescue } from "./rescue.svelte";
import { Sale } from "./sale.svelte";
import type { SaleSurroundings, Stage } from "./surroundings";
import { Weighing } from "./weighing.svelte";

const REOPEN_AFTER_MS = 2000;
/** Need nobody any more once somebody has read it: the clock may be right now, and have been wrong before. */
const CLOCK_SET = ["clock_set_back", "clock_set_ahead"];

/**
 * The till's window, composed of its parts. Whatever touches the sale goes through one queue, in the
 * order it was asked: no scan is lost while a call is under way, and nothing is sent twice.
 */
export class Till implements SaleSurroundings {
  stage: Stage = $state("selling");
  screen: ScreenView | null = $state.raw(null);
  status: StatusView | null = $state.raw(null);
  /** Why the till has not opened yet. */
  opening_trouble: string | null = $state(null);
  /** The same, where the core says it. */
  not_opened: RefusedView | null = $state.raw(null);
  words: Words = $derived(WORDS[this.screen?.language ?? "zh-Hans"]);
  /** What needed somebody, and was read and put away. */
  #read: string | null = $state(null);

  readonly host: Host;
  readonly sounds: Sounds;
  readonly queue = new Queue();
  readonly messages: Messages;
  readonly rescue: Rescue;
  readonly sale: Sale;
  readonly picking: Picking;
  readonly pictures: Pictures;
  readonly boxes: Boxes;
  readonly provisional: Provisional;
  readonly weighing: Weighing;
  readonly panels: Panels;
  readonly entering: Entering;
  readonly held: Held;
  readonly interrupted: Interrupted;
  readonly staff: Staff;
  readonly checkout: Checkout;
  readonly passes: Passes;
  readonly buying: Buying;
  readonly finished: Finished;
  readonly receipts: Receipts;
  readonly shift: Shift;
  readonly looks: Looks;
  readonly more: More;
  readonly drawer: Drawer;
  readonly customer: CustomerScreen;
  readonly training: Training;
  readonly keys: Keys;
  readonly kiosk: Kiosk;
  readonly jobs: Jobs;
  readonly data: Data;
  readonly lots: Lots;
  readonly sticks: Sticks;
  readonly guide: Guide;
  readonly first_steps: FirstSteps;

  constructor(host: Host, sounds: Sounds) {
    this.host = host;
    this.sounds = sounds;
    this.messages = new Messages(sounds);
    this.rescue = new Rescue(host);
    this.sale = new Sale(host, () => this.interrupted.changed());
    this.picking = new Picking(host, (thrown) => this.refuse(thrown));
    this.weighing = new Weighing(this);
    this.panels = new Panels(this);
    this.pictures = new Pictures(host);
    this.boxes = new Boxes(this, this.panels, () => this.#askScreen());
    this.entering = new Entering(this, this.picking, this.weighing, this.panels, (code, refused) =>
      this.provisional.unknown(code, refused),
    );
    this.provisional = new Provisional(this, this.panels, (product) => this.entering.take(product));
    this.held = new Held(this, this.panels);
    this.interrupted = new Interrupted(this, this.held);
    this.staff = new Staff(this, async () => {
      await this.shift.lookAgain();
      await this.#lookForInterrupted();
    });
    this.buying = new Buying(this, this.panels);
    this.finished = new Finished(this);
    const recorded = (id: string, done: DoneView): void => this.#recorded(id, done);
    this.checkout = new Checkout(this, this.staff, this.panels, this.picking, recorded);
    this.passes = new Passes(this, this.checkout);
    this.receipts = new Receipts(this, this.panels, () => this.#afterRecording());
    this.looks = new Looks(this);
    this.keys = new Keys(this);
    this.shift = new Shift(
      this,
      async () => {
        await this.#askScreen();
        void this.askStatus();
      },
      () => this.#unfinished(),
      () => this.held.sales,
    );
    this.more = new More(this);
    this.drawer = new Drawer(this, this.more);
    this.customer = new CustomerScreen(host);
    this.training = new Training(this, (screen) => this.#exchange(screen));
    this.kiosk = new Kiosk(this, (screen) => this.#exchange(screen));
    this.jobs = new Jobs(
      this,
      () => this.#afterJob(),
      () => this.data.lookAgain(),
    );
    this.data = new Data(this);
    this.lots = new Lots(this);
    this.sticks = new Sticks(this, () => this.status?.connection === "online");
    this.guide = new Guide(this);
    this.first_steps = new FirstSteps(this);
  }

  get language(): Language {
    return this.screen?.language ?? "zh-Hans";
  }

  /** What needs a person stays on the screen until it is dealt with; a fresh message goes before it. */
  get shown_message(): Message | null {
    if (this.messages.message !== null) return this.messages.message;
    const attention = this.#attention;
    if (attention !== null) return { tone: "refused", text: attention.message };
    const not_selling = notSelling(this.screen?.staff, this.words, (name) => this.keys.cap(name));
    return not_selling === null ? null : { tone: "notice", text: not_selling };
  }

  get #attention(): RefusedView | null {
    const attention = this.status?.attention ?? null;
    return attention !== null && attention.message === this.#read ? null : attention;
  }

  /** Whether what is shown goes when it has been read. */
  get is_dismissable(): boolean {
    return this.messages.message !== null || CLOCK_SET.includes(this.#attention?.code ?? "");
  }

  // Opening and standing by

  async open(): Promise<void> {
    try {
      this.screen = await this.host.call("screen", {});
      this.opening_trouble = this.not_opened = null;
    } catch (thrown) {
      this.not_opened = isRefused(thrown) ? thrown : null;
      this.opening_trouble = this.words.fault.opening_failed;
      if (isDamage(thrown)) await this.#showDamage();
      // Opened again when a backup is in its place.
      if (this.rescue.damage !== null) return;
      setTimeout(() => void this.open(), REOPEN_AFTER_MS);
      return;
    }
    if (this.screen.kiosk !== null) {
      // It comes up as it was left: the buyers'.
      this.kiosk.begin();
      return;
    }
    this.sale.begin(this.screen.cash_rounding);
    this.staff.touch();
    await this.picking.look(this.screen.quick);
    await this.ask(() => this.held.look());
    await this.ask(() => this.#lookForInterrupted());
    await this.shift.begin();
    await this.askStatus();
  }

  /** Not at a till to practise at, and at a locked one when somebody has signed in. */
  async #lookForInterrupted(): Promise<void> {
    if (!this.staff.shut && this.screen?.training === false) await this.interrupted.look();
  }

  async askStatus(): Promise<void> {
    try {
      this.hear(await this.host.call("status", {}));
    } catch {
      // Asked again in a few seconds; a sale never waits for it, and says so itself when it fails.
    }
  }

  hear(status: StatusView): void {
    const before = this.status;
    this.status = status;
    if (isDamage(status.attention)) void this.#showDamage();
    if (before !== null && before.catalogue !== status.catalogue) void this.#lookAnew();
  }

  /** Prices, goods or staff have come down: the core goes by them already, and no sale is open. */
  async #lookAnew(): Promise<void> {
    await this.ask(async () => {
      this.screen = await this.host.call("screen", {});
      await this.picking.look(this.screen.quick);
    });
  }

  chooseLanguage(language: Language): void {
    void this.ask(async () => {
      const not_kept = await this.#speak(language);
      // 八八折 and 12 % off are typed differently: a number half typed must not change its meaning.
      this.panels.close();
      await this.sale.refigure();
      await this.held.look();
      await this.picking.look(this.screen?.quick ?? []);
      await this.checkout.figure();
      await this.askStatus();
      if (not_kept !== null) this.say("refused", this.words.fault.language_not_kept(not_kept));
    });
  }

  /** On a full disk it is spoken all the same. Answers why it could not be kept. */
  async #speak(language: Language): Promise<string | null> {
    try {
      this.screen = await this.host.call("choose_language", { language });
      return null;
    } catch (thrown) {
      if (!isRefused(thrown)) throw thrown;
      const screen = await this.host.call("screen", {});
      if (screen.language !== language) throw thrown;
      this.screen = screen;
      return thrown.message;
    }
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
    this.say("notice", [words.restored(restored.next_number), ...kept].join(" "));
  }

  /** The goods and prices are the backup's now; a sale that was done may not be in it. */
  #reopen(): Promise<void> {
    return this.ask(async () => {
      this.screen = await this.host.call("screen", {});
      if (this.stage === "done") this.beginNext();
      this.stage = "selling";
      this.panels.close();
      this.dismiss();
      await this.sale.refigure();
      await this.held.look();
      await this.picking.look(this.screen.quick);
      await this.askStatus();
    }).then(() => this.shift.begin());
  }

  /** Another till is behind the window now; nothing of the one before is on it. */
  async #exchange(screen: ScreenView): Promise<void> {
    this.screen = screen;
    this.beginNext();
    this.finished.forgetLast();
    this.more.leave();
    if (screen.kiosk !== null) {
      this.kiosk.begin();
      return;
    }
    this.staff.touch();
    await this.held.look();
    await this.picking.look(screen.quick);
    await this.askStatus();
    // In its turn: it waits for what is under way here.
    void this.shift.begin();
  }

  /** The goods may be others and the sums figured anew; the sale on the screen is as it was. */
  async #afterJob(): Promise<void> {
    try {
      this.screen = await this.host.call("screen", {});
      await this.sale.refigure();
      await this.picking.look(this.screen.quick);
      await this.shift.lookAgain();
    } catch (thrown) {
      this.refuse(thrown);
    }
  }

  openCustomerWindow(): void {
    void this.ask(async () => {
      await this.customer.open();
      this.more.leave();
    });
  }

  // Where more than one part is meant

  scan(code: string): void {
    if (this.kiosk.on !== null) {
      this.kiosk.scan(code);
      return;
    }
    this.first_steps.end();
    if (this.staff.shut) {
      this.staff.refuseScan();
      return;
    }
    if (isEnrolmentCode(code)) {
      this.data.offer(code);
      return;
    }
    if (!this.shift.sells) {
      this.say("refused", this.words.shift.scan_first);
      return;
    }
    this.shift.leave();
    this.more.leave();
    this.#leavePages();
    if (this.jobs.holds_till) this.say("notice", this.words.data.scan_waits);
    if (isPassCode(code)) {
      this.passes.scan(code);
      return;
    }
    const looked_for = this.stage === "selling" && this.panels.shown.kind === "receipts";
    if (looked_for ? isLooseReceiptCode(code) : isReceiptCode(code)) this.receipts.openScanned(code);
    else if (this.stage === "selling" && this.panels.shown.kind === "box") this.boxes.scan(code);
    else this.entering.scan(code);
  }

  /** A key of the keypad or of the keyboard, for whatever number is being asked for. */
  press(key: NumberKey): void {
    const before = this.#number;
    this.#press(key);
    const after = this.#number;
    const is_full = before === null || after === null ? null : full(before, key, after);
    if (is_full !== null) this.say("notice", this.words.number.full(is_full.places, is_full.digits));
  }

  /** What stands where a number is asked for. */
  get #number(): string | null {
    if (this.weighing.is_asked) return this.weighing.typed[this.weighing.field];
    if (this.stage === "paying") return this.checkout.paying.number;
    return "typed" in this.panels.shown ? this.panels.shown.typed : null;
  }

  get asks_number(): boolean {
    return this.#number !== null;
  }

  #press(key: NumberKey): void {
    if (this.weighing.is_asked) this.weighing.press(key);
    else if (this.stage === "paying") this.checkout.press(key);
    else if (this.stage === "selling" && !this.panels.press(key) && this.panels.shown.kind === "receipts") {
      this.receipts.press(key);
    }
  }

  /** How the number that is being asked for is put back to what it is now. */
  rememberNumber(): Undo {
    if (this.weighing.is_asked) return this.weighing.remember();
    return this.stage === "paying" ? this.checkout.remember() : this.panels.remember();
  }

  clear(): void {
    void this.ask(async () => {
      await this.held.forget(this.sale.id);
      this.beginNext();
    });
  }

  /** What is asked for in the header is to be seen, whatever page was open. */
  showShift(): void {
    if (this.stage === "paying" || this.weighing.is_asked) return;
    this.more.leave();
    this.#leavePages();
    this.shift.show();
  }

  showMore(): void {
    this.#leavePages();
    this.more.show();
  }

  #leavePages(): void {
    this.keys.close();
    this.guide.close();
    this.data.close();
    this.lots.close();
  }

  /** What has to be finished before a shift is closed. */
  #unfinished(): string | null {
    return this.stage !== "done" && !this.sale.is_empty ? this.words.shift.sale_first : null;
  }

  // After a sale

  #recorded(id: string, done: DoneView): void {
    this.held.recorded(id);
    this.panels.opened = null;
    this.finished.show(done);
    afterFrame(() => this.#afterRecording());
  }

  #afterRecording(): void {
    void this.askStatus();
    if (this.screen?.shift_opened_at === null) void this.#askScreen();
  }

  beginNext(): void {
    this.staff.forgetApproval();
    this.sale.begin(this.screen?.cash_rounding ?? "none");
    this.weighing.forget();
    this.entering.forgetTimes();
    this.finished.forget();
    this.stage = "selling";
    this.panels.close();
    this.dismiss();
  }

  async #askScreen(): Promise<void> {
    try {
      this.screen = await this.host.call("screen", {});
    } catch {
      // Only the header would have changed; the next sale asks again.
    }
  }

  // What the parts are given

  ask(task: () => Promise<void>): Promise<void> {
    const in_turn = async (): Promise<void> => {
      if (this.jobs.holds_till) await this.jobs.over();
      await task();
    };
    return this.queue.add(in_turn).catch((thrown: unknown) => this.refuse(thrown));
  }

  say(tone: Message["tone"], text: string, offer?: Offer): void {
    this.messages.say(tone, text, offer);
  }

  dismiss(): void {
    this.messages.dismiss();
  }

  /** By the message's own button. */
  dismissRead(): void {
    if (this.messages.message === null) this.#read = this.#attention?.message ?? null;
    this.dismiss();
  }

  refuse(thrown: unknown): void {
    if (isDamage(thrown)) void this.#showDamage();
    this.staff.heard(thrown, this.sale.view.needs_approval);
    this.say("refused", isRefused(thrown) ? thrown.message : this.words.fault.no_answer);
    if (isRefused(thrown) && thrown.line !== null) {
      this.sale.selected = this.sale.draft.lines[thrown.line - 1]?.key ?? this.sale.selected;
    }
  }

  askApproval(approving: Approving): void {
    this.staff.askApproval(approving);
  }

  async edit(edit: (draft: WorkingDraft) => WorkingDraft): Promise<void> {
    await this.sale.apply(edit);
    if (!this.sale.is_empty) this.interrupted.passed();
    await this.staff.reconsider();
    await this.checkout.figure();
  }

  mustWeigh(): boolean {
    if (this.weighing.is_asked) this.say("refused", this.words.weigh.first);
    return this.weighing.is_asked;
  }
}
