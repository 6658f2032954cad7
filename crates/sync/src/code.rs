//! The one-time code that enrols a node: where the server is, whose it is, and a secret.
//!
//! `JISHI-` and groups of five, in an alphabet without look-alikes (no I, L, O, U), all capitals, so
//! that it fits a small QR, can be read over a telephone, and a mistyped sign is noticed at once. Of
//! the text: version, public key, secret, address, and four bytes of SHA-256 over all of it.

use crate::address::ServerAddress;
use jishi_journal::VerifyingKey;
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::str::FromStr;

const PREFIX: &str = "JISHI";
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const VERSION: u8 = 1;
pub(crate) const SECRET_BYTES: usize = 12;
const CHECK_BYTES: usize = 4;
const GROUP: usize = 5;
/// Longer than any code: what is longer is not looked at.
const TEXT_BYTES_MAX: usize = 1_024;
/// An address of four numbers and a port takes six bytes; any other is text.
const ADDRESS_IPV4_HTTP: u8 = 1;
const ADDRESS_TEXT: u8 = 2;
const ADDRESS_IPV4_HTTPS: u8 = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    #[error("not a one-time code, or one of its signs is mistyped")]
    BadCode,
    #[error("the code is of a newer program")]
    NewerCode,
    #[error("the code leads to a server that could only be reached in clear")]
    InsecureAddress,
}

impl CodeError {
    pub fn code(self) -> &'static str {
        match self {
            CodeError::BadCode => "bad_code",
            CodeError::NewerCode => "newer_code",
            CodeError::InsecureAddress => "insecure_address",
        }
    }
}

#[derive(Clone, PartialEq, Eq)]
pub struct InvitationCode {
    pub address: ServerAddress,
    /// The organisation's key. With a single server it is that server's own; a server that stands
    /// beneath it shows an entry of the organisation's `public` chain that names it.
    pub organisation_key: VerifyingKey,
    pub secret: [u8; SECRET_BYTES],
}

impl InvitationCode {
    pub const SECRET_BYTES: usize = SECRET_BYTES;

    /// All that a server stores of the secret.
    pub fn secret_hash(secret: &[u8]) -> String {
        hex::encode(
            Sha256::new()
                .chain_update(b"jishi invitation secret 1\n")
                .chain_update(secret)
                .finalize(),
        )
    }

    fn payload(&self) -> Vec<u8> {
        let mut bytes = vec![VERSION];
        bytes.extend(self.organisation_key.to_bytes());
        bytes.extend(self.secret);
        match self.address.socket() {
            Some(SocketAddr::V4(socket)) => {
                bytes.push(match self.address.is_tls() {
                    true => ADDRESS_IPV4_HTTPS,
                    false => ADDRESS_IPV4_HTTP,
                });
                bytes.extend(socket.ip().octets());
                bytes.extend(socket.port().to_be_bytes());
            }
            _ => {
                bytes.push(ADDRESS_TEXT);
                bytes.extend(self.address.as_str().bytes());
            }
        }
        bytes
    }

    fn from_payload(bytes: &[u8]) -> Option<InvitationCode> {
        let (key, bytes) = bytes.split_first_chunk::<32>()?;
        let (secret, bytes) = bytes.split_first_chunk::<SECRET_BYTES>()?;
        let address = match bytes.split_first()? {
            (scheme @ (&ADDRESS_IPV4_HTTP | &ADDRESS_IPV4_HTTPS), [a, b, c, d, high, low]) => {
                let socket =
                    SocketAddrV4::new(Ipv4Addr::new(*a, *b, *c, *d), u16::from_be_bytes([*high, *low]));
                let scheme = if *scheme == ADDRESS_IPV4_HTTPS {
                    "https"
                } else {
                    "http"
                };
                format!("{scheme}://{socket}")
            }
            (&ADDRESS_TEXT, text) => String::from_utf8(text.to_vec()).ok()?,
            _ => return None,
        };
        Some(InvitationCode {
            address: address.parse().ok()?,
            organisation_key: VerifyingKey::from_bytes(key).ok()?,
            secret: *secret,
        })
    }
}

/// The secret is not shown.
impl fmt::Debug for InvitationCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "InvitationCode({}, {})",
            self.address, self.organisation_key
        )
    }
}

impl fmt::Display for InvitationCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = self.payload();
        let check = check_of(&bytes);
        bytes.extend(check);
        formatter.write_str(PREFIX)?;
        for (place, sign) in to_base32(&bytes).into_iter().enumerate() {
            if place % GROUP == 0 {
                formatter.write_str("-")?;
            }
            write!(formatter, "{}", char::from(sign))?;
        }
        Ok(())
    }
}

impl FromStr for InvitationCode {
    type Err = CodeError;

