//! A disk that is full, a file that is damaged: nothing done is lost, nothing undone is told.

use jishi_ledger::projection_digest;
use jishi_ledger::report::{self, Filter};
use jishi_testkit::{Shop, cash_sale, void_of};
use jishi_till::view::Language;
use jishi_till::{Folder, Wanted};

#[test]
fn a_full_disk_refuses_and_the_till_goes_on_when_there_is_room() {
    let (_shop, mut till) = Shop::with_fair(1);
    let (_twin_shop, mut twin) = Shop::with_fair(1);
    till.ledger().limit_pages(1).unwrap();
    let sale = |number: u32| {
        cash_sale(
            &format!("s{number}"),
            &[("honey", "0.01"), ("orange", "0.031"), ("egg", "1")],
        )
    };
    let mut number = 0;
    loop {
        let before = (till.head(), projection_digest(till.ledger()).unwrap());
        match till.sell(&sale(number)) {
            Ok(result) => assert_eq!(result, twin.sell(&sale(number)).unwrap()),
            Err(refusal) => {
                assert_eq!(refusal.code(), "disk_full");
                assert_eq!((till.head(), projection_digest(till.ledger()).unwrap()), before);
                break;
            }
        }
        number += 1;
        assert!(number < 500);
    }
    assert!(number > 0);
    // Nothing else that writes gets through or leaves anything behind.
    assert_eq!(till.sell(&sale(number)).unwrap_err().code(), "disk_full");
    let mut file = jishi_testkit::small_fair();
    for (row, party) in file.parties.iter_mut().enumerate() {
        party.village = format!("{row}").repeat(60_000);
    }
    assert_eq!(till.import(&file, false).unwrap_err().code(), "disk_full");
    assert_eq!(till.catalogue().party("H1").unwrap().put.village, "石门村");

    till.ledger().limit_pages(u32::MAX - 1).unwrap();
    for number in number..number + 5 {
        assert_eq!(
            till.sell(&sale(number)).unwrap(),
            twin.sell(&sale(number)).unwrap()
        );
    }
    assert_eq!(
        till.void(&void_of("v", "s0")).unwrap(),
        twin.void(&void_of("v", "s0")).unwrap()
    );
    // An import that was refused took names' keys from the same randomness: all else is the same.
    let sales = report::sales(till.ledger(), &Filter::default()).unwrap();
    assert_eq!(sales.len() as u32, number + 5);
    assert_eq!(till.head(), twin.head());
}

#[test]
fn a_damaged_database_says_so_and_the_backup_brings_it_back() {
    let (shop, mut till) = Shop::with_fair(1);
    for number in 0..30 {
        till.sell(&cash_sale(&format!("s{number}"), &[("honey", "1")]))
            .unwrap();
    }
    let backup = shop.path("backup.sqlite");
    till.ledger().backup_to(&backup, |_, _| true).unwrap();
    let told = report::summary(till.ledger(), &Filter::default()).unwrap();
    drop(till);

    let database = shop.folder().database();
    let good = std::fs::read(&database).unwrap();
    for (what, bytes) in [
        ("not a database", b"hello, this is no database at all".repeat(300)),
        ("its end missing", good[..good.len() / 2].to_vec()),
        ("its middle overwritten", {
            let mut bytes = good.clone();
            bytes[4096..].fill(0x5a);
            bytes
        }),
    ] {
        std::fs::write(&database, bytes).unwrap();
        let refusal = shop.open().unwrap_err();
        assert_eq!(refusal.code(), "damaged", "{what}");
    }
    let mut till = jishi_till::restore(&backup, shop.folder(), shop.world.boxed()).unwrap();
    let restored = report::summary(till.ledger(), &Filter::default()).unwrap();
    assert_eq!((restored.sales, restored.net), (told.sales, told.net));
    assert_eq!(
        till.sell(&cash_sale("next", &[("honey", "1")])).unwrap().number,
        "T1b-000001"
    );
    assert!(till.ledger().verify(&shop.path("scratch")).unwrap().is_good());
    // What was replaced is kept: someone may yet read it.
    let kept = std::fs::read_dir(shop.folder().path()).unwrap();
    let kept = kept.filter(|file| {
        let name = file.as_ref().unwrap().file_name();
        name.to_string_lossy().starts_with("replaced-")
    });
    assert_eq!(kept.count(), 1);
}

