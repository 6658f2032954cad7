//! Where a server is, and whether it is safe to speak to it there.

use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    #[error("not a server's address; it looks like http://127.0.0.1:8787 or https://jishi.example.cn")]
    BadAddress,
    /// Sales, names' keys and one-time codes would travel in clear.
    #[error(
        "plain HTTP goes to this machine only (127.0.0.1, [::1], localhost); another machine needs https"
    )]
    InsecureAddress,
}

impl AddressError {
    pub fn code(&self) -> &'static str {
        match self {
            AddressError::BadAddress => "bad_address",
            AddressError::InsecureAddress => "insecure_address",
        }
    }
}

/// `http://` to this machine's loopback, or `https://` to anywhere: nothing else is a server's
/// address, so nothing can be sent in clear by mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerAddress(String);

impl ServerAddress {
    /// The address of a server that listens on this socket: TLS, but on this machine's own loopback.
    pub fn of_listener(socket: SocketAddr) -> ServerAddress {
        match socket.ip().is_loopback() {
            true => ServerAddress(format!("http://{socket}")),
            false => ServerAddress(format!("https://{socket}")),
        }
    }

    pub fn is_tls(&self) -> bool {
        self.0.starts_with("https://")
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The socket, where the address is one of numbers.
    pub(crate) fn socket(&self) -> Option<SocketAddr> {
        self.0.split_once("://")?.1.parse().ok()
    }
}

impl FromStr for ServerAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<ServerAddress, AddressError> {
        let text = text.trim().trim_end_matches('/');
        let (scheme, authority) = text.split_once("://").ok_or(AddressError::BadAddress)?;
        let good = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
        if authority.is_empty() || !authority.bytes().all(good) {
            return Err(AddressError::BadAddress);
        }
        match scheme {
            "https" => {}
            "http" if is_loopback(authority)? => {}
            "http" => return Err(AddressError::InsecureAddress),
            _ => return Err(AddressError::BadAddress),
        }
        Ok(ServerAddress(format!("{scheme}://{authority}")))
    }
}

impl fmt::Display for ServerAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

fn is_loopback(authority: &str) -> Result<bool, AddressError> {
    if let Ok(socket) = authority.parse::<SocketAddr>() {
        return Ok(socket.ip().is_loopback());
    }
    let (host, port) = authority.rsplit_once(':').ok_or(AddressError::BadAddress)?;
    port.parse::<u16>().map_err(|_| AddressError::BadAddress)?;
    Ok(host.eq_ignore_ascii_case("localhost"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_an_address_and_what_is_not() {
        let table = [
            ("http://127.0.0.1:8787", "ok"),
            ("http://127.0.0.1:8787/", "ok"),
            ("http://127.9.9.9:1", "ok"),
            ("http://[::1]:8787", "ok"),
            ("http://localhost:8787", "ok"),
            ("https://jishi.example.cn", "ok"),
            ("https://10.0.0.7:8443", "ok"),
            ("http://10.0.0.7:8787", "insecure_address"),
            ("http://0.0.0.0:8787", "insecure_address"),
            ("http://jishi.example.cn:80", "insecure_address"),
            ("http://localhost.example.cn:80", "insecure_address"),
            ("http://127.0.0.1.example.cn:80", "insecure_address"),
            ("http://[fe80::1]:80", "insecure_address"),
            ("http://127.0.0.1", "bad_address"),
            ("http://127.0.0.1:99999", "bad_address"),
            ("http://127.0.0.1:8787@example.cn", "bad_address"),
            ("http://127.0.0.1:8787/path", "bad_address"),
            ("ftp://127.0.0.1:21", "bad_address"),
            ("127.0.0.1:8787", "bad_address"),
            ("https://", "bad_address"),
            ("", "bad_address"),
        ];
        for (text, expected) in table {
            let found = text
                .parse::<ServerAddress>()
                .map_or_else(|error| error.code(), |_| "ok");
            assert_eq!(found, expected, "{text}");
        }
    }
}
