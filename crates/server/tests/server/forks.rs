//! One key, two machines: a disk that was copied, or an older file that was put back. What both sold counts, once.

use crate::harness::{AT, TestServer, Till, sale, verdict};
use jishi_journal::body::{
    Body, Continued, RefundDrawFact, RefundLineFact, RefundRecorded, SaleRecorded, SaleVoided, TenderFact,
};
use jishi_journal::{Chain, ChainId, Opening};
use jishi_ledger::Ledger;
use jishi_ledger::report::{self, Filter};
use jishi_server::{faults, look_at};
use jishi_sync::client::Client;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// The same till on another disk: the same key, the same chain up to where it was copied.
fn copy_of(till: &Till) -> Till {
    let mut copy = Till::at_the_fair(1);
    copy.chain = till.chain.clone();
    copy.entries = till.entries.clone();
    copy
}

fn sell(till: &mut Till, id: &str, fen: i64) {
    let number = format!("T1-{:06}", till.entries.len());
    till.record(&Body::SaleRecorded(sale(id, &number, fen)));
}

/// All of a sale back, as a till records it that knows of no other.
fn voided(sale: &SaleRecorded, id: &str, number: &str, origin: ChainId) -> Body {
    let lines = (1u32..).zip(&sale.lines).map(|(number, line)| RefundLineFact {
        line: number,
        product: line.product.clone(),
        name: line.name.clone(),
        unit: line.unit.clone(),
        qty: line.qty.clone(),
        restock: true,
        borne_by: "supplier".to_owned(),
        net: line.net,
        draws: (1u32..)
            .zip(&line.draws)
            .map(|(number, draw)| RefundDrawFact {
                draw: number,
                lot: draw.lot.clone(),
                revision: draw.revision.clone(),
                qty: draw.qty.clone(),
                net: draw.net,
                base: draw.base,
                fund: draw.fund,
                payable: draw.payable,
                margin: draw.margin,
                shares: draw.shares.clone(),
                left_with_parties: Vec::new(),
            })
            .collect(),
        passes: Vec::new(),
        stall: None,
    });
    Body::SaleVoided(SaleVoided {
        reason: "收错了".to_owned(),
        refund: RefundRecorded {
            id: id.to_owned(),
            number: number.to_owned(),
            request: "00".repeat(16),
            sale: sale.id.clone(),
            sale_number: sale.number.clone(),
            sale_origin: origin.to_string(),
            sale_outlet: sale.outlet.clone(),
            sale_channel: sale.channel.clone(),
            outlet: sale.outlet.clone(),
            shift: sale.shift.clone(),
            business_date: sale.business_date.clone(),
            cashier: sale.cashier.clone(),
            lines: lines.collect(),
            total: sale.total,
            tenders: vec![TenderFact {
                kind: "cash".to_owned(),
                fen: sale.total,
                reference: None,
                collected_by: None,
                stands_for: None,
            }],
            exchanged_for: None,
            passes: Vec::new(),
            approved_by: Vec::new(),
        },
    })
}

/// All is held, nothing of it is sent for ever, and the server said that there are two.
async fn sync_told(till: &mut Till, client: &mut Client) {
    let outcome = till.sync(client).await;
    assert!(outcome.complete, "{outcome:?}");
    assert_eq!(outcome.chains[0].refusal.as_deref(), Some("fork"));
    assert_eq!(till.mark(), till.entries.len() as u64);
}

fn figures(ledger: &Ledger) -> (report::Summary, Vec<String>) {
    let parties = report::parties(ledger, &Filter::default()).unwrap();
    let told = parties
        .iter()
        .map(|row| format!("{} {} {}", row.party, row.attributed, row.due));
    let summary = report::summary(ledger, &Filter::default()).unwrap();
    // A server has a chain of its own beside its tills'.
    (
        report::Summary {
            entries: 0,
            ..summary
        },
        told.collect(),
    )
}

/// Every link, every signature, every sum, and a fresh replay.
#[track_caller]
fn is_sound(server: &TestServer) {
    let scratch = tempfile::tempdir().unwrap();
    let ledger = server.ledger();
    let verdict = ledger.verify(scratch.path()).unwrap();
    assert!(verdict.is_good(), "{verdict:?}");
    let bad = ledger.bad_figures(&mut jishi_ledger::Work::unwatched()).unwrap();
    assert!(bad.is_empty(), "{bad:?}");
}

