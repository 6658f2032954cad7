//! One till, one folder, one process: what does not fit goes on under a successor chain, at once.

use jishi_journal::Entry;
use jishi_journal::body::Body;
use jishi_ledger::report::{self, Filter};
use jishi_testkit::{MORNING, Shop, cash_sale};
use jishi_till::view::Language;
use jishi_till::{Folder, GuardFault, Till};
use std::path::Path;

fn sell(till: &mut Till, id: &str) -> String {
    till.sell(&cash_sale(id, &[("honey", "1")])).unwrap().number
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for file in std::fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        if file.file_type().unwrap().is_file() {
            std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
        }
    }
}

#[test]
fn numbers_and_the_chain_go_on_after_a_restart() {
    let (shop, mut till) = Shop::with_fair(1);
    assert_eq!(sell(&mut till, "a"), "T1-000001");
    let head = till.head();
    let mut till = shop.reopen(till);
    assert_eq!(till.head(), head);
    assert_eq!(sell(&mut till, "b"), "T1-000002");
    assert_eq!(till.ledger().chains().unwrap().len(), 1);
}

#[test]
fn a_copied_folder_goes_on_under_a_successor() {
    let (shop, mut till) = Shop::with_fair(1);
    sell(&mut till, "a");
    drop(till);
    copy_folder(shop.folder().path(), &shop.path("copy"));
    shop.world.move_to_machine("machine-2");
    let mut copy = Till::open(Folder::at(shop.path("copy")), shop.world.boxed()).unwrap();
    assert_eq!(sell(&mut copy, "b"), "T1b-000001");
    // And from then on as any other.
    drop(copy);
    let mut copy = Till::open(Folder::at(shop.path("copy")), shop.world.boxed()).unwrap();
    assert_eq!(sell(&mut copy, "c"), "T1b-000002");
    assert!(copy.ledger().verify(&shop.path("scratch")).unwrap().is_good());

    // The first one never knew of it.
    shop.world.move_to_machine("machine-1");
    let mut till = shop.open().unwrap();
    assert_eq!(sell(&mut till, "d"), "T1-000002");
}

#[test]
fn a_rolled_back_database_goes_on_under_a_successor_that_names_what_it_knows() {
    let (shop, mut till) = Shop::with_fair(1);
    sell(&mut till, "a");
    let old = till.head();
    let chain = till.chain_id();
    let backup = shop.path("old.sqlite");
    till.ledger().backup_to(&backup, |_, _| true).unwrap();
    sell(&mut till, "b");
    drop(till);
    // Behind the program's back.
    std::fs::copy(&backup, shop.folder().database()).unwrap();
    // Whoever only reads is told of it before anything goes on.
    let fault = |machine: &str| {
        let reading = jishi_till::Reading::open(&shop.folder()).unwrap();
        reading.guard_fault(machine).unwrap()
    };
    let rolled_back = GuardFault::RolledBack { seq: old.seq + 1 };
    assert_eq!(fault("machine-1"), Some(rolled_back));
    assert_eq!(fault("machine-2"), Some(GuardFault::OtherMachine));
    let mut till = shop.open().unwrap();
    let heard = till.went_on(Language::Chinese).unwrap();
    assert_eq!(heard.code, "rolled_back");
    assert!(heard.message.contains("T1b"), "{}", heard.message);
    assert_eq!(fault("machine-1"), None);
    assert_ne!(till.chain_id(), chain);
    let opening = till.ledger().entries_after(till.chain_id(), 0, 1).unwrap();
    let Body::ChainOpened(opened) = Entry::parse(&opening[0].line).unwrap().body() else {
        panic!("a chain opens with its opening");
    };
    let continues = opened.continues.unwrap();
    assert_eq!(continues.chain, chain.to_string());
    assert_eq!(continues.origin, chain.to_string());
    assert_eq!((continues.seq, continues.hash), (old.seq, old.hash.to_string()));
    assert_eq!(continues.generation, 1);
    // The sale that is gone may be made again, and later sales know of the earlier ones.
    assert_eq!(sell(&mut till, "b"), "T1b-000001");
    assert_eq!(
        till.sell(&cash_sale("a", &[("honey", "2")])).unwrap_err().code(),
        "id_reused"
    );
    let refund = till.void(&jishi_testkit::void_of("v", "T1-000001")).unwrap();
    assert_eq!(refund.number, "T1b-000002");
    assert_eq!(
        report::summary(till.ledger(), &Filter::default()).unwrap().sales,
        2
    );

    // And once more: the next letter, the same origin.
    std::fs::remove_file(shop.folder().path().join("guard.json")).unwrap();
    assert_eq!(fault("machine-1"), Some(GuardFault::NoGuard));
    let mut till = shop.reopen(till);
    assert_eq!(till.went_on(Language::English).unwrap().code, "no_guard");
    assert_eq!(sell(&mut till, "c"), "T1c-000001");
    let chains = till.ledger().chains().unwrap();
    assert_eq!(chains.len(), 3);
    assert!(chains.iter().all(|record| record.till.origin == chain));
    assert!(till.ledger().verify(&shop.path("scratch")).unwrap().is_good());
}

