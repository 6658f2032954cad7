//! The way up without a line: a counter in a village whose stick goes to the centre on Fridays.

use crate::centre::Centre;
use crate::support::{Run, Shop, run, run_command, sale, text_of};
use jishi_ledger::report::{self, Filter};
use jishi_ledger::{Ledger, OpenMode};
use jishi_server::{BundleTaken, Instruments, import_bundle, revoke};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// What the centre does with a stick: the receipt lies beside the bundle then.
pub(crate) fn take_in(centre: &Path, file: &Path) -> Result<BundleTaken, &'static str> {
    let taken = import_bundle(centre, file, &Instruments::of_machine(), &mut |_, _| true);
    let taken = taken.map_err(|error| error.code())?;
    std::fs::write(receipt_of(file), &taken.receipt).expect("a receipt");
    Ok(taken)
}

pub(crate) fn receipt_of(file: &Path) -> PathBuf {
    file.with_extension("jishi.receipt")
}

pub(crate) fn export(shop: &Shop, file: &Path) -> Value {
    shop.run(&["bundle", "export", text_of(file)], "").ok().only()
}

pub(crate) fn import(shop: &Shop, file: &Path) -> Run {
    shop.run(&["bundle", "import", text_of(file)], "")
}

/// A till that was enrolled while it was in town, and its centre, which runs no more.
pub(crate) fn village() -> (Shop, PathBuf) {
    let shop = Shop::open();
    let centre = Centre::start(&shop.file("centre"));
    shop.run(&["enrol", &centre.invite()], "").ok();
    let folder = centre.folder.clone();
    centre.stop();
    (shop, folder)
}

/// The figures of the fair at the till and at the centre, to the fen.
#[track_caller]
pub(crate) fn agree(shop: &Shop, centre: &Path) -> Value {
    let ledger = Ledger::open(&centre.join("server.sqlite"), OpenMode::Read).expect("its books");
    let there = report::summary(&ledger, &Filter::default()).expect("a report");
    let here = shop.summary();
    for (key, value) in [
        ("sales", there.sales),
        ("refunds", there.refunds),
        ("gross", there.gross),
        ("net", there.net),
        ("payable", there.payable),
        ("fund", there.fund),
        ("margin", there.margin),
        ("households", there.households),
    ] {
        assert_eq!(here[key], json!(value), "{key}");
    }
    let parties = report::parties(&ledger, &Filter::default()).expect("a report");
    assert_eq!(
        shop.report("parties"),
        parties.iter().map(|party| json!(party)).collect::<Vec<_>>()
    );
    here
}

