//! What must hold, whatever went wrong. The numbers are those of the invariants in `docs/ARCHITECTURE.md`'s design:
//! 1 acknowledged is never lost, 2 counted once, 3 every fen has an owner, 4 projections are a replay's, 5 the same
//! chains give the same totals, 6 no mark passes a hole, 7 an alteration is found, 8 selling goes on.

use crate::ground::{Place, room};
use crate::node::{NodeId, ServerNode, sales_of};
use crate::sim::Sim;
use jishi_journal::{Branch, ChainId, EntryHash, Head, SignedEntry};
use jishi_ledger::report::{self, Filter};
use jishi_ledger::{Ledger, OpenMode, StoreError, Work, projection_digest};
use jishi_sync::bundle::Check;
use jishi_sync::protocol::{Acknowledgement, ChainsAnswer, MARKS_PATH, PUSH_PATH};
use jishi_sync::{Incoming, Outgoing};
use std::collections::{BTreeMap, BTreeSet};

fn told<T>(read: Result<T, impl std::fmt::Display>) -> Result<T, String> {
    read.map_err(|error| error.to_string())
}

impl Sim {
    /// 1, at a start: what the cashier was told is there.
    pub(crate) fn check_till_keeps_what_is_done(&mut self, till: usize) -> Result<(), String> {
        let held = self.tills[till].sales()?;
        let of_till = (till, String::new())..(till + 1, String::new());
        for ((_, id), rung) in self.truth.rung.range(of_till) {
            if rung.must_be_at_till && held.get(id) != rung.done.as_ref() {
                return Err(format!(
                    "{id} was done for {:?} fen and is {:?} at its till",
                    rung.done,
                    held.get(id)
                ));
            }
        }
        Ok(())
    }

    /// 1 and 6: what a server signs it holds, up to there, at that moment and ever after.
    pub(crate) fn note_words(
        &mut self,
        place: Place,
        message: &Outgoing,
        incoming: &Incoming,
    ) -> Result<(), String> {
        let is_about_chains = message.path == PUSH_PATH || message.path.starts_with(MARKS_PATH);
        if !is_about_chains || incoming.status != 200 {
            return Ok(());
        }
        let answer: ChainsAnswer = told(serde_json::from_slice(&incoming.body))?;
        let key = self.server(place).key().public();
        for signed in answer
            .chains
            .iter()
            .filter_map(|chain| chain.acknowledgement.as_ref())
        {
            let word = Acknowledgement::verify(signed, &key).ok_or("a word that is not the server's")?;
            self.note_word(place, &word)?;
        }
        Ok(())
    }

    pub(crate) fn note_words_of_receipt(&mut self, place: usize, receipt: &[u8]) -> Result<(), String> {
        let mut check = told(Check::open(receipt))?;
        let place = self.servers[place].place;
        let key = self.server(place).key().public();
        while let Some((piece, _)) = told(check.step())? {
            if let jishi_sync::bundle::Piece::Word(answer) = piece
                && let Some(signed) = &answer.acknowledgement
            {
                let word = Acknowledgement::verify(signed, &key).ok_or("a word that is not the server's")?;
                self.note_word(place, &word)?;
            }
        }
        Ok(())
    }

    fn note_word(&mut self, place: Place, word: &Acknowledgement) -> Result<(), String> {
        let (chain, head) = (word.chain, word.head);
        if let Some(reader) = &self.server(place).reader {
            holds(reader, place, chain, (head.seq, head.hash))?;
        }
        let words = self.truth.words.entry(place).or_default();
        let known = words.entry(chain).or_insert((head.seq, head.hash));
        if known.0 < head.seq {
            *known = (head.seq, head.hash);
        }
        Ok(())
    }

    /// All that it has signed since it last came back from a backup.
    pub(crate) fn check_words(&mut self, place: Place) -> Result<(), String> {
        let words = self.truth.words.get(&place).cloned().unwrap_or_default();
        let Some(reader) = &self.server(place).reader else {
            return Ok(());
        };
        words
            .into_iter()
            .try_for_each(|(chain, head)| holds(reader, place, chain, head))
    }

    pub(crate) fn check_at_rest(&mut self) -> Result<(), String> {
        for till in 0..self.tills.len() {
            if self.tills[till].till.is_none() {
                return Err(format!("till {till} does not sell"));
            }
            self.check_till_keeps_what_is_done(till)?;
            if !self.truth.revoked.contains(&self.tills[till].of) {
                self.check_arrival(till)?;
            }
        }
        for at in 0..self.servers.len() {
            let place = self.servers[at].place;
            self.check_words(place)?;
        }
        self.check_parts()?;
        self.check_what_was_told()?;
        self.check_the_tree()?;
        self.check_hubs_arrived()?;
        self.check_sales_count_once()?;
        self.check_up_to_the_sale()?;
        self.check_the_same_chains_give_the_same()?;
        let nodes = self.nodes();
        let one = nodes[self.dice.index(nodes.len())];
        for node in nodes {
            self.check_figures(node)?;
            if node == one || self.shape.verifies_all {
                self.check_verifies(node)?;
            }
        }
        if self.dice.one_in(16) || self.shape.verifies_all {
            self.check_an_alteration_is_found()?;
        }
        Ok(())
    }

