//! Looking at a server: its chain, whatever its age and trust, and whether it proved its key. A
//! server that is too old is asked a second time, in its own language.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use rustls::pki_types::ServerName;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::connect::{Connection, Route, connect, connect_to};
use super::fault::{self, Deadline, Phase};
use super::handshake::{Stream, Unfinished, handshake};
use super::speech;
use super::target::Endpoint;
use crate::cert::{Certificate, Chain};
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::tls::{Client, Handshake, Settings, Signatures, legacy};

/// What to look at, and how.
#[derive(Clone)]
pub struct View<'a> {
    /// The host to connect to.
    pub endpoint: &'a Endpoint,
    /// The name to ask for.
    pub name: &'a ServerName<'static>,
    /// The way there.
    pub route: &'a Route,
    /// One address only, instead of the first that answers.
    pub address: Option<SocketAddr>,
    /// What to offer.
    pub settings: &'a Settings,
}

/// What a look showed.
#[derive(Debug)]
pub struct Sight {
    /// The handshake, at least as far as the chain.
    pub handshake: Handshake,
    /// The address looked at; `None` when a proxy chose it.
    pub address: Option<SocketAddr>,
    /// Whether the server is so old that only its plain-text handshake could be read.
    pub in_plain_text: bool,
    /// How the server ended it for want of a certificate that it likes.
    pub refused: Option<Error>,
    /// Whether the handshake had ended for us by then, as it has in TLS 1.3.
    pub finished: bool,
    /// Session tickets that came after the handshake. A server makes them once its TLS library has
    /// taken our certificate.
    pub tickets: u32,
    /// When it ended without a word: whether it also does when it gets no certificate. `None` where
    /// that could not be seen.
    pub ends_without: Option<bool>,
    /// Why it was not shown our certificate, where one was to be shown.
    pub withheld: Option<Error>,
}

impl Sight {
    /// What a handshake showed that did not end in a refusal.
    fn of(handshake: Handshake, address: Option<SocketAddr>) -> Self {
        Self {
            handshake,
            address,
            in_plain_text: false,
            refused: None,
            finished: false,
            tickets: 0,
            ends_without: None,
            withheld: None,
        }
    }

    /// The chain as it was presented, end-entity first.
    ///
    /// # Errors
    /// `tls-error` without any certificate, `malformed` for one that cannot be read.
    pub fn chain(&self) -> Result<Chain> {
        let certificates = self.handshake.chain.iter().enumerate().map(|(index, der)| {
            Certificate::parse(der.to_vec()).map_err(|malformed| {
                Error::from(malformed).about(format!("certificate {} served", index + 1))
            })
        });
        let chain = Chain::new(certificates.collect::<Result<_>>()?);
        if chain.end_entity().is_none() {
            return Err(Error::new(Failure::TlsError, "the server presented no certificate"));
        }
        Ok(chain)
    }

    /// Whether the server went away without an alert.
    fn ended_silently(&self) -> bool {
        self.refused.as_ref().is_some_and(|error| error.alert.is_none())
    }
}

/// How long a server of TLS 1.3 has to refuse our certificate after the handshake, beside what the way
/// there takes. One that takes it says nothing.
const SECOND_THOUGHTS: Duration = Duration::from_millis(300);

/// Looks once. Where there is a gate, our certificate is shown to whom it lets pass; anybody else is
/// looked at again, without it.
///
/// # Errors
/// Any failure code of the network but `untrusted`.
pub async fn look(view: &View<'_>, deadline: Deadline) -> Result<Sight> {
    let has_own = view.settings.identity.is_some();
    let untrusted = match look_once(view, has_own, deadline).await {
        Err(error) if view.settings.gate.is_some() && is_of_tls(&error) => error,
        Ok(sight) if has_own && sight.ended_silently() => {
            let ends_without = ends_without(view, deadline).await;
            return Ok(Sight { ends_without, ..sight });
        }
        outcome => return outcome,
    };
    let settings = Settings { identity: None, gate: None, ..view.settings.clone() };
    let sight = look_once(&View { settings: &settings, ..view.clone() }, false, deadline).await?;
    Ok(Sight { withheld: Some(untrusted), ..sight })
}

