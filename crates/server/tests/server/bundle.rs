//! What comes by stick: taken in as a push is, or not at all.

use crate::harness::{AT, TestServer, Till, sale, sign};
use crate::program::{lines, refusal, run};
use jishi_journal::body::Body;
use jishi_journal::{NodeKey, VerifyingKey};
use jishi_ledger::report::{self, Filter};
use jishi_server::{BundleTaken, import_bundle, init, revoke};
use jishi_sync::bundle::{Packed, Receipt, Sender, pack, read_receipt, take_receipt};
use jishi_sync::protocol::Acknowledgement;
use serde_json::{Value, json};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

fn server_key(server: &TestServer) -> VerifyingKey {
    let output = run(server.path(), &["node", "list", "--json"]);
    lines(&output)[0]["public_key"].as_str().unwrap().parse().unwrap()
}

/// Puts what waits at a till into a file.
fn export(till: &Till, organisation: VerifyingKey, file: &Path) -> Packed {
    let sender = Sender {
        organisation,
        node: &till.node,
        key: &till.key,
        hand_overs: &[],
        at: AT,
        all: false,
    };
    let mut fill = |bytes: &mut [u8]| getrandom::fill(bytes).unwrap();
    let packed = pack(till, &sender, &mut fill, &mut |_, _| true, || File::create(file));
    packed.unwrap().expect("something waits").0
}

fn take_in(server: &TestServer, file: &Path) -> Result<BundleTaken, &'static str> {
    let taken = import_bundle(server.path(), file, &server.clock.instruments(), &mut |_, _| true);
    taken.map_err(|error| error.code())
}

/// The bundle's chains as the program says them: how far each is held, how much of it is new, why not more.
#[track_caller]
fn said(output: &std::process::Output) -> Value {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    serde_json::from_str(text.trim()).unwrap_or_else(|_| panic!("{output:?}"))
}

fn receipt(file: &Path, server: VerifyingKey) -> Receipt {
    let open = || Ok(Box::new(File::open(file)?) as Box<dyn Read>);
    read_receipt(open, &server).unwrap()
}

fn stick() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("T1.jishi");
    (folder, file)
}

fn text_of(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// What must be as it was: everything that the server has written.
fn books(server: &TestServer) -> (report::Summary, usize, usize) {
    let ledger = server.ledger();
    let summary = report::summary(&ledger, &Filter::default()).unwrap();
    (
        summary,
        ledger.faults().unwrap().len(),
        ledger.name_keys().unwrap().len(),
    )
}

/// A stick of somebody who is nobody here is as long as he likes; it is refused by its first line.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn of_a_strangers_bundle_only_the_beginning_is_read() {
    use std::io::Write as _;
    let server = TestServer::start().await;
    let mut stranger = Till::at_the_fair(1);
    for _ in 0..6_000 {
        stranger.sell(4500);
    }
    let (stick, file) = stick();
    export(&stranger, server_key(&server), &file);
    let bundle = std::fs::read(&file).unwrap();
    // A pipe tells how much is read.
    let pipe = stick.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let (into, length) = (pipe.clone(), bundle.len());
    let writing = std::thread::spawn(move || {
        let mut out = std::fs::OpenOptions::new().write(true).open(into).unwrap();
        let pieces = bundle.chunks(4096);
        pieces.take_while(|piece| out.write_all(piece).is_ok()).count() * 4096
    });
    let before = books(&server);
    assert_eq!(take_in(&server, &pipe).unwrap_err(), "unknown_node");
    let written = writing.join().unwrap();
    assert!(written < length / 2, "{written} of {length} bytes were read");
    assert_eq!(books(&server), before);
}

