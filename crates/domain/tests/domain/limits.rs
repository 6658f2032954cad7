//! The edges: overdrawn lots, sums that do not fit, amounts at and beyond 2^53.

use std::collections::BTreeMap;

use jishi_domain::{
    Fen, FundRule, Given, LineRequest, Lot, LotCode, LotContext, LotOnShelf, ProductCode, Quantity, RawLot,
    Shelf, Source, figure_sale,
};

use crate::common::{agreed, book, buyout, consignment, fen, line, lot_code, plain, raw_lot, sale};

const LIMIT: i64 = 1 << 53;

/// A shelf as a till's cache may be: overdrawn lots, sums from somewhere else.
struct Cache {
    lots: BTreeMap<LotCode, (Lot, Quantity, Given)>,
}

impl Cache {
    fn of(raw: RawLot, left: i64, attributed: &[i64], due: &[i64]) -> Cache {
        let lot = Lot::new(&raw, LotContext::default()).expect("makes sense");
        let given = Given {
            attributed: fen(attributed),
            due: fen(due),
        };
        Cache {
            lots: BTreeMap::from([(lot.code().clone(), (lot, Quantity::from_thousandths(left), given))]),
        }
    }
}

impl Shelf for Cache {
    fn lot(&self, code: &LotCode) -> Option<LotOnShelf<'_>> {
        self.lots.get(code).map(|(lot, left, given)| LotOnShelf {
            lot,
            left: *left,
            given,
        })
    }

    fn open_lots(&self, _: &ProductCode) -> Vec<LotOnShelf<'_>> {
        self.lots.keys().filter_map(|code| self.lot(code)).collect()
    }

    fn is_own(&self, _: &ProductCode) -> bool {
        false
    }
}

#[test]
fn an_overdrawn_lot_gives_nothing() {
    let raw = raw_lot("L1", "tea", "5", consignment(0), &[1]);
    let figures = figure_sale(
        &sale(vec![line("tea", "2", 50)]),
        &Cache::of(raw, -1000, &[0], &[0]),
        &[],
    )
    .expect("sold");
    let draws = &figures.lines[0].draws;
    assert_eq!(
        (draws.len(), &draws[0].source, draws[0].quantity.thousandths()),
        (1, &Source::Unassigned, 2000)
    );
    assert_eq!(figures.lots_after, []);
}

#[test]
fn sums_that_do_not_fit_the_shares_are_refused() {
    let raw = || raw_lot("L1", "tea", "5", consignment(0), &[1, 1]);
    let request = sale(vec![line("tea", "2", 50)]);
    let code = |cache: Cache| {
        figure_sale(&request, &cache, &[])
            .map(|_| ())
            .map_err(|error| error.code())
    };
    assert_eq!(code(Cache::of(raw(), 5000, &[0, 0], &[0, 0])), Ok(()));
    assert_eq!(code(Cache::of(raw(), 5000, &[0], &[0, 0])), Err("state_mismatch"));
    assert_eq!(
        code(Cache::of(raw(), 5000, &[0, 0], &[0, 0, 0])),
        Err("state_mismatch")
    );
    assert_eq!(
        code(Cache::of(raw(), 5000, &[i64::MAX, i64::MAX], &[0, 0])),
        Err("amount_too_large")
    );
}

#[test]
fn what_the_terms_make_of_it_has_limits_too() {
    let sell = |lot: RawLot, fund: &[FundRule], request: LineRequest| {
        let shares = vec![0; lot.shares.len()];
        let cache = Cache::of(lot, 1_000_000_000, &shares, &shares);
        figure_sale(&sale(vec![request]), &cache, fund)
            .map(|figures| figures.lines[0].draws[0].margin.get())
            .map_err(|error| {
                assert_eq!(error.line, Some(1));
                error.code()
            })
    };
    let dear = |price| raw_lot("L1", "tea", "1000000", agreed(price), &[1]);
    assert_eq!(sell(dear(LIMIT), &[], line("tea", "1", 0)), Ok(-LIMIT));
    assert_eq!(
        sell(dear(LIMIT + 1), &[], line("tea", "1", 0)),
        Err("amount_too_large")
    );
    assert_eq!(
        sell(dear(i64::MAX), &[], line("tea", "1000000", 0)),
        Err("amount_too_large")
    );
    assert_eq!(
        sell(dear(LIMIT), &[FundRule::FenPerUnit(1)], line("tea", "1", 0)),
        Err("amount_too_large")
    );
    let bought = || raw_lot("L1", "tea", "1000000", buyout(), &[1]);
    let double = [FundRule::BasisPoints(20_000)];
    assert_eq!(
        sell(bought(), &double, line("tea", "1", LIMIT / 2)),
        Ok(-LIMIT / 2)
    );
    assert_eq!(
        sell(bought(), &double, line("tea", "1", LIMIT / 2 + 1)),
        Err("amount_too_large")
    );
    // The limit itself is sold, in one line and to the last fen.
    assert_eq!(sell(bought(), &[], line("tea", "1", LIMIT)), Ok(LIMIT));
}

#[test]
fn sums_over_many_sales_may_pass_the_limit_of_one() {
    let mut stall = book(&[raw_lot("L1", "tea", "10", consignment(0), &[1, 1, 1])]);
    for id in ["S1", "S2", "S3"] {
        let figures = stall
            .sell(id, &sale(vec![line("tea", "1", LIMIT)]))
            .expect("sold");
        assert_eq!(
            Fen::sum(figures.lines[0].draws[0].due.iter().copied()),
            Some(Fen::MAX)
        );
    }
    let after = stall.lot(&lot_code("L1")).expect("known");
    assert_eq!(plain(&after.given.due), [LIMIT; 3]);
}
