//! The disk that loses its power, under a till that sells: what was reported done is there, whatever is lost or torn.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use jishi_ledger::report::{self, Filter};
use jishi_sim::{Dice, Disk, Ground, MachineWorld, Syncing, Time, copy_folder, room};
use jishi_testkit::cash_sale;
use jishi_till::wire::SellRequest;
use jishi_till::{Folder, Refusal, Till};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const COMMITS: u64 = 200;
/// The whole of the file is verified after every so many cuts; the rest after each.
const VERIFY_EVERY: u64 = 97;

/// A till on its disk.
struct Bench {
    room: TempDir,
    time: Time,
    dice: Dice,
    cuts: u64,
}

impl Bench {
    fn new(seed: u64) -> Bench {
        let bench = Bench {
            room: room(),
            time: Time::default(),
            dice: Dice::new(seed),
            cuts: 0,
        };
        Ground::get().copy("till1", &bench.home());
        bench
    }

    fn home(&self) -> PathBuf {
        self.room.path().join("till")
    }

    fn open(&mut self, home: &Path) -> Result<Till, Refusal> {
        self.time.move_to(self.time.now_ms() + 7_000);
        let world = MachineWorld::new(&self.time, self.dice.split(), "till1");
        Till::open(Folder::at(home), world.boxed())
    }

    /// The till comes up, on the chain that it had, with every sale that was reported and no other.
    fn check(&mut self, home: &Path, done: &BTreeMap<String, i64>, unknown: &str) -> Result<Till, String> {
        self.cuts += 1;
        let till = self
            .open(home)
            .map_err(|refusal| format!("it does not open: {refusal:?}"))?;
        let ledger = till.ledger();
        if ledger.chains().unwrap().len() != 1 {
            return Err("a sale that was reported is gone: the guard knows it".to_owned());
        }
        let sales = report::sales(ledger, &Filter::default()).unwrap();
        let held: BTreeMap<String, i64> = sales.into_iter().map(|sale| (sale.id, sale.net)).collect();
        for (id, net) in done {
            if held.get(id) != Some(net) {
                return Err(format!("{id} was reported and is gone"));
            }
        }
        if held.keys().any(|id| !done.contains_key(id) && id != unknown) {
            return Err("a sale that nobody made".to_owned());
        }
        if !ledger.quick_check().unwrap() {
            return Err("the file is damaged".to_owned());
        }
        if self.cuts.is_multiple_of(VERIFY_EVERY) && !ledger.verify(&home.join("scratch")).unwrap().is_good()
        {
            return Err("what the till holds is not what it signed".to_owned());
        }
        Ok(till)
    }
}

fn sale(number: u64) -> SellRequest {
    let goods = [("honey", "0.1"), ("egg", "1"), ("bag", "2"), ("orange", "0.35")];
    let first = goods[(number % 4) as usize];
    let second = goods[(number / 4 % 4) as usize];
    cash_sale(&format!("sale-{number}"), &[first, second])
}

/// Of these commits each is cut at every point where SQLite writes, syncs or deletes.
fn cut_everywhere(commits: std::ops::Range<u64>, syncing: Syncing) -> Result<u64, String> {
    let mut bench = Bench::new(commits.start + 1);
    let home = bench.home();
    let mut done = BTreeMap::new();
    let mut till = bench.open(&home).unwrap();
    for number in 0..commits.start {
        let sold = till.sell(&sale(number)).unwrap();
        done.insert(sold.id, sold.total);
    }
    drop(till);
    for number in commits {
        let request = sale(number);
        let mut point = 0;
        loop {
            let trial = bench.room.path().join("trial");
            copy_folder(&home, &trial);
            let disk = Disk::of(&trial);
            disk.sync_as(syncing);
            let mut till = bench.open(&trial).unwrap();
            disk.dies_after(point);
            let sold = till.sell(&request);
            let mut told = done.clone();
            if let Ok(sold) = &sold {
                told.insert(sold.id.clone(), sold.total);
            } else if !disk.is_dead() {
                return Err(format!("commit {number}: not sold: {sold:?}"));
            }
            let was_cut_selling = disk.is_dead();
            if number % 10 != 0 {
                disk.die();
                till.found_damage();
            }
            // Closed in order it folds the log into the file, and the power may go meanwhile.
            drop(till);
            let was_cut = was_cut_selling || (number % 10 == 0 && disk.is_dead());
            disk.die();
            disk.come_back(&mut bench.dice).unwrap();
            let at = |error| format!("commit {number}, point {point}: {error}");
            let mut till = bench.check(&trial, &told, &request.id).map_err(at)?;
            // The cashier presses again: the first result, or the sale.
            let again = till
                .sell(&request)
                .map_err(|refusal| at(format!("{refusal:?}")))?;
            if sold.is_ok_and(|sold| sold.number != again.number) {
                return Err(at("it was recorded twice".to_owned()));
            }
            drop(till);
            drop(disk);
            std::fs::remove_dir_all(&trial).unwrap();
            if !was_cut {
                break;
            }
            point += 1;
        }
        let mut till = bench.open(&home).unwrap();
        let sold = till.sell(&request).unwrap();
        done.insert(sold.id, sold.total);
        match number % 5 {
            4 => kill_process(till, &home),
            _ => drop(till),
        }
    }
    Ok(bench.cuts)
}

