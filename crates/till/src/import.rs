//! Importing catalogue, parties, lots and staff: all rows or none, every bad row named.

use crate::buyers::{PERSON, sealed_contact};
use crate::catalogue::{Party, fund_rule};
use crate::kiosk::is_kiosk;
use crate::pictures::Picture;
use crate::refusal::{ImportFault, Refusal};
use crate::roles::Role;
use crate::staff::{Pin, hash_of_pin};
use crate::till::Till;
use crate::wire::{
    BuyerRow, FundRow, ImportFile, IssuerRow, LotRow, OutletRow, PartyRow, ProductRow, SettingsRow, StaffRow,
};
use crate::world::random;
use jishi_domain::{
    Fen, Lot, LotContext, LotLabel, Quantity, RawLot, RawShare, RawTerms, SaleUnit, ScaleLayout, TenderKind,
    check_digit_fits, payment_app,
};
use jishi_journal::body::{
    Body, BoxContentFact, BuyerContact, BuyerPut, FundRuleFact, IssuerPut, LotPut, OutletPut,
    OutletTenderFact, PartyPut, ProductKind, ProductPut, SettingPut, ShareFact, StaffPut, StallFact,
    TermsFact,
};
use jishi_journal::{NameKey, Pass, VerifyingKey, seal_name};
use jishi_ledger::{Step, Work};
use serde::Serialize;
use std::collections::{HashMap, HashSet};

/// What an import did, or with `--check` would do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ImportReport {
    pub added: u32,
    pub revised: u32,
    pub unchanged: u32,
}

const OUTLET_KINDS: &[&str] = &[
    "fair",
    "counter",
    "area",
    "pavilion",
    "cabinet",
    "village_point",
    "community_shop",
];
const PARTY_KINDS: &[&str] = &["household", "cooperative", "collective", "enterprise"];
const BUYER_KINDS: &[&str] = &["unit", PERSON];
pub(crate) const CONTACT_CHARACTERS_MAX: usize = 40;

impl Till {
    /// Takes a file in, or only says what it would do. The same file again changes nothing.
    pub fn import(&mut self, file: &ImportFile, check_only: bool) -> Result<ImportReport, Refusal> {
        self.import_with(file, check_only, &|_, _| None)
    }

    /// As `import`, with the pictures that rows of products name: each is asked for by the row's number, from 1,
    /// and its name, and is none where it is not there.
    pub fn import_with(
        &mut self,
        file: &ImportFile,
        check_only: bool,
        pictures: &dyn Fn(u32, &str) -> Option<Vec<u8>>,
    ) -> Result<ImportReport, Refusal> {
        self.import_watched(file, check_only, pictures, &mut Work::unwatched())
    }

    /// The same, for somebody who looks on and may stop it: then nothing of it has happened.
    pub fn import_watched(
        &mut self,
        file: &ImportFile,
        check_only: bool,
        pictures: &dyn Fn(u32, &str) -> Option<Vec<u8>>,
        work: &mut Work<'_>,
    ) -> Result<ImportReport, Refusal> {
        let mut import = Import::new(self)?;
        import.take_pictures(file, pictures);
        import.read(self, file, &mut Rows::of(file, work))?;
        if !import.faults.is_empty() {
            return Err(Refusal::Import {
                faults: import.faults,
            });
        }
        let Import {
            report,
            bodies,
            name_keys,
            pictures,
            ..
        } = import;
        if check_only {
            return Ok(report);
        }
        // Before the facts that name them; also where nothing else changes, for a folder that has lost one.
        let mut kept = Vec::new();
        for picture in pictures.values() {
            if picture.keep(&self.folder)? {
                kept.push(picture);
            }
        }
        if bodies.is_empty() {
            return Ok(report);
        }
        let committed = self.commit_watched(&bodies, work, |writer| {
            for (party, key) in &name_keys {
                writer.put_name_key(party, key)?;
            }
            Ok(())
        });
        if let Err(refusal) = committed {
            kept.iter().for_each(|picture| picture.drop_from(&self.folder));
            return Err(refusal);
        }
        self.read_again()?;
        Ok(report)
    }
}

/// The rows of a file, told one by one as they are read.
struct Rows<'a, 'w> {
    work: &'a mut Work<'w>,
    done: u64,
    total: u64,
}

