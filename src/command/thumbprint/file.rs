//! The thumbprint of a certificate file: to compare with what is served.

use std::collections::HashSet;
use std::path::Path;

use super::findings;
use super::plan::Plan;
use crate::cert::{Certificate, Chain};
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::input::Input;
use crate::outcome::Outcome;
use crate::outcome::seen::Seen;
use crate::policy;
use crate::report::Item;
use crate::store::{self, Passwords};
use crate::tls::path::{Below, Purpose};

/// The certificates of a file as an item.
pub fn item(plan: &Plan, text: &str, path: &Path) -> Item {
    match chain(path, &plan.given.passwords) {
        Err(error) => Item::failed(text, error),
        Ok((chain, notes)) => {
            let below = Below { purpose: Purpose::Server, name: None, now: plan.now };
            let pinned = policy::pins(&chain, &plan.trust.pins, below, text);
            let mut item = Item::new(text);
            item.findings = pinned.findings;
            item.findings.extend(findings::of_certificates(plan, &chain));
            item.outcome = Outcome::Seen(Box::new(Seen {
                served: None,
                matched_pin: pinned.matched,
                chain: plan.describe(&chain),
                times: None,
                refusal: None,
                notes,
                wanted: plan.wanted(&chain),
            }));
            item
        }
    }
}

/// The certificates of a file, each once: the first end entity, then the others in their order; and what
/// is to be said about its password.
fn chain(path: &Path, passwords: &Passwords) -> Result<(Chain, Vec<String>)> {
    let about = |error: Error| error.about(path.display());
    let bundle = store::open(&Input::default().read(path)?, passwords).map_err(about)?;
    let end_entity = bundle.certificates().find(|certificate| !certificate.is_ca());
    let mut known = HashSet::new();
    let certificates: Vec<Certificate> = end_entity
        .into_iter()
        .chain(bundle.certificates())
        .filter(|certificate| known.insert(certificate.der()))
        .cloned()
        .collect();
    if certificates.is_empty() {
        let failure = bundle.first_failure().cloned();
        let error = failure
            .unwrap_or_else(|| Error::new(Failure::Unrecognised, "it contains no certificate"));
        return Err(about(error));
    }
    Ok((Chain::new(certificates), bundle.about_passwords(!passwords.is_empty())))
}
