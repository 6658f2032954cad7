//! From blocks to rows: what stands in which column. Every kind of paper prints the same rows.

use crate::charset::{columns_of, printable};
use crate::document::{Align, Block, Cell, Document, Emphasis};
use crate::wrap::wrap;

/// One row of the sheet, its texts already printable and short enough for their place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Row {
    Text(TextRow),
    Rule,
    Qr { payload: String },
    Feed(usize),
    Cut,
    DrawerKick,
}

impl Row {
    /// Whether it leaves a mark on the paper.
    pub(crate) const fn is_seen(&self) -> bool {
        matches!(self, Row::Text(_) | Row::Rule | Row::Qr { .. })
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TextRow {
    pub(crate) emphasis: Emphasis,
    pub(crate) spans: Vec<Span>,
}

/// A text in its place. Columns are the paper's, also where the text is doubled and so takes twice as many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: usize,
    pub(crate) columns: usize,
    pub(crate) align: Align,
    pub(crate) text: String,
}

impl TextRow {
    /// How often wider than high-and-plain its characters are.
    pub(crate) const fn scale(&self) -> usize {
        scale_of(self.emphasis)
    }
}

const fn scale_of(emphasis: Emphasis) -> usize {
    match emphasis {
        Emphasis::Plain | Emphasis::Bold => 1,
        Emphasis::Doubled => 2,
    }
}

pub(crate) fn rows(document: &Document) -> Vec<Row> {
    let width = document.width.columns();
    let mut rows = Vec::with_capacity(document.blocks.len() + 8);
    for block in &document.blocks {
        match block {
            Block::Heading(text) => text_rows(&mut rows, text, Align::Center, Emphasis::Doubled, width),
            Block::Text {
                text,
                align,
                emphasis,
            } => text_rows(&mut rows, text, *align, *emphasis, width),
            Block::Columns(cells) => columns_rows(&mut rows, cells, width),
            Block::Amount {
                indent,
                key,
                amount,
                emphasis,
            } => {
                amount_rows(&mut rows, *indent, key, amount, *emphasis, width);
            }
            Block::Rule => rows.push(Row::Rule),
            Block::Qr { payload, caption } => {
                if crate::qr::side_max(payload).is_some() {
                    rows.push(Row::Qr {
                        payload: payload.clone(),
                    });
                } else {
                    // Too long for any code: better to be typed in than to be lost.
                    text_rows(&mut rows, payload, Align::Left, Emphasis::Plain, width);
                }
                if !caption.is_empty() {
                    text_rows(&mut rows, caption, Align::Center, Emphasis::Plain, width);
                }
            }
            Block::Feed(count) => rows.push(Row::Feed(*count)),
            Block::Cut => rows.push(Row::Cut),
            Block::DrawerKick => rows.push(Row::DrawerKick),
        }
    }
    rows
}

fn text_rows(rows: &mut Vec<Row>, text: &str, align: Align, emphasis: Emphasis, width: usize) {
    let text = printable(text);
    for line in wrap(&text, width / scale_of(emphasis)) {
        let spans = vec![Span {
            start: 0,
            columns: width,
            align,
            text: line.to_owned(),
        }];
        rows.push(Row::Text(TextRow { emphasis, spans }));
    }
}

fn columns_rows(rows: &mut Vec<Row>, cells: &[Cell], width: usize) {
    let texts: Vec<_> = cells.iter().map(|cell| printable(&cell.text)).collect();
    let mut start = 0;
    let mut placed = Vec::with_capacity(cells.len());
    for (cell, text) in cells.iter().zip(&texts) {
        let columns = cell.columns.min(width.saturating_sub(start));
        if columns >= 2 {
            placed.push((start, columns, cell.align, wrap(text, columns)));
        }
        start += columns;
    }
    let height = placed
        .iter()
        .map(|(_, _, _, lines)| lines.len())
        .max()
        .unwrap_or(0);
    for at in 0..height {
        let spans = placed
            .iter()
            .filter_map(|(start, columns, align, lines)| {
                let text = lines.get(at).filter(|line| !line.is_empty())?;
                Some(Span {
                    start: *start,
                    columns: *columns,
                    align: *align,
                    text: (*text).to_owned(),
                })
            })
            .collect();
        rows.push(Row::Text(TextRow {
            emphasis: Emphasis::Plain,
            spans,
        }));
    }
}

/// The amount always ends in the paper's last column and is never broken; a long key wraps beside it, and the
/// amount stands on the key's last line. What does not fit doubled is printed plain and bold.
fn amount_rows(
    rows: &mut Vec<Row>,
    indent: usize,
    key: &str,
    amount: &str,
    emphasis: Emphasis,
    width: usize,
) {
    let key = printable(key);
    let amount = printable(amount);
    let needed = columns_of(&key) + 1 + columns_of(&amount);
    let emphasis = match emphasis {
        Emphasis::Doubled if indent + needed * scale_of(emphasis) > width => Emphasis::Bold,
        emphasis => emphasis,
    };
    let scale = scale_of(emphasis);
    let amount_columns = columns_of(&amount) * scale;
    let key_columns = width.saturating_sub(indent + amount_columns + scale);
    // An amount that leaves no room for its key stands alone under it.
    let alone = key_columns < 8 && columns_of(&key) * scale > key_columns;
    let lines = wrap(
        &key,
        if alone {
            width.saturating_sub(indent)
        } else {
            key_columns
        } / scale,
    );
    let last = lines.len().saturating_sub(1);
    let amount_span = || Span {
        start: 0,
        columns: width,
        align: Align::Right,
        text: amount.clone().into_owned(),
    };
    for (at, line) in lines.into_iter().enumerate() {
        let columns = if alone {
            width.saturating_sub(indent)
        } else {
            key_columns
        };
        let mut spans = vec![Span {
            start: indent,
            columns,
            align: Align::Left,
            text: line.to_owned(),
        }];
        if at == last && !alone {
            let mut span = amount_span();
            span.start = width - amount_columns.min(width);
            span.columns = width - span.start;
            spans.push(span);
        }
        rows.push(Row::Text(TextRow { emphasis, spans }));
    }
    if alone {
        rows.push(Row::Text(TextRow {
            emphasis,
            spans: vec![amount_span()],
        }));
    }
}
