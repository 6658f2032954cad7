//! What this server has of a lot, what it gave, and what is left with whom: worked out anew from what it holds each
//! time, so there is nothing to keep in step.

use crate::guard::known_nodes;
use jishi_domain::{Quantity, Taker};
use jishi_journal::VerifyingKey;
use jishi_journal::body::Audience;
use jishi_ledger::allotments::{Allotment, GivenBack, LotStanding};
use jishi_ledger::nodes::{NodeRecord, Nodes};
use jishi_ledger::organisations::Tree;
use jishi_ledger::{Ledger, StoreError};
use std::collections::{BTreeMap, BTreeSet};

/// This server, its outlets' chains and its nodes.
pub(super) struct Sharing<'a> {
    ledger: &'a Ledger,
    own_key: String,
    /// With those that it had before.
    own_keys: Vec<String>,
    /// Its outlets' chains, and those from above, by their numbers.
    own_chains: BTreeMap<i64, String>,
    chains_above: BTreeMap<i64, String>,
    nodes: Nodes,
    numbers_of_keys: BTreeMap<String, Vec<i64>>,
    fairs: BTreeSet<String>,
    tree: Tree,
}

/// A lot that is this server's to share out.
#[derive(Debug, Clone)]
pub(super) struct Table {
    pub(super) standing: LotStanding,
    /// Whose tills sell it.
    pub(super) outlets: BTreeSet<String>,
    /// Thousandths: what came in here, or was given to this server.
    pub(super) have: i64,
    /// That less what is given on or was drawn without.
    pub(super) undistributed: i64,
    /// What all have drawn of it that this server knows of.
    pub(super) drawn: i64,
    pub(super) seats: Vec<Seat>,
}

/// A node right beneath this server, with what it has of a lot.
#[derive(Debug, Clone)]
pub(super) struct Seat {
    pub(super) node: String,
    /// The key that stands; another is given nothing.
    pub(super) public_key: Option<String>,
    pub(super) is_server: bool,
    keys: Vec<String>,
    /// The keys that it handed over: what they were given is its own.
    before: Vec<String>,
    /// The outlet it sells the lot at; none where it is of none of the lot's.
    pub(super) outlet: Option<String>,
    /// How many tills it stands for.
    tills: u32,
    /// Thousandths, under the key that stands; where none does, under those it had. Less what it gave back.
    pub(super) allotted: i64,
    /// What it drew; of a hub what it gave on, or what its tills drew where that is more.
    pub(super) used: i64,
    /// It gave something of the lot back: it is given more by hand alone.
    pub(super) gave_back: bool,
}

impl Seat {
    /// What cannot be given to another any more: of a node that was revoked only what it used.
    fn committed(&self) -> i64 {
        match self.public_key {
            Some(_) => self.allotted.max(self.used),
            None => self.used,
        }
    }

    pub(super) fn left(&self) -> i64 {
        self.allotted.max(self.used) - self.used
    }

    /// Who may be given more.
    pub(super) fn sells(&self) -> bool {
        self.public_key.is_some() && self.outlet.is_some()
    }
}

impl Table {
    /// Those who may be given more, in the order in which they came.
    pub(super) fn takers(&self) -> impl Iterator<Item = &Seat> {
        self.seats.iter().filter(|seat| seat.sells())
    }

    /// Those who are given more by themselves.
    pub(super) fn as_takers(&self) -> Vec<Taker> {
        let takers = self.takers().filter(|seat| !seat.gave_back).map(|seat| Taker {
            tills: seat.tills,
            left: Quantity::from_thousandths(seat.left()),
        });
        takers.collect()
    }
}

impl Table {
    /// What is given to each of those, as it is for each taker: who gave something back gets nothing.
    pub(super) fn for_takers(&self, given: Vec<Quantity>) -> Vec<Quantity> {
        let mut given = given.into_iter();
        let takers = self.takers().map(|seat| match seat.gave_back {
            true => Quantity::ZERO,
            false => given.next().unwrap_or(Quantity::ZERO),
        });
        takers.collect()
    }
}

