//! Hubs that can be heard in this machine's own network: they announce themselves by mDNS, and tills listen.
//!
//! What is announced is a hint and nothing more. Whoever is spoken to at the address must show the key, and whether a
//! server with this key is one is in the chains; a name is only shown. Where there is no network, or no multicast in it,
//! nothing is heard and nothing waits for it.

use mdns_sd::{ResolvedService, ServiceDaemon, ServiceEvent, ServiceInfo};
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

const SERVICE: &str = "_jishi._tcp.local.";
const KEY: &str = "key";
const NAME: &str = "name";
/// Hex, of 32 bytes.
const KEY_CHARS: usize = 64;
/// What one text of a record holds, in bytes, with room for what it is called.
const NAME_BYTES_MAX: usize = 120;
/// A network has fewer hubs; whoever shouts more is not listened to.
const FOUND_MAX: usize = 64;

#[derive(Debug, thiserror::Error)]
#[error("the network has no multicast for this program: {0}")]
pub struct NearbyError(#[from] mdns_sd::Error);

/// A hub that announces itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nearby {
    /// Its public key, in hex.
    pub key: String,
    pub name: String,
    pub address: SocketAddr,
}

/// Kept for as long as the hub is to be heard.
pub struct Announced(ServiceDaemon);

impl std::fmt::Debug for Announced {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Announced")
    }
}

/// Says that the server with this key listens on this port, at whatever addresses this machine has, now and later.
pub fn announce(key: &str, name: &str, port: u16) -> Result<Announced, NearbyError> {
    let daemon = ServiceDaemon::new()?;
    // Two hubs may have one name, and a name may be any text.
    let instance: String = key.chars().take(16).collect();
    let host = format!("jishi-{instance}.local.");
    let properties = [(KEY, key), (NAME, shortened(name))];
    let service = ServiceInfo::new(SERVICE, &instance, &host, "", port, &properties[..])?.enable_addr_auto();
    daemon.register(service)?;
    Ok(Announced(daemon))
}

impl Drop for Announced {
    fn drop(&mut self) {
        // It takes its leave of the network; nobody waits for that.
        let _ = self.0.shutdown();
    }
}

fn shortened(name: &str) -> &str {
    let end = (0..=name.len().min(NAME_BYTES_MAX))
        .rev()
        .find(|end| name.is_char_boundary(*end));
    name.get(..end.unwrap_or(0)).unwrap_or_default()
}

/// What is heard, in a thread of its own, for as long as this is kept.
pub struct Listening {
    found: Arc<Mutex<BTreeMap<String, Nearby>>>,
    daemon: ServiceDaemon,
    hearing: Option<JoinHandle<()>>,
}

impl std::fmt::Debug for Listening {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_list().entries(self.found()).finish()
    }
}

/// Begins to listen.
pub fn listen() -> Result<Listening, NearbyError> {
    let daemon = ServiceDaemon::new()?;
    let events = daemon.browse(SERVICE)?;
    let found: Arc<Mutex<BTreeMap<String, Nearby>>> = Arc::default();
    let kept = Arc::clone(&found);
    let hearing = std::thread::spawn(move || {
        while let Ok(event) = events.recv() {
            let mut found = kept.lock().unwrap_or_else(PoisonError::into_inner);
            match event {
                ServiceEvent::ServiceResolved(service) => {
                    let name = service.get_fullname().to_owned();
                    match read(&service) {
                        Some(nearby) if found.len() < FOUND_MAX || found.contains_key(&name) => {
                            found.insert(name, nearby);
                        }
                        _ => {}
                    }
                }
                ServiceEvent::ServiceRemoved(_, name) => {
                    found.remove(&name);
                }
                ServiceEvent::SearchStopped(_) => break,
                _ => {}
            }
        }
    });
    Ok(Listening {
        found,
        daemon,
        hearing: Some(hearing),
    })
}

impl Listening {
    /// Those that are heard now, by name.
    pub fn found(&self) -> Vec<Nearby> {
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let mut found: Vec<Nearby> = found.values().cloned().collect();
        found.sort_by(|a, b| (&a.name, &a.key).cmp(&(&b.name, &b.key)));
        found
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        // It ends the events, and so the thread.
        if self.daemon.shutdown().is_ok()
            && let Some(hearing) = self.hearing.take()
        {
            let _ = hearing.join();
        }
    }
}

/// Nothing where it is no hub of this program's, or says nothing that could be used.
fn read(service: &ResolvedService) -> Option<Nearby> {
    let key = service.get_property_val_str(KEY)?;
    if key.len() != KEY_CHARS || !key.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let name = service.get_property_val_str(NAME).unwrap_or_default();
    let mut addresses: Vec<Ipv4Addr> = service.get_addresses_v4().into_iter().collect();
    addresses.retain(|address| !address.is_loopback() && !address.is_unspecified());
    // As a Wi-Fi router gives them, before any other.
    addresses.sort_by_key(|address| (!address.is_private(), *address));
    Some(Nearby {
        key: key.to_ascii_lowercase(),
        name: shortened(name)
            .chars()
            .filter(|sign| !sign.is_control())
            .collect(),
        address: SocketAddr::from((*addresses.first()?, service.get_port())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    #[test]
    fn a_name_is_cut_between_two_signs() {
        let long = "集".repeat(60);
        assert_eq!(shortened(&long).chars().count(), 40);
        assert_eq!(shortened("东门大集主机"), "东门大集主机");
    }

    /// Over this machine's own network, where it has one with multicast.
    #[test]
    #[allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test waits")]
    fn a_hub_is_heard_and_its_leave_too() {
        let (Ok(listening), Ok(announced)) = (listen(), announce(&"ab".repeat(32), "东门大集主机", 8788))
        else {
            return;
        };
        let heard = |is_there: bool, wait: Duration| {
            let started = Instant::now();
            while started.elapsed() < wait {
                let found = listening.found();
                let own = found.iter().find(|nearby| nearby.key == "ab".repeat(32));
                if own.is_some() == is_there {
                    return own.cloned().map(Some).or(Some(None));
                }
                std::thread::sleep(Duration::from_millis(50));
            }
            None
        };
        // A machine without any address but its own loopback hears nobody that it could speak to.
        if let Some(Some(own)) = heard(true, Duration::from_secs(5)) {
            assert_eq!((own.name.as_str(), own.address.port()), ("东门大集主机", 8788));
            drop(announced);
            assert_eq!(heard(false, Duration::from_secs(10)), Some(None));
        }
    }
}
