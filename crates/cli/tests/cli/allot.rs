//! Several tills on one lot: what each may draw, what becomes of what it sells beyond that, and that no jar is drawn
//! twice. Over real HTTP, the tills through their own program; a till without a line is one that does not sync.

use crate::centre::Centre;
use crate::pull::import_at;
use crate::support::{Shop, fair, sale};
use jishi_ledger::report::{self, Filter, LotRow, PartyRow};
use jishi_ledger::{Ledger, OpenMode};
use jishi_server::{
    AllotRequest, AllottedTo, GiveBack, Given, Instruments, LotShared, allot, give_back, lots_shared, revoke,
};
use serde_json::{Value, json};

pub(crate) struct Fair {
    /// Its folder.
    _place: Shop,
    pub(crate) hub: Centre,
}

impl Fair {
    pub(crate) fn open() -> Fair {
        let place = Shop::bare();
        let hub = Centre::start(&place.file("hub"));
        Fair { _place: place, hub }
    }

    pub(crate) fn import(&self, file: &Value) {
        import_at(&self.hub, file).expect("it is taken in");
    }

    pub(crate) fn till(&self, node: &str) -> Shop {
        let shop = Shop::bare_as(node);
        shop.run(&["enrol", &self.hub.invite_for("till", Some("F1"))], "")
            .ok();
        sync(&shop);
        shop
    }

    fn give(&self, given: Given<'_>) -> Result<LotShared, String> {
        let request = AllotRequest { lot: "L1", given };
        allot(&self.hub.folder, request, &Instruments::of_machine()).map_err(|error| error.code().to_owned())
    }

    /// `"T1 17/0 T2 17/10 +49"`: what each was given and has used, and what nobody was given.
    pub(crate) fn shared(&self) -> String {
        let lots = lots_shared(&self.hub.folder).expect("the lots");
        said(&lots[0])
    }

    fn books(&self) -> Ledger {
        Ledger::open(&self.hub.folder.join("server.sqlite"), OpenMode::Read).expect("its books")
    }

    fn lot(&self) -> LotRow {
        report::lots(&self.books(), &Filter::default())
            .expect("a report")
            .remove(0)
    }

    fn parties(&self) -> Vec<PartyRow> {
        report::parties(&self.books(), &Filter::default()).expect("a report")
    }
}

fn said(lot: &LotShared) -> String {
    let node = |at: &AllottedTo| {
        let closed = if at.is_closed { " closed" } else { "" };
        format!("{} {}/{}{closed}", at.node, at.allotted.short(), at.used.short())
    };
    let mut said: Vec<String> = lot.nodes.iter().map(node).collect();
    let undistributed = match lot.undistributed.thousandths() {
        0 => "0".to_owned(),
        _ => lot.undistributed.short(),
    };
    said.push(format!("+{undistributed}"));
    said.join(" ")
}

fn sync(shop: &Shop) {
    shop.run(&["sync"], "").ok();
}

/// What a sale of so many jars drew: `"L1 17, none 3"`.
pub(crate) fn sells(shop: &Shop, id: &str, jars: i64) -> String {
    let sold = shop.done("sell", sale(id, "honey", &jars.to_string(), jars * 4500));
    let draws = sold["lines"][0]["draws"].as_array().expect("draws");
    let said = draws.iter().map(|draw| {
        let lot = draw["lot"].as_str().unwrap_or("none");
        let quantity = draw["qty"].as_str().expect("a quantity");
        format!("{lot} {}", quantity.trim_end_matches('0').trim_end_matches('.'))
    });
    said.collect::<Vec<_>>().join(", ")
}

/// What the till says that it has of the lot: given, left.
fn here(shop: &Shop) -> (Value, Value) {
    let lots = shop.report("lots");
    let lot = lots.iter().find(|lot| lot["lot"] == "L1").expect("the lot");
    (lot["allotted"].clone(), lot["left_here"].clone())
}

