//! The run: a queue of what happens when, and what each of it does.

use crate::bug::Bug;
use crate::dice::Dice;
use crate::ground::{Place, room};
use crate::link::{Do, Heard};
use crate::network::Network;
use crate::node::{Machine, NodeId, ServerNode, TillNode, copy_of_ground, syncing};
use crate::truth::Truth;
use crate::world::{MachineWorld, Time};
use jishi_sync::{Incoming, Input, Outgoing};
use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use tempfile::TempDir;

pub(crate) const SECOND: u64 = 1_000;
pub(crate) const MINUTE: u64 = 60 * SECOND;
pub(crate) const HOUR: u64 = 60 * MINUTE;
pub(crate) const DAY: u64 = 24 * HOUR;
/// A fair is short; at night all machines sleep.
pub(crate) const OPEN: u64 = 2 * HOUR;
/// As the client waits for an answer.
const ANSWER_WAIT: u64 = 20 * SECOND;
/// How often a node at rest looks whether another process has recorded something.
const LOOK_AGAIN: u64 = SECOND;
/// After the node's own store failed.
const STORE_WAIT: u64 = 5 * SECOND;
/// When nothing is broken any more all has to be everywhere within this time.
const SETTLING: u64 = 8 * MINUTE;
/// The last lines of what happened, to be told with a failure.
const TRACE: usize = 60;

/// How large a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    pub tills: usize,
    pub hubs: usize,
    pub days: u64,
    /// What a till does in a day.
    pub acts: u64,
    /// What goes wrong in a day.
    pub faults: u64,
    /// The whole of every node is verified at the end, and not of one alone.
    pub verifies_all: bool,
}

impl Shape {
    /// A year of fifty tills.
    pub const LARGE: Shape = Shape {
        tills: 50,
        hubs: crate::ground::HUBS,
        days: 365,
        acts: 2,
        faults: 6,
        verifies_all: true,
    };

    /// A small one, as a seed says.
    pub fn small(dice: &mut Dice) -> Shape {
        Shape {
            tills: 1 + dice.index(crate::ground::TILLS),
            hubs: dice.index(crate::ground::HUBS + 1),
            days: dice.within(1, 2),
            acts: dice.within(2, 5),
            faults: dice.within(2, 6),
            verifies_all: false,
        }
    }

    /// So much goes wrong in a day that hardly any fault of the program is missed.
    pub fn hard(dice: &mut Dice) -> Shape {
        Shape {
            tills: 2,
            hubs: dice.index(crate::ground::HUBS + 1),
            days: 2,
            acts: 5,
            faults: 10,
            verifies_all: false,
        }
    }
}

/// What was found, and where to look.
#[derive(Debug, Clone)]
pub struct Failure {
    pub seed: u64,
    pub day: u64,
    pub step: u64,
    pub what: String,
    /// What happened last.
    pub trace: Vec<String>,
}

/// What a run came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    pub steps: u64,
    pub sales: usize,
    /// What went wrong on the way, by its name.
    pub faults: BTreeMap<&'static str, u64>,
    /// Of all that the centre holds: the same seed gives the same.
    pub digest: String,
}

/// Runs one seed of its own small shape.
pub fn run(seed: u64, bug: Option<Bug>) -> Result<Outcome, Box<Failure>> {
    let shape = Shape::small(&mut Dice::new(seed ^ 0x5eed));
    run_shape(seed, shape, bug)
}

/// Runs one seed in which more goes wrong.
pub fn run_hard(seed: u64, bug: Option<Bug>) -> Result<Outcome, Box<Failure>> {
    let shape = Shape::hard(&mut Dice::new(seed ^ 0x5eed));
    run_shape(seed, shape, bug)
}

pub fn run_shape(seed: u64, shape: Shape, bug: Option<Bug>) -> Result<Outcome, Box<Failure>> {
    let mut sim = Sim::new(seed, shape, bug);
    sim.play().map_err(|what| {
        Box::new(Failure {
            seed,
            day: sim.now() / DAY + 1,
            step: sim.steps,
            what,
            trace: sim.trace.iter().cloned().collect(),
        })
    })?;
    let digest = sim.digest_of_centre();
    Ok(Outcome {
        steps: sim.steps,
        sales: sim.truth.rung.len(),
        faults: sim.faults,
        digest,
    })
}

