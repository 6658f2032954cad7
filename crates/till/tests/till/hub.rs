//! A hub beside the till, and what the till tells it: for which outlet others are invited.

use jishi_journal::NodeKey;
use jishi_ledger::{Ledger, OpenMode};
use jishi_testkit::Shop;
use jishi_till::view::{HubView, LotNodeView, LotSharedView, NearbyView};
use jishi_till::{Desk, Hub, HubOwner, Refusal, Till, Worlds};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// A hub that keeps what it is told, and shares one lot out.
#[derive(Default)]
pub(crate) struct BesideTill {
    pub(crate) is_on: bool,
    pub(crate) owner: Mutex<Option<HubOwner>>,
    pub(crate) given: Mutex<Vec<String>>,
}

impl Hub for BesideTill {
    fn is_on(&self) -> bool {
        self.is_on
    }

    fn nearby(&self) -> Vec<NearbyView> {
        Vec::new()
    }

    fn view(&self, owner: &HubOwner) -> Result<HubView, Refusal> {
        *self.owner.lock().unwrap() = Some(owner.clone());
        Err(Refusal::NoTill)
    }

    fn start(&self, _: &HubOwner, _: &str) -> Result<String, Refusal> {
        Err(Refusal::NoTill)
    }

    fn stop(self: Arc<Self>) -> Result<(), Refusal> {
        Err(Refusal::NoTill)
    }

    fn invite(&self, _: &HubOwner, _: Option<&str>, _: bool) -> Result<(), Refusal> {
        Err(Refusal::NoTill)
    }

    fn join(&self, _: &HubOwner, _: &str) -> Result<String, Refusal> {
        Err(Refusal::NoTill)
    }

    fn lots(&self, owner: &HubOwner) -> Result<BTreeMap<String, LotSharedView>, Refusal> {
        let node = LotNodeView {
            node: owner.till.clone(),
            is_this_till: true,
            allotted: "12".to_owned(),
            used: "5".to_owned(),
            left: "7".to_owned(),
            is_closed: false,
        };
        let shared = LotSharedView {
            undistributed: "28".to_owned(),
            can_allot: true,
            over: None,
            nodes: vec![node],
        };
        Ok(BTreeMap::from([("L9".to_owned(), shared)]))
    }

    fn allot(&self, lot: &str, node: Option<&str>, quantity: Option<&str>) -> Result<(), Refusal> {
        self.given
            .lock()
            .unwrap()
            .push(format!("{lot} {node:?} {quantity:?}"));
        Ok(())
    }
}

fn outlet_told(shop: &Shop) -> Option<String> {
    let world = shop.world.clone();
    let worlds: Worlds = Box::new(move || world.boxed());
    let hub = Arc::new(BesideTill::default());
    let desk = Desk::open(shop.folder(), worlds, |folder, world| {
        Till::init(folder, "T9", world)
    });
    let mut desk = desk.with_hub(hub.clone());
    assert_eq!(desk.call("hub", json!({})).unwrap_err().code, "no_till");
    let told = hub.owner.lock().unwrap().take().expect("it is told");
    told.outlet
}

/// A hub that was started without a centre: the others sell where this till does, or no lot would ever reach them.
#[test]
fn others_are_invited_for_the_outlet_of_this_till() {
    let (shop, till) = Shop::with_fair(31);
    drop(till);
    assert_eq!(outlet_told(&shop).as_deref(), Some("F1"));
    let note = json!({"address": "http://127.0.0.1:1", "key": NodeKey::from_seed(&[1; 32]).public().to_string(),
                      "organisation": "ORG", "name": "中心", "outlet": "F7"});
    let mut ledger = Ledger::open(&shop.folder().database(), OpenMode::Write).unwrap();
    ledger
        .write(|writer| writer.put_note("centre", &note.to_string()))
        .unwrap();
    drop(ledger);
    assert_eq!(
        outlet_told(&shop).as_deref(),
        Some("F7"),
        "the centre's word stands first"
    );
}