/// With its log left beside the database, as a killed process leaves it.
fn kill_process(till: Till, home: &Path) {
    let disk = Disk::of(home);
    let aside = home.with_extension("aside");
    copy_folder(home, &aside);
    drop(till);
    drop(disk);
    std::fs::remove_dir_all(home).unwrap();
    std::fs::rename(aside, home).unwrap();
}

#[test]
fn every_point_of_the_first_commits() {
    cut_and_count(0..COMMITS / 4);
}

#[test]
fn every_point_of_the_second_commits() {
    cut_and_count(COMMITS / 4..COMMITS / 2);
}

#[test]
fn every_point_of_the_third_commits() {
    cut_and_count(COMMITS / 2..COMMITS * 3 / 4);
}

#[test]
fn every_point_of_the_last_commits() {
    cut_and_count(COMMITS * 3 / 4..COMMITS);
}

fn cut_and_count(commits: std::ops::Range<u64>) {
    let many = (commits.end - commits.start) * 20;
    let cuts = cut_everywhere(commits, Syncing::Honest).unwrap_or_else(|found| panic!("{found}"));
    assert!(cuts > many, "a commit has its points: {cuts}");
}

/// That the same finds a disk or a setting that does not sync.
#[test]
fn a_commit_that_is_not_synced_is_found() {
    for syncing in [Syncing::BeforeCheckpoints, Syncing::Never] {
        let found = cut_everywhere(0..3, syncing);
        assert!(found.is_err(), "{syncing:?} is not noticed");
    }
}

#[test]
fn a_full_disk_refuses_and_keeps_all() {
    refuses_and_keeps_all(7, "disk_full", Disk::fill);
}

#[test]
fn a_sync_that_fails_refuses_and_keeps_all() {
    refuses_and_keeps_all(8, "storage_failed", Disk::fail_syncs);
}

/// The disk is in trouble at a third of the sales.
fn refuses_and_keeps_all(seed: u64, code: &str, trouble: fn(&Disk, bool)) {
    let mut bench = Bench::new(seed);
    let home = bench.home();
    let disk = Disk::of(&home);
    let mut done = BTreeMap::new();
    let mut till = bench.open(&home).unwrap();
    let mut refused = 0;
    for number in 0..COMMITS {
        let is_troubled = bench.dice.one_in(3);
        trouble(&disk, is_troubled);
        match till.sell(&sale(number)) {
            Ok(sold) => {
                // A sale may find room that is there already; nothing is done that is not synced.
                assert!(!is_troubled || code == "disk_full", "sale {number}");
                done.insert(sold.id, sold.total);
            }
            Err(refusal) if is_troubled => {
                assert_eq!(refusal.code(), code);
                refused += 1;
            }
            Err(refusal) => panic!("sale {number}: {refusal:?}"),
        }
        trouble(&disk, false);
        if bench.dice.one_in(8) {
            kill_and_return(&mut bench, &mut till, &disk, &done);
        }
    }
    assert!(refused > 20, "{code}: {refused}");
    kill_and_return(&mut bench, &mut till, &disk, &done);
    assert!(till.ledger().verify(&home.join("scratch")).unwrap().is_good());
}

/// The power goes between two sales. A sale that was refused may be there all the same.
fn kill_and_return(bench: &mut Bench, till: &mut Till, disk: &Disk, done: &BTreeMap<String, i64>) {
    let home = bench.home();
    disk.die();
    till.found_damage();
    // The old one goes first.
    let closed = std::mem::replace(till, other_till(bench));
    drop(closed);
    disk.come_back(&mut bench.dice).unwrap();
    let reopened = bench.open(&home).unwrap();
    let sales = report::sales(reopened.ledger(), &Filter::default()).unwrap();
    let held: BTreeMap<String, i64> = sales.into_iter().map(|sale| (sale.id, sale.net)).collect();
    for (id, net) in done {
        assert_eq!(held.get(id), Some(net), "{id} was reported and is gone");
    }
    assert_eq!(reopened.ledger().chains().unwrap().len(), 1);
    *till = reopened;
}

/// Something to hold while the till is away.
fn other_till(bench: &mut Bench) -> Till {
    let home = bench.room.path().join("other");
    if !home.exists() {
        Ground::get().copy("till2", &home);
    }
    bench.open(&home).unwrap()
}
