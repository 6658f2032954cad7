//! What a cashier does.

use crate::node::NodeId;
use crate::sim::{Event, MINUTE, Sim};
use jishi_testkit::{cash_sale, void_of};
use jishi_till::Refusal;
use jishi_till::view::Bearer;
use jishi_till::wire::{RefundLineRequest, RefundRequest, SellRequest};

/// Refusals that a day may bring. Any other is a fault of the program, or of the disk.
const MAY_BE: &[&str] = &[
    "refund_exceeds_sale",
    "already_voided",
    "no_shift",
    "shift_open",
    "no_such_sale",
    "sale_not_found",
    "unknown_sale",
];

impl Sim {
    pub(crate) fn act(&mut self, till: usize) -> Result<(), String> {
        if self.is_quiet {
            return Ok(());
        }
        if self.tills[till].till.is_none() {
            return Ok(());
        }
        match self.dice.below(20) {
            0 => self.refund(till),
            1 => self.void(till),
            2 => self.shift(till),
            3 => self.back_up_till(till),
            4 | 5 => {
                self.finish_sales(till)?;
                self.sell(till)
            }
            6..=9 => {
                // A customer after the other.
                for _ in 0..self.dice.within(2, 4) {
                    self.sell(till)?;
                }
                Ok(())
            }
            _ => self.sell(till),
        }
    }

    fn new_sale(&mut self, till: usize) -> SellRequest {
        let id = format!("{}-{}", self.tills[till].machine.name, self.truth.rung.len() + 1);
        let goods = [
            ("honey", "0.1"),
            ("honey", "1"),
            ("orange", "0.375"),
            ("egg", "1"),
            ("bag", "2"),
            ("tea", "0.5"),
        ];
        let first = goods[self.dice.index(goods.len())];
        let second = goods[self.dice.index(goods.len())];
        let request = match self.dice.one_in(2) {
            true => cash_sale(&id, &[first]),
            false => cash_sale(&id, &[first, second]),
        };
        self.with_jam(till, request)
    }

    pub(crate) fn sell(&mut self, till: usize) -> Result<(), String> {
        let request = self.new_sale(till);
        self.ring_up(till, &request)
    }

    /// What was rung up and is not known to be done is rung up again, under its id.
    pub(crate) fn finish_sales(&mut self, till: usize) -> Result<(), String> {
        for request in self.truth.unsure(till) {
            if self.is_quiet || self.dice.one_in(2) {
                self.ring_up(till, &request)?;
            }
        }
        Ok(())
    }

    /// Selling waits for nobody: only the till's own disk can stop it.
    fn ring_up(&mut self, till: usize, request: &SellRequest) -> Result<(), String> {
        self.truth.rings(till, request);
        let node = &mut self.tills[till];
        let Some(open) = &mut node.till else {
            return Ok(());
        };
        let sold = open.sell(request);
        node.note_guard();
        match sold {
            Ok(sold) => {
                let name = self.tills[till].machine.name.clone();
                self.say(format!("{name} sells {} as {}", sold.id, sold.number));
                self.truth.done(till, &sold.id, &sold.number, sold.total)?;
                self.after(0, Event::Recorded(NodeId::Till(till)));
            }
            Err(refusal) => self.refused(till, &refusal)?,
        }
        self.look_after(NodeId::Till(till))
    }

    /// A refusal is the disk's, or one that a day may bring.
    fn refused(&mut self, till: usize, refusal: &Refusal) -> Result<(), String> {
        let disk = &self.tills[till].machine.disk;
        let expected = disk.is_dead() || disk.is_troubled() || MAY_BE.contains(&refusal.code());
        let name = self.tills[till].machine.name.clone();
        self.say(format!("{name} refuses: {}", refusal.code()));
        match expected {
            true => Ok(()),
            false => Err(format!("{name} does not go on: {} {refusal:?}", refusal.code())),
        }
    }

    fn some_sale(&mut self, till: usize) -> Option<String> {
        let of_till = self
            .truth
            .rung
            .range((till, String::new())..(till + 1, String::new()));
        let done: Vec<String> = of_till
            .filter(|(_, rung)| rung.done.is_some() && rung.must_be_at_till)
            .map(|((_, id), _)| id.clone())
            .collect();
        let which = self.dice.index(done.len());
        done.get(which).cloned()
    }

    fn refund(&mut self, till: usize) -> Result<(), String> {
        let Some(sale) = self.some_sale(till) else {
            return Ok(());
        };
        let request = RefundRequest {
            id: format!("refund-{till}-{}", self.dice.throw()),
            sale,
            lines: vec![RefundLineRequest {
                line: 1,
                qty: "0.100".to_owned(),
                restock: self.dice.one_in(2),
                borne_by: Bearer::Supplier,
            }],
            tenders: Vec::new(),
        };
        self.do_at(till, "refund", |open| open.refund(&request).map(|_| ()))
    }

    fn void(&mut self, till: usize) -> Result<(), String> {
        let Some(sale) = self.some_sale(till) else {
            return Ok(());
        };
        let request = void_of(&format!("void-{till}-{}", self.dice.throw()), &sale);
        self.do_at(till, "void", |open| open.void(&request).map(|_| ()))
    }

    fn shift(&mut self, till: usize) -> Result<(), String> {
        self.do_at(till, "shift", |open| match open.shift().is_some() {
            true => open.close_shift(None).map(|_| ()),
            false => open.open_shift(Some("01"), 20_000).map(|_| ()),
        })
    }

    pub(crate) fn do_at(
        &mut self,
        till: usize,
        what: &str,
        act: impl FnOnce(&mut jishi_till::Till) -> Result<(), Refusal>,
    ) -> Result<(), String> {
        let node = &mut self.tills[till];
        let Some(open) = &mut node.till else {
            return Ok(());
        };
        let done = act(open);
        node.note_guard();
        match done {
            Ok(()) => {
                let name = self.tills[till].machine.name.clone();
                self.say(format!("{name}: {what}"));
                self.after(0, Event::Recorded(NodeId::Till(till)));
            }
            Err(refusal) => self.refused(till, &refusal)?,
        }
        self.look_after(NodeId::Till(till))
    }

    fn back_up_till(&mut self, till: usize) -> Result<(), String> {
        if self.tills[till].machine.disk.is_troubled() {
            return Ok(());
        }
        let into = self.backups();
        let made = self.tills[till].back_up(&into);
        self.look_after(NodeId::Till(till))?;
        match made {
            Err(error) if !self.tills[till].machine.disk.is_dead() && self.tills[till].till.is_some() => {
                Err(format!("no backup: {error}"))
            }
            _ => Ok(()),
        }
    }
}

/// For what is put right again after a while.
pub(crate) fn a_while(dice: &mut crate::dice::Dice) -> u64 {
    dice.within(MINUTE, 20 * MINUTE)
}
