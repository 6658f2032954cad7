//! What is on sale and whose it is, in memory: read once, read again after an import.

use crate::labels::label_of_lot;
use crate::refusal::Refusal;
use crate::search::{Named, SearchIndex};
use crate::wire::KioskRow;
use jishi_catalogue::fund_rule;
use jishi_domain::{FundRule, LotLabel, ScaleLayout, TenderKind};
use jishi_journal::body::{
    BuyerContact, BuyerPut, FundRuleFact, OutletPut, PartyPut, PricePut, ProductKind, ProductPut, StaffPut,
};
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

/// Who buys in its own name, and how to reach it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buyer {
    pub put: BuyerPut,
    /// Empty where it is not known here.
    pub contact: BuyerContact,
}

impl Buyer {
    /// An institution's name; a person's own, or the code where its key is not here or was destroyed.
    pub fn shown(&self) -> &str {
        match (self.put.name.as_str(), self.contact.person.as_str()) {
            ("", "") => &self.put.code,
            ("", person) => person,
            (name, _) => name,
        }
    }
}

/// What an outlet takes where nobody said.
const USUAL_TENDERS: [TenderKind; 3] = [TenderKind::Cash, TenderKind::Wechat, TenderKind::Alipay];

/// A lot as its label names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LabelledLot {
    pub(crate) lot: String,
    pub(crate) product: String,
}

#[derive(Debug, Default)]
pub struct Catalogue {
    products: HashMap<String, ProductPut>,
    by_barcode: HashMap<String, String>,
    by_scale_code: HashMap<String, String>,
    /// The lots that labels name, with their products.
    by_label: HashMap<LotLabel, LabelledLot>,
    parties: HashMap<String, Party>,
    staff: Vec<StaffPut>,
    buyers: Vec<Buyer>,
    /// The outlet's kinds in the order of its keys, with whoever collects the money if not the operator.
    tenders: Vec<(TenderKind, Option<String>)>,
    outlet: Option<OutletPut>,
    layouts: Vec<ScaleLayout>,
    fund: Vec<FundRule>,
    fund_name: String,
    discount_limit_bp: Option<i64>,
    lock_after_minutes: Option<u32>,
    refund_without_receipt_max_fen: Option<i64>,
    kiosk: Option<KioskRow>,
    provisional_needs_supervisor: bool,
    stall_mode: bool,
    rounding_all_tenders: bool,
    search: OnceLock<SearchIndex>,
    party_search: OnceLock<SearchIndex>,
    buyer_search: OnceLock<SearchIndex>,
}

