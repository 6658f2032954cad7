//! Rows as a table a person reads, as JSON lines, or as CSV.

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use std::fmt;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Table,
    Json,
    Csv,
}

/// One row a line, in the order given.
pub fn rows<T: Serialize>(rows: &[T], format: Format) -> Result<String, serde_json::Error> {
    if format == Format::Json {
        let mut text = String::new();
        for row in rows {
            text.push_str(&serde_json::to_string(row)?);
            text.push('\n');
        }
        return Ok(text);
    }
    let rows: Vec<Row> = rows
        .iter()
        .map(|row| serde_json::from_str(&serde_json::to_string(row)?))
        .collect::<Result<_, _>>()?;
    let Some(first) = rows.first() else {
        return Ok(String::new());
    };
    let mut lines = vec![first.0.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>()];
    lines.extend(
        rows.iter()
            .map(|row| row.0.iter().map(|(_, value)| cell(value)).collect()),
    );
    Ok(match format {
        Format::Csv => csv(&lines),
        Format::Table | Format::Json => table(&lines),
    })
}

/// A row's columns in the order of its shape, which a map of serde_json's would lose.
struct Row(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Row, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Row;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a row of a report")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Row, A::Error> {
                let mut columns = Vec::new();
                while let Some(column) = map.next_entry()? {
                    columns.push(column);
                }
                Ok(Row(columns))
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn csv(lines: &[Vec<String>]) -> String {
    let quoted = |cell: &String| {
        // A cell that a spreadsheet would run is only text to us.
        let cell = if cell.starts_with(['=', '+', '-', '@']) && cell.parse::<i64>().is_err() {
            format!("'{cell}")
        } else {
            cell.clone()
        };
        if cell.contains([',', '"', '\n', '\r']) {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            cell
        }
    };
    lines
        .iter()
        .map(|line| line.iter().map(quoted).collect::<Vec<_>>().join(",") + "\r\n")
        .collect()
}

fn table(lines: &[Vec<String>]) -> String {
    let columns = lines.first().map_or(0, Vec::len);
    let width = |text: &str| {
        text.chars()
            .map(|sign| if sign.is_ascii() { 1 } else { 2 })
            .sum::<usize>()
    };
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            lines
                .iter()
                .filter_map(|line| line.get(column))
                .map(|text| width(text))
                .max()
                .unwrap_or(0)
        })
        .collect();
    let mut text = String::new();
    for line in lines {
        let mut row = String::new();
        for (cell, wide) in line.iter().zip(&widths) {
            row.push_str(cell);
            row.push_str(&" ".repeat(wide.saturating_sub(width(cell)) + 2));
        }
        text.push_str(row.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct Due {
        party: &'static str,
        name: Option<&'static str>,
        due: i64,
    }

    #[test]
    fn a_report_in_its_three_forms() {
        let table = [
            Due {
                party: "H1",
                name: Some("王桂兰"),
                due: 5,
            },
            Due {
                party: "H,2",
                name: None,
                due: -5,
            },
            Due {
                party: "=1+1",
                name: None,
                due: 0,
            },
        ];
        assert_eq!(
            rows(&table[..2], Format::Json).unwrap(),
            "{\"party\":\"H1\",\"name\":\"王桂兰\",\"due\":5}\n{\"party\":\"H,2\",\"name\":null,\"due\":-5}\n"
        );
        assert_eq!(
            rows(&table, Format::Csv).unwrap(),
            "party,name,due\r\nH1,王桂兰,5\r\n\"H,2\",,-5\r\n'=1+1,,0\r\n"
        );
        assert_eq!(
            rows(&table[..2], Format::Table).unwrap(),
            "party  name    due\nH1     王桂兰  5\nH,2            -5\n"
        );
        assert_eq!(rows::<Due>(&[], Format::Table).unwrap(), "");
    }
}
