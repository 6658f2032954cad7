//! Long work: how far it is rises to the whole, stopped it leaves everything as it was, and there is one at a time.

use jishi_journal::{Head, NodeKey};
use jishi_ledger::{Ledger, OpenMode, projection_digest};
use jishi_sync::bundle::{Check, write_receipt};
use jishi_sync::protocol::{Acknowledgement, ChainAnswer, ChainsAnswer, Refusal};
use jishi_testkit::{Shop, cash_sale};
use jishi_till::view::{JobKind, JobReport, JobView};
use jishi_till::wire::ImportFile;
use jishi_till::{Desk, Progress, Step, Stop, Till, Work, Worlds};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

const GOODS: usize = 3500;

fn catalogue(count: usize) -> Value {
    let products: Vec<Value> = (0..count)
        .map(|number| {
            let name = format!("山货 {number} 号，石门村老乡自家晒的，用牛皮纸包好");
            json!({"code": format!("G{number}"), "name": name, "unit": "袋", "price": 1000 + number})
        })
        .collect();
    json!({ "products": products })
}

fn file(value: Value) -> ImportFile {
    serde_json::from_value(value).unwrap()
}

/// What a till is, to the last byte that counts.
fn standing(till: &Till) -> (Head, String, Option<String>, Vec<PathBuf>) {
    let digest = projection_digest(till.ledger()).unwrap();
    let shift = till.shift().map(|shift| shift.id.clone());
    (
        till.head(),
        digest,
        shift,
        files_in(&till.folder().path().join("pictures")),
    )
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// Runs work to its end, and then again stopped at each of its words; what it answered and said the first time.
fn stopped_everywhere<T>(
    mut run: impl FnMut(&mut Work<'_>) -> Result<T, String>,
    mut unchanged: impl FnMut(),
    words: &[usize],
) {
    for at in words {
        let stop = Stop::default();
        let said = RefCell::new(0usize);
        let mut work = Work::new(stop.clone(), |_| {
            *said.borrow_mut() += 1;
            if *said.borrow() == *at {
                stop.ask();
            }
        });
        assert_eq!(run(&mut work).err().as_deref(), Some("cancelled"), "at word {at}");
        drop(work);
        assert_eq!(said.into_inner(), *at, "it went on after it was told to stop");
        unchanged();
    }
}

/// What work said, in order; it rises within each step, and to the whole.
fn said_by<T>(run: impl FnOnce(&mut Work<'_>) -> Result<T, String>) -> (T, Vec<Progress>) {
    let said = RefCell::new(Vec::new());
    let mut work = Work::new(Stop::default(), |progress| said.borrow_mut().push(progress));
    let done = run(&mut work).unwrap();
    drop(work);
    let said: Vec<Progress> = said.into_inner();
    for (one, next) in said.iter().zip(said.iter().skip(1)) {
        assert!(one.done <= one.total || one.total == 0, "{one:?}");
        if one.step == next.step {
            assert!(
                one.done <= next.done && one.total == next.total,
                "{one:?} {next:?}"
            );
        }
    }
    (done, said)
}

fn last_of(said: &[Progress], step: Step) -> (u64, u64) {
    let last = said.iter().rfind(|progress| progress.step == step).unwrap();
    (last.done, last.total)
}

#[test]
fn an_import_says_how_far_it_is_and_stopped_imports_nothing() {
    let (shop, mut till) = Shop::with_fair(1);
    let mut goods = catalogue(60);
    goods["products"][3]["picture"] = json!("p");
    let goods = file(goods);
    let beside = |_: u32, _: &str| Some(vec![0xff, 0xd8, 0xff, 0xe0]);
    let before = standing(&till);
    let import = |till: &mut Till, work: &mut Work<'_>| {
        let imported = till.import_watched(&goods, false, &beside, work);
        imported.map_err(|refusal| refusal.code().to_owned())
    };
    let till_cell = RefCell::new(&mut till);
    stopped_everywhere(
        |work| import(&mut till_cell.borrow_mut(), work),
        || assert_eq!(standing(&till_cell.borrow()), before),
        // The first row, the last, the first entry recorded, and the last: 60 of each.
        &[1, 60, 61, 120],
    );
    let (report, said) = said_by(|work| import(&mut till, work));
    assert_eq!(report.added, 60);
    assert_eq!(last_of(&said, Step::Rows), (60, 60));
    assert_eq!(last_of(&said, Step::Record), (60, 60));
    assert_eq!(till.head().seq, before.0.seq + 60);
    assert_eq!(files_in(&shop.folder().path().join("pictures")).len(), 1);
}

#[test]
fn a_rebuild_and_a_check_say_how_far_they_are_and_stopped_change_nothing() {
    let (shop, mut till) = Shop::with_fair(1);
    till.import(&file(catalogue(1100)), false).unwrap();
    till.open_shift(None, 5000).unwrap();
    till.sell(&cash_sale("s1", &[("honey", "1")])).unwrap();
    let before = standing(&till);
    let all = till.head().seq;
    let till_cell = RefCell::new(&mut till);
    stopped_everywhere(
        |work| {
            let rebuilt = till_cell.borrow_mut().rebuild(work);
            rebuilt.map_err(|refusal| refusal.code().to_owned())
        },
        || assert_eq!(standing(&till_cell.borrow()), before),
        &[1, 2, 4],
    );
    let (entries, said) = said_by(|work| till.rebuild(work).map_err(|refusal| refusal.to_string()));
    assert_eq!(entries, all);
    assert_eq!(last_of(&said, Step::Replay), (all, all));
    assert!(said.len() > 3, "{said:?}");
    assert_eq!(standing(&till), before);
    // It goes on as if nothing had been.
    till.sell(&cash_sale("s2", &[("honey", "1")])).unwrap();

    let scratch = shop.path("scratch");
    let verify = |work: &mut Work<'_>| {
        let verdict = till.ledger().verify_watched(&scratch, work);
        verdict.map_err(|error| error.code().to_owned())
    };
    let (verdict, said) = said_by(verify);
    assert!(verdict.is_good());
    let all = till.head().seq;
    assert_eq!(last_of(&said, Step::Chains), (all, all));
    assert_eq!(last_of(&said, Step::Replay), (all, all));
    // Once in each of its steps.
    let firsts = (1..=said.len()).filter(|at| *at == 1 || said[at - 1].step != said[at - 2].step);
    stopped_everywhere(verify, || {}, &firsts.collect::<Vec<_>>());
}

#[test]
fn a_backup_says_how_far_it_is_and_stopped_leaves_no_half() {
    let (shop, mut till) = Shop::with_fair(1);
    till.import(&file(catalogue(GOODS)), false).unwrap();
    let stick = shop.path("stick");
    std::fs::create_dir(&stick).unwrap();
    let target = stick.join("one.sqlite");
    let ledger = Ledger::open(&shop.folder().database(), OpenMode::Read).unwrap();
    let back_up = |work: &mut Work<'_>| {
        let made = ledger.back_up(&target, work);
        made.map_err(|error| error.code().to_owned())
    };
    stopped_everywhere(
        back_up,
        || assert_eq!(files_in(&stick), Vec::<PathBuf>::new()),
        &[1, 2, 3],
    );
    let ((), said) = said_by(|work| {
        back_up(work)?;
        Ok(())
    });
    let (pages, total) = last_of(&said, Step::Copy);
    assert!(pages == total && total > 512, "{pages} of {total}");
    // An older one stays good where the next is stopped.
    let good = std::fs::read(&target).unwrap();
    stopped_everywhere(
        back_up,
        || assert_eq!(std::fs::read(&target).unwrap(), good),
        &[2],
    );
    assert_eq!(files_in(&stick), std::slice::from_ref(&target));
}

