//! Bundles: what is packed is what is read, and whatever else a file may hold is refused by its name.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::{AT, Store, server_key};
use jishi_journal::{ChainId, Head, NameKey, NodeKey, Purpose, SignedEntry, open_letter};
use jishi_sync::bundle::{
    BundleError, BundleKind, Check, Checked, Packed, Piece, Receipt, Sender, Taken, pack, read_receipt,
    take_receipt, write_receipt,
};
use jishi_sync::protocol::{Acknowledgement, ChainAnswer, ChainsAnswer, NameKeysRequest, Refusal};
use std::io::{Cursor, Read};

fn till_key() -> NodeKey {
    NodeKey::from_seed(&[1; 32])
}

fn packed(store: &Store, all: bool) -> Option<(Packed, Vec<u8>)> {
    let key = till_key();
    let sender = Sender {
        organisation: server_key().public(),
        node: "T1",
        key: &key,
        hand_overs: &[],
        at: AT,
        all,
    };
    let mut fill = |bytes: &mut [u8]| bytes.fill(7);
    pack(store, &sender, &mut fill, &mut |_, _| true, || Ok(Vec::new())).unwrap()
}

fn bundle(store: &Store) -> Vec<u8> {
    packed(store, false).unwrap().1
}

fn check(bytes: &[u8]) -> Result<Checked, BundleError> {
    Check::open(bytes)?.finish()
}

#[track_caller]
fn refused(bytes: &[u8]) -> &'static str {
    check(bytes).unwrap_err().code()
}

fn entries(bytes: &[u8]) -> Vec<SignedEntry> {
    let checked = check(bytes).unwrap();
    let mut pieces = checked.pieces(bytes).unwrap();
    let mut found = Vec::new();
    while let Some((piece, _)) = pieces.next_piece().unwrap() {
        if let Piece::Entries(entries) = piece {
            found.extend(entries);
        }
    }
    found
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(zstd::decode_all(bytes).unwrap()).unwrap()
}

fn compressed(text: &str) -> Vec<u8> {
    zstd::encode_all(text.as_bytes(), 3).unwrap()
}

#[test]
fn what_the_centre_has_not_acknowledged_is_packed_as_it_is() {
    let mut store = Store::default().with_chain(1, 2_500).with_chain(2, 3);
    let (told, bytes) = packed(&store, false).unwrap();
    assert_eq!((told.entries, told.chains.len()), (2_503, 2));
    let all: Vec<SignedEntry> = store.chains.iter().flat_map(|(_, made)| made.clone()).collect();
    assert_eq!(entries(&bytes), all);
    // The very lines of a push, behind one of JSON.
    let text = text(&bytes);
    let mut lines = text.lines();
    let manifest: serde_json::Value = serde_json::from_str(lines.next().unwrap()).unwrap();
    assert_eq!(manifest["manifest"]["bundle"], "jishi bundle");
    assert_eq!(manifest["manifest"]["kind"], "entries");
    assert_eq!(lines.next().unwrap(), all[0].to_text());

    let mut hold = |index: usize, seq: u64| {
        let (chain, made) = &store.chains[index];
        let head = Head {
            seq,
            hash: made[seq as usize - 1].hash(),
        };
        let signed = Acknowledgement::sign(*chain, head, AT, &[], &server_key());
        let word = Acknowledgement::verify(&signed, &server_key().public()).unwrap();
        store.words.insert(*chain, word);
    };
    hold(0, 2_400);
    hold(1, 3);
    let (told, bytes) = packed(&store, false).unwrap();
    assert_eq!(
        (told.entries, told.chains[0].from, told.chains[0].to),
        (100, 2_401, 2_500)
    );
    assert_eq!(entries(&bytes), all[2_400..2_500]);
    assert_eq!(packed(&store, true).unwrap().0.entries, 2_503);
    let (chain, made) = &store.chains[0];
    let head = Head {
        seq: 2_500,
        hash: made[2_499].hash(),
    };
    let signed = Acknowledgement::sign(*chain, head, AT, &[], &server_key());
    let word = Acknowledgement::verify(&signed, &server_key().public()).unwrap();
    store.words.insert(*chain, word);
    assert!(packed(&store, false).is_none(), "there is nothing to bring");
}

