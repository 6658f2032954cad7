//! Why a command that both programs have did not do what it was asked, with the code that scripts go
//! by. What a ledger refuses is passed on as it is: whoever opened it knows its words.

use crate::import::RowFault;
use crate::json_file::Reason;
use crate::language::Tongue;
use jishi_ledger::{OpenError, StoreError};
use jishi_traditional::in_both_scripts;
use serde_json::{Value, json};
use std::io;
use std::path::{Path, PathBuf};

#[derive(Debug)]
pub enum Failure {
    /// The command was written wrongly: exit 2.
    Usage(String),
    /// A paper or a report would go over another file.
    FileExists {
        path: PathBuf,
    },
    /// A backup would go over a file that is no older backup.
    NotAnOlderBackup {
        path: PathBuf,
    },
    BadArchive {
        path: PathBuf,
        reason: &'static str,
    },
    /// `verify` found something; what it is stands on stdout.
    NotSound,
    /// There is no place in the folder that `verify` replays in.
    Scratch {
        folder: PathBuf,
        code: &'static str,
    },
    /// Binary output to a person's terminal.
    BinaryOnTerminal,
    /// Ctrl-C during a backup.
    Cancelled,
    /// A line, a case or a file that is not the JSON it should be. `at` names the place in it.
    BadJson {
        code: &'static str,
        at: String,
        reason: Reason,
    },
    FileTooLarge {
        path: PathBuf,
    },
    /// `import` takes JSON only; tables come with later work.
    TablesNotSupported {
        path: PathBuf,
    },
    /// Rows of an import that cannot be taken.
    Rows(Vec<RowFault>),
    Ledger(OpenError),
    File {
        path: PathBuf,
        error: io::Error,
    },
    Output(io::Error),
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Failure {
        Failure::Ledger(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Failure {
        Failure::Ledger(error.into())
    }
}

impl From<io::Error> for Failure {
    /// Only what is written to stdout or stderr comes this way; files are named.
    fn from(error: io::Error) -> Failure {
        Failure::Output(error)
    }
}

impl Failure {
    pub fn file(path: &Path, error: io::Error) -> Failure {
        Failure::File {
            path: path.to_owned(),
            error,
        }
    }

    pub fn code(&self) -> &'static str {
        match self {
            Failure::Usage(_) => "usage",
            Failure::FileExists { .. } | Failure::NotAnOlderBackup { .. } => "file_exists",
            Failure::BadArchive { .. } => "bad_archive",
            Failure::NotSound => "not_sound",
            Failure::Scratch { code, .. } => code,
            Failure::BinaryOnTerminal => "terminal",
            Failure::Cancelled => "cancelled",
            Failure::BadJson { code, .. } => code,
            Failure::FileTooLarge { .. } => "file_too_large",
            Failure::TablesNotSupported { .. } => "tables_not_supported",
            Failure::Rows(_) => "bad_import",
            Failure::Ledger(error) => error.code(),
            Failure::File { error, .. } | Failure::Output(error) => match error.kind() {
                io::ErrorKind::NotFound => "no_such_file",
                io::ErrorKind::StorageFull => "disk_full",
                io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => "read_only",
                _ => "storage_failed",
            },
        }
    }

    /// The rows of an import that cannot be taken, as a script reads them.
    pub fn rows_json(&self) -> Option<Value> {
        let Failure::Rows(faults) = self else { return None };
        let rows = faults.iter().map(|fault| {
            json!({
                "file": fault.file, "list": fault.list, "row": fault.row, "name": fault.name,
                "column": fault.column, "code": fault.code, "message": fault.message,
            })
        });
        Some(rows.collect())
    }

    /// The same for a person, one a line.
    pub fn rows_said(&self, tongue: Tongue) -> Vec<String> {
        match self {
            Failure::Rows(faults) => faults
                .iter()
                .map(|fault| format!("  {}", fault.say(tongue)))
                .collect(),
            _ => Vec::new(),
        }
    }

    /// Whether there is nobody left to say it to.
    pub fn is_said(&self) -> bool {
        matches!(self, Failure::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }

    pub fn exit_code(&self) -> u8 {
        match self {
            Failure::Usage(_) => 2,
            _ => 1,
        }
    }

    #[in_both_scripts(tongue)]
    pub fn message(&self, tongue: Tongue) -> String {
        let say = |chinese: String, english: String| tongue.say(chinese, english);
        match self {
            Failure::Usage(message) => message.clone(),
            Failure::FileExists { path } => say(
                format!(
                    "{} 已经有了，是别的文件，没有覆盖。请换一个名字；要覆盖就加 --overwrite。",
                    path.display()
                ),
                format!(
                    "{} is another file and was left alone. Give another name, or --overwrite to replace it.",
                    path.display()
                ),
            ),
            Failure::NotAnOlderBackup { path } => say(
                format!(
                    "{} 已经有了，又不是旧备份，没有覆盖。请换一个名字。",
                    path.display()
                ),
                format!(
                    "{} is there already, is no older backup, and was left alone. Give another name.",
                    path.display()
                ),
            ),
            Failure::BadArchive { path, reason } => say(
                format!("{} 不是完整的存档。", path.display()),
                format!("{} is not a whole archive: {reason}.", path.display()),
            ),
            Failure::NotSound => say(
                "核对没有通过，问题已列出。数据没有动。".to_owned(),
                "The check has found faults; they are listed. Nothing was changed.".to_owned(),
            ),
            Failure::Scratch { folder, .. } => say(
                format!(
                    "临时文件夹 {} 放不下，没有核对完。数据没有动；可以用环境变量 TMPDIR 换一个地方。",
                    folder.display()
                ),
                format!(
                    "There is no room in the temporary folder {}; the check is not done. Nothing was changed; TMPDIR names another place.",
                    folder.display()
                ),
            ),
            Failure::BinaryOnTerminal => say(
                "xlsx 不能显示在屏幕上，请用 --out 写成文件。".to_owned(),
                "An xlsx file cannot be shown on a terminal; write it with --out.".to_owned(),
            ),
            Failure::Cancelled => say(
                "已取消，什么都没有改。".to_owned(),
                "Cancelled; nothing was changed.".to_owned(),
            ),
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
            Failure::Rows(faults) => say(
                format!("有 {} 处不能导入，什么都没有改。请改好再导入。", faults.len()),
                format!(
                    "{} things cannot be imported; nothing was changed. Correct them and import again.",
                    faults.len()
                ),
            ),
            Failure::Ledger(error) => error.to_string(),
            Failure::File { path, error } => {
                format!(
                    "{}{}{}",
                    path.display(),
                    tongue.say("：", ": "),
                    reason(error, tongue)
                )
            }
            Failure::Output(error) => say(
                format!("结果写不出去：{}", reason(error, tongue)),
                format!("The result cannot be written: {}", reason(error, tongue)),
            ),
        }
    }
}

/// In words where they are known; otherwise as the system says it.
#[in_both_scripts(tongue)]
fn reason(error: &io::Error, tongue: Tongue) -> String {
    let (chinese, english) = match error.kind() {
        io::ErrorKind::NotFound => ("没有这个文件或文件夹。", "there is no such file or folder."),
        io::ErrorKind::StorageFull => ("磁盘满了。", "the disk is full."),
        io::ErrorKind::ReadOnlyFilesystem => ("磁盘只能读，写不进去。", "the disk can only be read."),
        io::ErrorKind::PermissionDenied => ("没有权限。", "it is not permitted."),
        io::ErrorKind::IsADirectory => ("是文件夹，不是文件。", "it is a folder, not a file."),
        io::ErrorKind::NotADirectory => ("路径里有一段不是文件夹。", "a part of the path is not a folder."),
        _ => return error.to_string(),
    };
    tongue.say(chinese, english).to_owned()
}

/// `{"error": {"code": …, "message": …}}`.
pub fn error_json(code: &str, message: &str) -> Value {
    json!({ "error": { "code": code, "message": message } })
}