#[tokio::test]
async fn both_branches_of_a_copied_till_are_kept_and_each_sale_counts_once() {
    let server = TestServer::start().await;
    let mut till = Till::at_the_fair(1);
    let mut client = server.enrolled(&till).await;
    sell(&mut till, "before", 100);
    till.sync(&mut client).await;
    let mut copy = copy_of(&till);
    sell(&mut till, "first", 4500);
    till.sync(&mut client).await;
    // The same cart was rung up at both, and another one at each.
    sell(&mut copy, "second", 9900);
    sell(&mut copy, "first", 4500);
    let mut others = server.client_of(&copy);
    sync_told(&mut copy, &mut others).await;
    let fair = server.fair().await;
    assert_eq!(fair["summary"]["net"], json!(100 + 4500 + 9900));
    assert_eq!(fair["summary"]["sales"], json!(3));
    assert_eq!(
        (&fair["faults"][0]["code"], &fair["faults"][0]["seq"]),
        (&json!("fork"), &json!(8))
    );
    assert_eq!(fair["tills"].as_array().unwrap().len(), 1);

    // Each goes on where it stands, and only the one that came later hears of it.
    sell(&mut till, "third", 50);
    let outcome = till.sync(&mut client).await;
    assert!(outcome.complete && outcome.chains[0].refusal.is_none());
    sell(&mut copy, "fourth", 60);
    sync_told(&mut copy, &mut others).await;
    assert_eq!(
        server.fair().await["summary"]["net"],
        json!(100 + 4500 + 9900 + 110)
    );
    assert_eq!(server.fair().await["faults"].as_array().unwrap().len(), 1);
    is_sound(&server);
}

/// A till and its copy void the same sale: the household loses what it had from it once, whichever of them came first;
/// the money that went out the second time is the operator's loss.
#[tokio::test]
async fn a_sale_that_both_branches_void_costs_the_household_nothing() {
    let mut seen = Vec::new();
    for copy_is_first in [false, true] {
        let server = TestServer::start().await;
        let mut till = Till::at_the_fair(1);
        let mut client = server.enrolled(&till).await;
        let sold = sale("before", "T1-000006", 4500);
        till.record(&Body::SaleRecorded(sold.clone()));
        sell(&mut till, "kept", 1000);
        till.sync(&mut client).await;
        let mut copy = copy_of(&till);
        let origin = till.id();
        till.record(&voided(&sold, "void-1", "T1-000008", origin));
        copy.record(&voided(&sold, "void-2", "T1-000008", origin));
        let mut order = [&mut till, &mut copy];
        if copy_is_first {
            order.reverse();
        }
        let [first, second] = order;
        first.sync(&mut client).await;
        let one = figures(&server.ledger());
        assert_eq!(one.0.net, 1000, "as long as one is here it is an ordinary void");
        assert!(
            report::excess(&server.ledger(), &Filter::default())
                .unwrap()
                .is_empty()
        );
        let mut others = server.client_of(second);
        sync_told(second, &mut others).await;

        let ledger = server.ledger();
        let (summary, parties) = figures(&ledger);
        assert_eq!((summary.voids, summary.refunded, summary.net), (2, 9000, -3500));
        assert_eq!((summary.payable, summary.margin), (900, -3500 - 900));
        assert_eq!(parties, one.1, "the household has what it had");
        let excess = report::excess(&ledger, &Filter::default()).unwrap();
        let told: Vec<_> = excess
            .iter()
            .map(|row| (row.sale.as_str(), row.excess.as_str(), row.refunds, row.loss))
            .collect();
        assert_eq!(told, [("before", "1.000", 2, 4500)]);
        let page = server.get("/").await.text().await.unwrap();
        assert!(
            page.contains("单 T1-000006 的土蜂蜜 500g在不止一处退了货，比卖的多退了 1.000"),
            "{page}"
        );
        assert!(page.contains("多付出去的 45.00 元由经营方承担"), "{page}");
        assert_eq!(server.fair().await["excess"][0]["loss"], json!(4500));
        is_sound(&server);
        seen.push((summary, parties));
    }
    assert_eq!(seen[0], seen[1]);
}