    /// A till's chains are at its server and at the centre.
    fn check_arrival(&mut self, till: usize) -> Result<(), String> {
        let (at, of) = (self.tills[till].at, self.tills[till].of);
        let name = self.tills[till].machine.name.clone();
        let ledger = self.tills[till].ledger()?;
        let may_fork = self.truth.twins.contains(&of);
        let from_above = told(jishi_uplink::from_above(&ledger))?;
        let own = told(ledger.chains())?.into_iter();
        for record in own.filter(|record| !from_above.contains(&record.chain)) {
            let refusal = told(jishi_uplink::refusal(&ledger, record.chain))?;
            if let Some(code) = &refusal
                // Both branches are kept, it was told, and has gone on in another chain.
                && !(may_fork && code == "fork")
            {
                return Err(format!("{name}: {} is refused: {code}", record.chain));
            }
            for place in BTreeSet::from([at, Place::Centre]) {
                let reader = self.reader(place);
                let found = holds(reader, place, record.chain, (record.head.seq, record.head.hash));
                found.map_err(|error| format!("{name}: it did not arrive: {error}"))?;
            }
        }
        Ok(())
    }

    fn check_hubs_arrived(&mut self) -> Result<(), String> {
        for hub in 0..self.shape.hubs {
            let place = Place::Hub(hub);
            // What came from above is looked at by itself.
            let from_above = told(jishi_uplink::from_above(self.reader(place)))?;
            let chains = told(self.reader(place).chains())?.into_iter();
            for record in chains.filter(|record| !from_above.contains(&record.chain)) {
                let head = (record.head.seq, record.head.hash);
                let found = holds(self.reader(Place::Centre), Place::Centre, record.chain, head);
                found.map_err(|error| format!("{}: it did not arrive: {error}", place.name()))?;
            }
        }
        Ok(())
    }

    /// 2: at the centre every sale that is anywhere, once, for what it came to, and no other.
    fn check_sales_count_once(&mut self) -> Result<(), String> {
        let at_centre = sales_of(self.reader(Place::Centre)).map_err(|error| format!("centre: {error}"))?;
        let rung: BTreeMap<&String, (usize, Option<i64>)> = self
            .truth
            .rung
            .iter()
            .map(|((till, id), rung)| (id, (*till, rung.done)))
            .collect();
        for (id, net) in &at_centre {
            match rung.get(id) {
                None => return Err(format!("the centre has {id}, which nobody rang up")),
                Some((_, Some(done))) if done != net => {
                    return Err(format!("{id} was {done} fen and is {net} at the centre"));
                }
                Some(_) => {}
            }
        }
        for (till, node) in self.tills.iter().enumerate() {
            if self.truth.revoked.contains(&node.of) {
                continue;
            }
            for id in node.sales()?.keys() {
                if !at_centre.contains_key(id) {
                    return Err(format!("the centre has no {id} of till {till}"));
                }
            }
        }
        for server in &self.servers {
            let sales = sales_of(self.reader(server.place))
                .map_err(|error| format!("{}: {error}", server.place.name()))?;
            let missing = sales.keys().find(|id| !at_centre.contains_key(*id));
            if let Some(id) = missing {
                return Err(format!("the centre has no {id} of {}", server.place.name()));
            }
        }
        Ok(())
    }

    /// 3: at every node, and in every entry of every chain.
    fn check_figures(&mut self, node: NodeId) -> Result<(), String> {
        let ledger = match node {
            NodeId::Till(till) => &self.tills[till].ledger()?,
            NodeId::Server(place) => self.reader(place),
        };
        let all = Filter::default();
        let sum = told(report::summary(ledger, &all))?;
        if sum.payable + sum.fund + sum.margin != sum.net {
            return Err(format!("{node:?}: a fen has no owner: {sum:?}"));
        }
        if sum.sales != told(report::sales(ledger, &all))?.len() as i64 {
            return Err(format!(
                "{node:?}: the sums have other sales than the list: {sum:?}"
            ));
        }
        let parties: i64 = told(report::parties(ledger, &all))?
            .iter()
            .map(|party| party.due)
            .sum();
        let lots: i64 = told(report::lots(ledger, &all))?
            .iter()
            .map(|lot| lot.payable)
            .sum();
        if parties != lots {
            return Err(format!("{node:?}: parties have {parties} fen, their lots {lots}"));
        }
        let bad = told(ledger.bad_figures(&mut Work::unwatched()))?;
        match bad.values().find(|bad| bad.is_readable) {
            Some(bad) => Err(format!("{node:?}: figures that do not add up: {bad:?}")),
            None => Ok(()),
        }
    }

