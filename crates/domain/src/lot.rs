//! A lot 批次: goods of one product brought in together, the terms, and whose they are.

use crate::codes::{LotCode, PartyCode, ProductCode};
use crate::money::Fen;
use crate::quantity::Quantity;

/// Settlement terms 结算方式.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Terms {
    /// 代销: the supplier gets the price less a commission.
    Consignment { commission_bp: i64 },
    /// 协议供价: a fixed price for each unit sold.
    Agreed { price: Fen },
    /// 买断: paid on delivery, nothing more due.
    Buyout,
}

impl Terms {
    pub fn kind(self) -> &'static str {
        match self {
            Terms::Consignment { .. } => "consignment",
            Terms::Agreed { .. } => "agreed",
            Terms::Buyout => "buyout",
        }
    }
}

/// A party's weight in a lot.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Share {
    pub party: PartyCode,
    pub weight: i64,
}

/// A lot that makes sense; only [`Lot::new`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lot {
    code: LotCode,
    product: ProductCode,
    received: Quantity,
    terms: Terms,
    priority: i64,
    shares: Vec<Share>,
    weights: Vec<i64>,
}

/// A lot as a file or a form states it. What is not an integer (or not one of 64 bits) is None.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawLot {
    pub code: String,
    pub product: String,
    pub quantity: String,
    pub terms: RawTerms,
    pub priority: i64,
    pub shares: Vec<RawShare>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawTerms {
    pub kind: String,
    pub commission_bp: Option<i64>,
    pub price: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawShare {
    pub party: String,
    pub weight: Option<i64>,
}

/// What only the books around a lot can say of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LotContext {
    /// The code is in use. False for an import of a known code, which is a revision.
    pub code_taken: bool,
    pub product_is_own: bool,
}

/// In the order in which they are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum LotError {
    #[error("the lot's code is missing, reserved or already used, or its product is the operator's own")]
    BadLot,
    #[error("the lot's quantity is not a decimal of at most three places above 0 and up to 1,000,000")]
    BadQuantity,
    #[error("the lot's shares are missing, not integers, negative or all 0")]
    BadShares,
    #[error("the lot's terms are of an unknown kind, or its commission or price is out of range")]
    BadTerms,
}

impl LotError {
    pub fn code(self) -> &'static str {
        match self {
            LotError::BadLot => "bad_lot",
            LotError::BadQuantity => "bad_quantity",
            LotError::BadShares => "bad_shares",
            LotError::BadTerms => "bad_terms",
        }
    }
}

impl Lot {
    pub fn new(raw: &RawLot, context: LotContext) -> Result<Lot, LotError> {
        if raw.code.is_empty() || raw.code == LotCode::OWN || context.code_taken || context.product_is_own {
            return Err(LotError::BadLot);
        }
        let received = Quantity::parse(&raw.quantity).map_err(|_| LotError::BadQuantity)?;
        let weights = checked_weights(&raw.shares).ok_or(LotError::BadShares)?;
        let terms = checked_terms(&raw.terms).ok_or(LotError::BadTerms)?;
        let shares = raw
            .shares
            .iter()
            .zip(&weights)
            .map(|(share, weight)| Share {
                party: PartyCode::new(&share.party),
                weight: *weight,
            })
            .collect();
        Ok(Lot {
            code: LotCode::new(&raw.code),
            product: ProductCode::new(&raw.product),
            received,
            terms,
            priority: raw.priority,
            shares,
            weights,
        })
    }

    pub fn code(&self) -> &LotCode {
        &self.code
    }

    pub fn product(&self) -> &ProductCode {
        &self.product
    }

    pub fn received(&self) -> Quantity {
        self.received
    }

    pub fn terms(&self) -> Terms {
        self.terms
    }

    /// The larger is sold first; 0 where nothing is said.
    pub fn priority(&self) -> i64 {
        self.priority
    }

    pub fn shares(&self) -> &[Share] {
        &self.shares
    }

    /// The shares' weights, in their order: what the vectors of a draw are split by.
    pub fn weights(&self) -> &[i64] {
        &self.weights
    }
}

fn checked_weights(shares: &[RawShare]) -> Option<Vec<i64>> {
    let weights = shares
        .iter()
        .map(|share| share.weight)
        .collect::<Option<Vec<_>>>()?;
    (weights.iter().all(|weight| *weight >= 0) && weights.iter().any(|weight| *weight > 0)).then_some(weights)
}

fn checked_terms(raw: &RawTerms) -> Option<Terms> {
    match raw.kind.as_str() {
        "consignment" => raw
            .commission_bp
            .filter(|commission_bp| (0..=10_000).contains(commission_bp))
            .map(|commission_bp| Terms::Consignment { commission_bp }),
        "agreed" => raw.price.filter(|price| *price >= 0).map(|price| Terms::Agreed {
            price: Fen::new(price),
        }),
        "buyout" => Some(Terms::Buyout),
        _ => None,
    }
}
