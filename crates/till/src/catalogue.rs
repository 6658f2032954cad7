//! What is on sale and whose it is, in memory: read once, read again after an import.

use crate::refusal::Refusal;
use crate::search::SearchIndex;
use jishi_domain::{FundRule, ScaleLayout};
use jishi_journal::body::{FundRuleFact, OutletPut, PartyPut, ProductPut, StaffPut};
use jishi_ledger::Ledger;
use std::collections::HashMap;
use std::sync::OnceLock;

/// Unless a setting says otherwise.
const LOCK_AFTER_MINUTES: u32 = 5;

/// A party as a till may know it: code, village and name, nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    pub put: PartyPut,
    /// None where its key is not here or was destroyed.
    pub name: Option<String>,
}

impl Party {
    /// Its name, or its code where there is none.
    pub fn shown(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.put.code)
    }

    pub fn is_household(&self) -> bool {
        self.put.kind == "household"
    }
}

#[derive(Debug, Default)]
pub struct Catalogue {
    products: HashMap<String, ProductPut>,
    by_barcode: HashMap<String, String>,
    by_scale_code: HashMap<String, String>,
    parties: HashMap<String, Party>,
    staff: Vec<StaffPut>,
    outlet: Option<OutletPut>,
    layouts: Vec<ScaleLayout>,
    fund: Vec<FundRule>,
    fund_name: String,
    discount_limit_bp: Option<i64>,
    lock_after_minutes: Option<u32>,
    search: OnceLock<SearchIndex>,
}

impl Catalogue {
    pub(crate) fn read(ledger: &Ledger) -> Result<Catalogue, Refusal> {
        let mut catalogue = Catalogue {
            staff: ledger.staff()?,
            ..Catalogue::default()
        };
        for put in ledger.products()? {
            catalogue.index(put);
        }
        let names = ledger.names()?;
        for put in ledger.parties()? {
            let name = names.open(&put).ok();
            catalogue.parties.insert(put.code.clone(), Party { put, name });
        }
        catalogue.outlet = ledger.outlets()?.into_iter().next();
        let layouts = catalogue.outlet.iter().flat_map(|outlet| &outlet.scale_barcodes);
        catalogue.layouts = layouts
            .filter_map(|layout| ScaleLayout::parse(layout).ok())
            .collect();
        for setting in ledger.settings()? {
            match setting.name.as_str() {
                "fund" => catalogue.fund = fund_rules(&setting.value),
                "fund_name" => catalogue.fund_name = setting.value.as_str().unwrap_or_default().to_owned(),
                "discount_limit_bp" => catalogue.discount_limit_bp = setting.value.as_i64(),
                "lock_after_minutes" => {
                    let minutes = setting
                        .value
                        .as_u64()
                        .and_then(|minutes| u32::try_from(minutes).ok());
                    catalogue.lock_after_minutes = minutes;
                }
                _ => {}
            }
        }
        Ok(catalogue)
    }

    fn index(&mut self, put: ProductPut) {
        for barcode in &put.barcodes {
            self.by_barcode.insert(barcode.clone(), put.code.clone());
        }
        if let Some(scale_code) = &put.scale_code {
            self.by_scale_code.insert(scale_code.clone(), put.code.clone());
        }
        self.products.insert(put.code.clone(), put);
    }

    pub fn product(&self, code: &str) -> Option<&ProductPut> {
        self.products.get(code)
    }

    pub fn products(&self) -> impl Iterator<Item = &ProductPut> {
        self.products.values()
    }

    /// Made when it is first asked for, of the products as they are here: most commands never search.
    pub fn search_index(&self) -> &SearchIndex {
        self.search.get_or_init(|| SearchIndex::of(self.products()))
    }

    pub fn by_barcode(&self, barcode: &str) -> Option<&ProductPut> {
        self.products.get(self.by_barcode.get(barcode)?)
    }

    pub fn by_scale_code(&self, code: &str) -> Option<&ProductPut> {
        self.products.get(self.by_scale_code.get(code)?)
    }

    pub fn party(&self, code: &str) -> Option<&Party> {
        self.parties.get(code)
    }

    pub fn staff(&self) -> &[StaffPut] {
        &self.staff
    }

    pub fn staff_member(&self, code: &str) -> Option<&StaffPut> {
        self.staff.iter().find(|member| member.code == code)
    }

    /// As the papers and pages name somebody; a code that the catalogue does not know stands for itself.
    pub(crate) fn staff_name(&self, code: &str) -> String {
        let member = self.staff_member(code);
        member.map_or_else(|| code.to_owned(), |member| member.name.clone())
    }

    pub fn outlet(&self) -> Option<&OutletPut> {
        self.outlet.as_ref()
    }

    pub(crate) fn outlet_code(&self) -> String {
        self.outlet
            .as_ref()
            .map(|outlet| outlet.code.clone())
            .unwrap_or_default()
    }

    /// What sales of this outlet count under unless they say otherwise.
    pub(crate) fn default_channel(&self) -> &'static str {
        match self.outlet.as_ref().map(|outlet| outlet.kind.as_str()) {
            None | Some("fair") => "fair",
            Some(_) => "counter",
        }
    }

    pub fn layouts(&self) -> &[ScaleLayout] {
        &self.layouts
    }

    pub fn fund(&self) -> &[FundRule] {
        &self.fund
    }

    pub fn fund_name(&self) -> &str {
        &self.fund_name
    }

    /// Above this a discount is not the cashier's alone; without one, any discount is.
    pub fn discount_limit_bp(&self) -> Option<i64> {
        self.discount_limit_bp
    }

    /// How long a till that asks for sign-in stays open with nobody touching it.
    pub fn lock_after_s(&self) -> u32 {
        self.lock_after_minutes
            .unwrap_or(LOCK_AFTER_MINUTES)
            .saturating_mul(60)
    }
}

fn fund_rules(value: &serde_json::Value) -> Vec<FundRule> {
    // Checked when it was put; what another program wrote wrongly makes no rule.
    let facts: Vec<FundRuleFact> = serde_json::from_value(value.clone()).unwrap_or_default();
    facts.iter().filter_map(fund_rule).collect()
}

/// Exactly one of the two, not negative.
pub(crate) fn fund_rule(fact: &FundRuleFact) -> Option<FundRule> {
    match (fact.bp, fact.fen_per_unit) {
        (Some(bp), None) if bp <= 10_000 => u32::try_from(bp).ok().map(FundRule::BasisPoints),
        (None, Some(fen)) => u32::try_from(fen).ok().map(FundRule::FenPerUnit),
        _ => None,
    }
}
