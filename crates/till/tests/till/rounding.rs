//! 抹零 is for cash: what is paid by a code is exact, and of a mixed payment only what is left for cash is wiped down.

use crate::counter::counter;
use jishi_testkit::{Shop, sale_of};
use jishi_till::view::Rounding;
use jishi_till::wire::{ImportFile, SellRequest, TenderRequest};
use jishi_till::{Counter, Till};
use serde_json::{Value, json};

/// Of oranges at 6.80 so much that it comes to 15.71.
const QUANTITY: &str = "2.310";
const EXACT_FEN: i64 = 1_571;

/// How it is wiped down and paid; what is due, what was wiped off, and the change.
type Case = (
    Rounding,
    &'static [(&'static str, i64)],
    Result<(i64, i64, i64), &'static str>,
);

fn asked(id: &str, rounding: Rounding, tenders: &[(&str, i64)]) -> SellRequest {
    let tenders = tenders.iter().map(|(kind, fen)| TenderRequest {
        kind: (*kind).to_owned(),
        fen: *fen,
        reference: None,
        collected_by: None,
    });
    SellRequest {
        rounding,
        tenders: tenders.collect(),
        ..sale_of(id, &[("orange", QUANTITY)])
    }
}

fn sold(till: &mut Till, rounding: Rounding, tenders: &[(&str, i64)]) -> Result<(i64, i64, i64), String> {
    let id = till.new_id();
    let result = till.sell(&asked(&id, rounding, tenders));
    let result = result.map_err(|refusal| refusal.code().to_owned())?;
    Ok((result.total, result.rounding, result.change))
}

#[test]
fn only_what_is_left_for_cash_is_wiped_down() {
    let (_shop, mut till) = Shop::with_fair(1);
    let cases: [Case; 13] = [
        (Rounding::Jiao, &[("cash", 1_570)], Ok((1_570, 1, 0))),
        (Rounding::Jiao, &[("cash", 2_000)], Ok((1_570, 1, 430))),
        (Rounding::Yuan, &[("cash", 1_500)], Ok((1_500, 71, 0))),
        // By a code it is exact, and less is refused: no cash stands behind what would be wiped off.
        (Rounding::Jiao, &[("wechat", 1_571)], Ok((1_571, 0, 0))),
        (Rounding::Jiao, &[("wechat", 1_570)], Err("rounding_without_cash")),
        (Rounding::Yuan, &[("card", 1_500)], Err("rounding_without_cash")),
        (Rounding::Jiao, &[("wechat", 1_000)], Err("tender_short")),
        (Rounding::Jiao, &[("wechat", 1_572)], Err("tender_over")),
        // Mixed: 15.71 − 10.01 leaves 5.70, 15.71 − 10.00 leaves 5.71.
        (
            Rounding::Jiao,
            &[("wechat", 1_001), ("cash", 570)],
            Ok((1_571, 0, 0)),
        ),
        (
            Rounding::Jiao,
            &[("wechat", 1_000), ("cash", 570)],
            Ok((1_570, 1, 0)),
        ),
        (
            Rounding::Yuan,
            &[("cash", 1_000), ("wechat", 1_000)],
            Ok((1_500, 71, 500)),
        ),
        (
            Rounding::Yuan,
            &[("cash", 600), ("alipay", 971)],
            Ok((1_571, 0, 0)),
        ),
        (Rounding::None, &[("wechat", 1_570)], Err("tender_short")),
    ];
    for (rounding, tenders, expected) in cases {
        let head = till.head();
        let result = sold(&mut till, rounding, tenders);
        assert_eq!(
            result,
            expected.map_err(str::to_owned),
            "{rounding:?} {tenders:?}"
        );
        assert_eq!(till.head() == head, result.is_err());
    }
}

