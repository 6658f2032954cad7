//! Golden paper: every sample on both widths as text, to be read and blamed line by line.
//! `UPDATE_EXPECT=1 cargo test -p jishi-paper --test golden` rewrites them.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]

mod support;

use expect_test::expect_file;
use jishi_domain::Fen;
use jishi_paper::{Document, Language, Width, columns_of, text};
use support::shifts::shift_samples;
use support::{WIDTHS, lot_label, samples};

/// Every sample of every paper on both widths.
fn sheets() -> Vec<(&'static str, Width, Document)> {
    let mut sheets = Vec::new();
    for width in WIDTHS {
        let receipts = samples();
        sheets.extend(
            receipts
                .iter()
                .map(|sample| (sample.name, width, sample.document(width))),
        );
        let shifts = shift_samples();
        sheets.extend(
            shifts
                .iter()
                .map(|sample| (sample.name, width, sample.document(width))),
        );
        let label = lot_label().to_document(width, Language::Chinese, 2);
        sheets.push(("lot_label", width, label));
    }
    sheets
}

#[test]
fn every_sample_reads_as_it_did() {
    for (name, width, document) in sheets() {
        let paper = text::render(&document);
        let path = format!(
            "{}/tests/golden/{name}.{}.txt",
            env!("CARGO_MANIFEST_DIR"),
            width.paper_mm()
        );
        expect_file![path].assert_eq(&paper);
    }
}

#[test]
fn no_line_is_wider_than_the_paper_and_all_amounts_end_in_its_last_column() {
    for (name, width, document) in sheets() {
        let paper = text::render(&document);
        for line in paper.lines().filter(|line| !line.starts_with("[QR]")) {
            assert!(columns_of(line) <= width.columns(), "{name}: {line}");
            if ends_in_amount(line) && !line.trim_start().starts_with(char::is_numeric) {
                assert_eq!(columns_of(line), width.columns(), "{name}: {line}");
            }
        }
    }
}

#[test]
fn a_shift_whose_sums_do_not_fit_has_no_paper() {
    let paper = &shift_samples()[1].paper;
    let mut cash = paper.clone();
    cash.cash.moved_out = Fen::ZERO;
    assert_eq!(cash.check().unwrap_err().code(), "parts_not_expected");
    let mut tenders = paper.clone();
    tenders.tenders.pop();
    assert_eq!(tenders.check().unwrap_err().code(), "tenders_not_net");
}

fn ends_in_amount(line: &str) -> bool {
    let last = line.rsplit(' ').next().unwrap_or_default();
    last.len() >= 4
        && last.as_bytes()[last.len() - 3] == b'.'
        && last
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b'-')
}
