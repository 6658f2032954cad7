//! What one entry adds to the sums of a day.

use crate::rows::{AddSums, add_sums};
use jishi_journal::body::ShareOfDraw;
use std::collections::BTreeMap;

/// Sums of one entry by some key, before they are added to the day's.
#[derive(Default, Clone, Copy)]
pub(super) struct Sums {
    pub(super) sold: i64,
    pub(super) returned: i64,
    pub(super) wasted: i64,
    pub(super) gross: i64,
    pub(super) discount: i64,
    pub(super) refunded: i64,
    pub(super) net: i64,
    pub(super) payable: i64,
    pub(super) fund: i64,
    pub(super) margin: i64,
    pub(super) unassigned: i64,
}

impl Sums {
    /// `sign` is 1 for what is sold, −1 for what is given back.
    pub(super) fn add_figures(&mut self, sign: i64, lot: Option<&str>, figures: [i64; 4]) {
        let [net, fund, payable, margin] = figures;
        self.net += sign * net;
        self.fund += sign * fund;
        self.payable += sign * payable;
        self.margin += sign * margin;
        if lot.is_none() {
            self.unassigned += sign * net;
        }
    }
}

/// How often the entry counts, beside its money.
#[derive(Default, Clone, Copy)]
pub(super) struct Counts {
    pub(super) sales: i64,
    pub(super) refunds: i64,
    pub(super) voids: i64,
}

/// What an entry adds to the sums of a day, gathered by product, lot revision and party.
pub(super) struct Gathered<'a> {
    day_no: i64,
    /// The till that made the sale.
    till_no: i64,
    pub(super) all: Sums,
    products: BTreeMap<&'a str, Sums>,
    stalls: BTreeMap<&'a str, Sums>,
    lots: BTreeMap<i64, Sums>,
    parties: BTreeMap<&'a str, (i64, i64)>,
    shares: BTreeMap<(i64, i64), (&'a str, i64, i64)>,
}

impl<'a> Gathered<'a> {
    pub(super) fn new(day_no: i64, till_no: i64) -> Gathered<'a> {
        Gathered {
            day_no,
            till_no,
            all: Sums::default(),
            products: BTreeMap::new(),
            stalls: BTreeMap::new(),
            lots: BTreeMap::new(),
            parties: BTreeMap::new(),
            shares: BTreeMap::new(),
        }
    }

    pub(super) fn product(&mut self, code: &'a str) -> &mut Sums {
        self.products.entry(code).or_default()
    }

    pub(super) fn lot(&mut self, revision_no: i64) -> &mut Sums {
        self.lots.entry(revision_no).or_default()
    }

    /// What a line of a stall comes to; one of no stall is in no stall's sums.
    pub(super) fn stall(&mut self, stall: Option<&'a String>, sums: Sums) {
        let Some(stall) = stall else { return };
        let all = self.stalls.entry(stall).or_default();
        all.gross += sums.gross;
        all.discount += sums.discount;
        all.refunded += sums.refunded;
        all.net += sums.net;
    }

    pub(super) fn share(&mut self, sign: i64, revision_no: i64, shares: &'a [ShareOfDraw]) {
        for (share, ShareOfDraw(party, attributed, due)) in (1i64..).zip(shares) {
            if *attributed == 0 && *due == 0 {
                continue;
            }
            let (attributed, due) = (sign * attributed, sign * due);
            let sums = self.shares.entry((revision_no, share)).or_insert((party, 0, 0));
            sums.1 += attributed;
            sums.2 += due;
            let sums = self.parties.entry(party).or_default();
            sums.0 += attributed;
            sums.1 += due;
        }
    }

    /// Nothing can go wrong any more: what was added cannot be taken back.
    pub(super) fn add_to(self, days: &mut impl AddSums, till_no: i64, counts: Counts) {
        let Counts {
            sales,
            refunds,
            voids,
        } = counts;
        let day_no = self.day_no;
        let sale_till_no = self.till_no;
        let all = self.all;
        add_sums!(days, SaleDays: day_no, till_no => sales, refunds, voids, all.gross, all.discount, all.refunded,
            all.net, all.payable, all.fund, all.margin, all.unassigned);
        for (product, sums) in self.products {
            add_sums!(days, ProductDays: day_no, product => sales, refunds, sums.sold, sums.returned, sums.gross,
                sums.discount, sums.refunded, sums.net, sums.payable, sums.fund, sums.margin, sums.unassigned);
        }
        for (stall, sums) in self.stalls {
            add_sums!(days, StallDays: day_no, stall => sales, sums.gross, sums.discount, sums.refunded, sums.net);
        }
        for (revision_no, sums) in self.lots {
            add_sums!(days, LotDays: sale_till_no, revision_no, day_no => sums.sold, sums.returned, sums.wasted,
                sums.net, sums.payable);
        }
        for ((revision_no, share), (party, attributed, due)) in self.shares {
            add_sums!(days, LotShareDays: sale_till_no, revision_no, day_no, share, party => attributed, due);
        }
        for (party, (attributed, due)) in self.parties {
            add_sums!(days, PartyDays: day_no, party => sales, attributed, due);
        }
    }
}
