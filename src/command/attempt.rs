//! What an attempt to send a request showed of our certificate: that it was refused, that it is asked for
//! only after the request, or neither. `replay` and `probe` ask here, so they never disagree.

use time::OffsetDateTime;

use crate::failure::Failure;
use crate::net::{Broken, Exchange, Stage};
use crate::policy;
use crate::policy::late::{Clue, Late, late};
use crate::policy::refusal::Explained;
use crate::policy::situation::{Sign, Situation};
use crate::tls::{CertificateRequest, Handshake, Identity};

/// Whom an attempt was meant for, and what we had to show.
#[derive(Clone, Copy)]
pub struct About<'a> {
    /// What the server is called.
    pub peer: &'a str,
    /// What we had to show, if anything.
    pub identity: Option<&'a Identity>,
    /// The request for our certificate: of this handshake, or of the one whose session it resumed.
    pub asked: Option<&'a CertificateRequest>,
    /// The moment to judge at.
    pub now: OffsetDateTime,
}

/// What it showed.
#[derive(Debug, Default)]
pub struct Shown {
    /// The server refused our certificate, or that there was none.
    pub refusal: Option<Explained>,
    /// The server asks, or may ask, for a certificate only after it has read the request.
    pub late: Option<Late>,
}

/// Whether nobody was met, and somebody may be the next time.
pub fn may_pass(broken: &Broken) -> bool {
    use Failure::{Proxy, Refused, Timeout, Unreachable};
    broken.stage == Stage::Unsent
        && matches!(broken.error.code, Refused | Unreachable | Timeout | Proxy)
}

impl About<'_> {
    /// By an answer.
    pub fn answered(&self, exchange: &Exchange) -> Shown {
        let (status, body) = (exchange.response.status, &exchange.response.body);
        let handshake = exchange.handshake.as_deref();
        Shown {
            refusal: self.refusal(Sign::Page(status, body), handshake, true),
            late: self.late(Clue::Page(status, body), handshake),
        }
    }

    /// By the lack of one.
    pub fn broken(&self, broken: &Broken) -> Shown {
        let handshake = broken.handshake.as_deref();
        let is_closed = matches!(broken.error.code, Failure::Closed | Failure::Reset);
        let is_first = !broken.reused && broken.stage != Stage::Answering;
        let speaks_13 = handshake.is_some_and(|seen| seen.protocol == Some("TLSv1.3"));
        let sign = match &broken.error.alert {
            Some(alert) => Some(Sign::Alert(alert)),
            // A TLS 1.2 handshake that ended has accepted our certificate.
            None if is_closed && (!broken.connected || speaks_13) => Some(Sign::Closed),
            None => None,
        };
        let clue = match broken.error.code {
            Failure::ClientCertificateLate => Some(Clue::HelloRequest),
            _ if is_closed && broken.connected && is_first => Some(Clue::Closed),
            _ => None,
        };
        Shown {
            refusal: sign
                .filter(|_| is_first)
                .and_then(|sign| self.refusal(sign, handshake, broken.connected)),
            late: clue.and_then(|clue| self.late(clue, handshake)),
        }
    }

    fn refusal(
        &self,
        sign: Sign<'_>,
        handshake: Option<&Handshake>,
        connected: bool,
    ) -> Option<Explained> {
        policy::refusal(&Situation {
            peer: self.peer,
            sign,
            protocol: handshake.and_then(|handshake| handshake.protocol),
            connected,
            request: self.asked,
            identity: self.identity,
            now: self.now,
        })
    }

    fn late(&self, clue: Clue<'_>, handshake: Option<&Handshake>) -> Option<Late> {
        let protocol = handshake.filter(|_| self.asked.is_none())?.protocol;
        late(self.peer, clue, protocol, self.identity.is_some())
    }
}