#[test]
fn three_tills_and_a_hub_sell_one_lot_and_no_jar_twice() {
    let fair_of = Fair::open();
    let first_day = json!({"outlet": fair()["outlet"]});
    fair_of.import(&first_day);
    let tills = ["T1", "T2", "T3"].map(|node| fair_of.till(node));
    let [one, two, three] = &tills;
    fair_of.import(&fair());
    assert_eq!(fair_of.shared(), "T1 17/0 T2 17/0 T3 17/0 +49");
    tills.iter().for_each(sync);
    assert_eq!(here(one), (json!("17.000"), json!("17.000")));

    // The line is gone. Each goes on: beyond its part what it sells is unassigned.
    assert_eq!(sells(one, "A1", 20), "L1 17, none 3");
    assert_eq!(sells(one, "A2", 1), "none 1");
    assert_eq!(sells(two, "B1", 10), "L1 10");
    assert_eq!(sells(three, "C1", 17), "L1 17");
    assert_eq!(here(one), (json!("17.000"), json!("0.000")));

    // The line is back. Who runs low is given more, and who does not is not.
    sync(one);
    assert_eq!(fair_of.shared(), "T1 26/17 T2 17/0 T3 17/0 +40");
    sync(three);
    sync(two);
    assert_eq!(fair_of.shared(), "T1 26/17 T2 17/10 T3 24/17 +33");
    assert_eq!(here(one), (json!("26.000"), json!("9.000")));
    assert_eq!(sells(one, "A3", 5), "L1 5");

    // What was unassigned is assigned of what is left here, and not of what others have.
    let assign = |sale: &str| json!({"sale": sale, "line": 1, "lot": "L1"});
    one.done("assign", assign("A1"));
    one.done("assign", assign("A2"));
    assert_eq!(here(one).1, json!("0.000"));
    assert_eq!(one.report("unassigned"), Vec::<Value>::new());
    sync(one);
    assert_eq!(fair_of.shared(), "T1 32/26 T2 17/10 T3 24/17 +27");

    // The hub sees all of it and every household's part to the fen: of 53 jars three quarters and one.
    let lot = fair_of.lot();
    assert_eq!((lot.sold.as_str(), lot.left.as_str()), ("53.000", "47.000"));
    let attributed: Vec<i64> = fair_of.parties().iter().map(|party| party.attributed).collect();
    assert_eq!(attributed, [178_875, 59_625]);

    // The rest of the lot is given out by hand, and sold to the last jar by tills that hear nothing.
    let shared = fair_of.give(Given::Evenly).expect("it is given");
    assert_eq!(said(&shared), "T1 41/26 T2 26/10 T3 33/17 +0");
    tills.iter().for_each(sync);
    assert_eq!(sells(one, "A4", 15), "L1 15");
    assert_eq!(sells(two, "B2", 16), "L1 16");
    assert_eq!(sells(three, "C2", 17), "L1 16, none 1");
    tills.iter().for_each(sync);
    let lot = fair_of.lot();
    assert_eq!((lot.sold.as_str(), lot.left.as_str()), ("100.000", "0.000"));
    assert_eq!(lot.net, 450_000);
    let due: i64 = fair_of.parties().iter().map(|party| party.due).sum();
    assert_eq!(due, lot.payable);
    for shop in &tills {
        shop.run(&["verify"], "").ok();
        shop.run(&["rebuild"], "").ok();
    }
}

/// At a counter one till has all of it; the part of the first one at a fair leaves enough for those who come.
#[test]
fn the_only_till_of_a_counter_has_the_whole_lot() {
    let fair_of = Fair::open();
    let mut counter = fair();
    counter["outlet"]["kind"] = json!("counter");
    fair_of.import(&counter);
    let one = fair_of.till("T1");
    assert_eq!(fair_of.shared(), "T1 100/0 +0");
    assert_eq!(sells(&one, "A1", 60), "L1 60");
    // Another one is given of what comes in later.
    let two = fair_of.till("T2");
    assert_eq!(sells(&two, "B1", 1), "none 1");
    counter["lots"][0]["qty"] = json!("140");
    fair_of.import(&counter);
    sync(&one);
    sync(&two);
    assert_eq!(sells(&two, "B2", 1), "L1 1");
}

#[test]
fn tills_that_come_to_a_fair_one_after_another_each_find_a_part() {
    let fair_of = Fair::open();
    fair_of.import(&fair());
    for node in ["T1", "T2", "T3"] {
        fair_of.till(node);
    }
    assert_eq!(fair_of.shared(), "T1 25/0 T2 19/0 T3 10/0 +46");
}

