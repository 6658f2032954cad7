//! 临时商品, 临时农户: goods before a cashier that nobody entered, sold all the same and confirmed later.
//!
//! What is put in has a code of this till's own. No lot is of it, so what is sold of it is unassigned; whose it was said
//! to be stands with the product and with every sale, for the bookkeeper who assigns it.

use crate::catalogue::{Catalogue, Party};
use crate::refusal::Refusal;
use crate::request::short_text;
use crate::till::Till;
use crate::wire::{NewPartyRequest, ProvisionalRequest, ProvisionalResult};
use crate::world::random;
use jishi_domain::{LotLabel, SaleUnit, check_digit_fits, payment_app};
use jishi_journal::body::{Body, PartyPut, ProductKind, ProductPut};
use jishi_journal::{NameKey, seal_name};
use std::collections::HashSet;

const NAME_CHARACTERS_MAX: usize = 40;
const UNIT_CHARACTERS_MAX: usize = 8;
const BARCODE_LENGTH_MAX: usize = 32;
/// A million yuan for one of something is a barcode typed where the price goes.
const PRICE_FEN_MAX: i64 = 100_000_000;

impl Till {
    /// Puts in goods that are not in the catalogue. The very same once more are those that are there.
    pub fn enter_provisional(&mut self, request: &ProvisionalRequest) -> Result<ProvisionalResult, Refusal> {
        let name = good_name(&request.name)?;
        let unit = short_text(&request.unit, UNIT_CHARACTERS_MAX).filter(|unit| !unit.is_empty());
        let unit = unit.ok_or_else(|| Refusal::BadRequest("the unit".to_owned()))?;
        if !(1..=PRICE_FEN_MAX).contains(&request.price) {
            return Err(Refusal::BadAmount);
        }
        let barcode = good_barcode(request.barcode.as_deref())?;
        let said = self.said(request)?;
        let said_of = said.code(&self.catalogue, &self.prefix());
        let same = self.catalogue.products().find(|put| {
            (put.provisional, &*put.name, &*put.unit, put.price) == (true, name, unit, request.price)
                && put.barcodes.first().map(String::as_str) == barcode
                && put.said_of == said_of
        });
        if let Some(same) = same {
            return Ok(ProvisionalResult {
                product: same.code.clone(),
                said_of,
                repeated: true,
            });
        }
        if let Some(owner) = barcode.and_then(|barcode| self.catalogue.by_barcode(barcode)) {
            return Err(Refusal::BarcodeTaken {
                product: owner.name.clone(),
            });
        }
        let entered_by = self.whoever_stands_here();
        let mut bodies = Vec::with_capacity(2);
        let mut key = None;
        if let (Said::New(party), Some(code)) = (&said, &said_of) {
            let (put, name_key) = self.provisional_party(code, party, &entered_by)?;
            key = Some((code.clone(), name_key));
            bodies.push(Body::PartyPut(put));
        }
        let code = free_code(&self.prefix(), 'x', |code| self.catalogue.product(code).is_some());
        bodies.push(Body::ProductPut(ProductPut {
            code: code.clone(),
            revision: 1,
            name: name.to_owned(),
            unit: unit.to_owned(),
            price: request.price,
            barcodes: barcode.into_iter().map(str::to_owned).collect(),
            weighed: SaleUnit::from_name(unit) != SaleUnit::Piece,
            own: false,
            scale_code: None,
            category: String::new(),
            pinyin: None,
            quick: false,
            stall: None,
            contents: Vec::new(),
            box_borne_by: None,
            lowest_price: None,
            picture: None,
            price_unit: None,
            tare: None,
            kind: ProductKind::Goods,
            valid_days: None,
            provisional: true,
            said_of: said_of.clone(),
            entered_by: Some(entered_by),
            approved_by: self.approved.clone(),
            same_as: None,
        }));
        self.commit_with(&bodies, |writer| {
            if let Some((party, key)) = &key {
                writer.put_name_key(party, key)?;
            }
            Ok(())
        })?;
        self.read_again()?;
        Ok(ProvisionalResult {
            product: code,
            said_of,
            repeated: false,
        })
    }

    /// A bookkeeper confirms what was put in, a product or a party: as it stands, or as one that was known already,
    /// which is given its barcodes. To correct its facts is to import a row of its code, which confirms it too.
    pub fn confirm_provisional(&mut self, code: &str, same_as: Option<&str>) -> Result<(), Refusal> {
        let not_provisional = || Refusal::NotProvisional {
            code: code.to_owned(),
        };
        let product = self.catalogue.product(code).filter(|put| put.provisional);
        let party = self.catalogue.party(code).filter(|party| party.put.provisional);
        let bodies = match (product, party) {
            (Some(product), _) => confirmed_product(&self.catalogue, product, same_as)?,
            (None, Some(party)) => vec![confirmed_party(&self.catalogue, party, same_as)?],
            (None, None) => return Err(not_provisional()),
        };
        self.commit(&bodies)?;
        self.read_again()
    }

    fn said(&self, request: &ProvisionalRequest) -> Result<Said, Refusal> {
        match (&request.said_of, &request.new_party) {
            (Some(_), Some(_)) => Err(Refusal::BadRequest("said_of and new_party".to_owned())),
            (Some(code), None) => match self.catalogue.party(code) {
                Some(_) => Ok(Said::Known(code.clone())),
                None => Err(Refusal::NoSuchParty { party: code.clone() }),
            },
            (None, Some(party)) => {
                let (name, village) = (good_name(&party.name)?, good_name(&party.village)?);
                let mut known = self.catalogue.parties();
                let known = known.find(|known| {
                    known.name.as_deref() == Some(name)
                        && known.put.village == village
                        && known.is_household()
                });
                Ok(match known {
                    Some(known) => Said::Known(known.put.code.clone()),
                    None => Said::New(NewPartyRequest {
                        name: name.to_owned(),
                        village: village.to_owned(),
                    }),
                })
            }
            (None, None) => Ok(Said::Nobody),
        }
    }

