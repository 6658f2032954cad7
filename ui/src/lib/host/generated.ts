// Generated from crates/till/src/view.rs. Do not edit.

export type PutProvisional = { 
/**
 * What an approval is for.
 */
id: string, name: string, unit: string, price_fen: number, 
/**
 * None: it is found by its name.
 */
barcode: string | null, 
/**
 * Whose they are said to be: a party's code, or one that is not known yet; neither where nobody says.
 */
said_of: string | null, new_party: NewParty | null, approval: string | null, };

export type NewParty = { name: string, village: string, };

export type FindParties = { query: string, };

export type PartyFoundView = { code: string, name: string, village: string, is_household: boolean, };

export type StallSumView = { 
/**
 * Empty for goods of no stall.
 */
name: string, 
/**
 * All discounts and the wiping off taken off.
 */
net_fen: number, 
/**
 * Which of the sale's lines, from 1.
 */
lines: Array<number>, };

export type Language = "zh-Hans" | "zh-Hant" | "en";

export type Rounding = "none" | "jiao" | "yuan";

export type Bearer = "operator" | "supplier";

export type TenderKind = "cash" | "qr" | "wechat" | "alipay" | "unionpay" | "ecny" | "card" | "transfer" | "voucher" | "account" | "exchange";

export type DraftDiscount = { fen: number | null, 
/**
 * Basis points of what it is taken from: 1000 is 九折.
 */
bp: number | null, borne_by: Bearer, };

export type DraftLine = { product: string, quantity: string, 
/**
 * A price other than the list price.
 */
price_fen: number | null, 
/**
 * Who bears what the price is below the list price; none where `price_fen` is.
 */
price_borne_by: Bearer | null, 
/**
 * What counted goods weigh together that are priced by weight.
 */
weight: string | null, 
/**
 * 皮重: what was taken off before it came to this quantity or weight.
 */
tare: string | null, 
/**
 * The amount that a scale's label states; it stands, whatever price × weight would be.
 */
amount_fen: number | null, 
/**
 * The lot that a scanned trace label names.
 */
lot: string | null, discount: DraftDiscount | null, };

export type Draft = { lines: Array<DraftLine>, discount: DraftDiscount | null, rounding: Rounding, 
/**
 * In whose name it is bought: on account it has to be known.
 */
buyer: string | null, 
/**
 * 备注.
 */
note: string | null, 
/**
 * 换货: goods that come back with the same press.
 */
exchange: DraftExchange | null, };

export type DraftTender = { kind: TenderKind, fen: number, 
/**
 * The last digits of the bill, when the cashier has time for them.
 */
reference: string | null, 
/**
 * Whose code or till it was: one of the outlet's ways to pay.
 */
collected_by: string | null, };

export type Nothing = Record<symbol, never>;

export type FindProducts = { 
/**
 * Name, full pinyin, pinyin initials, code or barcode; empty for all of a category.
 */
query: string, category: string | null, 
/**
 * A stall's code.
 */
stall: string | null, limit: number, };

export type Scan = { 
/**
 * What a gun read, or the code of goods that are picked.
 */
code: string, 
/**
 * 3×: how many of it, where its code does not say.
 */
times: string | null, 
/**
 * The last line of the sale: the same goods count it up.
 */
after: DraftLine | null, };

export type FigurePayment = { draft: Draft, tenders: Array<DraftTender>, 
/**
 * What is left is going to be paid by this; none: as the tenders are, or in cash. 抹零 is for cash.
 */
rest: TenderKind | null, };

export type RecordSale = { 
/**
 * From `start_sale`; the same id records once, however often it is sent.
 */
id: string, draft: Draft, tenders: Array<DraftTender>, 
/**
 * From `approve`, where the draft needs one.
 */
approval: string | null, };

export type PrintReceipt = { number: string, 
/**
 * False for the first print after the sale; true marks the paper 补打 and is recorded.
 */
reprint: boolean, };

export type ReceiptPicture = { number: string, };

export type ChooseLanguage = { language: Language, };

export type ScreenView = { outlet: string, operator: string, till: string, cashier: string, 
/**
 * `08:12`, the till's own clock; none when no shift is open.
 */
shift_opened_at: string | null, business_date: string | null, language: Language, 
/**
 * The demo fair: the screen says so, its figures are nobody's money.
 */
demo: boolean, 
/**
 * 练习: nothing that is done here counts, and the screen says so all the time.
 */
training: boolean, categories: Array<string>, 
/**
 * Those that have goods here.
 */
stalls: Array<StallView>, quick: Array<ProductView>, cash_rounding: Rounding, 
/**
 * What the outlet takes and into whose pocket, in the order of its keys.
 */
ways_to_pay: Array<WayToPayView>, fund_name: string, staff: StaffView, look: Look, keys: Array<KeyChoice>, 
/**
 * 自助收款: the till is left to the buyers; the window shows them their page and nothing else.
 */
kiosk: KioskView | null, 
/**
 * The first steps are shown by themselves: nothing was sold here yet, and nobody has skipped them.
 */
guide_due: boolean, };

export type Connection = "not_enrolled" | "online" | "offline";

export type PrinterState = "not_set" | "ready" | "failed";

export type StatusView = { connection: Connection, 
/**
 * The server that stands in for the till's own, by its name; none while that one answers.
 */
stand_in: string | null, 
/**
 * Another number when prices, goods or staff have come down from the centre: the window asks for its screen anew.
 */
catalogue: number, 
/**
 * Sales recorded here that the centre has not acknowledged.
 */
sales_waiting: number, 
/**
 * Of these, those that no hub on the way has either.
 */
sales_only_here: number, printer: PrinterState, 
/**
 * Something that needs a person: a fork was noticed, a chain was refused, the disk is full.
 */
attention: RefusedView | null, };

