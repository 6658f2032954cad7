//! The planner against a server that behaves, and against servers that do not. No network, no clock.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::{AT, Store, server_key};
use jishi_journal::{ChainId, Head, NameKey, NodeKey, SignedEntry, VerifyingKey};
use jishi_sync::protocol::{Acknowledgement, ChainAnswer, ChainsAnswer, Refusal, SignedText};
use jishi_sync::{
    Action, Answer, BATCH_ENTRIES_MAX, BatchLine, Input, Outbox as _, Push, Request, decode_batch,
};
use std::collections::BTreeMap;

fn head_of(entries: &[SignedEntry]) -> Option<Head> {
    Some(Head {
        seq: entries.len() as u64,
        hash: entries.last()?.hash(),
    })
}

/// An honest server in memory.
#[derive(Default)]
struct Server {
    held: BTreeMap<ChainId, Vec<SignedEntry>>,
    keys: usize,
    /// Every request, in order, as `marks`, `push 3`, `keys 2`.
    seen: Vec<String>,
    poisoned: Option<ChainId>,
    /// A server above, and how many entries of each chain it holds.
    above: Option<(NodeKey, usize)>,
}

impl Server {
    fn word(&self, chain: ChainId) -> Option<SignedText> {
        let held = self.held.get(&chain)?;
        let above: Vec<VerifyingKey> = self.above.iter().map(|(key, _)| key.public()).collect();
        Some(Acknowledgement::sign(
            chain,
            head_of(held)?,
            AT,
            &above,
            &server_key(),
        ))
    }

    fn words_above(&self, chain: ChainId) -> Vec<SignedText> {
        let word = |(key, count): &(NodeKey, usize)| {
            let held = self.held.get(&chain)?;
            let head = head_of(&held[..held.len().min(*count)])?;
            Some(Acknowledgement::sign(chain, head, AT, &[], key))
        };
        self.above.iter().filter_map(word).collect()
    }

    fn answer(&mut self, request: &Request) -> Answer {
        match request {
            Request::Marks { chains } => {
                self.seen.push("marks".to_owned());
                let chains = chains
                    .iter()
                    .map(|chain| ChainAnswer {
                        chain: chain.to_string(),
                        acknowledgement: self.word(*chain),
                        refusal: None,
                        above: self.words_above(*chain),
                    })
                    .collect();
                Answer::Marks(ChainsAnswer {
                    chains,
                    unreadable: vec![],
                })
            }
            Request::Push { body, entries } => {
                self.seen.push(format!("push {entries}"));
                Answer::Push(self.take(body))
            }
            Request::NameKeys(request) => {
                self.seen.push(format!("keys {}", request.keys.len()));
                self.keys += request.keys.len();
                Answer::NameKeys
            }
        }
    }

    fn take(&mut self, body: &[u8]) -> ChainsAnswer {
        let mut refusals: BTreeMap<ChainId, Option<Refusal>> = BTreeMap::new();
        for line in decode_batch(body).unwrap() {
            let BatchLine::Entry(entry) = line else {
                panic!("the planner sent a bad line")
            };
            let read = jishi_journal::Entry::parse(&entry.line).unwrap();
            let refusal = refusals.entry(read.chain).or_default();
            let held = self.held.entry(read.chain).or_default();
            let wanted = held.len() as u64 + 1;
            if self.poisoned == Some(read.chain) {
                *refusal = Some(Refusal {
                    code: "bad_signature".to_owned(),
                    seq: Some(read.seq),
                    wanted: None,
                });
            } else if read.seq > wanted {
                *refusal = Some(Refusal {
                    code: "gap".to_owned(),
                    seq: Some(read.seq),
                    wanted: Some(wanted),
                });
            } else if read.seq == wanted {
                held.push(entry);
            } else if held[read.seq as usize - 1] != entry {
                *refusal = Some(Refusal {
                    code: "fork".to_owned(),
                    seq: Some(read.seq),
                    wanted: None,
                });
            }
        }
        let chains = refusals
            .into_iter()
            .map(|(chain, refusal)| ChainAnswer {
                chain: chain.to_string(),
                acknowledgement: self.word(chain),
                refusal,
                above: self.words_above(chain),
            })
            .collect();
        ChainsAnswer {
            chains,
            unreadable: vec![],
        }
    }
}

