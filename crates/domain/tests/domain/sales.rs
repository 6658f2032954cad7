//! Sales: what is refused in which order, and what the worked cases do not tell.

use jishi_domain::{
    Bearer, Book, DiscountSource, Fen, FundRule, LineRequest, ProductCode, Quantity, RawLot, Rounding,
    SaleFigures, SaleRequest, Source,
};

use crate::common::{
    agreed, book, buyout, consignment, line, lot_code, off_bp, off_fen, plain, raw_lot, sale,
};

const LIMIT: i64 = 1 << 53;

fn stall() -> Book {
    book(&[
        raw_lot("L1", "tea", "10", consignment(1000), &[1, 2]),
        raw_lot("L2", "pork", "10", agreed(2600), &[1]),
        raw_lot("L3", "tea", "10", consignment(0), &[1]),
    ])
}

fn refusal(request: &SaleRequest) -> (Option<usize>, &'static str) {
    let error = stall().sell("S1", request).expect_err("refused");
    (error.line, error.code())
}

fn sold(book: &mut Book, id: &str, request: &SaleRequest) -> SaleFigures {
    let figures = book.sell(id, request).expect("sold");
    assert!(figures.conserves());
    figures
}

#[test]
fn of_several_faults_of_a_line_the_first_in_order_is_named() {
    let mut faulty = LineRequest {
        amount: Some(-1),
        lot: Some(lot_code("L2")),
        discount: off_fen(-1, Bearer::Operator),
        ..line("tea", "0", -1)
    };
    assert_eq!(refusal(&sale(vec![faulty.clone()])), (Some(1), "bad_quantity"));
    faulty.quantity = "1".into();
    assert_eq!(refusal(&sale(vec![faulty.clone()])), (Some(1), "bad_price"));
    faulty.price = LIMIT + 1;
    assert_eq!(
        refusal(&sale(vec![faulty.clone()])),
        (Some(1), "bad_price"),
        "a stated amount below 0"
    );
    faulty.amount = Some(LIMIT + 1);
    assert_eq!(refusal(&sale(vec![faulty.clone()])), (Some(1), "no_such_lot"));
    faulty.lot = Some(lot_code("L1"));
    assert_eq!(
        refusal(&sale(vec![faulty.clone()])),
        (Some(1), "amount_too_large")
    );
    faulty.price = 1;
    assert_eq!(
        refusal(&sale(vec![faulty.clone()])),
        (Some(1), "amount_too_large"),
        "a stated amount"
    );
    faulty.amount = Some(LIMIT);
    assert_eq!(
        refusal(&sale(vec![faulty.clone()])),
        (Some(1), "discount_exceeds_amount")
    );
    faulty.discount = off_fen(LIMIT, Bearer::Operator);
    assert!(stall().sell("S1", &sale(vec![faulty])).is_ok());
}

#[test]
fn line_by_line_and_then_the_order() {
    let too_much_off = LineRequest {
        discount: off_fen(101, Bearer::Supplier),
        ..line("tea", "1", 100)
    };
    let mut request = sale(vec![line("tea", "1", 100), too_much_off, line("tea", "x", 1)]);
    request.discount = off_fen(-1, Bearer::Operator);
    assert_eq!(refusal(&request), (Some(2), "discount_exceeds_amount"));
    request.lines.remove(1);
    assert_eq!(refusal(&request), (Some(2), "bad_quantity"));
    request.lines.remove(1);
    assert_eq!(refusal(&request), (None, "discount_exceeds_amount"));
    request.lines = vec![line("tea", "1", LIMIT), line("tea", "1", 1)];
    assert_eq!(refusal(&request), (None, "amount_too_large"));
    request.lines[0].price = LIMIT - 1;
    request.discount = None;
    assert!(stall().sell("S1", &request).is_ok());
    let message = stall()
        .sell("S1", &sale(vec![line("tea", "1", -1)]))
        .expect_err("refused")
        .to_string();
    assert_eq!(message, "line 1: the price or the amount is below 0");
}