#[test]
fn a_week_of_a_village_counter_by_stick() {
    let (shop, centre) = village();
    let stick = shop.file("T1.jishi");
    let status = || shop.run(&["status"], "").ok().only();

    // The first week.
    for (number, fen) in [(1, 4500), (2, 4500), (3, 5000)] {
        shop.done("sell", sale(&format!("S{number}"), "honey", "1", fen));
    }
    shop.done("sell", sale("S4", "tea", "0.333", 5000));
    shop.run(&["shift", "close"], "").ok();
    let exported = export(&shop, &stick);
    assert_eq!(exported["file"], json!(stick));
    assert_eq!(
        (&exported["entries"], &exported["sales_waiting"]),
        (&status()["seq"], &json!(4))
    );
    // On the stick is not yet at the centre.
    assert_eq!(
        (&status()["acknowledged"], &status()["sales_waiting"]),
        (&json!(0), &json!(4))
    );
    take_in(&centre, &stick).expect("a good bundle");
    assert_eq!(agree(&shop, &centre)["sales"], 4);

    // Sold while the stick was away: it waits, and what arrived does not.
    shop.done("sell", sale("S5", "honey", "2", 9000));
    let read = import(&shop, &receipt_of(&stick)).ok().only();
    assert_eq!(
        (&read["acknowledged"], &read["sales_waiting"]),
        (&exported["entries"], &json!(1))
    );
    assert_eq!(read["chains"][0]["refusal"], Value::Null);

    // The second: only what is new, over the first week's file.
    shop.done(
        "refund",
        json!({"id": "R1", "sale": "S2", "lines": [{"line": 1, "qty": "1"}]}),
    );
    shop.run(&["shift", "close"], "").ok();
    let again = export(&shop, &stick);
    assert_eq!(
        again["chains"][0]["from"],
        json!(exported["entries"].as_u64().expect("a number") + 1)
    );
    // The stick is read twice at the centre, and its receipt here.
    for _ in 0..2 {
        take_in(&centre, &stick).expect("a good bundle");
        assert_eq!(agree(&shop, &centre)["refunds"], 1);
        assert_eq!(import(&shop, &receipt_of(&stick)).ok().only()["sales_waiting"], 0);
    }
    let standing = status();
    assert_eq!(standing["acknowledged"], standing["seq"]);
    assert_eq!(
        (&standing["refusal"], &standing["forked"]),
        (&Value::Null, &json!(false))
    );

    // Nothing is new: nothing is written, and that is done.
    let nothing = export(&shop, &shop.file("none.jishi"));
    assert_eq!((&nothing["file"], &nothing["entries"]), (&Value::Null, &json!(0)));
    assert!(!shop.file("none.jishi").exists());
    let all = shop
        .run(&["bundle", "export", text_of(&stick), "--all"], "")
        .ok()
        .only();
    assert_eq!(all["entries"], standing["seq"]);
    // Whole, it is an archive that anybody verifies with nothing else.
    let verified = run(&["--json", "verify", text_of(&stick)], "").ok().only();
    assert_eq!(
        (&verified["sound"], &verified["manifest"]),
        (&json!(true), &Value::Null)
    );
    // Unpacked as well. What is not as the manifest says is told, though each chain may end anywhere.
    let text = zstd::decode_all(std::fs::read(&stick).expect("a file").as_slice()).expect("zstd");
    let text = String::from_utf8(text).expect("UTF-8");
    let unpacked = shop.file("unpacked.txt");
    let verify = |text: &str| {
        std::fs::write(&unpacked, text).expect("a file");
        run(&["--json", "verify", text_of(&unpacked)], "")
    };
    assert_eq!(verify(&text).ok().only()["manifest"], Value::Null);
    let end = text.trim_end().rfind('\n').expect("lines") + 1;
    let first = text.find('\n').expect("lines") + 1;
    for (altered, code) in [
        (text[..end].to_owned(), "bundle_cut_off"),
        (format!("{text}{}", &text[end..]), "bundle_altered"),
        (
            text.replacen("\"node\":\"T1\"", "\"node\":\"T2\"", 1),
            "bundle_bad_signature",
        ),
        (format!("{{\"bundle\": 1}}\n{}", &text[first..]), "not_a_bundle"),
    ] {
        let found = verify(&altered);
        assert_eq!(found.refused(), "not_sound", "{code}");
        assert_eq!(found.only()["manifest"]["code"], code);
    }
    assert_eq!(take_in(&centre, &stick).expect("a good bundle").chains[0].new, 0);
    let ledger = Ledger::open(&centre.join("server.sqlite"), OpenMode::Read).expect("its books");
    assert!(ledger.verify(&shop.file("")).expect("a verdict").is_good());
}

#[test]
fn a_bundle_is_readable_and_names_nobody() {
    let (shop, _) = village();
    shop.done("sell", sale("S1", "honey", "1", 4500));
    let stick = shop.file("T1.jishi");
    assert_eq!(export(&shop, &stick)["name_keys"], 2);
    let text = zstd::decode_all(std::fs::read(&stick).expect("a file").as_slice()).expect("zstd");
    let text = String::from_utf8(text).expect("UTF-8");
    let first: Value = serde_json::from_str(text.lines().next().expect("a line")).expect("JSON");
    assert_eq!(
        (&first["manifest"]["kind"], &first["manifest"]["node"]),
        (&json!("entries"), &json!("T1"))
    );
    assert!(text.contains("sale_recorded"));
    for hidden in ["甲户主", "乙户主", r#""party":"H1","key""#] {
        assert!(!text.contains(hidden), "{hidden}");
    }
    assert!(!shop.file("T1.jishi.part").exists());
}

