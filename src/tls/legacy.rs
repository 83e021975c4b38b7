//! The plain-text handshake of old servers: TLS 1.0 and 1.1, RSA key exchange, CBC suites, finite
//! field Diffie-Hellman. No TLS library of today speaks these, but up to TLS 1.2 the Certificate
//! message travels in clear, so a ClientHello made by hand is enough to read the chain, and where the
//! key exchange is signed, that proves the key. Nothing secret is sent. No sockets here: bytes in,
//! bytes out.

use rustls::pki_types::CertificateDer;
use rustls::{CipherSuite, ProtocolVersion};

use super::key_exchange::{self, Agreed, Random};
use super::recorder::CertificateRequest;
use super::{Handshake, alert, protocol_name, suite_name};
use crate::error::{Error, Result};
use crate::failure::Failure;

/// What an unfriendly server can make us keep: 64 KiB of Certificate, and the rest of its flight.
const MAX_FLIGHT: usize = 128 * 1024;

/// Record types (RFC 5246 section 6.2.1) and handshake types (section 7.4).
mod kind {
    pub const ALERT: u8 = 21;
    pub const HANDSHAKE: u8 = 22;
    pub const CLIENT_HELLO: u8 = 1;
    pub const SERVER_HELLO: u8 = 2;
    pub const CERTIFICATE: u8 = 11;
    pub const SERVER_KEY_EXCHANGE: u8 = 12;
    pub const CERTIFICATE_REQUEST: u8 = 13;
    pub const SERVER_HELLO_DONE: u8 = 14;
}

/// Suites to offer, strongest first: ECDHE, DHE, static ECDH, RSA; AEAD, CBC, 3DES, RC4, DES.
/// 0x00ff asks for secure renegotiation (RFC 5746), without which some servers refuse.
#[rustfmt::skip]
const SUITES: &[u16] = &[
    0xc02b, 0xc02c, 0xcca9, 0xc023, 0xc024, 0xc009, 0xc00a, 0xc008, 0xc007, 0xc0ac, 0xc0ad,
    0xc02f, 0xc030, 0xcca8, 0xc027, 0xc028, 0xc013, 0xc014, 0xc012, 0xc011,
    0x009e, 0x009f, 0xccaa, 0x0067, 0x006b, 0x0033, 0x0039, 0x0045, 0x0088, 0x009a, 0x0016,
    0x00a2, 0x00a3, 0x0040, 0x006a, 0x0032, 0x0038, 0x0013,
    0xc02d, 0xc02e, 0xc004, 0xc005, 0xc031, 0xc032, 0xc00e, 0xc00f,
    0x009c, 0x009d, 0xc09c, 0xc09d, 0x003c, 0x003d, 0x002f, 0x0035, 0x0041, 0x0084, 0x0096,
    0x0007, 0x000a, 0x0005, 0x0004, 0x0009, 0x0015, 0x00ff,
];

/// Groups (RFC 8422 section 5.1.1): X25519, P-256, P-384, P-521, secp256k1, P-224, P-192.
const GROUPS: &[u16] = &[29, 23, 24, 25, 22, 21, 19];

/// Signature algorithms (RFC 5246 section 7.4.1.4.1, RFC 8446 section 4.2.3), SHA-1 and DSA too.
#[rustfmt::skip]
const SIGNATURES: &[u16] = &[
    0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0809, 0x080a, 0x080b,
    0x0401, 0x0501, 0x0601, 0x0402, 0x0203, 0x0201, 0x0202,
];

/// A ClientHello in its record (RFC 5246 section 7.4.1.2) that a server of any age can answer with
/// its certificate. TLS 1.2 is offered as the highest version; older servers answer with theirs.
pub fn client_hello(server_name: Option<&str>, random: [u8; 32]) -> Vec<u8> {
    let mut extensions = Vec::new();
    if let Some(name) = server_name {
        // server_name: list length, kind 0 (host_name), name length, name
        let mut entry = vec![0];
        entry.extend(prefixed(name.as_bytes()));
        extension(&mut extensions, 0, &prefixed(&entry));
    }
    extension(&mut extensions, 10, &prefixed(&words(GROUPS)));
    extension(&mut extensions, 11, &[1, 0]);
    extension(&mut extensions, 13, &prefixed(&words(SIGNATURES)));

    let mut body = vec![3, 3];
    body.extend(random);
    body.push(0); // no session
    body.extend(prefixed(&words(SUITES)));
    body.extend([1, 0]); // no compression
    body.extend(prefixed(&extensions));

    let mut message = vec![kind::CLIENT_HELLO, 0];
    message.extend(prefixed(&body));
    // The record says TLS 1.0: the oldest servers refuse a greater number there.
    let mut record = vec![kind::HANDSHAKE, 3, 1];
    record.extend(prefixed(&message));
    record
}

