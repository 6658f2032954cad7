//! A receipt printer's side of the wire: reads ESC/POS bytes as a GBK printer does, and tells what is on the
//! paper. Strict where a real printer would print rubbish: what it does not know is an error.

use encoding_rs::GBK;

use crate::DOTS_PER_COLUMN;
use crate::document::{Align, Width};

/// What came out of the printer, from top to bottom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    pub width: Width,
    pub rows: Vec<Printed>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Printed {
    Line(PrintedLine),
    Qr {
        payload: Vec<u8>,
        module_dots: u8,
        align: Align,
    },
    Raster(PrintedRaster),
    /// Blank lines, fed by a command.
    Feed(u8),
    Cut,
    DrawerKick,
}

/// A line of type; a line that was longer than the paper comes as several, all but the first `wrapped`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PrintedLine {
    pub text: String,
    /// Where the first character begins and the last one ends, in dots.
    pub left_dots: usize,
    pub right_dots: usize,
    pub doubled: bool,
    pub bold: bool,
    pub wrapped: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedRaster {
    pub width_dots: usize,
    pub height_dots: usize,
    pub align: Align,
    /// Eight dots a byte, 1 is black.
    pub bits: Vec<u8>,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InterpretError {
    #[error("unknown command {command:02x?} at byte {at}")]
    UnknownCommand { at: usize, command: Vec<u8> },
    #[error("the bytes end inside a command that begins at byte {at}")]
    CutShort { at: usize },
    #[error("bytes {bytes:02x?} at {at} are no GBK character")]
    NotGbk { at: usize, bytes: Vec<u8> },
    #[error("a QR code is printed at byte {at} before it has a payload")]
    NoQrPayload { at: usize },
    #[error("a picture at byte {at} is wider than the paper")]
    TooWide { at: usize },
}

impl InterpretError {
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownCommand { .. } => "unknown_command",
            Self::CutShort { .. } => "cut_short",
            Self::NotGbk { .. } => "not_gbk",
            Self::NoQrPayload { .. } => "no_qr_payload",
            Self::TooWide { .. } => "too_wide",
        }
    }
}

/// Reads one job.
///
/// # Errors
/// For bytes that a GBK printer would not print as they were meant.
pub fn interpret(bytes: &[u8], width: Width) -> Result<Paper, InterpretError> {
    let mut printer = Printer::new(bytes, width);
    while printer.at < bytes.len() {
        printer.step()?;
    }
    printer.end_line(false);
    Ok(Paper {
        width,
        rows: printer.rows,
    })
}

struct Printer<'a> {
    bytes: &'a [u8],
    at: usize,
    width: Width,
    rows: Vec<Printed>,
    chinese: bool,
    /// What `GS !` and `FS W` have set; a printer doubles Chinese by either.
    doubled: bool,
    doubled_chinese: bool,
    bold: bool,
    align: Align,
    line: PrintedLine,
    /// Where the next character goes, from the left end of the line.
    x_dots: usize,
    qr_module_dots: u8,
    qr_payload: Vec<u8>,
}