export type ProductView = { code: string, name: string, unit: string, price_fen: number, 
/**
 * The weight is typed when it is picked.
 */
weighed: boolean, is_box: boolean, 
/**
 * `石门村`, `柳河合作社`, `5 村 9 户`; `自营` for the operator's own, `待归户` where no lot is open.
 */
origin: string, category: string, 
/**
 * What `pictures` is asked for; none where it is drawn.
 */
picture: string | null, 
/**
 * The unit of weight that the price is for, where `unit` is the one that is counted.
 */
price_unit: string | null, 
/**
 * What its packing usually weighs; empty where it has none.
 */
tare: string, kind: ProductKind, };

export type StartedSaleView = { id: string, };

export type ScanView = { "kind": "line", line: DraftLine, counts_up: boolean, } | { "kind": "weigh", product: ProductView, 
/**
 * The lot that its label names.
 */
lot: string | null, };

export type ProductKind = "goods" | "service" | "ticket" | "voucher";

export type ScanPass = { code: string, 
/**
 * The payment that is being put together; none on any other page. A voucher then pays.
 */
payment: FigurePayment | null, };

export type ScannedPassView = { "kind": "redeemed", 
/**
 * None where its sale is not known here.
 */
name: string | null, face_fen: number, 
/**
 * The last of its number, as on the slip.
 */
tail: string, 
/**
 * `10:32`.
 */
at: string, } | { "kind": "pays", tender: DraftTender, face_fen: number, 
/**
 * What of its face is not needed, and lapses.
 */
lapses_fen: number, } | { "kind": "voucher", name: string | null, face_fen: number, until: string | null, };

export type DraftView = { lines: Array<DraftLineView>, 
/**
 * 件数: how many kinds of goods.
 */
kinds: number, gross_fen: number, 
/**
 * All discounts but the wiping off.
 */
discount_fen: number, rounding_fen: number, total_fen: number, 
/**
 * 按摊位: each stall's own lines and sum, in the order in which the stalls came onto the sale; empty where the
 * outlet does not sell so.
 */
stalls: Array<StallSumView>, 
/**
 * What of it the signed-in cashier may not do alone.
 */
needs_approval: Array<Action>, 
/**
 * What comes back with it.
 */
exchange: ExchangeView | null, };

export type DraftLineView = { name: string, unit: string, 
/**
 * `2`, `3.275`
 */
quantity: string, price_fen: number, gross_fen: number, 
/**
 * Gross less the line's own discount: the amount column.
 */
amount_fen: number, weighed: boolean, 
/**
 * Of counted goods that are priced by weight: what they weigh, and the unit of it.
 */
weight: string | null, price_unit: string | null, tare: string | null, 
/**
 * As the catalogue has it, whatever this line is sold at.
 */
list_price_fen: number, 
/**
 * 最低价: so far down the supplier bears a lower price.
 */
lowest_price_fen: number | null, 
/**
 * Whose goods: `石门村 · 王桂兰等 3 户`; `待归户` where no lot covers it; empty for own goods.
 */
whose: string, 
/**
 * The lot that its label named.
 */
lot: string | null, 
/**
 * What it would cost at the price of today, where the label states another amount.
 */
by_price_fen: number | null, 
/**
 * `9 折 供货方让利`
 */
discount_label: string | null, 
/**
 * What is in a gift box; empty otherwise.
 */
contents: Array<BoxContentView>, };

export type BoxContentView = { name: string, unit: string, quantity: string, whose: string, };

export type PaymentView = { 
/**
 * Paid as it is; another kind may make another total, for only cash is wiped down.
 */
total_fen: number, rounding_fen: number, 
/**
 * Of it what goods that come back pay for.
 */
credit_fen: number, 
/**
 * Handed over.
 */
tendered_fen: number, 
/**
 * Still to be paid; 0 when `ready`.
 */
remaining_fen: number, change_fen: number, ready: boolean, 
/**
 * Sums a buyer is likely to hand over in cash for what remains, the exact one first.
 */
suggestions_fen: number[], };

export type TenderView = { kind: TenderKind, fen: number, reference: string | null, 
/**
 * None where it is the operator's.
 */
collected_by: string | null, };

export type DoneView = { id: string, number: string, 
/**
 * True when this id had been recorded before and nothing was recorded now.
 */
repeated: boolean, total_fen: number, tenders: Array<TenderView>, 
/**
 * Handed over; what goods that came back paid for is not among it.
 */
tendered_fen: number, change_fen: number, 
/**
 * 换货: the other half.
 */
exchange: ExchangedView | null, villages: number, households: number, helped: Array<HelpedView>, 
/**
 * What no lot covers yet: a bookkeeper assigns it, and then it is somebody's.
 */
unassigned_fen: number, fund_fen: number, fund_name: string, 
/**
 * `a41f-9c02-77de`, as on the receipt.
 */
short_hash: string, 
/**
 * Slips that come with the receipt, each with a code of its own.
 */
tickets: number, 
/**
 * Above 0 where vouchers were sold, which is no sale.
 */
vouchers: number, };

export type HelpedView = { 
/**
 * `石门村 · 王桂兰等 3 户`
 */
whose: string, 
/**
 * `土蜂蜜 500g × 2`
 */
goods: string, due_fen: number, };

export type PrintedView = { 
/**
 * Where the paper went: a printer's address or a file.
 */
destination: string, reprint: boolean, };

export type PictureView = { 
/**
 * A PNG, base64.
 */
png: string, text: string, };

export type DamageView = { 
/**
 * Where the damaged file is; a restore keeps it beside the new one.
 */
database: string, 
/**
 * The last receipt in it, where it can still be read.
 */
last_number: string | null, 
/**
 * The newest first.
 */
backups: Array<BackupView>, 
/**
 * Backups that were made and are not there now: on a stick that is not plugged in.
 */
absent: Array<string>, };

export type BackupView = { path: string, 
/**
 * RFC 3339, by the till's clock.
 */
made_at: string, 
/**
 * Made by the till itself, into its data folder.
 */
automatic: boolean, 
/**
 * None in one of an older program, which is only read when it is restored.
 */
sales: number | null, last_number: string | null, };

