//! 备注 and 购买方 on any sale: in the entry, on the paper, in the report, and found again by them.

use jishi_testkit::{Shop, cash_sale};
use jishi_till::report::{self, Filter};
use jishi_till::wire::{ImportFile, SellRequest};
use jishi_till::{Counter, Till};
use serde_json::{Value, json};

fn with_buyers() -> (Shop, Till) {
    let (shop, mut till) = Shop::with_fair(1);
    let buyers = json!({"buyers": [
        {"code": "U1", "name": "第一中学食堂", "contact": "赵明德", "phone": "13900000001"},
        {"code": "P1", "kind": "person", "name": "周先生", "phone": "13900000777"}
    ]});
    let file: ImportFile = serde_json::from_value(buyers).unwrap();
    till.import(&file, false).unwrap();
    (shop, till)
}

fn sale(id: &str, buyer: Option<&str>, note: Option<&str>) -> SellRequest {
    SellRequest {
        buyer: buyer.map(str::to_owned),
        note: note.map(str::to_owned),
        ..cash_sale(id, &[("honey", "1")])
    }
}

/// All that this till signed, as it lies on the disk.
fn chain(till: &Till) -> String {
    let entries = till.ledger().entries_after(till.chain_id(), 0, u32::MAX).unwrap();
    entries.into_iter().map(|signed| signed.line + "\n").collect()
}

