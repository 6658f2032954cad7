//! The customer's screen: what a buyer may see. Villages are named, households are only counted.

use super::{Draft, DraftTender, Language, TenderKind};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What the till's window wants shown; the core figures it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ShowCustomer {
    /// Between sales.
    Welcome,
    Sale {
        draft: Draft,
    },
    Paying {
        draft: Draft,
        tenders: Vec<DraftTender>,
        /// As in `FigurePayment`.
        #[serde(default)]
        rest: Option<TenderKind>,
    },
    /// A recorded sale, by its receipt number.
    Done {
        number: String,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CustomerView {
    pub language: Language,
    pub outlet: String,
    pub operator: String,
    /// 练习: said to the buyer too.
    pub training: bool,
    pub page: CustomerPage,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CustomerPage {
    Welcome,
    Sale {
        lines: Vec<CustomerLineView>,
        sum: CustomerSumView,
    },
    Paying {
        lines: Vec<CustomerLineView>,
        sum: CustomerSumView,
        #[ts(type = "number")]
        tendered_fen: i64,
        #[ts(type = "number")]
        remaining_fen: i64,
        #[ts(type = "number")]
        change_fen: i64,
    },
    Done {
        number: String,
        #[ts(type = "number")]
        total_fen: i64,
        /// 换货: what goods that came back paid for, and what went back as money.
        #[ts(type = "number")]
        credit_fen: i64,
        #[ts(type = "number")]
        back_fen: i64,
        #[ts(type = "number")]
        tendered_fen: i64,
        #[ts(type = "number")]
        change_fen: i64,
        helped: Vec<CustomerHelpedView>,
        households: u32,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CustomerLineView {
    pub name: String,
    pub unit: String,
    pub quantity: String,
    #[ts(type = "number")]
    pub price_fen: i64,
    #[ts(type = "number")]
    pub amount_fen: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CustomerSumView {
    #[ts(type = "number")]
    pub total_fen: i64,
    /// All that is taken off, wiping off among it.
    #[ts(type = "number")]
    pub off_fen: i64,
    /// 换货: what goods that come back pay for.
    #[ts(type = "number")]
    pub credit_fen: i64,
}

/// As on the receipt: a village or a co-operative, with its part of what was paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CustomerHelpedView {
    pub name: String,
    #[ts(type = "number")]
    pub paid_fen: i64,
}
