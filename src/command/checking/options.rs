//! What the command line asks of a check, and of bearer tokens and HTTP Message Signatures.

use std::path::PathBuf;
use std::time::Duration;

use super::explain::Explainer;
use crate::args::scheme::SchemeForm;
use crate::error::{Error, Result};
use crate::secret::LabelledSource;
use crate::signature::called::Called;
use crate::signature::http_message::Required;
use crate::signature::standard::{self, GOOGLE_ID_TOKEN, HTTP_MESSAGE_SIGNATURE};
use crate::signature::token::BodyClaim;

/// The scheme that is chosen for each request.
pub const AUTO: &str = "auto";

/// What a token must say.
#[derive(clap::Args, Clone, Debug, Default)]
#[command(next_help_heading = "Bearer tokens (--scheme jwt, google-id-token)")]
pub struct TokenArgs {
    /// Keys of the issuer, also for HTTP Message Signatures: a JSON Web Key Set, or public keys in PEM
    /// or DER; `listen` fetches those of a URL again when they are old (Cache-Control, an hour at
    /// most), and when a token names an unknown one
    #[arg(long, value_name = "FILE or URL", value_parser = text)]
    pub jwks: Option<String>,
    /// Required audience; google-id-token needs it, and it is usually the URL of the webhook
    #[arg(long, value_parser = text)]
    pub audience: Option<String>,
    /// Required issuer (can be repeated: any of them)
    #[arg(long, value_parser = text)]
    pub issuer: Vec<String>,
    /// Required e-mail address, verified by the issuer: the service account that calls
    #[arg(long, value_parser = text)]
    pub email: Option<String>,
    /// Required subject (sub), if that is better known than an address
    #[arg(long, value_parser = text)]
    pub subject: Option<String>,
    /// Claim that must contain the SHA-256 of the body, in hex, base64 or base64url [default: hex]
    #[arg(long, value_name = "NAME[:ENCODING]", value_parser = BodyClaim::parse)]
    pub body_claim: Option<BodyClaim>,
    /// The certificate that the sender signs with, and its issuers (aws-sns, paypal, alexa): a file, or
    /// a URL of the sender; it must lead to a trust anchor and name the sender
    #[arg(long, value_name = "FILE or URL", value_parser = text, help_heading = "Scheme")]
    pub signing_cert: Option<String>,
    /// Authorities that it must lead to, instead of the system's; the root for tokens that include
    /// their certificate (app-store)
    #[arg(long, value_name = "FILE", help_heading = "Scheme")]
    pub signing_ca: Option<PathBuf>,
}

/// What an HTTP Message Signature must cover.
#[derive(clap::Args, Clone, Debug, Default)]
#[command(next_help_heading = "HTTP Message Signatures (--scheme http-message-signature)")]
pub struct MessageArgs {
    /// Component that must be covered, for example @query, content-digest (the body) or
    /// '@query-param;name="id"' (can be repeated); @method, @authority and @path always should be
    #[arg(long, value_name = "NAME")]
    pub require_component: Vec<Required>,
}

/// A text that is not empty: what an unset variable leaves behind asks for nothing.
fn text(text: &str) -> Result<String> {
    match text.trim().is_empty() {
        true => Err(Error::usage("the value is empty").help("is a variable unset?")),
        false => Ok(text.to_owned()),
    }
}

/// What the command line says about a check.
pub struct Wish<'a> {
    /// The scheme.
    pub scheme: Option<&'a str>,
    /// What is different from it here.
    pub form: &'a SchemeForm,
    /// Where its secrets are.
    pub secrets: &'a [LabelledSource],
    /// What a bearer token must say.
    pub token: &'a TokenArgs,
    /// What a message signature must cover.
    pub message: &'a MessageArgs,
    /// Whether what fails is kept out.
    pub is_enforced: bool,
    /// Greatest distance of the time of signing from now.
    pub tolerance: Option<Duration>,
    /// What is said about the URL that the sender called.
    pub called: Called,
    /// Whether the signature that would be right is a fact.
    pub show_expected: bool,
    /// Explains a mismatch as part of the check; `None` leaves that to [`super::Checker::diagnosis`].
    pub explainer: Option<Explainer>,
    /// Longest time for [`super::Checker::diagnosis`]; `None` is [`super::explain::ONE`].
    pub diagnose_time: Option<Duration>,
    /// Whether somebody is shown the digest of a payload that is as it should be.
    pub shows_digests: bool,
}

impl Wish<'_> {
    /// Refuses what is asked of a standard that the scheme is not, or of a table that it is not: it
    /// would not be looked at.
    pub(super) fn check(&self, name: &str) -> Result<()> {
        let TokenArgs {
            jwks,
            audience,
            issuer,
            email,
            subject,
            body_claim,
            signing_cert,
            signing_ca,
        } = self.token;
        let brings = standard::named(name).is_some_and(|standard| standard.chained().is_some());
        let is_token = standard::is_token(name);
        let is_standard = standard::named(name).is_some();
        // What `auto` proposes is taken as it is.
        let is_table = !is_standard && name != AUTO;
        let SchemeForm { scheme_file, signature_header, encoding, prefix, signed, param, .. } =
            self.form;
        let options = [
            ("--scheme-file", scheme_file.is_some(), is_table),
            ("--signature-header", signature_header.is_some(), is_table || (is_token && !brings)),
            ("--secret", !self.secrets.is_empty(), !brings),
            ("--encoding", encoding.is_some(), is_table),
            ("--prefix", prefix.is_some(), is_table),
            ("--signed", signed.is_some(), is_table),
            ("--param", !param.is_empty(), is_table),
            ("--jwks", jwks.is_some(), (is_standard && !brings) || name == AUTO),
            ("--audience", audience.is_some(), is_token),
            ("--issuer", !issuer.is_empty(), is_token),
            ("--email", email.is_some(), is_token),
            ("--subject", subject.is_some(), is_token),
            ("--signing-cert", signing_cert.is_some(), is_table),
            ("--signing-ca", signing_ca.is_some(), brings || (is_table && signing_cert.is_some())),
            ("--body-claim", body_claim.is_some(), is_token && !brings),
            (
                "--require-component",
                !self.message.require_component.is_empty(),
                name == HTTP_MESSAGE_SIGNATURE,
            ),
        ];
        let idle = options.iter().find(|(_, is_given, applies)| *is_given && !applies);
        if let Some((option, ..)) = idle {
            return Err(Error::usage(format!("{option} does not apply to {name}")).help(
                "tokens (jwt, google-id-token, and senders of them) take --jwks, --audience, --issuer, \
                 --email, --subject, --body-claim and --signature-header, http-message-signature takes --jwks and \
                 --require-component; the other scheme options are for all other schemes",
            ));
        }
        if name == GOOGLE_ID_TOKEN && audience.is_none() {
            return Err(Error::usage("google-id-token needs --audience").help(
                "Google signs tokens for all its customers: say which are meant for you with \
                 --audience, usually the exact URL of the webhook, and who may call with --email",
            ));
        }
        Ok(())
    }
}
