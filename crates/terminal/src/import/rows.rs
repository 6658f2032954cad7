//! The rows of all files of an import together, each with the place it came from.

use super::RowFault;
use crate::failure::Failure;
use crate::json_file::{self, Reason};
use crate::language::Tongue;
use jishi_catalogue::{FundRow, ImportFile, OutletRow, SettingsRow};
use jishi_traditional::in_both_scripts;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use std::collections::HashMap;

/// A file as far as its lists; its rows are read one by one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Lists {
    #[serde(default)]
    outlet: Option<Box<RawValue>>,
    #[serde(default)]
    parties: Vec<Box<RawValue>>,
    #[serde(default)]
    products: Vec<Box<RawValue>>,
    #[serde(default)]
    lots: Vec<Box<RawValue>>,
    #[serde(default)]
    fund: Option<Vec<Box<RawValue>>>,
    #[serde(default)]
    staff: Vec<Box<RawValue>>,
    #[serde(default)]
    buyers: Vec<Box<RawValue>>,
    #[serde(default)]
    settings: Option<Box<RawValue>>,
    #[serde(default)]
    issuers: Vec<Box<RawValue>>,
}

#[derive(Default)]
pub(super) struct Gathered {
    pub(super) file: ImportFile,
    pub(super) places: Places,
    pub(super) faults: Vec<RowFault>,
}

/// Where each row of the whole came from: its file, and its number in its list there.
#[derive(Default)]
pub(super) struct Places(HashMap<&'static str, Vec<(String, u32)>>);

impl Places {
    fn push(&mut self, list: &'static str, file: &str, row: u32) {
        self.0.entry(list).or_default().push((file.to_owned(), row));
    }

    pub(super) fn of(&self, list: &str, row: u32) -> (String, u32) {
        let index = usize::try_from(row).unwrap_or_default().saturating_sub(1);
        let place = self.0.get(list).and_then(|places| places.get(index));
        place.cloned().unwrap_or((String::new(), row))
    }
}

/// One file being read.
struct Reading<'a> {
    file: &'a str,
    tongue: Tongue,
    places: &'a mut Places,
    faults: &'a mut Vec<RowFault>,
}

impl Gathered {
    /// Adds a file. Rows that are the same in two files count once.
    pub(super) fn read(&mut self, name: &str, text: &str, tongue: Tongue) -> Result<(), Failure> {
        let lists: Lists = json_file::parse(text, "bad_import", name)?;
        let Gathered { file, places, faults } = self;
        let mut reading = Reading {
            file: name,
            tongue,
            places,
            faults,
        };
        if let Some(raw) = &lists.outlet
            && let Some(outlet) = reading.row::<OutletRow>("outlet", 1, raw)
        {
            match &file.outlet {
                None => {
                    reading.places.push("outlet", name, 1);
                    file.outlet = Some(outlet);
                }
                Some(known) if *known == outlet => {}
                Some(_) => reading.two_of_one("outlet", &outlet.code),
            }
        }
        if let Some(raw) = &lists.fund {
            let rules: Vec<FundRow> = (1u32..)
                .zip(raw)
                .filter_map(|(number, raw)| reading.row("fund", number, raw))
                .collect();
            match &file.fund {
                None => {
                    for (number, _) in (1u32..).zip(&rules) {
                        reading.places.push("fund", name, number);
                    }
                    file.fund = Some(rules);
                }
                Some(known) if *known == rules => {}
                Some(_) => reading.two_of_one("fund", ""),
            }
        }
        if let Some(raw) = &lists.settings
            && let Some(settings) = reading.row::<SettingsRow>("settings", 1, raw)
        {
            match &file.settings {
                None => {
                    reading.places.push("settings", name, 1);
                    file.settings = Some(settings);
                }
                Some(known) if *known == settings => {}
                Some(_) => reading.two_of_one("settings", ""),
            }
        }
        reading.list("parties", &lists.parties, &mut file.parties);
        reading.list("products", &lists.products, &mut file.products);
        reading.list("lots", &lists.lots, &mut file.lots);
        reading.list("staff", &lists.staff, &mut file.staff);
        reading.list("buyers", &lists.buyers, &mut file.buyers);
        reading.list("issuers", &lists.issuers, &mut file.issuers);
        Ok(())
    }
}

impl Reading<'_> {
    fn list<T: DeserializeOwned + PartialEq>(
        &mut self,
        list: &'static str,
        raw: &[Box<RawValue>],
        rows: &mut Vec<T>,
    ) {
        let from_other_files = rows.len();
        for (number, raw) in (1u32..).zip(raw) {
            let Some(row) = self.row::<T>(list, number, raw) else {
                continue;
            };
            if rows[..from_other_files].contains(&row) {
                continue;
            }
            self.places.push(list, self.file, number);
            rows.push(row);
        }
    }

    fn row<T: DeserializeOwned>(&mut self, list: &'static str, number: u32, raw: &RawValue) -> Option<T> {
        let (path, reason) = if raw.get().starts_with('[') {
            (String::new(), Reason::not_an_object())
        } else {
            let mut reader = serde_json::Deserializer::from_str(raw.get());
            match serde_path_to_error::deserialize(&mut reader) {
                Ok(row) => return Some(row),
                Err(error) => (error.path().to_string(), Reason::of(error.inner())),
            }
        };
        self.faults.push(RowFault {
            file: self.file.to_owned(),
            list: list.to_owned(),
            row: number,
            name: code_of(raw),
            column: Some(path).filter(|path| !path.is_empty() && path != "."),
            code: "bad_row".to_owned(),
            message: reason.without_position().say(self.tongue),
        });
        None
    }

    /// Two files that say different things of what there is one of.
    #[in_both_scripts(self.tongue)]
    fn two_of_one(&mut self, list: &str, name: &str) {
        self.faults.push(RowFault {
            file: self.file.to_owned(),
            list: list.to_owned(),
            row: 1,
            name: name.to_owned(),
            column: None,
            code: "bad_row".to_owned(),
            message: self
                .tongue
                .say(
                    "几个文件写得不一样，只能有一个",
                    "the files differ, and there can only be one",
                )
                .to_owned(),
        });
    }
}

/// The code of a row that could not be read, where it has one.
fn code_of(raw: &RawValue) -> String {
    let value: serde_json::Value = serde_json::from_str(raw.get()).unwrap_or_default();
    let code = value.get("code").or_else(|| value.get("id"));
    code.and_then(|code| code.as_str()).unwrap_or_default().to_owned()
}
