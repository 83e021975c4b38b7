//! The check of each delivery's signature, as `verify` does it.

use std::future::Future;
use std::sync::Arc;
use std::time::Instant;

use time::OffsetDateTime;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use super::options::Args;
use crate::args::scheme::SchemeArgs;
use crate::cert::rfc3339;
use crate::command::Context;
use crate::command::verify::explain::{ONE, explainable};
use crate::command::verify::standard::Standard;
use crate::error::{Error, Result};
use crate::fact::Facts;
use crate::finding::{Code, Finding, Severity};
use crate::http::Request;
use crate::secret::{LabelledSource, Secret};
use crate::signature::diagnose::{self, Case, Diagnosis};
use crate::signature::message::lines;
use crate::signature::{Message, Verifier};

/// How deliveries are checked.
pub struct Check {
    way: Way,
    /// Mismatches are explained one at a time: a burst of them may keep one core busy, not all.
    /// `None` with `--no-diagnose`.
    explaining: Option<Arc<Semaphore>>,
}

enum Way {
    /// A scheme of the table, and its secrets.
    Scheme { verifier: Box<Verifier>, secrets: Vec<Secret> },
    /// Bearer tokens or HTTP Message Signatures.
    Standard(Box<Standard>),
}

/// What came out.
pub struct Checked {
    /// As in `verify`, with `ok`.
    pub facts: Facts,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

impl Checked {
    /// Why the delivery fails the check, if it does.
    pub fn reason(&self) -> Option<&str> {
        let critical = self.findings.iter().find(|one| one.severity == Severity::Critical);
        critical.map(|finding| finding.message.as_str())
    }
}

impl Check {
    /// The check that the command line asks for, if any.
    ///
    /// # Errors
    /// Those of reading scheme and secrets.
    pub fn new(args: &Args, context: &Context) -> Result<Option<Self>> {
        let Some(name) = &args.verify else { return Ok(None) };
        let scheme = SchemeArgs {
            scheme: Some(name.clone()),
            scheme_file: args.scheme_file.clone(),
            signature_header: args.signature_header.clone(),
            ..SchemeArgs::default()
        };
        let mut secrets = Vec::new();
        for LabelledSource { label, source } in &args.secret {
            let label = label.clone().unwrap_or_else(|| source.to_string());
            let (secret, findings) = context.secret(source, "signing secret")?;
            for finding in findings {
                context.note(&format!("{}: {}", finding.code.id(), finding.message));
            }
            secrets.push((label, secret));
        }
        let (token, tolerance) = (&args.token, args.tolerance);
        if let Some(standard) = Standard::load(&scheme, token, tolerance, context, &secrets)? {
            return Ok(Some(Self { way: Way::Standard(Box::new(standard)), explaining: None }));
        }
        if secrets.is_empty() {
            return Err(Error::usage("there is no secret to verify with")
                .help("give --secret SOURCE: file:PATH, env:NAME, fd:N, stdin or prompt"));
        }
        let mut verifier = Verifier::new(scheme.load(&context.input)?, &secrets)?;
        if let Some(Ok(tolerance)) = args.tolerance.map(time::Duration::try_from) {
            verifier = verifier.tolerance(tolerance);
        }
        for problem in verifier.weak_secrets() {
            context.note(&format!("{}: {}", problem.code.id(), problem.message));
        }
        let secrets = secrets.into_iter().map(|(_, secret)| secret).collect();
        let explaining = (!args.no_diagnose).then(|| Arc::new(Semaphore::new(1)));
        Ok(Some(Self { way: Way::Scheme { verifier: Box::new(verifier), secrets }, explaining }))
    }

    /// Checks one delivery at `now`. `origin` is where we listen, for schemes that sign the URL.
    pub async fn of(&self, request: &Request, origin: &str, now: OffsetDateTime) -> Checked {
        let stale = match &self.way {
            Way::Standard(standard) => standard.renew(&request.headers, now).await.err(),
            Way::Scheme { .. } => None,
        };
        let (facts, mut findings) = with_message(request, origin, |message| match &self.way {
            Way::Scheme { verifier, .. } => by_scheme(verifier, message, now),
            Way::Standard(standard) => {
                let item = standard.item("signature", message, now);
                (item.facts, item.findings)
            }
        });
        if let Some(error) = stale {
            let help = format!("the keys could not be fetched again: {error}");
            findings.iter_mut().for_each(|finding| finding.help = Some(help.clone()));
        }
        let mut checked = Checked { facts, findings };
        let reason = checked.reason().map(str::to_owned);
        checked.facts.set("ok", reason.is_none());
        checked.facts.set("reason", reason);
        checked
    }

    /// Why the signature does not match, found by a thread of its own, so that nobody waits for it.
    /// `None` if there is nothing to explain, or another delivery is being explained.
    pub fn explanation(
        &self,
        checked: &mut Checked,
        request: &Request,
        origin: &str,
    ) -> Option<impl Future<Output = Diagnosis> + Send + use<>> {
        let Way::Scheme { verifier, secrets } = &self.way else { return None };
        let permits = self.explaining.clone()?;
        explainable(&mut checked.findings)?;
        let permit = permits.try_acquire_owned().ok()?;
        let (scheme, secrets) = (verifier.scheme().clone(), secrets.clone());
        let (request, origin) = (request.clone(), origin.to_owned());
        let explaining = spawn_blocking(move || {
            let diagnosis = with_message(&request, &origin, |message| {
                diagnose::diagnose(&Case {
                    scheme: &scheme,
                    message: *message,
                    secrets: &secrets,
                    file: diagnose::NO_FILE.to_owned(),
                    deadline: Instant::now() + ONE,
                })
            });
            drop(permit);
            diagnosis
        });
        Some(async { explaining.await.unwrap_or_default() })
    }
}

/// Does something with a request as signatures see it.
fn with_message<T>(request: &Request, origin: &str, work: impl FnOnce(&Message<'_>) -> T) -> T {
    let headers = lines(&request.headers);
    let host = request.headers.text("Host");
    let scheme = origin.split_once("://").map_or("https", |(scheme, _)| scheme);
    let url = match host {
        Some(host) if request.target.starts_with('/') => {
            format!("{scheme}://{host}{}", request.target)
        }
        _ => request.target.clone(),
    };
    work(&Message {
        method: &request.method,
        url: Some(&url),
        headers: &headers,
        body: &request.body,
        complete: true,
    })
}

fn by_scheme(
    verifier: &Verifier,
    message: &Message<'_>,
    now: OffsetDateTime,
) -> (Facts, Vec<Finding>) {
    let outcome = verifier.verify(message, now);
    let matched = outcome.matched.as_ref().map(|one| verifier.label(one.secret));
    let scheme = verifier.scheme().name.as_str();
    let facts = Facts::new()
        .with("scheme", scheme)
        .with("matched_secret", matched)
        .with("signed_at", outcome.signed_at.map(rfc3339))
        .with("age_seconds", outcome.age_seconds)
        .with("candidates", outcome.candidates)
        .with("payload_bytes", message.body.len());
    let findings = outcome.problems.into_iter().map(|problem| {
        let finding = problem.finding(scheme);
        match finding.code {
            Code::SignatureMismatch => finding.help(format!(
                "capture it and let it be explained: hookprint verify FILE --scheme {scheme} --secret SOURCE"
            )),
            _ => finding,
        }
    });
    (facts, findings.collect())
}