#[tokio::test]
async fn a_stick_brings_what_a_push_would_and_takes_the_word_back() {
    let server = TestServer::start().await;
    let key = server_key(&server);
    let mut till = Till::at_the_fair(1);
    // Enrolled while it was in town; the counter itself has no line.
    server.enrolled(&till).await;
    for fen in [4500, 4499, 1, 9_999_999] {
        till.sell(fen);
    }
    let (_stick, file) = stick();
    assert_eq!(export(&till, key, &file).entries, 10);
    let drawn = format!("/fair?revision={}", server.fair().await["revision"]);
    assert_eq!(server.get(&drawn).await.status(), 204);

    // Beside the server that runs.
    let taken = lines(&run(
        server.path(),
        &["--json", "bundle", "import", text_of(&file)],
    ))
    .remove(0);
    assert_eq!(
        (&taken["node"], &taken["new"], &taken["name_keys"]),
        (&json!("T1"), &json!(10), &json!(1))
    );
    assert_eq!(
        taken["chains"],
        json!([{"chain": till.id().to_string(), "from": 1, "to": 10, "held": 10, "new": 10,
                "refusal": null, "wanted": null}])
    );
    assert_eq!(server.get(&drawn).await.status(), 200, "its page is drawn anew");
    let fair = server.fair().await;
    assert_eq!(fair["summary"]["net"], json!(10_008_999));
    assert_eq!(
        fair["parties"][0]["name"],
        json!("王桂兰"),
        "its key came on the stick, for this server alone"
    );
    let folder = tempfile::tempdir().unwrap();
    let (here, there) = (till.ledger(folder.path()), server.ledger());
    let all = Filter::default();
    assert_eq!(
        report::parties(&here, &all).unwrap(),
        report::parties(&there, &all).unwrap()
    );
    assert_eq!(
        report::lots(&here, &all).unwrap(),
        report::lots(&there, &all).unwrap()
    );
    assert!(there.verify(folder.path()).unwrap().is_good());

    let back = receipt(Path::new(taken["receipt"].as_str().unwrap()), key);
    take_receipt(&back, &key, &mut till).unwrap().unwrap();
    assert_eq!(till.mark(), 10);
    till.sell(100);
    let packed = export(&till, key, &file);
    assert_eq!(
        (packed.entries, packed.chains[0].from),
        (1, 11),
        "only what is new"
    );
    assert_eq!(take_in(&server, &file).unwrap().chains[0].new, 1);
}

#[tokio::test]
async fn the_same_twice_counts_once() {
    let server = TestServer::start().await;
    let key = server_key(&server);
    let mut till = Till::at_the_fair(1);
    let mut client = server.enrolled(&till).await;
    till.sell(4500);
    let (_stick, file) = stick();
    export(&till, key, &file);
    let mut net = Vec::new();
    for new in [7, 0, 0] {
        let run = run(server.path(), &["--json", "bundle", "import", text_of(&file)]);
        assert_eq!(lines(&run)[0]["new"], json!(new), "its older receipt makes way");
        net.push(server.fair().await["summary"]["net"].clone());
    }
    assert_eq!(net, [json!(4500), json!(4500), json!(4500)]);
    // And by wire what came by stick.
    assert!(till.sync(&mut client).await.complete);
    assert_eq!(server.fair().await["summary"]["sales"], json!(1));
    // Longer by one, with all that is held in it.
    till.words.clear();
    till.sell(5500);
    export(&till, key, &file);
    assert_eq!(take_in(&server, &file).unwrap().chains[0].new, 1);
    assert_eq!(server.fair().await["summary"]["net"], json!(10_000));
}

