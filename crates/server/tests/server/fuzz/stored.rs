//! Facts that a till's own key has signed and that make no sense: they are stored, and a replay comes to the same.

use super::fuzz;
use crate::harness::{AT, Till, sign};
use jishi_journal::{ChainId, Entry, Head, ReadEntry};
use jishi_ledger::{Ledger, NextEntry, OpenMode, StoreError, projection_digest};
use jishi_testkit::{Shop, Story};
use serde_json::Value;

/// Kind and facts of what a till records in some days.
fn days() -> Vec<Vec<u8>> {
    let (shop, mut till) = Shop::with_fair(1);
    let mut story = Story::default();
    for number in 0..120u16 {
        story.step(
            &shop,
            &mut till,
            (number as u8, number.wrapping_mul(7919), number.wrapping_mul(31)),
        );
    }
    let ledger = till.ledger();
    let chain = ledger.chains().unwrap().remove(0).chain;
    let entries = ledger.entries_after(chain, 1, 1_000).unwrap();
    // What is given back is of a sale of the chain that it is bent into.
    let (own, other) = (chain.to_string(), Till::new(1).id().to_string());
    entries
        .iter()
        .map(|signed| {
            let at = signed.line.find(r#""kind":"#).unwrap();
            let tail = &signed.line[at..signed.line.len() - 1];
            tail.replace(&own, &other).into_bytes()
        })
        .collect()
}

/// The till's next entry with this kind and these facts, if that is an entry.
fn entry(till: &Till, head: Head, tail: &[u8]) -> Option<ReadEntry> {
    let tail = std::str::from_utf8(tail).ok()?;
    let line = format!(
        r#"{{"v":1,"chain":"{}","seq":{},"prev":"{}","at":"{AT}",{tail}}}"#,
        till.id(),
        head.seq + 1,
        head.hash
    );
    Entry::parse(&line).ok()?;
    ReadEntry::read(sign(line, &till.key)).ok()
}

#[test]
fn facts_of_any_kind() {
    const AT_ONCE: usize = 60;
    let folder = tempfile::tempdir().unwrap();
    let till = Till::new(1);
    let opened = ReadEntry::read(till.entries[0].clone()).unwrap();
    let open = |name: &str| Ledger::open(&folder.path().join(name), OpenMode::Create).unwrap();
    let (mut together, mut each) = (open("together"), open("each"));
    let mut waiting = vec![opened];
    fuzz(&days(), |tail| {
        let Some(last) = waiting.last() else {
            return String::new();
        };
        let head = last.head();
        let Some(read) = entry(&till, head, tail) else {
            return "no entry".to_owned();
        };
        let told = match jishi_ledger::check_sense(&read.body) {
            Ok(()) => format!("{} {:?}", read.body.kind(), std::mem::discriminant(&read.body)),
            Err(senseless) => senseless.code().to_owned(),
        };
        waiting.push(read);
        if waiting.len() > AT_ONCE {
            store(&mut together, &mut each, till.id(), &waiting[..AT_ONCE]);
            waiting.drain(..AT_ONCE);
        }
        told
    });
    if !waiting.is_empty() {
        store(&mut together, &mut each, till.id(), &waiting);
    }
    let digest = projection_digest(&together).unwrap();
    each.rebuild(|_| true).unwrap();
    assert_eq!(
        projection_digest(&each).unwrap(),
        digest,
        "a replay comes to something else"
    );
}

/// Many at once or one by one, the same follows.
fn store(together: &mut Ledger, each: &mut Ledger, chain: ChainId, entries: &[ReadEntry]) {
    together
        .write(|writer| writer.append_all(chain, entries.iter().map(NextEntry::from)))
        .unwrap();
    each.write(|writer| -> Result<(), StoreError> {
        for read in entries {
            let NextEntry {
                signed,
                head,
                at,
                body,
            } = read.into();
            writer.append(signed, chain, head, at, body)?;
        }
        Ok(())
    })
    .unwrap();
    let kinds = || {
        entries
            .iter()
            .map(|read| read.signed.line.as_str())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        projection_digest(together).unwrap(),
        projection_digest(each).unwrap(),
        "{:#?}",
        kinds()
    );
}

/// The harness itself: what a till recorded is what is bent.
#[test]
fn the_days_that_are_bent_are_days() {
    let days = days();
    let kinds: std::collections::BTreeSet<String> = days
        .iter()
        .map(|tail| {
            let facts: Value = serde_json::from_slice(&[b"{", tail.as_slice(), b"}"].concat()).unwrap();
            facts["kind"].as_str().unwrap().to_owned()
        })
        .collect();
    assert!(kinds.len() >= 8, "{kinds:?}");
}
