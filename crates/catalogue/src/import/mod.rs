//! Reading a file: all rows or none.

mod goods;
mod people;
mod place;

use crate::json_fault::JsonFault;
use crate::known::Known;
use crate::picture::Picture;
use crate::rows::ImportFile;
use goods::is_own;
use jishi_journal::body::{Body, ProductKind};
use jishi_journal::{NameKey, SealError};
use jishi_ledger::{Step, StoreError, Work};
use serde::Serialize;
use std::collections::{HashMap, HashSet};

pub use people::{CONTACT_CHARACTERS_MAX, PERSON, ROLES, hash_of_pin, sealed_contact};
pub use place::{KIOSK_KINDS, fund_rule, is_kiosk};

/// Fills bytes with randomness fit for keys: an argument, as time is.
pub type Entropy<'a> = &'a dyn Fn(&mut [u8]) -> Result<(), String>;

/// What an import did, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ImportReport {
    pub added: u32,
    pub revised: u32,
    pub unchanged: u32,
}

/// A row of an import that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportFault {
    /// The list it stands in: `parties`, `products`, `lots` …
    pub list: String,
    /// Counts from 1 in its list.
    pub row: u32,
    /// The row's own code, where it has one.
    pub name: String,
    pub code: String,
    /// Where the file is not written as it has to be: what stands there instead.
    #[serde(skip)]
    pub written: Option<Box<JsonFault>>,
}

/// Why nothing of a file was taken.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("{} rows cannot be imported", .0.len())]
    Rows(Vec<ImportFault>),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("a name cannot be sealed: {0}")]
    Seal(#[from] SealError),
    #[error("a PIN cannot be hashed")]
    BadPin,
    #[error("the machine gives no randomness: {0}")]
    NoEntropy(String),
}

impl ImportError {
    pub fn code(&self) -> &'static str {
        match self {
            ImportError::Rows(_) => "bad_import",
            ImportError::Store(error) => error.code(),
            ImportError::Seal(error) => error.code(),
            ImportError::BadPin => "bad_pin",
            ImportError::NoEntropy(_) => "no_entropy",
        }
    }
}

/// What a file comes to: nothing of it is stored yet.
#[derive(Debug)]
pub struct Taken {
    pub report: ImportReport,
    /// The facts to record, in their order.
    pub bodies: Vec<Body>,
    /// Kept beside the chain, in the same transaction.
    pub name_keys: Vec<(String, NameKey)>,
    /// By the number of the product's row.
    pub pictures: HashMap<u32, Picture>,
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

    fn next(&mut self) -> Result<(), ImportError> {
        self.done += 1;
        Ok(self.work.must_be_at(Step::Rows, self.done, self.total)?)
    }
}

/// A file being read.
pub struct Import<'a> {
    known: &'a Known,
    given: Option<&'a Known>,
    entropy: Entropy<'a>,
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
    lots_in_file: HashSet<String>,
}

impl std::fmt::Debug for Import<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Import")
            .field("report", &self.report)
            .finish()
    }
}

