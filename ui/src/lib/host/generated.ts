// Generated from crates/till/src/view.rs. Do not edit.

export type Language = "zh-Hans" | "en";

export type Rounding = "none" | "jiao" | "yuan";

export type Bearer = "operator" | "supplier";

export type TenderKind = "cash" | "qr" | "wechat" | "alipay" | "unionpay" | "ecny" | "card" | "transfer" | "voucher" | "account";

export type DraftDiscount = { fen: number | null, bp: number | null, borne_by: Bearer, };

export type DraftLine = { product: string, quantity: string, price_fen: number | null, amount_fen: number | null, lot: string | null, discount: DraftDiscount | null, };

export type Draft = { lines: Array<DraftLine>, discount: DraftDiscount | null, rounding: Rounding, };

export type DraftTender = { kind: TenderKind, fen: number, reference: string | null, };

export type Nothing = Record<symbol, never>;

export type FindProducts = { query: string, category: string | null, limit: number, };

export type Scan = { code: string, };

export type FigurePayment = { draft: Draft, tenders: Array<DraftTender>, };

export type RecordSale = { id: string, draft: Draft, tenders: Array<DraftTender>, };

export type PrintReceipt = { number: string, reprint: boolean, };

export type ReceiptPicture = { number: string, };

export type ChooseLanguage = { language: Language, };

export type ScreenView = { outlet: string, operator: string, till: string, cashier: string, shift_opened_at: string | null, business_date: string | null, language: Language, demo: boolean, categories: Array<string>, quick: Array<ProductView>, cash_rounding: Rounding, tender_kinds: Array<TenderKind>, fund_name: string, };

export type Connection = "not_enrolled" | "online" | "offline";

export type PrinterState = "not_set" | "ready" | "failed";

export type StatusView = { connection: Connection, sales_waiting: number, printer: PrinterState, attention: RefusedView | null, };

export type ProductView = { code: string, name: string, unit: string, price_fen: number, weighed: boolean, is_box: boolean, origin: string, category: string, };

export type StartedSaleView = { id: string, };

export type ScanView = { "kind": "line", line: DraftLine, } | { "kind": "weigh", product: ProductView, };

export type DraftView = { lines: Array<DraftLineView>, kinds: number, gross_fen: number, discount_fen: number, rounding_fen: number, total_fen: number, };

export type DraftLineView = { name: string, unit: string, quantity: string, price_fen: number, gross_fen: number, amount_fen: number, weighed: boolean, whose: string, discount_label: string | null, contents: Array<BoxContentView>, };

export type BoxContentView = { name: string, unit: string, quantity: string, whose: string, };

export type PaymentView = { total_fen: number, tendered_fen: number, remaining_fen: number, change_fen: number, ready: boolean, suggestions_fen: number[], };

export type TenderView = { kind: TenderKind, fen: number, reference: string | null, };

export type DoneView = { id: string, number: string, repeated: boolean, total_fen: number, tenders: Array<TenderView>, tendered_fen: number, change_fen: number, villages: number, households: number, helped: Array<HelpedView>, fund_fen: number, fund_name: string, short_hash: string, };

export type HelpedView = { whose: string, goods: string, due_fen: number, };

export type PrintedView = { destination: string, reprint: boolean, };

export type PictureView = { png: string, text: string, };

export type RefusedView = { code: string, message: string, line: number | null, };

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
}
