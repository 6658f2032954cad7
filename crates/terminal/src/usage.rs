//! What is said of a command that is written wrongly, in the language of the run.

use crate::failure::{Failure, error_json};
use crate::language::Tongue;
use crate::speech::Speech;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use jishi_traditional::in_both_scripts;
use std::ffi::OsString;
use std::process::ExitCode;

/// Says it, or the help that was asked for, and gives the program's exit code.
#[in_both_scripts(tongue)]
pub fn answer(error: &clap::Error, program: &str, arguments: &[OsString], tongue: Tongue) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        // Nobody is left to tell when the pipe is closed.
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    let failure = Failure::Usage(match tongue {
        Tongue::Chinese => chinese(error, tongue),
        Tongue::English => english(error),
    });
    let speech = Speech {
        tongue,
        // The options could not be parsed, so whether JSON is wanted is looked for.
        json: arguments.iter().any(|argument| argument == "--json"),
    };
    let mut more = Vec::new();
    if let Some(usage) = context(error, ContextKind::Usage) {
        let usage = usage.trim_start_matches("Usage: ").to_owned();
        more.push(format!("{}{usage}", tongue.say("用法：", "Usage: ")));
    }
    more.push(tongue.say(
        format!("看说明：{program} [命令] --help"),
        format!("For more: {program} [COMMAND] --help"),
    ));
    speech.refuse(&error_json(failure.code(), &failure.message(tongue)), &more);
    ExitCode::from(failure.exit_code())
}

/// clap's own words, without its heading, usage and hints.
fn english(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let text = text.trim_start_matches("error: ");
    let end = text.find("\n\nUsage:").or_else(|| text.find("\n\nFor more"));
    // On one line, as every other message.
    let words = text[..end.unwrap_or(text.len())].split_whitespace();
    words.collect::<Vec<_>>().join(" ")
}

#[in_both_scripts(tongue)]
fn chinese(error: &clap::Error, tongue: Tongue) -> String {
    let said = |kind| context(error, kind).unwrap_or_default();
    let argument = || said(ContextKind::InvalidArg);
    match error.kind() {
        ErrorKind::InvalidSubcommand => format!("没有这个命令：{}", said(ContextKind::InvalidSubcommand)),
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            "要写明命令。".to_owned()
        }
        ErrorKind::UnknownArgument => format!("没有这个选项：{}", argument()),
        ErrorKind::MissingRequiredArgument => format!("还缺：{}", argument()),
        ErrorKind::ArgumentConflict => {
            format!("{} 不能和 {} 一起写", argument(), said(ContextKind::PriorArg))
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let value = said(ContextKind::InvalidValue);
            let known = said(ContextKind::ValidValue);
            match (value.as_str(), known.as_str()) {
                ("", _) => format!("{} 后面要写值", argument()),
                (value, "") => format!("{} 不能是 {value}", argument()),
                (value, known) => format!("{} 不能是 {value}，可以是：{known}", argument()),
            }
        }
        _ => format!("命令写得不对：{}", argument()),
    }
}

fn context(error: &clap::Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) => Some(texts.join("、")),
        ContextValue::StyledStr(text) => Some(text.to_string()),
        ContextValue::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