#[test]
fn a_guard_that_cannot_be_read_does_not_fit() {
    for (number, text) in ["", "{}", "no json", "{\"machine\":\"machine-1\"}"]
        .iter()
        .enumerate()
    {
        let (shop, mut till) = Shop::with_fair(number as u64);
        sell(&mut till, "a");
        drop(till);
        std::fs::write(shop.folder().path().join("guard.json"), text).unwrap();
        let mut till = shop.open().unwrap();
        assert_eq!(sell(&mut till, "b"), "T1b-000001", "{text}");
        let mut till = shop.reopen(till);
        assert_eq!(sell(&mut till, "c"), "T1b-000002", "{text}");
    }
}

/// One backup, restored again and again where it was: the guard counts what the backup cannot know.
#[test]
fn every_restore_has_its_own_letter() {
    let (shop, mut till) = Shop::with_fair(1);
    sell(&mut till, "a");
    let backup = shop.path("backup");
    till.ledger().backup_to(&backup, |_, _| true).unwrap();
    drop(till);
    for number in ["T1b-000001", "T1c-000001", "T1d-000001"] {
        let mut till = jishi_till::restore(&backup, shop.folder(), shop.world.boxed()).unwrap();
        assert!(till.ledger().verify(&shop.path("scratch")).unwrap().is_good());
        assert_eq!(sell(&mut till, "b"), number);
    }
    // On another machine beside that guard: the letters it counted are not used again.
    copy_folder(shop.folder().path(), &shop.path("copy"));
    shop.world.move_to_machine("machine-2");
    let folder = Folder::at(shop.path("copy"));
    let mut till = jishi_till::restore(&backup, folder, shop.world.boxed()).unwrap();
    assert_eq!(sell(&mut till, "b"), "T1e-000001");
}

/// The guard is written after the database: after a crash it may be one entry behind.
#[test]
fn a_guard_that_is_behind_still_fits() {
    let (shop, mut till) = Shop::with_fair(1);
    sell(&mut till, "a");
    let guard = shop.folder().path().join("guard.json");
    let behind = std::fs::read(&guard).unwrap();
    sell(&mut till, "b");
    drop(till);
    std::fs::write(&guard, behind).unwrap();
    let mut till = shop.open().unwrap();
    assert_eq!(sell(&mut till, "c"), "T1-000003");
}

#[test]
fn a_second_process_is_refused_and_may_read() {
    let (shop, mut till) = Shop::with_fair(1);
    sell(&mut till, "a");
    assert_eq!(shop.open().unwrap_err().code(), "locked");
    let again = Till::init(shop.folder(), "T1", shop.world.boxed());
    assert_eq!(again.unwrap_err().code(), "locked");
    let backup = shop.path("backup");
    till.ledger().backup_to(&backup, |_, _| true).unwrap();
    let restored = jishi_till::restore(&backup, shop.folder(), shop.world.boxed());
    assert_eq!(restored.unwrap_err().code(), "locked");
    let reading = jishi_till::Reading::open(&shop.folder()).unwrap();
    assert_eq!(
        report::summary(reading.ledger(), &Filter::default())
            .unwrap()
            .sales,
        1
    );
    assert_eq!(sell(&mut till, "b"), "T1-000002");
}

#[test]
fn a_till_is_made_once_and_a_half_made_one_is_finished() {
    let shop = Shop::empty(1);
    assert_eq!(shop.open().unwrap_err().code(), "no_till");
    for code in ["", "t1", "1T", "T-1", "T1b", "TILLTILLT", "T 1", "甲"] {
        let made = Till::init(shop.folder(), code, shop.world.boxed());
        assert_eq!(made.unwrap_err().code(), "bad_till_code", "{code}");
    }
    // The power went after the key and an empty database.
    let folder = shop.folder().path().to_owned();
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("node.key"), "").unwrap();
    std::fs::write(shop.folder().database(), "").unwrap();
    assert_eq!(shop.open().unwrap_err().code(), "no_key");
    let till = Till::init(shop.folder(), "T1", shop.world.boxed()).unwrap();
    let chain = till.chain_id();
    drop(till);
    let made = Till::init(shop.folder(), "T1", shop.world.boxed());
    assert_eq!(made.unwrap_err().code(), "till_exists");
    // Nor where only the guard is gone.
    std::fs::remove_file(folder.join("guard.json")).unwrap();
    let made = Till::init(shop.folder(), "T1", shop.world.boxed());
    assert_eq!(made.unwrap_err().code(), "till_exists");
    let till = shop.open().unwrap();
    assert_eq!(till.ledger().chains().unwrap()[0].chain, chain);
}

