//! What comes down by stick, for a node that has no line: the same chains as a pull brings, by the same rules.

use crate::followed::follow;
use crate::inbox::{LedgerInbox, Taker};
use crate::outbox::above;
use crate::servers::joined;
use jishi_journal::{NodeKey, open_letter};
use jishi_ledger::{Ledger, OpenError, OpenMode, StoreError};
use jishi_sync::bundle::{BundleError, BundleKind, Check, Manifest, Piece};
use jishi_sync::protocol::{Feed, NameKeysRequest, WantedChain};
use jishi_sync::{BatchLine, Inbox as _, keys_after};
use std::io::{self, Read};
use std::path::Path;

#[derive(Debug, thiserror::Error)]
pub enum StickError {
    #[error(transparent)]
    Bundle(#[from] BundleError),
    #[error("the bundle is for another till")]
    NotThisNode,
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What became of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CameByStick {
    /// When it was written, by the centre's clock.
    pub at: String,
    /// Entries that are new here.
    pub entries: usize,
    /// Names that can be read now, and could not before.
    pub names: usize,
    /// Why something of it was not taken, by its code.
    pub stopped: Option<String>,
}

/// Takes in what a centre wrote for this node, beside whoever has its database open. The whole file is read and checked
/// before anything of it is used; done again it changes nothing.
pub fn take_from_stick(
    database: &Path,
    key: &NodeKey,
    mut open: impl FnMut() -> io::Result<Box<dyn Read>>,
) -> Result<CameByStick, StickError> {
    let mut ledger = Ledger::open(database, OpenMode::Write)?;
    let mut check = Check::open(open().map_err(BundleError::Io)?)?;
    let manifest = check.manifest().clone();
    follow_manifest(&mut ledger, &manifest)?;
    is_for(&ledger, key, &manifest)?;
    let mut names = Vec::new();
    while let Some((piece, _)) = check.step()? {
        if let Piece::NameKeys(letter) = piece {
            let body = open_letter(key, &letter).map_err(|_| BundleError::Altered)?;
            let keys: NameKeysRequest = serde_json::from_slice(&body).map_err(|_| BundleError::Altered)?;
            names.extend(keys.keys);
        }
    }
    let checked = check.finish()?;

    let mut came = CameByStick {
        at: manifest.at.clone(),
        ..CameByStick::default()
    };
    let mut inbox = LedgerInbox::new(ledger, Taker::Till);
    let feeds: Vec<Feed> = manifest
        .chains
        .iter()
        .map(|stretch| Feed {
            chain: stretch.chain.to_string(),
            server: manifest.organisation.to_string(),
            // For whom a chain is its own entry 1 says.
            outlet: None,
            seq: stretch.to,
        })
        .collect();
    let mut wanted: Vec<WantedChain> = inbox.wanted(&feeds)?;
    let mut pieces = checked.pieces(open().map_err(BundleError::Io)?)?;
    while let Some((piece, _)) = pieces.next_piece()? {
        if let Piece::Entries(entries) = piece {
            let lines = entries.into_iter().map(BatchLine::Entry).collect();
            let (new, stopped) = inbox.take(&wanted, lines)?;
            came.entries += new;
            for stopped in stopped {
                let chain = stopped.chain.to_string();
                wanted.retain(|wanted| wanted.chain != chain);
                came.stopped.get_or_insert(stopped.code);
            }
        }
    }
    let before = inbox.names_wanted()?.len();
    inbox.hold_name_keys(&names)?;
    came.names = before.saturating_sub(inbox.names_wanted()?.len());
    Ok(came)
}

/// In this order: is it such a bundle, is it for this node, is it of a server that the node believes.
fn is_for(ledger: &Ledger, key: &NodeKey, manifest: &Manifest) -> Result<(), StickError> {
    match manifest.kind {
        BundleKind::Catalogue => {}
        BundleKind::Entries => return Err(BundleError::IsEntries.into()),
        BundleKind::Receipt => return Err(BundleError::IsReceipt.into()),
    }
    if manifest.node_key != key.public() {
        return Err(StickError::NotThisNode);
    }
    match above(ledger)?.contains(&manifest.organisation) {
        true => Ok(()),
        false => Err(BundleError::OtherOrganisation.into()),
    }
}

/// A centre that goes on with another key shows it on its sticks too: who wrote the bundle is known by that from here on,
/// where the words of the keys before lead there.
pub fn follow_manifest(ledger: &mut Ledger, manifest: &Manifest) -> Result<(), StoreError> {
    for server in joined(ledger)? {
        let Ok(known) = server.key.parse() else {
            continue;
        };
        if keys_after(&known, &manifest.hand_overs).last() == Some(&manifest.organisation) {
            follow(ledger, &known, &manifest.hand_overs)?;
        }
    }
    Ok(())
}
