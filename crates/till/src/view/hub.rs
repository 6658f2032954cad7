//! 本机作为集市主机: the fair's server inside this program, as its page shows it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HubView {
    pub is_on: bool,
    /// What it is called; before it was ever on, what it would be.
    pub name: String,
    /// Whether there is one already: it keeps its name.
    pub is_made: bool,
    /// Where other tills reach it, the likeliest first; empty where this machine is in no network, or it is off.
    pub addresses: Vec<String>,
    /// Why it cannot be reached, where it should be.
    pub failure: Option<String>,
    /// The page of the fair, for this machine's own browser.
    pub page: Option<String>,
    pub upstream: Option<HubUpstreamView>,
    /// In the order of their joining.
    pub nodes: Vec<HubNodeView>,
    /// The last one-time code, until it is used or out of date.
    pub code: Option<HubCodeView>,
    /// Who used the last code.
    pub joined: Option<String>,
}

/// The server above the hub.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HubUpstreamView {
    pub name: String,
    pub address: String,
    /// None before the first answer.
    pub online: Option<bool>,
    /// Entries that it has not acknowledged.
    #[ts(type = "number")]
    pub entries_waiting: u64,
    /// A chain that it takes no more of, and why.
    pub refused: Option<String>,
}

/// A till or a hub that joined, and what is held of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HubNodeView {
    pub node: String,
    pub key: String,
    pub is_hub: bool,
    pub is_this_till: bool,
    /// The hub that it joined, where it was not this one.
    pub via: Option<String>,
    #[ts(type = "number")]
    pub sales: u64,
    /// Entries that are not at the centre yet; none where the hub stands alone.
    #[ts(type = "number | null")]
    pub entries_waiting: Option<u64>,
    /// RFC 3339; none before it has sent anything.
    pub heard_at: Option<String>,
    pub is_revoked: bool,
}

/// A one-time code, as text and for a scanner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HubCodeView {
    pub text: String,
    /// Where it leads.
    pub address: String,
    /// RFC 3339.
    pub expires_at: String,
    /// For another hub, and not for a till.
    pub is_for_hub: bool,
    /// Modules a side, with the white around it.
    pub side: u32,
    /// What is dark, as an SVG path of modules.
    pub path: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StartHub {
    /// What a new one is called; one that was made keeps its name.
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct InviteToHub {
    /// Where the code leads: one of the hub's addresses; none is the likeliest.
    pub address: Option<String>,
    /// For another hub, and not for a till.
    pub is_for_hub: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct JoinUpstream {
    /// The one-time code that the centre gave, `JISHI-…`.
    pub code: String,
}
