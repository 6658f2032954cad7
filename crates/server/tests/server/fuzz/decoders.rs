//! What reads without a store: lines, batches, bundles, codes, keys, words, answers.

use super::{compressed, fuzz};
use crate::harness::{AT, Till, entropy, sign};
use jishi_domain::{LotLabel, ScaleLayout, read_scan};
use jishi_journal::{
    ChainId, Entry, EntryFacts, EntryHash, Head, NameKey, NodeKey, Purpose, ReadEntry, ReadPass, SealedName,
    Signature, SignedEntry, VerifyingKey, open_letter, open_name, seal_letter, seal_name,
};
use jishi_ledger::check_sense;
use jishi_sync::bundle::{Check, Sender, pack, read_receipt, take_receipt, write_receipt};
use jishi_sync::protocol::{Acknowledgement, ChainAnswer, ChainsAnswer, ErrorAnswer, ErrorFacts, SignedText};
use jishi_sync::{
    Action, Answer, BATCH_BYTES_MAX, BATCH_ENTRIES_MAX, BatchLine, Errand, Incoming, Input, InvitationCode,
    Push, Request, Speaker, Step, claimed_chain, decode_batch,
};
use std::io::{Cursor, Read};
use std::str::FromStr;

fn till() -> Till {
    let mut till = Till::at_the_fair(1);
    till.sell(4500);
    till.sell(990);
    till
}

fn server() -> NodeKey {
    NodeKey::from_seed(&[9; 32])
}

fn lines(entries: &[SignedEntry]) -> Vec<u8> {
    entries
        .iter()
        .flat_map(|entry| format!("{}\n", entry.to_text()).into_bytes())
        .collect()
}

#[test]
fn an_entrys_line() {
    let good: Vec<_> = till()
        .entries
        .iter()
        .map(|entry| entry.to_text().into_bytes())
        .collect();
    fuzz(&good, read_line);
}

fn read_line(bytes: &[u8]) -> String {
    let claimed = claimed_chain(bytes);
    let Ok(text) = std::str::from_utf8(bytes) else {
        return "no text".to_owned();
    };
    let signed = match SignedEntry::from_text(text) {
        Ok(signed) => signed,
        Err(error) => return error.code().to_owned(),
    };
    assert_eq!(signed.to_text(), text, "there is one way to write it");
    let entry = match Entry::parse(&signed.line) {
        Ok(entry) => entry,
        Err(error) => return format!("entry {}", error.code()),
    };
    let body = entry.body();
    let facts = EntryFacts::read(&signed.line).unwrap();
    assert_eq!((facts.at.as_str(), &facts.body), (entry.at.as_str(), &body));
    // A chain that stands elsewhere in the line is not the one it is given to.
    let is_given = claimed == Some(entry.chain);
    let sense = check_sense(&body).map_err(|senseless| senseless.code());
    format!(
        "{} {is_given} {sense:?} {:?}",
        body.kind(),
        std::mem::discriminant(&body)
    )
}

#[test]
fn a_batch_of_lines() {
    fuzz(&[lines(&till().entries)], |text| read_batch(&compressed(text)));
}

#[test]
fn a_compressed_batch() {
    let till = till();
    let good = [
        Till::batch(&till.entries),
        compressed(b""),
        // Small, and not so small when it is unpacked.
        compressed(&vec![b'a'; 8 * 1024 * 1024]),
        compressed(&b"\n".repeat(BATCH_ENTRIES_MAX + 1)),
    ];
    fuzz(&good, read_batch);
}

