//! What is wrong with a keystore: every certificate once, then each entry with its key, then the
//! identity it is meant as.

use std::borrow::Cow;
use std::collections::HashSet;

use rustls::pki_types::ServerName;
use time::OffsetDateTime;

use crate::cert::pin::MatchedPin;
use crate::cert::{Certificate, Chain, Pin};
use crate::error::{Error, Kind};
use crate::failure::Failure;
use crate::finding::{Code, Finding, Severity};
use crate::outcome::inspection::{Check, Verdict};
use crate::parallel;
use crate::policy::provider::{self, Provider, Trusts, anchors};
use crate::policy::{self, Calendar, Limits};
use crate::store::{Bundle, Candidate, Content, Entry, PrivateKey, candidates};
use crate::tls::path::{Below, Demand, Strictness, verdict};
use crate::tls::{LazyAnchors, Purpose};

use super::beside::{Beside, key_unknown};
use super::checks::{self, Unchecked};
use super::names::Names;

/// By which rules files are judged.
pub struct Rules {
    /// The moment to judge at.
    pub now: OffsetDateTime,
    /// How early an end is announced.
    pub limits: Limits,
    /// What the files are to be used for, if they are judged as identities.
    pub purpose: Option<Purpose>,
    /// The name that clients will ask for.
    pub name: Option<ServerName<'static>>,
    /// Where chains must end.
    pub anchors: LazyAnchors,
    /// Whether the end of chains is of interest without a purpose.
    pub has_anchors: bool,
    /// How many intermediates the peer allows.
    pub max_intermediates: Option<usize>,
    /// Only entries of this alias.
    pub alias: Option<String>,
    /// A key from a file of its own, and the name of that file.
    pub key: Option<(String, PrivateKey)>,
    /// Whose upload form or published certificate it is held against.
    pub provider: Option<Provider>,
    /// What the files must accept, if they are judged as trust files.
    pub trusted: Option<Trusted>,
    /// What public authorities may issue, and until when.
    pub calendar: Cow<'static, Calendar>,
    /// Accepted thumbprints.
    pub pins: Vec<Pin>,
    /// Under which key the password of a store stands beside it.
    pub password_key: Option<String>,
    /// Names of the passwords given, where they have any.
    pub labels: Vec<Option<String>>,
    /// Whether each private key is one too many.
    pub no_keys: bool,
    /// Whether the certificates themselves are wanted.
    pub pem: bool,
}

/// What a trust file must accept.
pub struct Trusted {
    /// Whose certificates, by its pages.
    pub provider: Option<Provider>,
    /// A chain that it presents.
    pub chain: Option<Chain>,
}

impl Rules {
    /// Whether they ask what only a certificate can answer.
    pub fn are_of_certificates(&self) -> bool {
        self.purpose.is_some()
            || self.has_anchors
            || self.key.is_some()
            || self.provider.is_some()
            || self.trusted.is_some()
            || !self.pins.is_empty()
    }

    /// Whether any password was given.
    pub fn has_passwords(&self) -> bool {
        !self.labels.is_empty() || self.password_key.is_some()
    }
}

/// Findings about a certificate outside its validity.
const TIME: [Code; 2] = [Code::CertificateExpired, Code::CertificateNotYetValid];

/// What was found.
#[derive(Default)]
pub struct Judgement {
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// What was checked, for a purpose or provider.
    pub checks: Vec<Check>,
    /// Which pin matches what.
    pub matched_pin: Option<MatchedPin>,
    /// Why it cannot be told whether what was named is accepted.
    pub unclear: Option<Error>,
}

impl Judgement {
    /// Takes in what a provider's page says.
    fn take(&mut self, checks: Vec<provider::Check>, findings: &mut Vec<Finding>) {
        for check in checks {
            let verdict = match &check.finding {
                Some(finding) => Verdict::Found(finding.severity),
                None if check.is_unknown => Verdict::Unknown,
                None => Verdict::Ok,
            };
            self.checks.push(Check { name: check.name, verdict, text: check.text });
            findings.extend(check.finding);
        }
    }
}

