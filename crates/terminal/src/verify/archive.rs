//! An exported archive: `signature SPACE entry` a line, after a manifest line or none, plain or
//! compressed with zstd. It is verified with the public keys that its chains open with.

mod follow;

use super::FoundChain;
use crate::failure::Failure;
use crate::language::Tongue;
use follow::Archive;
use jishi_journal::{ENTRY_BYTES_MAX, Entry, SignedEntry};
use jishi_sync::bundle::{BundleError, Count};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _};
use std::path::Path;

/// An entry, its signature in hex or base64, and room for a manifest.
const LINE_BYTES_MAX: usize = ENTRY_BYTES_MAX + 1024;
const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// What is found of an archive.
pub(super) struct Read {
    pub(super) chains: Vec<FoundChain>,
    /// What its manifest says of the lines behind it; none where it has no manifest.
    pub(super) manifest: Option<Result<(), BundleError>>,
}

pub(super) fn read(path: &Path, tongue: Tongue) -> Result<Read, Failure> {
    let mut archive = Archive::new(tongue);
    let mut manifest: Option<Result<Count, BundleError>> = None;
    each_line(path, |place, line| {
        match (&mut manifest, place) {
            (None, Place::Manifest) => manifest = Some(Count::open(line)),
            (Some(Ok(count)), _) => count.take(line),
            _ => {}
        }
        if place != Place::Entries || line.is_empty() {
            return Ok(());
        }
        match read_entry(line) {
            Some((signed, entry)) => archive.take(&signed, &entry),
            None if archive.stop_last() => {}
            None => {
                return Err(Failure::BadArchive {
                    path: path.to_owned(),
                    reason: "its first line is not an entry",
                });
            }
        }
        Ok(())
    })?;
    if archive.lines.is_empty() {
        return Err(Failure::BadArchive {
            path: path.to_owned(),
            reason: "there is no entry in it",
        });
    }
    // Successors that stand before what they go on from: their figures are added up when that is known.
    loop {
        let next = archive.next_to_add_up();
        if next.is_empty() {
            break;
        }
        each_line(path, |place, line| {
            if place == Place::Entries
                && let Some((signed, entry)) = read_entry(line)
            {
                archive.add_up_again(&next, &entry, signed.hash());
            }
            Ok(())
        })?;
    }
    Ok(Read {
        chains: archive.found(),
        manifest: manifest.map(|count| count.and_then(Count::finish)),
    })
}

/// Where a line stands in an archive.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The first line, where it is no entry.
    Manifest,
    /// The sealed keys of names behind it.
    NameKeys,
    Entries,
}

/// Each line, the empty ones too.
fn each_line(path: &Path, mut take: impl FnMut(Place, &[u8]) -> Result<(), Failure>) -> Result<(), Failure> {
    let mut input = open(path)?;
    let mut line = Vec::new();
    let mut place = Place::Manifest;
    loop {
        let read = read_line(&mut input, &mut line).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData | io::ErrorKind::Other => broken(path),
            _ => Failure::file(path, error),
        })?;
        if !read {
            return Ok(());
        }
        if line.first() != Some(&b'{') {
            place = Place::Entries;
        }
        take(place, &line)?;
        if place == Place::Manifest {
            place = Place::NameKeys;
        }
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
