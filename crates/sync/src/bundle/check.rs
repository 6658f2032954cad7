//! Reading: once over the whole file before anything of it is used, and once more to use it.

use super::BundleError;
use super::lines::{Digest, LinesIn};
use super::manifest::{BundleKind, Manifest, Stretch};
use crate::batch::{BATCH_BYTES_MAX, BATCH_ENTRIES_MAX};
use crate::protocol::ChainAnswer;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jishi_journal::{Entry, EntryHash, SignedEntry};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::io::Read;

/// A line of the names' keys, sealed to whom the bundle is for.
#[derive(Serialize, Deserialize)]
pub(super) struct NameKeysLine {
    pub(super) name_keys: String,
}

/// What is used at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Keys of names, sealed to the centre: a letter with the body of a `name-keys` request.
    NameKeys(Vec<u8>),
    /// Entries, as many as a batch.
    Entries(Vec<SignedEntry>),
    /// The centre's word on one chain.
    Word(ChainAnswer),
}

enum Line {
    NameKeys(Vec<u8>),
    Entry(SignedEntry),
    Word(ChainAnswer),
}

/// Both passes read alike: the manifest, then piece after piece.
struct Reading<R: Read> {
    lines: LinesIn<R>,
    manifest: Manifest,
    manifest_digest: [u8; 32],
    digest: Digest,
    /// A line that begins the next piece.
    ahead: Option<(Vec<u8>, Line)>,
}

impl<R: Read> Reading<R> {
    fn open(input: R) -> Result<Reading<R>, BundleError> {
        let mut lines = LinesIn::open(input)?;
        let first = match lines.next() {
            Ok(first) => first.ok_or(BundleError::CutOff)?,
            // No manifest is that long.
            Err(BundleError::LineTooLong) => return Err(BundleError::NotABundle),
            Err(error) => return Err(error),
        };
        let manifest = Manifest::read(first)?;
        let mut digest = Digest::default();
        digest.take(first);
        Ok(Reading {
            lines,
            manifest,
            manifest_digest: digest.so_far(),
            digest: Digest::default(),
            ahead: None,
        })
    }

    fn next_line(&mut self) -> Result<Option<(Vec<u8>, Line)>, BundleError> {
        if let Some(line) = self.ahead.take() {
            return Ok(Some(line));
        }
        let Some(bytes) = self.lines.next()? else {
            return Ok(None);
        };
        let line = read_line(self.manifest.kind, bytes).ok_or(BundleError::Altered)?;
        Ok(Some((bytes.to_vec(), line)))
    }

    /// The next piece, taken into the digest. Where the lines end, they are as the manifest says.
    fn next(&mut self) -> Result<Option<Piece>, BundleError> {
        let mut entries = Vec::new();
        let mut bytes = 0;
        while let Some((text, line)) = self.next_line()? {
            // More than it says, for as long as anybody likes to read.
            if self.digest.lines == self.manifest.lines {
                return Err(BundleError::Altered);
            }
            let entry = match line {
                Line::Entry(entry) => entry,
                other if entries.is_empty() => {
                    self.digest.take(&text);
                    return Ok(Some(match other {
                        Line::NameKeys(letter) => Piece::NameKeys(letter),
                        Line::Word(word) => Piece::Word(word),
                        Line::Entry(entry) => Piece::Entries(vec![entry]),
                    }));
                }
                other => {
                    self.ahead = Some((text, other));
                    break;
                }
            };
            let is_full = entries.len() == BATCH_ENTRIES_MAX || bytes + text.len() > BATCH_BYTES_MAX;
            if is_full {
                self.ahead = Some((text, Line::Entry(entry)));
                break;
            }
            self.digest.take(&text);
            bytes += text.len();
            entries.push(entry);
        }
        if !entries.is_empty() {
            return Ok(Some(Piece::Entries(entries)));
        }
        if self.digest.lines < self.manifest.lines {
            return Err(BundleError::CutOff);
        }
        match self.digest.hex() == self.manifest.sha256 {
            true => Ok(None),
            false => Err(BundleError::Altered),
        }
    }
}

fn read_line(kind: BundleKind, bytes: &[u8]) -> Option<Line> {
    match kind {
        BundleKind::Receipt => serde_json::from_slice(bytes).ok().map(Line::Word),
        BundleKind::Entries | BundleKind::Catalogue if bytes.first() == Some(&b'{') => {
            let line: NameKeysLine = serde_json::from_slice(bytes).ok()?;
            Some(Line::NameKeys(STANDARD.decode(line.name_keys).ok()?))
        }
        BundleKind::Entries | BundleKind::Catalogue => {
            let text = std::str::from_utf8(bytes).ok()?;
            SignedEntry::from_text(text).ok().map(Line::Entry)
        }
    }
}