/// A lot received at a till is its own: nobody else draws from it, and no hub shares it out.
#[test]
fn what_a_till_received_itself_is_its_own() {
    let fair_of = Fair::open();
    let one = Shop::open();
    one.run(&["enrol", &fair_of.hub.invite_for("till", Some("F1"))], "")
        .ok();
    sync(&one);
    fair_of.import(&fair());
    let two = fair_of.till("T2");
    sync(&one);
    assert_eq!(sells(&two, "B1", 1), "none 1");
    assert_eq!(sells(&one, "A1", 70), "L1 70");
    assert_eq!(here(&one), (json!("100.000"), json!("30.000")));
    assert_eq!(fair_of.give(Given::Evenly).unwrap_err(), "not_shared");
    assert_eq!(lots_shared(&fair_of.hub.folder).expect("the lots"), []);
}

/// A laptop that is lost for good: what it did not sell is free again. The one that takes its code begins with a part
/// of its own, and has not got the other's.
#[test]
fn what_a_lost_till_did_not_sell_is_free_again() {
    let fair_of = Fair::open();
    fair_of.import(&fair());
    let (lost, two) = (fair_of.till("T1"), fair_of.till("T2"));
    assert_eq!(fair_of.shared(), "T1 25/0 T2 19/0 +56");
    assert_eq!(sells(&lost, "A1", 5), "L1 5");
    sync(&lost);
    revoke(&fair_of.hub.folder, "T1", &Instruments::of_machine()).expect("it is revoked");
    assert_eq!(fair_of.shared(), "T1 25/5 closed T2 19/0 +76");
    let new = fair_of.till("T1");
    assert_eq!(fair_of.shared(), "T1 25/5 closed T2 19/0 T1 19/0 +57");
    assert_eq!(here(&new), (json!("19.000"), json!("19.000")));
    assert_eq!(sells(&two, "B1", 20), "L1 19, none 1");
}

#[test]
fn what_cannot_be_given_is_refused_and_changes_nothing() {
    let fair_of = Fair::open();
    fair_of.import(&fair());
    fair_of.till("T1");
    let to = |node, quantity| Given::To { node, quantity };
    let before = fair_of.shared();
    for (given, code) in [
        (to("T9", None), "unknown_node"),
        (to("ORG", None), "unknown_node"),
        (to("T1", Some("0")), "bad_quantity"),
        (to("T1", Some("-1")), "bad_quantity"),
        (to("T1", Some("1.2345")), "bad_quantity"),
        (to("T1", Some("75.001")), "lot_too_small"),
    ] {
        assert_eq!(fair_of.give(given).unwrap_err(), code, "{given:?}");
    }
    assert_eq!(fair_of.shared(), before);
    let unknown = AllotRequest {
        lot: "L9",
        given: Given::Evenly,
    };
    let refused = allot(&fair_of.hub.folder, unknown, &Instruments::of_machine()).unwrap_err();
    assert_eq!(refused.code(), "no_such_lot");
    assert_eq!(
        said(&fair_of.give(to("T1", Some("0.5"))).expect("given")),
        "T1 25.5/0 +74.5"
    );
    assert_eq!(said(&fair_of.give(to("T1", None)).expect("given")), "T1 100/0 +0");
    assert_eq!(fair_of.give(to("T1", None)).unwrap_err(), "lot_too_small");
}

/// A centre's lot, shared out by the hub among its tills; the centre gives the only hub all of it.
#[test]
fn a_hub_shares_out_what_the_centre_gave_it() {
    let place = Shop::bare();
    let centre = Centre::start(&place.file("centre"));
    import_at(&centre, &fair()).expect("a catalogue");
    let hub = centre.start_hub(&place.file("hub"));
    let (one, two) = (Shop::bare_as("T1"), Shop::bare_as("T2"));
    for shop in [&one, &two] {
        shop.run(&["enrol", &hub.invite_for("till", Some("F1"))], "").ok();
    }
    let mut tries = 0;
    while two
        .report("lots")
        .first()
        .is_none_or(|lot| lot["left_here"] == "0.000")
    {
        tries += 1;
        assert!(tries < 100, "nothing of the lot comes down");
        std::thread::sleep(std::time::Duration::from_millis(200));
        sync(&two);
    }
    sync(&one);
    let of_hub = lots_shared(&hub.folder).expect("the lots");
    assert_eq!(said(&of_hub[0]), "T1 25/0 T2 25/0 +50");
    let of_centre = lots_shared(&centre.folder).expect("the lots");
    assert!(said(&of_centre[0]).starts_with("HUB 100/"), "{of_centre:?}");
    assert_eq!(sells(&one, "A1", 30), "L1 25, none 5");
    assert_eq!(sells(&two, "B1", 25), "L1 25");
    sync(&one);
    let of_hub = lots_shared(&hub.folder).expect("the lots");
    assert_eq!(said(&of_hub[0]), "T1 38/25 T2 25/0 +37");
}

