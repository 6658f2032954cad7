//! The way up and down: enrolling at a centre, what waits for it, and what came from it.

use crate::catalogue::own_outlet;
use crate::folder::Folder;
use crate::refusal::Refusal;
use crate::till::Till;
use crate::training::is_training;
use jishi_journal::{ChainId, VerifyingKey};
use jishi_ledger::{Ledger, OpenMode, StoreError};
use jishi_sync::protocol::ServerPlace;
use jishi_sync::{SyncState, Watch};
use jishi_uplink::{CameDown, Centre, KnownServer, LedgerOutbox, SyncOutcome, Taker, UplinkError};
use serde::Serialize;

/// `jishi status --json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Status {
    pub till: String,
    pub chain: String,
    pub seq: u64,
    pub head: String,
    /// What another till needs to check the vouchers and tickets of this one.
    pub public_key: String,
    /// How far the centre has acknowledged this chain: the topmost server above the till.
    pub acknowledged: u64,
    /// How far the server holds it that is furthest, of those that the till may speak to; that is the centre where no hub
    /// stands between.
    pub hub: u64,
    /// The centre holds another branch of one of the till's chains, and this till has not gone on in a chain of its own
    /// yet, or not all of its branch is there. A successor after a restore is none.
    pub forked: bool,
    /// Why the centre takes no more of one of the till's chains, by its code.
    pub refusal: Option<String>,
    /// Sales on all chains that the centre has not acknowledged.
    pub sales_waiting: u32,
    /// Sales on all chains that are nowhere but here.
    pub sales_only_here: u32,
    pub centre: Option<Centre>,
    /// The servers that the till may speak to, the preferred one first, and how far each holds this chain.
    pub servers: Vec<ServerHeld>,
    pub outlet: Option<String>,
    pub shift: Option<String>,
    /// Chains of the servers above, as far as they have come down.
    pub came_down: Vec<CameDown>,
}

/// A server, and how far it holds the till's chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ServerHeld {
    #[serde(flatten)]
    pub server: KnownServer,
    pub held: u64,
}

/// Sales on all chains of this store's till that none of these servers has acknowledged.
fn waiting(ledger: &Ledger, servers: &[VerifyingKey]) -> Result<u32, StoreError> {
    let mut marks = Vec::new();
    for record in ledger.chains()? {
        marks.push((held_by_any(ledger, servers, record.chain)?, record));
    }
    let nothing_held = marks.iter().all(|(held, _)| *held == 0);
    let waiting = match marks.first() {
        // A year's sales are summed by day already: the start must not count them one by one.
        Some((_, first)) if nothing_held => ledger.grand_totals(first.till.till_no)?.sales,
        _ => marks
            .iter()
            .map(|(held, record)| ledger.sales_after(record.chain, *held))
            .sum::<Result<u64, StoreError>>()?,
    };
    Ok(u32::try_from(waiting).unwrap_or(u32::MAX))
}

/// The furthest that one of them holds it: each word is about all up to there.
fn held_by_any(ledger: &Ledger, servers: &[VerifyingKey], chain: ChainId) -> Result<u64, StoreError> {
    let mut held = servers
        .iter()
        .map(|server| jishi_uplink::held(ledger, server, chain));
    held.try_fold(0, |most, held| Ok(most.max(held?)))
}

/// The servers above the till, the nearest first, and those that it may speak to in their place.
fn holders(ledger: &Ledger) -> Result<(Vec<VerifyingKey>, Vec<KnownServer>), StoreError> {
    let mut keys = jishi_uplink::above(ledger)?;
    let known = jishi_uplink::servers(ledger, Taker::Till)?;
    for server in &known {
        if let Ok(key) = server.key.parse()
            && !keys.contains(&key)
        {
            keys.push(key);
        }
    }
    Ok((keys, known))
}

/// The till's standing, read beside whoever has it open.
pub fn status(ledger: &Ledger) -> Result<Status, Refusal> {
    let first = ledger.chains()?.into_iter().next().ok_or(Refusal::NoTill)?;
    let newest = ledger.newest_chain(first.till.origin)?.ok_or(Refusal::NoTill)?;
    let above = jishi_uplink::above(ledger)?;
    let (holders, known) = holders(ledger)?;
    let top: Vec<VerifyingKey> = above.last().copied().into_iter().collect();
    let mut servers = Vec::new();
    for server in known {
        let held = match server.key.parse() {
            Ok(key) => jishi_uplink::held(ledger, &key, newest.chain)?,
            Err(_) => 0,
        };
        servers.push(ServerHeld { server, held });
    }
    let mut refusal = None;
    let mut forked = false;
    for record in ledger.chains()? {
        let code = jishi_uplink::refusal(ledger, record.chain)?;
        if code.as_deref() == Some("fork") {
            let is_held = match above.first() {
                Some(server) => jishi_uplink::held(ledger, server, record.chain)? >= record.head.seq,
                None => false,
            };
            if is_held && record.chain != newest.chain {
                continue;
            }
            forked = true;
        }
        refusal = code.or(refusal);
    }
    Ok(Status {
        till: newest.till.node.clone(),
        chain: newest.chain.to_string(),
        seq: newest.head.seq,
        head: newest.head.hash.to_string(),
        public_key: newest.key.to_string(),
        acknowledged: held_by_any(ledger, &top, newest.chain)?,
        hub: held_by_any(ledger, &holders, newest.chain)?,
        servers,
        forked,
        refusal,
        sales_waiting: waiting(ledger, &top)?,
        sales_only_here: waiting(ledger, &holders)?,
        centre: jishi_uplink::centre(ledger)?,
        outlet: own_outlet(ledger)?.map(|outlet| outlet.code),
        came_down: jishi_uplink::came_down(ledger)?,
        shift: ledger.open_shift(newest.till.till_no)?.map(|shift| shift.id),
    })
}

