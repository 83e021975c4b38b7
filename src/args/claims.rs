//! What a bearer token says, where we sign it.

use clap::Args;
use serde_json::{Map, Value};

use crate::error::{Error, Result};
use crate::signature::standard::is_token;
use crate::signature::token::BodyClaim;

/// Claims, each by an option.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Bearer tokens (jwt)")]
pub struct ClaimArgs {
    /// Audience of the token (aud)
    #[arg(long)]
    pub audience: Option<String>,
    /// Issuer of the token (iss)
    #[arg(long)]
    pub issuer: Option<String>,
    /// E-mail address of its subject, marked as verified
    #[arg(long)]
    pub email: Option<String>,
    /// Subject of the token (sub)
    #[arg(long)]
    pub subject: Option<String>,
    /// Claim with the SHA-256 of the payload, in hex, base64 or base64url [default: hex]; without this,
    /// the payload is the claims
    #[arg(long, value_name = "NAME[:ENCODING]", value_parser = BodyClaim::parse)]
    pub body_claim: Option<BodyClaim>,
}

impl ClaimArgs {
    /// The first option that is given.
    pub fn given(&self) -> Option<&'static str> {
        let given = [
            (&self.audience, "--audience"),
            (&self.issuer, "--issuer"),
            (&self.email, "--email"),
            (&self.subject, "--subject"),
        ];
        let given = given.into_iter().map(|(text, option)| (text.is_some(), option));
        let mut given = given.chain([(self.body_claim.is_some(), "--body-claim")]);
        given.find(|(is_given, _)| *is_given).map(|(_, option)| option)
    }

    /// Refuses what only a token could say.
    ///
    /// # Errors
    /// `usage`, naming the option.
    pub fn check(&self, scheme: &str) -> Result<()> {
        match self.given() {
            Some(option) if !is_token(scheme) => {
                Err(Error::usage(format!("{option} does not apply to {scheme}"))
                    .help("it is for tokens only: --scheme jwt in sign, --resign jwt in replay"))
            }
            _ => Ok(()),
        }
    }

    /// The claims that are said.
    pub fn claims(&self) -> Map<String, Value> {
        let said = [
            ("iss", &self.issuer),
            ("aud", &self.audience),
            ("email", &self.email),
            ("sub", &self.subject),
        ];
        let said = said.into_iter().filter_map(|(name, text)| Some((name, text.as_deref()?)));
        let mut claims: Map<String, Value> =
            said.map(|(name, text)| (name.to_owned(), text.into())).collect();
        if self.email.is_some() {
            claims.insert("email_verified".to_owned(), true.into());
        }
        claims
    }
}
