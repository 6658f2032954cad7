//! JSON files of the user's, read whole but never without a bound, and what is wrong with one.

use crate::failure::Failure;
use crate::language::Tongue;
use jishi_catalogue::{JsonFault, Speech};
use serde::de::DeserializeOwned;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Far above any catalogue or case; a file beyond it is a mistake.
const BYTES_MAX: u64 = 64 * 1024 * 1024;

/// A whole file, or stdin for `-`, without a byte-order mark.
pub fn read_text(path: &Path, code: &'static str) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    let read = match path.as_os_str() == "-" {
        true => std::io::stdin()
            .lock()
            .take(BYTES_MAX + 1)
            .read_to_end(&mut bytes),
        false => File::open(path).and_then(|file| file.take(BYTES_MAX + 1).read_to_end(&mut bytes)),
    };
    read.map_err(|error| Failure::file(path, error))?;
    if bytes.len() as u64 > BYTES_MAX {
        return Err(Failure::FileTooLarge {
            path: path.to_owned(),
        });
    }
    let text = String::from_utf8(bytes).map_err(|_| Failure::BadJson {
        code,
        at: path.display().to_string(),
        reason: Reason::not_text(),
    })?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// JSON text as a shape; where it is wrong, the place in it is named after `within`.
pub fn parse<T: DeserializeOwned>(text: &str, code: &'static str, within: &str) -> Result<T, Failure> {
    // A list would be taken for an object's values in their order.
    if text.trim_start().starts_with('[') {
        return Err(Failure::BadJson {
            code,
            at: within.to_owned(),
            reason: Reason::not_an_object(),
        });
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    let parsed = serde_path_to_error::deserialize(&mut reader);
    let failure = |at: String, error: &serde_json::Error| Failure::BadJson {
        code,
        at: match (within, at.as_str()) {
            (within, "." | "") => within.to_owned(),
            ("", at) => at.to_owned(),
            (within, at) => format!("{within} {at}"),
        },
        reason: Reason::of(error),
    };
    let value = parsed.map_err(|error| failure(error.path().to_string(), error.inner()))?;
    // Nothing may follow but white space.
    reader.end().map_err(|error| failure(String::new(), &error))?;
    Ok(value)
}

/// What a JSON reader found wrong, without the text itself.
#[derive(Debug)]
pub struct Reason(JsonFault);

impl Reason {
    pub(crate) fn of(error: &serde_json::Error) -> Reason {
        Reason(JsonFault::read(&error.to_string()))
    }

    pub(crate) fn not_text() -> Reason {
        Reason(JsonFault::NOT_TEXT)
    }

    pub(crate) fn not_an_object() -> Reason {
        Reason(JsonFault::NOT_AN_OBJECT)
    }

    /// Of a row by itself: its place in the file is said by its number.
    pub(crate) fn without_position(self) -> Reason {
        Reason(self.0.without_place())
    }

    /// Where it is, what was expected there and what stands there.
    pub fn say(&self, tongue: Tongue) -> String {
        let speech = match tongue {
            Tongue::Chinese => Speech::Chinese,
            Tongue::Traditional => Speech::Traditional,
            Tongue::English => Speech::English,
        };
        self.0.say(speech)
    }
}
