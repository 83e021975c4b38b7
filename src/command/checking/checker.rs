//! One request checked: by which verifier, what is known of it then, which findings.

use std::borrow::Cow;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use time::OffsetDateTime;

use super::Checked;
use super::explain::{self, Explainer, ONE, Payload};
use super::options::{AUTO, Wish};
use super::signing_cert;
use super::standard::Standard;
use crate::capture::Captured;
use crate::cert::rfc3339;
use crate::command::Context;
use crate::digest;
use crate::error::{Error, Result};
use crate::finding::{Code, Finding};
use crate::http::{Headers, Request};
use crate::outcome::verification::{Choice, Verification};
use crate::report::Item;
use crate::secret::Secret;
use crate::signature::detect::{self, Proposal, Proposed};
use crate::signature::diagnose::Diagnosis;
use crate::signature::message::lines;
use crate::signature::scheme::{Place, Scheme};
use crate::signature::{self, Message, Problem, Verifier, standard};

/// Everything that is the same for all requests of a run.
pub struct Checker {
    now: OffsetDateTime,
    shows_digests: bool,
    called: signature::called::Called,
    /// Whether it says what would be right.
    pub show_expected: bool,
    tolerance: Option<Duration>,
    secrets: Vec<(String, Secret)>,
    /// `None` with `--scheme auto`, which chooses anew for each request.
    verifier: Option<Verifier>,
    /// A standard in place of a table, and then there is no verifier; with `--scheme auto` each
    /// standard, if there is a key for it.
    standards: Vec<Standard>,
    /// Whether the scheme is chosen for each request.
    is_auto: bool,
    /// Then the built-in ones, each prepared when it is first proposed.
    built_in: Vec<OnceLock<Result<Verifier>>>,
    explainer: Option<Explainer>,
    diagnose_time: Duration,
    findings: Vec<Finding>,
}

/// When a request is checked, and when it came.
#[derive(Clone, Copy)]
pub struct Moments {
    /// The moment to judge at.
    pub now: OffsetDateTime,
    /// When a stored request arrived.
    pub received_at: Option<OffsetDateTime>,
}

impl Checker {
    /// Reads the secrets and prepares the scheme.
    ///
    /// # Errors
    /// When there is nothing to check with, and those of reading scheme, secrets and keys.
    pub fn new(wish: Wish<'_>, context: &Context) -> Result<Self> {
        let (mut secrets, mut findings) = (Vec::new(), Vec::new());
        for labelled in wish.secrets {
            let label = labelled.label.clone().unwrap_or_else(|| labelled.source.to_string());
            let (secret, found) = context.secret(&labelled.source, "signing secret")?;
            findings.extend(found);
            secrets.push((label, secret));
        }
        let is_auto = wish.scheme == Some(AUTO);
        let standards = match is_auto {
            true => Standard::all(&wish, context, &secrets)?,
            false => Standard::load(&wish, context, &secrets)?.into_iter().collect(),
        };
        let scheme = match is_auto || !standards.is_empty() {
            true => None,
            false => Some(context.scheme(wish.scheme, wish.form)?),
        };
        if let Some(scheme) = &scheme {
            secrets.extend(signing_cert::load(scheme, wish.token, context)?);
        }
        if standards.is_empty() && secrets.is_empty() {
            return Err(Error::usage("there is no secret to verify with").help(
                "give --secret SOURCE (file:PATH, env:NAME, fd:N, stdin or prompt); --jwks is for \
                 bearer tokens and HTTP Message Signatures",
            ));
        }
        let mut checker = Self {
            now: context.now,
            shows_digests: wish.shows_digests,
            called: wish.called,
            show_expected: wish.show_expected,
            tolerance: wish.tolerance,
            secrets,
            verifier: None,
            standards,
            is_auto,
            built_in: if is_auto { vec![OnceLock::new(); detect::built_in()] } else { Vec::new() },
            explainer: wish.explainer,
            diagnose_time: wish.diagnose_time.unwrap_or(ONE),
            findings,
        };
        checker.verifier = scheme.map(|scheme| checker.prepared(scheme)).transpose()?;
        Ok(checker)
    }