fn read_batch(bytes: &[u8]) -> String {
    let lines = match decode_batch(bytes) {
        Ok(lines) => lines,
        Err(error) => return error.code().to_owned(),
    };
    let entries: Vec<_> = lines
        .iter()
        .filter_map(|line| match line {
            BatchLine::Entry(entry) => Some(entry),
            BatchLine::Unreadable { .. } => None,
        })
        .collect();
    assert!(lines.len() <= BATCH_ENTRIES_MAX);
    assert!(entries.iter().map(|entry| entry.line.len()).sum::<usize>() <= BATCH_BYTES_MAX);
    // Together or one by one, the same are this key's.
    let key = NodeKey::from_seed(&[1; 32]).public();
    let mut read: Vec<_> = entries
        .into_iter()
        .filter_map(|entry| ReadEntry::read(entry.clone()).ok())
        .collect();
    let strictly: Vec<_> = read.iter().map(|read| read.signed.is_signed_by(&key)).collect();
    ReadEntry::prove(&mut read.iter_mut().collect::<Vec<_>>(), &key);
    assert!(
        read.iter()
            .map(|read| read.is_signed_by(&key))
            .eq(strictly.iter().copied())
    );
    let good = strictly.iter().filter(|good| **good).count();
    format!("{} {} {good}", lines.len().min(20), read.len().min(20))
}

#[test]
fn a_bundle() {
    fuzz(&[bundle()], read_bundle);
}

/// The lines within it, whatever packs them.
#[test]
fn a_bundles_lines() {
    let good = zstd::decode_all(bundle().as_slice()).unwrap();
    fuzz(&[good], |text| read_bundle(&compressed(text)));
}

/// A manifest that its own node has signed, and that makes no sense.
#[test]
fn a_bundles_manifest() {
    let text = zstd::decode_all(bundle().as_slice()).unwrap();
    let text = String::from_utf8(text).unwrap();
    let (first, rest) = text.split_once('\n').unwrap();
    let manifest = first.strip_prefix(r#"{"manifest":"#).unwrap();
    let (manifest, _) = manifest.split_once(r#","signature""#).unwrap();
    let key = till().key;
    fuzz(&[manifest.as_bytes().to_vec()], |manifest| {
        let signature = key.sign(Purpose::Bundle, manifest);
        let signed = format!(r#","signature":"{signature}"}}"#);
        let text = [
            br#"{"manifest":"#,
            manifest,
            signed.as_bytes(),
            b"\n",
            rest.as_bytes(),
        ]
        .concat();
        read_bundle(&compressed(&text))
    });
}

fn bundle() -> Vec<u8> {
    let till = till();
    let sender = Sender {
        organisation: server().public(),
        node: &till.node,
        key: &till.key,
        hand_overs: &[],
        at: AT,
        all: true,
    };
    let packed = pack(
        &till,
        &sender,
        &mut entropy(),
        &mut |_, _| true,
        || Ok(Vec::new()),
    );
    packed.unwrap().unwrap().1
}

fn read_bundle(bytes: &[u8]) -> String {
    let mut check = match Check::open(bytes) {
        Ok(check) => check,
        Err(error) => return error.code().to_owned(),
    };
    loop {
        match check.step() {
            Ok(Some(_)) => {}
            Ok(None) => break,
            Err(error) => return format!("step {}", error.code()),
        }
    }
    let checked = match check.finish() {
        Ok(checked) => checked,
        Err(error) => return format!("end {}", error.code()),
    };
    let mut pieces = checked.pieces(bytes).unwrap();
    let mut lines = 0;
    while pieces.next_piece().unwrap().is_some() {
        lines += 1;
    }
    format!("{:?} {lines}", checked.manifest().kind)
}

#[test]
fn a_receipt() {
    let good = zstd::decode_all(receipt().as_slice()).unwrap();
    let mut till = till();
    fuzz(&[good], |text| {
        let bytes = compressed(text);
        let open = || Ok(Box::new(Cursor::new(bytes.clone())) as Box<dyn Read>);
        match read_receipt(open, &server().public()) {
            Ok(receipt) => match take_receipt(&receipt, &server().public(), &mut till) {
                Ok(taken) => format!("{:?}", taken.map(|taken| taken.chains.len())),
                Err(error) => error.to_string(),
            },
            Err(error) => error.code().to_owned(),
        }
    });
}

fn receipt() -> Vec<u8> {
    let check = Check::open(Cursor::new(bundle())).unwrap();
    write_receipt(
        Vec::new(),
        check.manifest(),
        &answer(&till()),
        AT,
        (&server(), &[]),
    )
    .unwrap()
}

#[test]
fn a_one_time_code() {
    let address = |text: &str| text.parse().unwrap();
    let code = |text| InvitationCode {
        address: address(text),
        organisation_key: server().public(),
        secret: [7; InvitationCode::SECRET_BYTES],
    };
    let codes = [
        "http://127.0.0.1:8787",
        "https://10.0.0.1:443",
        "https://hub.example:8787",
    ];
    let good: Vec<_> = codes
        .iter()
        .map(|text| code(text).to_string().into_bytes())
        .collect();
    fuzz(&good, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        match InvitationCode::from_str(&text) {
            Ok(code) => {
                assert_eq!(code.to_string().parse(), Ok(code.clone()));
                format!("good {}", code.address.is_tls())
            }
            Err(error) => error.code().to_owned(),
        }
    });
}

/// What goes in headers and stands in entries: one spelling for one value.
#[test]
fn keys_signatures_and_hashes() {
    let till = till();
    let good = [
        till.key.public().to_string(),
        till.entries[0].signature.to_string(),
        till.id().to_string(),
        "00".repeat(32),
        format!("01{}", "00".repeat(31)),
        "ff".repeat(32),
    ];
    let good: Vec<_> = good.into_iter().map(String::into_bytes).collect();
    fuzz(&good, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        let key = text.parse::<VerifyingKey>();
        let signature = text.parse::<Signature>();
        let (chain, hash) = (text.parse::<ChainId>(), text.parse::<EntryHash>());
        for again in [
            key.as_ref().map(ToString::to_string).ok(),
            signature.as_ref().map(ToString::to_string).ok(),
            chain.as_ref().map(ToString::to_string).ok(),
            hash.as_ref().map(ToString::to_string).ok(),
        ] {
            assert!(again.is_none_or(|again| again == text));
        }
        if let Ok(signature) = signature {
            assert!(
                !till
                    .key
                    .public()
                    .verifies(Purpose::Request, b"nobody signed this", &signature)
            );
        }
        format!(
            "{:?} {} {} {}",
            key.map(drop),
            signature.is_ok(),
            chain.is_ok(),
            hash.is_ok()
        )
    });
}

/// Under the counter's scanner.
#[test]
fn scanned_codes() {
    let layouts: Vec<ScaleLayout> = ["FFWWWWWEEEEEC", "FFWWWWWEEEEENNNNNC"]
        .iter()
        .filter_map(|layout| ScaleLayout::parse(layout).ok())
        .collect();
    assert!(!layouts.is_empty());
    let good = [
        "6901234567892",
        "2000123015508",
        "96385074",
        "036000291452",
        "280012301550012345",
        "134567890123456789",
        LotLabel::of_digest([3; 8]).as_str(),
        "FFWWWWWEEEEEC",
        "V1.AAECAwQFBgcICQoLDA0ODw",
    ]
    .map(|code| code.as_bytes().to_vec());
    fuzz(&good, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        let layout = ScaleLayout::parse(&text).is_ok();
        let pass = ReadPass::is_meant(&text).then(|| ReadPass::read(&text).map(drop));
        let read = read_scan(&text, &layouts, |item| item.len() == 5);
        format!("{layout} {pass:?} {:?}", std::mem::discriminant(&read))
    });
}

