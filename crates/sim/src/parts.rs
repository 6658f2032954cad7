//! A lot that several tills sell in parts: jam, which the centre imported and which nobody has but by allotment.
//!
//! What is thrown for it comes from dice of its own, so that the other faults and acts of a seed stay what they were.

use crate::bug::Bug;
use crate::ground::{CENTRE_NAME, Place};
use crate::node::NodeId;
use crate::sim::{Event, OPEN, Sim};
use jishi_ledger::{Ledger, OpenMode, Work};
use jishi_server::{CatalogueError, CatalogueRequest, Instruments, import_catalogue};
use jishi_sync::protocol::{FeedsAnswer, PullRequest};
use jishi_sync::{Enquired, Enquiry, Inbox as _, Outgoing, Speaker, batch_to_give_back};
use jishi_testkit::cash_sale;
use jishi_till::wire::{ImportFile, SellRequest};
use jishi_uplink::{LedgerInbox, Taker};
use std::path::Path;

const PRODUCT: &str = "jam";
const LOT: &str = "J1";
/// Its price changes. No till sells it: a sale that is rung up once more under its id must come to the same.
pub(crate) const DEARER: &str = "oil";
/// So few that they are sold out.
const JARS: i64 = 6;
/// How often a node asks in a day what there is for it.
const PULLS: u64 = 4;
/// How often the centre has something new to tell in a day.
const IMPORTS: u64 = 2;
/// On how many days a till is stolen.
const REVOKES_ONE_IN: u64 = 12;

/// After these a till does not know what it drew, or what it had not used is given to others: then a lot may be overdrawn, and is seen. A server that came back from a
/// backup gives nothing before it knows again what it gave.
const FORGETFUL: [&str; 4] = ["node revoked", "till restored", "machine cloned", "disk cloned"];

/// At the centre of the ground, when all are enrolled.
pub(crate) fn import_at(centre: &Path, instruments: &Instruments) {
    import(centre, 1999, &["01"], instruments).expect("it is taken in");
}

/// Goods, a lot of them, and who is at the desk.
fn import(
    centre: &Path,
    price: u64,
    staff: &[&str],
    instruments: &Instruments,
) -> Result<(), CatalogueError> {
    let staff: Vec<serde_json::Value> = staff
        .iter()
        .map(|code| serde_json::json!({"code": code, "name": format!("员工{code}"), "role": "cashier"}))
        .collect();
    let file = serde_json::json!({
        "outlet": {"code": "F1", "kind": "fair", "name": "东门大集"},
        "staff": staff,
        "parties": [{"code": "H9", "kind": "household", "name": "龙小英", "village": "茶坪村"},
                    {"code": "H8", "kind": "household", "name": "吴满花", "village": "茶坪村"}],
        "products": [{"code": PRODUCT, "name": "猕猴桃果酱", "unit": "瓶", "price": 1999},
                     {"code": DEARER, "name": "菜籽油", "unit": "瓶", "price": price}],
        "lots": [{"code": LOT, "product": PRODUCT, "qty": JARS.to_string(),
                  "terms": {"kind": "consignment", "commission_bp": 833},
                  "shares": [{"party": "H9", "weight": 2}, {"party": "H8", "weight": 1}]}],
    });
    let file: ImportFile = serde_json::from_value(file).expect("a file");
    let request = CatalogueRequest {
        file: &file,
        outlet: None,
        check_only: false,
        pictures: &|_, _| None,
        work: &mut Work::unwatched(),
    };
    import_catalogue(centre, request, instruments).map(drop)
}

/// Refusals that a day may bring. Any other is a fault of the program, or of the disk.
const MAY_BE: &[&str] = &["coming_back"];

impl Sim {
    /// When nodes ask today, the hubs among them.
    pub(crate) fn plan_pulls(&mut self) {
        for node in self.nodes() {
            for _ in 0..PULLS {
                let at = self.parts_dice.below(OPEN);
                self.after(at, Event::Pull(node));
            }
        }
        if self.parts_dice.one_in(REVOKES_ONE_IN) {
            let at = self.parts_dice.below(OPEN);
            self.after(at, Event::Revoke);
        }
        for _ in 0..IMPORTS {
            let at = self.parts_dice.below(OPEN);
            self.after(at, Event::Import);
        }
    }