    /// 4, with every link and signature.
    fn check_verifies(&mut self, node: NodeId) -> Result<(), String> {
        let scratch = room();
        let verdict = match node {
            NodeId::Till(till) => told(self.tills[till].ledger()?.verify(scratch.path()))?,
            NodeId::Server(place) => told(self.reader(place).verify(scratch.path()))?,
        };
        match verdict.is_good() {
            true => Ok(()),
            false => Err(format!("{node:?} does not verify: {verdict:?}")),
        }
    }

    /// 5: a store that takes the centre's chains in another order, from those who have them, comes to the same.
    fn check_the_same_chains_give_the_same(&mut self) -> Result<(), String> {
        let scratch = room();
        let path = scratch.path().join("other.sqlite");
        std::fs::copy(crate::ground::Ground::get().empty_ledger(), &path).expect("an empty ledger");
        let mut other = told(Ledger::open(&path, OpenMode::Write))?;
        let centre = self.reader(Place::Centre);
        let chains = told(centre.chains())?;
        told(other.write(|writer| -> Result<(), StoreError> {
            // A place is named by its chain's number, so the chains begin in the same order.
            for record in &chains {
                match centre.left_by(record.branch)? {
                    None => {
                        let opening = centre.entries_after(record.branch, 0, 1)?;
                        opening
                            .iter()
                            .try_for_each(|signed| append(writer, record.branch, signed))?;
                    }
                    Some(left) => {
                        let seq = record.branch.first_seq() - 1;
                        let before = centre.entries_after(left, seq - 1, 1)?;
                        let hash = before.first().map_or(EntryHash::ZERO, SignedEntry::hash);
                        writer.open_branch(record.branch, left, Head { seq, hash })?;
                    }
                }
            }
            for record in chains.iter().rev() {
                let begun = record.branch.from.map_or(1, |first| first.seq - 1);
                let rest = centre.entries_after(record.branch, begun, u32::MAX)?;
                rest.iter()
                    .try_for_each(|signed| append(writer, record.branch, signed))?;
            }
            Ok(())
        }))?;
        let (own, others) = (told(projection_digest(centre))?, told(projection_digest(&other))?);
        match own == others {
            true => Ok(()),
            false => Err("the centre's totals are not those of its chains".to_owned()),
        }
    }

    /// 7: one digit of one entry, in a copy of the centre's file.
    fn check_an_alteration_is_found(&mut self) -> Result<(), String> {
        let scratch = room();
        let path = scratch.path().join("altered.sqlite");
        let centre = self.reader(Place::Centre);
        told(centre.backup_to(&path, |_, _| true))?;
        let chains = told(centre.chains())?;
        let record = chains[self.dice.index(chains.len())].clone();
        let seq = self.dice.within(record.branch.first_seq(), record.head.seq);
        let connection = told(rusqlite::Connection::open(&path))?;
        let entry = told(
            self.reader(Place::Centre)
                .entries_after(record.branch, seq - 1, 1),
        )?;
        let line = &entry.first().ok_or("an entry")?.line;
        let at = line
            .rfind(|character: char| character.is_ascii_digit())
            .ok_or("a digit")?;
        let mut altered = line.clone();
        let other = (line.as_bytes()[at] - b'0' + 1) % 10;
        altered.replace_range(at..=at, &other.to_string());
        told(connection.execute("UPDATE entries SET line = ? WHERE line = ?", [&altered, line]))?;
        drop(connection);
        let verdict = told(told(Ledger::open(&path, OpenMode::Read))?.verify(scratch.path()))?;
        let named = verdict.chains.iter().find(|chain| chain.branch == record.branch);
        let bad = named.and_then(|chain| chain.bad);
        match bad {
            Some(bad) if bad.seq == seq => Ok(()),
            other => Err(format!("entry {seq} of {} was altered: {other:?}", record.chain)),
        }
    }

    pub(crate) fn reader(&self, place: Place) -> &Ledger {
        let server = self.servers.iter().find(|server| server.place == place);
        let reader = server.and_then(|server: &ServerNode| server.reader.as_ref());
        reader.expect("at rest every server is up")
    }

    pub(crate) fn digest_of_centre(&self) -> String {
        projection_digest(self.reader(Place::Centre)).unwrap_or_default()
    }
}

fn append(writer: &jishi_ledger::Writer<'_>, branch: Branch, signed: &SignedEntry) -> Result<(), StoreError> {
    let entry =
        jishi_journal::Entry::parse(&signed.line).map_err(|error| StoreError::Damaged(error.to_string()))?;
    let head = Head {
        seq: entry.seq,
        hash: signed.hash(),
    };
    writer.append(signed, branch, head, &entry.at, &entry.body())?;
    Ok(())
}

/// The server holds this very entry, and so all before it: a branch is stored in its order.
fn holds(reader: &Ledger, place: Place, chain: ChainId, (seq, hash): (u64, EntryHash)) -> Result<(), String> {
    match told(reader.branch_with(chain, Head { seq, hash }))? {
        Some(_) => Ok(()),
        None => Err(format!(
            "{} does not hold this entry {seq} of {chain}",
            place.name()
        )),
    }
}
