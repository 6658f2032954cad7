//! The sheet as a picture, dot for dot as the paper looks: for the screen, for a message, for the eye of a test.

use crate::bitmap::Bitmap;
use crate::document::Document;
use crate::font::face;
use crate::sheet::{Mark, sheet};

/// The whole paper, margins included, at eight dots to the millimetre.
#[must_use]
pub fn render(document: &Document) -> Bitmap {
    let sheet = sheet(document);
    let mut bitmap = Bitmap::new(sheet.width, sheet.height);
    for mark in &sheet.marks {
        draw(&mut bitmap, mark, sheet.left, sheet.right);
    }
    bitmap
}

pub(crate) fn draw(bitmap: &mut Bitmap, mark: &Mark, left: usize, right: usize) {
    match mark {
        Mark::Text(text) => {
            face(text.weight).draw(
                bitmap,
                &text.text,
                text.left,
                text.baseline,
                text.em,
                text.narrowing,
            );
        }
        Mark::Rule { y } => {
            for x in (left..right).step_by(8) {
                bitmap.fill(x, *y as usize, 5.min(right - x), 2);
            }
        }
        Mark::Qr {
            left,
            top,
            module_dots,
            modules,
        } => {
            for (x, y, length) in modules.runs() {
                bitmap.fill(
                    left + x * module_dots,
                    top + y * module_dots,
                    length * module_dots,
                    *module_dots,
                );
            }
        }
    }
}
