//! `jishi-server allot`: who has what of a lot, and giving the rest of it by hand.

use crate::harness::{TestServer, Till};
use crate::program::{lines, refusal, run};
use serde_json::{Value, json};
use std::path::Path;

fn imported(folder: &Path) {
    let file = folder.join("fair.json");
    let fair = json!({
        "outlet": {"code": "F1", "kind": "fair", "name": "东门大集"},
        "parties": [{"code": "H1", "kind": "household", "name": "王桂兰", "village": "石门村"}],
        "products": [{"code": "honey", "name": "土蜂蜜 500g", "unit": "瓶", "price": 4500}],
        "lots": [{"code": "L1", "product": "honey", "qty": "100",
                  "terms": {"kind": "consignment", "commission_bp": 1000}, "shares": [{"party": "H1", "weight": 1}]},
                 {"code": "L2", "product": "honey", "qty": "7.5", "terms": {"kind": "buyout"},
                  "shares": [{"party": "H1", "weight": 1}]}],
    });
    std::fs::write(&file, fair.to_string()).unwrap();
    lines(&run(folder, &["import", file.to_str().unwrap(), "--json"]));
}

fn rows(folder: &Path, arguments: &[&str]) -> Vec<String> {
    let arguments: Vec<&str> = ["allot", "--json"].iter().chain(arguments).copied().collect();
    let said = lines(&run(folder, &arguments)).into_iter().map(|row| {
        let text = |key: &str| row[key].as_str().unwrap_or("-").to_owned();
        format!(
            "{} {} {}/{} {}",
            text("lot"),
            text("node"),
            text("used"),
            text("allotted"),
            text("left")
        )
    });
    said.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_sees_who_has_what_and_gives_the_rest() {
    let server = TestServer::start().await;
    let folder = server.path();
    assert_eq!(rows(folder, &[]), Vec::<String>::new());
    imported(folder);
    assert_eq!(
        rows(folder, &[]),
        ["L1 - 0.000/0.000 100.000", "L2 - 0.000/0.000 7.500"]
    );
    for number in [1, 2] {
        server.enrolled(&Till::new(number)).await;
    }
    assert_eq!(
        rows(folder, &["--lot", "L1"]),
        [
            "L1 T1 0.000/25.000 25.000",
            "L1 T2 0.000/19.000 19.000",
            "L1 - 0.000/0.000 56.000"
        ]
    );
    assert_eq!(
        rows(folder, &["--lot", "L1", "--node", "T2", "--quantity", "6"])[1..],
        ["L1 T2 0.000/25.000 25.000", "L1 - 0.000/0.000 50.000"]
    );
    // All of every lot, evenly.
    assert_eq!(
        rows(folder, &["--evenly"]),
        [
            "L1 T1 0.000/50.000 50.000",
            "L1 T2 0.000/50.000 50.000",
            "L1 - 0.000/0.000 0.000",
            "L2 T1 0.000/4.000 4.000",
            "L2 T2 0.000/3.500 3.500",
            "L2 - 0.000/0.000 0.000"
        ]
    );
    let report: Vec<Value> = lines(&run(folder, &["report", "lots", "--json"]));
    assert_eq!(
        (
            &report[0]["allotted"],
            &report[0]["left_here"],
            &report[0]["left"]
        ),
        (&json!("100.000"), &json!("0.000"), &json!("100.000"))
    );
    let stock: Vec<Value> = lines(&run(folder, &["report", "stock", "--json"]));
    assert_eq!(
        (&stock[0]["allotted"], &stock[0]["left_here"]),
        (&json!("107.500"), &json!("0.000"))
    );
    for (arguments, expected) in [
        (&["--lot", "L9", "--evenly"][..], (Some(1), "no_such_lot")),
        (&["--lot", "L1", "--node", "T9"], (Some(1), "unknown_node")),
        (&["--lot", "L1", "--node", "T1"], (Some(1), "lot_too_small")),
        (
            &["--lot", "L1", "--node", "T1", "--quantity", "x"],
            (Some(1), "bad_quantity"),
        ),
    ] {
        let arguments: Vec<&str> = ["allot", "--json"].iter().chain(arguments).copied().collect();
        let (exit, code) = refusal(&run(folder, &arguments));
        assert_eq!((exit, code.as_str()), expected, "{arguments:?}");
    }
    for arguments in [
        &["allot", "--quantity", "3"][..],
        &["allot", "--node", "T1"],
        &["allot", "--lot", "L1", "--node", "T1", "--evenly"],
    ] {
        assert_eq!(run(folder, arguments).status.code(), Some(2), "{arguments:?}");
    }
    // For people, in both languages.
    let table = String::from_utf8(run(folder, &["allot", "--lang", "zh"]).stdout).unwrap();
    assert!(table.contains("分给") && table.contains("50"), "{table}");
}