impl<'a> Printer<'a> {
    fn new(bytes: &'a [u8], width: Width) -> Self {
        Self {
            bytes,
            at: 0,
            width,
            rows: Vec::new(),
            chinese: false,
            doubled: false,
            doubled_chinese: false,
            bold: false,
            align: Align::Left,
            line: PrintedLine::default(),
            x_dots: 0,
            qr_module_dots: 3,
            qr_payload: Vec::new(),
        }
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], InterpretError> {
        let end = self.at + count;
        let taken = self
            .bytes
            .get(self.at..end)
            .ok_or(InterpretError::CutShort { at: self.at })?;
        self.at = end;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8, InterpretError> {
        self.take(1).map(|taken| taken[0])
    }

    fn unknown(&self, at: usize) -> InterpretError {
        InterpretError::UnknownCommand {
            at,
            command: self.bytes[at..self.at].to_vec(),
        }
    }

    fn step(&mut self) -> Result<(), InterpretError> {
        let at = self.at;
        match self.byte()? {
            b'\n' => self.end_line(true),
            0x1b => self.escape(at)?,
            0x1c => match (self.byte()?, self.chinese) {
                (b'&', _) => self.chinese = true,
                (b'.', _) => self.chinese = false,
                (b'W', _) => self.doubled_chinese = self.byte()? & 1 == 1,
                _ => return Err(self.unknown(at)),
            },
            0x1d => self.group(at)?,
            byte @ 0x20..=0x7e => self.set_type(char::from(byte), 1, self.doubled),
            lead => {
                let pair = match self.bytes.get(self.at) {
                    Some(trail) if self.chinese => vec![lead, *trail],
                    _ => {
                        return Err(InterpretError::NotGbk {
                            at,
                            bytes: vec![lead],
                        });
                    }
                };
                self.at += 1;
                let (text, malformed) = GBK.decode_without_bom_handling(&pair);
                let mut characters = text.chars();
                match (characters.next(), characters.next(), malformed) {
                    (Some(character), None, false) => {
                        self.set_type(character, 2, self.doubled || self.doubled_chinese);
                    }
                    _ => return Err(InterpretError::NotGbk { at, bytes: pair }),
                }
            }
        }
        Ok(())
    }

    fn escape(&mut self, at: usize) -> Result<(), InterpretError> {
        match self.byte()? {
            b'@' => {
                let (rows, position) = (std::mem::take(&mut self.rows), self.at);
                *self = Self::new(self.bytes, self.width);
                (self.rows, self.at) = (rows, position);
            }
            b'E' => self.bold = self.byte()? & 1 == 1,
            b'a' => {
                self.align = match self.byte()? {
                    0 | b'0' => Align::Left,
                    1 | b'1' => Align::Center,
                    2 | b'2' => Align::Right,
                    _ => return Err(self.unknown(at)),
                }
            }
            b'd' => {
                self.end_line(false);
                let lines = self.byte()?;
                self.rows.push(Printed::Feed(lines));
            }
            b'p' => {
                self.take(3)?;
                self.rows.push(Printed::DrawerKick);
            }
            _ => return Err(self.unknown(at)),
        }
        Ok(())
    }

    fn group(&mut self, at: usize) -> Result<(), InterpretError> {
        match self.byte()? {
            b'!' => {
                self.doubled = match self.byte()? {
                    0x00 => false,
                    0x11 => true,
                    _ => return Err(self.unknown(at)),
                }
            }
            b'V' => match self.byte()? {
                0 | 1 | b'0' | b'1' => self.rows.push(Printed::Cut),
                65 | 66 => {
                    self.byte()?;
                    self.rows.push(Printed::Cut);
                }
                _ => return Err(self.unknown(at)),
            },
            b'v' => self.raster(at)?,
            b'(' => self.qr(at)?,
            _ => return Err(self.unknown(at)),
        }
        Ok(())
    }

    fn raster(&mut self, at: usize) -> Result<(), InterpretError> {
        let [b'0', 0, x_low, x_high, y_low, y_high] = *self.take(6)? else {
            return Err(self.unknown(at));
        };
        let bytes_a_row = usize::from(u16::from_le_bytes([x_low, x_high]));
        let height_dots = usize::from(u16::from_le_bytes([y_low, y_high]));
        if bytes_a_row * 8 > self.width.dots() {
            return Err(InterpretError::TooWide { at });
        }
        let bits = self.take(bytes_a_row * height_dots)?.to_vec();
        let raster = PrintedRaster {
            width_dots: bytes_a_row * 8,
            height_dots,
            align: self.align,
            bits,
        };
        self.rows.push(Printed::Raster(raster));
        Ok(())
    }

    fn qr(&mut self, at: usize) -> Result<(), InterpretError> {
        let [b'k', low, high] = *self.take(3)? else {
            return Err(self.unknown(at));
        };
        let parameters = self.take(usize::from(u16::from_le_bytes([low, high])))?;
        match parameters {
            [0x31, 0x41, 0x31 | 0x32, 0] | [0x31, 0x45, 0x30..=0x33] => {}
            [0x31, 0x43, module_dots @ 1..=16] => self.qr_module_dots = *module_dots,
            [0x31, 0x50, 0x30, payload @ ..] => self.qr_payload = payload.to_vec(),
            [0x31, 0x51, 0x30] => {
                if self.qr_payload.is_empty() {
                    return Err(InterpretError::NoQrPayload { at });
                }
                self.rows.push(Printed::Qr {
                    payload: self.qr_payload.clone(),
                    module_dots: self.qr_module_dots,
                    align: self.align,
                });
            }
            _ => return Err(self.unknown(at)),
        }
        Ok(())
    }

    fn set_type(&mut self, character: char, columns: usize, doubled: bool) {
        let dots = columns * DOTS_PER_COLUMN * if doubled { 2 } else { 1 };
        if self.x_dots + dots > self.width.dots() {
            self.end_line(true);
            self.line.wrapped = true;
        }
        if !(character == ' ' && self.line.text.is_empty()) {
            if self.line.text.is_empty() {
                self.line.left_dots = self.x_dots;
                self.line.doubled = doubled;
                self.line.bold = self.bold;
            }
            self.line.text.push(character);
        }
        self.x_dots += dots;
        if character != ' ' {
            self.line.right_dots = self.x_dots;
        }
    }

    /// Prints what is set; a line feed on an empty line prints an empty line.
    fn end_line(&mut self, even_if_empty: bool) {
        if self.x_dots == 0 && !even_if_empty {
            return;
        }
        let mut line = std::mem::take(&mut self.line);
        let spare = self.width.dots().saturating_sub(self.x_dots);
        let shift = match self.align {
            Align::Left => 0,
            Align::Center => spare / 2,
            Align::Right => spare,
        };
        if !line.text.is_empty() {
            line.left_dots += shift;
            line.right_dots += shift;
        }
        self.x_dots = 0;
        self.rows.push(Printed::Line(line));
    }
}
