//! What a receipt costs on paper, against its limit and against the least that could be done: `make bench`.
//!
//! PDF: beside it stands printpdf alone, saving a page that shows each character of the paper once, in the same
//! two fonts and nothing laid out; it reads the whole fonts, which we do not. ESC/POS: the floor is encoding_rs
//! turning the finished text into GBK.

#![allow(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

#[path = "../tests/support/mod.rs"]
mod support;

use std::collections::BTreeSet;
use std::hint::black_box;
use std::time::{Duration, Instant};

use jishi_paper::escpos::{self, QrMode};
use jishi_paper::{Width, pdf, text};
use printpdf::{
    FontId, Mm, Op, ParsedFont, PdfDocument, PdfFont, PdfFontHandle, PdfPage, PdfSaveOptions, Pt, TextItem,
};

const PDF_LIMIT: Duration = Duration::from_millis(5);
const ESCPOS_LIMIT: Duration = Duration::from_micros(200);

fn main() {
    let empty_page = EmptyPage::new();
    let mut within = true;
    for name in ["everyday", "many_lines"] {
        let samples = support::samples();
        let sample = samples.iter().find(|sample| sample.name == name).unwrap();
        let document = sample.document(Width::Mm58);
        let paper = text::render(&document);
        let lines = sample.receipt.lines.len();

        let file = pdf::render(&document);
        let cost = median(100, || pdf::render(black_box(&document)).len());
        let characters = distinct(&paper);
        let doubled = distinct(&format!(
            "{}应收{}",
            sample.receipt.outlet_name, sample.receipt.due
        ));
        let floor = median(100, || empty_page.save(black_box([&characters, &doubled])).len());
        within &= name != "everyday" || (cost <= PDF_LIMIT && file.len() <= 40 * 1024);
        println!(
            "PDF, {lines} lines, {:>5.1} KB  {cost:>10.1?}  limit {PDF_LIMIT:?}  printpdf alone {floor:.1?}  ratio {:.2}",
            file.len() as f64 / 1024.0,
            ratio(cost, floor)
        );

        let cost = median(2000, || {
            escpos::render(black_box(&document), QrMode::Native).len()
        });
        let floor = median(2000, || encoding_rs::GBK.encode(black_box(&paper)).0.len());
        within &= name != "everyday" || cost <= ESCPOS_LIMIT;
        println!(
            "ESC/POS, {lines} lines  {cost:>10.1?}  limit {ESCPOS_LIMIT:?}  floor {floor:.1?}  ratio {:.2}",
            ratio(cost, floor)
        );
        let whole = median(2000, || {
            let document = sample.receipt.to_document(Width::Mm58, sample.language).unwrap();
            escpos::render(black_box(&document), QrMode::Native).len()
        });
        println!("ESC/POS from the receipt, {lines} lines  {whole:>10.1?}");
    }
    // A limit of a receipt as it is sold every minute; the eighty lines are to see how it grows.
    if !within {
        println!("over the limit");
        std::process::exit(1);
    }
}

/// printpdf alone, with the fonts already parsed: a page that shows every character of the paper once.
struct EmptyPage {
    fonts: [PdfFont; 2],
}

impl EmptyPage {
    fn new() -> Self {
        let font = |name| {
            let path = format!(
                "{}/../../assets/fonts/NotoSansSC-{name}.subset.ttf",
                env!("CARGO_MANIFEST_DIR")
            );
            let bytes = std::fs::read(path).unwrap();
            PdfFont::new(ParsedFont::from_bytes(&bytes, 0, &mut Vec::new()).unwrap())
        };
        Self {
            fonts: [font("Regular"), font("Bold")],
        }
    }

    fn save(&self, characters: [&str; 2]) -> Vec<u8> {
        let mut document = PdfDocument::new("floor");
        let mut ops = vec![Op::StartTextSection];
        for (at, (font, text)) in self.fonts.iter().zip(characters).enumerate() {
            let id = FontId(format!("Font{at}"));
            document.resources.fonts.map.insert(id.clone(), font.clone());
            ops.push(Op::SetFont {
                font: PdfFontHandle::External(id),
                size: Pt(8.5),
            });
            ops.push(Op::ShowText {
                items: vec![TextItem::Text(text.to_owned())],
            });
        }
        ops.push(Op::EndTextSection);
        let page = PdfPage::new(Mm(58.0), Mm(150.0), ops);
        document
            .with_pages(vec![page])
            .save(&PdfSaveOptions::default(), &mut Vec::new())
    }
}

/// What stands on the paper, each character once.
fn distinct(text: &str) -> String {
    text.chars()
        .filter(|character| !character.is_control())
        .collect::<BTreeSet<char>>()
        .into_iter()
        .collect()
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
