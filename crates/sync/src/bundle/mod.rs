//! A bundle: what a stick carries between a till and its centre, in a file.
//!
//! Up goes what a till recorded, down comes the centre's receipt, or its catalogue for one till.
//!
//! Lines of text, zstd-compressed, so that `zstdcat` shows them. The first is the manifest: one JSON object with a
//! node's signature over it. Behind it stand, of a till's entries, the sealed keys of names and then the very lines
//! of a push; of the centre's receipt, its signed word on each chain. The manifest says how many lines there are
//! and their digest, so that a file is known to be whole and as it was signed before anything of it is used.
//!
//! Nothing here opens a file, and nothing reads one whole into memory.

mod check;
mod lines;
mod manifest;
mod receipt;
mod write;

pub use check::{Check, Checked, Piece, Pieces};
pub use manifest::{BundleKind, Count, Manifest, Stretch};
pub use receipt::{NotThisNode, Receipt, Taken, TakenChain, read_receipt, take_receipt, write_receipt};
pub use write::{Down, PackError, Packed, Sender, pack, pack_down};

use std::io;

/// A till's chains: its first and its successors.
pub const BUNDLE_CHAINS_MAX: usize = 1_000;

/// Why a bundle is not taken. Whatever it was, nothing of the bundle has been used, but for `Changed`.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    #[error("this is no bundle")]
    NotABundle,
    #[error("the bundle is of a newer program")]
    Newer,
    #[error("this bundle is a receipt, and goes to the till")]
    IsReceipt,
    #[error("this bundle holds a till's entries, and goes to the centre")]
    IsEntries,
    #[error("this bundle is a centre's catalogue, and goes to the till")]
    IsCatalogue,
    #[error("the bundle is of another organisation")]
    OtherOrganisation,
    #[error("the bundle is not signed by the node it names")]
    BadSignature,
    #[error("the bundle is cut off")]
    CutOff,
    #[error("the bundle is damaged")]
    Damaged,
    #[error("the bundle is not as it was signed")]
    Altered,
    #[error("a line of the bundle is too long")]
    LineTooLong,
    #[error("the entries in the bundle do not follow each other as its manifest says")]
    BadChain,
    #[error("the file was changed while it was read")]
    Changed,
    #[error("the file cannot be read: {0}")]
    Io(io::Error),
}

impl BundleError {
    pub fn code(&self) -> &'static str {
        match self {
            BundleError::NotABundle => "not_a_bundle",
            BundleError::Newer => "newer_bundle",
            BundleError::IsReceipt => "bundle_is_receipt",
            BundleError::IsEntries => "bundle_is_entries",
            BundleError::IsCatalogue => "bundle_is_catalogue",
            BundleError::OtherOrganisation => "other_organisation",
            BundleError::BadSignature => "bundle_bad_signature",
            BundleError::CutOff => "bundle_cut_off",
            BundleError::Damaged => "bundle_damaged",
            BundleError::Altered => "bundle_altered",
            BundleError::LineTooLong => "bundle_line_too_long",
            BundleError::BadChain => "bundle_bad_chain",
            BundleError::Changed => "bundle_changed",
            BundleError::Io(_) => "bundle_unreadable",
        }
    }
}

impl From<io::Error> for BundleError {
    /// The decoder's own errors have no number of the system's.
    fn from(error: io::Error) -> BundleError {
        match error.kind() {
            _ if error.raw_os_error().is_some() => BundleError::Io(error),
            io::ErrorKind::UnexpectedEof => BundleError::CutOff,
            _ => BundleError::Damaged,
        }
    }
}
