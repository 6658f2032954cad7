//! The QR code as modules, for the papers that we draw ourselves.

use qrcode::{Color, EcLevel, QrCode};

/// White modules around the code that readers need.
pub(crate) const QUIET_MODULES: usize = 2;

/// How many bytes each version of a QR code holds at level M, versions 1 to 40.
const BYTES_MAX_BY_VERSION: [usize; 40] = [
    14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331, 362, 412, 450, 504, 560, 624, 666, 711, 779,
    857, 911, 997, 1059, 1125, 1190, 1264, 1370, 1452, 1538, 1628, 1722, 1809, 1911, 1989, 2099, 2213, 2331,
];

/// The most modules a side that a printer needs for a payload, without making the code (which takes longer than
/// all the rest of a receipt). None for a payload no QR code can hold.
pub(crate) fn side_max(payload: &str) -> Option<usize> {
    let version = BYTES_MAX_BY_VERSION
        .iter()
        .position(|bytes_max| payload.len() <= *bytes_max)?
        + 1;
    Some(17 + 4 * version)
}

pub(crate) struct Modules {
    pub(crate) side: usize,
    dark: Vec<bool>,
}

impl Modules {
    /// Level M: a thermal print that was folded or has lain in the sun still reads. None for a payload no QR
    /// code can hold.
    pub(crate) fn of(payload: &str) -> Option<Self> {
        let code = QrCode::with_error_correction_level(payload, EcLevel::M).ok()?;
        let side = code.width();
        let dark = code
            .into_colors()
            .into_iter()
            .map(|color| color == Color::Dark)
            .collect();
        Some(Self { side, dark })
    }

    pub(crate) fn is_dark(&self, x: usize, y: usize) -> bool {
        x < self.side && self.dark.get(y * self.side + x).copied().unwrap_or(false)
    }

    /// Neighbouring dark modules of one row as (x, y, length).
    pub(crate) fn runs(&self) -> impl Iterator<Item = (usize, usize, usize)> + '_ {
        (0..self.side).flat_map(move |y| {
            let mut x = 0;
            std::iter::from_fn(move || {
                while x < self.side && !self.is_dark(x, y) {
                    x += 1;
                }
                let start = x;
                while x < self.side && self.is_dark(x, y) {
                    x += 1;
                }
                (x > start).then_some((start, y, x - start))
            })
        })
    }
}

/// A code for a screen, which draws it at any size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QrOutline {
    /// Modules a side, the white around it that readers need among them.
    pub side: usize,
    /// What is dark, as an SVG path of modules.
    pub path: String,
}

/// None for a payload no QR code can hold.
#[must_use]
pub fn qr_outline(payload: &str) -> Option<QrOutline> {
    // As the standard has it: a screen is read at an angle and in the sun, and has the room.
    const QUIET: usize = 4;
    let modules = Modules::of(payload)?;
    let runs = modules
        .runs()
        .map(|(x, y, length)| format!("M{} {}h{length}v1h-{length}z", x + QUIET, y + QUIET));
    Some(QrOutline {
        side: modules.side + 2 * QUIET,
        path: runs.collect(),
    })
}

/// Dots a module is wide: the whole at most two thirds of the paper, a module 3 dots at least where the paper
/// allows and 6 at most.
pub(crate) const fn module_dots(side: usize, paper_dots: usize) -> usize {
    let wanted = paper_dots * 2 / 3 / (side + 2 * QUIET_MODULES);
    let most = paper_dots / (side + 2 * QUIET_MODULES);
    let dots = if wanted < 3 {
        3
    } else if wanted > 6 {
        6
    } else {
        wanted
    };
    if dots <= most {
        dots
    } else if most == 0 {
        1
    } else {
        most
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_sizes_is_that_of_the_encoder() {
        for bytes in [
            1, 14, 15, 26, 42, 43, 62, 84, 106, 122, 152, 180, 213, 214, 666, 1000, 2213, 2331,
        ] {
            // Lower-case letters are bytes: no denser mode applies.
            let payload = "a".repeat(bytes);
            let side = Modules::of(&payload).map(|modules| modules.side);
            assert_eq!(side_max(&payload), side, "{bytes}");
        }
        assert_eq!(side_max(&"a".repeat(2332)), None);
        assert!(Modules::of(&"a".repeat(2332)).is_none());
    }

    #[test]
    fn an_outline_has_the_modules_and_the_white_around_them() {
        let payload = "wxp://f2f0demo";
        let (outline, modules) = (qr_outline(payload).unwrap(), Modules::of(payload).unwrap());
        assert_eq!(outline.side, modules.side + 8);
        // The finder's upper edge: seven modules from the corner.
        assert!(outline.path.starts_with("M4 4h7v1h-7z"), "{}", outline.path);
        assert_eq!(outline.path.matches('z').count(), modules.runs().count());
        assert_eq!(qr_outline(&"a".repeat(2332)), None);
    }

    #[test]
    fn runs_are_the_dark_modules() {
        let modules = Modules::of("https://example.org/v/a41f9c0277de").unwrap();
        let dark = (0..modules.side)
            .flat_map(|y| (0..modules.side).map(move |x| (x, y)))
            .filter(|(x, y)| modules.is_dark(*x, *y))
            .count();
        assert_eq!(modules.runs().map(|(_, _, length)| length).sum::<usize>(), dark);
        assert!(dark > 200);
    }
}