#[test]
fn sealed_letters_and_names() {
    let receiver = server();
    let key = NameKey::from_bytes([5; 32]);
    let letter = seal_letter(&receiver.public(), b"names and keys", &[4; 32]).unwrap();
    let name = seal_name("H1", "王桂兰", &key, &[3; 24]).unwrap();
    fuzz(&[letter, name.sealed.clone().into_bytes()], |bytes| {
        let letter = open_letter(&receiver, bytes).map(|opened| opened.len());
        let sealed = SealedName {
            key: key.id(),
            sealed: String::from_utf8_lossy(bytes).into_owned(),
        };
        let opened = open_name("H1", &sealed, &key);
        assert!(opened.as_ref().is_ok_and(|opened| opened == "王桂兰") || opened.is_err());
        format!("{letter:?} {opened:?}")
    });
}

fn answer(till: &Till) -> ChainsAnswer {
    let head = Head {
        seq: 3,
        hash: till.entries[2].hash(),
    };
    ChainsAnswer {
        chains: vec![ChainAnswer {
            chain: till.id().to_string(),
            acknowledgement: Some(Acknowledgement::sign(
                till.id(),
                head,
                AT,
                &[till.key.public()],
                &server(),
            )),
            refusal: None,
            above: Vec::new(),
        }],
        unreadable: Vec::new(),
    }
}