#[derive(Debug)]
pub(crate) enum Event {
    /// A till's next act.
    Act(usize),
    Wake(NodeId),
    Recorded(NodeId),
    Message {
        from: NodeId,
        to: Place,
        exchange: u64,
        message: Outgoing,
    },
    Reply {
        to: NodeId,
        exchange: u64,
        incoming: Option<Incoming>,
    },
    Timeout(NodeId, u64),
    Up(NodeId),
    /// A node asks its server what there is for it.
    Pull(NodeId),
    /// The centre has something new for everybody.
    Import,
    /// A server's key, its guard, an outlet's price, or where it stands.
    Change,
    Revoke,
    /// The same goods come back to a till and to its copy.
    GiveBackTwice,
    Fault,
    FullNoMore(NodeId),
    SyncsAgain(NodeId),
}

/// Everything there is.
#[derive(Debug)]
pub(crate) struct Sim {
    pub(crate) shape: Shape,
    pub(crate) bug: Option<Bug>,
    pub(crate) time: Time,
    pub(crate) dice: Dice,
    /// For what is sold in parts.
    pub(crate) parts_dice: Dice,
    /// For what is given back at two tills.
    pub(crate) both_dice: Dice,
    /// For keys, guards, own prices and organisations.
    pub(crate) trust_dice: Dice,
    queue: BTreeMap<(u64, u64), Event>,
    next: u64,
    pub(crate) steps: u64,
    pub(crate) tills: Vec<TillNode>,
    pub(crate) servers: Vec<ServerNode>,
    pub(crate) network: Network,
    pub(crate) truth: Truth,
    pub(crate) faults: BTreeMap<&'static str, u64>,
    trace: VecDeque<String>,
    /// Nothing breaks any more.
    pub(crate) is_quiet: bool,
    pub(crate) room: TempDir,
}

impl Sim {
    fn new(seed: u64, shape: Shape, bug: Option<Bug>) -> Sim {
        let mut dice = Dice::new(seed);
        let room = room();
        let time = Time::default();
        let (tills, servers) = copy_of_ground(shape.tills, shape.hubs, room.path(), |name| {
            MachineWorld::new(&time, dice.split(), name)
        });
        Sim {
            shape,
            bug,
            time,
            dice,
            parts_dice: Dice::new(seed ^ 0x9a57),
            both_dice: Dice::new(seed ^ 0xb07e),
            trust_dice: Dice::new(seed ^ 0x7a57),
            queue: BTreeMap::new(),
            next: 0,
            steps: 0,
            tills,
            servers,
            network: Network::default(),
            truth: Truth::default(),
            faults: BTreeMap::new(),
            trace: VecDeque::new(),
            is_quiet: false,
            room,
        }
    }

    fn play(&mut self) -> Result<(), String> {
        for at in 0..self.servers.len() {
            self.servers[at].machine.disk.sync_as(syncing(self.bug));
            self.start(NodeId::Server(self.servers[at].place))?;
        }
        for till in 0..self.tills.len() {
            self.tills[till].machine.disk.sync_as(syncing(self.bug));
            self.start(NodeId::Till(till))?;
        }
        for _ in 0..self.shape.days {
            self.day()?;
        }
        self.settle()?;
        self.check_at_rest()
    }

    fn day(&mut self) -> Result<(), String> {
        let evening = self.now() + OPEN;
        for till in 0..self.tills.len() {
            for _ in 0..self.shape.acts {
                let at = self.dice.below(OPEN);
                self.after(at, Event::Act(till));
            }
        }
        for _ in 0..self.shape.faults {
            let at = self.dice.below(OPEN);
            self.after(at, Event::Fault);
        }
        self.plan_pulls();
        self.plan_giving_back_twice();
        self.plan_changes();
        self.run_until(evening)?;
        self.sleep(DAY - OPEN);
        Ok(())
    }

    /// Whatever was to happen happens in the morning.
    fn sleep(&mut self, night: u64) {
        self.time.move_to(self.now() + night);
        let evening = std::mem::take(&mut self.queue);
        let morning = evening
            .into_iter()
            .map(|((at, order), event)| ((at.saturating_add(night), order), event));
        self.queue = morning.collect();
    }