/// Lets the two talk until the planner waits or rests.
fn talk(push: &mut Push, store: &mut Store, server: &mut Server, now_ms: u64, first: Input) -> Action {
    let mut input = first;
    for _ in 0..1_000 {
        match push.step(now_ms, u32::MAX, input, store).unwrap() {
            Action::Send(request) => input = Input::Answered(server.answer(&request)),
            action => return action,
        }
    }
    panic!("the two talk for ever");
}

#[test]
fn a_new_till_asks_sends_all_and_rests() {
    let mut store = Store::default().with_chain(1, 2_500).with_chain(2, 3);
    store.keys.push(("H1".to_owned(), NameKey::from_bytes([1; 32])));
    let mut server = Server::default();
    let mut push = Push::new(server_key().public());
    assert_eq!(
        talk(&mut push, &mut store, &mut server, 0, Input::TimePassed),
        Action::Rest
    );
    assert_eq!(
        server.seen,
        ["marks", "push 1000", "push 1000", "push 503", "keys 1"]
    );
    assert_eq!((store.mark(0), store.mark(1)), (2_500, 3));
    assert_eq!(server.held[&store.id(0)], store.chains[0].1, "the same bytes");
    assert!(
        push.status(&store)
            .unwrap()
            .iter()
            .all(|chain| chain.head_seq == chain.acknowledged_seq)
    );

    // A later start asks whether the server still has it, and sends nothing again.
    let mut push = Push::new(server_key().public());
    server.seen.clear();
    talk(&mut push, &mut store, &mut server, 0, Input::TimePassed);
    assert_eq!(server.seen, ["marks", "keys 1"]);
}

#[test]
fn a_hub_of_very_many_tills_brings_some_of_them_at_a_time() {
    let mut store = (1..=300).fold(Store::default(), |store, number| store.with_chain(number, 1));
    let mut server = Server::default();
    let mut push = Push::new(server_key().public());
    assert_eq!(
        talk(&mut push, &mut store, &mut server, 0, Input::TimePassed),
        Action::Rest
    );
    let questions = vec!["marks"; 5];
    assert_eq!(server.seen, [questions, vec!["push 256", "push 44"]].concat());
    assert_eq!(server.held.len(), 300);
}

#[test]
fn a_till_that_lost_its_notes_asks_and_goes_on() {
    let mut store = Store::default().with_chain(1, 10);
    let mut server = Server::default();
    let known = store.chains[0].1[..7].to_vec();
    server.held.insert(store.id(0), known);
    let mut push = Push::new(server_key().public());
    talk(&mut push, &mut store, &mut server, 0, Input::TimePassed);
    assert_eq!(server.seen, ["marks", "push 3"]);
    assert_eq!(store.mark(0), 10);
}

#[test]
fn a_time_out_is_unknown_and_the_same_bytes_go_again() {
    let mut store = Store::default().with_chain(1, 5);
    let mut server = Server::default();
    let mut push = Push::new(server_key().public());
    let marks = push.step(0, 0, Input::TimePassed, &mut store).unwrap();
    let Action::Send(marks) = marks else {
        panic!("{marks:?}")
    };
    let answer = server.answer(&marks);
    let Action::Send(first) = push.step(0, 0, Input::Answered(answer), &mut store).unwrap() else {
        panic!("a push was due")
    };
    // One in flight: nothing else is sent meanwhile, whatever happens.
    for input in [Input::NewEntries, Input::Nudged, Input::TimePassed] {
        assert_eq!(push.step(1, 0, input, &mut store).unwrap(), Action::Await);
    }
    // It arrives, the answer does not.
    server.answer(&first);
    let wait = push
        .step(10, u32::MAX, Input::Failed { retry_after_ms: None }, &mut store)
        .unwrap();
    assert_eq!(wait, Action::WaitUntil { at_ms: 1_010 });
    assert_eq!(store.mark(0), 0, "no mark without the server's word");
    let early = push.step(500, 0, Input::NewEntries, &mut store).unwrap();
    assert_eq!(
        early,
        Action::WaitUntil { at_ms: 1_010 },
        "a sale does not end the waiting"
    );
    let Action::Send(again) = push.step(1_010, 0, Input::TimePassed, &mut store).unwrap() else {
        panic!("a push was due")
    };
    assert_eq!(again, first);
    let answer = server.answer(&again);
    assert_eq!(
        push.step(1_011, 0, Input::Answered(answer), &mut store).unwrap(),
        Action::Rest
    );
    assert_eq!((store.mark(0), server.held[&store.id(0)].len()), (5, 5));
}