/// Everything that is to be said about the contents of a file called `shown`.
pub fn bundle(bundle: &Bundle, rules: &Rules, beside: &Beside<'_>, shown: &str) -> Judgement {
    let names = Names::of(bundle);
    let mut findings = certificates(bundle, rules, &names);
    let with_key = |entry: &&Entry| matches!(entry.content, Content::Key(_));
    for entry in bundle.entries.iter().filter(with_key) {
        let subject = entry.chain.first().map(|one| names.of_certificate(one));
        let subject = subject.unwrap_or_else(|| shown.to_owned());
        findings.extend(policy::identity::entry(entry, bundle.format, &subject));
        findings.extend(policy::identity::unlisted(entry, &subject).filter(|_| rules.no_keys));
    }
    if rules.alias.is_none() {
        findings.extend(policy::identity::alias(bundle, shown));
    }
    let candidates = candidates(bundle, rules.key.as_ref().map(|(_, key)| key));
    findings.extend(foreign_key(bundle, rules, shown));
    findings.extend(policy::protection(bundle, shown, rules.now));
    let mut judgement = Judgement::default();
    let mut found = Vec::new();
    for candidate in &candidates {
        found.extend(identity(candidate, bundle, rules, beside, &names));
    }
    if rules.purpose.is_some() && !found.iter().any(|finding| TIME.contains(&finding.code)) {
        let needed: HashSet<String> = candidates
            .iter()
            .filter_map(|candidate| Some(names.of_certificate(candidate.end_entity()?)))
            .collect();
        findings.iter_mut().for_each(|finding| spare_unneeded(finding, &needed));
    }
    found.retain(|finding| !is_said_elsewhere(finding, bundle, rules));
    findings.append(&mut found);
    let mut findings = each_once(findings);
    if rules.purpose.is_some() {
        let unchecked = unchecked(&candidates, bundle, rules, beside);
        judgement.checks = checks::identity(&findings, rules.name.is_some(), &unchecked);
    }
    if let Some(provider) = &rules.provider {
        let end_entity = candidates.first().and_then(Candidate::end_entity);
        let checks = policy::provider::provider(bundle, end_entity, provider, rules.now, shown);
        judgement.take(checks, &mut findings);
        findings.extend(provider.age(shown, rules.now));
    }
    if let Some(trusted) = &rules.trusted {
        let Trusted { provider, chain } = trusted;
        let trusts = Trusts { provider: provider.as_ref(), chain: chain.as_ref() };
        let checks = trusts.checks(bundle, shown, rules.now);
        judgement.unclear =
            checks.iter().any(|check| check.is_unknown).then(|| unclear(provider.as_ref()));
        judgement.take(checks, &mut findings);
        // Of an anchor it counts what it is as an anchor; one of many that ends breaks nothing yet.
        findings.retain(|it| it.code != Code::CertificateExpired);
        let ending = findings.iter_mut().filter(|it| it.code == Code::CertificateExpiresSoon);
        ending.for_each(|it| it.severity = it.severity.min(Severity::Warning));
        let anchors = anchors(bundle, rules.now).into_iter();
        findings
            .extend(anchors.map(|(one, it)| Finding { subject: names.of_certificate(one), ..it }));
        findings.extend(provider.iter().flat_map(|it| it.age(shown, rules.now)));
    }
    if !rules.pins.is_empty() {
        let pinned = pinned(&candidates, bundle, rules, shown);
        judgement.matched_pin = pinned.matched;
        findings.extend(pinned.findings);
    }
    judgement.findings = findings;
    judgement
}

/// That what is known of a provider does not say whether a trust file accepts it.
fn unclear(provider: Option<&Provider>) -> Error {
    let title = provider.map_or("the chain", |provider| &provider.title);
    Error::new(Failure::Unclear, format!("it is unclear whether {title} is accepted"))
        .kind(Kind::Input)
        .help("give the chain that it presents with --chain FILE")
}

