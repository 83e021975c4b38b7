//! What a host serves: every address, both kinds of key and several tries, as asked for.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Duration;

use rustls::pki_types::ServerName;

use super::client_certificate::{About, Fate};
use super::findings;
use super::plan::Plan;
use crate::cert::thumbprint::{Kind, Thumbprint};
use crate::cert::{Certificate, Chain, names};
use crate::command::whom::Whom;
use crate::digest::hex;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::finding::{Code, Finding, Severity};
use crate::net::{self, Deadline, Sight, Target, View};
use crate::outcome::{Outcome, seen as outcome};
use crate::policy;
use crate::policy::situation::ClientCertificate;
use crate::report::Item;
use crate::tls::path::{Below, Demand, Purpose, verdict};
use crate::tls::{CertificateRequest, Settings, Signatures, Verdict};

/// Failures after which another try may succeed.
const PASSING: [Failure; 6] = [
    Failure::Dns,
    Failure::Refused,
    Failure::Unreachable,
    Failure::Timeout,
    Failure::Closed,
    Failure::Reset,
];

/// One way to look at a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Aspect {
    address: Option<SocketAddr>,
    signatures: Signatures,
}

/// What one aspect showed, and how often.
struct Shown {
    aspect: Aspect,
    outcome: Result<(Sight, Chain)>,
    times: u32,
}

/// Everything the host serves, as items.
pub async fn items(plan: &Plan, target: &Target) -> Vec<Item> {
    let endpoint = target.endpoint(plan.starttls.map_or(443, |protocol| protocol.port));
    plan.dials(&endpoint);
    let (args, offline) = (&plan.args, plan.offline);
    let meant = args.servername.as_deref();
    let host = match Whom::by_tls(&endpoint, meant, plan.starttls, &args.transport, offline) {
        Ok(whom) => Host { plan, whom },
        Err(error) => return vec![Item::failed(endpoint.to_string(), error)],
    };
    let deadline = Deadline::after(plan.args.transport.timeout);
    let seen = match host.look(deadline).await {
        Ok(seen) => seen,
        Err(error) => return vec![Item::failed(endpoint.to_string(), error)],
    };
    let differences = differences(&seen, plan);
    let several = seen.len() > 1;
    let items = seen.into_iter().zip(differences);
    items.map(|(seen, differs)| host.item(seen, several, differs)).collect()
}

struct Host<'a> {
    plan: &'a Plan,
    whom: Whom,
}

impl Host<'_> {
    /// Looks at every aspect, as often as asked for; each look gets its share of the time.
    async fn look(&self, deadline: Deadline) -> Result<Vec<Shown>> {
        let args = &self.plan.args;
        let addresses = if args.all_ips {
            let found = net::addresses(&self.whom.endpoint, &self.whom.route, deadline).await?;
            found.into_iter().map(Some).collect()
        } else {
            vec![None]
        };
        let kinds: &[Signatures] =
            if args.both_keys { &[Signatures::Rsa, Signatures::Ecdsa] } else { &[Signatures::Any] };
        let aspects = addresses.iter().flat_map(|address| {
            kinds.iter().map(|signatures| Aspect { address: *address, signatures: *signatures })
        });
        let looks: Vec<Aspect> =
            aspects.flat_map(|aspect| (0..args.tries).map(move |_| aspect)).collect();
        let mut seen: Vec<Shown> = Vec::new();
        for (index, aspect) in looks.iter().enumerate() {
            let outcome = self.look_once(*aspect, deadline.share(looks.len() - index)).await;
            note(&mut seen, *aspect, outcome);
        }
        // A host without a certificate of one kind is the usual case, unless it has neither.
        if args.both_keys && seen.iter().any(|one| one.outcome.is_ok()) {
            seen.retain(|one| !one.outcome.as_ref().is_err_and(is_refusal));
        }
        Ok(seen)
    }

    async fn look_once(&self, aspect: Aspect, deadline: Deadline) -> Result<(Sight, Chain)> {
        let settings = Settings { signatures: aspect.signatures, ..self.plan.settings.clone() };
        let view = View {
            endpoint: &self.whom.endpoint,
            name: &self.whom.name,
            route: &self.whom.route,
            address: aspect.address,
            settings: &settings,
        };
        let retries = self.plan.args.transport.retries;
        let mut attempt = 0;
        let sight = loop {
            let left = usize::try_from(retries - attempt + 1).unwrap_or(1);
            match net::look(&view, deadline.share(left)).await {
                Err(error) if attempt < retries && PASSING.contains(&error.code) => {
                    let pause = Duration::from_millis(100) * 2u32.pow(attempt.min(6));
                    tokio::time::sleep(pause.min(deadline.left() / 2)).await;
                    attempt += 1;
                }
                outcome => break outcome?,
            }
        };
        let chain = sight.chain()?;
        Ok((sight, chain))
    }

    fn item(&self, seen: Shown, several: bool, differs: Option<Finding>) -> Item {
        let subject = self.subject(&seen, several);
        let (sight, chain) = match seen.outcome {
            Ok(shown) => shown,
            Err(error) => return Item::failed(subject, error),
        };
        let plan = self.plan;
        let anchors = plan.trust.anchors.get();
        let name = Some(&self.whom.name);
        let demand = Demand::of_peer(anchors, Purpose::Server, plan.now).named(name);
        let verdict = verdict(&chain, &demand);
        let below = Below { purpose: Purpose::Server, name, now: plan.now };
        let pinned = policy::pins(&chain, &plan.trust.pins, below, &subject);
        let reliance = policy::Reliance::of(&pinned, plan.trust.anchors.is_given());
        let fate = self.fate(&sight, &subject);
        let mut item = Item::new(&subject);
        item.findings = pinned.findings;
        item.findings.extend(differs);
        item.findings.extend(findings::of_sight(&sight, &subject, !plan.trust.pins.is_empty()));
        item.findings.extend(fate.findings);
        item.findings.extend(findings::of_certificates(plan, &chain));
        item.findings.extend(policy::trust(&verdict, &chain, &subject, reliance));
        item.outcome = Outcome::Seen(Box::new(outcome::Seen {
            matched_pin: pinned.matched,
            chain: plan.describe(&chain),
            times: (plan.args.tries > 1)
                .then_some(outcome::Times { seen: seen.times, tries: plan.args.tries }),
            refusal: fate.refusal,
            notes: Vec::new(),
            wanted: plan.wanted(&chain),
            served: Some(self.served(sight, fate.word, &verdict)),
        }));
        item
    }

    /// What became of our certificate, if one was given.
    fn fate(&self, sight: &Sight, peer: &str) -> Fate {
        match (&self.plan.identity, &sight.handshake.request) {
            (Some(identity), _) => About { identity, sight, peer, now: self.plan.now }.fate(),
            (None, Some(_)) => Fate::new(ClientCertificate::Requested, []),
            (None, None) => Fate::new(ClientCertificate::NotRequested, []),
        }
    }

    fn served(&self, sight: Sight, fate: ClientCertificate, verdict: &Verdict) -> outcome::Served {
        let Sight { handshake, address, .. } = sight;
        let sent = Some(&self.whom.name).filter(|_| !self.plan.settings.no_server_name);
        outcome::Served {
            address,
            server_name: sent.and_then(|name| match name {
                ServerName::DnsName(name) => Some(name.as_ref().to_owned()),
                _ => None,
            }),
            protocol: handshake.protocol,
            cipher_suite: handshake.cipher_suite,
            key_exchange: handshake.key_exchange,
            alpn: handshake.alpn,
            client_certificate: fate,
            accepted_issuers: handshake.request.map(issuers).unwrap_or_default(),
            trusted: verdict.is_trusted(),
            trust_problem: verdict.text(),
            proven: handshake.proven,
        }
    }

    /// The endpoint; with several items also what tells them apart.
    fn subject(&self, seen: &Shown, several: bool) -> String {
        let mut subject = self.whom.endpoint.to_string();
        let address = seen.aspect.address.filter(|_| several);
        if let Some(address) = address.filter(|one| Some(one.ip()) != self.whom.endpoint.ip()) {
            subject.push_str(&format!(" at {}", address.ip()));
        }
        match seen.aspect.signatures {
            Signatures::Rsa if several => subject.push_str(" (RSA)"),
            Signatures::Ecdsa if several => subject.push_str(" (ECDSA)"),
            _ => {}
        }
        subject
    }
}

