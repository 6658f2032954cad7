//! A font file of only those characters that one sheet uses.
//!
//! printpdf can subset fonts too (its feature `text_layout`), but it reads all 21,000 glyphs of ours to do so, every
//! time: most of what a receipt would cost. It is given this small file instead, and puts it into the PDF as it is.

/// The tables of a TrueType file, found once.
pub(crate) struct Tables {
    head: &'static [u8],
    hhea: &'static [u8],
    maxp: &'static [u8],
    hmtx: &'static [u8],
    loca: &'static [u8],
    glyf: &'static [u8],
    /// Glyphs from this one on are as wide as the one before it.
    widths_count: u16,
    long_offsets: bool,
}

/// A component of a composite glyph, and where in its bytes the component is named.
struct Component {
    at: usize,
    glyph: u16,
}

impl Tables {
    /// None where the file is no TrueType font.
    pub(crate) fn of(font: &'static [u8]) -> Option<Self> {
        let table = |wanted: &[u8; 4]| {
            let count = usize::from(half(font, 4)?);
            (0..count).find_map(|at| {
                let record = font.get(12 + at * 16..)?.get(..16)?;
                let offset = usize::try_from(word(record, 8)?).ok()?;
                let length = usize::try_from(word(record, 12)?).ok()?;
                (record.get(..4)? == wanted).then(|| font.get(offset..offset.checked_add(length)?))?
            })
        };
        let (head, hhea) = (table(b"head")?, table(b"hhea")?);
        Some(Self {
            head,
            hhea,
            maxp: table(b"maxp")?,
            hmtx: table(b"hmtx")?,
            loca: table(b"loca")?,
            glyf: table(b"glyf")?,
            widths_count: half(hhea, 34)?,
            long_offsets: half(head, 50)? != 0,
        })
    }

    /// A font whose glyph `n` is the `n`-th of these; the first must be 0, the glyph for what is missing.
    /// A glyph may come twice, as one for each character that it stands for.
    pub(crate) fn with_glyphs(&self, glyphs: &[u16]) -> Option<Vec<u8>> {
        // Components that are not asked for themselves follow the glyphs that are made of them.
        let mut glyphs = glyphs.to_vec();
        let mut glyf = Vec::with_capacity(glyphs.len() * 256);
        let mut offsets = vec![0];
        let mut metrics = Vec::with_capacity(glyphs.len());
        let mut at = 0;
        while let Some(glyph) = glyphs.get(at).copied() {
            let start = glyf.len();
            let outline = self.outline(glyph)?;
            glyf.extend_from_slice(outline);
            for component in components(outline)? {
                let place = glyphs.iter().position(|known| *known == component.glyph);
                let place = place.unwrap_or_else(|| {
                    glyphs.push(component.glyph);
                    glyphs.len() - 1
                });
                let name = glyf.get_mut(start + component.at..)?.get_mut(..2)?;
                name.copy_from_slice(&u16::try_from(place).ok()?.to_be_bytes());
            }
            // Short offsets are counted in halves.
            glyf.resize(glyf.len().next_multiple_of(2), 0);
            offsets.push(u32::try_from(glyf.len()).ok()?);
            metrics.push(self.width_and_bearing(glyph)?);
            at += 1;
        }
        let (loca, offset_format) = loca(&offsets);
        let (hmtx, widths_count) = hmtx(&metrics);
        let head = patched(self.head, 50, offset_format.to_be_bytes())?;
        let hhea = patched(self.hhea, 34, u16::try_from(widths_count).ok()?.to_be_bytes())?;
        let maxp = patched(self.maxp, 4, u16::try_from(glyphs.len()).ok()?.to_be_bytes())?;
        // What a font in a PDF must have, and no more: it is drawn by glyph, its name and weight stand in the PDF.
        Some(file(&[
            (b"glyf", &glyf),
            (b"head", &head),
            (b"hhea", &hhea),
            (b"hmtx", &hmtx),
            (b"loca", &loca),
            (b"maxp", &maxp),
        ]))
    }

    fn outline(&self, glyph: u16) -> Option<&'static [u8]> {
        let glyph = usize::from(glyph);
        let offset = |at: usize| {
            if self.long_offsets {
                usize::try_from(word(self.loca, at * 4)?).ok()
            } else {
                half(self.loca, at * 2).map(|halved| usize::from(halved) * 2)
            }
        };
        self.glyf.get(offset(glyph)?..offset(glyph + 1)?)
    }

    fn width_and_bearing(&self, glyph: u16) -> Option<([u8; 2], [u8; 2])> {
        let last = self.widths_count.checked_sub(1)?;
        let width = self.hmtx.get(usize::from(glyph.min(last)) * 4..)?.get(..2)?;
        let bearing = if glyph <= last {
            usize::from(glyph) * 4 + 2
        } else {
            usize::from(self.widths_count) * 4 + usize::from(glyph - self.widths_count) * 2
        };
        let bearing = self.hmtx.get(bearing..)?.get(..2)?;
        Some((width.try_into().ok()?, bearing.try_into().ok()?))
    }
}

fn half(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..)?.get(..2)?.try_into().ok()?))
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..)?.get(..4)?.try_into().ok()?))
}

fn patched(table: &[u8], at: usize, value: [u8; 2]) -> Option<Vec<u8>> {
    let mut table = table.to_vec();
    table.get_mut(at..)?.get_mut(..2)?.copy_from_slice(&value);
    Some(table)
}

