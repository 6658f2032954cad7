//! 换货: goods that come back with a sale that is being put together, and what that comes to.

use super::{HelpedView, MoneyBackView, RefundLineDraft};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Goods of an earlier receipt that pay for those of this sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DraftExchange {
    /// `ReceiptView::next_id`: what the refund is recorded under.
    pub id: String,
    /// The receipt that they come from.
    pub number: String,
    pub lines: Vec<RefundLineDraft>,
    /// Cash for what came by a code and is not used up by the new goods.
    #[serde(default)]
    pub in_cash: bool,
}

/// The same, figured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ExchangeView {
    pub number: String,
    pub lines: Vec<ExchangedLineView>,
    /// What the goods that come back had cost.
    #[ts(type = "number")]
    pub worth_fen: i64,
    /// Of it what pays for the new goods.
    #[ts(type = "number")]
    pub credit_fen: i64,
    /// What of the sale is still to be paid.
    #[ts(type = "number")]
    pub to_pay_fen: i64,
    /// What goes back as money.
    pub back: MoneyBackView,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ExchangedLineView {
    pub name: String,
    pub unit: String,
    pub quantity: String,
    #[ts(type = "number")]
    pub net_fen: i64,
}

/// The refund of an exchange that is on disk, beside its sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ExchangedView {
    /// The refund's own receipt number.
    pub number: String,
    /// The receipt that the goods came from.
    pub sale_number: String,
    #[ts(type = "number")]
    pub worth_fen: i64,
    #[ts(type = "number")]
    pub credit_fen: i64,
    /// What was paid beside it.
    #[ts(type = "number")]
    pub to_pay_fen: i64,
    pub back: MoneyBackView,
    /// Whose due fell, and by how much.
    pub fallen: Vec<HelpedView>,
}