/// The names of the authorities that a server lists.
fn issuers(request: CertificateRequest) -> Vec<String> {
    let name = |der: &Vec<u8>| names::distinguished_name(der).unwrap_or_else(|| hex(der));
    request.issuers.iter().map(name).collect()
}

/// Adds what was seen to the same as seen before.
fn note(seen: &mut Vec<Shown>, aspect: Aspect, outcome: Result<(Sight, Chain)>) {
    let same = |known: &&mut Shown| {
        known.aspect == aspect
            && match (&known.outcome, &outcome) {
                (Ok((_, known)), Ok((_, new))) => known.end_entity() == new.end_entity(),
                (Err(known), Err(new)) => known.code == new.code,
                _ => false,
            }
    };
    match seen.iter_mut().find(same) {
        Some(known) => known.times += 1,
        None => seen.push(Shown { aspect, outcome, times: 1 }),
    }
}

/// Whether the server went away because it has no certificate of the kind asked for.
fn is_refusal(error: &Error) -> bool {
    matches!(error.code, Failure::TlsAlert | Failure::TlsError | Failure::Closed | Failure::Reset)
}

/// `thumbprint-differs` for each that serves another certificate than most do. Certificates with
/// different kinds of key are not compared when both were asked for.
fn differences(seen: &[Shown], plan: &Plan) -> Vec<Option<Finding>> {
    let leaf =
        |one: &Shown| one.outcome.as_ref().ok().and_then(|(_, chain)| chain.end_entity().cloned());
    let mut counts: HashMap<(u8, Vec<u8>), u32> = HashMap::new();
    let key = |one: &Shown, certificate: &Certificate| {
        (one.aspect.signatures as u8, certificate.der().to_vec())
    };
    for one in seen {
        if let Some(certificate) = leaf(one) {
            *counts.entry(key(one, &certificate)).or_default() += one.times;
        }
    }
    seen.iter()
        .map(|one| {
            let own = leaf(one)?;
            let usual = seen
                .iter()
                .filter(|other| other.aspect.signatures == one.aspect.signatures)
                .filter_map(leaf)
                .max_by_key(|other| (counts.get(&key(one, other)).copied(), other.not_before))?;
            (usual != own).then(|| {
                let [own, usual] = [&own, &usual].map(|one| Thumbprint::of(one, Kind::Sha1).text());
                let message = format!("it serves {own} here, and {usual} elsewhere");
                let severity =
                    if plan.trust.pins.is_empty() { Severity::Warning } else { Severity::Critical };
                Finding::new(Code::ThumbprintDiffers, "address", message)
                    .severity(severity)
                    .help("keep both pins until all serve the same one")
            })
        })
        .collect()
}
