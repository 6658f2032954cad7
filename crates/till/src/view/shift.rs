//! What the window's shift pages send and are shown.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Whether there is a shift, and whether it is today's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ShiftState {
    None,
    Open,
    /// Open since another day, and nobody has chosen to go on with it today.
    Forgotten,
}

/// The X figures of the open shift; of a closed one those it was closed with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ShiftFiguresView {
    pub id: String,
    pub business_date: String,
    pub cashier: String,
    /// RFC 3339, by the till's clock.
    pub opened_at: String,
    #[ts(type = "number")]
    pub sales: u64,
    #[ts(type = "number")]
    pub refunds: u64,
    #[ts(type = "number")]
    pub voids: u64,
    /// How often the drawer was opened without a sale.
    #[ts(type = "number")]
    pub drawer_openings: u64,
    /// 自助收款: of the sales, and what those came to.
    #[ts(type = "number")]
    pub kiosk_sales: u64,
    #[ts(type = "number")]
    pub kiosk_fen: i64,
    #[ts(type = "number")]
    pub discount_fen: i64,
    /// None where the drawer is counted blind (盲交) and is not counted yet: any of them gives away what is in it.
    pub sums: Option<ShiftSumsView>,
}

/// What was taken and given back, in all and in cash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ShiftSumsView {
    #[ts(type = "number")]
    pub net_fen: i64,
    #[ts(type = "number")]
    pub refunded_fen: i64,
    /// Taken for vouchers less what was given back for them: among the tenders, and no part of the net.
    #[ts(type = "number")]
    pub vouchers_fen: i64,
    pub tenders: Vec<TenderNetView>,
    #[ts(type = "number")]
    pub float_fen: i64,
    #[ts(type = "number")]
    pub taken_fen: i64,
    #[ts(type = "number")]
    pub given_back_fen: i64,
    #[ts(type = "number")]
    pub moved_in_fen: i64,
    #[ts(type = "number")]
    pub moved_out_fen: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TenderNetView {
    pub kind: super::TenderKind,
    #[ts(type = "number")]
    pub net_fen: i64,
    /// 未核实: of what was taken, what no bill has shown yet.
    #[ts(type = "number")]
    pub unverified_fen: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CashMoveView {
    /// `14:05`
    pub at: String,
    pub direction: CashDirection,
    /// None where the shift's sums are not shown.
    #[ts(type = "number | null")]
    pub fen: Option<i64>,
    pub reason: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CashDirection {
    In,
    Out,
}

/// How the shift stands. The sum that the drawer should hold is not in it: it is shown after a count,
/// or where somebody asks for the reading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ShiftView {
    pub state: ShiftState,
    /// Today, by the till's clock: the business date of a shift that would be opened now.
    pub today: String,
    /// Who would open one now.
    pub cashier: String,
    pub figures: Option<ShiftFiguresView>,
    pub moves: Vec<CashMoveView>,
    /// The last count, while nothing was recorded in the drawer since.
    pub counted: Option<CountedView>,
    /// Notes and coins as they are counted, the largest first.
    #[ts(type = "number[]")]
    pub denominations_fen: Vec<i64>,
    /// For the next move of cash: the same id records once.
    pub move_id: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OpenShift {
    #[ts(type = "number")]
    pub float_fen: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CloseShift {
    /// From `approve` for the shift's id, where somebody else opened it.
    #[serde(default)]
    pub approval: Option<String>,
}

/// The shift with its sums, for whoever counts blind, while somebody who may see them stands beside her.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReadShiftSums {
    /// From `approve` for the shift's id.
    pub approval: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MoveCash {
    pub id: String,
    pub direction: CashDirection,
    #[ts(type = "number")]
    pub fen: i64,
    pub reason: String,
}

/// How many of a note or a coin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Pieces {
    #[ts(type = "number")]
    pub value_fen: i64,
    pub pieces: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CountDrawer {
    pub pieces: Vec<Pieces>,
}

/// What a count comes to while it is typed: no word of what it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CountFiguresView {
    /// In the order of the request.
    #[ts(type = "number[]")]
    pub sums_fen: Vec<i64>,
    #[ts(type = "number")]
    pub total_fen: i64,
}

/// A confirmed count against what should be there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CountedView {
    #[ts(type = "number")]
    pub counted_fen: i64,
    #[ts(type = "number")]
    pub expected_fen: i64,
    /// 长款 above 0, 短款 below.
    #[ts(type = "number")]
    pub difference_fen: i64,
    pub may_recount: bool,
    /// What was counted before, the first first; all are recorded at the close.
    #[ts(type = "number[]")]
    pub before_fen: Vec<i64>,
}

/// A shift that was closed just now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ClosedShiftView {
    pub figures: ShiftFiguresView,
    #[ts(type = "number")]
    pub counted_fen: i64,
    #[ts(type = "number")]
    pub expected_fen: i64,
    #[ts(type = "number")]
    pub difference_fen: i64,
    /// `a41f-9c02-77de`, as on the Z report.
    pub short_hash: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PrintShift {
    /// A closed shift's Z report; none is the open shift's X report.
    pub id: Option<String>,
    /// False for the first print at the close; true marks the paper 补打.
    pub reprint: bool,
}