#[test]
fn a_backup_restored_at_the_counter_goes_up_by_stick_too() {
    let (shop, centre) = village();
    let stick = shop.file("T1.jishi");
    shop.done("sell", sale("S1", "honey", "1", 4500));
    let backup = shop.file("backup.sqlite");
    shop.run(&["backup", text_of(&backup)], "").ok();
    shop.done("sell", sale("S2", "honey", "1", 4500));
    export(&shop, &stick);
    take_in(&centre, &stick).expect("a good bundle");
    // The centre holds S2, which the backup has not.
    shop.run(&["restore", text_of(&backup)], "").ok();
    shop.done("sell", sale("S3", "honey", "1", 4500));
    // S2 is on the stick and no longer here: that file may be all there is of it.
    let run = shop.run(&["bundle", "export", text_of(&stick)], "");
    assert_eq!(run.refused(), "file_exists");
    let stick = shop.file("T1b.jishi");
    let exported = export(&shop, &stick);
    assert_eq!(exported["chains"].as_array().expect("chains").len(), 2);
    take_in(&centre, &stick).expect("a good bundle");
    let read = import(&shop, &receipt_of(&stick)).ok().only();
    assert_eq!(read["sales_waiting"], 0);
    let status = shop.run(&["status"], "").ok().only();
    assert_eq!(
        (&status["acknowledged"], &status["forked"]),
        (&status["seq"], &json!(false))
    );
    let ledger = Ledger::open(&centre.join("server.sqlite"), OpenMode::Read).expect("its books");
    let summary = report::summary(&ledger, &Filter::default()).expect("a report");
    assert_eq!((summary.sales, summary.net), (3, 13_500));
    assert_eq!(export(&shop, &stick)["entries"], 0);
}

#[test]
fn a_copied_folder_is_told_by_the_receipt() {
    let (shop, centre) = village();
    let copy = Shop::copy_of(&shop);
    shop.done("sell", sale("S1", "honey", "1", 4500));
    copy.done("sell", sale("S2", "honey", "1", 4500));
    let (stick, other) = (shop.file("T1.jishi"), copy.file("T1.jishi"));
    export(&shop, &stick);
    export(&copy, &other);
    take_in(&centre, &stick).expect("a good bundle");
    let taken = take_in(&centre, &other).expect("a good bundle");
    assert_eq!(taken.chains[0].refusal.as_ref().expect("a refusal").code, "fork");
    let run = import(&copy, &receipt_of(&other)).ok().only();
    assert_eq!(
        (&run["chains"][0]["forked"], &run["sales_waiting"]),
        (&json!(true), &json!(0))
    );
    assert_eq!(copy.run(&["status"], "").ok().only()["forked"], true);
    // Nothing of it stops a sale, which goes into a chain of its own.
    copy.done("sell", sale("S3", "honey", "1", 4500));
    assert_eq!(copy.run(&["status"], "").ok().only()["forked"], false);
}

