//! What a till's stick brings: taken in as a push is, beside the server that runs or without one.
//!
//! The file is read twice. In the first pass nothing is written: the whole of it is checked, and whether who signed
//! it may bring anything. The second takes it in piece by piece, each in a transaction, so that an import that was
//! cut short is done by doing it again.

use crate::brought::Brought;
use crate::clock::Instruments;
use crate::guard::{Standing, known_nodes, standing};
use crate::hand_over::{Succession, taking_over};
use crate::home::{Home, HomeError};
use crate::marks::{hold_name_keys, read_name_keys};
use crate::own_chain::Author;
use crate::receive::{Taken, acknowledge, key_of, receive};
use jishi_journal::body::Body;
use jishi_journal::{ChainId, Head, SignedEntry, VerifyingKey, open_letter};
use jishi_ledger::{ChainRecord, StoreError};
use jishi_sync::bundle::{BundleError, BundleKind, Check, Manifest, Piece, Stretch, write_receipt};
use jishi_sync::protocol::{ChainAnswer, ChainsAnswer, Refusal};
use jishi_sync::{BatchLine, keys_after};
use jishi_uplink::with_former_keys;
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
    let successor = may_bring(&home, &manifest)?;
    let total = manifest.lines.saturating_mul(2);
    while let Some((piece, lines)) = check.step()? {
        if let Piece::NameKeys(letter) = piece {
            name_keys(&home, &manifest, &letter)?;
        }
        go_on(tell(lines, total))?;
    }
    let checked = check.finish()?;

    let at = instruments.at();
    if let Some(successor) = successor {
        successor.enrol(&mut home, instruments)?;
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
/// A key that is not known may have taken the place of one that is, as the manifest shows.
fn may_bring(home: &Home, manifest: &Manifest) -> Result<Option<Successor>, BundleImportError> {
    if !with_former_keys(&home.ledger, &[home.key.public()])?.contains(&manifest.organisation) {
        return Err(BundleError::OtherOrganisation.into());
    }
    match manifest.kind {
        BundleKind::Entries => {}
        BundleKind::Receipt => return Err(BundleError::IsReceipt.into()),
        BundleKind::Catalogue => return Err(BundleError::IsCatalogue.into()),
    }
    match standing(&home.ledger, &home.key.public(), &manifest.node_key)? {
        Standing::Unknown => Successor::shown_by(home, manifest).map(Some),
        Standing::Revoked => Err(BundleImportError::Revoked),
        Standing::Enrolled => Ok(None),
    }
}

/// A till that has another key now, with all that it had, the first first.
struct Successor {
    keys: Vec<String>,
}

impl Successor {
    /// Nothing is enrolled yet, but a stranger is known before the rest of the file is read.
    fn shown_by(home: &Home, manifest: &Manifest) -> Result<Successor, BundleImportError> {
        let first = manifest.hand_overs.first();
        let first: VerifyingKey = first
            .and_then(|first| first.key.parse().ok())
            .ok_or(BundleImportError::UnknownNode)?;
        let mut keys = vec![first];
        keys.extend(keys_after(&first, &manifest.hand_overs));
        if keys.last() != Some(&manifest.node_key) {
            return Err(BundleImportError::UnknownNode);
        }
        let successor = Successor {
            keys: keys.iter().map(VerifyingKey::to_string).collect(),
        };
        successor.enrolment(home)?;
        Ok(successor)
    }

    /// In this order: was none of the keys revoked, was one of them enrolled here, did no other take its place. Nothing
    /// where it is enrolled already.
    fn enrolment(&self, home: &Home) -> Result<Option<Body>, BundleImportError> {
        let own = home.key.public();
        let nodes = known_nodes(&home.ledger, &own)?;
        if self.keys.iter().any(|key| nodes.of(key).any(|node| node.revoked)) {
            return Err(BundleImportError::Revoked);
        }
        match taking_over(&nodes, &own, &self.keys) {
            Succession::Enrol(enrolled) => Ok(Some(Body::NodeEnrolled(enrolled))),
            Succession::IsKnown(_) => Ok(None),
            Succession::TakenBefore => Err(BundleImportError::Revoked),
            Succession::OfNobody => Err(BundleImportError::UnknownNode),
        }
    }

    fn enrol(&self, home: &mut Home, instruments: &Instruments) -> Result<(), BundleImportError> {
        let author = Author::of_home(home, instruments);
        let mut tries = 0;
        loop {
            let Some(body) = self.enrolment(home)? else {
                return Ok(());
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

/// None of them where they were sealed to a key that the server had before: nobody can open them any more, and the till
/// hands them again with its next bundle.
fn name_keys(
    home: &Home,
    manifest: &Manifest,
    letter: &[u8],
) -> Result<Vec<(String, jishi_journal::NameKey)>, BundleImportError> {
    if manifest.organisation != home.key.public() {
        return Ok(Vec::new());
    }
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
        let keys = name_keys(self.home, self.manifest, letter)?;
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
        let receipt = write_receipt(
            Vec::new(),
            self.manifest,
            &answer,
            self.at,
            (&self.home.key, &self.home.hand_overs),
        )
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
