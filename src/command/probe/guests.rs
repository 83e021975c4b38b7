//! Who is presented: identities of ours from their files, none at all, and made ones. All of them are there
//! before anything is sent.

use super::Args;
use crate::args::identity::IdentityArgs;
use crate::args::presented::{Presented, What};
use crate::cert::thumbprint::{Kind as Digest, Thumbprint};
use crate::clock::PeerClock;
use crate::command::made::Models;
use crate::command::{Context, identity};
use crate::error::{Error, Result};
use crate::policy::probe::{Expect, Kind, Made, Wanted};
use crate::report::Item;
use crate::secret::Secret;
use crate::store::Passwords;
use crate::tls::Identity;

/// One that is presented.
pub struct Guest {
    /// What it is called.
    pub name: String,
    /// Where it comes from.
    pub kind: Kind,
    /// What is wanted of it.
    pub wanted: Wanted,
    /// Its certificate and key, if it has one.
    pub identity: Option<Identity>,
    /// SHA-256 of its certificate, in hex.
    pub sha256: Option<String>,
}

/// Those who are named on the command line, and those who always are: in the order of the table.
pub fn named(args: &Args) -> Vec<(Presented, Wanted)> {
    let plain = |what| Presented { label: None, what };
    let none_is = match args.expect {
        Expect::Required => Wanted::Reject,
        Expect::Optional | Expect::NotRequested => Wanted::Accept,
    };
    let presented = &args.presented;
    let accepted = presented.accept.iter().map(|one| (one.clone(), Wanted::Accept));
    let mut all: Vec<_> = accepted.collect();
    if !presented.reject.iter().any(|one| one.what == What::None) {
        all.push((plain(What::None), none_is));
    }
    all.extend(presented.reject.iter().map(|one| (one.clone(), Wanted::Reject)));
    if presented.accept.is_empty() && presented.reject.is_empty() {
        all.push((plain(What::Made(Made::Stranger)), Wanted::Reject));
    }
    all
}

/// Refuses names that stand for two, and options that none of them has a use for.
///
/// # Errors
/// `usage`.
pub fn check(args: &Args) -> Result<()> {
    let all = named(args);
    let names: Vec<String> = all.iter().map(|(one, _)| one.name()).collect();
    if let Some(twice) = names.iter().enumerate().find(|(at, name)| names[..*at].contains(name)) {
        return Err(Error::usage(format!("two identities are called {}", twice.1))
            .help("give each its own label: --accept old=FILE --accept new=FILE"));
    }
    let is_file = |one: &Presented| matches!(one.what, What::File { .. });
    for password in &args.password {
        let fits = |(one, _): &(Presented, Wanted)| {
            is_file(one) && password.label.as_ref().is_none_or(|label| *label == one.name())
        };
        let opens_more = password.label.is_none() && args.test_ca.is_some();
        if !all.iter().any(fits) && !opens_more {
            let what = password.label.as_deref().map(|label| format!(" named {label}"));
            return Err(Error::usage(format!(
                "there is no file for --password to open{}",
                what.unwrap_or_default()
            )));
        }
    }
    let made = || {
        all.iter().filter_map(|(one, _)| match one.what {
            What::Made(made) => Some(made),
            What::None | What::File { .. } => None,
        })
    };
    if let Some(made) = made().find(|made| made.needs_authority() && args.test_ca.is_none()) {
        let message =
            format!("{} must be signed by an authority that the server trusts", made.word());
        return Err(Error::usage(message)
            .help("give its certificate and key with --test-ca FILE; never those of production"));
    }
    if args.test_ca.is_some() && !made().any(Made::needs_authority) {
        return Err(Error::usage("--test-ca has nothing to sign")
            .help("--reject expired, not-yet, serverauth or lookalike"));
    }
    if let Some(made) = made().find(|made| made.imitates() && args.presented.accept.is_empty()) {
        return Err(Error::usage(format!(
            "{} imitates an identity, and none is given",
            made.word()
        ))
        .help("give one with --accept"));
    }
    Ok(())
}

/// All of them, or an item for each whose file cannot be read.
///
/// # Errors
/// `usage` where the same certificate must be let in and refused, and those of reading secrets.
pub fn load(args: &Args, context: &Context) -> Result<Result<Vec<Guest>, Vec<Item>>> {
    let mut passwords = Vec::new();
    for one in &args.password {
        let (secret, findings) = context.secret(&one.source, "password")?;
        findings.iter().for_each(|finding| context.note(&finding.message));
        passwords.push((one.label.as_deref(), secret));
    }
    let opening = |name: Option<&str>| -> Passwords {
        let fits = |label: &Option<&str>| label.is_none() || *label == name;
        let fitting = passwords.iter().filter(|(label, _)| fits(label));
        Passwords::new(fitting.map(|(_, secret)| secret.clone()).collect::<Vec<Secret>>())
    };
    let authority = args.test_ca.as_ref().map(|path| {
        let file = IdentityArgs { cert: Some(path.clone()), ..IdentityArgs::default() };
        identity::open(&file, &opening(None), context)
    });
    let mut unreadable = Vec::new();
    let authority = match authority.transpose() {
        Ok(authority) => authority.flatten(),
        Err(error) => {
            unreadable.push(Item::failed("--test-ca", error));
            None
        }
    };
    let mut guests: Vec<Guest> = Vec::new();
    for (presented, wanted) in named(args) {
        let name = presented.name();
        let loaded = match presented.what {
            What::None => Ok((Kind::None, None)),
            // Made of the others, when they are there.
            What::Made(made) => Ok((Kind::Made(made), None)),
            What::File { path, key, alias } => {
                let file = IdentityArgs { cert: Some(path), key, alias, password: Vec::new() };
                identity::open(&file, &opening(Some(&name)), context).map(|one| (Kind::File, one))
            }
        };
        match loaded {
            Ok((kind, identity)) => {
                guests.push(Guest { name, kind, wanted, identity, sha256: None });
            }
            Err(error) => unreadable.push(Item::failed(name, error)),
        }
    }
    if !unreadable.is_empty() {
        return Ok(Err(unreadable));
    }
    let right =
        guests.iter().find(|guest| guest.wanted == Wanted::Accept && guest.kind == Kind::File);
    let right = right.and_then(|guest| guest.identity.clone());
    let models = Models {
        right: right.as_ref(),
        authority: authority.as_ref(),
        host: &args.url.endpoint.host,
        now: PeerClock::default().now().moment(),
    };
    for guest in &mut guests {
        if let Kind::Made(made) = guest.kind {
            guest.identity = Some(models.make(made)?);
        }
        let leaf = guest.identity.as_ref().and_then(|identity| identity.chain.end_entity());
        guest.sha256 = leaf.map(|leaf| Thumbprint::of(leaf, Digest::Sha256).text());
    }
    one_side_each(&guests)?;
    Ok(Ok(guests))
}

/// Fails where one certificate must be let in and refused.
fn one_side_each(guests: &[Guest]) -> Result<()> {
    for (at, guest) in guests.iter().enumerate() {
        let is_same = |other: &&Guest| {
            other.sha256.is_some() && other.sha256 == guest.sha256 && other.wanted != guest.wanted
        };
        if let Some(other) = guests[..at].iter().find(is_same) {
            return Err(Error::usage(format!(
                "{} and {} are the same certificate, which cannot be let in and refused",
                other.name, guest.name
            )));
        }
    }
    Ok(())
}

impl Guest {
    /// Whether it is a caller without a certificate.
    pub fn is_nobody(&self) -> bool {
        self.kind == Kind::None
    }
}
