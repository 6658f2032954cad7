//! Which of the two languages this run speaks, and words in both.

use std::ffi::OsString;

/// The language spoken; it picks the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tongue {
    Chinese,
    English,
}

impl Tongue {
    /// `--lang` where it stands, else the locale's. It is wanted before the arguments are parsed: their
    /// help is in it.
    pub fn choose(arguments: &[OsString]) -> Tongue {
        let mut words = arguments.iter().filter_map(|word| word.to_str());
        while let Some(word) = words.next() {
            let named = match word {
                "--lang" => words.next(),
                "--" => break,
                _ => word.strip_prefix("--lang="),
            };
            if let Some(tongue) = named.and_then(from_code) {
                return tongue;
            }
        }
        match sys_locale::get_locale() {
            Some(locale) if locale.to_ascii_lowercase().starts_with("zh") => Tongue::Chinese,
            _ => Tongue::English,
        }
    }

    pub fn say<T>(self, chinese: T, english: T) -> T {
        match self {
            Tongue::Chinese => chinese,
            Tongue::English => english,
        }
    }
}

fn from_code(code: &str) -> Option<Tongue> {
    match code {
        "zh" => Some(Tongue::Chinese),
        "en" => Some(Tongue::English),
        _ => None,
    }
}