/// Sales that are not everywhere they should be yet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Not at the centre.
    pub centre: u32,
    /// Nowhere but here.
    pub only_here: u32,
}

impl Waiting {
    /// A sale has just been recorded, unless it had been before.
    pub(crate) fn count(&mut self, is_new: bool) {
        self.centre = self.centre.saturating_add(u32::from(is_new));
        self.only_here = self.only_here.saturating_add(u32::from(is_new));
    }
}

impl Till {
    pub fn sales_waiting(&self) -> Result<Waiting, Refusal> {
        let above = jishi_uplink::above(&self.ledger)?;
        let top: Vec<VerifyingKey> = above.last().copied().into_iter().collect();
        Ok(Waiting {
            centre: waiting(&self.ledger, &top)?,
            only_here: waiting(&self.ledger, &holders(&self.ledger)?.0)?,
        })
    }

    /// The servers that the till may speak to, the preferred one first.
    pub fn servers(&self) -> Result<Vec<KnownServer>, Refusal> {
        Ok(jishi_uplink::servers(&self.ledger, Taker::Till)?)
    }

    /// Of each of them, the sales that it has not acknowledged.
    pub(crate) fn sales_not_at(&self) -> Result<Vec<(KnownServer, u32)>, Refusal> {
        let mut servers = Vec::new();
        for server in self.servers()? {
            let key: Option<VerifyingKey> = server.key.parse().ok();
            let missing = waiting(&self.ledger, key.as_slice())?;
            servers.push((server, missing));
        }
        Ok(servers)
    }

    pub fn centre(&self) -> Result<Option<Centre>, Refusal> {
        Ok(jishi_uplink::centre(&self.ledger)?)
    }

    /// Pushes and pulls beside the till for as long as the watch is kept. `on_state` hears of changes, in the
    /// watch's own thread.
    pub fn watch(&self, on_state: impl FnMut(&SyncState) + Send + 'static) -> Result<Option<Watch>, Refusal> {
        Ok(jishi_uplink::watch(
            &self.folder.database(),
            self.chain.key(),
            Taker::Till,
            on_state,
        )?)
    }
}

/// Enrols the folder's till with a one-time code, beside whoever has it open: nothing of the journal
/// changes.
pub fn enrol(folder: &Folder, code: &str) -> Result<Centre, Refusal> {
    let ledger = Ledger::open(&folder.database(), OpenMode::Write)?;
    if is_training(&ledger) {
        return Err(Refusal::TrainingStaysHere);
    }
    let first = ledger.chains()?.into_iter().next().ok_or(Refusal::NoTill)?;
    let key = folder.read_key()?;
    Ok(jishi_uplink::enrol(
        &folder.database(),
        (&first.till.node, "till"),
        &key,
        code,
    )?)
}

/// What is heard in the fair's own network of servers that the till knows by their keys, beside whoever has it open.
pub fn hear_nearby(folder: &Folder, heard: &[ServerPlace]) -> Result<(), Refusal> {
    if !folder.has_till() {
        return Ok(());
    }
    let mut ledger = Ledger::open(&folder.database(), OpenMode::Write)?;
    Ok(jishi_uplink::hear_nearby(&mut ledger, heard)?)
}

/// The store of a till that is enrolled, beside whoever has it open, and the till's code.
pub(crate) fn outbox_beside(folder: &Folder, mode: OpenMode) -> Result<(LedgerOutbox, String), Refusal> {
    let ledger = Ledger::open(&folder.database(), mode)?;
    if is_training(&ledger) {
        return Err(Refusal::TrainingStaysHere);
    }
    let first = ledger.chains()?.into_iter().next().ok_or(Refusal::NoTill)?;
    let outbox = LedgerOutbox::of(ledger, None)?.ok_or(UplinkError::NotEnrolled)?;
    Ok((outbox, first.till.node))
}

/// Where the till's centre is that one with this key, notes its address of today; says whether the
/// till has a centre at all.
pub fn centre_moved(folder: &Folder, server_key: &str, address: &str) -> Result<bool, Refusal> {
    Ok(jishi_uplink::centre_moved(
        &folder.database(),
        server_key,
        address,
    )?)
}

/// Pushes all there is and takes in what there is for the till, beside whoever has it open: `jishi sync`.
pub fn sync_once(folder: &Folder) -> Result<SyncOutcome, Refusal> {
    Ok(jishi_uplink::sync_once(
        &folder.database(),
        &folder.read_key()?,
        Taker::Till,
    )?)
}

impl From<UplinkError> for Refusal {
    fn from(error: UplinkError) -> Refusal {
        match error {
            UplinkError::Open(error) => error.into(),
            UplinkError::Store(error) => error.into(),
            other => Refusal::Sync {
                code: other.code().to_owned(),
                message: other.to_string(),
            },
        }
    }
}
