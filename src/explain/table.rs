//! What programs print and which numbers they give it, with what is behind it: `data/messages.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::failure::FAILURES;
use crate::finding::RULES;
use crate::outcome::explanation::{Explanation, Kind, Side};
use crate::policy::refusal;
use crate::tls::alert;

/// A row: a message, an alert or a number.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Its name in reports.
    pub id: String,
    /// Which program says it.
    pub from: String,
    /// Which side.
    pub side: Option<Speaker>,
    /// The alert that it is.
    pub alert: Option<u8>,
    /// Numbers with their house, for example `openssl:20`.
    #[serde(default)]
    pub codes: Vec<String>,
    /// Texts, any of which says it. Of an alert: how others spell its name.
    #[serde(default, rename = "match")]
    pub patterns: Vec<String>,
    /// Any of these must stand on the same line.
    #[serde(default)]
    pub with: Vec<String>,
    /// It says that something is wrong, and not what.
    #[serde(default)]
    pub wrapper: bool,
    /// As which sign of a refusal its causes are listed.
    pub refusal: Option<String>,
    /// What it comes to, where the title of `see` would say more than is known.
    pub title: Option<String>,
    /// What it means.
    pub means: String,
    /// Of an alert: what it means where the certificate of the server is not accepted.
    pub of_server: Option<String>,
    /// What to do next.
    pub next: String,
    /// The code or cause that it comes to.
    pub see: Option<String>,
    /// How sure it is.
    pub grade: Grade,
    /// Where it is known from.
    pub source: String,
}

/// Who says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Speaker {
    /// An answer that a client reads.
    Answer,
    /// Who calls.
    Client,
    /// Whoever judges the other's certificate.
    Either,
    /// A program about its own files.
    Local,
    /// Who is called.
    Server,
}

/// How sure a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Grade {
    /// It stands in the program, or its maker says so.
    S,
    /// It was seen in a public thread.
    T,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    message: Vec<Row>,
}

static TABLE: LazyLock<Table> =
    // A test reads the same text; an unreadable table would explain nothing, but break nothing.
    LazyLock::new(|| toml::from_str(include_str!("../data/messages.toml")).unwrap_or_default());

/// Programs that print what another one says: asked for the one, the other is meant as well.
const THROUGH: &[(&str, &[&str])] = &[
    (
        "OpenSSL",
        &[
            "apache", "curl", "envoy", "haproxy", "nginx", "node", "php", "python", "ruby",
            "stunnel",
        ],
    ),
    ("Schannel", &[".net", "dotnet", "iis", "windows"]),
    (".NET", &["dotnet"]),
    ("Windows", &["dotnet", "iis", "schannel"]),
    ("Browsers", &["chrome", "firefox"]),
];

/// Every row.
pub fn rows() -> &'static [Row] {
    &TABLE.message
}

/// The row of an alert.
pub fn of_alert(number: u8) -> Option<&'static Row> {
    rows().iter().find(|row| row.alert == Some(number))
}

/// The row of a number with its house.
pub fn of_code(code: &str) -> Option<&'static Row> {
    rows().iter().find(|row| row.codes.iter().any(|known| known.eq_ignore_ascii_case(code)))
}

/// Whether a program of that name is known.
pub fn is_known(from: &str) -> bool {
    rows().iter().any(|row| row.alert.is_none() && row.from != "any" && row.is_from(from))
}

/// The programs there are.
pub fn programs() -> Vec<&'static str> {
    let mut all: Vec<&str> = rows().iter().map(|row| row.from.as_str()).collect();
    all.sort_unstable_by_key(|name| name.to_ascii_lowercase());
    all.dedup();
    all
}

impl Row {
    /// Whether that program says it, by itself or through another one.
    pub fn is_from(&self, from: &str) -> bool {
        let from = from.to_ascii_lowercase();
        let is = |name: &str| name.split(", ").any(|name| name.to_ascii_lowercase() == from);
        let passes =
            |(who, through): &(&str, &[&str])| is_one(&self.from, who) && through.contains(&&*from);
        self.alert.is_some() || self.from == "any" || is(&self.from) || THROUGH.iter().any(passes)
    }

    /// Whether it judges the certificate of the other side.
    pub fn judges(&self) -> bool {
        self.side == Some(Speaker::Either)
    }