export type RestoreBackup = { 
/**
 * As `damage` named it.
 */
path: string, 
/**
 * The one chosen on the page: the backup may hold another.
 */
language: Language, };

export type RestoredView = { 
/**
 * What the next receipt is numbered.
 */
next_number: string, 
/**
 * Where the damaged file is kept, if there was one.
 */
kept: string | null, };

export type RefusedView = { code: string, message: string, 
/**
 * Counts from 1, where one line is meant.
 */
line: number | null, };

export type HoldSale = { 
/**
 * From `start_sale`: it is recorded under it later, and so only once.
 */
id: string, 
/**
 * Who or what, in a few words; may be empty.
 */
remark: string, draft: Draft, };

export type RecallSale = { id: string, 
/**
 * The sale that stands on the screen, put aside in the place of the one that is taken back.
 */
standing: HoldSale | null, };

export type DropHeldSale = { id: string, };

export type HeldSaleView = { id: string, 
/**
 * RFC 3339, by the till's clock.
 */
held_at: string, cashier: string, remark: string, lines: number, 
/**
 * The first goods: `土蜂蜜 500g × 2`.
 */
goods: Array<string>, 
/**
 * With today's prices; none where it cannot be figured any more.
 */
total_fen: number | null, 
/**
 * Why it cannot be figured.
 */
trouble: string | null, };

export type RecalledSaleView = { id: string, remark: string, draft: Draft, 
/**
 * All that are put aside, this one among them until it is recorded or thrown away.
 */
held: Array<HeldSaleView>, };

export type InterruptedView = { 
/**
 * The last receipt, where nobody knows whether it was printed.
 */
receipt: OpenReceiptView | null, 
/**
 * What stood on the screen and was not paid: it is among the held sales now.
 */
sale: HeldSaleView | null, };

export type OpenReceiptView = { number: string, kind: ReceiptKind, 
/**
 * What was paid, or what was given back.
 */
net_fen: number, change_fen: number, };

export type DealWithReceipt = { number: string, };

export type KeepStanding = { 
/**
 * None where nothing stands on the screen any more.
 */
sale: HoldSale | null, };

export type ShiftSumsView = { net_fen: number, refunded_fen: number, 
/**
 * Taken for vouchers less what was given back for them: among the tenders, and no part of the net.
 */
vouchers_fen: number, tenders: Array<TenderNetView>, float_fen: number, taken_fen: number, given_back_fen: number, moved_in_fen: number, moved_out_fen: number, };

export type ReadShiftSums = { 
/**
 * From `approve` for the shift's id.
 */
approval: string | null, };

export type ListReceipts = { 
/**
 * Where the page before ended (`ReceiptRowView::place`); none for the newest.
 */
before: number | null, limit: number, 
/**
 * Only sales with this buyer, by name, pinyin or phone, or with this in their note: the newest of them.
 */
about: string, };

export type FindReceipt = { 
/**
 * A number, the last digits of one, or what the QR on the paper says.
 */
text: string, };

export type RefundLineDraft = { 
/**
 * As `ReceiptLineView` has it.
 */
line: number, quantity: string, 
/**
 * Fit for sale: it goes back to its lot.
 */
restock: boolean, borne_by: Bearer, };

export type FigureRefund = { 
/**
 * The sale's receipt number.
 */
number: string, lines: Array<RefundLineDraft>, 
/**
 * Cash for what came by a code, a card or a transfer.
 */
in_cash: boolean, };

export type RecordRefund = { 
/**
 * `ReceiptView::next_id`; the same id records once, however often it is sent.
 */
id: string, number: string, lines: Array<RefundLineDraft>, 
/**
 * Cash for what came by a code, a card or a transfer.
 */
in_cash: boolean, 
/**
 * From `approve` for this id, where the cashier may not do it alone.
 */
approval: string | null, };

export type VoidSale = { 
/**
 * `ReceiptView::next_id`; the same id records once, however often it is sent.
 */
id: string, number: string, reason: string, 
/**
 * From `approve` for this id, where the cashier may not do it alone.
 */
approval: string | null, };

export type ReceiptKind = "sale" | "vouchers" | "refund" | "void";

export type ReceiptMark = "standing" | "part_refunded" | "refunded" | "voided";

export type ReceiptRowView = { place: number, number: string, kind: ReceiptKind, mark: ReceiptMark, 
/**
 * The receipt that a refund or a void gives back.
 */
sale_number: string | null, 
/**
 * RFC 3339, by the till's clock.
 */
at: string, 
/**
 * What was paid, or what was given back.
 */
net_fen: number, tenders: Array<TenderKind>, };

export type ReceiptView = { number: string, kind: ReceiptKind, mark: ReceiptMark, sale_number: string | null, 
/**
 * Why it was voided.
 */
reason: string | null, 
/**
 * 备注 of a sale.
 */
note: string | null, 
/**
 * In whose name it was bought.
 */
buyer: string | null, 
/**
 * 换货: the receipt of what went the other way.
 */
other_half: string | null, at: string, cashier: string, net_fen: number, tenders: Array<TenderView>, change_fen: number, lines: Array<ReceiptLineView>, 
/**
 * The refunds of a sale, the first one first.
 */
given_back: Array<GivenBackView>, 
/**
 * What a void would give back. None where there is nothing left or the sale is of another shift.
 */
void: MoneyBackView | null, 
/**
 * The sale is of the shift that is open now.
 */
in_shift: boolean, 
/**
 * What the next refund or void of it is recorded under.
 */
next_id: string, };

export type ReceiptLineView = { line: number, name: string, unit: string, quantity: string, 
/**
 * What is left to give back.
 */
left: string, net_fen: number, weighed: boolean, is_box: boolean, 
/**
 * `石门村 · 王桂兰等 3 户`; empty for own goods.
 */
whose: string, };

export type GivenBackView = { number: string, kind: ReceiptKind, at: string, net_fen: number, };

export type MoneyBackView = { total_fen: number, tenders: Array<TenderBackView>, };

