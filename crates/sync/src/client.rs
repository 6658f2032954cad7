//! The one door to reqwest: what is to be said goes out over HTTP, a bounded answer comes back.

use crate::address::{AddressError, ServerAddress};
use crate::batch::{BatchLine, decode_batch};
use crate::code::{CodeError, InvitationCode};
use crate::protocol::{
    ChainsAnswer, EnrolmentFacts, FeedsAnswer, Health, INTRODUCE_PATH, IntroduceAnswer, IntroduceRequest,
    NameKeysRequest, PULL_NAMES_PATH, PULL_PATH, PullNamesRequest, PullRequest, SignedText, TIME_HEADER,
};
use crate::push::{Answer, Request};
use crate::speech::{Call, Errand, Exchange, Incoming, Next, Outgoing, Speaker, Step, health, read_json};
use crate::tls::{client_config, config_to_ask_who_is_there};
use jishi_journal::{ChainId, NodeKey, Purpose, VerifyingKey};
use std::fmt;
use std::time::Duration;

/// To reach the server at all.
const CONNECT_WAIT: Duration = Duration::from_secs(5);
/// For a whole request, the last byte of its answer included.
const ANSWER_WAIT: Duration = Duration::from_secs(20);
/// For a server that shows another key to say who it is.
const WHO_WAIT: Duration = Duration::from_secs(3);
/// No answer of the protocol comes near this.
const ANSWER_BYTES_MAX: usize = 1024 * 1024 + 64 * 1024;

/// Fills bytes with randomness: an argument, as time is.
pub type Entropy = Box<dyn FnMut(&mut [u8]) + Send>;

/// The code of a refusal that has no word of a server's: a gateway's, or one that fell over.
pub const HTTP_ERROR: &str = "http_error";

/// The code of a server that does not know the node.
const UNKNOWN_NODE: &str = "unknown_node";

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

    /// Whether the other end said it, in its own words: then the line is there.
    pub fn is_answer(&self) -> bool {
        matches!(self, ClientError::Refused { code, .. } if code != HTTP_ERROR)
    }

    /// Whether it is what a node hears of a server that has another key than the one it knows: by its certificate, or,
    /// where there is none, by what it says of a request that was signed for the key before.
    pub fn may_be_another_key(&self) -> bool {
        is_of_another_key(self.code())
    }

    pub fn retry_after_ms(&self) -> Option<u64> {
        match self {
            ClientError::Refused { retry_after_ms, .. } => *retry_after_ms,
            _ => None,
        }
    }
}

/// The same of an error by its code.
pub fn is_of_another_key(code: &str) -> bool {
    matches!(code, "wrong_server" | "bad_signature")
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
    /// Of a server, the organisation of the tree that it is bound to.
    pub bound_to: Option<String>,
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
    speaker: Speaker,
    /// A server's word on this node, for one that does not know it, or not under the key it has now.
    introduction: Option<IntroduceRequest>,
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Client({} {})", self.address, self.speaker.server())
    }
}

impl Client {
    pub fn new(
        address: ServerAddress,
        server: VerifyingKey,
        key: NodeKey,
        entropy: Entropy,
    ) -> Result<Client, ClientError> {
        let http = http_client(ANSWER_WAIT, server)?;
        Ok(Client {
            http,
            address,
            speaker: Speaker::new(server, key, entropy),
            introduction: None,
        })
    }

    /// To a server that this node did not join, with the word of the one that it did; and where it handed its key over
    /// since, to any, with the entries that say so.
    pub fn introduced_by(mut self, proof: SignedText, hand_overs: Vec<SignedText>) -> Client {
        self.introduction = Some(IntroduceRequest { proof, hand_overs });
        self
    }

    /// For a till on a slow line, and for tests.
    pub fn with_answer_wait(mut self, wait: Duration) -> Result<Client, ClientError> {
        self.http = http_client(wait, *self.server())?;
        Ok(self)
    }

    pub fn address(&self) -> &ServerAddress {
        &self.address
    }

    pub fn server(&self) -> &VerifyingKey {
        self.speaker.server()
    }

