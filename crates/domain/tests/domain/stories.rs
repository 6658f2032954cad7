//! Random stories, told to the crate and to the specification: both must say the same, field by field.

use jishi_domain::{
    Bearer, Book, Discount, DiscountSize, DrawFigures, Fen, FundRule, LineRequest, LotCode, ProductCode,
    RawLot, RefundItem, Rounding, SaleRequest, Source,
};
use proptest::prelude::*;

use crate::common::{agreed, buyout, consignment, off_bp, off_fen, raw_lot};
use crate::specification::{
    Draw, FUND, Line, Lot, MARGIN, Model, NET, PAYABLE, QUANTITY, Sale, SoldDraw, Terms,
};

#[derive(Clone, Debug)]
enum Step {
    Sale(Sale),
    /// Of any sale and line so far, this share of a thousand of what is left.
    Refund {
        pick: usize,
        thousandth: i64,
        restock: bool,
        borne_by: Bearer,
    },
    Assign {
        pick: usize,
        lot: usize,
    },
}

fn lot_name(index: usize) -> String {
    format!("L{index}")
}

fn same(draw: &DrawFigures, expected: &Draw) -> Result<(), TestCaseError> {
    let code = match &draw.source {
        Source::Lot(code) => Some(code.as_str().to_owned()),
        _ => None,
    };
    prop_assert_eq!(code, expected.lot.map(lot_name));
    prop_assert_eq!(draw.source == Source::Own, expected.own);
    let quantity = i128::from(draw.quantity.thousandths());
    let money = [draw.net, draw.base, draw.fund, draw.payable, draw.margin].map(|fen| i128::from(fen.get()));
    prop_assert_eq!(
        (quantity, money),
        (expected.figures[QUANTITY], {
            let [_, money @ ..] = expected.figures;
            money
        })
    );
    prop_assert_eq!(
        money[MARGIN - 1],
        money[NET - 1] - money[PAYABLE - 1] - money[FUND - 1]
    );
    let wide = |vector: &[Fen]| vector.iter().map(|fen| i128::from(fen.get())).collect::<Vec<_>>();
    prop_assert_eq!(wide(&draw.attributed), expected.attributed.clone());
    prop_assert_eq!(wide(&draw.due), expected.due.clone());
    Ok(())
}

fn product(index: usize) -> ProductCode {
    ProductCode::new(["honey", "tea", "bag"][index])
}

fn quantity(thousandths: i128) -> String {
    format!("{}.{:03}", thousandths / 1000, thousandths % 1000)
}

fn tell(lots: Vec<(RawLot, Lot)>, fund: Vec<FundRule>, steps: Vec<Step>) -> Result<(), TestCaseError> {
    let mut book = Book::new([product(2)], fund.clone());
    let mut model = Model {
        lots: vec![],
        fund,
        sales: vec![],
    };
    for (raw, lot) in lots {
        book.receive(&raw).expect("the lot makes sense");
        model.lots.push(lot);
    }
    for step in steps {
        match step {
            Step::Sale(sale) => {
                let id = format!("S{}", model.sales.len());
                let asked = SaleRequest {
                    lines: sale
                        .lines
                        .iter()
                        .map(|line| LineRequest {
                            amount: line.amount,
                            lot: line.lot.map(|lot| LotCode::new(lot_name(lot))),
                            discount: line.discount.map(|(size, borne_by)| Discount { size, borne_by }),
                            ..LineRequest::new(
                                product(line.product),
                                quantity(line.quantity.into()),
                                line.price,
                            )
                        })
                        .collect(),
                    discount: sale.discount.map(|(size, borne_by)| Discount { size, borne_by }),
                    rounding: sale.rounding,
                    ..SaleRequest::default()
                };
                match (book.sell(&id, &asked), model.sell(&sale)) {
                    (Ok(figures), Ok(expected)) => {
                        prop_assert!(figures.conserves());
                        for (line, expected) in figures.lines.iter().zip(&expected) {
                            prop_assert_eq!(line.draws.len(), expected.len());
                            for (draw, expected) in line.draws.iter().zip(expected) {
                                same(draw, expected)?;
                            }
                        }
                    }
                    (Err(error), Err(expected)) => prop_assert_eq!(error.code(), expected),
                    (figures, expected) => prop_assert!(false, "{figures:?}\n{expected:?}"),
                }
            }
            Step::Refund {
                pick,
                thousandth,
                restock,
                borne_by,
            } => {
                let Some((sale, line)) = pick_line(&model, pick) else {
                    continue;
                };
                let left: i128 = model.sales[sale][line].1.iter().map(SoldDraw::left).sum();
                let taken = (left * i128::from(thousandth) + 999) / 1000;
                if taken == 0 {
                    continue;
                }
                let number = i64::try_from(line + 1).expect("few lines");
                let item = RefundItem {
                    restock,
                    borne_by,
                    ..RefundItem::new(number, quantity(taken))
                };
                let figures = book
                    .refund(&format!("S{sale}"), &[item])
                    .expect("there is that much left");
                let expected = model.refund(sale, line, taken, restock, borne_by);
                prop_assert!(figures.conserves());
                prop_assert_eq!(figures.lines[0].draws.len(), expected.len());
                for (back, expected) in figures.lines[0].draws.iter().zip(&expected) {
                    let back = back.clone();
                    let draw = DrawFigures {
                        source: back.source,
                        quantity: back.quantity,
                        net: back.net,
                        base: back.base,
                        fund: back.fund,
                        payable: back.payable,
                        margin: back.margin,
                        attributed: back.attributed,
                        due: back.due,
                    };
                    same(&draw, expected)?;
                }
            }
            Step::Assign { pick, lot } => {
                let Some((sale, line)) = pick_line(&model, pick) else {
                    continue;
                };
                let number = i64::try_from(line + 1).expect("few lines");
                let figures = book.assign(&format!("S{sale}"), number, &LotCode::new(lot_name(lot)));
                match (figures, model.assign(sale, line, lot)) {
                    (Ok(figures), Ok(expected)) => same(&figures.draw, &expected)?,
                    (Err(error), Err(expected)) => prop_assert_eq!(error.code(), expected),
                    (figures, expected) => prop_assert!(false, "{figures:?}\n{expected:?}"),
                }
            }
        }
    }
    Ok(())
}

