//! The typeface of everything we draw ourselves: Noto Sans SC, a subset of it, kept in the program.

use std::sync::LazyLock;

use ab_glyph::{Font, FontRef, GlyphId, point};

use crate::bitmap::Bitmap;
use crate::charset::columns_of_character;

pub(crate) const REGULAR_TTF: &[u8] = include_bytes!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../assets/fonts/NotoSansSC-Regular.subset.ttf"
));
pub(crate) const BOLD_TTF: &[u8] = include_bytes!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../assets/fonts/NotoSansSC-Bold.subset.ttf"
));

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Weight {
    Regular,
    Bold,
}

/// A parsed face with what is asked of it again and again.
pub(crate) struct Face {
    font: FontRef<'static>,
    units_per_em: f32,
    /// Latin letters are drawn this much narrower, so that a digit is half as wide as a Chinese character
    /// and figures stand under figures. In the font itself a digit is 0.555 em.
    latin_squeeze: f32,
}

// A face that is compiled in either parses in every test or the build is broken: the one expect of this crate.
#[allow(clippy::expect_used)]
fn parse(bytes: &'static [u8]) -> Face {
    let font = FontRef::try_from_slice(bytes).expect("the font that is compiled in parses");
    let units_per_em = font.units_per_em().unwrap_or(1000.0);
    let digit = font.h_advance_unscaled(font.glyph_id('0')).max(1.0);
    Face {
        latin_squeeze: (units_per_em / 2.0 / digit).min(1.0),
        font,
        units_per_em,
    }
}

static REGULAR: LazyLock<Face> = LazyLock::new(|| parse(REGULAR_TTF));
static BOLD: LazyLock<Face> = LazyLock::new(|| parse(BOLD_TTF));

pub(crate) fn face(weight: Weight) -> &'static Face {
    match weight {
        Weight::Regular => &REGULAR,
        Weight::Bold => &BOLD,
    }
}

/// True for a character that both faces can draw.
pub(crate) fn can_draw(character: char) -> bool {
    [&REGULAR, &BOLD]
        .iter()
        .all(|face| face.font.glyph_id(character) != GlyphId(0))
}

impl Face {
    /// How wide a character is drawn, in em.
    pub(crate) fn advance_em(&self, character: char) -> f32 {
        let advance = self.font.h_advance_unscaled(self.font.glyph_id(character)) / self.units_per_em;
        advance * self.squeeze(character)
    }

    /// The character's glyph in the font file.
    pub(crate) fn glyph_number(&self, character: char) -> u16 {
        self.font.glyph_id(character).0
    }

    /// How wide a text is drawn, in em.
    pub(crate) fn text_em(&self, text: &str) -> f32 {
        text.chars().map(|character| self.advance_em(character)).sum()
    }

    pub(crate) fn squeeze(&self, character: char) -> f32 {
        if columns_of_character(character) == 1 {
            self.latin_squeeze
        } else {
            1.0
        }
    }

    /// Draws a text from `left` on the baseline, `narrowing` the whole where its place is too short.
    pub(crate) fn draw(
        &self,
        bitmap: &mut Bitmap,
        text: &str,
        left: f32,
        baseline: f32,
        em: f32,
        narrowing: f32,
    ) {
        let mut x = left;
        for character in text.chars() {
            let id = self.font.glyph_id(character);
            // ab_glyph scales to the font's height (ascent + descent), not to the em.
            let scale = em * self.font.height_unscaled() / self.units_per_em;
            let scale = ab_glyph::PxScale {
                x: scale * self.squeeze(character) * narrowing,
                y: scale,
            };
            let glyph = id.with_scale_and_position(scale, point(x, baseline));
            if let Some(outline) = self.font.outline_glyph(glyph) {
                let bounds = outline.px_bounds();
                outline.draw(|dx, dy, coverage| {
                    bitmap.blend(bounds.min.x + dx as f32, bounds.min.y + dy as f32, coverage);
                });
            }
            x += self.advance_em(character) * em * narrowing;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_faces_draw_what_receipts_need() {
        for character in "集市￥〓镕喆堃𬭎0123456789abcXYZ.,-+x%().·".chars() {
            assert!(can_draw(character), "{character}");
        }
        assert!(!can_draw('🍯'));
    }

    #[test]
    fn a_digit_is_half_as_wide_as_a_chinese_character() {
        for weight in [Weight::Regular, Weight::Bold] {
            for digit in '0'..='9' {
                assert!((face(weight).advance_em(digit) * 2.0 - face(weight).advance_em('集')).abs() < 1e-4);
            }
        }
    }
}
