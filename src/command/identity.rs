//! Our own certificate and key, read from a store and ready for TLS.

use std::path::Path;
use std::sync::Arc;

use rustls::InconsistentKeys;
use rustls::sign::CertifiedKey;
use zeroize::Zeroizing;

use crate::args::identity::IdentityArgs;
use crate::cert::Chain;
use crate::command::Context;
use crate::error::Result;
use crate::failure::Failure;
use crate::finding::Finding;
use crate::input::has_terminal;
use crate::policy::situation::Own as Shown;
use crate::secret::Source;
use crate::store::{self, Bundle, Identity, Passwords};
use crate::tls::{self, CertificateRequest};

/// An identity that TLS can present.
#[derive(Clone)]
pub struct Own {
    /// The file of `--cert`, as the user named it.
    pub file: String,
    /// The certificates, end-entity first.
    pub chain: Chain,
    /// The same with the key, for the handshake.
    pub key: Arc<CertifiedKey>,
    /// What is to be said about where the passwords came from.
    pub findings: Vec<Finding>,
}

impl Own {
    /// Whether the key belongs to the certificate, where TLS can tell.
    pub fn key_matches(&self) -> Option<bool> {
        match self.key.keys_match() {
            Ok(()) => Some(true),
            Err(rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch)) => Some(false),
            Err(_) => None,
        }
    }

    /// What a refusal by a server that asked like this is judged by.
    pub fn shown(&self, request: Option<&CertificateRequest>) -> Shown<'_> {
        let can =
            |request: &CertificateRequest| self.key.key.choose_scheme(&request.schemes).is_some();
        Shown {
            file: &self.file,
            chain: &self.chain,
            key_matches: self.key_matches(),
            can_sign: request.map(can),
        }
    }
}

/// Reads the identity, if one was given.
///
/// # Errors
/// Those of reading and opening the store; `key-missing`, `key-mismatch`, `alias-ambiguous`,
/// `unsupported`.
pub fn load(args: &IdentityArgs, context: &Context) -> Result<Option<Own>> {
    let Some(path) = &args.cert else { return Ok(None) };
    let file = path.display().to_string();
    let given = context.passwords(&args.password)?;
    let mut passwords = given.passwords.clone();
    let mut picked = pick(args, path, context, &passwords);
    let wanted = matches!(&picked, Err(error) if error.code == Failure::PasswordRequired);
    if wanted && passwords.is_empty() && has_terminal() {
        let (secret, _) = context.secret(&Source::Prompt, &format!("password of {file}"))?;
        passwords = Passwords::new(vec![secret]);
        picked = pick(args, path, context, &passwords);
    }
    let identity = picked.map_err(|error| error.about(&file))?;
    let chain: Vec<_> = identity.chain.iter().collect();
    let key = tls::certified(&chain, identity.key.pkcs8());
    let key = key.map_err(|error| error.about(&file))?;
    let findings = given.findings.clone();
    context.forget_passwords();
    Ok(Some(Own { file, chain: Chain::new(identity.chain), key: Arc::new(key), findings }))
}

fn pick(
    args: &IdentityArgs,
    path: &Path,
    context: &Context,
    passwords: &Passwords,
) -> Result<Identity> {
    let open = |path: &Path| -> Result<Bundle> {
        store::open(&Zeroizing::new(context.read(path)?), passwords)
    };
    let certificates = open(path)?;
    for note in certificates.about_passwords(!passwords.is_empty()) {
        context.note(&format!("{}: {note}", path.display()));
    }
    match &args.key {
        None => Identity::pick(&certificates, args.alias.as_deref()),
        Some(key) => Identity::pair(&certificates, &open(key)?, args.alias.as_deref()),
    }
}
