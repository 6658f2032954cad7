//! What was altered behind the program's back is found, and the first bad entry is named.

use jishi_journal::Fault;
use jishi_ledger::{Ledger, OpenMode, Verdict, Work};
use jishi_testkit::{Shop, Story};
use rusqlite::Connection;
use std::path::Path;

/// A day of at least 30 entries, closed.
fn day() -> (Shop, Vec<String>) {
    let (shop, mut till) = Shop::with_fair(11);
    let mut story = Story::default();
    for number in 0..30u16 {
        story.step(&shop, &mut till, (number as u8, number * 37, number * 11));
    }
    let chain = till.chain_id();
    let entries = till.ledger().entries_after(chain, 0, u32::MAX).unwrap();
    (shop, entries.into_iter().map(|signed| signed.line).collect())
}

fn verify(shop: &Shop, path: &Path) -> Verdict {
    let ledger = Ledger::open(path, OpenMode::Read).unwrap();
    ledger.verify(&shop.path("scratch")).unwrap()
}

fn found(verdict: &Verdict) -> Option<(u64, Fault)> {
    verdict.chains[0].bad.map(|bad| (bad.seq, bad.fault))
}

/// A copy of the day, altered.
fn altered(shop: &Shop, name: &str, alter: impl FnOnce(&Connection)) -> std::path::PathBuf {
    let path = shop.path(name);
    let ledger = Ledger::open(&shop.folder().database(), OpenMode::Read).unwrap();
    ledger.backup_to(&path, |_, _| true).unwrap();
    // As the programs leave it: readers expect the write-ahead log.
    let connection = Connection::open(&path).unwrap();
    alter(&connection);
    path
}

