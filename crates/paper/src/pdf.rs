//! The sheet as a PDF: one page as long as the receipt, with the text in it, to be searched and copied.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use libdeflater::{CompressionLvl, Compressor};
use printpdf::{
    Codepoint, Color, CurTransMat, DictItem, FontId, Greyscale, Line, LineDashPattern, LinePoint,
    OffsetDateTime, Op, ParsedFont, PdfDocument, PdfFont, PdfFontHandle, PdfPage, PdfSaveOptions, Point, Pt,
    TextItem, to_lopdf_doc,
};

use crate::DOTS_PER_MM;
use crate::charset::columns_of_character;
use crate::document::Document;
use crate::font::{BOLD_TTF, REGULAR_TTF, Weight, face};
use crate::qr::Modules;
use crate::sheet::{Mark, Sheet, TextMark, sheet};
use crate::subset::Tables;

const POINTS_PER_DOT: f32 = 72.0 / 25.4 / DOTS_PER_MM as f32;

static REGULAR: LazyLock<Option<Tables>> = LazyLock::new(|| Tables::of(REGULAR_TTF));
static BOLD: LazyLock<Option<Tables>> = LazyLock::new(|| Tables::of(BOLD_TTF));

/// The characters of one weight on a sheet, and the font that draws just them.
struct UsedFont {
    font: PdfFont,
    glyphs: BTreeMap<char, u16>,
}

impl UsedFont {
    // Every glyph of both faces goes this way in a test: that one should not is a broken build.
    #[allow(clippy::expect_used)]
    fn of(weight: Weight, characters: BTreeSet<char>) -> Self {
        let tables = match weight {
            Weight::Regular => &REGULAR,
            Weight::Bold => &BOLD,
        };
        // One glyph a character, even where two look the same: so each is read back as itself.
        let numbers: Vec<u16> = std::iter::once(0)
            .chain(
                characters
                    .iter()
                    .map(|character| face(weight).glyph_number(*character)),
            )
            .collect();
        let mut font = tables
            .as_ref()
            .and_then(|tables| tables.with_glyphs(&numbers))
            .and_then(|file| ParsedFont::from_bytes(&file, 0, &mut Vec::new()))
            .expect("the font that is compiled in has these glyphs");
        font.font_name = Some(font_name(weight, &characters));
        font.pdf_font_metrics.us_weight_class = weight_class(weight);
        Self {
            font: PdfFont::new(font),
            glyphs: characters.into_iter().zip(1..).collect(),
        }
    }

    fn codepoint(&self, character: char) -> Codepoint {
        let glyph = self.glyphs.get(&character).copied().unwrap_or_default();
        Codepoint::with_cid(glyph, 0.0, character.to_string())
    }
}

struct UsedFonts {
    regular: UsedFont,
    bold: UsedFont,
}

impl UsedFonts {
    fn of(sheet: &Sheet) -> Self {
        let used = |weight| {
            let texts = sheet.marks.iter().filter_map(|mark| match mark {
                Mark::Text(text) if text.weight == weight => Some(text.text.chars()),
                _ => None,
            });
            UsedFont::of(weight, texts.flatten().collect())
        };
        Self {
            regular: used(Weight::Regular),
            bold: used(Weight::Bold),
        }
    }

    fn get(&self, weight: Weight) -> &UsedFont {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }
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
    let fonts = UsedFonts::of(&sheet);
    let to_mm = |dots: usize| printpdf::Mm(dots as f32 / DOTS_PER_MM as f32);
    let page = PdfPage::new(
        to_mm(sheet.width),
        to_mm(sheet.height),
        operations(&sheet, &fonts),
    );
    let UsedFonts { regular, bold } = fonts;
    for (weight, used) in [(Weight::Regular, regular), (Weight::Bold, bold)] {
        pdf.resources.fonts.map.insert(font_id(weight), used.font);
    }
    written(pdf.with_pages(vec![page]))
}

