//! The same font without its table of characters.
//!
//! printpdf's subsetter walks all 21,000 characters of the font's `cmap` for every glyph that is used, which is
//! half of what a receipt costs. We name glyphs by their number, so the file it subsets needs no such table.

const TABLE_RECORD_BYTES: usize = 16;
const HEADER_BYTES: usize = 12;

/// A `cmap` that knows the space only (a font must have one): a format 12 subtable of one group.
fn smallest_cmap(space_glyph: u16) -> Vec<u8> {
    let mut cmap = Vec::with_capacity(40);
    let halves: [u16; 8] = [0, 1, 3, 10, 0, 12, 12, 0];
    let words: [u32; 6] = [28, 0, 1, 0x20, 0x20, u32::from(space_glyph)];
    halves
        .iter()
        .for_each(|half| cmap.extend_from_slice(&half.to_be_bytes()));
    words
        .iter()
        .for_each(|word| cmap.extend_from_slice(&word.to_be_bytes()));
    cmap
}

/// The TrueType file with its `cmap` replaced; None where it is no such file.
pub(crate) fn without_characters(font: &[u8], space_glyph: u16) -> Option<Vec<u8>> {
    let count = usize::from(u16::from_be_bytes(font.get(4..6)?.try_into().ok()?));
    let mut tables = Vec::with_capacity(count);
    for at in 0..count {
        let record = font
            .get(HEADER_BYTES + at * TABLE_RECORD_BYTES..)?
            .get(..TABLE_RECORD_BYTES)?;
        let word = |at: usize| -> Option<usize> {
            let bytes = record.get(at..at + 4)?.try_into().ok()?;
            usize::try_from(u32::from_be_bytes(bytes)).ok()
        };
        let (tag, offset, length) = (record.get(..4)?, word(8)?, word(12)?);
        tables.push((
            tag,
            record.get(4..8)?,
            font.get(offset..offset.checked_add(length)?)?,
        ));
    }
    let cmap = smallest_cmap(space_glyph);
    let mut out = Vec::with_capacity(font.len());
    out.extend_from_slice(font.get(..HEADER_BYTES)?);
    let mut offset = HEADER_BYTES + count * TABLE_RECORD_BYTES;
    let mut bodies = Vec::with_capacity(count);
    for (tag, checksum, body) in tables {
        let body = if tag == b"cmap" { cmap.as_slice() } else { body };
        out.extend_from_slice(tag);
        out.extend_from_slice(checksum);
        out.extend_from_slice(&u32::try_from(offset).ok()?.to_be_bytes());
        out.extend_from_slice(&u32::try_from(body.len()).ok()?.to_be_bytes());
        offset += body.len().next_multiple_of(4);
        bodies.push(body);
    }
    for body in bodies {
        out.extend_from_slice(body);
        out.resize(out.len().next_multiple_of(4), 0);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use ab_glyph::{Font, FontRef, GlyphId};

    use super::*;
    use crate::font::REGULAR_TTF;

    #[test]
    fn only_the_table_of_characters_is_gone() {
        let whole = FontRef::try_from_slice(REGULAR_TTF).unwrap();
        let file = without_characters(REGULAR_TTF, whole.glyph_id(' ').0).unwrap();
        let light = FontRef::try_from_slice(&file).unwrap();
        assert_eq!(light.glyph_id('集'), GlyphId(0));
        assert_eq!(light.glyph_id(' '), whole.glyph_id(' '));
        for character in "集市￥8".chars() {
            let id = whole.glyph_id(character);
            assert_ne!(id, GlyphId(0));
            assert_eq!(light.h_advance_unscaled(id), whole.h_advance_unscaled(id));
            let bounds = |font: &FontRef<'_>| font.outline(id).map(|outline| format!("{outline:?}"));
            assert_eq!(bounds(&light), bounds(&whole));
        }
    }

    #[test]
    fn what_is_no_font_is_refused() {
        for bytes in [&b""[..], b"true", &REGULAR_TTF[..40], &REGULAR_TTF[..1000]] {
            assert_eq!(without_characters(bytes, 1), None);
        }
    }
}
