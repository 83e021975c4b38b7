//! Our own certificate and key, read from a store and ready for TLS.

use std::path::Path;

use zeroize::Zeroizing;

use crate::args::identity::IdentityArgs;
use crate::cert::Chain;
use crate::command::Context;
use crate::error::Result;
use crate::failure::Failure;
use crate::input::named;
use crate::secret::Source;
use crate::store::{self, Bundle, KeyEntry, Passwords};
use crate::tls::Identity;

/// Reads the identity, if one was given.
///
/// # Errors
/// Those of reading and opening the store; `key-missing`, `key-mismatch`, `alias-ambiguous`,
/// `unsupported`.
pub fn load(args: &IdentityArgs, context: &Context) -> Result<Option<Identity>> {
    if args.cert.is_none() {
        return Ok(None);
    }
    let given = context.passwords(&args.password)?;
    let identity = open(args, &given.passwords, context)?;
    context.forget_passwords();
    Ok(identity.map(|identity| Identity { findings: given.findings, ..identity }))
}

/// The same with these passwords, whatever `--password` says.
///
/// # Errors
/// As [`load`].
pub fn open(args: &IdentityArgs, given: &Passwords, context: &Context) -> Result<Option<Identity>> {
    let Some(path) = &args.cert else { return Ok(None) };
    let file = named::file(path);
    let mut passwords = given.clone();
    let mut picked = pick(args, path, context, &passwords);
    let wanted = matches!(&picked, Err(error) if error.code == Failure::PasswordRequired);
    if wanted && passwords.is_empty() && context.can_ask() {
        let (secret, _) = context.secret(&Source::Prompt, &format!("password of {file}"))?;
        passwords = Passwords::new(vec![secret]);
        picked = pick(args, path, context, &passwords);
    }
    let KeyEntry { chain, key } = picked.map_err(|error| error.about(&file))?;
    let identity = Identity::new(Chain::new(chain), key.pkcs8());
    let identity = identity.map_err(|error| error.about(&file))?;
    Ok(Some(Identity { file, ..identity }))
}

fn pick(
    args: &IdentityArgs,
    path: &Path,
    context: &Context,
    passwords: &Passwords,
) -> Result<KeyEntry> {
    let open = |path: &Path| -> Result<Bundle> {
        store::open(&Zeroizing::new(context.read(path)?), passwords)
    };
    let certificates = open(path)?;
    for note in certificates.about_passwords(!passwords.is_empty()) {
        context.note(&format!("{}: {note}", path.display()));
    }
    match &args.key {
        None => KeyEntry::pick(&certificates, args.alias.as_deref()),
        Some(key) => KeyEntry::pair(&certificates, &open(key)?, args.alias.as_deref()),
    }
}
