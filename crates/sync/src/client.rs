//! The one door to reqwest: a signed request out, a bounded answer back.

use crate::address::{AddressError, ServerAddress};
use crate::batch::{BatchLine, decode_batch};
use crate::code::{CodeError, InvitationCode};
use crate::protocol::{
    ChainsAnswer, ENROL_PATH, ENTRIES_CONTENT_TYPE, EnrolRequest, EnrolmentFacts, ErrorAnswer, FEEDS_PATH,
    FeedsAnswer, HEALTH_PATH, Health, MARKS_PATH, NAME_KEYS_PATH, NODE_HEADER, NONCE_HEADER, NameKeysAnswer,
    NameKeysRequest, PULL_NAMES_PATH, PULL_PATH, PUSH_PATH, PullNamesRequest, PullRequest, SIGNATURE_HEADER,
    SignedText, TIME_HEADER,
};
use crate::push::{Answer, Request};
use crate::request::{RequestProof, sign_request};
use jishi_journal::{ChainId, NodeKey, Purpose, VerifyingKey};
use serde::de::DeserializeOwned;
use std::fmt;
use std::time::Duration;

/// To reach the server at all.
const CONNECT_WAIT: Duration = Duration::from_secs(5);
/// For a whole request, the last byte of its answer included.
const ANSWER_WAIT: Duration = Duration::from_secs(20);
/// No answer of the protocol comes near this.
const ANSWER_BYTES_MAX: usize = 1024 * 1024 + 64 * 1024;
/// The server's time is a short token.
const TIME_BYTES_MAX: usize = 128;

/// Fills bytes with randomness: an argument, as time is.
pub type Entropy = Box<dyn FnMut(&mut [u8]) + Send>;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    #[error(transparent)]
    Address(#[from] AddressError),
    #[error(transparent)]
    Code(#[from] CodeError),
    #[error("the server cannot be reached: {0}")]
    Unreachable(String),
    /// Whether the request arrived is unknown.
    #[error("the server did not answer in time")]
    TimedOut,
    #[error("the server's answer is too large")]
    AnswerTooLarge,
    #[error("the server's answer makes no sense")]
    BadAnswer,
    #[error("another server answered than the code or the enrolment names")]
    WrongServer,
    #[error("refused by the server: {message} ({code})")]
    Refused {
        status: u16,
        code: String,
        message: String,
        retry_after_ms: Option<u64>,
    },
    #[error("the HTTP client could not be set up: {0}")]
    NoClient(String),
}

impl ClientError {
    /// A refusal keeps the server's own code.
    pub fn code(&self) -> &str {
        match self {
            ClientError::Address(error) => error.code(),
            ClientError::Code(error) => error.code(),
            ClientError::Unreachable(_) => "unreachable",
            ClientError::TimedOut => "timed_out",
            ClientError::AnswerTooLarge => "answer_too_large",
            ClientError::BadAnswer => "bad_answer",
            ClientError::WrongServer => "wrong_server",
            ClientError::Refused { code, .. } => code,
            ClientError::NoClient(_) => "no_client",
        }
    }

    pub fn retry_after_ms(&self) -> Option<u64> {
        match self {
            ClientError::Refused { retry_after_ms, .. } => *retry_after_ms,
            _ => None,
        }
    }
}

/// What a node keeps of its enrolment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolment {
    pub server_url: ServerAddress,
    pub server_key: VerifyingKey,
    /// The node's code, as the server knows it.
    pub node: String,
    pub kind: String,
    pub outlet: Option<String>,
    pub organisation: String,
    pub organisation_name: String,
    pub public_chain: ChainId,
    /// The server's signed word itself.
    pub proof: SignedText,
}

/// A node's line to one server.
pub struct Client {
    http: reqwest::Client,
    address: ServerAddress,
    server: VerifyingKey,
    key: NodeKey,
    entropy: Entropy,
    /// The server's time as last told.
    time: Option<String>,
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Client({} {})", self.address, self.server)
    }
}

struct Call<'a> {
    method: reqwest::Method,
    path: &'a str,
    content_type: &'a str,
    body: Vec<u8>,
}

impl Client {
    pub fn new(
        address: ServerAddress,
        server: VerifyingKey,
        key: NodeKey,
        entropy: Entropy,
    ) -> Result<Client, ClientError> {
        let http = http_client(ANSWER_WAIT)?;
        Ok(Client {
            http,
            address,
            server,
            key,
            entropy,
            time: None,
        })
    }

