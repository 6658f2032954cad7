//! Every worked case, through `explain` and through a till.

use crate::support::{Shop, code_of, run, text_of};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn cases() -> Vec<(PathBuf, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/attribution");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the cases are in the repository")
        .map(|entry| entry.expect("a readable folder").path())
        .collect();
    files.sort();
    assert!(files.len() >= 18, "only {} cases", files.len());
    let cases = files.into_iter().map(|path| {
        let text = std::fs::read_to_string(&path).expect("a readable case");
        (path, serde_json::from_str(&text).expect("a case is JSON"))
    });
    cases.collect()
}

#[test]
fn explain_gives_what_each_case_expects() {
    for (path, case) in cases() {
        let explained = run(&["explain", text_of(&path)], "").ok().only();
        assert_eq!(
            explained,
            json!({ "results": case["expect"] }),
            "{}",
            path.display()
        );
    }
}

#[test]
fn a_till_gives_what_each_case_expects() {
    for (path, case) in cases() {
        let name = path.display().to_string();
        let shop = Shop::bare();
        shop.import(&opening(&case)).ok();
        for (expected, actual) in expected(&case).iter().zip(through(&shop, &case)) {
            assert_fits(expected, &actual, &name);
        }
        let before: Vec<_> = ["summary", "parties", "lots", "stock"]
            .iter()
            .map(|report| shop.report(report))
            .collect();
        assert_eq!(shop.run(&["verify"], "").ok().only()["sound"], true, "{name}");
        shop.run(&["rebuild"], "").ok();
        let after: Vec<_> = ["summary", "parties", "lots", "stock"]
            .iter()
            .map(|report| shop.report(report))
            .collect();
        assert_eq!(before, after, "{name}");
    }
}

/// A lot whose code is known is a revision to a till, not a second lot: such a step is left out.
fn steps(case: &Value) -> Vec<(usize, String, Value)> {
    let mut lots: BTreeSet<&str> = list(&case["lots"]).iter().map(|lot| text(&lot["id"])).collect();
    let mut steps = Vec::new();
    for (index, step) in list(&case["steps"]).iter().enumerate() {
        let (kind, body) = step
            .as_object()
            .and_then(|step| step.iter().next())
            .expect("a step");
        if kind == "receive" && !lots.insert(text(&body["id"])) {
            continue;
        }
        steps.push((index, kind.clone(), body.clone()));
    }
    steps
}

fn expected(case: &Value) -> Vec<Value> {
    let expect = list(&case["expect"]);
    steps(case)
        .iter()
        .map(|(index, _, _)| expect[*index].clone())
        .collect()
}

/// Steps of one kind that follow each other go through one run of the program.
fn through(shop: &Shop, case: &Value) -> Vec<Value> {
    let expect = list(&case["expect"]);
    let mut results = Vec::new();
    let mut waiting: (String, Vec<Value>) = (String::new(), Vec::new());
    for (index, kind, body) in steps(case) {
        if kind != waiting.0 {
            results.extend(tell(shop, &waiting));
            waiting = (kind.clone(), Vec::new());
        }
        waiting.1.push(request(&kind, &body, index, &expect[index]));
    }
    results.extend(tell(shop, &waiting));
    results
}

fn tell(shop: &Shop, (kind, requests): &(String, Vec<Value>)) -> Vec<Value> {
    match kind.as_str() {
        "" => Vec::new(),
        "receive" => requests.iter().map(|lot| receive(shop, lot)).collect(),
        "sale" => shop.tell("sell", requests).lines(),
        other => shop.tell(other, requests).lines(),
    }
}

fn receive(shop: &Shop, lot: &Value) -> Value {
    let run = shop.import(&json!({ "lots": [lot] }));
    if run.code == 0 {
        return json!({ "lot": lot["id"] });
    }
    let error: Value = serde_json::from_str(&run.err).expect("an error is JSON");
    assert_eq!(code_of(&error), "bad_import");
    json!({ "error": { "code": error["error"]["rows"][0]["code"] } })
}

fn request(kind: &str, body: &Value, index: usize, expected: &Value) -> Value {
    let mut request = body.clone();
    match kind {
        "sale" => {
            // What is refused is refused before the money is looked at.
            let total = expected["total"].as_i64().unwrap_or(1);
            if total > 0 {
                request["tenders"] = json!([{"kind": "cash", "fen": total}]);
            }
        }
        "refund" => request["id"] = json!(format!("R{index}")),
        _ => {}
    }
    request
}

