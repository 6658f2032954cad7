//! What a receipt costs on paper, from the receipt to the bytes, against its limit and against a yardstick of the
//! same run: `make bench`.
//!
//! PDF: the yardstick is another maker's work on the heart of it alone: Typst's `subsetter` cuts the same glyphs out of
//! the same two fonts, and they are deflated as ours are. It lays nothing out, draws no code and writes no file. ESC/POS: the floor is
//! encoding_rs turning the finished text into GBK.

#![allow(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

#[path = "../tests/support/mod.rs"]
mod support;

use std::collections::BTreeSet;
use std::hint::black_box;
use std::time::{Duration, Instant};

use ab_glyph::{Font, FontRef};
use jishi_paper::escpos::{self, QrMode};
use jishi_paper::{Document, Width, pdf, text};
use libdeflater::{CompressionLvl, Compressor};
use subsetter::GlyphRemapper;

const PDF_LIMIT: Duration = Duration::from_millis(5);
const PDF_LIMIT_BYTES: usize = 40 * 1024;
const ESCPOS_LIMIT: Duration = Duration::from_micros(200);

fn main() {
    let fonts = [font("Regular"), font("Bold")];
    let mut within = true;
    // The limits are of a receipt as it is sold every minute; the long ones are to see how it grows.
    for name in ["everyday", "many_goods", "many_lines"] {
        let samples = support::samples();
        let sample = samples.iter().find(|sample| sample.name == name).unwrap();
        let document = || -> Document { sample.receipt.to_document(Width::Mm58, sample.language).unwrap() };
        let paper = text::render(&document());
        let lines = sample.receipt.lines.len();

        let file = pdf::render(&document());
        let cost = median(200, || pdf::render(&black_box(document())).len());
        let doubled = format!("{}应收{}", sample.receipt.outlet_name, sample.receipt.due);
        let glyphs = [fonts[0].glyphs_of(&paper), fonts[1].glyphs_of(&doubled)];
        let peer = median(200, || {
            let parts = fonts.iter().zip(black_box(&glyphs));
            parts
                .map(|(font, glyphs)| font.cut_and_deflated(glyphs))
                .sum::<usize>()
        });
        within &= name != "everyday" || (cost <= PDF_LIMIT && file.len() <= PDF_LIMIT_BYTES);
        println!(
            "PDF, {lines} lines, {:>5.1} KB  {cost:>10.1?}  limit {PDF_LIMIT:?}  subsetter and deflate {peer:.1?}  ratio {:.2}",
            file.len() as f64 / 1024.0,
            ratio(cost, peer)
        );

        let cost = median(2000, || {
            escpos::render(&black_box(document()), QrMode::Native).len()
        });
        let floor = median(2000, || encoding_rs::GBK.encode(black_box(&paper)).0.len());
        within &= name != "everyday" || cost <= ESCPOS_LIMIT;
        println!(
            "ESC/POS, {lines} lines  {cost:>10.1?}  limit {ESCPOS_LIMIT:?}  floor {floor:.1?}  ratio {:.2}",
            ratio(cost, floor)
        );
    }
    if !within {
        println!("over the limit");
        std::process::exit(1);
    }
}

/// A whole font as the program has it, for another maker to cut from.
struct WholeFont {
    bytes: Vec<u8>,
}

fn font(name: &str) -> WholeFont {
    let path = format!(
        "{}/../../assets/fonts/NotoSansSC-{name}.subset.ttf",
        env!("CARGO_MANIFEST_DIR")
    );
    WholeFont {
        bytes: std::fs::read(path).unwrap(),
    }
}

impl WholeFont {
    fn glyphs_of(&self, text: &str) -> Vec<u16> {
        let font = FontRef::try_from_slice(&self.bytes).unwrap();
        distinct(text)
            .into_iter()
            .map(|character| font.glyph_id(character).0)
            .collect()
    }

    fn cut_and_deflated(&self, glyphs: &[u16]) -> usize {
        let file = subsetter::subset(&self.bytes, 0, &GlyphRemapper::new_from_glyphs(glyphs)).unwrap();
        let mut compressor = Compressor::new(CompressionLvl::default());
        let mut deflated = vec![0; compressor.zlib_compress_bound(file.len())];
        compressor.zlib_compress(&file, &mut deflated).unwrap()
    }
}

/// What stands on the paper, each character once.
fn distinct(text: &str) -> BTreeSet<char> {
    text.chars().filter(|character| !character.is_control()).collect()
}

fn median<T>(rounds: usize, mut work: impl FnMut() -> T) -> Duration {
    let mut times: Vec<Duration> = (0..rounds)
        .map(|_| {
            let start = Instant::now();
            black_box(work());
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[rounds / 2]
}

fn ratio(cost: Duration, floor: Duration) -> f64 {
    cost.as_secs_f64() / floor.as_secs_f64()
}