    /// Everything is mended and comes up, each till sells once more, and then all has to arrive.
    fn settle(&mut self) -> Result<(), String> {
        self.is_quiet = true;
        self.say("all is mended".to_owned());
        self.network = Network::default();
        for node in self.nodes() {
            let machine = self.machine(node);
            machine.disk.fill(false);
            machine.disk.fail_syncs(false);
            machine.disk.dies_never();
            if machine.up_at.is_some() {
                self.start(node)?;
            }
        }
        // The hubs before the tills: what is for these is there then.
        for node in self.nodes() {
            self.pull(node)?;
        }
        for till in 0..self.tills.len() {
            self.finish_sales(till)?;
            self.sell(till)?;
        }
        for node in self.nodes() {
            self.wake_soon(node);
        }
        self.run_until(self.now() + SETTLING)?;
        // Up what a restored server above has lost, and then down again; twice, for there are two steps.
        for _ in 0..2 {
            for node in self.nodes().into_iter().rev().collect::<Vec<_>>() {
                self.pull(node)?;
            }
        }
        self.wait_for_nobody_else()?;
        for node in self.nodes() {
            self.pull(node)?;
            self.wake_soon(node);
        }
        self.run_until(self.now() + SETTLING)
    }

    fn run_until(&mut self, end: u64) -> Result<(), String> {
        while let Some(((at, _), event)) = self.pop_before(end) {
            self.time.move_to(at);
            self.steps += 1;
            self.happen(event)?;
        }
        self.time.move_to(end);
        Ok(())
    }

    fn pop_before(&mut self, end: u64) -> Option<((u64, u64), Event)> {
        let first = self.queue.first_entry()?;
        (first.key().0 <= end).then(|| first.remove_entry())
    }

    pub(crate) fn now(&self) -> u64 {
        self.time.now_ms()
    }

    pub(crate) fn after(&mut self, wait: u64, event: Event) {
        self.next += 1;
        self.queue
            .insert((self.now().saturating_add(wait), self.next), event);
    }

    pub(crate) fn say(&mut self, what: String) {
        if self.trace.len() == TRACE {
            self.trace.pop_front();
        }
        let (day, time) = (self.now() / DAY + 1, self.now() % DAY / SECOND);
        let clock = format!("{:02}:{:02}:{:02}", 8 + time / 3600, time / 60 % 60, time % 60);
        self.trace
            .push_back(format!("day {day} {clock} step {}: {what}", self.steps));
    }

    pub(crate) fn broke(&mut self, fault: &'static str) {
        *self.faults.entry(fault).or_default() += 1;
    }

    pub(crate) fn nodes(&self) -> Vec<NodeId> {
        let servers = self.servers.iter().map(|server| NodeId::Server(server.place));
        servers.chain((0..self.tills.len()).map(NodeId::Till)).collect()
    }

    pub(crate) fn server(&mut self, place: Place) -> &mut ServerNode {
        let found = self.servers.iter_mut().find(|server| server.place == place);
        found.expect("a server of this run")
    }

    pub(crate) fn machine(&mut self, node: NodeId) -> &mut Machine {
        match node {
            NodeId::Till(till) => &mut self.tills[till].machine,
            NodeId::Server(place) => &mut self.server(place).machine,
        }
    }

    pub(crate) fn name(&mut self, node: NodeId) -> String {
        self.machine(node).name.clone()
    }

    pub(crate) fn backups(&self) -> PathBuf {
        let folder = self.room.path().join("backups");
        std::fs::create_dir_all(&folder).expect("a folder");
        folder
    }

    /// Where a node pushes to.
    pub(crate) fn above(&self, node: NodeId) -> Option<Place> {
        match node {
            NodeId::Till(till) => Some(self.tills[till].at),
            NodeId::Server(Place::Hub(_)) => Some(Place::Centre),
            NodeId::Server(Place::Centre) => None,
        }
    }

    pub(crate) fn start(&mut self, node: NodeId) -> Result<(), String> {
        let bug = self.bug;
        let started = match node {
            NodeId::Till(till) => self.tills[till].start(bug),
            NodeId::Server(place) => self.server(place).start(bug),
        };
        let name = self.name(node);
        if let Err(error) = started {
            let disk = &self.machine(node).disk;
            if !disk.is_troubled() && !disk.is_dead() {
                return Err(error);
            }
            self.say(format!("{name} does not come up"));
            self.power_cut(node);
            return Ok(());
        }
        self.say(format!("{name} is up"));
        match node {
            NodeId::Till(till) => {
                self.check_till_keeps_what_is_done(till)?;
                self.find_its_server(till);
            }
            NodeId::Server(place) => self.check_words(place)?,
        }
        self.drive(node, Input::Nudged)
    }

