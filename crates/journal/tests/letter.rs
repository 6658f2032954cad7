//! A letter is opened by the node it is for, whole, and by nobody else.
#![allow(clippy::unwrap_used)]

use jishi_journal::{LetterError, NodeKey, open_letter, seal_letter};

#[test]
fn only_the_receiver_opens_it_and_only_as_it_was_sealed() {
    let (centre, other) = (NodeKey::from_seed(&[1; 32]), NodeKey::from_seed(&[2; 32]));
    let letter = seal_letter(&centre.public(), "王桂兰".as_bytes(), &[9; 32]).unwrap();
    assert_eq!(open_letter(&centre, &letter).unwrap(), "王桂兰".as_bytes());
    assert_eq!(open_letter(&other, &letter), Err(LetterError::NotOpened));
    for at in 0..letter.len() {
        let mut flipped = letter.clone();
        flipped[at] ^= 1;
        assert_eq!(
            open_letter(&centre, &flipped),
            Err(LetterError::NotOpened),
            "{at}"
        );
        assert_eq!(
            open_letter(&centre, &letter[..at]),
            Err(LetterError::NotOpened),
            "{at}"
        );
    }
}

#[test]
fn a_key_that_anybody_agrees_with_is_refused() {
    let centre = NodeKey::from_seed(&[1; 32]);
    let mut weak = [0; 64];
    weak[0] = 1;
    assert_eq!(open_letter(&centre, &weak), Err(LetterError::NotOpened));
}

/// OpenSSL opens this one too: X25519 over the converted keys, SHA-256, XChaCha20-Poly1305.
#[test]
fn its_bytes_are_for_ever() {
    let centre = NodeKey::from_seed(&[1; 32]);
    let letter = seal_letter(&centre.public(), b"H1", &[9; 32]).unwrap();
    expect_test::expect![
        "fd1724385aa0c75b64fb78cd602fa1d991fdebf76b13c58ed702eac835e9f618dc2c3fafbeba2301e3e4de4a743b970c1424"
    ]
    .assert_eq(
        &letter
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>(),
    );
}
