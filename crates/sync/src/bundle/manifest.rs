//! The first line: what the bundle is, for whom, of whom, and what is in it.

use super::lines::Digest;
use super::{BUNDLE_CHAINS_MAX, BundleError};
use crate::hand_over::HAND_OVERS_MAX;
use crate::protocol::HandOver;
use jishi_journal::{ChainId, EntryHash, NodeKey, Purpose, Signature, VerifyingKey};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

const VERSION: u32 = 1;
const WHAT: &str = "jishi bundle";

/// What is behind the manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BundleKind {
    /// A till's, on their way up.
    Entries,
    /// The centre's word on what arrived, on its way back.
    Receipt,
    /// The centre's chains that are for one till, on their way down.
    Catalogue,
}

/// What is brought of one chain: from a seq up to a seq, whose entry has this hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    pub chain: ChainId,
    pub from: u64,
    pub to: u64,
    pub hash: EntryHash,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    pub kind: BundleKind,
    /// The centre's key: whom entries are for, and who signs a receipt or a catalogue.
    pub organisation: VerifyingKey,
    /// The till's code, for people.
    pub node: String,
    /// The till's key: who signs entries, and whom the others are for.
    pub node_key: VerifyingKey,
    /// By the signer's clock.
    pub at: String,
    /// Where the signer has another key since: how it came to it, the first change first.
    pub hand_overs: Vec<HandOver>,
    /// In their order. A receipt names what the entries were that it answers.
    pub chains: Vec<Stretch>,
    /// How many lines follow, and SHA-256 of them with their ends, in hex.
    pub lines: u64,
    pub sha256: String,
}

#[derive(Serialize, Deserialize)]
struct Line {
    manifest: Box<RawValue>,
    signature: String,
}

/// What every version begins with.
#[derive(Deserialize)]
struct Header {
    v: u32,
    bundle: String,
}

#[derive(Serialize, Deserialize)]
struct Facts {
    v: u32,
    bundle: String,
    kind: BundleKind,
    organisation: String,
    node: String,
    node_key: String,
    at: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    hand_overs: Vec<HandOver>,
    chains: Vec<StretchFacts>,
    lines: u64,
    sha256: String,
}

#[derive(Serialize, Deserialize)]
struct StretchFacts {
    chain: String,
    from: u64,
    to: u64,
    hash: String,
}

impl Manifest {
    fn signer(&self) -> &VerifyingKey {
        match self.kind {
            BundleKind::Entries => &self.node_key,
            BundleKind::Receipt | BundleKind::Catalogue => &self.organisation,
        }
    }

    /// The line without its end, signed by whoever's bundle it is.
    pub(super) fn sign(&self, key: &NodeKey) -> String {
        let facts = Facts {
            v: VERSION,
            bundle: WHAT.to_owned(),
            kind: self.kind,
            organisation: self.organisation.to_string(),
            node: self.node.clone(),
            node_key: self.node_key.to_string(),
            at: self.at.clone(),
            hand_overs: self.hand_overs.clone(),
            chains: self
                .chains
                .iter()
                .map(|stretch| StretchFacts {
                    chain: stretch.chain.to_string(),
                    from: stretch.from,
                    to: stretch.to,
                    hash: stretch.hash.to_string(),
                })
                .collect(),
            lines: self.lines,
            sha256: self.sha256.clone(),
        };
        // These shapes have nothing that JSON cannot write.
        let text = serde_json::to_string(&facts).unwrap_or_default();
        let signature = key.sign(Purpose::Bundle, text.as_bytes());
        format!(r#"{{"manifest":{text},"signature":"{signature}"}}"#)
    }

    /// In this order: is it one, of this version, does it make sense, is it signed by whom it names.
    pub(super) fn read(line: &[u8]) -> Result<Manifest, BundleError> {
        let line: Line = serde_json::from_slice(line).map_err(|_| BundleError::NotABundle)?;
        let text = line.manifest.get();
        let header: Header = serde_json::from_str(text).map_err(|_| BundleError::NotABundle)?;
        if header.bundle != WHAT || header.v < VERSION {
            return Err(BundleError::NotABundle);
        }
        if header.v > VERSION {
            return Err(BundleError::Newer);
        }
        let facts: Facts = serde_json::from_str(text).map_err(|_| BundleError::NotABundle)?;
        let manifest = facts.parse().ok_or(BundleError::NotABundle)?;
        let is_signed = line.signature.parse::<Signature>().is_ok_and(|signature| {
            manifest
                .signer()
                .verifies(Purpose::Bundle, text.as_bytes(), &signature)
        });
        match is_signed {
            true => Ok(manifest),
            false => Err(BundleError::BadSignature),
        }
    }
}

/// A manifest held against the lines behind it, for whoever reads them in another way, as text that was unpacked.
#[derive(Debug)]
pub struct Count {
    manifest: Manifest,
    digest: Digest,
}

impl Count {
    /// Begins with a bundle's first line, without its end.
    pub fn open(first: &[u8]) -> Result<Count, BundleError> {
        Ok(Count {
            manifest: Manifest::read(first)?,
            digest: Digest::default(),
        })
    }

    /// The next line, without its end.
    pub fn take(&mut self, line: &[u8]) {
        self.digest.take(line);
    }

    /// Whether these were all lines, and those that were signed.
    pub fn finish(self) -> Result<(), BundleError> {
        if self.digest.lines < self.manifest.lines {
            return Err(BundleError::CutOff);
        }
        match self.digest.lines == self.manifest.lines && self.digest.hex() == self.manifest.sha256 {
            true => Ok(()),
            false => Err(BundleError::Altered),
        }
    }
}

impl Facts {
    fn parse(self) -> Option<Manifest> {
        let chains: Option<Vec<Stretch>> = self.chains.iter().map(StretchFacts::parse).collect();
        let chains = chains.filter(|chains| chains.len() <= BUNDLE_CHAINS_MAX)?;
        if self.hand_overs.len() > HAND_OVERS_MAX {
            return None;
        }
        Some(Manifest {
            kind: self.kind,
            organisation: self.organisation.parse().ok()?,
            node: self.node,
            node_key: self.node_key.parse().ok()?,
            at: self.at,
            hand_overs: self.hand_overs,
            chains,
            lines: self.lines,
            sha256: self.sha256,
        })
    }
}

impl StretchFacts {
    fn parse(&self) -> Option<Stretch> {
        let is_stretch = self.from > 0 && self.from <= self.to;
        Some(Stretch {
            chain: self.chain.parse().ok().filter(|_| is_stretch)?,
            from: self.from,
            to: self.to,
            hash: self.hash.parse().ok()?,
        })
    }
}
