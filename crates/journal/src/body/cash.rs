//! Cash of the drawer that no sale moves, and cash as it was counted.

use super::ApprovedFact;
use serde::{Deserialize, Serialize};

/// Put into the drawer or taken out of it, with the reason that was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CashMoved {
    pub id: String,
    pub outlet: String,
    pub shift: String,
    pub business_date: String,
    pub staff: String,
    pub direction: CashDirection,
    /// Above 0, whichever way it went.
    pub fen: i64,
    pub reason: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CashDirection {
    In,
    Out,
}

/// 开钱箱: the drawer opened though nothing was sold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrawerOpened {
    pub id: String,
    pub outlet: String,
    pub shift: String,
    pub business_date: String,
    pub staff: String,
    pub reason: String,
    /// What who opened it could not do alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approved_by: Vec<ApprovedFact>,
}

/// What the cash figure of a shift is made of:
/// `float + taken − given_back + moved_in − moved_out` is what the drawer should hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CashFigures {
    pub float: i64,
    /// Of the operator's own cash, less the change.
    pub taken: i64,
    /// To those who brought goods back.
    pub given_back: i64,
    pub moved_in: i64,
    pub moved_out: i64,
}

impl CashFigures {
    /// Wide enough for whatever a forger writes.
    pub fn expected(&self) -> i128 {
        let [float, taken, given_back, moved_in, moved_out] = [
            self.float,
            self.taken,
            self.given_back,
            self.moved_in,
            self.moved_out,
        ]
        .map(i128::from);
        float + taken - given_back + moved_in - moved_out
    }
}

/// One blind count of the drawer: made before the expected sum was shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CashCount {
    pub fen: i64,
    /// What the drawer should have held when it was counted.
    pub expected: i64,
    pub pieces: Vec<CashPieces>,
}

/// A note's or a coin's value in fen, and how many of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CashPieces(pub i64, pub u32);
