//! A server that came back from a backup of before: noticed at the start, and by whoever brings it more of its own chains
//! than it holds.
//!
//! It begins an epoch: a successor of each chain that it writes, so that nothing is signed twice in one place, and from
//! the nodes beneath, and the servers above, it gets the old ones back. Until each of them has said that it gave all, it
//! writes no goods, prices, staff or lots, whose last revision it may not know, and gives nothing of a lot. Why so:
//! decision 0018.

use crate::clock::Instruments;
use crate::guard::known_nodes;
use crate::home::{DATABASE_FILE, Home, HomeError, NOTE_PUBLIC_CHAIN, append, former_of, public_chain};
use crate::own_chain::Author;
use jishi_journal::body::{Audience, Body, Continued, NodeEnrolled};
use jishi_journal::{Chain, ChainId, Head, NodeKey, Opening, SignedEntry, VerifyingKey};
use jishi_ledger::{ChainRecord, Ledger, OpenMode, StoreError, Writer};
use jishi_uplink::{
    NOTE_EPOCH, NOTE_OWN_CHAINS, ServerChain, epoch, has_pulled, own_chains, with_former_keys,
};
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
        let chains = chains_written(ledger, &with_former_keys(ledger, &[*own])?)?.into_iter();
        let ends = chains.map(|ServerChain { record, .. }| (record.chain, record.head));
        Ok(Ends(ends.collect()))
    }

    /// None where there is none, or a part of it: it tells nothing, not even that nothing is lost.
    fn read(folder: &Path) -> Option<Ends> {
        let text = std::fs::read_to_string(folder.join(GUARD_FILE)).ok()?;
        let lines = text.strip_suffix('\n')?.split('\n');
        let ends = lines.map(|line| {
            let mut words = line.split(' ');
            let chain = words.next()?.parse().ok()?;
            let seq = words.next()?.parse().ok()?;
            let hash = words.next()?.parse().ok()?;
            Some((chain, Head { seq, hash }))
        });
        Some(Ends(ends.collect::<Option<_>>()?))
    }

    /// Beside it first, and on disk: there is always one that can be read.
    fn write(&self, folder: &Path) -> io::Result<()> {
        let making = folder.join("server.guard.making");
        let mut text = String::new();
        for (chain, head) in &self.0 {
            text.push_str(&format!("{chain} {} {}\n", head.seq, head.hash));
        }
        let mut file = File::create(&making)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
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

/// Of a server that is made at this moment.
pub(crate) fn keep_first_end(folder: &Path, chain: ChainId, head: Head) -> io::Result<()> {
    Ends(BTreeMap::from([(chain, head)])).write(folder)
}

/// Keeps where the server's chains end now. Where there is no room for it, an older one notices less, and nothing wrong.
pub(crate) fn keep_ends(folder: &Path, ledger: &Ledger, own: &VerifyingKey) {
    let kept = Ends::of(ledger, own).map(|now| match Ends::read(folder).as_ref() == Some(&now) {
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
    let public = home.ledger.chain(home.facts.public_chain)?;
    let written_with = public.map_or(own, |record| record.key);
    // A database of before the server had this key is an older one too.
    let is_of_before = written_with != own;
    if is_of_before && !former_of(&home.hand_overs).contains(&written_with) {
        return Err(HomeError::OtherKey);
    }
    let kept = Ends::read(home.folder());
    let is_lost = match kept {
        Some(ends) => ends.are_lost_in(&home.ledger)?,
        // Nobody knows: a server that took itself for whole would sign anew what it has signed.
        None => true,
    };
    if is_of_before || is_lost {
        let author = Author::of_home(home, instruments);
        begin(&mut home.ledger, &author, &instruments.at())?;
        home.facts.public_chain = public_chain(&home.ledger)?;
    }
    if !home.hand_overs.is_empty() {
        let told = &home.hand_overs;
        home.ledger
            .write(|writer| jishi_uplink::note_hand_overs(writer, told))?;
    }
    keep_ends(home.folder(), &home.ledger, &own);
    Ok(())
}

/// The chains that this server writes, by the keys that it has and had: all of its own, where it never came back from a
/// backup and never changed its key.
pub(crate) fn chains_written(ledger: &Ledger, own: &[VerifyingKey]) -> Result<Vec<ServerChain>, StoreError> {
    let written = own_chains(ledger)?;
    let mut chains = jishi_uplink::chains_of(ledger, own)?;
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

/// In the transaction that writes a chain of the server's own: it is not one that was closed meanwhile, by another process
/// that began an epoch or changed the key.
pub(crate) fn must_be_written(writer: &Writer<'_>, chain: ChainId, seq: u64) -> Result<(), StoreError> {
    let written = writer.note(NOTE_OWN_CHAINS)?;
    let is_closed = written.is_some_and(|written| {
        let mut chains = written.split(' ');
        !chains.any(|written| written == chain.to_string())
    });
    match seq > 1 && is_closed {
        true => Err(StoreError::NotNext { seq, head: 0 }),
        false => Ok(()),
    }
}

/// Of what was brought, chains that this server writes itself: somebody holds more of them than it does.
pub(crate) fn are_written(
    ledger: &Ledger,
    own: &VerifyingKey,
    brought: &BTreeSet<ChainId>,
) -> Result<bool, StoreError> {
    let own = with_former_keys(ledger, &[*own])?;
    let mut written = chains_written(ledger, &own)?.into_iter();
    Ok(written.any(|chain| brought.contains(&chain.record.chain)))
}

/// Begins an epoch: a successor of each chain that the server writes, and no one-time code of before is good any more,
/// for it may have been used.
pub(crate) fn begin(ledger: &mut Ledger, author: &Author, at: &str) -> Result<(), HomeError> {
    let own = author.key.public();
    let before = epoch(ledger)?;
    let mut own_keys = with_former_keys(ledger, &[own])?;
    // A database of before the server changed its key does not know of that.
    let unknown: Vec<VerifyingKey> = author
        .former
        .iter()
        .copied()
        .filter(|key| !own_keys.contains(key))
        .collect();
    own_keys.extend(&unknown);
    let mut opened = Vec::new();
    for ServerChain { record, audience } in chains_written(ledger, &own_keys)? {
        let was = if audience == Audience::Public {
            &unknown[..]
        } else {
            &[]
        };
        opened.push(Successor::open(
            author,
            &author.key,
            &audience,
            (&record, record.head),
            (was, at),
        )?);
    }
    let mut name = [0; 8];
    (author.entropy)(&mut name).map_err(HomeError::NoEntropy)?;
    let name = hex::encode(name);
    let has_begun = ledger.write(|writer| -> Result<bool, StoreError> {
        // Another process has noticed it as well, and was first.
        let now = writer.note(NOTE_EPOCH)?;
        if now != before.as_ref().map(|(epoch, at)| format!("{epoch} {at}")) {
            return Ok(false);
        }
        write_on_in(writer, &opened)?;
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

/// A chain that goes on where one of the server's ends.
pub(crate) struct Successor {
    audience: Audience,
    chain: ChainId,
    entries: Vec<(SignedEntry, Head)>,
}

impl Successor {
    /// Signed with `key`, behind the other chain's `end`. In the public one it says that the server had these keys before.
    pub(crate) fn open(
        author: &Author,
        key: &NodeKey,
        audience: &Audience,
        (record, end): (&ChainRecord, Head),
        (was, at): (&[VerifyingKey], &str),
    ) -> Result<Successor, HomeError> {
        let mut nonce = [0; 16];
        (author.entropy)(&mut nonce).map_err(HomeError::NoEntropy)?;
        let opening = Opening {
            nonce,
            node: author.organisation.clone(),
            continues: Some(Continued {
                chain: record.chain.to_string(),
                origin: record.till.origin.to_string(),
                seq: end.seq,
                hash: end.hash.to_string(),
                generation: record.generation.saturating_add(1),
            }),
        };
        let (mut chain, entry) = Chain::open_for(audience, key.clone(), opening, at)?;
        let mut entries = vec![(entry, chain.head())];
        for before in was {
            let itself = Body::NodeEnrolled(NodeEnrolled {
                node: author.organisation.clone(),
                public_key: key.public().to_string(),
                kind: "centre".to_owned(),
                outlet: None,
                organisation: None,
                instead_of: Some(before.to_string()),
            });
            let (entry, head) = chain.next(at, &itself)?;
            chain.advance(head);
            entries.push((entry, head));
        }
        Ok(Successor {
            audience: audience.clone(),
            chain: chain.id(),
            entries,
        })
    }
}

/// From here on these are the chains that the server writes.
pub(crate) fn write_on_in(writer: &Writer<'_>, successors: &[Successor]) -> Result<(), StoreError> {
    let written: Vec<String> = successors.iter().map(|opened| opened.chain.to_string()).collect();
    writer.put_note(NOTE_OWN_CHAINS, &written.join(" "))?;
    for opened in successors {
        for (entry, head) in &opened.entries {
            append(writer, entry, opened.chain, *head)?;
        }
        if opened.audience == Audience::Public {
            writer.put_note(NOTE_PUBLIC_CHAIN, &opened.chain.to_string())?;
        }
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
        // A key that was handed over gives nothing any more: the one in its place does.
        let is_beneath = node.enrolled_by == own && node.public_key != own && node.stands();
        // It gives to its hub what it holds, and that hub gives it here.
        let mut elsewhere = nodes.of(&node.public_key);
        let is_at_a_hub = elsewhere.any(|other| other.enrolled_by != own && other.stands());
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

/// Whether nobody is waited for any more and it is not noted yet: what the servers above give is noted by the line up there.
pub(crate) fn is_about_to_be_whole(ledger: &Ledger, own: &VerifyingKey) -> Result<bool, StoreError> {
    Ok(coming_back(ledger, own)?.is_some_and(|coming_back| coming_back.waits_for.is_empty()))
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
    let file = crate::home::key_in(folder)?;
    let lock = crate::home::lock(folder)?;
    let read = Ledger::open(backup, OpenMode::Read).map_err(|_| RestoreError::NoBackup)?;
    let is_sound = read.quick_check().unwrap_or(false) && read.bad_entry().is_ok_and(|bad| bad.is_none());
    let first = read
        .chains()
        .map_err(|_| RestoreError::NoBackup)?
        .into_iter()
        .next();
    drop(read);
    let mut own = file.former();
    own.push(file.key.public());
    match first {
        Some(first) if is_sound && own.contains(&first.key) => {}
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
