//! The program `jishi-server`.

use chrono::SecondsFormat;
use clap::{Args, Parser, Subcommand, ValueEnum};
use jishi_ledger::report::{self, Filter};
use jishi_ledger::{Ledger, OpenMode, StoreError};
use jishi_server::print::{self, Format};
use jishi_server::{
    DEFAULT_LISTEN, Home, HomeError, Instruments, InvitationRequest, InviteError, ServeError, Server, init,
    invite, listen, nodes, revoke,
};
use jishi_sync::{AddressError, ServerAddress};
use serde_json::json;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// A replay makes and drops millions of small rows on two threads, which the system's allocator is slow at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
#[command(
    name = "jishi-server",
    version,
    about = "集市主机 / 中心：收下各终端的账，汇成一场集市的账"
)]
struct Program {
    /// The server's folder.
    #[arg(long, env = "JISHI_DATA", global = true)]
    data: Option<PathBuf>,
    /// Machine output: one JSON value a line.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Makes a server in a folder.
    Init {
        #[arg(long)]
        org: String,
        #[arg(long)]
        name: String,
    },
    /// Runs it; its address is the first line printed.
    Serve {
        #[arg(long, default_value = DEFAULT_LISTEN)]
        listen: SocketAddr,
    },
    /// The nodes beneath.
    Node {
        #[command(subcommand)]
        command: NodeCommand,
    },
    /// A report over all nodes.
    Report(ReportArguments),
    /// Checks chains, signatures, links and projections.
    Verify,
    /// An online backup into a new file; the key is not in it.
    Backup { file: PathBuf },
}

