//! 挂单: sales put aside before they are paid.

use super::Draft;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HoldSale {
    /// From `start_sale`: it is recorded under it later, and so only once.
    pub id: String,
    /// Who or what, in a few words; may be empty.
    pub remark: String,
    pub draft: Draft,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RecallSale {
    pub id: String,
    /// The sale that stands on the screen, put aside in the place of the one that is taken back.
    pub standing: Option<HoldSale>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DropHeldSale {
    pub id: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HeldSaleView {
    pub id: String,
    /// RFC 3339, by the till's clock.
    pub held_at: String,
    pub cashier: String,
    pub remark: String,
    pub lines: u32,
    /// The first goods: `土蜂蜜 500g × 2`.
    pub goods: Vec<String>,
    /// With today's prices; none where it cannot be figured any more.
    #[ts(type = "number | null")]
    pub total_fen: Option<i64>,
    /// Why it cannot be figured.
    pub trouble: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RecalledSaleView {
    pub id: String,
    pub remark: String,
    pub draft: Draft,
    /// All that are put aside, this one among them until it is recorded or thrown away.
    pub held: Vec<HeldSaleView>,
}
