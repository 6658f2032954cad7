//! Buyers and pockets: in whose name it is bought, and who gets the money.

use super::TenderKind;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FindBuyers {
    /// Name, pinyin, code or phone; empty for all.
    pub query: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BuyerView {
    pub code: String,
    pub name: String,
    /// An institution, or else a person.
    pub is_unit: bool,
    /// Whom to ask for there; may be empty.
    pub contact: String,
    /// The last four digits: enough to ask for, too few to call.
    pub phone_tail: String,
    /// What it may still take on account; none where nobody set a limit.
    #[ts(type = "number | null")]
    pub credit_left_fen: Option<i64>,
}

/// Somebody who buys in his own name, taken in on the spot.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AddBuyer {
    pub name: String,
    /// Digits; may be empty.
    #[serde(default)]
    pub phone: String,
}

/// A name and a phone are in no log, not even by accident.
impl std::fmt::Debug for AddBuyer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("AddBuyer(…)")
    }
}

/// A kind of tender with the pocket it goes into: an outlet may take one kind into several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WayToPayView {
    pub kind: TenderKind,
    /// None for the operator, `venue`, or a party's code: what a tender of this way says.
    pub collected_by: Option<String>,
    /// The name of the party whose own code it is.
    pub payee: Option<String>,
}