impl<'a> Sharing<'a> {
    /// None where there is no chain of an outlet at all, as at a server whose tills brought their own goods.
    pub(super) fn read(ledger: &'a Ledger, own: &VerifyingKey) -> Result<Option<Sharing<'a>>, StoreError> {
        let mut own_chains = BTreeMap::new();
        let own_keys = jishi_uplink::with_former_keys(ledger, &[*own])?;
        for chain in jishi_uplink::chains_of(ledger, &own_keys)? {
            if let Audience::Outlet(outlet) = chain.audience {
                own_chains.insert(chain.record.till.till_no, outlet);
            }
        }
        let chains_above: BTreeMap<i64, String> = jishi_uplink::outlet_chains_from_above(ledger)?
            .into_iter()
            .collect();
        if own_chains.is_empty() && chains_above.is_empty() {
            return Ok(None);
        }
        let outlets = ledger.outlets()?.into_iter();
        Ok(Some(Sharing {
            ledger,
            own_key: own.to_string(),
            own_keys: own_keys.iter().map(VerifyingKey::to_string).collect(),
            own_chains,
            chains_above,
            nodes: known_nodes(ledger, own)?,
            tree: ledger.organisations(own, &jishi_uplink::above(ledger)?)?,
            numbers_of_keys: ledger.numbers_of_keys()?,
            fairs: outlets
                .filter(|outlet| outlet.kind == "fair")
                .map(|outlet| outlet.code)
                .collect(),
        }))
    }

    /// None where the lot is not this server's to share out: it does not run out, a node beneath received it itself
    /// and has the whole of it, or nobody gave this server any.
    pub(super) fn table(&self, standing: LotStanding) -> Result<Option<Table>, StoreError> {
        let Some((have, outlets)) = self.have(&standing) else {
            return Ok(None);
        };
        let drawn = self.ledger.drawn_of(&standing.lot)?;
        let seats = self.seats(&standing, &outlets, &drawn);
        let committed: i64 = seats.iter().map(Seat::committed).sum();
        let drawn_at_seats: i64 = seats.iter().map(|seat| self.drawn_at(seat, &drawn)).sum();
        // By tills that are of no node here: it is gone all the same.
        let elsewhere = (drawn.values().sum::<i64>() - drawn_at_seats).max(0);
        Ok(Some(Table {
            have,
            undistributed: have - committed - elsewhere,
            drawn: drawn.values().sum(),
            standing,
            outlets,
            seats,
        }))
    }

    /// Whether there can be anything to give: quick, without what was drawn.
    pub(super) fn may_have_more(&self, standing: &LotStanding) -> bool {
        let given = standing.allotments.iter();
        let given: i64 = given
            .filter(|allotment| self.own_chains.contains_key(&allotment.till_no))
            .map(|allotment| allotment.quantity)
            .sum();
        let back: i64 = standing.given_back.iter().map(|back| back.quantity).sum();
        let given = given - back;
        // What a revoked node did not use is free again, which only the table can tell.
        let revoked = self.nodes.all().iter().any(|node| !node.stands());
        self.have(standing)
            .is_some_and(|(have, _)| revoked || have > given)
    }

    fn have(&self, standing: &LotStanding) -> Option<(i64, BTreeSet<String>)> {
        let outlets_in = |chains: &BTreeMap<i64, String>| -> BTreeSet<String> {
            let outlets = standing
                .receivers
                .iter()
                .filter_map(|receiver| chains.get(receiver));
            outlets.cloned().collect()
        };
        let is_beneath = |receiver: &i64| {
            !self.own_chains.contains_key(receiver) && !self.chains_above.contains_key(receiver)
        };
        if standing.standing || standing.receivers.iter().any(is_beneath) {
            return None;
        }
        let own = outlets_in(&self.own_chains);
        if !own.is_empty() {
            return Some((standing.received, own));
        }
        let from_above = standing.allotments.iter().filter(|allotment| {
            self.own_keys.contains(&allotment.public_key)
                && self.chains_above.contains_key(&allotment.till_no)
        });
        let given: i64 = from_above.map(|allotment| allotment.quantity).sum();
        let own_numbers: BTreeSet<i64> = self
            .own_keys
            .iter()
            .flat_map(|key| self.numbers_of(key))
            .copied()
            .collect();
        let given = given - given_back(standing, |back| own_numbers.contains(&back.till_no));
        (given > 0).then(|| (given.min(standing.received), outlets_in(&self.chains_above)))
    }

    /// The outlet whose chain from above gave this server its part; none where the lot came in here.
    pub(super) fn given_from_above(&self, table: &Table) -> Option<String> {
        let came_in_here = table
            .standing
            .receivers
            .iter()
            .any(|one| self.own_chains.contains_key(one));
        let outlet = table.outlets.first().cloned();
        outlet.filter(|_| !came_in_here)
    }

    fn seats(
        &self,
        standing: &LotStanding,
        outlets: &BTreeSet<String>,
        drawn: &BTreeMap<i64, i64>,
    ) -> Vec<Seat> {
        // A till that was enrolled anew with another key is the same till where it goes on with its chain.
        let mut by_identity: BTreeMap<(Option<i64>, &str), usize> = BTreeMap::new();
        let mut seats: Vec<Seat> = Vec::new();
        let own = |node: &&NodeRecord| node.enrolled_by == self.own_key && node.public_key != self.own_key;
        for node in self.nodes.all().iter().filter(own) {
            let till_no = self.numbers_of(&node.public_key).first().copied();
            let identity = match till_no {
                Some(_) if !node.is_server() => (till_no, ""),
                _ => (None, self.nodes.now(&node.public_key)),
            };
            let at = *by_identity.entry(identity).or_insert(seats.len());
            if at == seats.len() {
                seats.push(Seat {
                    node: String::new(),
                    public_key: None,
                    is_server: node.is_server(),
                    keys: Vec::new(),
                    before: Vec::new(),
                    outlet: None,
                    tills: 1,
                    allotted: 0,
                    used: 0,
                    gave_back: false,
                });
            }
            let seat = &mut seats[at];
            seat.node.clone_from(&node.node);
            if !seat.keys.contains(&node.public_key) {
                seat.keys.push(node.public_key.clone());
            }
            if node.stands() {
                seat.before = self
                    .nodes
                    .keys_before(node)
                    .into_iter()
                    .map(str::to_owned)
                    .collect();
                seat.public_key = Some(node.public_key.clone());
                seat.outlet = outlets.iter().find(|outlet| self.is_of(node, outlet)).cloned();
                seat.tills = self.tills_at(node, outlets);
            }
        }
        for seat in &mut seats {
            let given = |is_of: &dyn Fn(&Allotment) -> bool| -> i64 {
                let allotments = standing.allotments.iter().filter(|allotment| is_of(allotment));
                allotments.map(|allotment| allotment.quantity).sum()
            };
            seat.allotted = given(&|allotment| {
                let is_its = match &seat.public_key {
                    Some(key) => *key == allotment.public_key || seat.before.contains(&allotment.public_key),
                    None => seat.keys.contains(&allotment.public_key),
                };
                is_its && self.own_chains.contains_key(&allotment.till_no)
            });
            seat.used = self.drawn_at(seat, drawn);
            let numbers: BTreeSet<i64> = seat
                .keys
                .iter()
                .flat_map(|key| self.numbers_of(key))
                .copied()
                .collect();
            let back = given_back(standing, |back| {
                numbers.contains(&back.till_no) && self.own_keys.contains(&back.server)
            });
            seat.gave_back = back > 0;
            // A copy of a till may have given the same back: no more than it had.
            seat.allotted = (seat.allotted - back).max(0);
            if seat.is_server {
                let given_on = given(&|allotment| numbers.contains(&allotment.till_no));
                let back_again = given_back(standing, |back| seat.keys.contains(&back.server));
                seat.used = seat.used.max(given_on - back_again);
            }
        }
        seats
    }

    fn numbers_of(&self, key: &str) -> &[i64] {
        self.numbers_of_keys.get(key).map_or(&[], Vec::as_slice)
    }

    /// The tills beneath a server that stand.
    fn tills_beneath<'b>(&'b self, server: &'b str) -> impl Iterator<Item = &'b NodeRecord> {
        let nodes = self.nodes.all().iter();
        nodes.filter(move |node| !node.is_server() && self.nodes.is_beneath(&node.enrolled_by, server))
    }

    fn is_of(&self, node: &NodeRecord, outlet: &str) -> bool {
        match &node.outlet {
            Some(own) => own == outlet,
            None if node.is_server() => {
                if let Some(bound) = &node.organisation {
                    return self.tree.outlets_beneath(bound).contains(outlet);
                }
                let mut tills = self.tills_beneath(&node.public_key).filter(|till| till.stands());
                tills.any(|till| till.outlet.as_deref() == Some(outlet))
            }
            None => false,
        }
    }

    /// A hub that has none beneath it yet counts for one.
    fn tills_at(&self, node: &NodeRecord, outlets: &BTreeSet<String>) -> u32 {
        if !node.is_server() {
            return 1;
        }
        let is_there = |till: &&NodeRecord| {
            till.stands()
                && till
                    .outlet
                    .as_ref()
                    .or(node.outlet.as_ref())
                    .is_some_and(|at| outlets.contains(at))
        };
        let tills = self.tills_beneath(&node.public_key).filter(is_there).count();
        u32::try_from(tills).unwrap_or(u32::MAX).max(1)
    }

    fn drawn_at(&self, seat: &Seat, drawn: &BTreeMap<i64, i64>) -> i64 {
        let numbers = self.numbers_of_sellers(seat).into_iter();
        numbers.filter_map(|number| drawn.get(&number)).sum()
    }

    /// Of a till its own; of a server those of the nodes beneath it.
    fn numbers_of_sellers(&self, seat: &Seat) -> BTreeSet<i64> {
        let mut numbers = BTreeSet::new();
        for key in &seat.keys {
            match seat.is_server {
                false => numbers.extend(self.numbers_of(key)),
                true => {
                    let tills = self.tills_beneath(key);
                    numbers.extend(tills.flat_map(|till| self.numbers_of(&till.public_key)));
                }
            }
        }
        numbers
    }

    /// It is one's alone that sells it by itself: a hub, which shares it out further, or the only till of an outlet
    /// that is no fair. At a fair others come.
    pub(super) fn is_of_one(&self, table: &Table) -> bool {
        let mut takers = table.takers();
        match (takers.next(), takers.next()) {
            (Some(taker), None) => taker.is_server || table.outlets.is_disjoint(&self.fairs),
            _ => false,
        }
    }

    /// What the entry of a taker says that is given this much more: all that its chain here said before, and where it
    /// drew more than it had, that too.
    pub(super) fn in_all(&self, table: &Table, seat: &Seat, outlet: &str, more: i64) -> i64 {
        let said = table.standing.allotments.iter().filter(|allotment| {
            self.own_chains
                .get(&allotment.till_no)
                .is_some_and(|of| of == outlet)
                && Some(&allotment.public_key) == seat.public_key.as_ref()
        });
        let said: i64 = said.map(|allotment| allotment.quantity).sum();
        said + (seat.used - seat.allotted).max(0) + more
    }
}

fn given_back(standing: &LotStanding, is_meant: impl Fn(&GivenBack) -> bool) -> i64 {
    let meant = standing.given_back.iter().filter(|back| is_meant(back));
    meant.map(|back| back.quantity).sum()
}
