//! The terminal's language as a till knows it.

use jishi_terminal::Tongue;
use jishi_till::view::Language;

pub(crate) fn language(tongue: Tongue) -> Language {
    match tongue {
        Tongue::Chinese => Language::Chinese,
        Tongue::Traditional => Language::Traditional,
        Tongue::English => Language::English,
    }
}
