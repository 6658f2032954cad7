//! The specification once more, written down as it reads: carries kept as they are there, one fen at a time, no
//! overlay, no state derived. Random stories must come out the same from both.

use jishi_domain::{
    Bearer, Book, DiscountSize, DrawFigures, FundRule, LineRequest, LotCode, ProductCode, RawLot, RefundItem,
    Rounding, SaleRequest, Source,
};
use proptest::prelude::*;

use crate::common::{agreed, buyout, consignment, off_bp, off_fen, raw_lot};
use crate::splitting::split_by_the_letter;

fn round(numerator: i128, denominator: i128) -> i128 {
    (2 * numerator + denominator).div_euclid(2 * denominator)
}

fn apportion(amount: i128, weights: &[i128]) -> Vec<i128> {
    split_by_the_letter(amount, weights, &mut vec![0; weights.len()])
}

#[derive(Clone, Copy, Debug)]
enum Terms {
    Consignment(i128),
    Agreed(i128),
    Buyout,
}

#[derive(Clone, Debug)]
struct Lot {
    product: usize,
    priority: i64,
    left: i128,
    terms: Terms,
    weights: Vec<i128>,
    carry_attributed: Vec<i128>,
    carry_due: Vec<i128>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Draw {
    /// None where unassigned; `own` draws are of no lot.
    lot: Option<usize>,
    own: bool,
    figures: [i128; 6],
    attributed: Vec<i128>,
    due: Vec<i128>,
}

const QUANTITY: usize = 0;
const NET: usize = 1;
const BASE: usize = 2;
const FUND: usize = 3;
const PAYABLE: usize = 4;
const MARGIN: usize = 5;

#[derive(Clone, Debug)]
struct SoldDraw {
    draw: Draw,
    /// Quantity, net, base, fund and payable given back in all, the payable as figured.
    back: [i128; 5],
    carry_attributed: Vec<i128>,
    carry_due: Vec<i128>,
}

impl SoldDraw {
    fn new(draw: Draw) -> Self {
        let count = draw.attributed.len();
        SoldDraw {
            draw,
            back: [0; 5],
            carry_attributed: vec![0; count],
            carry_due: vec![0; count],
        }
    }

    fn left(&self) -> i128 {
        self.draw.figures[QUANTITY] - self.back[QUANTITY]
    }
}

struct Model {
    lots: Vec<Lot>,
    fund: Vec<FundRule>,
    sales: Vec<Vec<(usize, Vec<SoldDraw>)>>,
}

/// A line as the story tells it; product 2 is the operator's own.
#[derive(Clone, Debug)]
struct Line {
    product: usize,
    quantity: i64,
    price: i64,
    amount: Option<i64>,
    lot: Option<usize>,
    discount: Option<(DiscountSize, Bearer)>,
}

#[derive(Clone, Debug)]
struct Sale {
    lines: Vec<Line>,
    discount: Option<(DiscountSize, Bearer)>,
    rounding: Rounding,
}

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

impl Model {
    fn draw_of_lot(&mut self, index: usize, amounts: [i128; 4]) -> Draw {
        let [quantity, net, base, fund] = amounts;
        let lot = &mut self.lots[index];
        let payable = match lot.terms {
            Terms::Consignment(commission) => base - round(base * commission, 10_000),
            Terms::Agreed(price) => round(price * quantity, 1000),
            Terms::Buyout => 0,
        };
        lot.left -= quantity;
        Draw {
            lot: Some(index),
            own: false,
            figures: [quantity, net, base, fund, payable, net - payable - fund],
            attributed: split_by_the_letter(net, &lot.weights, &mut lot.carry_attributed),
            due: split_by_the_letter(payable, &lot.weights, &mut lot.carry_due),
        }
    }

