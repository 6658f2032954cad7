//! What a JSON reader could not make sense of, in words for whoever wrote the file: where it is, what was expected
//! there and what stands there. The reader itself speaks English only, and says it in few ways.

use jishi_traditional::in_both_scripts;

/// As much of the user's own text as is repeated to her.
const QUOTED_MAX: usize = 20;
const NAMED_MAX: usize = 8;

/// The language that it is said in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speech {
    Chinese,
    Traditional,
    English,
}

impl Speech {
    const fn is_traditional(self) -> bool {
        matches!(self, Speech::Traditional)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonFault {
    what: What,
    /// Line and column, from 1; none where the reader was given a part of the file.
    pub place: Option<(u32, u32)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum What {
    /// It ends within this: a copy that was not finished.
    CutShort(Part),
    Signs(String),
    ValueExpected,
    NameExpected,
    CommaTooMany,
    MoreAfterTheEnd,
    BadText,
    WrongType {
        found: Part,
        text: String,
        expected: Part,
    },
    Missing(String),
    Unknown {
        name: String,
        known: Vec<String>,
    },
    Twice(String),
    NotAChoice {
        name: String,
        known: Vec<String>,
    },
    NotText,
    Otherwise,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Text,
    Whole,
    Number,
    TrueOrFalse,
    List,
    Object,
    Nothing,
    Value,
}

impl JsonFault {
    /// Of a file that is no text at all.
    pub const NOT_TEXT: JsonFault = JsonFault {
        what: What::NotText,
        place: None,
    };

    /// A list or a single value where the file has to be an object.
    pub const NOT_AN_OBJECT: JsonFault = JsonFault {
        what: What::WrongType {
            found: Part::List,
            text: String::new(),
            expected: Part::Object,
        },
        place: None,
    };

    /// From the reader's own sentence.
    pub fn read(sentence: &str) -> JsonFault {
        let (said, place) = match sentence.rsplit_once(" at line ") {
            Some((said, place)) => (said, place_of(place)),
            None => (sentence, None),
        };
        JsonFault {
            what: what_of(said),
            place,
        }
    }

    /// The same of a row by itself: where it stands is said by its number.
    pub fn without_place(self) -> JsonFault {
        JsonFault { place: None, ..self }
    }

    /// `第 3 行第 12 列：这里要整数，写的是文字“很贵”`.
    #[in_both_scripts(speech)]
    pub fn say(&self, speech: Speech) -> String {
        let what = self.said_what(speech);
        match (self.place, speech) {
            (None, _) => what,
            (Some((line, column)), Speech::Chinese) => format!("第 {line} 行第 {column} 列：{what}"),
            (Some((line, column)), _) => format!("line {line}, column {column}: {what}"),
        }
    }

    #[in_both_scripts(speech)]
    fn said_what(&self, speech: Speech) -> String {
        let chinese = speech != Speech::English;
        let listed = |known: &[String]| {
            known.join(match chinese {
                true => "、",
                false => ", ",
            })
        };
        match &self.what {
            What::CutShort(part) => {
                let part = part.named(speech);
                match chinese {
                    true => format!("文件到这里就断了，{part}还没写完。可能没有拷完，请重新拷贝或导出"),
                    false => format!("the file ends here, within {part}; copy or export it again"),
                }
            }
            What::Signs(signs) => match chinese {
                true => format!("这里要 {signs}"),
                false => format!("{signs} is expected here"),
            },
            What::ValueExpected => match chinese {
                true => "这里要一个值".to_owned(),
                false => "a value is expected here".to_owned(),
            },
            What::NameExpected => match chinese {
                true => "这里要一个带引号的名字".to_owned(),
                false => "a name in quotes is expected here".to_owned(),
            },
            What::CommaTooMany => match chinese {
                true => "多了一个逗号".to_owned(),
                false => "there is a comma too many".to_owned(),
            },
            What::MoreAfterTheEnd => match chinese {
                true => "到这里已经写完，后面不该再有字".to_owned(),
                false => "all is said here, and more follows".to_owned(),
            },
            What::BadText => match chinese {
                true => "引号里有不能用的字符".to_owned(),
                false => "there is a character that cannot stand in quotes".to_owned(),
            },
            What::WrongType {
                found,
                text,
                expected,
            } => {
                let (found, expected) = (found.named(speech), expected.named(speech));
                match (chinese, text.as_str()) {
                    (true, "") => format!("这里要{expected}，写的是{found}"),
                    (true, text) => format!("这里要{expected}，写的是{found} {text}"),
                    (false, "") => format!("{expected} is expected here, and {found} stands here"),
                    (false, text) => format!("{expected} is expected here, and {found} stands here: {text}"),
                }
            }
            What::Missing(name) => match chinese {
                true => format!("缺少 {name}"),
                false => format!("{name} is missing"),
            },
            What::Unknown { name, known } => {
                let known = listed(known);
                match (chinese, known.as_str()) {
                    (true, "") => format!("没有 {name} 这一项"),
                    (true, known) => format!("没有 {name} 这一项，这里可以写 {known}"),
                    (false, "") => format!("there is no {name}"),
                    (false, known) => format!("there is no {name}; what may stand here: {known}"),
                }
            }
            What::Twice(name) => match chinese {
                true => format!("{name} 写了两次"),
                false => format!("{name} stands here twice"),
            },
            What::NotAChoice { name, known } => {
                let known = listed(known);
                match chinese {
                    true => format!("不能是 {name}，只能是 {known}"),
                    false => format!("it cannot be {name}; it is one of {known}"),
                }
            }
            What::NotText => match chinese {
                true => "不是 UTF-8 文字。请另存为 UTF-8 编码".to_owned(),
                false => "it is no UTF-8 text; save it as UTF-8".to_owned(),
            },
            What::Otherwise => match chinese {
                true => "不是正确的 JSON".to_owned(),
                false => "it is no valid JSON".to_owned(),
            },
        }
    }
}

impl Part {
    #[in_both_scripts(speech)]
    fn named(self, speech: Speech) -> &'static str {
        let (chinese, english) = match self {
            Part::Text => ("带引号的文字", "text in quotes"),
            Part::Whole => ("整数", "a whole number"),
            Part::Number => ("数", "a number"),
            Part::TrueOrFalse => ("true 或 false", "true or false"),
            Part::List => ("列表 […]", "a list […]"),
            Part::Object => ("一组 {…}", "an object {…}"),
            Part::Nothing => ("空值 null", "null"),
            Part::Value => ("一个值", "a value"),
        };
        match speech {
            Speech::Chinese => chinese,
            _ => english,
        }
    }

    /// As the reader names what it found or expected.
    fn of(named: &str) -> Part {
        let of = |words: &[&str]| words.iter().any(|word| named.contains(word));
        if of(&["string", "character"]) {
            Part::Text
        } else if of(&["floating point", "f64", "f32"]) {
            Part::Number
        } else if of(&["integer", "i64", "u64", "i32", "u32", "i16", "u16", "i8", "u8"]) {
            Part::Whole
        } else if of(&["bool"]) {
            Part::TrueOrFalse
        } else if of(&["sequence", "list", "array", "tuple"]) {
            Part::List
        } else if of(&["map", "struct", "object", "enum"]) {
            Part::Object
        } else if of(&["null", "unit", "Option"]) {
            Part::Nothing
        } else {
            Part::Value
        }
    }
}

fn place_of(text: &str) -> Option<(u32, u32)> {
    let (line, column) = text.split_once(" column ")?;
    Some((line.parse().ok()?, column.parse().ok()?))
}

fn what_of(said: &str) -> What {
    let quoted = || -> Vec<String> {
        let names = said.split('`').skip(1).step_by(2);
        names.take(NAMED_MAX).map(str::to_owned).collect()
    };
    let first = || quoted().into_iter().next().unwrap_or_default();
    let rest = || quoted().into_iter().skip(1).collect();
    if let Some(within) = said.strip_prefix("EOF while parsing ") {
        What::CutShort(Part::of(within))
    } else if let Some(rest) = said.strip_prefix("invalid type: ") {
        let (found, expected) = rest.split_once(", expected ").unwrap_or((rest, ""));
        // What was found stands between quotes of one kind or the other.
        let text = found.split_once(['`', '"']).map(|(_, text)| text);
        let text = text.map(|text| text.trim_end_matches(['`', '"']));
        What::WrongType {
            found: Part::of(found.split(['`', '"']).next().unwrap_or_default()),
            text: shortened(text.unwrap_or_default()),
            expected: Part::of(expected),
        }
    } else if said.starts_with("missing field") {
        What::Missing(first())
    } else if said.starts_with("unknown field") {
        What::Unknown {
            name: shortened(&first()),
            known: rest(),
        }
    } else if said.starts_with("unknown variant") {
        What::NotAChoice {
            name: shortened(&first()),
            known: rest(),
        }
    } else if said.starts_with("duplicate field") {
        What::Twice(first())
    } else if said.starts_with("trailing comma") {
        What::CommaTooMany
    } else if said.starts_with("trailing characters") {
        What::MoreAfterTheEnd
    } else if said.starts_with("key must be a string") {
        What::NameExpected
    } else if said.starts_with("expected `") {
        let signs: Vec<String> = said.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        What::Signs(signs.join(" / "))
    } else if said.starts_with("expected ") {
        What::ValueExpected
    } else if said.starts_with("invalid number") || said.starts_with("number out of range") {
        What::WrongType {
            found: Part::Value,
            text: String::new(),
            expected: Part::Number,
        }
    } else if [
        "control character",
        "invalid escape",
        "invalid unicode",
        "lone leading",
        "unexpected end of hex",
    ]
    .iter()
    .any(|beginning| said.starts_with(beginning))
    {
        What::BadText
    } else if said.starts_with("not UTF-8") {
        What::NotText
    } else {
        What::Otherwise
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(QUOTED_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ImportFile;

    /// What is said of a catalogue, in Chinese and in English.
    fn said(text: &str) -> [String; 2] {
        let error = serde_json::from_str::<ImportFile>(text).unwrap_err();
        let fault = JsonFault::read(&error.to_string());
        let place = (error.line(), error.column());
        assert_eq!(
            fault.place.map(|(line, column)| (line as usize, column as usize)),
            Some(place)
        );
        let [chinese, english] = [Speech::Chinese, Speech::English].map(|speech| fault.say(speech));
        let (line, column) = place;
        let without = |said: &str, place: String| said.strip_prefix(&place).unwrap().to_owned();
        [
            without(&chinese, format!("第 {line} 行第 {column} 列：")),
            without(&english, format!("line {line}, column {column}: ")),
        ]
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place_and_what_was_expected() {
        for (text, chinese, english) in [
            (
                "{\"products\": [\n {\"code\": \"a\"",
                "文件到这里就断了，一组 {…}还没写完。可能没有拷完，请重新拷贝或导出",
                "the file ends here, within an object {…}; copy or export it again",
            ),
            (
                "{\"products\": [\n {\"code\": \"a",
                "文件到这里就断了，带引号的文字还没写完。可能没有拷完，请重新拷贝或导出",
                "the file ends here, within text in quotes; copy or export it again",
            ),
            (
                "{\"products\": {}}",
                "这里要列表 […]，写的是一组 {…}",
                "a list […] is expected here, and an object {…} stands here",
            ),
            (
                "{\"products\": [{\"code\": 5}]}",
                "这里要带引号的文字，写的是整数 5",
                "text in quotes is expected here, and a whole number stands here: 5",
            ),
            (
                "{\"products\": []\n \"lots\": []}",
                "这里要 , / }",
                ", / } is expected here",
            ),
            ("{\"products\": [],}", "多了一个逗号", "there is a comma too many"),
            (
                "{\"lots\": [{\"code\": \"L1\"}]}",
                "缺少 product",
                "product is missing",
            ),
            (
                "{\"products\": []} x",
                "到这里已经写完，后面不该再有字",
                "all is said here, and more follows",
            ),
        ] {
            assert_eq!(said(text), [chinese, english], "{text}");
        }
    }

    #[test]
    fn a_name_that_is_none_is_said_with_those_that_are() {
        let [chinese, english] = said("{\"product\": []}");
        assert!(
            chinese.contains("没有 product 这一项，这里可以写 outlet、parties"),
            "{chinese}"
        );
        assert!(
            english.contains("there is no product; what may stand here: outlet, parties"),
            "{english}"
        );
        let fault = JsonFault::read("unknown variant `cheap`, expected `jiao` or `yuan` at line 1 column 2");
        assert_eq!(
            fault.say(Speech::Chinese),
            "第 1 行第 2 列：不能是 cheap，只能是 jiao、yuan"
        );
        assert_eq!(
            fault.say(Speech::Traditional),
            "第 1 行第 2 列：不能是 cheap，只能是 jiao、yuan"
        );
        assert_eq!(
            JsonFault::NOT_TEXT.say(Speech::Traditional),
            "不是 UTF-8 文字。請另存為 UTF-8 編碼"
        );
    }

    #[test]
    fn what_is_repeated_of_the_file_is_short() {
        let fault = JsonFault::read(&format!(
            "invalid type: string \"{}\", expected i64",
            "贵".repeat(500)
        ));
        assert_eq!(
            fault.say(Speech::Chinese),
            format!("这里要整数，写的是带引号的文字 {}…", "贵".repeat(20))
        );
    }
}