#[test]
fn what_is_wiped_off_stays_a_discount_that_the_operator_bears() {
    let (_shop, mut till) = Shop::with_fair(1);
    let tenders = [("wechat", 1_000), ("cash", 500)];
    let id = till.new_id();
    let result = till.sell(&asked(&id, Rounding::Yuan, &tenders)).unwrap();
    assert_eq!((result.total, result.rounding), (1_500, 71));
    let exact = till
        .sell(&asked("exact", Rounding::Yuan, &[("wechat", 1_571)]))
        .unwrap();
    let payable = |result: &jishi_till::wire::SaleResult| -> i64 {
        result
            .lines
            .iter()
            .flat_map(|line| &line.draws)
            .map(|draw| draw.payable)
            .sum()
    };
    assert_eq!(
        payable(&result),
        payable(&exact),
        "the household's part is of the price"
    );
}

#[test]
fn an_outlet_may_wipe_down_whatever_it_is_paid_by() {
    let (_shop, mut till) = Shop::with_fair(1);
    let settings = json!({"settings": {"rounding_all_tenders": true}});
    let settings: ImportFile = serde_json::from_value(settings).unwrap();
    till.import(&settings, false).unwrap();
    assert_eq!(
        sold(&mut till, Rounding::Jiao, &[("wechat", 1_570)]),
        Ok((1_570, 1, 0))
    );
    assert_eq!(
        sold(&mut till, Rounding::Yuan, &[("wechat", 1_000), ("cash", 500)]),
        Ok((1_500, 71, 0))
    );
}

fn draft() -> Value {
    let line = json!({"product": "orange", "quantity": QUANTITY, "price_fen": null, "amount_fen": null, "lot": null,
                      "discount": null});
    json!({"lines": [line], "discount": null, "rounding": "jiao"})
}

/// What is due, what was wiped off, and what remains.
fn paying(counter: &mut Counter, tenders: &[(&str, i64)], rest: &str) -> (i64, i64, i64) {
    let tenders: Vec<Value> = tenders
        .iter()
        .map(|(kind, fen)| json!({"kind": kind, "fen": fen, "reference": null}))
        .collect();
    let request = json!({"draft": draft(), "tenders": tenders, "rest": rest});
    let view = counter.call("figure_payment", request).unwrap();
    let fen = |name: &str| view[name].as_i64().unwrap();
    (fen("total_fen"), fen("rounding_fen"), fen("remaining_fen"))
}

#[test]
fn the_window_hears_another_sum_for_another_kind() {
    let (_shop, mut counter) = counter();
    assert_eq!(paying(&mut counter, &[], "cash"), (1_570, 1, 1_570));
    assert_eq!(paying(&mut counter, &[], "wechat"), (EXACT_FEN, 0, EXACT_FEN));
    assert_eq!(
        paying(&mut counter, &[("wechat", 1_000)], "cash"),
        (1_570, 1, 570)
    );
    assert_eq!(
        paying(&mut counter, &[("wechat", 1_000)], "wechat"),
        (1_571, 0, 571)
    );
    assert_eq!(
        paying(&mut counter, &[("cash", 1_000)], "wechat"),
        (1_571, 0, 571)
    );
    // A fen that no cash is paid for is not wiped off, or the sale could not be completed.
    assert_eq!(paying(&mut counter, &[("card", 1_570)], "cash"), (1_571, 0, 1));

    let tenders = json!([{"kind": "wechat", "fen": 1_570, "reference": null}]);
    let short = json!({"id": "a", "draft": draft(), "tenders": tenders});
    let refused = counter.call("record_sale", short).unwrap_err();
    assert_eq!(refused.code, "rounding_without_cash");
    assert!(refused.message.contains("0.01"), "{}", refused.message);
    let shown = json!({"kind": "paying", "draft": draft(), "tenders": [], "rest": "wechat"});
    let shown = counter.call("show_customer", shown).unwrap();
    assert_eq!(
        shown["page"]["sum"],
        json!({"total_fen": 1_571, "off_fen": 0, "credit_fen": 0})
    );
}
