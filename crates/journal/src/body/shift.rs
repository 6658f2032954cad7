//! Shifts: opened with a float, closed with a count.

use super::ApprovedFact;
use super::cash::{CashCount, CashFigures};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShiftOpened {
    pub id: String,
    pub outlet: String,
    pub business_date: String,
    pub staff: String,
    /// 备用金, in fen.
    pub float: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShiftClosed {
    pub id: String,
    pub staff: String,
    pub figures: ShiftFigures,
    /// What was counted in the drawer, where it was counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted: Option<i64>,
    /// The blind counts by denomination, in order; the last one was signed off and is `counted`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub counts: Vec<CashCount>,
    pub grand_totals: GrandTotals,
    /// What who closed it could not do alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approved_by: Vec<ApprovedFact>,
}

/// The X and Z figures of one shift.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShiftFigures {
    pub sales: u64,
    pub refunds: u64,
    pub voids: u64,
    /// Sales less refunds, in fen.
    pub net: i64,
    pub discount: i64,
    pub refunded: i64,
    /// How often the drawer was opened without a sale.
    #[serde(default, skip_serializing_if = "is_none")]
    pub drawer_openings: u64,
    /// 自助收款: of the sales, how many the buyers made themselves, and what those came to before anything was
    /// refunded.
    #[serde(default, skip_serializing_if = "is_none")]
    pub kiosk_sales: u64,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub kiosk_sold: i64,
    pub tenders: Vec<TenderSum>,
    /// Of the tenders, what was taken for vouchers and given back for them: no part of `net`.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub vouchers_sold: i64,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub vouchers_returned: i64,
    /// What the drawer should hold: float and cash taken less change and cash given back, and what was
    /// put in and taken out.
    pub cash_expected: i64,
    /// What that is made of; not in entries of the first programs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cash: Option<CashFigures>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenderSum {
    pub kind: String,
    pub fen: i64,
    pub refunded: i64,
    /// 未核实: of `fen`, what no bill has shown yet.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unverified: i64,
}

fn is_none(times: &u64) -> bool {
    *times == 0
}

fn is_zero(fen: &i64) -> bool {
    *fen == 0
}

/// Sums over the till's whole life, its earlier chains included; they only grow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrandTotals {
    pub sales: u64,
    pub sold: i64,
    pub refunds: u64,
    pub refunded: i64,
}
