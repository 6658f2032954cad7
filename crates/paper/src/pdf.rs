//! The sheet as a PDF: one page as long as the receipt, with the text in it, to be searched and copied.

use std::sync::LazyLock;

use printpdf::{
    Codepoint, Color, CurTransMat, FontId, Greyscale, Line, LineDashPattern, LinePoint, OffsetDateTime, Op,
    PaintMode, ParsedFont, PdfDocument, PdfFont, PdfFontHandle, PdfPage, PdfSaveOptions, Point, Polygon,
    PolygonRing, Pt, TextItem, WindingOrder,
};

use crate::DOTS_PER_MM;
use crate::charset::columns_of_character;
use crate::document::Document;
use crate::font::{BOLD_TTF, REGULAR_TTF, Weight, face};
use crate::light_font::without_characters;
use crate::qr::Modules;
use crate::sheet::{Mark, Sheet, TextMark, sheet};

const POINTS_PER_DOT: f32 = 72.0 / 25.4 / DOTS_PER_MM as f32;

struct Fonts {
    regular: PdfFont,
    bold: PdfFont,
}

// Parsed once: it takes longer than a receipt. A face that is compiled in either parses in every test or the
// build is broken.
#[allow(clippy::expect_used)]
static FONTS: LazyLock<Fonts> = LazyLock::new(|| {
    let parse = |bytes, weight| {
        let light = without_characters(bytes, face(weight).glyph_number(' '));
        let bytes = light.as_deref().unwrap_or(bytes);
        let font = ParsedFont::from_bytes(bytes, 0, &mut Vec::new());
        PdfFont::new(font.expect("the font that is compiled in parses"))
    };
    Fonts {
        regular: parse(REGULAR_TTF, Weight::Regular),
        bold: parse(BOLD_TTF, Weight::Bold),
    }
});

/// Parses the fonts now rather than while the first buyer waits.
pub fn warm_up() {
    LazyLock::force(&FONTS);
}

/// The sheet as a PDF file. The same document gives the same text and look every time.
#[must_use]
pub fn render(document: &Document) -> Vec<u8> {
    let sheet = sheet(document);
    let mut pdf = PdfDocument::new(&document.title);
    pdf.metadata.info.creator = "Jishi".to_owned();
    pdf.metadata.info.producer = "Jishi".to_owned();
    pdf.metadata.info.identifier = document.title.clone();
    if let Some(made_at) = document.made_at
        && let Ok(date) = OffsetDateTime::from_unix_timestamp(made_at.timestamp())
    {
        pdf.metadata.info.creation_date = date;
        pdf.metadata.info.modification_date = date;
        pdf.metadata.info.metadata_date = date;
    }
    let fonts = [(Weight::Regular, &FONTS.regular), (Weight::Bold, &FONTS.bold)];
    for (weight, font) in fonts {
        pdf.resources.fonts.map.insert(font_id(weight), font.clone());
    }
    let to_mm = |dots: usize| printpdf::Mm(dots as f32 / DOTS_PER_MM as f32);
    let page = PdfPage::new(to_mm(sheet.width), to_mm(sheet.height), operations(&sheet));
    pdf.with_pages(vec![page])
        .save(&PdfSaveOptions::default(), &mut Vec::new())
}

fn font_id(weight: Weight) -> FontId {
    FontId(match weight {
        Weight::Regular => "JishiRegular".to_owned(),
        Weight::Bold => "JishiBold".to_owned(),
    })
}