/// Each is refused with its code, and the books are as they were.
#[tokio::test]
async fn what_is_no_whole_bundle_of_ours_changes_nothing() {
    let server = TestServer::start().await;
    let key = server_key(&server);
    let mut till = Till::at_the_fair(1);
    server.enrolled(&till).await;
    till.sell(4500);
    let (stick, file) = stick();
    export(&till, key, &file);
    let good = std::fs::read(&file).unwrap();
    let before = books(&server);
    let text = String::from_utf8(zstd::decode_all(good.as_slice()).unwrap()).unwrap();
    let packed = |text: &str| zstd::encode_all(text.as_bytes(), 3).unwrap();
    let mut flipped = good.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 0x10;
    let stranger = Till::at_the_fair(9);
    let of_stranger = stick.path().join("stranger");
    export(&stranger, key, &of_stranger);
    let for_another = stick.path().join("another");
    export(&till, NodeKey::from_seed(&[77; 32]).public(), &for_another);
    let receipt = take_in(&TestServer::start().await, &file).err();
    assert_eq!(receipt, Some("other_organisation"), "nor is it another's");
    let table = [
        ("half", good[..good.len() / 2].to_vec(), "bundle_cut_off"),
        ("nothing", Vec::new(), "bundle_cut_off"),
        (
            "half a line less",
            packed(&text[..text.len() - 300]),
            "bundle_cut_off",
        ),
        (
            "tampered",
            packed(&text.replace("4500", "9900")),
            "bundle_altered",
        ),
        (
            "other words",
            packed(&text.replacen("\"node\":\"T1\"", "\"node\":\"T2\"", 1)),
            "bundle_bad_signature",
        ),
        ("a picture", b"\x89PNG".to_vec(), "not_a_bundle"),
        (
            "of a stranger",
            std::fs::read(&of_stranger).unwrap(),
            "unknown_node",
        ),
        (
            "of another organisation",
            std::fs::read(&for_another).unwrap(),
            "other_organisation",
        ),
    ];
    for (name, bytes, code) in table {
        std::fs::write(&file, bytes).unwrap();
        let output = run(server.path(), &["--json", "bundle", "import", text_of(&file)]);
        assert_eq!(refusal(&output), (Some(1), code.to_owned()), "{name}");
        assert!(output.stdout.is_empty(), "{name}");
        assert_eq!(books(&server), before, "{name}");
    }
    std::fs::write(&file, flipped).unwrap();
    assert!(take_in(&server, &file).is_err());
    assert_eq!(books(&server), before, "flipped");
    assert!(!stick.path().join("T1.jishi.receipt").exists());
    assert_eq!(
        take_in(&server, &stick.path().join("none")).err(),
        Some("bundle_unreadable")
    );

    std::fs::write(&file, good).unwrap();
    let taken = take_in(&server, &file).unwrap();
    assert_eq!(
        taken.chains[0].new, 7,
        "and the good one is taken as if nothing had been"
    );
    std::fs::write(&file, &taken.receipt).unwrap();
    assert_eq!(take_in(&server, &file).err(), Some("bundle_is_receipt"));
}

#[tokio::test]
async fn a_revoked_nodes_bundle_is_refused_and_what_it_sent_stays() {
    let server = TestServer::start().await;
    let key = server_key(&server);
    let mut till = Till::at_the_fair(1);
    let mut client = server.enrolled(&till).await;
    till.sell(4500);
    till.sync(&mut client).await;
    till.sell(5500);
    let (_stick, file) = stick();
    export(&till, key, &file);
    revoke(server.path(), "T1", &server.clock.instruments()).unwrap();
    let output = run(server.path(), &["--json", "bundle", "import", text_of(&file)]);
    assert_eq!(refusal(&output), (Some(1), "revoked".to_owned()));
    assert_eq!(server.fair().await["summary"]["net"], json!(4500));

    // Nor under another till's manifest.
    let mut other = Till::at_the_fair(2);
    other.chain = till.chain.clone();
    other.entries = till.entries.clone();
    server.enrolled(&Till::new(2)).await;
    export(&other, key, &file);
    let taken = take_in(&server, &file).unwrap();
    assert_eq!(
        (
            taken.chains[0].held,
            taken.chains[0].refusal.as_ref().unwrap().code.as_str()
        ),
        (7, "revoked")
    );
    assert_eq!(server.fair().await["summary"]["net"], json!(4500));

    // The till that was enrolled anew in its place brings what was left, as by wire.
    let mut anew = Till::new(1);
    anew.key = NodeKey::from_seed(&[99; 32]);
    server.enrolled(&anew).await;
    till.key = anew.key.clone();
    export(&till, key, &file);
    assert_eq!(take_in(&server, &file).unwrap().chains[0].new, 1);
    assert_eq!(server.fair().await["summary"]["net"], json!(10_000));
}

