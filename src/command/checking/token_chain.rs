//! Tokens that bring the certificate they are signed with (`x5c`): its key counts only where the chain
//! leads to an authority that was named, and has the marks that the sender's have.

use std::path::Path;
use std::sync::Arc;

use time::OffsetDateTime;

use crate::cert::{Certificate, Chain};
use crate::command::Context;
use crate::digest;
use crate::error::Result;
use crate::secret::Secret;
use crate::signature::key_set::KeySet;
use crate::signature::token::{Chained, Reason, Token};
use crate::tls::Anchors;
use crate::tls::path::{Demand, Purpose, verdict};

/// The authorities of a file.
pub(super) fn anchors(path: &Path, context: &Context) -> Result<Arc<Anchors>> {
    Ok(Arc::new(context.anchors(path)?))
}

/// The key of the certificate that a token brings.
///
/// # Errors
/// Why it is not the sender's.
pub(super) fn keys(
    token: &Token<'_>,
    chained: &Chained,
    anchors: &Anchors,
    now: OffsetDateTime,
) -> std::result::Result<KeySet, Reason> {
    let refused = |text: &str| Reason::Chain(text.to_owned());
    let chain = token.chain()?;
    let [signer, issuer, _root] = chain.as_slice() else {
        return Err(Reason::Chain(format!("there are {} of them, not 3", chain.len())));
    };
    let parsed = |der: &Vec<u8>| {
        Certificate::parse(der.clone()).map_err(|malformed| Reason::Chain(malformed.to_string()))
    };
    let [signer, issuer] = [parsed(signer)?, parsed(issuer)?];
    let marked = [&signer, &issuer].into_iter().zip(chained.marks);
    for (certificate, mark) in marked {
        if !certificate.has_extension(mark) {
            let name = certificate.subject();
            return Err(Reason::Chain(format!("{name} lacks the mark {mark}")));
        }
    }
    if signer.issuer_der() != issuer.subject_der() {
        return Err(refused("the second does not belong to the issuer of the first"));
    }
    let key = digest::base64(signer.spki());
    let label = signer.subject().to_owned();
    let demand = Demand::of_peer(anchors, Purpose::Server, now);
    if let Some(reason) = verdict(&Chain::new(vec![signer, issuer]), &demand).text() {
        return Err(Reason::Chain(reason));
    }
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{key}\n-----END PUBLIC KEY-----\n");
    KeySet::of_secret(&label, Secret::new(pem.into())).map_err(|error| refused(&error.message))
}
