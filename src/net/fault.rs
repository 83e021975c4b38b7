//! Why a peer could not be spoken to: one failure code for each way, and one clear sentence.

use std::fmt;
use std::future::Future;
use std::io;
use std::time::Duration;

use tokio::time::Instant;

use super::files;
use super::records::AskedAgain;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::tls::alert;

/// What we were doing when it went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Looking up the name.
    Lookup,
    /// Opening the TCP connection.
    Connect,
    /// Asking the proxy for a tunnel.
    Proxy,
    /// Asking the server to switch to TLS.
    StartTls,
    /// The TLS handshake.
    Handshake,
    /// Sending the request.
    Send,
    /// Waiting for the answer.
    Receive,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Lookup => "while looking up the name",
            Self::Connect => "while connecting",
            Self::Proxy => "while asking the proxy for a tunnel",
            Self::StartTls => "while asking for TLS",
            Self::Handshake => "during the TLS handshake",
            Self::Send => "while sending the request",
            Self::Receive => "while waiting for the answer",
        })
    }
}

/// The moment by which everything about one target must have ended.
#[derive(Clone, Copy, Debug)]
pub struct Deadline {
    at: Instant,
    timeout: Duration,
}

impl Deadline {
    /// That much time from now on.
    pub fn after(timeout: Duration) -> Self {
        let now = Instant::now();
        // A timeout of centuries is none: the clock cannot count that far.
        let at = now.checked_add(timeout).unwrap_or_else(|| now + Duration::from_secs(1 << 31));
        Self { at, timeout }
    }

    /// What is left of it.
    pub fn left(&self) -> Duration {
        self.at.saturating_duration_since(Instant::now())
    }

    /// The earlier of this one and so much time from now on.
    #[must_use]
    pub fn within(&self, limit: Duration) -> Self {
        if self.left() < limit { *self } else { Self::after(limit) }
    }

    /// An earlier deadline: an equal share of what is left, when there are `tries` still to make.
    #[must_use]
    pub fn share(&self, tries: usize) -> Self {
        let part = u32::try_from(tries.max(1)).unwrap_or(u32::MAX);
        // People are told of the time that they gave, of which this is a part.
        Self { timeout: self.timeout, ..Self::after(self.left() / part) }
    }

    /// Waits for the work, but not beyond the deadline.
    ///
    /// # Errors
    /// That of the work, or `timeout`.
    pub async fn limit<T>(&self, phase: Phase, work: impl Future<Output = Result<T>>) -> Result<T> {
        match tokio::time::timeout_at(self.at, work).await {
            Ok(result) => result,
            Err(_) => Err(self.exceeded(phase)),
        }
    }

    /// As [`Deadline::limit`], for work that reads or writes.
    ///
    /// # Errors
    /// `timeout`, or as [`from_io`] tells it.
    pub async fn limit_io<T>(
        &self,
        phase: Phase,
        work: impl Future<Output = io::Result<T>>,
    ) -> Result<T> {
        match tokio::time::timeout_at(self.at, work).await {
            Ok(result) => result.map_err(|error| from_io(phase, &error)),
            Err(_) => Err(self.exceeded(phase)),
        }
    }

    fn exceeded(&self, phase: Phase) -> Error {
        let seconds = self.timeout.as_secs_f64();
        Error::new(Failure::Timeout, format!("timed out after {seconds} s {phase}"))
            .help("allow more time with --timeout, or check whether a firewall drops packets")
    }
}

