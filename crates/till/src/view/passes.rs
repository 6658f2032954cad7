//! 票券 at the window: a code that was scanned, and what it is good for.

use super::{DraftTender, FigurePayment};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What is sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ProductKind {
    Goods,
    Service,
    Ticket,
    Voucher,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ScanPass {
    pub code: String,
    /// The payment that is being put together; none on any other page. A voucher then pays.
    pub payment: Option<FigurePayment>,
}

/// What a scanned voucher or ticket came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ScannedPassView {
    /// 已核销: recorded, and on disk.
    Redeemed {
        /// None where its sale is not known here.
        name: Option<String>,
        #[ts(type = "number")]
        face_fen: i64,
        /// The last of its number, as on the slip.
        tail: String,
        /// `10:32`.
        at: String,
    },
    /// A voucher for the sale that is being paid: a tender of as much as it pays.
    Pays {
        tender: DraftTender,
        #[ts(type = "number")]
        face_fen: i64,
        /// What of its face is not needed, and lapses.
        #[ts(type = "number")]
        lapses_fen: i64,
    },
    /// A voucher that is good, while nothing is being paid.
    Voucher {
        name: Option<String>,
        #[ts(type = "number")]
        face_fen: i64,
        until: Option<String>,
    },
}
