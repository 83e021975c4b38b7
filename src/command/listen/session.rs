//! What is known about a connection: read once, told with every delivery on it. The caller is judged
//! anew with each of them.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use time::OffsetDateTime;

use crate::capture::record::{ClientCertificate, Tls, connection};
use crate::cert::{Chain, Description};
use crate::clock::PeerTime;
use crate::http::Headers;
use crate::http::forwarded::{self, Claim};
use crate::outcome::delivery::{Claimed, Transport};
use crate::policy::caller::{self as policy, Admission, Admitted, Presented};
use crate::tls::Caller;

/// A connection and its caller.
pub struct Session {
    /// Address of the caller.
    pub peer: SocketAddr,
    /// Its certificates; none when it sent none.
    pub client: Option<Arc<[Description]>>,
    /// Protocol, suite and so on, for the report.
    pub transport: Option<Transport>,
    /// The same with the address for the capture.
    pub connection: String,
    /// Its certificate for the capture.
    pub certificate: Option<ClientCertificate>,
    presented: Presented,
    /// The last judgement, and the second of it.
    judged: Mutex<Option<(i64, Arc<Admitted>)>>,
}

impl Session {
    /// Reads what the caller of a new connection presented; none without TLS.
    pub fn new(peer: SocketAddr, caller: Option<Caller>, now: OffsetDateTime) -> Self {
        let chain = caller.iter().flat_map(|tls| tls.chain.iter().map(|der| der.to_vec()));
        let presented = Presented::parse(chain);
        let transport = caller.as_ref().map(|caller| Transport {
            protocol: caller.protocol,
            cipher_suite: caller.cipher_suite.clone(),
            server_name: caller.server_name.clone(),
            resumed: caller.resumed,
        });
        let tls = caller.map(|caller| Tls {
            version: caller.protocol,
            cipher: caller.cipher_suite,
            alpn: caller.alpn,
            sni: caller.server_name,
            resumed: caller.resumed,
        });
        Self {
            peer,
            client: described(&presented.chain, now),
            transport,
            connection: connection(peer, tls.as_ref()),
            certificate: ClientCertificate::of(&presented.chain),
            presented,
            judged: Mutex::default(),
        }
    }

    /// The certificates that were presented, as far as they can be read.
    pub fn chain(&self) -> &Chain {
        &self.presented.chain
    }

    /// The judgement of the caller at that moment: a connection, and a session that is resumed, may
    /// outlive a certificate. Dates are whole seconds, so a judgement holds for its second.
    pub fn admitted(&self, judge: &Judge, now: PeerTime) -> Arc<Admitted> {
        let second = now.moment().unix_timestamp();
        let mut judged = self.judged.lock().unwrap_or_else(PoisonError::into_inner);
        match &*judged {
            Some((at, admitted)) if *at == second => admitted.clone(),
            _ => {
                let admitted = judge.admitted(&self.presented, now);
                *judged = Some((second, admitted.clone()));
                admitted
            }
        }
    }
}

/// Judges callers, once a second for all connections of the same one: that takes as long as a dozen
/// deliveries.
pub struct Judge {
    /// What is asked of them.
    pub admission: Admission,
    judged: Mutex<Judged>,
}

/// A second, and the judgements of it.
type Judged = (i64, Vec<(Presented, Arc<Admitted>)>);

impl Judge {
    /// The most callers that are known again; the others are judged for each of their connections.
    const MOST: usize = 64;

    /// Judges by what is asked of callers.
    pub fn new(admission: Admission) -> Self {
        Self { admission, judged: Mutex::default() }
    }

    fn admitted(&self, presented: &Presented, now: PeerTime) -> Arc<Admitted> {
        let second = now.moment().unix_timestamp();
        let judged = || self.judged.lock().unwrap_or_else(PoisonError::into_inner);
        if let (at, callers) = &*judged()
            && *at == second
            && let Some((_, admitted)) = callers.iter().find(|(caller, _)| caller == presented)
        {
            return admitted.clone();
        }
        let admitted = Arc::new(policy::caller(presented, &self.admission, now));
        let (at, callers) = &mut *judged();
        if *at != second {
            (*at, *callers) = (second, Vec::new());
        }
        if callers.len() < Self::MOST {
            callers.push((presented.clone(), admitted.clone()));
        }
        admitted
    }
}

/// A chain as the report shows it; none when it is empty.
pub fn described(chain: &Chain, now: OffsetDateTime) -> Option<Arc<[Description]>> {
    let described = chain.certificates().iter().map(|one| one.describe(now));
    chain.end_entity().map(|_| described.collect())
}

/// What proxies claim in headers about the caller's certificate.
pub fn claimed(headers: &Headers, now: OffsetDateTime) -> Vec<Claimed> {
    let of = |Claim { dialect, chain, fields, problems }| {
        let Presented { chain, unreadable } = Presented::parse(chain);
        Claimed {
            dialect,
            client: described(&chain, now),
            fields: fields.iter().map(|(name, value)| format!("{name}={value}")).collect(),
            problems: problems.into_iter().chain(unreadable).collect(),
        }
    };
    forwarded::claims(headers).into_iter().map(of).collect()
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
        let judge = Judge::new(admission);
        let at = |moment: OffsetDateTime| {
            let admitted = session.admitted(&judge, PeerClock::stopped(moment).now());
            (admitted.verdict(), admitted.refusal().is_some())
        };
        assert_eq!(at(begins - Duration::SECOND), (Verdict::Refused, true));
        assert_eq!(at(begins), (Verdict::Unchecked, false));
        assert_eq!(at(ends), (Verdict::Unchecked, false));
        assert_eq!(at(ends + Duration::SECOND), (Verdict::Refused, true));
        assert_eq!(at(ends), (Verdict::Unchecked, false), "no judgement outlives its second");
    }

    #[test]
    fn connections_of_the_same_caller_share_the_judgement_of_a_second_and_no_other_does() {
        let certificate = sample();
        let (begins, der) = (certificate.not_before, certificate.der().to_vec());
        let judge = Judge::new(Admission { demand: Demand::Required, ..Admission::default() });
        let session = |ders: &[&[u8]]| {
            let chain = ders.iter().map(|der| der.to_vec().into()).collect();
            let caller = Caller { chain, ..Caller::default() };
            Session::new(([127, 0, 0, 1], 9).into(), Some(caller), begins)
        };
        let at =
            |session: &Session, moment| session.admitted(&judge, PeerClock::stopped(moment).now());
        let (one, other) = (session(&[&der]), session(&[&der]));
        let (with_more, nobody) = (session(&[&der, b"no certificate"]), session(&[]));
        let (first, same) = (at(&one, begins), at(&other, begins));
        assert!(Arc::ptr_eq(&first, &same));
        assert_eq!(at(&with_more, begins).verdict(), Verdict::Refused);
        assert_eq!(at(&nobody, begins).verdict(), Verdict::Missing);
        assert_eq!(first.verdict(), Verdict::Unchecked);
        let before = at(&session(&[&der]), begins - Duration::SECOND);
        assert_eq!(before.verdict(), Verdict::Refused);
        assert!(
            !Arc::ptr_eq(&first, &at(&session(&[&der]), begins)),
            "another second came between"
        );
    }
}
