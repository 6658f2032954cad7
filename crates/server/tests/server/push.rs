//! Pushes: what is taken in, what is refused, and that it counts once.

use crate::harness::{AT, TestServer, Till, sale, sign, verdict};
use jishi_journal::body::{Body, Continued};
use jishi_journal::{Chain, Entry, NodeKey, Opening, SignedEntry};
use jishi_ledger::report::{self, Filter};
use jishi_server::revoke;
use serde_json::json;

#[tokio::test]
async fn a_days_sales_arrive_and_add_up_to_the_fen() {
    let server = TestServer::start().await;
    let mut till = Till::at_the_fair(1);
    let mut client = server.enrolled(&till).await;
    for fen in [4500, 4499, 1, 9_999_999] {
        till.sell(fen);
    }
    let outcome = till.sync(&mut client).await;
    assert!(outcome.complete, "{outcome:?}");
    assert_eq!((outcome.sent, till.mark()), (10, 10));

    let folder = tempfile::tempdir().unwrap();
    let (here, there) = (till.ledger(folder.path()), server.ledger());
    let all = Filter::default();
    let mine = report::summary(&here, &all).unwrap();
    let mut theirs = report::summary(&there, &all).unwrap();
    theirs.entries -= there.chain(public_chain(&server)).unwrap().unwrap().head.seq as i64;
    assert_eq!(mine, theirs);
    assert_eq!(mine.net, 10_008_999);
    assert_eq!(
        report::parties(&here, &all).unwrap(),
        report::parties(&there, &all).unwrap()
    );
    assert_eq!(
        report::lots(&here, &all).unwrap(),
        report::lots(&there, &all).unwrap()
    );

    let fair = server.fair().await;
    assert_eq!(fair["summary"]["net"], json!(mine.net));
    assert_eq!(fair["summary"]["payable"], json!(mine.payable));
    assert_eq!(
        fair["parties"][0]["name"],
        json!("王桂兰"),
        "its key came beside the chain"
    );
    assert_eq!(fair["parties"][0]["attributed"], json!(10_008_999));
    assert_eq!(
        fair["villages"][0],
        json!({"village": "石门村", "households": 1,
        "attributed": 10_008_999, "due": mine.payable})
    );
    assert_eq!(fair["tills"][0]["seq"], json!(10));
    assert_eq!(fair["faults"], json!([]));
    let verdict = there.verify(folder.path()).unwrap();
    assert!(verdict.is_good(), "{verdict:?}");
}

fn public_chain(server: &TestServer) -> jishi_journal::ChainId {
    server
        .ledger()
        .note("public_chain")
        .unwrap()
        .unwrap()
        .parse()
        .unwrap()
}

#[tokio::test]
async fn the_same_again_is_acknowledged_again_and_counts_once() {
    let server = TestServer::start().await;
    let mut till = Till::at_the_fair(1);
    till.sell(4500);
    let mut client = server.enrolled(&till).await;
    let body = Till::batch(&till.entries);
    for _ in 0..3 {
        let answer = client.push(body.clone()).await.unwrap();
        assert_eq!(verdict(&answer, till.id()), (7, None));
    }
    // Overlapping batches are the same.
    till.sell(5500);
    let answer = client.push(Till::batch(&till.entries[4..])).await.unwrap();
    assert_eq!(verdict(&answer, till.id()), (8, None));
    assert_eq!(server.fair().await["summary"]["net"], json!(10_000));
}

#[tokio::test]
async fn a_till_that_lost_its_notes_asks_and_goes_on() {
    let server = TestServer::start().await;
    let mut till = Till::at_the_fair(1);
    let mut client = server.enrolled(&till).await;
    till.sync(&mut client).await;
    till.words.clear();
    till.sell(4500);
    let outcome = till.sync(&mut client).await;
    assert_eq!((outcome.sent, outcome.complete, till.mark()), (1, true, 7));
    let unknown = Till::new(77).id();
    let answer = client.marks(&[till.id(), unknown]).await.unwrap();
    assert_eq!(verdict(&answer, till.id()), (7, None));
    assert_eq!(verdict(&answer, unknown), (0, None));
}