fn found(counter: &mut Counter, about: &str) -> Vec<String> {
    let rows = counter
        .call("receipts", json!({"before": null, "limit": 50, "about": about}))
        .unwrap();
    let rows = rows.as_array().unwrap().iter();
    rows.map(|row| row["number"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_sale_in_cash_has_a_buyer_and_a_note_and_is_found_by_them() {
    let (_shop, mut till) = with_buyers();
    till.sell(&sale("a", Some("U1"), Some(" 送到后门 ABC "))).unwrap();
    till.sell(&sale("b", None, None)).unwrap();
    till.sell(&sale("c", Some("P1"), None)).unwrap();
    let rows = report::sales(till.ledger(), &Filter::default()).unwrap();
    let said: Vec<_> = rows
        .iter()
        .map(|row| {
            (
                row.buyer.as_deref(),
                row.buyer_name.as_deref(),
                row.note.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        said,
        [
            (Some("U1"), Some("第一中学食堂"), Some("送到后门 ABC")),
            (None, None, None),
            (Some("P1"), Some("周先生"), None)
        ]
    );
    let mut counter = Counter::new(till);
    let receipt = counter
        .call("find_receipt", json!({"text": "T1-000001"}))
        .unwrap();
    assert_eq!(
        (&receipt["buyer"], &receipt["note"]),
        (&json!("第一中学食堂"), &json!("送到后门 ABC"))
    );
    for (about, numbers) in [
        ("后门", &["T1-000001"][..]),
        ("abc", &["T1-000001"]),
        ("食堂", &["T1-000001"]),
        ("dyzxst", &["T1-000001"]),
        ("0777", &["T1-000003"]),
        ("周先生", &["T1-000003"]),
        ("没有的", &[]),
        ("", &["T1-000003", "T1-000002", "T1-000001"]),
    ] {
        assert_eq!(found(&mut counter, about), numbers, "{about}");
    }
    // On paper the name and the note, and never a phone.
    for (number, said) in [
        ("T1-000001", "购买方 第一中学食堂"),
        ("T1-000001", "备注 送到后门"),
        ("T1-000003", "购买方 周先生"),
    ] {
        let paper = counter
            .call("receipt_picture", json!({"number": number}))
            .unwrap();
        let text = paper["text"].as_str().unwrap();
        assert!(text.contains(said) && !text.contains("139"), "{text}");
    }
}

#[test]
fn a_note_has_a_hundred_characters_and_an_empty_one_is_none() {
    let (_shop, mut till) = with_buyers();
    let head = till.head();
    for bad in ["字".repeat(101), "一\n二".to_owned()] {
        assert_eq!(
            till.sell(&sale("a", None, Some(&bad))).unwrap_err().code(),
            "bad_note"
        );
    }
    assert_eq!(
        till.sell(&sale("a", Some("X9"), None)).unwrap_err().code(),
        "no_such_buyer"
    );
    assert_eq!(till.head(), head);
    till.sell(&sale("a", None, Some(&"字".repeat(100)))).unwrap();
    till.sell(&sale("b", None, Some("  "))).unwrap();
    let rows = report::sales(till.ledger(), &Filter::default()).unwrap();
    assert_eq!(rows[0].note.as_ref().unwrap().chars().count(), 100);
    assert_eq!(rows[1].note, None);
}

#[test]
fn a_person_is_taken_in_on_the_spot_and_stands_in_no_chain_by_name_or_phone() {
    let (shop, till) = with_buyers();
    let mut counter = Counter::new(till);
    let add = |counter: &mut Counter, name: &str, phone: &str| {
        counter
            .call("add_buyer", json!({"name": name, "phone": phone}))
            .map_err(|refused| refused.code)
    };
    for (name, phone) in [
        ("", ""),
        ("  ", "13912345678"),
        (&*"长".repeat(41), ""),
        ("覃小妹", "139-1234"),
        ("覃小妹", "123456789012345678901"),
    ] {
        assert_eq!(
            add(&mut counter, name, phone),
            Err("bad_buyer".to_owned()),
            "{name} {phone}"
        );
    }
    let added = add(&mut counter, "欧阳春", "13912345678").unwrap();
    assert_eq!(
        (
            &added["name"],
            &added["is_unit"],
            &added["phone_tail"],
            &added["contact"]
        ),
        (&json!("欧阳春"), &json!(false), &json!("5678"), &json!(""))
    );
    // Known by both, he is not taken in twice.
    let head = counter.till.head();
    assert_eq!(
        add(&mut counter, " 欧阳春 ", "13912345678").unwrap()["code"],
        added["code"]
    );
    assert_eq!(counter.till.head(), head);
    let find =
        |counter: &mut Counter, query: &str| counter.call("find_buyers", json!({"query": query})).unwrap();
    for query in ["欧阳", "oyc", "ouyang", "5678"] {
        assert_eq!(find(&mut counter, query)[0]["code"], added["code"], "{query}");
    }
    let code = added["code"].as_str().unwrap().to_owned();
    counter.till.sell(&sale("a", Some(&code), None)).unwrap();
    let signed = chain(&counter.till);
    // Of the one imported too: his name is as much his own.
    for said in ["欧阳春", "13912345678", "周先生", "13900000777"] {
        assert!(!signed.contains(said), "{said}");
    }
    // After a restart he is known still; when his key is destroyed, only a code is left.
    let till = shop.reopen(counter.till);
    assert_eq!(till.catalogue().buyer(&code).unwrap().shown(), "欧阳春");
    drop(till);
    let mut ledger =
        jishi_ledger::Ledger::open(&shop.folder().database(), jishi_ledger::OpenMode::Write).unwrap();
    ledger
        .write(|writer| writer.erase_name_keys(&format!("buyer {code}")))
        .unwrap();
    drop(ledger);
    let till = shop.open().unwrap();
    assert_eq!(till.catalogue().buyer(&code).unwrap().shown(), code);
    let rows = report::sales(till.ledger(), &Filter::default()).unwrap();
    assert_eq!(
        (rows[0].buyer.as_deref(), rows[0].buyer_name.as_deref()),
        (Some(code.as_str()), None)
    );
    let mut counter = Counter::new(till);
    let paper: Value = counter
        .call("receipt_picture", json!({"number": "T1-000001"}))
        .unwrap();
    assert!(
        paper["text"]
            .as_str()
            .unwrap()
            .contains(&format!("购买方 {code}"))
    );
}
