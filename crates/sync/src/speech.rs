//! What is said over a line, whatever carries it: signed requests out, answers in. No network and no clock; HTTP is
//! in [`client`](crate::client), and a simulator carries the same.

use crate::address::ServerAddress;
use crate::client::{ClientError, Entropy, HTTP_ERROR};
use crate::code::InvitationCode;
use crate::protocol::{
    ENROL_PATH, ENTRIES_CONTENT_TYPE, EnrolRequest, ErrorAnswer, FEEDS_PATH, HEALTH_PATH, MARKS_PATH,
    NAME_KEYS_PATH, NODE_HEADER, NONCE_HEADER, NameKeysAnswer, PUSH_PATH, SIGNATURE_HEADER, TIME_HEADER,
};
use crate::push::{Answer, Request};
use crate::request::{RequestProof, sign_request};
use jishi_journal::{ChainId, NodeKey, VerifyingKey};
use serde::de::DeserializeOwned;
use std::fmt;

/// The server's time is a short token.
const TIME_BYTES_MAX: usize = 128;

/// A request as it goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    pub method: &'static str,
    /// With its query.
    pub path: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

/// An answer as it comes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    pub status: u16,
    /// The server's time, as it tells it.
    pub time: Option<String>,
    pub retry_after_seconds: Option<u64>,
    pub body: Vec<u8>,
}

/// What is asked, before it is signed.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) content_type: &'static str,
    pub(crate) body: Vec<u8>,
}

impl Call {
    pub(crate) fn push(body: Vec<u8>) -> Call {
        Call {
            method: "POST",
            path: PUSH_PATH.to_owned(),
            content_type: ENTRIES_CONTENT_TYPE,
            body,
        }
    }

    pub(crate) fn marks(chains: &[ChainId]) -> Call {
        let chains: Vec<String> = chains.iter().map(|chain| format!("chain={chain}")).collect();
        Call {
            method: "GET",
            path: format!("{MARKS_PATH}?{}", chains.join("&")),
            content_type: "",
            body: Vec::new(),
        }
    }

    /// A server that asks says where it is itself, and what it is called, as text in hex; whoever has given a restored
    /// server what it had lost says for which of its epochs.
    pub(crate) fn feeds(own: Option<&(ServerAddress, String)>, gave: Option<&str>) -> Call {
        let own = own.map(|(address, name)| format!("address={address}&name={}", hex::encode(name)));
        let gave = gave.map(|epoch| format!("gave={epoch}"));
        let said: Vec<String> = own.into_iter().chain(gave).collect();
        Call {
            method: "GET",
            path: match said.is_empty() {
                true => FEEDS_PATH.to_owned(),
                false => format!("{FEEDS_PATH}?{}", said.join("&")),
            },
            content_type: "",
            body: Vec::new(),
        }
    }

    pub(crate) fn json(path: &str, body: &impl serde::Serialize) -> Result<Call, ClientError> {
        Ok(Call {
            method: "POST",
            path: path.to_owned(),
            content_type: "application/json",
            body: serde_json::to_vec(body).map_err(|_| ClientError::BadAnswer)?,
        })
    }

    pub(crate) fn enrol(code: &InvitationCode, node: &str, kind: &str) -> Result<Call, ClientError> {
        let request = EnrolRequest {
            secret: hex::encode(code.secret),
            node: node.to_owned(),
            kind: Some(kind.to_owned()),
        };
        Call::json(ENROL_PATH, &request)
    }

    /// What the planner asked for.
    fn of(request: &Request) -> Result<Call, ClientError> {
        match request {
            Request::Marks { chains } => Ok(Call::marks(chains)),
            Request::Push { body, .. } => Ok(Call::push(body.clone())),
            Request::NameKeys(keys) => Call::json(NAME_KEYS_PATH, keys),
        }
    }
}

/// A node that speaks to one server: it signs what goes out, and remembers the server's time as last told.
pub struct Speaker {
    server: VerifyingKey,
    key: NodeKey,
    entropy: Entropy,
    time: Option<String>,
}

impl fmt::Debug for Speaker {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Speaker(to {})", self.server)
    }
}

impl Speaker {
    pub fn new(server: VerifyingKey, key: NodeKey, entropy: Entropy) -> Speaker {
        Speaker {
            server,
            key,
            entropy,
            time: None,
        }
    }

    pub fn server(&self) -> &VerifyingKey {
        &self.server
    }

    /// This node's own key.
    pub(crate) fn node(&self) -> VerifyingKey {
        self.key.public()
    }

    pub(crate) fn knows_the_time(&self) -> bool {
        self.time.is_some()
    }

