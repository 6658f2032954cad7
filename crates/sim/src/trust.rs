//! What servers say beside goods and lots, and whom it is believed from: a server changes its key, its guard is torn, the
//! centre sets an outlet's own price, and says where outlets stand.
//!
//! What is thrown for it comes from dice of its own, as for what is sold in parts.

use crate::ground::Place;
use crate::node::NodeId;
use crate::parts::DEARER;
use crate::sim::{Event, OPEN, Sim};
use jishi_ledger::{Ledger, OpenMode, StoreError};
use jishi_server::{
    Instruments, OrganisationRequest, OutletPlaced, PriceRequest, place_outlet, put_organisation, put_price,
    rekey,
};
use jishi_sync::{Enquiry, Incoming, Outgoing, Speaker};
use jishi_uplink::follow;
use std::path::Path;

/// How often in a day.
const CHANGES: u64 = 3;
const OUTLET: &str = "F1";
/// The centre's tree: a county, and two townships in it.
const COUNTY: &str = "XIAN";
const TOWNSHIPS: [&str; 2] = ["DONG", "XI"];

/// Refusals that a day may bring. Any other is a fault of the program, or of the disk.
const MAY_BE: &[&str] = &["coming_back", "no_such_organisation"];

/// What an outlet asks of its own, by product, with its revision.
pub(crate) fn own_prices(ledger: &Ledger) -> Result<String, String> {
    let mut prices = ledger.prices(OUTLET).map_err(|error| error.to_string())?;
    prices.sort_by(|one, other| one.product.cmp(&other.product));
    let told = prices
        .iter()
        .map(|put| format!("{} {} {:?}", put.product, put.revision, put.price));
    Ok(told.collect::<Vec<_>>().join(", "))
}

impl Sim {
    pub(crate) fn plan_changes(&mut self) {
        for _ in 0..CHANGES {
            let at = self.trust_dice.below(OPEN);
            self.after(at, Event::Change);
        }
    }

    pub(crate) fn something_changes(&mut self) -> Result<(), String> {
        let place = self.servers[self.trust_dice.index(self.servers.len())].place;
        match self.trust_dice.below(8) {
            0..3 => self.rekey_server(place),
            3 => self.tear_guard(place),
            4 | 5 => self.put_own_price(),
            6 => self.put_organisation(),
            _ => self.place_outlet(),
        }
    }

    /// It stands still for that; the power may go in the middle.
    fn rekey_server(&mut self, place: Place) -> Result<(), String> {
        let node = NodeId::Server(place);
        if !self.is_well(node) || self.server(place).responder.is_none() {
            return Ok(());
        }
        self.broke("server rekeyed");
        if self.trust_dice.one_in(3) {
            let operations = self.trust_dice.below(60);
            self.machine(node).disk.dies_after(operations);
        }
        let server = self.server(place);
        server.stop();
        let instruments = server.machine.world.instruments();
        let changed = rekey(&server.machine.folder, &instruments);
        let was_cut = server.machine.disk.is_dead();
        match changed {
            Ok(_) => self.say(format!("{place:?} has another key")),
            Err(_) if was_cut => self.say(format!("the power goes while {place:?} changes its key")),
            Err(error) => return Err(format!("{place:?} keeps its key: {} {error}", error.code())),
        }
        match was_cut {
            true => self.look_after(node),
            false => self.start(node),
        }
    }

    /// A power cut leaves a part of it, or somebody takes it away.
    fn tear_guard(&mut self, place: Place) -> Result<(), String> {
        let node = NodeId::Server(place);
        if !self.is_well(node) || self.server(place).responder.is_none() {
            return Ok(());
        }
        self.broke("guard torn");
        let left = self.trust_dice.below(200) as usize;
        let server = self.server(place);
        server.kill();
        server.machine.disk.come_back_whole();
        let guard = server.machine.folder.join("server.guard");
        let whole = std::fs::read(&guard).unwrap_or_default();
        match left {
            0..50 => drop(std::fs::remove_file(guard)),
            // Where a line happens to end it tells less, and nothing wrong.
            _ => std::fs::write(guard, &whole[..left.min(whole.len())]).expect("its guard"),
        }
        self.say(format!("the guard of {place:?} is torn"));
        self.down_for_a_while(node);
        Ok(())
    }

    fn put_own_price(&mut self) -> Result<(), String> {
        let price = match self.trust_dice.one_in(4) {
            true => None,
            false => Some(self.trust_dice.within(1_000, 3_000) as i64),
        };
        self.at_the_centre("a price", |folder, instruments| {
            let request = PriceRequest {
                outlet: OUTLET,
                product: DEARER,
                price,
                lowest_price: None,
            };
            put_price(folder, request, instruments).map_err(|error| (error.code(), error.to_string()))
        })
    }

    fn put_organisation(&mut self) -> Result<(), String> {
        let which = self.trust_dice.index(TOWNSHIPS.len() + 1);
        let name = format!("第{}次", self.trust_dice.below(100));
        self.at_the_centre("an organisation", |folder, instruments| {
            let (code, level, parent) = match TOWNSHIPS.get(which) {
                Some(township) => (*township, "township", Some(COUNTY)),
                None => (COUNTY, "county", None),
            };
            let request = OrganisationRequest {
                code,
                level,
                name: &name,
                parent,
            };
            put_organisation(folder, request, instruments).map_err(|error| (error.code(), error.to_string()))
        })
    }

    fn place_outlet(&mut self) -> Result<(), String> {
        let beneath = TOWNSHIPS[self.trust_dice.index(TOWNSHIPS.len())];
        self.at_the_centre("a place", |folder, instruments| {
            let placed = OutletPlaced {
                outlet: OUTLET,
                beneath,
            };
            place_outlet(folder, placed, instruments).map_err(|error| (error.code(), error.to_string()))
        })
    }

