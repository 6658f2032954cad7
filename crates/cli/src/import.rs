//! `jishi import`: files read row by row, so that every bad one is named, and taken in as one.

mod rows;

use crate::failure::{Failure, RowFault};
use crate::files;
use crate::language::language;
use crate::session::Session;
use jishi_terminal::Tongue;
use jishi_terminal::progress::{self, Interrupt, ProgressBar};
use jishi_till::{Folder, ImportFault, ImportReport, Refusal, Till, picture_beside};
use jishi_traditional::in_both_scripts;
use rows::Gathered;
use serde::Serialize;
use std::path::{Path, PathBuf};

#[derive(Serialize)]
struct Imported {
    #[serde(flatten)]
    report: ImportReport,
    /// Nothing was changed; it was only looked at.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    check: bool,
}

pub(crate) fn run(
    session: &Session,
    folder: Folder,
    paths: &[PathBuf],
    check_only: bool,
) -> Result<(), Failure> {
    let mut gathered = Gathered::default();
    for path in paths {
        if is_table(path) {
            return Err(Failure::TablesNotSupported { path: path.clone() });
        }
        let text = files::read_text(path, "bad_import")?;
        gathered.read(&path.display().to_string(), &text, session.speech.tongue)?;
    }
    let mut till = session.open_till(folder)?;
    let report = take_in(&mut till, gathered, check_only, session.speech.tongue)?;
    let imported = Imported {
        report,
        check: check_only,
    };
    session.answer(&imported, |tongue| said(&imported, tongue))
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

fn take_in(
    till: &mut Till,
    gathered: Gathered,
    check_only: bool,
    tongue: Tongue,
) -> Result<ImportReport, Failure> {
    let Gathered {
        file,
        places,
        mut faults,
        ..
    } = gathered;
    // Where rows could not even be read the others are still looked at, so that all is named at once.
    let unread_rows = !faults.is_empty();
    let picture = |row: u32, name: &str| picture_beside(Path::new(&places.of("products", row).0), name);
    let bar = bar(tongue);
    let mut work = progress::work(&bar, &Interrupt::listen());
    let imported = till.import_watched(&file, check_only || unread_rows, &picture, &mut work);
    drop(work);
    bar.finish_and_clear();
    match imported {
        Ok(report) if !unread_rows => return Ok(report),
        Ok(_) => {}
        Err(Refusal::Import { faults: found }) => {
            let found = found
                .into_iter()
                .filter(|fault| !unread_rows || !names_another_row(fault));
            faults.extend(found.map(|fault| {
                let (file, row) = places.of(&fault.list, fault.row);
                let message = match tongue {
                    Tongue::English => english(&fault.code, &fault.name),
                    Tongue::Chinese | Tongue::Traditional => fault.message(language(tongue)),
                };
                RowFault {
                    file,
                    list: fault.list,
                    row,
                    column: column_of(&fault.code).map(str::to_owned),
                    message,
                    name: fault.name,
                    code: fault.code,
                }
            }));
        }
        Err(refusal) => return Err(refusal.into()),
    }
    Err(Failure::Import(faults))
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

fn english(code: &str, name: &str) -> String {
    let words = match code {
        "bad_price" => "The price is below 0 or too large.",
        "bad_barcode" => "The barcode's check digit is wrong, or another product has it.",
        "bad_quantity" => "The quantity is not above 0 with at most three decimals.",
        "bad_shares" => "The shares are not right: one at least, whole numbers, not all 0.",
        "bad_terms" => "The terms are not right.",
        "bad_lot" => "The lot's code is used or reserved, or the product is the operator's own.",
        "no_such_party" => "There is no such party.",
        "no_such_product" => "There is no such product.",
        "bad_box" => "The box's contents are not right.",
        "bad_party" => "The party's code, kind or name is not right, or the code comes twice.",
        "bad_product" => {
            "The product's code, name, unit or scale code is not right, or the code comes twice."
        }
        "bad_outlet" => "The outlet's code, kind, name, days or scale layouts are not right.",
        "bad_fund" => "A rule has either bp, up to 10000, or fen_per_unit.",
        "bad_staff" => "The staff member's code, name or role is not right, or the code comes twice.",
        "bad_picture" => "The picture is no PNG, JPEG or WebP file beside this one, or is above 256 KB.",
        "bad_weighing" => {
            "What is counted and priced by weight has both units; only weighed goods have a tare."
        }
        "bad_pin" => "A PIN has 4 to 8 digits.",
        "bad_setting" => "The setting has no such value.",
        "bad_buyer" => "The buyer's code, kind or name is not right, or the code comes twice.",
        _ => "The row is not right.",
    };
    match name {
        "" => words.to_owned(),
        name => format!("{name}: {words}"),
    }
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
