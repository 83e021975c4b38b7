//! `--challenge`: a provider that checks the address is answered here, whatever becomes of deliveries.

use std::sync::Arc;

use time::OffsetDateTime;

use super::check::Check;
use super::options::Args;
use crate::command::Context;
use crate::command::checking::Checked;
use crate::error::{Error, Result};
use crate::http::Response;
use crate::net::serve::Delivery;
use crate::policy::challenge::{self, Challenges, Given};

/// Answers the checks of one provider.
pub struct Challenger {
    challenges: Challenges,
    /// That of requests which are signed.
    check: Option<Arc<Check>>,
}

/// A check of the address, and what came of it.
pub struct Challenged {
    /// Whose it is.
    pub provider: &'static str,
    /// The answer, or why there is none.
    pub answer: Result<Response, &'static str>,
    /// The check of its signature, where that says who asks.
    pub checked: Option<Checked>,
}

impl Challenger {
    /// What the command line asks for, if anything. Signatures are checked as those of deliveries are,
    /// where these are checked, and else under the scheme of the provider.
    ///
    /// # Errors
    /// `usage` for what the provider needs and was not given, and those of reading secrets.
    pub fn new(args: &Args, check: Option<&Arc<Check>>, context: &Context) -> Result<Option<Self>> {
        let Some(provider) = &args.challenge else { return Ok(None) };
        let check = match (check, challenge::scheme(provider)) {
            (Some(check), _) => Some(check.clone()),
            (None, Some(scheme)) if !args.secret.is_empty() => {
                Some(Arc::new(Check::under(scheme, args, context)?))
            }
            (None, _) => None,
        };
        let secret = match (&check, args.secret.first()) {
            (Some(check), _) => check.secret().cloned(),
            (None, Some(first)) => Some(context.secret(&first.source, "signing secret")?.0),
            (None, None) => None,
        };
        let token = args.verify_token.as_ref();
        let token = token.map(|source| context.secret(source, "verify token")).transpose()?;
        let given = Given { secret, token: token.map(|(token, _)| token), url: args.url.clone() };
        let challenges = Challenges::of(provider, given)?;
        let has_use = args.verify.is_some() || challenges.needs_secret();
        if !has_use && !args.secret.is_empty() {
            return Err(Error::usage(format!("--secret does not apply to --challenge {provider}"))
                .help("name the scheme that deliveries are signed under with --verify"));
        }
        for sentence in challenges.stale(context.now) {
            context.note(&sentence);
        }
        Ok(Some(Self { challenges, check }))
    }

    /// The check of signatures, for what there is to explain.
    pub fn check(&self) -> Option<&Check> {
        self.check.as_deref()
    }

    /// What is to be answered, if a delivery is a check of the address.
    pub async fn challenged(
        &self,
        delivery: &Delivery,
        origin: &str,
        now: OffsetDateTime,
    ) -> Option<Challenged> {
        let asked = self.challenges.asked(&delivery.request, &delivery.body)?;
        let checked = match &self.check {
            Some(check) if asked.is_signed() => Some(check.of(delivery, origin, now).await),
            _ => None,
        };
        Some(Challenged { provider: asked.provider(), answer: asked.answer(), checked })
    }
}
