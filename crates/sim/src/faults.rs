//! What goes wrong.

use crate::acts::a_while;
use crate::bug::Bug;
use crate::ground::{Ground, Place, copy_folder};
use crate::node::{NodeId, TillNode, syncing};
use crate::sim::{DAY, Event, MINUTE, OPEN, Sim};
use crate::world::MachineWorld;
use jishi_journal::body::{Body, ClockJumped};
use jishi_journal::{Chain, Entry, Head, Purpose, SignedEntry};
use jishi_ledger::{Ledger, OpenMode, StoreError};
use jishi_server::{import_bundle, revoke};
use jishi_till::{Export, Folder, export_bundle, import_receipt, restore};

/// So many copies of tills go about at most.
const CLONES_MAX: usize = 2;
const YEARS_MS: i64 = 3 * 365 * DAY as i64;

impl Sim {
    pub(crate) fn something_breaks(&mut self) -> Result<(), String> {
        let till = self.dice.index(self.tills.len());
        let server = self.servers[self.dice.index(self.servers.len())].place;
        let nodes = self.nodes();
        let node = nodes[self.dice.index(nodes.len())];
        match self.dice.below(26) {
            0 => self.kill(node),
            1..4 => self.cut_power_soon(node),
            4 => self.fill_disk(node),
            5 => self.fail_syncs(node),
            6 | 7 => self.cut_line(till),
            8..11 => self.worsen_lines(),
            11 => self.set_clock(node),
            12 | 13 => self.back_up_server(server)?,
            14 | 15 => self.restore_server(server)?,
            16 | 17 => self.restore_till(till)?,
            18 => self.clone_till(till, false)?,
            19 => self.clone_till(till, true)?,
            20 | 21 => self.move_to_other_server(till)?,
            22 | 23 => self.carry_stick(till)?,
            24 => self.flip_a_digit(till),
            _ => self.write_poison(till)?,
        }
        Ok(())
    }

    fn kill(&mut self, node: NodeId) {
        if self.machine(node).up_at.is_some() {
            return;
        }
        self.broke("process killed");
        match node {
            NodeId::Till(till) => self.tills[till].kill(),
            NodeId::Server(place) => self.server(place).kill(),
        }
        self.machine(node).disk.come_back_whole();
        let name = self.name(node);
        self.say(format!("{name} is killed"));
        self.down_for_a_while(node);
    }

    fn cut_power_soon(&mut self, node: NodeId) {
        self.broke("power cut");
        let operations = self.dice.below(160);
        self.machine(node).disk.dies_after(operations);
    }

    fn fill_disk(&mut self, node: NodeId) {
        self.broke("full disk");
        let name = self.name(node);
        self.say(format!("the disk of {name} is full"));
        self.machine(node).disk.fill(true);
        let wait = a_while(&mut self.dice);
        self.after(wait, Event::FullNoMore(node));
    }

    fn fail_syncs(&mut self, node: NodeId) {
        self.broke("failing fsync");
        let name = self.name(node);
        self.say(format!("the disk of {name} does not sync"));
        self.machine(node).disk.fail_syncs(true);
        let wait = a_while(&mut self.dice);
        self.after(wait, Event::SyncsAgain(node));
    }

    fn cut_line(&mut self, till: usize) {
        self.broke("partition");
        let until = self.now() + self.dice.within(MINUTE, 10 * MINUTE);
        let line = match self.shape.hubs {
            0 => (NodeId::Till(till), self.tills[till].at),
            hubs if self.dice.one_in(2) => {
                let hub = Place::Hub(self.dice.index(hubs));
                (NodeId::Server(hub), Place::Centre)
            }
            _ => (NodeId::Till(till), self.tills[till].at),
        };
        self.say(format!("no line: {line:?}"));
        self.network.cut(line, until);
    }

    fn worsen_lines(&mut self) {
        self.broke("bad network");
        let until = self.now() + self.dice.within(MINUTE, 40 * MINUTE);
        for till in 0..self.tills.len() {
            let at = self.tills[till].at;
            self.network.worsen((NodeId::Till(till), at), until);
        }
        for hub in 0..self.shape.hubs {
            let line = (NodeId::Server(Place::Hub(hub)), Place::Centre);
            self.network.worsen(line, until);
        }
        self.say("a bad network".to_owned());
    }