#[test]
fn discounts_are_at_most_what_they_are_taken_from() {
    for (discount, accepted) in [
        (off_fen(0, Bearer::Operator), true),
        (off_fen(100, Bearer::Operator), true),
        (off_fen(101, Bearer::Operator), false),
        (off_fen(-1, Bearer::Operator), false),
        (off_bp(0, Bearer::Operator), true),
        (off_bp(10_000, Bearer::Operator), true),
        // As large as it comes to, whatever its rate.
        (off_bp(10_049, Bearer::Operator), true),
        (off_bp(10_050, Bearer::Operator), false),
        (off_bp(-1, Bearer::Operator), false),
        (off_bp(i64::MAX, Bearer::Operator), false),
        (off_fen(i64::MIN, Bearer::Operator), false),
    ] {
        let on_line = sale(vec![LineRequest {
            discount,
            ..line("tea", "1", 100)
        }]);
        let on_order = SaleRequest {
            discount,
            ..sale(vec![line("tea", "1", 40), line("pork", "1", 60)])
        };
        for request in [on_line, on_order] {
            let result = stall()
                .sell("S1", &request)
                .map(|_| ())
                .map_err(|error| error.code());
            assert_eq!(
                result,
                if accepted {
                    Ok(())
                } else {
                    Err("discount_exceeds_amount")
                },
                "{discount:?}"
            );
        }
    }
    // The order's discount is taken from what the lines' own leave.
    let mut request = sale(vec![LineRequest {
        discount: off_fen(60, Bearer::Operator),
        ..line("tea", "1", 100)
    }]);
    request.discount = off_fen(40, Bearer::Operator);
    assert_eq!(sold(&mut stall(), "S1", &request).total, Fen::ZERO);
    request.discount = off_fen(41, Bearer::Operator);
    assert_eq!(refusal(&request), (None, "discount_exceeds_amount"));
    request.discount = off_bp(5000, Bearer::Operator);
    assert_eq!(sold(&mut stall(), "S1", &request).total, Fen::new(20));
}

#[test]
fn paper_can_tell_every_part_of_a_discount() {
    let mut request = sale(vec![
        LineRequest {
            discount: off_fen(33, Bearer::Supplier),
            ..line("tea", "1", 1000)
        },
        line("pork", "1", 2000),
    ]);
    request.discount = off_bp(1000, Bearer::Supplier);
    request.rounding = Rounding::Yuan;
    let figures = sold(&mut stall(), "S1", &request);
    let parts: Vec<Vec<(DiscountSource, Bearer, i64)>> = figures
        .lines
        .iter()
        .map(|line| {
            line.discounts
                .iter()
                .map(|part| (part.source, part.borne_by, part.amount.get()))
                .collect()
        })
        .collect();
    // 2967 less a tenth (297, as 97 and 200) is 2670; 70 wiped off, as 23 and 47.
    assert_eq!(
        parts,
        [
            vec![
                (DiscountSource::Line, Bearer::Supplier, 33),
                (DiscountSource::Order, Bearer::Supplier, 97),
                (DiscountSource::Rounding, Bearer::Operator, 23),
            ],
            vec![
                (DiscountSource::Order, Bearer::Supplier, 200),
                (DiscountSource::Rounding, Bearer::Operator, 47),
            ],
        ]
    );
    assert_eq!((figures.total.get(), figures.rounding.get()), (2600, 70));
    let lines: Vec<[i64; 4]> = figures
        .lines
        .iter()
        .map(|line| {
            [
                line.gross.get(),
                line.discount.get(),
                line.net.get(),
                line.base.get(),
            ]
        })
        .collect();
    assert_eq!(lines, [[1000, 153, 847, 870], [2000, 247, 1753, 1800]]);
}

