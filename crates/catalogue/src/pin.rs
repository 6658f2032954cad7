//! A PIN, its hash, and whether the two go together.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use std::fmt;

/// 19 MiB, twice over, one lane: the least that OWASP's password page asks of argon2id: the cashier waits
/// for it on a borrowed laptop, where 64 MiB more would be felt.
/// What keeps a PIN of so few digits from being guessed at the till is the wait after wrong ones (`tries`); from a
/// stolen data folder four digits can be found all the same, which is why eight are allowed.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// A hash that asks for more than this is not taken from anybody: it would stop the till.
const MEMORY_KIB_MAX: u32 = 128 * 1024;
const PASSES_MAX: u32 = 8;

/// Of a PIN that nobody has: what is compared against where there is no such member of staff, so that the answer
/// takes as long.
const NOBODYS: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Four to eight digits. It is never shown, logged or stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Pin(String);

impl fmt::Debug for Pin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Pin(…)")
    }
}

impl Pin {
    pub fn parse(text: &str) -> Option<Pin> {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        ((4..=8).contains(&text.len()) && digits).then(|| Pin(text.to_owned()))
    }

    /// None where the library refuses, which no PIN and no salt of this length brings about.
    pub fn hash(&self, salt: &[u8; 16]) -> Option<String> {
        let params = Params::new(MEMORY_KIB, PASSES, LANES, None).ok()?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let hash = argon2.hash_password_with_salt(self.0.as_bytes(), salt).ok()?;
        Some(hash.to_string())
    }

    /// Takes as long whether there is a hash or not, and compares in constant time.
    pub fn fits(&self, hash: Option<&str>) -> bool {
        let against = hash.and_then(acceptable);
        let known = against.is_some();
        let Some(against) = against.or_else(|| acceptable(NOBODYS)) else {
            return false;
        };
        let fits = Argon2::default()
            .verify_password(self.0.as_bytes(), &against)
            .is_ok();
        fits && known
    }
}

/// A hash of the one algorithm, at a price that a till can pay.
fn acceptable(text: &str) -> Option<PasswordHash> {
    let hash = PasswordHash::new(text).ok()?;
    let params = Params::try_from(&hash).ok()?;
    let payable = params.m_cost() <= MEMORY_KIB_MAX && params.t_cost() <= PASSES_MAX;
    (hash.algorithm.as_str() == "argon2id" && payable).then_some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_to_eight_digits_and_nothing_else() {
        for good in ["0000", "1234", "12345678"] {
            assert!(Pin::parse(good).is_some(), "{good}");
        }
        for bad in ["", "123", "123456789", "12a4", "１２３４", " 1234", "12.4"] {
            assert!(Pin::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_hash_fits_its_pin_and_no_other_and_never_says_it() {
        let pin = Pin::parse("4711").unwrap();
        let hash = pin.hash(&[7; 16]).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(!hash.contains("4711") && !format!("{pin:?}").contains("4711"));
        assert!(pin.fits(Some(&hash)));
        assert!(!Pin::parse("4712").unwrap().fits(Some(&hash)));
        assert_ne!(pin.hash(&[8; 16]).unwrap(), hash);
    }

    #[test]
    fn nobodys_pin_fits_nothing_and_is_looked_at_all_the_same() {
        // Or an unknown code would be answered sooner than a known one.
        assert!(acceptable(NOBODYS).is_some());
        for number in ["0000", "1111"] {
            assert!(!Pin::parse(number).unwrap().fits(None));
        }
    }

    #[test]
    fn a_hash_that_would_stop_the_till_fits_nothing() {
        let pin = Pin::parse("4711").unwrap();
        let hash = pin.hash(&[7; 16]).unwrap();
        for wrong in [
            hash.replace("m=19456", "m=4194304"),
            hash.replace("t=2", "t=4000000"),
            hash.replace("argon2id", "argon2i"),
            "4711".to_owned(),
            String::new(),
        ] {
            assert!(!pin.fits(Some(&wrong)), "{wrong}");
        }
    }
}
