//! An exported archive: `signature SPACE entry` a line, after a manifest line or none, plain or
//! compressed with zstd. It is verified with the public keys that its chains open with.

use super::{FoundBad, FoundChain};
use crate::failure::Failure;
use crate::language::Tongue;
use jishi_journal::body::Body;
use jishi_journal::{ChainCheck, ENTRY_BYTES_MAX, Entry, Fault, SignedEntry};
use jishi_ledger::Totals;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

/// An entry, its signature in hex or base64, and room for a manifest.
const LINE_BYTES_MAX: usize = ENTRY_BYTES_MAX + 1024;
const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// A chain as it is followed.
struct Followed {
    check: ChainCheck,
    till: String,
    entries: u64,
    bad: Option<FoundBad>,
}

pub(super) fn chains(path: &Path, tongue: Tongue) -> Result<Vec<FoundChain>, Failure> {
    let mut input = open(path)?;
    let mut followed: Vec<Followed> = Vec::new();
    let mut totals = Totals::default();
    // Which chain a line is of cannot be read where the line cannot: it is held to be the last one's.
    let mut last: Option<usize> = None;
    let mut line = Vec::new();
    let mut is_before = true;
    loop {
        let read = read_line(&mut input, &mut line).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData | io::ErrorKind::Other => broken(path),
            _ => Failure::file(path, error),
        })?;
        if !read {
            break;
        }
        // A bundle's manifest, and the sealed keys of names behind it.
        is_before &= line.first() == Some(&b'{');
        if is_before || line.is_empty() {
            continue;
        }
        let Some((signed, entry)) = read_entry(&line) else {
            let Some(chain) = last.and_then(|index| followed.get_mut(index)) else {
                return Err(Failure::BadArchive {
                    path: path.to_owned(),
                    reason: "its first line is not an entry",
                });
            };
            let seq = chain.check.wanted();
            chain.stop(FoundBad::of(seq, Fault::BadEntry, tongue));
            continue;
        };
        let known = followed.iter().position(|chain| chain.check.id() == entry.chain);
        let index = known.unwrap_or_else(|| {
            followed.push(Followed {
                check: ChainCheck::from_start(entry.chain),
                till: String::new(),
                entries: 0,
                bad: None,
            });
            followed.len() - 1
        });
        last = Some(index);
        if let Some(chain) = followed.get_mut(index) {
            chain.take(&signed, &mut totals, tongue);
        }
    }
    if followed.is_empty() {
        return Err(Failure::BadArchive {
            path: path.to_owned(),
            reason: "there is no entry in it",
        });
    }
    let chains = followed.into_iter().map(|chain| FoundChain {
        chain: chain.check.id().to_string(),
        till: chain.till,
        branch: None,
        entries: chain.entries,
        bad: chain.bad,
    });
    Ok(chains.collect())
}

impl Followed {
    fn take(&mut self, signed: &SignedEntry, totals: &mut Totals, tongue: Tongue) {
        if self.bad.is_some() {
            return;
        }
        let wanted = self.check.wanted();
        match self.check.accept(signed) {
            Ok(entry) => {
                if let Body::ChainOpened(opened) = entry.body() {
                    self.till = opened.node;
                }
                self.entries += 1;
                if !totals.accept(&entry) {
                    self.stop(FoundBad::totals(wanted, tongue));
                }
            }
            Err(fault) => self.stop(FoundBad::of(wanted, fault, tongue)),
        }
    }

    /// The first bad entry is the one that is named.
    fn stop(&mut self, bad: FoundBad) {
        self.bad.get_or_insert(bad);
    }
}

fn broken(path: &Path) -> Failure {
    Failure::BadArchive {
        path: path.to_owned(),
        reason: "it ends too early or is damaged",
    }
}

fn open(path: &Path) -> Result<Box<dyn BufRead>, Failure> {
    let failed = |error| Failure::file(path, error);
    let mut reader = BufReader::new(File::open(path).map_err(failed)?);
    let is_compressed = reader.fill_buf().map_err(failed)?.starts_with(&ZSTD_MAGIC);
    Ok(match is_compressed {
        true => {
            let decoder = zstd::Decoder::with_buffer(reader).map_err(failed)?;
            Box::new(BufReader::new(decoder))
        }
        false => Box::new(reader),
    })
}

/// The next line without its end; false at the end. A line beyond all bounds is cut, which makes it
/// no entry.
fn read_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    let read = input.take(LINE_BYTES_MAX as u64).read_until(b'\n', line)?;
    if line.last() == Some(&b'\n') {
        line.pop();
    } else if read == LINE_BYTES_MAX {
        skip_line(input)?;
    }
    Ok(read > 0)
}

fn skip_line(input: &mut impl BufRead) -> io::Result<()> {
    loop {
        let buffer = input.fill_buf()?;
        let end = buffer.iter().position(|byte| *byte == b'\n');
        let used = end.map_or(buffer.len(), |end| end + 1);
        let is_over = buffer.is_empty() || end.is_some();
        input.consume(used);
        if is_over {
            return Ok(());
        }
    }
}

fn read_entry(line: &[u8]) -> Option<(SignedEntry, Entry)> {
    let text = std::str::from_utf8(line).ok()?;
    let signed = SignedEntry::from_text(text).ok()?;
    let entry = Entry::parse(&signed.line).ok()?;
    Some((signed, entry))
}