fn operations(sheet: &Sheet) -> Vec<Op> {
    let black = Color::Greyscale(Greyscale {
        percent: 0.0,
        icc_profile: None,
    });
    let mut ops = Vec::with_capacity(sheet.marks.len() * 10 + 8);
    ops.push(Op::SetFillColor { col: black.clone() });
    ops.push(Op::SetOutlineColor { col: black });
    ops.push(Op::SetOutlineThickness {
        pt: Pt(1.5 * POINTS_PER_DOT),
    });
    ops.push(Op::SetLineDashPattern {
        dash: LineDashPattern::new(0.0, &[5.0 * POINTS_PER_DOT, 3.0 * POINTS_PER_DOT]),
    });
    // The scaling outlives a text section: it is said only when it changes.
    let mut scaling_percent = 100.0;
    for mark in &sheet.marks {
        match mark {
            Mark::Text(text) => push_text(&mut ops, text, sheet, &mut scaling_percent),
            Mark::Rule { y } => ops.push(Op::DrawLine {
                line: Line {
                    points: vec![
                        corner(sheet, sheet.left as f32, *y),
                        corner(sheet, sheet.right as f32, *y),
                    ],
                    is_closed: false,
                },
            }),
            Mark::Qr {
                left,
                top,
                module_dots,
                modules,
            } => {
                // Counted in modules from the upper left, so that its numbers are short.
                let module = *module_dots as f32 * POINTS_PER_DOT;
                let Point { x, y } = corner(sheet, *left as f32, *top as f32).p;
                ops.push(Op::SaveGraphicsState);
                ops.push(Op::SetTransformationMatrix {
                    matrix: CurTransMat::Raw([module, 0.0, 0.0, -module, x.0, y.0]),
                });
                ops.push(Op::DrawPolygon {
                    polygon: qr_polygon(modules),
                });
                ops.push(Op::RestoreGraphicsState);
            }
        }
    }
    ops
}

/// One text, its Latin parts narrowed as the font's digits are wider than half an em.
fn push_text(ops: &mut Vec<Op>, mark: &TextMark, sheet: &Sheet, scaling_percent: &mut f32) {
    ops.push(Op::StartTextSection);
    ops.push(Op::SetFont {
        font: PdfFontHandle::External(font_id(mark.weight)),
        size: Pt(rounded(mark.em * POINTS_PER_DOT)),
    });
    ops.push(Op::SetTextCursor {
        pos: corner(sheet, mark.left, mark.baseline).p,
    });
    let face = face(mark.weight);
    let mut rest = mark.text.as_str();
    while let Some(first) = rest.chars().next() {
        let columns = columns_of_character(first);
        let end = rest
            .find(|character| columns_of_character(character) != columns)
            .unwrap_or(rest.len());
        let percent = rounded(100.0 * face.squeeze(first) * mark.narrowing);
        if percent != *scaling_percent {
            ops.push(Op::SetHorizontalScaling { percent });
            *scaling_percent = percent;
        }
        // By glyph, each with the character that it is read back as: the file's font knows no characters.
        let glyphs = rest[..end]
            .chars()
            .map(|character| Codepoint::with_cid(face.glyph_number(character), 0.0, character.to_string()))
            .collect();
        ops.push(Op::ShowText {
            items: vec![TextItem::GlyphIds(glyphs)],
        });
        rest = &rest[end..];
    }
    ops.push(Op::EndTextSection);
}

/// The code as one path, so that no hairline shows between its modules.
fn qr_polygon(modules: &Modules) -> Polygon {
    let at = |x: usize, y: usize| LinePoint {
        p: Point {
            x: Pt(x as f32),
            y: Pt(y as f32),
        },
        bezier: false,
    };
    let rings = modules
        .runs()
        .map(|(x, y, length)| PolygonRing {
            points: vec![at(x, y), at(x + length, y), at(x + length, y + 1), at(x, y + 1)],
        })
        .collect();
    Polygon {
        rings,
        mode: PaintMode::Fill,
        winding_order: WindingOrder::NonZero,
    }
}

/// A place on the sheet, from dots below the top to points above the bottom.
fn corner(sheet: &Sheet, x: f32, y: f32) -> LinePoint {
    LinePoint {
        p: Point {
            x: Pt(rounded(x * POINTS_PER_DOT)),
            y: Pt(rounded((sheet.height as f32 - y) * POINTS_PER_DOT)),
        },
        bezier: false,
    }
}

/// To hundredths of a point: finer than any eye, and shorter in the file.
fn rounded(points: f32) -> f32 {
    (points * 100.0).round() / 100.0
}