/// A fatal `user_canceled`: we have seen what we came for.
pub const GOODBYE: &[u8] = &[kind::ALERT, 3, 1, 0, 2, 2, 90];

fn words(values: &[u16]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_be_bytes()).collect()
}

/// The bytes behind their length in two bytes. Everything here is far shorter than 64 KiB.
fn prefixed(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
    let mut out = length.to_be_bytes().to_vec();
    out.extend(&bytes[..usize::from(length)]);
    out
}

fn extension(out: &mut Vec<u8>, number: u16, body: &[u8]) {
    out.extend(number.to_be_bytes());
    out.extend(prefixed(body));
}

/// Reads the server's first flight as it arrives.
pub struct Flight {
    /// Random bytes of client and server.
    randoms: [Random; 2],
    /// Bytes of records not yet complete.
    records: Vec<u8>,
    /// Bytes of handshake messages not yet complete.
    messages: Vec<u8>,
    total: usize,
    handshake: Handshake,
}

impl Flight {
    /// Nothing read yet of what answers a hello with these random bytes.
    pub fn new(random: Random) -> Self {
        Self {
            randoms: [random, Random::default()],
            records: Vec::new(),
            messages: Vec::new(),
            total: 0,
            handshake: Handshake::default(),
        }
    }

    /// Takes what has arrived; gives the handshake once the flight is complete.
    ///
    /// # Errors
    /// `tls-alert` when the server refuses, `tls-error` when it breaks the protocol.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Option<Handshake>> {
        self.total += bytes.len();
        if self.total > MAX_FLIGHT {
            return Err(broken("the server's hello is longer than 128 KiB"));
        }
        self.records.extend_from_slice(bytes);
        let mut rest = self.records.as_slice();
        while let [kind, 3, _, high, low, after @ ..] = rest {
            let length = usize::from(u16::from_be_bytes([*high, *low]));
            let Some((record, next)) = after.split_at_checked(length) else { break };
            match (*kind, record) {
                (kind::HANDSHAKE, _) => self.messages.extend_from_slice(record),
                // Level 1 is a warning, and the handshake goes on (RFC 5246 section 7.2).
                (kind::ALERT, [1, number, ..]) if *number != 0 => {}
                (kind::ALERT, [_, number, ..]) => {
                    return Err(alert::error(*number, "during the handshake"));
                }
                _ => return Err(broken("the server sent an unexpected record")),
            }
            rest = next;
        }
        if rest.first().is_some_and(|kind| !(20..=24).contains(kind))
            || rest.get(1).is_some_and(|major| *major != 3)
        {
            return Err(broken("the server sent no TLS record"));
        }
        let consumed = self.records.len() - rest.len();
        self.records.drain(..consumed);
        self.read_messages()
    }

    /// Notes whether the key exchange proves the key of the certificate that came before it.
    fn prove(&mut self, body: &[u8]) {
        let seen = &mut self.handshake;
        let (Some(protocol), Some(suite)) = (seen.protocol, &seen.cipher_suite) else { return };
        let Some(certificate) = seen.chain.first() else { return };
        let agreed = Agreed { protocol, suite, randoms: self.randoms };
        if let Some(signed) = key_exchange::signed(body, &agreed, certificate) {
            (seen.proven, seen.signature_scheme) = (signed.holds, signed.scheme);
        }
    }

    fn read_messages(&mut self) -> Result<Option<Handshake>> {
        let mut messages = std::mem::take(&mut self.messages);
        let mut rest = messages.as_slice();
        while let [kind, length @ ..] = rest {
            let Some((body, next)) = vector24(length) else { break };
            match *kind {
                kind::SERVER_HELLO => {
                    let (version, suite) =
                        server_hello_body(body).ok_or_else(|| malformed("ServerHello"))?;
                    self.handshake.protocol = Some(protocol_name(version));
                    self.handshake.cipher_suite = Some(suite_name(suite));
                    if let Some(random) = body.get(2..).and_then(|rest| rest.first_chunk()) {
                        self.randoms[1] = *random;
                    }
                }
                kind::SERVER_KEY_EXCHANGE => self.prove(body),
                kind::CERTIFICATE => {
                    self.handshake.chain =
                        certificates(body).ok_or_else(|| malformed("Certificate"))?;
                }
                kind::CERTIFICATE_REQUEST => {
                    let tls12 = self.handshake.protocol == Some("TLSv1.2");
                    let request = certificate_request(body, tls12);
                    self.handshake.request =
                        Some(request.ok_or_else(|| malformed("CertificateRequest"))?);
                }
                kind::SERVER_HELLO_DONE => return Ok(Some(std::mem::take(&mut self.handshake))),
                _ => {}
            }
            rest = next;
        }
        let consumed = messages.len() - rest.len();
        messages.drain(..consumed);
        self.messages = messages;
        Ok(None)
    }
}

