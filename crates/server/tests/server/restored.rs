//! A server whose database was lost, and that goes on from yesterday's backup.

use crate::harness::{TestServer, Till as MemoryTill, entropy};
use crate::program::{lines, refusal, run};
use jishi_journal::{ChainId, NodeKey};
use jishi_server::waits;
use jishi_sync::client::enrol;
use jishi_testkit::{Shop, cash_sale};
use jishi_till::{SyncOutcome, Till};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// A real till with its folder, which sells and syncs when it is told to.
pub(crate) struct Stand {
    pub(crate) shop: Shop,
    pub(crate) till: Till,
    sold: u32,
}

impl Stand {
    pub(crate) async fn at(server: &TestServer, code: &str, seed: u64) -> Stand {
        Stand::with(&server.invite().code.to_string(), code, seed).await
    }

    /// With this one-time code.
    pub(crate) async fn with(invitation: &str, code: &str, seed: u64) -> Stand {
        let (shop, till) = Shop::with_fair_at(code, seed);
        let (folder, code) = (shop.folder(), invitation.to_owned());
        let joined = tokio::task::spawn_blocking(move || jishi_till::enrol(&folder, &code));
        joined.await.unwrap().unwrap();
        Stand { shop, till, sold: 0 }
    }

    pub(crate) fn sells(&mut self, goods: &str) {
        self.sold += 1;
        let id = format!("{}-{}", self.till.code(), self.sold);
        self.till.sell(&cash_sale(&id, &[(goods, "1")])).unwrap();
    }

    pub(crate) async fn tries_to_sync(&self) -> SyncOutcome {
        let folder = self.shop.folder();
        let synced = tokio::task::spawn_blocking(move || jishi_till::sync_once(&folder));
        synced.await.unwrap().unwrap()
    }

    pub(crate) async fn syncs(&mut self) {
        let outcome = self.tries_to_sync().await;
        assert!(outcome.push.failure.is_none(), "{:?}", outcome.push);
        assert!(outcome.pull.is_complete(), "{:?}", outcome.pull);
        self.till.take_up_what_came_down().unwrap();
    }

    pub(crate) fn price_of(&self, code: &str) -> Option<i64> {
        let products = self.till.ledger().products().unwrap();
        let found = products.into_iter().find(|product| product.code == code);
        found.map(|product| product.price)
    }
}

/// Two tills of a server that have sold and synced.
pub(crate) async fn two_that_sold(server: &TestServer) -> [Stand; 2] {
    let mut stands = [Stand::at(server, "T1", 1).await, Stand::at(server, "T2", 2).await];
    for stand in &mut stands {
        stand.syncs().await;
        stand.sells("jam");
        stand.syncs().await;
    }
    stands
}

pub(crate) fn import(server: &TestServer, price: i64, staff: &[&str]) -> std::process::Output {
    let file = server.path().join("fair.json");
    let staff: Vec<Value> = staff
        .iter()
        .map(|code| json!({"code": code, "name": format!("员工{code}"), "role": "cashier"}))
        .collect();
    let fair = json!({
        "outlet": {"code": "F1", "kind": "fair", "name": "东门大集"},
        "parties": [{"code": "H9", "kind": "household", "name": "龙小英", "village": "茶坪村"}],
        "products": [{"code": "jam", "name": "猕猴桃果酱", "unit": "瓶", "price": price}],
        "lots": [{"code": "J1", "product": "jam", "qty": "40",
                  "terms": {"kind": "consignment", "commission_bp": 1000},
                  "shares": [{"party": "H9", "weight": 1}]}],
        "staff": staff,
    });
    std::fs::write(&file, fair.to_string()).unwrap();
    run(server.path(), &["import", file.to_str().unwrap(), "--json"])
}

/// Yesterday's file, made while the server runs.
pub(crate) fn back_up(server: &TestServer) -> PathBuf {
    let file = server.path().join("yesterday.sqlite");
    server.ledger().backup_to(&file, |_, _| true).unwrap();
    file
}

/// As somebody does it who knows no command for it: the file is copied into the folder.
pub(crate) fn copy_back(server: &TestServer, backup: &Path) {
    for suffix in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(server.path().join(format!("server.sqlite{suffix}")));
    }
    std::fs::copy(backup, server.path().join("server.sqlite")).unwrap();
}

