//! Builders: short words for what the tests tell.

use jishi_domain::{
    Bearer, Book, Discount, DiscountSize, Fen, LineRequest, LotCode, PartyCode, ProductCode, RawLot,
    RawShare, RawTerms, RefundItem, SaleRequest,
};

pub(crate) fn fen(amounts: &[i64]) -> Vec<Fen> {
    amounts.iter().copied().map(Fen::new).collect()
}

pub(crate) fn plain(amounts: &[Fen]) -> Vec<i64> {
    amounts.iter().map(|amount| amount.get()).collect()
}

pub(crate) fn consignment(commission_bp: i64) -> RawTerms {
    RawTerms {
        kind: "consignment".into(),
        commission_bp: Some(commission_bp),
        price: None,
    }
}

pub(crate) fn agreed(price: i64) -> RawTerms {
    RawTerms {
        kind: "agreed".into(),
        commission_bp: None,
        price: Some(price),
    }
}

pub(crate) fn buyout() -> RawTerms {
    RawTerms {
        kind: "buyout".into(),
        commission_bp: None,
        price: None,
    }
}

pub(crate) fn raw_lot(code: &str, product: &str, quantity: &str, terms: RawTerms, weights: &[i64]) -> RawLot {
    let shares = weights
        .iter()
        .enumerate()
        .map(|(index, weight)| RawShare {
            party: format!("H{}", index + 1),
            weight: Some(*weight),
        })
        .collect();
    RawLot {
        code: code.into(),
        product: product.into(),
        quantity: quantity.into(),
        terms,
        priority: 0,
        shares,
    }
}

/// A book with these lots; `bag` is the operator's own.
pub(crate) fn book(lots: &[RawLot]) -> Book {
    let mut book = Book::new([ProductCode::new("bag")], vec![]);
    for lot in lots {
        book.receive(lot).expect("the lot makes sense");
    }
    book
}

pub(crate) fn line(product: &str, quantity: &str, price: i64) -> LineRequest {
    LineRequest::new(product, quantity, price)
}

pub(crate) fn sale(lines: Vec<LineRequest>) -> SaleRequest {
    SaleRequest {
        lines,
        ..SaleRequest::default()
    }
}

pub(crate) fn off_fen(fen: i64, borne_by: Bearer) -> Option<Discount> {
    Some(Discount {
        size: DiscountSize::Fen(fen),
        borne_by,
    })
}

pub(crate) fn off_bp(bp: i64, borne_by: Bearer) -> Option<Discount> {
    Some(Discount {
        size: DiscountSize::BasisPoints(bp),
        borne_by,
    })
}

pub(crate) fn item(line: i64, quantity: &str) -> RefundItem {
    RefundItem::new(line, quantity)
}

pub(crate) fn lot_code(code: &str) -> LotCode {
    LotCode::new(code)
}

#[test]
fn codes_are_their_text() {
    let party = PartyCode::from("H1".to_owned());
    assert_eq!(party.to_string(), "H1");
    assert_eq!(party.as_ref(), "H1");
    assert_eq!(format!("{party:>4}"), "  H1");
    assert_eq!(String::from(party), "H1");
    assert_eq!(LotCode::OWN, "own");
}
