//! Which of the two languages this run speaks, and words in both.

use jishi_till::view::Language;
use std::ffi::OsString;

/// Picks the words of the language spoken.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tongue(pub(crate) Language);

impl Tongue {
    pub(crate) fn say<T>(self, chinese: T, english: T) -> T {
        match self.0 {
            Language::Chinese => chinese,
            Language::English => english,
        }
    }
}

/// `--lang` where it stands, else the locale's. It is wanted before the arguments are parsed: their
/// help is in it.
pub(crate) fn choose(arguments: &[OsString]) -> Language {
    let mut words = arguments.iter().filter_map(|word| word.to_str());
    while let Some(word) = words.next() {
        let named = match word {
            "--lang" => words.next(),
            "--" => break,
            _ => word.strip_prefix("--lang="),
        };
        if let Some(language) = named.and_then(from_code) {
            return language;
        }
    }
    match sys_locale::get_locale() {
        Some(locale) if locale.to_ascii_lowercase().starts_with("zh") => Language::Chinese,
        _ => Language::English,
    }
}

fn from_code(code: &str) -> Option<Language> {
    match code {
        "zh" => Some(Language::Chinese),
        "en" => Some(Language::English),
        _ => None,
    }
}
