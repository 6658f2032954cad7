//! Who is enrolled follows from the chains of those who may say so.

use jishi_journal::body::{Body, NodeEnrolled, NodeRevoked};
use jishi_journal::{Chain, Entry, Head, NodeKey, Opening, SignedEntry};
use jishi_ledger::nodes::{NodeRecord, Nodes};
use jishi_ledger::{Ledger, OpenMode, StoreError};

const AT: &str = "2026-11-21T09:00:00+08:00";

pub(crate) fn key(seed: u8) -> NodeKey {
    NodeKey::from_seed(&[seed; 32])
}

fn enrolled(node: &str, seed: u8, kind: &str) -> Body {
    Body::NodeEnrolled(NodeEnrolled {
        node: node.to_owned(),
        public_key: key(seed).public().to_string(),
        kind: kind.to_owned(),
        outlet: None,
        organisation: None,
        instead_of: None,
    })
}

fn in_the_place_of(before: u8, node: &str, seed: u8, kind: &str) -> Body {
    let Body::NodeEnrolled(mut enrolled) = enrolled(node, seed, kind) else {
        unreachable!()
    };
    enrolled.instead_of = Some(key(before).public().to_string());
    Body::NodeEnrolled(enrolled)
}

fn revoked(node: &str, seed: u8) -> Body {
    Body::NodeRevoked(NodeRevoked {
        node: node.to_owned(),
        public_key: key(seed).public().to_string(),
    })
}

/// Stores a chain of the key with what it says.
pub(crate) fn say(ledger: &mut Ledger, seed: u8, bodies: &[Body]) {
    let opening = Opening {
        nonce: [seed; 16],
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
    let id = chain.id();
    let store = |writer: &jishi_ledger::Writer<'_>, signed: &SignedEntry| {
        let entry = Entry::parse(&signed.line).unwrap();
        let head = Head {
            seq: entry.seq,
            hash: signed.hash(),
        };
        writer.append(signed, id, head, &entry.at, &entry.body())
    };
    ledger
        .write(|writer| -> Result<(), StoreError> {
            entries
                .iter()
                .try_for_each(|signed| store(writer, signed).map(drop))
        })
        .unwrap();
}

fn told(nodes: &Nodes) -> Vec<String> {
    let tell =
        |record: &NodeRecord| format!("{}{}", record.node, if record.revoked { " revoked" } else { "" });
    nodes.all().iter().map(tell).collect()
}

#[test]
fn a_hub_enrols_for_those_above_it_and_a_till_for_nobody() {
    let room = tempfile::tempdir().unwrap();
    let mut ledger = Ledger::open(&room.path().join("centre.sqlite"), OpenMode::Create).unwrap();
    let (centre, hub, till, of_hub, below) = (1, 2, 3, 4, 5);
    // The tills' chains came before the hub's: the order of arrival changes nothing.
    say(
        &mut ledger,
        till,
        &[enrolled("T9", 9, "hub"), revoked("T1", of_hub)],
    );
    say(&mut ledger, 9, &[enrolled("T8", 8, "till")]);
    say(
        &mut ledger,
        below,
        &[enrolled("BELOW", below, "centre"), enrolled("T1", 6, "till")],
    );
    say(
        &mut ledger,
        hub,
        &[
            enrolled("HUB", hub, "centre"),
            enrolled("T1", of_hub, "till"),
            enrolled("BELOW", below, "hub"),
            // Of one above it a hub says nothing that counts.
            enrolled("ME", centre, "hub"),
            revoked("CENTRE", centre),
            revoked("T2", till),
        ],
    );
    say(
        &mut ledger,
        centre,
        &[
            enrolled("CENTRE", centre, "centre"),
            enrolled("HUB", hub, "hub"),
            enrolled("T2", till, "till"),
        ],
    );
    let nodes = ledger.nodes(&key(centre).public(), &[]).unwrap();
    assert_eq!(told(&nodes), ["CENTRE", "HUB", "T2", "T1", "BELOW", "T1"]);
    let text = |seed: u8| key(seed).public().to_string();
    assert!(nodes.is_beneath(&text(below), &text(centre)) && nodes.is_beneath(&text(hub), &text(hub)));
    assert!(!nodes.is_beneath(&text(hub), &text(below)) && !nodes.is_beneath(&text(9), &text(centre)));

    // To the hub it is the other way round: whom it calls a server is one.
    let nodes = ledger.nodes(&key(hub).public(), &[]).unwrap();
    assert_eq!(
        told(&nodes),
        ["HUB", "T1", "BELOW", "ME revoked", "T1", "T2 revoked"]
    );
}

#[test]
fn who_enrolled_a_node_revokes_it_and_so_does_who_stands_above() {
    let room = tempfile::tempdir().unwrap();
    let mut ledger = Ledger::open(&room.path().join("centre.sqlite"), OpenMode::Create).unwrap();
    let (centre, hub, first, second) = (1, 2, 3, 4);
    say(
        &mut ledger,
        centre,
        &[
            enrolled("CENTRE", centre, "centre"),
            enrolled("HUB", hub, "hub"),
            revoked("T2", second),
        ],
    );
    say(
        &mut ledger,
        hub,
        &[
            enrolled("T1", first, "till"),
            enrolled("T2", second, "till"),
            enrolled("T3", 5, "till"),
            revoked("T1", first),
        ],
    );
    let nodes = ledger.nodes(&key(centre).public(), &[]).unwrap();
    assert_eq!(told(&nodes), ["CENTRE", "HUB", "T1 revoked", "T2 revoked", "T3"]);
}

/// A centre that came back from a backup enrols a node's last key in the place of the one it knew; then the lost words
/// on the keys between them come back, and none of those is anybody's any more.
#[test]
fn a_key_between_two_others_is_handed_over_whatever_is_said_last() {
    for kind in ["hub", "till"] {
        let folder = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::open(&folder.path().join("centre.sqlite"), OpenMode::Create).unwrap();
        say(
            &mut ledger,
            1,
            &[
                enrolled("CENTRE", 1, "centre"),
                enrolled("N1", 2, kind),
                in_the_place_of(2, "N1", 3, kind),
                in_the_place_of(3, "N1", 4, kind),
                in_the_place_of(2, "N1", 4, kind),
            ],
        );
        let nodes = ledger.nodes(&key(1).public(), &[]).unwrap();
        let stands = |seed: u8| {
            let own = key(seed).public().to_string();
            let found: Vec<bool> = nodes.of(&own).map(NodeRecord::stands).collect();
            found
        };
        assert_eq!(
            [stands(2), stands(3), stands(4)],
            [[false], [false], [true]],
            "{kind}"
        );
        if kind == "hub" {
            for before in [2, 3] {
                let before = key(before).public().to_string();
                assert_eq!(nodes.now(&before), key(4).public().to_string());
            }
        }
    }
}
