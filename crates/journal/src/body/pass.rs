//! Vouchers and tickets: sold by the piece, each with a signed code, and redeemed once.
//!
//! The codes themselves are in no entry: whoever reads a chain could print them. An entry has the ids, and the
//! node that holds the key makes the code of an id again when it prints.

use super::ApprovedFact;
use super::sale::TenderFact;
use serde::{Deserialize, Serialize};

/// One piece that was issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassFact {
    /// 16 hex digits.
    pub id: String,
    /// In fen.
    pub face: i64,
    /// The last day it is good for, `YYYY-MM-DD`; none for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
}

/// A voucher that paid for a sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassUsedFact {
    pub id: String,
    pub face: i64,
    /// Who sold it: the first bytes of SHA-256 over that node's key, 10 hex digits.
    pub issuer: String,
    /// Which of the sale's tenders it is, from 1.
    pub tender: u32,
    /// What it paid: at most its face. What it did not pay has lapsed.
    pub fen: i64,
}

/// Vouchers sold: money taken for what is bought later. No sale, nobody's due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VouchersSold {
    pub id: String,
    /// From the till's own running number, as a sale's.
    pub number: String,
    pub request: String,
    pub outlet: String,
    pub channel: String,
    pub shift: String,
    pub business_date: String,
    pub cashier: String,
    pub lines: Vec<VoucherLineFact>,
    pub total: i64,
    pub tenders: Vec<TenderFact>,
    pub tendered: i64,
    pub change: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buyer: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoucherLineFact {
    pub product: String,
    pub name: String,
    pub unit: String,
    /// Of one, which is its face.
    pub price: i64,
    pub passes: Vec<PassFact>,
}

/// Vouchers taken back unused, and what was paid for them given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VouchersReturned {
    pub id: String,
    pub number: String,
    pub request: String,
    /// The id of what was sold, its number, and the first chain of the till that sold it.
    pub sale: String,
    pub sale_number: String,
    pub sale_origin: String,
    pub outlet: String,
    pub channel: String,
    pub shift: String,
    pub business_date: String,
    pub cashier: String,
    /// Where all of it was voided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub void_reason: Option<String>,
    pub lines: Vec<VoucherBackFact>,
    pub total: i64,
    pub tenders: Vec<TenderFact>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approved_by: Vec<ApprovedFact>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoucherBackFact {
    /// Of what was sold, from 1.
    pub line: u32,
    pub product: String,
    pub name: String,
    pub unit: String,
    pub price: i64,
    /// Ids of what came back.
    pub passes: Vec<String>,
}

/// 核销: a ticket was had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketRedeemed {
    pub id: String,
    /// The ticket's id.
    pub pass: String,
    pub face: i64,
    /// As in `PassUsedFact`.
    pub issuer: String,
    pub outlet: String,
    pub business_date: String,
    pub staff: String,
}

/// Another node whose vouchers and tickets are taken here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssuerPut {
    /// The node's code, `T2`.
    pub code: String,
    pub revision: u32,
    /// 64 hex digits.
    pub public_key: String,
}
