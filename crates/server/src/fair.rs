//! The figures of the page, as one shape: what is served at `/api/v1/fair` and what the page draws.

use crate::error::ApiError;
use crate::faults::{self, Fault};
use crate::guard::known_nodes;
use crate::receive::NOTE_HEARD;
use crate::restored::{self, ComingBack};
use crate::state::ServerState;
use jishi_journal::{ChainId, Entry};
use jishi_ledger::nodes::{NodeRecord, Nodes};
use jishi_ledger::report::{self, ExcessRow, Filter, PartyRow, Summary, VoucherRow, VoucherSums};
use jishi_ledger::{ChainRecord, Ledger, StoreError};
use jishi_sync::SyncState;
use serde::Serialize;
use std::collections::BTreeMap;

/// Where no setting names it.
const FUND_NAME: &str = "助农帮扶基金";

#[derive(Debug, Clone, Serialize)]
pub(crate) struct Fair {
    pub(crate) organisation: String,
    pub(crate) name: String,
    /// Goes up with every commit of this start of the server.
    pub(crate) revision: u64,
    /// When a till was last heard; none before the first.
    pub(crate) heard_at: Option<String>,
    /// The server above, where there is one.
    pub(crate) upstream: Option<UpstreamFigures>,
    pub(crate) outlets: Vec<OutletFigures>,
    pub(crate) fund_name: String,
    pub(crate) summary: Summary,
    /// The greatest first.
    pub(crate) villages: Vec<VillageFigures>,
    /// The greatest first.
    pub(crate) parties: Vec<PartyRow>,
    pub(crate) tills: Vec<TillFigures>,
    pub(crate) faults: Vec<Fault>,
    /// The server came back from a backup, and waits for what it has lost.
    pub(crate) coming_back: Option<ComingBack>,
    pub(crate) vouchers: VoucherSums,
    pub(crate) tickets: VoucherSums,
    /// Vouchers and tickets that were used at more than one till, or used and brought back.
    pub(crate) doubled: Vec<VoucherRow>,
    /// Lines of sales on which two nodes recorded more than there was.
    pub(crate) excess: Vec<ExcessRow>,
}

/// How a server stands with the one above.
#[derive(Debug, Clone, Serialize)]
pub struct UpstreamFigures {
    pub name: String,
    pub address: String,
    /// Its key: no affair of the page's.
    #[serde(skip)]
    pub key: String,
    /// Whether its last answer came; none before the first.
    pub online: Option<bool>,
    /// The code of what went wrong last, until something goes right.
    pub failure: Option<String>,
    /// Entries that it has not acknowledged.
    pub entries_waiting: u64,
    /// Chains that it takes no more of, each with the code of why.
    pub refused: Vec<RefusedChain>,
}

/// A chain that the server above takes no more of.
#[derive(Debug, Clone, Serialize)]
pub struct RefusedChain {
    pub node: String,
    pub chain: String,
    pub code: String,
}

#[derive(Debug, Clone, Serialize)]
pub(crate) struct OutletFigures {
    pub(crate) outlet: String,
    pub(crate) kind: String,
    pub(crate) name: String,
}

#[derive(Debug, Clone, Serialize)]
pub(crate) struct VillageFigures {
    pub(crate) village: String,
    pub(crate) households: usize,
    pub(crate) attributed: i64,
    pub(crate) due: i64,
}

#[derive(Debug, Clone, Serialize)]
pub(crate) struct TillFigures {
    pub(crate) node: String,
    /// The hub that it is enrolled at; none where it is enrolled here.
    pub(crate) via: Option<String>,
    /// Its newest chain, and how far it is here.
    pub(crate) chain: String,
    pub(crate) seq: u64,
    /// The last entry's own time.
    pub(crate) at: String,
    /// When this server last heard of it.
    pub(crate) heard_at: Option<String>,
    pub(crate) revoked: bool,
}

pub(crate) async fn fair(state: &ServerState) -> Result<Fair, ApiError> {
    let facts = state.facts().clone();
    let own = state.key().public();
    state.come_back().await?;
    // Before the figures are read: a commit in between is drawn twice rather than never.
    let revision = state.revision().await;
    let heard = state.upstream();
    state
        .read(move |ledger| {
            let nodes = known_nodes(ledger, &own)?;
            let is_servers = |record: &ChainRecord| {
                let key = record.key.to_string();
                nodes.of(nodes.now(&key)).any(NodeRecord::is_server)
            };
            let mut chains = ledger.chains()?;
            let from_above = jishi_uplink::from_above(ledger)?;
            chains.retain(|record| !from_above.contains(&record.chain));
            let upstream = upstream(ledger, &chains, heard)?;
            chains.retain(|record| !is_servers(record));
            let mut parties = report::parties(ledger, &Filter::default())?;
            parties.sort_by(|a, b| {
                b.attributed
                    .cmp(&a.attributed)
                    .then_with(|| a.party.cmp(&b.party))
            });
            let passes = report::vouchers(ledger, &Filter::default())?;
            let tills = tills(ledger, &nodes, &chains, &facts.public_key)?;
            Ok(Fair {
                organisation: facts.organisation,
                name: facts.name,
                revision,
                heard_at: tills.iter().filter_map(|till| till.heard_at.clone()).max(),
                upstream,
                outlets: outlets(ledger)?,
                fund_name: fund_name(ledger)?,
                summary: report::summary(ledger, &Filter::default())?,
                villages: villages(&parties),
                parties,
                tills,
                faults: faults::all(ledger)?,
                coming_back: restored::coming_back(ledger, &own)?,
                vouchers: report::voucher_sums(&passes, "voucher"),
                tickets: report::voucher_sums(&passes, "ticket"),
                doubled: passes
                    .into_iter()
                    .filter(|pass| pass.state == "doubled")
                    .collect(),
                excess: report::excess(ledger, &Filter::default())?
                    .into_iter()
                    .filter(|line| line.has_excess() || line.waiting > 0)
                    .collect(),
            })
        })
        .await
}