    /// The signed request, with the nonce it was made under.
    pub(crate) fn sign(&mut self, call: &Call) -> (String, Outgoing) {
        let mut nonce = [0; 16];
        (self.entropy)(&mut nonce);
        let nonce = hex::encode(nonce);
        let time = self.time.clone().unwrap_or_default();
        let proof = RequestProof {
            receiver: &self.server,
            method: call.method,
            path: &call.path,
            body: &call.body,
            time: &time,
            nonce: &nonce,
        };
        let signed = sign_request(proof, &self.key);
        let mut headers = vec![
            (NODE_HEADER, signed.node),
            (TIME_HEADER, signed.time),
            (NONCE_HEADER, signed.nonce),
            (SIGNATURE_HEADER, signed.signature),
        ];
        if !call.body.is_empty() {
            headers.push(("content-type", call.content_type.to_owned()));
        }
        let outgoing = Outgoing {
            method: call.method,
            path: call.path.clone(),
            headers,
            body: call.body.clone(),
        };
        (nonce, outgoing)
    }

    /// What the answer says, its time remembered; a refusal by its code.
    pub(crate) fn hear(&mut self, incoming: Incoming) -> Result<Vec<u8>, ClientError> {
        if let Some(time) = incoming.time.filter(|time| time.len() <= TIME_BYTES_MAX) {
            self.time = Some(time);
        }
        if (200..300).contains(&incoming.status) {
            return Ok(incoming.body);
        }
        let (code, message) = match serde_json::from_slice::<ErrorAnswer>(&incoming.body) {
            Ok(answer) => (answer.error.code, answer.error.message),
            Err(_) => (HTTP_ERROR.to_owned(), format!("HTTP {}", incoming.status)),
        };
        Err(ClientError::Refused {
            status: incoming.status,
            code,
            message,
            retry_after_ms: incoming
                .retry_after_seconds
                .map(|seconds| seconds.saturating_mul(1_000)),
        })
    }
}

/// What the server says of itself is asked without a signature: nothing is decided by it.
pub(crate) fn health() -> Outgoing {
    Outgoing {
        method: "GET",
        path: HEALTH_PATH.to_owned(),
        headers: Vec::new(),
        body: Vec::new(),
    }
}

/// A call on its way: the server's time is asked where it is not known, and a call that was made under a time which
/// the server no longer takes is made once more.
#[derive(Debug)]
pub(crate) struct Exchange {
    call: Call,
    stage: Stage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    AskingTheTime,
    First,
    Again,
}

/// What follows an answer.
#[derive(Debug)]
pub(crate) enum Next {
    Send(Outgoing),
    Done(Result<Vec<u8>, ClientError>),
}

impl Exchange {
    pub(crate) fn begin(call: Call, speaker: &mut Speaker) -> (Exchange, Outgoing) {
        let (stage, outgoing) = match speaker.knows_the_time() {
            true => (Stage::First, speaker.sign(&call).1),
            false => (Stage::AskingTheTime, health()),
        };
        (Exchange { call, stage }, outgoing)
    }

    pub(crate) fn hear(&mut self, incoming: Incoming, speaker: &mut Speaker) -> Next {
        let heard = speaker.hear(incoming);
        let again = match (self.stage, &heard) {
            (Stage::AskingTheTime, Ok(_)) => Some(Stage::First),
            (Stage::First, Err(ClientError::Refused { code, .. })) if code == "stale_time" => {
                Some(Stage::Again)
            }
            _ => None,
        };
        match again {
            Some(stage) => {
                self.stage = stage;
                Next::Send(speaker.sign(&self.call).1)
            }
            None => Next::Done(heard),
        }
    }
}

/// What the planner asked for, on its way.
#[derive(Debug)]
pub struct Errand {
    exchange: Exchange,
    asked: Asked,
}

#[derive(Debug, Clone, Copy)]
enum Asked {
    Marks,
    Push,
    NameKeys,
}

/// What an errand comes to.
#[derive(Debug)]
pub enum Step {
    /// One more message goes out before there is an answer.
    Send(Outgoing),
    Done(Result<Answer, ClientError>),
}

impl Errand {
    pub fn begin(request: &Request, speaker: &mut Speaker) -> Result<(Errand, Outgoing), ClientError> {
        let asked = match request {
            Request::Marks { .. } => Asked::Marks,
            Request::Push { .. } => Asked::Push,
            Request::NameKeys(_) => Asked::NameKeys,
        };
        let (exchange, outgoing) = Exchange::begin(Call::of(request)?, speaker);
        Ok((Errand { exchange, asked }, outgoing))
    }

    pub fn hear(&mut self, incoming: Incoming, speaker: &mut Speaker) -> Step {
        match self.exchange.hear(incoming, speaker) {
            Next::Send(outgoing) => Step::Send(outgoing),
            Next::Done(heard) => Step::Done(heard.and_then(|bytes| self.asked.read(&bytes))),
        }
    }
}

impl Asked {
    fn read(self, bytes: &[u8]) -> Result<Answer, ClientError> {
        Ok(match self {
            Asked::Marks => Answer::Marks(read_json(bytes)?),
            Asked::Push => Answer::Push(read_json(bytes)?),
            Asked::NameKeys => {
                let _held: NameKeysAnswer = read_json(bytes)?;
                Answer::NameKeys
            }
        })
    }
}

pub(crate) fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ClientError> {
    serde_json::from_slice(bytes).map_err(|_| ClientError::BadAnswer)
}