    /// Takes it in any case, with any spaces and hyphens, and O for 0, I and L for 1.
    fn from_str(text: &str) -> Result<InvitationCode, CodeError> {
        if text.len() > TEXT_BYTES_MAX {
            return Err(CodeError::BadCode);
        }
        let signs: String = text
            .chars()
            .filter(|sign| !sign.is_whitespace() && *sign != '-')
            .map(|sign| sign.to_ascii_uppercase())
            .collect();
        let signs = signs.strip_prefix(PREFIX).ok_or(CodeError::BadCode)?;
        let bytes = from_base32(signs).ok_or(CodeError::BadCode)?;
        let (payload, check) = bytes
            .split_last_chunk::<CHECK_BYTES>()
            .ok_or(CodeError::BadCode)?;
        if check_of(payload) != *check {
            return Err(CodeError::BadCode);
        }
        match payload.split_first() {
            Some((&VERSION, rest)) => match InvitationCode::from_payload(rest) {
                Some(code) => Ok(code),
                None if leads_in_clear(rest) => Err(CodeError::InsecureAddress),
                None => Err(CodeError::BadCode),
            },
            Some(_) => Err(CodeError::NewerCode),
            None => Err(CodeError::BadCode),
        }
    }
}

/// A code that is whole but for its address.
fn leads_in_clear(payload: &[u8]) -> bool {
    match payload.get(32 + SECRET_BYTES..) {
        Some([ADDRESS_IPV4_HTTP, ..]) => true,
        Some([ADDRESS_TEXT, text @ ..]) => text.starts_with(b"http://"),
        _ => false,
    }
}

fn check_of(payload: &[u8]) -> [u8; CHECK_BYTES] {
    let digest: [u8; 32] = Sha256::digest(payload).into();
    let [a, b, c, d, ..] = digest;
    [a, b, c, d]
}

fn to_base32(bytes: &[u8]) -> Vec<u8> {
    let mut signs = Vec::new();
    let (mut bits, mut held) = (0_u32, 0_u32);
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            signs.push(ALPHABET[((held >> bits) & 31) as usize]);
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        signs.push(ALPHABET[((held << (5 - bits)) & 31) as usize]);
    }
    signs
}

fn from_base32(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut bits, mut held) = (0_u32, 0_u32);
    for sign in text.bytes() {
        let sign = match sign {
            b'O' => b'0',
            b'I' | b'L' => b'1',
            other => other,
        };
        let value = ALPHABET.iter().position(|known| *known == sign)?;
        held = (held << 5) | u32::try_from(value).ok()?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((held >> bits) & 0xff).ok()?);
        }
        held &= (1 << bits) - 1;
    }
    // What is left over must be the padding's zeros: one spelling for one code.
    (bits < 5 && held == 0).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jishi_journal::NodeKey;

    fn code(address: &str) -> InvitationCode {
        InvitationCode {
            address: address.parse().expect("a good address"),
            organisation_key: NodeKey::from_seed(&[7; 32]).public(),
            secret: [0xa5; SECRET_BYTES],
        }
    }

    #[test]
    fn a_code_comes_back_however_it_is_typed() {
        for address in [
            "http://127.0.0.1:8787",
            "http://[::1]:1",
            "http://localhost:80",
            "https://jishi.example.cn",
        ] {
            let code = code(address);
            let text = code.to_string();
            assert!(
                text.bytes()
                    .all(|sign| sign.is_ascii_uppercase() || sign.is_ascii_digit() || sign == b'-')
            );
            assert_eq!(text.parse(), Ok(code.clone()));
            assert_eq!(text.to_lowercase().parse(), Ok(code.clone()));
            assert_eq!(text.replace('-', " ").parse(), Ok(code.clone()));
            assert_eq!(
                format!("  {}\n", text.replace('0', "o").replace('1', "l")).parse(),
                Ok(code)
            );
        }
        assert_eq!(code("http://127.0.0.1:8787").to_string().len(), 5 + 18 * 6);
    }

    #[test]
    fn a_mistyped_sign_is_noticed() {
        let text = code("http://127.0.0.1:8787").to_string();
        for place in 6..text.len() {
            let mut signs = text.clone().into_bytes();
            if signs[place] == b'-' {
                continue;
            }
            signs[place] = if signs[place] == b'7' { b'8' } else { b'7' };
            let typed = String::from_utf8(signs).expect("ASCII");
            assert_eq!(
                typed.parse::<InvitationCode>(),
                Err(CodeError::BadCode),
                "{place}"
            );
        }
        for typed in [
            "",
            "JISHI",
            "JISHI-",
            "JISHI-00000",
            &text[..40],
            &text[6..],
            &"J".repeat(5_000),
        ] {
            assert_eq!(typed.parse::<InvitationCode>(), Err(CodeError::BadCode));
        }
    }

    #[test]
    fn a_code_of_a_newer_program_or_of_a_clear_address_says_so() {
        let with = |mut payload: Vec<u8>| {
            let check = check_of(&payload);
            payload.extend(check);
            let signs = String::from_utf8(to_base32(&payload)).expect("ASCII");
            format!("JISHI-{signs}").parse::<InvitationCode>()
        };
        let good = code("http://127.0.0.1:8787").payload();
        assert!(with(good.clone()).is_ok());
        let mut newer = good.clone();
        newer[0] = 2;
        assert_eq!(with(newer), Err(CodeError::NewerCode));
        let mut clear = good;
        let at = clear.len() - 6;
        clear[at] = 10;
        assert_eq!(with(clear), Err(CodeError::InsecureAddress));
    }

    #[test]
    fn the_secret_is_not_shown() {
        assert!(!format!("{:?}", code("http://127.0.0.1:1")).contains("a5a5"));
    }
}