impl<'a> Import<'a> {
    /// A till's: `known` is what stands there.
    pub fn new(known: &'a Known, entropy: Entropy<'a>) -> Import<'a> {
        let products = || known.products.values();
        let barcodes =
            products().flat_map(|put| put.barcodes.iter().map(|code| (code.clone(), put.code.clone())));
        let scale_codes = products().filter_map(|put| Some((put.scale_code.clone()?, put.code.clone())));
        let boxes = products().filter(|put| !put.contents.is_empty());
        Import {
            known,
            given: None,
            entropy,
            report: ImportReport::default(),
            bodies: Vec::new(),
            name_keys: Vec::new(),
            pictures: HashMap::new(),
            faults: Vec::new(),
            parties: known.parties.keys().cloned().collect(),
            barcodes: barcodes.collect(),
            scale_codes: scale_codes.collect(),
            boxes: boxes.map(|put| put.code.clone()).collect(),
            by_weight: HashSet::new(),
            kinds: products().map(|put| (put.code.clone(), put.kind)).collect(),
            products: products().map(|put| (put.code.clone(), put.own)).collect(),
            lots_in_file: HashSet::new(),
        }
    }

    /// A server's: `given` is what its chains tell the tills that the file is for. What some till has put in by itself
    /// stands here too, and is told to the others all the same.
    pub fn giving(known: &'a Known, given: &'a Known, entropy: Entropy<'a>) -> Import<'a> {
        Import {
            given: Some(given),
            ..Import::new(known, entropy)
        }
    }

    /// Reads all of it. Pictures that rows of products name are asked for by the row's number, from 1, and the name.
    pub fn read(
        mut self,
        file: &ImportFile,
        pictures: &dyn Fn(u32, &str) -> Option<Vec<u8>>,
        work: &mut Work<'_>,
    ) -> Result<Taken, ImportError> {
        self.take_pictures(file, pictures);
        self.read_rows(file, &mut Rows::of(file, work))?;
        if !self.faults.is_empty() {
            return Err(ImportError::Rows(self.faults));
        }
        Ok(Taken {
            report: self.report,
            bodies: self.bodies,
            name_keys: self.name_keys,
            pictures: self.pictures,
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

    fn read_rows(&mut self, file: &ImportFile, rows: &mut Rows<'_, '_>) -> Result<(), ImportError> {
        if let Some(rules) = &file.fund {
            self.fund(rules)?;
            rules.iter().try_for_each(|_| rows.next())?;
        }
        if let Some(row) = &file.settings {
            self.settings(row)?;
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
            self.party(number, row)?;
            rows.next()?;
        }
        // Its tenders may go to parties of the same file.
        if let Some(row) = &file.outlet {
            self.outlet(row)?;
            rows.next()?;
        }
        // A box may name a product that comes later in the list. A box itself is opened into its
        // contents, so no lot is of it; nor is one of a voucher, which is nobody's goods.
        let own = is_own;
        let kinds = file.products.iter().map(|row| (row.code.clone(), row.kind));
        self.kinds.extend(kinds);
        // What a box costs less than its contents is figured on their prices, and these have none by the piece.
        let products = self.known.products.values();
        self.by_weight = products
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
            self.product(number, row);
            rows.next()?;
        }
        for (number, row) in (1u32..).zip(&file.lots) {
            self.lot(number, row);
            rows.next()?;
        }
        for (number, row) in (1u32..).zip(&file.staff) {
            self.staff(number, row)?;
            rows.next()?;
        }
        for (number, row) in (1u32..).zip(&file.buyers) {
            self.buyer(number, row)?;
            rows.next()?;
        }
        for (number, row) in (1u32..).zip(&file.issuers) {
            self.issuer(number, row)?;
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
            written: None,
        });
    }

    fn codes_once<'c>(&mut self, list: &str, codes: impl Iterator<Item = &'c str>, code: &str) {
        let mut seen = HashSet::new();
        for (number, name) in (1u32..).zip(codes) {
            if !good_code(name) || !seen.insert(name) {
                self.fault(list, number, name, code);
            }
        }
    }

    /// Adds a fact unless it says what stands already, and what goes down from here says it too.
    fn put<T: PartialEq + 'a>(
        &mut self,
        of: impl Fn(&'a Known) -> &'a HashMap<String, T>,
        code: &str,
        revision: impl Fn(&T) -> u32,
        make: impl Fn(u32) -> T,
        body: impl Fn(T) -> Body,
    ) {
        let stands = of(self.known).get(code);
        let says = |known: &T| make(revision(known)) == *known;
        let unchanged = stands.is_some_and(&says)
            && self
                .given
                .is_none_or(|given| of(given).get(code).is_some_and(&says));
        self.add(of, code, unchanged, revision, make, body);
    }

    /// The same of what each outlet has for itself: what stands at another is no answer.
    fn put_here<T: PartialEq + 'a>(
        &mut self,
        of: impl Fn(&'a Known) -> &'a HashMap<String, T>,
        code: &str,
        revision: impl Fn(&T) -> u32,
        make: impl Fn(u32) -> T,
        body: impl Fn(T) -> Body,
    ) {
        let told = of(self.given.unwrap_or(self.known)).get(code);
        let unchanged = told.is_some_and(|known| make(revision(known)) == *known);
        self.add(of, code, unchanged, revision, make, body);
    }

    fn add<T: PartialEq + 'a>(
        &mut self,
        of: impl Fn(&'a Known) -> &'a HashMap<String, T>,
        code: &str,
        unchanged: bool,
        revision: impl Fn(&T) -> u32,
        make: impl Fn(u32) -> T,
        body: impl Fn(T) -> Body,
    ) {
        if unchanged {
            self.report.unchanged += 1;
            return;
        }
        let stands = of(self.known).get(code);
        let told = self.given.and_then(|given| of(given).get(code));
        let greatest = stands.map_or(0, &revision).max(told.map_or(0, &revision));
        // What a till has put in by itself is told on as the revision that it is there: then they agree.
        let put = match stands {
            Some(stands)
                if told.is_none_or(|told| revision(told) < revision(stands))
                    && make(revision(stands)) == *stands =>
            {
                make(revision(stands))
            }
            _ => make(greatest.saturating_add(1)),
        };
        match self.given.unwrap_or(self.known) {
            before if of(before).contains_key(code) => self.report.revised += 1,
            _ => self.report.added += 1,
        }
        self.bodies.push(body(put));
    }
}

/// Fixed-size randomness.
fn random<const N: usize>(entropy: Entropy<'_>) -> Result<[u8; N], ImportError> {
    let mut bytes = [0; N];
    entropy(&mut bytes).map_err(ImportError::NoEntropy)?;
    Ok(bytes)
}

fn good_code(code: &str) -> bool {
    !code.is_empty()
        && code.len() <= 64
        && !code.chars().any(|part| part.is_control() || part.is_whitespace())
}

fn good_date(text: &str) -> bool {
    chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok()
}
