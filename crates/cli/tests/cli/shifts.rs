//! A shift by hand: cash in and out, its papers, the close.

use crate::support::{Shop, sale, text_of};
use serde_json::json;

fn opened() -> Shop {
    let shop = Shop::open();
    shop.run(&["shift", "open", "--float", "20000"], "").ok();
    shop.done("sell", sale("S1", "honey", "1", 4500));
    shop
}

#[test]
fn cash_goes_in_and_out_with_a_reason_and_once_under_its_id() {
    let shop = opened();
    let out = [
        "shift",
        "cash",
        "--out",
        "5000",
        "--reason",
        "上缴现金",
        "--id",
        "m1",
    ];
    let first = shop.run(&out, "").ok().only();
    assert_eq!(
        (&first["cash_expected"], &first["repeated"]),
        (&json!(19_500), &json!(false))
    );
    let again = shop.run(&out, "").ok().only();
    assert_eq!((&again["seq"], &again["repeated"]), (&first["seq"], &json!(true)));
    let reused = [
        "shift",
        "cash",
        "--out",
        "5001",
        "--reason",
        "上缴现金",
        "--id",
        "m1",
    ];
    assert_eq!(shop.run(&reused, "").refused(), "id_reused");
    shop.run(&["shift", "cash", "--in", "1000", "--reason", "备零钱"], "")
        .ok();
    let entries = shop.summary()["entries"].clone();
    for (fen, reason, code) in [
        ("0", "备零钱", "bad_amount"),
        ("20501", "备零钱", "not_enough_cash"),
        ("100", " ", "no_reason"),
        ("100", "一\n二", "no_reason"),
    ] {
        let refused = shop.run(&["shift", "cash", "--out", fen, "--reason", reason], "");
        assert_eq!(refused.refused(), code, "{fen} {reason:?}");
    }
    let both = ["shift", "cash", "--in", "1", "--out", "1", "--reason", "备零钱"];
    assert_eq!(shop.run(&both, "").code, 2);
    assert_eq!(shop.summary()["entries"], entries);
    let shown = shop.run(&["shift", "show"], "").ok().only();
    assert_eq!(shown["cash_expected"], 20_500);
}

#[test]
fn a_shift_prints_its_reading_and_then_its_closing_paper_again() {
    let shop = opened();
    let text = |arguments: &[&str]| {
        let printed = shop
            .run(&[&["shift", "print"], arguments].concat(), "")
            .ok()
            .only();
        printed["text"].as_str().unwrap_or_default().to_owned()
    };
    let reading = text(&["--text"]);
    assert!(
        reading.contains("读数（X）") && reading.contains("45.00"),
        "{reading}"
    );
    let closed = shop
        .run(&["shift", "close", "--counted", "24400"], "")
        .ok()
        .only();
    assert_eq!(
        (&closed["counted"], &closed["difference"]),
        (&json!(24_400), &json!(-100))
    );
    let id = closed["shift"].as_str().expect("an id");
    for arguments in [vec!["--text"], vec![id, "--text"]] {
        let paper = text(&arguments);
        for words in ["交班单（Z）", "补打", "短款"] {
            assert!(paper.contains(words), "{words} is not on\n{paper}");
        }
    }
    let file = shop.file("z.pdf");
    let written = shop.run(&["shift", "print", "--pdf", text_of(&file)], "");
    written.ok();
    assert!(std::fs::read(&file).expect("a file").starts_with(b"%PDF-"));
    let unknown = shop.run(&["shift", "print", "nobody", "--text"], "");
    assert_eq!(unknown.refused(), "no_such_shift");
    assert_eq!(
        shop.run(&["shift", "cash", "--in", "1", "--reason", "备零钱"], "")
            .refused(),
        "no_shift"
    );
}

#[test]
fn the_drawer_hangs_on_the_printer_and_without_one_nothing_is_recorded() {
    let shop = opened();
    let before = shop.run(&["status"], "").only();
    let refused = shop.run(&["shift", "drawer", "--reason", "换零钱"], "");
    assert_eq!(refused.refused(), "no_printer");
    assert_eq!(shop.run(&["status"], "").only()["seq"], before["seq"]);
    assert_eq!(shop.run(&["shift", "drawer"], "").code, 2);
}
