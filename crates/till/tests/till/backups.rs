//! Backups that nobody has to remember: made beside the till, checked, seven of them kept.

use jishi_testkit::{Shop, cash_sale};
use jishi_till::{Backup, Till, World as _, back_up, back_up_daily, backups, note_backup};
use std::path::PathBuf;

fn sell(till: &mut Till, id: &str) {
    till.sell(&cash_sale(id, &[("honey", "1")])).unwrap();
}

fn made(shop: &Shop) -> Option<PathBuf> {
    back_up(&shop.folder(), shop.world.now()).unwrap()
}

fn found(shop: &Shop) -> Vec<Backup> {
    backups(&shop.folder(), shop.world.now()).found
}

fn names(shop: &Shop) -> Vec<String> {
    let names = found(shop).into_iter();
    names
        .map(|backup| backup.path.file_name().unwrap().to_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_backup_is_made_beside_an_open_till_and_says_what_is_in_it() {
    let (shop, mut till) = Shop::with_fair(1);
    sell(&mut till, "a");
    sell(&mut till, "b");
    let path = made(&shop).unwrap();
    assert_eq!(path, shop.folder().backups().join("jishi-20261121-090000.sqlite"));
    sell(&mut till, "c");
    let found = found(&shop);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].path, path);
    assert_eq!(found[0].made_at.to_rfc3339(), "2026-11-21T09:00:00+08:00");
    let inside = found[0].inside.as_ref().unwrap();
    assert_eq!(
        (inside.sales, inside.last_number.as_deref()),
        (2, Some("T1-000002"))
    );
    // Nothing else lies about, and the key is in none of it.
    let files = std::fs::read_dir(shop.folder().backups()).unwrap();
    let mut files: Vec<_> = files.map(|file| file.unwrap().file_name()).collect();
    files.sort();
    assert_eq!(files, ["jishi-20261121-090000.sqlite", "lock"]);
    // And it is one that can be restored.
    drop(till);
    let mut till = jishi_till::restore(&path, shop.folder(), shop.world.boxed()).unwrap();
    sell(&mut till, "c");
    let found = self::found(&shop);
    assert_eq!(found[0].inside.as_ref().unwrap().sales, 2);
    // The newest chain that gave numbers.
    shop.world.pass(1);
    made(&shop).unwrap();
    let newest = self::found(&shop).remove(0);
    assert_eq!(newest.inside.unwrap().last_number.as_deref(), Some("T1b-000001"));
}

#[test]
fn seven_are_kept_and_the_oldest_go() {
    let (shop, mut till) = Shop::with_fair(1);
    for day in 0..9 {
        sell(&mut till, &format!("s{day}"));
        made(&shop).unwrap();
        shop.world.pass(24 * 3600);
    }
    let kept: Vec<String> = (23..=29)
        .rev()
        .map(|day| format!("jishi-202611{day}-090000.sqlite"))
        .collect();
    assert_eq!(names(&shop), kept);
    // A clock that was set back: what is made now stays, whatever it is called.
    shop.world.set_clock("2020-01-01T09:00:00+08:00");
    sell(&mut till, "back");
    made(&shop).unwrap();
    let names = names(&shop);
    assert_eq!(names.len(), 7);
    assert_eq!(names[6], "jishi-20200101-090000.sqlite");
}

#[test]
fn one_a_day_at_the_start_and_none_where_nothing_is_new() {
    let (shop, mut till) = Shop::with_fair(1);
    sell(&mut till, "a");
    let daily = || back_up_daily(&shop.folder(), shop.world.now()).unwrap();
    assert!(daily().is_some());
    shop.world.pass(3600);
    sell(&mut till, "b");
    assert_eq!(daily(), None, "there is one of this day");
    assert!(made(&shop).is_some(), "a shift that is closed has its own");
    shop.world.pass(3600);
    assert_eq!(made(&shop), None, "nothing was recorded since");
    shop.world.pass(24 * 3600);
    assert_eq!(daily(), None, "nor since yesterday");
    sell(&mut till, "c");
    assert!(daily().is_some());
    assert_eq!(found(&shop).len(), 3);
}

#[test]
fn a_copy_that_is_not_sound_takes_nobodys_place() {
    let (shop, mut till) = Shop::with_fair(1);
    for number in 0..30 {
        sell(&mut till, &format!("s{number}"));
    }
    let path = made(&shop).unwrap();
    let good = std::fs::read(&path).unwrap();
    sell(&mut till, "more");
    drop(till);
    let database = shop.folder().database();
    let mut bytes = std::fs::read(&database).unwrap();
    let middle = bytes.len() / 8192 * 4096;
    bytes[middle..middle + 4096].fill(0x5a);
    std::fs::write(&database, bytes).unwrap();
    shop.world.pass(60);
    let refused = back_up(&shop.folder(), shop.world.now()).unwrap_err();
    assert_eq!(refused.code(), "damaged");
    assert_eq!(names(&shop), ["jishi-20261121-090000.sqlite"]);
    assert_eq!(std::fs::read(&path).unwrap(), good);
    // Nor is a till that is gone, or never was, backed up.
    std::fs::remove_file(&database).unwrap();
    assert_eq!(
        back_up(&shop.folder(), shop.world.now()).unwrap_err().code(),
        "damaged"
    );
    let nowhere = Shop::empty(2);
    assert_eq!(
        back_up(&nowhere.folder(), shop.world.now()).unwrap_err().code(),
        "no_till"
    );
    assert!(!nowhere.folder().path().exists());
}

#[test]
fn a_backup_elsewhere_is_remembered_and_missed() {
    let (shop, mut till) = Shop::with_fair(1);
    sell(&mut till, "a");
    let stick = shop.path("stick");
    std::fs::create_dir_all(&stick).unwrap();
    let note = |name: &str| {
        let path = stick.join(name);
        till.ledger().backup_to(&path, |_, _| true).unwrap();
        note_backup(&shop.folder(), &path, shop.world.now()).unwrap();
        path.canonicalize().unwrap()
    };
    let one = note("一号 备份.sqlite");
    shop.world.pass(60);
    let two = note("two.sqlite");
    shop.world.pass(60);
    // Written over under its name: once in the list, with its new time.
    assert_eq!(note("一号 备份.sqlite"), one);
    let paths: Vec<PathBuf> = found(&shop).into_iter().map(|backup| backup.path).collect();
    assert_eq!(paths, [one.clone(), two.clone()]);
    std::fs::remove_file(&two).unwrap();
    let listed = backups(&shop.folder(), shop.world.now());
    assert_eq!((listed.found.len(), listed.absent), (1, vec![two]));
    // What is there and is no backup is not offered.
    std::fs::write(&one, "no backup").unwrap();
    assert_eq!(found(&shop), []);
    // A note that cannot be read does no harm.
    std::fs::write(
        shop.folder().backups().join("elsewhere.txt"),
        "\n \nnonsense\n2026 x\n",
    )
    .unwrap();
    assert_eq!(
        backups(&shop.folder(), shop.world.now()),
        jishi_till::Backups::default()
    );
}
