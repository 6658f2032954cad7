//! What was under way when the program ended, offered when it is started again.

use super::{HeldSaleView, HoldSale, ReceiptKind};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct InterruptedView {
    /// The last receipt, where nobody knows whether it was printed.
    pub receipt: Option<OpenReceiptView>,
    /// What stood on the screen and was not paid: it is among the held sales now.
    pub sale: Option<HeldSaleView>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OpenReceiptView {
    pub number: String,
    pub kind: ReceiptKind,
    /// What was paid, or what was given back.
    #[ts(type = "number")]
    pub net_fen: i64,
    #[ts(type = "number")]
    pub change_fen: i64,
}

/// Its paper is not wanted any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DealWithReceipt {
    pub number: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct KeepStanding {
    /// None where nothing stands on the screen any more.
    pub sale: Option<HoldSale>,
}
