//! The sheet as the bytes of a receipt printer (ESC/POS, GBK).

pub mod interpret;
mod raster;

use encoding_rs::GBK;

use crate::charset::{columns_of, is_gbk};
use crate::document::{Align, Document, Emphasis};
use crate::layout::{Row, Span, TextRow, rows};
use crate::qr::{module_dots, side_max};

/// How a QR code is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum QrMode {
    /// By the printer's own command: sharp and quick.
    #[default]
    Native,
    /// As a picture, for printers that have no such command.
    Raster,
}

const INITIALISE: &[u8] = &[0x1b, 0x40];
const CHINESE_ON: &[u8] = &[0x1c, 0x26];
/// `ESC d 6`, then `GS V 0`: past the knife, then through.
const FEED_AND_CUT: &[u8] = &[0x1b, 0x64, 6, 0x1d, 0x56, 0];
/// The first drawer, 50 ms on and 500 ms off.
pub const DRAWER_KICK: &[u8] = &[0x1b, 0x70, 0x00, 0x19, 0xfa];
const LINE_FEED: u8 = 0x0a;

/// The sheet as printer's bytes, in the printer's own type wherever its GBK font has all of a line, and that line
/// drawn as a picture where it has not.
#[must_use]
pub fn render(document: &Document, qr_mode: QrMode) -> Vec<u8> {
    let mut printer = Bytes {
        out: Vec::with_capacity(4096),
        emphasis: Emphasis::Plain,
        align: Align::Left,
    };
    printer.out.extend_from_slice(INITIALISE);
    printer.out.extend_from_slice(CHINESE_ON);
    let width = document.width;
    for row in rows(document) {
        match row {
            Row::Text(row) if row.spans.iter().all(|span| is_gbk(&span.text)) => printer.text(&row),
            Row::Text(row) => {
                printer.set(Emphasis::Plain, Align::Left);
                raster::push(&mut printer.out, &raster::text_row(&row, width));
            }
            Row::Rule => {
                printer.set(Emphasis::Plain, Align::Left);
                printer.out.extend(std::iter::repeat_n(b'-', width.columns()));
                printer.out.push(LINE_FEED);
            }
            Row::Qr { payload } => {
                printer.set(Emphasis::Plain, Align::Center);
                match (qr_mode, side_max(&payload)) {
                    (QrMode::Native, Some(side)) => {
                        push_native_qr(&mut printer.out, &payload, module_dots(side, width.dots()));
                    }
                    _ => {
                        printer.set(Emphasis::Plain, Align::Left);
                        raster::push_qr(&mut printer.out, &payload, width);
                    }
                }
            }
            Row::Feed(lines) => {
                printer.set(Emphasis::Plain, Align::Left);
                printer.out.extend(std::iter::repeat_n(LINE_FEED, lines));
            }
            Row::Cut => {
                printer.set(Emphasis::Plain, Align::Left);
                printer.out.extend_from_slice(FEED_AND_CUT);
            }
            Row::DrawerKick => printer.out.extend_from_slice(DRAWER_KICK),
        }
    }
    printer.set(Emphasis::Plain, Align::Left);
    printer.out
}

/// What has been sent, and the state it left the printer in.
struct Bytes {
    out: Vec<u8>,
    emphasis: Emphasis,
    align: Align,
}

impl Bytes {
    /// Sends what changes, and only that; the printer takes an alignment at the beginning of a line only.
    fn set(&mut self, emphasis: Emphasis, align: Align) {
        if self.align != align {
            self.align = align;
            let code = match align {
                Align::Left => 0,
                Align::Center => 1,
                Align::Right => 2,
            };
            self.out.extend_from_slice(&[0x1b, 0x61, code]);
        }
        if self.emphasis != emphasis {
            let doubled = |emphasis| emphasis == Emphasis::Doubled;
            if doubled(self.emphasis) != doubled(emphasis) {
                let (size, chinese) = if doubled(emphasis) { (0x11, 1) } else { (0x00, 0) };
                // Some printers size Chinese characters by the one command, some by the other.
                self.out
                    .extend_from_slice(&[0x1d, 0x21, size, 0x1c, 0x57, chinese]);
            }
            let bold = |emphasis| emphasis != Emphasis::Plain;
            if bold(self.emphasis) != bold(emphasis) {
                self.out
                    .extend_from_slice(&[0x1b, 0x45, u8::from(bold(emphasis))]);
            }
            self.emphasis = emphasis;
        }
    }

    fn text(&mut self, row: &TextRow) {
        match row.spans.as_slice() {
            // The printer centres to the dot; spaces could only do it to the column.
            [span] if span.align == Align::Center && span.start == 0 => {
                self.set(row.emphasis, Align::Center);
                self.encode(&span.text);
            }
            spans => {
                self.set(row.emphasis, Align::Left);
                let mut at = 0;
                for span in spans.iter().filter(|span| !span.text.is_empty()) {
                    at = self.pad(at, span, row.scale());
                    self.encode(&span.text);
                }
            }
        }
        self.out.push(LINE_FEED);
    }

    /// Spaces up to where the span's text begins; the column where it will end.
    fn pad(&mut self, at: usize, span: &Span, scale: usize) -> usize {
        let taken = columns_of(&span.text) * scale;
        let spare = span.columns.saturating_sub(taken);
        let start = span.start
            + match span.align {
                Align::Left => 0,
                Align::Center => spare / 2,
                Align::Right => spare,
            };
        let spaces = start.saturating_sub(at) / scale;
        self.out.extend(std::iter::repeat_n(b' ', spaces));
        at + spaces * scale + taken
    }

    fn encode(&mut self, text: &str) {
        if text.is_ascii() {
            self.out.extend_from_slice(text.as_bytes());
            return;
        }
        let mut encoder = GBK.new_encoder();
        self.out.reserve(text.len());
        // All of it is in GBK (the row would be a picture otherwise) and there is room for it.
        let _ = encoder.encode_from_utf8_to_vec_without_replacement(text, &mut self.out, true);
    }
}

/// `GS ( k`: model 2, module size, level M, the payload, print.
fn push_native_qr(out: &mut Vec<u8>, payload: &str, module_dots: usize) {
    let module_dots = u8::try_from(module_dots).unwrap_or(3);
    out.extend_from_slice(&[0x1d, 0x28, 0x6b, 4, 0, 0x31, 0x41, 0x32, 0]);
    out.extend_from_slice(&[0x1d, 0x28, 0x6b, 3, 0, 0x31, 0x43, module_dots]);
    out.extend_from_slice(&[0x1d, 0x28, 0x6b, 3, 0, 0x31, 0x45, 0x31]);
    let [low, high, ..] = (payload.len() + 3).to_le_bytes();
    out.extend_from_slice(&[0x1d, 0x28, 0x6b, low, high, 0x31, 0x50, 0x30]);
    out.extend_from_slice(payload.as_bytes());
    out.extend_from_slice(&[0x1d, 0x28, 0x6b, 3, 0, 0x31, 0x51, 0x30]);
}