    /// A backup may be of a time when the till went to another one.
    fn find_its_server(&mut self, till: usize) {
        let Some(link) = &self.tills[till].machine.link else {
            return;
        };
        let key = link.server();
        let server = self.servers.iter().find(|server| server.has_had(&key));
        if let Some(server) = server {
            self.tills[till].at = server.place;
        }
    }

    fn happen(&mut self, event: Event) -> Result<(), String> {
        match event {
            Event::Act(till) => self.act(till),
            Event::Pull(node) => self.pull(node),
            Event::Import | Event::Revoke | Event::Change | Event::GiveBackTwice if self.is_quiet => Ok(()),
            Event::Change => self.something_changes(),
            Event::Import => self.import_something(),
            Event::Revoke => self.revoke_till(),
            Event::GiveBackTwice => self.give_back_twice(),
            Event::Wake(node) => {
                let now = self.now();
                let link = self.machine(node).link.as_mut();
                match link.is_some_and(|link| link.wake_at.is_some_and(|at| at <= now)) {
                    true => self.drive(node, Input::TimePassed),
                    false => Ok(()),
                }
            }
            Event::Recorded(node) => self.drive(node, Input::NewEntries),
            Event::Message {
                from,
                to,
                exchange,
                message,
            } => self.deliver(from, to, exchange, message),
            Event::Reply {
                to,
                exchange,
                incoming,
            } => self.hear(to, exchange, incoming),
            Event::Timeout(node, exchange) => {
                let link = self.machine(node).link.as_ref();
                match link.is_some_and(|link| link.is_waiting_for(exchange)) {
                    true => self.drive(node, Input::Failed { retry_after_ms: None }),
                    false => Ok(()),
                }
            }
            Event::Up(node) => {
                let now = self.now();
                match self.machine(node).up_at.is_some_and(|at| at <= now) {
                    true => self.start(node),
                    false => Ok(()),
                }
            }
            Event::Fault if self.is_quiet => Ok(()),
            Event::Fault => self.something_breaks(),
            Event::FullNoMore(node) => {
                self.machine(node).disk.fill(false);
                Ok(())
            }
            Event::SyncsAgain(node) => {
                self.machine(node).disk.fail_syncs(false);
                Ok(())
            }
        }
    }

    pub(crate) fn wake_soon(&mut self, node: NodeId) {
        let at = self.now() + LOOK_AGAIN;
        if let Some(link) = &mut self.machine(node).link {
            link.wake_at = Some(at);
            self.after(LOOK_AGAIN, Event::Wake(node));
        }
    }

    pub(crate) fn drive(&mut self, node: NodeId, input: Input) -> Result<(), String> {
        let (now, jitter) = (self.now(), self.dice.throw() as u32);
        self.next += 1;
        let exchange = self.next;
        let Some(link) = &mut self.machine(node).link else {
            return Ok(());
        };
        let done = link.step(now, jitter, input, exchange);
        self.look_after(node)?;
        self.carry_out(node, done)?;
        self.leave_fork(node)
    }

    /// As the window does with every word from the server.
    fn leave_fork(&mut self, node: NodeId) -> Result<(), String> {
        let NodeId::Till(at) = node else {
            return Ok(());
        };
        let Some(till) = &mut self.tills[at].till else {
            return Ok(());
        };
        // A disk that fails at this moment is tried again with the next word.
        let has_left = till.leave_fork().unwrap_or(false);
        self.look_after(node)?;
        if has_left {
            let name = self.name(node);
            self.say(format!(
                "{name} was told of a fork and goes on in a chain of its own"
            ));
            return self.drive(node, Input::NewEntries);
        }
        Ok(())
    }

    fn carry_out(&mut self, node: NodeId, done: Result<Do, jishi_ledger::StoreError>) -> Result<(), String> {
        let (now, is_quiet) = (self.now(), self.is_quiet);
        let Some(link) = &mut self.machine(node).link else {
            return Ok(());
        };
        match done {
            Ok(Do::Send(exchange, message)) => {
                link.wake_at = None;
                self.send(node, exchange, message);
            }
            Ok(Do::WakeAt(at)) => {
                link.wake_at = Some(at);
                self.after(at.saturating_sub(now), Event::Wake(node));
            }
            Ok(Do::Nothing) => link.wake_at = None,
            Err(error) => {
                if is_quiet {
                    return Err(format!("the store of {node:?} fails at rest: {error}"));
                }
                link.wake_at = Some(now + STORE_WAIT);
                self.after(STORE_WAIT, Event::Wake(node));
            }
        }
        Ok(())
    }

