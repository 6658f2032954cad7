//! The way up: enrolling at a centre, what waits for it, and the till's chains as sync sees them.

use crate::folder::Folder;
use crate::refusal::Refusal;
use crate::till::Till;
use crate::training::is_training;
use jishi_journal::{ChainId, NameKey, NodeKey, SignedEntry, VerifyingKey};
use jishi_ledger::registry::StoredAcknowledgement;
use jishi_ledger::{Ledger, OpenMode, StoreError};
use jishi_sync::client::{Client, Entropy};
use jishi_sync::protocol::Acknowledgement;
use jishi_sync::{
    InvitationCode, Outbox, OutboxChain, PushOutcome, ServerAddress, SyncState, Watch, push_once, watch,
};
use serde::{Deserialize, Serialize};

const NOTE: &str = "centre";

/// Where this till is enrolled, as it notes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Centre {
    pub address: String,
    pub key: String,
    pub organisation: String,
    pub name: String,
}

/// `jishi status --json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Status {
    pub till: String,
    pub chain: String,
    pub seq: u64,
    pub head: String,
    /// What another till needs to check the vouchers and tickets of this one.
    pub public_key: String,
    /// How far the centre has acknowledged this chain.
    pub acknowledged: u64,
    /// How far a hub holds it; hubs come later, so it is what the centre holds.
    pub hub: u64,
    /// The centre holds another branch of one of the till's chains. A successor after a restore is none.
    pub forked: bool,
    /// Why the centre takes no more of one of the till's chains, by its code.
    pub refusal: Option<String>,
    /// Sales on all chains that the centre has not acknowledged.
    pub sales_waiting: u32,
    pub centre: Option<Centre>,
    pub outlet: Option<String>,
    pub shift: Option<String>,
}

/// The note of why the centre takes no more of a chain; empty when nothing is in the way any more.
fn refusal_note(chain: ChainId) -> String {
    format!("refused {chain}")
}

fn centre_of(ledger: &Ledger) -> Result<Option<(Centre, VerifyingKey)>, StoreError> {
    let Some(text) = ledger.note(NOTE)? else {
        return Ok(None);
    };
    let damaged = || StoreError::Damaged("the note of the centre".to_owned());
    let centre: Centre = serde_json::from_str(&text).map_err(|_| damaged())?;
    let key = centre.key.parse().map_err(|_| damaged())?;
    Ok(Some((centre, key)))
}

/// Sales on all chains of this store's till that a server has not acknowledged.
fn waiting(ledger: &Ledger) -> Result<u32, StoreError> {
    let centre = centre_of(ledger)?;
    let mut marks = Vec::new();
    for record in ledger.chains()? {
        let held = match &centre {
            Some((_, key)) => ledger
                .acknowledgement(key, record.chain)?
                .map_or(0, |word| word.head.seq),
            None => 0,
        };
        marks.push((record, held));
    }
    let nothing_held = marks.iter().all(|(_, held)| *held == 0);
    let waiting = match marks.first() {
        // A year's sales are summed by day already: the start must not count them one by one.
        Some((first, _)) if nothing_held => ledger.grand_totals(first.till.till_no)?.sales,
        _ => marks
            .iter()
            .map(|(record, held)| ledger.sales_after(record.chain, *held))
            .sum::<Result<u64, StoreError>>()?,
    };
    Ok(u32::try_from(waiting).unwrap_or(u32::MAX))
}

/// The till's standing, read beside whoever has it open.
pub fn status(ledger: &Ledger) -> Result<Status, Refusal> {
    let first = ledger.chains()?.into_iter().next().ok_or(Refusal::NoTill)?;
    let newest = ledger.newest_chain(first.till.origin)?.ok_or(Refusal::NoTill)?;
    let centre = centre_of(ledger)?;
    let held = match &centre {
        Some((_, key)) => ledger
            .acknowledgement(key, newest.chain)?
            .map_or(0, |word| word.head.seq),
        None => 0,
    };
    let mut refusal = None;
    let mut forked = false;
    for record in ledger.chains()? {
        let code = ledger.note(&refusal_note(record.chain))?.unwrap_or_default();
        forked |= code == "fork";
        if !code.is_empty() {
            refusal = Some(code);
        }
    }
    Ok(Status {
        till: newest.till.node.clone(),
        chain: newest.chain.to_string(),
        seq: newest.head.seq,
        head: newest.head.hash.to_string(),
        public_key: newest.key.to_string(),
        acknowledged: held,
        hub: held,
        forked,
        refusal,
        sales_waiting: waiting(ledger)?,
        centre: centre.map(|(centre, _)| centre),
        outlet: ledger.outlets()?.into_iter().next().map(|outlet| outlet.code),
        shift: ledger.open_shift(newest.till.till_no)?.map(|shift| shift.id),
    })
}

