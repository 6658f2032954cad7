//! 顾客屏: what the buyer sees is what the till figured, and no household's name is on it.

use jishi_testkit::Shop;
use jishi_till::Counter;
use serde_json::{Value, json};

fn draft() -> Value {
    json!({
        "lines": [{"product": "honey", "quantity": "2", "price_fen": null, "amount_fen": null, "lot": null,
                   "discount": {"fen": 5, "bp": null, "borne_by": "operator"}}],
        "discount": null, "rounding": "jiao",
    })
}

#[test]
fn the_customers_window_sees_lines_money_and_villages_but_no_names() {
    let (_shop, mut till) = Shop::with_fair(1);
    till.open_shift(None, 0).unwrap();
    let names: Vec<String> = {
        let codes: Vec<String> = till
            .ledger()
            .parties()
            .unwrap()
            .into_iter()
            .map(|put| put.code)
            .collect();
        let catalogue = till.catalogue();
        let parties = codes.iter().filter_map(|code| catalogue.party(code));
        parties
            .filter(|party| party.is_household())
            .filter_map(|party| party.name.clone())
            .collect()
    };
    assert!(!names.is_empty());
    let mut counter = Counter::new(till);
    let mut show = |request: Value| {
        let shown = counter.call("show_customer", request).unwrap();
        let text = shown.to_string();
        for name in &names {
            assert!(!text.contains(name.as_str()), "{name} in {text}");
        }
        for word in ["贫", "脱贫", "监测"] {
            assert!(!text.contains(word), "{word} in {text}");
        }
        shown
    };
    let welcome = show(json!({"kind": "welcome"}));
    assert_eq!(welcome["page"]["kind"], "welcome");
    assert!(!welcome["outlet"].as_str().unwrap().is_empty());
    // Nothing yet is nothing to show.
    let empty = json!({"lines": [], "discount": null, "rounding": "none"});
    assert_eq!(
        show(json!({"kind": "sale", "draft": empty}))["page"]["kind"],
        "welcome"
    );

    let sale = show(json!({"kind": "sale", "draft": draft()}));
    let page = &sale["page"];
    let total = page["sum"]["total_fen"].as_i64().unwrap();
    assert_eq!(page["lines"].as_array().unwrap().len(), 1);
    let gross = page["lines"][0]["price_fen"].as_i64().unwrap() * 2;
    assert_eq!(gross - page["sum"]["off_fen"].as_i64().unwrap(), total);

    let tenders = json!([{"kind": "cash", "fen": total + 700, "reference": null}]);
    let paying = show(json!({"kind": "paying", "draft": draft(), "tenders": tenders}));
    assert_eq!(
        [
            &paying["page"]["tendered_fen"],
            &paying["page"]["remaining_fen"],
            &paying["page"]["change_fen"]
        ],
        [&json!(total + 700), &json!(0), &json!(700)]
    );

    let request = json!({"id": "a", "draft": draft(), "tenders": tenders});
    let done = counter.call("record_sale", request).unwrap();
    let shown = counter
        .call("show_customer", json!({"kind": "done", "number": done["number"]}))
        .unwrap();
    let text = shown.to_string();
    assert!(names.iter().all(|name| !text.contains(name.as_str())), "{text}");
    let page = &shown["page"];
    assert_eq!(
        (&page["change_fen"], &page["total_fen"]),
        (&json!(700), &json!(total))
    );
    assert_eq!(page["households"], done["households"]);
    let helped = page["helped"].as_array().unwrap();
    assert!(!helped.is_empty());
    let paid: i64 = helped.iter().filter_map(|part| part["paid_fen"].as_i64()).sum();
    assert_eq!(paid, total - done["unassigned_fen"].as_i64().unwrap());
}
