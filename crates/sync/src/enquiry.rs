//! What a pull asks, without a connection: for whoever carries messages by other means.

use crate::batch::{BatchLine, decode_batch};
use crate::client::ClientError;
use crate::protocol::{FeedsAnswer, Health, INTRODUCE_PATH, IntroduceRequest, PULL_PATH, PullRequest};
use crate::speech::{Call, Exchange, Incoming, Next, Outgoing, Speaker, health, read_json};

/// One question on its way.
#[derive(Debug)]
pub struct Enquiry {
    exchange: Exchange,
}

/// What follows an answer.
#[derive(Debug)]
pub enum Enquired {
    Send(Outgoing),
    Done(Result<Vec<u8>, ClientError>),
}

impl Enquiry {
    /// Which chains there are for this node, which has given back all for this epoch.
    pub fn feeds(gave: Option<&str>, speaker: &mut Speaker) -> (Enquiry, Outgoing) {
        let (exchange, outgoing) = Exchange::begin(Call::feeds(None, gave), speaker);
        (Enquiry { exchange }, outgoing)
    }

    /// A batch of what a restored server has lost.
    pub fn give_back(body: Vec<u8>, speaker: &mut Speaker) -> (Enquiry, Outgoing) {
        let (exchange, outgoing) = Exchange::begin(Call::push(body), speaker);
        (Enquiry { exchange }, outgoing)
    }

    /// Another server's word on this node, or its own server's, with the entries that handed the node's key over.
    pub fn introduce(
        introduction: &IntroduceRequest,
        speaker: &mut Speaker,
    ) -> Result<(Enquiry, Outgoing), ClientError> {
        let (exchange, outgoing) = Exchange::begin(Call::json(INTRODUCE_PATH, introduction)?, speaker);
        Ok((Enquiry { exchange }, outgoing))
    }

    /// Who is there: asked of whoever it is, without a word of this node's.
    pub fn who_is_there() -> Outgoing {
        health()
    }

    pub fn read_health(bytes: &[u8]) -> Result<Health, ClientError> {
        read_json(bytes)
    }

    /// What follows of these chains.
    pub fn pull(wanted: &PullRequest, speaker: &mut Speaker) -> Result<(Enquiry, Outgoing), ClientError> {
        let (exchange, outgoing) = Exchange::begin(Call::json(PULL_PATH, wanted)?, speaker);
        Ok((Enquiry { exchange }, outgoing))
    }

    pub fn hear(&mut self, incoming: Incoming, speaker: &mut Speaker) -> Enquired {
        match self.exchange.hear(incoming, speaker) {
            Next::Send(outgoing) => Enquired::Send(outgoing),
            Next::Done(heard) => Enquired::Done(heard),
        }
    }

    pub fn read_feeds(bytes: &[u8]) -> Result<FeedsAnswer, ClientError> {
        read_json(bytes)
    }

    pub fn read_entries(bytes: &[u8]) -> Result<Vec<BatchLine>, ClientError> {
        decode_batch(bytes).map_err(|_| ClientError::BadAnswer)
    }
}
