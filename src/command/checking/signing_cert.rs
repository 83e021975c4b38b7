//! The certificate that a sender signs with (`--signing-cert`), checked before its key counts: does it
//! lead to a trust anchor now, is it for a name of the sender, and if it is fetched, from an address at
//! which the sender publishes? Nothing is ever fetched because a request names it.

use std::path::Path;

use super::keys;
use super::options::TokenArgs;
use crate::cert::{Certificate, Chain};
use crate::command::Context;
use crate::digest;
use crate::error::{Error, Kind, Result};
use crate::failure::Failure;
use crate::http::credential::masked;
use crate::input::named;
use crate::secret::Secret;
use crate::signature::scheme::Scheme;
use crate::signature::signing_certificate::SigningCertificate;
use crate::store::{self, Passwords};
use crate::tls::path::{Demand, Purpose, verdict};
use crate::tls::{Anchors, LazyAnchors};

/// The key of the certificate that the options name, if they do, with its label.
///
/// # Errors
/// `usage` for a scheme whose sender signs with none; `untrusted` with the reason for one that is not
/// the sender's or not valid now; those of reading or fetching it.
pub fn load(
    scheme: &Scheme,
    wish: &TokenArgs,
    context: &Context,
) -> Result<Option<(String, Secret)>> {
    let Some(place) = &wish.signing_cert else { return Ok(None) };
    let known = scheme.certificate.as_ref().ok_or_else(|| {
        Error::usage(format!(
            "--signing-cert: the sender of {} does not sign with a certificate",
            scheme.name
        ))
        .help("give its key or secret with --secret SOURCE")
    })?;
    let is_address = place.starts_with("https://") || place.starts_with("http://");
    let (label, bytes) = match is_address {
        true if !known.publishes(place) => {
            let message =
                format!("{}: {} publishes no certificate there", masked(place), scheme.title);
            return Err(refused(message).help(format!("its URLs are {}", known.urls.join(", "))));
        }
        true => (masked(place), keys::fetch_certificate(place, context)?),
        false => {
            let path = Path::new(place);
            (named::file(path), context.input.read_at_most(path, keys::LONGEST)?)
        }
    };
    let anchors = match &wish.signing_ca {
        None => LazyAnchors::system()?,
        Some(path) => LazyAnchors::given(context.anchors(path)?),
    };
    let chain = chain(&bytes).map_err(|error| error.about(&label))?;
    let key = key(scheme, known, &chain, anchors.get(), context);
    key.map(|key| Some((label.clone(), key))).map_err(|error| error.about(label))
}

fn chain(bytes: &[u8]) -> Result<Chain> {
    let bundle = store::open(bytes, &Passwords::none())?;
    let certificates: Vec<Certificate> = bundle.certificates().cloned().collect();
    match certificates.is_empty() {
        true => Err(Error::new(Failure::CertificateMissing, "it contains no certificate")),
        false => Ok(Chain::new(certificates)),
    }
}

/// The public key of a chain that is the sender's, in PEM.
fn key(
    scheme: &Scheme,
    known: &SigningCertificate,
    chain: &Chain,
    anchors: &Anchors,
    context: &Context,
) -> Result<Secret> {
    let Some(certificate) = chain.end_entity() else {
        return Err(Error::new(Failure::CertificateMissing, "it contains no certificate"));
    };
    let names: Vec<&str> = certificate
        .extensions
        .alt_names
        .iter()
        .filter_map(|name| name.strip_prefix("DNS:"))
        .collect();
    if !names.iter().any(|name| known.is_named(name)) {
        let shown =
            if names.is_empty() { certificate.subject().to_owned() } else { names.join(", ") };
        let message = format!(
            "the certificate is for {shown}, and {} signs as {}",
            scheme.title,
            known.names.join(" or ")
        );
        return Err(
            refused(message).help("someone else may have made this certificate and this request")
        );
    }
    let judged = verdict(chain, &Demand::of_peer(anchors, Purpose::Server, context.now));
    if let Some(reason) = judged.text() {
        return Err(refused(format!("the signing certificate is not trusted: {reason}")).help(
            "give the complete chain, the sender's certificate first; --signing-ca FILE names another \
             authority, --at TIME another moment",
        ));
    }
    let body = digest::base64(certificate.spki());
    Ok(Secret::new(
        format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n").into(),
    ))
}

fn refused(message: String) -> Error {
    Error::new(Failure::Untrusted, message).kind(Kind::Input)
}