#[test]
fn lines_of_one_sale_see_each_others_draws_and_carries() {
    let mut stall = stall();
    let request = sale(vec![
        LineRequest {
            lot: Some(lot_code("L1")),
            ..line("tea", "6", 0)
        },
        LineRequest {
            lot: Some(lot_code("L1")),
            amount: Some(1),
            ..line("tea", "3", 0)
        },
        LineRequest {
            amount: Some(2),
            ..line("tea", "2", 0)
        },
        LineRequest {
            lot: Some(lot_code("L1")),
            ..line("tea", "1", 10)
        },
    ]);
    let figures = sold(&mut stall, "S1", &request);
    type Told<'a> = (Option<&'a str>, i64, Vec<i64>);
    let draws: Vec<Vec<Told<'_>>> = figures
        .lines
        .iter()
        .map(|line| {
            line.draws
                .iter()
                .map(|draw| {
                    (
                        draw.source.lot_code(),
                        draw.quantity.thousandths(),
                        plain(&draw.attributed),
                    )
                })
                .collect()
        })
        .collect();
    assert_eq!(
        draws,
        [
            vec![(Some("L1"), 6000, vec![0, 0])],
            // weights 1 and 2: the first fen is the second's, the next the first's
            vec![(Some("L1"), 3000, vec![0, 1])],
            vec![(Some("L1"), 1000, vec![1, 0]), (Some("L3"), 1000, vec![1])],
            // the label's lot is empty by now, and no other takes its place
            vec![(None, 1000, vec![])],
        ]
    );
    let after: Vec<(&str, i64, Vec<i64>)> = figures
        .lots_after
        .iter()
        .map(|after| {
            (
                after.code.as_str(),
                after.left.thousandths(),
                plain(&after.given.attributed),
            )
        })
        .collect();
    assert_eq!(after, [("L1", 0, vec![1, 1]), ("L3", 9000, vec![1])]);
    assert_eq!(stall.sale("S1").map(|state| state.lines.len()), Some(4));
    assert_eq!(stall.sale("S2"), None);
}

#[test]
fn unassigned_goods_pay_into_the_fund_and_own_goods_do_not() {
    let mut stall = Book::new(
        [ProductCode::new("bag")],
        vec![FundRule::BasisPoints(300), FundRule::FenPerUnit(7)],
    );
    let figures = sold(
        &mut stall,
        "S1",
        &sale(vec![line("tea", "1.5", 1000), line("bag", "1", 1000)]),
    );
    let funds: Vec<(Option<&str>, i64, i64)> = figures
        .lines
        .iter()
        .flat_map(|line| &line.draws)
        .map(|draw| (draw.source.lot_code(), draw.fund.get(), draw.margin.get()))
        .collect();
    assert_eq!(funds, [(None, 45 + 11, 1500 - 56), (Some("own"), 0, 1000)]);
}

#[test]
fn the_order_of_the_shelf_is_priority_then_reception() {
    let with_priority = |code: &str, priority| RawLot {
        priority,
        ..raw_lot(code, "tea", "1", buyout(), &[1])
    };
    let lots = [
        with_priority("L1", -1),
        with_priority("L2", 0),
        with_priority("L3", 5),
        with_priority("L4", 5),
    ];
    let figures = sold(&mut book(&lots), "S1", &sale(vec![line("tea", "4", 1)]));
    let order: Vec<_> = figures.lines[0]
        .draws
        .iter()
        .filter_map(|draw| draw.source.lot_code())
        .collect();
    assert_eq!(order, ["L3", "L4", "L2", "L1"]);
}

#[test]
fn a_gift_costs_nothing_by_its_price_or_its_label() {
    let free_by_label = LineRequest {
        amount: Some(0),
        ..line("tea", "2", 100)
    };
    let figures = sold(
        &mut stall(),
        "S1",
        &sale(vec![line("tea", "1", 0), free_by_label]),
    );
    assert_eq!((figures.total, figures.lines[1].gross), (Fen::ZERO, Fen::ZERO));
    assert_eq!(plain(&figures.lines[1].draws[0].due), [0, 0]);
}

#[test]
fn a_sale_of_nothing_is_nothing() {
    let figures = sold(
        &mut stall(),
        "S1",
        &SaleRequest {
            rounding: Rounding::Yuan,
            ..SaleRequest::default()
        },
    );
    assert_eq!(
        (figures.total, figures.lines.len(), figures.rounding),
        (Fen::ZERO, 0, Fen::ZERO)
    );
}

