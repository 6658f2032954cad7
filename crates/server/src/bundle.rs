//! What a till's stick brings: taken in as a push is, beside the server that runs or without one.
//!
//! The file is read twice. In the first pass nothing is written: the whole of it is checked, and whether who signed
//! it may bring anything. The second takes it in piece by piece, each in a transaction, so that an import that was
//! cut short is done by doing it again.

use crate::brought::Brought;
use crate::clock::Instruments;
use crate::guard::{Standing, known_nodes, standing};
use crate::hand_over::{Succession, handed_by, taking_over};
use crate::home::{Home, HomeError};
use crate::marks::{hold_name_keys, read_name_keys};
use crate::own_chain::Author;
use crate::receive::{Taken, acknowledge, key_of, receive};
use jishi_journal::body::Body;
use jishi_journal::{ChainId, Head, ReadEntry, SignedEntry, VerifyingKey, open_letter};
use jishi_ledger::{ChainRecord, StoreError};
use jishi_sync::BatchLine;
use jishi_sync::bundle::{BundleError, BundleKind, Check, Manifest, Piece, Stretch, write_receipt};
use jishi_sync::protocol::{ChainAnswer, ChainsAnswer, Refusal};
use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::path::Path;

/// A server that takes in the same chain at this moment may write first.
const TRIES_MAX: u32 = 5;

#[derive(Debug, thiserror::Error)]
pub enum BundleImportError {
    #[error(transparent)]
    Home(#[from] HomeError),
    #[error(transparent)]
    Bundle(#[from] BundleError),
    #[error("the node that signed the bundle is not enrolled here")]
    UnknownNode,
    #[error("the node that signed the bundle has been revoked")]
    Revoked,
    #[error("the names' keys in the bundle cannot be opened here")]
    BadNameKeys,
    /// What was taken in before stays; done again it goes on.
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the receipt cannot be made: {0}")]
    Receipt(io::Error),
    #[error("cancelled")]
    Cancelled,
}

impl BundleImportError {
    pub fn code(&self) -> &'static str {
        match self {
            BundleImportError::Home(error) => error.code(),
            BundleImportError::Bundle(error) => error.code(),
            BundleImportError::UnknownNode => "unknown_node",
            BundleImportError::Revoked => "revoked",
            BundleImportError::BadNameKeys => "bad_name_keys",
            BundleImportError::Store(error) => error.code(),
            BundleImportError::Receipt(_) => "storage_failed",
            BundleImportError::Cancelled => "cancelled",
        }
    }
}

/// What became of a bundle.
#[derive(Debug, Clone)]
pub struct BundleTaken {
    /// The till's code, as its bundle says.
    pub node: String,
    pub chains: Vec<TakenChain>,
    pub name_keys: usize,
    /// A bundle for the till: what the server holds now, signed.
    pub receipt: Vec<u8>,
}

#[derive(Debug, Clone)]
pub struct TakenChain {
    pub chain: ChainId,
    /// What the bundle brought.
    pub from: u64,
    pub to: u64,
    /// How far the chain is held now, and how many entries of it are new.
    pub held: u64,
    pub new: u64,
    /// Why it goes no further.
    pub refusal: Option<Refusal>,
}

impl TakenChain {
    /// Something of it was not taken. Of a fork the entries that were brought are kept beside the others.
    pub fn is_refused(&self) -> bool {
        let refusal = self.refusal.as_ref();
        refusal.is_some_and(|refusal| refusal.code != "fork" || self.held < self.to)
    }
}

/// Takes in a till's bundle. `tell` hears how many lines of how many are done, in both passes, and says whether to
/// go on.
pub fn import_bundle(
    folder: &Path,
    file: &Path,
    instruments: &Instruments,
    tell: &mut dyn FnMut(u64, u64) -> bool,
) -> Result<BundleTaken, BundleImportError> {
    let mut home = Home::to_write(folder, instruments)?;
    let mut check = Check::open(open(file)?)?;
    let manifest = check.manifest().clone();
    let is_known = may_bring(&home, &manifest)?;
    let mut keys = KeysTold::default();
    let total = manifest.lines.saturating_mul(2);
    while let Some((piece, lines)) = check.step()? {
        match piece {
            Piece::NameKeys(letter) => {
                name_keys(&home, &letter)?;
            }
            Piece::Entries(entries) if !is_known => keys.hear(&home, entries)?,
            _ => {}
        }
        go_on(tell(lines, total))?;
    }
    let checked = check.finish()?;

    let at = instruments.at();
    if !is_known {
        keys.enrol(&mut home, &manifest.node_key, instruments)?;
    }
    let mut import = Import::begin(&mut home, &manifest, &at)?;
    let mut pieces = checked.pieces(open(file)?)?;
    while let Some((piece, lines)) = pieces.next_piece()? {
        match piece {
            Piece::NameKeys(letter) => import.keys(&letter)?,
            Piece::Entries(entries) => import.entries(entries)?,
            // None in a bundle of entries.
            Piece::Word(_) => {}
        }
        go_on(tell(manifest.lines.saturating_add(lines), total))?;
    }
    let brought = std::mem::take(&mut import.taken);
    let taken = import.finish()?;
    let author = Author::of_home(&home, instruments);
    brought.follow_up(&mut home.ledger, &author, &at);
    Ok(taken)
}

/// Whether this file is one of the same server's for the same till, of the kind that this one is, a receipt or a catalogue,
/// and so may be replaced by it.
pub fn is_receipt_of(file: &Path, like: &[u8]) -> bool {
    let same = |manifest: &Manifest| {
        Check::open(like).is_ok_and(|like| {
            let like = like.manifest();
            (manifest.kind, manifest.organisation, manifest.node_key)
                == (like.kind, like.organisation, like.node_key)
                && like.kind != BundleKind::Entries
        })
    };
    open(file)
        .and_then(Check::open)
        .is_ok_and(|check| same(check.manifest()))
}

fn open(file: &Path) -> Result<File, BundleError> {
    File::open(file).map_err(BundleError::Io)
}

fn go_on(is_wanted: bool) -> Result<(), BundleImportError> {
    match is_wanted {
        true => Ok(()),
        false => Err(BundleImportError::Cancelled),
    }
}

/// In this order: is it for this organisation, is it a till's, is that one enrolled, does it stand.
/// Says whether the key is known: one that is not may have taken the place of one that is, as its entries tell.
fn may_bring(home: &Home, manifest: &Manifest) -> Result<bool, BundleImportError> {
    if manifest.organisation != home.key.public() {
        return Err(BundleError::OtherOrganisation.into());
    }
    match manifest.kind {
        BundleKind::Entries => {}
        BundleKind::Receipt => return Err(BundleError::IsReceipt.into()),
        BundleKind::Catalogue => return Err(BundleError::IsCatalogue.into()),
    }
    match standing(&home.ledger, &home.key.public(), &manifest.node_key)? {
        Standing::Unknown => Ok(false),
        Standing::Revoked => Err(BundleImportError::Revoked),
        Standing::Enrolled => Ok(true),
    }
}

/// The keys of a till that has another now, as its bundle's entries tell them.
#[derive(Default)]
struct KeysTold {
    /// By the chains that were opened with them.
    openings: HashMap<ChainId, VerifyingKey>,
    keys: Vec<VerifyingKey>,
}

impl KeysTold {
    fn hear(&mut self, home: &Home, entries: Vec<SignedEntry>) -> Result<(), BundleImportError> {
        // Most are sales, and need not be read for this.
        let says = |entry: &SignedEntry, kind: &str| entry.line.contains(&format!("\"kind\":\"{kind}\""));
        for entry in entries {
            let is_opening = says(&entry, "chain_opened");
            if !is_opening && !says(&entry, "key_handed_over") {
                continue;
            }
            let Ok(read) = ReadEntry::read(entry) else {
                continue;
            };
            let chain = read.entry.chain;
            if let Body::ChainOpened(opened) = &read.body {
                self.openings
                    .extend(opened.public_key.parse().ok().map(|key| (chain, key)));
            }
            if self.keys.is_empty() {
                let known = home.ledger.chain(chain)?.map(|record| record.key);
                let signer = known.or_else(|| self.openings.get(&chain).copied());
                self.keys
                    .extend(signer.filter(|key| handed_by(&read, Some(key)).is_some()));
            }
            let next = handed_by(&read, self.keys.last());
            self.keys.extend(next);
        }
        Ok(())
    }

