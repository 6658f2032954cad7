//! What is wrong with a chain is found at the entry where it is wrong, and has a name.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::{AT, chain_of_day, day, first_bad, key, opening};
use jishi_journal::body::Body;
use jishi_journal::{
    Chain, ChainCheck, ENTRY_BYTES_MAX, Entry, Fault, NodeKey, Purpose, SignedEntry, VerifyingKey,
};

/// Signs a line that no honest program would write.
fn signed(line: String, key: &NodeKey) -> SignedEntry {
    SignedEntry {
        signature: key.sign(Purpose::Entry, line.as_bytes()),
        line,
    }
}

/// The day with the line of entry `seq` changed and signed again with the chain's own key.
fn forged(seq: usize, change: impl Fn(&str) -> String) -> Vec<SignedEntry> {
    let (_, mut entries) = chain_of_day();
    let line = change(&entries[seq - 1].line);
    assert_ne!(line, entries[seq - 1].line, "the change changes nothing");
    entries[seq - 1] = signed(line, &key(1));
    entries
}

#[track_caller]
fn check(name: &str, entries: &[SignedEntry], seq: u64, code: &str) {
    let (chain, _) = chain_of_day();
    let bad = first_bad(&chain, entries).unwrap_or_else(|| panic!("{name}: nothing was found"));
    assert_eq!((bad.seq, bad.fault.code()), (seq, code), "{name}");
}

#[test]
fn a_good_chain_is_followed_to_its_head() {
    let (chain, entries) = chain_of_day();
    let mut check = ChainCheck::from_start(chain.id());
    let kinds: Vec<String> = entries
        .iter()
        .map(|entry| check.accept(entry).unwrap().kind)
        .collect();
    assert_eq!(
        kinds,
        [
            "chain_opened",
            "party_put",
            "lot_received",
            "shift_opened",
            "sale_recorded",
            "shift_closed"
        ]
    );
    assert_eq!(check.head(), Some(chain.head()));
    assert_eq!(check.key(), Some(key(1).public()));
    assert_eq!(check.wanted(), 7);
}

#[test]
fn a_chain_is_followed_from_a_known_head() {
    let (chain, entries) = chain_of_day();
    let mut from_start = ChainCheck::from_start(chain.id());
    for entry in &entries[..3] {
        from_start.accept(entry).unwrap();
    }
    let mut after = ChainCheck::after(chain.id(), key(1).public(), from_start.head().unwrap());
    for entry in &entries[3..] {
        after.accept(entry).unwrap();
    }
    assert_eq!(after.head(), Some(chain.head()));
}

#[test]
fn an_entry_out_of_its_place_is_found() {
    let (_, good) = chain_of_day();

    let mut dropped = good.clone();
    dropped.remove(3);
    check("dropped", &dropped, 4, "gap");

    let mut reordered = good.clone();
    reordered.swap(3, 4);
    check("reordered", &reordered, 4, "gap");

    let mut twice = good.clone();
    twice.insert(3, good[2].clone());
    check("twice", &twice, 4, "gap");

    check("without its first", &good[1..], 1, "gap");

    // The same day under another key: whole in itself, but not this chain.
    let (mut other, first) = Chain::open(key(9), opening(2), AT).unwrap();
    let mut foreign = vec![first];
    for body in day() {
        let (entry, head) = other.next(AT, &body).unwrap();
        other.advance(head);
        foreign.push(entry);
    }
    assert_eq!(first_bad(&other, &foreign), None);
    check("foreign from the start", &foreign, 1, "foreign_chain");
    let mut mixed = good.clone();
    mixed[4] = foreign[4].clone();
    check("one foreign entry", &mixed, 5, "foreign_chain");
}

#[test]
fn a_refused_entry_leaves_the_check_where_it_was() {
    let (chain, entries) = chain_of_day();
    let mut check = ChainCheck::from_start(chain.id());
    check.accept(&entries[0]).unwrap();
    assert!(matches!(check.accept(&entries[2]), Err(Fault::Gap { wanted: 2 })));
    for entry in &entries[1..] {
        check.accept(entry).unwrap();
    }
    assert_eq!(check.head(), Some(chain.head()));
}

