//! Golden paper: every sample on both widths as text, to be read and blamed line by line.
//! `UPDATE_EXPECT=1 cargo test -p jishi-paper --test golden` rewrites them.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]

mod support;

use expect_test::expect_file;
use jishi_paper::{columns_of, text};
use support::{WIDTHS, samples};

#[test]
fn every_sample_reads_as_it_did() {
    for sample in samples() {
        for width in WIDTHS {
            let paper = text::render(&sample.document(width));
            let path = format!(
                "{}/tests/golden/{}.{}.txt",
                env!("CARGO_MANIFEST_DIR"),
                sample.name,
                width.paper_mm()
            );
            expect_file![path].assert_eq(&paper);
        }
    }
}

#[test]
fn no_line_is_wider_than_the_paper_and_all_amounts_end_in_its_last_column() {
    for sample in samples() {
        for width in WIDTHS {
            let paper = text::render(&sample.document(width));
            for line in paper.lines().filter(|line| !line.starts_with("[QR]")) {
                assert!(columns_of(line) <= width.columns(), "{}: {line}", sample.name);
                if ends_in_amount(line) && !line.trim_start().starts_with(char::is_numeric) {
                    assert_eq!(columns_of(line), width.columns(), "{}: {line}", sample.name);
                }
            }
        }
    }
}

fn ends_in_amount(line: &str) -> bool {
    let last = line.rsplit(' ').next().unwrap_or_default();
    last.len() >= 4
        && last.as_bytes()[last.len() - 3] == b'.'
        && last
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b'-')
}
