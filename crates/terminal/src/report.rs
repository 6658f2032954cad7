//! `report`: a ledger's reports as tables for people, and as JSON, CSV and XLSX.

mod columns;
mod forms;

pub use columns::{Column, Kind, column, tender_name};
pub use forms::{pairs, yuan};

use crate::failure::Failure;
use crate::files;
use crate::speech::{Speech, stdout};
use clap::ArgMatches;
use forms::Form;
use jishi_ledger::organisations::Tree;
use jishi_ledger::report::{self, Filter, Here};
use jishi_ledger::{Ledger, StoreError};
use serde::Serialize;
use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;

/// Every report there is, in the order of the help.
pub const NAMES: [&str; 18] = [
    "summary",
    "sales",
    "lines",
    "products",
    "parties",
    "lots",
    "stock",
    "tenders",
    "shifts",
    "unassigned",
    "overdrawn",
    "excess",
    "provisional",
    "stalls",
    "fund",
    "vouchers",
    "outlets",
    "organisations",
];

/// A report as it was asked for.
#[derive(Debug)]
pub struct Wanted {
    name: String,
    filter: Filter,
    /// The figures of the outlets beneath it alone.
    organisation: Option<String>,
    form: Form,
    out: Option<PathBuf>,
    overwrite: bool,
}

impl Wanted {
    /// Of the arguments that `Grammar::report` takes. Refused where the report would have nowhere to go,
    /// before a ledger is opened for it.
    pub fn of(matches: &ArgMatches, speech: &Speech) -> Result<Wanted, Failure> {
        let text = |name: &str| matches.get_one::<String>(name).cloned();
        let form = match text("format").as_deref() {
            Some("json") => Form::Json,
            Some("csv") => Form::Csv,
            Some("xlsx") => Form::Xlsx,
            None if speech.json => Form::Json,
            _ => Form::Table,
        };
        let out = matches.get_one::<PathBuf>("out").cloned();
        let overwrite = matches.get_flag("overwrite");
        match &out {
            None if form == Form::Xlsx && std::io::stdout().is_terminal() => {
                return Err(Failure::BinaryOnTerminal);
            }
            _ => {}
        }
        Ok(Wanted {
            // What clap holds to be required is there.
            name: text("name").unwrap_or_default(),
            filter: Filter {
                from: text("from"),
                to: text("to"),
                outlet: text("outlet"),
                channel: text("channel"),
                product: text("product"),
                party: text("party"),
                outlets: None,
            },
            organisation: text("organisation"),
            form,
            out,
            overwrite,
        })
    }
}

/// What a report may have to ask whoever opened the ledger; it is asked only where a report tells it.
pub struct Asked<'a> {
    /// What of each lot is this node's.
    pub here: &'a dyn Fn() -> Result<Here, StoreError>,
    /// The organisations as this node sees them.
    pub tree: &'a dyn Fn() -> Result<Tree, StoreError>,
}

impl std::fmt::Debug for Asked<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Asked")
    }
}

pub fn run(speech: &Speech, ledger: &Ledger, wanted: &Wanted, asked: &Asked<'_>) -> Result<(), Failure> {
    let here = asked.here;
    let mut filter = wanted.filter.clone();
    if let Some(organisation) = &wanted.organisation {
        filter.outlets = Some(report::outlets_beneath(&(asked.tree)()?, organisation)?);
    }
    let filter = &filter;
    let maker = Maker { speech, wanted };
    match wanted.name.as_str() {
        "sales" => maker.make(&report::sales(ledger, filter)?, columns::SALES),
        "lines" => maker.make(&report::lines(ledger, filter)?, columns::LINES),
        "products" => maker.make(&report::products(ledger, filter)?, columns::PRODUCTS),
        "parties" => maker.make(&report::parties(ledger, filter)?, columns::PARTIES),
        "lots" => maker.make(&report::lots_here(ledger, filter, &here()?)?, columns::LOTS),
        "stock" => maker.make(&report::stock_here(ledger, filter, &here()?)?, columns::STOCK),
        "vouchers" => maker.make(&report::vouchers(ledger, filter)?, columns::VOUCHERS),
        "tenders" => maker.make(&report::tenders(ledger, filter)?, columns::TENDERS),
        "shifts" => maker.make(&report::shifts(ledger, filter)?, columns::SHIFTS),
        "unassigned" => maker.make(&report::unassigned(ledger, filter)?, columns::UNASSIGNED),
        "overdrawn" => maker.make(&report::overdrawn(ledger, filter)?, columns::OVERDRAWN),
        "excess" => maker.make(&report::excess(ledger, filter)?, columns::EXCESS),
        "provisional" => maker.make(&report::provisional(ledger, filter)?, columns::PROVISIONAL),
        "stalls" => maker.make(&report::stalls(ledger, filter)?, columns::STALLS),
        "outlets" => maker.make(
            &report::outlets(ledger, filter, &(asked.tree)()?)?,
            columns::OUTLETS,
        ),
        "organisations" => maker.make(
            &report::organisations(ledger, filter, &(asked.tree)()?)?,
            columns::ORGANISATIONS,
        ),
        "fund" => maker.make(&report::fund(ledger, filter)?, columns::FUND),
        _ => maker.make(&[report::summary(ledger, filter)?], columns::SUMMARY),
    }
}

/// A report of all there is, for a command of the same name.
pub fn run_named(speech: &Speech, ledger: &Ledger, name: &str) -> Result<(), Failure> {
    let wanted = Wanted {
        name: name.to_owned(),
        filter: Filter::default(),
        organisation: None,
        form: match speech.json {
            true => Form::Json,
            false => Form::Table,
        },
        out: None,
        overwrite: false,
    };
    let asked = Asked {
        here: &|| Ok(Here::new()),
        tree: &|| Ok(Tree::default()),
    };
    run(speech, ledger, &wanted, &asked)
}

/// Rows of a program's own, as JSON or as a table.
pub fn list<T: Serialize>(speech: &Speech, rows: &[T], columns: &[Column]) -> Result<(), Failure> {
    match speech.json {
        true => print(&forms::json(rows)?),
        false => print(forms::table(rows, columns, speech.tongue)?.as_bytes()),
    }
}

struct Maker<'a> {
    speech: &'a Speech,
    wanted: &'a Wanted,
}

impl Maker<'_> {
    fn make<T: Serialize>(&self, rows: &[T], columns: &[Column]) -> Result<(), Failure> {
        let tongue = self.speech.tongue;
        let Wanted {
            name,
            form,
            out,
            overwrite,
            ..
        } = self.wanted;
        let bytes = match form {
            Form::Json => forms::json(rows)?,
            Form::Csv => forms::csv(rows, columns)?,
            Form::Xlsx => forms::xlsx(rows, columns, name, tongue)?,
            Form::Table if name == "summary" => forms::upright(rows, columns, tongue)?.into_bytes(),
            Form::Table => forms::table(rows, columns, tongue)?.into_bytes(),
        };
        match out {
            Some(path) => files::write_whole(path, &bytes, *overwrite),
            None => print(&bytes),
        }
    }
}

/// Bytes as they are, to stdout.
fn print(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = stdout();
    out.write_all(bytes)?;
    Ok(out.flush()?)
}
