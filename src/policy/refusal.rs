//! Why was our certificate refused? What was seen, and what is known of the certificate itself, give
//! a sentence: who refused, when, with which alert, the likely causes in order, the next command.
//!
//! The table is `data/alerts.toml`. A cause that our own certificate proves comes first, one that it
//! excludes is left out; what names point to goes before what nothing is known of, in the order of the
//! table.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::finding::{Code, Finding};
use crate::policy::dated::{Day, Grade, provenance};
use crate::policy::evidence::{self, Evidence};
use crate::policy::own;
use crate::policy::situation::{Sign, Situation, When};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    sign: Vec<Row>,
    cause: Vec<Cause>,
}

/// How a refusal shows itself.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Name of the alert.
    pub alert: Option<String>,
    /// The connection ended without an alert.
    #[serde(default)]
    pub closed: bool,
    /// Text of the page.
    pub page: Option<String>,
    /// Status of the page, or of any answer where it has no text.
    pub status: Option<u16>,
    tls: Option<String>,
    asked: Option<bool>,
    offered: Option<bool>,
    /// What the server says by it; follows "because".
    pub means: String,
    #[serde(default = "yes")]
    certain: bool,
    /// Ids of the likely causes.
    pub causes: Vec<String>,
    #[allow(dead_code, reason = "stands in the file for people")]
    who: String,
    source: String,
    read_on: Day,
    holds_until: Option<Day>,
    grade: Grade,
}

provenance!(Row);

/// What may be behind a refusal.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cause {
    /// Its name in reports.
    pub id: String,
    /// What is wrong.
    pub says: String,
    /// The next step.
    pub next: String,
}

fn yes() -> bool {
    true
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    // A test reads the same text; an unreadable table would explain nothing, but break nothing.
    toml::from_str(include_str!("../data/alerts.toml"))
        .unwrap_or(Table { sign: Vec::new(), cause: Vec::new() })
});

/// Every way in which a refusal shows itself.
pub fn rows() -> &'static [Row] {
    &TABLE.sign
}

/// The cause of that name.
pub fn cause(id: &str) -> Option<&'static Cause> {
    TABLE.cause.iter().find(|cause| cause.id == id)
}

/// A refusal explained.
#[derive(Clone, Debug)]
pub struct Explained {
    /// `client-certificate-refused`, with the whole sentence.
    pub finding: Finding,
    /// The same in parts.
    pub refusal: Refusal,
}

/// Who refused our certificate, when, how, and why, as in the report.
#[derive(Clone, Debug, Serialize)]
pub struct Refusal {
    /// Host and port of the server.
    pub by: String,
    /// At which point.
    pub when: When,
    /// Name of the TLS alert, if it sent one.
    pub alert: Option<String>,
    /// Number of that alert.
    pub alert_number: Option<u8>,
    /// Whether nothing else can be behind it. Then the request was not looked at.
    pub certain: bool,
    /// What may be wrong, the likeliest first.
    pub causes: Vec<Likely>,
}

/// What may be behind a refusal, in words.
#[derive(Clone, Debug, Serialize)]
pub struct Likely {
    /// Its name.
    pub cause: &'static str,
    /// Whether our own certificate proves it.
    pub proven: bool,
    /// What is wrong.
    pub message: String,
    /// The next step.
    pub next: String,
}

