//! A till left to the buyers, seen and taken back by support.

use crate::support::Shop;
use serde_json::json;

#[test]
fn a_kiosk_is_started_seen_and_taken_back() {
    let shop = Shop::bare();
    let shown = || shop.run(&["kiosk", "show"], "").ok().only();
    assert_eq!(shown(), json!({"kiosk": false, "staff": null}));
    let start = |staff: &str| shop.run(&["kiosk", "start", "--staff", staff], "");
    let file = json!({
        "staff": [{"code": "03", "name": "何建国", "role": "supervisor", "pin": "33333333"}],
        "settings": {"kiosk": {"payments": [{"kind": "wechat", "code": "wxp://f2f0demo"}]}},
    });
    shop.import(&file).ok();
    assert_eq!(start("99").refused(), "no_such_staff");
    assert_eq!(start("03").refused(), "no_shift");
    shop.run(&["shift", "open", "--staff", "03"], "").ok();
    assert_eq!(start("03").ok().only(), json!({"kiosk": true, "staff": "03"}));
    assert_eq!(start("03").refused(), "in_kiosk");
    assert_eq!(shown(), json!({"kiosk": true, "staff": "03"}));
    let entries = shop.summary()["entries"].clone();
    assert_eq!(
        shop.run(&["kiosk", "end"], "").ok().only(),
        json!({"kiosk": false, "staff": null})
    );
    assert_eq!(shop.run(&["kiosk", "end"], "").refused(), "not_in_kiosk");
    // Nobody is said to have come.
    assert_eq!(shop.summary()["entries"], entries);
}