    fn prepared(&self, scheme: Scheme) -> Result<Verifier> {
        let verifier = Verifier::new(scheme, &self.secrets)?;
        Ok(match self.tolerance.map(time::Duration::try_from) {
            Some(tolerance) => verifier.tolerance(tolerance.unwrap_or(time::Duration::MAX)),
            None => verifier,
        })
    }

    /// What the secrets are called.
    pub fn labels(&self) -> Vec<String> {
        self.secrets.iter().map(|(label, _)| label.clone()).collect()
    }

    /// The secret that was named first.
    pub fn secret(&self) -> Option<&Secret> {
        self.secrets.first().map(|(_, secret)| secret)
    }

    /// The verifier of a scheme that a request fits.
    fn proposed_verifier(&self, proposed: Proposed) -> Result<Cow<'_, Verifier>> {
        if let Some(made) = self.prepared_built_in(&proposed) {
            return made.map(Cow::Borrowed);
        }
        match proposed {
            Proposed::ByShape(scheme) => self.prepared(*scheme).map(Cow::Owned),
            Proposed::BuiltIn(_, scheme) => self.prepared(scheme.clone()).map(Cow::Owned),
        }
    }

    /// The same of a built-in one, made once.
    fn prepared_built_in(&self, proposed: &Proposed) -> Option<Result<&Verifier>> {
        let Proposed::BuiltIn(place, scheme) = proposed else { return None };
        let made = self.built_in.get(*place)?.get_or_init(|| self.prepared((*scheme).clone()));
        Some(made.as_ref().map_err(Error::clone))
    }

    /// The scheme, unless it is chosen for each request.
    pub fn scheme(&self) -> Option<&Scheme> {
        self.verifier.as_ref().map(Verifier::scheme)
    }

    /// The verifier, if it can check a body that streams by.
    pub fn streaming(&self) -> Option<&Verifier> {
        self.verifier.as_ref().filter(|verifier| verifier.streams())
    }

    /// The verifier under which a request is as it should be, and nothing has to be said of it, told
    /// without its URL; `None` where that is not certain. With `--scheme auto` it is not told what else
    /// fits.
    pub fn pass(&self, message: &Message<'_>) -> Option<(&Verifier, signature::Outcome)> {
        let verify = |verifier: &Verifier| verifier.verify(message, self.now);
        let (verifier, outcome) = match &self.verifier {
            Some(verifier) if !verifier.needs_url() => (verifier, verify(verifier)),
            None if self.is_auto => detect::propose_built_in(message)?
                .filter_map(|proposal| self.prepared_built_in(&proposal.scheme)?.ok())
                .map(|verifier| (verifier, verify(verifier)))
                .find(|(_, outcome)| outcome.matched.is_some())?,
            _ => return None,
        };
        let is_right = outcome.matched.is_some() && outcome.problems.is_empty();
        is_right.then_some((verifier, outcome))
    }

    /// Whether the signature stands in the body, so that a payload without headers is complete.
    pub fn reads_body(&self) -> bool {
        self.scheme().is_some_and(|scheme| matches!(scheme.place, Place::Body(_)))
    }

    /// The moment of the run, for a request that is not stored.
    pub fn moments(&self) -> Moments {
        Moments { now: self.now, received_at: None }
    }

    /// The body that was signed, of the request that was checked last: the one given when it matches,
    /// else the one that the diagnosis found.
    pub fn signed_body(&self, checked: &Checked, given: &[u8]) -> Option<Vec<u8>> {
        let found = || self.explainer.as_ref().and_then(Explainer::take_signed_body);
        let is_match = checked.verification.matched_secret.is_some();
        if is_match { Some(given.to_vec()) } else { found() }
    }

    /// What is wrong with the secrets, whatever the request.
    pub fn about_secrets(&self, subject: &str) -> Vec<Finding> {
        let weak = match (&self.verifier, self.is_auto) {
            (Some(verifier), _) => verifier.weak_secrets(),
            (None, true) => Vec::new(),
            (None, false) => self.standards.iter().flat_map(Standard::weak_keys).collect(),
        };
        let weak = weak.into_iter().map(|problem| problem.finding(subject));
        self.findings.iter().cloned().chain(weak).collect()
    }

    /// Fetches published keys again when the token of a request names one that is not known.
    ///
    /// # Errors
    /// Why they could not be fetched; the keys known so far stay.
    pub async fn renew(&self, headers: &Headers) -> Result<()> {
        match self.standards.as_slice() {
            [standard] if !self.is_auto => standard.renew(headers).await,
            _ => Ok(()),
        }
    }

    /// Why a request does not match, if a scheme of the table says how it is signed. This can take
    /// its time: nothing that waits for an answer may wait for it.
    pub fn diagnosis(&self, message: &Message<'_>) -> Option<Diagnosis> {
        let scheme = self.scheme()?;
        let payload = Payload::without_file();
        Some(explain::diagnosis(scheme, message, &self.secrets, payload, self.diagnose_time))
    }

    /// The URL that a request was sent to, as far as it is known; `scheme` is ours.
    pub fn url(&self, request: &Request, scheme: &str) -> Option<String> {
        self.called.of(&request.target, &request.headers, None, scheme)
    }

    /// Checks a captured request.
    pub fn captured(&self, file: &str, captured: &Captured) -> Item {
        let request = &captured.request;
        let (headers, seen) = (&request.headers, captured.url.as_deref());
        let url = self.called.of(&request.target, headers, seen, "https");
        let headers = lines(headers);
        let message = Message::of(request, &headers, url.as_deref());
        let subject = format!("{file} {}", captured.name);
        let moments = Moments { received_at: captured.received_at, ..self.moments() };
        let started = Instant::now();
        let mut item = match self.check(&subject, &message, moments) {
            Ok(checked) => checked.item(&subject),
            Err(error) => Item::failed(&subject, error),
        };
        item = item.since(started);
        let notes = captured.notes.iter();
        item.findings.extend(notes.map(|note| Finding::new(note.code, &subject, &note.message)));
        item
    }

    /// Checks a request.
    ///
    /// # Errors
    /// With `--scheme auto`, when no secret serves any scheme that fits.
    pub fn check(&self, subject: &str, message: &Message<'_>, moments: Moments) -> Result<Checked> {
        match (&self.verifier, self.standards.as_slice()) {
            (Some(verifier), _) => {
                let outcome = verifier.verify(message, moments.now);
                Ok(self.described(subject, verifier, outcome, message, moments))
            }
            (None, [standard]) if !self.is_auto => {
                Ok(standard.check(subject, message, moments.now))
            }
            (None, _) => self.proposed(subject, message, moments),
        }
    }

    /// Checks a request under every scheme that fits; the first that verifies is the answer, and what
    /// else fits is what verifies too. Where none does, those that the request has the form of.
    fn proposed(&self, subject: &str, message: &Message<'_>, moments: Moments) -> Result<Checked> {
        let proposals = detect::propose(message);
        let mut tried = Vec::new();
        let mut unprepared = None;
        for Proposal { scheme, flags } in proposals {
            match self.proposed_verifier(scheme) {
                Ok(verifier) => {
                    let outcome = verifier.verify(message, moments.now);
                    tried.push((flags, verifier, outcome));
                }
                Err(error) => unprepared = Some(error),
            }
        }
        let is_match = |(_, _, outcome): &(_, _, signature::Outcome)| outcome.matched.is_some();
        let mut fitting = standard::followed(message);
        if tried.iter().any(is_match) {
            tried.retain(is_match);
            fitting.clear();
        }
        // A standard says its name in the request; a table is only told by the name of a header.
        let by_standard = fitting.iter().enumerate().find_map(|(index, one)| {
            let standard = self.standards.iter().find(|known| known.name() == one.name)?;
            Some((index, standard.in_header(one.header)))
        });
        let mut others: Vec<String> = tried.iter().map(|(flags, ..)| flags.to_string()).collect();
        let (mut checked, chosen) = match (by_standard, tried.into_iter().next()) {
            (Some((index, standard)), _) => {
                (standard.check(subject, message, moments.now), fitting.remove(index).flags)
            }
            (None, Some((flags, verifier, outcome))) => {
                others.remove(0);
                let checked = self.described(subject, &verifier, outcome, message, moments);
                (checked, flags.into_owned())
            }
            (None, None) => {
                return match unprepared {
                    Some(error) => Err(error),
                    None => Ok(nothing_fits(subject, message)),
                };
            }
        };
        let also_fits = fitting.into_iter().map(|one| one.flags).chain(others).collect();
        checked.verification.choice = Some(Choice { scheme_flags: chosen, also_fits });
        Ok(checked)
    }

    fn described(
        &self,
        subject: &str,
        verifier: &Verifier,
        outcome: signature::Outcome,
        message: &Message<'_>,
        moments: Moments,
    ) -> Checked {
        let mut checked = self.passed(subject, verifier, outcome, message.body);
        if let Some(explainer) = &self.explainer {
            explainer.explain(&mut checked, verifier.scheme(), message, &self.secrets);
        }
        if self.show_expected {
            checked.verification.expected = Some(verifier.expected(message));
        }
        if let (Some(at), Some(finding)) = (moments.received_at, stale(&mut checked.findings)) {
            let at = rfc3339(at);
            finding.help = Some(format!("it arrived at {at}: check it as of then with --at {at}"));
        }
        checked
    }

    /// What came of a check of a body that is at hand.
    pub fn passed(
        &self,
        subject: &str,
        verifier: &Verifier,
        outcome: signature::Outcome,
        body: &[u8],
    ) -> Checked {
        let shows_digest = self.shows_digests || !outcome.problems.is_empty();
        let mut checked = self.streamed(subject, verifier, outcome);
        checked.verification.payload_bytes = Some(body.len() as u64);
        checked.verification.payload_sha256 =
            shows_digest.then(|| digest::hex(&digest::sha256(body)));
        checked
    }

    /// What came of a check of a body that went by.
    pub fn streamed(
        &self,
        subject: &str,
        verifier: &Verifier,
        outcome: signature::Outcome,
    ) -> Checked {
        let (matched_secret, matched_url) = match outcome.matched {
            Some(matched) => (Some(verifier.label(matched.secret).to_owned()), matched.url),
            None => (None, None),
        };
        let verification = Verification {
            scheme: Some(verifier.scheme().name.clone()),
            matched_secret,
            matched_url,
            signed_at: outcome.signed_at,
            age_seconds: outcome.age_seconds,
            candidates: outcome.candidates,
            ..Verification::default()
        };
        let problems = outcome.problems.into_iter();
        let findings = problems.map(|problem| problem.finding(subject)).collect();
        Checked { verification, findings }
    }
}

fn stale(findings: &mut [Finding]) -> Option<&mut Finding> {
    findings.iter_mut().find(|finding| finding.code == Code::SignatureStale)
}

fn nothing_fits(subject: &str, message: &Message<'_>) -> Checked {
    let names: Vec<_> = message.headers.iter().map(|(name, _)| *name).collect();
    let problem = match names.as_slice() {
        [] => Problem::missing("no header was given, and the body holds no signature")
            .help("give the headers with --header 'Name: value', or a complete captured request"),
        names => Problem::missing(format!(
            "none of the headers looks like a signature: {}",
            names.join(", ")
        ))
        .help(
            "name the scheme with --scheme, or describe it with --signature-header and --encoding",
        ),
    };
    let verification = Verification {
        payload_bytes: Some(message.body.len() as u64),
        payload_sha256: Some(digest::hex(&digest::sha256(message.body))),
        ..Verification::default()
    };
    Checked { verification, findings: vec![problem.finding(subject)] }
}