/// The catalogue that a case leaves unsaid, with its own lots.
fn opening(case: &Value) -> Value {
    let lots = || {
        let later = list(&case["steps"]).iter().filter_map(|step| step.get("receive"));
        list(&case["lots"]).iter().chain(later)
    };
    let mut parties = BTreeSet::new();
    let mut products: BTreeMap<&str, bool> = BTreeMap::new();
    for lot in lots() {
        products.insert(text(&lot["product"]), false);
        parties.extend(list(&lot["shares"]).iter().map(|share| text(&share["party"])));
    }
    for step in list(&case["steps"]) {
        for line in list(&step["sale"]["lines"]) {
            products.insert(text(&line["product"]), false);
        }
    }
    products.extend(list(&case["own"]).iter().map(|code| (text(code), true)));
    let parties = parties
        .iter()
        .map(|code| json!({"code": code, "kind": "household", "name": format!("{code} 户")}));
    let products = products
        .iter()
        .map(|(code, own)| json!({"code": code, "name": code, "unit": "件", "price": 0, "own": own}));
    json!({
        "outlet": {"code": "F1", "kind": "fair", "name": "东门大集"},
        "parties": parties.collect::<Vec<_>>(),
        "products": products.collect::<Vec<_>>(),
        "lots": case["lots"],
        "fund": case["fund"],
    })
}

/// Every field that a case expects, to the fen; a till's result has more of them.
#[track_caller]
fn assert_fits(expected: &Value, actual: &Value, name: &str) {
    if let Some(code) = expected.get("error") {
        assert_eq!(code, &json!(code_of(actual)), "{name}");
        return;
    }
    for (key, value) in expected.as_object().expect("a result") {
        assert_eq!(value, &actual[key], "{name}: {key} of {actual}");
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

#[test]
fn a_case_that_is_written_wrongly_has_no_results() {
    for (case, code) in [
        (
            r#"{"steps": [{"sale": {"id": "S1", "lines": [{"product": "tea", "qty": 1, "price": 1}]}}]}"#,
            "bad_case",
        ),
        (
            r#"{"steps": [{"sale": {"id": "S1", "lines": [{"product": "tea", "qty": "1", "price": 1.5}]}}]}"#,
            "bad_case",
        ),
        (
            r#"{"steps": [{"sale": {"id": "S1", "lines": [{"product": "tea", "qty": "1"}]}}]}"#,
            "bad_case",
        ),
        (
            r#"{"steps": [{"sale": {"id": "S1", "lines": [], "discout": {"fen": 1}}}]}"#,
            "bad_case",
        ),
        (
            r#"{"steps": [{"sale": {"id": "S1", "lines": [], "discount": {"fen": 1, "bp": 1}}}]}"#,
            "bad_case",
        ),
        (r#"{"steps": [{"stroll": {}}]}"#, "bad_case"),
        (r#"{"steps": {}}"#, "bad_case"),
        (r#"{"fund": [{"bp": 300, "fen_per_unit": 1}]}"#, "bad_case"),
        (r#"{"fund": [{"bp": -1}]}"#, "bad_case"),
        (r#"{"lots": ["#, "bad_case"),
        ("[]", "bad_case"),
        ("", "bad_case"),
    ] {
        let run = run(&["explain", "-", "--json"], case);
        assert_eq!((run.refused().as_str(), run.out.as_str()), (code, ""), "{case}");
    }
    let deep = "[".repeat(100_000);
    assert_eq!(run(&["explain", "-", "--json"], &deep).refused(), "bad_case");
    assert_eq!(
        run(&["explain", "/no/such/file", "--json"], "").refused(),
        "no_such_file"
    );
}

#[test]
fn the_place_of_a_fault_in_a_case_is_named() {
    let case = r#"{"steps": [{"sale": {"id": "S1", "lines": [{"product": "tea", "qty": 1, "price": 1}]}}]}"#;
    let run = run(&["explain", "-", "--lang", "en"], case);
    assert!(run.err.contains("steps[0].sale.lines[0].qty"), "{}", run.err);
}

#[test]
fn a_lot_that_is_wrong_at_the_start_is_the_only_result() {
    let lot = |change: (&str, Value)| {
        let mut lot = json!({"id": "L1", "product": "tea", "qty": "5",
            "terms": {"kind": "consignment", "commission_bp": 0}, "shares": [{"party": "H1", "weight": 1}]});
        lot[change.0] = change.1;
        lot
    };
    for (change, code) in [
        (("id", json!("own")), "bad_lot"),
        (("id", json!("")), "bad_lot"),
        (("product", json!("bag")), "bad_lot"),
        (("qty", json!("1000000000000")), "bad_quantity"),
        (("qty", json!("1.0005")), "bad_quantity"),
        (("shares", json!([])), "bad_shares"),
        (("shares", json!([{"party": "H1", "weight": 1.5}])), "bad_shares"),
        (("shares", json!([{"party": "H1", "weight": "3"}])), "bad_shares"),
        (
            ("shares", json!([{"party": "H1", "weight": 1e300}])),
            "bad_shares",
        ),
        (("terms", json!({"kind": "barter"})), "bad_terms"),
        (
            ("terms", json!({"kind": "consignment", "commission_bp": 10.5})),
            "bad_terms",
        ),
    ] {
        let sale = json!({"sale": {"id": "S1", "lines": [{"product": "tea", "qty": "1", "price": 100}]}});
        let case = json!({"lots": [lot(change)], "own": ["bag"], "steps": [sale]});
        let explained = run(&["explain", "-"], &case.to_string()).ok().only();
        assert_eq!(explained, json!({"results": [{"error": code}]}), "{case}");
    }
}
