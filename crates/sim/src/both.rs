//! One sale, two nodes: a till and its copy give the same goods back and do not know of each other. And what must be at
//! the centre then, told from the entries alone: by nothing that projects them.
//!
//! What is thrown for it comes from dice of its own.

use crate::ground::Place;
use crate::node::NodeId;
use crate::sim::{Event, OPEN, Sim};
use jishi_journal::body::{Body, RefundRecorded, SaleRecorded};
use jishi_journal::{Branch, Entry, EntryHash};
use jishi_ledger::Ledger;
use jishi_ledger::report::{self, Filter};
use jishi_testkit::void_of;
use jishi_till::view::Bearer;
use jishi_till::wire::{RefundLineRequest, RefundRequest};
use std::collections::{BTreeMap, BTreeSet};

/// How often in a day somebody comes to both.
const TIMES: u64 = 4;
/// Where there is no copy, on how many of these times somebody makes one.
const COPIES_ONE_IN: u64 = 12;

/// Of a run, that more was given back than was sold, and nobody but the operator lost by it.
const BEYOND_A_SALE: &str = "beyond a sale";

impl Sim {
    pub(crate) fn plan_giving_back_twice(&mut self) {
        for _ in 0..TIMES {
            let at = self.both_dice.below(OPEN);
            self.after(at, Event::GiveBackTwice);
        }
    }

    /// The same goods come back to a till and to its copy.
    pub(crate) fn give_back_twice(&mut self) -> Result<(), String> {
        let copies: Vec<usize> = (self.shape.tills..self.tills.len()).collect();
        let Some(copy) = copies.get(self.both_dice.index(copies.len())).copied() else {
            let (till, is_twin) = (self.both_dice.index(self.shape.tills), self.both_dice.one_in(2));
            return match self.both_dice.one_in(COPIES_ONE_IN) {
                true => self.clone_till(till, is_twin),
                false => Ok(()),
            };
        };
        let of = self.tills[copy].of;
        let both = [of, copy];
        if both.iter().any(|till| self.tills[*till].till.is_none()) {
            return Ok(());
        }
        // A disk that cannot be read at this moment has nobody at its till.
        let [Ok(one), Ok(other)] = both.map(|till| self.tills[till].sales()) else {
            return Ok(());
        };
        let known: Vec<&String> = one.keys().filter(|id| other.contains_key(*id)).collect();
        let Some(sale) = known.get(self.both_dice.index(known.len())) else {
            return Ok(());
        };
        let sale = (*sale).clone();
        self.broke("given back at two");
        let is_void = self.both_dice.one_in(3);
        let qty = ["0.100", "0.375", "1.000"][self.both_dice.index(3)];
        for till in both {
            let id = format!("both-{till}-{}", self.both_dice.throw());
            match is_void {
                true => {
                    let request = void_of(&id, &sale);
                    self.do_at(till, "void at two", |open| open.void(&request).map(|_| ()))?;
                }
                false => {
                    let request = RefundRequest {
                        id,
                        sale: sale.clone(),
                        lines: vec![RefundLineRequest {
                            line: 1,
                            qty: qty.to_owned(),
                            restock: true,
                            borne_by: Bearer::Supplier,
                        }],
                        tenders: Vec::new(),
                    };
                    self.do_at(till, "refund at two", |open| open.refund(&request).map(|_| ()))?;
                }
            }
            self.look_after(NodeId::Till(till))?;
        }
        Ok(())
    }

    /// 3: of no sale more counts than was sold, the smaller hash first; and nobody but the operator has lost by what is
    /// beyond it.
    pub(crate) fn check_up_to_the_sale(&mut self) -> Result<(), String> {
        let is_beyond = self.is_up_to_the_sale()?;
        if is_beyond {
            self.broke(BEYOND_A_SALE);
        }
        Ok(())
    }

    /// Answers whether anything is beyond its sale.
    fn is_up_to_the_sale(&self) -> Result<bool, String> {
        let centre = self.reader(Place::Centre);
        let said = Said::read(centre)?;
        let told = |error: jishi_ledger::StoreError| error.to_string();
        let all = Filter::default();
        let mut beyond = BTreeMap::new();
        let mut dues: BTreeMap<&str, i64> = BTreeMap::new();
        // Where several rounded parts of one line, or counted parts of another sale, a fen is here or there.
        let mut is_sure = true;
        for ((node, id), (_, sale)) in &said.sales {
            let of_sale = said.of_sale(node, id);
            let lines: Vec<Line<'_>> = (1u32..)
                .zip(&sale.lines)
                .map(|(number, line)| Line::of(number, line, &of_sale))
                .collect();
            let is_at_odds = lines.iter().any(|line| line.back > line.sold);
            is_sure &= of_sale.is_empty() || !said.twice.contains(&(node.clone(), id.clone()));
            for (number, line) in (1i64..).zip(&lines) {
                if line.back > line.sold {
                    beyond.insert((node.clone(), id.clone(), number), line.back - line.sold);
                }
                is_sure &= match line.back {
                    0 => true,
                    back if back > line.sold => true,
                    _ => line.refunds == 1 || (line.chains.len() == 1 && !is_at_odds),
                };
                line.add_dues(&mut dues);
            }
        }
        let listed: BTreeMap<(String, String, i64), i64> = report::excess(centre, &all)
            .map_err(told)?
            .into_iter()
            .filter(|row| row.excess != "0.000")
            .map(|row| ((row.till, row.sale, row.line), thousandths(&row.excess)))
            .collect();
        if listed != beyond {
            return Err(format!("beyond their sales is {beyond:?}, and listed {listed:?}"));
        }
        dues.retain(|_, due| *due != 0);
        let parties: BTreeMap<String, i64> = report::parties(centre, &all)
            .map_err(told)?
            .into_iter()
            .map(|row| (row.party, row.due))
            .filter(|(_, due)| *due != 0)
            .collect();
        let dues: BTreeMap<String, i64> = dues
            .into_iter()
            .map(|(party, due)| (party.to_owned(), due))
            .collect();
        if is_sure && dues != parties {
            return Err(format!("the households are due {dues:?}, and have {parties:?}"));
        }
        Ok(!beyond.is_empty())
    }
}