impl Till {
    pub fn sales_waiting(&self) -> Result<u32, Refusal> {
        Ok(waiting(&self.ledger)?)
    }

    pub fn centre(&self) -> Result<Option<Centre>, Refusal> {
        Ok(centre_of(&self.ledger)?.map(|(centre, _)| centre))
    }

    /// Pushes beside the till for as long as the watch is kept. `on_state` hears of changes, in the
    /// watch's own thread.
    pub fn watch(&self, on_state: impl FnMut(&SyncState) + Send + 'static) -> Result<Option<Watch>, Refusal> {
        let Some((client, outbox)) = line_up(&self.folder, self.chain.key())? else {
            return Ok(None);
        };
        let watch = watch(client, outbox, entropy(), on_state);
        watch
            .map(Some)
            .map_err(|error| sync_refusal("sync_failed", &error.to_string()))
    }
}

/// Enrols the folder's till with a one-time code, beside whoever has it open: nothing of the journal
/// changes.
pub fn enrol(folder: &Folder, code: &str) -> Result<Centre, Refusal> {
    let mut ledger = Ledger::open(&folder.database(), OpenMode::Write)?;
    if is_training(&ledger) {
        return Err(Refusal::TrainingStaysHere);
    }
    let code: InvitationCode = code
        .parse()
        .map_err(|error: jishi_sync::CodeError| sync_refusal(error.code(), &error.to_string()))?;
    let key = folder.read_key()?;
    let first = ledger.chains()?.into_iter().next().ok_or(Refusal::NoTill)?;
    let enrolled = runtime()?
        .block_on(jishi_sync::client::enrol(
            &code,
            &first.till.node,
            &key,
            entropy(),
        ))
        .map_err(|error| sync_refusal(error.code(), &error.to_string()))?;
    let centre = Centre {
        address: enrolled.server_url.as_str().to_owned(),
        key: enrolled.server_key.to_string(),
        organisation: enrolled.organisation,
        name: enrolled.organisation_name,
    };
    note_centre(&mut ledger, &centre)?;
    Ok(centre)
}

/// Where the till's centre is that one with this key, notes its address of today; says whether the
/// till has a centre at all.
pub fn centre_moved(folder: &Folder, server_key: &str, address: &str) -> Result<bool, Refusal> {
    let mut ledger = Ledger::open(&folder.database(), OpenMode::Write)?;
    let Some((centre, _)) = centre_of(&ledger)? else {
        return Ok(false);
    };
    if centre.key == server_key && centre.address != address {
        note_centre(
            &mut ledger,
            &Centre {
                address: address.to_owned(),
                ..centre
            },
        )?;
    }
    Ok(true)
}

fn note_centre(ledger: &mut Ledger, centre: &Centre) -> Result<(), Refusal> {
    // A centre has nothing that JSON cannot write.
    let text = serde_json::to_string(centre).unwrap_or_default();
    Ok(ledger.write(|writer| writer.put_note(NOTE, &text))?)
}

/// Pushes all there is, beside whoever has the till open: `jishi sync`.
pub fn sync_once(folder: &Folder) -> Result<PushOutcome, Refusal> {
    let key = folder.read_key()?;
    let (mut client, mut outbox) = line_up(folder, &key)?.ok_or_else(not_enrolled)?;
    Ok(runtime()?.block_on(push_once(&mut client, &mut outbox))?)
}