/// The chains of the server's own with their heads, under all keys that it had.
pub(crate) fn own_chains(server: &TestServer) -> Vec<(ChainId, u64)> {
    let ledger = server.ledger();
    let key = jishi_server::nodes(server.path()).unwrap().all()[0]
        .public_key
        .parse();
    let keys = jishi_uplink::with_former_keys(&ledger, &[key.unwrap()]).unwrap();
    let own = ledger.chains_of_keys(&keys).unwrap().into_iter();
    own.map(|record| (record.chain, record.head.seq)).collect()
}

pub(crate) fn assert_sound(server: &TestServer) {
    let scratch = tempfile::tempdir().unwrap();
    let verdict = server.ledger().verify(scratch.path()).unwrap();
    assert!(verdict.is_good(), "{verdict:?}");
}

pub(crate) fn waited_for(server: &TestServer) -> Vec<String> {
    waits(server.path())
        .unwrap()
        .map_or(Vec::new(), |coming_back| coming_back.waits_for)
}

/// What was given of a lot, by till, in thousandths.
pub(crate) fn given(server: &TestServer) -> Vec<i64> {
    let standing = server.ledger().lot_standing("J1").unwrap().unwrap();
    standing
        .allotments
        .iter()
        .map(|allotment| allotment.quantity)
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_centre_gets_back_what_it_told_and_writes_nothing_before() {
    let mut centre = TestServer::start().await;
    lines(&import(&centre, 1999, &["01"]));
    let [mut one, mut two] = two_that_sold(&centre).await;
    let unused = centre.invite().code;
    let yesterday = back_up(&centre);

    // Today: another price twice over, somebody new at the desk and somebody new at the fair, and jam sells.
    lines(&import(&centre, 2499, &["01", "02"]));
    lines(&import(&centre, 2599, &["01", "02"]));
    let mut three = Stand::at(&centre, "T3", 3).await;
    for stand in [&mut one, &mut two, &mut three] {
        stand.syncs().await;
        for _ in 0..4 {
            stand.sells("jam");
        }
        stand.syncs().await;
    }
    one.syncs().await;
    let told = own_chains(&centre);
    let gave = given(&centre);
    centre.comes_to("/summary/sales", json!(14)).await;

    centre.stop().await;
    copy_back(&centre, &yesterday);
    centre.run_again().await;
    assert_eq!(waited_for(&centre), ["T1", "T2"], "it knows of no third one");
    let page = centre.get("/").await.text().await.unwrap();
    assert!(page.contains("还等：T1、T2"), "{page}");
    let successors = own_chains(&centre);
    assert!(successors.len() > told.len());
    for arguments in [
        &["node", "invite", "--json"][..],
        &["allot", "--json", "--lot", "J1", "--evenly"],
    ] {
        let refused = refusal(&run(centre.path(), arguments));
        assert_eq!(refused, (Some(1), "coming_back".to_owned()), "{arguments:?}");
    }
    assert_eq!(refusal(&import(&centre, 2699, &[])).1, "coming_back");
    let late = NodeKey::from_seed(&[9; 32]);
    let late = enrol(&unused, "T9", "till", &late, entropy()).await;
    assert_eq!(late.unwrap_err().code(), "code_expired");

    // Whom it had enrolled since it knows again by its own word.
    three.sells("jam");
    three.syncs().await;
    assert_eq!(waited_for(&centre), ["T1", "T2"]);
    // Sales go on, and come in; of the lot nothing is given that was given before.
    one.sells("jam");
    one.syncs().await;
    assert_eq!(waited_for(&centre), ["T2"]);
    assert_eq!(
        given(&centre),
        gave,
        "the first till had all that was told of the outlet"
    );
    two.syncs().await;
    assert_eq!(waited_for(&centre), [""; 0]);
    for (chain, seq) in &told {
        assert!(
            own_chains(&centre).contains(&(*chain, *seq)),
            "{chain} is whole again"
        );
    }
    centre.comes_to("/summary/sales", json!(16)).await;
    centre.comes_to("/faults", json!([])).await;

    // A new price is above those that were lost, and every till has it, by the successor.
    lines(&import(&centre, 2699, &["01", "02"]));
    for stand in [&mut one, &mut two, &mut three] {
        stand.syncs().await;
        assert_eq!(stand.price_of("jam"), Some(2699));
        assert_eq!(stand.till.ledger().staff().unwrap().len(), 2);
    }
    assert!(given(&centre).iter().sum::<i64>() <= 40_000);
    assert_sound(&centre);
}

/// Where its own chains end is kept when one of them was written, and not looked at with every push.
#[tokio::test]
async fn where_its_chains_end_is_kept_when_one_was_written() {
    let server = TestServer::start().await;
    let mut till = MemoryTill::at_the_fair(1);
    let mut client = server.enrolled(&till).await;
    let (code, guard) = (server.invite().code, server.path().join("server.guard"));
    std::fs::write(&guard, "nobody looks\n").unwrap();
    for fen in 1..4 {
        till.sell(fen * 100);
        assert!(till.sync(&mut client).await.complete);
    }
    assert_eq!(std::fs::read_to_string(&guard).unwrap(), "nobody looks\n");

    let second = MemoryTill::new(2);
    enrol(&code, "T2", "till", &second.key, entropy()).await.unwrap();
    let kept = std::fs::read_to_string(&guard).unwrap();
    let ends = own_chains(&server).into_iter().map(|(chain, seq)| {
        let head = server.ledger().chain(chain).unwrap().unwrap().head;
        format!("{chain} {seq} {}\n", head.hash)
    });
    assert_eq!(kept, ends.collect::<String>());
}

/// A guard that is gone, or of which a power cut left a part, tells nothing: the server goes on as one that came back, and
/// is whole when its nodes have said so.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_a_whole_guard_takes_itself_for_one_that_came_back() {
    let mut centre = TestServer::start().await;
    lines(&import(&centre, 1999, &["01"]));
    let mut one = Stand::at(&centre, "T1", 1).await;
    one.syncs().await;
    let guard = centre.path().join("server.guard");
    let whole = std::fs::read_to_string(&guard).unwrap();
    for left in [
        Some(""),
        Some(&whole[..whole.len() - 1]),
        Some(&whole[..70]),
        None,
    ] {
        centre.stop().await;
        let before = own_chains(&centre).len();
        match left {
            Some(left) => std::fs::write(&guard, left).unwrap(),
            None => std::fs::remove_file(&guard).unwrap(),
        }
        centre.run_again().await;
        assert_eq!(waited_for(&centre), ["T1"], "{left:?}");
        assert!(own_chains(&centre).len() > before);
        one.sells("honey");
        one.syncs().await;
        assert_eq!(waited_for(&centre), [""; 0]);
        lines(&import(&centre, 2000 + i64::try_from(before).unwrap(), &["01"]));
        one.syncs().await;
        assert_eq!(one.price_of("jam"), Some(2000 + i64::try_from(before).unwrap()));
    }
    centre.comes_to("/summary/sales", json!(4)).await;
    assert_sound(&centre);
}

