//! What comes down from the centre while somebody sells.

use crate::counter::counter;
use jishi_journal::body::{Audience, Body, PricePut, ProductPut};
use jishi_journal::{Chain, NodeKey, Opening, SignedEntry};
use jishi_ledger::{Ledger, OpenMode};
use jishi_sync::protocol::WantedChain;
use jishi_sync::{BatchLine, Inbox as _};
use jishi_testkit::Shop;
use jishi_till::Counter;
use jishi_till::view::Connection;
use jishi_uplink::{LedgerInbox, Taker};
use serde_json::{Value, json};

const AT: &str = "2026-11-21T09:00:00+08:00";

/// A centre that the till is enrolled at.
pub(crate) struct Centre {
    chain: Chain,
    said: Vec<SignedEntry>,
}

impl Centre {
    fn of(shop: &Shop) -> Centre {
        Centre::speaking_to(shop, &Audience::Public)
    }

    pub(crate) fn speaking_to(shop: &Shop, audience: &Audience) -> Centre {
        let key = NodeKey::from_seed(&[1; 32]);
        let note = json!({"address": "http://127.0.0.1:1", "key": key.public().to_string(), "organisation": "ORG",
                          "name": "中心", "outlet": "F1"});
        let mut ledger = Ledger::open(&shop.folder().database(), OpenMode::Write).unwrap();
        ledger
            .write(|writer| writer.put_note("centre", &note.to_string()))
            .unwrap();
        let opening = Opening {
            nonce: [7; 16],
            node: "ORG".to_owned(),
            continues: None,
        };
        let (chain, opened) = Chain::open_for(audience, key, opening, AT).unwrap();
        Centre {
            chain,
            said: vec![opened],
        }
    }

    /// A price of the centre's reaches the till's folder, beside the window.
    fn puts_price(&mut self, shop: &Shop, revision: u32, fen: i64) {
        let put =
            json!({"code": "honey", "revision": revision, "name": "土蜂蜜", "unit": "瓶", "price": fen});
        self.says(
            shop,
            &Body::ProductPut(serde_json::from_value::<ProductPut>(put).unwrap()),
        );
    }

    /// What the outlet asks for itself.
    fn puts_own_price(&mut self, shop: &Shop, outlet: &str, revision: u32, fen: Option<i64>) {
        self.says(
            shop,
            &Body::PricePut(PricePut {
                outlet: outlet.to_owned(),
                product: "honey".to_owned(),
                revision,
                price: fen,
                lowest_price: None,
            }),
        );
    }

    pub(crate) fn says(&mut self, shop: &Shop, body: &Body) {
        let (entry, head) = self.chain.next(AT, body).unwrap();
        self.chain.advance(head);
        self.said.push(entry);
        let ledger = Ledger::open(&shop.folder().database(), OpenMode::Write).unwrap();
        let mut inbox = LedgerInbox::new(ledger, Taker::Till);
        inbox.wanted(&[]).unwrap();
        let wanted = [WantedChain {
            chain: self.chain.id().to_string(),
            after: 0,
        }];
        let lines = self.said.iter().cloned().map(BatchLine::Entry).collect();
        let (_, stopped) = inbox.take(&wanted, lines).unwrap();
        assert_eq!(stopped, []);
    }
}

fn draft() -> Value {
    json!({"lines": [{"product": "honey", "quantity": "1", "price_fen": null, "amount_fen": null, "lot": null,
                      "discount": null}], "discount": null, "rounding": "none"})
}

fn total(counter: &mut Counter) -> Value {
    counter.call("figure", draft()).unwrap()["total_fen"].clone()
}

fn catalogue(counter: &mut Counter) -> Value {
    counter.heard(Connection::Online, None, None);
    counter.call("status", json!({})).unwrap()["catalogue"].clone()
}

#[test]
fn a_price_changed_at_the_centre_waits_until_the_open_sale_is_paid() {
    let (shop, mut counter) = counter();
    let mut centre = Centre::of(&shop);
    assert_eq!(total(&mut counter), 4_500);
    centre.puts_price(&shop, 2, 5_000);
    assert_eq!(catalogue(&mut counter), 0);
    assert_eq!(total(&mut counter), 4_500);
    let tenders = json!([{"kind": "cash", "fen": 4_500, "reference": null}]);
    let request = json!({"id": "a", "draft": draft(), "tenders": tenders});
    counter.call("record_sale", request).unwrap();
    assert_eq!(catalogue(&mut counter), 1);
    assert_eq!(total(&mut counter), 5_000);
    // Cleared away is as good as paid.
    centre.puts_price(&shop, 3, 5_500);
    assert_eq!(catalogue(&mut counter), 1);
    counter
        .call(
            "figure",
            json!({"lines": [], "discount": null, "rounding": "none"}),
        )
        .unwrap();
    assert_eq!(catalogue(&mut counter), 2);
    assert_eq!(total(&mut counter), 5_500);
}

/// The outlet's own price too; another outlet's would not be this till's if it were here.
#[test]
fn an_own_price_is_asked_from_the_next_sale_on() {
    let (shop, mut counter) = counter();
    let mut centre = Centre::speaking_to(&shop, &Audience::Outlet("F1".to_owned()));
    assert_eq!(total(&mut counter), 4_500);
    centre.puts_own_price(&shop, "F1", 1, Some(3_900));
    centre.puts_own_price(&shop, "F2", 1, Some(100));
    assert_eq!(catalogue(&mut counter), 0);
    assert_eq!(
        total(&mut counter),
        4_500,
        "in the middle of a sale nothing changes"
    );
    let empty = json!({"lines": [], "discount": null, "rounding": "none"});
    counter.call("figure", empty.clone()).unwrap();
    assert_eq!(catalogue(&mut counter), 1);
    assert_eq!(total(&mut counter), 3_900);
    counter.call("figure", empty.clone()).unwrap();
    centre.puts_own_price(&shop, "F1", 2, None);
    assert_eq!(catalogue(&mut counter), 2);
    assert_eq!(total(&mut counter), 4_500, "the list price again");
}

#[test]
fn the_till_goes_on_its_own_chain_beside_what_came_down() {
    let (shop, counter) = counter();
    Centre::of(&shop).puts_price(&shop, 2, 5_000);
    drop(counter);
    let mut counter = Counter::new(shop.open().unwrap());
    assert!(
        counter
            .till
            .went_on(jishi_till::view::Language::Chinese)
            .is_none()
    );
    assert_eq!(total(&mut counter), 5_000);
    let tenders = json!([{"kind": "cash", "fen": 5_000, "reference": null}]);
    let done = counter
        .call(
            "record_sale",
            json!({"id": "a", "draft": draft(), "tenders": tenders}),
        )
        .unwrap();
    assert_eq!(done["number"], "T1-000001");
    // A till to practise at is of the same outlet.
    let status = jishi_till::status(counter.till.ledger()).unwrap();
    assert_eq!(status.came_down.len(), 1);
    assert_eq!(status.sales_waiting, 1);
}
