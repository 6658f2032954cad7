//! The forms a report comes in.

use super::columns::{
    Column, Kind, kiosk_word, node_kind_name, party_kind_name, pass_word, place_word, tender_name,
};
use crate::failure::Failure;
use crate::language::Tongue;
use crate::speech::json_line;
use comfy_table::presets::{NOTHING, UTF8_HORIZONTAL_ONLY};
use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, TableComponent};
use jishi_traditional::in_both_scripts;
use rust_xlsxwriter::{Format, FormatAlign, Workbook, XlsxError};
use serde::Serialize;
use serde_json::Value;
use std::io;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Table,
    Json,
    Csv,
    Xlsx,
}

/// `-1,234.56`: fen as people write yuan.
pub fn yuan(fen: i64) -> String {
    let magnitude = fen.unsigned_abs();
    let whole = (magnitude / 100).to_string();
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let sign = if fen < 0 { "-" } else { "" };
    format!("{sign}{grouped}.{:02}", magnitude % 100)
}

/// One JSON value a line, the keys in their own order.
pub(super) fn json<T: Serialize>(rows: &[T]) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    for row in rows {
        json_line(&mut bytes, row)?;
    }
    Ok(bytes)
}

/// The keys of the JSON as headings and its values as they are: money in fen. For programs; people
/// have the table and the workbook.
pub(super) fn csv<T: Serialize>(rows: &[T], columns: &[Column]) -> Result<Vec<u8>, Failure> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let failed = |error: csv::Error| io::Error::other(error);
    writer
        .write_record(columns.iter().map(|column| column.key))
        .map_err(failed)?;
    for row in rows {
        let row = object(row)?;
        let cells = columns.iter().map(|column| match &row[column.key] {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        });
        writer.write_record(cells).map_err(failed)?;
    }
    Ok(writer.into_inner().map_err(|error| error.into_error())?)
}

pub(super) fn table<T: Serialize>(rows: &[T], columns: &[Column], tongue: Tongue) -> Result<String, Failure> {
    let mut table = blank_table();
    let headings = columns.iter().map(|column| {
        let cell = Cell::new(column.heading(tongue));
        cell.set_alignment(alignment(column.kind))
    });
    table.set_header(headings);
    for row in rows {
        let row = object(row)?;
        let cells = columns.iter().map(|column| {
            let cell = Cell::new(shown(&row[column.key], column.kind, tongue));
            cell.set_alignment(alignment(column.kind))
        });
        table.add_row(cells);
    }
    Ok(format!("{}\n", table.trim_fmt()))
}

/// One row on its side: a heading and its value a line.
pub(super) fn upright<T: Serialize>(
    rows: &[T],
    columns: &[Column],
    tongue: Tongue,
) -> Result<String, Failure> {
    let mut lines = Vec::new();
    for row in rows {
        let row = object(row)?;
        for column in columns {
            let value = shown(&row[column.key], column.kind, tongue);
            lines.push((column.heading(tongue).to_owned(), value));
        }
    }
    Ok(format!("{}\n", pairs(&lines)))
}

pub fn pairs(rows: &[(String, String)]) -> String {
    let mut table = blank_table();
    table.load_preset(NOTHING);
    for (heading, value) in rows {
        let value = Cell::new(value).set_alignment(CellAlignment::Right);
        table.add_row([Cell::new(heading), value]);
    }
    if let Some(headings) = table.column_mut(0) {
        headings.set_padding((0, 1));
    }
    table.trim_fmt()
}

/// A workbook for people: headings in their language, money in yuan.
pub(super) fn xlsx<T: Serialize>(
    rows: &[T],
    columns: &[Column],
    name: &str,
    tongue: Tongue,
) -> Result<Vec<u8>, Failure> {
    workbook(rows, columns, name, tongue)?.map_err(|error| io::Error::other(error).into())
}

