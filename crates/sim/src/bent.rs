//! What a server with a planted bug does to its answers and its rows. The server itself is whole.

use crate::bug::Bug;
use crate::node::ServerNode;
use jishi_journal::{ChainId, Entry, Head, SignedEntry};
use jishi_ledger::{Ledger, OpenMode, StoreError};
use jishi_sync::protocol::{Acknowledgement, ChainAnswer, ChainsAnswer, PUSH_PATH};
use jishi_sync::{BatchLine, Incoming, Outgoing, decode_batch};
use std::collections::BTreeMap;

/// Before it takes in a push.
pub(crate) fn before(server: &ServerNode, message: &Outgoing, bug: Option<Bug>) {
    if bug == Some(Bug::IdCountsTwice) && message.path == PUSH_PATH {
        // It forgets which ids it has.
        spoil(server, "DELETE FROM requests");
    }
}

/// After it has answered, or has not.
pub(crate) fn after(
    server: &ServerNode,
    message: &Outgoing,
    answer: Option<Incoming>,
    bug: Option<Bug>,
) -> Option<Incoming> {
    let bent = matches!(
        bug,
        Some(
            Bug::AcknowledgesTheMaximum
                | Bug::AcknowledgesBeforeCommit
                | Bug::ComparesNoHash
                | Bug::ChecksNoSignature
        )
    );
    if !bent || message.path != PUSH_PATH {
        return answer;
    }
    let brought = brought(&message.body);
    let Some(incoming) = answer else {
        if bug != Some(Bug::AcknowledgesBeforeCommit) || !server.machine.disk.is_dead() {
            return None;
        }
        let chains = brought
            .iter()
            .map(|(chain, lines)| signed(server, *chain, lines, Vec::new()));
        return Some(told(chains.collect()));
    };
    let Ok(mut answer) = serde_json::from_slice::<ChainsAnswer>(&incoming.body) else {
        return Some(incoming);
    };
    for chain in &mut answer.chains {
        let code = chain.refusal.as_ref().map(|refusal| refusal.code.as_str());
        let Ok(id) = chain.chain.parse::<ChainId>() else {
            continue;
        };
        let Some(lines) = brought.get(&id).filter(|lines| !lines.is_empty()) else {
            continue;
        };
        let passes_over = match bug {
            Some(Bug::AcknowledgesTheMaximum) => code == Some("gap"),
            Some(Bug::ComparesNoHash) => matches!(code, Some("fork" | "bad_link")),
            Some(Bug::ChecksNoSignature) => {
                matches!(code, Some("bad_signature")) && take_unchecked(server, id, lines).is_ok()
            }
            _ => false,
        };
        if passes_over {
            *chain = signed(server, id, lines, std::mem::take(&mut chain.above));
        }
    }
    Some(Incoming {
        body: serde_json::to_vec(&answer).expect("JSON"),
        ..incoming
    })
}

/// A stick that came before is counted once more.
pub(crate) fn stick_came_twice(server: &ServerNode, bug: Option<Bug>) {
    if bug == Some(Bug::StickCountsTwice) {
        let twice = "UPDATE sale_days SET sales = sales * 2, net_fen = net_fen * 2, \
                     payable_fen = payable_fen * 2, fund_fen = fund_fen * 2, margin_fen = margin_fen * 2";
        spoil(server, twice);
    }
}

fn spoil(server: &ServerNode, sql: &str) {
    if server.machine.disk.is_dead() {
        return;
    }
    let spoilt = rusqlite::Connection::open(server.database())
        .and_then(|connection| connection.execute(sql, []).map(|_| ()));
    // On a disk in trouble the bug waits.
    drop(spoilt);
}

fn brought(body: &[u8]) -> BTreeMap<ChainId, Vec<SignedEntry>> {
    let mut brought: BTreeMap<ChainId, Vec<SignedEntry>> = BTreeMap::new();
    for line in decode_batch(body).unwrap_or_default() {
        if let BatchLine::Entry(signed) = line
            && let Ok(entry) = Entry::parse(&signed.line)
        {
            brought.entry(entry.chain).or_default().push(signed);
        }
    }
    brought
}

/// Its word for the last of these, whatever it holds.
fn signed(
    server: &ServerNode,
    chain: ChainId,
    lines: &[SignedEntry],
    above: Vec<jishi_sync::protocol::SignedText>,
) -> ChainAnswer {
    let last = lines.last().expect("a line was brought");
    let head = Head {
        seq: Entry::parse(&last.line).expect("an entry").seq,
        hash: last.hash(),
    };
    let at = server.machine.world.wall().to_rfc3339();
    ChainAnswer {
        chain: chain.to_string(),
        acknowledgement: Some(Acknowledgement::sign(chain, head, &at, &[], server.key())),
        refusal: None,
        above,
    }
}

fn told(chains: Vec<ChainAnswer>) -> Incoming {
    let answer = ChainsAnswer {
        chains,
        unreadable: Vec::new(),
    };
    Incoming {
        status: 200,
        time: None,
        retry_after_seconds: None,
        body: serde_json::to_vec(&answer).expect("JSON"),
    }
}

fn take_unchecked(server: &ServerNode, chain: ChainId, lines: &[SignedEntry]) -> Result<(), StoreError> {
    let mut ledger = Ledger::open(&server.database(), OpenMode::Write)
        .map_err(|error| StoreError::Io(error.to_string()))?;
    let held = ledger.chain(chain)?.map_or(0, |record| record.head.seq);
    ledger.write(|writer| {
        for signed in lines {
            let entry = Entry::parse(&signed.line).expect("it was parsed before");
            let head = Head {
                seq: entry.seq,
                hash: signed.hash(),
            };
            if entry.seq > held {
                writer.append(signed, chain, head, &entry.at, &entry.body())?;
            }
        }
        Ok(())
    })
}