#[test]
fn failures_wait_longer_and_a_nudge_ends_all_waiting() {
    let mut store = Store::default().with_chain(1, 1);
    let mut push = Push::new(server_key().public());
    let mut now_ms = 0;
    let mut waits = Vec::new();
    push.step(now_ms, 0, Input::TimePassed, &mut store).unwrap();
    for _ in 0..8 {
        let failed = Input::Failed { retry_after_ms: None };
        let Action::WaitUntil { at_ms } = push.step(now_ms, u32::MAX, failed, &mut store).unwrap() else {
            panic!("a wait was due")
        };
        waits.push((at_ms - now_ms) / 1_000);
        now_ms = at_ms;
        assert!(matches!(
            push.step(now_ms, 0, Input::TimePassed, &mut store).unwrap(),
            Action::Send(_)
        ));
    }
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60]);
    push.step(now_ms, 0, Input::Failed { retry_after_ms: None }, &mut store)
        .unwrap();
    assert!(matches!(
        push.step(now_ms, 0, Input::Nudged, &mut store).unwrap(),
        Action::Send(_)
    ));

    // The server's own word on when to come back counts, up to a minute.
    let mut push = Push::new(server_key().public());
    push.step(0, 0, Input::TimePassed, &mut store).unwrap();
    let busy = Input::Failed {
        retry_after_ms: Some(7_000),
    };
    assert_eq!(
        push.step(0, 0, busy, &mut store).unwrap(),
        Action::WaitUntil { at_ms: 7_000 }
    );
    push.step(7_000, 0, Input::TimePassed, &mut store).unwrap();
    let forever = Input::Failed {
        retry_after_ms: Some(u64::MAX),
    };
    assert_eq!(
        push.step(7_000, 0, forever, &mut store).unwrap(),
        Action::WaitUntil { at_ms: 67_000 }
    );
}

#[test]
fn a_restored_server_gets_the_entries_again() {
    let mut store = Store::default().with_chain(1, 10);
    let mut server = Server::default();
    let mut push = Push::new(server_key().public());
    talk(&mut push, &mut store, &mut server, 0, Input::TimePassed);
    server.held.get_mut(&store.id(0)).unwrap().truncate(4);

    let longer = Store::default().with_chain(1, 12);
    store.chains = longer.chains;
    server.seen.clear();
    assert_eq!(
        talk(&mut push, &mut store, &mut server, 0, Input::NewEntries),
        Action::Rest
    );
    assert_eq!(
        server.seen,
        ["push 2", "push 8"],
        "a gap, and then from where it is wanted"
    );
    assert_eq!((store.mark(0), server.held[&store.id(0)].len()), (12, 12));
}

/// A till that came back from a backup of `kept` of ten entries that the server holds, and goes on in a
/// second chain.
fn come_back(kept: usize) -> (Store, Server) {
    let mut store = Store::default().with_chain(1, 10).with_chain(2, 3);
    let mut server = Server::default();
    server.held.insert(store.id(0), store.chains[0].1.clone());
    store.chains[0].1.truncate(kept);
    (store, server)
}

