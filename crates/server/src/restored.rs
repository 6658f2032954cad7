//! A server that came back from a backup of before: noticed at the start, and by whoever brings it more of its own chains
//! than it holds.
//!
//! It begins an epoch: a successor of each chain that it writes, so that nothing is signed twice in one place, and from
//! the nodes beneath, and the servers above, it gets the old ones back. Until each of them has said that it gave all, it
//! writes no goods, prices, staff or lots, whose last revision it may not know, and gives nothing of a lot. Why so:
//! decision 0018.

use crate::clock::Instruments;
use crate::guard::known_nodes;
use crate::home::{DATABASE_FILE, Home, HomeError, NOTE_PUBLIC_CHAIN, append, public_chain};
use crate::own_chain::Author;
use jishi_journal::body::{Audience, Continued};
use jishi_journal::{Chain, ChainId, Head, Opening, VerifyingKey};
use jishi_ledger::{Ledger, OpenMode, StoreError, Writer};
use jishi_uplink::{NOTE_EPOCH, NOTE_OWN_CHAINS, ServerChain, epoch, has_pulled, own_chains};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Where the chains that this server writes end: beside the database and in no backup.
const GUARD_FILE: &str = "server.guard";
/// The epoch in which all that was lost came back, and who said so where not all who hold it did.
const NOTE_WHOLE: &str = "epoch_whole";

/// For which epoch a node has given back all.
fn gave_note(key: &str) -> String {
    format!("gave_back {key}")
}

/// A server that waits for what it has lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ComingBack {
    /// When it came back.
    pub since: String,
    /// The nodes that have not given back yet what they hold, by their codes; the server above by its name.
    pub waits_for: Vec<String>,
}

/// The heads of the chains that a server writes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Ends(BTreeMap<ChainId, Head>);

impl Ends {
    fn of(ledger: &Ledger, own: &VerifyingKey) -> Result<Ends, StoreError> {
        let written = own_chains(ledger)?;
        let chains = ledger.chains_of_keys(&[*own])?.into_iter();
        let chains = chains.filter(|record| {
            written
                .as_ref()
                .is_none_or(|written| written.contains(&record.chain))
        });
        Ok(Ends(chains.map(|record| (record.chain, record.head)).collect()))
    }

    /// What cannot be read tells nothing.
    fn read(folder: &Path) -> Ends {
        let text = std::fs::read_to_string(folder.join(GUARD_FILE)).unwrap_or_default();
        let ends = text.lines().filter_map(|line| {
            let mut words = line.split(' ');
            let chain = words.next()?.parse().ok()?;
            let seq = words.next()?.parse().ok()?;
            let hash = words.next()?.parse().ok()?;
            Some((chain, Head { seq, hash }))
        });
        Ends(ends.collect())
    }

    /// Beside it first: there is always one that can be read.
    fn write(&self, folder: &Path) -> io::Result<()> {
        let making = folder.join("server.guard.making");
        let mut file = File::create(&making)?;
        for (chain, head) in &self.0 {
            writeln!(file, "{chain} {} {}", head.seq, head.hash)?;
        }
        drop(file);
        std::fs::rename(making, folder.join(GUARD_FILE))
    }