/// Counted from what is noted; only whether the line is there is known from the push.
pub(crate) fn upstream(
    ledger: &Ledger,
    chains: &[ChainRecord],
    heard: Option<SyncState>,
) -> Result<Option<UpstreamFigures>, StoreError> {
    let (Some(centre), Some(server)) = (
        jishi_uplink::centre(ledger)?,
        jishi_uplink::above(ledger)?.into_iter().next(),
    ) else {
        return Ok(None);
    };
    let mut entries_waiting = 0;
    let mut refused = Vec::new();
    for record in chains {
        let held = jishi_uplink::held(ledger, &server, record.branch)?;
        entries_waiting += record.head.seq.saturating_sub(held).min(record.own_entries());
        let refusal = jishi_uplink::refusal(ledger, record.branch)?;
        // Of a fork the centre has both branches, as this server does.
        let is_told_only = |code: &String| code == "fork" && held >= record.head.seq;
        if let Some(code) = refusal.filter(|code| !is_told_only(code)) {
            refused.push(RefusedChain {
                node: record.till.node.clone(),
                chain: record.chain.to_string(),
                code,
            });
        }
    }
    let heard = heard.unwrap_or_default();
    Ok(Some(UpstreamFigures {
        name: centre.name,
        address: centre.address,
        key: centre.key,
        online: heard.online,
        failure: heard.failure,
        entries_waiting,
        refused,
    }))
}

fn outlets(ledger: &Ledger) -> Result<Vec<OutletFigures>, StoreError> {
    let outlets = ledger.outlets()?.into_iter();
    Ok(outlets
        .map(|outlet| OutletFigures {
            outlet: outlet.code,
            kind: outlet.kind,
            name: outlet.name,
        })
        .collect())
}

fn fund_name(ledger: &Ledger) -> Result<String, StoreError> {
    let named = ledger
        .settings()?
        .into_iter()
        .find(|setting| setting.name == "fund_name");
    let named = named.and_then(|setting| setting.value.as_str().map(str::to_owned));
    Ok(named
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| FUND_NAME.to_owned()))
}

fn villages(parties: &[PartyRow]) -> Vec<VillageFigures> {
    let mut sums: BTreeMap<&str, VillageFigures> = BTreeMap::new();
    for party in parties {
        let village = party.village.as_deref().unwrap_or_default();
        let sum = sums.entry(village).or_insert_with(|| VillageFigures {
            village: village.to_owned(),
            households: 0,
            attributed: 0,
            due: 0,
        });
        if party.kind.as_deref() == Some("household") && party.attributed > 0 {
            sum.households += 1;
        }
        sum.attributed += party.attributed;
        sum.due += party.due;
    }
    let mut villages: Vec<VillageFigures> = sums.into_values().collect();
    villages.sort_by(|a, b| {
        b.attributed
            .cmp(&a.attributed)
            .then_with(|| a.village.cmp(&b.village))
    });
    villages
}

/// One line for each till: its newest chain.
fn tills(
    ledger: &Ledger,
    nodes: &Nodes,
    chains: &[ChainRecord],
    own: &str,
) -> Result<Vec<TillFigures>, StoreError> {
    let mut newest: BTreeMap<(String, ChainId), &ChainRecord> = BTreeMap::new();
    for record in chains {
        let till = newest
            .entry((record.till.node.clone(), record.till.origin))
            .or_insert(record);
        if record.generation >= till.generation && record.branch.from.is_none() {
            *till = record;
        }
    }
    newest
        .into_values()
        .map(|record| {
            let last = ledger.entries_after(record.chain, record.head.seq.saturating_sub(1), 1)?;
            let last = last.first().and_then(|signed| Entry::parse(&signed.line).ok());
            let key = record.key.to_string();
            let hub = nodes.of(&key).next().filter(|node| node.enrolled_by != own);
            let hub = hub.and_then(|node| nodes.of(&node.enrolled_by).next());
            Ok(TillFigures {
                node: record.till.node.clone(),
                via: hub.map(|hub| hub.node.clone()),
                chain: record.chain.to_string(),
                seq: record.head.seq,
                at: last.map(|entry| entry.at).unwrap_or_default(),
                heard_at: ledger.note(&format!("{NOTE_HEARD}{}", record.chain))?,
                revoked: nodes.of(&key).any(|node| node.revoked),
            })
        })
        .collect()
}
