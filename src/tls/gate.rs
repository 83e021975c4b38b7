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
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::finding::Code;

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
    fn pass(&self, chain: &[CertificateDer<'_>], name: &ServerName<'_>) -> Result<()> {
        let chain = presented(chain)
            .map_err(|problem| untrusted(&problem.text, "have its owner mend that"))?;
        let now = self.clock.now().moment();
        if !self.pins.is_empty() {
            self.hold(&chain, name, now)?;
        }
        if self.pins.is_empty() || self.anchors.is_given() {
            let anchors = self.anchors.get();
            let demand = Demand::of_peer(anchors, Purpose::Server, now).named(Some(name));
            let verdict = verdict(&chain, &demand);
            let next = match verdict.problems.iter().all(|problem| is_of_issuer(problem.code)) {
                _ if !self.pins.is_empty() => "its pin holds: without --ca, that is enough",
                true => "give its authority with --ca FILE, or its certificate with --pin",
                false => "have its owner mend that; --pin takes its certificate as it is",
            };
            return verdict.text().map_or(Ok(()), |text| Err(untrusted(&text, next)));
        }
        Ok(())
    }
}

impl Trusted {
    fn hold(&self, chain: &Chain, name: &ServerName<'_>, now: OffsetDateTime) -> Result<()> {
        let below = Below { purpose: Purpose::Server, name: Some(name), now };
        let problem = match pinned(chain, &self.pins, below) {
            Pinning::Held(..) => return Ok(()),
            Pinning::Missed(problem) => problem,
        };
        let served = chain.end_entity().map(|one| Thumbprint::of(one, Kind::Sha256).text());
        let served = served.unwrap_or_default();
        let reason = match problem {
            Some(problem) => format!("no pin can be used: {}", problem.text),
            None => format!("no pin matches; it serves sha256 {served}"),
        };
        Err(untrusted(&reason, "ask its owner whether that is its certificate before you pin it"))
    }
}

fn untrusted(reason: &str, next: &str) -> Error {
    Error::new(Failure::Untrusted, format!("the server is not trusted: {reason}"))
        .help(format!("nothing was sent; {next}"))
}

/// Whether another authority could make it good.
fn is_of_issuer(code: Code) -> bool {
    matches!(code, Code::IssuerUnknown | Code::ChainIncomplete | Code::SelfSigned)
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
        let at = datetime!(2026-11-22 0:00 UTC);
        let pass = |anchors: LazyAnchors, pins: Vec<Pin>| {
            let anchors = Arc::new(anchors);
            let clock = PeerClock::stopped(at);
            Trusted { anchors, pins, clock }.pass(&der, &name)
        };
        let given =
            |der: &[CertificateDer<'static>]| LazyAnchors::given(Anchors::new(der.iter().cloned()));
        let pin = Pin::on(&certificate, None);
        let other: Pin = "4C21C5018BA88E42E608EBEA7203C063931A1D01".parse().unwrap();
        assert!(pass(given(&der), vec![]).is_ok());
        let fails = |anchors, pins| {
            let error = pass(anchors, pins).unwrap_err();
            (error.message, error.help.unwrap_or_default())
        };
        let (message, next) = fails(given(&[]), vec![]);
        assert!(message.contains("self-signed") && next.contains("--ca FILE"), "{message} {next}");
        assert!(pass(LazyAnchors::none(), vec![other.clone(), pin.clone()]).is_ok());
        let (message, next) = fails(given(&der), vec![other]);
        assert!(message.contains("no pin matches") && next.contains("owner"), "{message} {next}");
        assert!(pass(given(&der), vec![pin.clone()]).is_ok());
        // Both were named, so both must hold.
        let (message, next) = fails(given(&[]), vec![pin]);
        assert!(message.contains("self-signed") && next.contains("without --ca"), "{next}");
        // No authority makes a certificate longer valid, or another name its own.
        let name = ServerName::try_from("hooks.example").unwrap();
        let other = ServerName::try_from("other.example").unwrap();
        for (name, year) in [(&name, datetime!(2099-11-22 0:00 UTC)), (&other, at)] {
            let (anchors, clock) = (Arc::new(given(&der)), PeerClock::stopped(year));
            let error = Trusted { anchors, pins: vec![], clock }.pass(&der, name).unwrap_err();
            let next = error.help.unwrap_or_default();
            assert!(!next.contains("--ca") && next.contains("--pin"), "{} {next}", error.message);
        }
    }
}