/// The control: whether the server also goes away without a word when it gets no certificate. Then it
/// says nothing about ours.
async fn ends_without(view: &View<'_>, deadline: Deadline) -> Option<bool> {
    let settings = Settings { identity: None, ..view.settings.clone() };
    let control = look_once(&View { settings: &settings, ..view.clone() }, true, deadline).await;
    control.ok().map(|control| control.ended_silently())
}

/// Whether a handshake ended because of the gate, or of what else is asked of whom we trust.
fn is_of_tls(error: &Error) -> bool {
    matches!(
        error.code,
        Failure::Untrusted
            | Failure::TlsAlert
            | Failure::TlsError
            | Failure::Closed
            | Failure::Reset
    )
}

/// Looks; where it `listens`, it waits for what the server says after the handshake.
async fn look_once(view: &View<'_>, listens: bool, deadline: Deadline) -> Result<Sight> {
    let is_gated = view.settings.gate.is_some();
    let connection = view.connect(deadline).await?;
    let address = connection.address;
    let client = Client::new(view.settings)?;
    let started = Instant::now();
    match handshake(connection, &client, view.name.clone(), deadline).await {
        Ok((mut stream, seen)) => {
            let is_awaited = listens && seen.request.is_some();
            let refused = match is_awaited && seen.protocol == Some("TLSv1.3") {
                true => refusal(&mut stream, started.elapsed() * 2, deadline).await,
                false => None,
            };
            let tickets = stream.get_ref().1.tls13_tickets_received();
            // Saying goodbye keeps the server's log clean; whether it hears us does not matter.
            let _ = deadline.limit_io(Phase::Handshake, stream.shutdown()).await;
            Ok(Sight { refused, finished: true, tickets, ..Sight::of(seen, address) })
        }
        Err(unfinished) => {
            let Unfinished { error, seen, outdated } = *unfinished;
            // Before it proved its key, nothing of ours was on its way.
            let has_passed = !is_gated || seen.proven;
            if !seen.chain.is_empty() && seen.request.is_some() && has_passed {
                // It asked for our certificate and then refused to go on; its own it has shown.
                return Ok(Sight { refused: Some(error), ..Sight::of(seen, address) });
            }
            if is_gated {
                return Err(error);
            }
            let handshake = view.shown_in_plain_text(error, outdated, deadline).await?;
            Ok(Sight { in_plain_text: true, ..Sight::of(handshake, address) })
        }
    }
}

/// What the server says against our certificate after the handshake, if anything; `way` is how long
/// its answer may be on its way.
async fn refusal(stream: &mut Stream, way: Duration, deadline: Deadline) -> Option<Error> {
    let wait = (SECOND_THOUGHTS + way).min(deadline.left());
    let outcome = tokio::time::timeout(wait, stream.read_u8()).await;
    let error = outcome.ok()?.err()?;
    Some(fault::from_io(Phase::Handshake, &error))
}

impl View<'_> {
    async fn connect(&self, deadline: Deadline) -> Result<Connection> {
        match self.address {
            Some(address) => connect_to(address, self.endpoint, self.route, deadline).await,
            None => connect(self.endpoint, self.route, deadline).await,
        }
    }

    /// A server that is too old is asked again in its language, in plain text.
    async fn shown_in_plain_text(
        &self,
        error: Error,
        outdated: bool,
        deadline: Deadline,
    ) -> Result<Handshake> {
        if !outdated || self.settings.signatures != Signatures::Any {
            return Err(error);
        }
        match self.ask_in_plain_text(deadline).await {
            Ok(handshake) if !handshake.chain.is_empty() => Ok(handshake),
            Ok(_) => Err(error.help("it speaks only suites without a certificate")),
            Err(_) => Err(error),
        }
    }

    async fn ask_in_plain_text(&self, deadline: Deadline) -> Result<Handshake> {
        let mut wire = self.connect(deadline).await?.wire;
        let random = random()?;
        let hello = legacy::client_hello(self.sent_name(), random);
        deadline.limit_io(Phase::Handshake, wire.write_all(&hello)).await?;
        let mut flight = legacy::Flight::new(random);
        let mut buffer = vec![0; 16 * 1024];
        loop {
            let count = deadline.limit_io(Phase::Handshake, wire.read(&mut buffer)).await?;
            if count == 0 {
                return Err(speech::not_tls(wire.head()).unwrap_or_else(|| {
                    Error::new(Failure::Closed, "the peer closed the connection")
                }));
            }
            if let Some(handshake) = flight.push(&buffer[..count])? {
                let _ = deadline.limit_io(Phase::Handshake, wire.write_all(legacy::GOODBYE)).await;
                return Ok(handshake);
            }
        }
    }

    fn sent_name(&self) -> Option<&str> {
        match self.name {
            ServerName::DnsName(name) if !self.settings.no_server_name => Some(name.as_ref()),
            _ => None,
        }
    }
}