// The jobs of a window

fn desk(shop: &Shop) -> Mutex<Desk> {
    let world = shop.world.clone();
    let worlds: Worlds = Box::new(move || world.boxed());
    Mutex::new(Desk::open(shop.folder(), worlds, |folder, world| {
        Till::init(folder, "T9", world)
    }))
}

fn call(desk: &Mutex<Desk>, name: &str, request: Value) -> Result<Value, String> {
    let answered = desk.lock().unwrap().call(name, request);
    answered.map_err(|refused| refused.code)
}

fn run(desk: &Mutex<Desk>) -> JobView {
    let job = desk.lock().unwrap().take_job().unwrap();
    job.run(desk);
    desk.lock().unwrap().jobs().view()
}

#[test]
fn one_job_runs_at_a_time_and_selling_waits_for_none_but_those_that_have_the_till() {
    let (shop, till) = Shop::with_fair(1);
    drop(till);
    let stick = shop.path("stick");
    std::fs::create_dir(&stick).unwrap();
    let desk = desk(&shop);
    call(&desk, "start_backup", json!({"place": stick})).unwrap();
    for (name, request) in [
        ("start_verify", json!({})),
        ("start_rebuild", json!({})),
        ("start_import", json!({"path": "x", "check_only": true})),
        ("start_backup", json!({"place": stick})),
    ] {
        assert_eq!(call(&desk, name, request).unwrap_err(), "job_running");
    }
    // A backup is read beside the sales.
    assert!(!desk.lock().unwrap().jobs().holds_till());
    call(&desk, "scan", json!({"code": "honey"})).unwrap();
    let JobView::Done {
        report: JobReport::Backup { path, bytes },
        ..
    } = run(&desk)
    else {
        panic!("{:?}", desk.lock().unwrap().jobs().view());
    };
    assert!(bytes > 0 && Path::new(&path).parent() == Some(&stick));
    let data = call(&desk, "data", json!({})).unwrap();
    assert_eq!(data["last_backup"]["path"], path.as_str());
    assert_eq!(data["places"], json!([stick]));

    call(&desk, "start_rebuild", json!({})).unwrap();
    let jobs = desk.lock().unwrap().jobs().clone();
    assert!(jobs.holds_till());
    // While it has the till nothing of the till is asked: a scan is told why it waits.
    assert_eq!(jobs.call("scan").unwrap_err().code, "till_held");
    assert_eq!(jobs.call("job").unwrap()["state"], "running");
    assert_eq!(jobs.call("cancel_job").unwrap()["is_stopping"], true);
    let JobView::Refused { refused, .. } = run(&desk) else {
        panic!("it was not cancelled");
    };
    assert_eq!(refused.code, "cancelled");
    assert!(!jobs.holds_till());
    call(&desk, "start_verify", json!({})).unwrap();
    let JobView::Done {
        report: JobReport::Verify(report),
        ..
    } = run(&desk)
    else {
        panic!("{:?}", jobs.view());
    };
    assert!(report.is_sound, "{report:?}");
    // One that never runs holds nothing for ever.
    call(&desk, "start_rebuild", json!({})).unwrap();
    drop(desk.lock().unwrap().take_job());
    assert!(!jobs.holds_till());
}

