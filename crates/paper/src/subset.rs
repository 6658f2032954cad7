//! A font file of only those characters that one sheet uses.
//!
//! printpdf subsets fonts too, but it reads all 21,000 glyphs of ours to do so, every time: most of what a
//! receipt would cost. It is given this small file instead, and makes of it what a PDF wants.

/// The tables of a TrueType file, found once.
pub(crate) struct Tables {
    head: &'static [u8],
    hhea: &'static [u8],
    maxp: &'static [u8],
    hmtx: &'static [u8],
    loca: &'static [u8],
    glyf: &'static [u8],
    name: &'static [u8],
    os2: &'static [u8],
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
            name: table(b"name")?,
            os2: table(b"OS/2")?,
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
        let mut loca = vec![0; 4];
        let mut hmtx = Vec::with_capacity(glyphs.len() * 4);
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
            glyf.resize(glyf.len().next_multiple_of(4), 0);
            loca.extend_from_slice(&u32::try_from(glyf.len()).ok()?.to_be_bytes());
            hmtx.extend_from_slice(&self.width_and_bearing(glyph)?);
            at += 1;
        }
        let count = u16::try_from(glyphs.len()).ok()?.to_be_bytes();
        let head = patched(self.head, 50, [0, 1])?;
        let hhea = patched(self.hhea, 34, count)?;
        let maxp = patched(self.maxp, 4, count)?;
        // Version 3: no glyph has a name.
        let post = [[0, 3, 0, 0].as_slice(), &[0; 28]].concat();
        Some(file(&[
            (b"OS/2", self.os2),
            (b"cmap", &smallest_cmap()),
            (b"glyf", &glyf),
            (b"head", &head),
            (b"hhea", &hhea),
            (b"hmtx", &hmtx),
            (b"loca", &loca),
            (b"maxp", &maxp),
            (b"name", self.name),
            (b"post", &post),
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

    fn width_and_bearing(&self, glyph: u16) -> Option<[u8; 4]> {
        let last = self.widths_count.checked_sub(1)?;
        let width = self.hmtx.get(usize::from(glyph.min(last)) * 4..)?.get(..2)?;
        let bearing = if glyph <= last {
            usize::from(glyph) * 4 + 2
        } else {
            usize::from(self.widths_count) * 4 + usize::from(glyph - self.widths_count) * 2
        };
        let bearing = self.hmtx.get(bearing..)?.get(..2)?;
        [width, bearing].concat().try_into().ok()
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

/// A font must have a table of characters; glyphs are named by number here, and this one knows the space only.
fn smallest_cmap() -> Vec<u8> {
    let halves: [u16; 8] = [0, 1, 3, 10, 0, 12, 12, 0];
    let words: [u32; 6] = [28, 0, 1, 0x20, 0x20, 1];
    let mut cmap: Vec<u8> = halves.iter().flat_map(|half| half.to_be_bytes()).collect();
    cmap.extend(words.iter().flat_map(|word| word.to_be_bytes()));
    cmap
}

/// The tables, in the order of their names, as one file. Their checksums are left 0: no reader of a font inside
/// a PDF looks at them, and printpdf writes its own.
fn file(tables: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut offset = 12 + tables.len() * 16;
    let mut out = Vec::with_capacity(offset + tables.iter().map(|(_, body)| body.len() + 4).sum::<usize>());
    out.extend_from_slice(&[0, 1, 0, 0, 0, tables.len() as u8, 0, 128, 0, 3, 0, 32]);
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