    /// Whether it says only that the connection was closed.
    pub fn is_closed(&self) -> bool {
        self.refusal.as_deref() == Some("closed")
    }

    /// The explanation of it, without causes.
    pub fn explained(&self, kind: Kind) -> Explanation {
        let side = self.side.map(|side| match side {
            Speaker::Answer => Side::Answer,
            Speaker::Client | Speaker::Either => Side::Client,
            Speaker::Local => Side::Local,
            Speaker::Server => Side::Server,
        });
        Explanation {
            kind,
            id: self.id.clone(),
            title: self.title(),
            from: self.from.clone(),
            side,
            line: None,
            times: 1,
            meaning: self.means.clone(),
            causes: Vec::new(),
            next: self.next.clone(),
            related: self.see.iter().filter(|code| titled(code).is_some()).cloned().collect(),
            source: self.source.clone(),
            grade: format!("{:?}", self.grade),
            also: Vec::new(),
            page: None,
            is_listed: false,
        }
    }

    fn title(&self) -> String {
        if let Some(number) = self.alert {
            return format!("TLS alert {} ({number})", alert::name(number));
        }
        if let Some(code) = self.codes.iter().find_map(|code| code.strip_prefix("exit:")) {
            return format!("exit code {code} of hookprint");
        }
        if let Some(title) = &self.title {
            return title.clone();
        }
        // Who closes without a word has perhaps refused nothing.
        let see = if self.is_closed() { Some("closed") } else { self.see.as_deref() };
        see.and_then(what).unwrap_or(&self.means).to_owned()
    }
}

fn is_one(names: &str, name: &str) -> bool {
    names.split(", ").any(|one| one == name)
}

/// The title of a code of ours.
fn titled(code: &str) -> Option<&'static str> {
    let rule = RULES.iter().find(|rule| rule.id == code).map(|rule| rule.title);
    rule.or_else(|| FAILURES.iter().find(|row| row.id == code).map(|row| row.title))
}

/// What a code, or a cause of a refusal, is in a few words.
fn what(see: &str) -> Option<&'static str> {
    titled(see).or_else(|| refusal::cause(see).map(|cause| cause.says.as_str()))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::tls::alert::ALERTS;

    #[test]
    fn every_row_can_be_asked_for_and_comes_to_something_known() {
        let table: Table = toml::from_str(include_str!("../data/messages.toml")).unwrap();
        let (mut ids, mut codes) = (HashSet::new(), HashSet::new());
        for row in &table.message {
            assert!(ids.insert(&row.id), "{} is there twice", row.id);
            let is_askable =
                row.alert.is_some() || !row.codes.is_empty() || !row.patterns.is_empty();
            assert!(is_askable && !row.means.is_empty() && !row.next.is_empty(), "{}", row.id);
            assert!(!row.source.is_empty() && !row.means.ends_with('.'), "{}", row.id);
            assert!(row.codes.iter().all(|code| codes.insert(code)), "{}", row.id);
            let see = row.see.as_deref();
            let is_exit = row.codes.iter().any(|code| code.starts_with("exit:"));
            assert!(see.is_some_and(|see| what(see).is_some()) || is_exit, "{}: {see:?}", row.id);
            for sign in row.refusal.iter() {
                let is_known = match sign.split_once(':') {
                    Some(("alert", name)) => alert::number(name).is_some(),
                    Some(("page", page)) => {
                        refusal::rows().iter().any(|row| row.page.as_deref() == Some(page))
                    }
                    _ => sign == "closed",
                };
                assert!(is_known, "{sign}");
            }
        }
    }

    #[test]
    fn every_registered_alert_has_its_row() {
        for (number, name) in ALERTS {
            let row = of_alert(*number).unwrap_or_else(|| panic!("no row for {name}"));
            assert_eq!(row.id, *name);
            assert_eq!(row.explained(Kind::Alert).title, format!("TLS alert {name} ({number})"));
        }
    }

    #[test]
    fn programs_are_found_also_through_those_that_print_what_they_say() {
        let row = of_code("openssl:20").unwrap();
        for from in ["OpenSSL", "python", "curl", "Node"] {
            assert!(row.is_from(from) && is_known(from), "{from}");
        }
        assert!(!row.is_from("java") && is_known("java") && !is_known("cobol"));
        assert!(programs().contains(&"Java"));
    }
}
