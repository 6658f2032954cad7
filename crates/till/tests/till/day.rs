//! Whatever a day brings, its figures hold together.

use jishi_journal::Entry;
use jishi_journal::body::Body;
use jishi_ledger::report::{self, Filter};
use jishi_testkit::{Shop, Story};
use jishi_till::Till;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// The sums of a day, added up from the entries by hand: nothing of the projections is used.
#[derive(Debug, Default, PartialEq)]
struct Recounted {
    sales: i64,
    net: i64,
    payable: i64,
    fund: i64,
    margin: i64,
    parties: BTreeMap<String, (i64, i64)>,
    /// Thousandths: sold, returned, wasted.
    lots: BTreeMap<String, (i64, i64, i64)>,
    lot_nets: BTreeMap<String, i64>,
}

fn thousandths(text: &str) -> i64 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "000"));
    let sign = if text.starts_with('-') { -1 } else { 1 };
    whole.parse::<i64>().unwrap() * 1000 + sign * fraction.parse::<i64>().unwrap()
}

impl Recounted {
    fn draw(
        &mut self,
        sign: i64,
        lot: Option<&str>,
        figures: [i64; 4],
        shares: &[jishi_journal::body::ShareOfDraw],
    ) {
        let [net, payable, fund, margin] = figures;
        self.net += sign * net;
        self.payable += sign * payable;
        self.fund += sign * fund;
        self.margin += sign * margin;
        for share in shares {
            let sums = self.parties.entry(share.0.clone()).or_default();
            sums.0 += sign * share.1;
            sums.1 += sign * share.2;
        }
        if let Some(lot) = lot.filter(|lot| *lot != "own") {
            *self.lot_nets.entry(lot.to_owned()).or_default() += sign * net;
        }
    }

    fn of(till: &Till) -> Recounted {
        let mut told = Recounted::default();
        for chain in till.ledger().chains().unwrap() {
            for signed in till.ledger().entries_after(chain.chain, 0, u32::MAX).unwrap() {
                match Entry::parse(&signed.line).unwrap().body() {
                    Body::SaleRecorded(sale) => {
                        told.sales += 1;
                        for draw in sale.lines.iter().flat_map(|line| &line.draws) {
                            let figures = [draw.net, draw.payable, draw.fund, draw.margin];
                            told.draw(1, draw.lot.as_deref(), figures, &draw.shares);
                            told.moved(draw.lot.as_deref(), (thousandths(&draw.qty), 0, 0));
                        }
                    }
                    Body::RefundRecorded(refund)
                    | Body::SaleVoided(jishi_journal::body::SaleVoided { refund, .. }) => {
                        for line in &refund.lines {
                            for draw in &line.draws {
                                let figures = [draw.net, draw.payable, draw.fund, draw.margin];
                                told.draw(-1, draw.lot.as_deref(), figures, &draw.shares);
                                let quantity = thousandths(&draw.qty);
                                let wasted = if line.restock { 0 } else { quantity };
                                told.moved(draw.lot.as_deref(), (0, quantity, wasted));
                            }
                        }
                    }
                    Body::RefundedWithoutSale(refund) => {
                        for line in &refund.lines {
                            told.draw(-1, Some("own"), [line.net, 0, 0, line.net], &[]);
                        }
                    }
                    Body::LotAssigned(assigned) => {
                        let fact = assigned.fact;
                        // The money is there already, as unassigned.
                        let figures = [0, fact.payable, 0, -fact.payable];
                        told.draw(1, None, figures, &fact.shares);
                        *told.lot_nets.entry(fact.lot.clone().unwrap()).or_default() += fact.net;
                        told.moved(fact.lot.as_deref(), (thousandths(&fact.qty), 0, 0));
                    }
                    _ => {}
                }
            }
        }
        told.parties.retain(|_, sums| *sums != (0, 0));
        told.lot_nets.retain(|_, net| *net != 0);
        told
    }

    fn moved(&mut self, lot: Option<&str>, by: (i64, i64, i64)) {
        if let Some(lot) = lot.filter(|lot| *lot != "own") {
            let sums = self.lots.entry(lot.to_owned()).or_default();
            *sums = (sums.0 + by.0, sums.1 + by.1, sums.2 + by.2);
        }
    }

    /// The same from the reports.
    fn reported(till: &Till) -> Recounted {
        let all = Filter::default();
        let summary = report::summary(till.ledger(), &all).unwrap();
        let parties = report::parties(till.ledger(), &all).unwrap().into_iter();
        let lots = report::lots(till.ledger(), &all).unwrap();
        Recounted {
            sales: summary.sales,
            net: summary.net,
            payable: summary.payable,
            fund: summary.fund,
            margin: summary.margin,
            parties: parties
                .map(|row| (row.party, (row.attributed, row.due)))
                .filter(|(_, sums)| *sums != (0, 0))
                .collect(),
            lot_nets: lots
                .iter()
                .map(|row| (row.lot.clone(), row.net))
                .filter(|(_, net)| *net != 0)
                .collect(),
            lots: lots
                .into_iter()
                .map(|row| {
                    let sums = (
                        thousandths(&row.sold),
                        thousandths(&row.returned),
                        thousandths(&row.wasted),
                    );
                    let left = thousandths(&row.received) - sums.0 + sums.1 - sums.2;
                    assert_eq!(thousandths(&row.left), left, "{}", row.lot);
                    (row.lot, sums)
                })
                .filter(|(_, sums)| *sums != (0, 0, 0))
                .collect(),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_day_holds_together(
        seed in any::<u64>(),
        steps in proptest::collection::vec(any::<(u8, u16, u16)>(), 1..60),
    ) {
        let (shop, mut till) = Shop::with_fair(seed);
        let mut story = Story::default();
        for step in &steps {
            story.step(&shop, &mut till, *step);
        }
        let told = Recounted::of(&till);
        prop_assert_eq!(&told, &Recounted::reported(&till));
        prop_assert_eq!(told.net, told.payable + told.fund + told.margin);
        let attributed: i64 = told.parties.values().map(|sums| sums.0).sum();
        prop_assert_eq!(attributed, told.lot_nets.values().sum::<i64>());
        let due: i64 = told.parties.values().map(|sums| sums.1).sum();
        prop_assert_eq!(due, told.payable);
        // Numbers run without a gap and without a double, over sales and refunds.
        let mut numbers: Vec<i64> = Vec::new();
        for signed in till.ledger().entries_after(till.chain_id(), 0, u32::MAX).unwrap() {
            let number = match Entry::parse(&signed.line).unwrap().body() {
                Body::SaleRecorded(sale) => sale.number,
                Body::RefundRecorded(refund) => refund.number,
                Body::SaleVoided(void) => void.refund.number,
                Body::RefundedWithoutSale(refund) => refund.number,
                _ => continue,
            };
            numbers.push(number.strip_prefix("T1-").unwrap().parse().unwrap());
        }
        prop_assert_eq!(&numbers, &(1..=numbers.len() as i64).collect::<Vec<_>>());
    }
}
