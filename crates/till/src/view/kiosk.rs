//! 自助收款: what a buyer sees at a till that is left to her, and what she may ask of it.

use super::{CustomerHelpedView, Language, TenderKind};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EnterKiosk {
    /// From `approve`, where the signed-in person may not leave the till to the buyers alone.
    #[serde(default)]
    pub approval: Option<String>,
}

/// How the till stands while it is left to the buyers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct KioskView {
    /// The till's own language: every buyer begins with it.
    pub language: Language,
    /// Seconds untouched until a buyer is asked whether she is still there.
    pub idle_s: u32,
    /// Whether the end of the payment's number is enough, with nobody there.
    pub by_reference: bool,
    pub payments: Vec<KioskPaymentView>,
}

/// A standing payment code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct KioskPaymentView {
    pub kind: TenderKind,
    /// None is the operator's: one kind may go into several pockets, each by a code of its own.
    pub collected_by: Option<String>,
    /// Whose pocket it is. A household is named by its village alone; two that read alike are counted.
    pub payee: String,
    /// Modules a side, with the white around it.
    pub side: u32,
    /// What is dark, as an SVG path of modules.
    pub path: String,
}

/// All that a buyer has scanned, as the scanner gave it: prices and quantities are the core's to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct KioskCart {
    pub codes: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct KioskCartView {
    pub lines: Vec<KioskLineView>,
    /// How many codes that is.
    pub pieces: u32,
    #[ts(type = "number")]
    pub total_fen: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct KioskLineView {
    pub name: String,
    pub unit: String,
    pub quantity: String,
    #[ts(type = "number")]
    pub price_fen: i64,
    #[ts(type = "number")]
    pub amount_fen: i64,
    /// Where from: `石门村`, `柳河橙子合作社`. Empty for own goods, and where no lot covers them.
    pub origin: String,
    /// Which of the scanned codes it is, from 0: counted goods are one line however often they were scanned.
    pub codes: Vec<u32>,
    /// Whether there can be more of it: a label of a scale is what it is.
    pub counted: bool,
}

/// How a sale is taken for paid.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "paid", rename_all = "snake_case")]
pub enum KioskPayment {
    /// Somebody who may sell has heard the money come in.
    Confirmed { staff: String, pin: String },
    /// The last six digits of the payment's number; where nothing is to be paid, none.
    Reference { digits: String },
}

/// A PIN is in no log, not even by accident.
impl std::fmt::Debug for KioskPayment {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            KioskPayment::Confirmed { staff, .. } => write!(formatter, "Confirmed({staff})"),
            KioskPayment::Reference { digits } => write!(formatter, "Reference({digits})"),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RecordKioskSale {
    /// From `start_sale`; the same id records once, however often it is sent.
    pub id: String,
    pub codes: Vec<String>,
    /// The code that was paid to, and whose that is.
    pub kind: TenderKind,
    #[serde(default)]
    pub collected_by: Option<String>,
    pub payment: KioskPayment,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct KioskDoneView {
    pub number: String,
    #[ts(type = "number")]
    pub total_fen: i64,
    pub helped: Vec<CustomerHelpedView>,
    pub households: u32,
}
