// Generated from crates/till/src/view.rs. Do not edit.

export type Language = "zh-Hans" | "en";

export type Rounding = "none" | "jiao" | "yuan";

export type Bearer = "operator" | "supplier";

export type TenderKind = "cash" | "qr" | "wechat" | "alipay" | "unionpay" | "ecny" | "card" | "transfer" | "voucher" | "account";

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
 * The amount that a scale's label states; it stands, whatever price × weight would be.
 */
amount_fen: number | null, 
/**
 * The lot that a scanned trace label names.
 */
lot: string | null, discount: DraftDiscount | null, };

export type Draft = { lines: Array<DraftLine>, discount: DraftDiscount | null, rounding: Rounding, };

export type DraftTender = { kind: TenderKind, fen: number, 
/**
 * The last digits of the bill, when the cashier has time for them.
 */
reference: string | null, };

export type Nothing = Record<symbol, never>;

export type FindProducts = { 
/**
 * Name, full pinyin, pinyin initials, code or barcode; empty for all of a category.
 */
query: string, category: string | null, limit: number, };

export type Scan = { code: string, };

export type FigurePayment = { draft: Draft, tenders: Array<DraftTender>, };

export type RecordSale = { 
/**
 * From `start_sale`; the same id records once, however often it is sent.
 */
id: string, draft: Draft, tenders: Array<DraftTender>, };

export type PrintReceipt = { number: string, 
/**
 * False for the first print after the sale; true marks the paper 补打 and is recorded.
 */
reprint: boolean, };

export type ReceiptPicture = { number: string, };

export type ChooseLanguage = { language: Language, };

export type ScreenView = { outlet: string, operator: string, till: string, cashier: string, 
/**
 * `08:12`, the till's own clock; none when no shift is open (a sale opens one).
 */
shift_opened_at: string | null, business_date: string | null, language: Language, 
/**
 * The demo fair: the screen says so, its figures are nobody's money.
 */
demo: boolean, categories: Array<string>, quick: Array<ProductView>, cash_rounding: Rounding, tender_kinds: Array<TenderKind>, fund_name: string, };

export type Connection = "not_enrolled" | "online" | "offline";

export type PrinterState = "not_set" | "ready" | "failed";

export type StatusView = { connection: Connection, 
/**
 * Sales recorded here that the centre has not acknowledged.
 */
sales_waiting: number, printer: PrinterState, 
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
origin: string, category: string, };

export type StartedSaleView = { id: string, };

export type ScanView = { "kind": "line", line: DraftLine, } | { "kind": "weigh", product: ProductView, };

export type DraftView = { lines: Array<DraftLineView>, 
/**
 * 件数: how many kinds of goods.
 */
kinds: number, gross_fen: number, 
/**
 * All discounts but the wiping off.
 */
discount_fen: number, rounding_fen: number, total_fen: number, };

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
 * Whose goods: `石门村 · 王桂兰等 3 户`; `待归户` where no lot covers it; empty for own goods.
 */
whose: string, 
/**
 * `9 折 供货方让利`
 */
discount_label: string | null, 
/**
 * What is in a gift box; empty otherwise.
 */
contents: Array<BoxContentView>, };

export type BoxContentView = { name: string, unit: string, quantity: string, whose: string, };

export type PaymentView = { total_fen: number, tendered_fen: number, 
/**
 * Still to be paid; 0 when `ready`.
 */
remaining_fen: number, change_fen: number, ready: boolean, 
/**
 * Sums a buyer is likely to hand over in cash for what remains, the exact one first.
 */
suggestions_fen: number[], };

export type TenderView = { kind: TenderKind, fen: number, reference: string | null, };

export type DoneView = { id: string, number: string, 
/**
 * True when this id had been recorded before and nothing was recorded now.
 */
repeated: boolean, total_fen: number, tenders: Array<TenderView>, tendered_fen: number, change_fen: number, villages: number, households: number, helped: Array<HelpedView>, 
/**
 * What no lot covers yet: a bookkeeper assigns it, and then it is somebody's.
 */
unassigned_fen: number, fund_fen: number, fund_name: string, 
/**
 * `a41f-9c02-77de`, as on the receipt.
 */
short_hash: string, };

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

export interface Commands {
  screen: { request: Nothing; view: ScreenView };
  status: { request: Nothing; view: StatusView };
  start_sale: { request: Nothing; view: StartedSaleView };
  find_products: { request: FindProducts; view: Array<ProductView> };
  scan: { request: Scan; view: ScanView };
  figure: { request: Draft; view: DraftView };
  figure_payment: { request: FigurePayment; view: PaymentView };
  record_sale: { request: RecordSale; view: DoneView };
  print_receipt: { request: PrintReceipt; view: PrintedView };
  receipt_picture: { request: ReceiptPicture; view: PictureView };
  choose_language: { request: ChooseLanguage; view: ScreenView };
  damage: { request: Nothing; view: DamageView };
  restore_backup: { request: RestoreBackup; view: RestoredView };
}