impl<'a, 'w> Rows<'a, 'w> {
    fn of(file: &ImportFile, work: &'a mut Work<'w>) -> Rows<'a, 'w> {
        Rows {
            work,
            done: 0,
            total: file.row_count(),
        }
    }

    fn next(&mut self) -> Result<(), Refusal> {
        self.done += 1;
        Ok(self.work.must_be_at(Step::Rows, self.done, self.total)?)
    }
}

/// An import being read: nothing of it is stored yet.
struct Import {
    report: ImportReport,
    bodies: Vec<Body>,
    name_keys: Vec<(String, NameKey)>,
    /// By the number of the product's row.
    pictures: HashMap<u32, Picture>,
    faults: Vec<ImportFault>,
    parties: HashSet<String>,
    /// Products with whether they are the operator's own.
    products: HashMap<String, bool>,
    barcodes: HashMap<String, String>,
    scale_codes: HashMap<String, String>,
    boxes: HashSet<String>,
    /// Counted and priced by weight.
    by_weight: HashSet<String>,
    kinds: HashMap<String, ProductKind>,
    lots: HashMap<String, LotPut>,
    lots_in_file: HashSet<String>,
}

impl Import {
    fn new(till: &Till) -> Result<Import, Refusal> {
        let products = till.catalogue.products();
        let barcodes =
            products.flat_map(|put| put.barcodes.iter().map(|code| (code.clone(), put.code.clone())));
        let products = till.catalogue.products();
        let scale_codes = products.filter_map(|put| Some((put.scale_code.clone()?, put.code.clone())));
        let boxes = till.catalogue.products().filter(|put| !put.contents.is_empty());
        Ok(Import {
            report: ImportReport::default(),
            bodies: Vec::new(),
            name_keys: Vec::new(),
            pictures: HashMap::new(),
            faults: Vec::new(),
            parties: till.ledger.parties()?.into_iter().map(|put| put.code).collect(),
            barcodes: barcodes.collect(),
            scale_codes: scale_codes.collect(),
            boxes: boxes.map(|put| put.code.clone()).collect(),
            by_weight: HashSet::new(),
            kinds: till
                .catalogue
                .products()
                .map(|put| (put.code.clone(), put.kind))
                .collect(),
            products: till
                .catalogue
                .products()
                .map(|put| (put.code.clone(), put.own))
                .collect(),
            lots: till
                .ledger
                .lots()?
                .into_iter()
                .map(|put| (put.code.clone(), put))
                .collect(),
            lots_in_file: HashSet::new(),
        })
    }

    fn take_pictures(&mut self, file: &ImportFile, given: &dyn Fn(u32, &str) -> Option<Vec<u8>>) {
        for (number, row) in (1u32..).zip(&file.products) {
            let Some(name) = &row.picture else { continue };
            match given(number, name).and_then(Picture::of) {
                Some(picture) => {
                    self.pictures.insert(number, picture);
                }
                None => self.fault("products", number, &row.code, "bad_picture"),
            }
        }
    }

