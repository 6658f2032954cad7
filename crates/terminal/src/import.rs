//! `import`: files read row by row, so that every bad one is named, and taken in as one.

mod rows;
mod words;

use crate::failure::Failure;
use crate::json_file;
use crate::language::Tongue;
use crate::progress::{self, Interrupt, ProgressBar};
use crate::speech::Speech;
use jishi_catalogue::{ImportFault, ImportFile, ImportReport, picture_beside};
use jishi_ledger::Work;
use jishi_traditional::in_both_scripts;
use rows::Gathered;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// A row of an import that cannot be taken.
#[derive(Debug)]
pub struct RowFault {
    pub file: String,
    pub list: String,
    /// Counts from 1 in its list.
    pub row: u32,
    /// The row's own code, where it has one.
    pub name: String,
    pub column: Option<String>,
    pub code: String,
    pub message: String,
}

impl RowFault {
    /// `fair.json, lots row 3 (L9), shares: There is no such party. [no_such_party]`
    #[in_both_scripts(tongue)]
    pub fn say(&self, tongue: Tongue) -> String {
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

#[derive(Serialize)]
struct Imported {
    #[serde(flatten)]
    report: ImportReport,
    /// Nothing was changed; it was only looked at.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    check: bool,
}

/// What a file says, to be taken in or only looked at; where some rows cannot be taken, which.
pub struct Asked<'a, 'w> {
    pub file: &'a ImportFile,
    pub check_only: bool,
    pub pictures: &'a dyn Fn(u32, &str) -> Option<Vec<u8>>,
    pub work: &'a mut Work<'w>,
}

impl std::fmt::Debug for Asked<'_, '_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Asked")
            .field("check_only", &self.check_only)
            .finish()
    }
}

/// Reads the files and has `take` take them in, into whatever node is meant.
pub fn run<F: From<Failure>>(
    speech: &Speech,
    paths: &[PathBuf],
    check_only: bool,
    take: impl FnOnce(Asked<'_, '_>) -> Result<Result<ImportReport, Vec<ImportFault>>, F>,
) -> Result<(), F> {
    let mut gathered = Gathered::default();
    for path in paths {
        if is_table(path) {
            return Err(Failure::TablesNotSupported { path: path.clone() }.into());
        }
        let text = json_file::read_text(path, "bad_import")?;
        gathered.read(&path.display().to_string(), &text, speech.tongue)?;
    }
    let report = take_in(gathered, check_only, speech.tongue, take)?;
    let imported = Imported {
        report,
        check: check_only,
    };
    Ok(speech.answer(&imported, |tongue| said(&imported, tongue))?)
}

/// By its name: what is inside a file of another name is JSON or is refused as bad JSON.
fn is_table(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| {
        ["xlsx", "xls", "csv"]
            .iter()
            .any(|table| extension.eq_ignore_ascii_case(table))
    })
}

fn take_in<F: From<Failure>>(
    gathered: Gathered,
    check_only: bool,
    tongue: Tongue,
    take: impl FnOnce(Asked<'_, '_>) -> Result<Result<ImportReport, Vec<ImportFault>>, F>,
) -> Result<ImportReport, F> {
    let Gathered {
        file,
        places,
        mut faults,
        ..
    } = gathered;
    // Where rows could not even be read the others are still looked at, so that all is named at once.
    let unread_rows = !faults.is_empty();
    let pictures = |row: u32, name: &str| picture_beside(Path::new(&places.of("products", row).0), name);
    let bar = bar(tongue);
    let mut work = progress::work(&bar, &Interrupt::listen());
    let imported = take(Asked {
        file: &file,
        check_only: check_only || unread_rows,
        pictures: &pictures,
        work: &mut work,
    });
    drop(work);
    bar.finish_and_clear();
    match imported? {
        Ok(report) if !unread_rows => return Ok(report),
        Ok(_) => {}
        Err(found) => {
            let found = found
                .into_iter()
                .filter(|fault| !unread_rows || !names_another_row(fault));
            faults.extend(found.map(|fault| {
                let (file, row) = places.of(&fault.list, fault.row);
                RowFault {
                    file,
                    list: fault.list,
                    row,
                    column: column_of(&fault.code).map(str::to_owned),
                    message: words::of(&fault.code, &fault.name, tongue),
                    name: fault.name,
                    code: fault.code,
                }
            }));
        }
    }
    Err(Failure::Rows(faults).into())
}

#[in_both_scripts(tongue)]
fn bar(tongue: Tongue) -> ProgressBar {
    progress::bar(0, tongue.say("导入", "Importing"))
}

/// What may only be wrong because the row it names could not be read.
fn names_another_row(fault: &ImportFault) -> bool {
    matches!(
        fault.code.as_str(),
        "no_such_product" | "no_such_party" | "bad_box"
    )
}

/// The column that a fault is about, where its code says so.
fn column_of(code: &str) -> Option<&'static str> {
    Some(match code {
        "bad_price" => "price",
        "bad_barcode" => "barcodes",
        "bad_picture" => "picture",
        "bad_quantity" => "qty",
        "bad_shares" | "no_such_party" => "shares",
        "bad_terms" => "terms",
        "bad_lot" => "code",
        "no_such_product" => "product",
        "bad_box" => "contents",
        _ => return None,
    })
}

#[in_both_scripts(tongue)]
fn said(imported: &Imported, tongue: Tongue) -> String {
    let ImportReport {
        added,
        revised,
        unchanged,
    } = &imported.report;
    match imported.check {
        true => tongue.say(
            format!("可以导入：将新增 {added}，修改 {revised}，不变 {unchanged}。还没有改动。"),
            format!("It can be imported: {added} new, {revised} revised, {unchanged} unchanged. Nothing was changed yet."),
        ),
        false => tongue.say(
            format!("导入好了：新增 {added}，修改 {revised}，不变 {unchanged}。"),
            format!("Imported: {added} new, {revised} revised, {unchanged} unchanged."),
        ),
    }
}