/// The first pass. Nothing is used in it.
pub struct Check<R: Read> {
    reading: Reading<R>,
    follow: Follow,
    is_broken: bool,
    marks: Vec<[u8; 32]>,
}

impl<R: Read> fmt::Debug for Check<R> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Check")
            .field("manifest", self.manifest())
            .finish_non_exhaustive()
    }
}

impl<R: Read> Check<R> {
    /// Reads the manifest. What it says is signed by whom it names; whether that one may say it is for the caller to
    /// ask before the rest is read.
    pub fn open(input: R) -> Result<Check<R>, BundleError> {
        Ok(Check {
            reading: Reading::open(input)?,
            follow: Follow::default(),
            is_broken: false,
            marks: Vec::new(),
        })
    }

    pub fn manifest(&self) -> &Manifest {
        &self.reading.manifest
    }

    /// Goes over one piece more, for the caller to look at and not to use. Gives it with how many lines there were;
    /// none at the end, with all as it should be.
    pub fn step(&mut self) -> Result<Option<(Piece, u64)>, BundleError> {
        let Some(piece) = self.reading.next()? else {
            // Told only here, of lines that are as they were signed: what was altered does not link either.
            let is_whole =
                self.manifest().kind == BundleKind::Receipt || self.follow.is_at_end(self.manifest());
            return match is_whole && !self.is_broken {
                true => Ok(None),
                false => Err(BundleError::BadChain),
            };
        };
        if let Piece::Entries(entries) = &piece {
            let chains = &self.reading.manifest.chains;
            for entry in entries {
                self.is_broken |= self.follow.take(chains, entry).is_none();
            }
        }
        self.marks.push(self.reading.digest.so_far());
        Ok(Some((piece, self.reading.digest.lines)))
    }

    /// Goes over what is left, and gives what is remembered of the whole for the second pass.
    pub fn finish(mut self) -> Result<Checked, BundleError> {
        while self.step()?.is_some() {}
        Ok(Checked {
            manifest: self.reading.manifest,
            manifest_digest: self.reading.manifest_digest,
            marks: self.marks,
        })
    }
}

/// Entries stand in the manifest's order, each behind the one it links to.
#[derive(Default)]
struct Follow {
    index: usize,
    /// The last entry of the stretch that is being read.
    last: Option<(u64, EntryHash)>,
}

impl Follow {
    fn take(&mut self, chains: &[Stretch], signed: &SignedEntry) -> Option<()> {
        let entry = Entry::parse(&signed.line).ok()?;
        let stretch = chains.get(self.index)?;
        let is_next = match self.last {
            None => entry.seq == stretch.from,
            Some((seq, hash)) => Some(entry.seq) == seq.checked_add(1) && entry.prev == hash,
        };
        if entry.chain != stretch.chain || !is_next {
            return None;
        }
        let hash = signed.hash();
        if entry.seq == stretch.to {
            if hash != stretch.hash {
                return None;
            }
            self.index += 1;
            self.last = None;
        } else {
            self.last = Some((entry.seq, hash));
        }
        Some(())
    }

    fn is_at_end(&self, manifest: &Manifest) -> bool {
        self.index == manifest.chains.len()
    }
}

/// A bundle that was read from end to end and found good.
#[derive(Debug, Clone)]
pub struct Checked {
    manifest: Manifest,
    manifest_digest: [u8; 32],
    /// The digest behind each piece.
    marks: Vec<[u8; 32]>,
}

impl Checked {
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The second pass, over the same file opened anew. A piece is given only where it is what was checked.
    pub fn pieces<R: Read>(&self, input: R) -> Result<Pieces<'_, R>, BundleError> {
        let reading = Reading::open(input).map_err(changed)?;
        if reading.manifest_digest != self.manifest_digest {
            return Err(BundleError::Changed);
        }
        Ok(Pieces {
            reading,
            marks: self.marks.iter(),
        })
    }
}

/// Whatever is wrong with a file that was good a moment ago: it is another.
fn changed(error: BundleError) -> BundleError {
    match error {
        BundleError::Io(error) => BundleError::Io(error),
        _ => BundleError::Changed,
    }
}

/// The pieces of a checked bundle, and how far they are.
pub struct Pieces<'a, R: Read> {
    reading: Reading<R>,
    marks: std::slice::Iter<'a, [u8; 32]>,
}

impl<R: Read> fmt::Debug for Pieces<'_, R> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Pieces").finish_non_exhaustive()
    }
}

impl<R: Read> Pieces<'_, R> {
    pub fn next_piece(&mut self) -> Result<Option<(Piece, u64)>, BundleError> {
        match (self.reading.next().map_err(changed)?, self.marks.next()) {
            (None, None) => Ok(None),
            (Some(piece), Some(mark)) if *mark == self.reading.digest.so_far() => {
                Ok(Some((piece, self.reading.digest.lines)))
            }
            _ => Err(BundleError::Changed),
        }
    }
}