    fn read(&mut self, till: &Till, file: &ImportFile, rows: &mut Rows<'_, '_>) -> Result<(), Refusal> {
        if let Some(rules) = &file.fund {
            self.fund(till, rules)?;
            rules.iter().try_for_each(|_| rows.next())?;
        }
        if let Some(row) = &file.settings {
            self.settings(till, row)?;
            rows.next()?;
        }
        self.codes_once(
            "parties",
            file.parties.iter().map(|row| row.code.as_str()),
            "bad_party",
        );
        self.codes_once(
            "products",
            file.products.iter().map(|row| row.code.as_str()),
            "bad_product",
        );
        self.codes_once(
            "staff",
            file.staff.iter().map(|row| row.code.as_str()),
            "bad_staff",
        );
        self.codes_once(
            "buyers",
            file.buyers.iter().map(|row| row.code.as_str()),
            "bad_buyer",
        );
        for (number, row) in (1u32..).zip(&file.parties) {
            self.party(till, number, row)?;
            rows.next()?;
        }
        // Its tenders may go to parties of the same file.
        if let Some(row) = &file.outlet {
            self.outlet(till, row)?;
            rows.next()?;
        }
        // A box may name a product that comes later in the list. A box itself is opened into its
        // contents, so no lot is of it; nor is one of a voucher, which is nobody's goods.
        let own = is_own;
        let kinds = file.products.iter().map(|row| (row.code.clone(), row.kind));
        self.kinds.extend(kinds);
        // What a box costs less than its contents is figured on their prices, and these have none by the piece.
        self.by_weight = till
            .catalogue
            .products()
            .filter(|put| put.price_unit.is_some())
            .map(|put| put.code.clone())
            .collect();
        for row in &file.products {
            match row.price_unit {
                Some(_) => self.by_weight.insert(row.code.clone()),
                None => self.by_weight.remove(&row.code),
            };
        }
        self.products
            .extend(file.products.iter().map(|row| (row.code.clone(), own(row))));
        // What the file says of a product stands in the place of all that was known of it.
        let renewed: HashSet<&str> = file.products.iter().map(|row| row.code.as_str()).collect();
        self.barcodes.retain(|_, owner| !renewed.contains(owner.as_str()));
        self.scale_codes
            .retain(|_, owner| !renewed.contains(owner.as_str()));
        self.boxes.retain(|code| !renewed.contains(code.as_str()));
        let boxes = file.products.iter().filter(|row| !row.contents.is_empty());
        self.boxes.extend(boxes.map(|row| row.code.clone()));
        for (number, row) in (1u32..).zip(&file.products) {
            self.product(till, number, row);
            rows.next()?;
        }
        for (number, row) in (1u32..).zip(&file.lots) {
            self.lot(number, row);
            rows.next()?;
        }
        for (number, row) in (1u32..).zip(&file.staff) {
            self.staff(till, number, row)?;
            rows.next()?;
        }
        for (number, row) in (1u32..).zip(&file.buyers) {
            self.buyer(till, number, row)?;
            rows.next()?;
        }
        for (number, row) in (1u32..).zip(&file.issuers) {
            self.issuer(till, number, row)?;
            rows.next()?;
        }
        Ok(())
    }

    fn fault(&mut self, list: &str, row: u32, name: &str, code: &str) {
        self.faults.push(ImportFault {
            list: list.to_owned(),
            row,
            name: name.to_owned(),
            code: code.to_owned(),
        });
    }