#[tokio::test]
async fn a_fork_waits_for_the_bookkeeper_until_somebody_has_looked_at_it() {
    let server = TestServer::start().await;
    let mut till = Till::at_the_fair(1);
    let mut client = server.enrolled(&till).await;
    till.sync(&mut client).await;
    let mut copy = copy_of(&till);
    sell(&mut till, "first", 4500);
    till.sync(&mut client).await;
    sell(&mut copy, "second", 9900);
    let mut others = server.client_of(&copy);
    sync_told(&mut copy, &mut others).await;
    let page = async || server.get("/").await.text().await.unwrap();
    assert!(!page().await.contains("没有要处理的事"));
    let listed = faults(server.path()).unwrap();
    assert_eq!((listed.len(), listed[0].code.as_str()), (1, "fork"));

    let instruments = server.clock.instruments();
    let unknown = look_at(server.path(), "x-1-y", "王会计", None, &instruments).unwrap_err();
    assert_eq!(unknown.code(), "unknown_fault");
    assert_eq!(faults(server.path()).unwrap(), listed, "and nothing is noted");
    let id = listed[0].id.clone();
    look_at(server.path(), &id, "王会计", Some("<旧电脑>"), &instruments).unwrap();
    let page = page().await;
    assert!(page.contains("没有要处理的事") && page.contains("两份不一样的记录"));
    assert!(page.contains("王会计") && page.contains("&lt;旧电脑&gt;"));
    assert_eq!(server.fair().await["summary"]["net"], json!(4500 + 9900));

    // A second fork is another thing to look at.
    let mut again = copy_of(&till);
    sell(&mut till, "third", 100);
    till.sync(&mut client).await;
    sell(&mut again, "fourth", 200);
    let mut others = server.client_of(&again);
    sync_told(&mut again, &mut others).await;
    let listed = faults(server.path()).unwrap();
    let waits: Vec<bool> = listed.iter().map(|fault| fault.looked_at.is_none()).collect();
    assert_eq!(waits, [true, false]);
    assert_eq!(listed[1].id, id);
}

#[tokio::test]
async fn a_copy_that_lost_its_notes_finds_its_branch_again() {
    let server = TestServer::start().await;
    let mut till = Till::at_the_fair(1);
    let mut client = server.enrolled(&till).await;
    let mut copy = copy_of(&till);
    for number in 0..5 {
        sell(&mut till, &format!("a{number}"), 100);
    }
    till.sync(&mut client).await;
    // Behind the other, beside it, beyond it: what the server says first fits none of its own.
    for number in 0..3 {
        for _ in 0..3 {
            let id = format!("b{number} {}", copy.entries.len());
            sell(&mut copy, &id, 10);
        }
        copy.words.clear();
        sync_told(&mut copy, &mut server.client_of(&till)).await;
    }
    assert_eq!(server.fair().await["summary"]["net"], json!(500 + 90));
    is_sound(&server);
}

/// Whichever came first: three machines, pushing by turns.
#[tokio::test]
async fn totals_do_not_depend_on_which_branch_came_first() {
    let orders: [[usize; 6]; 5] = [
        [0, 1, 2, 0, 1, 2],
        [2, 1, 0, 0, 1, 2],
        [1, 1, 0, 2, 2, 0],
        [2, 2, 2, 1, 0, 1],
        [0, 2, 0, 1, 2, 1],
    ];
    let mut seen = Vec::new();
    for order in orders {
        let server = TestServer::start().await;
        let mut first = Till::at_the_fair(1);
        drop(server.enrolled(&first).await);
        sell(&mut first, "start", 1000);
        let mut second = copy_of(&first);
        sell(&mut second, "early", 200);
        // A copy of the copy: it leaves the second where the second has left the first.
        let third = copy_of(&second);
        let mut tills = [first, second, third];
        for (number, till) in tills.iter_mut().enumerate() {
            sell(till, &format!("own {number}"), 30);
            sell(till, "same", 7);
        }
        for turn in order {
            // Some of what it has, and all of it the second time.
            let till = &mut tills[turn];
            let whole = till.entries.clone();
            let count = if till.words.is_empty() {
                whole.len() - 1
            } else {
                whole.len()
            };
            till.entries.truncate(count);
            let outcome = till.sync(&mut server.client_of(till)).await;
            assert!(outcome.complete, "{order:?}, {turn}: {outcome:?}");
            till.entries = whole;
        }
        for till in &mut tills {
            let mut client = server.client_of(till);
            assert!(till.sync(&mut client).await.complete, "{order:?}");
            assert_eq!(till.mark(), till.entries.len() as u64);
        }
        is_sound(&server);
        seen.push(figures(&server.ledger()));
    }
    let net = 1000 + 200 + 7 + 30 * 3;
    assert_eq!(seen[0].0.net, net);
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]), "{seen:?}");
}

