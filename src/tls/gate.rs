//! Who may be spoken to: a server that a pin names, or whose chain leads to a trust anchor.

use std::sync::Arc;

use rustls::pki_types::{CertificateDer, ServerName};

use super::anchors::LazyAnchors;
use super::recorder::Gate;
use super::trust::{is_linked, verdict_of_der};
use crate::cert::thumbprint::{Kind, Thumbprint};
use crate::cert::{Certificate, Chain, Pin};
use crate::clock::PeerClock;

/// Lets trusted servers pass. With pins, a pin must match, and then the chain need not be trusted:
/// a pin is the stronger statement.
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
        if self.pins.is_empty() {
            let verdict =
                verdict_of_der(chain, name, self.anchors.get(), self.clock.now().moment());
            return verdict.text().map_or(Ok(()), Err);
        }
        let parsed = chain.iter().map(|der| Certificate::parse(der.to_vec())).collect();
        let parsed: Result<Vec<_>, _> = parsed;
        let chain = Chain::new(parsed.map_err(|malformed| malformed.to_string())?);
        let matches =
            |pin: &Pin| pin.matches(&chain).is_some_and(|found| is_linked(&chain, found.position));
        if self.pins.iter().any(matches) {
            return Ok(());
        }
        let served = chain.end_entity().map(|one| Thumbprint::of(one, Kind::Sha256).text());
        Err(format!("no pin matches; it serves sha256 {}", served.unwrap_or_default()))
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
        let gate = |anchors: &[CertificateDer<'static>], pins: Vec<Pin>| Trusted {
            anchors: Arc::new(LazyAnchors::given(Anchors::new(anchors.iter().cloned()))),
            pins,
            clock: PeerClock::stopped(datetime!(2026-11-22 0:00 UTC)),
        };
        let pin = Pin::on(&certificate, None);
        let other: Pin = "4C21C5018BA88E42E608EBEA7203C063931A1D01".parse().unwrap();
        assert!(gate(&der, vec![]).pass(&der, &name).is_ok());
        assert!(gate(&[], vec![]).pass(&der, &name).unwrap_err().contains("self-signed"));
        assert!(gate(&[], vec![other.clone(), pin]).pass(&der, &name).is_ok());
        assert!(gate(&der, vec![other]).pass(&der, &name).unwrap_err().contains("no pin matches"));
    }
}