    fn codes_once<'a>(&mut self, list: &str, codes: impl Iterator<Item = &'a str>, code: &str) {
        let mut seen = HashSet::new();
        for (number, name) in (1u32..).zip(codes) {
            if !good_code(name) || !seen.insert(name) {
                self.fault(list, number, name, code);
            }
        }
    }

    /// Adds a fact unless it says what is known already. `same` compares all but the revision.
    fn put<T: Clone + PartialEq>(
        &mut self,
        known: Option<&T>,
        revision: impl Fn(&T) -> u32,
        make: impl Fn(u32) -> T,
        body: impl Fn(T) -> Body,
    ) {
        match known {
            None => {
                self.report.added += 1;
                self.bodies.push(body(make(1)));
            }
            Some(known) if make(revision(known)) == *known => self.report.unchanged += 1,
            Some(known) => {
                self.report.revised += 1;
                self.bodies.push(body(make(revision(known).saturating_add(1))));
            }
        }
    }

    fn outlet(&mut self, till: &Till, row: &OutletRow) -> Result<(), Refusal> {
        let layouts = row
            .scale_barcodes
            .iter()
            .all(|layout| ScaleLayout::parse(layout).is_ok());
        let days = [&row.from, &row.to]
            .into_iter()
            .flatten()
            .all(|day| good_date(day));
        let named = good_code(&row.code) && !row.name.trim().is_empty();
        if !self.good_tenders(row) {
            self.fault("outlet", 1, &row.code, "bad_tenders");
        }
        if !named || !layouts || !days || !OUTLET_KINDS.contains(&row.kind.as_str()) {
            self.fault("outlet", 1, &row.code, "bad_outlet");
            return Ok(());
        }
        let outlets = till.ledger.outlets()?;
        let known = outlets.iter().find(|put| put.code == row.code);
        let stalls = row.stalls.iter();
        let stalls: Vec<StallFact> = stalls
            .map(|stall| StallFact {
                code: stall.code.clone(),
                name: stall.name.clone(),
            })
            .collect();
        let tenders = row.tenders.iter().map(|tender| OutletTenderFact {
            kind: tender.kind.clone(),
            collected_by: tender.collected_by.clone(),
        });
        let tenders: Vec<OutletTenderFact> = tenders.collect();
        let make = |revision| OutletPut {
            code: row.code.clone(),
            revision,
            kind: row.kind.clone(),
            name: row.name.clone(),
            from: row.from.clone(),
            to: row.to.clone(),
            operator: row.operator.clone(),
            phone: row.phone.clone(),
            scale_barcodes: row.scale_barcodes.clone(),
            stalls: stalls.clone(),
            cash_rounding: rounding_code(row.cash_rounding).to_owned(),
            tenders: tenders.clone(),
        };
        self.put(known, |put| put.revision, make, Body::OutletPut);
        if let Some(name) = &row.fund_name {
            self.setting(till, "fund_name", &serde_json::Value::from(name.as_str()))?;
        }
        Ok(())
    }

    /// Each kind once, into a pocket that is known. On account nobody collects yet.
    fn good_tenders(&self, row: &OutletRow) -> bool {
        let mut seen = HashSet::new();
        row.tenders.iter().all(|tender| {
            let pocket = match tender.collected_by.as_deref() {
                None | Some("venue") => true,
                Some(party) => self.parties.contains(party),
            };
            let nobody = tender.kind != TenderKind::Account.code() || tender.collected_by.is_none();
            pocket && nobody && TenderKind::tendered(&tender.kind).is_some() && seen.insert(&tender.kind)
        })
    }

    fn fund(&mut self, till: &Till, rows: &[FundRow]) -> Result<(), Refusal> {
        let facts = rows.iter().map(|row| FundRuleFact {
            bp: row.bp,
            fen_per_unit: row.fen_per_unit,
        });
        let facts: Vec<FundRuleFact> = facts.collect();
        for (number, fact) in (1u32..).zip(&facts) {
            if fund_rule(fact).is_none() {
                self.fault("fund", number, "", "bad_fund");
            }
        }
        // A rule has nothing that JSON cannot write.
        self.setting(till, "fund", &serde_json::to_value(facts).unwrap_or_default())
    }

    fn settings(&mut self, till: &Till, row: &SettingsRow) -> Result<(), Refusal> {
        let given = [
            ("discount_limit_bp", row.discount_limit_bp, 0..=10_000),
            ("lock_after_minutes", row.lock_after_minutes, 1..=240),
            (
                "refund_without_receipt_max_fen",
                row.refund_without_receipt_max_fen,
                0..=Fen::MAX.get(),
            ),
        ];
        for (name, value, allowed) in given {
            let Some(value) = value else { continue };
            match allowed.contains(&value) {
                true => self.setting(till, name, &value.into())?,
                false => self.fault("settings", 1, name, "bad_setting"),
            }
        }
        let chosen = [
            ("provisional_needs_supervisor", row.provisional_needs_supervisor),
            ("stall_mode", row.stall_mode),
            ("rounding_all_tenders", row.rounding_all_tenders),
        ];
        for (name, value) in chosen {
            if let Some(value) = value {
                self.setting(till, name, &value.into())?;
            }
        }
        let Some(kiosk) = &row.kiosk else { return Ok(()) };
        match is_kiosk(kiosk) {
            // Text and numbers: nothing that JSON cannot write.
            true => self.setting(till, "kiosk", &serde_json::to_value(kiosk).unwrap_or_default())?,
            false => self.fault("settings", 1, "kiosk", "bad_kiosk"),
        }
        Ok(())
    }

    fn setting(&mut self, till: &Till, name: &str, value: &serde_json::Value) -> Result<(), Refusal> {
        let settings = till.ledger.settings()?;
        let known = settings.iter().find(|put| put.name == name);
        let make = |revision| SettingPut {
            name: name.to_owned(),
            revision,
            value: value.clone(),
        };
        self.put(known, |put| put.revision, make, Body::SettingPut);
        Ok(())
    }

    fn party(&mut self, till: &Till, number: u32, row: &PartyRow) -> Result<(), Refusal> {
        self.parties.insert(row.code.clone());
        if row.name.trim().is_empty() || !PARTY_KINDS.contains(&row.kind.as_str()) {
            self.fault("parties", number, &row.code, "bad_party");
            return Ok(());
        }
        let known = till.catalogue.party(&row.code);
        let same_name = known.and_then(|party| party.name.as_ref()) == Some(&row.name);
        let name = match known {
            Some(Party { put, .. }) if same_name => put.name.clone(),
            _ => {
                let world = till.world.0.as_ref();
                let key = NameKey::from_bytes(random::<32>(world));
                let sealed = seal_name(&row.code, &row.name, &key, &random::<24>(world))?;
                self.name_keys.push((row.code.clone(), key));
                sealed
            }
        };
        let make = |revision| PartyPut {
            code: row.code.clone(),
            revision,
            kind: row.kind.clone(),
            name: name.clone(),
            village: row.village.clone(),
            township: row.township.clone(),
            county: row.county.clone(),
            registered: row.registered,
            // Whoever imports a row confirms it.
            provisional: false,
            entered_by: None,
            same_as: None,
        };
        self.put(
            known.map(|party| &party.put),
            |put| put.revision,
            make,
            Body::PartyPut,
        );
        Ok(())
    }

    fn product(&mut self, till: &Till, number: u32, row: &ProductRow) {
        if row.name.trim().is_empty() || row.unit.trim().is_empty() {
            self.fault("products", number, &row.code, "bad_product");
        }
        // Its households would never hear of what is sold from then on.
        let stands = row.kind.has_no_stock();
        let mut lots = self.lots.values().filter(|lot| lot.product == row.code);
        if lots.any(|lot| is_own(row) || lot.standing != stands) {
            self.fault("products", number, &row.code, "bad_product");
        }
        if !kind_fits(row) {
            self.fault("products", number, &row.code, "bad_kind");
        }
        if !(0..=Fen::MAX.get()).contains(&row.price) {
            self.fault("products", number, &row.code, "bad_price");
        }
        if row
            .lowest_price
            .is_some_and(|lowest| !(0..=row.price).contains(&lowest))
        {
            self.fault("products", number, &row.code, "bad_price");
        }
        if !weighing_fits(row) {
            self.fault("products", number, &row.code, "bad_weighing");
        }
        for barcode in &row.barcodes {
            let checked = !matches!(barcode.len(), 8 | 12 | 13) || check_digit_fits(barcode) != Some(false);
            let owner = self.barcodes.insert(barcode.clone(), row.code.clone());
            let payment = payment_app(barcode).is_some() && barcode.len() > 13;
            if barcode.is_empty()
                || !checked
                || payment
                || LotLabel::read(barcode).is_some()
                || owner.is_some_and(|owner| owner != row.code)
            {
                self.fault("products", number, barcode, "bad_barcode");
            }
        }
        let scale_code = row.scale_code.as_deref();
        if scale_code.is_some_and(|code| code.is_empty() || !code.bytes().all(|byte| byte.is_ascii_digit())) {
            self.fault("products", number, &row.code, "bad_product");
        }
        if let Some(code) = scale_code {
            // One number of a scale is one product, or the wrong household would be paid.
            let owner = self.scale_codes.insert(code.to_owned(), row.code.clone());
            if owner.is_some_and(|owner| owner != row.code) {
                self.fault("products", number, &row.code, "bad_product");
            }
        }
        for content in &row.contents {
            // A box in a box would not be opened, and its households would get nothing.
            let voucher = self.kinds.get(&content.product) == Some(&ProductKind::Voucher);
            let known = !voucher
                && self.products.contains_key(&content.product)
                && content.product != row.code
                && !self.boxes.contains(&content.product)
                && !self.by_weight.contains(&content.product);
            if !known || Quantity::parse(&content.qty).is_err() {
                self.fault("products", number, &row.code, "bad_box");
            }
        }
        let picture = self.pictures.get(&number).map(|picture| picture.name.clone());
        // In its one spelling, as a lot's quantity is.
        let tare = row.tare.as_deref().and_then(|tare| Quantity::parse(tare).ok());
        let tare = tare.map(|tare| tare.to_string());
        let make = |revision| ProductPut {
            code: row.code.clone(),
            revision,
            name: row.name.clone(),
            unit: row.unit.clone(),
            price: row.price,
            barcodes: row.barcodes.clone(),
            weighed: row.weighed,
            // What a box costs above its contents is the operator's own.
            own: is_own(row),
            scale_code: row.scale_code.clone(),
            category: row.category.clone(),
            pinyin: row.pinyin.clone(),
            quick: row.quick,
            stall: row.stall.clone(),
            contents: row
                .contents
                .iter()
                .map(|content| BoxContentFact {
                    product: content.product.clone(),
                    qty: content.qty.clone(),
                })
                .collect(),
            box_borne_by: row
                .box_borne_by
                .map(|borne_by| crate::request::bearer(borne_by).code().to_owned()),
            lowest_price: row.lowest_price,
            picture: picture.clone(),
            price_unit: row.price_unit.clone(),
            tare: tare.clone(),
            kind: row.kind,
            valid_days: row.valid_days,
            provisional: false,
            said_of: None,
            entered_by: None,
            approved_by: Vec::new(),
            same_as: None,
        };
        self.put(
            till.catalogue.product(&row.code),
            |put| put.revision,
            make,
            Body::ProductPut,
        );
    }

    fn lot(&mut self, number: u32, row: &LotRow) {
        let Some(own) = self.products.get(&row.product).copied() else {
            self.fault("lots", number, &row.product, "no_such_product");
            return;
        };
        // Of what has no stock no quantity comes in: said, it would be believed to run out.
        let kind = self.kinds.get(&row.product).copied().unwrap_or_default();
        let standing = kind.has_no_stock();
        let quantity = match (standing, row.qty.as_str()) {
            (true, "") => Quantity::MAX.to_string(),
            (true, _) => String::new(),
            (false, qty) => qty.to_owned(),
        };
        let raw = RawLot {
            code: row.code.clone(),
            product: row.product.clone(),
            quantity,
            terms: RawTerms {
                kind: row.terms.kind.clone(),
                commission_bp: row.terms.commission_bp,
                price: row.terms.price,
            },
            priority: row.priority,
            shares: row
                .shares
                .iter()
                .map(|share| RawShare {
                    party: share.party.clone(),
                    weight: share.weight.as_i64(),
                })
                .collect(),
        };
        let known = self.lots.get(&row.code);
        // A revision is of the same product; one file names a lot once.
        let code_taken = known.is_some_and(|known| known.product != row.product)
            || !good_code(&row.code)
            || !self.lots_in_file.insert(row.code.clone());
        let context = LotContext {
            code_taken,
            product_is_own: own,
        };
        let lot = match Lot::new(&raw, context) {
            Ok(lot) => lot,
            Err(error) => return self.fault("lots", number, &row.code, error.code()),
        };
        if let Some(stranger) = row
            .shares
            .iter()
            .find(|share| !self.parties.contains(&share.party))
        {
            return self.fault("lots", number, &stranger.party, "no_such_party");
        }
        let make = |revision| lot_put(&lot, revision, standing);
        let known = known.cloned();
        let body = match known {
            None => Body::LotReceived,
            Some(_) => Body::LotRevised,
        };
        self.put(known.as_ref(), |put| put.revision, make, body);
    }

    fn staff(&mut self, till: &Till, number: u32, row: &StaffRow) -> Result<(), Refusal> {
        if row.name.trim().is_empty() || Role::parse(&row.role).is_none() {
            self.fault("staff", number, &row.code, "bad_staff");
            return Ok(());
        }
        let typed = row.pin.as_ref().map(|typed| Pin::parse(&typed.0));
        if typed == Some(None) {
            self.fault("staff", number, &row.code, "bad_pin");
            return Ok(());
        }
        let known = till.catalogue.staff_member(&row.code);
        let pin = hash_of_pin(till.world.0.as_ref(), known, typed.flatten().as_ref())?;
        let make = |revision| StaffPut {
            code: row.code.clone(),
            revision,
            name: row.name.clone(),
            role: row.role.clone(),
            pin: pin.clone(),
        };
        self.put(known, |put| put.revision, make, Body::StaffPut);
        Ok(())
    }

    fn issuer(&mut self, till: &Till, number: u32, row: &IssuerRow) -> Result<(), Refusal> {
        if !good_code(&row.code) || row.public_key.parse::<VerifyingKey>().is_err() {
            self.fault("issuers", number, &row.code, "bad_issuer");
            return Ok(());
        }
        let issuers = till.ledger.issuers()?;
        let known = issuers.iter().find(|put| put.code == row.code);
        let make = |revision| IssuerPut {
            code: row.code.clone(),
            revision,
            public_key: row.public_key.clone(),
        };
        self.put(known, |put| put.revision, make, Body::IssuerPut);
        Ok(())
    }

    fn buyer(&mut self, till: &Till, number: u32, row: &BuyerRow) -> Result<(), Refusal> {
        let limit = row
            .credit_limit
            .is_none_or(|fen| (0..=Fen::MAX.get()).contains(&fen));
        let said = [&row.contact, &row.phone].into_iter().all(|text| {
            text.chars().count() <= CONTACT_CHARACTERS_MAX && !text.chars().any(char::is_control)
        });
        let named = !row.name.trim().is_empty() && BUYER_KINDS.contains(&row.kind.as_str());
        if !named || !limit || !said {
            self.fault("buyers", number, &row.code, "bad_buyer");
            return Ok(());
        }
        let known = till.catalogue.buyer(&row.code);
        // Somebody's own name is sealed as a household's is; an institution's is nobody's secret.
        let is_person = row.kind == PERSON;
        let given = BuyerContact {
            person: match is_person {
                true => row.name.trim().to_owned(),
                false => row.contact.trim().to_owned(),
            },
            phone: row.phone.trim().to_owned(),
        };
        let contact = match known {
            _ if given == BuyerContact::default() => None,
            Some(known) if known.contact == given => known.put.contact.clone(),
            _ => {
                let (sealed, under, key) = sealed_contact(till, &row.code, &given)?;
                self.name_keys.push((under, key));
                Some(sealed)
            }
        };
        let make = |revision| BuyerPut {
            code: row.code.clone(),
            revision,
            kind: row.kind.clone(),
            name: match is_person {
                true => String::new(),
                false => row.name.clone(),
            },
            credit_limit: row.credit_limit,
            contact: contact.clone(),
        };
        self.put(
            known.map(|known| &known.put),
            |put| put.revision,
            make,
            Body::BuyerPut,
        );
        Ok(())
    }
}