    fn sell(&mut self, sale: &Sale) -> Result<Vec<Vec<Draw>>, &'static str> {
        let size = |discount: &Option<(DiscountSize, Bearer)>, of: i128| match discount {
            None => 0,
            Some((DiscountSize::Fen(fen), _)) => i128::from(*fen),
            Some((DiscountSize::BasisPoints(bp), _)) => round(of * i128::from(*bp), 10_000),
        };
        let borne = |discount: &Option<(DiscountSize, Bearer)>, amount: i128| match discount {
            Some((_, Bearer::Supplier)) => amount,
            _ => 0,
        };
        let (mut gross, mut left, mut suppliers) = (vec![], vec![], vec![]);
        for line in &sale.lines {
            if line.lot.is_some_and(|lot| self.lots[lot].product != line.product) {
                return Err("no_such_lot");
            }
            let amount = line.amount.map_or(
                round(i128::from(line.price) * i128::from(line.quantity), 1000),
                i128::from,
            );
            let discount = size(&line.discount, amount);
            if discount > amount {
                return Err("discount_exceeds_amount");
            }
            gross.push(amount);
            left.push(amount - discount);
            suppliers.push(borne(&line.discount, discount));
        }
        let order_discount = size(&sale.discount, left.iter().sum());
        if order_discount > left.iter().sum() {
            return Err("discount_exceeds_amount");
        }
        for (index, part) in apportion(order_discount, &left.clone()).into_iter().enumerate() {
            left[index] -= part;
            suppliers[index] += borne(&sale.discount, part);
        }
        let step = match sale.rounding {
            Rounding::None => 1,
            Rounding::Jiao => 10,
            Rounding::Yuan => 100,
        };
        let wiped_off = left.iter().sum::<i128>() % step;
        for (index, part) in apportion(wiped_off, &left.clone()).into_iter().enumerate() {
            left[index] -= part;
        }
        let mut lines = vec![];
        for (index, line) in sale.lines.iter().enumerate() {
            lines.push(self.draw_line(line, left[index], gross[index] - suppliers[index]));
        }
        self.sales.push(
            lines
                .iter()
                .zip(&sale.lines)
                .map(|(draws, line)| (line.product, draws.iter().cloned().map(SoldDraw::new).collect()))
                .collect(),
        );
        Ok(lines)
    }

    fn draw_line(&mut self, line: &Line, net: i128, base: i128) -> Vec<Draw> {
        let quantity = i128::from(line.quantity);
        if line.product == 2 {
            let figures = [quantity, net, base, 0, 0, net];
            return vec![Draw {
                lot: None,
                own: true,
                figures,
                attributed: vec![],
                due: vec![],
            }];
        }
        let mut order: Vec<usize> = match line.lot {
            Some(lot) => vec![lot],
            None => (0..self.lots.len())
                .filter(|lot| self.lots[*lot].product == line.product)
                .collect(),
        };
        order.sort_by(|one, other| {
            self.lots[*other]
                .priority
                .cmp(&self.lots[*one].priority)
                .then(one.cmp(other))
        });
        let mut rest = quantity;
        let mut parts: Vec<(Option<usize>, i128)> = vec![];
        for lot in order {
            let taken = rest.min(self.lots[lot].left);
            if taken > 0 {
                parts.push((Some(lot), taken));
                rest -= taken;
            }
        }
        if rest > 0 {
            parts.push((None, rest));
        }
        let quantities: Vec<i128> = parts.iter().map(|part| part.1).collect();
        let (nets, bases) = (apportion(net, &quantities), apportion(base, &quantities));
        let mut draws = vec![];
        for (index, (lot, quantity)) in parts.into_iter().enumerate() {
            let (net, base) = (nets[index], bases[index]);
            let fund: i128 = self
                .fund
                .iter()
                .map(|rule| match rule {
                    FundRule::BasisPoints(bp) => round(net * i128::from(*bp), 10_000),
                    FundRule::FenPerUnit(fen) => round(i128::from(*fen) * quantity, 1000),
                })
                .sum();
            draws.push(match lot {
                Some(lot) => self.draw_of_lot(lot, [quantity, net, base, fund]),
                None => {
                    let figures = [quantity, net, base, fund, 0, net - fund];
                    Draw {
                        lot: None,
                        own: false,
                        figures,
                        attributed: vec![],
                        due: vec![],
                    }
                }
            });
        }
        draws
    }

