//! The code of a voucher or a ticket: what it carries, and that nobody else can make it.
#![allow(clippy::unwrap_used)]

use jishi_journal::{IssuerId, NodeKey, Pass, PassError, PassId, PassKind, ReadPass};
use proptest::prelude::*;

fn key(seed: u8) -> NodeKey {
    NodeKey::from_seed(&[seed; 32])
}

fn pass(kind: PassKind, key: &NodeKey, face_fen: i64, until: Option<u16>) -> Pass {
    Pass {
        kind,
        issuer: IssuerId::of(&key.public()),
        id: PassId([1, 2, 3, 4, 5, 6, 7, 0xfe]),
        face_fen,
        until,
    }
}

/// What is printed once is read for ever: another layout gets another version.
#[test]
fn the_code_has_this_form() {
    let key = key(7);
    let code = pass(PassKind::Voucher, &key, 5000, Some(2516))
        .code(&key)
        .unwrap();
    assert_eq!(code.len(), 138);
    assert!(code.starts_with("JQ"));
    assert!(
        code.bytes()
            .all(|sign| sign.is_ascii_digit() || sign.is_ascii_uppercase())
    );
    let again = pass(PassKind::Voucher, &key, 5000, Some(2516))
        .code(&key)
        .unwrap();
    assert_eq!(again, code, "a reprint has the same code");
    expect_test::expect!["JQ27Z82"].assert_eq(&code[..7]);
}

proptest! {
    #[test]
    fn what_is_issued_is_read_again(
        seed in 1u8..=255, id in any::<[u8; 8]>(), face_fen in 0..=Pass::FACE_FEN_MAX, until in 1u16.., ticket: bool
    ) {
        let key = key(seed);
        let kind = if ticket { PassKind::Ticket } else { PassKind::Voucher };
        let made = Pass { id: PassId(id), ..pass(kind, &key, face_fen, Some(until)) };
        let code = made.code(&key).unwrap();
        let read = ReadPass::read(&code).unwrap();
        prop_assert_eq!(read.pass, made);
        prop_assert!(read.is_of(&key.public()));
        // A scanner whose capitals got lost.
        prop_assert!(ReadPass::read(&code.to_lowercase()).unwrap().is_of(&key.public()));
    }

    /// Whatever sign is changed, it is no code of this key any more.
    #[test]
    fn no_sign_of_it_can_be_changed(place in 2usize..138, by in 1usize..32) {
        const SIGNS: &[u8] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        let key = key(3);
        let code = pass(PassKind::Voucher, &key, 5000, None).code(&key).unwrap();
        let mut bytes = code.into_bytes();
        let at = SIGNS.iter().position(|sign| *sign == bytes[place]).unwrap();
        bytes[place] = SIGNS[(at + by) % SIGNS.len()];
        let changed = String::from_utf8(bytes).unwrap();
        let good = ReadPass::read(&changed).is_ok_and(|read| read.is_of(&key.public()));
        prop_assert!(!good, "{}", changed);
    }
}

#[test]
fn it_is_of_the_node_that_signed_it_alone() {
    let (own, other) = (key(1), key(2));
    let code = pass(PassKind::Ticket, &own, 6800, None).code(&own).unwrap();
    let read = ReadPass::read(&code).unwrap();
    assert!(read.is_of(&own.public()));
    assert!(!read.is_of(&other.public()));
    // Who says that another issued it has not that one's key.
    let forged = pass(PassKind::Ticket, &own, 6800, None).code(&other).unwrap();
    assert!(!ReadPass::read(&forged).unwrap().is_of(&own.public()));
}

#[test]
fn what_is_not_all_of_a_code_is_said_to_be_none() {
    let key = key(1);
    let code = pass(PassKind::Voucher, &key, 5000, None).code(&key).unwrap();
    let unreadable = |code: &str| ReadPass::read(code).map(|_| ()).unwrap_err();
    for cut in ["", "JQ", &code[..60], &code[1..], &format!("{code}0")] {
        assert_eq!(unreadable(cut), PassError::Unreadable, "{cut}");
    }
    assert!(
        ReadPass::is_meant(&code[..60]),
        "cut short, and still meant as one"
    );
    for other in [
        "6901234567892",
        "T1-000128",
        "jishi:T1-000128:a41f-9c02-77de",
        "JQ-000128",
        "JQ12345",
    ] {
        assert!(!ReadPass::is_meant(other), "{other}");
    }
    // The layout's version stands in the first sign.
    assert_eq!(unreadable(&code.replacen("JQ2", "JQ4", 1)), PassError::Newer);
    let too_large = pass(PassKind::Voucher, &key, Pass::FACE_FEN_MAX + 1, None).code(&key);
    assert_eq!(too_large, Err(PassError::FaceTooLarge));
}

#[test]
fn what_a_pass_is_called() {
    assert_eq!(PassKind::Voucher.code(), "voucher");
    assert_eq!(PassKind::Ticket.code(), "ticket");
    assert_eq!(
        PassId([0, 1, 2, 3, 0xfc, 0xfd, 0xfe, 0xff]).to_string(),
        "00010203fcfdfeff"
    );
    let issuer = IssuerId::of(&NodeKey::from_seed(&[7; 32]).public()).to_string();
    assert_eq!(issuer.len(), 10);
    assert!(issuer.bytes().all(|sign| sign.is_ascii_hexdigit()));
    assert_eq!(Pass::FACE_FEN_MAX, 1_099_511_627_775);
}

#[test]
fn a_code_is_meant_from_its_prefix_on_and_read_whole_or_not() {
    let code = pass(PassKind::Ticket, &key(7), 0, None).code(&key(7)).unwrap();
    assert!(!ReadPass::is_meant(&code[..18]));
    assert!(ReadPass::is_meant(&code[..19]), "cut short, it is said to be cut");
    assert!(ReadPass::is_meant(&code[..25]));
    assert!(ReadPass::is_meant(&code.to_lowercase()));
    let other = format!("JX{}", &code[2..]);
    assert!(!ReadPass::is_meant(&other));
    // The first sign after the prefix begins with the version.
    let of_version = |sign: char| format!("JQ{sign}{}", &code[3..]);
    for bad in [&code[..19], &other, &format!("{code}0"), &of_version('0')] {
        assert_eq!(ReadPass::read(bad).unwrap_err(), PassError::Unreadable);
    }
    assert_eq!(ReadPass::read(&of_version('4')).unwrap_err(), PassError::Newer);
    // Of this version and of no kind that it has: the sign after holds the rest of the kind.
    let signs = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let second = signs.find(&code[3..4]).unwrap() + 4;
    let of_kind_3 = format!("{}{}{}", &code[..3], &signs[second..=second], &code[4..]);
    assert_eq!(ReadPass::read(&of_kind_3).unwrap_err(), PassError::Unreadable);
    assert_eq!(ReadPass::read(&code).unwrap().pass.until, None);
}
