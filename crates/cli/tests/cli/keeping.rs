//! Verify, rebuild, backup, restore, and what is refused to be opened.

use crate::support::{MORNING, Run, Shop, run, sale, text_of};
use jishi_journal::body::{Body, Continued, GrandTotals, ShiftClosed, ShiftFigures};
use jishi_journal::{Chain, NodeKey, Opening, SignedEntry};
use jishi_ledger::{Ledger, OpenMode};
use serde_json::{Value, json};
use std::path::Path;

fn sold() -> Shop {
    let shop = Shop::open();
    let sales: Vec<Value> = (1..=5)
        .map(|number| sale(&format!("S{number}"), "honey", "1", 4500))
        .collect();
    shop.tell("sell", &sales).ok();
    shop.done(
        "refund",
        json!({"id": "R1", "sale": "S2", "lines": [{"line": 1, "qty": "1"}]}),
    );
    shop.run(&["shift", "close"], "").ok();
    shop
}

/// Changes the first place in a file where these bytes stand.
fn change(path: &Path, from: &str, to: &str) {
    assert_eq!(from.len(), to.len());
    let mut bytes = std::fs::read(path).expect("a file");
    let place = bytes
        .windows(from.len())
        .position(|window| window == from.as_bytes())
        .expect("it stands in the file");
    bytes[place..place + to.len()].copy_from_slice(to.as_bytes());
    std::fs::write(path, bytes).expect("a file");
}

#[test]
fn verify_names_the_first_bad_entry() {
    let shop = sold();
    let sound = shop.run(&["verify"], "").ok().only();
    assert_eq!(sound["sound"], true);
    assert_eq!(
        (&sound["chains"][0]["till"], &sound["chains"][0]["entries"]),
        (&json!("T1"), &json!(17))
    );
    assert_eq!(sound["projections"], true);
    assert_eq!(
        sound["names"],
        json!({"readable": 2, "without_key": 0, "damaged": []})
    );
    assert_eq!(sound["guard"], json!(null));

    // The third sale stands at 13: 9 of the import, 1 of the shift, 2 of the sales before it.
    change(
        &shop.data().join("jishi.sqlite"),
        r#""id":"S3","number":"T1-000003""#,
        r#""id":"S3","number":"T1-000009""#,
    );
    let run = shop.run(&["verify"], "");
    assert_eq!(run.refused(), "not_sound");
    let found = run.only();
    assert_eq!(found["sound"], false);
    assert_eq!(found["chains"][0]["bad"]["seq"], 13, "{found}");
    assert_eq!(found["chains"][0]["entries"], 12, "{found}");
}

#[test]
fn verify_finds_projections_that_are_not_the_journals_and_rebuild_mends_them() {
    let shop = sold();
    let before = shop.report("parties");
    // A village as only the projection of its party has it: the entry's own bytes stay.
    let path = shop.data().join("jishi.sqlite");
    let bytes = std::fs::read(&path).expect("a file");
    let needle = "H2household".as_bytes();
    let place = bytes.windows(needle.len()).position(|window| window == needle);
    // The row's columns may stand otherwise in another version; then this has nothing to change.
    let place = place
        .or_else(|| find(&bytes, "household茶坪村".as_bytes()))
        .expect("the party's row");
    let mut changed = bytes.clone();
    changed[place + needle.len() - 1] ^= 1;
    std::fs::write(&path, &changed).expect("a file");
    let run = shop.run(&["verify"], "");
    assert_eq!(run.refused(), "not_sound");
    assert_eq!(run.only()["projections"], false);
    assert_eq!(run.only()["chains"][0]["bad"], Value::Null);
    assert_eq!(shop.run(&["rebuild"], "").ok().only()["entries"], 17);
    assert_eq!(shop.run(&["verify"], "").ok().only()["sound"], true);
    assert_eq!(shop.report("parties"), before);
}

fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).position(|window| window == needle)
}

#[test]
fn rebuild_gives_the_same_reports() {
    let shop = sold();
    let reports = [
        "summary", "sales", "lines", "products", "parties", "lots", "stock", "tenders", "shifts", "fund",
    ];
    let before: Vec<_> = reports.iter().map(|name| shop.report(name)).collect();
    shop.run(&["rebuild"], "").ok();
    let after: Vec<_> = reports.iter().map(|name| shop.report(name)).collect();
    assert_eq!(before, after);
}

/// All entries of a till as an archive holds them.
fn exported(shop: &Shop) -> Vec<String> {
    let ledger = Ledger::open(&shop.data().join("jishi.sqlite"), OpenMode::Read).expect("a ledger");
    let mut lines = Vec::new();
    for record in ledger.chains().expect("chains") {
        let entries = ledger.entries_after(record.chain, 0, u32::MAX).expect("entries");
        lines.extend(entries.iter().map(|signed| signed.to_text()));
    }
    lines
}

#[test]
fn an_archive_is_verified_with_nothing_else() {
    let shop = sold();
    let backup = shop.file("backup.sqlite");
    shop.run(&["backup", text_of(&backup)], "").ok();
    shop.run(&["restore", text_of(&backup)], "").ok();
    // The successor's grand totals go on from those of the chain before it.
    shop.done("sell", sale("N1", "honey", "1", 4500));
    shop.run(&["shift", "close"], "").ok();
    let lines = exported(&shop);
    let path = shop.file("archive.txt");
    let verify = |lines: &[String]| {
        std::fs::write(&path, lines.join("\n")).expect("a file");
        run(&["verify", "--json", text_of(&path)], "")
    };
    let sound = verify(&lines).ok().only();
    assert_eq!(sound["sound"], true);
    assert_eq!(sound["chains"].as_array().map(Vec::len), Some(2));

    let bad = |lines: &[String]| {
        let run = verify(lines);
        assert_eq!(run.refused(), "not_sound");
        let bad = run.only()["chains"][0]["bad"].clone();
        (
            bad["seq"].as_u64().expect("a seq"),
            bad["code"].as_str().expect("a code").to_owned(),
        )
    };
    let changed = |index: usize, from: &str, to: &str| {
        let mut lines = lines.clone();
        assert!(lines[index].contains(from));
        lines[index] = lines[index].replacen(from, to, 1);
        lines
    };
    assert_eq!(
        bad(&changed(12, "T1-000003", "T1-000009")),
        (13, "bad_signature".to_owned())
    );
    assert_eq!(
        bad(&changed(12, r#""seq":13"#, r#""seq":14"#)),
        (13, "gap".to_owned())
    );
    assert_eq!(bad(&changed(12, "{", "[")), (13, "bad_entry".to_owned()));
    let mut dropped = lines.clone();
    dropped.remove(12);
    assert_eq!(bad(&dropped), (13, "gap".to_owned()));
    let mut swapped = lines.clone();
    swapped.swap(12, 13);
    assert_eq!(bad(&swapped), (13, "gap".to_owned()));
    let mut headless = lines.clone();
    headless.remove(0);
    assert_eq!(bad(&headless), (1, "gap".to_owned()));
}

#[test]
fn what_is_no_archive_is_refused() {
    let shop = Shop::bare();
    let path = shop.file("archive");
    for bytes in [
        b"".as_slice(),
        b"nonsense\n",
        b"\x28\xb5\x2f\xfd\x00",
        b"{}\n",
        &[b'x'; 400_000],
    ] {
        std::fs::write(&path, bytes).expect("a file");
        assert_eq!(
            run(&["verify", "--json", text_of(&path)], "").refused(),
            "bad_archive"
        );
    }
    assert_eq!(
        run(&["verify", "--json", "/no/such/file"], "").refused(),
        "no_such_file"
    );
}

#[test]
fn a_compressed_archive_is_read_too() {
    let shop = sold();
    let path = shop.file("archive.zst");
    let text = exported(&shop).join("\n");
    let packed = zstd::encode_all(text.as_bytes(), 3).expect("packed");
    std::fs::write(&path, &packed).expect("a file");
    assert_eq!(
        run(&["verify", "--json", text_of(&path)], "").ok().only()["chains"][0]["entries"],
        17
    );
    std::fs::write(&path, &packed[..packed.len() / 2]).expect("a file");
    assert_eq!(
        run(&["verify", "--json", text_of(&path)], "").refused(),
        "bad_archive"
    );
}

#[test]
fn verify_tells_an_older_file_that_was_put_back() {
    let shop = sold();
    let database = shop.data().join("jishi.sqlite");
    let old = std::fs::read(&database).expect("a file");
    shop.done("sell", sale("S6", "honey", "1", 4500));
    std::fs::write(&database, old).expect("a file");
    let run = shop.run(&["verify"], "");
    assert_eq!(run.refused(), "not_sound");
    let found = run.only();
    assert_eq!(
        (&found["guard"]["code"], &found["projections"]),
        (&json!("rolled_back"), &json!(true))
    );
    // It goes on selling, says so, and is sound again under its successor.
    let run = shop.tell("sell", &[sale("S7", "honey", "1", 4500)]);
    assert!(run.err.contains("rolled_back"), "{}", run.err);
    assert_eq!(run.ok().only()["number"], "T1b-000001");
    assert_eq!(shop.run(&["verify"], "").ok().only()["guard"], json!(null));
}

#[test]
fn a_restore_opens_a_successor() {
    let shop = sold();
    let backup = shop.file("backup.sqlite");
    shop.run(&["backup", text_of(&backup)], "").ok();
    // Again under the same name; but never over what is no backup, nor over a till's own database, nor over some
    // other program's.
    shop.run(&["backup", text_of(&backup)], "").ok();
    let others = shop.file("others.sqlite");
    let mut bytes = std::fs::read(&backup).expect("a file");
    bytes[68..72].copy_from_slice(&[0; 4]);
    std::fs::write(&others, bytes).expect("a file");
    for file in [shop.file("import.json"), shop.data().join("jishi.sqlite"), others] {
        let refused = shop.run(&["backup", text_of(&file)], "").refused();
        assert_eq!(refused, "file_exists");
    }
    shop.done("sell", sale("S6", "honey", "1", 4500));

    let restored = shop.run(&["restore", text_of(&backup)], "").ok().only();
    assert_eq!(restored["till"], "T1");
    assert_eq!(restored["left_behind"], 1);
    let status = shop.run(&["status"], "").ok().only();
    assert_eq!(
        (&status["forked"], &status["chain"], &status["seq"]),
        (&json!(false), &restored["chain"], &json!(1)),
        "a successor is no fork"
    );
    // What was sold after the backup is not in it; the till does not give its number again.
    assert_eq!(shop.summary()["sales"], 5);
    assert_eq!(
        shop.done("sell", sale("S6", "honey", "1", 4500))["number"],
        "T1b-000001"
    );
    assert_eq!(
        shop.done("sell", sale("S1", "honey", "1", 4500))["repeated"],
        true
    );
    assert_eq!(shop.run(&["verify"], "").ok().only()["sound"], true);

    // Into an empty folder too: the key was lost with the disk, so it has a new one.
    let elsewhere = shop.file("elsewhere");
    let on = |command: &[&str], input: &str| {
        let options = ["--json", "--at", MORNING, "--data", text_of(&elsewhere)];
        run(&[command, &options[..]].concat(), input)
    };
    on(&["restore", text_of(&backup)], "").ok();
    let number = on(&["sell"], &sale("S7", "honey", "1", 4500).to_string())
        .ok()
        .only();
    assert_eq!(number["number"], "T1b-000001");
    assert_eq!(on(&["verify"], "").ok().only()["sound"], true);
    for file in [shop.file("import.json"), shop.file("none")] {
        on(&["restore", text_of(&file)], "").refused();
    }
    assert_eq!(
        on(&["report", "summary"], "").ok().only()["sales"],
        6,
        "a refused restore changes nothing"
    );
}

#[test]
fn a_database_of_a_newer_program_is_left_alone() {
    let shop = sold();
    let path = shop.data().join("jishi.sqlite");
    let mut bytes = std::fs::read(&path).expect("a file");
    // SQLite keeps user_version here, big-endian.
    bytes[60..64].copy_from_slice(&99u32.to_be_bytes());
    std::fs::write(&path, &bytes).expect("a file");
    for command in [
        &["sell"][..],
        &["report", "summary"],
        &["verify"],
        &["rebuild"],
        &["status"],
    ] {
        assert_eq!(
            shop.run(command, "{}\n").refused(),
            "newer_database",
            "{command:?}"
        );
    }
    assert_eq!(std::fs::read(&path).expect("a file"), bytes);
}

#[test]
fn a_damaged_database_says_so() {
    let shop = sold();
    let path = shop.data().join("jishi.sqlite");
    std::fs::write(&path, vec![0x5a; 8192]).expect("a file");
    for command in [&["sell"][..], &["report", "summary"], &["verify"]] {
        assert_eq!(shop.run(command, "{}\n").refused(), "damaged", "{command:?}");
    }
}

/// All that a shift's end left in the data folder, and what was put elsewhere, is offered.
#[test]
fn a_damaged_database_is_said_with_the_backups_there_are() {
    let shop = sold();
    let elsewhere = shop.file("stick.sqlite");
    shop.done("sell", sale("S6", "honey", "1", 4500));
    shop.run(&["backup", text_of(&elsewhere)], "").ok();
    let gone = shop.file("gone.sqlite");
    shop.run(&["backup", text_of(&gone)], "").ok();
    std::fs::remove_file(&gone).expect("removed");
    std::fs::write(shop.data().join("jishi.sqlite"), vec![0x5a; 8192]).expect("a file");

    let run = shop.run(&["sell"], "{}\n");
    assert_eq!((run.refused().as_str(), run.out.as_str()), ("damaged", ""));
    let error: Value = serde_json::from_str(run.err.trim()).expect("one JSON value");
    let backups = error["error"]["backups"].as_array().expect("a list").clone();
    assert_eq!(backups.len(), 2);
    assert!(error["error"]["message"].is_string());
    let automatic = shop.data().join("backups/jishi-20261121-093000.sqlite");
    let of = |file: &Path| {
        let found = backups
            .iter()
            .find(|backup| backup["file"].as_str().is_some_and(|name| name == text_of(file)));
        found.unwrap_or_else(|| panic!("{} in {error}", file.display()))
    };
    let last = |file: &Path| (of(file)["sales"].clone(), of(file)["last_number"].clone());
    // A refund takes a number too.
    assert_eq!(last(&automatic), (json!(5), json!("T1-000006")));
    assert_eq!(
        last(&elsewhere.canonicalize().expect("a path")),
        (json!(6), json!("T1-000007"))
    );
    assert_eq!(of(&automatic)["at"], MORNING);

    let data = shop.data();
    for (language, expected) in [
        (
            "zh",
            [
                "数据文件坏了",
                "找到的备份",
                "6 单，末张 T1-000007",
                "现在不在",
                "jishi restore",
            ],
        ),
        (
            "en",
            [
                "is damaged",
                "Backups found",
                "6 sales, last T1-000007",
                "not there now",
                "jishi restore",
            ],
        ),
    ] {
        let said = run_plain(&["sell", "--lang", language, "--data", text_of(&data)]);
        for words in expected {
            assert!(said.contains(words), "{words}: {said}");
        }
    }
    let restored = shop.run(&["restore", text_of(&elsewhere)], "").ok().only();
    assert_eq!(
        std::fs::read(restored["kept"].as_str().expect("a path")).expect("kept"),
        vec![0x5a; 8192]
    );
    assert_eq!(shop.summary()["sales"], 6);
}

fn run_plain(arguments: &[&str]) -> String {
    let run = run(arguments, "{}\n");
    assert_eq!(run.code, 1);
    run.err
}

/// Found in the middle of a file of sales: those before it stand, and not one after it is taken.
#[test]
fn a_damaged_page_stops_the_sales_and_is_found_again() {
    let shop = sold();
    let path = shop.data().join("jishi.sqlite");
    let good = std::fs::read(&path).expect("a file");
    let lines: String = (1..=3)
        .map(|number| format!("{}\n", sale(&format!("N{number}"), "honey", "1", 4500)))
        .collect();
    std::fs::copy(shop.data().join("guard.json"), shop.file("guard.json")).expect("a guard");
    let mut found_while_selling = 0;
    for page in 1..good.len() / 4096 {
        let mut bytes = good.clone();
        bytes[page * 4096..(page + 1) * 4096].fill(0x5a);
        std::fs::write(&path, &bytes).expect("a file");
        std::fs::write(shop.data().join("lock"), "closed 1").expect("a lock");
        let run = shop.run(&["sell"], &lines);
        let answers = run.lines();
        if answers.is_empty() {
            // Found before anything was read.
            assert_eq!(run.refused(), "damaged", "page {page}");
        } else if answers.iter().any(|answer| answer["error"].is_object()) {
            found_while_selling += 1;
            assert_eq!(run.refused(), "damaged", "page {page}");
            assert_eq!(answers.len(), 3);
            for answer in &answers {
                assert_eq!(answer["error"]["code"], "damaged", "page {page}: {answer}");
            }
            assert!(
                std::fs::read(&path).expect("a file") == bytes,
                "page {page}: nothing was recorded"
            );
            assert_eq!(
                shop.run(&["sell"], &lines).refused(),
                "damaged",
                "page {page}: and so at the next start"
            );
        } else {
            assert_eq!(run.code, 0, "page {page}: {}", run.err);
            // Recorded, whole: the next round begins with the file as it was.
            for suffix in ["-wal", "-shm"] {
                std::fs::remove_file(shop.data().join(format!("jishi.sqlite{suffix}"))).ok();
            }
        }
        std::fs::copy(shop.file("guard.json"), shop.data().join("guard.json")).expect("a guard");
    }
    assert!(found_while_selling > 3, "{found_while_selling}");
}

#[test]
fn a_till_is_made_once() {
    let shop = Shop::bare();
    assert_eq!(shop.run(&["init", "--till", "T2"], "").refused(), "till_exists");
    let empty = shop.file("empty");
    for (command, code) in [
        (&["sell"][..], "no_till"),
        (&["report", "summary"], "no_till"),
        (&["verify"], "no_till"),
        (&["status"], "no_till"),
        (&["rebuild"], "no_till"),
        (&["init", "--till", "t1"], "bad_till_code"),
        (&["init", "--till", "T1-1"], "bad_till_code"),
        (&["init", "--till", ""], "bad_till_code"),
    ] {
        let options = ["--json", "--data", text_of(&empty)];
        assert_eq!(
            run(&[command, &options[..]].concat(), "").refused(),
            code,
            "{command:?}"
        );
    }
    assert!(!empty.exists(), "what is refused leaves nothing");
}

#[test]
fn a_till_that_is_not_enrolled_has_nowhere_to_go() {
    let shop = sold();
    let status = shop.run(&["status"], "").ok().only();
    for (key, value) in [
        ("till", json!("T1")),
        ("seq", json!(17)),
        ("acknowledged", json!(0)),
        ("hub", json!(0)),
        ("forked", json!(false)),
    ] {
        assert_eq!(status[key], value, "{key}");
    }
    assert_eq!(status["chain"].as_str().map(str::len), Some(32));
    assert_eq!(status["head"].as_str().map(str::len), Some(64));
    assert_eq!(shop.run(&["sync"], "").refused(), "not_enrolled");
    assert_eq!(shop.run(&["enrol", "no-code"], "").refused(), "bad_code");
}

#[test]
fn the_demo_fair_is_there_at_once() {
    let shop = Shop::bare();
    let folder = shop.file("demo");
    let on = |command: &[&str], input: &str| {
        run(
            &[command, &["--json", "--data", text_of(&folder)][..]].concat(),
            input,
        )
        .ok()
    };
    let made = on(&["init", "--till", "T2", "--demo"], "").only();
    assert!(made["demo"]["added"].as_u64() > Some(200), "{made}");
    assert!(!on(&["search", "tfm"], "").lines().is_empty());
}

#[test]
fn a_receipt_is_printed_again_and_that_is_recorded() {
    let shop = sold();
    let seq = || {
        shop.run(&["status"], "").ok().only()["seq"]
            .as_u64()
            .expect("a seq")
    };
    let before = seq();
    for (form, magic) in [
        ("--pdf", b"%PDF".as_slice()),
        ("--png", b"\x89PNG"),
        ("--escpos", b"\x1b@"),
    ] {
        let path = shop.file(form.trim_start_matches('-'));
        shop.run(
            &["receipt", "T1-000001", form, text_of(&path), "--width", "80"],
            "",
        )
        .ok();
        let bytes = std::fs::read(&path).expect("a receipt");
        assert!(bytes.starts_with(magic), "{form}");
    }
    let text = shop
        .run(&["receipt", "T1-000001", "--text", "--lang", "zh"], "")
        .ok()
        .only();
    let text = text["text"].as_str().expect("a text");
    assert!(
        text.contains("补打") && text.contains("T1-000001") && text.contains("石门村"),
        "{text}"
    );
    assert_eq!(seq(), before + 4);
    assert_eq!(
        shop.run(&["receipt", "T1-000099", "--text"], "").refused(),
        "no_such_receipt"
    );
    assert_eq!(
        shop.run(&["receipt", "T1-000001", "--printer", "usb"], "")
            .refused(),
        "bad_request"
    );
    assert_eq!(seq(), before + 4);
}

/// How a chain of this till opens.
fn opening(nonce: u8, continues: Option<Continued>) -> Opening {
    Opening {
        nonce: [nonce; 16],
        node: "T1".to_owned(),
        continues,
    }
}

/// A shift closed with nothing sold in it, by a till that sold so much before.
fn closed(shift: &str, sales: u64) -> Body {
    Body::ShiftClosed(ShiftClosed {
        id: shift.to_owned(),
        staff: String::new(),
        figures: ShiftFigures::default(),
        counted: None,
        counts: Vec::new(),
        grand_totals: GrandTotals {
            sales,
            ..GrandTotals::default()
        },
        approved_by: Vec::new(),
    })
}

/// Signed and linked as they should be, by a program that cannot add.
#[test]
fn verify_adds_up_what_a_chain_says() {
    let key = NodeKey::from_seed(&[7; 32]);
    let (mut chain, opened) = Chain::open(key, opening(1, None), MORNING).expect("a chain");
    let (honest, head) = chain.next(MORNING, &closed("one", 0)).expect("an entry");
    chain.advance(head);
    let (boasting, _) = chain.next(MORNING, &closed("two", 1)).expect("an entry");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("archive.txt");
    let verify = |entries: &[&SignedEntry]| {
        let lines: Vec<String> = entries.iter().map(|signed| signed.to_text()).collect();
        std::fs::write(&path, lines.join("\n")).expect("a file");
        run(&["verify", "--json", text_of(&path)], "")
    };
    verify(&[&opened, &honest]).ok();
    let run = verify(&[&opened, &honest, &boasting]);
    assert_eq!(run.refused(), "not_sound");
    let bad = &run.only()["chains"][0]["bad"];
    assert_eq!((&bad["seq"], &bad["code"]), (&json!(3), &json!("bad_totals")));
}

/// One key, two machines: both branches are followed, and a successor of one of them, wherever it stands.
#[test]
fn an_archive_of_a_chain_that_forked_is_verified_branch_by_branch() {
    let key = NodeKey::from_seed(&[7; 32]);
    let write = |chain: &mut Chain, body: &Body| {
        let (signed, head) = chain.next(MORNING, body).expect("an entry");
        chain.advance(head);
        signed.to_text()
    };
    let (mut chain, opened) = Chain::open(key.clone(), opening(1, None), MORNING).expect("a chain");
    let mut lines = vec![opened.to_text(), write(&mut chain, &closed("one", 0))];
    let mut copy = Chain::resume(key.clone(), chain.id(), chain.head());
    lines.push(write(&mut chain, &closed("two", 0)));
    lines.push(write(&mut chain, &closed("three", 0)));
    let forked: Vec<String> = ["four", "five", "six"]
        .map(|shift| write(&mut copy, &closed(shift, 0)))
        .to_vec();
    let continued = Continued {
        chain: copy.id().to_string(),
        origin: copy.id().to_string(),
        seq: copy.head().seq,
        hash: copy.head().hash.to_string(),
        generation: 1,
    };
    let (mut next, opened) = Chain::open(key, opening(2, Some(continued)), MORNING).expect("a chain");
    let honest = vec![opened.to_text(), write(&mut next.clone(), &closed("seven", 0))];
    let boasting = vec![opened.to_text(), write(&mut next, &closed("seven", 1))];

    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("archive.txt");
    let verify = |parts: &[&[String]]| {
        std::fs::write(&path, parts.concat().join("\n")).expect("a file");
        run(&["verify", "--json", text_of(&path)], "")
    };
    let found = |run: &Run| -> Vec<Value> {
        let only = run.only();
        let chains = only["chains"].as_array().expect("chains").iter();
        chains
            .map(|chain| {
                json!([
                    chain["branch"],
                    chain["entries"],
                    chain["bad"]["seq"],
                    chain["bad"]["code"]
                ])
            })
            .collect()
    };
    let good = json!([3, 5, null, null]);
    assert_eq!(
        found(&verify(&[&lines, &forked, &honest]).ok()),
        [
            json!([null, 4, null, null]),
            good.clone(),
            json!([null, 2, null, null])
        ]
    );
    // The successor stands before what it goes on from.
    assert_eq!(found(&verify(&[&lines, &honest, &forked]).ok()).len(), 3);
    for parts in [[&lines, &forked, &boasting], [&lines, &boasting, &forked]] {
        let run = verify(&parts.map(Vec::as_slice));
        assert_eq!(run.refused(), "not_sound");
        let found = found(&run);
        assert!(found.contains(&good), "{found:?}");
        assert!(found.contains(&json!([null, 2, 2, "bad_totals"])), "{found:?}");
    }
    // What is wrong with one branch is not told of the other.
    let mut dropped = forked.clone();
    dropped.remove(1);
    let mut altered = forked.clone();
    altered[0] = altered[0].replace("four", "eight");
    for (forked, entries, seq, code) in [(&dropped, 3, 4, "gap"), (&altered, 2, 3, "bad_signature")] {
        let run = verify(&[&lines, forked]);
        assert_eq!(run.refused(), "not_sound");
        assert_eq!(
            found(&run),
            [json!([null, 4, null, null]), json!([3, entries, seq, code])]
        );
    }
}

/// A reprint does not go over a file that is there, and one that is refused is not recorded.
#[test]
fn paper_goes_over_another_only_when_asked() {
    let shop = sold();
    let seq = || {
        shop.run(&["status"], "").ok().only()["seq"]
            .as_u64()
            .expect("a seq")
    };
    let before = seq();
    for form in ["--pdf", "--png", "--escpos"] {
        let path = shop.file("paper");
        std::fs::write(&path, "mine").expect("a file");
        let reprint = ["receipt", "T1-000001", form, text_of(&path)];
        assert_eq!(shop.run(&reprint, "").refused(), "file_exists", "{form}");
        assert_eq!(std::fs::read(&path).expect("a file"), b"mine", "{form}");
        assert_eq!(seq(), before, "{form}");
    }
    let path = shop.file("paper");
    let reprint = ["receipt", "T1-000001", "--pdf", text_of(&path), "--overwrite"];
    shop.run(&reprint, "").ok();
    // A script that prints again and again; and a name that was made empty to have it.
    shop.run(&reprint[..4], "").ok();
    let empty = shop.file("empty");
    std::fs::write(&empty, "").expect("a file");
    shop.run(&["receipt", "T1-000001", "--escpos", text_of(&empty)], "")
        .ok();
    assert!(std::fs::read(&path).expect("a file").starts_with(b"%PDF"));
    assert_eq!(seq(), before + 3);
}

/// A device or a pipe is written through, and nothing need be said about overwriting it.
#[cfg(unix)]
#[test]
fn paper_goes_through_a_device() {
    let shop = sold();
    let mut command = shop.command(&["receipt", "T1-000001", "--escpos", "/dev/stdout"]);
    let output = command.output().expect("the program ends");
    assert!(output.status.success(), "{output:?}");
    assert!(output.stdout.starts_with(b"\x1b@"), "{output:?}");
    // The next line is the answer.
    let answer = output.stdout.split(|byte| *byte == b'\n').rev().nth(1);
    let is_answer = |line: &[u8]| line.windows(9).any(|window| window == b"\"written\"");
    assert!(answer.is_some_and(is_answer), "{output:?}");
    shop.run(&["receipt", "T1-000001", "--pdf", "/dev/null"], "").ok();
}

/// A link's file is what is meant by it; what is no file is left alone.
#[cfg(unix)]
#[test]
fn paper_goes_where_it_is_meant_to() {
    let shop = sold();
    let (paper, link, socket) = (shop.file("paper.pdf"), shop.file("link.pdf"), shop.file("socket"));
    std::fs::write(&paper, "old").unwrap();
    std::os::unix::fs::symlink(&paper, &link).unwrap();
    shop.run(
        &["receipt", "T1-000001", "--pdf", text_of(&link), "--overwrite"],
        "",
    )
    .ok();
    assert!(std::fs::read(&paper).unwrap().starts_with(b"%PDF"));
    assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());

    let _open = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    shop.run(&["receipt", "T1-000001", "--pdf", text_of(&socket)], "")
        .refused();
    assert!(!std::fs::metadata(&socket).unwrap().is_file());
}

#[test]
fn a_backup_is_verified_without_being_restored() {
    let shop = sold();
    let backup = shop.data().with_file_name("stick.sqlite");
    shop.run(&["backup", text_of(&backup)], "").ok();
    let sound = run(&["verify", "--json", text_of(&backup)], "").ok().only();
    assert_eq!(sound["sound"], true);
    assert_eq!(sound["projections"], true);
    assert_eq!(sound["chains"][0]["entries"], 17);

    change(
        &backup,
        r#""id":"S3","number":"T1-000003""#,
        r#""id":"S3","number":"T1-000009""#,
    );
    let altered = run(&["verify", "--json", text_of(&backup)], "");
    assert_eq!(altered.refused(), "not_sound");
    assert_eq!(altered.only()["chains"][0]["bad"]["seq"], 13);
}
