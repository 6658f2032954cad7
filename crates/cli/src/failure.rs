//! Why a command did not do what it was asked, with the code that scripts go by.

use crate::language::language;
use jishi_ledger::{OpenError, StoreError};
use jishi_terminal::Tongue;
use jishi_till::Refusal;
use jishi_traditional::in_both_scripts;
use serde_json::{Value, json};
use std::io;
use std::path::Path;

#[derive(Debug)]
pub(crate) enum Failure {
    /// What any program of Jishi's may refuse.
    Terminal(jishi_terminal::Failure),
    Refused(Box<Refusal>),
    LineTooLong {
        bytes_max: usize,
    },
    NotText,
    /// A discount, a fund rule or the like that is neither one thing nor the other.
    BadCase {
        at: String,
    },
    /// Some requests of many were refused; each stands on stdout in its place.
    SomeRefused,
    /// A sync that could not bring everything up.
    SyncIncomplete {
        code: String,
        message: String,
    },
    /// All is up, and something that is for this till did not come down.
    PullIncomplete {
        code: String,
    },
}

/// What no later try mends by itself.
fn needs_a_person(code: &str) -> bool {
    matches!(
        code,
        "fork"
            | "server_ahead"
            | "revoked"
            | "unknown_node"
            | "wrong_server"
            | "bad_acknowledgement"
            | "bad_signature"
            | "bad_link"
            | "bad_entry"
            | "too_large"
    )
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Failure {
        Failure::Refused(Box::new(refusal))
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Failure {
        Refusal::from(error).into()
    }
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Failure {
        Refusal::from(error).into()
    }
}

impl From<jishi_terminal::Failure> for Failure {
    /// What a ledger refuses is said in the words of a till.
    fn from(failure: jishi_terminal::Failure) -> Failure {
        match failure {
            jishi_terminal::Failure::Ledger(error) => error.into(),
            failure => Failure::Terminal(failure),
        }
    }
}

impl From<io::Error> for Failure {
    /// Only what is written to stdout or stderr comes this way; files are named.
    fn from(error: io::Error) -> Failure {
        jishi_terminal::Failure::from(error).into()
    }
}

impl Failure {
    pub(crate) fn file(path: &Path, error: io::Error) -> Failure {
        jishi_terminal::Failure::file(path, error).into()
    }

    pub(crate) fn code(&self) -> &str {
        match self {
            Failure::Terminal(failure) => failure.code(),
            Failure::Refused(refusal) => refusal.code(),
            Failure::LineTooLong { .. } | Failure::NotText => "bad_request",
            Failure::BadCase { .. } => "bad_case",
            Failure::SomeRefused => "some_refused",
            Failure::SyncIncomplete { code, .. } | Failure::PullIncomplete { code } => code,
        }
    }

    /// Whether it has been said already, line by line, or there is nobody left to say it to.
    pub(crate) fn is_said(&self) -> bool {
        match self {
            Failure::SomeRefused => true,
            Failure::Terminal(failure) => failure.is_said(),
            _ => false,
        }
    }

    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Failure::Terminal(failure) => failure.exit_code(),
            _ => 1,
        }
    }

    #[in_both_scripts(tongue)]
    pub(crate) fn message(&self, tongue: Tongue) -> String {
        let say = |chinese: String, english: String| tongue.say(chinese, english);
        match self {
            Failure::Terminal(failure) => failure.message(tongue),
            Failure::Refused(refusal) => match refusal.as_ref() {
                Refusal::Sync { code, message } => say(
                    jishi_terminal::sync_words(code, tongue)
                        .unwrap_or(message)
                        .to_owned(),
                    message.clone(),
                ),
                refusal => refusal.message(language(tongue)),
            },
            Failure::LineTooLong { bytes_max } => say(
                format!("这一行太长，超过 {bytes_max} 字节。什么都没有改。"),
                format!("The line is longer than {bytes_max} bytes. Nothing was changed."),
            ),
            Failure::NotText => say(
                "这一行不是 UTF-8 文字。什么都没有改。".to_owned(),
                "The line is not UTF-8 text. Nothing was changed.".to_owned(),
            ),
            Failure::BadCase { at } => say(
                format!("{at}：写法不对，要且只要写其中一种。"),
                format!("{at}: exactly one of the ways to write it is wanted."),
            ),
            Failure::SomeRefused => say(
                "有几行没有记，原因在各自的结果里。".to_owned(),
                "Some lines were refused; each says why in its place.".to_owned(),
            ),
            Failure::PullIncomplete { code } => say(
                format!(
                    "都传上去了；中心下来的没有全部收到：{}。卖货不受影响。",
                    jishi_terminal::sync_words(code, tongue)
                        .unwrap_or(code)
                        .trim_end_matches('。')
                ),
                format!("Everything is up; not everything came down ({code}). Selling is not touched."),
            ),
            Failure::SyncIncomplete { code, message } => {
                let (advice, english) = match needs_a_person(code) {
                    true => (
                        "单子都在；请告诉管理员",
                        "all sales are safe here; tell the administrator",
                    ),
                    false => ("可以再试", "try again"),
                };
                say(
                    format!(
                        "没有全部传上去：{}。卖货不受影响，{advice}。",
                        jishi_terminal::sync_words(code, tongue)
                            .unwrap_or(message)
                            .trim_end_matches('。')
                    ),
                    format!("Not everything is up: {message}. Selling is not touched; {english}."),
                )
            }
        }
    }

    /// `{"code": …, "message": …}`, and the line of the sale or the rows where some are meant.
    pub(crate) fn to_json(&self, tongue: Tongue) -> Value {
        let mut error = json!({ "code": self.code(), "message": self.message(tongue) });
        match self {
            Failure::Refused(refusal) => {
                if let Some(line) = refusal.line() {
                    error["line"] = line.into();
                }
            }
            Failure::Terminal(failure) => {
                if let Some(rows) = failure.rows_json() {
                    error["rows"] = rows;
                }
            }
            _ => {}
        }
        json!({ "error": error })
    }
}