    /// For a till on a slow line, and for tests.
    pub fn with_answer_wait(mut self, wait: Duration) -> Result<Client, ClientError> {
        self.http = http_client(wait)?;
        Ok(self)
    }

    pub fn address(&self) -> &ServerAddress {
        &self.address
    }

    pub fn server(&self) -> &VerifyingKey {
        &self.server
    }

    /// What the server says of itself. Not signed: nothing is decided by it.
    pub async fn health(&mut self) -> Result<Health, ClientError> {
        let request = self.http.get(format!("{}{HEALTH_PATH}", self.address));
        read_json(&self.receive(request).await?)
    }

    /// Sends what the planner asked for.
    pub async fn send(&mut self, request: &Request) -> Result<Answer, ClientError> {
        match request {
            Request::Marks { chains } => self.marks(chains).await.map(Answer::Marks),
            Request::Push { body, .. } => self.push(body.clone()).await.map(Answer::Push),
            Request::NameKeys(keys) => {
                let _held: NameKeysAnswer = self.post_json(NAME_KEYS_PATH, keys).await?;
                Ok(Answer::NameKeys)
            }
        }
    }

    pub async fn push(&mut self, body: Vec<u8>) -> Result<ChainsAnswer, ClientError> {
        let call = Call {
            method: reqwest::Method::POST,
            path: PUSH_PATH,
            content_type: ENTRIES_CONTENT_TYPE,
            body,
        };
        read_json(&self.call(call).await?)
    }

    pub async fn marks(&mut self, chains: &[ChainId]) -> Result<ChainsAnswer, ClientError> {
        let chains: Vec<String> = chains.iter().map(|chain| format!("chain={chain}")).collect();
        let path = format!("{MARKS_PATH}?{}", chains.join("&"));
        let call = Call {
            method: reqwest::Method::GET,
            path: &path,
            content_type: "",
            body: Vec::new(),
        };
        read_json(&self.call(call).await?)
    }

    /// The chains that come down to this node.
    pub async fn feeds(&mut self) -> Result<FeedsAnswer, ClientError> {
        let call = Call {
            method: reqwest::Method::GET,
            path: FEEDS_PATH,
            content_type: "",
            body: Vec::new(),
        };
        read_json(&self.call(call).await?)
    }

    /// What follows of these chains, as far as it goes into a batch.
    pub async fn pull(&mut self, wanted: &PullRequest) -> Result<Vec<BatchLine>, ClientError> {
        let body = serde_json::to_vec(wanted).map_err(|_| ClientError::BadAnswer)?;
        let call = Call {
            method: reqwest::Method::POST,
            path: PULL_PATH,
            content_type: "application/json",
            body,
        };
        decode_batch(&self.call(call).await?).map_err(|_| ClientError::BadAnswer)
    }

    pub async fn pull_names(&mut self, wanted: &PullNamesRequest) -> Result<NameKeysRequest, ClientError> {
        self.post_json(PULL_NAMES_PATH, wanted).await
    }

    async fn post_json<T: DeserializeOwned>(
        &mut self,
        path: &str,
        body: &impl serde::Serialize,
    ) -> Result<T, ClientError> {
        let body = serde_json::to_vec(body).map_err(|_| ClientError::BadAnswer)?;
        let call = Call {
            method: reqwest::Method::POST,
            path,
            content_type: "application/json",
            body,
        };
        read_json(&self.call(call).await?)
    }

    /// A signed request. A time that the server no longer takes is told anew and tried once more.
    async fn call(&mut self, call: Call<'_>) -> Result<Vec<u8>, ClientError> {
        if self.time.is_none() {
            self.health().await?;
        }
        let (_, first) = self.call_once(&call).await;
        match first {
            Err(ClientError::Refused { code, .. }) if code == "stale_time" => self.call_once(&call).await.1,
            other => other,
        }
    }

    /// One try, with the nonce it was made under.
    async fn call_once(&mut self, call: &Call<'_>) -> (String, Result<Vec<u8>, ClientError>) {
        let mut nonce = [0; 16];
        (self.entropy)(&mut nonce);
        let nonce = hex::encode(nonce);
        let time = self.time.clone().unwrap_or_default();
        let proof = RequestProof {
            receiver: &self.server,
            method: call.method.as_str(),
            path: call.path,
            body: &call.body,
            time: &time,
            nonce: &nonce,
        };
        let headers = sign_request(proof, &self.key);
        let mut request = self
            .http
            .request(call.method.clone(), format!("{}{}", self.address, call.path))
            .header(NODE_HEADER, headers.node)
            .header(TIME_HEADER, headers.time)
            .header(NONCE_HEADER, headers.nonce)
            .header(SIGNATURE_HEADER, headers.signature);
        if !call.body.is_empty() {
            request = request
                .header("content-type", call.content_type)
                .body(call.body.clone());
        }
        (nonce, self.receive(request).await)
    }