fn random() -> Result<[u8; 32]> {
    let mut bytes = [0; 32];
    aws_lc_rs::rand::fill(&mut bytes)
        .map_err(|_| Error::new(Failure::TlsError, "the system provides no random bytes"))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use rustls::ServerConfig;
    use rustls::pki_types::CertificateDer;
    use rustls::server::WebPkiClientVerifier;
    use tokio::net::TcpListener;
    use tokio_rustls::TlsAcceptor;

    use super::*;
    use crate::tls::{Gate, Versions, provider};

    /// A server that wants a certificate of ours, for any number of connections.
    async fn server(versions: Versions) -> (Endpoint, CertificateDer<'static>) {
        let key = rcgen::KeyPair::generate().unwrap();
        let params = rcgen::CertificateParams::new(vec!["localhost".into()]).unwrap();
        let certificate: CertificateDer<'static> = params.self_signed(&key).unwrap().into();
        let mut roots = rustls::RootCertStore::empty();
        roots.add(certificate.clone()).unwrap();
        let asking =
            WebPkiClientVerifier::builder_with_provider(roots.into(), provider()).build().unwrap();
        let versions = match versions {
            Versions::Tls12 => vec![&rustls::version::TLS12],
            _ => vec![&rustls::version::TLS13],
        };
        let config = ServerConfig::builder_with_provider(provider())
            .with_protocol_versions(&versions)
            .unwrap()
            .with_client_cert_verifier(asking)
            .with_single_cert(
                vec![certificate.clone()],
                rustls::pki_types::PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
            )
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let _ = acceptor.accept(stream).await;
            }
        });
        (Endpoint::new("127.0.0.1", port), certificate)
    }

    async fn look_at(endpoint: &Endpoint, settings: &Settings) -> Result<Sight> {
        let name = crate::net::server_name("localhost").unwrap();
        let route = Route::default();
        let view = View { endpoint, name: &name, route: &route, address: None, settings };
        look(&view, Deadline::after(Duration::from_secs(5))).await
    }

    #[tokio::test]
    async fn a_server_that_refuses_us_has_still_shown_its_chain() {
        for (versions, protocol) in [(Versions::Tls12, "TLSv1.2"), (Versions::Tls13, "TLSv1.3")] {
            let (endpoint, certificate) = server(versions).await;
            let sight = look_at(&endpoint, &Settings::default()).await.unwrap();
            assert_eq!(sight.handshake.chain, [certificate]);
            assert!(sight.handshake.proven);
            assert_eq!(sight.handshake.protocol, Some(protocol));
            assert!(sight.handshake.cipher_suite.is_some());
            assert_eq!(sight.handshake.request.unwrap().issuers.len(), 1);
        }
    }

    struct Shut;

    impl Gate for Shut {
        fn pass(&self, _: &[CertificateDer<'_>], _: &ServerName<'_>) -> crate::error::Result<()> {
            Err(Error::new(Failure::Untrusted, "not today"))
        }
    }

    #[tokio::test]
    async fn behind_a_gate_an_untrusted_server_is_left_at_once() {
        for versions in [Versions::Tls12, Versions::Tls13] {
            let (endpoint, _) = server(versions).await;
            let gate: Option<Arc<dyn Gate>> = Some(Arc::new(Shut));
            let settings = Settings { gate, ..Settings::default() };
            let deadline = Deadline::after(Duration::from_secs(5));
            let connection = connect(&endpoint, &Route::default(), deadline).await.unwrap();
            let client = Client::new(&settings).unwrap();
            let name = crate::net::server_name("localhost").unwrap();
            let unfinished = handshake(connection, &client, name, deadline).await.unwrap_err();
            assert_eq!(unfinished.error.code, Failure::Untrusted);
            assert!(unfinished.error.message.contains("not today"));
        }
    }
}