    /// The centre has another price, and somebody else at the desk.
    pub(crate) fn import_something(&mut self) -> Result<(), String> {
        let price = self.parts_dice.within(1_500, 2_500);
        let staff = ["02", "03", "04"][self.parts_dice.index(3)];
        let centre = self.server(Place::Centre);
        if centre.responder.is_none() {
            return Ok(());
        }
        let instruments = centre.machine.world.instruments();
        let folder = centre.machine.folder.clone();
        let (before, told) = self.revisions_told();
        let imported = import(&folder, price, &["01", staff], &instruments);
        let centre = self.server(Place::Centre);
        let is_troubled = centre.machine.disk.is_troubled() || centre.machine.disk.is_dead();
        match imported {
            Ok(()) => {
                self.say(format!("the centre tells a price of {price} and of {staff}"));
                let now = self.revisions_told().0;
                if now != before && now <= told {
                    return Err(format!("the centre tells revision {now} again, after {told}"));
                }
            }
            Err(error) if is_troubled || MAY_BE.contains(&error.code()) => {
                self.say(format!("the centre tells nothing: {}", error.code()));
            }
            Err(error) => return Err(format!("nothing can be told: {} {error}", error.code())),
        }
        self.look_after(NodeId::Server(Place::Centre))
    }

    /// The last revision of the dearer goods at the centre, and the last that any till has: right beneath it, where nothing
    /// made these forget what it told or tell it themselves.
    fn revisions_told(&mut self) -> (u32, u32) {
        let of = |ledger: &Ledger| {
            let products = ledger.products().unwrap_or_default().into_iter();
            let mut revisions = products.filter(|put| put.code == DEARER).map(|put| put.revision);
            revisions.next().unwrap_or_default()
        };
        let centre = self.server(Place::Centre).reader.as_ref().map_or(0, of);
        let is_forgetful = FORGETFUL.iter().any(|fault| self.faults.contains_key(fault));
        if self.shape.hubs > 0 || is_forgetful {
            return (centre, 0);
        }
        let tills = self.tills.iter().filter_map(|node| node.till.as_ref());
        (
            centre,
            tills.map(|till| of(till.ledger())).max().unwrap_or_default(),
        )
    }

    /// A jar of jam beside the rest, where the till knows it.
    pub(crate) fn with_jam(&mut self, till: usize, request: SellRequest) -> SellRequest {
        let is_wanted = self.parts_dice.one_in(2);
        let open = self.tills[till].till.as_ref();
        let is_known = open.is_some_and(|open| open.ledger().lot_put(LOT).is_ok_and(|lot| lot.is_some()));
        if !is_wanted || !is_known {
            return request;
        }
        let mut with = request;
        with.lines.extend(cash_sale("", &[(PRODUCT, "1")]).lines);
        with
    }

    /// All comes to a node that there is for it, if its server is there.
    pub(crate) fn pull(&mut self, node: NodeId) -> Result<(), String> {
        let (database, key, taker) = match node {
            NodeId::Till(till) => {
                let till = &self.tills[till];
                if till.till.is_none() {
                    return Ok(());
                }
                (till.database(), till.key(), Taker::Till)
            }
            NodeId::Server(place) => {
                let server = self.server(place);
                if server.responder.is_none() {
                    return Ok(());
                }
                (server.database(), server.key().clone(), Taker::Hub)
            }
        };
        let entropy = self.machine(node).world.entropy();
        let Some(place) = self.above(node) else {
            return Ok(());
        };
        let Ok(ledger) = Ledger::open(&database, OpenMode::Write) else {
            return self.look_after(node);
        };
        // As the node knows it, and then as it shows itself.
        self.follow(node)?;
        let known = jishi_uplink::above(&ledger)
            .ok()
            .and_then(|above| above.first().copied());
        let Some(server) = known else {
            return self.look_after(node);
        };
        let mut inbox = LedgerInbox::new(ledger, taker).between(key.public(), server);
        let mut speaker = Speaker::new(server, key, entropy);
        let came = self.pull_all(place, &mut inbox, &mut speaker);
        drop(inbox);
        self.look_after(NodeId::Server(place))?;
        if let (NodeId::Till(till), true) = (node, came.is_some()) {
            if self.bug == Some(Bug::DrawsBeyondItsPart) {
                take_all(&database);
            }
            if let Some(open) = &mut self.tills[till].till {
                // Where the disk fails it is taken up another time.
                let _ = open.take_up_what_came_down();
            }
        }
        self.look_after(node)
    }

