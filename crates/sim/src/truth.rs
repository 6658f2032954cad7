//! What has been promised: to cashiers, that a sale is done; to tills and hubs, that a server holds an entry.

use crate::ground::Place;
use jishi_journal::{ChainId, EntryHash};
use jishi_till::wire::SellRequest;
use std::collections::{BTreeMap, BTreeSet};

/// A sale that somebody rang up.
#[derive(Debug, Clone)]
pub(crate) struct Rung {
    pub(crate) request: SellRequest,
    /// Told as done, and for how much.
    pub(crate) done: Option<i64>,
    /// The till must have it: not where it came back from a backup of before.
    pub(crate) must_be_at_till: bool,
}

#[derive(Debug, Default)]
pub(crate) struct Truth {
    /// By the till's place among the nodes and the sale's id.
    pub(crate) rung: BTreeMap<(usize, String), Rung>,
    /// Every receipt number that a till handed out, and for which sale.
    pub(crate) numbers: BTreeMap<(usize, String), String>,
    /// How far each server has signed that it holds a chain, since it last came back from a backup.
    pub(crate) words: BTreeMap<Place, BTreeMap<ChainId, (u64, EntryHash)>>,
    /// Tills whose disk was cloned in a way that the program cannot see: their chains fork.
    pub(crate) twins: BTreeSet<usize>,
    /// Tills whose key the centre revoked: what they sold since need not be anywhere else.
    pub(crate) revoked: BTreeSet<usize>,
}

impl Truth {
    pub(crate) fn rings(&mut self, till: usize, request: &SellRequest) {
        let key = (till, request.id.clone());
        self.rung.entry(key).or_insert_with(|| Rung {
            request: request.clone(),
            done: None,
            must_be_at_till: false,
        });
    }

    /// The till said that it is done.
    pub(crate) fn done(&mut self, till: usize, id: &str, number: &str, net: i64) -> Result<(), String> {
        let key = (till, id.to_owned());
        let rung = self.rung.get_mut(&key).ok_or("a sale that nobody rang up")?;
        if rung.done.is_some_and(|before| before != net) {
            return Err(format!("{id} was {:?} and is {net} fen now", rung.done));
        }
        rung.done = Some(net);
        rung.must_be_at_till = true;
        match self.numbers.insert((till, number.to_owned()), id.to_owned()) {
            Some(before) if before != id => {
                Err(format!("receipt {number} was given for {before} and for {id}"))
            }
            _ => Ok(()),
        }
    }

    /// Sales that were rung up at a till and are not known to be done.
    pub(crate) fn unsure(&self, till: usize) -> Vec<SellRequest> {
        let of_till = self.rung.range((till, String::new())..(till + 1, String::new()));
        of_till
            .filter(|(_, rung)| rung.done.is_none() || !rung.must_be_at_till)
            .map(|(_, rung)| rung.request.clone())
            .collect()
    }
}