    /// In this order: does the way lead to the bundle's key, was none of them revoked, was the first enrolled here.
    fn enrol(
        self,
        home: &mut Home,
        node_key: &VerifyingKey,
        instruments: &Instruments,
    ) -> Result<(), BundleImportError> {
        if self.keys.last() != Some(node_key) {
            return Err(BundleImportError::UnknownNode);
        }
        let author = Author::of_home(home, instruments);
        let own = home.key.public();
        let keys: Vec<String> = self.keys.iter().map(VerifyingKey::to_string).collect();
        let mut tries = 0;
        loop {
            let nodes = known_nodes(&home.ledger, &own)?;
            if keys.iter().any(|key| nodes.of(key).any(|node| node.revoked)) {
                return Err(BundleImportError::Revoked);
            }
            let body = match taking_over(&nodes, &own, &keys) {
                Succession::Enrol(enrolled) => Body::NodeEnrolled(enrolled),
                Succession::IsKnown(_) => return Ok(()),
                Succession::TakenBefore => return Err(BundleImportError::Revoked),
                Succession::OfNobody => return Err(BundleImportError::UnknownNode),
            };
            let chain = home.facts.public_chain;
            let signed = author.sign_public(&home.ledger, chain, &[body], &instruments.at());
            let signed = signed.map_err(HomeError::from)?;
            match home.ledger.write(|writer| signed.store(writer, |_| Ok(()))) {
                Err(StoreError::NotNext { .. }) if tries < TRIES_MAX => tries += 1,
                other => return Ok(other?),
            }
        }
    }
}

fn name_keys(home: &Home, letter: &[u8]) -> Result<Vec<(String, jishi_journal::NameKey)>, BundleImportError> {
    let body = open_letter(&home.key, letter).map_err(|_| BundleImportError::BadNameKeys)?;
    read_name_keys(&body).map_err(|_| BundleImportError::BadNameKeys)
}

/// A bundle that was checked, on its way in.
struct Import<'a> {
    home: &'a mut Home,
    manifest: &'a Manifest,
    at: &'a str,
    /// How much of each chain was held before, all its branches together.
    before: HashMap<ChainId, u64>,
    /// A chain that was refused stays as it is, whatever of it comes behind; one that forked goes on.
    told: HashMap<ChainId, Refusal>,
    name_keys: usize,
    taken: Taken,
}

