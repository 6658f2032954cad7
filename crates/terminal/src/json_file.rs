//! JSON files of the user's, read whole but never without a bound, and what is wrong with one.

use crate::failure::Failure;
use crate::language::Tongue;
use jishi_traditional::in_both_scripts;
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
pub struct Reason(String);

impl Reason {
    pub(crate) fn of(error: &serde_json::Error) -> Reason {
        Reason(error.to_string())
    }

    pub(crate) fn not_text() -> Reason {
        Reason("not UTF-8 text".to_owned())
    }

    pub(crate) fn not_an_object() -> Reason {
        Reason("invalid type: a list, expected an object".to_owned())
    }

    /// Of a row by itself: its place in the file is said by its number.
    pub(crate) fn without_position(self) -> Reason {
        let end = self.0.rfind(" at line ").unwrap_or(self.0.len());
        Reason(self.0[..end].to_owned())
    }

    /// The reader speaks English only; its few kinds of fault are said in Chinese here.
    #[in_both_scripts(tongue)]
    pub fn say(&self, tongue: Tongue) -> String {
        let text = &self.0;
        let named = text.split('`').nth(1).unwrap_or_default();
        let place = text.rfind(" at line ").map_or("", |start| &text[start..]);
        let position = place
            .strip_prefix(" at line ")
            .and_then(|place| place.split_once(" column "))
            .map(|(line, column)| format!("（第 {line} 行第 {column} 列）"))
            .unwrap_or_default();
        let chinese = if text.starts_with("missing field") {
            format!("缺少 {named}")
        } else if text.starts_with("unknown field") {
            format!("没有 {named} 这一项")
        } else if text.starts_with("duplicate field") {
            format!("{named} 写了两次")
        } else if text.starts_with("unknown variant") {
            format!("不能是 {named}")
        } else if text.starts_with("invalid type") || text.starts_with("invalid value") {
            "类型不对".to_owned()
        } else if text.starts_with("EOF") {
            "内容不完整".to_owned()
        } else if text.starts_with("not UTF-8") {
            "不是 UTF-8 文字".to_owned()
        } else {
            "不是正确的 JSON".to_owned()
        };
        tongue.say(format!("{chinese}{position}"), text.clone())
    }
}
