//! The check of each delivery's signature: the one that `verify` makes, and a diagnosis for which
//! nobody waits.

use std::future::Future;
use std::sync::Arc;

use time::OffsetDateTime;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use super::demand::unchecked;
use super::options::Args;
use crate::command::Context;
use crate::command::checking::{Checked, Checker, Moments, Wish};
use crate::error::{Error, Result};
use crate::http::{Request, Url};
use crate::net::serve::Delivery;
use crate::outcome::verification::Admission;
use crate::policy::enforcement;
use crate::secret::Secret;
use crate::signature::called::Called;
use crate::signature::diagnose::Diagnosis;
use crate::signature::message::lines;
use crate::signature::scheme::Algorithm;
use crate::signature::{Message, Scheme};

/// How deliveries are checked.
pub struct Check {
    checker: Arc<Checker>,
    /// Mismatches are explained one at a time: a burst of them may keep one core busy, not all.
    /// `None` with `--no-diagnose`.
    explaining: Option<Arc<Semaphore>>,
}

impl Check {
    /// The check that the command line asks for, if any.
    ///
    /// # Errors
    /// Those of reading scheme and secrets.
    pub fn new(args: &Args, context: &Context) -> Result<Option<Self>> {
        let Some(name) = &args.verify else { return unchecked(args).map(|()| None) };
        if name == "auto" {
            return Err(Error::usage("--verify auto: the caller would choose how to be checked")
                .help("name the scheme that the sender uses: hookprint schemes lists them"));
        }
        Self::under(name, args, context).map(Some)
    }

    /// The check under that scheme.
    ///
    /// # Errors
    /// Those of reading scheme and secrets.
    pub fn under(name: &str, args: &Args, context: &Context) -> Result<Self> {
        let wish = Wish {
            scheme: Some(name),
            form: &args.form,
            secrets: &args.secret,
            token: &args.token,
            message: &args.message,
            is_enforced: args.enforce,
            tolerance: args.tolerance,
            called: Called {
                url: args.url.clone(),
                adds_query: true,
                trust_forwarded: args.trust_forwarded,
            },
            show_expected: false,
            explainer: None,
            diagnose_time: args.diagnose_time,
            // Every delivery has one.
            shows_digests: false,
        };
        let checker = Checker::new(wish, context)?;
        for finding in checker.about_secrets(name) {
            context.note(&format!("{}: {}", finding.code.id(), finding.message));
        }
        let explaining = (!args.no_diagnose).then(|| Arc::new(Semaphore::new(1)));
        Ok(Self { checker: Arc::new(checker), explaining })
    }

    /// What the secrets are called.
    pub fn labels(&self) -> Vec<String> {
        self.checker.labels()
    }

    /// The secret that is used first.
    pub fn secret(&self) -> Option<&Secret> {
        self.checker.secret()
    }

    /// Whether a header of this name has the secret itself in it.
    pub fn has_secret_in(&self, name: &str) -> bool {
        let is_secret =
            |scheme: &Scheme| scheme.algorithm == Algorithm::Token && scheme.place.takes(name);
        self.checker.scheme().is_some_and(is_secret)
    }

    /// Checks one delivery at `now`. `origin` is where we listen, for schemes that sign the URL.
    pub async fn of(&self, delivery: &Delivery, origin: &str, now: OffsetDateTime) -> Checked {
        let Delivery { request, body, .. } = delivery;
        let stale = self.checker.renew(&request.headers).await.err();
        let moments = Moments { now, received_at: None };
        let checked = with_message(&self.checker, request, body, origin, |message| {
            self.checker.check("signature", message, moments)
        });
        // What could not be checked is not let in.
        let (mut checked, failure) = match checked {
            Ok(checked) => (checked, None),
            Err(error) => (Checked::default(), Some(error.to_string())),
        };
        if let Some(error) = stale {
            let help = format!("the keys could not be fetched again: {error}");
            checked.findings.iter_mut().for_each(|finding| finding.help = Some(help.clone()));
        }
        let reason = failure.or_else(|| enforcement::reason(&checked.findings));
        checked.verification.admission = Some(Admission { ok: reason.is_none(), reason });
        checked
    }

    /// Why the signature does not match, found by a thread of its own, so that nobody waits for it.
    /// `None` if there is nothing to explain, or another delivery is being explained.
    pub fn explanation(
        &self,
        checked: &mut Checked,
        delivery: &Delivery,
        origin: &str,
    ) -> Option<impl Future<Output = Diagnosis> + Send + use<>> {
        self.checker.scheme()?;
        let permits = self.explaining.clone()?;
        checked.explainable()?;
        let permit = permits.try_acquire_owned().ok()?;
        let (checker, request, origin) =
            (self.checker.clone(), delivery.request.clone(), origin.to_owned());
        let body = delivery.body.to_vec();
        let explaining = spawn_blocking(move || {
            let diagnosis = with_message(&checker, &request, &body, &origin, |message| {
                checker.diagnosis(message)
            });
            drop(permit);
            diagnosis.unwrap_or_default()
        });
        Some(async { explaining.await.unwrap_or_default() })
    }
}

/// Does something with a request as signatures see it. Whose URL is not known has none.
fn with_message<T>(
    checker: &Checker,
    request: &Request,
    body: &[u8],
    origin: &str,
    work: impl FnOnce(&Message<'_>) -> T,
) -> T {
    let headers = lines(&request.headers);
    let scheme = Url::of(origin).scheme.unwrap_or("https");
    let url = checker.url(request, scheme);
    work(&Message { body, ..Message::of(request, &headers, url.as_deref()) })
}
