//! What is kept as bytes comes back as the same bytes, and what follows from facts alone is frozen.
#![allow(clippy::unwrap_used)]

mod common;

use common::{AT, chain_of_day, day, key, lot, opening};
use expect_test::expect;
use jishi_journal::body::{LotPut, TermsFact};
use jishi_journal::{
    Chain, ChainCheck, ChainId, ENTRY_BYTES_MAX, Entry, EntryHash, Head, KeyError, NameKey, NodeKey, Purpose,
    Signature, VerifyingKey,
};

/// Every byte another one, so that nothing is mistaken for a default.
fn counting<const N: usize>(from: u8) -> [u8; N] {
    std::array::from_fn(|place| from.wrapping_add(u8::try_from(place).unwrap()))
}

#[test]
fn keys_are_those_of_the_standard() {
    // RFC 8032, 7.1, test 1: the key pair is the world's, not ours.
    let mut seed = [0; 32];
    hex::decode_to_slice(
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        &mut seed,
    )
    .unwrap();
    assert_eq!(
        NodeKey::from_seed(&seed).public().to_string(),
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    );
}

#[test]
fn bytes_come_back_as_they_were() {
    let seed = counting::<32>(7);
    let node = NodeKey::from_seed(&seed);
    assert_eq!(node.seed(), seed);

    let public = node.public();
    assert_eq!(hex::encode(public.to_bytes()), public.to_string());
    assert_eq!(VerifyingKey::from_bytes(&public.to_bytes()), Ok(public));
    assert_eq!(public.to_string().parse(), Ok(public));

    let signature = node.sign(Purpose::Request, b"what is asked");
    assert_eq!(hex::encode(signature.to_bytes()), signature.to_string());
    assert_eq!(Signature::from_bytes(signature.to_bytes()), signature);
    assert!(public.verifies(
        Purpose::Request,
        b"what is asked",
        &Signature::from_bytes(signature.to_bytes())
    ));

    let hash = EntryHash::from_bytes(counting(9));
    assert_eq!(hash.to_bytes(), counting::<32>(9));
    assert_eq!(hash.to_string(), hex::encode(counting::<32>(9)));
    assert_eq!(EntryHash::ZERO.to_bytes(), [0; 32]);

    let (chain, _) = chain_of_day();
    assert_eq!(hex::encode(chain.id().to_bytes()), chain.id().to_string());

    let name = NameKey::from_bytes(counting(11));
    assert_eq!(name.to_bytes(), counting::<32>(11));
}

#[test]
fn what_is_no_key_has_its_name() {
    let code = |result: Result<(), KeyError>| result.map_err(KeyError::code);
    let parse_key = |text: &str| code(text.parse::<VerifyingKey>().map(|_| ()));
    assert_eq!(parse_key(&"ab".repeat(31)), Err("bad_key"));
    assert_eq!(parse_key(&format!("01{}", "00".repeat(31))), Err("weak_key"));
    assert_eq!(code("ab".parse::<Signature>().map(|_| ())), Err("bad_signature"));
    assert_eq!(code("ab".parse::<ChainId>().map(|_| ())), Err("bad_chain_id"));
}

#[test]
fn a_private_key_is_not_shown() {
    let shown = format!("{:?}", key(0xab));
    assert!(!shown.contains(&"ab".repeat(4)), "{shown}");
    assert!(!shown.contains("171"), "{shown}");
    assert!(shown.contains(&key(0xab).public().to_string()), "{shown}");
}

#[test]
fn the_limit_is_256_kib() {
    assert_eq!(ENTRY_BYTES_MAX, 262_144);
}

#[test]
fn a_chain_is_taken_up_where_it_was_left() {
    let (left, entries) = chain_of_day();
    let mut resumed = Chain::resume(key(1), left.id(), left.head());
    assert_eq!(resumed.key().public(), key(1).public());
    let (entry, head) = resumed.next(AT, &day()[2]).unwrap();
    assert_eq!((entry.clone(), head), left.next(AT, &day()[2]).unwrap());
    resumed.advance(head);

    let mut check = ChainCheck::from_start(left.id());
    for entry in entries.iter().chain([&entry]) {
        check.accept(entry).unwrap();
    }
    assert_eq!(check.head(), Some(resumed.head()));
    assert_eq!(check.id(), resumed.id());
}

#[test]
fn a_chain_at_its_last_number_takes_no_more() {
    let (chain, _) = Chain::open(key(1), opening(2), AT).unwrap();
    let at = |seq| {
        let head = Head {
            seq,
            hash: chain.head().hash,
        };
        Chain::resume(key(1), chain.id(), head)
            .next(AT, &day()[2])
            .map(|(_, head)| head.seq)
            .map_err(|error| error.code())
    };
    assert_eq!(at(u64::MAX - 1), Ok(u64::MAX));
    assert_eq!(at(u64::MAX), Err("chain_full"));
}

/// Draws name a lot's revision by this hash, on every till and for good.
#[test]
fn the_hash_of_a_lots_revision_is_frozen() {
    expect!["90b82ac841602ea7aff83a1737682ec9"].assert_eq(&lot().revision_hash());
}

#[test]
fn another_fact_is_another_revision() {
    type Change = fn(&mut LotPut);
    let changes: [Change; 8] = [
        |_| {},
        |lot| lot.code = "L2".to_owned(),
        |lot| lot.revision = 2,
        |lot| lot.product = "tea".to_owned(),
        |lot| lot.qty = "100.001".to_owned(),
        |lot| lot.terms = TermsFact::Agreed { price: 1000 },
        |lot| lot.priority = 1,
        |lot| lot.shares[0].weight = 2,
    ];
    let hashes: std::collections::BTreeSet<String> = changes
        .iter()
        .map(|change| {
            let mut lot = lot();
            change(&mut lot);
            lot.revision_hash()
        })
        .collect();
    assert_eq!(hashes.len(), changes.len());
    assert!(hashes.iter().all(|hash| hash.len() == 32));
}

/// Two spellings of one header would be two hashes of one entry, both well signed.
#[test]
fn every_field_has_its_name_and_no_other() {
    let (_, entries) = chain_of_day();
    let line = &entries[1].line;
    for name in ["v", "chain", "seq", "prev", "at", "kind", "body"] {
        for other in ["", "x", &name.to_uppercase()] {
            let renamed = line.replacen(&format!(r#""{name}":"#), &format!(r#""{other}":"#), 1);
            assert_ne!(&renamed, line, "the change changes nothing");
            assert_eq!(
                Entry::parse(&renamed).map(|_| ()).map_err(|error| error.code()),
                Err("bad_entry"),
                "{other:?} for {name}"
            );
        }
    }
}
