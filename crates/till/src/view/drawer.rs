//! 开钱箱 without a sale.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OpenDrawer {
    /// From `start_sale`; the same id opens it once.
    pub id: String,
    pub reason: String,
    /// From `approve` for this id, where the cashier may not do it alone.
    #[serde(default)]
    pub approval: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DrawerOpenedView {
    /// How often in this shift.
    #[ts(type = "number")]
    pub openings: u64,
}