#[test]
fn a_job_goes_on_beside_the_window_and_closing_stops_it() {
    let (shop, mut till) = Shop::with_fair(1);
    till.import(&file(catalogue(GOODS)), false).unwrap();
    drop(till);
    let desk = std::sync::Arc::new(desk(&shop));
    call(&desk, "start_verify", json!({})).unwrap();
    let job = desk.lock().unwrap().take_job().unwrap();
    let jobs = desk.lock().unwrap().jobs().clone();
    let beside = std::sync::Arc::clone(&desk);
    let thread = std::thread::spawn(move || job.run(&beside));
    call(&desk, "scan", json!({"code": "honey"})).unwrap();
    jobs.stop_and_wait();
    assert!(matches!(&jobs.view(), JobView::Refused { refused, .. } if refused.code == "cancelled"));
    thread.join().unwrap();
}

#[test]
fn a_file_is_looked_at_first_and_what_is_wrong_in_it_is_named() {
    let (shop, till) = Shop::with_fair(1);
    let before = standing(&till);
    drop(till);
    let desk = desk(&shop);
    let import = |name: &str, text: &str, check_only: bool| {
        let path = shop.path(name);
        std::fs::write(&path, text).unwrap();
        call(
            &desk,
            "start_import",
            json!({"path": path, "check_only": check_only}),
        )
        .unwrap();
        run(&desk)
    };
    let good = catalogue(3).to_string();
    let seen = |view: JobView| match view {
        JobView::Done {
            report: JobReport::Import {
                added, check_only, ..
            },
            ..
        } => {
            format!("{added} {check_only}")
        }
        JobView::Refused { refused, faults, .. } => {
            let rows = faults
                .iter()
                .map(|fault| format!(" {} {} {}", fault.list, fault.row, fault.name));
            format!("{}{}", refused.code, rows.collect::<String>())
        }
        other => format!("{other:?}"),
    };
    assert_eq!(seen(import("good.json", &good, true)), "3 true");
    assert_eq!(seen(import("not.json", "土蜂蜜,45.00", true)), "not_a_catalogue");
    // What it says of where it is wrong, in the cashier's language.
    let told = |view: JobView| match view {
        JobView::Refused { refused, faults, .. } => {
            let rows = faults.iter().map(|fault| fault.message.as_str());
            [refused.message.as_str()]
                .into_iter()
                .chain(rows)
                .collect::<Vec<_>>()
                .join(" ")
        }
        other => format!("{other:?}"),
    };
    let whole =
        "{\n \"products\": [\n  {\"code\": \"a\", \"name\": \"A\", \"unit\": \"个\", \"price\": 1}\n ]\n}";
    for (name, text, code, said) in [
        ("cut", &whole[..whole.len() - 8], "bad_json", "第 3 行"),
        (
            "comma",
            &whole.replace("\"unit\": \"个\",", "\"unit\": \"个\""),
            "bad_json",
            "这里要 , / }",
        ),
        (
            "after",
            &format!("{whole}]"),
            "bad_json",
            "第 5 行第 2 列：到这里已经写完",
        ),
        ("list", "[]", "bad_json", "这里要一组 {…}，写的是列表 […]"),
        (
            "quoted",
            &whole.replace(": 1}", ": \"很贵\"}"),
            "bad_import products 1 price",
            "这里要整数，写的是带引号的文字 很贵",
        ),
        (
            "short",
            &whole.replace(", \"price\": 1", ""),
            "bad_import products 1 ",
            "缺少 price",
        ),
        (
            "other",
            &whole.replace("products", "goods"),
            "bad_json",
            "没有 goods 这一项，这里可以写 outlet",
        ),
    ] {
        let view = import(&format!("{name}.json"), text, true);
        assert_eq!(seen(view.clone()), code, "{name}");
        let view = told(view);
        assert!(view.contains(said), "{name}: {view}");
    }
    let typed = r#"{"products": [{"code": "a", "name": "A", "unit": "个", "price": 1},
                                 {"code": "b", "name": "B", "unit": "个", "price": "很贵"}]}"#;
    assert_eq!(
        seen(import("typed.json", typed, false)),
        "bad_import products 2 price"
    );
    let wrong = r#"{"products": [{"code": "a", "name": "A", "unit": "个", "price": -1}]}"#;
    assert_eq!(
        seen(import("wrong.json", wrong, false)),
        "bad_import products 1 a"
    );
    {
        let desk = desk.lock().unwrap();
        assert_eq!(standing(&desk.counter().unwrap().till), before);
    }
    assert_eq!(seen(import("good.json", &good, false)), "3 false");
    call(&desk, "scan", json!({"code": "G2"})).unwrap();
}