/// Pushes the till's entries with a change, and says how far the chain came and why not further.
async fn refused(change: impl Fn(&Till, &mut Vec<SignedEntry>)) -> (u64, Option<String>, serde_json::Value) {
    let server = TestServer::start().await;
    let mut till = Till::at_the_fair(1);
    till.sell(4500);
    till.sell(5500);
    let mut bystander = Till::at_the_fair(2);
    bystander.sell(100);
    let mut client = server.enrolled(&till).await;
    server.enrolled(&bystander).await;
    let mut entries = till.entries.clone();
    change(&till, &mut entries);
    // The other chain in the same batch goes on, whatever is wrong with the first.
    entries.extend(bystander.entries.iter().cloned());
    let answer = client.push(Till::batch(&entries)).await.unwrap();
    assert_eq!(verdict(&answer, bystander.id()), (7, None));
    let (seq, code) = verdict(&answer, till.id());
    let faults = server.fair().await["faults"].clone();

    // And nothing is final: the right entries are taken as if nothing had been.
    let outcome = till.sync(&mut client).await;
    assert!(outcome.complete, "{outcome:?}");
    let fair = server.fair().await;
    assert_eq!(fair["summary"]["net"], json!(10_100));
    assert!(
        fair["faults"]
            .as_array()
            .unwrap()
            .iter()
            .all(|fault| fault["healed"] == json!(true))
    );
    let folder = tempfile::tempdir().unwrap();
    assert!(server.ledger().verify(folder.path()).unwrap().is_good());
    (seq, code, faults)
}

#[tokio::test]
async fn an_altered_entry_stops_its_chain_there() {
    let (seq, code, faults) = refused(|_, entries| {
        entries[6].line = entries[6].line.replace("4500", "9900");
    })
    .await;
    assert_eq!((seq, code.as_deref()), (6, Some("bad_signature")));
    assert_eq!((&faults[0]["node"], &faults[0]["seq"]), (&json!("T1"), &json!(7)));
    assert_eq!(faults[0]["healed"], json!(false));
}

#[tokio::test]
async fn a_bad_link_stops_its_chain_there() {
    let (seq, code, _) = refused(|till, entries| {
        let prev = Entry::parse(&entries[6].line).unwrap().prev.to_string();
        entries[6] = sign(entries[6].line.replace(&prev, &"ab".repeat(32)), &till.key);
    })
    .await;
    assert_eq!((seq, code.as_deref()), (6, Some("bad_link")));
}

#[tokio::test]
async fn a_dropped_entry_is_a_gap_and_no_fault() {
    let (seq, code, faults) = refused(|_, entries| drop(entries.remove(4))).await;
    assert_eq!((seq, code.as_deref()), (4, Some("gap")));
    assert_eq!(faults, json!([]));
}

#[tokio::test]
async fn reordered_entries_are_a_gap() {
    let (seq, code, _) = refused(|_, entries| entries.swap(5, 6)).await;
    assert_eq!((seq, code.as_deref()), (5, Some("gap")));
}

#[tokio::test]
async fn an_entry_signed_by_another_is_refused() {
    let (seq, code, _) = refused(|_, entries| {
        entries[3] = sign(entries[3].line.clone(), &Till::new(2).key);
    })
    .await;
    assert_eq!((seq, code.as_deref()), (3, Some("bad_signature")));
}

#[tokio::test]
async fn an_oversized_entry_stops_its_chain_there() {
    let (seq, code, _) = refused(|till, entries| {
        entries[6] = sign(
            entries[6].line.replace("demo", &"x".repeat(300 * 1024)),
            &till.key,
        );
    })
    .await;
    assert_eq!((seq, code.as_deref()), (6, Some("too_large")));
}

