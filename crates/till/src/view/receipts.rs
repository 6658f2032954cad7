//! 小票: receipts found again, and what can still be done with them.

use super::{Bearer, Draft, HelpedView, TenderKind, TenderView};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ListReceipts {
    /// Where the page before ended (`ReceiptRowView::place`); none for the newest.
    #[ts(type = "number | null")]
    pub before: Option<i64>,
    pub limit: u32,
    /// Only sales with this buyer, by name, pinyin or phone, or with this in their note: the newest of them.
    #[serde(default)]
    pub about: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FindReceipt {
    /// A number, the last digits of one, or what the QR on the paper says.
    pub text: String,
}

/// Lines of a receipt to be given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RefundLineDraft {
    /// As `ReceiptLineView` has it.
    pub line: u32,
    pub quantity: String,
    /// Fit for sale: it goes back to its lot.
    pub restock: bool,
    pub borne_by: Bearer,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FigureRefund {
    /// The sale's receipt number.
    pub number: String,
    pub lines: Vec<RefundLineDraft>,
    /// Cash for what came by a code, a card or a transfer.
    #[serde(default)]
    pub in_cash: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RecordRefund {
    /// `ReceiptView::next_id`; the same id records once, however often it is sent.
    pub id: String,
    pub number: String,
    pub lines: Vec<RefundLineDraft>,
    /// Cash for what came by a code, a card or a transfer.
    #[serde(default)]
    pub in_cash: bool,
    /// From `approve` for this id, where the cashier may not do it alone.
    #[serde(default)]
    pub approval: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct VoidSale {
    /// `ReceiptView::next_id`; the same id records once, however often it is sent.
    pub id: String,
    pub number: String,
    pub reason: String,
    /// From `approve` for this id, where the cashier may not do it alone.
    #[serde(default)]
    pub approval: Option<String>,
}

/// 无小票退货: the goods are put together as for a sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RefundWithoutReceipt {
    /// From `start_sale`; the same id records once, however often it is sent.
    pub id: String,
    pub draft: Draft,
    pub reason: String,
    /// From `approve` for this id, where the cashier may not do it alone.
    #[serde(default)]
    pub approval: Option<String>,
}

/// 待退款: money that a platform has to give back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WaitingRefundView {
    /// The refund's own receipt number.
    pub number: String,
    /// RFC 3339, by the till's clock.
    pub at: String,
    /// Which of its tenders, from 1.
    pub tender: u32,
    pub kind: TenderKind,
    #[ts(type = "number")]
    pub fen: i64,
    /// Of the payment that it gives back.
    pub reference: Option<String>,
    /// In whose bill it is to be seen; none where it is the operator's.
    pub collected_by: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SeeRefund {
    pub number: String,
    pub tender: u32,
    /// The last four digits in the bill.
    pub reference: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptKind {
    Sale,
    /// Vouchers were sold: money taken, and no sale.
    Vouchers,
    Refund,
    Void,
}

/// What became of a sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptMark {
    Standing,
    PartRefunded,
    Refunded,
    Voided,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReceiptRowView {
    #[ts(type = "number")]
    pub place: i64,
    pub number: String,
    pub kind: ReceiptKind,
    pub mark: ReceiptMark,
    /// The receipt that a refund or a void gives back.
    pub sale_number: Option<String>,
    /// RFC 3339, by the till's clock.
    pub at: String,
    /// What was paid, or what was given back.
    #[ts(type = "number")]
    pub net_fen: i64,
    pub tenders: Vec<TenderKind>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReceiptView {
    pub number: String,
    pub kind: ReceiptKind,
    pub mark: ReceiptMark,
    pub sale_number: Option<String>,
    /// Why it was voided.
    pub reason: Option<String>,
    /// 备注 of a sale.
    pub note: Option<String>,
    /// In whose name it was bought.
    pub buyer: Option<String>,
    /// 换货: the receipt of what went the other way.
    pub other_half: Option<String>,
    pub at: String,
    pub cashier: String,
    #[ts(type = "number")]
    pub net_fen: i64,
    pub tenders: Vec<TenderView>,
    #[ts(type = "number")]
    pub change_fen: i64,
    pub lines: Vec<ReceiptLineView>,
    /// The refunds of a sale, the first one first.
    pub given_back: Vec<GivenBackView>,
    /// What a void would give back. None where there is nothing left or the sale is of another shift.
    pub void: Option<MoneyBackView>,
    /// The sale is of the shift that is open now.
    pub in_shift: bool,
    /// What the next refund or void of it is recorded under.
    pub next_id: String,
}

/// A line of the sale. A gift box is one line, and is given back whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReceiptLineView {
    pub line: u32,
    pub name: String,
    pub unit: String,
    pub quantity: String,
    /// What is left to give back.
    pub left: String,
    #[ts(type = "number")]
    pub net_fen: i64,
    pub weighed: bool,
    pub is_box: bool,
    /// `石门村 · 王桂兰等 3 户`; empty for own goods.
    pub whose: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct GivenBackView {
    pub number: String,
    pub kind: ReceiptKind,
    pub at: String,
    #[ts(type = "number")]
    pub net_fen: i64,
}

/// How money goes back: by the tenders that it came by, each up to what it paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MoneyBackView {
    #[ts(type = "number")]
    pub total_fen: i64,
    pub tenders: Vec<TenderBackView>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TenderBackView {
    pub kind: TenderKind,
    #[ts(type = "number")]
    pub fen: i64,
    pub reference: Option<String>,
    /// Whose pocket it comes from; none where it is the operator's.
    pub collected_by: Option<String>,
    /// 待退款: recorded now, and gone only when it is seen in the bill.
    pub waits: bool,
}

/// A refund or a void that is on disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RefundDoneView {
    pub id: String,
    /// Its own receipt number.
    pub number: String,
    /// None for goods that came without a receipt.
    pub sale_number: Option<String>,
    pub is_void: bool,
    /// True when this id had been recorded before and nothing was recorded now.
    pub repeated: bool,
    pub back: MoneyBackView,
    /// Whose due fell, and by how much.
    pub fallen: Vec<HelpedView>,
    /// What the households keep because the operator bears the refund.
    #[ts(type = "number")]
    pub kept_fen: i64,
}