#[test]
fn a_chain_that_was_continued_from_a_backup_is_held_where_the_server_has_more_of_it() {
    let (mut store, mut server) = come_back(7);
    store.continued.push(store.id(0));
    let mut push = Push::new(server_key().public());
    let action = talk(&mut push, &mut store, &mut server, 0, Input::TimePassed);
    assert_eq!(action, Action::Rest);
    assert_eq!(
        server.seen,
        ["marks", "push 4"],
        "the last of the old, all of the new"
    );
    let status = push.status(&store).unwrap();
    assert!(status.iter().all(|chain| chain.refusal.is_none()));
    assert_eq!((status[0].head_seq, status[0].acknowledged_seq), (7, 7));
    assert_eq!((store.mark(0), store.mark(1)), (10, 3), "as the server signed it");
    assert_eq!(store.refusals, BTreeMap::new());

    // A later start asks, and brings the last of the old once more.
    let mut push = Push::new(server_key().public());
    server.seen.clear();
    talk(&mut push, &mut store, &mut server, 0, Input::TimePassed);
    assert_eq!(server.seen, ["marks", "push 1"]);
}

/// A chain at rest has nothing to push, by whose refusal the node would hear of it.
#[test]
fn a_server_that_came_back_from_a_backup_is_sent_again_what_rests() {
    let mut store = Store::default().with_chain(1, 8).with_chain(2, 5);
    let mut server = Server::default();
    let mut push = Push::new(server_key().public());
    let action = talk(&mut push, &mut store, &mut server, 0, Input::Nudged);
    assert_eq!(action, Action::Rest);
    for held in server.held.values_mut() {
        held.truncate(3);
    }
    server.seen.clear();
    let hour = 60 * 60 * 1_000;
    talk(&mut push, &mut store, &mut server, hour - 1, Input::TimePassed);
    assert_eq!(server.seen, [""; 0]);
    let action = talk(&mut push, &mut store, &mut server, hour, Input::TimePassed);
    assert_eq!(action, Action::Rest);
    assert_eq!(server.seen, ["marks", "push 7"]);
    assert_eq!((store.mark(0), store.mark(1)), (8, 5));
    // So does the next start.
    server.held.clear();
    server.seen.clear();
    let mut push = Push::new(server_key().public());
    talk(&mut push, &mut store, &mut server, 0, Input::Nudged);
    assert_eq!(server.seen, ["marks", "push 13"]);
}

#[test]
fn a_continued_chain_with_another_last_entry_than_the_servers_is_a_fork() {
    let (mut store, mut server) = come_back(7);
    store.continued.push(store.id(0));
    let other = Store::default().with_chain(3, 7).chains.remove(0).1;
    server.held.get_mut(&store.id(0)).unwrap()[6] = other[6].clone();
    let mut push = Push::new(server_key().public());
    let action = talk(&mut push, &mut store, &mut server, 0, Input::TimePassed);
    // The last of the old with all of the new, and then all of the old: the server may keep it beside what it has.
    assert_eq!(server.seen, ["marks", "push 4", "push 7"]);
    assert_eq!(action, Action::WaitUntil { at_ms: 2_000 });
    assert_eq!(push.status(&store).unwrap()[0].refusal.as_deref(), Some("fork"));
    assert_eq!((store.mark(0), store.mark(1)), (0, 3), "nothing is kept of it");
}

/// Found by the simulator: a server that came back from a backup has the branch of a copy of this till alone, and all of
/// this one it has once said to hold.
#[test]
fn a_branch_that_a_restored_server_has_lost_goes_up_again_though_nothing_is_new() {
    let mut store = Store::default().with_chain(1, 8);
    let mut server = Server::default();
    let mut push = Push::new(server_key().public());
    talk(&mut push, &mut store, &mut server, 0, Input::TimePassed);
    assert_eq!(store.mark(0), 8);
    let other = Store::default().with_chain(3, 6).chains.remove(0).1;
    let held = server.held.get_mut(&store.id(0)).unwrap();
    held.truncate(5);
    held.push(other[5].clone());
    server.seen.clear();
    let mut push = Push::new(server_key().public());
    talk(&mut push, &mut store, &mut server, 0, Input::TimePassed);
    assert_eq!(
        server.seen,
        ["marks", "push 1", "push 8"],
        "its last, and then all, for the server to see where it leaves what it has"
    );
}

