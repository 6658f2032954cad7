//! What Jishi prints: one document model, laid out in half-width columns, and its papers.
//!
//! A [`Document`] is a list of blocks for one width of paper. Every renderer prints the same rows of it, so that
//! the file, the printer and the screen never say different things. No clock, no I/O: the caller writes the bytes.

// What is printed
mod document;
mod label;
pub mod receipt;
pub mod shift;
mod training;

pub use document::{Align, Block, Cell, Document, Emphasis, Width};
pub use label::LabelPaper;
pub use receipt::{Language, Receipt};
pub use shift::ShiftPaper;

// How it is laid out
mod charset;
mod layout;
mod sheet;
mod wrap;

pub use charset::columns_of;

// On which paper
pub mod escpos;
pub mod pdf;
pub mod picture;
pub mod text;

// What we draw ourselves with
mod bitmap;
mod font;
mod qr;
mod subset;

pub use bitmap::Bitmap;
pub use qr::{QrOutline, qr_outline};

/// A half-width column on a printer's paper.
pub(crate) const DOTS_PER_COLUMN: usize = 12;
/// 203 dots to the inch.
pub(crate) const DOTS_PER_MM: usize = 8;
