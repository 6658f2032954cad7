//! A grey picture of paper: what the PNG is made of, and the raster lines of a printer.

use std::io;

/// One byte a dot, 255 is white.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bitmap {
    width: usize,
    height: usize,
    dots: Vec<u8>,
}

impl Bitmap {
    #[must_use]
    pub fn new(width: usize, height: usize) -> Self {
        Self {
            width,
            height,
            dots: vec![255; width * height],
        }
    }

    #[must_use]
    pub const fn width(&self) -> usize {
        self.width
    }

    #[must_use]
    pub const fn height(&self) -> usize {
        self.height
    }

    /// The dots row by row from the top, 0 is black.
    #[must_use]
    pub fn dots(&self) -> &[u8] {
        &self.dots
    }

    /// True for a dot that a thermal head, which knows no grey, burns.
    #[must_use]
    pub fn is_black(&self, x: usize, y: usize) -> bool {
        x < self.width && y < self.height && self.dots[y * self.width + x] < 128
    }

    pub(crate) fn blend(&mut self, x: f32, y: f32, coverage: f32) {
        if x < 0.0 || y < 0.0 {
            return;
        }
        let (x, y) = (x as usize, y as usize);
        if x < self.width && y < self.height {
            let dot = &mut self.dots[y * self.width + x];
            *dot = dot.saturating_sub((coverage.clamp(0.0, 1.0) * 255.0) as u8);
        }
    }

    pub(crate) fn fill(&mut self, left: usize, top: usize, width: usize, height: usize) {
        let right = (left + width).min(self.width);
        for y in top..(top + height).min(self.height) {
            if left < right {
                self.dots[y * self.width + left..y * self.width + right].fill(0);
            }
        }
    }

    /// The picture as a PNG file, at the eight dots to the millimetre of a receipt printer.
    ///
    /// # Errors
    /// Only what the encoder reports; writing to memory it has nothing to report.
    pub fn to_png(&self) -> io::Result<Vec<u8>> {
        let mut file = Vec::with_capacity(self.dots.len() / 8);
        let (width, height) = (u32::try_from(self.width), u32::try_from(self.height));
        let (Ok(width), Ok(height)) = (width, height) else {
            return Err(io::Error::other("a sheet longer than a PNG can be"));
        };
        let mut encoder = png::Encoder::new(&mut file, width, height);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_pixel_dims(Some(png::PixelDimensions {
            xppu: 8000,
            yppu: 8000,
            unit: png::Unit::Meter,
        }));
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&self.dots)?;
        writer.finish()?;
        Ok(file)
    }
}