export type TenderBackView = { kind: TenderKind, fen: number, reference: string | null, 
/**
 * Whose pocket it comes from; none where it is the operator's.
 */
collected_by: string | null, 
/**
 * 待退款: recorded now, and gone only when it is seen in the bill.
 */
waits: boolean, };

export type RefundDoneView = { id: string, 
/**
 * Its own receipt number.
 */
number: string, 
/**
 * None for goods that came without a receipt.
 */
sale_number: string | null, is_void: boolean, 
/**
 * True when this id had been recorded before and nothing was recorded now.
 */
repeated: boolean, back: MoneyBackView, 
/**
 * Whose due fell, and by how much.
 */
fallen: Array<HelpedView>, 
/**
 * What the households keep because the operator bears the refund.
 */
kept_fen: number, };

export type ShiftState = "none" | "open" | "forgotten";

export type ShiftFiguresView = { id: string, business_date: string, cashier: string, 
/**
 * RFC 3339, by the till's clock.
 */
opened_at: string, sales: number, refunds: number, voids: number, 
/**
 * How often the drawer was opened without a sale.
 */
drawer_openings: number, 
/**
 * 自助收款: of the sales, and what those came to.
 */
kiosk_sales: number, kiosk_fen: number, discount_fen: number, 
/**
 * None where the drawer is counted blind (盲交) and is not counted yet: any of them gives away what is in it.
 */
sums: ShiftSumsView | null, };

export type TenderNetView = { kind: TenderKind, net_fen: number, 
/**
 * 未核实: of what was taken, what no bill has shown yet.
 */
unverified_fen: number, };

export type CashMoveView = { 
/**
 * `14:05`
 */
at: string, direction: CashDirection, 
/**
 * None where the shift's sums are not shown.
 */
fen: number | null, reason: string, };

export type CashDirection = "in" | "out";

export type ShiftView = { state: ShiftState, 
/**
 * Today, by the till's clock: the business date of a shift that would be opened now.
 */
today: string, 
/**
 * Who would open one now.
 */
cashier: string, figures: ShiftFiguresView | null, moves: Array<CashMoveView>, 
/**
 * The last count, while nothing was recorded in the drawer since.
 */
counted: CountedView | null, 
/**
 * Notes and coins as they are counted, the largest first.
 */
denominations_fen: number[], 
/**
 * For the next move of cash: the same id records once.
 */
move_id: string, };

export type OpenShift = { float_fen: number, };

export type CloseShift = { 
/**
 * From `approve` for the shift's id, where somebody else opened it.
 */
approval: string | null, };

export type MoveCash = { id: string, direction: CashDirection, fen: number, reason: string, };

export type Pieces = { value_fen: number, pieces: number, };

export type CountDrawer = { pieces: Array<Pieces>, };

export type CountFiguresView = { 
/**
 * In the order of the request.
 */
sums_fen: number[], total_fen: number, };

export type CountedView = { counted_fen: number, expected_fen: number, 
/**
 * 长款 above 0, 短款 below.
 */
difference_fen: number, may_recount: boolean, 
/**
 * What was counted before, the first first; all are recorded at the close.
 */
before_fen: number[], };

export type ClosedShiftView = { figures: ShiftFiguresView, counted_fen: number, expected_fen: number, difference_fen: number, 
/**
 * `a41f-9c02-77de`, as on the Z report.
 */
short_hash: string, };

export type PrintShift = { 
/**
 * A closed shift's Z report; none is the open shift's X report.
 */
id: string | null, 
/**
 * False for the first print at the close; true marks the paper 补打.
 */
reprint: boolean, };

export type Theme = "day" | "sun" | "night";

export type TextSize = "normal" | "large";

export type Look = { theme: Theme, text_size: TextSize, };

export type KeyPage = "sale" | "paying" | "receipts" | "shift";

export type KeyChoice = { page: KeyPage, action: string, 
/**
 * `F9`, `Shift+F6`
 */
key: string, };

export type ChooseKeys = { keys: Array<KeyChoice>, };

export type Role = "cashier" | "supervisor" | "bookkeeper" | "administrator" | "auditor";

export type Action = "sell" | "discount_above_limit" | "price_change" | "refund" | "refund_in_cash" | "refund_without_receipt" | "void" | "reprint" | "drawer_without_sale" | "cash_move" | "shift_open" | "shift_close" | "shift_close_of_another" | "x_report" | "cash_figures" | "lot_assign" | "lot_share" | "gift_box" | "kiosk" | "provisional" | "report" | "import" | "backup" | "verify" | "rebuild" | "carry" | "enrol" | "settings" | "staff";

export type StaffView = { 
/**
 * Whether anybody has a PIN; where nobody has one, the till is open to all.
 */
asked: boolean, signed_in: StaffMemberView | null, 
/**
 * What whoever stands there may do alone; a window says so to who may not sell.
 */
may: Array<Action>, 
/**
 * Those with a PIN, for touch alone: a code may have letters.
 */
members: Array<StaffMemberView>, 
/**
 * Seconds untouched until the till asks again.
 */
lock_after_s: number, };

export type StaffMemberView = { code: string, name: string, role: Role, 
/**
 * Of the demo fair only, whose PINs are nobody's secret.
 */
demo_pin: string | null, };

export type SignIn = { staff: string, pin: string, };

export type SignOutReason = "handover" | "idle";

export type SignOutRequest = { reason: SignOutReason, };

export type Approve = { staff: string, pin: string, 
/**
 * What it is done to: the sale's id.
 */
subject: string, actions: Array<Action>, 
/**
 * What is approved, where it is a sale being put together: more than that needs another approval.
 */
draft: Draft | null, };

export type ApprovalView = { 
/**
 * Goes with the command that it approves.
 */
id: string, 
/**
 * Who gave it.
 */
name: string, actions: Array<Action>, };

export type StillApproved = { approval: string, 
/**
 * The sale's id.
 */
subject: string, draft: Draft, };