/// Explains what was seen; `None` when it is no refusal of a client certificate.
pub fn refusal(situation: &Situation<'_>) -> Option<Explained> {
    let row = rows().iter().find(|row| row.fits(situation))?;
    let causes = ranked(row, situation);
    let fill = |text: &str| fill(text, situation);
    let (when, then) = situation.when();
    let by = situation.peer;
    let with = match situation.sign {
        Sign::Alert(alert) => format!(", with TLS alert {} ({})", alert.name, alert.number),
        Sign::Closed => String::new(),
        Sign::Page(status, _) => format!(" with HTTP {status} over a healthy TLS connection"),
    };
    let perhaps = if row.certain { "" } else { "probably " };
    let mut message = format!("{by} {perhaps}refused {then}{with}, because {}", row.means);
    let proven: Vec<String> =
        causes.iter().filter(|(is_proven, _)| *is_proven).map(|(_, one)| fill(&one.says)).collect();
    match (proven.as_slice(), causes.as_slice()) {
        ([_, ..], _) => message.push_str(&format!("; cause: {}", proven.join(", and "))),
        ([], [(_, first), rest @ ..]) => {
            let number = if rest.is_empty() { "" } else { "(1) " };
            message.push_str(&format!("; likely: {number}{}", fill(&first.says)));
            for (number, (_, cause)) in (2..).zip(rest.iter().take(3)) {
                message.push_str(&format!(", or ({number}) {}", fill(&cause.says)));
            }
        }
        ([], []) => {}
    }
    let mut finding = Finding::new(Code::ClientCertificateRefused, by, message);
    let stale = row.provenance().stale("this sign", situation.now);
    let next = causes.first().map(|(_, cause)| fill(&cause.next));
    let help: Vec<String> = next.into_iter().chain(stale).collect();
    finding.help = (!help.is_empty()).then(|| help.join("; "));
    let causes = causes.iter().map(|&(proven, cause)| Likely {
        cause: &cause.id,
        proven,
        message: fill(&cause.says),
        next: fill(&cause.next),
    });
    let refusal = Refusal {
        by: by.to_owned(),
        when,
        alert: situation.alert().map(|alert| alert.name.clone()),
        alert_number: situation.alert().map(|alert| alert.number),
        certain: row.certain,
        causes: causes.collect(),
    };
    Some(Explained { finding, refusal })
}

/// What a cause says, of this situation.
pub fn fill(text: &str, situation: &Situation<'_>) -> String {
    let identity = situation.identity;
    let issuer = identity.and_then(|identity| evidence::last_issuer(&identity.chain));
    let unfit = identity.and_then(|identity| own::unfit(&identity.chain, situation.now));
    text.replace("{cert}", identity.map_or("client.p12", |identity| &identity.file))
        .replace("{peer}", situation.peer)
        .replace("{issuer}", issuer.as_deref().unwrap_or("its issuer"))
        .replace("{unfit}", unfit.as_ref().map_or("", |unfit| &unfit.text))
}

/// The causes of a row, and whether each is proven: proven ones first, excluded ones left out.
fn ranked(row: &Row, situation: &Situation<'_>) -> Vec<(bool, &'static Cause)> {
    let mut causes: Vec<_> = row
        .causes
        .iter()
        .filter_map(|id| cause(id))
        .map(|cause| (evidence::of(&cause.id, situation), cause))
        .filter(|(evidence, _)| *evidence != Evidence::Excluded)
        .collect();
    // Stable: the order of the table stays among equals.
    causes.sort_by_key(|(evidence, _)| *evidence);
    causes.into_iter().map(|(evidence, cause)| (evidence == Evidence::Proven, cause)).collect()
}

impl Row {
    fn fits(&self, situation: &Situation<'_>) -> bool {
        let same = |wanted: Option<bool>, is: bool| wanted.is_none_or(|wanted| wanted == is);
        let version = self.tls.as_ref().is_none_or(|version| {
            situation.protocol.is_some_and(|protocol| protocol.ends_with(version.as_str()))
        });
        let seen = match situation.sign {
            Sign::Alert(alert) => self.alert.as_ref() == Some(&alert.name),
            Sign::Closed => self.closed,
            Sign::Page(status, body) => {
                self.status == Some(status)
                    && self.page.as_ref().is_none_or(|page| {
                        body.windows(page.len()).any(|window| window == page.as_bytes())
                    })
            }
        };
        seen && version
            && same(self.asked, situation.request.is_some())
            && same(self.offered, situation.has_offered())
    }
}

#[cfg(test)]
#[path = "refusal_tests.rs"]
mod tests;