#[test]
fn the_first_bad_entry_is_named() {
    let (shop, lines) = day();
    assert!(verify(&shop, &shop.folder().database()).is_good());
    let place = |seq: u64| (1i64 << 40) + seq as i64;
    let last = lines.len() as u64;
    let run = |sql: &'static str, seq: u64| {
        move |connection: &Connection| {
            assert!(connection.execute(sql, [place(seq)]).unwrap() > 0, "{sql}");
        }
    };
    let price = lines
        .iter()
        .position(|line| line.contains("\"sale_recorded\""))
        .unwrap() as u64
        + 1;

    type Alter<'a> = Box<dyn FnOnce(&Connection) + 'a>;
    let cases: Vec<(&str, Alter<'_>, u64, Fault)> = vec![
        (
            "a figure altered",
            Box::new(run(
                "UPDATE entries SET line = replace(line, '\"cash\"', '\"card\"') WHERE entry = ?",
                price,
            )),
            price,
            Fault::BadSignature,
        ),
        (
            "a figure altered, and the hash beside it",
            Box::new(|connection| {
                let line: String = connection
                    .query_row(
                        "SELECT line FROM entries WHERE entry = ?",
                        [place(price)],
                        |row| row.get(0),
                    )
                    .unwrap();
                let line = line.replace("\"cash\"", "\"card\"");
                let hash = jishi_journal::EntryHash::of(line.as_bytes()).to_bytes();
                connection
                    .execute(
                        "UPDATE entries SET line = ?, hash = ? WHERE entry = ?",
                        rusqlite::params![line, hash, place(price)],
                    )
                    .unwrap();
            }),
            price,
            Fault::BadSignature,
        ),
        (
            "a signature altered",
            Box::new(run(
                "UPDATE entries SET signature = zeroblob(64) WHERE entry = ?",
                9,
            )),
            9,
            Fault::BadSignature,
        ),
        (
            "a signature cut short",
            Box::new(run("UPDATE entries SET signature = x'00' WHERE entry = ?", 9)),
            9,
            Fault::BadEntry,
        ),
        (
            "a line that is no text",
            Box::new(run(
                "UPDATE entries SET line = CAST(x'ff00fe' AS TEXT) WHERE entry = ?",
                10,
            )),
            10,
            Fault::BadEntry,
        ),
        (
            "the hash beside an entry altered",
            Box::new(run("UPDATE entries SET hash = zeroblob(32) WHERE entry = ?", 12)),
            12,
            Fault::BadLink,
        ),
        (
            "an entry dropped",
            Box::new(run("DELETE FROM entries WHERE entry = ?", 14)),
            14,
            Fault::Gap { wanted: 14 },
        ),
        (
            "the first entry dropped",
            Box::new(run("DELETE FROM entries WHERE entry = ?", 1)),
            1,
            Fault::Gap { wanted: 1 },
        ),
        (
            "two entries swapped",
            Box::new(|connection| {
                for (from, to) in [(6, 0), (7, 6), (0, 7)] {
                    connection
                        .execute(
                            "UPDATE entries SET entry = ? WHERE entry = ?",
                            [place(to), place(from)],
                        )
                        .unwrap();
                }
            }),
            6,
            Fault::Gap { wanted: 6 },
        ),
        (
            "the last two swapped",
            Box::new(move |connection| {
                for (from, to) in [(last - 1, 0), (last, last - 1), (0, last)] {
                    connection
                        .execute(
                            "UPDATE entries SET entry = ? WHERE entry = ?",
                            [place(to), place(from)],
                        )
                        .unwrap();
                }
            }),
            last - 1,
            Fault::Gap { wanted: last - 1 },
        ),
        (
            "the last one says that it is an earlier one",
            Box::new(move |connection| {
                let changed = connection.execute(
                    "UPDATE entries SET line = replace(line, ?2, '\"seq\":3,') WHERE entry = ?1",
                    rusqlite::params![place(last), format!("\"seq\":{last},")],
                );
                assert_eq!(changed.unwrap(), 1);
            }),
            last,
            Fault::Gap { wanted: last },
        ),
        (
            "the end cut off",
            Box::new(run("DELETE FROM entries WHERE entry = ?", last)),
            last,
            Fault::Gap { wanted: last },
        ),
        (
            "the key beside the chain exchanged",
            Box::new(|connection| {
                let other = jishi_journal::NodeKey::from_seed(&[9; 32]).public().to_string();
                connection
                    .execute("UPDATE chains SET public_key = ?", [other])
                    .unwrap();
            }),
            1,
            Fault::BadOpening,
        ),
        (
            "the till's code exchanged",
            Box::new(|connection| {
                connection.execute("UPDATE tills SET node = 'U9'", []).unwrap();
            }),
            1,
            Fault::BadOpening,
        ),
        (
            "a successor that there was not",
            Box::new(|connection| {
                connection
                    .execute("UPDATE chains SET generation = 5", [])
                    .unwrap();
            }),
            1,
            Fault::BadOpening,
        ),
    ];
    for (number, (what, alter, seq, fault)) in cases.into_iter().enumerate() {
        let path = altered(&shop, &format!("altered-{number}"), alter);
        let verdict = verify(&shop, &path);
        assert_eq!(found(&verdict), Some((seq, fault)), "{what}");
        assert_eq!(verdict.chains[0].entries, seq - 1, "{what}");
        assert_eq!(verdict.projections_agree, None, "{what}");
        assert!(!verdict.is_good(), "{what}");
        // It comes to an end, whatever the lines say of themselves.
        let ledger = Ledger::open(&path, OpenMode::Read).unwrap();
        ledger.bad_figures(&mut Work::unwatched()).unwrap();
    }
}

#[test]
fn an_altered_projection_does_not_agree_with_the_journal() {
    let (shop, _) = day();
    for (number, sql) in [
        "UPDATE party_days SET attributed_fen = attributed_fen + 1 WHERE party = 'H1'",
        "UPDATE sales SET net_fen = net_fen - 1 WHERE entry = (SELECT MIN(entry) FROM sales)",
        "DELETE FROM requests WHERE entry = (SELECT MAX(entry) FROM requests)",
        "UPDATE lot_days SET sold = sold + 1000 \
         WHERE revision_no = (SELECT revision_no FROM lot_revisions WHERE lot = 'L1')",
        "INSERT INTO party_days SELECT day_no, 'H9', 1, 100, 90 FROM days",
        "UPDATE days SET business_date = '2026-11-20'",
        "UPDATE lot_revisions SET lot = lot || 'x' WHERE lot = 'L1'",
    ]
    .into_iter()
    .enumerate()
    {
        let path = altered(&shop, &format!("projection-{number}"), |connection| {
            assert!(connection.execute(sql, []).unwrap() > 0, "{sql}");
        });
        let verdict = verify(&shop, &path);
        assert_eq!(found(&verdict), None, "{sql}");
        assert_eq!(verdict.projections_agree, Some(false), "{sql}");
        // The journal is whole, so a rebuild mends it.
        let mut ledger = Ledger::open(&path, OpenMode::Write).unwrap();
        ledger.rebuild(|_| true).unwrap();
        drop(ledger);
        assert!(verify(&shop, &path).is_good(), "{sql}");
    }
}