    fn provisional_party(
        &self,
        code: &str,
        party: &NewPartyRequest,
        entered_by: &str,
    ) -> Result<(PartyPut, NameKey), Refusal> {
        let world = self.world.0.as_ref();
        let key = NameKey::from_bytes(random::<32>(world));
        let put = PartyPut {
            code: code.to_owned(),
            revision: 1,
            kind: "household".to_owned(),
            name: seal_name(code, &party.name, &key, &random::<24>(world))?,
            village: party.village.clone(),
            township: String::new(),
            county: String::new(),
            registered: false,
            provisional: true,
            entered_by: Some(entered_by.to_owned()),
            same_as: None,
        };
        Ok((put, key))
    }

    /// Who is signed in, or who opened the shift where nobody is asked.
    fn whoever_stands_here(&self) -> String {
        let of_shift = || self.shift.as_ref().map(|shift| shift.staff.clone());
        self.signed_in.clone().or_else(of_shift).unwrap_or_default()
    }
}

/// Whose goods are said to be.
enum Said {
    Nobody,
    Known(String),
    New(NewPartyRequest),
}

impl Said {
    fn code(&self, catalogue: &Catalogue, prefix: &str) -> Option<String> {
        match self {
            Said::Nobody => None,
            Said::Known(code) => Some(code.clone()),
            Said::New(_) => Some(free_code(prefix, 'h', |code| catalogue.party(code).is_some())),
        }
    }
}

/// The prefix of the till's receipts keeps it apart from every other till, and from this one before a restore.
fn free_code(prefix: &str, letter: char, is_taken: impl Fn(&str) -> bool) -> String {
    let mut codes = (1u32..).map(|number| format!("{prefix}-{letter}{number}"));
    codes.find(|code| !is_taken(code)).unwrap_or_default()
}

fn good_name(name: &str) -> Result<&str, Refusal> {
    short_text(name, NAME_CHARACTERS_MAX)
        .filter(|name| !name.is_empty())
        .ok_or(Refusal::BadName)
}

/// What a scanner types, is not misread, and is nobody's money or lot.
fn good_barcode(barcode: Option<&str>) -> Result<Option<&str>, Refusal> {
    let Some(barcode) = barcode.map(str::trim).filter(|barcode| !barcode.is_empty()) else {
        return Ok(None);
    };
    if barcode.len() > 13 && payment_app(barcode).is_some() {
        return Err(Refusal::PaymentCode);
    }
    let typed = barcode.len() <= BARCODE_LENGTH_MAX && barcode.bytes().all(|byte| byte.is_ascii_graphic());
    let misread = matches!(barcode.len(), 8 | 12 | 13) && check_digit_fits(barcode) == Some(false);
    match !typed || misread || LotLabel::read(barcode).is_some() {
        true => Err(Refusal::BadBarcode {
            line: None,
            code: barcode.to_owned(),
        }),
        false => Ok(Some(barcode)),
    }
}

/// As it is from now on, and the known product that takes its barcodes.
fn confirmed_product(
    catalogue: &Catalogue,
    put: &ProductPut,
    same_as: Option<&str>,
) -> Result<Vec<Body>, Refusal> {
    let mut confirmed = ProductPut {
        revision: put.revision.saturating_add(1),
        provisional: false,
        said_of: None,
        same_as: same_as.map(str::to_owned),
        ..put.clone()
    };
    let Some(same_as) = same_as else {
        return Ok(vec![Body::ProductPut(confirmed)]);
    };
    let same = catalogue.product(same_as).ok_or_else(|| Refusal::NoSuchProduct {
        line: None,
        product: same_as.to_owned(),
    })?;
    // A lot is counted in its own product's unit: 2 斤 of one is not 2 公斤 of the other.
    let fits = same.code != put.code && same.unit == put.unit && !same.own && same.same_as.is_none();
    if !fits {
        return Err(Refusal::NotTheSame {
            product: same.name.clone(),
        });
    }
    let mut known = same.clone();
    let mut has: HashSet<String> = known.barcodes.iter().cloned().collect();
    let barcodes = std::mem::take(&mut confirmed.barcodes);
    known
        .barcodes
        .extend(barcodes.into_iter().filter(|barcode| has.insert(barcode.clone())));
    let mut bodies = vec![Body::ProductPut(confirmed)];
    if known.barcodes != same.barcodes {
        known.revision = known.revision.saturating_add(1);
        bodies.push(Body::ProductPut(known));
    }
    Ok(bodies)
}

fn confirmed_party(catalogue: &Catalogue, party: &Party, same_as: Option<&str>) -> Result<Body, Refusal> {
    let put = &party.put;
    if let Some(same_as) = same_as {
        let same = catalogue.party(same_as).ok_or_else(|| Refusal::NoSuchParty {
            party: same_as.to_owned(),
        })?;
        if same.put.code == put.code || same.put.same_as.is_some() {
            return Err(Refusal::NotTheSame {
                product: same.shown().to_owned(),
            });
        }
    }
    Ok(Body::PartyPut(PartyPut {
        revision: put.revision.saturating_add(1),
        provisional: false,
        same_as: same_as.map(str::to_owned),
        ..put.clone()
    }))
}