export type StillNeededView = { 
/**
 * What goes further than was approved; none where the approval holds.
 */
actions: Array<Action>, };

export type FindBuyers = { 
/**
 * Name, pinyin, code or phone; empty for all.
 */
query: string, };

export type BuyerView = { code: string, name: string, 
/**
 * An institution, or else a person.
 */
is_unit: boolean, 
/**
 * Whom to ask for there; may be empty.
 */
contact: string, 
/**
 * The last four digits: enough to ask for, too few to call.
 */
phone_tail: string, 
/**
 * What it may still take on account; none where nobody set a limit.
 */
credit_left_fen: number | null, };

export type WayToPayView = { kind: TenderKind, 
/**
 * None for the operator, `venue`, or a party's code: what a tender of this way says.
 */
collected_by: string | null, 
/**
 * The name of the party whose own code it is.
 */
payee: string | null, };

export type RefundWithoutReceipt = { 
/**
 * From `start_sale`; the same id records once, however often it is sent.
 */
id: string, draft: Draft, reason: string, 
/**
 * From `approve` for this id, where the cashier may not do it alone.
 */
approval: string | null, };

export type WaitingRefundView = { 
/**
 * The refund's own receipt number.
 */
number: string, 
/**
 * RFC 3339, by the till's clock.
 */
at: string, 
/**
 * Which of its tenders, from 1.
 */
tender: number, kind: TenderKind, fen: number, 
/**
 * Of the payment that it gives back.
 */
reference: string | null, 
/**
 * In whose bill it is to be seen; none where it is the operator's.
 */
collected_by: string | null, };

export type SeeRefund = { number: string, tender: number, 
/**
 * The last four digits in the bill.
 */
reference: string, };

export type ShowCustomer = { "kind": "welcome" } | { "kind": "sale", draft: Draft, } | { "kind": "paying", draft: Draft, tenders: Array<DraftTender>, 
/**
 * As in `FigurePayment`.
 */
rest: TenderKind | null, } | { "kind": "done", number: string, };

export type CustomerView = { language: Language, outlet: string, operator: string, 
/**
 * 练习: said to the buyer too.
 */
training: boolean, page: CustomerPage, };

export type CustomerPage = { "kind": "welcome" } | { "kind": "sale", lines: Array<CustomerLineView>, sum: CustomerSumView, } | { "kind": "paying", lines: Array<CustomerLineView>, sum: CustomerSumView, tendered_fen: number, remaining_fen: number, change_fen: number, } | { "kind": "done", number: string, total_fen: number, 
/**
 * 换货: what goods that came back paid for, and what went back as money.
 */
credit_fen: number, back_fen: number, tendered_fen: number, change_fen: number, helped: Array<CustomerHelpedView>, households: number, };

export type CustomerLineView = { name: string, unit: string, quantity: string, price_fen: number, amount_fen: number, };

export type CustomerSumView = { total_fen: number, 
/**
 * All that is taken off, wiping off among it.
 */
off_fen: number, 
/**
 * 换货: what goods that come back pay for.
 */
credit_fen: number, };

export type CustomerHelpedView = { name: string, paid_fen: number, };

export type StallView = { code: string, name: string, };

export type FindPictures = { 
/**
 * As products name them.
 */
pictures: Array<string>, };

export type GoodsPictureView = { picture: string, 
/**
 * A data URL.
 */
url: string, };

export type WeighGoods = { product: string, 
/**
 * With its packing.
 */
gross: string, 
/**
 * 皮重; empty for none.
 */
tare: string, 
/**
 * How many there are of counted goods; empty for one.
 */
pieces: string, 
/**
 * The lot that its label names.
 */
lot: string | null, };

export type WeighedView = { line: DraftLine, 
/**
 * Without packing, in the unit of the price: `1.85`.
 */
net: string, unit: string, 
/**
 * The same as people also say it: `0.925 公斤`; none where there is no other word.
 */
said: string | null, amount_fen: number, };

export type BoxDraft = { 
/**
 * That of the box which is changed; none for a new one.
 */
code: string | null, name: string, 
/**
 * For one box.
 */
price_fen: number, 
/**
 * Who bears what it costs less than its contents.
 */
borne_by: Bearer, 
/**
 * None: it is picked on the screen.
 */
barcode: string | null, contents: Array<BoxDraftContent>, };

export type BoxDraftContent = { product: string, 
/**
 * In one box.
 */
quantity: string, };

export type BoxFiguresView = { contents: Array<BoxPartView>, 
/**
 * What its contents cost at their list prices.
 */
contents_fen: number, 
/**
 * What it costs less than them.
 */
reduction_fen: number, 
/**
 * What it costs more than them: the operator's own.
 */
surplus_fen: number, };

export type BoxPartView = { product: string, name: string, unit: string, quantity: string, price_fen: number, gross_fen: number, 
/**
 * What of the box's price is this one's.
 */
part_fen: number, whose: string, };

export type OpenBox = { code: string, };

export type SaveBox = { 
/**
 * What an approval is for.
 */
id: string, draft: BoxDraft, approval: string | null, };

export type AddBuyer = { name: string, 
/**
 * Digits; may be empty.
 */
phone: string, };

export type DraftExchange = { 
/**
 * `ReceiptView::next_id`: what the refund is recorded under.
 */
id: string, 
/**
 * The receipt that they come from.
 */
number: string, lines: Array<RefundLineDraft>, 
/**
 * Cash for what came by a code and is not used up by the new goods.
 */
in_cash: boolean, };

export type ExchangeView = { number: string, lines: Array<ExchangedLineView>, 
/**
 * What the goods that come back had cost.
 */
worth_fen: number, 
/**
 * Of it what pays for the new goods.
 */
credit_fen: number, 
/**
 * What of the sale is still to be paid.
 */
to_pay_fen: number, 
/**
 * What goes back as money.
 */
back: MoneyBackView, };

export type ExchangedLineView = { name: string, unit: string, quantity: string, net_fen: number, };

