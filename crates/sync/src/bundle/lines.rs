//! Lines in and out of a compressed stream, each within its bound.

use super::BundleError;
use jishi_journal::ENTRY_BYTES_MAX;
use sha2::{Digest as _, Sha256};
use std::io::{self, BufRead as _, BufReader, Read, Write};

/// An entry with its signature; a manifest and a line of keys are smaller.
pub(super) const LINE_BYTES_MAX: usize = ENTRY_BYTES_MAX + 128 + 1;
/// The reader's window: 8 MiB at most, whatever a frame asks for.
const WINDOW_LOG_MAX: u32 = 23;
const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

pub(super) struct LinesIn<R: Read> {
    input: BufReader<zstd::Decoder<'static, BufReader<R>>>,
    line: Vec<u8>,
}

impl<R: Read> LinesIn<R> {
    pub(super) fn open(input: R) -> Result<LinesIn<R>, BundleError> {
        let mut input = BufReader::new(input);
        let head = input.fill_buf()?;
        let head = head.get(..ZSTD_MAGIC.len().min(head.len())).unwrap_or_default();
        if !ZSTD_MAGIC.starts_with(head) {
            return Err(BundleError::NotABundle);
        }
        let mut decoder = zstd::Decoder::with_buffer(input)?;
        decoder.window_log_max(WINDOW_LOG_MAX)?;
        Ok(LinesIn {
            input: BufReader::new(decoder),
            line: Vec::new(),
        })
    }

    /// The next line without its end; none where the stream ends as it should.
    pub(super) fn next(&mut self) -> Result<Option<&[u8]>, BundleError> {
        self.line.clear();
        let bound = (LINE_BYTES_MAX as u64).saturating_add(1);
        let read = (&mut self.input).take(bound).read_until(b'\n', &mut self.line)?;
        if read == 0 {
            return Ok(None);
        }
        if self.line.last() != Some(&b'\n') {
            // Every line ends.
            return Err(match self.line.len() > LINE_BYTES_MAX {
                true => BundleError::LineTooLong,
                false => BundleError::CutOff,
            });
        }
        self.line.pop();
        Ok(Some(&self.line))
    }
}

/// SHA-256 of lines with their ends, and how many there were.
#[derive(Debug, Clone, Default)]
pub(super) struct Digest {
    hash: Sha256,
    pub(super) lines: u64,
}

impl Digest {
    pub(super) fn take(&mut self, line: &[u8]) {
        self.hash.update(line);
        self.hash.update(b"\n");
        self.lines = self.lines.saturating_add(1);
    }

    pub(super) fn so_far(&self) -> [u8; 32] {
        self.hash.clone().finalize().into()
    }

    pub(super) fn hex(&self) -> String {
        hex::encode(self.so_far())
    }
}

/// A compressed stream of lines, with a checksum of its own.
pub(super) struct LinesOut<W: Write>(zstd::Encoder<'static, W>);

impl<W: Write> LinesOut<W> {
    pub(super) fn new(out: W) -> io::Result<LinesOut<W>> {
        let mut encoder = zstd::Encoder::new(out, zstd::DEFAULT_COMPRESSION_LEVEL)?;
        encoder.include_checksum(true)?;
        Ok(LinesOut(encoder))
    }

    pub(super) fn put(&mut self, line: &str) -> io::Result<()> {
        self.0.write_all(line.as_bytes())?;
        self.0.write_all(b"\n")
    }

    /// Ends the stream and gives back what it was written to.
    pub(super) fn finish(self) -> io::Result<W> {
        self.0.finish()
    }
}