#[test]
fn an_id_is_used_once() {
    let mut stall = stall();
    sold(&mut stall, "S1", &sale(vec![line("tea", "1", 1)]));
    let error = stall
        .sell("S1", &sale(vec![line("tea", "0", 1)]))
        .expect_err("refused");
    assert_eq!((error.line, error.code()), (None, "id_reused"));
}

#[test]
fn a_fen_out_of_place_is_noticed() {
    let mut request = sale(vec![
        line("tea", "1", 1234),
        line("bag", "1", 30),
        line("rice", "1", 500),
    ]);
    request.discount = off_fen(100, Bearer::Supplier);
    request.rounding = Rounding::Jiao;
    let sound = sold(&mut stall(), "S1", &request);
    let one = Fen::new(1);
    let unsound = |change: &dyn Fn(&mut SaleFigures)| {
        let mut figures = sound.clone();
        change(&mut figures);
        !figures.conserves()
    };
    assert!(unsound(&|figures| figures.total = one));
    assert!(unsound(&|figures| figures.rounding = one));
    for index in 0..3 {
        assert!(unsound(&|figures| figures.lines[index].gross = one));
        assert!(unsound(&|figures| figures.lines[index].discount = one));
        assert!(unsound(&|figures| figures.lines[index].net = one));
        assert!(unsound(&|figures| figures.lines[index].base = one));
        assert!(unsound(
            &|figures| figures.lines[index].quantity = Quantity::from_thousandths(1)
        ));
        assert!(unsound(&|figures| figures.lines[index].discounts[0].amount = one));
        assert!(unsound(
            &|figures| figures.lines[index].discounts[0].borne_by = Bearer::Operator
        ));
        assert!(unsound(&|figures| figures.lines[index].draws[0].net = one));
        assert!(unsound(&|figures| figures.lines[index].draws[0].base = one));
        assert!(unsound(&|figures| figures.lines[index].draws[0].fund = one));
        assert!(unsound(&|figures| figures.lines[index].draws[0].payable = one));
        assert!(unsound(&|figures| figures.lines[index].draws[0].margin = one));
        assert!(unsound(
            &|figures| figures.lines[index].draws[0].quantity = Quantity::from_thousandths(1)
        ));
        assert!(unsound(&|figures| figures.lines[index].draws[0]
            .attributed
            .push(one)));
        assert!(unsound(&|figures| figures.lines[index].draws[0].due.push(one)));
        assert!(unsound(&|figures| figures.lines[index].draws[0]
            .due
            .push(Fen::ZERO)));
        assert!(unsound(&|figures| figures.lines[index].draws[0]
            .attributed
            .push(Fen::ZERO)));
    }
    // A discount of the operator's that paper would tell of and nobody gave: nothing but the parts' sum is wrong.
    for index in 0..3 {
        assert!(unsound(&|figures| {
            let mut part = figures.lines[index].discounts[0];
            (part.borne_by, part.amount) = (Bearer::Operator, one);
            figures.lines[index].discounts.push(part);
        }));
    }
    // What is moved from one place to another is noticed too: fen of the base, and a due to somebody of no lot.
    assert!(unsound(&|figures| {
        let draw = &mut figures.lines[1].draws[0];
        draw.payable = one;
        draw.margin = draw.margin.checked_sub(one).expect("small");
    }));
    assert!(unsound(&|figures| {
        let draw = &mut figures.lines[0].draws[0];
        draw.attributed.clear();
        draw.due.clear();
    }));
}

#[test]
fn words_are_known_by_their_codes() {
    for bearer in [Bearer::Operator, Bearer::Supplier] {
        assert_eq!(Bearer::from_code(bearer.code()), Some(bearer));
    }
    for rounding in [Rounding::None, Rounding::Jiao, Rounding::Yuan] {
        assert_eq!(Rounding::from_code(rounding.code()), Some(rounding));
    }
    assert_eq!(
        (Bearer::from_code("buyer"), Rounding::from_code("fen")),
        (None, None)
    );
    assert_eq!(Bearer::default(), Bearer::Operator);
    assert_eq!(Source::Own.lot_code(), Some("own"));
    assert_eq!(Source::Unassigned.lot_code(), None);
}
