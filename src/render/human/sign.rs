//! `sign`: the header lines, or what was asked for of them, and nothing else.

use crate::outcome::Outcome;
use crate::outcome::signing::{Signing, Wanted};
use crate::render::human::{Layout, Look, generic};
use crate::report::Item;

/// Printed as it is: a request is made of it.
pub const LAYOUT: Layout = Layout { command: "sign", full, ..generic::LAYOUT };

fn full(item: &Item, look: &Look) -> Vec<String> {
    match &item.outcome {
        Outcome::Signing(signing) => printed(signing),
        _ => generic::full(item, look),
    }
}

fn printed(signing: &Signing) -> Vec<String> {
    let Signing { headers, signature, wanted, .. } = signing;
    match wanted {
        Wanted::Lines => headers
            .iter()
            .map(|line| format!("{}: {}", line.name, String::from_utf8_lossy(&line.value)))
            .collect(),
        Wanted::Signature => vec![signature.clone()],
        Wanted::Value(value) => vec![value.clone()],
    }
}
