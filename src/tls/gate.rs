//! Who may be spoken to: a server that a pin names, or whose chain leads to a trust anchor.

use std::sync::Arc;

use rustls::pki_types::{CertificateDer, ServerName};
use time::OffsetDateTime;

use super::anchors::LazyAnchors;
use super::path::{Below, Demand, Pinning, Purpose, pinned, presented, verdict};
use super::recorder::Gate;
use crate::cert::thumbprint::{Kind, Thumbprint};
use crate::cert::{Chain, Pin};
use crate::clock::PeerClock;

/// Lets trusted servers pass. Without pins the anchors decide. With pins one must hold; a pin on
/// the server's own certificate or key is then enough, unless anchors were given, too: all that was
/// named must hold.
pub struct Trusted {
    /// What chains may lead to.
    pub anchors: Arc<LazyAnchors>,
    /// Accepted thumbprints; none means that the anchors decide.
    pub pins: Vec<Pin>,
    /// When to judge: now, whatever `--at` says.
    pub clock: PeerClock,
}

impl Gate for Trusted {
    fn pass(&self, chain: &[CertificateDer<'_>], name: &ServerName<'_>) -> Result<(), String> {
        let chain = presented(chain).map_err(|problem| problem.text)?;
        let now = self.clock.now().moment();
        if !self.pins.is_empty() {
            self.hold(&chain, name, now)?;
        }
        if self.pins.is_empty() || self.anchors.is_given() {
            let anchors = self.anchors.get();
            let demand = Demand::of_peer(anchors, Purpose::Server, now).named(Some(name));
            return verdict(&chain, &demand).text().map_or(Ok(()), Err);
        }
        Ok(())
    }
}

impl Trusted {
    fn hold(
        &self,
        chain: &Chain,
        name: &ServerName<'_>,
        now: OffsetDateTime,
    ) -> Result<(), String> {
        let below = Below { purpose: Purpose::Server, name: Some(name), now };
        let problem = match pinned(chain, &self.pins, below) {
            Pinning::Held(..) => return Ok(()),
            Pinning::Missed(problem) => problem,
        };
        let served = chain.end_entity().map(|one| Thumbprint::of(one, Kind::Sha256).text());
        let served = served.unwrap_or_default();
        Err(match problem {
            Some(problem) => format!("no pin can be used: {}", problem.text),
            None => format!("no pin matches; it serves sha256 {served}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::tls::Anchors;

    #[test]
    fn a_pin_opens_the_gate_and_without_one_the_anchors_decide() {
        let certificate = crate::cert::tests::sample();
        let der = [CertificateDer::from(certificate.der().to_vec())];
        let name = ServerName::try_from("hooks.example").unwrap();
        let pass = |anchors: LazyAnchors, pins: Vec<Pin>| {
            let anchors = Arc::new(anchors);
            let clock = PeerClock::stopped(datetime!(2026-11-22 0:00 UTC));
            Trusted { anchors, pins, clock }.pass(&der, &name)
        };
        let given =
            |der: &[CertificateDer<'static>]| LazyAnchors::given(Anchors::new(der.iter().cloned()));
        let pin = Pin::on(&certificate, None);
        let other: Pin = "4C21C5018BA88E42E608EBEA7203C063931A1D01".parse().unwrap();
        assert!(pass(given(&der), vec![]).is_ok());
        assert!(pass(given(&[]), vec![]).unwrap_err().contains("self-signed"));
        assert!(pass(LazyAnchors::none(), vec![other.clone(), pin.clone()]).is_ok());
        assert!(pass(given(&der), vec![other]).unwrap_err().contains("no pin matches"));
        assert!(pass(given(&der), vec![pin.clone()]).is_ok());
        // Both were named, so both must hold.
        assert!(pass(given(&[]), vec![pin]).unwrap_err().contains("self-signed"));
    }
}