fn thousandths(text: &str) -> i64 {
    text.replace('.', "").parse().expect("a quantity")
}

/// A refund with where it was written.
type Written<'a> = (EntryHash, Branch, &'a RefundRecorded);

/// Sales and refunds of all chains, each once: of several with one id at one till the one with the smallest hash.
#[derive(Default)]
struct Said {
    sales: BTreeMap<(String, String), (EntryHash, SaleRecorded)>,
    refunds: BTreeMap<(String, String), (EntryHash, Branch, RefundRecorded)>,
    /// Sales that stand in more than one entry.
    twice: BTreeSet<(String, String)>,
}

impl Said {
    fn read(ledger: &Ledger) -> Result<Said, String> {
        let told = |error: jishi_ledger::StoreError| error.to_string();
        let mut said = Said::default();
        for record in ledger.chains().map_err(told)? {
            let before = record.branch.first_seq() - 1;
            for signed in ledger
                .entries_after(record.branch, before, u32::MAX)
                .map_err(told)?
            {
                let entry = Entry::parse(&signed.line).map_err(|error| error.to_string())?;
                let (node, hash) = (record.till.node.clone(), signed.hash());
                match entry.body() {
                    Body::SaleRecorded(sale) => said.sale(node, hash, sale),
                    Body::RefundRecorded(refund) => said.refund(node, (hash, record.branch, refund)),
                    Body::SaleVoided(void) => said.refund(node, (hash, record.branch, void.refund)),
                    _ => {}
                }
            }
        }
        Ok(said)
    }

    fn sale(&mut self, node: String, hash: EntryHash, sale: SaleRecorded) {
        let key = (node, sale.id.clone());
        if let Some((held, _)) = self.sales.get(&key) {
            self.twice.insert(key.clone());
            if *held < hash {
                return;
            }
        }
        self.sales.insert(key, (hash, sale));
    }

    fn refund(&mut self, node: String, written: (EntryHash, Branch, RefundRecorded)) {
        let key = (node, written.2.id.clone());
        if self.refunds.get(&key).is_none_or(|held| written.0 < held.0) {
            self.refunds.insert(key, written);
        }
    }

    /// In the order of their hashes.
    fn of_sale(&self, node: &str, id: &str) -> Vec<Written<'_>> {
        let mut of_sale: Vec<Written<'_>> = self
            .refunds
            .iter()
            .filter(|((at, _), (_, _, refund))| at == node && refund.sale == id)
            .map(|(_, (hash, branch, refund))| (*hash, *branch, refund))
            .collect();
        of_sale.sort_by_key(|(hash, ..)| *hash);
        of_sale
    }
}

/// A line of a sale and what came back of it.
struct Line<'a> {
    sold: i64,
    back: i64,
    refunds: usize,
    chains: BTreeSet<Branch>,
    gave: BTreeMap<&'a str, i64>,
    took: BTreeMap<&'a str, i64>,
}

impl<'a> Line<'a> {
    fn of(number: u32, sold: &'a jishi_journal::body::LineFact, refunds: &[Written<'a>]) -> Line<'a> {
        let mut line = Line {
            sold: thousandths(&sold.qty),
            back: 0,
            refunds: 0,
            chains: BTreeSet::new(),
            gave: BTreeMap::new(),
            took: BTreeMap::new(),
        };
        for share in sold.draws.iter().flat_map(|draw| &draw.shares) {
            *line.gave.entry(&share.0).or_default() += share.2;
        }
        for (_, branch, refund) in refunds {
            for back in refund.lines.iter().filter(|back| back.line == number) {
                line.back += thousandths(&back.qty);
                line.refunds += 1;
                line.chains.insert(*branch);
                for share in back.draws.iter().flat_map(|draw| &draw.shares) {
                    *line.took.entry(&share.0).or_default() += share.2;
                }
            }
        }
        line
    }

    /// What is all back is due to nobody. Every refund here is the supplier's.
    fn add_dues(&self, dues: &mut BTreeMap<&'a str, i64>) {
        for (party, gave) in &self.gave {
            let took = match self.back > self.sold {
                true => *gave,
                false => self.took.get(party).copied().unwrap_or_default(),
            };
            *dues.entry(party).or_default() += gave - took;
        }
    }
}
