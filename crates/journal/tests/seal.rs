//! A sealed name opens with its own key, for its own party, and in no other way.
#![allow(clippy::unwrap_used)]

use jishi_journal::{NameKey, SealedName, open_name, seal_name};

fn key(number: u8) -> NameKey {
    NameKey::from_bytes([number; 32])
}

#[test]
fn a_name_comes_back() {
    for name in ["王桂兰", "", "𬭎镕 · Ayşe", &"长".repeat(500)] {
        let sealed = seal_name("H1", name, &key(1), &[7; 24]).unwrap();
        assert_eq!(open_name("H1", &sealed, &key(1)).unwrap(), name);
        assert!(name.is_empty() || !sealed.sealed.contains(name));
    }
}

#[test]
fn the_wrong_key_the_wrong_party_and_a_changed_seal_are_refused() {
    let sealed = seal_name("H1", "王桂兰", &key(1), &[7; 24]).unwrap();
    assert_eq!(open_name("H1", &sealed, &key(2)).unwrap_err().code(), "wrong_key");

    // Somebody who writes another key's id beside the seal gains nothing.
    let relabelled = SealedName {
        key: key(2).id(),
        ..sealed.clone()
    };
    assert_eq!(
        open_name("H1", &relabelled, &key(2)).unwrap_err().code(),
        "bad_seal"
    );

    // A seal moved to another household would put one name on two people.
    assert_eq!(open_name("H2", &sealed, &key(1)).unwrap_err().code(), "bad_seal");

    for at in 0..sealed.sealed.len() {
        let mut text = sealed.sealed.clone().into_bytes();
        text[at] = if text[at] == b'A' { b'B' } else { b'A' };
        let changed = SealedName {
            sealed: String::from_utf8(text).unwrap(),
            ..sealed.clone()
        };
        assert_eq!(
            open_name("H1", &changed, &key(1)).unwrap_err().code(),
            "bad_seal",
            "character {at}"
        );
    }
    for text in ["", "AAAA", "***", &sealed.sealed[..10]] {
        let cut = SealedName {
            sealed: text.to_owned(),
            ..sealed.clone()
        };
        assert_eq!(open_name("H1", &cut, &key(1)).unwrap_err().code(), "bad_seal");
    }
}

#[test]
fn a_key_is_not_shown() {
    let shown = format!("{:?}", key(0xab));
    assert!(
        !shown.contains(&"ab".repeat(4)) && !shown.contains("171"),
        "{shown}"
    );
    assert!(shown.contains(&key(0xab).id()));
}