/// Two machines under one code, that did not know of each other, give back the same jars: the money of both is out, the
/// households lose theirs once, and the bookkeeper sees the sale.
#[test]
fn a_sale_that_two_machines_gave_back_is_seen() {
    let shop = Shop::open();
    let centre = Centre::start(&shop.file("centre"));
    shop.run(&["enrol", &centre.invite()], "").ok();
    shop.done("sell", sale("S1", "honey", "2", 9000));
    shop.run(&["sync"], "").ok();
    let copy = Shop::copy_of(&shop);
    let back = |id: &str| json!({"id": id, "sale": "S1", "lines": [{"line": 1, "qty": "2"}]});
    shop.done("refund", back("R1"));
    copy.done("refund", back("R2"));
    for till in [&shop, &copy] {
        till.run(&["sync"], "");
    }
    let ledger = Ledger::open(&centre.folder.join("server.sqlite"), OpenMode::Read).expect("its books");
    let seen = report::excess(&ledger, &Filter::default()).expect("a report");
    let said: Vec<(&str, i64, &str, i64)> = seen
        .iter()
        .map(|row| (row.sale.as_str(), row.refunds, row.excess.as_str(), row.loss))
        .collect();
    assert_eq!(said, [("S1", 2, "2.000", 9000)]);
    let parties = report::parties(&ledger, &Filter::default()).expect("a report");
    assert!(
        parties.iter().all(|row| (row.attributed, row.due) == (0, 0)),
        "{parties:?}"
    );
    assert!(shop.report("excess").is_empty(), "the till itself knows of one");
}

/// A till that goes home early gives its part back, without a line; the hub gives it to those who sell.
#[test]
fn what_is_given_back_is_sold_by_others() {
    let fair_of = Fair::open();
    fair_of.import(&json!({"outlet": fair()["outlet"]}));
    let [one, two] = ["T1", "T2"].map(|node| fair_of.till(node));
    fair_of.import(&fair());
    fair_of.give(Given::Evenly).expect("it is given");
    assert_eq!(fair_of.shared(), "T1 50/0 T2 50/0 +0");
    [&one, &two].into_iter().for_each(sync);
    assert_eq!(sells(&one, "A1", 10), "L1 10");

    let given = one
        .run(&["give-back", "L1", "--quantity", "15", "--id", "g1"], "")
        .ok()
        .only();
    assert_eq!(
        (&given["qty"], &given["left"]),
        (&json!("15.000"), &json!("25.000"))
    );
    let again = one
        .run(&["give-back", "L1", "--quantity", "15", "--id", "g1"], "")
        .ok()
        .only();
    assert_eq!(
        (&again["repeated"], &again["left"]),
        (&json!(true), &json!("25.000"))
    );
    let other = one.run(&["give-back", "L1", "--quantity", "16", "--id", "g1"], "");
    assert_eq!(other.refused(), "id_reused");
    assert_eq!(here(&one), (json!("35.000"), json!("25.000")));
    // What it gave back it has not got, whoever hears of it when.
    assert_eq!(sells(&one, "A2", 26), "L1 25, none 1");
    for (lot, quantity, code) in [
        ("L1", "1", "more_than_left"),
        ("L1", "0", "bad_quantity"),
        ("L9", "1", "no_such_lot"),
    ] {
        let refused = one.run(&["give-back", lot, "--quantity", quantity], "").refused();
        assert_eq!(refused, code, "{lot} {quantity}");
    }
    sync(&one);
    // By itself the hub gives it none of it again.
    sync(&two);
    assert_eq!(fair_of.shared(), "T1 35/35 T2 50/0 +15");
    assert_eq!(sells(&two, "B1", 48), "L1 48");
    sync(&two);
    assert_eq!(fair_of.shared(), "T1 35/35 T2 54/48 +11");

    // By hand it is given more, and what it has then it may sell.
    let to_one = Given::To {
        node: "T1",
        quantity: Some("5"),
    };
    assert_eq!(
        said(&fair_of.give(to_one).expect("it is given")),
        "T1 40/35 T2 54/48 +6"
    );
    sync(&one);
    one.done("assign", json!({"sale": "A2", "line": 1, "lot": "L1"}));
    assert_eq!(here(&one), (json!("40.000"), json!("4.000")));
    one.run(&["give-back", "L1"], "").ok();
    sync(&one);
    assert_eq!(fair_of.shared(), "T1 36/36 T2 54/48 +10");

    // Nothing of the lot was drawn twice, and the books say so.
    fair_of.give(Given::Evenly).expect("it is given");
    sync(&two);
    assert_eq!(sells(&two, "B2", 17), "L1 16, none 1");
    [&one, &two].into_iter().for_each(sync);
    let lot = fair_of.lot();
    assert_eq!((lot.sold.as_str(), lot.left.as_str()), ("100.000", "0.000"));
    for shop in [&one, &two] {
        shop.run(&["verify"], "").ok();
        shop.run(&["rebuild"], "").ok();
    }
}

