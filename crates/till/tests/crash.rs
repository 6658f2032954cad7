//! A till killed at any moment: what was shown as done is there, once, with the same figures.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use jishi_ledger::report::{self, Filter};
use jishi_ledger::{Ledger, OpenMode};
use jishi_testkit::{FixedWorld, MORNING, cash_sale, small_fair, void_of};
use jishi_till::view::Bearer;
use jishi_till::wire::{RefundLineRequest, RefundRequest};
use jishi_till::{Folder, Till};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// At any moment of a life, its start with it.
const KILLS_ANY_TIME: u64 = 20;
/// At any moment after the first sale of a life was told.
const KILLS_WHILE_SELLING: u64 = 100;
/// Set for the child: the folder and the number of its life.
const FOLDER: &str = "JISHI_CRASH_FOLDER";
const LIFE: &str = "JISHI_CRASH_LIFE";

/// What the child tells of each thing done, once it is durable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Told {
    id: String,
    number: String,
    seq: u64,
    total: i64,
    /// Of a refund the sale it is about.
    sale: Option<String>,
}

#[test]
fn what_was_shown_as_done_is_there_after_every_kill() {
    if let Ok(folder) = std::env::var(FOLDER) {
        sell_until_killed(Path::new(&folder));
    }
    let room = tempfile_room();
    let folder = room.join("till");
    let world = FixedWorld::new(1, MORNING);
    let mut till = Till::init(Folder::at(&folder), "T1", world.boxed()).unwrap();
    till.import(&small_fair(), false).unwrap();
    let chain = till.chain_id();
    drop(till);

    let mut told: Vec<Told> = Vec::new();
    let mut killed_while_selling = 0;
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    for life in 0..KILLS_ANY_TIME + KILLS_WHILE_SELLING {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let before = told.len();
        let lasts = match life < KILLS_ANY_TIME {
            true => Lasts::FromStart(Duration::from_micros(5_000 + (random >> 33) % 150_000)),
            false => Lasts::FromFirstSale(Duration::from_micros((random >> 33) % 60_000)),
        };
        told.extend(one_life(&folder, life, lasts));
        let sold = told.len() > before;
        killed_while_selling += u64::from(sold && matches!(lasts, Lasts::FromFirstSale(_)));
        let ledger = Ledger::open(&Folder::at(&folder).database(), OpenMode::Read).unwrap();
        check_told(&ledger, &told[before..]);
    }
    assert_eq!(killed_while_selling, KILLS_WHILE_SELLING);

    let world = FixedWorld::new(2, "2026-12-01T09:00:00+08:00");
    let mut till = Till::open(Folder::at(&folder), world.boxed()).unwrap();
    check_told(till.ledger(), &told);
    let verdict = till.ledger().verify(&room.join("scratch")).unwrap();
    assert!(verdict.is_good(), "{verdict:?}");
    // A kill is no reason for a successor.
    assert_eq!(till.chain_id(), chain);
    assert_eq!(till.ledger().chains().unwrap().len(), 1);

    // No number was used twice, none told twice, and the next one is new.
    let numbers: BTreeSet<&str> = told.iter().map(|told| told.number.as_str()).collect();
    assert_eq!(numbers.len(), told.len());
    let next = till.sell(&cash_sale("after-all", &[("bag", "1")])).unwrap();
    assert!(!numbers.contains(next.number.as_str()));
    let sum = report::summary(till.ledger(), &Filter::default()).unwrap();
    assert_eq!(sum.payable + sum.fund + sum.margin, sum.net);
    let used = sum.sales + sum.refunds + sum.voids;
    assert_eq!(next.number, format!("T1-{used:06}"), "numbers run without a gap");
    std::fs::remove_dir_all(&room).unwrap();
}

fn tempfile_room() -> std::path::PathBuf {
    let room = std::env::temp_dir().join(format!("jishi-crash-{}", std::process::id()));
    // What an earlier run of the same process number left.
    let _ = std::fs::remove_dir_all(&room);
    std::fs::create_dir_all(&room).unwrap();
    room
}

/// How long a child lives.
#[derive(Debug, Clone, Copy)]
enum Lasts {
    FromStart(Duration),
    FromFirstSale(Duration),
}

