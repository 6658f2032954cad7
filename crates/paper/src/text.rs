//! The sheet as plain text in columns: for terminals, logs and search.

use crate::charset::columns_of;
use crate::document::{Align, Document};
use crate::layout::{Row, TextRow, rows};

/// One line of text a row, no line wider than the paper; ends in a newline.
#[must_use]
pub fn render(document: &Document) -> String {
    let width = document.width.columns();
    let mut out = String::with_capacity(2048);
    let rows = rows(document);
    let last = rows.iter().rposition(Row::is_seen);
    for (at, row) in rows.into_iter().enumerate() {
        match row {
            Row::Text(row) => push_line(&mut out, &row),
            Row::Rule => out.extend(std::iter::repeat_n('-', width)),
            Row::Qr { payload } => {
                out.push_str("[QR] ");
                out.push_str(&payload);
            }
            Row::Feed(lines) => {
                out.extend(std::iter::repeat_n('\n', lines));
                continue;
            }
            Row::Cut if Some(at) < last => {
                out.push('\n');
                out.extend("- ".chars().cycle().take(width));
                out.push('\n');
            }
            Row::Cut | Row::DrawerKick => continue,
        }
        out.truncate(out.trim_end_matches(' ').len());
        out.push('\n');
    }
    out
}

/// A row with its texts at their columns. A doubled text takes its doubled place, so what stands in one column
/// on paper does here.
fn push_line(out: &mut String, row: &TextRow) {
    let mut at = 0;
    for span in &row.spans {
        let taken = columns_of(&span.text) * row.scale();
        let spare = span.columns.saturating_sub(taken);
        let start = span.start
            + match span.align {
                Align::Left => 0,
                Align::Center => spare / 2 + (taken - columns_of(&span.text)) / 2,
                Align::Right => span.columns.saturating_sub(columns_of(&span.text)),
            };
        out.extend(std::iter::repeat_n(' ', start.saturating_sub(at)));
        out.push_str(&span.text);
        at = start.max(at) + columns_of(&span.text);
    }
}