/// Version and suite of a ServerHello that stands at the start of the bytes a server sent.
pub fn server_hello(flight: &[u8]) -> Option<(ProtocolVersion, CipherSuite)> {
    let [kind::HANDSHAKE, 3, _, _, _, kind::SERVER_HELLO, _, _, _, body @ ..] = flight else {
        return None;
    };
    server_hello_body(body)
}

/// version 2, random 32, session id 1..33, suite 2, compression 1, extensions
fn server_hello_body(body: &[u8]) -> Option<(ProtocolVersion, CipherSuite)> {
    let (version, rest) = body.split_at_checked(2)?;
    let (session, rest) = rest.get(32..)?.split_first()?;
    let suite = rest.get(usize::from(*session)..)?.get(..2)?;
    let word = |bytes: &[u8]| Some(u16::from_be_bytes(bytes.try_into().ok()?));
    Some((word(version)?.into(), word(suite)?.into()))
}

/// A vector behind its length in three bytes, and what follows it.
fn vector24(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let [high, middle, low, rest @ ..] = bytes else { return None };
    let length = u32::from_be_bytes([0, *high, *middle, *low]);
    rest.split_at_checked(usize::try_from(length).ok()?)
}

/// A vector behind its length in two bytes, and what follows it.
pub(super) fn vector16(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let [high, low, rest @ ..] = bytes else { return None };
    rest.split_at_checked(usize::from(u16::from_be_bytes([*high, *low])))
}

fn certificates(body: &[u8]) -> Option<Vec<CertificateDer<'static>>> {
    let (mut list, _) = vector24(body)?;
    let mut chain = Vec::new();
    while !list.is_empty() {
        let (certificate, next) = vector24(list)?;
        chain.push(CertificateDer::from(certificate.to_vec()));
        list = next;
    }
    Some(chain)
}

/// certificate types <1..>, in TLS 1.2 signature algorithms <2..>, names <0..> of names <1..>
fn certificate_request(body: &[u8], tls12: bool) -> Option<CertificateRequest> {
    let (types, rest) = body.split_first()?;
    let mut rest = rest.get(usize::from(*types)..)?;
    let mut request = CertificateRequest::default();
    if tls12 {
        let (schemes, next) = vector16(rest)?;
        let (pairs, _) = schemes.as_chunks::<2>();
        request.schemes = pairs.iter().map(|pair| u16::from_be_bytes(*pair).into()).collect();
        rest = next;
    }
    let (mut names, _) = vector16(rest)?;
    while !names.is_empty() {
        let (name, next) = vector16(names)?;
        request.issuers.push(name.to_vec());
        names = next;
    }
    Some(request)
}

fn broken(message: &str) -> Error {
    Error::new(Failure::TlsError, message)
}

