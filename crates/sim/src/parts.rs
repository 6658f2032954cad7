//! A lot that several tills sell in parts: jam, which the centre imported and which nobody has but by allotment.
//!
//! What is thrown for it comes from dice of its own, so that the other faults and acts of a seed stay what they were.

use crate::bug::Bug;
use crate::ground::Place;
use crate::node::NodeId;
use crate::sim::{Event, OPEN, Sim};

use jishi_ledger::{Ledger, OpenMode, Work};
use jishi_server::{CatalogueRequest, Instruments, import_catalogue};
use jishi_sync::protocol::PullRequest;
use jishi_sync::{Enquired, Enquiry, Inbox as _, Outgoing, Speaker};
use jishi_testkit::cash_sale;
use jishi_till::wire::{ImportFile, SellRequest};
use jishi_uplink::{LedgerInbox, Taker};
use std::path::Path;

const PRODUCT: &str = "jam";
const LOT: &str = "J1";
/// So few that they are sold out.
const JARS: i64 = 6;
/// How often a node asks in a day what there is for it.
const PULLS: u64 = 4;

/// After these a till does not know what it drew, or a server what it gave: then a lot may be overdrawn, and is seen.
const FORGETFUL: [&str; 4] = [
    "server restored",
    "till restored",
    "machine cloned",
    "disk cloned",
];

/// At the centre of the ground, when all are enrolled.
pub(crate) fn import_at(centre: &Path, instruments: &Instruments) {
    let file = serde_json::json!({
        "outlet": {"code": "F1", "kind": "fair", "name": "东门大集"},
        "parties": [{"code": "H9", "kind": "household", "name": "龙小英", "village": "茶坪村"},
                    {"code": "H8", "kind": "household", "name": "吴满花", "village": "茶坪村"}],
        "products": [{"code": PRODUCT, "name": "猕猴桃果酱", "unit": "瓶", "price": 1999}],
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
    import_catalogue(centre, request, instruments).expect("it is taken in");
}

impl Sim {
    /// When nodes ask today, the hubs among them.
    pub(crate) fn plan_pulls(&mut self) {
        for node in self.nodes() {
            for _ in 0..PULLS {
                let at = self.parts_dice.below(OPEN);
                self.after(at, Event::Pull(node));
            }
        }
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
        let mut inbox = LedgerInbox::new(ledger, taker);
        let mut speaker = Speaker::new(self.server(place).key().public(), key, entropy);
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
        let (enquiry, outgoing) = Enquiry::feeds(speaker);
        let feeds = Enquiry::read_feeds(&self.enquire(place, enquiry, outgoing, speaker)?)
            .ok()?
            .feeds;
        loop {
            let chains = inbox.wanted(&feeds).ok()?;
            if chains.is_empty() {
                return Some(());
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

    fn enquire(
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
            let own = own
                .get(&server.key().public().to_string())
                .cloned()
                .unwrap_or_default();
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