/// A hub is given back by its tills and by the centre, whichever has what it lost.
#[tokio::test(flavor = "multi_thread")]
async fn a_restored_hub_gets_its_own_chain_back_from_the_centre() {
    let centre = TestServer::start().await;
    lines(&import(&centre, 1999, &["01"]));
    let mut hub = centre.hub("HUB1").await;
    let mut one = Stand::at(&hub, "T1", 1).await;
    one.sells("honey");
    one.syncs().await;
    centre.comes_to("/summary/sales", json!(1)).await;
    let yesterday = back_up(&hub);

    // A second till joins the hub today, and has gone home when the disk dies.
    let mut two = Stand::at(&hub, "T2", 2).await;
    two.sells("honey");
    two.syncs().await;
    centre.comes_to("/summary/sales", json!(2)).await;
    hub.comes_to("/upstream/entries_waiting", json!(0)).await;
    let told = own_chains(&hub);
    hub.stop().await;
    let restored = jishi_server::restore(hub.path(), &yesterday, &hub.clock.instruments()).unwrap();
    assert!(restored.kept.unwrap().exists());
    assert_eq!(
        restored.coming_back.unwrap().waits_for,
        ["T1", "柳河镇供销合作社"]
    );
    hub.run_again().await;
    one.syncs().await;
    // So it knows the second till again, which may hold more than the centre.
    hub.comes_to("/coming_back/waits_for", json!(["T2"])).await;
    for (chain, seq) in &told {
        assert!(
            own_chains(&hub).contains(&(*chain, *seq)),
            "{chain} is whole again"
        );
    }
    // What it sold the hub has lost: it brings that again when it comes.
    two.sells("honey");
    two.syncs().await;
    hub.comes_to("/coming_back", Value::Null).await;
    hub.comes_to("/summary/sales", json!(3)).await;
    centre.comes_to("/summary/sales", json!(3)).await;
    for server in [&hub, &centre] {
        assert_eq!(server.fair().await["faults"], json!([]));
        assert_sound(server);
    }
}