#[test]
fn the_names_keys_are_for_the_centre_alone() {
    let mut store = Store::default().with_chain(1, 3);
    let key = NameKey::from_bytes([0xab; 32]);
    store.keys = vec![("H1".to_owned(), key)];
    let (told, bytes) = packed(&store, false).unwrap();
    assert_eq!(told.name_keys, 1);
    let text = text(&bytes);
    assert!(!text.contains(&"ab".repeat(32)) && !text.contains("H1"), "{text}");
    let (piece, _) = Check::open(bytes.as_slice()).unwrap().step().unwrap().unwrap();
    let Piece::NameKeys(letter) = piece else {
        panic!("{piece:?}");
    };
    let body: NameKeysRequest =
        serde_json::from_slice(&open_letter(&server_key(), &letter).unwrap()).unwrap();
    assert_eq!(body.keys[0].key, "ab".repeat(32));
    assert!(
        open_letter(&till_key(), &letter).is_err(),
        "not even by who sealed it"
    );
    assert_eq!(entries(&bytes).len(), 3);
}

#[test]
fn half_a_bundle_is_cut_off_wherever_it_ends() {
    let bytes = bundle(&Store::default().with_chain(1, 40));
    for end in 0..bytes.len() {
        assert_eq!(
            refused(&bytes[..end]),
            "bundle_cut_off",
            "{end} of {}",
            bytes.len()
        );
    }
    // The copy ends between two lines, and in order.
    let text = text(&bytes);
    let lines: Vec<&str> = text.lines().collect();
    for end in 1..lines.len() {
        let cut = lines[..end].join("\n") + "\n";
        assert_eq!(refused(&compressed(&cut)), "bundle_cut_off", "{end}");
    }
    assert_eq!(refused(&compressed(text.trim_end())), "bundle_cut_off");
}

#[test]
fn flipped_bytes_are_found_before_anything_is_used() {
    let bytes = bundle(&Store::default().with_chain(1, 20));
    for at in 0..bytes.len() {
        for bit in [0x01, 0x80] {
            let mut flipped = bytes.clone();
            flipped[at] ^= bit;
            // A frame's header has bits that mean nothing.
            if let Err(error) = check(&flipped) {
                assert_ne!(error.code(), "bundle_changed", "{at}");
            } else {
                assert_eq!(entries(&flipped), entries(&bytes), "{at}");
            }
        }
    }
}

