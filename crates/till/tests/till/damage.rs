//! A database that is damaged, in every way a disk knows: it is said, nothing is recorded by halves, and
//! a backup brings the till back.

use jishi_ledger::{Ledger, OpenMode};
use jishi_testkit::{Shop, cash_sale};
use jishi_till::{Desk, Folder, Refusal, Till, Worlds, back_up};
use serde_json::{Value, json};
use std::path::PathBuf;

const PAGE: usize = 4096;

fn sell(till: &mut Till, id: &str) -> Result<String, Refusal> {
    till.sell(&cash_sale(id, &[("honey", "1"), ("orange", "0.5")]))
        .map(|result| result.number)
}

/// A till that sold, closed in order: all of it is in the one file.
fn sold(sales: u32) -> Shop {
    let (shop, mut till) = Shop::with_fair(1);
    for number in 0..sales {
        sell(&mut till, &format!("s{number}")).unwrap();
    }
    back_up(&shop.folder(), jishi_till::World::now(&shop.world))
        .unwrap()
        .unwrap();
    sell(&mut till, "after").unwrap();
    drop(till);
    assert!(!shop.folder().path().join("jishi.sqlite-wal").exists());
    shop
}

fn desk(shop: &Shop) -> Desk {
    let world = shop.world.clone();
    let worlds: Worlds = Box::new(move || world.boxed());
    Desk::open(shop.folder(), worlds, |folder, world| {
        Till::init(folder, "T9", world)
    })
}

/// Ways a database is lost, and the bytes that are left.
fn wrecks(good: &[u8]) -> Vec<(&'static str, Option<Vec<u8>>)> {
    let with = |from: usize, to: usize, byte: u8| {
        let mut bytes = good.to_vec();
        bytes[from..to].fill(byte);
        Some(bytes)
    };
    vec![
        ("its header destroyed", with(0, 100, 0)),
        ("its first page destroyed", with(0, PAGE, 0xff)),
        ("its middle overwritten", with(PAGE * 3, good.len(), 0x5a)),
        ("its end missing", Some(good[..good.len() / 2].to_vec())),
        ("not whole pages", Some(good[..good.len() / 2 + 777].to_vec())),
        ("half a page", Some(good[..PAGE / 2].to_vec())),
        ("empty", Some(Vec::new())),
        ("no database", Some("你好，这不是数据库".repeat(500).into_bytes())),
        ("gone", None),
        ("a database of nothing", Some(empty_database())),
    ]
}

fn empty_database() -> Vec<u8> {
    let room = Shop::empty(7);
    let path = room.path("empty.sqlite");
    drop(Ledger::open(&path, OpenMode::Create).unwrap());
    std::fs::read(path).unwrap()
}

#[test]
fn whatever_became_of_the_file_the_window_says_so_and_a_backup_takes_its_place() {
    let shop = sold(20);
    let database = shop.folder().database();
    let good = std::fs::read(&database).unwrap();
    let mut generation = 0;
    for (what, bytes) in wrecks(&good) {
        match &bytes {
            Some(bytes) => std::fs::write(&database, bytes).unwrap(),
            None => std::fs::remove_file(&database).unwrap(),
        }
        let mut desk = desk(&shop);
        let refused = desk.call("screen", json!({})).unwrap_err();
        assert_eq!(refused.code, "damaged", "{what}");
        assert_eq!(
            desk.call("record_sale", json!({})).unwrap_err().code,
            "damaged",
            "{what}"
        );
        // Looking is not touching.
        assert_eq!(std::fs::read(&database).ok(), bytes, "{what}");

        let damage = desk.call("damage", json!({})).unwrap();
        assert_eq!(damage["backups"].as_array().map(Vec::len), Some(1), "{what}");
        let backup = &damage["backups"][0];
        assert_eq!(
            (&backup["sales"], &backup["last_number"], &backup["automatic"]),
            (&json!(20), &json!("T1-000020"), &json!(true)),
            "{what}"
        );
        shop.world.pass(60);
        let request = json!({"path": backup["path"], "language": "en"});
        let restored = desk.call("restore_backup", request).unwrap();
        generation += 1;
        let letter = char::from(b'a' + generation);
        assert_eq!(restored["next_number"], format!("T1{letter}-000001"), "{what}");
        // The damaged file is kept under another name, byte for byte.
        match restored["kept"].as_str() {
            Some(kept) => assert_eq!(std::fs::read(kept).ok(), bytes, "{what}"),
            None => assert_eq!(bytes, None, "{what}"),
        }
        let screen = desk.call("screen", json!({})).unwrap();
        assert_eq!(
            (&screen["till"], &screen["language"]),
            (&json!("T1"), &json!("en")),
            "{what}"
        );
        assert_eq!(
            desk.call("status", json!({})).unwrap()["attention"],
            Value::Null,
            "{what}"
        );
        let till = &mut desk.counter_mut().unwrap().till;
        assert_eq!(
            sell(till, "next").unwrap(),
            format!("T1{letter}-000001"),
            "{what}"
        );
        assert!(
            till.ledger()
                .verify(&shop.path(&format!("scratch-{letter}")))
                .unwrap()
                .is_good()
        );
    }
}