    async fn receive(&mut self, request: reqwest::RequestBuilder) -> Result<Vec<u8>, ClientError> {
        let mut response = request.send().await.map_err(network_error)?;
        let time = response
            .headers()
            .get(TIME_HEADER)
            .and_then(|time| time.to_str().ok());
        if let Some(time) = time.filter(|time| time.len() <= TIME_BYTES_MAX) {
            self.time = Some(time.to_owned());
        }
        let status = response.status();
        let retry_after_ms = response
            .headers()
            .get("retry-after")
            .and_then(|seconds| seconds.to_str().ok()?.parse::<u64>().ok())
            .map(|seconds| seconds.saturating_mul(1_000));
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(network_error)? {
            if bytes.len() + chunk.len() > ANSWER_BYTES_MAX {
                return Err(ClientError::AnswerTooLarge);
            }
            bytes.extend_from_slice(&chunk);
        }
        if status.is_success() {
            return Ok(bytes);
        }
        let (code, message) = match serde_json::from_slice::<ErrorAnswer>(&bytes) {
            Ok(answer) => (answer.error.code, answer.error.message),
            Err(_) => ("http_error".to_owned(), format!("HTTP {}", status.as_u16())),
        };
        Err(ClientError::Refused {
            status: status.as_u16(),
            code,
            message,
            retry_after_ms,
        })
    }
}

fn http_client(answer_wait: Duration) -> Result<reqwest::Client, ClientError> {
    reqwest::Client::builder()
        .connect_timeout(CONNECT_WAIT.min(answer_wait))
        .timeout(answer_wait)
        // A redirect would carry the request to a server that nobody named.
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        // A connection kept from before a server's restart would fail the first push after it.
        .pool_max_idle_per_host(0)
        .build()
        .map_err(|error| ClientError::NoClient(error.to_string()))
}

/// Enrols the node, a `till` or a `hub`, with a one-time code. The answer counts only with the signature of the key that
/// the code carries, over the nonce of this very request.
pub async fn enrol(
    code: &InvitationCode,
    node: &str,
    kind: &str,
    key: &NodeKey,
    entropy: Entropy,
) -> Result<Enrolment, ClientError> {
    let mut client = Client::new(code.address.clone(), code.organisation_key, key.clone(), entropy)?;
    // Before the secret is told: the server's own word on who it is. A liar gets no further than
    // here by mistake, and by intent gets a secret it cannot use without the real server.
    if client.health().await?.public_key != code.organisation_key.to_string() {
        return Err(ClientError::WrongServer);
    }
    let request = EnrolRequest {
        secret: hex::encode(code.secret),
        node: node.to_owned(),
        kind: Some(kind.to_owned()),
    };
    let body = serde_json::to_vec(&request).map_err(|_| ClientError::BadAnswer)?;
    let call = Call {
        method: reqwest::Method::POST,
        path: ENROL_PATH,
        content_type: "application/json",
        body,
    };
    let (nonce, answer) = client.call_once(&call).await;
    let proof: SignedText = read_json(&answer?)?;
    if !proof.verifies(Purpose::Invitation, &code.organisation_key) {
        return Err(ClientError::WrongServer);
    }
    let facts: EnrolmentFacts = serde_json::from_str(&proof.text).map_err(|_| ClientError::BadAnswer)?;
    let is_for_us = facts.nonce == nonce
        && facts.node_key == key.public().to_string()
        && facts.server_key == code.organisation_key.to_string();
    if !is_for_us {
        return Err(ClientError::WrongServer);
    }
    Ok(Enrolment {
        server_url: code.address.clone(),
        server_key: code.organisation_key,
        node: facts.node,
        kind: facts.kind,
        outlet: facts.outlet,
        organisation: facts.organisation,
        organisation_name: facts.organisation_name,
        public_chain: facts.public_chain.parse().map_err(|_| ClientError::BadAnswer)?,
        proof,
    })
}

fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ClientError> {
    serde_json::from_slice(bytes).map_err(|_| ClientError::BadAnswer)
}

fn network_error(error: reqwest::Error) -> ClientError {
    if error.is_timeout() {
        return ClientError::TimedOut;
    }
    // Without the address: it is known, and stays out of logs.
    ClientError::Unreachable(error.without_url().to_string())
}