    fn refund(
        &mut self,
        sale: usize,
        line: usize,
        quantity: i128,
        restock: bool,
        borne_by: Bearer,
    ) -> Vec<Draw> {
        let mut wanted = quantity;
        let mut given_back = vec![];
        for sold in self.sales[sale][line].1.iter_mut().rev() {
            let taken = wanted.min(sold.left());
            if taken == 0 {
                continue;
            }
            wanted -= taken;
            let of = sold.draw.figures;
            let mut difference = [taken, 0, 0, 0, 0];
            for figure in [NET, BASE, FUND, PAYABLE] {
                let in_all = round(of[figure] * (sold.back[QUANTITY] + taken), of[QUANTITY]);
                difference[figure] = in_all - sold.back[figure];
            }
            for (sum, part) in sold.back.iter_mut().zip(difference) {
                *sum += part;
            }
            let attributed =
                split_by_the_letter(difference[NET], &sold.draw.attributed, &mut sold.carry_attributed);
            let mut due = split_by_the_letter(difference[PAYABLE], &sold.draw.due, &mut sold.carry_due);
            let mut payable = difference[PAYABLE];
            if borne_by == Bearer::Operator {
                payable = 0;
                due = vec![0; due.len()];
            }
            if let Some(lot) = sold.draw.lot {
                let lot = &mut self.lots[lot];
                let whole: i128 = lot.weights.iter().sum();
                for index in 0..lot.weights.len() {
                    lot.carry_attributed[index] +=
                        attributed[index] * whole - difference[NET] * lot.weights[index];
                    lot.carry_due[index] += due[index] * whole - payable * lot.weights[index];
                }
                if restock {
                    lot.left += taken;
                }
            }
            let [_, net, base, fund, _] = difference;
            let figures = [taken, net, base, fund, payable, net - payable - fund];
            given_back.push(Draw {
                lot: sold.draw.lot,
                own: sold.draw.own,
                figures,
                attributed,
                due,
            });
        }
        given_back
    }

    fn assign(&mut self, sale: usize, line: usize, lot: usize) -> Result<Draw, &'static str> {
        let (product, draws) = &self.sales[sale][line];
        let last = draws.len() - 1;
        let unassigned = &draws[last];
        if unassigned.draw.lot.is_some() || unassigned.draw.own || unassigned.left() == 0 {
            return Err("nothing_unassigned");
        }
        if self.lots[lot].product != *product {
            return Err("no_such_lot");
        }
        if self.lots[lot].left < unassigned.left() {
            return Err("lot_too_small");
        }
        let left = |figure: usize| unassigned.draw.figures[figure] - unassigned.back[figure];
        let draw = self.draw_of_lot(lot, [left(QUANTITY), left(NET), left(BASE), left(FUND)]);
        let draws = &mut self.sales[sale][line].1;
        // What was refunded before stays, given back; it will not be met again, so it may as well be forgotten here.
        draws[last] = SoldDraw::new(draw.clone());
        Ok(draw)
    }
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
    let wide =
        |vector: &[jishi_domain::Fen]| vector.iter().map(|fen| i128::from(fen.get())).collect::<Vec<_>>();
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
                            discount: line
                                .discount
                                .map(|(size, borne_by)| jishi_domain::Discount { size, borne_by }),
                            ..LineRequest::new(
                                product(line.product),
                                quantity(line.quantity.into()),
                                line.price,
                            )
                        })
                        .collect(),
                    discount: sale
                        .discount
                        .map(|(size, borne_by)| jishi_domain::Discount { size, borne_by }),
                    rounding: sale.rounding,
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