fn line_up(folder: &Folder, key: &NodeKey) -> Result<Option<(Client, TillOutbox)>, Refusal> {
    let ledger = Ledger::open(&folder.database(), OpenMode::Write)?;
    let Some((centre, server)) = centre_of(&ledger)? else {
        return Ok(None);
    };
    let address: ServerAddress = centre
        .address
        .parse()
        .map_err(|error: jishi_sync::AddressError| sync_refusal(error.code(), &error.to_string()))?;
    let client = Client::new(address, server, key.clone(), entropy())
        .map_err(|error| sync_refusal(error.code(), &error.to_string()))?;
    Ok(Some((client, TillOutbox { ledger, server })))
}

fn runtime() -> Result<tokio::runtime::Runtime, Refusal> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| sync_refusal("sync_failed", &error.to_string()))
}

#[allow(
    clippy::expect_used,
    reason = "without randomness no request can be told from its replay"
)]
pub(crate) fn entropy() -> Entropy {
    Box::new(|bytes| getrandom::fill(bytes).expect("the machine gives no randomness"))
}

fn sync_refusal(code: &str, message: &str) -> Refusal {
    Refusal::Sync {
        code: code.to_owned(),
        message: message.to_owned(),
    }
}

/// The till's store as sync sees it: a connection of its own, so that a slow server never waits with
/// the till's in hand. It writes acknowledgements, nothing else.
#[derive(Debug)]
pub struct TillOutbox {
    ledger: Ledger,
    server: VerifyingKey,
}

impl TillOutbox {
    /// The key of the centre that this till is enrolled at.
    pub(crate) fn server(&self) -> VerifyingKey {
        self.server
    }
}

/// The store of a till that is enrolled, beside whoever has it open, and the till's code.
pub(crate) fn outbox_beside(folder: &Folder, mode: OpenMode) -> Result<(TillOutbox, String), Refusal> {
    let ledger = Ledger::open(&folder.database(), mode)?;
    if is_training(&ledger) {
        return Err(Refusal::TrainingStaysHere);
    }
    let first = ledger.chains()?.into_iter().next().ok_or(Refusal::NoTill)?;
    let Some((_, server)) = centre_of(&ledger)? else {
        return Err(not_enrolled());
    };
    Ok((TillOutbox { ledger, server }, first.till.node))
}

fn not_enrolled() -> Refusal {
    sync_refusal("not_enrolled", "this till is not enrolled at a centre")
}

impl Outbox for TillOutbox {
    type Error = StoreError;

    fn chains(&self) -> Result<Vec<OutboxChain>, StoreError> {
        let chains = self.ledger.chains()?;
        let continued: Vec<ChainId> = chains.iter().filter_map(|record| record.continues).collect();
        Ok(chains
            .iter()
            .map(|record| OutboxChain {
                chain: record.chain,
                head_seq: record.head.seq,
                continued: continued.contains(&record.chain),
            })
            .collect())
    }

    fn acknowledged(&self, chain: ChainId) -> Result<Option<u64>, StoreError> {
        Ok(self
            .ledger
            .acknowledgement(&self.server, chain)?
            .map(|word| word.head.seq))
    }

    fn acknowledgement_text(&self, chain: ChainId) -> Result<Option<String>, StoreError> {
        Ok(self
            .ledger
            .acknowledgement(&self.server, chain)?
            .map(|word| word.text))
    }

    fn entries_after(&self, chain: ChainId, seq: u64, limit: u32) -> Result<Vec<SignedEntry>, StoreError> {
        self.ledger.entries_after(chain, seq, limit)
    }

    fn store_acknowledgement(&mut self, word: &Acknowledgement) -> Result<(), StoreError> {
        let stored = StoredAcknowledgement {
            server: word.server,
            chain: word.chain,
            head: word.head,
            text: word.text.clone(),
            signature: word.signature,
        };
        self.ledger.write(|writer| writer.put_acknowledgement(&stored))
    }

    fn store_refusal(&mut self, chain: ChainId, refusal: Option<&str>) -> Result<(), StoreError> {
        let name = refusal_note(chain);
        let kept = self.ledger.note(&name)?.unwrap_or_default();
        let code = refusal.unwrap_or_default();
        match kept == code {
            true => Ok(()),
            false => self.ledger.write(|writer| writer.put_note(&name, code)),
        }
    }

    fn name_keys(&self) -> Result<Vec<(String, NameKey)>, StoreError> {
        self.ledger.name_keys()
    }
}