/// An image of the whole machine came back, with what notices it: a till holds more of the server's chain than it does.
#[tokio::test(flavor = "multi_thread")]
async fn a_till_that_holds_more_tells_a_server_that_it_was_set_back() {
    let mut centre = TestServer::start().await;
    lines(&import(&centre, 1999, &["01"]));
    let mut one = Stand::at(&centre, "T1", 1).await;
    one.syncs().await;
    let yesterday = back_up(&centre);
    let guard = std::fs::read(centre.path().join("server.guard")).unwrap();
    lines(&import(&centre, 2499, &["01"]));
    one.syncs().await;
    assert_eq!(one.price_of("jam"), Some(2499));
    let before = own_chains(&centre);

    centre.stop().await;
    copy_back(&centre, &yesterday);
    std::fs::write(centre.path().join("server.guard"), guard).unwrap();
    centre.run_again().await;
    assert_eq!(waited_for(&centre), [""; 0], "it knows of nothing");
    one.syncs().await;
    one.syncs().await;
    assert_eq!(waited_for(&centre), [""; 0], "and has it back already");
    assert!(
        own_chains(&centre).len() > before.len(),
        "it writes on in successors"
    );
    lines(&import(&centre, 2599, &["01"]));
    one.syncs().await;
    assert_eq!(one.price_of("jam"), Some(2599));
    assert_eq!(centre.fair().await["faults"], json!([]));
    assert_sound(&centre);
}

/// Who will not come is not waited for, once somebody has said so; and what no backup is changes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_person_says_who_is_waited_for_no_more() {
    let mut centre = TestServer::start().await;
    let one = Stand::at(&centre, "T1", 1).await;
    let _two = Stand::at(&centre, "T2", 2).await;
    let yesterday = back_up(&centre);
    let file = yesterday.to_str().unwrap();
    assert_eq!(
        refusal(&run(centre.path(), &["restore", file, "--json"])).1,
        "locked",
        "not while it runs"
    );
    centre.stop().await;
    let key = centre.path().join("server.key");
    assert_eq!(
        refusal(&run(centre.path(), &["restore", key.to_str().unwrap(), "--json"])).1,
        "no_backup"
    );
    let stranger = TestServer::start_as("XIAN", "县供销合作社").await;
    let other = back_up(&stranger);
    assert_eq!(
        refusal(&run(
            centre.path(),
            &["restore", other.to_str().unwrap(), "--json"]
        ))
        .1,
        "other_server"
    );
    assert_eq!(
        lines(&run(centre.path(), &["restore", "--json"]))[0]["since"],
        Value::Null
    );

    let said = lines(&run(centre.path(), &["restore", file, "--json"])).remove(0);
    assert_eq!(said["waits_for"], json!(["T1", "T2"]));
    assert!(Path::new(said["kept"].as_str().unwrap()).exists());
    // Revoked is not waited for.
    lines(&run(centre.path(), &["node", "revoke", "T2", "--json"]));
    assert_eq!(waited_for(&centre), ["T1"]);
    let said = lines(&run(
        centre.path(),
        &["restore", "--go-on", "--by", "王会计", "--json"],
    ))
    .remove(0);
    assert_eq!(said["waits_for"], json!(["T1"]));
    assert_eq!(waited_for(&centre), [""; 0]);
    lines(&import(&centre, 1999, &["01"]));
    assert_eq!(run(centre.path(), &["restore", "--go-on"]).status.code(), Some(2));
    drop(one);
    for language in ["zh", "en"] {
        let said = run(centre.path(), &["restore", "--lang", language]);
        assert!(said.status.success() && !said.stdout.is_empty());
    }
}

/// What stands here may be better than a backup with an entry that nobody signed.
#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_backup_takes_no_place() {
    let mut centre = TestServer::start().await;
    lines(&import(&centre, 1999, &["01"]));
    let yesterday = back_up(&centre);
    let chains = own_chains(&centre);
    centre.stop().await;
    let mut bytes = std::fs::read(&yesterday).unwrap();
    let said = br#""at":"2026"#;
    let at = bytes.windows(said.len()).position(|found| found == said).unwrap();
    bytes[at + said.len() - 1] = b'7';
    std::fs::write(&yesterday, bytes).unwrap();
    let refused = jishi_server::restore(centre.path(), &yesterday, &centre.clock.instruments()).unwrap_err();
    assert_eq!(refused.code(), "no_backup");
    assert_eq!(own_chains(&centre), chains);
    centre.run_again().await;
    assert_eq!(waited_for(&centre), Vec::<String>::new());
}