fn pick_line(model: &Model, pick: usize) -> Option<(usize, usize)> {
    let lines: Vec<(usize, usize)> = model
        .sales
        .iter()
        .enumerate()
        .flat_map(|(sale, lines)| (0..lines.len()).map(move |line| (sale, line)))
        .collect();
    (!lines.is_empty()).then(|| lines[pick % lines.len()])
}

const LOTS: usize = 4;

fn lot(index: usize) -> impl Strategy<Value = (RawLot, Lot)> {
    let terms = prop_oneof![
        3 => (0_i64..=10_000).prop_map(|bp| (consignment(bp), Terms::Consignment(bp.into()))),
        1 => (0_i64..=5_000).prop_map(|price| (agreed(price), Terms::Agreed(price.into()))),
        1 => Just((buyout(), Terms::Buyout)),
    ];
    let weights =
        prop::collection::vec(0_i64..=7, 1..6).prop_filter("not all 0", |all| all.iter().any(|one| *one > 0));
    (0_usize..2, 1_i64..=20_000, 0_i64..=1, terms, weights).prop_map(
        move |(product_index, left, priority, (raw_terms, terms), weights)| {
            let code = lot_name(index);
            let raw = raw_lot(
                &code,
                product(product_index).as_str(),
                &quantity(left.into()),
                raw_terms,
                &weights,
            );
            let lot = Lot {
                product: product_index,
                priority,
                left: left.into(),
                terms,
                carry_attributed: vec![0; weights.len()],
                carry_due: vec![0; weights.len()],
                weights: weights.into_iter().map(i128::from).collect(),
            };
            (RawLot { priority, ..raw }, lot)
        },
    )
}

fn bearer() -> impl Strategy<Value = Bearer> {
    prop_oneof![Just(Bearer::Operator), Just(Bearer::Supplier)]
}

fn discount(fen_max: i64) -> impl Strategy<Value = Option<(DiscountSize, Bearer)>> {
    let off = prop_oneof![
        (0..=fen_max, bearer()).prop_map(|(fen, borne_by)| off_fen(fen, borne_by)),
        (0_i64..=10_001, bearer()).prop_map(|(bp, borne_by)| off_bp(bp, borne_by)),
        Just(None),
    ];
    off.prop_map(|off| off.map(|off| (off.size, off.borne_by)))
}

fn step() -> impl Strategy<Value = Step> {
    let price = prop_oneof![0_i64..=50, 0_i64..=20_000];
    let line = (
        0_usize..3,
        1_i64..=6000,
        price,
        prop::option::weighted(0.1, 0_i64..=9000),
    )
        .prop_flat_map(|(product, quantity, price, amount)| {
            (
                Just((product, quantity, price, amount)),
                prop::option::weighted(0.1, 0..LOTS),
                discount(30),
            )
        })
        .prop_map(|((product, quantity, price, amount), lot, discount)| Line {
            product,
            quantity,
            price,
            amount,
            lot,
            discount,
        });
    let rounding = prop_oneof![Just(Rounding::None), Just(Rounding::Jiao), Just(Rounding::Yuan)];
    prop_oneof![
        4 => (prop::collection::vec(line, 1..4), discount(60), rounding)
            .prop_map(|(lines, discount, rounding)| Step::Sale(Sale { lines, discount, rounding })),
        4 => (any::<usize>(), 0_i64..=1000, any::<bool>(), bearer())
            .prop_map(|(pick, thousandth, restock, borne_by)| Step::Refund { pick, thousandth, restock, borne_by }),
        1 => (any::<usize>(), 0..LOTS).prop_map(|(pick, lot)| Step::Assign { pick, lot }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]
    #[test]
    fn random_stories_come_out_as_specified(
        lots in (lot(0), lot(1), lot(2), lot(3)),
        fund in prop::collection::vec(
            prop_oneof![(0_u32..=800).prop_map(FundRule::BasisPoints), (0_u32..=150).prop_map(FundRule::FenPerUnit)],
            0..3,
        ),
        steps in prop::collection::vec(step(), 1..30),
    ) {
        tell(vec![lots.0, lots.1, lots.2, lots.3], fund, steps)?;
    }
}
