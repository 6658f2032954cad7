//! Whose goods: the few words that stand under a line, on a key and beside a sum.

use crate::catalogue::{Catalogue, Party};
use crate::view::Language;
use jishi_traditional::in_both_scripts;
use std::collections::BTreeSet;

/// The parties behind something, by their codes in the order of their shares.
pub(crate) struct Parties<'a> {
    parties: Vec<&'a Party>,
}

impl<'a> Parties<'a> {
    pub(crate) fn of(catalogue: &'a Catalogue, codes: impl IntoIterator<Item = &'a str>) -> Parties<'a> {
        let mut seen = BTreeSet::new();
        let codes = codes.into_iter().filter(|code| seen.insert(*code));
        Parties {
            parties: codes.filter_map(|code| catalogue.party(code)).collect(),
        }
    }

    fn households(&self) -> usize {
        self.parties.iter().filter(|party| party.is_household()).count()
    }

    fn villages(&self) -> BTreeSet<&'a str> {
        self.parties
            .iter()
            .map(|party| party.put.village.as_str())
            .filter(|name| !name.is_empty())
            .collect()
    }

    /// `石门村 · 王桂兰等 3 户`, `5 村 9 户`.
    #[in_both_scripts(language)]
    pub(crate) fn whose(&self, language: Language) -> String {
        let Some(first) = self.parties.first() else {
            return String::new();
        };
        let villages = self.villages();
        let more = self.parties.len() - 1;
        let households = self.households();
        if villages.len() > 1 {
            return many(villages.len(), households, language);
        }
        let names = match (more, language) {
            (0, _) => first.shown().to_owned(),
            (_, Language::Chinese) if households == self.parties.len() => {
                format!("{}等 {households} 户", first.shown())
            }
            (_, Language::Chinese) => format!("{}等 {} 家", first.shown(), self.parties.len()),
            (_, Language::English) => format!("{} and {more} more", first.shown()),
        };
        match villages.first() {
            Some(village) => format!("{village} · {names}"),
            None => names,
        }
    }

    /// Where from, in fewer words: `石门村`, `柳河橙子合作社`, `5 村 9 户`.
    pub(crate) fn origin(&self, language: Language) -> String {
        let villages = self.villages();
        match (self.parties.as_slice(), villages.len()) {
            ([], _) => String::new(),
            ([only], _) if !only.is_household() => only.shown().to_owned(),
            (_, 0) => self.whose(language),
            (_, 1) => villages
                .first()
                .map(|village| (*village).to_owned())
                .unwrap_or_default(),
            (_, villages) => many(villages, self.households(), language),
        }
    }

    /// Where from, as a buyer may see it: no household is named.
    pub(crate) fn place(&self, language: Language) -> String {
        match self.villages().is_empty() && self.households() > 0 {
            true => String::new(),
            false => self.origin(language),
        }
    }
}

#[in_both_scripts(language)]
fn many(villages: usize, households: usize, language: Language) -> String {
    match language {
        Language::Chinese => format!("{villages} 村 {households} 户"),
        Language::English => format!("{villages} villages, {households} households"),
    }
}

/// 自营.
#[in_both_scripts(language)]
pub(crate) fn own(language: Language) -> &'static str {
    match language {
        Language::Chinese => "自营",
        Language::English => "own goods",
    }
}

/// 待归户, with whose it was said to be where somebody said.
#[in_both_scripts(language)]
pub(crate) fn unassigned_of(catalogue: &Catalogue, said_of: Option<&str>, language: Language) -> String {
    let waits = unassigned(language);
    match Parties::of(catalogue, said_of).whose(language) {
        said if said.is_empty() => waits.to_owned(),
        said => match language {
            Language::Chinese => format!("{waits}（{said}）"),
            Language::English => format!("{waits} ({said})"),
        },
    }
}

/// 待归户.
#[in_both_scripts(language)]
pub(crate) fn unassigned(language: Language) -> &'static str {
    match language {
        Language::Chinese => "待归户",
        Language::English => "not assigned yet",
    }
}

/// Whose a voucher's money is.
#[in_both_scripts(language)]
pub(crate) fn voucher(language: Language) -> &'static str {
    match language {
        Language::Chinese => "代金券 · 预收款",
        Language::English => "voucher, paid in advance",
    }
}
