//! What a request is signed over: to whom, what, when by the receiver's own clock, and once.

use jishi_journal::{NodeKey, Purpose, Signature, VerifyingKey};
use sha2::{Digest as _, Sha256};

/// The request as it is sent.
#[derive(Debug, Clone, Copy)]
pub struct RequestProof<'a> {
    /// The receiving node's key: a request for one server is worth nothing at another.
    pub receiver: &'a VerifyingKey,
    /// `GET`, `POST`.
    pub method: &'a str,
    /// The path with its query, as it stands in the request.
    pub path: &'a str,
    /// The body as it travels, compressed where it is.
    pub body: &'a [u8],
    /// The receiver's time as told in its last answer, word for word.
    pub time: &'a str,
    /// 16 random bytes in hex.
    pub nonce: &'a str,
}

impl RequestProof<'_> {
    fn bytes(&self) -> Vec<u8> {
        let body = hex::encode(Sha256::digest(self.body));
        let RequestProof {
            receiver,
            method,
            path,
            time,
            nonce,
            ..
        } = self;
        format!("{receiver}\n{method}\n{path}\n{body}\n{time}\n{nonce}").into_bytes()
    }
}

/// What goes beside a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestHeaders {
    pub node: String,
    pub time: String,
    pub nonce: String,
    pub signature: String,
}

pub fn sign_request(proof: RequestProof<'_>, key: &NodeKey) -> RequestHeaders {
    RequestHeaders {
        node: key.public().to_string(),
        time: proof.time.to_owned(),
        nonce: proof.nonce.to_owned(),
        signature: key.sign(Purpose::Request, &proof.bytes()).to_string(),
    }
}

pub fn verify_request(proof: RequestProof<'_>, sender: &VerifyingKey, signature: &Signature) -> bool {
    // A newline in a field would let one request be read as another.
    let single = |text: &str| !text.bytes().any(|byte| byte < 0x20);
    [proof.method, proof.path, proof.time, proof.nonce]
        .into_iter()
        .all(single)
        && sender.verifies(Purpose::Request, &proof.bytes(), signature)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_counts_for_this_one_request() {
        let key = NodeKey::from_seed(&[1; 32]);
        let server = NodeKey::from_seed(&[2; 32]).public();
        let other = NodeKey::from_seed(&[3; 32]).public();
        let good = RequestProof {
            receiver: &server,
            method: "POST",
            path: "/api/v1/push",
            body: b"body",
            time: "1",
            nonce: "aa",
        };
        let signature: Signature = sign_request(good, &key)
            .signature
            .parse()
            .expect("it was just made");
        assert!(verify_request(good, &key.public(), &signature));
        let changed = [
            RequestProof {
                receiver: &other,
                ..good
            },
            RequestProof {
                method: "GET",
                ..good
            },
            RequestProof {
                path: "/api/v1/marks",
                ..good
            },
            RequestProof {
                body: b"bodY",
                ..good
            },
            RequestProof { time: "2", ..good },
            RequestProof { nonce: "ab", ..good },
        ];
        for proof in changed {
            assert!(!verify_request(proof, &key.public(), &signature), "{proof:?}");
        }
        assert!(!verify_request(good, &other, &signature));
    }
}
