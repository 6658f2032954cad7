//! What servers' entries give a till of a lot: the same in whatever order they come, and however often.

use jishi_journal::body::{Body, LotAllotted, LotPut, ShareFact, TermsFact};
use jishi_journal::{Chain, Entry, Head, NodeKey, Opening, SignedEntry};
use jishi_ledger::report::{Here, LotHere};
use jishi_ledger::{Ledger, OpenMode, StoreError, projection_digest};

const AT: &str = "2026-11-21T09:00:00+08:00";

fn key(seed: u8) -> NodeKey {
    NodeKey::from_seed(&[seed; 32])
}

fn lot(qty: &str, standing: bool) -> Body {
    Body::LotReceived(LotPut {
        code: "L1".to_owned(),
        revision: 1,
        product: "honey".to_owned(),
        qty: qty.to_owned(),
        terms: TermsFact::Buyout,
        priority: 0,
        shares: vec![ShareFact {
            party: "H1".to_owned(),
            weight: 1,
        }],
        standing,
    })
}

/// To the node with the key of this seed.
fn gives(seed: u8, qty: &str) -> Body {
    Body::LotAllotted(LotAllotted {
        lot: "L1".to_owned(),
        node: "T1".to_owned(),
        public_key: key(seed).public().to_string(),
        qty: qty.to_owned(),
    })
}

/// A chain of the key with what it says.
fn chain(seed: u8, nonce: u8, bodies: &[Body]) -> Vec<SignedEntry> {
    let opening = Opening {
        nonce: [nonce; 16],
        node: format!("N{seed}"),
        continues: None,
    };
    let (mut chain, first) = Chain::open(key(seed), opening, AT).unwrap();
    let mut entries = vec![first];
    for body in bodies {
        let (entry, head) = chain.next(AT, body).unwrap();
        chain.advance(head);
        entries.push(entry);
    }
    entries
}

fn store(ledger: &mut Ledger, entries: &[SignedEntry]) {
    let append = |writer: &jishi_ledger::Writer<'_>, signed: &SignedEntry| {
        let entry = Entry::parse(&signed.line).unwrap();
        let head = Head {
            seq: entry.seq,
            hash: signed.hash(),
        };
        writer.append(signed, entry.chain, head, &entry.at, &entry.body())
    };
    ledger
        .write(|writer| -> Result<(), StoreError> {
            entries
                .iter()
                .try_for_each(|signed| append(writer, signed).map(drop))
        })
        .unwrap();
}

/// What the till of seed 1 has where these chains came down, in this order.
fn here(from_above: &[Vec<SignedEntry>]) -> (Here, String) {
    let room = tempfile::tempdir().unwrap();
    let mut ledger = Ledger::open(&room.path().join("db"), OpenMode::Create).unwrap();
    store(&mut ledger, &chain(1, 1, &[]));
    let mut numbers = Vec::new();
    for entries in from_above {
        store(&mut ledger, entries);
        let id = Entry::parse(&entries[0].line).unwrap().chain;
        numbers.push(ledger.chain(id).unwrap().unwrap().till.till_no);
    }
    let here = ledger.here_at(1, &numbers).unwrap();
    let digest = projection_digest(&ledger).unwrap();
    ledger.rebuild(|_| true).unwrap();
    assert_eq!(ledger.here_at(1, &numbers).unwrap(), here);
    assert_eq!(projection_digest(&ledger).unwrap(), digest);
    (here, digest)
}

fn has(thousandths: i64) -> Here {
    let all = LotHere {
        allotted: thousandths,
        left: thousandths,
    };
    Here::from([("L1".to_owned(), all)])
}

#[test]
fn a_till_has_what_was_given_to_its_key_and_no_more() {
    let received = lot("100", false);
    for (what, above, expected) in [
        ("nothing yet", vec![received.clone()], has(0)),
        ("a part", vec![received.clone(), gives(1, "17")], has(17_000)),
        (
            "more, in all",
            vec![received.clone(), gives(1, "17"), gives(1, "26.5")],
            has(26_500),
        ),
        (
            "a smaller figure takes nothing back",
            vec![received.clone(), gives(1, "26"), gives(1, "17")],
            has(26_000),
        ),
        (
            "the same again",
            vec![received.clone(), gives(1, "17"), gives(1, "17")],
            has(17_000),
        ),
        (
            "another machine's under the same code",
            vec![received.clone(), gives(2, "17")],
            has(0),
        ),
        (
            "given before it came",
            vec![gives(1, "17"), received.clone()],
            has(17_000),
        ),
        (
            "never more than there is",
            vec![received, gives(1, "1000")],
            has(100_000),
        ),
        // It does not run out: nobody has a part.
        (
            "a standing lot",
            vec![lot("100", true), gives(1, "17")],
            Here::new(),
        ),
    ] {
        assert_eq!(here(&[chain(9, 9, &above)]).0, expected, "{what}");
    }
}

#[test]
fn what_several_servers_gave_is_added_in_any_order_of_arrival() {
    let centre = chain(9, 9, &[lot("100", false), gives(1, "10"), gives(1, "12")]);
    let hub = chain(8, 8, &[gives(1, "5"), gives(2, "50"), gives(1, "7")]);
    let (there, _) = here(&[centre.clone(), hub.clone()]);
    assert_eq!(there, has(19_000));
    assert_eq!(here(&[hub, centre]).0, there);
}

#[test]
fn an_allotment_that_makes_no_sense_does_not_count() {
    let good = gives(1, "17");
    let Body::LotAllotted(facts) = &good else {
        unreachable!()
    };
    let bad = |change: fn(&mut LotAllotted)| {
        let mut facts = facts.clone();
        change(&mut facts);
        Body::LotAllotted(facts)
    };
    for senseless in [
        bad(|facts| facts.qty = "0".to_owned()),
        bad(|facts| facts.qty = "-1".to_owned()),
        bad(|facts| facts.qty = "1000001".to_owned()),
        bad(|facts| facts.lot = String::new()),
        bad(|facts| facts.lot = "own".to_owned()),
        bad(|facts| facts.public_key = String::new()),
    ] {
        assert!(jishi_ledger::check_sense(&senseless).is_err(), "{senseless:?}");
        let above = chain(9, 9, &[lot("100", false), senseless, good.clone()]);
        assert_eq!(here(&[above]).0, has(17_000));
    }
}
