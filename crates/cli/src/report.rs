//! `jishi report`: the ledger's reports as tables for people, and as JSON, CSV and XLSX.

mod columns;
mod forms;

pub(crate) use columns::tender_name;
pub(crate) use forms::{pairs, yuan};

use crate::failure::Failure;
use crate::files;
use crate::session::{Session, stdout};
use columns::Column;
use forms::Form;
use jishi_till::Folder;
use jishi_till::report::{self, Filter};
use serde::Serialize;
use std::io::{IsTerminal as _, Write as _};
use std::path::Path;

pub(crate) struct Wanted<'a> {
    pub(crate) name: &'a str,
    pub(crate) filter: Filter,
    /// None: a table, or JSON with `--json`.
    pub(crate) format: Option<&'a str>,
    pub(crate) out: Option<&'a Path>,
}

pub(crate) fn run(session: &Session, folder: &Folder, wanted: &Wanted<'_>) -> Result<(), Failure> {
    let form = match wanted.format {
        Some("json") => Form::Json,
        Some("csv") => Form::Csv,
        Some("xlsx") => Form::Xlsx,
        None if session.json => Form::Json,
        _ => Form::Table,
    };
    if form == Form::Xlsx && wanted.out.is_none() && std::io::stdout().is_terminal() {
        return Err(Failure::Terminal);
    }
    let reading = session.read(folder)?;
    let (ledger, filter) = (reading.ledger(), &wanted.filter);
    let maker = Maker {
        session,
        form,
        out: wanted.out,
        name: wanted.name,
    };
    match wanted.name {
        "sales" => maker.make(&report::sales(ledger, filter)?, columns::SALES),
        "lines" => maker.make(&report::lines(ledger, filter)?, columns::LINES),
        "products" => maker.make(&report::products(ledger, filter)?, columns::PRODUCTS),
        "parties" => maker.make(&report::parties(ledger, filter)?, columns::PARTIES),
        "lots" => maker.make(&report::lots(ledger, filter)?, columns::LOTS),
        "stock" => maker.make(&report::stock(ledger, filter)?, columns::STOCK),
        "tenders" => maker.make(&report::tenders(ledger, filter)?, columns::TENDERS),
        "shifts" => maker.make(&report::shifts(ledger, filter)?, columns::SHIFTS),
        "unassigned" => maker.make(&report::unassigned(ledger, filter)?, columns::UNASSIGNED),
        "fund" => maker.make(&report::fund(ledger, filter)?, columns::FUND),
        _ => maker.make(&[report::summary(ledger, filter)?], columns::SUMMARY),
    }
}

struct Maker<'a> {
    session: &'a Session,
    form: Form,
    out: Option<&'a Path>,
    name: &'a str,
}

impl Maker<'_> {
    fn make<T: Serialize>(&self, rows: &[T], columns: &[Column]) -> Result<(), Failure> {
        let tongue = self.session.tongue;
        let bytes = match self.form {
            Form::Json => forms::json(rows)?,
            Form::Csv => forms::csv(rows, columns)?,
            Form::Xlsx => forms::xlsx(rows, columns, self.name, tongue)?,
            Form::Table if self.name == "summary" => forms::upright(rows, columns, tongue)?.into_bytes(),
            Form::Table => forms::table(rows, columns, tongue)?.into_bytes(),
        };
        match self.out {
            Some(path) => files::write_whole(path, &bytes),
            None => {
                let mut out = stdout();
                out.write_all(&bytes)?;
                Ok(out.flush()?)
            }
        }
    }
}