/// A till went on by another hub, and what it has recorded since is at the centre before what it left at this one.
#[test]
fn what_a_hub_hands_on_is_held_where_the_centre_got_more_of_it_by_another_way() {
    let (mut store, mut server) = come_back(7);
    store.relayed.push(store.id(0));
    let mut push = Push::new(server_key().public());
    let action = talk(&mut push, &mut store, &mut server, 0, Input::TimePassed);
    assert_eq!(action, Action::Rest);
    let status = push.status(&store).unwrap();
    assert!(status.iter().all(|chain| chain.refusal.is_none()));
    assert_eq!((status[0].head_seq, status[0].acknowledged_seq), (7, 7));
    assert_eq!(store.refusals, BTreeMap::new());

    // What comes here after all goes up, and is one that the centre has.
    let mut whole = Store::default().with_chain(1, 8);
    store.chains[0].1.extend(whole.chains.remove(0).1.pop());
    server.seen.clear();
    talk(&mut push, &mut store, &mut server, 1, Input::NewEntries);
    assert_eq!(server.seen, ["push 1"]);
    assert_eq!(push.status(&store).unwrap()[0].acknowledged_seq, 8);
}

#[test]
fn a_till_that_was_set_back_and_knows_nothing_of_it_is_stopped() {
    let (mut store, mut server) = come_back(7);
    let mut push = Push::new(server_key().public());
    let action = talk(&mut push, &mut store, &mut server, 0, Input::TimePassed);
    assert_eq!(action, Action::WaitUntil { at_ms: 1_000 });
    let status = push.status(&store).unwrap();
    assert_eq!(status[0].refusal.as_deref(), Some("server_ahead"));
    assert_eq!((store.mark(0), store.mark(1)), (0, 3));
}

#[test]
fn a_hub_is_asked_now_and_then_how_far_the_centre_is() {
    let centre = NodeKey::from_seed(&[201; 32]);
    let mut store = Store::default().with_chain(1, 10);
    let mut server = Server {
        above: Some((centre.clone(), 4)),
        ..Server::default()
    };
    let mut push = Push::new(server_key().public());
    let action = talk(&mut push, &mut store, &mut server, 0, Input::TimePassed);
    assert_eq!(action, Action::WaitUntil { at_ms: 5_000 });
    assert_eq!(server.seen, ["marks", "push 10", "marks"]);
    assert_eq!(
        (store.mark(0), store.held_at_the_top(store.id(0).into())),
        (10, Ok(Some(4)))
    );
    assert_eq!(
        push.status(&store).unwrap()[0].acknowledged_seq,
        10,
        "the hub has it"
    );

    // A sale in between goes to the hub at once; the centre is asked about when it is time.
    let longer = Store::default().with_chain(1, 11);
    store.chains = longer.chains;
    server.seen.clear();
    let action = talk(&mut push, &mut store, &mut server, 1_000, Input::NewEntries);
    assert_eq!(action, Action::WaitUntil { at_ms: 5_000 });
    assert_eq!(server.seen, ["push 1"]);
    server.above = Some((centre.clone(), 100));
    let action = talk(&mut push, &mut store, &mut server, 5_000, Input::TimePassed);
    assert_eq!(action, Action::Rest);
    assert_eq!(server.seen, ["push 1", "marks"]);
    assert_eq!(store.held_at_the_top(store.id(0).into()), Ok(Some(11)));
    assert_eq!(store.top_words[&store.id(0)].server, centre.public());

    // A later start asks once.
    let mut push = Push::new(server_key().public());
    server.seen.clear();
    assert_eq!(
        talk(&mut push, &mut store, &mut server, 0, Input::TimePassed),
        Action::Rest
    );
    assert_eq!(server.seen, ["marks"]);
}