#[derive(Subcommand)]
enum NodeCommand {
    /// A one-time code that enrols a node within a day.
    Invite {
        #[arg(long)]
        outlet: Option<String>,
        #[arg(long, default_value = "till")]
        kind: NodeKind,
        /// Where nodes reach this server, when it is behind an https address.
        #[arg(long)]
        address: Option<ServerAddress>,
    },
    List,
    /// By code or key; its pushes stop, what it sent stays.
    Revoke {
        id: String,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum NodeKind {
    Till,
}

#[derive(Args)]
struct ReportArguments {
    name: ReportName,
    #[arg(long)]
    from: Option<String>,
    #[arg(long)]
    to: Option<String>,
    #[arg(long)]
    outlet: Option<String>,
    #[arg(long)]
    product: Option<String>,
    #[arg(long)]
    party: Option<String>,
    #[arg(long)]
    channel: Option<String>,
    #[arg(long)]
    format: Option<ReportFormat>,
}

#[derive(Clone, Copy, ValueEnum)]
enum ReportName {
    Summary,
    Sales,
    Lines,
    Products,
    Parties,
    Lots,
    Stock,
    Tenders,
    Shifts,
    Unassigned,
    Fund,
}

#[derive(Clone, Copy, ValueEnum)]
enum ReportFormat {
    Table,
    Json,
    Csv,
}

#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("--data DIR or JISHI_DATA is wanted")]
    NoFolder,
    #[error("the file is there already")]
    FileExists,
    #[error("the journal or its projections are not whole")]
    NotWhole,
    #[error("the output cannot be written: {0}")]
    Output(std::io::Error),
    #[error("the report cannot be written: {0}")]
    Report(#[from] serde_json::Error),
    #[error(transparent)]
    Home(#[from] HomeError),
    #[error(transparent)]
    Serve(#[from] ServeError),
    #[error(transparent)]
    Invite(#[from] InviteError),
    #[error(transparent)]
    Address(#[from] AddressError),
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Refusal {
        Refusal::Home(error.into())
    }
}

impl Refusal {
    fn code(&self) -> &'static str {
        match self {
            Refusal::NoFolder => "no_data_folder",
            Refusal::FileExists => "file_exists",
            Refusal::NotWhole => "not_whole",
            Refusal::Output(_) | Refusal::Report(_) => "output_failed",
            Refusal::Home(error) => error.code(),
            Refusal::Serve(error) => error.code(),
            Refusal::Invite(error) => error.code(),
            Refusal::Address(error) => error.code(),
        }
    }
}

fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let program = Program::parse();
    let json = program.json;
    match run(program) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Refusal::Output(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(refusal) => {
            if json {
                eprintln!(
                    "{}",
                    json!({"error": {"code": refusal.code(), "message": refusal.to_string()}})
                );
            } else {
                eprintln!("{refusal} ({})", refusal.code());
            }
            match refusal {
                Refusal::NoFolder => ExitCode::from(2),
                _ => ExitCode::FAILURE,
            }
        }
    }
}

fn run(program: Program) -> Result<(), Refusal> {
    let Program { data, json, command } = program;
    let folder = data.ok_or(Refusal::NoFolder)?;
    let instruments = Instruments::of_machine();
    match command {
        Command::Init { org, name } => {
            let facts = init(&folder, &org, &name, &instruments)?;
            if json {
                return say(&json!({"organisation": facts.organisation, "name": facts.name,
                    "public_key": facts.public_key, "public_chain": facts.public_chain.to_string()}));
            }
            say(&format!(
                "{}（{}）建好了。下一步：jishi-server serve",
                facts.name, facts.organisation
            ))
        }
        Command::Serve { listen: address } => run_server(&folder, address, instruments),
        Command::Node { command } => run_node(&folder, command, json, &instruments),
        Command::Report(arguments) => run_report(&folder, arguments, json),
        Command::Verify => verify(&folder, json),
        Command::Backup { file } => backup(&folder, &file),
    }
}

fn run_server(folder: &Path, address: SocketAddr, instruments: Instruments) -> Result<(), Refusal> {
    let runtime = tokio::runtime::Runtime::new().map_err(ServeError::Network)?;
    runtime.block_on(async {
        // Both are said before a port is asked for, whoever has that.
        ServerAddress::of_listener(address)?;
        Home::open(folder, OpenMode::Write)?;
        let server = Server::open(listen(address).await?, folder, instruments)?;
        // Whoever started us waits for this line: by now the server takes connections.
        say(server.address())?;
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

fn run_node(
    folder: &Path,
    command: NodeCommand,
    json: bool,
    instruments: &Instruments,
) -> Result<(), Refusal> {
    match command {
        NodeCommand::Invite {
            outlet,
            kind: NodeKind::Till,
            address,
        } => {
            let request = InvitationRequest {
                kind: "till".to_owned(),
                outlet,
                address,
            };
            let invited = invite(folder, request, instruments)?;
            let expires = invited.expires.to_rfc3339_opts(SecondsFormat::Secs, true);
            if json {
                return say(&json!({"code": invited.code.to_string(), "expires": expires}));
            }
            say(&invited.code)?;
            say(&format!("{expires} 前有效，只能用一次。"))
        }
        NodeCommand::List => {
            let nodes = nodes(folder)?;
            let rows: Vec<_> = nodes.iter().map(NodeRow::from).collect();
            print_text(&print::rows(
                &rows,
                if json { Format::Json } else { Format::Table },
            )?)
        }
        NodeCommand::Revoke { id } => {
            for node in revoke(folder, &id, instruments)? {
                if json {
                    say(&json!({"revoked": node.node, "public_key": node.public_key}))?;
                } else {
                    say(&format!("{} 已停用；它以前送来的都还在。", node.node))?;
                }
            }
            Ok(())
        }
    }
}

#[derive(serde::Serialize)]
struct NodeRow<'a> {
    node: &'a str,
    kind: &'a str,
    outlet: Option<&'a str>,
    public_key: &'a str,
    revoked: bool,
}

impl<'a> From<&'a jishi_ledger::registry::NodeRecord> for NodeRow<'a> {
    fn from(node: &'a jishi_ledger::registry::NodeRecord) -> NodeRow<'a> {
        NodeRow {
            node: &node.node,
            kind: &node.kind,
            outlet: node.outlet.as_deref(),
            public_key: &node.public_key,
            revoked: node.revoked,
        }
    }
}

fn run_report(folder: &Path, arguments: ReportArguments, json: bool) -> Result<(), Refusal> {
    let ReportArguments {
        name,
        from,
        to,
        outlet,
        product,
        party,
        channel,
        format,
    } = arguments;
    let filter = Filter {
        from,
        to,
        outlet,
        channel,
        product,
        party,
    };
    let format = match format {
        Some(ReportFormat::Json) => Format::Json,
        Some(ReportFormat::Csv) => Format::Csv,
        Some(ReportFormat::Table) => Format::Table,
        None if json => Format::Json,
        None => Format::Table,
    };
    let home = Home::open(folder, OpenMode::Read)?;
    print_text(&report_text(&home.ledger, name, &filter, format)?)
}

fn report_text(
    ledger: &Ledger,
    name: ReportName,
    filter: &Filter,
    format: Format,
) -> Result<String, Refusal> {
    Ok(match name {
        ReportName::Summary => print::rows(&[report::summary(ledger, filter)?], format)?,
        ReportName::Sales => print::rows(&report::sales(ledger, filter)?, format)?,
        ReportName::Lines => print::rows(&report::lines(ledger, filter)?, format)?,
        ReportName::Products => print::rows(&report::products(ledger, filter)?, format)?,
        ReportName::Parties => print::rows(&report::parties(ledger, filter)?, format)?,
        ReportName::Lots => print::rows(&report::lots(ledger, filter)?, format)?,
        ReportName::Stock => print::rows(&report::stock(ledger, filter)?, format)?,
        ReportName::Tenders => print::rows(&report::tenders(ledger, filter)?, format)?,
        ReportName::Shifts => print::rows(&report::shifts(ledger, filter)?, format)?,
        ReportName::Unassigned => print::rows(&report::unassigned(ledger, filter)?, format)?,
        ReportName::Fund => print::rows(&report::fund(ledger, filter)?, format)?,
    })
}

fn verify(folder: &Path, json: bool) -> Result<(), Refusal> {
    let home = Home::open(folder, OpenMode::Read)?;
    let scratch = folder.join(format!("verify-{}", std::process::id()));
    std::fs::create_dir(&scratch).map_err(HomeError::Io)?;
    let verdict = home.ledger.verify(&scratch);
    std::fs::remove_dir_all(&scratch).map_err(HomeError::Io)?;
    let verdict = verdict.map_err(HomeError::Open)?;
    for chain in &verdict.chains {
        let bad = chain
            .bad
            .map(|bad| json!({"seq": bad.seq, "code": bad.fault.code()}));
        if json {
            say(
                &json!({"chain": chain.chain.to_string(), "node": chain.node, "entries": chain.entries, "bad": bad}),
            )?;
        } else {
            let found = chain
                .bad
                .map_or("ok".to_owned(), |bad| format!("entry {}: {}", bad.seq, bad.fault));
            say(&format!(
                "{} {} {} {found}",
                chain.node, chain.chain, chain.entries
            ))?;
        }
    }
    let whole = verdict.is_good();
    if json {
        say(
            &json!({"file": verdict.file_is_sound, "projections": verdict.projections_agree, "good": whole}),
        )?;
    } else if whole {
        say(&"全部相符")?;
    }
    if whole { Ok(()) } else { Err(Refusal::NotWhole) }
}

fn backup(folder: &Path, file: &Path) -> Result<(), Refusal> {
    if file.exists() {
        return Err(Refusal::FileExists);
    }
    let home = Home::open(folder, OpenMode::Read)?;
    home.ledger.backup_to(file, |_, _| true)?;
    Ok(())
}

fn say(line: &impl std::fmt::Display) -> Result<(), Refusal> {
    print_text(&format!("{line}\n"))
}

fn print_text(text: &str) -> Result<(), Refusal> {
    let mut output = std::io::stdout().lock();
    output
        .write_all(text.as_bytes())
        .and_then(|()| output.flush())
        .map_err(Refusal::Output)
}