    /// What the server says of itself. Not signed: nothing is decided by it.
    pub async fn health(&mut self) -> Result<Health, ClientError> {
        let incoming = self.carry(health()).await?;
        read_json(&self.speaker.hear(incoming)?)
    }

    /// Sends what the planner asked for.
    pub async fn send(&mut self, request: &Request) -> Result<Answer, ClientError> {
        let answer = self.send_once(request).await;
        match self.introduced(&answer).await? {
            true => self.send_once(request).await,
            false => answer,
        }
    }

    async fn send_once(&mut self, request: &Request) -> Result<Answer, ClientError> {
        let (mut errand, mut outgoing) = Errand::begin(request, &mut self.speaker)?;
        loop {
            let incoming = self.carry(outgoing).await?;
            match errand.hear(incoming, &mut self.speaker) {
                Step::Send(next) => outgoing = next,
                Step::Done(answer) => return answer,
            }
        }
    }

    /// Where the server does not know this node, and another's word is at hand, it is shown that, once.
    async fn introduced<T>(&mut self, answer: &Result<T, ClientError>) -> Result<bool, ClientError> {
        let is_unknown = answer
            .as_ref()
            .err()
            .is_some_and(|error| error.code() == UNKNOWN_NODE);
        if !is_unknown {
            return Ok(false);
        }
        let Some(introduction) = self.introduction.take() else {
            return Ok(false);
        };
        let call = Call::json(INTRODUCE_PATH, &introduction)?;
        let _known: IntroduceAnswer = read_json(&self.call_once(call).await?)?;
        Ok(true)
    }

    /// Has the server's own word on this node made anew: the one that the node has is under a key that the server, or the
    /// node, had before. None where it was enrolled by another one.
    pub async fn renew_word(
        &mut self,
        proof: SignedText,
        hand_overs: Vec<SignedText>,
    ) -> Result<Option<SignedText>, ClientError> {
        let call = Call::json(INTRODUCE_PATH, &IntroduceRequest { proof, hand_overs })?;
        let known: IntroduceAnswer = read_json(&self.call_once(call).await?)?;
        let (server, node) = (self.server().to_string(), self.speaker.node().to_string());
        Ok(known.proof.filter(|proof| {
            let facts: Option<EnrolmentFacts> = serde_json::from_str(&proof.text).ok();
            proof.verifies(Purpose::Invitation, self.speaker.server())
                && facts.is_some_and(|facts| facts.server_key == server && facts.node_key == node)
        }))
    }

    pub async fn push(&mut self, body: Vec<u8>) -> Result<ChainsAnswer, ClientError> {
        read_json(&self.call(Call::push(body)).await?)
    }

    pub async fn marks(&mut self, chains: &[ChainId]) -> Result<ChainsAnswer, ClientError> {
        read_json(&self.call(Call::marks(chains)).await?)
    }

    /// The chains that come down to this node.
    pub async fn feeds(&mut self) -> Result<FeedsAnswer, ClientError> {
        self.feeds_for(None, None).await
    }

    /// The same, of a server, which says where it is and what it is called; and with the epoch that a node has given
    /// back all for.
    pub async fn feeds_for(
        &mut self,
        own: Option<&(ServerAddress, String)>,
        gave: Option<&str>,
    ) -> Result<FeedsAnswer, ClientError> {
        read_json(&self.call(Call::feeds(own, gave)).await?)
    }

    /// What follows of these chains, as far as it goes into a batch.
    pub async fn pull(&mut self, wanted: &PullRequest) -> Result<Vec<BatchLine>, ClientError> {
        let call = Call::json(PULL_PATH, wanted)?;
        decode_batch(&self.call(call).await?).map_err(|_| ClientError::BadAnswer)
    }

    pub async fn pull_names(&mut self, wanted: &PullNamesRequest) -> Result<NameKeysRequest, ClientError> {
        read_json(&self.call(Call::json(PULL_NAMES_PATH, wanted)?).await?)
    }

    async fn call(&mut self, call: Call) -> Result<Vec<u8>, ClientError> {
        let answer = self.call_once(call.clone()).await;
        match self.introduced(&answer).await? {
            true => self.call_once(call).await,
            false => answer,
        }
    }