/// More than one batch of it, of two chains: one of them is bad from some entry on, and the other goes on.
#[tokio::test]
async fn one_bad_entry_stops_its_chain_there_and_the_receipt_says_so() {
    let server = TestServer::start().await;
    let key = server_key(&server);
    let mut till = Till::at_the_fair(1);
    server.enrolled(&till).await;
    for _ in 0..1_200 {
        till.sell(100);
    }
    till.entries[500] = sign(till.entries[500].line.clone(), &Till::new(2).key);
    let (stick, file) = stick();
    export(&till, key, &file);
    let output = run(server.path(), &["--json", "bundle", "import", text_of(&file)]);
    assert_eq!(refusal(&output), (Some(1), "chains_refused".to_owned()));
    let taken = said(&output);
    assert_eq!(
        (&taken["chains"][0]["held"], &taken["chains"][0]["refusal"]),
        (&json!(500), &json!("bad_signature"))
    );
    let back = receipt(&stick.path().join("T1.jishi.receipt"), key);
    let found = take_receipt(&back, &key, &mut till).unwrap().unwrap();
    assert_eq!(found.chains[0].refusal.as_deref(), Some("bad_signature"));
    assert_eq!(till.mark(), 500);
    assert_eq!(server.ledger().faults().unwrap().len(), 1);
}

/// A stick was lost on the way: the next one begins behind what is held.
#[tokio::test]
async fn a_lost_stick_is_a_gap_and_the_receipt_asks_for_it() {
    let server = TestServer::start().await;
    let key = server_key(&server);
    let mut till = Till::at_the_fair(1);
    server.enrolled(&till).await;
    let (stick, file) = stick();
    export(&till, key, &file);
    take_in(&server, &file).unwrap();
    let early = std::fs::read(&file).unwrap();
    till.sell(4500);
    // It believes that this has arrived: the server was restored from a backup since.
    let head = till.chain.head();
    let facts = json!({"v": 1, "server": key.to_string(), "chain": till.id().to_string(), "seq": head.seq,
                       "hash": head.hash.to_string(), "at": AT});
    let word = Acknowledgement {
        above: Vec::new(),
        server: key,
        chain: till.id(),
        head,
        text: facts.to_string(),
        signature: till.entries[0].signature,
    };
    till.words.insert(till.id(), word);
    till.sell(5500);
    assert_eq!(export(&till, key, &file).chains[0].from, 8);
    // By the program's own clock, which is later.
    let output = run(server.path(), &["--json", "bundle", "import", text_of(&file)]);
    assert_eq!(refusal(&output).1, "chains_refused");
    let chain = said(&output)["chains"][0].clone();
    assert_eq!(
        (&chain["held"], &chain["refusal"], &chain["wanted"]),
        (&json!(6), &json!("gap"), &json!(7))
    );
    assert!(server.ledger().faults().unwrap().is_empty());
    let back = receipt(&stick.path().join("T1.jishi.receipt"), key);
    take_receipt(&back, &key, &mut till).unwrap().unwrap();
    assert_eq!(till.mark(), 6);
    assert_eq!(export(&till, key, &file).chains[0].from, 7);
    assert_eq!(take_in(&server, &file).unwrap().chains[0].new, 2);
    assert_eq!(server.fair().await["summary"]["net"], json!(10_000));
    // The first one turns up after all.
    std::fs::write(&file, early).unwrap();
    assert_eq!(take_in(&server, &file).unwrap().chains[0].held, 8);
}

