//! 批次: what is left of each lot here and elsewhere, a part given back, and one given to a till by the hub beside it.

use crate::came_down::Centre;
use crate::hub::BesideTill;
use jishi_journal::body::{Audience, Body, LotAllotted, LotPut};
use jishi_testkit::{Shop, cash_sale};
use jishi_till::view::RefusedView;
use jishi_till::{Desk, Till, Worlds};
use serde_json::{Value, json};
use std::sync::Arc;

fn desk(shop: &Shop) -> Desk {
    let world = shop.world.clone();
    let worlds: Worlds = Box::new(move || world.boxed());
    Desk::open(shop.folder(), worlds, |folder, world| {
        Till::init(folder, "T9", world)
    })
}

fn ask(desk: &mut Desk, name: &str, request: Value) -> Result<Value, String> {
    desk.call(name, request)
        .map_err(|refused: RefusedView| refused.code)
}

/// Forty cartons of eggs came in at the centre, and twelve of them are this till's; a cashier stands there.
fn shop() -> (Shop, Centre, Desk) {
    let (shop, mut till) = Shop::with_fair(1);
    let staff = json!({"staff": [{"code": "1001", "name": "周敏", "role": "cashier", "pin": "1111"},
                                 {"code": "2001", "name": "韦建国", "role": "supervisor", "pin": "2222"}]});
    till.import(&serde_json::from_value(staff).unwrap(), false)
        .unwrap();
    let public_key = till.ledger().chains().unwrap()[0].key.to_string();
    drop(till);
    let mut centre = Centre::speaking_to(&shop, &Audience::Outlet("F1".to_owned()));
    centre.says(&shop, &eggs(1, "40"));
    let part = LotAllotted {
        lot: "L9".to_owned(),
        node: "T1".to_owned(),
        public_key,
        qty: "12".to_owned(),
    };
    centre.says(&shop, &Body::LotAllotted(part));
    let mut desk = desk(&shop);
    sign_in(&mut desk, "1001", "1111");
    ask(&mut desk, "open_shift", json!({"float_fen": 0})).unwrap();
    (shop, centre, desk)
}

fn eggs(revision: u32, qty: &str) -> Body {
    let lot = json!({"code": "L9", "revision": revision, "product": "egg", "qty": qty, "priority": 0,
                     "terms": {"kind": "consignment", "commission_bp": 1000},
                     "shares": [{"party": "H1", "weight": 1}]});
    let lot = serde_json::from_value::<LotPut>(lot).unwrap();
    match revision {
        1 => Body::LotReceived(lot),
        _ => Body::LotRevised(lot),
    }
}

fn sign_in(desk: &mut Desk, staff: &str, pin: &str) {
    ask(desk, "sign_in", json!({"staff": staff, "pin": pin})).unwrap();
}

fn sell(desk: &mut Desk, id: &str, qty: &str) {
    let till = &mut desk.counter_mut().unwrap().till;
    till.sell(&cash_sale(id, &[("egg", qty)])).unwrap();
}

fn lots(desk: &mut Desk, query: &str) -> Vec<Value> {
    let view = ask(desk, "lots", json!({"query": query})).unwrap();
    view["lots"].as_array().unwrap().clone()
}

/// Of L9: this till's part, what it sold of it, what is left here, what is elsewhere, and whether it can go back.
fn stands(desk: &mut Desk) -> Value {
    let lots = lots(desk, "");
    let lot = lots.iter().find(|lot| lot["lot"] == "L9").unwrap();
    json!([
        lot["part"],
        lot["sold"],
        lot["left"],
        lot["elsewhere"],
        lot["can_give_back"]
    ])
}

fn back(id: &str, lot: &str, quantity: Value) -> Value {
    json!({"id": id, "lot": lot, "quantity": quantity})
}