export type ExchangedView = { 
/**
 * The refund's own receipt number.
 */
number: string, 
/**
 * The receipt that the goods came from.
 */
sale_number: string, worth_fen: number, credit_fen: number, 
/**
 * What was paid beside it.
 */
to_pay_fen: number, back: MoneyBackView, 
/**
 * Whose due fell, and by how much.
 */
fallen: Array<HelpedView>, };

export type OpenDrawer = { 
/**
 * From `start_sale`; the same id opens it once.
 */
id: string, reason: string, 
/**
 * From `approve` for this id, where the cashier may not do it alone.
 */
approval: string | null, };

export type DrawerOpenedView = { 
/**
 * How often in this shift.
 */
openings: number, };

export type EnterKiosk = { 
/**
 * From `approve`, where the signed-in person may not leave the till to the buyers alone.
 */
approval: string | null, };

export type KioskView = { 
/**
 * The till's own language: every buyer begins with it.
 */
language: Language, 
/**
 * Seconds untouched until a buyer is asked whether she is still there.
 */
idle_s: number, 
/**
 * Whether the end of the payment's number is enough, with nobody there.
 */
by_reference: boolean, payments: Array<KioskPaymentView>, };

export type KioskPaymentView = { kind: TenderKind, 
/**
 * None is the operator's: one kind may go into several pockets, each by a code of its own.
 */
collected_by: string | null, 
/**
 * Whose pocket it is. A household is named by its village alone; two that read alike are counted.
 */
payee: string, 
/**
 * Modules a side, with the white around it.
 */
side: number, 
/**
 * What is dark, as an SVG path of modules.
 */
path: string, };

export type KioskCart = { codes: Array<string>, };

export type KioskCartView = { lines: Array<KioskLineView>, 
/**
 * How many codes that is.
 */
pieces: number, total_fen: number, };

export type KioskLineView = { name: string, unit: string, quantity: string, price_fen: number, amount_fen: number, 
/**
 * Where from: `石门村`, `柳河橙子合作社`. Empty for own goods, and where no lot covers them.
 */
origin: string, 
/**
 * Which of the scanned codes it is, from 0: counted goods are one line however often they were scanned.
 */
codes: Array<number>, 
/**
 * Whether there can be more of it: a label of a scale is what it is.
 */
counted: boolean, };

export type KioskPayment = { "paid": "confirmed", staff: string, pin: string, } | { "paid": "reference", digits: string, };

export type RecordKioskSale = { 
/**
 * From `start_sale`; the same id records once, however often it is sent.
 */
id: string, codes: Array<string>, 
/**
 * The code that was paid to, and whose that is.
 */
kind: TenderKind, collected_by: string | null, payment: KioskPayment, };

export type KioskDoneView = { number: string, total_fen: number, helped: Array<CustomerHelpedView>, households: number, };

export type FindLots = { 
/**
 * Of goods: a name, pinyin, a code; empty means all.
 */
query: string, };

export type LotsView = { 
/**
 * What was looked for in the order in which it fits; else the overdrawn ones first, then those that run low here,
 * and what is sold out everywhere last.
 */
lots: Array<LotLeftView>, 
/**
 * There are more than are shown.
 */
more: boolean, 
/**
 * Whether whoever stands there may give back and share out.
 */
may_share: boolean, 
/**
 * Whether the server beside the till shares lots out.
 */
hub: boolean, };

export type LotLeftView = { lot: string, 
/**
 * Of the goods.
 */
name: string, unit: string, 
/**
 * `石门村 · 王桂兰等 3 户`.
 */
whose: string, 
/**
 * All that came in of it, wherever it is now.
 */
received: string, 
/**
 * 常设: it does not run out, and nobody needs a part of it.
 */
standing: boolean, 
/**
 * This till received it itself and has the whole of it.
 */
own: boolean, 
/**
 * What this till has had to sell of it, less what it gave back.
 */
part: string, sold: string, 
/**
 * Of its part; negative where it sold more.
 */
left: string, 
/**
 * Of what came in, what is not this till's: other tills', or nobody's yet.
 */
elsewhere: string, 
/**
 * How much more was sold of it than came in, as far as is known here.
 */
over: string | null, 
/**
 * Whether it can go back to whom it came from: something of a part is left.
 */
can_give_back: boolean, 
/**
 * Where the server beside the till shares it out.
 */
shared: LotSharedView | null, };

export type LotSharedView = { 
/**
 * What nobody was given yet; negative where more was sold than came in.
 */
undistributed: string, 
/**
 * Whether there is anything to give.
 */
can_allot: boolean, 
/**
 * How much more was sold than came in, as far as the server knows.
 */
over: string | null, nodes: Array<LotNodeView>, };

export type LotNodeView = { node: string, is_this_till: boolean, allotted: string, 
/**
 * What it sold, or of a hub what it gave on, as far as the server knows.
 */
used: string, left: string, 
/**
 * It is given no more: revoked, or of another outlet.
 */
is_closed: boolean, };

export type GiveBackLot = { 
/**
 * From `start_sale`; the same id gives back once, however often it is sent.
 */
id: string, lot: string, 
/**
 * At most three places; none means all that is left here.
 */
quantity: string | null, };

export type AllotLot = { lot: string, 
/**
 * None means evenly over all who sell it: then it is all there is.
 */
node: string | null, 
/**
 * None means all that nobody was given yet.
 */
quantity: string | null, };

export type DataView = { 
/**
 * What whoever stands at the till may have done.
 */
may: Array<JobKind>, 
/**
 * Where files come from and go to: sticks that are plugged in, and the folders of whoever has the machine.
 */
places: Array<string>, 
/**
 * Catalogues that lie there, the newest first.
 */
files: Array<FileFoundView>, 
/**
 * The newest backup that was put elsewhere.
 */
last_backup: LastBackupView | null, 
/**
 * The newest of those that the till makes by itself.
 */
last_automatic: LastBackupView | null, 
/**
 * What a stick can carry to the centre; none where there is no centre.
 */
carry: CarryView | null, 
/**
 * Where this till sends what it records; none where it stands alone.
 */
centre: CentreView | null, 
/**
 * Where it may send, that one first and then what stands in for it: hubs of the same fair, the centre above.
 */
servers: Array<ServerView>, 
/**
 * Hubs that can be heard in this machine's network: the next code may be one of theirs.
 */
nearby: Array<NearbyView>, 
/**
 * Whether this machine is the fair's hub; none where this program cannot be one.
 */
hub: boolean | null, };

