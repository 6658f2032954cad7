//! A server as the page of the machine that it runs on shows it: who has joined, what is held of each, and how it stands
//! with the server above. Also where it listens for the fair's own network, kept over restarts.

use crate::fair::{UpstreamFigures, upstream};
use crate::guard::known_nodes;
use crate::home::{Home, HomeError};
use crate::receive::NOTE_HEARD;
use crate::serve::own_addresses;
use crate::state::ServerState;
use jishi_journal::VerifyingKey;
use jishi_ledger::nodes::{NodeRecord, Nodes};
use jishi_ledger::{ChainRecord, Ledger, OpenMode, StoreError};
use jishi_sync::{InvitationCode, SyncState};
use std::net::{IpAddr, SocketAddr};
use std::path::Path;

/// Where the fair's network finds a hub that was never given another one.
pub const HUB_PORT: u16 = 8788;
/// `on` or `off`, and the port.
const NOTE_HUB: &str = "hub";
const ON: &str = "on";
const OFF: &str = "off";

/// A node that joined, and what is held of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinedNode {
    pub node: String,
    pub public_key: String,
    pub kind: String,
    pub outlet: Option<String>,
    /// The hub that it joined; none where it joined here.
    pub via: Option<String>,
    pub sales: u64,
    pub entries: u64,
    /// Entries that the topmost server has not acknowledged; none where there is no server above.
    pub entries_waiting: Option<u64>,
    /// When this server last heard of it.
    pub heard_at: Option<String>,
    pub revoked: bool,
}

#[derive(Debug, Clone)]
pub struct HubFigures {
    pub organisation: String,
    pub name: String,
    pub upstream: Option<UpstreamFigures>,
    /// In the order of their joining.
    pub nodes: Vec<JoinedNode>,
}

/// A running server's own line to the one above, for whoever shows it.
#[derive(Debug, Clone)]
pub struct Upstream(pub(crate) ServerState);

impl Upstream {
    /// None before anything was heard.
    pub fn heard(&self) -> Option<SyncState> {
        self.0.upstream()
    }
}

/// Read beside the server. `heard` is what its line to the server above last told.
pub fn hub_figures(folder: &Path, heard: Option<SyncState>) -> Result<HubFigures, HomeError> {
    let home = Home::open(folder, OpenMode::Read)?;
    let ledger = &home.ledger;
    let own = home.key.public();
    let nodes = known_nodes(ledger, &own)?;
    let mut chains = ledger.chains()?;
    let from_above = jishi_uplink::from_above(ledger)?;
    chains.retain(|record| !from_above.contains(&record.chain));
    let above = jishi_uplink::above(ledger)?;
    let upstream = upstream(ledger, &chains, heard)?;
    let joined = nodes
        .all()
        .iter()
        .filter(|node| node.public_key != home.facts.public_key && !node.handed_over)
        .map(|node| {
            joined(
                ledger,
                &nodes,
                node,
                &chains,
                above.last(),
                &home.facts.public_key,
            )
        })
        .collect::<Result<_, _>>()?;
    Ok(HubFigures {
        organisation: home.facts.organisation,
        name: home.facts.name,
        upstream,
        nodes: joined,
    })
}

fn joined(
    ledger: &Ledger,
    nodes: &Nodes,
    node: &NodeRecord,
    chains: &[ChainRecord],
    top: Option<&VerifyingKey>,
    own: &str,
) -> Result<JoinedNode, StoreError> {
    let via = nodes.of(&node.enrolled_by).next();
    let mut found = JoinedNode {
        node: node.node.clone(),
        public_key: node.public_key.clone(),
        kind: node.kind.clone(),
        outlet: node.outlet.clone(),
        via: via
            .filter(|_| node.enrolled_by != own)
            .map(|hub| hub.node.clone()),
        sales: 0,
        entries: 0,
        entries_waiting: top.map(|_| 0),
        heard_at: None,
        revoked: node.revoked,
    };
    let mut tills = Vec::new();
    let mut keys = nodes.keys_before(node);
    keys.push(&node.public_key);
    for record in chains
        .iter()
        .filter(|record| keys.contains(&record.key.to_string().as_str()))
    {
        found.entries += record.own_entries();
        if let (Some(waiting), Some(top)) = (&mut found.entries_waiting, top) {
            let held = jishi_uplink::held(ledger, top, record.branch)?;
            *waiting += record.head.seq.saturating_sub(held).min(record.own_entries());
        }
        let heard_at = ledger.note(&format!("{NOTE_HEARD}{}", record.chain))?;
        found.heard_at = found.heard_at.max(heard_at);
        if !tills.contains(&record.till.till_no) {
            tills.push(record.till.till_no);
            found.sales += ledger.grand_totals(record.till.till_no)?.sales;
        }
    }
    Ok(found)
}

/// Whether a server lets other machines in, and where. What they were told once stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HubSettings {
    pub is_on: bool,
    pub port: u16,
}

/// None where nobody ever chose.
pub fn hub_settings(folder: &Path) -> Result<Option<HubSettings>, HomeError> {
    let home = Home::open(folder, OpenMode::Read)?;
    let text = home.ledger.note(NOTE_HUB)?.unwrap_or_default();
    let read = text.split_once(' ').and_then(|(is_on, port)| {
        Some(HubSettings {
            is_on: is_on == ON,
            port: port.parse().ok()?,
        })
    });
    Ok(read)
}

/// Kept for the next start.
pub fn keep_hub_settings(folder: &Path, settings: HubSettings) -> Result<(), HomeError> {
    let mut home = Home::open(folder, OpenMode::Write)?;
    let is_on = if settings.is_on { ON } else { OFF };
    let text = format!("{is_on} {}", settings.port);
    Ok(home.ledger.write(|writer| writer.put_note(NOTE_HUB, &text))?)
}

/// Where other machines reach a server that listens on this port, the likeliest first; none where this machine is in no
/// network.
pub fn hub_addresses(port: u16) -> std::io::Result<Vec<SocketAddr>> {
    let addresses = own_addresses()?.into_iter().filter(IpAddr::is_ipv4);
    Ok(addresses.map(|address| SocketAddr::new(address, port)).collect())
}

/// The outlet of a server that knows of one alone: whoever joins there without a word of an outlet sells at it.
pub fn only_outlet(folder: &Path) -> Result<Option<String>, HomeError> {
    let home = Home::open(folder, OpenMode::Read)?;
    let mut outlets = home.ledger.outlets()?.into_iter();
    Ok(match (outlets.next(), outlets.next()) {
        (Some(outlet), None) => Some(outlet.code),
        _ => None,
    })
}

/// Whether a code was used, by its secret's hash: the key of who used it.
pub fn code_used_by(folder: &Path, secret: &[u8]) -> Result<Option<String>, HomeError> {
    let home = Home::open(folder, OpenMode::Read)?;
    let found = home.ledger.invitation(&InvitationCode::secret_hash(secret))?;
    Ok(found.and_then(|invitation| invitation.used_by))
}