#[test]
fn an_altered_entry_is_found_even_when_it_is_signed_again() {
    // Whoever has the till's key can sign another entry 4; entry 5 then gives it away.
    check(
        "signed again",
        &forged(4, |line| line.replace("20000", "90000")),
        5,
        "bad_link",
    );
    // Who has not, cannot even do that.
    let (_, mut entries) = chain_of_day();
    entries[3].line = entries[3].line.replace("20000", "90000");
    check("altered", &entries, 4, "bad_signature");

    let (_, mut entries) = chain_of_day();
    entries[3] = signed(entries[3].line.clone(), &key(8));
    check("another's signature", &entries, 4, "bad_signature");

    let (_, mut entries) = chain_of_day();
    entries[3].signature = entries[2].signature;
    check("the signature of another entry", &entries, 4, "bad_signature");
}

#[test]
fn a_signature_counts_for_its_purpose_alone() {
    let node = key(1);
    let purposes = [
        Purpose::Entry,
        Purpose::Request,
        Purpose::Acknowledgement,
        Purpose::Invitation,
        Purpose::Pass,
    ];
    for given in purposes {
        let signature = node.sign(given, b"the same bytes");
        for asked in purposes {
            assert_eq!(
                node.public().verifies(asked, b"the same bytes", &signature),
                given == asked,
                "{given:?} for {asked:?}"
            );
        }
    }
    let (_, mut entries) = chain_of_day();
    entries[3].signature = node.sign(Purpose::Request, entries[3].line.as_bytes());
    check(
        "a request's signature under an entry",
        &entries,
        4,
        "bad_signature",
    );
}