    fn set_clock(&mut self, node: NodeId) {
        self.broke("clock jump");
        let years = self.dice.within(0, 2 * YEARS_MS as u64) as i64 - YEARS_MS;
        let name = self.name(node);
        self.say(format!(
            "the clock of {name} is wrong by {} days",
            years / DAY as i64
        ));
        self.machine(node).world.set_wrong_by(years);
    }

    pub(crate) fn is_well(&mut self, node: NodeId) -> bool {
        let machine = self.machine(node);
        machine.up_at.is_none() && !machine.disk.is_troubled() && !machine.disk.is_dead()
    }

    fn back_up_server(&mut self, place: Place) -> Result<(), String> {
        if !self.is_well(NodeId::Server(place)) {
            return Ok(());
        }
        let into = self.backups();
        let made = self.server(place).back_up(&into);
        let was_cut = self.server(place).machine.disk.is_dead();
        self.look_after(NodeId::Server(place))?;
        match was_cut {
            true => Ok(()),
            false => made,
        }
    }

    fn restore_server(&mut self, place: Place) -> Result<(), String> {
        let backups = self.server(place).machine.backups.clone();
        if backups.is_empty() {
            return self.back_up_server(place);
        }
        self.broke("server restored");
        let backup = &backups[self.dice.index(backups.len())];
        self.server(place).restore(backup);
        if self.bug == Some(Bug::ForgetsItsEnds) {
            self.server(place).fit_guard();
        }
        self.say(format!("{place:?} comes back from a backup"));
        self.truth.words.remove(&place);
        self.down_for_a_while(NodeId::Server(place));
        Ok(())
    }

    fn restore_till(&mut self, till: usize) -> Result<(), String> {
        let backups = self.tills[till].machine.backups.clone();
        if backups.is_empty() || !self.is_well(NodeId::Till(till)) {
            return Ok(());
        }
        self.broke("till restored");
        let backup = backups[self.dice.index(backups.len())].clone();
        let bug = self.bug;
        let node = &mut self.tills[till];
        node.kill();
        node.machine.disk.come_back_whole();
        if bug == Some(Bug::NumbersAgain) {
            node.change_guard(|guard| guard["generation"] = 0.into());
        }
        let folder = Folder::at(&node.machine.folder);
        match bug {
            Some(Bug::RestoredKey) => node.put_back(&backup),
            _ => {
                let restored = restore(&backup, folder, node.machine.world.boxed());
                restored.map_err(|refusal| format!("not restored: {refusal:?}"))?;
            }
        }
        self.tills[till].machine.disk.was_replaced();
        let name = self.tills[till].machine.name.clone();
        self.say(format!("{name} comes back from a backup"));
        self.forget_what_is_lost(till)?;
        self.start(NodeId::Till(till))
    }

    /// What the backup does not know need not be at the till any more.
    fn forget_what_is_lost(&mut self, till: usize) -> Result<(), String> {
        let held = self.tills[till].sales()?;
        for ((_, id), rung) in self
            .truth
            .rung
            .range_mut((till, String::new())..(till + 1, String::new()))
        {
            rung.must_be_at_till &= held.contains_key(id);
        }
        Ok(())
    }

    /// The disk is copied as it lies. On another machine that is noticed; in a copy of the machine it is not.
    pub(crate) fn clone_till(&mut self, till: usize, is_twin: bool) -> Result<(), String> {
        let clones = self.tills.len() - self.shape.tills;
        if clones == CLONES_MAX || !self.is_well(NodeId::Till(till)) {
            return Ok(());
        }
        self.broke(match is_twin {
            true => "machine cloned",
            false => "disk cloned",
        });
        let of = self.tills[till].of;
        let at = self.tills[till].at;
        let name = format!("till{}-copy{}", of + 1, clones + 1);
        let folder = self.room.path().join(&name);
        self.tills[till].kill();
        self.tills[till].machine.disk.come_back_whole();
        copy_folder(&self.tills[till].machine.folder, &folder);
        let machine = match is_twin {
            true => self.tills[till].machine.world.machine().to_owned(),
            false => name.clone(),
        };
        let world = MachineWorld::new(&self.time, self.dice.split(), &machine);
        let node = TillNode::new(name.clone(), of, at, folder, world);
        node.machine.disk.sync_as(syncing(self.bug));
        self.tills.push(node);
        self.say(format!("{name} is a copy"));
        if is_twin {
            self.truth.twins.insert(of);
        }
        self.start(NodeId::Till(till))?;
        let copy = self.tills.len() - 1;
        self.start(NodeId::Till(copy))?;
        for _ in 0..self.shape.acts {
            let at = self.dice.below(OPEN);
            self.after(at, Event::Act(copy));
        }
        Ok(())
    }

