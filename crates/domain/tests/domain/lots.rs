//! What a lot must be, and in which order it is refused.

use jishi_domain::{Fen, Lot, LotContext, RawLot, RawShare, RawTerms, Terms};

use crate::common::{agreed, buyout, consignment, raw_lot};

fn check(raw: &RawLot, context: LotContext) -> Result<(), &'static str> {
    Lot::new(raw, context).map(|_| ()).map_err(|error| error.code())
}

#[test]
fn the_first_fault_in_order_is_named() {
    let fine = || raw_lot("L1", "tea", "5", consignment(1000), &[1, 2]);
    let bad_code = |mut raw: RawLot| {
        raw.code = "own".into();
        raw
    };
    let bad_quantity = |mut raw: RawLot| {
        raw.quantity = "0".into();
        raw
    };
    let bad_shares = |mut raw: RawLot| {
        raw.shares.clear();
        raw
    };
    let bad_terms = |mut raw: RawLot| {
        raw.terms.kind = "barter".into();
        raw
    };
    let context = LotContext::default();
    assert_eq!(check(&fine(), context), Ok(()));
    assert_eq!(
        check(&bad_code(bad_quantity(bad_shares(bad_terms(fine())))), context),
        Err("bad_lot")
    );
    assert_eq!(
        check(&bad_quantity(bad_shares(bad_terms(fine()))), context),
        Err("bad_quantity")
    );
    assert_eq!(check(&bad_shares(bad_terms(fine())), context), Err("bad_shares"));
    assert_eq!(check(&bad_terms(fine()), context), Err("bad_terms"));
    let taken = LotContext {
        code_taken: true,
        product_is_own: false,
    };
    let own = LotContext {
        code_taken: false,
        product_is_own: true,
    };
    assert_eq!(check(&bad_quantity(fine()), taken), Err("bad_lot"));
    assert_eq!(check(&bad_quantity(fine()), own), Err("bad_lot"));
    let nameless = RawLot {
        code: String::new(),
        ..fine()
    };
    assert_eq!(check(&nameless, context), Err("bad_lot"));
}

#[test]
fn shares_are_integers_not_below_0_and_not_all_0() {
    let with = |weights: &[Option<i64>]| {
        let mut raw = raw_lot("L1", "tea", "5", buyout(), &[]);
        raw.shares = weights
            .iter()
            .map(|weight| RawShare {
                party: "H1".into(),
                weight: *weight,
            })
            .collect();
        check(&raw, LotContext::default())
    };
    assert_eq!(with(&[Some(0), Some(1)]), Ok(()));
    assert_eq!(with(&[Some(i64::MAX), Some(i64::MAX)]), Ok(()));
    for weights in [
        &[][..],
        &[Some(0)],
        &[Some(0), Some(0)],
        &[Some(2), Some(-1)],
        &[Some(1), None],
    ] {
        assert_eq!(with(weights), Err("bad_shares"), "{weights:?}");
    }
}

#[test]
fn terms_are_within_their_range() {
    let with = |terms: RawTerms| {
        Lot::new(&raw_lot("L1", "tea", "5", terms, &[1]), LotContext::default())
            .map(|lot| lot.terms())
            .map_err(|error| error.code())
    };
    assert_eq!(with(consignment(0)), Ok(Terms::Consignment { commission_bp: 0 }));
    assert_eq!(
        with(consignment(10_000)),
        Ok(Terms::Consignment {
            commission_bp: 10_000
        })
    );
    assert_eq!(with(consignment(10_001)), Err("bad_terms"));
    assert_eq!(with(consignment(-1)), Err("bad_terms"));
    assert_eq!(
        with(RawTerms {
            commission_bp: None,
            ..consignment(0)
        }),
        Err("bad_terms")
    );
    assert_eq!(with(agreed(0)), Ok(Terms::Agreed { price: Fen::ZERO }));
    assert_eq!(with(agreed(-1)), Err("bad_terms"));
    assert_eq!(
        with(RawTerms {
            price: None,
            ..agreed(0)
        }),
        Err("bad_terms")
    );
    assert_eq!(with(buyout()), Ok(Terms::Buyout));
    assert_eq!(with(RawTerms::default()), Err("bad_terms"));
    assert_eq!(Terms::Consignment { commission_bp: 0 }.kind(), "consignment");
    assert_eq!(Terms::Agreed { price: Fen::ZERO }.kind(), "agreed");
    assert_eq!(Terms::Buyout.kind(), "buyout");
}

#[test]
fn a_lot_keeps_what_was_said() {
    let raw = RawLot {
        priority: 3,
        ..raw_lot("L1", "tea", "5.5", agreed(2600), &[3, 0])
    };
    let lot = Lot::new(&raw, LotContext::default()).expect("makes sense");
    assert_eq!(lot.code().as_str(), "L1");
    assert_eq!(lot.product().as_str(), "tea");
    assert_eq!(lot.received().thousandths(), 5500);
    assert_eq!(lot.priority(), 3);
    assert_eq!(lot.weights(), [3, 0]);
    let shares: Vec<(&str, i64)> = lot
        .shares()
        .iter()
        .map(|share| (share.party.as_str(), share.weight))
        .collect();
    assert_eq!(shares, [("H1", 3), ("H2", 0)]);
}
