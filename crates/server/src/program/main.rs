//! The program `jishi-server`. What it has in common with `jishi` stands in the terminal.

mod allot;
mod arguments;
mod bundle;
mod catalogue;
mod failure;
mod faults;
mod nodes;
mod organisations;
mod prices;
mod rekey;
mod restore;
mod words;

use clap::ArgMatches;
use failure::Failure;
use jishi_ledger::OpenMode;
use jishi_server::{Home, Instruments, ServeError, Server, init, join, listen, lots_here, tree};
use jishi_terminal::arguments::data_folder;
use jishi_terminal::{Speech, Tongue, backup, colours_on_stderr, error_json, report, usage, verify};
use jishi_traditional::in_both_scripts;
use serde_json::json;
use std::ffi::OsString;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// A replay makes and drops millions of small rows on two threads, which the system's allocator is slow at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What is done where the projections are not those of the journal: no command here replays them.
#[in_both_scripts(tongue)]
const fn beside(tongue: Tongue) -> verify::Beside<'static> {
    verify::Beside {
        mend: (
            "记录本身没有错；请留着数据，告诉管理员",
            "the entries themselves are good; keep the data and tell the administrator",
        ),
        guard: None,
    }
}

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let tongue = Tongue::choose(&arguments);
    let matches = match arguments::command(tongue).try_get_matches_from(&arguments) {
        Ok(matches) => matches,
        Err(error) => return usage::answer(&error, arguments::PROGRAM, &arguments, tongue),
    };
    log_to_stderr();
    let speech = Speech {
        tongue,
        json: matches.get_flag("json"),
    };
    match run(&speech, &matches) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if !failure.is_said() {
                let mut said = error_json(failure.code(), &failure.message(tongue));
                let mut more = Vec::new();
                if let Failure::Terminal(failure) = &failure {
                    more = failure.rows_said(tongue);
                    if let Some(rows) = failure.rows_json() {
                        said["error"]["rows"] = rows;
                    }
                }
                speech.refuse(&said, &more);
            }
            ExitCode::from(failure.exit_code())
        }
    }
}

fn log_to_stderr() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(colours_on_stderr())
        .with_writer(std::io::stderr)
        .init();
}

fn run(speech: &Speech, matches: &ArgMatches) -> Result<(), Failure> {
    let Some((name, of)) = matches.subcommand() else {
        return Err(wrong_usage());
    };
    let instruments = Instruments::of_machine();
    let folder = || data_folder(of, speech.tongue);
    let text = |name: &str| of.get_one::<String>(name).map(String::as_str);
    let path = |name: &str| of.get_one::<PathBuf>(name).map(PathBuf::as_path);
    // What clap holds to be required is there.
    let needed_text = |name: &str| text(name).unwrap_or_default();
    match name {
        "init" => make(
            speech,
            &folder()?,
            needed_text("org"),
            needed_text("name"),
            &instruments,
        ),
        "serve" => {
            let sockets: Vec<SocketAddr> = of.get_many("listen").unwrap_or_default().copied().collect();
            serve(&folder()?, sockets, text("upstream"), instruments)
        }
        "allot" => allot::run(speech, of, &instruments),
        "give-back" => allot::back(speech, of, &instruments),
        "import" => catalogue::run(speech, of, &instruments),
        "bundle" => bundle::run(speech, of, &instruments),
        "node" => nodes::run(speech, of, &instruments),
        "organisation" => organisations::run(speech, of, &instruments),
        "price" => prices::run(speech, of, &instruments),
        "fault" => faults::run(speech, of, &instruments),
        "rekey" => rekey::run(speech, of, &instruments),
        "restore" => restore::run(speech, of, &instruments),
        "report" => {
            let wanted = report::Wanted::of(of, speech)?;
            let home = Home::open(&folder()?, OpenMode::Read)?;
            let asked = report::Asked {
                here: &|| lots_here(&home),
                tree: &|| tree(&home),
            };
            Ok(report::run(speech, &home.ledger, &wanted, &asked)?)
        }
        "verify" => match path("file") {
            Some(file) => Ok(verify::file(speech, file)?),
            None => {
                let home = Home::open(&folder()?, OpenMode::Read)?;
                Ok(verify::ledger(speech, &home.ledger, beside(speech.tongue))?)
            }
        },
        "backup" => {
            let (folder, file) = (folder()?, path("file").unwrap_or(Path::new("")));
            backup::check_place(file)?;
            let home = Home::open(&folder, OpenMode::Read)?;
            backup::make(speech, &home.ledger, file)?;
            Ok(backup::answer(speech, file)?)
        }
        _ => Err(wrong_usage()),
    }
}

/// A command that clap let through and that is none of ours.
fn wrong_usage() -> Failure {
    jishi_terminal::Failure::Usage(String::new()).into()
}

#[in_both_scripts(speech.tongue)]
fn make(
    speech: &Speech,
    folder: &Path,
    organisation: &str,
    name: &str,
    instruments: &Instruments,
) -> Result<(), Failure> {
    let facts = init(folder, organisation, name, instruments)?;
    let answer = json!({
        "organisation": facts.organisation,
        "name": facts.name,
        "public_key": facts.public_key,
        "public_chain": facts.public_chain.to_string(),
    });
    Ok(speech.answer(&answer, |tongue| {
        tongue.say(
            format!(
                "{}（{}）建好了。下一步：jishi-server serve",
                facts.name, facts.organisation
            ),
            format!(
                "{} ({}) is made. Next: jishi-server serve",
                facts.name, facts.organisation
            ),
        )
    })?)
}

fn serve(
    folder: &Path,
    mut sockets: Vec<SocketAddr>,
    upstream: Option<&str>,
    instruments: Instruments,
) -> Result<(), Failure> {
    if let Some(code) = upstream {
        let centre = join(folder, code)?;
        tracing::info!(centre = %centre.name, "Beneath `{}` at {}", centre.name, centre.address);
    }
    let runtime = tokio::runtime::Runtime::new().map_err(ServeError::Network)?;
    runtime.block_on(async {
        // Said before a port is asked for, whoever has that.
        Home::open(folder, OpenMode::Write)?;
        // Where other machines reach it comes first.
        sockets.sort_by_key(|socket| socket.ip().is_loopback());
        let Some((first, others)) = sockets.split_first() else {
            return Err(wrong_usage());
        };
        let mut server = Server::open(listen(*first).await?, folder, instruments)?;
        for socket in others {
            server = server.also_on(listen(*socket).await?)?;
        }
        // Whoever started us waits for these lines: by now the server takes connections.
        let mut out = std::io::stdout();
        server
            .addresses()
            .try_for_each(|address| writeln!(out, "{address}"))
            .and_then(|()| out.flush())
            .map_err(jishi_terminal::Failure::from)?;
        let _announced = server.announce();
        Ok(server.run(told_to_stop()).await?)
    })
}

/// Ctrl-C, or SIGTERM of whoever runs services here.
async fn told_to_stop() {
    let interrupted = async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::warn!("Ctrl-C cannot be heard: {error}");
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut terminated) => {
                tokio::select! { () = interrupted => {}, _ = terminated.recv() => {} }
            }
            Err(error) => {
                tracing::warn!("SIGTERM cannot be heard: {error}");
                interrupted.await;
            }
        }
    }
    #[cfg(not(unix))]
    interrupted.await;
}
