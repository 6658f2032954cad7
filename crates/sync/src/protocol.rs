//! The shapes of `/api/v1`. A field may be added later with a default; none is ever renamed, retyped
//! or given another meaning. The server's `openapi.json` describes the same for everyone else.

use jishi_journal::{ChainId, EntryHash, Head, NodeKey, Purpose, Signature, VerifyingKey};
use serde::{Deserialize, Serialize};

pub const HEALTH_PATH: &str = "/api/v1/health";
pub const ENROL_PATH: &str = "/api/v1/enrol";
pub const PUSH_PATH: &str = "/api/v1/push";
pub const MARKS_PATH: &str = "/api/v1/marks";
pub const NAME_KEYS_PATH: &str = "/api/v1/name-keys";
pub const INTRODUCE_PATH: &str = "/api/v1/introduce";
pub const FEEDS_PATH: &str = "/api/v1/feeds";
pub const PULL_PATH: &str = "/api/v1/pull";
pub const PULL_NAMES_PATH: &str = "/api/v1/pull-names";

/// Carries the server's time in every answer, and that last told time in every request.
pub const TIME_HEADER: &str = "jishi-time";
/// The sender's public key.
pub const NODE_HEADER: &str = "jishi-node";
pub const NONCE_HEADER: &str = "jishi-nonce";
pub const SIGNATURE_HEADER: &str = "jishi-signature";

pub const ENTRIES_CONTENT_TYPE: &str = "application/vnd.jishi.entries+zstd";

/// How many names' keys travel at once.
pub const NAME_KEYS_MAX: usize = 1_000;
/// How many chains one question about marks, or one pull, may name.
pub const MARKS_CHAINS_MAX: usize = 64;

/// `GET /api/v1/health`, the one request that is not signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// Of the protocol.
    pub version: u32,
    pub organisation: String,
    pub name: String,
    pub public_key: String,
    /// How the server came to this key, where it had others: for nodes that know it by one of those.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hand_overs: Vec<HandOver>,
}

/// `POST /api/v1/enrol`, signed with the key that is to be enrolled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolRequest {
    /// That of the one-time code, in hex.
    pub secret: String,
    /// The node's code, `T1`: unique in its organisation, for it begins every receipt number.
    pub node: String,
    /// `till` or `hub`: what the code must be for. None is of an older till.
    #[serde(default)]
    pub kind: Option<String>,
}

/// `POST /api/v1/introduce`: a till that joined another server of the same organisation shows that one's word, and is
/// taken in as if it had joined here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntroduceRequest {
    /// The [`EnrolmentFacts`], as the other server signed them.
    pub proof: SignedText,
    /// Where the node has another key since: the entries that say so, each signed with the key before, the first first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hand_overs: Vec<SignedText>,
}

/// A key's own word that another one takes its place, and the key that says so: the entry `key_handed_over`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandOver {
    /// The key before, that signed it.
    pub key: String,
    /// The entry, and its signature.
    #[serde(flatten)]
    pub entry: SignedText,
}

/// The node's code, as the server knows it now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntroduceAnswer {
    pub node: String,
    /// Of a node that is enrolled right here, this server's own word on it: [`EnrolmentFacts`] under the keys of today.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<SignedText>,
}

/// What the server says about a new node, signed for [`Purpose::Invitation`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolmentFacts {
    pub v: u32,
    /// The nonce of the request this answers: an old answer is worth nothing.
    pub nonce: String,
    pub server_key: String,
    pub organisation: String,
    pub organisation_name: String,
    pub node: String,
    pub node_key: String,
    pub kind: String,
    #[serde(default)]
    pub outlet: Option<String>,
    /// Of a server, the organisation of the tree that it is bound to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound_to: Option<String>,
    /// The server's `public` chain, in which the node is enrolled.
    pub public_chain: String,
    pub at: String,
}

/// A text and a signature over its very bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedText {
    pub text: String,
    pub signature: String,
}

impl SignedText {
    pub fn sign(text: String, purpose: Purpose, key: &NodeKey) -> SignedText {
        let signature = key.sign(purpose, text.as_bytes()).to_string();
        SignedText { text, signature }
    }

    pub fn verifies(&self, purpose: Purpose, key: &VerifyingKey) -> bool {
        self.signature
            .parse::<Signature>()
            .is_ok_and(|signature| key.verifies(purpose, self.text.as_bytes(), &signature))
    }
}

/// The text of an acknowledgement: this server holds the chain, whole and durable, up to here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcknowledgementFacts {
    pub v: u32,
    pub server: String,
    pub chain: String,
    pub seq: u64,
    pub hash: String,
    pub at: String,
    /// The keys of the servers above this one, the nearest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub above: Vec<String>,
}

/// A verified acknowledgement, with the text and signature that a stranger can verify again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acknowledgement {
    pub server: VerifyingKey,
    pub chain: ChainId,
    pub head: Head,
    /// The servers above the one that signed.
    pub above: Vec<VerifyingKey>,
    pub text: String,
    pub signature: Signature,
}

