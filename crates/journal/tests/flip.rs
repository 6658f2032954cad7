//! A single changed byte anywhere in a chain is found, at the entry it is in.
#![allow(clippy::unwrap_used)]

mod common;

use common::chain_of_day;
use jishi_journal::{ChainCheck, SignedEntry};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_changed_byte_is_found_where_it_is(entry in 0_usize..6, place: prop::sample::Index, flip in 1_u8..) {
        let (chain, entries) = chain_of_day();
        let mut bytes = entries[entry].to_text().into_bytes();
        let place = place.index(bytes.len());
        bytes[place] ^= flip;

        let mut check = ChainCheck::from_start(chain.id());
        for good in &entries[..entry] {
            check.accept(good).unwrap();
        }
        // A line that is no longer text, or no longer a signed entry, is found before it is followed.
        let changed = String::from_utf8(bytes)
            .ok()
            .and_then(|text| SignedEntry::from_text(&text).ok());
        if let Some(changed) = changed {
            prop_assert!(check.accept(&changed).is_err(), "byte {place} of entry {}", entry + 1);
            prop_assert_eq!(check.wanted(), entry as u64 + 1);
        }
    }
}
