//! A batch: lines of `signature SPACE entry`, zstd-compressed, within fixed bounds.

use jishi_journal::{ChainId, ENTRY_BYTES_MAX, EntryError, SignedEntry};
use std::io::Read as _;

pub const BATCH_ENTRIES_MAX: usize = 1_000;
/// Of the text, before compression: 1 MiB. The largest entry fits four times.
pub const BATCH_BYTES_MAX: usize = 1024 * 1024;

const COMPRESSION_LEVEL: i32 = 3;
/// The reader's window: 8 MiB at most, whatever a frame asks for.
const WINDOW_LOG_MAX: u32 = 23;
/// A signature in hex, the space and the end of line.
const LINE_BYTES_AROUND: usize = 128 + 1 + 1;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BatchError {
    #[error("the batch has more than 1,000 entries or 1 MiB of text")]
    TooLarge,
    #[error("the batch is not zstd-compressed text, or is cut off")]
    BadBatch,
}

impl BatchError {
    pub fn code(self) -> &'static str {
        match self {
            BatchError::TooLarge => "batch_too_large",
            BatchError::BadBatch => "bad_batch",
        }
    }
}

/// A batch that is being filled.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    text: String,
    entries: usize,
}

impl Batch {
    /// Takes the entry in, or says that there is no room for it.
    pub fn push(&mut self, entry: &SignedEntry) -> bool {
        let bytes = self.text.len() + entry.line.len() + LINE_BYTES_AROUND;
        if self.entries == BATCH_ENTRIES_MAX || bytes > BATCH_BYTES_MAX {
            return false;
        }
        self.text.push_str(&entry.to_text());
        self.text.push('\n');
        self.entries += 1;
        true
    }

    pub fn entries(&self) -> usize {
        self.entries
    }

    pub fn is_empty(&self) -> bool {
        self.entries == 0
    }

    pub fn encode(&self) -> Result<Vec<u8>, BatchError> {
        zstd::encode_all(self.text.as_bytes(), COMPRESSION_LEVEL).map_err(|_| BatchError::BadBatch)
    }
}

/// One line of a batch that was received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BatchLine {
    Entry(SignedEntry),
    /// Not an entry; the chain is the one it claims, where that can be read.
    Unreadable {
        claims: Option<ChainId>,
        error: EntryError,
    },
}

/// Takes a batch apart. Never reads further than a batch may be, however small it came.
pub fn decode_batch(compressed: &[u8]) -> Result<Vec<BatchLine>, BatchError> {
    let mut decoder = zstd::Decoder::new(compressed).map_err(|_| BatchError::BadBatch)?;
    decoder
        .window_log_max(WINDOW_LOG_MAX)
        .map_err(|_| BatchError::BadBatch)?;
    let mut bytes = Vec::new();
    let bound = (BATCH_BYTES_MAX as u64).saturating_add(1);
    let read = decoder.take(bound).read_to_end(&mut bytes);
    if bytes.len() > BATCH_BYTES_MAX {
        return Err(BatchError::TooLarge);
    }
    read.map_err(|_| BatchError::BadBatch)?;
    let text = match bytes.strip_suffix(b"\n") {
        Some(text) => text,
        None if bytes.is_empty() => return Ok(Vec::new()),
        // Every line ends: a batch that does not was cut off.
        None => return Err(BatchError::BadBatch),
    };
    let lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').collect();
    if lines.len() > BATCH_ENTRIES_MAX {
        return Err(BatchError::TooLarge);
    }
    Ok(lines.into_iter().map(read_line).collect())
}

fn read_line(bytes: &[u8]) -> BatchLine {
    let unreadable = |error| BatchLine::Unreadable {
        claims: claimed_chain(bytes),
        error,
    };
    if bytes.len() > ENTRY_BYTES_MAX + LINE_BYTES_AROUND {
        return unreadable(EntryError::TooLarge);
    }
    match std::str::from_utf8(bytes)
        .map_err(|_| EntryError::BadEntry)
        .and_then(SignedEntry::from_text)
    {
        Ok(entry) => BatchLine::Entry(entry),
        Err(error) => unreadable(error),
    }
}

/// The chain that a line says it is of, without reading it whole: the field stands in a fixed place.
/// Whether the line is right is another question.
pub fn claimed_chain(bytes: &[u8]) -> Option<ChainId> {
    let head = bytes.get(..bytes.len().min(256))?;
    let marker = br#""chain":""#;
    let at = head.windows(marker.len()).position(|window| window == marker)? + marker.len();
    std::str::from_utf8(head.get(at..at + 32)?).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compressed(text: &[u8]) -> Vec<u8> {
        zstd::encode_all(text, 1).expect("zstd writes to memory")
    }

    #[test]
    fn a_bomb_is_refused_at_its_bound() {
        let bomb = compressed(&vec![b'a'; 64 * 1024 * 1024]);
        assert!(bomb.len() < 16 * 1024, "{} bytes", bomb.len());
        assert_eq!(decode_batch(&bomb), Err(BatchError::TooLarge));
        let lines = compressed(&b"a\n".repeat(BATCH_ENTRIES_MAX + 1));
        assert_eq!(decode_batch(&lines), Err(BatchError::TooLarge));
    }

    #[test]
    fn what_is_no_batch_is_refused() {
        let good = compressed(b"a b\n");
        for bytes in [
            b"".as_slice(),
            b"hello",
            &good[..good.len() - 3],
            &[0x28, 0xb5, 0x2f, 0xfd],
        ] {
            let found = decode_batch(bytes);
            assert!(
                found == Err(BatchError::BadBatch) || found == Ok(vec![]),
                "{bytes:?}: {found:?}"
            );
        }
        assert_eq!(
            decode_batch(&compressed(b"a line that does not end")),
            Err(BatchError::BadBatch)
        );
        assert_eq!(decode_batch(&compressed(b"")), Ok(vec![]));
    }

    #[test]
    fn a_bad_line_is_given_to_the_chain_it_claims() {
        let chain = "0123456789abcdef0123456789abcdef";
        let text = format!("zz {{\"v\":1,\"chain\":\"{chain}\",\"seq\":1}}\n\u{1}\n");
        let lines = decode_batch(&compressed(text.as_bytes())).expect("two lines");
        assert_eq!(
            lines,
            [
                BatchLine::Unreadable {
                    claims: chain.parse().ok(),
                    error: EntryError::BadEntry
                },
                BatchLine::Unreadable {
                    claims: None,
                    error: EntryError::BadEntry
                },
            ]
        );
        let huge = format!(
            "{} {{\"v\":1,\"chain\":\"{chain}\",{}}}\n",
            "0".repeat(128),
            "x".repeat(ENTRY_BYTES_MAX)
        );
        let lines = decode_batch(&compressed(huge.as_bytes())).expect("one line");
        assert_eq!(
            lines,
            [BatchLine::Unreadable {
                claims: chain.parse().ok(),
                error: EntryError::TooLarge
            }]
        );
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_the_reader_fall(bytes: Vec<u8>) {
            let _ = decode_batch(&bytes).map(|lines| lines.len());
            let _ = decode_batch(&compressed(&bytes)).map(|lines| lines.len());
        }
    }
}
