//! What is known about a connection: read once, told with every delivery on it. The caller is judged
//! anew with each of them.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use time::OffsetDateTime;

use crate::cert::thumbprint::{Kind, Thumbprint};
use crate::cert::{Certificate, Chain, rfc3339};
use crate::clock::PeerTime;
use crate::digest::base64;
use crate::fact::{Facts, Value};
use crate::http::Headers;
use crate::http::forwarded::{self, Claim};
use crate::policy::caller::{self as policy, Admission, Admitted, Presented};
use crate::tls::Caller;

/// A connection and its caller.
pub struct Session {
    /// Address of the caller.
    pub peer: SocketAddr,
    /// Its chain as facts, or null.
    pub client: Value,
    /// Protocol, suite and so on, for the report.
    pub transport: Facts,
    /// The same for the capture.
    pub tls: Option<Facts>,
    /// Its certificate for the capture.
    pub certificate: Option<Facts>,
    presented: Presented,
    /// The last judgement, and the second of it.
    judged: Mutex<Option<(i64, Arc<Admitted>)>>,
}

impl Session {
    /// Reads what the caller of a new connection presented; none without TLS.
    pub fn new(peer: SocketAddr, caller: Option<Caller>, now: OffsetDateTime) -> Self {
        let chain = caller.iter().flat_map(|tls| tls.chain.iter().map(|der| der.to_vec()));
        let presented = Presented::parse(chain);
        let transport = caller.as_ref().map(|tls| {
            Facts::new()
                .with("protocol", tls.protocol)
                .with("cipher_suite", tls.cipher_suite.clone())
                .with("server_name", tls.server_name.clone())
                .with("resumed", tls.resumed)
        });
        let chain = &presented.chain;
        Self {
            peer,
            client: facts(chain, now),
            transport: transport.unwrap_or_default(),
            tls: caller.as_ref().map(captured_tls),
            certificate: chain.end_entity().map(|one| captured_certificate(one, chain)),
            presented,
            judged: Mutex::default(),
        }
    }

    /// The judgement of the caller at that moment: a connection, and a session that is resumed, may
    /// outlive a certificate. Dates are whole seconds, so a judgement holds for its second.
    pub fn admitted(&self, admission: &Admission, now: PeerTime) -> Arc<Admitted> {
        let second = now.moment().unix_timestamp();
        let mut judged = self.judged.lock().unwrap_or_else(PoisonError::into_inner);
        match &*judged {
            Some((at, admitted)) if *at == second => admitted.clone(),
            _ => {
                let admitted = Arc::new(policy::caller(&self.presented, admission, now));
                *judged = Some((second, admitted.clone()));
                admitted
            }
        }
    }
}

/// A chain as the report shows it: null when there is none.
pub fn facts(chain: &Chain, now: OffsetDateTime) -> Value {
    let certificates = chain.certificates();
    if certificates.is_empty() {
        return Value::Null;
    }
    certificates.iter().map(|one| one.facts(now)).collect::<Vec<_>>().into()
}

fn captured_tls(caller: &Caller) -> Facts {
    Facts::new()
        .with("version", caller.protocol)
        .with("cipher", caller.cipher_suite.clone())
        .with("alpn", caller.alpn.clone())
        .with("sni", caller.server_name.clone())
        .with("resumed", caller.resumed)
}

/// What is found about it is added with each delivery.
fn captured_certificate(end_entity: &Certificate, chain: &Chain) -> Facts {
    let print = |kind| Thumbprint::of(end_entity, kind).text();
    Facts::new()
        .with("subject", end_entity.subject())
        .with("issuer", end_entity.issuer())
        .with("serial", end_entity.serial.as_str())
        .with("notBefore", rfc3339(end_entity.not_before))
        .with("notAfter", rfc3339(end_entity.not_after))
        .with("san", end_entity.extensions.alt_names.clone())
        .with("sha1", print(Kind::Sha1))
        .with("sha256", print(Kind::Sha256))
        .with("spkiSha256", print(Kind::Spki))
        .with("verified", Value::Null)
        .with("verifyError", Value::Null)
        .with("chainPem", chain.certificates().iter().map(pem).collect::<Vec<_>>())
}

fn pem(certificate: &Certificate) -> String {
    let base64 = base64(certificate.der());
    let lines: Vec<&str> =
        (0..base64.len()).step_by(64).map(|at| &base64[at..base64.len().min(at + 64)]).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}

/// What proxies claim in headers about the caller's certificate.
pub fn claimed(headers: &Headers, now: OffsetDateTime) -> Vec<Facts> {
    forwarded::claims(headers).into_iter().map(|claim| claim_facts(claim, now)).collect()
}

fn claim_facts(claim: Claim, now: OffsetDateTime) -> Facts {
    let Presented { chain, unreadable } = Presented::parse(claim.chain);
    let fields = claim.fields.iter().map(|(name, value)| format!("{name}={value}"));
    let problems: Vec<String> = claim.problems.into_iter().chain(unreadable).collect();
    Facts::new()
        .with("dialect", claim.dialect)
        .with("client", facts(&chain, now))
        .with("fields", fields.collect::<Vec<_>>())
        .with("problems", problems)
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::*;
    use crate::cert::tests::sample;
    use crate::clock::PeerClock;
    use crate::policy::caller::{Demand, Verdict};

    #[test]
    fn a_connection_does_not_outlive_the_certificate_of_its_caller() {
        let certificate = sample();
        let (begins, ends) = (certificate.not_before, certificate.not_after);
        let chain = vec![certificate.der().to_vec().into()];
        let caller = Caller { chain, resumed: true, ..Caller::default() };
        let session = Session::new(([127, 0, 0, 1], 9).into(), Some(caller), begins);
        let admission = Admission { demand: Demand::Required, ..Admission::default() };
        let at = |moment: OffsetDateTime| {
            let admitted = session.admitted(&admission, PeerClock::stopped(moment).now());
            (admitted.verdict(), admitted.refusal().is_some())
        };
        assert_eq!(at(begins - Duration::SECOND), (Verdict::Refused, true));
        assert_eq!(at(begins), (Verdict::Unchecked, false));
        assert_eq!(at(ends), (Verdict::Unchecked, false));
        assert_eq!(at(ends + Duration::SECOND), (Verdict::Refused, true));
        assert_eq!(at(ends), (Verdict::Unchecked, false), "no judgement outlives its second");
    }
}