#[test]
fn what_was_changed_and_packed_again_is_told() {
    let store = Store::default().with_chain(1, 5).with_chain(2, 4);
    let text = text(&bundle(&store));
    let change = |from: &str, to: &str| {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text, "{from}");
        refused(&compressed(&changed))
    };
    assert_eq!(change(r#""node":"T1""#, r#""node":"T2""#), "bundle_bad_signature");
    assert_eq!(
        change(r#""kind":"entries""#, r#""kind":"receipt""#),
        "bundle_bad_signature"
    );
    assert_eq!(change(r#""now":"3""#, r#""now":"4""#), "bundle_altered");
    let lines: Vec<&str> = text.lines().collect();
    // A signature beside an entry is not linked by the next one, and is held all the same.
    let signature = &lines[2][..128];
    assert_eq!(change(signature, &"0".repeat(128)), "bundle_altered");
    let mut swapped = lines.clone();
    swapped.swap(2, 3);
    assert_eq!(
        refused(&compressed(&(swapped.join("\n") + "\n"))),
        "bundle_altered"
    );
    let mut twice = lines.clone();
    twice.push(lines[9]);
    assert_eq!(refused(&compressed(&(twice.join("\n") + "\n"))), "bundle_altered");
    let mut noise = lines.clone();
    noise[4] = "no entry";
    assert_eq!(refused(&compressed(&(noise.join("\n") + "\n"))), "bundle_altered");
}

/// The signer itself writes what does not fit together.
#[test]
fn a_manifest_that_its_entries_do_not_bear_out_is_refused() {
    let text = text(&bundle(&Store::default().with_chain(1, 5)));
    let (manifest, rest) = text.split_once('\n').unwrap();
    let manifest: serde_json::Value = serde_json::from_str(manifest).unwrap();
    let signed = |from: &str, to: &str| {
        // In the order of its fields, as the value would not keep it.
        let line = text.lines().next().unwrap();
        let facts = line.strip_prefix(r#"{"manifest":"#).unwrap();
        let facts = facts
            .split_once(r#","signature""#)
            .unwrap()
            .0
            .replacen(from, to, 1);
        let signature = till_key().sign(Purpose::Bundle, facts.as_bytes());
        compressed(&format!(
            "{{\"manifest\":{facts},\"signature\":\"{signature}\"}}\n{rest}"
        ))
    };
    assert!(check(&signed("", "")).is_ok());
    let hash = manifest["manifest"]["chains"][0]["hash"].as_str().unwrap();
    let table = [
        (
            r#""v":1"#.to_owned(),
            r#""v":2,"new":1"#.to_owned(),
            "newer_bundle",
        ),
        (r#""v":1"#.to_owned(), r#""v":0"#.to_owned(), "not_a_bundle"),
        (
            r#""jishi bundle""#.to_owned(),
            r#""bundle""#.to_owned(),
            "not_a_bundle",
        ),
        (r#""from":1"#.to_owned(), r#""from":0"#.to_owned(), "not_a_bundle"),
        (
            r#""from":1"#.to_owned(),
            r#""from":2"#.to_owned(),
            "bundle_bad_chain",
        ),
        (r#""to":5"#.to_owned(), r#""to":4"#.to_owned(), "bundle_bad_chain"),
        (r#""to":5"#.to_owned(), r#""to":6"#.to_owned(), "bundle_bad_chain"),
        (hash.to_owned(), "ab".repeat(32), "bundle_bad_chain"),
        (
            r#""lines":5"#.to_owned(),
            r#""lines":4"#.to_owned(),
            "bundle_altered",
        ),
        (
            r#""lines":5"#.to_owned(),
            r#""lines":6"#.to_owned(),
            "bundle_cut_off",
        ),
    ];
    for (from, to, code) in table {
        assert_eq!(refused(&signed(&from, &to)), code, "{from} → {to}");
    }
    // A field that a later program adds is no harm.
    assert!(check(&signed(r#""v":1"#, r#""v":1,"later":true"#)).is_ok());
}

#[test]
fn what_is_no_bundle_is_refused() {
    for bytes in [
        b"hello".as_slice(),
        b"PK\x03\x04 a workbook",
        &[0x28, 0xb5, 0x2f, 0xfe],
        &compressed("hello\n"),
        &compressed("{}\n"),
        &compressed("[1]\n"),
    ] {
        assert_eq!(refused(bytes), "not_a_bundle", "{bytes:?}");
    }
    assert_eq!(refused(&compressed("")), "bundle_cut_off");
    let mut behind = bundle(&Store::default().with_chain(1, 2));
    behind.extend(b"what is this");
    assert_eq!(refused(&behind), "bundle_damaged");
}

/// Megabytes in a few kilobytes: read no further than a line may be long.
#[test]
fn a_bomb_is_refused_at_its_bound() {
    let endless = || std::io::repeat(b'a').take(64 << 20);
    let bomb = zstd::encode_all(endless(), 1).unwrap();
    assert_eq!(refused(&bomb), "not_a_bundle");
    let text = text(&bundle(&Store::default().with_chain(1, 2)));
    let manifest = format!("{}\n", text.lines().next().unwrap());
    let long = zstd::encode_all(Cursor::new(manifest.clone()).chain(endless()), 1).unwrap();
    assert_eq!(refused(&long), "bundle_line_too_long");
    let many = text + &"{\"name_keys\":\"\"}\n".repeat(100_000);
    assert_eq!(refused(&compressed(&many)), "bundle_altered");
    // A window that the reader would have to keep in memory.
    let mut wide = zstd::Encoder::new(Vec::new(), 1).unwrap();
    wide.window_log(27).unwrap();
    std::io::Write::write_all(&mut wide, manifest.as_bytes()).unwrap();
    assert_eq!(refused(&wide.finish().unwrap()), "bundle_damaged");
}

#[test]
fn a_file_that_is_another_in_the_second_pass_is_not_used() {
    let store = Store::default().with_chain(1, 2_000);
    let bytes = bundle(&store);
    let checked = check(&bytes).unwrap();
    let longer = bundle(&Store::default().with_chain(1, 2_001));
    assert_eq!(
        checked.pieces(longer.as_slice()).unwrap_err().code(),
        "bundle_changed"
    );
    assert_eq!(
        checked.pieces(b"gone".as_slice()).unwrap_err().code(),
        "bundle_changed"
    );
    // The manifest is the same, and what comes behind is not: the pieces before are.
    let text = text(&bytes);
    let changed = compressed(&text.replacen(r#""now":"1500""#, r#""now":"1501""#, 1));
    let mut pieces = checked.pieces(changed.as_slice()).unwrap();
    assert!(
        matches!(pieces.next_piece(), Ok(Some((Piece::Entries(entries), 1_000))) if entries.len() == 1_000)
    );
    assert_eq!(pieces.next_piece().unwrap_err().code(), "bundle_changed");
    let mut pieces = checked.pieces(&bytes[..bytes.len() / 2]).unwrap();
    let ended = loop {
        match pieces.next_piece() {
            Ok(Some(_)) => {}
            other => break other,
        }
    };
    assert_eq!(ended.unwrap_err().code(), "bundle_changed");
}

fn word_at(store: &Store, index: usize, seq: usize, at: &str) -> ChainAnswer {
    let (chain, made) = &store.chains[index];
    let head = Head {
        seq: seq as u64,
        hash: made[seq - 1].hash(),
    };
    ChainAnswer {
        chain: chain.to_string(),
        acknowledgement: Some(Acknowledgement::sign(*chain, head, at, &[], &server_key())),
        refusal: None,
        above: vec![],
    }
}

fn receipt(bundle: &[u8], at: &str, chains: Vec<ChainAnswer>) -> Vec<u8> {
    let answered = check(bundle).unwrap().manifest().clone();
    let answer = ChainsAnswer {
        chains,
        unreadable: Vec::new(),
    };
    write_receipt(Vec::new(), &answered, &answer, at, (&server_key(), &[])).unwrap()
}

fn read(bytes: &[u8]) -> Result<Receipt, BundleError> {
    let open = || Ok(Box::new(Cursor::new(bytes.to_vec())) as Box<dyn Read>);
    read_receipt(open, &server_key().public())
}

#[track_caller]
fn take(store: &mut Store, bytes: &[u8]) -> Taken {
    take_receipt(&read(bytes).unwrap(), &server_key().public(), store)
        .unwrap()
        .unwrap()
}

#[test]
fn a_receipt_moves_the_marks_and_an_older_one_does_not() {
    let mut store = Store::default().with_chain(1, 10);
    let sent = bundle(&store);
    let whole = receipt(
        &sent,
        "2026-11-22T09:00:00+08:00",
        vec![word_at(&store, 0, 10, "2026-11-22T09:00:00+08:00")],
    );
    assert_eq!(check(&whole).unwrap().manifest().kind, BundleKind::Receipt);
    let early = receipt(&sent, AT, vec![word_at(&store, 0, 4, AT)]);
    assert!(!take(&mut store, &early).chains[0].is_older);
    assert_eq!(store.mark(0), 4);
    for _ in 0..2 {
        assert_eq!(take(&mut store, &whole).chains[0].held, 10);
        assert_eq!(store.mark(0), 10);
    }
    // Found in a drawer.
    assert!(take(&mut store, &early).chains[0].is_older);
    assert_eq!(store.mark(0), 10);
    // The server came back from a backup, and says so later: it gets the entries again.
    let later = "2026-11-23T09:00:00+08:00";
    let mut word = word_at(&store, 0, 6, later);
    word.refusal = Some(Refusal {
        code: "gap".to_owned(),
        seq: Some(11),
        wanted: Some(7),
    });
    let restored = receipt(&sent, later, vec![word]);
    assert_eq!(
        take(&mut store, &restored).chains[0].refusal.as_deref(),
        Some("gap")
    );
    assert_eq!(store.mark(0), 6);
    assert!(store.refusals.is_empty());
    assert_eq!(packed(&store, false).unwrap().0.chains[0].from, 7);
}

#[test]
fn a_receipt_counts_only_where_it_is_the_centres_word_about_an_entry_of_our_own() {
    let mut store = Store::default().with_chain(1, 5);
    let sent = bundle(&store);
    let other = Store::default().with_chain(2, 5);
    let chain = store.id(0);
    let mut foreign = word_at(&other, 0, 5, AT);
    foreign.chain = chain.to_string();
    let mut fork = word_at(&store, 0, 5, AT);
    let head = Head {
        seq: 5,
        hash: other.chains[0].1[4].hash(),
    };
    fork.acknowledgement = Some(Acknowledgement::sign(chain, head, AT, &[], &server_key()));
    let mut forged = word_at(&store, 0, 5, AT);
    forged.acknowledgement = Some(Acknowledgement::sign(chain, head, AT, &[], &till_key()));
    let mut ahead = word_at(&store, 0, 5, AT);
    let beyond = Head { seq: 6, ..head };
    ahead.acknowledgement = Some(Acknowledgement::sign(chain, beyond, AT, &[], &server_key()));
    for (answer, code) in [
        (foreign, "bad_acknowledgement"),
        (fork, "fork"),
        (forged, "bad_acknowledgement"),
        (ahead, "server_ahead"),
    ] {
        let taken = take(&mut store, &receipt(&sent, AT, vec![answer]));
        assert_eq!(taken.chains[0].refusal.as_deref(), Some(code));
        assert_eq!((store.mark(0), store.refusals[&chain].as_str()), (0, code));
    }
    // What is right heals it.
    let good = receipt(&sent, AT, vec![word_at(&store, 0, 5, AT)]);
    take(&mut store, &good);
    assert_eq!((store.mark(0), store.refusals.len()), (5, 0));

    let mut another = Store::default().with_chain(9, 2);
    let found = take_receipt(&read(&good).unwrap(), &server_key().public(), &mut another).unwrap();
    assert_eq!(found.unwrap_err().code(), "not_this_till");
    assert!(another.words.is_empty());

    assert_eq!(read(&sent).unwrap_err().code(), "bundle_is_entries");
    assert_eq!(
        read(&good[..good.len() - 4]).unwrap_err().code(),
        "bundle_cut_off"
    );
    let changed = text(&good).replacen(r#""chain":""#, r#""chain":"0"#, 2);
    assert!(read(&compressed(&changed)).is_err());
    let by_the_till = write_receipt(
        Vec::new(),
        check(&sent).unwrap().manifest(),
        &ChainsAnswer::default(),
        AT,
        (&till_key(), &[]),
    );
    let by_the_till = by_the_till.unwrap();
    assert_eq!(read(&by_the_till).unwrap_err().code(), "other_organisation");
    let (till, server) = (till_key().public().to_string(), server_key().public().to_string());
    let claimed = text(&by_the_till).replacen(&till, &server, 1);
    assert_eq!(
        read(&compressed(&claimed)).unwrap_err().code(),
        "bundle_bad_signature"
    );
    let open = || Ok(Box::new(Cursor::new(good.clone())) as Box<dyn Read>);
    let elsewhere = read_receipt(open, &till_key().public());
    assert_eq!(elsewhere.unwrap_err().code(), "other_organisation");
}

/// The centre holds more of a chain than the backup that the till came back from.
#[test]
fn a_continued_chain_is_held_where_its_last_entry_was_looked_at() {
    let longer = Store::default().with_chain(1, 12);
    let mut store = Store::default().with_chain(1, 10).with_chain(2, 3);
    store.continued = vec![store.id(0)];
    let sent = bundle(&store);
    let at_centre = receipt(
        &sent,
        AT,
        vec![word_at(&longer, 0, 12, AT), word_at(&store, 1, 3, AT)],
    );
    let taken = take(&mut store, &at_centre);
    assert!(
        taken.chains.iter().all(|chain| chain.refusal.is_none()),
        "{taken:?}"
    );
    assert_eq!((store.mark(0), store.mark(1)), (12, 3));
    assert!(packed(&store, false).is_none());

    // A bundle that did not bring that entry proves nothing.
    let mut store = Store::default().with_chain(1, 10);
    store.continued = vec![store.id(0)];
    let shorter = bundle(&Store::default().with_chain(1, 8));
    let at_centre = receipt(&shorter, AT, vec![word_at(&longer, 0, 12, AT)]);
    take(&mut store, &at_centre);
    assert_eq!(store.mark(0), 0);
    assert_eq!(packed(&store, false).unwrap().0.chains[0].to, 10);
}

fn some_store(chains: &[usize], held: &[usize]) -> Store {
    let mut store = Store::default();
    for (seed, entries) in (1..).zip(chains) {
        store = store.with_chain(seed, *entries);
    }
    for (index, held) in held.iter().enumerate().take(chains.len()) {
        let seq = *held % (chains[index] + 1);
        if seq > 0 {
            let answer = word_at(&store, index, seq, AT);
            let word = Acknowledgement::verify(&answer.acknowledgement.unwrap(), &server_key().public());
            let chain: ChainId = store.id(index);
            store.words.insert(chain, word.unwrap());
        }
    }
    store
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(48))]

    #[test]
    fn what_is_packed_is_what_is_read(
        chains in proptest::collection::vec(1usize..40, 1..4),
        held in proptest::collection::vec(0usize..50, 4),
    ) {
        let store = some_store(&chains, &held);
        let wanted: Vec<SignedEntry> = store
            .chains
            .iter()
            .enumerate()
            .flat_map(|(index, (_, made))| made[store.mark(index) as usize..].to_vec())
            .collect();
        match packed(&store, false) {
            None => assert!(wanted.is_empty()),
            Some((_, bytes)) => assert_eq!(entries(&bytes), wanted),
        }
    }

    #[test]
    fn no_bytes_make_the_reader_fall(bytes: Vec<u8>, cut in 0usize..600, at in 0usize..600) {
        let _ = check(&bytes).is_ok();
        let _ = check(&zstd::encode_all(bytes.as_slice(), 1).unwrap()).is_ok();
        let good = text(&bundle(&Store::default().with_chain(1, 3)));
        let (manifest, _) = good.split_once('\n').unwrap();
        let behind = [manifest.as_bytes(), b"\n", &bytes].concat();
        assert!(check(&zstd::encode_all(behind.as_slice(), 1).unwrap()).is_err());
        // Something else in the middle of it.
        let mut spliced = good.into_bytes();
        let at = at.min(spliced.len());
        let end = (at + cut).min(spliced.len());
        let is_same = spliced[at..end] == bytes;
        spliced.splice(at..end, bytes);
        assert_eq!(check(&zstd::encode_all(spliced.as_slice(), 1).unwrap()).is_ok(), is_same);
    }
}