/// Every page in its turn, with what a dying disk leaves there. A sale is whole or it is not at all.
#[test]
fn a_damaged_page_is_said_and_nothing_is_recorded_by_halves() {
    let shop = sold(8);
    let database = shop.folder().database();
    let folder = shop.folder().path().to_owned();
    let good = std::fs::read(&database).unwrap();
    let before: Vec<(PathBuf, Vec<u8>)> = ["guard.json", "lock"]
        .iter()
        .map(|name| (folder.join(name), std::fs::read(folder.join(name)).unwrap()))
        .collect();
    let mut said = 0;
    for page in 0..good.len() / PAGE {
        for fill in [0x00, 0x5a, 0xff] {
            let mut bytes = good.clone();
            bytes[page * PAGE..(page + 1) * PAGE].fill(fill);
            for suffix in ["-wal", "-shm"] {
                // From the round before, if it left any.
                let _ = std::fs::remove_file(folder.join(format!("jishi.sqlite{suffix}")));
            }
            std::fs::write(&database, &bytes).unwrap();
            for (path, content) in &before {
                std::fs::write(path, content).unwrap();
            }
            let sold = shop.open().and_then(|mut till| {
                let sold = sell(&mut till, "new");
                // What could not be recorded is not half there for the next one either.
                if sold.is_err() {
                    assert_eq!(till.head(), shop_head(&till), "page {page}, {fill:#x}");
                }
                sold
            });
            match sold {
                Ok(number) => {
                    // A page that nobody asked for: the sale is on the chain, and in the books.
                    assert_eq!(number, "T1-000010", "page {page}, {fill:#x}");
                    let ledger = Ledger::open(&database, OpenMode::Read).unwrap();
                    let chain = ledger.chains().unwrap().remove(0);
                    let last = ledger.entries_after(chain.chain, chain.head.seq - 1, 1).unwrap();
                    assert!(last[0].line.contains("T1-000010"), "page {page}, {fill:#x}");
                }
                Err(refusal) => {
                    assert_eq!(refusal.code(), "damaged", "page {page}, {fill:#x}: {refusal:?}");
                    said += 1;
                    let now = std::fs::read(&database).unwrap();
                    assert!(now == bytes, "page {page}, {fill:#x}: something was recorded");
                }
            }
        }
    }
    assert!(said > 30, "{said}");
}

fn shop_head(till: &Till) -> jishi_journal::Head {
    let chain = till.ledger().chain(till.chain_id()).unwrap().unwrap();
    chain.head
}

/// Damage that an ordered end would have hidden: the next start checks the whole file.
#[test]
fn once_found_it_is_found_again_at_every_start() {
    let shop = sold(20);
    let database = shop.folder().database();
    let good = std::fs::read(&database).unwrap();
    // A page that a sale has no need of, so that only the check of the whole file knows.
    let hidden = (1..good.len() / PAGE).rev().find(|page| {
        let mut bytes = good.clone();
        bytes[page * PAGE..(page + 1) * PAGE].fill(0x5a);
        std::fs::write(&database, &bytes).unwrap();
        std::fs::write(shop.folder().path().join("lock"), "closed 1").unwrap();
        let opened = shop.open().is_ok();
        let sound = Ledger::open(&database, OpenMode::Read).is_ok_and(|ledger| ledger.quick_check().unwrap());
        opened && !sound
    });
    let hidden = hidden.expect("a page that nobody asks for");
    let mut bytes = good.clone();
    bytes[hidden * PAGE..(hidden + 1) * PAGE].fill(0x5a);
    std::fs::write(&database, &bytes).unwrap();
    std::fs::write(shop.folder().path().join("lock"), "closed 1").unwrap();
    // As the window does: it opens, and the check beside it finds the damage.
    let mut desk = desk(&shop);
    desk.call("screen", json!({})).unwrap();
    desk.counter_mut().unwrap().found_damage();
    let status = desk.call("status", json!({})).unwrap();
    assert_eq!(status["attention"]["code"], "damaged");
    let head = desk.counter().unwrap().till.head();
    let id = desk.call("start_sale", json!({})).unwrap()["id"].clone();
    let request = json!({
        "id": id,
        "draft": {"lines": [{"product": "honey", "quantity": "1", "price_fen": null, "amount_fen": null,
                             "lot": null, "discount": null}],
                  "discount": null, "rounding": "none"},
        "tenders": [{"kind": "cash", "fen": 10000, "reference": null}],
    });
    assert_eq!(desk.call("record_sale", request).unwrap_err().code, "damaged");
    assert_eq!(desk.counter().unwrap().till.head(), head);
    // It can be mended at once, or after a new start that looks at the whole file.
    drop(desk);
    for _ in 0..2 {
        assert_eq!(shop.open().unwrap_err().code(), "damaged");
    }
    let mut desk = self::desk(&shop);
    let damage = desk.call("damage", json!({})).unwrap();
    let path = damage["backups"][0]["path"].clone();
    desk.call("restore_backup", json!({"path": path, "language": "zh-Hans"}))
        .unwrap();
    assert_eq!(
        sell(&mut desk.counter_mut().unwrap().till, "next").unwrap(),
        "T1b-000001"
    );
}

