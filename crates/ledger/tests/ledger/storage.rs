//! The file itself: full, read-only, newer, damaged, copied while it is written.

use crate::common::{Pen, new_ledger, store, totals};
use jishi_ledger::report::{self, Filter};
use jishi_ledger::{Ledger, OpenMode, SCHEMA_VERSION, StoreError, projection_digest};
use jishi_testkit::{Shop, cash_sale};
use rusqlite::Connection;

#[test]
fn a_full_disk_says_so_and_there_is_room_again() {
    let room = tempfile::tempdir().unwrap();
    let mut ledger = new_ledger(&room.path().join("db"));
    let (mut pen, opening) = Pen::new(1, "T9");
    store(&mut ledger, &opening).unwrap();
    // SQLite never goes below what is used already.
    ledger.limit_pages(1).unwrap();
    let mut number = 0;
    let (refused, digest) = loop {
        number += 1;
        let digest = projection_digest(&ledger).unwrap();
        let signed = pen.sale(&format!("s{number}"), number, 4500, |_| ());
        match store(&mut ledger, &signed) {
            Ok(counted) => assert!(counted),
            Err(error) => {
                assert!(matches!(error, StoreError::Full), "{error:?}");
                assert_eq!(error.code(), "disk_full");
                break (signed, digest);
            }
        }
        assert!(number < 100);
    };
    assert_eq!(projection_digest(&ledger).unwrap(), digest);
    let head = ledger.chain(pen.chain()).unwrap().unwrap().head;
    assert_eq!(head.seq, u64::from(number), "the opening and one sale less");

    ledger.limit_pages(u32::MAX - 1).unwrap();
    assert!(store(&mut ledger, &refused).unwrap());
    let sales = report::summary(&ledger, &Filter::default()).unwrap().sales;
    assert_eq!(sales, i64::from(number));
}

#[test]
fn what_is_open_for_reading_cannot_be_written() {
    let room = tempfile::tempdir().unwrap();
    let path = room.path().join("db");
    let (_, opening) = Pen::new(1, "T9");
    assert_eq!(
        Ledger::open(&path, OpenMode::Read).unwrap_err().code(),
        "no_database"
    );
    assert_eq!(
        Ledger::open(&path, OpenMode::Write).unwrap_err().code(),
        "no_database"
    );
    drop(new_ledger(&path));
    let mut ledger = Ledger::open(&path, OpenMode::Read).unwrap();
    let error = store(&mut ledger, &opening).unwrap_err();
    assert!(matches!(error, StoreError::ReadOnly), "{error:?}");
    assert_eq!(error.code(), "read_only");
}

#[test]
fn only_the_next_entry_of_a_known_chain_is_taken() {
    let room = tempfile::tempdir().unwrap();
    let mut ledger = new_ledger(&room.path().join("db"));
    let (mut pen, opening) = Pen::new(1, "T9");
    let first = pen.sale("s1", 1, 4500, |_| ());
    let second = pen.sale("s2", 2, 4500, |_| ());
    let code = |result: Result<bool, StoreError>| result.unwrap_err().code();
    assert_eq!(code(store(&mut ledger, &first)), "unknown_chain");
    store(&mut ledger, &opening).unwrap();
    assert_eq!(code(store(&mut ledger, &second)), "gap");
    store(&mut ledger, &first).unwrap();
    assert_eq!(code(store(&mut ledger, &first)), "gap");
    assert_eq!(code(store(&mut ledger, &opening)), "gap");
    store(&mut ledger, &second).unwrap();
    assert_eq!(report::summary(&ledger, &Filter::default()).unwrap().sales, 2);
}