#[tokio::test]
async fn half_an_entry_stops_its_chain_there() {
    let (seq, code, _) = refused(|till, entries| {
        let half = entries[6].line[..entries[6].line.len() / 2].to_owned();
        let half = half.trim_end_matches(|sign: char| !sign.is_ascii()).to_owned();
        entries[6] = sign(half, &till.key);
    })
    .await;
    assert_eq!((seq, code.as_deref()), (6, Some("bad_entry")));
}

#[tokio::test]
async fn a_chain_of_a_key_that_is_not_enrolled_is_refused() {
    let server = TestServer::start().await;
    let till = Till::at_the_fair(1);
    let mut client = server.enrolled(&till).await;
    let stranger = Till::at_the_fair(9);
    let answer = client.push(Till::batch(&stranger.entries)).await.unwrap();
    assert_eq!(
        verdict(&answer, stranger.id()),
        (0, Some("unknown_chain".to_owned()))
    );
    assert_eq!(server.fair().await["tills"], json!([]));
}

#[tokio::test]
async fn a_successor_is_the_tills_own_and_nobody_elses() {
    let server = TestServer::start().await;
    let mut till = Till::at_the_fair(1);
    till.sell(4500);
    let mut client = server.enrolled(&till).await;
    till.sync(&mut client).await;
    let continues = |origin: &str| {
        Some(Continued {
            chain: till.id().to_string(),
            origin: origin.to_owned(),
            seq: 7,
            hash: till.entries[6].hash().to_string(),
            generation: 1,
        })
    };
    let origin = till.id().to_string();
    let open = |key: u8, nonce: u8, origin: &str| {
        let opening = Opening {
            nonce: [nonce; 16],
            node: "T1".to_owned(),
            continues: continues(origin),
        };
        Chain::open(jishi_journal::NodeKey::from_seed(&[key; 32]), opening, AT).unwrap()
    };

    let thief = Till::new(2);
    server.enrolled(&thief).await;
    let (chain, entry) = open(2, 50, &origin);
    let answer = client.push(Till::batch(&[entry])).await.unwrap();
    assert_eq!(
        verdict(&answer, chain.id()),
        (0, Some("foreign_origin".to_owned()))
    );

    let (chain, entry) = open(1, 51, "no chain's id");
    let answer = client.push(Till::batch(&[entry])).await.unwrap();
    assert_eq!(verdict(&answer, chain.id()), (0, Some("bad_opening".to_owned())));

    // The same sale recorded again on the successor counts once.
    let (mut chain, first) = open(1, 52, &origin);
    let (again, head) = chain
        .next(AT, &Body::SaleRecorded(sale("sale-1", "T1-000001", 4500)))
        .unwrap();
    chain.advance(head);
    let answer = client.push(Till::batch(&[first, again])).await.unwrap();
    assert_eq!(verdict(&answer, chain.id()), (2, None));
    let fair = server.fair().await;
    assert_eq!(fair["summary"]["net"], json!(4500));
    assert_eq!(
        fair["tills"].as_array().unwrap().len(),
        1,
        "one till, its newest chain"
    );
    assert_eq!(fair["tills"][0]["chain"], json!(chain.id().to_string()));
}