    async fn call_once(&mut self, call: Call) -> Result<Vec<u8>, ClientError> {
        let (mut exchange, mut outgoing) = Exchange::begin(call, &mut self.speaker);
        loop {
            let incoming = self.carry(outgoing).await?;
            match exchange.hear(incoming, &mut self.speaker) {
                Next::Send(next) => outgoing = next,
                Next::Done(heard) => return heard,
            }
        }
    }

    async fn carry(&mut self, outgoing: Outgoing) -> Result<Incoming, ClientError> {
        carry(&self.http, &self.address, outgoing).await
    }
}

/// Over HTTP, there and back.
async fn carry(
    http: &reqwest::Client,
    address: &ServerAddress,
    outgoing: Outgoing,
) -> Result<Incoming, ClientError> {
    let address = format!("{address}{}", outgoing.path);
    let mut request = match outgoing.method {
        "POST" => http.post(address),
        _ => http.get(address),
    };
    for (name, value) in outgoing.headers {
        request = request.header(name, value);
    }
    if !outgoing.body.is_empty() {
        request = request.body(outgoing.body);
    }
    let mut response = request.send().await.map_err(network_error)?;
    let header = |name: &str| response.headers().get(name)?.to_str().ok();
    let time = header(TIME_HEADER).map(str::to_owned);
    let retry_after_seconds = header("retry-after").and_then(|seconds| seconds.parse().ok());
    let status = response.status().as_u16();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(network_error)? {
        if body.len() + chunk.len() > ANSWER_BYTES_MAX {
            return Err(ClientError::AnswerTooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Incoming {
        status,
        time,
        retry_after_seconds,
        body,
    })
}

/// Asks whoever serves there who it is, whatever key it shows. Nothing of the node is told, and nothing of the answer
/// counts but what a key has signed that the node knows.
pub async fn who_is_at(address: &ServerAddress) -> Result<Health, ClientError> {
    let tls = config_to_ask_who_is_there().map_err(|error| ClientError::NoClient(error.to_string()))?;
    let http = http_client_under(tls, WHO_WAIT)?;
    let incoming = carry(&http, address, health()).await?;
    read_json(&incoming.body)
}

fn http_client(answer_wait: Duration, server: VerifyingKey) -> Result<reqwest::Client, ClientError> {
    let tls = client_config(server).map_err(|error| ClientError::NoClient(error.to_string()))?;
    http_client_under(tls, answer_wait)
}

fn http_client_under(
    tls: rustls::ClientConfig,
    answer_wait: Duration,
) -> Result<reqwest::Client, ClientError> {
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
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
    let (nonce, outgoing) = client.speaker.sign(&Call::enrol(code, node, kind)?);
    let incoming = client.carry(outgoing).await?;
    let answer = client.speaker.hear(incoming)?;
    let proof: SignedText = read_json(&answer)?;
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
        bound_to: facts.bound_to,
        organisation: facts.organisation,
        organisation_name: facts.organisation_name,
        public_chain: facts.public_chain.parse().map_err(|_| ClientError::BadAnswer)?,
        proof,
    })
}

/// The certificate is neither under the server's key nor one that this machine trusts.
fn shows_another_key(error: &(dyn std::error::Error + 'static)) -> bool {
    if let Some(tls) = error.downcast_ref::<rustls::Error>() {
        return matches!(tls, rustls::Error::InvalidCertificate(_));
    }
    // An error that was made one of I/O is no source of that.
    let wrapped = error
        .downcast_ref::<std::io::Error>()
        .and_then(|error| error.get_ref());
    wrapped.is_some_and(|error| shows_another_key(error)) || error.source().is_some_and(shows_another_key)
}

fn network_error(error: reqwest::Error) -> ClientError {
    if error.is_timeout() {
        return ClientError::TimedOut;
    }
    if shows_another_key(&error) {
        return ClientError::WrongServer;
    }
    // Without the address: it is known, and stays out of logs.
    ClientError::Unreachable(error.without_url().to_string())
}