    /// Beside the server that runs.
    fn at_the_centre(
        &mut self,
        what: &str,
        put: impl FnOnce(&Path, &Instruments) -> Result<bool, (&'static str, String)>,
    ) -> Result<(), String> {
        let centre = self.server(Place::Centre);
        if centre.responder.is_none() {
            return Ok(());
        }
        let instruments = centre.machine.world.instruments();
        let done = put(&centre.machine.folder, &instruments);
        let is_troubled = centre.machine.disk.is_troubled() || centre.machine.disk.is_dead();
        match done {
            Ok(_) => self.say(format!("the centre tells of {what}")),
            Err((code, _)) if is_troubled || MAY_BE.contains(&code) => {
                self.say(format!("the centre tells of no {what}: {code}"));
            }
            Err((code, error)) => return Err(format!("{what} cannot be told: {code} {error}")),
        }
        self.look_after(NodeId::Server(Place::Centre))
    }

    /// Where a node's server has another key than the node knows, it is shown that, and speaks to it under that.
    pub(crate) fn follow(&mut self, node: NodeId) -> Result<(), String> {
        let Some(place) = self.above(node) else {
            return Ok(());
        };
        let Some(known) = self.machine(node).link.as_ref().map(crate::link::Link::server) else {
            return Ok(());
        };
        if known == self.server(place).key().public() {
            return Ok(());
        }
        let Some(health) = self.ask(place, Enquiry::who_is_there()) else {
            return Ok(());
        };
        let Ok(health) = Enquiry::read_health(&health.body) else {
            return Ok(());
        };
        let followed = self
            .store_of(node)
            .and_then(|mut ledger| follow(&mut ledger, &known, &health.hand_overs));
        self.look_after(node)?;
        match followed {
            Ok(Some(_)) => {}
            // A disk that fails at this moment is asked another time.
            Err(_) => return Ok(()),
            Ok(None) => {
                let told: Vec<_> = health
                    .hand_overs
                    .iter()
                    .map(|told| (&told.key, told.keys().map(|(_, after)| after.to_string())))
                    .collect();
                return Err(format!(
                    "{node:?} knows {place:?} by {known} and does not believe it {}: {told:?}",
                    health.public_key
                ));
            }
        }
        let name = self.name(node);
        self.say(format!("{name} is shown another key of {place:?}"));
        self.connect(node)?;
        self.introduce(node)
    }

    /// To a server that does not know the node, or not under this key.
    pub(crate) fn introduce(&mut self, node: NodeId) -> Result<(), String> {
        let Some(place) = self.above(node) else {
            return Ok(());
        };
        let shown = self
            .store_of(node)
            .and_then(|ledger| jishi_uplink::introduction(&ledger));
        let (Ok(Some(shown)), Some(server)) = (
            shown,
            self.machine(node).link.as_ref().map(crate::link::Link::server),
        ) else {
            return self.look_after(node);
        };
        let key = match node {
            NodeId::Till(till) => self.tills[till].key(),
            NodeId::Server(place) => self.server(place).key().clone(),
        };
        let mut speaker = Speaker::new(server, key, self.machine(node).world.entropy());
        if let Ok((enquiry, outgoing)) = Enquiry::introduce(&shown, &mut speaker) {
            // Whatever it says, it is asked as ever then.
            let _ = self.enquire(place, enquiry, outgoing, &mut speaker);
        }
        self.look_after(NodeId::Server(place))
    }

    fn ask(&mut self, place: Place, message: Outgoing) -> Option<Incoming> {
        self.server(place).answer(message)
    }

    fn store_of(&mut self, node: NodeId) -> Result<Ledger, StoreError> {
        let database = match node {
            NodeId::Till(till) => self.tills[till].database(),
            NodeId::Server(place) => self.server(place).database(),
        };
        Ledger::open(&database, OpenMode::Write).map_err(|error| StoreError::Io(error.to_string()))
    }

    fn connect(&mut self, node: NodeId) -> Result<(), String> {
        let bug = self.bug;
        let connected = match node {
            NodeId::Till(till) => self.tills[till].connect(bug),
            NodeId::Server(place) => self.server(place).connect(bug),
        };
        let is_troubled = {
            let disk = &self.machine(node).disk;
            disk.is_troubled() || disk.is_dead()
        };
        match connected {
            Err(_) if is_troubled => self.look_after(node),
            connected => connected,
        }
    }

    /// Of organisations and where outlets stand, the same everywhere.
    pub(crate) fn check_the_tree(&self) -> Result<(), String> {
        let told = |error: StoreError| error.to_string();
        let seen = |place: Place| -> Result<Vec<String>, String> {
            let server = self.servers.iter().find(|server| server.place == place);
            let own = server.map(|server| server.key().public());
            let reader = self.reader(place);
            let above = jishi_uplink::above(reader).map_err(told)?;
            let tree = reader
                .organisations(&own.ok_or("a server")?, &above)
                .map_err(told)?;
            let organisations = tree.in_order().into_iter();
            let mut seen: Vec<String> = organisations
                .map(|(depth, one)| format!("{depth} {} {} {}", one.put.code, one.put.name, one.put.revision))
                .collect();
            seen.push(format!("{:?}", tree.of_outlet(OUTLET)));
            Ok(seen)
        };
        let at_centre = seen(Place::Centre)?;
        for server in &self.servers {
            let here = seen(server.place)?;
            if here != at_centre {
                return Err(format!(
                    "{} sees {here:?}, the centre {at_centre:?}",
                    server.place.name()
                ));
            }
        }
        Ok(())
    }
}