#[test]
fn what_is_no_receipt_of_ours_changes_nothing() {
    let (shop, centre) = village();
    shop.done("sell", sale("S1", "honey", "1", 4500));
    let stick = shop.file("T1.jishi");
    export(&shop, &stick);
    take_in(&centre, &stick).expect("a good bundle");
    let receipt = std::fs::read(receipt_of(&stick)).expect("a receipt");
    let (other, elsewhere) = village();
    let bad = shop.file("bad");
    let text = zstd::decode_all(receipt.as_slice()).expect("zstd");
    let text = String::from_utf8(text).expect("UTF-8");
    let changed = text.replace(r#"\"seq\":"#, r#"\"seq\":1"#);
    assert_ne!(changed, text);
    export(&other, &other.file("T1.jishi"));
    take_in(&elsewhere, &other.file("T1.jishi")).expect("a good bundle");
    let foreign = std::fs::read(receipt_of(&other.file("T1.jishi"))).expect("a receipt");
    let table = [
        (receipt[..receipt.len() - 9].to_vec(), "bundle_cut_off"),
        (Vec::new(), "bundle_cut_off"),
        (b"hello".to_vec(), "not_a_bundle"),
        (std::fs::read(&stick).expect("a bundle"), "bundle_is_entries"),
        (
            zstd::encode_all(changed.as_bytes(), 3).expect("zstd"),
            "bundle_altered",
        ),
        (foreign, "other_organisation"),
    ];
    for (bytes, code) in table {
        std::fs::write(&bad, bytes).expect("a file");
        let run = import(&shop, &bad);
        assert_eq!(run.refused(), code);
        assert!(run.out.is_empty(), "{}", run.out);
        assert_eq!(shop.run(&["status"], "").ok().only()["acknowledged"], 0, "{code}");
    }
    assert_eq!(import(&shop, &shop.file("none")).refused(), "bundle_unreadable");
    assert_eq!(import(&shop, &receipt_of(&stick)).ok().only()["sales_waiting"], 0);
}

/// Two counters of one centre that have the same stick.
#[test]
fn another_tills_receipt_and_another_tills_bundle_are_left_alone() {
    let shop = Shop::open();
    let centre = Centre::start(&shop.file("centre"));
    shop.run(&["enrol", &centre.invite()], "").ok();
    let data = shop.file("second");
    let second = |arguments: &[&str]| {
        let mut command = crate::support::jishi(arguments);
        run_command(command.args(["--json", "--data"]).arg(&data), b"")
    };
    second(&["init", "--till", "T2"]).ok();
    second(&["enrol", &centre.invite()]).ok();
    centre.stop();
    let stick = shop.file("stick.jishi");
    export(&shop, &stick);
    let first = std::fs::read(&stick).expect("a bundle");
    let refused = second(&["bundle", "export", text_of(&stick)]);
    assert_eq!(refused.refused(), "file_exists");
    assert_eq!(std::fs::read(&stick).expect("a bundle"), first);
    take_in(&shop.file("centre"), &stick).expect("a good bundle");
    let read = second(&["bundle", "import", text_of(&receipt_of(&stick))]);
    assert_eq!(read.refused(), "not_this_till");
    // Its own may be replaced, a letter may not unless that is asked for.
    export(&shop, &stick);
    let letter = shop.file("letter.txt");
    std::fs::write(&letter, "dear centre").expect("a file");
    let refused = shop.run(&["bundle", "export", text_of(&letter), "--all"], "");
    assert_eq!(refused.refused(), "file_exists");
    shop.run(
        &["bundle", "export", text_of(&letter), "--all", "--overwrite"],
        "",
    )
    .ok();
    let nowhere = shop.file("none").join("T1.jishi");
    let refused = shop.run(&["bundle", "export", text_of(&nowhere), "--all"], "");
    assert_eq!(refused.refused(), "no_such_file");
}

#[test]
fn a_revoked_counter_and_one_that_is_nowhere_enrolled() {
    let (shop, centre) = village();
    shop.done("sell", sale("S1", "honey", "1", 4500));
    let stick = shop.file("T1.jishi");
    export(&shop, &stick);
    revoke(&centre, "T1", &Instruments::of_machine()).expect("it was enrolled");
    assert_eq!(take_in(&centre, &stick).err(), Some("revoked"));

    let alone = Shop::open();
    let file = alone.file("T1.jishi");
    for command in ["export", "import"] {
        let run = alone.run(&["bundle", command, text_of(&file)], "");
        assert_eq!(run.refused(), "not_enrolled", "{command}");
    }
    assert!(!file.exists());
}

/// The stick is full: nothing of the name is left on it, and what was there is as it was.
#[cfg(target_os = "linux")]
#[test]
fn a_full_stick_leaves_the_older_bundle() {
    let (shop, _) = village();
    let full = Path::new("/dev/full");
    if !full.exists() {
        return;
    }
    let stick = shop.file("T1.jishi");
    export(&shop, &stick);
    let before = std::fs::read(&stick).expect("a bundle");
    std::os::unix::fs::symlink(full, shop.file("T1.jishi.part")).expect("a link");
    shop.done("sell", sale("S1", "honey", "1", 4500));
    let run = shop.run(&["bundle", "export", text_of(&stick)], "");
    assert_eq!(run.refused(), "disk_full");
    assert_eq!(std::fs::read(&stick).expect("a bundle"), before);
    assert!(!shop.file("T1.jishi.part").exists());
    export(&shop, &stick);
}
