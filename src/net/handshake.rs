//! The TLS handshake over a connection, and everything that can go wrong with it.

use rustls::pki_types::ServerName;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::connect::Connection;
use super::fault::{self, Deadline, Phase};
use super::speech;
use super::wire::Wire;
use crate::error::Error;
use crate::failure::Failure;
use crate::tls::{Client, Handshake, legacy, protocol_name, suite_name};

/// A TLS connection to a server.
pub type Stream = TlsStream<Wire>;

/// A handshake that did not finish, and what was seen until then.
#[derive(Debug)]
pub struct Unfinished {
    /// What went wrong.
    pub error: Error,
    /// What the server had shown by then; perhaps nothing.
    pub seen: Handshake,
    /// Whether the server wants a protocol or a suite that is older than what we speak.
    pub outdated: bool,
}

/// Makes the TLS handshake. In TLS 1.3 a server refuses our certificate only after it: read before
/// saying that it was accepted.
///
/// # Errors
/// `timeout`, `closed`, `reset`, `not-tls`, `tls-alert`, `tls-error`, `untrusted`; with what was
/// seen until then.
pub async fn handshake(
    connection: Connection,
    client: &Client,
    name: ServerName<'static>,
    deadline: Deadline,
) -> Result<(Stream, Handshake), Box<Unfinished>> {
    let connector = TlsConnector::from(client.config());
    let work = async {
        let outcome = connector.connect(name, connection.wire).into_fallible().await;
        Ok(outcome)
    };
    let (error, wire) = match deadline.limit(Phase::Handshake, work).await {
        Ok(Ok(stream)) => {
            let seen = client.finished(stream.get_ref().1);
            return Ok((stream, seen));
        }
        Ok(Err(failed)) => failed,
        Err(error) => {
            return Err(Box::new(Unfinished { error, seen: client.unfinished(), outdated: false }));
        }
    };
    let mut seen = client.unfinished();
    if let (false, Some((version, suite))) =
        (seen.chain.is_empty(), legacy::server_hello(wire.head()))
    {
        seen.protocol = Some(protocol_name(version));
        seen.cipher_suite = Some(suite_name(suite));
    }
    let outdated = !seen.proven && is_outdated(&error);
    let error = match speech::not_tls(wire.head()) {
        Some(error) => error,
        None if error.kind() == std::io::ErrorKind::UnexpectedEof => closed(wire.head().is_empty()),
        None => fault::from_io(Phase::Handshake, &error),
    };
    let speaks_other = error.alert.as_ref().is_some_and(|alert| alert.number == 120);
    let error = if speaks_other { error.help(speech::OTHER_PROTOCOL) } else { error };
    Err(Box::new(Unfinished { error, seen, outdated }))
}

fn closed(at_once: bool) -> Error {
    if at_once {
        Error::new(
            Failure::Closed,
            "the peer closed the connection without an answer when TLS began",
        )
        .help(
            "does it speak TLS on this port (PostgreSQL and LDAP servers need --starttls \
                 postgres or ldap), and does it know the requested server name?",
        )
    } else {
        Error::new(
            Failure::Closed,
            "the peer closed the connection in the middle of the TLS handshake",
        )
    }
}

/// Alerts 40, 70 and 71, answers with a version or suite that we did not offer, and signatures by
/// id-RSASSA-PSS keys in TLS 1.2, which rustls does not take.
fn is_outdated(error: &std::io::Error) -> bool {
    use rustls::{AlertDescription as Alert, Error as Tls, PeerMisbehaved};
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Tls>()) {
        Some(Tls::AlertReceived(alert)) => matches!(
            alert,
            Alert::HandshakeFailure | Alert::ProtocolVersion | Alert::InsufficientSecurity
        ),
        Some(Tls::PeerIncompatible(_)) => true,
        Some(Tls::PeerMisbehaved(PeerMisbehaved::SignedKxWithWrongAlgorithm)) => true,
        _ => false,
    }
}