fn malformed(message: &str) -> Error {
    broken(&format!("the server sent a malformed {message} message"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn message(kind: u8, body: &[u8]) -> Vec<u8> {
        let mut out = vec![kind, 0];
        out.extend(prefixed(body));
        out
    }

    fn record(kind: u8, body: &[u8]) -> Vec<u8> {
        let mut out = vec![kind, 3, 1];
        out.extend(prefixed(body));
        out
    }

    /// ServerHello (TLS 1.0, RSA with AES-128-CBC), two certificates, a request, done.
    fn flight() -> Vec<u8> {
        let mut hello = vec![3, 1];
        hello.extend([7; 32]);
        hello.extend([1, 0xaa, 0x00, 0x2f, 0]);
        let certificates = [0, 0, 9, 0, 0, 1, b'a', 0, 0, 2, b'b', b'c'];
        let request = [2, 1, 2, 0, 5, 0, 3, 0x30, 1, 0];
        let mut messages = message(kind::SERVER_HELLO, &hello);
        messages.extend(message(kind::CERTIFICATE, &certificates));
        messages.extend(message(kind::CERTIFICATE_REQUEST, &request));
        messages.extend(message(kind::SERVER_HELLO_DONE, &[]));
        // Split in the middle of a message: records and messages need not agree.
        let (front, back) = messages.split_at(60);
        [record(kind::HANDSHAKE, front), record(kind::HANDSHAKE, back)].concat()
    }

    fn check(handshake: &Handshake) {
        assert_eq!(handshake.protocol, Some("TLSv1.0"));
        assert_eq!(handshake.cipher_suite.as_deref(), Some("TLS_RSA_WITH_AES_128_CBC_SHA"));
        let chain: Vec<&[u8]> = handshake.chain.iter().map(|one| one.as_ref()).collect();
        assert_eq!(chain, [b"a".as_slice(), b"bc"]);
        let issuers = &handshake.request.as_ref().unwrap().issuers;
        assert_eq!(issuers, &[vec![0x30, 1, 0]]);
        assert!(!handshake.proven);
    }

    #[test]
    fn a_flight_is_read_at_once_and_byte_by_byte() {
        check(&Flight::new([1; 32]).push(&flight()).unwrap().unwrap());
        let mut slow = Flight::new([1; 32]);
        let (last, bytes) = flight().split_last().map(|(l, b)| (*l, b.to_vec())).unwrap();
        for byte in bytes {
            assert!(slow.push(&[byte]).unwrap().is_none());
        }
        check(&slow.push(&[last]).unwrap().unwrap());
        let (version, suite) = server_hello(&flight()).unwrap();
        assert_eq!((version, u16::from(suite)), (ProtocolVersion::TLSv1_0, 0x002f));
    }

    #[test]
    fn alerts_end_it_and_warnings_do_not() {
        let fatal = record(kind::ALERT, &[2, 70]);
        let error = Flight::new([1; 32]).push(&fatal).unwrap_err();
        assert_eq!(error.alert.unwrap().name, "protocol_version");
        let warned = [record(kind::ALERT, &[1, 112]), flight()].concat();
        check(&Flight::new([1; 32]).push(&warned).unwrap().unwrap());
    }

    #[test]
    fn what_is_no_tls_is_refused_at_once_and_endless_flights_are_bounded() {
        assert!(Flight::new([1; 32]).push(b"HTTP/1.1 400 Bad Request").is_err());
        let filler = record(kind::HANDSHAKE, &message(22, &[0; 16000]));
        let mut endless = Flight::new([1; 32]);
        assert!((0..100).any(|_| endless.push(&filler).is_err()));
    }

    #[test]
    fn the_hello_is_well_formed() {
        let hello = client_hello(Some("a.example"), [1; 32]);
        assert_eq!(&hello[..3], [kind::HANDSHAKE, 3, 1]);
        let (record, rest) = vector16(&hello[3..]).unwrap();
        assert!(rest.is_empty());
        let (body, rest) = vector24(&record[1..]).unwrap();
        assert!(rest.is_empty());
        assert!(body.windows(9).any(|window| window == b"a.example"));
        assert!(SUITES.iter().all(|suite| *suite != 0x5600), "the fallback signal is refused");
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            let _ = Flight::new([1; 32]).push(&bytes);
            let _ = Flight::new([1; 32]).push(&record(kind::HANDSHAKE, &bytes));
            let _ = server_hello(&bytes);
            for kind in [
                kind::SERVER_HELLO,
                kind::CERTIFICATE,
                kind::SERVER_KEY_EXCHANGE,
                kind::CERTIFICATE_REQUEST,
            ] {
                let _ = Flight::new([1; 32]).push(&record(kind::HANDSHAKE, &message(kind, &bytes)));
            }
        }
    }
}
