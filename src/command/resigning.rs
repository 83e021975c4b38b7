//! `--resign SCHEME`: what signs requests, from what the command line says of it.

use crate::args::claims::ClaimArgs;
use crate::args::scheme::SchemeForm;
use crate::command::Context;
use crate::error::{Error, Result};
use crate::secret::Source;
use crate::signature::key::SigningKey;
use crate::signature::resign::Resigner;
use crate::signature::scheme::Place;
use crate::signature::token::BodyClaim;
use crate::signature::{Signer, standard};

/// What may be different from the scheme.
pub struct Resigning<'a> {
    /// Its form.
    pub form: &'a SchemeForm,
    /// What a token says.
    pub claims: &'a ClaimArgs,
    /// Id of the key.
    pub id: Option<&'a str>,
}

/// What signs each request under the scheme of that name.
///
/// # Errors
/// `usage` where the scheme cannot be signed so, and those of reading the secret.
pub fn resigner(
    name: &str,
    source: &Source,
    how: &Resigning<'_>,
    context: &Context,
) -> Result<Resigner> {
    let standard = standard::named(name);
    if let Some((why, instead)) = standard.and_then(|standard| standard.unsignable) {
        return Err(Error::usage(why).help(instead));
    }
    how.form.check(name)?;
    how.claims.check(name)?;
    if standard.is_none() && how.id.is_some() {
        return Err(Error::usage(format!("--id does not apply to {name}"))
            .help("delivery ids are kept; --header sets a different one"));
    }
    let scheme = match standard {
        Some(_) => None,
        None => Some(context.scheme(Some(name), how.form)?),
    };
    if let Some(Place::Body(place)) = scheme.as_ref().map(|scheme| &scheme.place) {
        let message = format!("{name} carries its signature in the body: {place}");
        return Err(Error::usage(message).help(
            "bodies are sent unchanged; sign it with `hookprint sign` first, then `replay` it",
        ));
    }
    let (secret, findings) = context.secret(source, "signing secret")?;
    findings.iter().for_each(|finding| context.note(&finding.message));
    if let Some(scheme) = scheme {
        return Ok(Resigner::Scheme(Box::new(Signer::new(scheme, &secret)?)));
    }
    let (key, key_id) = (SigningKey::of_secret(secret)?, how.id.map(str::to_owned));
    if !standard::is_token(name) {
        return Ok(Resigner::Message { key, key_id });
    }
    let preset = standard.and_then(|standard| standard.preset.as_ref());
    let header = preset.map_or("Authorization", |preset| preset.header);
    let of_preset = preset.and_then(|preset| BodyClaim::parse(preset.body).ok());
    Ok(Resigner::Token {
        key,
        key_id,
        header: how.form.signature_header.as_deref().unwrap_or(header).to_owned(),
        prefix: preset.map(|preset| preset.prefix),
        claims: how.claims.claims(),
        body: how.claims.body_claim.clone().or(of_preset),
    })
}
