//! Pictures for a printer: a line it has no type for, a QR code it has no command for.

use crate::bitmap::Bitmap;
use crate::document::Width;
use crate::layout::TextRow;
use crate::picture::draw;
use crate::qr::{Modules, QUIET_MODULES, module_dots};
use crate::sheet::{LINE_DOTS, text_marks};

/// A row of text as wide as the paper and as high as a line.
pub(super) fn text_row(row: &TextRow, width: Width) -> Bitmap {
    let mut bitmap = Bitmap::new(width.dots(), LINE_DOTS * row.scale());
    for mark in text_marks(row, 0.0, 0.0) {
        draw(&mut bitmap, &mark, 0, width.dots());
    }
    bitmap
}

pub(super) fn push_qr(out: &mut Vec<u8>, payload: &str, width: Width) {
    // The layout has made sure that the payload fits a code.
    let Some(modules) = Modules::of(payload) else {
        return;
    };
    let module = module_dots(modules.side, width.dots());
    let quiet = QUIET_MODULES * module;
    let side = modules.side * module;
    let left = width.dots().saturating_sub(side) / 2;
    let mut bitmap = Bitmap::new(width.dots(), side + 2 * quiet);
    for (x, y, length) in modules.runs() {
        bitmap.fill(left + x * module, quiet + y * module, length * module, module);
    }
    push(out, &bitmap);
}

/// `GS v 0`: the whole width, eight dots a byte, the leftmost in the highest bit.
pub(super) fn push(out: &mut Vec<u8>, bitmap: &Bitmap) {
    let bytes_a_row = bitmap.width().div_ceil(8);
    let [x_low, x_high, ..] = bytes_a_row.to_le_bytes();
    let [y_low, y_high, ..] = bitmap.height().to_le_bytes();
    out.reserve(8 + bytes_a_row * bitmap.height());
    out.extend_from_slice(&[0x1d, 0x76, 0x30, 0, x_low, x_high, y_low, y_high]);
    for y in 0..bitmap.height() {
        for byte in 0..bytes_a_row {
            let bits = (0..8).fold(0_u8, |bits, bit| {
                bits << 1 | u8::from(bitmap.is_black(byte * 8 + bit, y))
            });
            out.push(bits);
        }
    }
}