/// What could not be checked of the identities in a file.
fn unchecked(
    candidates: &[Candidate<'_>],
    bundle: &Bundle,
    rules: &Rules,
    beside: &Beside<'_>,
) -> Vec<Unchecked> {
    if candidates.is_empty() {
        let why = match bundle.first_failure() {
            Some(failure) => format!("could not be checked: {}", failure.message),
            None => "could not be checked: there is no certificate".to_owned(),
        };
        return checks::none(rules.name.is_some(), &why);
    }
    let given = rules.key.as_ref().map(|(_, key)| key);
    let keys = candidates.iter().filter_map(|one| key_unknown(one, given, beside));
    let certificates = candidates.iter().flat_map(|one| one.chain.path());
    let strengths = certificates.filter_map(policy::strength_unknown);
    let keys = keys.map(|why| (checks::KEY, format!("could not be compared: {why}")));
    let strengths = strengths.map(|why| (checks::STRENGTH, format!("could not be checked: {why}")));
    keys.chain(strengths).collect()
}

/// What is wrong with each certificate by itself.
fn certificates<'a>(bundle: &'a Bundle, rules: &Rules, names: &Names<'_>) -> Vec<Finding> {
    let about = |certificate: &'a Certificate| {
        policy::expiry(certificate, rules.limits, rules.now)
            .into_iter()
            .chain(policy::strength(certificate))
            .chain(policy::calendar(certificate, &rules.calendar, rules.now))
            .filter(|it| it.code != Code::PurposeEnds || is_client(certificate, rules))
            .map(move |finding| (certificate, finding))
    };
    let about_all = |entry: &'a Entry| entry.chain.iter().flat_map(about).collect();
    let found: Vec<Vec<(&'a Certificate, Finding)>> =
        parallel::map(bundle.entries.iter(), about_all);
    let found = found.into_iter().flatten();
    found.map(|(one, it)| Finding { subject: names.of_certificate(one), ..it }).collect()
}

/// Findings without those that say again what another says: the same certificate can stand in a
/// file many times.
fn each_once(mut findings: Vec<Finding>) -> Vec<Finding> {
    let mut seen = HashSet::with_capacity(findings.len());
    let is_new: Vec<bool> = findings
        .iter()
        .map(|it| seen.insert((it.code.id(), it.subject.as_str(), it.message.as_str())))
        .collect();
    let mut is_new = is_new.into_iter();
    findings.retain(|_| is_new.next() == Some(true));
    findings
}

/// Whether a certificate is used as a client's. Many server certificates have that purpose too, and
/// nobody will miss it.
fn is_client(certificate: &Certificate, rules: &Rules) -> bool {
    let purposes = certificate.extensions.extended_key_usage.as_deref().unwrap_or_default();
    match rules.purpose {
        Some(purpose) => purpose == Purpose::Client,
        None => !purposes.iter().any(|one| one == Purpose::Server.name()),
    }
}

/// `key-mismatch`, when the key of `--key` belongs to no certificate of the file.
fn foreign_key(bundle: &Bundle, rules: &Rules, shown: &str) -> Option<Finding> {
    let (file, key) = rules.key.as_ref()?;
    let verdicts: Vec<Option<bool>> =
        bundle.certificates().map(|certificate| key.matches(certificate)).collect();
    let belongs = verdicts.is_empty() || verdicts.iter().any(|one| *one != Some(false));
    (!belongs).then(|| {
        let kind = key.kind().short();
        let message = format!("the {kind} key of {file} belongs to none of the certificates");
        Finding::new(Code::KeyMismatch, shown, message)
            .help("find the key its request was created with, or have the new key certified")
    })
}

