//! What must hold whatever happens.

use jishi_domain::{
    Bearer, Book, Carry, DrawFigures, Fen, RefundFigures, RefundItem, Rounding, SaleRequest, Shelf,
};
use proptest::prelude::*;

use crate::common::{book, consignment, item, line, lot_code, off_bp, raw_lot, sale};

/// A small generator of its own: ten thousand sales are drawn from one seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> i64 {
        // xorshift64*
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let drawn = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        i64::try_from(drawn % bound).expect("small")
    }
}

/// The stories' lots: equal shares, unequal ones, a share of nothing and one of nearly all.
const WEIGHTS: [&[i64]; 4] = [
    &[1, 1, 1],
    &[1, 1, 5, 5, 5, 1, 2, 3, 1, 1, 1],
    &[0, 7, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 90],
    &[125, 75, 33],
];

fn carries(book: &Book, weights: &[i64]) -> [Carry; 2] {
    let on_shelf = book.lot(&lot_code("L1")).expect("known");
    [&on_shelf.given.attributed, &on_shelf.given.due]
        .map(|given| Carry::from_given(weights, given).expect("fits"))
}

/// Whether every share is less than a fen from its exact part.
fn within_one_fen(carry: &Carry) -> bool {
    carry
        .numerators()
        .iter()
        .all(|carried| carried.abs() < carry.denominator())
}

fn price(dice: &mut Dice) -> i64 {
    match dice.below(3) {
        0 => dice.below(5000),
        1 => dice.below(40),
        _ => dice.below(3),
    }
}

#[test]
fn sales_keep_every_party_within_a_fen_of_its_exact_part() {
    for (seed, weights) in (1..).zip(WEIGHTS) {
        let mut dice = Dice(seed);
        let mut book = book(&[raw_lot("L1", "honey", "1000000", consignment(825), weights)]);
        for number in 0..10_000 {
            book.sell(
                &format!("S{number}"),
                &sale(vec![line("honey", "1", price(&mut dice))]),
            )
            .expect("sold");
            assert!(
                carries(&book, weights).iter().all(within_one_fen),
                "seed {seed}, after sale {number}"
            );
        }
    }
}

/// A refund takes back what its sale gave, so somebody who chooses which sales to bring back can move the parties
/// apart, by a part of a fen each time. The next sale large enough for everybody's repayment puts all of it right.
#[test]
fn what_refunds_disturb_sales_repay() {
    for (seed, weights) in (1..).zip(WEIGHTS) {
        let mut dice = Dice(seed);
        let mut book = book(&[raw_lot("L1", "honey", "1000000", consignment(825), weights)]);
        let mut open: Vec<String> = Vec::new();
        let mut repaid = 0;
        for number in 0..10_000 {
            let id = format!("S{number}");
            let before = carries(&book, weights);
            let figures = book
                .sell(&id, &sale(vec![line("honey", "1", price(&mut dice))]))
                .expect("sold");
            open.push(id);
            let draw = &figures.lines[0].draws[0];
            let after = carries(&book, weights);
            for ((before, after), amount) in before.iter().zip(&after).zip([draw.net, draw.payable]) {
                let enough = weights
                    .iter()
                    .zip(before.numerators())
                    .all(|(weight, carried)| carried + i128::from(amount.get()) * i128::from(*weight) >= 0);
                repaid += usize::from(enough && !within_one_fen(before));
                assert!(
                    !enough || within_one_fen(after),
                    "seed {seed}, after sale {number}"
                );
            }
            while dice.below(2) == 0 && !open.is_empty() {
                let chosen = usize::try_from(dice.below(40)).expect("small") % open.len();
                let id = open[open.len() - 1 - chosen].clone();
                let left = book.sale(&id).expect("known").lines[0].left().thousandths();
                let part = [250, 500, 1000][usize::try_from(dice.below(3)).expect("small")].min(left);
                let borne_by = if dice.below(4) == 0 {
                    Bearer::Operator
                } else {
                    Bearer::Supplier
                };
                let back = RefundItem {
                    borne_by,
                    ..item(1, &format!("{}.{:03}", part / 1000, part % 1000))
                };
                book.refund(&id, &[back]).expect("there is that much left");
                if part == left {
                    open.retain(|other| *other != id);
                }
            }
        }
        assert!(
            repaid > 100,
            "seed {seed}: the adversary hardly disturbed anything"
        );
    }
}

#[test]
fn nobody_gains_a_fen_on_every_jar() {
    let weights = [1, 1, 1];
    let mut book = book(&[raw_lot("L1", "honey", "1000000", consignment(0), &weights)]);
    for number in 0..3000 {
        book.sell(&format!("S{number}"), &sale(vec![line("honey", "1", 1000)]))
            .expect("sold");
        assert!(carries(&book, &weights).iter().all(within_one_fen));
    }
    let given = book.lot(&lot_code("L1")).expect("known").given.clone();
    assert_eq!(given.attributed, vec![Fen::new(1_000_000); 3]);
}

/// Net, base, fund, payable (with what was kept) and both vectors, summed.
#[derive(Debug, Default, PartialEq, Eq)]
struct Sums([i64; 5], Vec<i64>, Vec<i64>);

