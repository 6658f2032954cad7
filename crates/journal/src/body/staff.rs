//! Who stands at a till, and who allowed what.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffSignedIn {
    pub staff: String,
    /// The role held at that moment.
    pub role: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffSignedOut {
    pub staff: String,
    /// `handover` on the cashier's word, `idle` when nobody touched the till for a while.
    pub reason: String,
}

/// One thing that the signed-in person may not do alone, and who allowed it on the spot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovedFact {
    /// `refund`, `price_change` …: the codes of the table of roles.
    pub action: String,
    /// The code of whoever gave a PIN for it.
    pub staff: String,
}