#[test]
fn a_newer_database_is_refused_and_left_as_it_is() {
    let room = tempfile::tempdir().unwrap();
    let path = room.path().join("db");
    drop(new_ledger(&path));
    {
        let connection = Connection::open(&path).unwrap();
        connection
            .pragma_update(None, "user_version", SCHEMA_VERSION + 1)
            .unwrap();
        connection.pragma_update(None, "journal_mode", "DELETE").unwrap();
    }
    let bytes = std::fs::read(&path).unwrap();
    for mode in [OpenMode::Create, OpenMode::Write, OpenMode::Read] {
        let error = Ledger::open(&path, mode).unwrap_err();
        assert_eq!(error.code(), "newer_database", "{mode:?}");
    }
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
}

#[test]
fn a_damaged_file_says_so() {
    let room = tempfile::tempdir().unwrap();
    let path = room.path().join("db");
    std::fs::write(&path, "this was never a database, not at all".repeat(200)).unwrap();
    for mode in [OpenMode::Create, OpenMode::Write, OpenMode::Read] {
        assert_eq!(
            Ledger::open(&path, mode).unwrap_err().code(),
            "damaged",
            "{mode:?}"
        );
    }

    // Whole pages overwritten in the middle of a good one.
    let (shop, mut till) = Shop::with_fair(2);
    for number in 0..40 {
        till.sell(&cash_sale(
            &format!("s{number}"),
            &[("honey", "1"), ("orange", "1.5")],
        ))
        .unwrap();
    }
    drop(till);
    let database = shop.folder().database();
    let mut bytes = std::fs::read(&database).unwrap();
    for byte in &mut bytes[8 * 4096..] {
        *byte = 0xa5;
    }
    std::fs::write(&database, bytes).unwrap();
    let ledger = Ledger::open(&database, OpenMode::Read).unwrap();
    assert!(!ledger.quick_check().unwrap());
}

#[test]
fn a_backup_is_made_while_the_till_sells() {
    let (shop, mut till) = Shop::with_fair(3);
    let target = shop.path("backup.sqlite");
    let database = shop.folder().database();
    std::thread::scope(|scope| {
        let path = target.clone();
        let copying = scope.spawn(move || {
            let ledger = Ledger::open(&database, OpenMode::Read).unwrap();
            for _ in 0..10 {
                assert!(ledger.backup_to(&path, |_, _| true).unwrap());
            }
        });
        let mut number = 0;
        while !copying.is_finished() && number < 2_000 {
            number += 1;
            till.sell(&cash_sale(
                &format!("s{number}"),
                &[("honey", "0.001"), ("bag", "2")],
            ))
            .unwrap();
        }
        copying.join().unwrap();
    });
    let ledger = Ledger::open(&target, OpenMode::Write).unwrap();
    let verdict = ledger.verify(&shop.path("scratch")).unwrap();
    assert!(verdict.is_good(), "{verdict:?}");
    // By itself: no key, no log, nothing half done beside it.
    drop(ledger);
    assert!(!shop.path("backup.sqlite.part").exists());
}

#[test]
fn a_backup_never_spoils_what_was_there() {
    let (shop, mut till) = Shop::with_fair(4);
    till.sell(&cash_sale("s1", &[("honey", "1")])).unwrap();
    let ledger = till.ledger();
    let told = totals(ledger);

    // Onto the database itself.
    let error = ledger
        .backup_to(&shop.folder().database(), |_, _| true)
        .unwrap_err();
    assert_eq!(error.code(), "storage_failed");
    assert_eq!(totals(ledger), told);

    // Stopped: the older one is still there, whole.
    let target = shop.path("backup.sqlite");
    assert!(ledger.backup_to(&target, |_, _| true).unwrap());
    let before = std::fs::read(&target).unwrap();
    assert!(!ledger.backup_to(&target, |_, _| false).unwrap());
    assert_eq!(std::fs::read(&target).unwrap(), before);
    assert!(!shop.path("backup.sqlite.part").exists());

    // Where no file can be.
    let error = ledger
        .backup_to(&shop.path("nowhere/backup.sqlite"), |_, _| true)
        .unwrap_err();
    assert_eq!(error.code(), "storage_failed");
}