impl Acknowledgement {
    /// Says, as the server with these above it, how much of a chain is held.
    pub fn sign(chain: ChainId, head: Head, at: &str, above: &[VerifyingKey], key: &NodeKey) -> SignedText {
        let facts = AcknowledgementFacts {
            v: 1,
            server: key.public().to_string(),
            chain: chain.to_string(),
            seq: head.seq,
            hash: head.hash.to_string(),
            at: at.to_owned(),
            above: above.iter().map(VerifyingKey::to_string).collect(),
        };
        // These shapes have nothing that JSON cannot write.
        let text = serde_json::to_string(&facts).unwrap_or_default();
        SignedText::sign(text, Purpose::Acknowledgement, key)
    }

    /// `None` where it is not this server's own word.
    pub fn verify(signed: &SignedText, server: &VerifyingKey) -> Option<Acknowledgement> {
        if !signed.verifies(Purpose::Acknowledgement, server) {
            return None;
        }
        let facts: AcknowledgementFacts = serde_json::from_str(&signed.text).ok()?;
        if facts.server != server.to_string() {
            return None;
        }
        Some(Acknowledgement {
            server: *server,
            chain: facts.chain.parse().ok()?,
            head: Head {
                seq: facts.seq,
                hash: facts.hash.parse::<EntryHash>().ok()?,
            },
            above: facts
                .above
                .iter()
                .map(|key| key.parse().ok())
                .collect::<Option<_>>()?,
            text: signed.text.clone(),
            signature: signed.signature.parse().ok()?,
        })
    }
}

/// Why a chain goes no further. The other chains of the batch do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// `gap`, `bad_link`, `bad_signature`, `bad_entry`, `bad_opening`, `too_large`, `fork`,
    /// `unknown_chain`, `revoked`, `foreign_origin`. A `fork` beside a word that fits the node's own entries refuses
    /// nothing: they are kept beside the other branch, and the node goes on in a successor.
    pub code: String,
    /// The seq of the entry that was refused, where it could be read.
    #[serde(default)]
    pub seq: Option<u64>,
    /// The seq that must come next, with `gap`.
    #[serde(default)]
    pub wanted: Option<u64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainAnswer {
    pub chain: String,
    /// The contiguous high-water mark; none where nothing of the chain is held.
    #[serde(default)]
    pub acknowledgement: Option<SignedText>,
    #[serde(default)]
    pub refusal: Option<Refusal>,
    /// What the servers above have signed about the chain, each as it signed it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub above: Vec<SignedText>,
}

/// A line that could not even be given to a chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnreadableLine {
    /// From 1.
    pub line: usize,
    pub code: String,
}

/// The answer to `POST /api/v1/push`, sent after the commit is durable, and to `GET /api/v1/marks`. A chain that forked
/// stands in it once for each branch, the refusal in the first; a word's hash tells which branch it is about.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainsAnswer {
    pub chains: Vec<ChainAnswer>,
    #[serde(default)]
    pub unreadable: Vec<UnreadableLine>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartyNameKey {
    pub party: String,
    /// 32 bytes in hex.
    pub key: String,
}

/// `POST /api/v1/name-keys`: handed beside the chains, never in them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameKeysRequest {
    pub keys: Vec<PartyNameKey>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameKeysAnswer {
    pub held: usize,
}

/// A chain that comes down to whoever asks, and how far it goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feed {
    pub chain: String,
    /// Whose it is: the server's that is asked, or of one above it.
    pub server: String,
    /// The outlet that it is for; none is everybody's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outlet: Option<String>,
    pub seq: u64,
}

/// The answer to `GET /api/v1/feeds`. It is not signed: the entries are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedsAnswer {
    pub feeds: Vec<Feed>,
    /// Where other servers of the organisation were last known to be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub servers: Vec<ServerPlace>,
    /// The server came back from a backup: whoever holds more of its chains than is told here gives it back, once for
    /// each of these words. None where it never did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<String>,
}

/// Where a server may be. It is worth nothing by itself: who is spoken to there must show this key, and whether a
/// server with this key is one at all is in the chains.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerPlace {
    pub key: String,
    pub name: String,
    pub address: String,
}

/// A chain that is wanted from behind the last entry that is held; 0 where nothing of it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WantedChain {
    pub chain: String,
    pub after: u64,
}

/// `POST /api/v1/pull`: answered with a batch, as a push brings one. What has no room in it is asked for next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PullRequest {
    pub chains: Vec<WantedChain>,
}

/// A sealed name whose key is not here. Whoever can say the key's id has read it in an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WantedName {
    pub party: String,
    pub key_id: String,
}

/// `POST /api/v1/pull-names`, answered with a [`NameKeysRequest`] of those that are to be had: an erased name has none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PullNamesRequest {
    pub names: Vec<WantedName>,
}

/// A request that was refused as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorAnswer {
    pub error: ErrorFacts,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorFacts {
    pub code: String,
    pub message: String,
}