export type FileFoundView = { path: string, name: string, folder: string, bytes: number, };

export type LastBackupView = { path: string, made_at: string, 
/**
 * Not there now: the stick may only have to be plugged in.
 */
is_absent: boolean, };

export type JobKind = "import" | "backup" | "verify" | "rebuild" | "carry" | "receipt" | "enrol" | "hub" | "upstream";

export type JobStep = "file" | "chains" | "figures" | "copy" | "replay" | "compare" | "rows" | "record" | "pack" | "ask" | "start";

export type JobView = { "state": "none" } | { "state": "running", kind: JobKind, step: JobStep, done: number, 
/**
 * 0 where the step has no measure.
 */
total: number, 
/**
 * Nothing is sold until it is over.
 */
holds_till: boolean, 
/**
 * It was told to stop.
 */
is_stopping: boolean, } | { "state": "done", kind: JobKind, report: JobReport, } | { "state": "refused", kind: JobKind, refused: RefusedView, faults: Array<ImportFaultView>, };

export type JobReport = { "of": "import", path: string, 
/**
 * Only what it would do.
 */
check_only: boolean, added: number, revised: number, unchanged: number, } | { "of": "backup", path: string, bytes: number, } | { "of": "verify" } & VerifyReport | { "of": "rebuild", entries: number, } | { "of": "carry", 
/**
 * None where nothing waited: nothing was written.
 */
path: string | null, entries: number, sales: number, } | { "of": "receipt", sales_waiting: number, 
/**
 * A later one was read before: nothing was changed.
 */
is_older: boolean, 
/**
 * The centre wants more than the bundle brought: another one, and it has that.
 */
is_more_wanted: boolean, } | { "of": "came_down", 
/**
 * New ones.
 */
entries: number, 
/**
 * Why something of it was not taken, by its code.
 */
stopped: string | null, } | { "of": "enrol", name: string, sales_waiting: number, } | { "of": "hub", name: string, } | { "of": "upstream", 
/**
 * The centre's name.
 */
name: string, };

export type VerifyReport = { is_sound: boolean, entries: number, file_is_sound: boolean, 
/**
 * The first bad entry, where there is one.
 */
bad_entry: number | null, 
/**
 * Whether the projections are those of a replay, and add up; none where something else is wrong first.
 */
projections_agree: boolean | null, 
/**
 * Parties whose names their keys do not open.
 */
damaged_names: Array<string>, 
/**
 * Entries that were there are missing, as the file beside the database says.
 */
is_cut_off: boolean, };

export type ImportFaultView = { list: string, row: number, name: string, message: string, };

export type StartImport = { path: string, check_only: boolean, };

export type StartBackup = { 
/**
 * The folder it goes into.
 */
place: string, };

export type StartCarry = { 
/**
 * The folder it goes into.
 */
place: string, };

export type StartReceipt = { path: string, };

export type StartEnrol = { 
/**
 * The one-time code that the hub or the centre gave, `JISHI-…`.
 */
code: string, };

export type CarryView = { 
/**
 * The centre's name.
 */
centre: string, sales_waiting: number, 
/**
 * Receipts that lie where sticks are, and what comes down, the newest first of each.
 */
receipts: Array<FileFoundView>, };

export type CentreView = { name: string, address: string, };

export type ServerView = { name: string, address: string, is_hub: boolean, 
/**
 * It is sent to just now.
 */
is_in_use: boolean, 
/**
 * Sales of this till that it has not acknowledged.
 */
sales_missing: number, };

export type NearbyView = { name: string, address: string, };

export type SticksView = { 
/**
 * Empty where nothing may be carried: no centre, or nobody who may.
 */
sticks: Array<string>, 
/**
 * What the centre wrote, that lies on them.
 */
files: Array<FileFoundView>, 
/**
 * Sales that are nowhere but here.
 */
sales_waiting: number, };

export type HubView = { is_on: boolean, 
/**
 * What it is called; before it was ever on, what it would be.
 */
name: string, 
/**
 * Whether there is one already: it keeps its name.
 */
is_made: boolean, 
/**
 * Where other tills reach it, the likeliest first; empty where this machine is in no network, or it is off.
 */
addresses: Array<string>, 
/**
 * Why it cannot be reached, where it should be.
 */
failure: string | null, 
/**
 * The page of the fair, for this machine's own browser.
 */
page: string | null, upstream: HubUpstreamView | null, 
/**
 * In the order of their joining.
 */
nodes: Array<HubNodeView>, 
/**
 * The last one-time code, until it is used or out of date.
 */
code: HubCodeView | null, 
/**
 * Who used the last code.
 */
joined: string | null, };

export type HubUpstreamView = { name: string, address: string, 
/**
 * None before the first answer.
 */
online: boolean | null, 
/**
 * Entries that it has not acknowledged.
 */
entries_waiting: number, 
/**
 * A chain that it takes no more of, and why.
 */
refused: string | null, };

export type HubNodeView = { node: string, key: string, is_hub: boolean, is_this_till: boolean, 
/**
 * The hub that it joined, where it was not this one.
 */
via: string | null, sales: number, 
/**
 * Entries that are not at the centre yet; none where the hub stands alone.
 */
entries_waiting: number | null, 
/**
 * RFC 3339; none before it has sent anything.
 */
heard_at: string | null, is_revoked: boolean, };

