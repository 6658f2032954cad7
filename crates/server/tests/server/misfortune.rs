//! What goes wrong with machines: clocks, copied folders. What else attacks the protocol or a disk stands where its part
//! is tested:
//!
//! | row | test |
//! |---|---|
//! | forged | `push::an_entry_signed_by_another_is_refused` |
//! | altered | `push::an_altered_entry_stops_its_chain_there` |
//! | reordered | `push::reordered_entries_are_a_gap` |
//! | truncated | `push::half_an_entry_stops_its_chain_there` |
//! | oversized | `push::an_oversized_entry_stops_its_chain_there` |
//! | compressed bomb | `requests::a_compressed_bomb_is_refused_at_its_bound` |
//! | of a foreign chain | `push::a_chain_of_a_key_that_is_not_enrolled_is_refused` |
//! | replayed request | `requests::a_request_counts_once_and_as_it_was_signed` |
//! | clock wrong by years | `misfortune::a_clock_wrong_by_years_keeps_no_sale_out` |
//! | code guessed, or out of date | `enrolment::a_code_out_of_date_or_guessed_lets_nobody_in` |
//! | code used twice | `enrolment::a_code_is_used_once_but_a_lost_answer_can_be_asked_for_again` |
//! | revoked node | `push::a_revoked_node_is_stopped_and_what_it_sent_stays` |
//! | another laptop that claims to be the hub | `tls::another_laptop_that_claims_to_be_the_hub_gets_nothing` |
//! | bundle of another organisation, half a one | `bundle::what_is_no_whole_bundle_of_ours_changes_nothing` |
//! | the same bundle twice | `bundle::the_same_twice_counts_once` |
//! | a server restored to yesterday | `restored::a_restored_centre_gets_back_what_it_told_and_writes_nothing_before` |
//! | two servers with one key | `misfortune::two_hubs_with_one_key_count_each_sale_once` |
//! | the hub's disk full, read-only | `jishi-sim`, `misfortune::a_hub_whose_disk_…` |
//! | a node of another organisation that asks | `pull::a_revoked_node_and_one_of_another_organisation_get_nothing` |

use crate::harness::{TestServer, Till};
use jishi_ledger::report::{self, Filter};
use jishi_sync::client::enrol;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

const YEAR_HOURS: i64 = 365 * 24;

#[track_caller]
fn assert_sound(server: &TestServer) {
    let scratch = tempfile::tempdir().unwrap();
    let verdict = server.ledger().verify(scratch.path()).unwrap();
    assert!(verdict.is_good(), "{verdict:?}");
}

/// The till's, and then the server's: what counts is the order of entries and the server's own steady clock.
#[tokio::test]
async fn a_clock_wrong_by_years_keeps_no_sale_out() {
    let server = TestServer::start().await;
    let mut till = Till::at_the_fair(1);
    let mut client = server.enrolled(&till).await;
    till.sell(100);
    for (at, fen) in [
        ("2019-01-01T00:00:00+08:00", 200),
        ("2099-12-31T23:59:59+08:00", 300),
        ("1970-01-01T00:00:00+00:00", 400),
    ] {
        till.clock = at.to_owned();
        till.sell(fen);
    }
    let outcome = till.sync(&mut client).await;
    assert!(
        outcome.complete && outcome.chains[0].refusal.is_none(),
        "{outcome:?}"
    );

    for (sales, hours) in [(5, 30 * YEAR_HOURS), (6, -50 * YEAR_HOURS), (7, 0)] {
        server.clock.hours.store(hours, Ordering::SeqCst);
        till.sell(500);
        // A line from before the clock was set, and one that is new.
        let outcome = till.sync(&mut client).await;
        assert!(outcome.complete, "{hours} hours: {outcome:?}");
        let outcome = till.sync(&mut server.client_of(&till)).await;
        assert!(outcome.complete, "{hours} hours: {outcome:?}");
        assert_eq!(server.fair().await["summary"]["sales"], json!(sales));
    }
    assert_eq!(server.fair().await["summary"]["net"], json!(1_000 + 3 * 500));
    assert_eq!(server.fair().await["faults"], json!([]));
    // A code is for a day by the server's clock, and the answer says so; another one is good.
    let code = server.invite().code;
    server.clock.hours.store(YEAR_HOURS, Ordering::SeqCst);
    let newcomer = Till::new(2);
    let enrolled = |code: jishi_sync::InvitationCode| {
        let key = newcomer.key.clone();
        async move { enrol(&code, "T2", "till", &key, crate::harness::entropy()).await }
    };
    assert_eq!(enrolled(code).await.unwrap_err().code(), "code_expired");
    assert!(enrolled(server.invite().code).await.is_ok());
    assert_sound(&server);
}

fn copy_of(folder: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for file in std::fs::read_dir(folder).unwrap() {
        let file = file.unwrap();
        if file.file_type().unwrap().is_file() {
            std::fs::copy(file.path(), copy.path().join(file.file_name())).unwrap();
        }
    }
    copy
}

/// Somebody copied the folder of a hub that was shut down, and then both are run: each enrols tills of its own, and one
/// till speaks now to this one and now to that one.
#[tokio::test(flavor = "multi_thread")]
async fn two_hubs_with_one_key_count_each_sale_once() {
    let centre = TestServer::start().await;
    let mut hub = centre.hub("HUB1").await;
    let mut till = Till::at_the_fair(1);
    till.sell(100);
    let mut client = hub.enrolled(&till).await;
    till.sync(&mut client).await;
    centre.comes_to("/summary/sales", json!(1)).await;

    hub.stop().await;
    let mut copy = TestServer::made_as("HUB1", "东门大集");
    copy.folder = copy_of(hub.path());
    hub.run().await;
    copy.run().await;
    let (mut of_hub, mut of_copy) = (Till::at_the_fair(2), Till::at_the_fair(3));
    of_hub.sell(1_000);
    of_copy.sell(2_000);
    of_hub.sync(&mut hub.enrolled(&of_hub).await).await;
    of_copy.sync(&mut copy.enrolled(&of_copy).await).await;
    till.sell(200);
    till.sync(&mut hub.client_of(&till)).await;
    till.words.clear();
    till.sell(400);
    till.sync(&mut copy.client_of(&till)).await;

    centre.comes_to("/summary/sales", json!(5)).await;
    centre.comes_to("/summary/net", json!(3_700)).await;
    let is_told = |fair: &Value| {
        let faults = fair["faults"].as_array().unwrap();
        let named = faults.iter().map(|fault| (&fault["code"], &fault["node"]));
        named
            .clone()
            .any(|named| named == (&json!("fork"), &json!("HUB1")))
            && named.count() == 1
    };
    let started = Instant::now();
    while !is_told(&centre.fair().await) {
        assert!(
            started.elapsed() < Duration::from_secs(20),
            "{}",
            centre.fair().await["faults"]
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // Nothing waits at either for ever.
    for hub in [&hub, &copy] {
        hub.comes_to("/upstream/entries_waiting", json!(0)).await;
        assert_eq!(hub.fair().await["upstream"]["refused"], json!([]));
        assert_sound(hub);
    }
    assert_sound(&centre);
    let sales = report::sales(&centre.ledger(), &Filter::default()).unwrap();
    let mut sums: Vec<i64> = sales.iter().map(|sale| sale.net).collect();
    sums.sort_unstable();
    assert_eq!(sums, [100, 200, 400, 1_000, 2_000]);
}