/// What is wrong with a candidate as an identity.
fn identity(
    candidate: &Candidate<'_>,
    bundle: &Bundle,
    rules: &Rules,
    beside: &Beside<'_>,
    names: &Names<'_>,
) -> Vec<Finding> {
    let Some(end_entity) = candidate.end_entity() else { return Vec::new() };
    if rules.purpose.is_none() && !rules.has_anchors {
        return Vec::new();
    }
    let subject = names.of_certificate(end_entity);
    let mut findings = Vec::new();
    // Whether a key that was given belongs to it is another question.
    let has_key = rules.key.is_some() || beside(end_entity).is_some();
    if rules.purpose.is_some() && !has_key {
        findings.extend(policy::identity::key(candidate.entry, bundle.format, &subject));
    }
    if !candidate.is_ordered && candidate.entry.is_none() {
        let message = format!("{} is not the first certificate", end_entity.short_name());
        findings.push(
            Finding::new(Code::ChainOutOfOrder, subject.clone(), message)
                .help("put it first, then its issuer, then that one's issuer"),
        );
    }
    if rules.purpose.is_some() {
        findings.extend(policy::superfluous(&candidate.chain, &subject));
    }
    let purpose = rules.purpose.unwrap_or_else(|| Purpose::likely(end_entity));
    let demand = Demand {
        anchors: rules.anchors.get(),
        now: rules.now,
        purpose,
        name: rules.name.as_ref(),
        max_intermediates: rules.max_intermediates,
        strictness: Strictness::Whole,
    };
    for problem in verdict(&candidate.chain, &demand).problems {
        let finding = Finding::new(problem.code, subject.clone(), problem.text);
        let severity = severity(problem.code, rules.purpose.is_some());
        findings.push(Finding { help: problem.help, ..finding }.severity(severity));
    }
    findings
}

/// A certificate outside its validity that no path needs keeps nothing from working; but old
/// verifiers choose the path with it.
fn spare_unneeded(finding: &mut Finding, needed: &HashSet<String>) {
    if TIME.contains(&finding.code) && !needed.contains(&finding.subject) {
        finding.severity = finding.severity.min(Severity::Warning);
    }
}

/// Where a purpose was stated, what keeps the identity from working is critical.
fn severity(code: Code, has_purpose: bool) -> Severity {
    let breaks = [Code::ChainIncomplete, Code::IssuerUnknown, Code::NameMismatch];
    match (code, has_purpose) {
        (Code::ChainInvalid | Code::PurposeMissing, false) => Severity::Warning,
        (code, true) if breaks.contains(&code) => Severity::Critical,
        (code, _) => code.rule().severity,
    }
}

/// Whether a problem of the path is already told by a finding about a certificate of the file.
fn is_said_elsewhere(finding: &Finding, bundle: &Bundle, rules: &Rules) -> bool {
    let limits = rules.limits;
    match finding.code {
        code if TIME.contains(&code) => bundle
            .certificates()
            .filter_map(|one| policy::expiry(one, limits, rules.now))
            .any(|told| told.code == finding.code),
        Code::SignatureWeak => true,
        // Without a stated purpose the guess must not be held against the certificate.
        Code::PurposeMissing => rules.purpose.is_none(),
        Code::SelfSigned => bundle.format != "pem" && rules.purpose.is_none(),
        _ => false,
    }
}

/// What the pins say: the first chain that matches one, else what is said about the first chain.
fn pinned(
    candidates: &[Candidate<'_>],
    bundle: &Bundle,
    rules: &Rules,
    shown: &str,
) -> policy::Pinned {
    let whole = candidates.iter().map(|candidate| candidate.chain.clone());
    let single = bundle.certificates().map(|one| Chain::new(vec![one.clone()]));
    let mut first = None;
    for chain in whole.chain(single) {
        let purpose = rules.purpose.or_else(|| chain.end_entity().map(Purpose::likely));
        let purpose = purpose.unwrap_or(Purpose::Server);
        let below = Below { purpose, name: rules.name.as_ref(), now: rules.now };
        let pinned = policy::pins(&chain, &rules.pins, below, shown);
        if pinned.matched.is_some() {
            return pinned;
        }
        first.get_or_insert(pinned);
    }
    first.unwrap_or_default()
}
