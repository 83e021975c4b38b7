//! The check of each delivery's signature, as `verify` does it.

use time::OffsetDateTime;

use super::options::Args;
use crate::args::scheme::SchemeArgs;
use crate::cert::rfc3339;
use crate::command::Context;
use crate::command::verify::standard::Standard;
use crate::error::{Error, Result};
use crate::fact::Facts;
use crate::finding::{Code, Finding, Severity};
use crate::http::Request;
use crate::secret::LabelledSource;
use crate::signature::content::lines;
use crate::signature::{Message, Verifier};

/// How deliveries are checked.
pub enum Check {
    /// A scheme of the table, and its secrets.
    Scheme(Box<Verifier>),
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
        let mut standards = Standard::load(&scheme, token, tolerance, context, &secrets)?;
        if let Some(standard) = standards.pop() {
            return Ok(Some(Self::Standard(Box::new(standard))));
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
        Ok(Some(Self::Scheme(Box::new(verifier))))
    }

    /// Checks one delivery at `now`. `origin` is where we listen, for schemes that sign the URL.
    pub fn of(&self, request: &Request, origin: &str, now: OffsetDateTime) -> Checked {
        let headers = lines(&request.headers);
        let host = request.headers.text("Host");
        let scheme = origin.split_once("://").map_or("https", |(scheme, _)| scheme);
        let url = match host {
            Some(host) if request.target.starts_with('/') => {
                format!("{scheme}://{host}{}", request.target)
            }
            _ => request.target.clone(),
        };
        let message = Message {
            method: &request.method,
            url: Some(&url),
            headers: &headers,
            body: &request.body,
            complete: true,
        };
        let (facts, findings) = match self {
            Self::Scheme(verifier) => by_scheme(verifier, &message, now),
            Self::Standard(standard) => {
                let item = standard.item("signature", &message, now);
                (item.facts, item.findings)
            }
        };
        let mut checked = Checked { facts, findings };
        let reason = checked.reason().map(str::to_owned);
        checked.facts.set("ok", reason.is_none());
        checked.facts.set("reason", reason);
        checked
    }
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
        .with("candidates", outcome.candidates);
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
