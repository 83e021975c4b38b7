//! Callers with no certificate, or one that must not get in. All of them are made before anything is sent.

use super::Way;
use super::way::Shows;
use crate::cert::imitate::Names;
use crate::clock::PeerClock;
use crate::command::made::{Models, name_of};
use crate::error::Result;
use crate::policy::audit::Group;
use crate::policy::audit::table::Test;
use crate::policy::probe::Made;
use crate::tls::{Identity, Versions};

/// An identity of a test, or why there is none.
pub type Guest = (&'static str, std::result::Result<Identity, String>);

/// What a name is surrounded with to look like another.
const SUFFIX: &str = ".attacker.example";
const PREFIX: &str = "evil";
/// Whose certificate it is that has the right name in another field.
const SOMEBODY: &str = "somebody-else.example";

/// Tests whose identity is one that `probe` makes, too.
const MADE: [(&str, Made); 6] = [
    ("stranger", Made::Stranger),
    ("same-subject", Made::SameSubject),
    ("same-issuer", Made::SameIssuer),
    ("expired", Made::Expired),
    ("not-yet", Made::NotYet),
    ("serverauth-only", Made::ServerAuth),
];

/// Makes the identities of these tests.
///
/// # Errors
/// When what was given as an authority is none.
pub fn guests(
    tests: &[&'static Test],
    right: Option<&Identity>,
    authority: Option<&Identity>,
    allowed_name: Option<&str>,
    host: &str,
) -> Result<Vec<Guest>> {
    let Some(right) = right else { return Ok(Vec::new()) };
    let now = PeerClock::default().now().moment();
    let models = Models { right: Some(right), authority, host, now };
    let own = right.chain.end_entity().map(name_of);
    let name = allowed_name.or(own).unwrap_or(host);
    let mut guests = Vec::new();
    for test in tests.iter().filter(|test| test.group == Group::Certificate) {
        let id = test.id.as_str();
        let names = |names: Names| match authority {
            Some(_) => models.named(id, &names).map(Ok),
            None => Ok(Err(NO_AUTHORITY.to_owned())),
        };
        let guest = match (MADE.iter().find(|(known, _)| *known == id), id) {
            (Some((_, made)), _) if made.needs_authority() && authority.is_none() => {
                Err(NO_AUTHORITY.to_owned())
            }
            (Some((_, made)), _) => Ok(models.make(*made)?),
            (None, "lookalike-suffix") => names(Names::host(&format!("{name}{SUFFIX}")))?,
            (None, "lookalike-prefix") => names(Names::host(&format!("{PREFIX}{name}")))?,
            (None, "lookalike-dot") if !name.contains('.') => {
                Err(format!("there is no dot in the name {name}"))
            }
            (None, "lookalike-dot") => names(Names::host(&name.replace('.', "x")))?,
            (None, "name-in-other-field") => names(Names::of_organisation(name, SOMEBODY))?,
            _ => continue,
        };
        guests.push((id, guest));
    }
    Ok(guests)
}

const NO_AUTHORITY: &str =
    "it must be signed by an authority that the server trusts: give one with --test-ca";

/// How often a test is tried: a caller without a certificate in either version of TLS.
pub fn tries(id: &str) -> usize {
    if id == "no-certificate" { 2 } else { 1 }
}

/// The way of a test, on its try of that number.
pub fn way(id: &str, number: usize, guests: &[Guest]) -> std::result::Result<Way, String> {
    match id {
        "no-certificate" => {
            let versions = if number == 0 { Versions::Tls13 } else { Versions::Tls12 };
            Ok(Way { versions, ..Way::uncertified() })
        }
        "resumed-without" => Ok(Way { shows: Shows::OnceOnly, ..Way::default() }),
        _ => match guests.iter().find(|(known, _)| *known == id) {
            Some((_, Ok(made))) => {
                Ok(Way { shows: Shows::Made(Box::new(made.clone())), ..Way::default() })
            }
            Some((_, Err(why))) => Err(why.clone()),
            None => Err("such a certificate cannot be generated".to_owned()),
        },
    }
}