/// Starts the child, lets it live a while, kills it, and gives what it told to the end.
fn one_life(folder: &Path, life: u64, lasts: Lasts) -> Vec<Told> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "what_was_shown_as_done_is_there_after_every_kill",
            "--nocapture",
        ])
        .env(FOLDER, folder)
        .env(LIFE, life.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut text = String::new();
    let mut said = BufReader::new(child.stderr.take().unwrap());
    match lasts {
        Lasts::FromStart(lasts) => std::thread::sleep(lasts),
        Lasts::FromFirstSale(lasts) => {
            said.read_line(&mut text).unwrap();
            std::thread::sleep(lasts);
        }
    }
    // SIGKILL: the child has no say in it.
    child.kill().unwrap();
    said.read_to_string(&mut text).unwrap();
    child.wait().unwrap();
    // A last line that was cut off by the kill was not shown.
    let shown = text.rfind('\n').map_or("", |end| &text[..end]);
    let told = shown
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("the child said: {line}")));
    told.collect()
}

fn check_told(ledger: &Ledger, told: &[Told]) {
    let sales = report::sales(ledger, &Filter::default()).unwrap();
    let by_id: BTreeMap<&str, _> = sales.iter().map(|sale| (sale.id.as_str(), sale)).collect();
    let chain = ledger.chains().unwrap()[0].chain;
    for told in told {
        let line = &ledger.entries_after(chain, told.seq - 1, 1).unwrap()[0].line;
        assert!(line.contains(&format!("\"id\":\"{}\"", told.id)), "{told:?}");
        assert!(
            line.contains(&format!("\"number\":\"{}\"", told.number)),
            "{told:?}"
        );
        match &told.sale {
            None => {
                let sale = by_id[told.id.as_str()];
                assert_eq!((&sale.number, sale.net), (&told.number, told.total));
            }
            Some(sale) => assert!(by_id[sale.as_str()].refunded >= told.total, "{told:?}"),
        }
    }
}

/// The child: works until it is killed. Its own id and the life's tell its sales apart.
fn sell_until_killed(folder: &Path) -> ! {
    let life: u64 = std::env::var(LIFE).unwrap().parse().unwrap();
    let world = FixedWorld::new(1_000 + life, MORNING);
    world.pass(i64::try_from(life).unwrap() * 3_600);
    let mut till = Till::open(Folder::at(folder), world.boxed()).unwrap();
    let started = Instant::now();
    let mut number = 0u64;
    // Long before this the parent kills it; if the parent is gone, it goes as well.
    while started.elapsed() < Duration::from_secs(20) {
        number += 1;
        world.pass(7);
        let id = format!("{life}-{number}");
        let told = match number % 8 {
            3 => {
                let refund = RefundRequest {
                    id,
                    sale: format!("{life}-{}", number - 1),
                    lines: vec![RefundLineRequest {
                        line: 1,
                        qty: "0.001".to_owned(),
                        restock: number.is_multiple_of(3),
                        borne_by: Bearer::Supplier,
                    }],
                    tenders: Vec::new(),
                };
                let back = till.refund(&refund).unwrap();
                told_of_refund(back)
            }
            5 => {
                let back = till
                    .void(&void_of(&id, &format!("{life}-{}", number - 1)))
                    .unwrap();
                told_of_refund(back)
            }
            7 => {
                // As a till does in the evening; the next sale opens another shift.
                till.close_shift(None).unwrap();
                continue;
            }
            _ => {
                let sale = till
                    .sell(&cash_sale(
                        &id,
                        &[
                            ("honey", "0.002"),
                            ("orange", "0.013"),
                            ("egg", "1"),
                            ("bag", "1"),
                        ],
                    ))
                    .unwrap();
                Told {
                    id: sale.id,
                    number: sale.number,
                    seq: sale.seq,
                    total: sale.total,
                    sale: None,
                }
            }
        };
        eprintln!("{}", serde_json::to_string(&told).unwrap());
    }
    std::process::exit(0)
}

fn told_of_refund(back: jishi_till::wire::RefundResult) -> Told {
    Told {
        id: back.id,
        number: back.number,
        seq: back.seq,
        total: back.total,
        sale: Some(back.sale),
    }
}