#[tokio::test]
async fn the_unknown_and_the_senseless_are_kept_and_what_follows_is_projected() {
    let server = TestServer::start().await;
    let mut till = Till::at_the_fair(1);
    let mut client = server.enrolled(&till).await;
    till.record_text(|line| line.replace("shift_opened", "shift_sung"));
    till.record_text(|line| line.replace(r#""v":1"#, r#""v":2"#));
    till.record_text(|line| line.replace(r#""float":0"#, r#""float":"much""#));
    // Well formed, and its money is nobody's: the draws do not come to the line.
    let mut senseless = sale("sale-0", "T1-000000", 4500);
    senseless.lines[0].draws[0].payable += 1;
    till.record(&Body::SaleRecorded(senseless));
    till.sell(4500);
    let outcome = till.sync(&mut client).await;
    assert!(outcome.complete, "{outcome:?}");
    let fair = server.fair().await;
    assert_eq!(fair["summary"]["net"], json!(4500));
    let mut codes: Vec<&str> = fair["faults"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| fault["code"].as_str().unwrap())
        .collect();
    codes.sort_unstable();
    assert_eq!(codes, ["bad_body", "bad_body", "unknown_kind", "unknown_kind"]);
    let held = server.ledger().entries_after(till.id(), 0, 100).unwrap();
    assert_eq!(held, till.entries, "every byte of it, to forward");
    assert_eq!(till.mark(), 11);
}

/// The disk is gone, a backup is not: the till comes back under a new key, with sales that never arrived.
#[tokio::test]
async fn a_till_enrolled_anew_brings_what_is_left_of_the_chain_whose_key_was_lost() {
    let server = TestServer::start().await;
    let mut till = Till::at_the_fair(1);
    let mut client = server.enrolled(&till).await;
    till.sell(4500);
    till.sync(&mut client).await;
    till.sell(5500);
    revoke(server.path(), "T1", &server.clock.instruments()).unwrap();
    let mut anew = Till::new(1);
    anew.key = NodeKey::from_seed(&[99; 32]);
    let mut successor = server.enrolled(&anew).await;

    // Whoever has the lost key brings nothing, nor does another till.
    assert_eq!(till.sync(&mut client).await.failure.unwrap().0, "revoked");
    let mut others = server.enrolled(&Till::new(2)).await;
    let answer = others.push(Till::batch(&till.entries)).await.unwrap();
    assert_eq!(verdict(&answer, till.id()), (7, Some("revoked".to_owned())));
    assert_eq!(server.fair().await["summary"]["net"], json!(4500));

    let answer = successor.push(Till::batch(&till.entries)).await.unwrap();
    assert_eq!(verdict(&answer, till.id()), (8, None));
    assert_eq!(server.fair().await["summary"]["net"], json!(10_000));
    // Every entry is held to the old key still.
    till.sell(6500);
    let mut forged = till.entries.clone();
    let last = forged.pop().unwrap();
    forged.push(sign(last.line, &NodeKey::from_seed(&[99; 32])));
    let answer = successor.push(Till::batch(&forged)).await.unwrap();
    assert_eq!(verdict(&answer, till.id()), (8, Some("bad_signature".to_owned())));
}

#[tokio::test]
async fn a_till_brings_a_chain_of_its_own_name_whose_key_was_lost_before_it_was_enrolled() {
    let server = TestServer::start().await;
    let mut till = Till::at_the_fair(1);
    till.sell(4500);
    let mut anew = Till::new(1);
    anew.key = NodeKey::from_seed(&[99; 32]);
    let mut client = server.enrolled(&anew).await;
    let mut others = server.enrolled(&Till::new(2)).await;
    let answer = others.push(Till::batch(&till.entries)).await.unwrap();
    assert_eq!(verdict(&answer, till.id()).1, Some("unknown_chain".to_owned()));
    let answer = client.push(Till::batch(&till.entries)).await.unwrap();
    assert_eq!(verdict(&answer, till.id()), (7, None));
    assert_eq!(server.fair().await["summary"]["net"], json!(4500));
}

/// What goes on after a chain, under a key of the seed.
fn successor_of(till: &Till, node: &str, seed: u8) -> (Chain, SignedEntry) {
    let last = till.entries.last().unwrap();
    let opening = Opening {
        nonce: [seed + 100; 16],
        node: node.to_owned(),
        continues: Some(Continued {
            chain: till.id().to_string(),
            origin: till.id().to_string(),
            seq: till.entries.len() as u64,
            hash: last.hash().to_string(),
            generation: 1,
        }),
    };
    Chain::open(NodeKey::from_seed(&[seed; 32]), opening, AT).unwrap()
}

/// It comes in several batches, some of them twice, and the chain under the new key goes on after it.
#[tokio::test]
async fn a_chain_whose_key_was_never_enrolled_comes_in_pieces_and_has_its_successor() {
    let server = TestServer::start().await;
    let mut till = Till::at_the_fair(1);
    let mut anew = Till::new(1);
    anew.key = NodeKey::from_seed(&[99; 32]);
    let mut client = server.enrolled(&anew).await;
    till.sell(4500);
    let answer = client.push(Till::batch(&till.entries)).await.unwrap();
    assert_eq!(verdict(&answer, till.id()), (7, None));
    till.sell(5500);
    for _ in 0..2 {
        let answer = client.push(Till::batch(&till.entries)).await.unwrap();
        assert_eq!(verdict(&answer, till.id()), (8, None));
    }
    let (chain, opening) = successor_of(&till, "T1", 99);
    let answer = client.push(Till::batch(&[opening])).await.unwrap();
    assert_eq!(verdict(&answer, chain.id()), (1, None));

    // Another till neither brings more of it nor goes on after it, under its own key or one that nobody knows.
    till.sell(6500);
    let mut others = server.enrolled(&Till::new(2)).await;
    let answer = others.push(Till::batch(&till.entries)).await.unwrap();
    assert_eq!(verdict(&answer, till.id()), (8, Some("unknown_chain".to_owned())));
    for seed in [2, 77, 1] {
        let (chain, opening) = successor_of(&till, "T2", seed);
        let answer = others.push(Till::batch(&[opening])).await.unwrap();
        assert_eq!(
            verdict(&answer, chain.id()),
            (0, Some("foreign_origin".to_owned())),
            "seed {seed}"
        );
    }
    assert_eq!(server.fair().await["summary"]["net"], json!(10_000));
}

#[tokio::test]
async fn a_revoked_node_is_stopped_and_what_it_sent_stays() {
    let server = TestServer::start().await;
    let mut till = Till::at_the_fair(1);
    let mut other = Till::at_the_fair(2);
    let mut client = server.enrolled(&till).await;
    let mut others = server.enrolled(&other).await;
    till.sell(4500);
    till.sync(&mut client).await;
    let revoked = revoke(server.path(), "T1", &server.clock.instruments()).unwrap();
    assert_eq!(revoked.len(), 1);
    assert!(
        revoke(server.path(), "T1", &server.clock.instruments())
            .unwrap()
            .is_empty(),
        "once is enough"
    );
    assert_eq!(
        revoke(server.path(), "T9", &server.clock.instruments())
            .unwrap_err()
            .code(),
        "unknown_node"
    );
    assert_eq!(
        revoke(server.path(), "LHZ", &server.clock.instruments())
            .unwrap_err()
            .code(),
        "own_key"
    );

    till.sell(5500);
    let outcome = till.sync(&mut client).await;
    assert_eq!(outcome.failure.unwrap().0, "revoked");
    // Nor by another's hand.
    let answer = others.push(Till::batch(&till.entries)).await.unwrap();
    assert_eq!(verdict(&answer, till.id()), (7, Some("revoked".to_owned())));
    assert!(other.sync(&mut others).await.complete);
    let fair = server.fair().await;
    assert_eq!(fair["summary"]["net"], json!(4500));
    assert_eq!(fair["tills"][0]["revoked"], json!(true));
    // The server goes on with its own chain after another process wrote to it.
    server.enrolled(&Till::new(3)).await;
    let folder = tempfile::tempdir().unwrap();
    assert!(server.ledger().verify(folder.path()).unwrap().is_good());
}

#[tokio::test]
async fn a_name_without_its_key_is_a_code() {
    let server = TestServer::start().await;
    let mut till = Till::at_the_fair(1);
    till.name_keys.clear();
    till.sell(4500);
    let mut client = server.enrolled(&till).await;
    till.sync(&mut client).await;
    assert_eq!(server.fair().await["parties"][0]["name"], json!(null));
    let page = server.get("/").await.text().await.unwrap();
    assert!(page.contains("<td>H1</td>") && !page.contains("王桂兰"));
}