/// The server's own word, signed as it stands, and what the planner makes of it.
#[test]
fn an_acknowledgement() {
    let word = answer(&till()).chains.remove(0).acknowledgement.unwrap();
    fuzz(&[word.text.into_bytes()], |text| {
        let text = String::from_utf8_lossy(text).into_owned();
        let word = SignedText::sign(text, Purpose::Acknowledgement, &server());
        let verified = Acknowledgement::verify(&word, &server().public());
        let mut answer = answer(&till());
        answer.chains[0].acknowledgement = Some(word);
        format!("{} {}", verified.is_some(), plan(answer))
    });
}

/// An answer as it comes over the wire, good or bad, and what the planner makes of it.
#[test]
fn an_answer() {
    let refusal = ErrorAnswer {
        error: ErrorFacts {
            code: "busy".to_owned(),
            message: "later".to_owned(),
        },
    };
    let good = [
        serde_json::to_vec(&answer(&till())).unwrap(),
        serde_json::to_vec(&refusal).unwrap(),
    ];
    fuzz(&good, |body| {
        let mut speaker = Speaker::new(server().public(), till().key, entropy());
        let request = Request::Push {
            body: Vec::new(),
            entries: 0,
        };
        let (mut errand, _) = Errand::begin(&request, &mut speaker).unwrap();
        let incoming = |status, body| Incoming {
            status,
            time: Some("1.2.3".to_owned()),
            retry_after_seconds: Some(u64::MAX),
            body,
        };
        // The time is asked first.
        errand.hear(incoming(200, b"{}".to_vec()), &mut speaker);
        let status = if body.len().is_multiple_of(2) { 200 } else { 429 };
        match errand.hear(incoming(status, body.to_vec()), &mut speaker) {
            Step::Done(Ok(Answer::Push(answer))) => plan(answer),
            Step::Done(Err(error)) => error.code().chars().take(12).collect(),
            other => format!("{other:?}"),
        }
    });
}

/// What comes of an answer to a push of all that the till has.
fn plan(answer: ChainsAnswer) -> String {
    let mut till = till();
    let mut push = Push::new(server().public());
    let asked = push.step(0, 0, Input::Nudged, &mut till).unwrap();
    assert!(matches!(asked, Action::Send(Request::Marks { .. })), "{asked:?}");
    let nothing = ChainsAnswer {
        chains: vec![ChainAnswer {
            chain: till.id().to_string(),
            acknowledgement: None,
            refusal: None,
            above: Vec::new(),
        }],
        ..ChainsAnswer::default()
    };
    let sent = push
        .step(1, 0, Input::Answered(Answer::Marks(nothing)), &mut till)
        .unwrap();
    assert!(matches!(sent, Action::Send(Request::Push { .. })), "{sent:?}");
    let then = push
        .step(2, 0, Input::Answered(Answer::Push(answer)), &mut till)
        .unwrap();
    let status = push.status(&till).unwrap().remove(0);
    assert!(status.acknowledged_seq <= till.entries.len() as u64, "{status:?}");
    // Nothing that was not said is believed.
    assert!(till.mark() <= till.entries.len() as u64);
    format!(
        "{} {:?} {:?}",
        till.mark(),
        status.refusal,
        std::mem::discriminant(&then)
    )
}

/// Found by hand while this was written: none fell. The signature of another is told from the till's own in a batch, too.
#[test]
fn one_forged_signature_among_many_is_found() {
    let till = till();
    let mut read: Vec<_> = (0..40)
        .map(|number| {
            let mut entry = till.entries[number % till.entries.len()].clone();
            if number == 17 {
                entry = sign(entry.line, &server());
            }
            ReadEntry::read(entry).unwrap()
        })
        .collect();
    let key = till.key.public();
    ReadEntry::prove(&mut read.iter_mut().collect::<Vec<_>>(), &key);
    for (number, read) in read.iter().enumerate() {
        assert_eq!(read.is_signed_by(&key), number != 17, "{number}");
    }
}