/// The file's bytes. printpdf makes its objects; it would deflate each with the slowest search there is, which took
/// longer than all the rest, and write the small ones as they are.
// In memory, and of objects that printpdf has just made: that they cannot be written is a broken build.
#[allow(clippy::expect_used)]
fn written(pdf: &PdfDocument) -> Vec<u8> {
    let options = PdfSaveOptions {
        // The operators that printpdf has no name for are our own.
        secure: false,
        ..PdfSaveOptions::default()
    };
    let mut file = to_lopdf_doc(pdf, &options, &mut Vec::new());
    let mut compressor = Compressor::new(CompressionLvl::default());
    for object in file.objects.values_mut() {
        let Ok(stream) = object.as_stream_mut() else {
            continue;
        };
        let mut deflated = vec![0; compressor.zlib_compress_bound(stream.content.len())];
        // A stream that does not become smaller stays as it is: it is as good a stream.
        if let Ok(length) = compressor.zlib_compress(&stream.content, &mut deflated)
            && length < stream.content.len()
        {
            deflated.truncate(length);
            stream.dict.set("Filter", "FlateDecode");
            stream.set_content(deflated);
        }
    }
    let mut bytes = Vec::with_capacity(48 * 1024);
    file.save_modern(&mut bytes)
        .expect("memory takes what is written");
    bytes
}

/// The font's name after a mark of which characters it has: a printer that keeps fonts by name must not take one
/// receipt's for another's. Six capital letters and a plus say that it is a part of that font.
fn font_name(weight: Weight, characters: &BTreeSet<char>) -> String {
    // FNV-1a, of which 26^6 is a good part.
    let hash = characters
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, character| {
            (hash ^ u64::from(*character)).wrapping_mul(0x0100_0000_01b3)
        });
    let mark = (0..6).map(|place| char::from(b'A' + (hash / 26_u64.pow(place) % 26) as u8));
    let name = match weight {
        Weight::Regular => "+NotoSansSC-Regular",
        Weight::Bold => "+NotoSansSC-Bold",
    };
    mark.chain(name.chars()).collect()
}

/// Bold as readers of the PDF know it, should they have to draw with a font of their own.
const fn weight_class(weight: Weight) -> u16 {
    match weight {
        Weight::Regular => 400,
        Weight::Bold => 700,
    }
}

fn font_id(weight: Weight) -> FontId {
    FontId(match weight {
        Weight::Regular => "Regular".to_owned(),
        Weight::Bold => "Bold".to_owned(),
    })
}

fn operations(sheet: &Sheet, fonts: &UsedFonts) -> Vec<Op> {
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
    let mut said = Said {
        font: None,
        scaling_percent: 100.0,
    };
    for mark in &sheet.marks {
        match mark {
            Mark::Text(text) => push_text(&mut ops, text, sheet, fonts.get(text.weight), &mut said),
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
                push_qr(&mut ops, modules);
                ops.push(Op::RestoreGraphicsState);
            }
        }
    }
    ops
}

/// What outlives a text section, and so is said only when it changes.
struct Said {
    font: Option<(Weight, f32)>,
    scaling_percent: f32,
}

/// One text, its Latin parts narrowed as the font's digits are wider than half an em.
fn push_text(ops: &mut Vec<Op>, mark: &TextMark, sheet: &Sheet, font: &UsedFont, said: &mut Said) {
    ops.push(Op::StartTextSection);
    if said.font != Some((mark.weight, mark.em)) {
        ops.push(Op::SetFont {
            font: PdfFontHandle::External(font_id(mark.weight)),
            size: Pt(rounded(mark.em * POINTS_PER_DOT)),
        });
        said.font = Some((mark.weight, mark.em));
    }
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
        if percent != said.scaling_percent {
            ops.push(Op::SetHorizontalScaling { percent });
            said.scaling_percent = percent;
        }
        // By glyph, each with the character that it is read back as: the file's font knows no characters.
        let glyphs = rest[..end]
            .chars()
            .map(|character| font.codepoint(character))
            .collect();
        ops.push(Op::ShowText {
            items: vec![TextItem::GlyphIds(glyphs)],
        });
        rest = &rest[end..];
    }
    ops.push(Op::EndTextSection);
}

/// The code as one path, so that no hairline shows between its modules. A rectangle has an operator in PDF but none
/// in printpdf that leaves the path open, and told corner by corner the code would be most of a page's operators.
fn push_qr(ops: &mut Vec<Op>, modules: &Modules) {
    let operator = |key: &str, value| Op::Unknown {
        key: key.to_owned(),
        value,
    };
    ops.extend(modules.runs().map(|(x, y, length)| {
        let numbers = [x, y, length, 1].map(|number| DictItem::Int(number as i64));
        operator("re", numbers.to_vec())
    }));
    ops.push(operator("f", Vec::new()));
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