#[tokio::test]
async fn noise_in_a_used_place_is_no_fork() {
    let server = TestServer::start().await;
    let mut till = Till::at_the_fair(1);
    let mut client = server.enrolled(&till).await;
    till.sell(4500);
    till.sync(&mut client).await;
    // Anyone could accuse a till of one.
    let mut noise = till.entries[6].clone();
    noise.line = noise.line.replace("4500", "4600");
    let answer = client.push(Till::batch(&[noise])).await.unwrap();
    assert_eq!(verdict(&answer, till.id()), (7, Some("bad_signature".to_owned())));
    // One that is signed and hangs in the air is not kept: where it leaves the chain is not known.
    let mut copy = copy_of(&till);
    copy.entries.truncate(6);
    copy.chain = Till::at_the_fair(1).chain;
    copy.sell(1);
    copy.sell(2);
    let answer = client.push(Till::batch(&copy.entries[7..])).await.unwrap();
    assert_eq!(verdict(&answer, till.id()), (7, Some("bad_link".to_owned())));
    assert_eq!(server.fair().await["summary"]["net"], json!(4500));
}

#[tokio::test]
async fn whoever_holds_a_key_cannot_fill_the_disk_with_branches() {
    let server = TestServer::start().await;
    let mut till = Till::at_the_fair(1);
    let mut client = server.enrolled(&till).await;
    let before = till.chain.clone();
    till.sell(4500);
    client.push(Till::batch(&till.entries)).await.unwrap();
    let mut kept = 0;
    for number in 0..80 {
        let body = Body::SaleRecorded(sale(&format!("x{number}"), "T1-000001", 1));
        let (entry, _) = before.next(AT, &body).unwrap();
        let answer = client.push(Till::batch(&[entry])).await.unwrap();
        kept = answer.chains.len();
    }
    assert_eq!(kept, 64);
    assert_eq!(server.fair().await["summary"]["sales"], json!(64));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_brings_both_branches_to_the_centre() {
    let centre = TestServer::start().await;
    let mut hub = TestServer::made_as("HUB1", "东门大集");
    let (folder, code) = (hub.path().to_owned(), centre.invite_a("hub").code.to_string());
    let joined = tokio::task::spawn_blocking(move || jishi_server::join(&folder, &code));
    joined.await.unwrap().unwrap();
    let mut till = Till::at_the_fair(1);
    sell(&mut till, "before", 100);
    let mut copy = copy_of(&till);
    sell(&mut till, "first", 4500);
    sell(&mut copy, "second", 9900);
    hub.run().await;
    let mut client = hub.enrolled(&till).await;
    till.sync(&mut client).await;
    sync_told(&mut copy, &mut hub.client_of(&till)).await;

    let started = Instant::now();
    let is_there = |fair: &Value| fair["summary"]["net"] == json!(14_500);
    while !is_there(&centre.fair().await) || hub.fair().await["upstream"]["entries_waiting"] != json!(0) {
        let fair = centre.fair().await;
        assert!(started.elapsed() < Duration::from_secs(20), "{}", fair["summary"]);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(centre.fair().await["faults"][0]["code"], json!("fork"));
    assert_eq!(hub.fair().await["upstream"]["refused"], json!([]));
    assert_eq!(figures(&hub.ledger()), figures(&centre.ledger()));
    // Each hears how far the centre has its own branch.
    for till in [&mut till, &mut copy] {
        till.words.clear();
        till.sync(&mut hub.client_of(till)).await;
        assert_eq!(till.words_above[&till.id()].head.seq, till.entries.len() as u64);
        assert_eq!(
            till.words_above[&till.id()].head.hash,
            till.entries.last().unwrap().hash()
        );
    }
    is_sound(&hub);
    is_sound(&centre);
}

/// A successor that goes on from the second branch counts from that one's figures.
#[tokio::test]
async fn a_successor_goes_on_from_its_own_branch() {
    let server = TestServer::start().await;
    let mut till = Till::at_the_fair(1);
    let mut client = server.enrolled(&till).await;
    let mut copy = copy_of(&till);
    sell(&mut till, "first", 4500);
    till.sync(&mut client).await;
    sell(&mut copy, "second", 9900);
    sync_told(&mut copy, &mut client).await;
    let opening = Opening {
        nonce: [77; 16],
        node: "T1".to_owned(),
        continues: Some(Continued {
            chain: copy.id().to_string(),
            origin: copy.id().to_string(),
            seq: 7,
            hash: copy.entries[6].hash().to_string(),
            generation: 1,
        }),
    };
    let (chain, opened) = Chain::open(copy.key.clone(), opening, AT).unwrap();
    let mut next = copy_of(&copy);
    (next.chain, next.entries) = (chain, vec![opened]);
    sell(&mut next, "third", 20);
    assert!(next.sync(&mut client).await.complete);
    assert_eq!(server.fair().await["summary"]["net"], json!(14_420));
    is_sound(&server);
}
