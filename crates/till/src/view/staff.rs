//! Sign-in and approvals as the window sees them.

use super::Draft;
pub use crate::roles::{Action, Role};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Who stands at the till, and who could.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StaffView {
    /// Whether anybody has a PIN; where nobody has one, the till is open to all.
    pub asked: bool,
    pub signed_in: Option<StaffMemberView>,
    /// What whoever stands there may do alone; a window says so to who may not sell.
    pub may: Vec<Action>,
    /// Those with a PIN, for touch alone: a code may have letters.
    pub members: Vec<StaffMemberView>,
    /// Seconds untouched until the till asks again.
    pub lock_after_s: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StaffMemberView {
    pub code: String,
    pub name: String,
    pub role: Role,
    /// Of the demo fair only, whose PINs are nobody's secret.
    pub demo_pin: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SignIn {
    pub staff: String,
    pub pin: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SignOutReason {
    Handover,
    Idle,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SignOutRequest {
    pub reason: SignOutReason,
}

/// A PIN for what the signed-in person may not do alone.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Approve {
    pub staff: String,
    pub pin: String,
    /// What it is done to: the sale's id.
    pub subject: String,
    pub actions: Vec<Action>,
    /// What is approved, where it is a sale being put together: more than that needs another approval.
    pub draft: Option<Draft>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ApprovalView {
    /// Goes with the command that it approves.
    pub id: String,
    /// Who gave it.
    pub name: String,
    pub actions: Vec<Action>,
}

/// A sale that was changed after a supervisor approved it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StillApproved {
    pub approval: String,
    /// The sale's id.
    pub subject: String,
    pub draft: Draft,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StillNeededView {
    /// What goes further than was approved; none where the approval holds.
    pub actions: Vec<Action>,
}

/// A PIN is in no log, not even by accident.
macro_rules! without_pin {
    ($($shape:ident),*) => {
        $(impl std::fmt::Debug for $shape {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.debug_struct(stringify!($shape)).field("staff", &self.staff).finish_non_exhaustive()
            }
        })*
    };
}
without_pin!(SignIn, Approve);