/// A checked lot as it is recorded: quantities in their one spelling, so that the revision's hash is
/// the same wherever the same lot is imported.
fn lot_put(lot: &Lot, revision: u32, standing: bool) -> LotPut {
    let shares = lot.shares().iter();
    LotPut {
        code: lot.code().as_str().to_owned(),
        revision,
        product: lot.product().as_str().to_owned(),
        qty: lot.received().to_string(),
        terms: match lot.terms() {
            jishi_domain::Terms::Consignment { commission_bp } => TermsFact::Consignment { commission_bp },
            jishi_domain::Terms::Agreed { price } => TermsFact::Agreed { price: price.get() },
            jishi_domain::Terms::Buyout => TermsFact::Buyout,
        },
        priority: lot.priority(),
        shares: shares
            .map(|share| ShareFact {
                party: share.party.as_str().to_owned(),
                weight: share.weight,
            })
            .collect(),
        standing,
    }
}

/// A voucher is the operator's debt, and what a box costs above its contents the operator's own.
fn is_own(row: &ProductRow) -> bool {
    row.own || !row.contents.is_empty() || row.kind == ProductKind::Voucher
}

/// What has no stock is not weighed and holds nothing; a code holds only so large a face, and a voucher has one.
fn kind_fits(row: &ProductRow) -> bool {
    let plain = !row.weighed && row.contents.is_empty() && row.scale_code.is_none();
    let face = (1..=Pass::FACE_FEN_MAX).contains(&row.price);
    match row.kind {
        ProductKind::Goods => row.valid_days.is_none(),
        ProductKind::Service => plain && row.valid_days.is_none(),
        ProductKind::Ticket => plain && (0..=Pass::FACE_FEN_MAX).contains(&row.price),
        ProductKind::Voucher => plain && face && row.lowest_price.is_none(),
    }
}

/// Goods that are counted and priced by weight name both units; only what is weighed has packing to take off.
fn weighing_fits(row: &ProductRow) -> bool {
    let by_weight = |unit: &str| SaleUnit::from_name(unit) != SaleUnit::Piece;
    let units = row.price_unit.as_deref().is_none_or(|price_unit| {
        row.weighed && by_weight(price_unit) && !by_weight(&row.unit) && row.contents.is_empty()
    });
    let tare = row
        .tare
        .as_deref()
        .is_none_or(|tare| row.weighed && Quantity::parse(tare).is_ok());
    units && tare
}

fn good_code(code: &str) -> bool {
    !code.is_empty()
        && code.len() <= 64
        && !code.chars().any(|part| part.is_control() || part.is_whitespace())
}

fn good_date(text: &str) -> bool {
    chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok()
}

fn rounding_code(rounding: crate::view::Rounding) -> &'static str {
    match rounding {
        crate::view::Rounding::None => "none",
        crate::view::Rounding::Jiao => "jiao",
        crate::view::Rounding::Yuan => "yuan",
    }
}