#[test]
fn the_bookkeeper_may_and_the_cashier_may_not() {
    let (shop, mut till) = Shop::with_fair(1);
    let staff = json!({"staff": [
        {"code": "01", "name": "李小梅", "role": "cashier", "pin": "1111"},
        {"code": "04", "name": "黄慧", "role": "bookkeeper", "pin": "4444"},
        {"code": "05", "name": "陆审", "role": "auditor", "pin": "5555"},
    ]});
    till.import(&file(staff), false).unwrap();
    drop(till);
    let desk = desk(&shop);
    assert_eq!(
        call(&desk, "start_verify", json!({})).unwrap_err(),
        "not_signed_in"
    );
    for (code, pin, may) in [
        ("01", "1111", json!(["carry", "receipt"])),
        ("05", "5555", json!(["verify"])),
        (
            "04",
            "4444",
            json!([
                "import", "backup", "verify", "rebuild", "carry", "receipt", "enrol", "hub", "upstream"
            ]),
        ),
    ] {
        call(&desk, "sign_in", json!({"staff": code, "pin": pin})).unwrap();
        assert_eq!(call(&desk, "data", json!({})).unwrap()["may"], may, "{code}");
        let asked = call(&desk, "start_rebuild", json!({}));
        match code {
            "04" => drop(run(&desk)),
            _ => assert_eq!(asked.unwrap_err(), "may_not"),
        }
    }
    call(&desk, "enter_training", json!({})).unwrap();
    assert_eq!(
        call(&desk, "start_verify", json!({})).unwrap_err(),
        "real_till_only"
    );
}