impl<'a> Import<'a> {
    fn begin(home: &'a mut Home, manifest: &'a Manifest, at: &'a str) -> Result<Import<'a>, StoreError> {
        let mut before = HashMap::new();
        for stretch in &manifest.chains {
            before.insert(stretch.chain, held_of_all(home, stretch.chain)?);
        }
        Ok(Import {
            home,
            manifest,
            at,
            before,
            told: HashMap::new(),
            name_keys: 0,
            taken: Taken::default(),
        })
    }

    fn keys(&mut self, letter: &[u8]) -> Result<(), BundleImportError> {
        let keys = name_keys(self.home, letter)?;
        hold_name_keys(&mut self.home.ledger, &keys)?;
        self.name_keys += keys.len();
        Ok(())
    }

    fn entries(&mut self, entries: Vec<SignedEntry>) -> Result<(), StoreError> {
        let told = &self.told;
        let stands = |chain| told.get(&chain).is_none_or(|refusal| refusal.code == "fork");
        let lines: Vec<BatchLine> = entries
            .into_iter()
            .filter(|entry| {
                let chain = jishi_sync::claimed_chain(entry.line.as_bytes());
                chain.is_none_or(stands)
            })
            .map(BatchLine::Entry)
            .collect();
        let brought = Brought::read(lines, |chain| key_of(&self.home.ledger, chain));
        let mut tries = 0;
        loop {
            let home = &mut *self.home;
            let sender = &self.manifest.node_key;
            let mut taken = receive(&home.key, &mut home.ledger, sender, &brought, self.at)?;
            let answer = std::mem::take(&mut taken.answer);
            self.taken.add(taken);
            if tries < TRIES_MAX && answer.chains.iter().any(was_overtaken) {
                tries += 1;
                continue;
            }
            for ChainAnswer { chain, refusal, .. } in answer.chains {
                if let (Ok(chain), Some(refusal)) = (chain.parse(), refusal) {
                    self.told.insert(chain, refusal);
                }
            }
            return Ok(());
        }
    }

    fn finish(self) -> Result<BundleTaken, BundleImportError> {
        let mut answer = ChainsAnswer::default();
        let mut chains = Vec::new();
        for stretch in &self.manifest.chains {
            let refusal = self.told.get(&stretch.chain).cloned();
            let of_all = held_of_all(self.home, stretch.chain)?;
            let before = self.before.get(&stretch.chain).copied().unwrap_or_default();
            chains.push(TakenChain {
                chain: stretch.chain,
                from: stretch.from,
                to: stretch.to,
                held: held(self.home, stretch)?,
                new: of_all.saturating_sub(before),
                refusal: refusal.clone(),
            });
            let (key, ledger) = (&self.home.key, &self.home.ledger);
            answer
                .chains
                .extend(acknowledge(key, ledger, stretch.chain, refusal, self.at)?);
        }
        let receipt = write_receipt(Vec::new(), self.manifest, &answer, self.at, &self.home.key)
            .map_err(BundleImportError::Receipt)?;
        tracing::info!(node = %self.manifest.node, "Took in a bundle of `{}`", self.manifest.node);
        Ok(BundleTaken {
            node: self.manifest.node.clone(),
            chains,
            name_keys: self.name_keys,
            receipt,
        })
    }
}

/// Another process stored entries of the chain between our reading its head and our writing.
fn was_overtaken(answer: &ChainAnswer) -> bool {
    let refusal = answer.refusal.as_ref();
    refusal.is_some_and(|refusal| refusal.code == "gap" && refusal.wanted.is_none())
}

/// How far the branch goes that was brought.
fn held(home: &Home, stretch: &Stretch) -> Result<u64, StoreError> {
    let last = Head {
        seq: stretch.to,
        hash: stretch.hash,
    };
    let branch = home.ledger.branch_with(stretch.chain, last)?;
    let record = home.ledger.chain(branch.unwrap_or(stretch.chain.into()))?;
    Ok(record.map_or(0, |record| record.head.seq))
}

fn held_of_all(home: &Home, chain: ChainId) -> Result<u64, StoreError> {
    let branches = home.ledger.branches(chain)?;
    Ok(branches.iter().map(ChainRecord::own_entries).sum())
}