#[test]
fn a_restore_from_the_window_takes_what_was_offered_and_nothing_else() {
    let shop = sold(20);
    let mut desk = desk(&shop);
    let path = desk.call("damage", json!({})).unwrap()["backups"][0]["path"].clone();
    // Nothing is damaged: nothing is replaced.
    let whole = desk.call("restore_backup", json!({"path": path, "language": "en"}));
    assert_eq!(whole.unwrap_err().code, "bad_request");
    desk.call("screen", json!({})).unwrap();
    desk.counter_mut().unwrap().found_damage();
    let database = shop.folder().database();
    let elsewhere = shop.path("elsewhere.sqlite");
    std::fs::copy(path.as_str().unwrap(), &elsewhere).unwrap();
    for other in [
        elsewhere.to_str().unwrap(),
        database.to_str().unwrap(),
        "",
        "/etc/hostname",
    ] {
        let refused = desk.call("restore_backup", json!({"path": other, "language": "en"}));
        assert_eq!(refused.unwrap_err().code, "not_a_backup", "{other}");
    }
    // A backup that is damaged itself is refused, and the page stays with the others.
    let mut bytes = std::fs::read(path.as_str().unwrap()).unwrap();
    let middle = bytes.len() / (2 * PAGE) * PAGE;
    let end = bytes.len();
    bytes[middle..end].fill(0x5a);
    std::fs::write(path.as_str().unwrap(), bytes).unwrap();
    let good = std::fs::read(&database).unwrap();
    if let Some(backup) = desk.call("damage", json!({})).unwrap()["backups"].get(0).cloned() {
        let refused = desk.call(
            "restore_backup",
            json!({"path": backup["path"], "language": "en"}),
        );
        assert_eq!(refused.unwrap_err().code, "not_a_backup");
    }
    drop(desk);
    assert_eq!(std::fs::read(&database).unwrap(), good, "nothing was replaced");
    let leftovers = std::fs::read_dir(shop.folder().path()).unwrap();
    let leftovers = leftovers.map(|file| file.unwrap().file_name().into_string().unwrap());
    assert!(!leftovers.into_iter().any(|name| name.starts_with("re")));
}

/// No till was ever there: that is no damage.
#[test]
fn a_first_start_begins_a_till() {
    let shop = Shop::empty(1);
    let mut desk = desk(&shop);
    assert_eq!(desk.call("screen", json!({})).unwrap()["till"], "T9");
    drop(desk);
    let folder = Folder::at(shop.path("other"));
    assert!(matches!(
        Till::open(folder, shop.world.boxed()),
        Err(Refusal::NoTill)
    ));
}

/// A file that is sound to SQLite, and not what this program wrote.
#[test]
fn a_missing_table_is_damage() {
    let shop = sold(2);
    let database = shop.folder().database();
    let good = std::fs::read(&database).unwrap();
    for table in [
        "lines",
        "draws",
        "sales",
        "entries",
        "chains",
        "receipts",
        "requests",
        "sale_days",
    ] {
        for suffix in ["-wal", "-shm"] {
            // From the round before, if it left any.
            let _ = std::fs::remove_file(shop.folder().path().join(format!("jishi.sqlite{suffix}")));
        }
        std::fs::write(&database, &good).unwrap();
        let connection = rusqlite::Connection::open(&database).unwrap();
        connection.execute_batch(&format!("DROP TABLE {table}")).unwrap();
        drop(connection);
        let refusal = shop
            .open()
            .and_then(|mut till| sell(&mut till, "new"))
            .unwrap_err();
        assert_eq!(refusal.code(), "damaged", "{table}: {refusal}");
        let verdict = Ledger::open(&database, OpenMode::Read).map(|ledger| {
            ledger
                .verify(&shop.path("scratch"))
                .map(|verdict| verdict.is_good())
        });
        let code = match verdict {
            Ok(Ok(good)) => panic!("{table}: {good}"),
            Ok(Err(error)) | Err(error) => error.code(),
        };
        assert_eq!(code, "damaged", "{table}");
    }
}
