//! 本机作为集市主机: the fair's server inside this program. Running it is the shell's business; who may have it done is
//! decided here, and what it is called and invites for follows from the till.

use crate::catalogue::own_outlet;
use crate::refusal::Refusal;
use crate::till::Till;
use crate::view::{HubCodeView, HubView, Language, LotSharedView, NearbyView};
use jishi_paper::qr_outline;
use jishi_traditional::in_both_scripts;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What the till says of itself to the hub beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HubOwner {
    /// The till's code.
    pub till: String,
    pub public_key: String,
    /// What a new hub is called, unless it is told otherwise.
    pub name: String,
    /// The outlet that tills are invited for: the one that this till was enrolled for, or has for itself.
    pub outlet: Option<String>,
}

/// The server beside the till. Each call is short and waits for no other machine, but for [`Hub::join`].
pub trait Hub: Send + Sync {
    fn is_on(&self) -> bool;

    /// Hubs that can be heard in this machine's network.
    fn nearby(&self) -> Vec<NearbyView>;

    fn view(&self, owner: &HubOwner) -> Result<HubView, Refusal>;

    /// Makes it where there is none, and starts it; again at each start of the program from then on.
    fn start(&self, owner: &HubOwner, name: &str) -> Result<String, Refusal>;

    /// Other machines are let in no more. What it holds stays, and goes on from there when it is started again.
    fn stop(self: Arc<Self>) -> Result<(), Refusal>;

    /// A one-time code that leads to one of its addresses.
    fn invite(&self, owner: &HubOwner, address: Option<&str>, is_for_hub: bool) -> Result<(), Refusal>;

    /// Joins the server that gave the code, and says what that is called.
    fn join(&self, owner: &HubOwner, code: &str) -> Result<String, Refusal>;

    /// The lots that it shares out, by their codes; none where there is no server beside the till.
    fn lots(&self, owner: &HubOwner) -> Result<BTreeMap<String, LotSharedView>, Refusal>;

    /// Gives of a lot to one of its nodes, or without one evenly to all; without a quantity all that nobody has.
    fn allot(&self, lot: &str, node: Option<&str>, quantity: Option<&str>) -> Result<(), Refusal>;
}

impl HubCodeView {
    /// None for a code no QR can hold.
    pub fn drawn(text: String, address: String, expires_at: String, is_for_hub: bool) -> Option<HubCodeView> {
        let drawn = qr_outline(&text)?;
        Some(HubCodeView {
            side: u32::try_from(drawn.side).ok()?,
            path: drawn.path,
            text,
            address,
            expires_at,
            is_for_hub,
        })
    }
}

/// A new hub's name, unless it is given another.
#[in_both_scripts(language)]
fn called_after(outlet: &str, language: Language) -> String {
    match language {
        Language::Chinese => format!("{outlet}主机"),
        Language::English => format!("{outlet} hub"),
    }
}

impl Till {
    pub(crate) fn hub_owner(&self) -> Result<HubOwner, Refusal> {
        let outlet = own_outlet(self.ledger())?;
        let (name, code) = outlet.map_or_else(Default::default, |outlet| (outlet.name, Some(outlet.code)));
        Ok(HubOwner {
            till: self.code().to_owned(),
            public_key: self.chain.key().public().to_string(),
            name: called_after(&name, self.language()),
            outlet: jishi_uplink::outlet(self.ledger())?.or(code),
        })
    }
}
