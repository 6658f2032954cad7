//! The words of refusals, in every language. One row a code. A code without a row is shown as the
//! error itself says it, in English.

mod afterwards;
mod joining;
mod keeping;
mod passes;
mod people;
mod selling;
mod sticks;

use super::Refusal;
use crate::view::Language;
use jishi_domain::{AssignError, SaleError, SaleRefusal};
use jishi_traditional::in_both_scripts;

/// Code, Chinese, English. `{}` is what the refusal names.
type Row = (&'static str, &'static str, &'static str);

/// Parted by what a refusal is about; a code stands in one of them.
const WORDS: [&[Row]; 7] = [
    selling::WORDS,
    afterwards::WORDS,
    people::WORDS,
    passes::WORDS,
    keeping::WORDS,
    sticks::WORDS,
    joining::WORDS,
];
const TRADITIONAL: [&[Row]; 7] = [
    selling::TRADITIONAL,
    afterwards::TRADITIONAL,
    people::TRADITIONAL,
    passes::TRADITIONAL,
    keeping::TRADITIONAL,
    sticks::TRADITIONAL,
    joining::TRADITIONAL,
];

#[in_both_scripts(language)]
pub(super) fn message(refusal: &Refusal, language: Language) -> String {
    let named = named(refusal);
    let wanted = match refusal {
        // A cashier meets this code on a scanned label, a bookkeeper in what she typed.
        Refusal::Assign(AssignError::NoSuchLot) => "no_such_lot, assigning",
        Refusal::NoSuchLot { .. } => "no_such_lot, named",
        Refusal::Sale(SaleError {
            line: None,
            refusal: SaleRefusal::NoSuchLot,
        }) => "no_such_lot, scanned",
        Refusal::BooksFull => "amount_too_large, in all",
        // A hub's, of what is given of a lot and not of what is assigned.
        Refusal::Sync { code, .. } if code == "lot_too_small" => "lot_too_small, to give",
        other => other.code(),
    };
    let Some(text) = of_code(wanted, language) else {
        return refusal.to_string();
    };
    let line = refusal.line().map(|line| match language {
        Language::Chinese => format!("第 {line} 行："),
        Language::English => format!("Line {line}: "),
    });
    let named = match refusal {
        // Where in the file, and what was expected there.
        Refusal::BadJson { fault, .. } => fault.say(language.into()),
        _ => named,
    };
    format!("{}{}", line.unwrap_or_default(), text.replace("{}", &named))
}

/// What the message names.
fn named(refusal: &Refusal) -> String {
    match refusal {
        Refusal::NoSuchProduct { product: name, .. }
        | Refusal::BadBarcode { code: name, .. }
        | Refusal::WeightMissing { product: name, .. }
        | Refusal::ComesToNothing { product: name, .. }
        | Refusal::NotForABox { product: name }
        | Refusal::KioskNeedsLabel { product: name }
        | Refusal::BarcodeTaken { product: name }
        | Refusal::NotProvisional { code: name }
        | Refusal::NotTheSame { product: name }
        | Refusal::NoSuchLot { lot: name }
        | Refusal::NotAllotted { lot: name }
        | Refusal::MoreThanLeft { lot: name }
        | Refusal::NoSuchReceipt { number: name }
        | Refusal::ReceiptMismatch { number: name }
        | Refusal::NotWaiting { number: name }
        | Refusal::NoSuchStaff { staff: name }
        | Refusal::NoSuchShift { shift: name }
        | Refusal::MayNot { staff: name, .. }
        | Refusal::MayNotApprove { staff: name }
        | Refusal::Locked { process: name }
        | Refusal::BadRequest(name)
        | Refusal::ChainRefused { code: name }
        | Refusal::NotABackup { path: name }
        | Refusal::NotACatalogue { path: name }
        | Refusal::NotAnOlderBundle { path: name }
        | Refusal::BadKey { key: name }
        | Refusal::KeyTaken { key: name }
        | Refusal::PassesByReceipt { product: name }
        | Refusal::NoSuchBuyer { buyer: name }
        | Refusal::NoSuchParty { party: name }
        | Refusal::Paper(name)
        | Refusal::File { path: name, .. } => shortened(name),
        Refusal::ReturnAboveLimit { max_fen: left_fen } | Refusal::CreditLimit { left_fen, .. } => {
            jishi_domain::Fen::new(*left_fen).to_string()
        }
        Refusal::RoundingWithoutCash { fen } | Refusal::WipesAll { fen } => {
            jishi_domain::Fen::new(*fen).to_string()
        }
        Refusal::TenderNotTaken { kind } => (*kind).to_owned(),
        Refusal::VoucherUsed { when, where_ }
        | Refusal::TicketUsed { when, where_ }
        | Refusal::PassReturned { when, where_ } => format!("{when} {where_}"),
        Refusal::PassExpired { until } => until.clone(),
        Refusal::AboveFace { face_fen } => jishi_domain::Fen::new(*face_fen).to_string(),
        Refusal::PassesUsed { left } => left.to_string(),
        Refusal::BackupDamaged { seq } => seq.to_string(),
        Refusal::BelowLowestPrice {
            product,
            lowest: Some(lowest),
            ..
        } => format!("{}（{}）", shortened(product), jishi_domain::Fen::new(*lowest)),
        Refusal::BelowLowestPrice { product, .. } => shortened(product),
        Refusal::PinWait { seconds } => seconds.to_string(),
        Refusal::KioskFull { max } => max.to_string(),
        _ => String::new(),
    }
}

/// A scanned URL or ten thousand characters must not push the rest off the screen.
fn shortened(text: &str) -> String {
    const CHARACTERS: usize = 40;
    match text.char_indices().nth(CHARACTERS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The words of a code by itself, where there is no refusal to name more.
pub(crate) fn of_code(code: &str, language: Language) -> Option<&'static str> {
    let words = match language {
        Language::Traditional => TRADITIONAL,
        Language::Chinese | Language::English => WORDS,
    };
    let (_, chinese, english) = words.into_iter().flatten().find(|(known, _, _)| *known == code)?;
    Some(match language {
        Language::Chinese | Language::Traditional => chinese,
        Language::English => english,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeSet, HashSet};
    use std::path::{Path, PathBuf};

    #[test]
    fn the_traditional_table_has_a_row_for_each_and_nothing_simplified_left() {
        assert_eq!(WORDS.map(<[_]>::len), TRADITIONAL.map(<[_]>::len));
        for ((code, chinese, english), row) in
            WORDS.into_iter().flatten().zip(TRADITIONAL.into_iter().flatten())
        {
            assert_eq!((code, english), (&row.0, &row.2));
            assert_eq!(jishi_testkit::only_simplified(row.1), "", "{code}: {}", row.1);
            assert_eq!(chinese.chars().count(), row.1.chars().count(), "{code}");
        }
    }

    /// The text of a type's `code`, in the source that it is declared in.
    fn text_of_code(of: &str) -> String {
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let places = ["till", "domain", "journal", "ledger", "sync"];
        let mut folders: Vec<PathBuf> = places.map(|place| crates.join(place).join("src")).into();
        while let Some(folder) = folders.pop() {
            for file in std::fs::read_dir(folder).unwrap() {
                let path = file.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let text = std::fs::read_to_string(&path).unwrap();
                let begins = format!("\nimpl {of} {{\n");
                let impls = text.split(&begins).skip(1);
                let mut codes = impls.filter_map(|text| {
                    let own = text.split("\n}\n").next()?;
                    let (_, code) = own.split_once("pub fn code(")?;
                    code.split("\n    }\n").next()
                });
                if let Some(code) = codes.next() {
                    return code.to_owned();
                }
            }
        }
        panic!("{of} has no code");
    }

    /// Every code there is: `Refusal`'s own, and those of each error that it takes in, however deep. They are closed
    /// enums, so that whoever adds a case must give it a code, and meets this.
    fn all_codes() -> BTreeSet<String> {
        let source = include_str!("../../refusal.rs");
        let taken_in = source.split("#[from] ").skip(1);
        let taken_in = taken_in.map(|text| text.split(')').next().unwrap().to_owned());
        let mut types: Vec<String> = taken_in.collect();
        types.extend(
            [
                "Refusal",
                "BoxError",
                "SaleRefusal",
                "RefundRefusal",
                "EntryError",
            ]
            .map(str::to_owned),
        );
        let mut codes = BTreeSet::new();
        for of in types {
            let text = text_of_code(&of);
            let quoted = text.split('"').skip(1).step_by(2);
            codes.extend(quoted.map(str::to_owned));
            assert!(
                text.contains('"') || text.contains("self.refusal.code()"),
                "{of} names no code"
            );
        }
        // Of files, by what the system says.
        codes.extend(["disk_full", "read_only", "no_such_file", "storage_failed"].map(str::to_owned));
        codes
    }

    #[test]
    fn whatever_is_refused_is_said_in_all_three_languages() {
        let codes = all_codes();
        assert!(codes.len() > 150, "{}", codes.len());
        let silent: Vec<&String> = codes
            .iter()
            .filter(|code| of_code(code, Language::Chinese).is_none())
            .collect();
        assert!(silent.is_empty(), "without words: {silent:?}");
        for code in &codes {
            let said = [Language::Chinese, Language::Traditional, Language::English];
            for (language, ends) in said.into_iter().zip(["。", "。", "."]) {
                let words = of_code(code, language).unwrap();
                assert!(words.ends_with(ends), "{code}: {words}");
            }
        }
    }

    /// A bookkeeper assigns, a supervisor gives a till its part: neither reads the other's words.
    #[test]
    fn a_hub_that_has_less_says_so_in_its_own_words() {
        let of_hub = Refusal::Sync {
            code: "lot_too_small".to_owned(),
            message: String::new(),
        };
        let assigning = Refusal::Assign(AssignError::LotTooSmall);
        assert_eq!(of_hub.code(), assigning.code());
        assert!(message(&of_hub, Language::Chinese).contains("没分出去的"));
        assert!(message(&assigning, Language::Chinese).contains("没有归户"));
    }

    #[test]
    fn a_code_has_one_row_and_both_languages_name_the_same() {
        let mut codes = HashSet::new();
        for (code, chinese, english) in WORDS.into_iter().flatten() {
            assert!(codes.insert(code), "{code} stands twice");
            assert!(!chinese.is_empty() && !english.is_empty(), "{code}");
            let names = |text: &str| text.matches("{}").count();
            assert_eq!(names(chinese), names(english), "{code}");
            assert!(
                !chinese.is_ascii() && english.is_ascii(),
                "{code}: a language is in the other's place"
            );
        }
    }
}