    /// Whether one of these entries is not there.
    fn are_lost_in(&self, ledger: &Ledger) -> Result<bool, StoreError> {
        for (chain, head) in &self.0 {
            if ledger.branch_with(*chain, *head)?.is_none() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Keeps where the server's chains end now. Where there is no room for it, an older one notices less, and nothing wrong.
pub(crate) fn keep_ends(folder: &Path, ledger: &Ledger, own: &VerifyingKey) {
    let kept = Ends::of(ledger, own).map(|now| match now == Ends::read(folder) {
        true => Ok(()),
        false => now.write(folder),
    });
    match kept {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!("Where the server's chains end was not kept: {error}"),
        Err(error) => tracing::warn!(
            code = error.code(),
            "Where the server's chains end is not known: {error}"
        ),
    }
}

/// Before anything of its own is written: is the database an older one?
pub(crate) fn look(home: &mut Home, instruments: &Instruments) -> Result<(), HomeError> {
    let own = home.key.public();
    if Ends::read(home.folder()).are_lost_in(&home.ledger)? {
        let author = Author::of_home(home, instruments);
        begin(&mut home.ledger, &author, &instruments.at())?;
        home.facts.public_chain = public_chain(&home.ledger)?;
    }
    keep_ends(home.folder(), &home.ledger, &own);
    Ok(())
}

/// The chains that this server writes: all of its own, where it never came back from a backup.
pub(crate) fn chains_written(ledger: &Ledger, own: &VerifyingKey) -> Result<Vec<ServerChain>, StoreError> {
    let written = own_chains(ledger)?;
    let mut chains = jishi_uplink::chains_of(ledger, &[*own])?;
    if let Some(written) = written {
        chains.retain(|chain| written.contains(&chain.record.chain));
    }
    Ok(chains)
}

/// In the transaction that opens a chain of its own.
pub(crate) fn note_written(writer: &Writer<'_>, chain: ChainId) -> Result<(), StoreError> {
    match writer.note(NOTE_OWN_CHAINS)? {
        Some(text) => writer.put_note(NOTE_OWN_CHAINS, &format!("{text} {chain}")),
        None => Ok(()),
    }
}

/// Of what was brought, chains that this server writes itself: somebody holds more of them than it does.
pub(crate) fn are_written(
    ledger: &Ledger,
    own: &VerifyingKey,
    brought: &BTreeSet<ChainId>,
) -> Result<bool, StoreError> {
    let written = own_chains(ledger)?;
    let mut own = ledger.chains_of_keys(&[*own])?.into_iter();
    Ok(own.any(|record| {
        brought.contains(&record.chain)
            && written
                .as_ref()
                .is_none_or(|written| written.contains(&record.chain))
    }))
}

/// Begins an epoch: a successor of each chain that the server writes, and no one-time code of before is good any more,
/// for it may have been used.
pub(crate) fn begin(ledger: &mut Ledger, author: &Author, at: &str) -> Result<(), HomeError> {
    let own = author.key.public();
    let before = epoch(ledger)?;
    let random = |bytes: &mut [u8]| (author.entropy)(bytes).map_err(HomeError::NoEntropy);
    let mut opened = Vec::new();
    for ServerChain { record, audience } in chains_written(ledger, &own)? {
        let mut nonce = [0; 16];
        random(&mut nonce)?;
        let opening = Opening {
            nonce,
            node: author.organisation.clone(),
            continues: Some(Continued {
                chain: record.chain.to_string(),
                origin: record.till.origin.to_string(),
                seq: record.head.seq,
                hash: record.head.hash.to_string(),
                generation: record.generation.saturating_add(1),
            }),
        };
        let (chain, entry) = Chain::open_for(&audience, author.key.clone(), opening, at)?;
        opened.push((audience, chain, entry));
    }
    let mut name = [0; 8];
    random(&mut name)?;
    let name = hex::encode(name);
    let has_begun = ledger.write(|writer| -> Result<bool, StoreError> {
        // Another process has noticed it as well, and was first.
        let now = writer.note(NOTE_EPOCH)?;
        if now != before.as_ref().map(|(epoch, at)| format!("{epoch} {at}")) {
            return Ok(false);
        }
        let mut written = Vec::new();
        for (audience, chain, entry) in &opened {
            append(writer, entry, chain.id(), chain.head())?;
            if *audience == Audience::Public {
                writer.put_note(NOTE_PUBLIC_CHAIN, &chain.id().to_string())?;
            }
            written.push(chain.id().to_string());
        }
        writer.put_note(NOTE_OWN_CHAINS, &written.join(" "))?;
        writer.put_note(NOTE_EPOCH, &format!("{name} {at}"))?;
        writer.expire_invitations()?;
        Ok(true)
    })?;
    if has_begun {
        tracing::warn!(
            "This server came back from a backup: it writes on in new chains, and asks for what it lost"
        );
        note_if_whole(ledger, &own)?;
    }
    Ok(())
}

/// None where nothing is missing, as far as is known.
pub(crate) fn coming_back(ledger: &Ledger, own: &VerifyingKey) -> Result<Option<ComingBack>, StoreError> {
    let Some((epoch, since)) = epoch(ledger)? else {
        return Ok(None);
    };
    let whole = ledger.note(NOTE_WHOLE)?.unwrap_or_default();
    if whole.split(' ').next() == Some(epoch.as_str()) {
        return Ok(None);
    }
    let nodes = known_nodes(ledger, own)?;
    let own = own.to_string();
    let mut waits_for = Vec::new();
    let mut seen = BTreeSet::new();
    for node in nodes.all() {
        let is_beneath = node.enrolled_by == own && node.public_key != own && !node.revoked;
        // It gives to its hub what it holds, and that hub gives it here.
        let mut elsewhere = nodes.of(&node.public_key);
        let is_at_a_hub = elsewhere.any(|other| other.enrolled_by != own && !other.revoked);
        if is_beneath
            && !is_at_a_hub
            && seen.insert(&node.public_key)
            && ledger.note(&gave_note(&node.public_key))?.as_ref() != Some(&epoch)
        {
            waits_for.push(node.node.clone());
        }
    }
    if let Some(centre) = jishi_uplink::centre(ledger)?
        && !has_pulled(ledger, &epoch)?
    {
        waits_for.push(centre.name);
    }
    Ok(Some(ComingBack { since, waits_for }))
}

pub(crate) fn must_be_whole(ledger: &Ledger, own: &VerifyingKey) -> Result<(), HomeError> {
    match coming_back(ledger, own)? {
        Some(coming_back) if !coming_back.waits_for.is_empty() => Err(HomeError::ComingBack),
        _ => Ok(()),
    }
}

/// Where nobody is waited for any more, the server is whole, whoever joins later. Says whether it has just become so.
pub(crate) fn note_if_whole(ledger: &mut Ledger, own: &VerifyingKey) -> Result<bool, StoreError> {
    let is_whole = coming_back(ledger, own)?.is_some_and(|coming_back| coming_back.waits_for.is_empty());
    if let Some((epoch, _)) = epoch(ledger)?.filter(|_| is_whole) {
        ledger.write(|writer| writer.put_note(NOTE_WHOLE, &epoch))?;
        tracing::info!("All that this server had lost has come back");
    }
    Ok(is_whole)
}

/// A node says that it has given back all for an epoch. Whether that is news.
pub(crate) fn is_news(ledger: &Ledger, key: &VerifyingKey, said: &str) -> Result<bool, StoreError> {
    let is_this = epoch(ledger)?.is_some_and(|(epoch, _)| epoch == said);
    Ok(is_this && ledger.note(&gave_note(&key.to_string()))?.as_deref() != Some(said))
}

pub(crate) fn note_gave(ledger: &mut Ledger, key: &VerifyingKey, said: &str) -> Result<(), StoreError> {
    ledger.write(|writer| writer.put_note(&gave_note(&key.to_string()), said))
}

#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    #[error(transparent)]
    Home(#[from] HomeError),
    /// No ledger of this program, or damaged.
    #[error("the file is no backup that can be read")]
    NoBackup,
    #[error("the backup is of another server than the key in this folder")]
    OtherServer,
}

impl From<StoreError> for RestoreError {
    fn from(error: StoreError) -> RestoreError {
        RestoreError::Home(error.into())
    }
}

impl From<io::Error> for RestoreError {
    fn from(error: io::Error) -> RestoreError {
        RestoreError::Home(error.into())
    }
}

impl RestoreError {
    pub fn code(&self) -> &'static str {
        match self {
            RestoreError::Home(error) => error.code(),
            RestoreError::NoBackup => "no_backup",
            RestoreError::OtherServer => "other_server",
        }
    }
}

/// What a restore comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// The database as it was, kept beside; none where there was none.
    pub kept: Option<PathBuf>,
    /// None where the server is whole already.
    pub coming_back: Option<ComingBack>,
}

/// Puts a backup in the place of the database; the server must not run. Another chain than before is written from here
/// on, whatever the guard says.
pub fn restore(folder: &Path, backup: &Path, instruments: &Instruments) -> Result<Restored, RestoreError> {
    let key = crate::home::key_in(folder)?;
    let lock = crate::home::lock(folder)?;
    let read = Ledger::open(backup, OpenMode::Read).map_err(|_| RestoreError::NoBackup)?;
    let is_sound = read.quick_check().unwrap_or(false) && read.bad_entry().is_ok_and(|bad| bad.is_none());
    let first = read
        .chains()
        .map_err(|_| RestoreError::NoBackup)?
        .into_iter()
        .next();
    drop(read);
    match first {
        Some(first) if is_sound && first.key == key.public() => {}
        Some(_) if is_sound => return Err(RestoreError::OtherServer),
        _ => return Err(RestoreError::NoBackup),
    }
    let making = folder.join("server.sqlite.restoring");
    std::fs::copy(backup, &making)?;
    let mut incoming = Ledger::open(&making, OpenMode::Write).map_err(|_| RestoreError::NoBackup)?;
    incoming.rebuild(|_| true)?;
    drop(incoming);
    File::open(&making)?.sync_all()?;
    let kept = put_aside(folder, instruments)?;
    std::fs::rename(&making, folder.join(DATABASE_FILE))?;
    File::open(folder)?.sync_all()?;
    let mut home = Home::open(folder, OpenMode::Write)?;
    let author = Author::of_home(&home, instruments);
    begin(&mut home.ledger, &author, &instruments.at())?;
    home.keep_ends();
    drop(lock);
    let own = home.key.public();
    Ok(Restored {
        kept,
        coming_back: coming_back(&home.ledger, &own)?,
    })
}

/// With its log: what is not folded into the file yet is in that.
fn put_aside(folder: &Path, instruments: &Instruments) -> io::Result<Option<PathBuf>> {
    let database = folder.join(DATABASE_FILE);
    if !database.exists() {
        return Ok(None);
    }
    let at = (instruments.now)().format("%Y%m%d-%H%M%S");
    let aside = folder.join(format!("before-restore-{at}.sqlite"));
    for suffix in ["-wal", "-shm", ""] {
        let from = folder.join(format!("{DATABASE_FILE}{suffix}"));
        if from.exists() {
            std::fs::rename(from, folder.join(format!("before-restore-{at}.sqlite{suffix}")))?;
        }
    }
    Ok(Some(aside))
}

/// How it stands with a server that came back; none where nothing is missing.
pub fn waits(folder: &Path) -> Result<Option<ComingBack>, HomeError> {
    let home = Home::open(folder, OpenMode::Read)?;
    Ok(coming_back(&home.ledger, &home.key.public())?)
}

/// Somebody says that who is still waited for will not come, or has nothing: the server goes on. What they bring later
/// is taken all the same.
pub fn go_on(folder: &Path, by: &str) -> Result<Option<ComingBack>, HomeError> {
    let mut home = Home::open(folder, OpenMode::Write)?;
    let left = coming_back(&home.ledger, &home.key.public())?;
    if let Some((epoch, _)) = epoch(&home.ledger)?.filter(|_| left.is_some()) {
        home.ledger
            .write(|writer| writer.put_note(NOTE_WHOLE, &format!("{epoch} {by}")))?;
    }
    Ok(left)
}