#[test]
fn a_refused_restore_leaves_no_folder_behind() {
    let (shop, _) = Shop::with_fair(1);
    let new = shop.path("new");
    let none = shop.path("none");
    std::fs::write(&none, "not a database, only words".repeat(400)).unwrap();
    for file in [none, shop.path("nowhere")] {
        jishi_till::restore(&file, Folder::at(&new), shop.world.boxed()).unwrap_err();
        assert!(!new.exists(), "{}", file.display());
    }
}

/// All of a backup is looked at before anything is moved: what stands here may be better.
#[test]
fn a_backup_with_a_damaged_entry_replaces_nothing() {
    let (shop, mut till) = Shop::with_fair(1);
    for number in 0..30 {
        till.sell(&cash_sale(&format!("s{number}"), &[("honey", "0.01")]))
            .unwrap();
    }
    let (head, chain) = (till.head(), till.chain_id());
    let [early, last] = [5, head.seq].map(|seq| {
        let backup = shop.path(&format!("backup-{seq}.sqlite"));
        till.ledger().backup_to(&backup, |_, _| true).unwrap();
        let connection = rusqlite::Connection::open(&backup).unwrap();
        let place = (1i64 << 40) + i64::try_from(seq).unwrap();
        let changed = connection.execute(
            "UPDATE entries SET line = replace(line, '\"at\":\"2', '\"at\":\"3') WHERE entry = ?",
            [place],
        );
        assert_eq!(changed.unwrap(), 1);
        (backup, seq)
    });
    drop(till);
    for (backup, seq) in [&early, &last] {
        let refusal = jishi_till::restore(backup, shop.folder(), shop.world.boxed()).unwrap_err();
        assert_eq!(refusal.code(), "backup_damaged");
        assert!(
            refusal
                .message(Language::Chinese)
                .contains(&format!("第 {seq} 条")),
            "{refusal}"
        );
        let till = shop.open().unwrap();
        assert_eq!((till.head(), till.chain_id()), (head, chain));
    }
    // Where there is no better one it can be had all the same, if a till can go on from its end.
    let anyhow = |backup: &std::path::Path| {
        jishi_till::restore_keeping(backup, Wanted::Anyhow, shop.folder(), shop.world.boxed())
    };
    assert_eq!(anyhow(&last.0).unwrap_err().code(), "backup_damaged");
    assert_eq!(shop.open().unwrap().head(), head);
    let mut restored = anyhow(&early.0).unwrap();
    restored.till.sell(&cash_sale("next", &[("honey", "1")])).unwrap();
    let verdict = restored.till.ledger().verify(&shop.path("scratch")).unwrap();
    assert_eq!(verdict.chains[0].bad.map(|bad| bad.seq), Some(early.1));
}

/// What a backup's projections say is not believed: they are replayed.
#[test]
fn a_backup_with_other_sums_is_put_right() {
    let (shop, mut till) = Shop::with_fair(1);
    till.sell(&cash_sale("s", &[("honey", "1")])).unwrap();
    let backup = shop.path("backup.sqlite");
    till.ledger().backup_to(&backup, |_, _| true).unwrap();
    let digest = projection_digest(till.ledger()).unwrap();
    drop(till);
    let connection = rusqlite::Connection::open(&backup).unwrap();
    let changed = connection.execute("UPDATE party_days SET attributed_fen = attributed_fen + 1", []);
    assert!(changed.unwrap() > 0);
    drop(connection);
    let till = jishi_till::restore(&backup, shop.folder(), shop.world.boxed()).unwrap();
    assert_eq!(projection_digest(till.ledger()).unwrap(), digest);
}

#[test]
fn a_backup_that_is_none_replaces_nothing() {
    let (shop, mut till) = Shop::with_fair(1);
    till.sell(&cash_sale("s", &[("honey", "1")])).unwrap();
    let head = till.head();
    drop(till);
    let none = shop.path("none");
    assert_eq!(
        jishi_till::restore(&none, shop.folder(), shop.world.boxed())
            .unwrap_err()
            .code(),
        "no_such_file"
    );
    std::fs::write(&none, "not a database, only words".repeat(400)).unwrap();
    assert_eq!(
        jishi_till::restore(&none, shop.folder(), shop.world.boxed())
            .unwrap_err()
            .code(),
        "not_a_backup"
    );
    std::fs::write(&none, "").unwrap();
    assert_eq!(
        jishi_till::restore(&none, shop.folder(), shop.world.boxed())
            .unwrap_err()
            .code(),
        "no_till"
    );
    let till = shop.open().unwrap();
    assert_eq!(till.head(), head);
    assert_eq!(till.ledger().chains().unwrap().len(), 1);
}
