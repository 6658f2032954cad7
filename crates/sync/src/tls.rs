//! Whom a node speaks to: the server with the key it was enrolled at, whatever name or address that has today.
//!
//! A server signs its own certificate with its node key, as TLS 1.3 asks. No authority stands above it, and none is
//! needed: the key came in the one-time code. Where a proxy stands before the server, its certificate has to be one that
//! this machine trusts, as for any web site; every request and every word of the server is signed all the same.
//!
//! Of a server that shows another key a node asks one thing, under any certificate and with no word of its own: who is
//! there. The answer counts only as far as the key that the node knows has signed it.

use jishi_journal::VerifyingKey;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use rustls_platform_verifier::Verifier;
use std::sync::Arc;

/// An Ed25519 public key as a certificate holds it (RFC 8410) begins so; the 32 bytes of the key follow.
const ED25519_PUBLIC: [u8; 12] = [
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
];

pub(crate) fn client_config(server: VerifyingKey) -> Result<ClientConfig, Error> {
    let provider = provider();
    let web = Verifier::new(Arc::clone(&provider))?;
    config(Whom::Server { key: server, web }, provider)
}

/// For the one question who is there, which tells nothing: whatever certificate is shown is taken.
pub(crate) fn config_to_ask_who_is_there() -> Result<ClientConfig, Error> {
    config(Whom::Anybody, provider())
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::aws_lc_rs::default_provider())
}

fn config(whom: Whom, provider: Arc<CryptoProvider>) -> Result<ClientConfig, Error> {
    let verifier = Shown {
        whom,
        provider: Arc::clone(&provider),
    };
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth())
}

/// Whose certificate is taken.
#[derive(Debug)]
enum Whom {
    Anybody,
    /// The one with this key, or whom this machine trusts as any web site.
    Server {
        key: VerifyingKey,
        web: Verifier,
    },
}

#[derive(Debug)]
struct Shown {
    whom: Whom,
    provider: Arc<CryptoProvider>,
}

/// Whether a certificate is this key's own.
fn is_shown_by(key: &VerifyingKey, certificate: &CertificateDer<'_>) -> bool {
    let Ok(certificate) = webpki::EndEntityCert::try_from(certificate) else {
        return false;
    };
    let shown = certificate.subject_public_key_info();
    shown.as_ref().strip_prefix(&ED25519_PUBLIC) == Some(&key.to_bytes())
}

impl ServerCertVerifier for Shown {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        match &self.whom {
            Whom::Server { key, web } if !is_shown_by(key, end_entity) => {
                web.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
            }
            Whom::Server { .. } | Whom::Anybody => Ok(ServerCertVerified::assertion()),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}