impl Sums {
    fn add(&mut self, figures: [Fen; 4], quantity: i64, attributed: &[Fen], due: &[&[Fen]]) {
        for (sum, fen) in self
            .0
            .iter_mut()
            .zip(figures.map(Fen::get).into_iter().chain([quantity]))
        {
            *sum += fen;
        }
        let add = |sums: &mut Vec<i64>, parts: &[Fen]| {
            sums.resize(sums.len().max(parts.len()), 0);
            for (sum, part) in sums.iter_mut().zip(parts) {
                assert!(!part.is_negative());
                *sum += part.get();
            }
        };
        add(&mut self.1, attributed);
        for due in due {
            add(&mut self.2, due);
        }
    }

    fn of_draw(draw: &DrawFigures) -> Sums {
        let mut sums = Sums::default();
        let figures = [draw.net, draw.base, draw.fund, draw.payable];
        sums.add(
            figures,
            draw.quantity.thousandths(),
            &draw.attributed,
            &[&draw.due],
        );
        sums
    }

    fn add_refund(by_draw: &mut [Sums], refund: &RefundFigures) {
        for back in refund.lines.iter().flat_map(|line| &line.draws) {
            let payable = back.payable.checked_add(back.payable_kept).expect("small");
            let figures = [back.net, back.base, back.fund, payable];
            let due: [&[Fen]; 2] = [&back.due, &back.due_kept];
            by_draw[back.draw].add(figures, back.quantity.thousandths(), &back.attributed, &due);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn refunds_in_whatever_parts_take_back_what_was_given(
        weights in prop::collection::vec(0_i64..9, 1..8),
        quantity in 1_i64..=4000,
        price in prop_oneof![0_i64..60, 0_i64..30_000],
        off in 0_i64..=10_000,
        parts in prop::collection::vec((1_i64..=1500, any::<bool>(), any::<bool>()), 0..9),
    ) {
        prop_assume!(weights.iter().any(|weight| *weight > 0));
        let mut book = Book::new([], vec![jishi_domain::FundRule::BasisPoints(333)]);
        book.receive(&raw_lot("L1", "honey", "1.5", consignment(825), &weights)).expect("received");
        book.receive(&raw_lot("L2", "honey", "1.001", consignment(0), &[1, 3])).expect("received");
        let text = |thousandths: i64| format!("{}.{:03}", thousandths / 1000, thousandths % 1000);
        let mut request = sale(vec![line("honey", &text(quantity), price)]);
        request.discount = off_bp(off, Bearer::Supplier);
        let figures = book.sell("S1", &request).expect("sold");
        let gave: Vec<Sums> = figures.lines[0].draws.iter().map(Sums::of_draw).collect();
        let mut back: Vec<Sums> = gave.iter().map(|_| Sums::default()).collect();
        let mut left = quantity;
        let mut total = 0;
        for (part, restock, operator) in parts {
            let part = part.min(left);
            if part == 0 {
                break;
            }
            left -= part;
            let borne_by = if operator { Bearer::Operator } else { Bearer::Supplier };
            let item = RefundItem { restock, borne_by, ..item(1, &text(part)) };
            let refund = book.refund("S1", &[item]).expect("there is that much left");
            prop_assert!(refund.conserves());
            total += refund.total.get();
            Sums::add_refund(&mut back, &refund);
        }
        if left > 0 {
            let refund = book.void("S1").expect("voided");
            total += refund.total.get();
            Sums::add_refund(&mut back, &refund);
        }
        prop_assert_eq!(total, figures.total.get());
        prop_assert_eq!(back, gave);
    }

    #[test]
    fn a_sale_of_anything_adds_up_or_is_refused(
        lines in prop::collection::vec(
            (0_usize..4, "[0-9]{1,7}(\\.[0-9]{0,4})?", any::<i64>(), 0_u32..63, prop::option::of(any::<i64>())),
            0..6,
        ),
        off in prop::option::of(-10_i64..12_000),
        agreed_price in 0_i64..i64::MAX,
    ) {
        let mut book = book(&[
            raw_lot("L1", "honey", "9", consignment(825), &[1, i64::MAX]),
            raw_lot("L2", "tea", "1000000", crate::common::agreed(agreed_price), &[i64::MAX, i64::MAX]),
        ]);
        let lines = lines
            .into_iter()
            .map(|(product, quantity, price, shift, amount)| {
                let mut line = line(["honey", "tea", "rice", "bag"][product], &quantity, (price >> shift).saturating_abs());
                line.amount = amount.filter(|amount| amount % 3 == 0).map(|amount| amount >> shift);
                line
            })
            .collect();
        let discount = off.and_then(|bp| off_bp(bp, Bearer::Supplier));
        let request = SaleRequest { lines, discount, rounding: Rounding::Yuan, ..SaleRequest::default() };
        if let Ok(figures) = book.sell("S1", &request) {
            prop_assert!(figures.conserves());
            let paid = figures.total.get();
            prop_assert!((0..=1 << 53).contains(&paid) && paid % 100 == 0);
            if !figures.lines.is_empty() {
                prop_assert_eq!(book.void("S1").expect("voided").total.get(), paid);
            }
        }
    }
}
