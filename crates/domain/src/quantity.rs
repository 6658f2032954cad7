//! Quantities: thousandths of a product's unit, a decimal of at most three places on the outside.

use std::fmt;

use crate::money::{Fen, round_ratio};

/// A quantity in thousandths of the product's unit. Negative only for what is left of an overdrawn lot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quantity(i64);

/// Not digits with at most a point and one to three digits, or 0, or above 1,000,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the quantity is not a decimal of at most three places above 0 and up to 1,000,000")]
pub struct BadQuantity;

impl BadQuantity {
    pub fn code(self) -> &'static str {
        "bad_quantity"
    }
}

impl Quantity {
    pub const ZERO: Quantity = Quantity(0);
    /// The most that one line or one lot may hold: 1,000,000 units.
    pub const MAX: Quantity = Quantity(1_000_000_000);

    pub const fn from_thousandths(thousandths: i64) -> Self {
        Self(thousandths)
    }

    pub const fn thousandths(self) -> i64 {
        self.0
    }

    pub fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// Reads what a person, a label or a file states.
    pub fn parse(text: &str) -> Result<Quantity, BadQuantity> {
        let (whole, fraction) = match text.split_once('.') {
            Some((whole, fraction)) if (1..=3).contains(&fraction.len()) => (whole, fraction),
            Some(_) => return Err(BadQuantity),
            None => (text, ""),
        };
        if whole.is_empty() {
            return Err(BadQuantity);
        }
        let padding = std::iter::repeat_n(b'0', 3_usize.saturating_sub(fraction.len()));
        let thousandths = whole
            .bytes()
            .chain(fraction.bytes())
            .chain(padding)
            .try_fold(0_i64, append_digit)
            .ok_or(BadQuantity)?;
        if thousandths == 0 || thousandths > Self::MAX.0 {
            return Err(BadQuantity);
        }
        Ok(Quantity(thousandths))
    }

    pub fn checked_add(self, other: Quantity) -> Option<Quantity> {
        self.0.checked_add(other.0).map(Quantity)
    }

    pub fn checked_sub(self, other: Quantity) -> Option<Quantity> {
        self.0.checked_sub(other.0).map(Quantity)
    }

    pub fn checked_mul(self, times: i64) -> Option<Quantity> {
        self.0.checked_mul(times).map(Quantity)
    }

    /// `round(price × quantity)`, the price being fen for one unit.
    pub fn at_price(self, price: Fen) -> Option<Fen> {
        round_ratio(i128::from(price.get()).checked_mul(i128::from(self.0))?, 1000)
    }

    /// As short as it can be said: `2`, `3.275`, `0.5`.
    pub fn short(self) -> String {
        self.to_string()
            .trim_end_matches('0')
            .trim_end_matches('.')
            .to_owned()
    }
}

/// Always three decimals, as results and reports give it: `2.000`.
impl fmt::Display for Quantity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let magnitude = self.0.unsigned_abs();
        let sign = if self.0 < 0 { "-" } else { "" };
        formatter.pad(&format!("{sign}{}.{:03}", magnitude / 1000, magnitude % 1000))
    }
}

fn append_digit(value: i64, digit: u8) -> Option<i64> {
    let digit = digit
        .is_ascii_digit()
        .then(|| i64::from(digit).checked_sub(i64::from(b'0')))
        .flatten()?;
    value.checked_mul(10)?.checked_add(digit)
}
