//! 批次标签: the code on a box that names the lot inside it.
//!
//! `JL`, eleven characters of a digest of product and lot, one that checks them. A lot's own code may be in any
//! script and of any length; this one every scanner types, with its capitals lost too, and nobody takes it for goods
//! (no barcode has letters), a scale's label, a payment code, a receipt's number (those have a dash) or a voucher.

/// A label's code, in capitals.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LotLabel(String);

/// It looks like a lot's label and was not read right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the check character of the lot's label is wrong")]
pub struct WrongCheck;

const PREFIX: &str = "JL";
/// Crockford's: no I, L, O or U, which a person who types it would mistake.
const SYMBOLS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const BITS_A_SYMBOL: u32 = 5;
const DIGEST_SYMBOLS: usize = 11;
/// Prefix, digest, check.
const LENGTH: usize = 14;
/// A prime below the number of symbols: one character mistyped, or two exchanged, gives another check; but for a Z in
/// the place of a 0, and then there is no such digest.
const MODULUS: u64 = 31;

impl LotLabel {
    /// Of the first 55 bits of a digest over product and lot. Where two of a catalogue's 100,000 lots had the same,
    /// which happens to one catalogue in seven million, neither could be told.
    pub fn of_digest(digest: [u8; 8]) -> LotLabel {
        let bits = u64::from_be_bytes(digest);
        let symbols = (1_u32..=11).map(|place| {
            let shift = u64::BITS.saturating_sub(place.saturating_mul(BITS_A_SYMBOL));
            symbol(bits.checked_shr(shift).unwrap_or_default() & 31)
        });
        let digest: String = symbols.collect();
        let check = symbol(check_of(&digest));
        LotLabel(format!("{PREFIX}{digest}{check}"))
    }

    /// None where it is no label's code at all.
    pub fn read(code: &str) -> Option<Result<LotLabel, WrongCheck>> {
        let code = code.trim().to_ascii_uppercase();
        let rest = code.strip_prefix(PREFIX).filter(|_| code.len() == LENGTH)?;
        if !rest.bytes().all(|byte| SYMBOLS.contains(&byte)) {
            return None;
        }
        let (digest, check) = rest.split_at_checked(DIGEST_SYMBOLS)?;
        Some(match check.starts_with(symbol(check_of(digest))) {
            true => Ok(LotLabel(code)),
            false => Err(WrongCheck),
        })
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn symbol(value: u64) -> char {
    let place = usize::try_from(value).unwrap_or_default();
    SYMBOLS.get(place).copied().map_or('0', char::from)
}

/// Each character by its place, so that two of them exchanged are found.
fn check_of(digest: &str) -> u64 {
    let values = digest
        .bytes()
        .map(|byte| SYMBOLS.iter().position(|symbol| *symbol == byte));
    let values = values.map(|value| {
        value
            .and_then(|value| u64::try_from(value).ok())
            .unwrap_or_default()
    });
    let weighted = (1_u64..)
        .zip(values)
        .map(|(place, value)| place.saturating_mul(value));
    weighted
        .fold(0_u64, u64::saturating_add)
        .checked_rem(MODULUS)
        .unwrap_or_default()
}
