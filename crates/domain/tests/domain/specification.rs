//! The specification once more, written down as it reads: carries kept as they are there, one fen at a time, no
//! overlay, no state derived. It is what random stories are held against.

use jishi_domain::{Bearer, DiscountSize, FundRule, Rounding};

use crate::splitting::split_by_the_letter;

fn round(numerator: i128, denominator: i128) -> i128 {
    (2 * numerator + denominator).div_euclid(2 * denominator)
}

fn apportion(amount: i128, weights: &[i128]) -> Vec<i128> {
    split_by_the_letter(amount, weights, &mut vec![0; weights.len()])
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Terms {
    Consignment(i128),
    Agreed(i128),
    Buyout,
}

#[derive(Clone, Debug)]
pub(crate) struct Lot {
    pub(crate) product: usize,
    pub(crate) priority: i64,
    pub(crate) left: i128,
    pub(crate) terms: Terms,
    pub(crate) weights: Vec<i128>,
    pub(crate) carry_attributed: Vec<i128>,
    pub(crate) carry_due: Vec<i128>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Draw {
    /// None where unassigned; `own` draws are of no lot.
    pub(crate) lot: Option<usize>,
    pub(crate) own: bool,
    pub(crate) figures: [i128; 6],
    pub(crate) attributed: Vec<i128>,
    pub(crate) due: Vec<i128>,
}

pub(crate) const QUANTITY: usize = 0;
pub(crate) const NET: usize = 1;
pub(crate) const BASE: usize = 2;
pub(crate) const FUND: usize = 3;
pub(crate) const PAYABLE: usize = 4;
pub(crate) const MARGIN: usize = 5;

#[derive(Clone, Debug)]
pub(crate) struct SoldDraw {
    pub(crate) draw: Draw,
    /// Quantity, net, base, fund and payable given back in all, the payable as figured.
    pub(crate) back: [i128; 5],
    pub(crate) carry_attributed: Vec<i128>,
    pub(crate) carry_due: Vec<i128>,
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

    pub(crate) fn left(&self) -> i128 {
        self.draw.figures[QUANTITY] - self.back[QUANTITY]
    }
}

pub(crate) struct Model {
    pub(crate) lots: Vec<Lot>,
    pub(crate) fund: Vec<FundRule>,
    pub(crate) sales: Vec<Vec<(usize, Vec<SoldDraw>)>>,
}

/// A line as the story tells it; product 2 is the operator's own.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) product: usize,
    pub(crate) quantity: i64,
    pub(crate) price: i64,
    pub(crate) amount: Option<i64>,
    pub(crate) lot: Option<usize>,
    pub(crate) discount: Option<(DiscountSize, Bearer)>,
}

#[derive(Clone, Debug)]
pub(crate) struct Sale {
    pub(crate) lines: Vec<Line>,
    pub(crate) discount: Option<(DiscountSize, Bearer)>,
    pub(crate) rounding: Rounding,
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

    pub(crate) fn sell(&mut self, sale: &Sale) -> Result<Vec<Vec<Draw>>, &'static str> {
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

    pub(crate) fn refund(
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

    pub(crate) fn assign(&mut self, sale: usize, line: usize, lot: usize) -> Result<Draw, &'static str> {
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