#[test]
fn words_of_strangers_and_of_other_entries_are_not_kept() {
    let centre = NodeKey::from_seed(&[201; 32]);
    let mut store = Store::default().with_chain(1, 5);
    let id = store.id(0);
    let own = head_of(&store.chains[0].1).unwrap();
    let sign = |head: Head, key: &NodeKey| Acknowledgement::sign(id, head, AT, &[], key);
    let above = vec![
        sign(own, &NodeKey::from_seed(&[9; 32])),
        sign(Head { seq: 0, ..own }, &centre),
        sign(Head { seq: 4, ..own }, &centre),
        sign(Head { seq: 6, ..own }, &centre),
        Acknowledgement::sign(Store::default().with_chain(2, 1).id(0), own, AT, &[], &centre),
    ];
    let answer = ChainsAnswer {
        chains: vec![ChainAnswer {
            chain: id.to_string(),
            acknowledgement: Some(Acknowledgement::sign(
                id,
                own,
                AT,
                &[centre.public()],
                &server_key(),
            )),
            refusal: None,
            above,
        }],
        unreadable: vec![],
    };
    let mut push = Push::new(server_key().public());
    push.step(0, 0, Input::TimePassed, &mut store).unwrap();
    push.step(0, 0, Input::Answered(Answer::Marks(answer)), &mut store)
        .unwrap();
    assert_eq!(
        (store.mark(0), store.held_at_the_top(id.into())),
        (5, Ok(Some(0)))
    );
    assert!(store.top_words.is_empty());
}

#[test]
fn one_chains_trouble_leaves_the_others_alone() {
    let mut store = Store::default().with_chain(1, 3).with_chain(2, 3);
    let mut server = Server {
        poisoned: Some(store.id(0)),
        ..Server::default()
    };
    let mut push = Push::new(server_key().public());
    let action = talk(&mut push, &mut store, &mut server, 0, Input::TimePassed);
    assert_eq!(action, Action::WaitUntil { at_ms: 1_000 });
    assert_eq!((store.mark(0), store.mark(1)), (0, 3));
    let status = push.status(&store).unwrap();
    assert_eq!(status[0].refusal.as_deref(), Some("bad_signature"));
    assert_eq!(status[1].refusal, None);
    assert_eq!(
        store.refusals,
        BTreeMap::from([(store.id(0), "bad_signature".to_owned())])
    );
    // Never final.
    server.poisoned = None;
    assert_eq!(
        talk(&mut push, &mut store, &mut server, 1_000, Input::TimePassed),
        Action::Rest
    );
    assert_eq!(store.mark(0), 3);
    assert_eq!(push.status(&store).unwrap()[0].refusal, None);
    assert_eq!(store.refusals, BTreeMap::new());
}

/// A server that answers a push of five entries with this, whatever it got.
#[track_caller]
fn check_lie(name: &str, answer: impl Fn(ChainId, &Store) -> ChainsAnswer, refusal: &str) {
    let mut store = Store::default().with_chain(1, 5);
    let mut push = Push::new(server_key().public());
    let mut server = Server::default();
    let Action::Send(marks) = push.step(0, 0, Input::TimePassed, &mut store).unwrap() else {
        panic!("marks")
    };
    let nothing = server.answer(&marks);
    let sent = push.step(0, 0, Input::Answered(nothing), &mut store).unwrap();
    assert!(matches!(sent, Action::Send(Request::Push { .. })), "{name}");
    let lie = Answer::Push(answer(store.id(0), &store));
    let action = push.step(0, u32::MAX, Input::Answered(lie), &mut store).unwrap();
    assert_eq!(action, Action::WaitUntil { at_ms: 1_000 }, "{name}");
    assert!(store.words.is_empty(), "{name}: a lie was kept");
    let status = push.status(&store).unwrap();
    assert_eq!(
        (status[0].acknowledged_seq, status[0].refusal.as_deref()),
        (0, Some(refusal)),
        "{name}"
    );
    // And it goes on when the server comes to its senses.
    assert_eq!(
        talk(&mut push, &mut store, &mut server, 1_000, Input::TimePassed),
        Action::Rest,
        "{name}"
    );
    assert_eq!(store.mark(0), 5, "{name}");
}

fn one(chain: ChainId, acknowledgement: Option<SignedText>) -> ChainsAnswer {
    let answer = ChainAnswer {
        chain: chain.to_string(),
        acknowledgement,
        refusal: None,
        above: vec![],
    };
    ChainsAnswer {
        chains: vec![answer],
        unreadable: vec![],
    }
}

