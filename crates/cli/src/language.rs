//! The terminal's language as a till knows it.

use jishi_terminal::Tongue;
use jishi_till::view::Language;

pub(crate) fn language(tongue: Tongue) -> Language {
    tongue.say(Language::Chinese, Language::English)
}
