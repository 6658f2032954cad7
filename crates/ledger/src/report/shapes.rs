//! The rows of reports, as they are written out.

use serde::Serialize;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    pub sales: i64,
    pub refunds: i64,
    pub voids: i64,
    pub gross: i64,
    pub discount: i64,
    pub refunded: i64,
    pub net: i64,
    pub payable: i64,
    pub fund: i64,
    pub margin: i64,
    /// The part of net that no lot covers yet: its margin is provisional.
    pub unassigned: i64,
    pub households: i64,
    pub parties: i64,
    pub fairs: i64,
    pub entries: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SaleRow {
    pub id: String,
    pub number: String,
    pub till: String,
    pub at: String,
    pub business_date: String,
    pub outlet: String,
    pub cashier: String,
    pub channel: String,
    pub gross: i64,
    pub discount: i64,
    pub net: i64,
    pub refunded: i64,
    /// In whose name it was bought: a code, and its name where that is here and not erased.
    pub buyer: Option<String>,
    pub buyer_name: Option<String>,
    pub note: Option<String>,
    /// 自助收款: how a sale that the buyer made herself was taken for paid, `confirmed` or `reference`.
    pub kiosk: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LineRow {
    pub number: String,
    pub line: i64,
    pub product: String,
    pub name: Option<String>,
    pub unit: Option<String>,
    pub qty: String,
    pub price: i64,
    pub gross: i64,
    pub discount: i64,
    pub net: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProductRow {
    pub product: String,
    pub name: Option<String>,
    pub unit: Option<String>,
    pub sales: i64,
    pub sold: String,
    pub returned: String,
    pub gross: i64,
    pub discount: i64,
    pub refunded: i64,
    pub net: i64,
    pub payable: i64,
    pub fund: i64,
    pub margin: i64,
    pub unassigned: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PartyRow {
    pub party: String,
    pub kind: Option<String>,
    /// None where its key is not here or was destroyed.
    pub name: Option<String>,
    pub village: Option<String>,
    pub sales: i64,
    pub attributed: i64,
    pub due: i64,
    /// Settlements and payments are not recorded by this version: both are 0.
    pub settled: i64,
    pub paid: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LotRow {
    pub lot: String,
    pub product: String,
    pub received: String,
    pub sold: String,
    pub returned: String,
    /// Of what was returned, what was not fit for sale.
    pub wasted: String,
    /// Received − sold + returned − wasted; negative where the lot is overdrawn.
    pub left: String,
    pub net: i64,
    pub payable: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StockRow {
    pub product: String,
    pub name: Option<String>,
    pub unit: Option<String>,
    pub received: String,
    pub sold: String,
    pub returned: String,
    pub wasted: String,
    /// What the product's lots have left.
    pub left: String,
    /// Sold before any lot covered it, not returned and not assigned since.
    pub unassigned: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TenderRow {
    pub kind: String,
    /// Whose pocket: null the operator's.
    pub collected_by: Option<String>,
    pub tenders: i64,
    /// Less change.
    pub fen: i64,
    pub refunded: i64,
    pub net: i64,
    /// Of `fen`, what no bill has shown yet.
    pub unverified: i64,
    /// Of `refunded`, what no bill has shown yet.
    pub waiting: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShiftRow {
    pub till: String,
    pub shift: String,
    pub outlet: String,
    pub business_date: String,
    pub staff: String,
    pub opened_at: String,
    pub closed_at: Option<String>,
    pub float: i64,
    pub sales: Option<i64>,
    pub net: Option<i64>,
    pub expected: Option<i64>,
    pub counted: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnassignedRow {
    pub sale: String,
    pub number: String,
    pub at: String,
    pub line: i64,
    pub product: String,
    pub name: Option<String>,
    pub qty: String,
    pub net: i64,
    /// Whose it was said to be when it was sold, a party's code; null where nobody said.
    pub said_of: Option<String>,
}

/// One voucher or ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VoucherRow {
    /// Its id; the code that is scanned is nowhere but on paper.
    pub pass: String,
    /// `voucher` or `ticket`.
    pub kind: String,
    pub product: Option<String>,
    pub name: Option<String>,
    /// The till and receipt it was issued by; none where that is not known here.
    pub till: Option<String>,
    pub number: Option<String>,
    pub issued_at: Option<String>,
    pub face: i64,
    pub until: Option<String>,
    /// `outstanding`, `redeemed`, `returned`, or `doubled`: used more than once, or used and brought back.
    pub state: String,
    pub uses: i64,
    /// What it paid in all its uses; of a ticket its face for each.
    pub used: i64,
    /// Of a voucher that was used once, what it did not pay.
    pub lapsed: i64,
    /// What was paid beyond its one use.
    pub excess: i64,
    /// Each use: till, receipt and time, the earliest first.
    pub used_at: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FundRow {
    pub business_date: String,
    pub outlet: String,
    pub fund: i64,
    pub net: i64,
}
