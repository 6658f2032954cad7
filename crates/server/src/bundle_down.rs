//! What goes down by stick, to a till without a line: the chains that it may read, as a pull would bring them, and the keys
//! of the names in them, sealed to that till.

use crate::clock::Instruments;
use crate::guard::known_nodes;
use crate::home::{Home, HomeError};
use crate::pull::chains_for;
use jishi_journal::body::Body;
use jishi_journal::{Branch, Entry, NameKey, SignedEntry, VerifyingKey};
use jishi_ledger::{Ledger, OpenMode, StoreError};
use jishi_sync::bundle::{Down, PackError, Packed, pack_down};
use jishi_sync::protocol::Acknowledgement;
use jishi_sync::{Outbox, OutboxChain};
use jishi_uplink::ServerChain;
use std::path::Path;

/// Read from the store at a time.
const READ_ENTRIES: u32 = 256;

#[derive(Debug, thiserror::Error)]
pub enum BundleExportError {
    #[error(transparent)]
    Home(#[from] HomeError),
    #[error("no node has this code or key")]
    UnknownNode,
    #[error("the node has been revoked")]
    Revoked,
    #[error("there is nothing for this node yet")]
    Nothing,
    #[error(transparent)]
    Pack(#[from] PackError<StoreError>),
    #[error("the machine gives no randomness: {0}")]
    NoEntropy(String),
}

impl From<StoreError> for BundleExportError {
    fn from(error: StoreError) -> BundleExportError {
        BundleExportError::Home(error.into())
    }
}

impl BundleExportError {
    pub fn code(&self) -> &'static str {
        match self {
            BundleExportError::Home(error) => error.code(),
            BundleExportError::UnknownNode => "unknown_node",
            BundleExportError::Revoked => "revoked",
            BundleExportError::Nothing => "nothing_to_carry",
            BundleExportError::Pack(PackError::Store(error)) => error.code(),
            BundleExportError::Pack(PackError::Cancelled) => "cancelled",
            BundleExportError::Pack(_) => "storage_failed",
            BundleExportError::NoEntropy(_) => "no_entropy",
        }
    }
}

/// Packs what is for a node, by its code, of those enrolled here, or by its key; the server may run meanwhile. Gives the
/// file's bytes.
pub fn export_bundle(
    folder: &Path,
    node: &str,
    instruments: &Instruments,
    tell: &mut dyn FnMut(u64, u64) -> bool,
) -> Result<(Packed, Vec<u8>), BundleExportError> {
    let home = Home::open(folder, OpenMode::Read)?;
    let own = home.key.public();
    let nodes = known_nodes(&home.ledger, &own)?;
    let mut named = nodes.all().iter().filter(|known| {
        !known.is_server()
            && (known.public_key == node
                || (known.node == node && known.enrolled_by == home.facts.public_key))
    });
    let known = match named.clone().find(|known| known.stands()) {
        Some(known) => known,
        None => match named.next() {
            Some(_) => return Err(BundleExportError::Revoked),
            None => return Err(BundleExportError::UnknownNode),
        },
    };
    let key: VerifyingKey = known
        .public_key
        .parse()
        .map_err(|_| BundleExportError::UnknownNode)?;
    let outbox = ForNode::read(home.ledger, &own, &key)?;
    let at = instruments.at();
    let down = Down {
        node: &known.node,
        node_key: key,
        key: &home.key,
        hand_overs: &home.hand_overs,
        at: &at,
    };
    let mut failed = None;
    let mut entropy = |bytes: &mut [u8]| {
        if let Err(error) = (instruments.entropy)(bytes) {
            failed = Some(error);
        }
    };
    let packed = pack_down(&outbox, &down, &mut entropy, tell, || Ok(Vec::new()));
    if let Some(error) = failed {
        return Err(BundleExportError::NoEntropy(error));
    }
    packed?.ok_or(BundleExportError::Nothing)
}

/// The chains that one node may read.
struct ForNode {
    ledger: Ledger,
    chains: Vec<ServerChain>,
    name_keys: Vec<(String, NameKey)>,
}

impl ForNode {
    fn read(ledger: Ledger, own: &VerifyingKey, node: &VerifyingKey) -> Result<ForNode, StoreError> {
        let chains = chains_for(&ledger, own, node)?;
        let mut name_keys = Vec::new();
        for chain in &chains {
            let mut after = 0;
            loop {
                let entries = ledger.entries_after(chain.record.branch, after, READ_ENTRIES)?;
                if entries.is_empty() {
                    break;
                }
                after += entries.len() as u64;
                for signed in &entries {
                    // A buyer's contact stays here: it is a telephone number.
                    if let Ok(entry) = Entry::parse(&signed.line)
                        && let Body::PartyPut(put) = entry.body()
                        && let Some(key) = ledger.name_key(&put.code, &put.name.key)?
                    {
                        name_keys.push((put.code, key));
                    }
                }
            }
        }
        Ok(ForNode {
            ledger,
            chains,
            name_keys,
        })
    }
}

impl Outbox for ForNode {
    type Error = StoreError;

    fn chains(&self) -> Result<Vec<OutboxChain>, StoreError> {
        let chains = self.chains.iter().map(|chain| OutboxChain {
            branch: chain.record.branch,
            head_seq: chain.record.head.seq,
            continued: false,
            relayed: false,
        });
        Ok(chains.collect())
    }

    fn acknowledged(&self, _: Branch) -> Result<Option<u64>, StoreError> {
        Ok(None)
    }

    fn acknowledgement_text(&self, _: Branch) -> Result<Option<String>, StoreError> {
        Ok(None)
    }

    fn held_at_the_top(&self, _: Branch) -> Result<Option<u64>, StoreError> {
        Ok(None)
    }

    fn entries_after(&self, branch: Branch, seq: u64, limit: u32) -> Result<Vec<SignedEntry>, StoreError> {
        self.ledger.entries_after(branch, seq, limit)
    }

    /// Nothing is noted: how far the till is, is told by the till.
    fn store_acknowledgement(&mut self, _: Branch, _: &Acknowledgement) -> Result<(), StoreError> {
        Ok(())
    }

    fn store_refusal(&mut self, _: Branch, _: Option<&str>) -> Result<(), StoreError> {
        Ok(())
    }

    fn name_keys(&self) -> Result<Vec<(String, NameKey)>, StoreError> {
        Ok(self.name_keys.clone())
    }
}