/// A centre that this till was enrolled at while it was in town.
fn centre() -> NodeKey {
    NodeKey::from_seed(&[200; 32])
}

fn enrolled(shop: &Shop) {
    let note = json!({"address": "https://jishi.example.cn", "key": centre().public().to_string(),
                      "organisation": "ORG", "name": "柳河县中心"});
    let mut ledger = Ledger::open(&shop.folder().database(), OpenMode::Write).unwrap();
    ledger
        .write(|writer| writer.put_note("centre", &note.to_string()))
        .unwrap();
}

/// The centre's answer to a bundle: all of it arrived, or nothing with a code.
fn receipt(bundle: &Path, refusal: Option<&str>) -> Vec<u8> {
    let check = Check::open(std::fs::File::open(bundle).unwrap()).unwrap();
    let manifest = check.manifest();
    assert_eq!(manifest.organisation, centre().public());
    let at = "2026-11-27T17:00:00+08:00";
    let chains = manifest.chains.iter().map(|stretch| ChainAnswer {
        above: Vec::new(),
        chain: stretch.chain.to_string(),
        acknowledgement: refusal.is_none().then(|| {
            let head = Head {
                seq: stretch.to,
                hash: stretch.hash,
            };
            Acknowledgement::sign(stretch.chain, head, at, &[], &centre())
        }),
        refusal: refusal.map(|code| Refusal {
            code: code.to_owned(),
            seq: None,
            wanted: None,
        }),
    });
    let answer = ChainsAnswer {
        chains: chains.collect(),
        unreadable: Vec::new(),
    };
    write_receipt(Vec::new(), manifest, &answer, at, (&centre(), &[])).unwrap()
}

/// What is no code is said at once; a server that is not there is waited for no longer than a client waits.
#[test]
fn a_code_that_leads_nowhere_changes_nothing() {
    let (shop, till) = Shop::with_fair(1);
    drop(till);
    let desk = desk(&shop);
    assert_eq!(call(&desk, "data", json!({})).unwrap()["centre"], Value::Null);
    let nowhere = jishi_sync::InvitationCode {
        address: "http://127.0.0.1:9".parse().unwrap(),
        organisation_key: jishi_journal::NodeKey::from_seed(&[7; 32]).public(),
        secret: [7; jishi_sync::InvitationCode::SECRET_BYTES],
    };
    for (typed, code) in [
        ("JISHI-00000", "bad_code"),
        ("", "bad_code"),
        (nowhere.to_string().as_str(), "unreachable"),
    ] {
        call(&desk, "start_enrol", json!({"code": typed})).unwrap();
        let ended = run(&desk);
        assert!(
            matches!(&ended, JobView::Refused { kind: JobKind::Enrol, refused, .. } if refused.code == code),
            "{typed}: {ended:?}"
        );
    }
    assert_eq!(call(&desk, "data", json!({})).unwrap()["centre"], Value::Null);
}

