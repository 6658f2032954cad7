//! Why a command did not do what it was asked, with the code that scripts go by.

use crate::language::language;
use jishi_ledger::{OpenError, StoreError};
use jishi_terminal::Tongue;
use jishi_till::Refusal;
use jishi_traditional::in_both_scripts;
use serde_json::{Value, json};
use std::io;
use std::path::{Path, PathBuf};

#[derive(Debug)]
pub(crate) enum Failure {
    /// What any program of Jishi's may refuse.
    Terminal(jishi_terminal::Failure),
    Refused(Box<Refusal>),
    /// A line, a case or a file that is not the JSON it should be. `at` names the place in it.
    BadJson {
        code: &'static str,
        at: String,
        reason: Reason,
    },
    LineTooLong {
        bytes_max: usize,
    },
    FileTooLarge {
        path: PathBuf,
    },
    NotText,
    /// `import` takes JSON only; tables come with later work.
    TablesNotSupported {
        path: PathBuf,
    },
    Import(Vec<RowFault>),
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
}

/// A row of an import that cannot be taken.
#[derive(Debug)]
pub(crate) struct RowFault {
    pub(crate) file: String,
    pub(crate) list: String,
    /// Counts from 1 in its list.
    pub(crate) row: u32,
    /// The row's own code, where it has one.
    pub(crate) name: String,
    pub(crate) column: Option<String>,
    pub(crate) code: String,
    pub(crate) message: String,
}

impl RowFault {
    /// `fair.json, lots row 3 (L9), shares: There is no such party. [no_such_party]`
    #[in_both_scripts(tongue)]
    pub(crate) fn say(&self, tongue: Tongue) -> String {
        let RowFault {
            file,
            list,
            row,
            message,
            code,
            ..
        } = self;
        let name = match self.name.as_str() {
            "" => String::new(),
            name => tongue.say(format!("（{name}）"), format!(" ({name})")),
        };
        let column = self.column.as_deref().unwrap_or_default();
        let column = match column {
            "" => String::new(),
            column => tongue.say(format!(" {column}"), format!(", {column}")),
        };
        tongue.say(
            format!("{file} {list} 第 {row} 行{name}{column}：{message} [{code}]"),
            format!("{file}, {list} row {row}{name}{column}: {message} [{code}]"),
        )
    }
}

/// What a JSON reader found wrong, without the text itself.
#[derive(Debug)]
pub(crate) struct Reason(String);

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
    pub(crate) fn say(&self, tongue: Tongue) -> String {
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

/// What goes wrong on the way up, in Chinese; a server may say more than is known here.
#[in_both_scripts(tongue)]
fn sync_words(code: &str, tongue: Tongue) -> Option<&'static str> {
    Some(match code {
        "not_enrolled" => "这台收银机还没有接入中心。",
        "unreachable" => "连不上中心。",
        "timed_out" => "中心很久没有回答。",
        "bad_answer" | "answer_too_large" => "中心的回答看不懂。",
        "wrong_server" => "对方不是接入时的那个中心。",
        "bad_code" => "代码不对，请再核对。",
        "newer_code" => "代码是新版本程序的，请升级程序。",
        "insecure_address" => "地址不安全，这一版只能连本机。",
        "bad_address" => "中心的地址不对。",
        "revoked" => "中心已停用这台收银机。",
        "busy" => "中心正忙。",
        "unknown_code" => "中心没有发过这个代码。",
        "code_used" => "代码已经用过了。",
        "node_taken" => {
            "这个编号已经有别的收银机在用。要是这台的硬盘坏过、从备份恢复的，请中心先停用旧的那台，再用新代码接入，没传完的单子会接着传。"
        }
        "code_expired" => "代码过期了。",
        "fork" => "另有一份同样的数据（拷贝或旧备份）先传了别的单子。",
        "server_ahead" => "中心收到的比这里记的还多，这里可能是旧数据。",
        "bad_acknowledgement" => "中心的回执不对。",
        "gap" => "中心还缺前面的记录，请再导出一次带去",
        "unknown_chain" => "中心不认识这条链。",
        "bad_signature" | "bad_link" | "bad_entry" | "too_large" => "有一条记录中心不认。",
        _ => return None,
    })
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
            Failure::BadJson { code, .. } => code,
            Failure::LineTooLong { .. } | Failure::NotText => "bad_request",
            Failure::FileTooLarge { .. } => "file_too_large",
            Failure::TablesNotSupported { .. } => "tables_not_supported",
            Failure::Import(_) => "bad_import",
            Failure::BadCase { .. } => "bad_case",
            Failure::SomeRefused => "some_refused",
            Failure::SyncIncomplete { code, .. } => code,
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
                    sync_words(code, tongue).unwrap_or(message).to_owned(),
                    message.clone(),
                ),
                refusal => refusal.message(language(tongue)),
            },
            Failure::BadJson { at, reason, .. } => {
                let reason = reason.say(tongue);
                let at = if at.is_empty() || at == "." { "" } else { at };
                match at {
                    "" => say(
                        format!("内容看不懂：{reason}。什么都没有改。"),
                        format!("This cannot be read: {reason}. Nothing was changed."),
                    ),
                    at => say(
                        format!("内容看不懂，{at}：{reason}。什么都没有改。"),
                        format!("This cannot be read, {at}: {reason}. Nothing was changed."),
                    ),
                }
            }
            Failure::LineTooLong { bytes_max } => say(
                format!("这一行太长，超过 {bytes_max} 字节。什么都没有改。"),
                format!("The line is longer than {bytes_max} bytes. Nothing was changed."),
            ),
            Failure::NotText => say(
                "这一行不是 UTF-8 文字。什么都没有改。".to_owned(),
                "The line is not UTF-8 text. Nothing was changed.".to_owned(),
            ),
            Failure::FileTooLarge { path } => say(
                format!("文件太大：{}。", path.display()),
                format!("The file is too large: {}.", path.display()),
            ),
            Failure::TablesNotSupported { path } => say(
                format!(
                    "{}：这一版只能导入 JSON，表格（xlsx、csv）以后才有。什么都没有改。",
                    path.display()
                ),
                format!(
                    "{}: this version imports JSON only; tables (xlsx, csv) come later. Nothing was changed.",
                    path.display()
                ),
            ),
            Failure::Import(faults) => say(
                format!("有 {} 处不能导入，什么都没有改。请改好再导入。", faults.len()),
                format!(
                    "{} things cannot be imported; nothing was changed. Correct them and import again.",
                    faults.len()
                ),
            ),
            Failure::BadCase { at } => say(
                format!("{at}：写法不对，要且只要写其中一种。"),
                format!("{at}: exactly one of the ways to write it is wanted."),
            ),
            Failure::SomeRefused => say(
                "有几行没有记，原因在各自的结果里。".to_owned(),
                "Some lines were refused; each says why in its place.".to_owned(),
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
                        sync_words(code, tongue).unwrap_or(message).trim_end_matches('。')
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
            Failure::Import(faults) => {
                let rows = faults.iter().map(|fault| {
                    json!({
                        "file": fault.file, "list": fault.list, "row": fault.row, "name": fault.name,
                        "column": fault.column, "code": fault.code, "message": fault.message,
                    })
                });
                error["rows"] = rows.collect();
            }
            _ => {}
        }
        json!({ "error": error })
    }
}
