//! Identities that are made for a run, in memory. They imitate nobody but those named on the command line.

use rcgen::KeyPair;
use time::{Duration, OffsetDateTime};

use crate::cert::imitate::{Likeness, Names, make};
use crate::cert::{Certificate, Chain};
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::policy::probe::Made;
use crate::secret::Secret;
use crate::tls::Identity;

const CLIENT_AUTH: &str = "1.3.6.1.5.5.7.3.2";
const SERVER_AUTH: &str = "1.3.6.1.5.5.7.3.1";
/// What a certificate of nobody says of itself.
const STRANGER: &str = "hookprint probe";
/// What makes another name of the right one.
const ELSEWHERE: &str = ".attacker.example";

/// Whom a made identity takes after.
pub struct Models<'a> {
    /// The first identity that must be let in.
    pub right: Option<&'a Identity>,
    /// An authority that the server trusts, with its key.
    pub authority: Option<&'a Identity>,
    /// The host that is called.
    pub host: &'a str,
    /// The real time: servers judge by theirs.
    pub now: OffsetDateTime,
}

impl Models<'_> {
    /// Makes one.
    ///
    /// # Errors
    /// `usage` where what it takes after was not given.
    pub fn make(&self, made: Made) -> Result<Identity> {
        let own = new_key()?;
        let leaf = self.right.and_then(|right| right.chain.end_entity());
        let needs_right = || {
            Error::usage(format!("{} imitates an identity, and none is given", made.word()))
                .help("give one with --accept")
        };
        let right = leaf.map(Names::of);
        let usual = || right.clone().unwrap_or_else(|| Names::common(STRANGER));
        let day = |days: i64| self.now.saturating_add(Duration::days(days));
        let signed = |names: &Names, purpose, validity: (i64, i64)| {
            self.by_authority(made.word(), &own, names, purpose, (day(validity.0), day(validity.1)))
        };
        let certificates = match made {
            Made::Stranger | Made::SameSubject => {
                let names = match made {
                    Made::Stranger => Names::common(STRANGER),
                    _ => right.clone().ok_or_else(needs_right)?,
                };
                let likeness = self.likeness(&names, &names.subject, CLIENT_AUTH);
                let key = &*own.key.key;
                vec![make(&likeness, key, key)?]
            }
            Made::SameIssuer => {
                let leaf = leaf.ok_or_else(needs_right)?;
                let names = Names { subject: leaf.issuer_der().to_vec(), alt_names: None };
                let authority = new_key()?;
                let likeness = self.likeness(&names, &names.subject, CLIENT_AUTH);
                let likeness = Likeness { purpose: None, ..likeness };
                let signer = &*authority.key.key;
                let above = make(&likeness, signer, signer)?;
                let names = Names::of(leaf);
                let likeness = self.likeness(&names, leaf.issuer_der(), CLIENT_AUTH);
                vec![make(&likeness, &*own.key.key, signer)?, above]
            }
            Made::Expired => signed(&usual(), CLIENT_AUTH, (-30, -1))?,
            Made::NotYet => signed(&usual(), CLIENT_AUTH, (1, 30))?,
            Made::ServerAuth => signed(&usual(), SERVER_AUTH, (-1, 1))?,
            Made::Lookalike => {
                let name = leaf.map_or(self.host, name_of);
                let names = Names::host(&format!("{name}{ELSEWHERE}"));
                signed(&names, CLIENT_AUTH, (-1, 1))?
            }
        };
        Ok(own.presenting(Chain::new(certificates)))
    }

    /// Makes one of this name, good for today, that the authority vouches for.
    ///
    /// # Errors
    /// `usage` where no authority was given, or what was given is none.
    pub fn named(&self, word: &str, names: &Names) -> Result<Identity> {
        let own = new_key()?;
        let validity =
            (self.now.saturating_sub(Duration::DAY), self.now.saturating_add(Duration::DAY));
        let certificates = self.by_authority(word, &own, names, CLIENT_AUTH, validity)?;
        Ok(own.presenting(Chain::new(certificates)))
    }

    /// Signed by the authority that the server trusts, with what is above it.
    fn by_authority(
        &self,
        word: &str,
        own: &Identity,
        names: &Names,
        purpose: &str,
        (not_before, not_after): (OffsetDateTime, OffsetDateTime),
    ) -> Result<Vec<Certificate>> {
        let authority = self.authority.ok_or_else(|| {
            let message = format!("{word} must be signed by an authority that the server trusts");
            Error::usage(message).help("give its certificate and key with --test-ca FILE")
        })?;
        let above = authority.chain.end_entity().filter(|one| one.is_ca()).ok_or_else(|| {
            Error::usage("--test-ca: not a certificate authority")
                .help("hookprint mint writes one with its key: ca.key")
        })?;
        let likeness = Likeness {
            issuer_key_id: above.extensions.subject_key_id.as_deref(),
            not_before,
            not_after,
            ..self.likeness(names, above.subject_der(), purpose)
        };
        let leaf = make(&likeness, &*own.key.key, &*authority.key.key)?;
        let chain = authority.chain.certificates().iter().cloned();
        Ok(std::iter::once(leaf).chain(chain).collect())
    }

    /// A likeness of this name, good for today.
    fn likeness<'a>(&self, names: &'a Names, issuer: &'a [u8], purpose: &'a str) -> Likeness<'a> {
        Likeness {
            names,
            issuer,
            issuer_key_id: None,
            purpose: Some(purpose),
            not_before: self.now.saturating_sub(Duration::DAY),
            not_after: self.now.saturating_add(Duration::DAY),
        }
    }
}

/// The host name that a certificate is known by.
pub fn name_of(certificate: &Certificate) -> &str {
    let dns = certificate.extensions.alt_names.iter().find_map(|name| name.strip_prefix("DNS:"));
    dns.unwrap_or_else(|| certificate.short_name())
}

/// A new key, which no certificate belongs to yet.
fn new_key() -> Result<Identity> {
    let cannot = |error: rcgen::Error| {
        Error::new(Failure::Unsupported, format!("cannot generate a key: {error}"))
    };
    let pair = KeyPair::generate().map_err(cannot)?;
    Identity::new(Chain::new(Vec::new()), &Secret::new(pair.serialize_der()))
}