#[test]
fn a_stick_carries_what_waits_to_the_centre_and_its_receipt_is_read() {
    let (shop, mut till) = Shop::with_fair(1);
    till.sell(&cash_sale("s1", &[("honey", "1")])).unwrap();
    drop(till);
    let stick = shop.path("stick");
    std::fs::create_dir(&stick).unwrap();
    let desk = desk(&shop);
    // Without a centre the page does not offer it.
    assert_eq!(call(&desk, "data", json!({})).unwrap()["carry"], Value::Null);
    call(&desk, "start_carry", json!({"place": stick})).unwrap();
    assert!(matches!(run(&desk), JobView::Refused { refused, .. } if refused.code == "not_enrolled"));
    enrolled(&shop);
    let page = call(&desk, "data", json!({})).unwrap();
    assert_eq!(page["carry"]["centre"], "柳河县中心");
    assert_eq!(page["carry"]["sales_waiting"], 1);

    let carried = || {
        call(&desk, "start_carry", json!({"place": stick})).unwrap();
        match run(&desk) {
            JobView::Done {
                report: JobReport::Carry { path, sales, .. },
                ..
            } => (path.map(PathBuf::from), sales),
            other => panic!("{other:?}"),
        }
    };
    let bundle = stick.join("T1.jishi");
    for _ in 0..2 {
        // The same again takes the place of the one before.
        assert_eq!(carried(), (Some(bundle.clone()), 1));
        assert_eq!(files_in(&stick), std::slice::from_ref(&bundle));
    }

    let back = stick.join("T1.jishi.receipt");
    let read = |bytes: &[u8]| {
        std::fs::write(&back, bytes).unwrap();
        call(&desk, "start_receipt", json!({"path": back})).unwrap();
        run(&desk)
    };
    let code = |view: JobView| match view {
        JobView::Refused { refused, .. } => refused.code,
        other => panic!("{other:?}"),
    };
    let good = receipt(&bundle, None);
    assert_eq!(code(read(&good[..good.len() - 5])), "bundle_cut_off");
    assert_eq!(code(read(&std::fs::read(&bundle).unwrap())), "bundle_is_entries");
    assert_eq!(code(read(&receipt(&bundle, Some("revoked")))), "chain_refused");
    let done = read(&good);
    let JobView::Done {
        report:
            JobReport::Receipt {
                sales_waiting: 0,
                is_older: false,
                is_more_wanted: false,
            },
        ..
    } = done
    else {
        panic!("{done:?}");
    };
    assert_eq!(carried(), (None, 0));

    // A till's bundle that holds what this one does not know of is not written over.
    let other = Shop::with_fair(2).0;
    enrolled(&other);
    let place = other.path("stick");
    std::fs::create_dir(&place).unwrap();
    let others = self::desk(&other);
    call(&others, "start_carry", json!({"place": place})).unwrap();
    drop(run(&others));
    let foreign = std::fs::read(place.join("T1.jishi")).unwrap();
    std::fs::write(&bundle, &foreign).unwrap();
    let request = cash_sale("s2", &[("honey", "1")]);
    desk.lock()
        .unwrap()
        .counter_mut()
        .unwrap()
        .till
        .sell(&request)
        .unwrap();
    let (path, sales) = carried();
    let path = path.unwrap();
    assert!(
        path != bundle && path.starts_with(&stick) && sales == 1,
        "{path:?}"
    );
    assert_eq!(std::fs::read(&bundle).unwrap(), foreign);
}
