//! The `jishi` command: what the windows do, for scripts, for support, for a bookkeeper's night job.
//!
//! Codes are the same in every language; words are in the one asked for. stdout carries results,
//! stderr what was refused and how far long work is. Exit 0 done, 1 refused or failed, 2 wrong usage.

// What is typed, and in which language
mod arguments;
mod language;
mod usage;

// One run
mod failure;
mod files;
mod progress;
mod session;

// The commands
mod centre;
mod explain;
mod import;
mod receipt;
mod report;
mod requests;
mod shift;
mod standing;
mod upkeep;
mod verify;

use chrono::{DateTime, FixedOffset};
use clap::ArgMatches;
use failure::Failure;
use jishi_paper::Width;
use jishi_till::Folder;
use jishi_till::report::Filter;
use language::Tongue;
use session::Session;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// A replay makes and drops millions of small rows on two threads, which the system's allocator is slow at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let tongue = Tongue(language::choose(&arguments));
    let matches = match arguments::command(tongue.0).try_get_matches_from(&arguments) {
        Ok(matches) => matches,
        Err(error) => return usage::answer(&error, &arguments, tongue),
    };
    let session = Session {
        tongue,
        language_asked: matches.contains_id("lang"),
        json: matches.get_flag("json"),
        at: matches.get_one::<DateTime<FixedOffset>>("at").copied(),
    };
    match run(&session, &matches) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            say_failure(&session, &failure, named_folder(&matches).as_ref());
            ExitCode::from(failure.exit_code())
        }
    }
}

/// On stderr, unless it has been said. A damaged database is said with what could take its place.
fn say_failure(session: &Session, failure: &Failure, folder: Option<&Folder>) {
    if failure.is_said() {
        return;
    }
    let damaged = folder.filter(|_| failure.code() == "damaged");
    if session.json {
        let mut said = failure.to_json(session.tongue);
        if let Some(folder) = damaged {
            said["error"]["backups"] = upkeep::backups_json(session, folder);
        }
        eprintln!("{said}");
        return;
    }
    eprintln!("{} [{}]", failure.message(session.tongue), failure.code());
    if let Failure::Import(faults) = failure {
        for fault in faults {
            eprintln!("  {}", fault.say(session.tongue));
        }
    }
    if let Some(folder) = damaged {
        eprintln!("{}", upkeep::backups_said(session, folder));
    }
}

/// The data folder that a command was given, after the fact.
fn named_folder(matches: &ArgMatches) -> Option<Folder> {
    let mut of = matches;
    while let Some((_, inner)) = of.subcommand() {
        of = inner;
    }
    let named = of.try_get_one::<PathBuf>("data").ok().flatten().cloned();
    let from_environment = || std::env::var_os("JISHI_DATA").map(PathBuf::from);
    named.or_else(from_environment).map(Folder::at)
}

fn run(session: &Session, matches: &ArgMatches) -> Result<(), Failure> {
    let Some((name, of)) = matches.subcommand() else {
        return Err(Failure::Usage(String::new()));
    };
    let folder = || data_folder(of, session.tongue);
    let text = |name: &str| of.get_one::<String>(name).map(String::as_str);
    let path = |name: &str| of.get_one::<PathBuf>(name).map(PathBuf::as_path);
    // What clap holds to be required is there.
    let needed_text = |name: &str| text(name).unwrap_or_default();
    let needed_path = |name: &str| path(name).unwrap_or(Path::new(""));
    match name {
        "init" => standing::init(session, folder()?, needed_text("till"), of.get_flag("demo")),
        "import" => {
            let files: Vec<PathBuf> = of.get_many("file").into_iter().flatten().cloned().collect();
            import::run(session, folder()?, &files, of.get_flag("check"))
        }
        "shift" => shift(session, of),
        "sell" => requests::sell(session, folder()?, path("file")),
        "refund" => requests::refund(session, folder()?, path("file")),
        "void" => requests::void(session, folder()?, path("file")),
        "assign" => requests::assign(session, folder()?, path("file")),
        "explain" => explain::run(needed_path("file")),
        "receipt" => {
            let width = match needed_text("width") {
                "80" => Width::Mm80,
                _ => Width::Mm58,
            };
            let file = |name: &str| path(name).map(Path::to_owned);
            let form = file("pdf")
                .map(receipt::Form::Pdf)
                .or(file("escpos").map(receipt::Form::Escpos))
                .or(file("png").map(receipt::Form::Png))
                .or(text("printer").map(|address| receipt::Form::Printer(address.to_owned())))
                .unwrap_or(receipt::Form::Text);
            receipt::run(session, folder()?, needed_text("number"), width, &form)
        }
        "search" => {
            let limit = of.get_one::<u16>("limit").copied().unwrap_or(20);
            standing::search(session, &folder()?, needed_text("query"), limit)
        }
        "report" => {
            let owned = |name: &str| text(name).map(str::to_owned);
            let wanted = report::Wanted {
                name: needed_text("name"),
                filter: Filter {
                    from: owned("from"),
                    to: owned("to"),
                    outlet: owned("outlet"),
                    channel: owned("channel"),
                    product: owned("product"),
                    party: owned("party"),
                },
                format: text("format"),
                out: path("out"),
            };
            report::run(session, &folder()?, &wanted)
        }
        "verify" => match path("file") {
            Some(file) => verify::archive(session, file),
            None => verify::till(session, &folder()?),
        },
        "rebuild" => upkeep::rebuild(session, &folder()?),
        "backup" => upkeep::backup(session, &folder()?, needed_path("file")),
        "restore" => upkeep::restore(session, folder()?, needed_path("file")),
        "status" => standing::status(session, &folder()?),
        "enrol" => centre::enrol(session, &folder()?, needed_text("code")),
        "sync" => match of.get_flag("watch") {
            true => centre::watch(session, &folder()?),
            false => centre::sync(session, &folder()?),
        },
        other => Err(Failure::Usage(other.to_owned())),
    }
}

fn shift(session: &Session, of: &ArgMatches) -> Result<(), Failure> {
    let Some((name, of)) = of.subcommand() else {
        return Err(Failure::Usage(String::new()));
    };
    let folder = data_folder(of, session.tongue)?;
    match name {
        "open" => {
            let staff = of.get_one::<String>("staff").map(String::as_str);
            let float_fen = of.get_one::<i64>("float").copied().unwrap_or_default();
            shift::open(session, folder, staff, float_fen)
        }
        "close" => shift::close(session, folder, of.get_one::<i64>("counted").copied()),
        _ => shift::show(session, &folder),
    }
}

/// `--data`, or what JISHI_DATA says.
fn data_folder(of: &ArgMatches, tongue: Tongue) -> Result<Folder, Failure> {
    let named = of.get_one::<PathBuf>("data").cloned();
    let from_environment = || std::env::var_os("JISHI_DATA").filter(|path| !path.is_empty());
    match named.or_else(|| from_environment().map(PathBuf::from)) {
        Some(path) => Ok(Folder::at(path)),
        None => Err(Failure::Usage(
            tongue
                .say(
                    "要写明数据文件夹：--data <文件夹>，或设环境变量 JISHI_DATA。",
                    "Which data folder? Give --data DIR, or set JISHI_DATA.",
                )
                .to_owned(),
        )),
    }
}