/// The failure behind an error of reading, writing or connecting.
pub fn from_io(phase: Phase, error: &io::Error) -> Error {
    use io::ErrorKind as Kind;
    if let Some(inner) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        return from_tls(phase, inner);
    }
    if error.get_ref().is_some_and(|inner| inner.is::<AskedAgain>()) {
        let message =
            format!("the server asked for a second TLS handshake {phase}, which is not supported");
        return Error::new(Failure::ClientCertificateLate, message);
    }
    if let Some(own) = files::shortage(error) {
        return own;
    }
    match error.kind() {
        Kind::ConnectionRefused => {
            Error::new(Failure::Refused, "the connection was refused: nothing listens on that port")
        }
        Kind::TimedOut => Error::new(Failure::Timeout, format!("timed out {phase}")),
        Kind::UnexpectedEof | Kind::WriteZero => {
            Error::new(Failure::Closed, format!("the peer closed the connection {phase}"))
        }
        Kind::ConnectionReset | Kind::ConnectionAborted | Kind::BrokenPipe => {
            Error::new(Failure::Reset, format!("the peer reset the connection {phase}"))
        }
        _ if phase == Phase::Connect => {
            Error::new(Failure::Unreachable, format!("the address cannot be reached: {error}"))
        }
        _ => Error::new(Failure::Reset, format!("the connection failed {phase}: {error}")),
    }
}

/// The failure behind an error of the TLS library.
pub fn from_tls(phase: Phase, error: &rustls::Error) -> Error {
    use rustls::{CertificateError, Error as Tls};
    match error {
        Tls::AlertReceived(description) => alert::error(u8::from(*description), &phase.to_string()),
        Tls::InvalidCertificate(CertificateError::Other(other)) => {
            let said = other.0.downcast_ref::<Error>().cloned();
            said.unwrap_or_else(|| Error::new(Failure::Untrusted, "the server is not trusted"))
        }
        Tls::InvalidCertificate(CertificateError::BadSignature) => Error::new(
            Failure::Untrusted,
            "the server did not prove that it holds the key of its certificate; nothing was sent",
        ),
        Tls::InvalidMessage(_) => {
            Error::new(Failure::NotTls, format!("what the peer sent {phase} is not TLS: {error}"))
        }
        _ => Error::new(
            Failure::TlsError,
            format!("the peer violated the TLS protocol {phase}: {error}"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_code_for_each_way() {
        use io::ErrorKind as Kind;
        for (kind, phase, code) in [
            (Kind::ConnectionRefused, Phase::Connect, "refused"),
            (Kind::HostUnreachable, Phase::Connect, "unreachable"),
            (Kind::PermissionDenied, Phase::Connect, "unreachable"),
            (Kind::UnexpectedEof, Phase::Handshake, "closed"),
            (Kind::ConnectionReset, Phase::Handshake, "reset"),
            (Kind::BrokenPipe, Phase::Send, "reset"),
        ] {
            assert_eq!(from_io(phase, &kind.into()).code.id(), code, "{kind:?}");
        }
        let alert = rustls::Error::AlertReceived(rustls::AlertDescription::UnknownCA);
        let error = from_io(Phase::Receive, &io::Error::new(Kind::InvalidData, alert));
        assert_eq!((error.code, error.alert.unwrap().number), (Failure::TlsAlert, 48));
    }

    #[cfg(unix)]
    #[test]
    fn that_we_may_open_no_more_files_is_not_the_fault_of_the_peer() {
        for phase in [Phase::Connect, Phase::Lookup] {
            let error = from_io(phase, &io::Error::from_raw_os_error(24));
            assert_eq!(error.code, Failure::OwnLimit);
            assert!(error.message.starts_with("this process may open only "), "{error}");
        }
    }

    #[tokio::test]
    async fn a_deadline_ends_what_does_not_end() {
        let deadline = Deadline::after(Duration::from_millis(20));
        let error =
            deadline.limit_io::<()>(Phase::Handshake, std::future::pending()).await.unwrap_err();
        assert_eq!(error.code, Failure::Timeout);
        assert!(error.message.contains("during the TLS handshake"), "{error}");
        assert!(error.message.starts_with("timed out after 0.02 s "), "{error}");
        assert_eq!(deadline.left(), Duration::ZERO);
        // A part of it is told as the whole that was given.
        let part = deadline.share(3).limit::<()>(Phase::Connect, std::future::pending()).await;
        assert_eq!(part.unwrap_err().message, "timed out after 0.02 s while connecting");
        assert!(Deadline::after(Duration::MAX).left() > Duration::from_secs(1 << 30));
    }
}
