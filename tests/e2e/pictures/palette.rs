//! A picture of few bytes, for there are two hundred of them: 96 colours at most. A screen's grounds and inks are few and stand in
//! it exactly; what is between them at the edges of letters takes the nearest.

use jishi_tests::window::Fault;
use std::collections::HashMap;
use std::io::Cursor;

type Colour = [u8; 3];

const COLOURS_MAX: usize = 96;
/// The commonest ones, however near they are to each other: a ground is told from the ground beside it by little.
const COLOURS_EXACT: usize = 40;

pub(crate) fn reduced(png: &[u8]) -> Result<Vec<u8>, Fault> {
    let mut decoder = png::Decoder::new(Cursor::new(png));
    decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::STRIP_16);
    let mut reader = decoder.read_info()?;
    let mut bytes = vec![0; reader.output_buffer_size().ok_or("a picture too large")?];
    let frame = reader.next_frame(&mut bytes)?;
    let pixels: Vec<Colour> = bytes[..frame.buffer_size()]
        .chunks_exact(frame.color_type.samples())
        // Grey once, or red, green and blue; nothing of a window is seen through.
        .map(|pixel| match pixel {
            [red, green, blue, ..] => [*red, *green, *blue],
            _ => [pixel[0]; 3],
        })
        .collect();

    let palette = palette_of(&pixels);
    let mut places: HashMap<Colour, u8> = HashMap::new();
    let indexed = pixels
        .iter()
        .map(|pixel| *places.entry(*pixel).or_insert_with(|| nearest(&palette, *pixel)));
    let indexed: Vec<u8> = indexed.collect();

    let mut made = Vec::new();
    let mut encoder = png::Encoder::new(&mut made, frame.width, frame.height);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(palette.concat());
    encoder.set_compression(png::Compression::High);
    encoder.set_filter(png::Filter::NoFilter);
    encoder.write_header()?.write_image_data(&indexed)?;
    Ok(made)
}

/// The commonest colours, and beyond those, of some that are nearly the same only one.
fn palette_of(pixels: &[Colour]) -> Vec<Colour> {
    let mut counts: HashMap<Colour, u32> = HashMap::new();
    for pixel in pixels {
        *counts.entry(*pixel).or_default() += 1;
    }
    let mut colours: Vec<(Colour, u32)> = counts.into_iter().collect();
    // By the colour too, so that the same picture is the same file.
    colours.sort_by_key(|(colour, count)| (std::cmp::Reverse(*count), *colour));
    let exact = COLOURS_EXACT.min(colours.len());
    for apart in [0, 12, 24, 48, 96, 192, 384, 768, 3072] {
        let mut palette: Vec<Colour> = colours[..exact].iter().map(|(colour, _)| *colour).collect();
        for (colour, _) in &colours[exact..] {
            if palette.iter().all(|taken| distance(*taken, *colour) > apart) {
                palette.push(*colour);
            }
            if palette.len() > COLOURS_MAX {
                break;
            }
        }
        if palette.len() <= COLOURS_MAX {
            return palette;
        }
    }
    colours
        .iter()
        .take(COLOURS_MAX)
        .map(|(colour, _)| *colour)
        .collect()
}

fn nearest(palette: &[Colour], colour: Colour) -> u8 {
    let places = 0..=u8::MAX;
    let nearest = places
        .zip(palette)
        .min_by_key(|(_, taken)| distance(**taken, colour));
    nearest.map_or(0, |(place, _)| place)
}

fn distance(one: Colour, other: Colour) -> u32 {
    let squares = one
        .into_iter()
        .zip(other)
        .map(|(a, b)| u32::from(a.abs_diff(b)).pow(2));
    squares.sum()
}