#[test]
fn a_key_that_is_gone_is_said_and_a_restore_brings_another() {
    let (shop, mut till) = Shop::with_fair(1);
    sell(&mut till, "a");
    let backup = shop.path("backup");
    till.ledger().backup_to(&backup, |_, _| true).unwrap();
    drop(till);
    std::fs::remove_file(shop.folder().path().join("node.key")).unwrap();
    assert_eq!(shop.open().unwrap_err().code(), "no_key");
    let mut till = jishi_till::restore(&backup, shop.folder(), shop.world.boxed()).unwrap();
    assert_eq!(sell(&mut till, "b"), "T1b-000001");
    let chains = till.ledger().chains().unwrap();
    assert_ne!(chains[0].key, chains[1].key);
    assert!(till.ledger().verify(&shop.path("scratch")).unwrap().is_good());
}

#[test]
fn a_clock_that_is_set_is_recorded_and_numbers_go_on() {
    let (shop, mut till) = Shop::with_fair(1);
    shop.world.set_clock("2031-01-01T10:00:00+08:00");
    assert_eq!(sell(&mut till, "a"), "T1-000001");
    assert_eq!(till.clock_jumped(Language::Chinese), None);
    shop.world.set_clock("2026-11-21T10:00:00+08:00");
    assert_eq!(sell(&mut till, "b"), "T1-000002");
    for (language, said) in [
        (
            Language::Chinese,
            "电脑的时间往回调了：2031-01-01 10:00:00 → 2026-11-21 10:00:00",
        ),
        (Language::Traditional, "電腦的時間往回調了"),
        (Language::English, "The computer's clock was set back: 2031-01-01"),
    ] {
        let told = till.clock_jumped(language).unwrap();
        assert_eq!(told.code, "clock_set_back");
        assert!(told.message.starts_with(said), "{}", told.message);
    }
    // A few seconds are what clocks do; after a restart it is not told again.
    shop.world.pass(-3);
    let mut till = shop.reopen(till);
    assert_eq!(sell(&mut till, "c"), "T1-000003");
    assert_eq!(till.clock_jumped(Language::Chinese), None);
    shop.world.set_clock(MORNING);
    assert_eq!(sell(&mut till, "d"), "T1-000004");
    assert!(till.clock_jumped(Language::Chinese).is_some());
    // Put right, there is nothing left to say.
    shop.world.set_clock("2026-11-21T10:00:00+08:00");
    assert_eq!(till.clock_jumped(Language::Chinese), None);
    // Ahead is told from a night that has passed, by the time that the machine has been running.
    shop.world.set_clock("2026-11-22T07:00:00+08:00");
    assert_eq!(sell(&mut till, "e"), "T1-000005");
    shop.world.pass(20);
    shop.world.put_clock("2031-11-22T07:00:20+08:00");
    assert_eq!(sell(&mut till, "f"), "T1-000006");
    for (language, said) in [
        (
            Language::Chinese,
            "电脑的时间突然往后跳了：2026-11-22 07:00:20 → 2031-11-22 07:00:20",
        ),
        (Language::Traditional, "電腦的時間突然往後跳了"),
        (
            Language::English,
            "The computer's clock was set ahead: 2026-11-22",
        ),
    ] {
        let told = till.clock_jumped(language).unwrap();
        assert_eq!(told.code, "clock_set_ahead");
        assert!(told.message.starts_with(said), "{}", told.message);
    }
    // It may be right now.
    shop.world.pass(10 * 60);
    assert_eq!(till.clock_jumped(Language::Chinese), None);
    // Set back and put right again: both are recorded, and nothing is left to be said.
    shop.world.put_clock("2029-11-22T07:10:20+08:00");
    assert_eq!(sell(&mut till, "back"), "T1-000007");
    assert!(till.clock_jumped(Language::Chinese).is_some());
    shop.world.put_clock("2031-11-22T07:10:20+08:00");
    assert_eq!(sell(&mut till, "right"), "T1-000008");
    assert_eq!(till.clock_jumped(Language::Chinese), None);
    // A till that is open and has recorded nothing yet sees it too.
    let mut till = shop.reopen(till);
    shop.world.put_clock("2033-01-01T00:00:00+08:00");
    assert_eq!(sell(&mut till, "g"), "T1-000009");
    let entries = till.ledger().entries_after(till.chain_id(), 0, u32::MAX).unwrap();
    let jumps: Vec<_> = entries
        .iter()
        .filter_map(|signed| match Entry::parse(&signed.line).unwrap().body() {
            Body::ClockJumped(jump) => Some((jump.before, jump.now)),
            _ => None,
        })
        .collect();
    let jump = |before: &str, now: &str| (before.to_owned(), now.to_owned());
    assert_eq!(
        jumps,
        [
            jump("2031-01-01T10:00:00+08:00", "2026-11-21T10:00:00+08:00"),
            jump("2026-11-21T09:59:57+08:00", MORNING),
            jump("2026-11-22T07:00:20+08:00", "2031-11-22T07:00:20+08:00"),
            jump("2031-11-22T07:00:20+08:00", "2029-11-22T07:10:20+08:00"),
            jump("2029-11-22T07:10:20+08:00", "2031-11-22T07:10:20+08:00"),
            jump("2031-11-22T07:10:20+08:00", "2033-01-01T00:00:00+08:00"),
        ]
    );
    assert!(till.ledger().verify(&shop.path("scratch")).unwrap().is_good());
}