#[tokio::test]
async fn a_fork_by_stick_is_kept_and_shown() {
    let server = TestServer::start().await;
    let key = server_key(&server);
    let mut till = Till::at_the_fair(1);
    let mut client = server.enrolled(&till).await;
    let mut copy = Till::at_the_fair(1);
    till.sell(4500);
    till.sync(&mut client).await;
    copy.record(&Body::SaleRecorded(sale("sale-x", "T1-000001", 9900)));
    let (_stick, file) = stick();
    export(&copy, key, &file);
    let taken = take_in(&server, &file).unwrap();
    assert_eq!(taken.chains[0].refusal.as_ref().unwrap().code, "fork");
    assert!(!taken.chains[0].is_refused());
    assert_eq!((taken.chains[0].held, taken.chains[0].new), (7, 1));
    let fair = server.fair().await;
    assert_eq!(fair["summary"]["net"], json!(4500 + 9900));
    // The same again changes nothing.
    let again = take_in(&server, &file).unwrap();
    assert_eq!((again.chains[0].held, again.chains[0].new), (7, 0));
    assert_eq!(fair["faults"][0]["code"], json!("fork"));
}

/// Stopped between two pieces: done again it goes on where it was.
#[tokio::test]
async fn an_import_that_was_stopped_is_done_by_doing_it_again() {
    let server = TestServer::start().await;
    let key = server_key(&server);
    let mut till = Till::at_the_fair(1);
    server.enrolled(&till).await;
    for _ in 0..1_500 {
        till.sell(100);
    }
    let (_stick, file) = stick();
    export(&till, key, &file);
    let instruments = server.clock.instruments();
    let mut pieces = 0;
    // Keys, two pieces, and again: the fifth is the first one of entries that is taken in.
    let stopped = import_bundle(server.path(), &file, &instruments, &mut |_, _| {
        pieces += 1;
        pieces < 5
    });
    assert_eq!(stopped.unwrap_err().code(), "cancelled");
    assert_eq!(server.ledger().chain(till.id()).unwrap().unwrap().head.seq, 1_000);
    let taken = take_in(&server, &file).unwrap();
    assert_eq!((taken.chains[0].held, taken.chains[0].new), (1_506, 506));
    assert_eq!(server.fair().await["summary"]["sales"], json!(1_500));
}

/// The entries are in whatever becomes of the receipt, and it is had by doing it again.
#[tokio::test]
async fn a_receipt_goes_over_nothing_but_an_older_one_of_the_same_till() {
    let server = TestServer::start().await;
    let key = server_key(&server);
    let mut till = Till::at_the_fair(1);
    server.enrolled(&till).await;
    till.sell(4500);
    let (stick, file) = stick();
    export(&till, key, &file);
    let letter = stick.path().join("letter.txt");
    std::fs::write(&letter, "dear centre").unwrap();
    let import = |options: &[&str]| {
        let arguments = [&["--json", "bundle", "import", text_of(&file)], options].concat();
        run(server.path(), &arguments)
    };
    let output = import(&["--receipt", text_of(&letter)]);
    assert_eq!(refusal(&output), (Some(1), "file_exists".to_owned()));
    let taken = said(&output);
    assert_eq!((&taken["new"], &taken["receipt"]), (&json!(7), &Value::Null));
    assert_eq!(std::fs::read(&letter).unwrap(), b"dear centre");
    assert_eq!(
        lines(&import(&["--receipt", text_of(&letter), "--overwrite"]))[0]["new"],
        json!(0)
    );
    assert_eq!(receipt(&letter, key).answers.len(), 1);
    lines(&import(&["--receipt", text_of(&letter)]));
    let nowhere = stick.path().join("none").join("receipt");
    assert_eq!(
        refusal(&import(&["--receipt", text_of(&nowhere)])).1,
        "no_such_file"
    );

    let other = tempfile::tempdir().unwrap();
    assert_eq!(
        refusal(&run(other.path(), &["--json", "bundle", "import", "x"])).1,
        "no_server"
    );
    init(other.path(), "B", "乙", &server.clock.instruments()).unwrap();
    assert_eq!(
        refusal(&run(
            other.path(),
            &["--json", "bundle", "import", text_of(&file)]
        ))
        .1,
        "other_organisation"
    );
}