    fn move_to_other_server(&mut self, till: usize) -> Result<(), String> {
        let places: Vec<Place> = self.servers.iter().map(|server| server.place).collect();
        let to = places[self.dice.index(places.len())];
        if to == self.tills[till].at || !self.is_well(NodeId::Till(till)) {
            return Ok(());
        }
        self.broke("hub swapped");
        // Not while the power may go: that is cut off elsewhere.
        self.tills[till].machine.disk.dies_never();
        let ground = Ground::with(self.shape.tills);
        let node = &mut self.tills[till];
        node.machine.link = None;
        ground.point(node.of, to, &node.database());
        node.at = to;
        node.connect(self.bug)?;
        let name = node.machine.name.clone();
        self.say(format!("{name} goes to {to:?}"));
        self.drive(NodeId::Till(till), jishi_sync::Input::Nudged)
    }

    fn flip_a_digit(&mut self, till: usize) {
        self.broke("bit flip");
        let at = self.dice.throw();
        if let Some(link) = &self.tills[till].machine.link {
            link.flip_a_digit(at);
        }
    }

    /// A till is stolen: the centre revokes it, and what it sells from then on nobody takes.
    pub(crate) fn revoke_till(&mut self) -> Result<(), String> {
        let till = self.parts_dice.index(self.shape.tills);
        if !self.is_well(NodeId::Server(Place::Centre)) {
            return Ok(());
        }
        let key = self.tills[till].key().public();
        let centre = self.server(Place::Centre);
        let instruments = centre.machine.world.instruments();
        let revoked = revoke(&centre.machine.folder, &key.to_string(), &instruments);
        let was_cut = centre.machine.disk.is_dead();
        match revoked {
            Ok(_) => {
                self.broke("node revoked");
                let name = self.tills[till].machine.name.clone();
                self.say(format!("{name} is revoked"));
                self.truth.revoked.insert(till);
            }
            Err(_) if was_cut => {}
            Err(error) => return Err(format!("nobody is revoked: {error}")),
        }
        self.look_after(NodeId::Server(Place::Centre))
    }

    /// An entry of a program that is not known here, or that makes no sense, in the till's own chain.
    fn write_poison(&mut self, till: usize) -> Result<(), String> {
        if !self.is_well(NodeId::Till(till)) {
            return Ok(());
        }
        self.broke("poison entry");
        let kind = match self.dice.one_in(2) {
            true => "moon_observed",
            false => "sale_recorded",
        };
        let node = &mut self.tills[till];
        node.machine.disk.dies_never();
        node.kill();
        node.machine.disk.come_back_whole();
        let written = append_poison(node, kind);
        written.map_err(|error| format!("no poison: {error}"))?;
        let name = node.machine.name.clone();
        self.say(format!("{name} has an entry {kind} that nobody can read"));
        self.start(NodeId::Till(till))
    }