impl Catalogue {
    pub(crate) fn read(ledger: &Ledger) -> Result<Catalogue, Refusal> {
        let mut catalogue = Catalogue {
            staff: ledger.staff()?,
            ..Catalogue::default()
        };
        catalogue.outlet = own_outlet(ledger)?;
        for put in products_asked(ledger, catalogue.outlet.as_ref())? {
            catalogue.index(put);
        }
        for put in ledger.lots()? {
            let label = label_of_lot(&put.product, &put.code);
            let (lot, product) = (put.code, put.product);
            catalogue.by_label.insert(label, LabelledLot { lot, product });
        }
        let names = ledger.names()?;
        for put in ledger.parties()? {
            let name = names.open(&put).ok();
            catalogue.parties.insert(put.code.clone(), Party { put, name });
        }
        for put in ledger.buyers()? {
            let contact = names.open_contact(&put).unwrap_or_default();
            catalogue.buyers.push(Buyer { put, contact });
        }
        catalogue.tenders = tenders_of(catalogue.outlet.as_ref());
        let layouts = catalogue.outlet.iter().flat_map(|outlet| &outlet.scale_barcodes);
        catalogue.layouts = layouts
            .filter_map(|layout| ScaleLayout::parse(layout).ok())
            .collect();
        for setting in ledger.settings()? {
            match setting.name.as_str() {
                "fund" => catalogue.fund = fund_rules(&setting.value),
                "fund_name" => catalogue.fund_name = setting.value.as_str().unwrap_or_default().to_owned(),
                "discount_limit_bp" => catalogue.discount_limit_bp = setting.value.as_i64(),
                "refund_without_receipt_max_fen" => {
                    catalogue.refund_without_receipt_max_fen = setting.value.as_i64();
                }
                // Checked when it was put; what another program wrote wrongly leaves no till to the buyers.
                "kiosk" => catalogue.kiosk = serde_json::from_value(setting.value.clone()).ok(),
                "provisional_needs_supervisor" => {
                    catalogue.provisional_needs_supervisor = setting.value.as_bool().unwrap_or_default();
                }
                "rounding_all_tenders" => {
                    catalogue.rounding_all_tenders = setting.value.as_bool().unwrap_or_default();
                }
                "stall_mode" => catalogue.stall_mode = setting.value.as_bool().unwrap_or_default(),
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

    /// Those that are offered to be sold: what was found to be another product is that one now.
    pub fn offered(&self) -> impl Iterator<Item = &ProductPut> {
        self.products().filter(|put| put.same_as.is_none())
    }

    /// Made when it is first asked for, of the products as they are here: most commands never search.
    pub fn search_index(&self) -> &SearchIndex {
        self.search.get_or_init(|| SearchIndex::of(self.offered()))
    }

    pub fn by_barcode(&self, barcode: &str) -> Option<&ProductPut> {
        self.products.get(self.by_barcode.get(barcode)?)
    }

    pub fn by_scale_code(&self, code: &str) -> Option<&ProductPut> {
        self.products.get(self.by_scale_code.get(code)?)
    }

    pub(crate) fn by_label(&self, label: &LotLabel) -> Option<&LabelledLot> {
        self.by_label.get(label)
    }

    /// By name, village, pinyin or code, best first; nothing where nothing is asked.
    pub fn find_parties(&self, query: &str) -> Vec<&Party> {
        let index = self.party_search.get_or_init(|| {
            let known = self.parties.values().filter(|party| party.put.same_as.is_none());
            let names: Vec<(&Party, String)> = known
                .map(|party| (party, format!("{}{}", party.shown(), party.put.village)))
                .collect();
            SearchIndex::of_named(names.iter().map(|(party, name)| Named {
                code: &party.put.code,
                name,
                pinyin: "",
                quick: false,
                barcodes: &[],
                scale_code: None,
            }))
        });
        index.find(query).filter_map(|code| self.party(code)).collect()
    }

    pub(crate) fn parties(&self) -> impl Iterator<Item = &Party> {
        self.parties.values()
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

    pub fn buyer(&self, code: &str) -> Option<&Buyer> {
        self.buyers.iter().find(|buyer| buyer.put.code == code)
    }

    pub fn buyers(&self) -> &[Buyer] {
        &self.buyers
    }

    /// As papers and pages name it; a code that the catalogue does not know stands for itself.
    pub(crate) fn buyer_name(&self, code: &str) -> String {
        self.buyer(code).map_or(code, Buyer::shown).to_owned()
    }

    pub(crate) fn add_buyer(&mut self, put: BuyerPut, contact: BuyerContact) {
        self.buyers.push(Buyer { put, contact });
        self.buyer_search = OnceLock::new();
    }

    /// By name, pinyin, code or phone, best first; all of them where nothing is asked.
    pub fn find_buyers(&self, query: &str) -> Vec<&Buyer> {
        if query.trim().is_empty() {
            return self.buyers.iter().collect();
        }
        let index = self.buyer_search.get_or_init(|| {
            let named = self.buyers.iter().map(|buyer| Named {
                code: &buyer.put.code,
                name: buyer.shown(),
                pinyin: "",
                quick: false,
                barcodes: std::slice::from_ref(&buyer.contact.phone),
                scale_code: None,
            });
            SearchIndex::of_named(named)
        });
        index.find(query).filter_map(|code| self.buyer(code)).collect()
    }

    /// What the outlet takes and who collects it, if not the operator, in the order of its keys: one kind may go into
    /// several pockets. A voucher has no key: its code is scanned.
    pub fn ways_to_pay(&self) -> impl Iterator<Item = (TenderKind, Option<&str>)> {
        let kinds = self
            .tenders
            .iter()
            .filter(|(kind, _)| *kind != TenderKind::Voucher);
        kinds.map(|(kind, by)| (*kind, by.as_deref()))
    }

    /// Who collects this kind here; nothing where it is not taken.
    pub fn pockets_of(&self, kind: TenderKind) -> impl Iterator<Item = Option<&str>> {
        let ways = self.ways_to_pay().filter(move |(taken, _)| *taken == kind);
        ways.map(|(_, by)| by)
    }

    /// Into which of the outlet's pockets this kind goes: the one that is named, or where none is the operator's, else
    /// the first. None where the outlet does not take it, or not for the one named.
    pub fn pocket_of(&self, kind: TenderKind, named: Option<&str>) -> Option<Option<&str>> {
        let mut of_kind = self.pockets_of(kind);
        let first = self.pockets_of(kind).next().filter(|_| named.is_none());
        of_kind.find(|pocket| *pocket == named).or(first)
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

    /// What may be given back without a receipt at once; none where the outlet gives nothing back so.
    pub fn refund_without_receipt_max_fen(&self) -> Option<i64> {
        self.refund_without_receipt_max_fen
    }

    /// 自助收款, as the outlet has set it.
    /// Whether the outlet has vouchers of its own.
    pub(crate) fn issues_vouchers(&self) -> bool {
        let mut products = self.products.values();
        products.any(|product| product.kind == ProductKind::Voucher)
    }

    pub fn kiosk(&self) -> Option<&KioskRow> {
        self.kiosk.as_ref()
    }

    /// Whether a cashier may put in goods that are not in the catalogue only with a supervisor.
    pub fn provisional_needs_supervisor(&self) -> bool {
        self.provisional_needs_supervisor
    }

    /// 按摊位.
    pub fn rounds_all_tenders(&self) -> bool {
        self.rounding_all_tenders
    }

    pub fn stall_mode(&self) -> bool {
        self.stall_mode
    }

    /// As the outlet names it; a stall that it does not have stands for itself.
    pub(crate) fn stall_name<'a>(&'a self, code: &'a str) -> &'a str {
        let mut stalls = self.outlet.iter().flat_map(|outlet| &outlet.stalls);
        let stall = stalls.find(|stall| stall.code == code);
        stall.map_or(code, |stall| &stall.name)
    }

    /// How long a till that asks for sign-in stays open with nobody touching it.
    pub fn lock_after_s(&self) -> u32 {
        self.lock_after_minutes
            .unwrap_or(LOCK_AFTER_MINUTES)
            .saturating_mul(60)
    }
}

/// The outlet that the till was enrolled for, of all that have come down; before that, the one that was imported here.
pub(crate) fn own_outlet(ledger: &Ledger) -> Result<Option<OutletPut>, Refusal> {
    let named = jishi_uplink::outlet(ledger)?;
    let mut outlets = ledger.outlets()?;
    let own = outlets.iter().position(|put| Some(&put.code) == named.as_ref());
    Ok(match outlets.is_empty() {
        true => None,
        false => Some(outlets.swap_remove(own.unwrap_or(0))),
    })
}

/// All products, at the prices that the outlet asks.
pub(crate) fn products_asked(
    ledger: &Ledger,
    outlet: Option<&OutletPut>,
) -> Result<Vec<ProductPut>, Refusal> {
    let own_prices = own_prices(ledger, outlet)?;
    let mut products = ledger.products()?;
    for put in &mut products {
        if let Some(own) = own_prices.get(&put.code) {
            ask(put, own);
        }
    }
    Ok(products)
}

/// What the outlet asks in the place of list prices, by product.
fn own_prices(ledger: &Ledger, outlet: Option<&OutletPut>) -> Result<HashMap<String, PricePut>, Refusal> {
    let Some(outlet) = outlet else {
        return Ok(HashMap::new());
    };
    let prices = ledger.prices(&outlet.code)?.into_iter();
    Ok(prices.map(|put| (put.product.clone(), put)).collect())
}

/// From here on the outlet's price is the list price. Where it says nothing of how far down its supplier bears a lower
/// one, the product's own word holds, as long as there is any way down.
fn ask(put: &mut ProductPut, own: &PricePut) {
    let Some(price) = own.price else {
        return;
    };
    put.price = price;
    put.lowest_price = own
        .lowest_price
        .or(put.lowest_price)
        .filter(|lowest| *lowest <= price);
}

fn tenders_of(outlet: Option<&OutletPut>) -> Vec<(TenderKind, Option<String>)> {
    let stated = outlet.map(|outlet| outlet.tenders.as_slice()).unwrap_or_default();
    // A kind of a newer program is left out: this one could not record it.
    let known = stated.iter().filter_map(|tender| {
        let kind = TenderKind::tendered(&tender.kind)?;
        Some((kind, tender.collected_by.clone()))
    });
    match stated.is_empty() {
        true => USUAL_TENDERS.map(|kind| (kind, None)).to_vec(),
        false => known.collect(),
    }
}

fn fund_rules(value: &serde_json::Value) -> Vec<FundRule> {
    // Checked when it was put; what another program wrote wrongly makes no rule.
    let facts: Vec<FundRuleFact> = serde_json::from_value(value.clone()).unwrap_or_default();
    facts.iter().filter_map(fund_rule).collect()
}
