//! The `jishi` command: what the windows do, for scripts, for support, for a bookkeeper's night job.
//!
//! Codes are the same in every language; words are in the one asked for. stdout carries results,
//! stderr what was refused and how far long work is. Exit 0 done, 1 refused or failed, 2 wrong usage.

// What is typed, and in which language
mod arguments;
mod language;

// One run
mod failure;
mod session;

// The commands
mod bundle;
mod centre;
mod explain;
mod import;
mod kiosk;
mod label;
mod provisional;
mod receipt;
mod requests;
mod shift;
mod staff;
mod standing;
mod upkeep;

use chrono::{DateTime, FixedOffset};
use clap::ArgMatches;
use failure::Failure;
use jishi_paper::Width;
use jishi_terminal::{Speech, Tongue, report, usage, verify};
use jishi_till::wire::CashDirection;
use jishi_till::{Export, Folder, Wanted};
use session::Session;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// A replay makes and drops millions of small rows on two threads, which the system's allocator is slow at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let tongue = Tongue::choose(&arguments);
    let matches = match arguments::command(tongue).try_get_matches_from(&arguments) {
        Ok(matches) => matches,
        Err(error) => return usage::answer(&error, arguments::PROGRAM, &arguments, tongue),
    };
    let session = Session {
        speech: Speech {
            tongue,
            json: matches.get_flag("json"),
        },
        language_asked: matches.contains_id("lang"),
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
    let tongue = session.speech.tongue;
    let mut said = failure.to_json(tongue);
    let mut more = Vec::new();
    if let Failure::Terminal(failure) = failure {
        more.extend(failure.rows_said(tongue));
    }
    if let Some(folder) = folder.filter(|_| failure.code() == "damaged") {
        match session.speech.json {
            true => said["error"]["backups"] = upkeep::backups_json(session, folder),
            false => more.push(upkeep::backups_said(session, folder)),
        }
    }
    session.speech.refuse(&said, &more);
}

/// The data folder that a command was given, after the fact.
fn named_folder(matches: &ArgMatches) -> Option<Folder> {
    let mut of = matches;
    while let Some((_, inner)) = of.subcommand() {
        of = inner;
    }
    let named = of.try_get_one::<PathBuf>("data").ok().flatten().cloned();
    named
        .or_else(jishi_terminal::arguments::data_of_environment)
        .map(Folder::at)
}

fn run(session: &Session, matches: &ArgMatches) -> Result<(), Failure> {
    let Some((name, of)) = matches.subcommand() else {
        return Err(wrong_usage());
    };
    let folder = || data_folder(of, session.speech.tongue);
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
        "staff" => staff(session, of),
        "kiosk" => kiosk(session, of),
        "sell" => requests::sell(session, folder()?, path("file")),
        "refund" => requests::refund(session, folder()?, path("file")),
        "exchange" => requests::exchange(session, folder()?, path("file")),
        "void" => requests::void(session, folder()?, path("file")),
        "redeem" => requests::redeem(session, folder()?, path("file")),
        "assign" => requests::assign(session, folder()?, path("file")),
        "give-back" => {
            let request = (
                of.get_one::<String>("id").cloned(),
                needed_text("lot"),
                text("quantity"),
            );
            standing::give_back(session, folder()?, request)
        }
        "explain" => explain::run(needed_path("file")),
        "receipt" => receipt::run(session, folder()?, needed_text("number"), &paper_wanted(of)),
        "label" => {
            let count = of.get_one::<u16>("count").copied().unwrap_or(1);
            label::run(session, &folder()?, needed_text("lot"), count, &paper_wanted(of))
        }
        "provisional" => provisional(session, of),
        "search" => {
            let limit = of.get_one::<u16>("limit").copied().unwrap_or(20);
            standing::search(session, &folder()?, needed_text("query"), limit)
        }
        "report" => {
            let wanted = report::Wanted::of(of, &session.speech)?;
            let reading = session.read(&folder()?)?;
            let asked = report::Asked {
                here: &|| reading.here(),
                tree: &|| reading.tree(),
            };
            Ok(report::run(&session.speech, reading.ledger(), &wanted, &asked)?)
        }
        "verify" => match path("file") {
            Some(file) => Ok(verify::file(&session.speech, file)?),
            None => {
                let reading = session.read(&folder()?)?;
                standing::verify(session, &reading)
            }
        },
        "rebuild" => upkeep::rebuild(session, &folder()?),
        "backup" => upkeep::backup(session, &folder()?, needed_path("file")),
        "restore" => {
            let wanted = match of.get_flag("even-damaged") {
                true => Wanted::Anyhow,
                false => Wanted::Whole,
            };
            upkeep::restore(session, folder()?, needed_path("file"), wanted)
        }
        "status" => standing::status(session, &folder()?),
        "rekey" => centre::rekey(session, folder()?),
        "enrol" => centre::enrol(session, &folder()?, needed_text("code")),
        "sync" => match of.get_flag("watch") {
            true => centre::watch(session, &folder()?),
            false => centre::sync(session, &folder()?),
        },
        "bundle" => bundle(session, of),
        _ => Err(wrong_usage()),
    }
}