#[test]
fn a_lot_of_its_own_is_not_given_back() {
    let shop = Shop::open();
    assert_eq!(shop.run(&["give-back", "L1"], "").refused(), "not_allotted");
}

/// What came down to a hub and its tills do not need goes back to the centre, and what a till gave back to the hub with it.
#[test]
fn a_hub_gives_back_to_its_centre() {
    let place = Shop::bare();
    let centre = Centre::start(&place.file("centre"));
    import_at(&centre, &fair()).expect("it is taken in");
    let hub = centre.start_hub_of(&place.file("hub"), None);
    let at_hub = Shop::bare_as("T1");
    at_hub
        .run(&["enrol", &hub.invite_for("till", Some("F1"))], "")
        .ok();
    let lots = |at: &Centre| lots_shared(&at.folder).expect("the lots");
    let started = std::time::Instant::now();
    while lots(&hub).is_empty() || here_of(&at_hub) == json!(null) {
        assert!(
            started.elapsed() < std::time::Duration::from_secs(60),
            "the lot comes down"
        );
        sync(&at_hub);
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    let shared = said(&lots(&hub)[0]);
    assert_eq!(shared, "T1 25/0 +75");

    at_hub.run(&["give-back", "L1", "--quantity", "20"], "").ok();
    sync(&at_hub);
    assert_eq!(said(&lots(&hub)[0]), "T1 5/0 +95");
    let back = |quantity| {
        let request = GiveBack { lot: "L1", quantity };
        give_back(&hub.folder, request, &Instruments::of_machine()).map_err(|error| error.code().to_owned())
    };
    assert_eq!(back(Some("96")).err(), Some("lot_too_small".to_owned()));
    assert_eq!(said(&back(Some("90")).expect("it is given back")), "T1 5/0 +5");
    let started = std::time::Instant::now();
    while said(&lots(&centre)[0]) != "HUB 10/5 +90" {
        let shared = said(&lots(&centre)[0]);
        assert!(started.elapsed() < std::time::Duration::from_secs(60), "{shared}");
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    // A till that joins the centre itself sells it; the centre's own lot is not given back to anybody.
    let at_centre = Shop::bare_as("T2");
    at_centre
        .run(&["enrol", &centre.invite_for("till", Some("F1"))], "")
        .ok();
    sync(&at_centre);
    assert_eq!(sells(&at_centre, "B1", 1), "L1 1");
    let request = GiveBack {
        lot: "L1",
        quantity: None,
    };
    let refused = give_back(&centre.folder, request, &Instruments::of_machine()).err();
    assert_eq!(refused.map(|error| error.code()), Some("not_shared"));
}

fn here_of(shop: &Shop) -> Value {
    let lots = shop.report("lots");
    let lot = lots.iter().find(|lot| lot["lot"] == "L1");
    lot.map_or(Value::Null, |lot| lot["allotted"].clone())
}