    /// What waits goes on a stick, to the server and in; once or twice, whole or not; and its receipt comes back or not.
    fn carry_stick(&mut self, till: usize) -> Result<(), String> {
        let place = self.tills[till].at;
        if !self.is_well(NodeId::Till(till)) || !self.is_well(NodeId::Server(place)) {
            return Ok(());
        }
        self.broke("stick");
        let file = self.room.path().join(format!("stick-{}.jishi", self.steps));
        let world = self.tills[till].machine.world.clone();
        let folder = Folder::at(&self.tills[till].machine.folder);
        let export = Export {
            file: &file,
            all: self.dice.one_in(2),
            overwrite: true,
        };
        let mut entropy = world.entropy();
        let packed = export_bundle(&folder, export, world.wall(), &mut *entropy, &mut |_, _| true);
        self.look_after(NodeId::Till(till))?;
        match packed {
            Ok(Some(_)) => {}
            Ok(None) => return Ok(()),
            Err(_) if self.tills[till].till.is_none() => return Ok(()),
            Err(refusal) => return Err(format!("no stick: {refusal:?}")),
        }
        if self.dice.one_in(3) {
            // Pulled out too early.
            let whole = std::fs::read(&file).expect("the stick");
            let half = self.dice.index(whole.len());
            let cut = self.room.path().join("half.jishi");
            std::fs::write(&cut, &whole[..half]).expect("the stick");
            if self.take_stick(place, &cut).is_ok() {
                return Err("half a bundle was taken in".to_owned());
            }
        }
        let mut taken = None;
        for time in 0..self.dice.within(1, 2) {
            if time > 0 {
                let bug = self.bug;
                crate::bent::stick_came_twice(self.server(place), bug);
            }
            taken = match self.take_stick(place, &file) {
                Ok(taken) => Some(taken),
                Err(_) if self.server(place).machine.disk.is_dead() => None,
                Err(error)
                    if self.truth.revoked.contains(&self.tills[till].of) && error.contains("revoked") =>
                {
                    None
                }
                Err(error) => return Err(format!("the stick is not taken: {error}")),
            };
            self.look_after(NodeId::Server(place))?;
        }
        self.wake_soon(NodeId::Server(place));
        if let Some(receipt) = taken.filter(|_| self.dice.one_in(2)) {
            let file = self.room.path().join("receipt.jishi");
            std::fs::write(&file, receipt).expect("the stick");
            let read = import_receipt(&folder, &file);
            self.look_after(NodeId::Till(till))?;
            if let Err(refusal) = read
                && self.tills[till].till.is_some()
            {
                return Err(format!("the receipt is not taken: {refusal:?}"));
            }
        }
        Ok(())
    }

    /// The receipt, where it was taken in.
    fn take_stick(&mut self, place: Place, file: &std::path::Path) -> Result<Vec<u8>, String> {
        let server = self.server(place);
        let instruments = server.machine.world.instruments();
        let taken = import_bundle(&server.machine.folder, file, &instruments, &mut |_, _| true)
            .map_err(|error| error.to_string())?;
        let place = self.servers.iter().position(|server| server.place == place);
        self.note_words_of_receipt(place.expect("a server"), &taken.receipt)?;
        Ok(taken.receipt)
    }
}

fn append_poison(node: &mut TillNode, kind: &str) -> Result<(), StoreError> {
    let open = |error: jishi_ledger::OpenError| StoreError::Io(error.to_string());
    let mut ledger = Ledger::open(&node.database(), OpenMode::Write).map_err(open)?;
    let first = ledger
        .chains()?
        .into_iter()
        .next()
        .ok_or(StoreError::UnknownChain)?;
    let newest = ledger
        .newest_chain(first.till.origin)?
        .ok_or(StoreError::UnknownChain)?;
    let at = node
        .machine
        .world
        .wall()
        .to_rfc3339_opts(chrono::SecondsFormat::Secs, false);
    let body = Body::ClockJumped(ClockJumped {
        before: at.clone(),
        now: at.clone(),
    });
    let chain = Chain::resume(node.key(), newest.chain, newest.head);
    let (entry, head) = chain.next(&at, &body).expect("an entry");
    let line = entry.line.replace("\"clock_jumped\"", &format!("\"{kind}\""));
    let signature = node.key().sign(Purpose::Entry, line.as_bytes());
    let signed = SignedEntry { line, signature };
    let head = Head {
        seq: head.seq,
        hash: signed.hash(),
    };
    let entry = Entry::parse(&signed.line).expect("an entry");
    ledger.write(|writer| writer.append(&signed, newest.chain, head, &at, &entry.body()))?;
    Ok(())
}
