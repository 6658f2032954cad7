//! The bytes of an entry never change: what these fixed keys, times and facts give is committed, and
//! what was once written is read back as the same facts.
//!
//! A difference here means that a till would sign other bytes for the same facts, or that a chain
//! written by a released version reads differently. Do not update the file: find what changed.
#![allow(clippy::unwrap_used)]

mod common;

use common::{AT, chain_of_day, day, key, opening, parts, tree};
use expect_test::{expect, expect_file};
use jishi_journal::body::Body;
use jishi_journal::{Chain, ChainCheck, Entry, SignedEntry};

#[test]
fn the_encoding_of_a_day_is_frozen() {
    let (chain, entries) = chain_of_day();
    let text: String = entries.iter().map(|entry| entry.to_text() + "\n").collect();
    expect_file!["golden/day.lines"].assert_eq(&text);
    expect!["2342c5c4a9267686158c084edc508bba"].assert_eq(&chain.id().to_string());
    expect!["e3fcadd4792c83d8a4bd6351e456d5f29210bc0d36fe84fba05c191b9791bd3c"]
        .assert_eq(&chain.head().hash.to_string());
    expect!["e3fc-add4-792c"].assert_eq(&chain.head().hash.short());
}

/// What a server gives a till of a lot, and a draw that is moved from one lot to another.
#[test]
fn the_encoding_of_parts_is_frozen() {
    expect_file!["golden/parts.lines"].assert_eq(&encoded(3, &parts()));
}

/// Organisations, an outlet's prices, what is given back, a new key.
#[test]
fn the_encoding_of_the_tree_is_frozen() {
    expect_file!["golden/tree.lines"].assert_eq(&encoded(5, &tree()));
}

/// As the entries of a chain, each read back as what it was.
fn encoded(nonce: u8, bodies: &[Body]) -> String {
    let (mut chain, first) = Chain::open(key(1), opening(nonce), AT).unwrap();
    let mut text = first.to_text() + "\n";
    for body in bodies {
        let (entry, head) = chain.next(AT, body).unwrap();
        chain.advance(head);
        assert_eq!(Entry::parse(&entry.line).unwrap().body(), *body);
        text += &(entry.to_text() + "\n");
    }
    text
}

#[test]
fn what_was_written_is_still_read_as_the_same_facts() {
    let (chain, _) = chain_of_day();
    let text = include_str!("golden/day.lines");
    let mut check = ChainCheck::from_start(chain.id());
    let read: Vec<_> = text
        .lines()
        .map(|line| {
            check
                .accept(&SignedEntry::from_text(line).unwrap())
                .unwrap()
                .body()
        })
        .collect();
    assert_eq!(&read[1..], day());
}
