//! What is behind it, the likeliest first: the causes of refusals, ordered by what our own certificate
//! proves, as `replay` orders them; of everything else, what its row says.

use time::OffsetDateTime;

use crate::error::{Alert, Error};
use crate::explain::table::{Row, Speaker};
use crate::outcome::explanation::Cause;
use crate::policy::evidence::{self, Evidence};
use crate::policy::refusal;
use crate::policy::situation::{Sign, Situation};
use crate::tls::{Identity, alert};

/// Our own certificate, as far as it can be used.
#[derive(Debug)]
pub enum Own {
    /// It can.
    Usable(Identity),
    /// It cannot, which is a cause by itself: a key of another certificate, or one that TLS does not take.
    Broken(Error),
}

/// Whom a message is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// The certificate of the one who calls, which a server refuses.
    Caller,
    /// Anything else.
    Other,
}

impl Whose {
    /// As far as a row alone can tell.
    pub fn of(row: &Row) -> Self {
        let is_callers = row.alert.is_some() || row.refusal.is_some();
        match is_callers || row.side == Some(Speaker::Server) {
            true => Self::Caller,
            false => Self::Other,
        }
    }
}

/// What may be behind a row.
pub fn of(row: &Row, whose: Whose, own: Option<&Own>, now: OffsetDateTime) -> Vec<Cause> {
    let ids = match whose {
        Whose::Caller => listed(row),
        Whose::Other => Vec::new(),
    };
    let mut causes: Vec<Cause> = match own {
        Some(Own::Broken(error)) => broken(error).into_iter().chain(plain(&ids)).collect(),
        Some(Own::Usable(identity)) => ranked(row, &ids, identity, now),
        None => plain(&ids),
    };
    if let (true, Some(see)) = (causes.is_empty(), &row.see) {
        let (text, fix) = (row.means.clone(), row.next.clone());
        causes.push(Cause { id: see.clone(), proven: false, text, fix });
    }
    causes
}

/// The causes that the tables name for a row, each once.
fn listed(row: &Row) -> Vec<&'static str> {
    let is_listed = |sign: &refusal::Row| match (row.alert, row.refusal.as_deref()) {
        (Some(number), _) => sign.alert.as_deref() == Some(alert::name(number)),
        (None, Some("closed")) => sign.closed,
        (None, Some(other)) => match other.split_once(':') {
            Some(("page", page)) => sign.page.as_deref() == Some(page),
            Some((_, name)) => sign.alert.as_deref() == Some(name),
            None => false,
        },
        (None, None) => false,
    };
    let signs = refusal::rows().iter().filter(|sign| is_listed(sign));
    let mut ids: Vec<&str> = signs.flat_map(|sign| &sign.causes).map(String::as_str).collect();
    if ids.is_empty() {
        ids = of_code(row.see.as_deref().unwrap_or_default()).to_vec();
    }
    let mut seen = std::collections::HashSet::new();
    ids.retain(|id| seen.insert(*id));
    ids
}

/// The causes that a code comes to, where a server says it of a caller.
fn of_code(code: &str) -> &'static [&'static str] {
    match code {
        "certificate-expired" => &["expired", "its-clock"],
        "certificate-not-yet-valid" => &["not-yet-valid", "its-clock"],
        "chain-incomplete" => &["intermediate-missing", "issuer-unknown"],
        "client-certificate-missing" => &["none-given", "dropped", "key-not-accepted"],
        "issuer-unknown" => &["issuer-unknown", "intermediate-missing", "self-signed", "same-name"],
        "key-mismatch" => &["wrong-key"],
        "chain-invalid" => &["identity-unfit"],
        "purpose-missing" => &["purpose-missing", "identity-unfit"],
        "self-signed" => &["self-signed"],
        "signature-weak" => &["signature-weak"],
        "revoked" => &["revoked"],
        "revocation-list-missing" => &["revocation-list-missing"],
        "key-not-accepted" => &["key-not-accepted"],
        _ => &[],
    }
}

/// In the order of the table, where nothing is known of our certificate.
fn plain(ids: &[&str]) -> Vec<Cause> {
    let fill = |text: &str| {
        text.replace("{cert}", "client.p12")
            .replace("{peer}", "HOST:PORT")
            .replace("the intermediate certificate {issuer}", "an intermediate certificate")
            .replace(", {issuer}", "")
    };
    // What a certificate breaks by itself can only be said of one; that it is self-signed, people know.
    let mut ids: Vec<&str> = ids.iter().copied().filter(|id| *id != "identity-unfit").collect();
    let place = |wanted: &str| ids.iter().position(|id| *id == wanted);
    if let (Some(known), Some(last)) = (place("self-signed"), place("issuer-unknown"))
        && known < last
    {
        ids[known..=last].rotate_left(1);
    }
    // Without a word of a certificate, perhaps there was none.
    ids.sort_by_key(|id| *id != "none-given");
    ids.into_iter()
        .filter_map(refusal::cause)
        .map(|cause| Cause {
            id: cause.id.clone(),
            proven: false,
            text: fill(&cause.says),
            fix: fill(&cause.next),
        })
        .collect()
}

fn broken(error: &Error) -> Option<Cause> {
    Some(Cause {
        id: match error.code {
            crate::failure::Failure::KeyMismatch => "wrong-key".to_owned(),
            _ => "key-not-accepted".to_owned(),
        },
        proven: true,
        text: error.message.clone(),
        fix: error.help.clone().unwrap_or_default(),
    })
}

fn ranked(row: &Row, ids: &[&str], identity: &Identity, now: OffsetDateTime) -> Vec<Cause> {
    let alert = row.alert.map(|number| Alert { name: alert::name(number).to_owned(), number });
    let situation = Situation {
        peer: "HOST:PORT",
        sign: alert.as_ref().map_or(Sign::Closed, Sign::Alert),
        protocol: None,
        connected: true,
        request: None,
        identity: Some(identity),
        now,
    };
    let weight = |id: &str| match id {
        // We send whatever we have. Others leave it away where nothing in the request fits it.
        "dropped" => Evidence::Likely,
        "none-given" => Evidence::Open,
        _ => evidence::of(id, &situation),
    };
    let causes = ids.iter().filter_map(|id| refusal::cause(id));
    let mut causes: Vec<_> = causes
        .map(|cause| (weight(&cause.id), cause))
        .filter(|(evidence, _)| *evidence != Evidence::Excluded)
        .collect();
    // Stable: the order of the table stays among equals.
    causes.sort_by_key(|(evidence, _)| *evidence);
    let filled = |text: &str| refusal::fill(text, &situation);
    causes
        .into_iter()
        .map(|(evidence, cause)| Cause {
            id: cause.id.clone(),
            proven: evidence == Evidence::Proven,
            text: filled(&cause.says),
            fix: filled(&cause.next),
        })
        .collect()
}