#[test]
fn a_part_is_seen_sold_from_and_given_back_by_whoever_may() {
    let (_shop, _centre, mut desk) = shop();
    assert_eq!(stands(&mut desk), json!(["12", "0", "12", "28", true]));
    sell(&mut desk, "a", "5");
    assert_eq!(stands(&mut desk), json!(["12", "5", "7", "28", true]));
    let view = ask(&mut desk, "lots", json!({"query": ""})).unwrap();
    assert_eq!((&view["may_share"], &view["hub"]), (&json!(false), &json!(false)));
    assert_eq!(
        ask(&mut desk, "give_back_lot", back("g1", "L9", json!("3"))),
        Err("may_not".to_owned())
    );
    sign_in(&mut desk, "2001", "2222");
    let view = ask(&mut desk, "lots", json!({"query": ""})).unwrap();
    assert_eq!(view["may_share"], true);
    ask(&mut desk, "give_back_lot", back("g1", "L9", json!("3"))).unwrap();
    assert_eq!(stands(&mut desk), json!(["9", "5", "4", "31", true]));
    // The second press of a double one gives nothing more.
    ask(&mut desk, "give_back_lot", back("g1", "L9", json!("3"))).unwrap();
    assert_eq!(stands(&mut desk), json!(["9", "5", "4", "31", true]));
    for (lot, quantity, refused) in [
        ("L9", json!("4.001"), "more_than_left"),
        ("L9", json!("0"), "bad_quantity"),
        // It came in here: there is nobody to give it back to.
        ("L1", Value::Null, "not_allotted"),
        ("L404", Value::Null, "no_such_lot"),
    ] {
        let asked = ask(&mut desk, "give_back_lot", back("g2", lot, quantity));
        assert_eq!(asked, Err(refused.to_owned()), "{lot}");
    }
    ask(&mut desk, "give_back_lot", back("g3", "L9", Value::Null)).unwrap();
    assert_eq!(stands(&mut desk), json!(["5", "5", "0", "35", false]));
    // What is sold from now on is nobody's yet.
    sell(&mut desk, "b", "1");
    assert_eq!(stands(&mut desk), json!(["5", "5", "0", "35", false]));
}

#[test]
fn lots_are_found_by_their_goods_and_what_is_overdrawn_comes_first() {
    let (shop, mut centre, mut desk) = shop();
    sell(&mut desk, "a", "5");
    let found: Vec<Value> = lots(&mut desk, "tujidan")
        .iter()
        .map(|lot| lot["lot"].clone())
        .collect();
    assert_eq!(found, ["L9"]);
    let all = lots(&mut desk, "");
    let own = all.iter().find(|lot| lot["lot"] == "L1").unwrap();
    assert_eq!(
        json!([
            own["name"],
            own["unit"],
            own["whose"],
            own["own"],
            own["left"],
            own["elsewhere"],
            own["over"]
        ]),
        json!([
            "土蜂蜜 500g",
            "瓶",
            "石门村 · 王桂兰等 2 户",
            true,
            "30",
            "0",
            null
        ])
    );
    // What runs low comes first: seven of twelve are left of it, and of no other was anything sold.
    assert_eq!((&all[0]["lot"], &all[0]["over"]), (&json!("L9"), &Value::Null));
    // It was counted anew: only three came in.
    centre.says(&shop, &eggs(2, "3"));
    let all = lots(&mut desk, "");
    assert_eq!(
        json!([all[0]["lot"], all[0]["over"], all[0]["left"]]),
        json!(["L9", "2", "-2"])
    );
    assert_eq!(all[0]["can_give_back"], false);
}

#[test]
fn at_the_hub_a_lot_is_given_to_a_till_by_whoever_may() {
    let (_shop, _centre, desk) = shop();
    let hub = Arc::new(BesideTill {
        is_on: true,
        ..BesideTill::default()
    });
    let mut desk = desk.with_hub(hub.clone());
    let view = ask(&mut desk, "lots", json!({"query": "egg"})).unwrap();
    assert_eq!(view["hub"], true);
    assert_eq!(view["lots"][0]["shared"]["undistributed"], "28");
    let give = |node: Value, quantity: Value| json!({"lot": "L9", "node": node, "quantity": quantity});
    assert_eq!(
        ask(&mut desk, "allot_lot", give(json!("T2"), json!("10"))),
        Err("may_not".to_owned())
    );
    sign_in(&mut desk, "2001", "2222");
    ask(&mut desk, "allot_lot", give(json!("T2"), json!("10"))).unwrap();
    ask(&mut desk, "allot_lot", give(Value::Null, Value::Null)).unwrap();
    assert_eq!(
        *hub.given.lock().unwrap(),
        [r#"L9 Some("T2") Some("10")"#, "L9 None None"]
    );
}

#[test]
fn without_a_hub_beside_the_till_nothing_is_shared_out() {
    let (_shop, _centre, mut desk) = shop();
    sign_in(&mut desk, "2001", "2222");
    let give = json!({"lot": "L9", "node": "T2", "quantity": null});
    assert_eq!(ask(&mut desk, "allot_lot", give), Err("not_shared".to_owned()));
}
