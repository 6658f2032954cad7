//! From rows to places on the sheet, in printer's dots: what the PDF and the picture both draw.

use crate::document::{Align, Document, Emphasis, Width};
use crate::font::{Weight, face};
use crate::layout::{Row, Span, TextRow, rows};
use crate::qr::{Modules, QUIET_MODULES, module_dots};
use crate::{DOTS_PER_COLUMN, DOTS_PER_MM};

/// A Chinese character's side: two columns.
const EM_DOTS: f32 = 2.0 * DOTS_PER_COLUMN as f32;
/// From line to line, as printers do it: 1/6 inch in 1/180 steps comes to 30 dots.
pub(crate) const LINE_DOTS: usize = 30;
/// How much of the em stands above the baseline in a Chinese typeface.
const ABOVE_BASELINE: f32 = 0.88;
const MARGIN_TOP_DOTS: usize = 32;
/// Between two papers of one sheet.
const CUT_DOTS: usize = 96;
const MARGIN_BOTTOM_DOTS: usize = 40;

pub(crate) enum Mark {
    Text(TextMark),
    /// A dashed line across the paper at this height.
    Rule {
        y: f32,
    },
    Qr {
        left: usize,
        top: usize,
        module_dots: usize,
        modules: Modules,
    },
}

pub(crate) struct TextMark {
    pub(crate) text: String,
    pub(crate) left: f32,
    pub(crate) baseline: f32,
    pub(crate) em: f32,
    /// Less than 1 where the text as the font draws it is wider than its place (many capital letters).
    pub(crate) narrowing: f32,
    pub(crate) weight: Weight,
}

pub(crate) struct Sheet {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) left: usize,
    pub(crate) right: usize,
    pub(crate) marks: Vec<Mark>,
}

pub(crate) fn sheet(document: &Document) -> Sheet {
    let width = document.width.paper_mm() * DOTS_PER_MM;
    let left = (width - document.width.dots()) / 2;
    let mut marks = Vec::with_capacity(96);
    let mut top = MARGIN_TOP_DOTS;
    let rows = rows(document);
    let last = rows.iter().rposition(Row::is_seen);
    for (at, row) in rows.into_iter().enumerate() {
        match row {
            Row::Text(row) => {
                marks.extend(text_marks(&row, left as f32, top as f32));
                top += LINE_DOTS * row.scale();
            }
            Row::Rule => {
                marks.push(Mark::Rule {
                    y: top as f32 + LINE_DOTS as f32 / 2.0,
                });
                top += LINE_DOTS;
            }
            Row::Qr { payload } => {
                // The layout has made sure that the payload fits a code.
                if let Some(modules) = Modules::of(&payload) {
                    top += qr_mark(&mut marks, modules, document.width, left, top);
                }
            }
            Row::Feed(lines) => top += LINE_DOTS * lines,
            // Where a printer cuts, this sheet is torn.
            Row::Cut if Some(at) < last => {
                marks.push(Mark::Rule {
                    y: (top + CUT_DOTS / 2) as f32,
                });
                top += CUT_DOTS;
            }
            // Not to be seen on paper.
            Row::Cut | Row::DrawerKick => {}
        }
    }
    Sheet {
        width,
        height: top + MARGIN_BOTTOM_DOTS,
        left,
        right: left + document.width.dots(),
        marks,
    }
}

fn qr_mark(marks: &mut Vec<Mark>, modules: Modules, width: Width, left: usize, top: usize) -> usize {
    let module_dots = module_dots(modules.side, width.dots());
    let side = modules.side * module_dots;
    let quiet = QUIET_MODULES * module_dots;
    let left = left + width.dots().saturating_sub(side) / 2;
    marks.push(Mark::Qr {
        left,
        top: top + quiet,
        module_dots,
        modules,
    });
    side + 2 * quiet
}

/// The texts of one row whose upper left corner is given.
pub(crate) fn text_marks(row: &TextRow, left: f32, top: f32) -> impl Iterator<Item = Mark> + '_ {
    let scale = row.scale() as f32;
    let em = EM_DOTS * scale;
    let weight = if row.emphasis == Emphasis::Plain {
        Weight::Regular
    } else {
        Weight::Bold
    };
    let lead = (LINE_DOTS as f32 - EM_DOTS) / 2.0 * scale;
    let baseline = top + lead + em * ABOVE_BASELINE;
    row.spans
        .iter()
        .filter(|span| !span.text.is_empty())
        .map(move |span| {
            let (offset, narrowing) = place(span, em, weight);
            Mark::Text(TextMark {
                text: span.text.clone(),
                left: left + offset,
                baseline,
                em,
                narrowing,
                weight,
            })
        })
}

fn place(span: &Span, em: f32, weight: Weight) -> (f32, f32) {
    let start = (span.start * DOTS_PER_COLUMN) as f32;
    let room = (span.columns * DOTS_PER_COLUMN) as f32;
    let natural = face(weight).text_em(&span.text) * em;
    let narrowing = (room / natural.max(1.0)).min(1.0);
    let spare = room - natural * narrowing;
    let offset = match span.align {
        Align::Left => 0.0,
        Align::Center => spare / 2.0,
        Align::Right => spare,
    };
    (start + offset, narrowing)
}