#[test]
fn there_is_one_way_to_write_an_entry() {
    let last = 6;
    let link = |line: &str| Entry::parse(line).unwrap().prev.to_string();
    type Change<'a> = (&'a str, &'a dyn Fn(&str) -> String, &'a str);
    let table: &[Change<'_>] = &[
        (
            "fields in another order",
            &|line| {
                line.replacen(r#""v":1,"#, "", 1)
                    .replacen(r#","kind""#, r#","v":1,"kind""#, 1)
            },
            "bad_entry",
        ),
        (
            "a field twice",
            &|line| line.replacen(r#""seq":6,"#, r#""seq":6,"seq":6,"#, 1),
            "bad_entry",
        ),
        (
            "a field twice, at the end",
            &|line| line.replacen("}}}", r#"}},"seq":7}"#, 1),
            "bad_entry",
        ),
        (
            "a field missing",
            &|line| line.replacen(r#""seq":6,"#, "", 1),
            "bad_entry",
        ),
        (
            "a field too many",
            &|line| format!(r#"{},"more":1}}"#, &line[..line.len() - 1]),
            "bad_entry",
        ),
        (
            "upper-case hex in prev",
            &|line| {
                let prev = link(line);
                line.replacen(&prev, &prev.to_uppercase(), 1)
            },
            "bad_entry",
        ),
        (
            "upper-case hex in chain",
            &|line| {
                let chain = Entry::parse(line).unwrap().chain.to_string();
                line.replacen(&chain, &chain.to_uppercase(), 1)
            },
            "bad_entry",
        ),
        (
            "a short prev",
            &|line| {
                let prev = link(line);
                line.replacen(&prev, &prev[..62], 1)
            },
            "bad_entry",
        ),
        (
            "a tab between tokens",
            &|line| line.replacen(r#""seq":6"#, "\"seq\":\t6", 1),
            "bad_entry",
        ),
        (
            "a newline between tokens",
            &|line| line.replacen(r#""seq":6"#, "\"seq\":\n6", 1),
            "bad_entry",
        ),
        ("a newline behind", &|line| format!("{line}\n"), "bad_entry"),
        (
            "a raw control character in text",
            &|line| line.replacen("demo", "de\u{1}mo", 1),
            "bad_entry",
        ),
        ("something behind", &|line| format!("{line} {{}}"), "bad_entry"),
        (
            "half a line",
            &|line| line[..line.len() / 2].to_owned(),
            "bad_entry",
        ),
        ("nothing", &|_| String::new(), "bad_entry"),
        ("not an object", &|_| "[1,2,3]".to_owned(), "bad_entry"),
        (
            "version 0",
            &|line| line.replacen(r#""v":1"#, r#""v":0"#, 1),
            "bad_entry",
        ),
        (
            "a version that is no number",
            &|line| line.replacen(r#""v":1"#, r#""v":"1""#, 1),
            "bad_entry",
        ),
        (
            "seq 0",
            &|line| line.replacen(r#""seq":6"#, r#""seq":0"#, 1),
            "bad_entry",
        ),
        (
            "seq below zero",
            &|line| line.replacen(r#""seq":6"#, r#""seq":-6"#, 1),
            "bad_entry",
        ),
        (
            "seq a fraction",
            &|line| line.replacen(r#""seq":6"#, r#""seq":6.0"#, 1),
            "bad_entry",
        ),
        (
            "seq beyond 64 bits",
            &|line| line.replacen(r#""seq":6"#, r#""seq":18446744073709551616"#, 1),
            "bad_entry",
        ),
        (
            "a time without offset",
            &|line| line.replacen(AT, "2026-11-21T09:00:00", 1),
            "bad_entry",
        ),
        (
            "a time of no calendar",
            &|line| line.replacen(AT, "2026-13-41T09:00:00+08:00", 1),
            "bad_entry",
        ),
        (
            "a link to another entry",
            &|line| {
                let prev = link(line);
                line.replacen(&prev, &"0".repeat(64), 1)
            },
            "bad_link",
        ),
        (
            "a seq of the future",
            &|line| line.replacen(r#""seq":6"#, r#""seq":7"#, 1),
            "gap",
        ),
        (
            "a seq of the past",
            &|line| line.replacen(r#""seq":6"#, r#""seq":5"#, 1),
            "gap",
        ),
        (
            "too large",
            &|line| line.replacen("demo", &"x".repeat(ENTRY_BYTES_MAX), 1),
            "too_large",
        ),
    ];
    for (name, change, code) in table {
        check(name, &forged(last, change), last as u64, code);
    }
}

#[test]
fn nothing_hostile_makes_the_reader_fall() {
    for line in [
        "{".repeat(10_000),
        "[".repeat(200_000),
        format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000)),
        "\u{feff}{}".to_owned(),
        "\"".to_owned(),
        "null".to_owned(),
        r#"{"v":1e999}"#.to_owned(),
    ] {
        assert!(Entry::parse(&line).is_err());
        assert!(SignedEntry::from_text(&line).is_err());
    }
}

#[test]
fn an_entry_may_be_as_large_as_the_limit_and_no_larger() {
    let (chain, _) = Chain::open(key(1), opening(2), AT).unwrap();
    let body_of = |bytes: usize| {
        let Some(Body::ShiftOpened(mut shift)) = day().into_iter().nth(2) else {
            panic!("the third of the day is the shift");
        };
        shift.id = "x".repeat(bytes);
        Body::ShiftOpened(shift)
    };
    let (entry, _) = chain.next(AT, &body_of(0)).unwrap();
    let room = ENTRY_BYTES_MAX - entry.line.len();
    let (largest, _) = chain.next(AT, &body_of(room)).unwrap();
    assert_eq!(largest.line.len(), ENTRY_BYTES_MAX);
    Entry::parse(&largest.line).unwrap();
    assert_eq!(
        SignedEntry::from_text(&largest.to_text()).unwrap(),
        largest,
        "the limit is the entry's, its signature comes on top"
    );
    assert_eq!(
        chain.next(AT, &body_of(room + 1)).unwrap_err().code(),
        "too_large"
    );
}

#[test]
fn entry_one_proves_the_chains_id() {
    let (chain, entries) = chain_of_day();
    let first = &entries[0].line;
    let Body::ChainOpened(opened) = Entry::parse(first).unwrap().body() else {
        panic!("entry 1 opens the chain");
    };
    let weak = format!("01{}", "00".repeat(31));
    assert_eq!(weak.parse::<VerifyingKey>().unwrap_err().code(), "weak_key");
    let zero = "00".repeat(32);
    let other = key(5);
    let table = [
        (
            "another nonce",
            first.replace(&opened.nonce, &"03".repeat(16)),
            &key(1),
        ),
        (
            "a nonce of 15 bytes",
            first.replace(&opened.nonce, &opened.nonce[..30]),
            &key(1),
        ),
        (
            "another key, its own signature",
            first.replace(&opened.public_key, &other.public().to_string()),
            &other,
        ),
        ("a weak key", first.replace(&opened.public_key, &weak), &key(1)),
        (
            "a key of zeros",
            first.replace(&opened.public_key, &zero),
            &key(1),
        ),
        (
            "a key in upper case",
            first.replace(&opened.public_key, &opened.public_key.to_uppercase()),
            &key(1),
        ),
        (
            "no key at all",
            first.replace("public_key", "private_key"),
            &key(1),
        ),
        (
            "another kind",
            first.replace("chain_opened", "chain_closed"),
            &key(1),
        ),
    ];
    for (name, line, signer) in table {
        assert_ne!(&line, first, "{name}: the change changes nothing");
        let bad = first_bad(&chain, &[signed(line, signer)]);
        assert_eq!(
            bad.map(|bad| (bad.seq, bad.fault)),
            Some((1, Fault::BadOpening)),
            "{name}"
        );
    }
    let line = first.replace(&"0".repeat(64), &"1".repeat(64));
    let bad = first_bad(&chain, &[signed(line, &key(1))]);
    assert_eq!(bad.map(|bad| bad.fault), Some(Fault::BadLink));
}

#[test]
fn the_unknown_is_carried_and_the_senseless_is_named() {
    let (_, entries) = chain_of_day();
    let last = &entries[5].line;

    let unknown = last.replacen("shift_closed", "shift_sung", 1);
    let entry = Entry::parse(&unknown).unwrap();
    assert_eq!(
        entry.body(),
        Body::Unknown {
            kind: "shift_sung".to_owned()
        }
    );

    // A newer version may add header fields and may mean anything by a body.
    let newer = format!(r#"{},"more":[1]}}"#, &last[..last.len() - 1]).replacen(r#""v":1"#, r#""v":2"#, 1);
    let entry = Entry::parse(&newer).unwrap();
    assert_eq!(entry.version, 2);
    assert_eq!(
        entry.body(),
        Body::Unknown {
            kind: "shift_closed".to_owned()
        }
    );
    assert!(entry.body_text().starts_with(r#"{"id":"S1""#));

    // Kept and not projected: its chain goes on.
    let (chain, _) = chain_of_day();
    let senseless = last.replacen(r#""staff":"demo""#, r#""staff":17"#, 1);
    let mut forged = entries.clone();
    forged[5] = signed(senseless, &key(1));
    assert_eq!(first_bad(&chain, &forged), None);
    assert!(matches!(
        Entry::parse(&forged[5].line).unwrap().body(),
        Body::Bad { kind, .. } if kind == "shift_closed"
    ));

    // A field of the body given twice has no meaning.
    let twice = last.replacen(r#""staff":"demo""#, r#""staff":"demo","staff":"x""#, 1);
    assert!(matches!(Entry::parse(&twice).unwrap().body(), Body::Bad { .. }));
}

#[test]
fn what_is_not_known_cannot_be_written() {
    let (chain, _) = chain_of_day();
    let unknown = Body::Unknown { kind: "x".to_owned() };
    assert_eq!(chain.next(AT, &unknown).unwrap_err().code(), "bad_entry");
    let bad = Body::Bad {
        kind: "x".to_owned(),
        reason: String::new(),
    };
    assert_eq!(chain.next(AT, &bad).unwrap_err().code(), "bad_entry");
}

#[test]
fn a_chain_does_not_move_before_its_entry_is_stored() {
    let (chain, _) = chain_of_day();
    let body = &day()[3];
    let (lost, _) = chain.next(AT, body).unwrap();
    let (again, head) = chain.next(AT, body).unwrap();
    assert_eq!(
        lost, again,
        "the transaction failed: the same entry is made again"
    );
    let mut chain = chain;
    chain.advance(head);
    let (following, _) = chain.next(AT, body).unwrap();
    let entry = Entry::parse(&following.line).unwrap();
    assert_eq!((entry.seq, entry.prev), (8, again.hash()));
}

#[test]
fn texts_are_read_as_strictly_as_they_are_written() {
    let (_, entries) = chain_of_day();
    let good = entries[1].to_text();
    assert_eq!(SignedEntry::from_text(&good).unwrap(), entries[1]);
    let (signature, line) = good.split_once(' ').unwrap();
    for bad in [
        line.to_owned(),
        format!("{signature}{line}"),
        format!("{} {line}", signature.to_uppercase()),
        format!("{} {line}", &signature[..126]),
        format!(" {good}"),
        format!("zz{} {line}", &signature[2..]),
    ] {
        assert_eq!(SignedEntry::from_text(&bad).unwrap_err().code(), "bad_entry");
    }
    let large = format!("{signature} {}", "x".repeat(ENTRY_BYTES_MAX + 1));
    assert_eq!(SignedEntry::from_text(&large).unwrap_err().code(), "too_large");
}