/// The components of a composite glyph; none of a simple one, or of one without an outline.
fn components(outline: &[u8]) -> Option<Vec<Component>> {
    const WORDS: u16 = 0x0001;
    const SCALE: u16 = 0x0008;
    const MORE: u16 = 0x0020;
    const TWO_SCALES: u16 = 0x0040;
    const MATRIX: u16 = 0x0080;
    let mut components = Vec::new();
    if outline.is_empty() || half(outline, 0)? < 0x8000 {
        return Some(components);
    }
    let mut at = 10;
    loop {
        let flags = half(outline, at)?;
        components.push(Component {
            at: at + 2,
            glyph: half(outline, at + 2)?,
        });
        at += if flags & WORDS == 0 { 6 } else { 8 };
        at += match flags {
            _ if flags & SCALE != 0 => 2,
            _ if flags & TWO_SCALES != 0 => 4,
            _ if flags & MATRIX != 0 => 8,
            _ => 0,
        };
        if flags & MORE == 0 {
            return Some(components);
        }
    }
}

/// The table of offsets and its format: short (halved, in two bytes) where they allow it.
fn loca(offsets: &[u32]) -> (Vec<u8>, u16) {
    let short: Option<Vec<[u8; 2]>> = offsets
        .iter()
        .map(|offset| u16::try_from(offset / 2).ok().map(u16::to_be_bytes))
        .collect();
    match short {
        Some(short) => (short.concat(), 0),
        None => (
            offsets.iter().flat_map(|offset| offset.to_be_bytes()).collect(),
            1,
        ),
    }
}

/// The table of widths and bearings, and how many widths stand in it: the last is that of all glyphs that follow,
/// and on a receipt most are Chinese characters of one width.
fn hmtx(metrics: &[([u8; 2], [u8; 2])]) -> (Vec<u8>, usize) {
    let last = metrics.last().map(|(width, _)| width);
    let same = metrics
        .iter()
        .rev()
        .take_while(|(width, _)| Some(width) == last)
        .count();
    let widths_count = (metrics.len() + 1 - same).min(metrics.len());
    let mut table = Vec::with_capacity(metrics.len() * 4);
    for (at, (width, bearing)) in metrics.iter().enumerate() {
        if at < widths_count {
            table.extend_from_slice(width);
        }
        table.extend_from_slice(bearing);
    }
    (table, widths_count)
}

/// The tables, in the order of their names, as one file. Their checksums are left 0: no reader of a font inside
/// a PDF looks at them.
fn file(tables: &[(&[u8; 4], &[u8]); 6]) -> Vec<u8> {
    let mut offset = 12 + tables.len() * 16;
    let mut out = Vec::with_capacity(offset + tables.iter().map(|(_, body)| body.len() + 4).sum::<usize>());
    // Version 1, six tables, and what a search by halves among six starts from.
    out.extend_from_slice(&[0, 1, 0, 0, 0, 6, 0, 64, 0, 2, 0, 32]);
    for (tag, body) in tables {
        out.extend_from_slice(*tag);
        out.extend_from_slice(&[0; 4]);
        out.extend_from_slice(&(offset as u32).to_be_bytes());
        out.extend_from_slice(&(body.len() as u32).to_be_bytes());
        offset += body.len().next_multiple_of(4);
    }
    for (_, body) in tables {
        out.extend_from_slice(body);
        out.resize(out.len().next_multiple_of(4), 0);
    }
    out
}

#[cfg(test)]
mod tests {
    use ab_glyph::{Font, FontRef, GlyphId};

    use super::*;
    use crate::font::{BOLD_TTF, REGULAR_TTF};

    #[test]
    fn every_glyph_of_both_faces_comes_through_as_it_was() {
        for bytes in [REGULAR_TTF, BOLD_TTF] {
            let whole = FontRef::try_from_slice(bytes).unwrap();
            let tables = Tables::of(bytes).unwrap();
            let all: Vec<u16> = (0..u16::try_from(whole.glyph_count()).unwrap()).collect();
            for part in all.chunks(500) {
                // Backwards, so that no glyph keeps its number by chance.
                let glyphs: Vec<u16> = std::iter::once(0).chain(part.iter().rev().copied()).collect();
                let file = tables.with_glyphs(&glyphs).unwrap();
                let small = FontRef::try_from_slice(&file).unwrap();
                for (at, glyph) in glyphs.iter().enumerate() {
                    let (old, new) = (GlyphId(*glyph), GlyphId(u16::try_from(at).unwrap()));
                    assert_eq!(small.h_advance_unscaled(new), whole.h_advance_unscaled(old));
                    assert_eq!(
                        small.h_side_bearing_unscaled(new),
                        whole.h_side_bearing_unscaled(old)
                    );
                    let outline = |font: &FontRef<'_>, id| format!("{:?}", font.outline(id));
                    assert_eq!(outline(&small, new), outline(&whole, old), "glyph {glyph}");
                }
            }
        }
    }

    #[test]
    fn what_is_no_font_is_refused() {
        for bytes in [&b""[..], b"true", &REGULAR_TTF[..40], &REGULAR_TTF[..1000]] {
            assert!(Tables::of(bytes).is_none());
        }
        let tables = Tables::of(REGULAR_TTF).unwrap();
        assert!(tables.with_glyphs(&[0, u16::MAX]).is_none());
    }
}