export type HubCodeView = { text: string, 
/**
 * Where it leads.
 */
address: string, 
/**
 * RFC 3339.
 */
expires_at: string, 
/**
 * For another hub, and not for a till.
 */
is_for_hub: boolean, 
/**
 * Modules a side, with the white around it.
 */
side: number, 
/**
 * What is dark, as an SVG path of modules.
 */
path: string, };

export type StartHub = { 
/**
 * What a new one is called; one that was made keeps its name.
 */
name: string, };

export type InviteToHub = { 
/**
 * Where the code leads: one of the hub's addresses; none is the likeliest.
 */
address: string | null, 
/**
 * For another hub, and not for a till.
 */
is_for_hub: boolean, };

export type JoinUpstream = { 
/**
 * The one-time code that the centre gave, `JISHI-…`.
 */
code: string, };

export interface Commands {
  screen: { request: Nothing; view: ScreenView };
  status: { request: Nothing; view: StatusView };
  start_sale: { request: Nothing; view: StartedSaleView };
  find_products: { request: FindProducts; view: Array<ProductView> };
  scan: { request: Scan; view: ScanView };
  scan_pass: { request: ScanPass; view: ScannedPassView };
  pictures: { request: FindPictures; view: Array<GoodsPictureView> };
  weigh: { request: WeighGoods; view: WeighedView };
  boxes: { request: Nothing; view: Array<ProductView> };
  open_box: { request: OpenBox; view: BoxDraft };
  figure_box: { request: BoxDraft; view: BoxFiguresView };
  save_box: { request: SaveBox; view: ProductView };
  put_provisional: { request: PutProvisional; view: ProductView };
  find_parties: { request: FindParties; view: Array<PartyFoundView> };
  figure: { request: Draft; view: DraftView };
  figure_payment: { request: FigurePayment; view: PaymentView };
  record_sale: { request: RecordSale; view: DoneView };
  find_buyers: { request: FindBuyers; view: Array<BuyerView> };
  add_buyer: { request: AddBuyer; view: BuyerView };
  held_sales: { request: Nothing; view: Array<HeldSaleView> };
  hold_sale: { request: HoldSale; view: Array<HeldSaleView> };
  recall_sale: { request: RecallSale; view: RecalledSaleView };
  drop_held_sale: { request: DropHeldSale; view: Array<HeldSaleView> };
  interrupted: { request: Nothing; view: InterruptedView };
  keep_standing: { request: KeepStanding; view: Nothing };
  deal_with_receipt: { request: DealWithReceipt; view: Nothing };
  receipts: { request: ListReceipts; view: Array<ReceiptRowView> };
  find_receipt: { request: FindReceipt; view: ReceiptView };
  figure_refund: { request: FigureRefund; view: MoneyBackView };
  record_refund: { request: RecordRefund; view: RefundDoneView };
  void_sale: { request: VoidSale; view: RefundDoneView };
  refund_without_receipt: { request: RefundWithoutReceipt; view: RefundDoneView };
  waiting_refunds: { request: Nothing; view: Array<WaitingRefundView> };
  see_refund: { request: SeeRefund; view: Array<WaitingRefundView> };
  print_receipt: { request: PrintReceipt; view: PrintedView };
  receipt_picture: { request: ReceiptPicture; view: PictureView };
  choose_language: { request: ChooseLanguage; view: ScreenView };
  choose_look: { request: Look; view: ScreenView };
  choose_keys: { request: ChooseKeys; view: ScreenView };
  guide_seen: { request: Nothing; view: ScreenView };
  shift: { request: Nothing; view: ShiftView };
  read_shift_sums: { request: ReadShiftSums; view: ShiftView };
  open_shift: { request: OpenShift; view: ShiftView };
  go_on_with_shift: { request: Nothing; view: ShiftView };
  move_cash: { request: MoveCash; view: ShiftView };
  open_drawer: { request: OpenDrawer; view: DrawerOpenedView };
  figure_count: { request: CountDrawer; view: CountFiguresView };
  count_drawer: { request: CountDrawer; view: CountedView };
  close_shift: { request: CloseShift; view: ClosedShiftView };
  print_shift: { request: PrintShift; view: PrintedView };
  sign_in: { request: SignIn; view: ScreenView };
  sign_out: { request: SignOutRequest; view: ScreenView };
  approve: { request: Approve; view: ApprovalView };
  still_approved: { request: StillApproved; view: StillNeededView };
  touch: { request: Nothing; view: StatusView };
  show_customer: { request: ShowCustomer; view: CustomerView };
  enter_kiosk: { request: EnterKiosk; view: ScreenView };
  leave_kiosk: { request: SignIn; view: ScreenView };
  figure_kiosk: { request: KioskCart; view: KioskCartView };
  record_kiosk_sale: { request: RecordKioskSale; view: KioskDoneView };
  damage: { request: Nothing; view: DamageView };
  restore_backup: { request: RestoreBackup; view: RestoredView };
  enter_training: { request: Nothing; view: ScreenView };
  leave_training: { request: Nothing; view: ScreenView };
  data: { request: Nothing; view: DataView };
  start_import: { request: StartImport; view: JobView };
  start_backup: { request: StartBackup; view: JobView };
  start_verify: { request: Nothing; view: JobView };
  start_rebuild: { request: Nothing; view: JobView };
  start_carry: { request: StartCarry; view: JobView };
  start_receipt: { request: StartReceipt; view: JobView };
  start_enrol: { request: StartEnrol; view: JobView };
  sticks: { request: Nothing; view: SticksView };
  job: { request: Nothing; view: JobView };
  cancel_job: { request: Nothing; view: JobView };
  hub: { request: Nothing; view: HubView };
  start_hub: { request: StartHub; view: JobView };
  stop_hub: { request: Nothing; view: HubView };
  invite_to_hub: { request: InviteToHub; view: HubView };
  start_upstream: { request: JoinUpstream; view: JobView };
  lots: { request: FindLots; view: LotsView };
  give_back_lot: { request: GiveBackLot; view: Nothing };
  allot_lot: { request: AllotLot; view: Nothing };
}