    fn pull_all(&mut self, place: Place, inbox: &mut LedgerInbox, speaker: &mut Speaker) -> Option<()> {
        let gave = inbox.gave().ok()?;
        let mut answer = self.feeds(place, gave.as_deref(), speaker)?;
        let mut lost = inbox.to_give_back(&answer).ok()?;
        while let Some(body) = batch_to_give_back(inbox, &mut lost).ok()? {
            let (enquiry, outgoing) = Enquiry::give_back(body, speaker);
            self.enquire(place, enquiry, outgoing, speaker)?;
        }
        if let Some(epoch) = answer.epoch.clone() {
            inbox.note_gave(&epoch).ok()?;
            if gave.as_ref() != Some(&epoch) {
                answer = self.feeds(place, Some(&epoch), speaker)?;
            }
        }
        loop {
            let chains = inbox.wanted(&answer.feeds).ok()?;
            if chains.is_empty() {
                return inbox.note_complete().ok();
            }
            let wanted = PullRequest { chains };
            let (enquiry, outgoing) = Enquiry::pull(&wanted, speaker).ok()?;
            let lines = Enquiry::read_entries(&self.enquire(place, enquiry, outgoing, speaker)?).ok()?;
            let (came, stopped) = inbox.take(&wanted.chains, lines).ok()?;
            if came == 0 || !stopped.is_empty() {
                return Some(());
            }
        }
    }

    fn feeds(&mut self, place: Place, gave: Option<&str>, speaker: &mut Speaker) -> Option<FeedsAnswer> {
        let (enquiry, outgoing) = Enquiry::feeds(gave, speaker);
        Enquiry::read_feeds(&self.enquire(place, enquiry, outgoing, speaker)?).ok()
    }

    pub(crate) fn enquire(
        &mut self,
        place: Place,
        mut enquiry: Enquiry,
        mut outgoing: Outgoing,
        speaker: &mut Speaker,
    ) -> Option<Vec<u8>> {
        loop {
            let incoming = self.server(place).answer(outgoing)?;
            match enquiry.hear(incoming, speaker) {
                Enquired::Send(next) => outgoing = next,
                Enquired::Done(heard) => return heard.ok(),
            }
        }
    }

    /// What a server told is what it told: all of it is at the server itself again, whoever still had it, and of every
    /// kind of goods the same stands everywhere.
    pub(crate) fn check_what_was_told(&self) -> Result<(), String> {
        let told = |error: jishi_ledger::StoreError| error.to_string();
        let mut everywhere: Vec<(String, Ledger)> = Vec::new();
        for node in self
            .tills
            .iter()
            .filter(|node| !self.truth.revoked.contains(&node.of))
        {
            everywhere.push((node.machine.name.clone(), node.ledger()?));
        }
        for server in &self.servers {
            let ledger =
                Ledger::open(&server.database(), OpenMode::Read).map_err(|error| error.to_string())?;
            everywhere.push((server.place.name(), ledger));
            if let Some(left) =
                jishi_server::waits(&server.machine.folder).map_err(|error| error.to_string())?
            {
                return Err(format!(
                    "{} still waits for {:?}",
                    server.place.name(),
                    left.waits_for
                ));
            }
        }
        for (name, ledger) in &everywhere {
            for chain in jishi_uplink::from_above(ledger).map_err(told)? {
                let Some(record) = ledger.chain(chain).map_err(told)? else {
                    continue;
                };
                let author = self.servers.iter().find(|server| server.has_had(&record.key));
                let Some(author) = author else { continue };
                let held = self
                    .reader(author.place)
                    .branch_with(chain, record.head)
                    .map_err(told)?;
                if held.is_none() {
                    return Err(format!(
                        "{} told {name} of {chain} up to {} and does not know it any more",
                        author.place.name(),
                        record.head.seq
                    ));
                }
            }
        }
        let centre = self.reader(Place::Centre);
        let stands = |ledger: &Ledger| -> Result<String, String> {
            let products = ledger.products().map_err(told)?;
            let oil = products.into_iter().find(|product| product.code == DEARER);
            let staff: Vec<String> = ledger
                .staff()
                .map_err(told)?
                .into_iter()
                .map(|staff| staff.code)
                .collect();
            Ok(format!(
                "{:?} {staff:?} {}",
                oil.map(|oil| (oil.revision, oil.price)),
                crate::trust::own_prices(ledger)?
            ))
        };
        let at_centre = stands(centre)?;
        for (name, ledger) in &everywhere {
            let here = stands(ledger)?;
            if here != at_centre {
                return Err(format!("{name} has {here}, the centre {at_centre}"));
            }
        }
        Ok(())
    }

