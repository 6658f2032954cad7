//! `price_put`: what an outlet asks in the place of the list price. It stands in the outlet's own chain, so that no other
//! outlet hears of it. It may run beside the server.

use crate::clock::Instruments;
use crate::home::{Home, HomeError};
use crate::organisation;
use crate::own_chain::{Author, SignError, TRIES_MAX};
use crate::restored;
use jishi_domain::Fen;
use jishi_journal::Pass;
use jishi_journal::body::{Body, PricePut, ProductKind, ProductPut};
use jishi_ledger::{OpenMode, StoreError};
use std::collections::HashMap;
use std::path::Path;

#[derive(Debug, thiserror::Error)]
pub enum PriceError {
    #[error(transparent)]
    Home(#[from] HomeError),
    #[error("there is no such outlet")]
    NoSuchOutlet,
    #[error("there is no such product")]
    NoSuchProduct,
    #[error("that does not stand beneath this server's organisation")]
    NotBeneath,
    #[error("the price is below 0, too large, or below the lowest one")]
    BadPrice,
}

impl From<StoreError> for PriceError {
    fn from(error: StoreError) -> PriceError {
        PriceError::Home(error.into())
    }
}

impl From<SignError> for PriceError {
    fn from(error: SignError) -> PriceError {
        PriceError::Home(error.into())
    }
}

impl PriceError {
    pub fn code(&self) -> &'static str {
        match self {
            PriceError::Home(error) => error.code(),
            PriceError::NoSuchOutlet => "no_such_outlet",
            PriceError::NoSuchProduct => "no_such_product",
            PriceError::NotBeneath => "not_beneath",
            PriceError::BadPrice => "bad_price",
        }
    }
}

#[derive(Debug, Clone, Copy)]
pub struct PriceRequest<'a> {
    pub outlet: &'a str,
    pub product: &'a str,
    /// In fen; none asks the list price again.
    pub price: Option<i64>,
    pub lowest_price: Option<i64>,
}

/// A price of an outlet's own, beside the list price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnPrice {
    pub product: String,
    pub name: String,
    pub price: i64,
    pub lowest_price: Option<i64>,
    pub list_price: i64,
}

/// The prices that an outlet has for itself, by product.
pub fn prices(folder: &Path, outlet: &str) -> Result<Vec<OwnPrice>, PriceError> {
    let home = Home::open(folder, OpenMode::Read)?;
    may_ask(&home, outlet)?;
    let products = home.ledger.products()?.into_iter();
    let products: HashMap<String, ProductPut> = products.map(|put| (put.code.clone(), put)).collect();
    let own = home.ledger.prices(outlet)?.into_iter();
    Ok(own
        .filter_map(|own| {
            let listed = products.get(&own.product);
            Some(OwnPrice {
                price: own.price?,
                lowest_price: own.lowest_price,
                name: listed.map(|put| put.name.clone()).unwrap_or_default(),
                list_price: listed.map_or(0, |put| put.price),
                product: own.product,
            })
        })
        .collect())
}

/// Puts a price; says whether that changed anything. In this order: is there such an outlet, is it this server's, is there
/// such a product, is the price one.
pub fn put_price(
    folder: &Path,
    request: PriceRequest<'_>,
    instruments: &Instruments,
) -> Result<bool, PriceError> {
    let mut home = Home::to_write(folder, instruments)?;
    // What it set lately it does not know yet, and would set anew.
    restored::must_be_whole(&home.ledger, &home.key.public())?;
    may_ask(&home, request.outlet)?;
    let mut products = home.ledger.products()?.into_iter();
    let product = products.find(|put| put.code == request.product);
    let product = product.ok_or(PriceError::NoSuchProduct)?;
    if !is_price(&product, request) {
        return Err(PriceError::BadPrice);
    }
    let author = Author::of_home(&home, instruments);
    let mut tries = 0;
    loop {
        let stands = home.ledger.prices(request.outlet)?.into_iter();
        let stands = stands.into_iter().find(|put| put.product == request.product);
        let same = |put: &PricePut| put.price == request.price && put.lowest_price == request.lowest_price;
        if stands.as_ref().map_or(request.price.is_none(), same) {
            return Ok(false);
        }
        let body = Body::PricePut(PricePut {
            outlet: request.outlet.to_owned(),
            product: request.product.to_owned(),
            revision: stands.map_or(0, |put| put.revision).saturating_add(1),
            price: request.price,
            lowest_price: request.lowest_price,
        });
        let signed = author.sign_for_outlet(&home.ledger, request.outlet, &[body], &instruments.at())?;
        match home.ledger.write(|writer| signed.store(writer, |_| Ok(()))) {
            Err(StoreError::NotNext { .. }) if tries < TRIES_MAX => tries += 1,
            stored => {
                stored?;
                home.keep_ends();
                return Ok(true);
            }
        }
    }
}

fn may_ask(home: &Home, outlet: &str) -> Result<(), PriceError> {
    if !home.ledger.outlets()?.iter().any(|put| put.code == outlet) {
        return Err(PriceError::NoSuchOutlet);
    }
    match organisation::tree(home)?.may_see_outlet(&home.facts.public_key, outlet) {
        true => Ok(()),
        false => Err(PriceError::NotBeneath),
    }
}

/// A voucher is sold at its face, which is what it is good for everywhere.
fn is_price(product: &ProductPut, request: PriceRequest<'_>) -> bool {
    let Some(price) = request.price else {
        return request.lowest_price.is_none();
    };
    let greatest = match product.kind {
        ProductKind::Goods | ProductKind::Service => Fen::MAX.get(),
        ProductKind::Ticket => Pass::FACE_FEN_MAX,
        ProductKind::Voucher => return false,
    };
    let is_lower = request
        .lowest_price
        .is_none_or(|lowest| (0..=price).contains(&lowest));
    (0..=greatest).contains(&price) && is_lower
}