#[test]
fn a_mark_moves_only_on_the_servers_word_about_an_entry_of_our_own() {
    let head = |store: &Store, seq: usize| Head {
        seq: seq as u64,
        hash: store.chains[0].1[seq - 1].hash(),
    };
    check_lie(
        "another key's word",
        |chain, store| {
            one(
                chain,
                Some(Acknowledgement::sign(
                    chain,
                    head(store, 5),
                    AT,
                    &[],
                    &NodeKey::from_seed(&[9; 32]),
                )),
            )
        },
        "bad_acknowledgement",
    );
    check_lie(
        "a changed word",
        |chain, store| {
            let mut word = Acknowledgement::sign(chain, head(store, 4), AT, &[], &server_key());
            word.text = word.text.replace("\"seq\":4", "\"seq\":5");
            one(chain, Some(word))
        },
        "bad_acknowledgement",
    );
    check_lie(
        "the word on another chain",
        |chain, store| {
            let other = Store::default().with_chain(9, 1).id(0);
            one(
                chain,
                Some(Acknowledgement::sign(
                    other,
                    head(store, 5),
                    AT,
                    &[],
                    &server_key(),
                )),
            )
        },
        "bad_acknowledgement",
    );
    check_lie(
        "another entry's hash",
        |chain, store| {
            let wrong = Head {
                seq: 5,
                ..head(store, 4)
            };
            one(
                chain,
                Some(Acknowledgement::sign(chain, wrong, AT, &[], &server_key())),
            )
        },
        "fork",
    );
    check_lie(
        "more than there is",
        |chain, store| {
            let ahead = Head {
                seq: 6,
                ..head(store, 5)
            };
            one(
                chain,
                Some(Acknowledgement::sign(chain, ahead, AT, &[], &server_key())),
            )
        },
        "server_ahead",
    );
    check_lie(
        "entry 0",
        |chain, store| {
            let zero = Head {
                seq: 0,
                ..head(store, 5)
            };
            one(
                chain,
                Some(Acknowledgement::sign(chain, zero, AT, &[], &server_key())),
            )
        },
        "bad_acknowledgement",
    );
    check_lie("nothing at all", |_, _| ChainsAnswer::default(), "bad_answer");
    check_lie("no word", |chain, _| one(chain, None), "no_progress");
}

#[test]
fn a_batch_is_never_larger_than_it_may_be() {
    let mut store = Store::default().with_chain(1, BATCH_ENTRIES_MAX + 1);
    let mut server = Server::default();
    let mut push = Push::new(server_key().public());
    talk(&mut push, &mut store, &mut server, 0, Input::TimePassed);
    assert_eq!(server.seen, ["marks", "push 1000", "push 1"]);
}

/// All that is asked of a server and of a store, from the start until the planner rests; every so often no answer comes.
fn asked(prepares: bool, lost_every: usize, poisoned: Option<usize>) -> (Vec<String>, Vec<u64>) {
    let mut store = Store::default()
        .with_chain(1, 2_500)
        .with_chain(2, 1_200)
        .with_chain(3, 5);
    let mut server = Server {
        poisoned: poisoned.map(|index| store.id(index)),
        ..Server::default()
    };
    let mut push = Push::new(server_key().public());
    let (mut input, mut now_ms) = (Input::Nudged, 0);
    for turn in 1..200 {
        match push.step(now_ms, 0, input, &mut store).unwrap() {
            Action::Send(request) => {
                if prepares {
                    push.prepare(&store).unwrap();
                }
                let answer = server.answer(&request);
                input = match turn % lost_every {
                    0 => Input::Failed { retry_after_ms: None },
                    _ => Input::Answered(answer),
                };
            }
            Action::WaitUntil { at_ms } if server.seen.len() < 20 => {
                (input, now_ms) = (Input::TimePassed, at_ms)
            }
            _ => break,
        }
    }
    (server.seen, (0..3).map(|index| store.mark(index)).collect())
}

#[test]
fn what_is_made_ready_is_what_would_have_been_sent() {
    for (lost_every, poisoned) in [
        (1_000, None),
        (3, None),
        (5, None),
        (1_000, Some(0)),
        (3, Some(1)),
    ] {
        let prepared = asked(true, lost_every, poisoned);
        assert_eq!(
            prepared,
            asked(false, lost_every, poisoned),
            "{lost_every} {poisoned:?}"
        );
        if poisoned.is_none() {
            assert_eq!(prepared.1, [2_500, 1_200, 5]);
        }
    }
}