fn workbook<T: Serialize>(
    rows: &[T],
    columns: &[Column],
    name: &str,
    tongue: Tongue,
) -> Result<Result<Vec<u8>, XlsxError>, Failure> {
    let rows = rows.iter().map(object).collect::<Result<Vec<Value>, Failure>>()?;
    let write = || {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        sheet.set_name(name)?;
        let bold = Format::new().set_bold();
        let bold_right = Format::new().set_bold().set_align(FormatAlign::Right);
        let money = Format::new().set_num_format("#,##0.00");
        let quantity = Format::new().set_num_format("0.000");
        for (index, column) in (0u16..).zip(columns) {
            let format = match alignment(column.kind) {
                CellAlignment::Right => &bold_right,
                _ => &bold,
            };
            sheet.write_with_format(0, index, column.heading(tongue), format)?;
        }
        for (number, row) in (1u32..).zip(&rows) {
            for (index, column) in (0u16..).zip(columns) {
                let value = &row[column.key];
                match (column.kind, value) {
                    (_, Value::Null) => {}
                    // A workbook knows no integer: this is the last thing that happens to the figure.
                    (Kind::Money, Value::Number(fen)) => {
                        let yuan = fen.as_f64().unwrap_or_default() / 100.0;
                        sheet.write_with_format(number, index, yuan, &money)?;
                    }
                    (Kind::Quantity, Value::String(text)) => match text.parse::<f64>() {
                        Ok(parsed) => {
                            sheet.write_with_format(number, index, parsed, &quantity)?;
                        }
                        Err(_) => {
                            sheet.write(number, index, text)?;
                        }
                    },
                    (Kind::Count, Value::Number(count)) => {
                        sheet.write(number, index, count.as_f64().unwrap_or_default())?;
                    }
                    (kind, value) => {
                        // As text, so that a name that begins with `=` is no formula.
                        sheet.write_string(number, index, shown(value, kind, tongue))?;
                    }
                }
            }
        }
        sheet.set_freeze_panes(1, 0)?;
        sheet.autofit();
        workbook.save_to_buffer()
    };
    Ok(write())
}

fn blank_table() -> Table {
    let mut table = Table::new();
    table
        .load_preset(UTF8_HORIZONTAL_ONLY)
        .remove_style(TableComponent::HorizontalLines)
        .remove_style(TableComponent::MiddleIntersections)
        .set_content_arrangement(ContentArrangement::Disabled);
    table
}

fn alignment(kind: Kind) -> CellAlignment {
    match kind {
        Kind::Money | Kind::Quantity | Kind::Count => CellAlignment::Right,
        Kind::Text
        | Kind::Tender
        | Kind::Party
        | Kind::Pass
        | Kind::Node
        | Kind::Kiosk
        | Kind::Level
        | Kind::Outlet
        | Kind::YesNo => CellAlignment::Left,
    }
}

#[in_both_scripts(tongue)]
fn shown(value: &Value, kind: Kind, tongue: Tongue) -> String {
    match (value, kind) {
        (Value::Null, _) => String::new(),
        (Value::Number(fen), Kind::Money) => fen.as_i64().map(yuan).unwrap_or_default(),
        (Value::String(code), Kind::Tender) => tender_name(code, tongue),
        (Value::String(code), Kind::Party) => party_kind_name(code, tongue),
        (Value::String(code), Kind::Pass) => pass_word(code, tongue),
        (Value::String(code), Kind::Kiosk) => kiosk_word(code, tongue),
        (Value::String(code), Kind::Level | Kind::Outlet) => place_word(code, tongue),
        (Value::String(code), Kind::Node) => node_kind_name(code, tongue),
        (Value::Bool(yes), Kind::YesNo) => {
            tongue.say(["否", "是"], ["no", "yes"])[usize::from(*yes)].to_owned()
        }
        (Value::String(text), _) => text.clone(),
        (other, _) => other.to_string(),
    }
}

fn object(row: &impl Serialize) -> Result<Value, Failure> {
    Ok(serde_json::to_value(row).map_err(io::Error::from)?)
}

#[cfg(test)]
mod tests {
    use super::yuan;

    #[test]
    fn fen_are_written_as_yuan() {
        for (fen, text) in [
            (0, "0.00"),
            (5, "0.05"),
            (-5, "-0.05"),
            (123_456, "1,234.56"),
            (-100_000, "-1,000.00"),
            (100_000_000, "1,000,000.00"),
            (i64::MIN, "-92,233,720,368,547,758.08"),
        ] {
            assert_eq!(yuan(fen), text);
        }
    }
}