fn bundle(session: &Session, of: &ArgMatches) -> Result<(), Failure> {
    let Some((name, of)) = of.subcommand() else {
        return Err(wrong_usage());
    };
    let folder = data_folder(of, session.speech.tongue)?;
    let file = of
        .get_one::<PathBuf>("file")
        .map_or(Path::new(""), PathBuf::as_path);
    match name {
        "export" => {
            let export = Export {
                file,
                all: of.get_flag("all"),
                overwrite: of.get_flag("overwrite"),
            };
            bundle::export(session, &folder, export)
        }
        _ => bundle::import(session, &folder, file),
    }
}

fn shift(session: &Session, of: &ArgMatches) -> Result<(), Failure> {
    let Some((name, of)) = of.subcommand() else {
        return Err(wrong_usage());
    };
    let folder = data_folder(of, session.speech.tongue)?;
    match name {
        "open" => {
            let staff = of.get_one::<String>("staff").map(String::as_str);
            let float_fen = of.get_one::<i64>("float").copied().unwrap_or_default();
            shift::open(session, folder, staff, float_fen)
        }
        "cash" => {
            let put_in = of.get_one::<i64>("in").copied();
            let taken_out = of.get_one::<i64>("out").copied();
            let (direction, fen) = match (put_in, taken_out) {
                (Some(fen), _) => (CashDirection::In, fen),
                (None, fen) => (CashDirection::Out, fen.unwrap_or_default()),
            };
            let text = |name: &str| of.get_one::<String>(name).cloned();
            let reason = text("reason").unwrap_or_default();
            shift::cash(session, folder, text("id"), direction, fen, reason)
        }
        "drawer" => {
            let text = |name: &str| of.get_one::<String>(name).cloned();
            shift::drawer(session, folder, text("id"), text("reason").unwrap_or_default())
        }
        "print" => {
            let id = of.get_one::<String>("shift").map(String::as_str);
            shift::print(session, &folder, id, &paper_wanted(of))
        }
        "close" => shift::close(session, folder, of.get_one::<i64>("counted").copied()),
        _ => shift::show(session, &folder),
    }
}

fn provisional(session: &Session, of: &ArgMatches) -> Result<(), Failure> {
    let Some((name, of)) = of.subcommand() else {
        return Err(wrong_usage());
    };
    let folder = data_folder(of, session.speech.tongue)?;
    let text = |name: &str| of.try_get_one::<String>(name).ok().flatten().map(String::as_str);
    match name {
        "add" => {
            let file = of.get_one::<PathBuf>("file").map(PathBuf::as_path);
            provisional::add(session, folder, file)
        }
        "confirm" => {
            let code = text("code").unwrap_or_default();
            provisional::confirm(session, folder, code, text("same-as"))
        }
        _ => {
            let reading = session.read(&folder)?;
            Ok(report::run_named(
                &session.speech,
                reading.ledger(),
                "provisional",
            )?)
        }
    }
}

/// The paper that was asked for, of those that bear the options for it.
fn paper_wanted(of: &ArgMatches) -> receipt::Paper {
    let text = |name: &str| of.get_one::<String>(name).cloned();
    let file = |name: &str| of.get_one::<PathBuf>(name).cloned();
    let form = file("pdf")
        .map(receipt::Form::Pdf)
        .or(file("escpos").map(receipt::Form::Escpos))
        .or(file("png").map(receipt::Form::Png))
        .or(text("printer").map(receipt::Form::Printer))
        .unwrap_or(receipt::Form::Text);
    receipt::Paper {
        width: match text("width").as_deref() {
            Some("80") => Width::Mm80,
            _ => Width::Mm58,
        },
        form,
        overwrite: of.get_flag("overwrite"),
    }
}

fn staff(session: &Session, of: &ArgMatches) -> Result<(), Failure> {
    let Some((name, of)) = of.subcommand() else {
        return Err(wrong_usage());
    };
    let folder = data_folder(of, session.speech.tongue)?;
    match name {
        "pin" => {
            let code = of.get_one::<String>("code").map(String::as_str);
            staff::pin(session, folder, code.unwrap_or_default())
        }
        _ => staff::list(session, &folder),
    }
}

fn kiosk(session: &Session, of: &ArgMatches) -> Result<(), Failure> {
    let Some((name, of)) = of.subcommand() else {
        return Err(wrong_usage());
    };
    let folder = data_folder(of, session.speech.tongue)?;
    match name {
        "start" => {
            let staff = of.get_one::<String>("staff").map(String::as_str);
            kiosk::start(session, folder, staff.unwrap_or_default())
        }
        "end" => kiosk::end(session, folder),
        _ => kiosk::show(session, &folder),
    }
}

fn data_folder(of: &ArgMatches, tongue: Tongue) -> Result<Folder, Failure> {
    Ok(Folder::at(jishi_terminal::arguments::data_folder(of, tongue)?))
}

/// A command that clap let through and that is none of ours.
fn wrong_usage() -> Failure {
    jishi_terminal::Failure::Usage(String::new()).into()
}