    /// Of those who are no part of this run, or have gone to another server, nobody will hear: a person says so.
    pub(crate) fn wait_for_nobody_else(&mut self) -> Result<(), String> {
        for server in &self.servers {
            let place = server.place;
            let left =
                jishi_server::go_on(&server.machine.folder, "01").map_err(|error| error.to_string())?;
            let hubs = (1..=self.shape.hubs).map(|hub| format!("HUB{hub}"));
            let tills = self.tills.iter().filter(|till| till.at == place);
            let tills = tills.map(|till| format!("T{}", till.of + 1));
            let here: Vec<String> = hubs.chain(tills).chain([CENTRE_NAME.to_owned()]).collect();
            let mut left = left.iter().flat_map(|left| &left.waits_for);
            if let Some(node) = left.find(|node| here.contains(node)) {
                return Err(format!("{} still waits for {node}", place.name()));
            }
        }
        Ok(())
    }

    /// No jar is drawn twice: of no lot is more drawn than came in, and no till drew more than it was given.
    pub(crate) fn check_parts(&self) -> Result<(), String> {
        if FORGETFUL.iter().any(|fault| self.faults.contains_key(fault)) {
            return Ok(());
        }
        let told = |error: jishi_ledger::StoreError| error.to_string();
        let centre = self.reader(Place::Centre);
        let drawn: i64 = centre.drawn_of(LOT).map_err(told)?.values().sum();
        if drawn > JARS * 1000 {
            return Err(format!("of {JARS} jars {drawn} thousandths are drawn"));
        }
        for server in &self.servers {
            let reader = self.reader(server.place);
            let standing = reader.lot_standing(LOT).map_err(told)?;
            let own = reader.numbers_of_keys().map_err(told)?;
            let own: Vec<i64> = own
                .into_iter()
                .filter(|(key, _)| key.parse().is_ok_and(|key| server.has_had(&key)))
                .flat_map(|(_, numbers)| numbers)
                .collect();
            let given: i64 = standing
                .iter()
                .flat_map(|standing| &standing.allotments)
                .filter(|allotment| own.contains(&allotment.till_no))
                .map(|allotment| allotment.quantity)
                .sum();
            if given > JARS * 1000 {
                return Err(format!(
                    "{} gave {given} thousandths of {JARS} jars",
                    server.place.name()
                ));
            }
        }
        for node in &self.tills {
            let here = node
                .till
                .as_ref()
                .map(jishi_till::Till::here)
                .transpose()
                .map_err(told)?;
            let left = here.and_then(|here| here.get(LOT).copied());
            if left.is_some_and(|here| here.left < 0) {
                return Err(format!("{} drew beyond its part: {left:?}", node.machine.name));
            }
        }
        Ok(())
    }
}

/// A bug's: the till takes all of the lot for its own.
fn take_all(database: &Path) {
    let connection = rusqlite::Connection::open(database).expect("the till's database");
    let grown = "UPDATE lot_allotments SET quantity = 1000000000";
    // Another connection may write at this moment: then it is done the next time.
    let _ = connection.execute(grown, []);
}