    fn send(&mut self, from: NodeId, exchange: u64, message: Outgoing) {
        let Some(to) = self.above(from) else {
            return;
        };
        self.after(ANSWER_WAIT, Event::Timeout(from, exchange));
        let now = self.now();
        for carried in self.network.carry((from, to), now, &message.body, &mut self.dice) {
            let message = Outgoing {
                body: carried.bytes,
                ..message.clone()
            };
            self.after(
                carried.after,
                Event::Message {
                    from,
                    to,
                    exchange,
                    message,
                },
            );
        }
    }

    fn deliver(&mut self, from: NodeId, to: Place, exchange: u64, message: Outgoing) -> Result<(), String> {
        let bug = self.bug;
        let server = self.server(to);
        if server.responder.is_none() {
            // Nobody listens: the machine says so at once, or is not there to say it.
            if self.dice.one_in(2) {
                let refused = Event::Reply {
                    to: from,
                    exchange,
                    incoming: None,
                };
                self.after(2, refused);
            }
            return Ok(());
        }
        crate::bent::before(server, &message, bug);
        let answer = server.answer(message.clone());
        let answer = crate::bent::after(server, &message, answer, bug);
        self.look_after(NodeId::Server(to))?;
        if let Some(incoming) = &answer {
            self.note_words(to, &message, incoming)?;
        }
        if self.server(to).machine.link.is_some() {
            // What came in goes up.
            self.wake_soon(NodeId::Server(to));
        }
        let Some(incoming) = answer else {
            return Ok(());
        };
        if self.is_quiet && incoming.status >= 500 {
            return Err(format!(
                "{to:?} fails at rest: {}",
                String::from_utf8_lossy(&incoming.body)
            ));
        }
        let now = self.now();
        for carried in self
            .network
            .carry((from, to), now, &incoming.body, &mut self.dice)
        {
            let incoming = Some(Incoming {
                body: carried.bytes,
                ..incoming.clone()
            });
            self.after(
                carried.after,
                Event::Reply {
                    to: from,
                    exchange,
                    incoming,
                },
            );
        }
        Ok(())
    }

    fn hear(&mut self, node: NodeId, exchange: u64, incoming: Option<Incoming>) -> Result<(), String> {
        self.next += 1;
        let next = self.next;
        let Some(link) = &mut self.machine(node).link else {
            return Ok(());
        };
        if !link.is_waiting_for(exchange) {
            return Ok(());
        }
        let Some(incoming) = incoming else {
            return self.drive(node, Input::Failed { retry_after_ms: None });
        };
        match link.hear(incoming, next) {
            Heard::On(done) => self.carry_out(node, Ok(done)),
            Heard::Tell(input) => self.drive(node, input),
            Heard::IsAnother => {
                self.follow(node)?;
                self.drive(node, Input::Failed { retry_after_ms: None })
            }
            Heard::IsUnknown => {
                self.introduce(node)?;
                self.drive(node, Input::Failed { retry_after_ms: None })
            }
        }
    }

    /// Where the power has gone, the machine is down for a while.
    pub(crate) fn look_after(&mut self, node: NodeId) -> Result<(), String> {
        if !self.machine(node).disk.is_dead() || self.machine(node).up_at.is_some() {
            return Ok(());
        }
        self.power_cut(node);
        Ok(())
    }

    pub(crate) fn power_cut(&mut self, node: NodeId) {
        let mut dice = self.dice.split();
        match node {
            NodeId::Till(till) => self.tills[till].lose_power(&mut dice),
            NodeId::Server(place) => {
                let server = self.server(place);
                server.kill();
                server.machine.disk.come_back(&mut dice).expect("its files");
            }
        }
        let name = self.name(node);
        self.say(format!("the power of {name} is gone"));
        self.down_for_a_while(node);
    }

    pub(crate) fn down_for_a_while(&mut self, node: NodeId) {
        let wait = self.dice.within(SECOND, 10 * MINUTE);
        let at = self.now() + wait;
        self.machine(node).up_at = Some(at);
        self.after(wait, Event::Up(node));
    }
}
