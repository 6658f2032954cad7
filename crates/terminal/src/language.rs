//! Which language this run speaks, and words in each.

use std::ffi::OsString;

/// The language spoken; it picks the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tongue {
    Chinese,
    /// 繁體中文, made of `Chinese` by `jishi-traditional`.
    Traditional,
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
        sys_locale::get_locale().map_or(Tongue::English, |locale| of_locale(&locale))
    }

    pub const fn is_traditional(self) -> bool {
        matches!(self, Tongue::Traditional)
    }

    /// Whoever calls it with texts of its own stands under `in_both_scripts`, which has made them what they are to be.
    pub fn say<T>(self, chinese: T, english: T) -> T {
        match self {
            Tongue::Chinese | Tongue::Traditional => chinese,
            Tongue::English => english,
        }
    }
}

fn from_code(code: &str) -> Option<Tongue> {
    match code {
        "zh" | "zh-Hans" => Some(Tongue::Chinese),
        "zh-Hant" => Some(Tongue::Traditional),
        "en" => Some(Tongue::English),
        _ => None,
    }
}

/// Where people write 繁體字 there the locale says so, by its script or by its place.
fn of_locale(locale: &str) -> Tongue {
    let locale = locale.to_ascii_lowercase();
    let has = |part: &str| locale.split(['-', '_', '.', '@']).any(|word| word == part);
    match has("zh") {
        true if has("hans") => Tongue::Chinese,
        true if ["hant", "tw", "hk", "mo"].into_iter().any(has) => Tongue::Traditional,
        true => Tongue::Chinese,
        false => Tongue::English,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_says_the_script() {
        for (locale, tongue) in [
            ("zh-CN", Tongue::Chinese),
            ("zh_SG.UTF-8", Tongue::Chinese),
            ("zh-Hans-HK", Tongue::Chinese),
            ("zh_TW.UTF-8", Tongue::Traditional),
            ("zh-HK", Tongue::Traditional),
            ("zh-Hant", Tongue::Traditional),
            ("en-HK", Tongue::English),
            ("C", Tongue::English),
        ] {
            assert_eq!(of_locale(locale), tongue, "{locale}");
        }
    }
}
