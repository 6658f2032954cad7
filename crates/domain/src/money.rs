//! Money: an integer of fen, and the one rounding there is.

use std::fmt;

/// An amount of money in fen. May be negative (a margin).
///
/// A single figure never goes beyond [`Fen::MAX`], so that it is exact in JSON everywhere; sums kept by a
/// projection may, and are checked at the edge of `i64`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fen(i64);

impl Fen {
    pub const ZERO: Fen = Fen(0);
    /// 2^53, the largest figure of a sale.
    pub const MAX: Fen = Fen(9_007_199_254_740_992);

    pub const fn new(fen: i64) -> Self {
        Self(fen)
    }

    pub const fn get(self) -> i64 {
        self.0
    }

    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    pub fn checked_add(self, other: Fen) -> Option<Fen> {
        self.0.checked_add(other.0).map(Fen)
    }

    pub fn checked_sub(self, other: Fen) -> Option<Fen> {
        self.0.checked_sub(other.0).map(Fen)
    }

    /// The amount itself, unless it lies more than 2^53 away from zero.
    pub fn within_limit(self) -> Option<Fen> {
        (self.0.unsigned_abs() <= Fen::MAX.0.unsigned_abs()).then_some(self)
    }

    pub fn sum(amounts: impl IntoIterator<Item = Fen>) -> Option<Fen> {
        amounts.into_iter().try_fold(Fen::ZERO, Fen::checked_add)
    }

    /// `bp` basis points of this amount, rounded half up.
    pub fn basis_points(self, bp: i64) -> Option<Fen> {
        round_ratio(i128::from(self.0).checked_mul(i128::from(bp))?, 10_000)
    }

    /// `round(self × part / whole)`.
    pub(crate) fn portion(self, part: i64, whole: i64) -> Option<Fen> {
        round_ratio(
            i128::from(self.0).checked_mul(i128::from(part))?,
            i128::from(whole),
        )
    }
}

/// As it is read on paper: `258.00`, `-0.92`.
impl fmt::Display for Fen {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let magnitude = self.0.unsigned_abs();
        let sign = if self.is_negative() { "-" } else { "" };
        formatter.pad(&format!("{sign}{}.{:02}", magnitude / 100, magnitude % 100))
    }
}

/// Half up: 0.5 becomes 1, −0.5 becomes 0. None where the denominator is not above zero or the result leaves `i64`.
pub(crate) fn round_ratio(numerator: i128, denominator: i128) -> Option<Fen> {
    if denominator <= 0 {
        return None;
    }
    let doubled = numerator.checked_mul(2)?.checked_add(denominator)?;
    let rounded = doubled.checked_div_euclid(denominator.checked_mul(2)?)?;
    i64::try_from(rounded).ok().map(Fen)
}