/// Who truncates the journal and its head alike leaves the projections telling of what is gone.
#[test]
fn an_end_cut_off_with_its_head_is_still_noticed() {
    let (shop, lines) = day();
    let last_sale = lines
        .iter()
        .rposition(|line| line.contains("\"sale_recorded\""))
        .unwrap() as i64;
    let path = altered(&shop, "cut", |connection| {
        let place = (1i64 << 40) + last_sale;
        connection
            .execute("DELETE FROM entries WHERE entry > ?", [place])
            .unwrap();
        connection
            .execute(
                "UPDATE chains SET head_seq = ?1, head_hash = (SELECT hash FROM entries WHERE entry = ?2)",
                [last_sale, place],
            )
            .unwrap();
    });
    let verdict = verify(&shop, &path);
    assert_eq!((found(&verdict), verdict.projections_agree), (None, Some(false)));
}

#[test]
fn a_till_that_sells_beside_it_does_not_disturb_a_verification() {
    let (shop, mut till) = Shop::with_fair(5);
    let database = shop.folder().database();
    let scratch = shop.path("beside");
    std::thread::scope(|scope| {
        let checking = scope.spawn(move || {
            let ledger = Ledger::open(&database, OpenMode::Read).unwrap();
            (0..12)
                .map(|_| ledger.verify(&scratch).unwrap())
                .filter(|verdict| !verdict.is_good())
                .collect::<Vec<_>>()
        });
        let mut number = 0;
        while !checking.is_finished() && number < 2_000 {
            number += 1;
            till.sell(&jishi_testkit::cash_sale(&format!("s{number}"), &[("bag", "1")]))
                .unwrap();
        }
        assert!(number > 1);
        assert_eq!(checking.join().unwrap(), vec![]);
    });
}

#[test]
fn a_name_whose_key_was_altered_is_told_from_one_that_was_erased() {
    let (shop, _) = day();
    let names = |path: &Path| verify(&shop, path).names;
    let whole = names(&shop.folder().database());
    assert_eq!((whole.without_key, whole.damaged), (0, vec![]));

    let erased = altered(&shop, "erased.sqlite", |connection| {
        let erased = connection.execute("DELETE FROM name_keys WHERE party = 'H1'", []);
        assert_eq!(erased.unwrap(), 1);
    });
    let verdict = verify(&shop, &erased);
    assert_eq!((verdict.is_good(), verdict.names.without_key), (true, 1));
    assert_eq!(verdict.names.readable, whole.readable - 1);

    for (number, key) in ["randomblob(32)", "x'00'"].iter().enumerate() {
        let path = altered(&shop, &format!("altered-{number}.sqlite"), |connection| {
            let sql = format!("UPDATE name_keys SET key = {key} WHERE party = 'H1'");
            assert_eq!(connection.execute(&sql, []).unwrap(), 1);
        });
        let verdict = verify(&shop, &path);
        assert_eq!(verdict.names.damaged, ["H1"], "{key}");
        assert!(!verdict.is_good(), "{key}");
        // The rest of the report is there all the same.
        let ledger = Ledger::open(&path, OpenMode::Read).unwrap();
        let parties = jishi_ledger::report::parties(&ledger, &Default::default()).unwrap();
        let named = |code: &str| parties.iter().find(|row| row.party == code).unwrap().name.clone();
        assert_eq!(named("H1"), None);
        assert!(named("H2").is_some());
    }
}
