//! What `probe` found out: what a server does at one address in one version, and all of that together.

use std::net::SocketAddr;

use serde::Serialize;

use crate::error::Error;
use crate::finding::Finding;
use crate::policy::probe::{Asked, Outcome, Row, Verdict, Wanted};

/// An item of `probe`.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Probe {
    /// One address in one version.
    Column(Box<Column>),
    /// All of them together.
    Comparison(Box<Comparison>),
    /// A cell that would be tried.
    Planned(Planned),
}

/// One address in one version.
#[derive(Clone, Debug, Serialize)]
pub struct Column {
    /// The address; `None` where a proxy chose it.
    pub address: Option<SocketAddr>,
    /// The version, for example `TLSv1.3`.
    pub protocol: &'static str,
    /// What the server does there.
    pub verdict: Verdict,
    /// Whether, and when, it asks for a certificate; `None` where that is not known.
    pub asked: Option<Asked>,
    /// The authorities that it says it accepts; often none.
    pub accepted_issuers: Vec<String>,
    /// The signature schemes that it takes from us.
    pub signature_schemes: Vec<String>,
    /// The status of the identity that the others were compared with.
    pub control_status: Option<u16>,
    /// The server's clock less ours, by its `Date`.
    pub clock_skew_seconds: Option<i64>,
    /// How many session tickets came with TLS 1.3, at most, in one connection.
    pub tickets: u32,
    /// Why the server is not trusted, if it is not: then no certificate of ours was shown to it.
    pub trust_problem: Option<String>,
    /// What became of each identity.
    pub rows: Vec<Row>,
}

/// All columns together.
#[derive(Clone, Debug, Serialize)]
pub struct Comparison {
    /// How many columns there are.
    pub columns: usize,
    /// Whether everything is as wanted.
    pub passed: bool,
    /// How often the whole was tried.
    pub rounds: u32,
    /// How long that took in all, in seconds.
    pub elapsed_seconds: u64,
    /// What changed between the rounds.
    pub changes: Vec<Change>,
    /// The columns themselves, for those who show a table.
    #[serde(skip)]
    pub table: Vec<Shown>,
    /// All of it in a sentence.
    #[serde(skip)]
    pub headline: String,
    /// In how many rounds running it had to be as wanted, with `--until`.
    #[serde(skip)]
    pub held: Option<u32>,
}

/// A column in the table, with what is wrong there.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The column.
    pub column: Column,
    /// What is wrong there.
    pub findings: Vec<Finding>,
    /// Why it could not be told.
    pub failure: Option<Error>,
}

/// An identity that came out otherwise than in the round before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// When that was (RFC 3339).
    pub at: String,
    /// At which address.
    pub address: Option<SocketAddr>,
    /// In which version.
    pub protocol: &'static str,
    /// Which identity.
    pub identity: String,
    /// What it was.
    pub from: Outcome,
    /// What it is.
    pub to: Outcome,
}

/// A cell that would be tried.
#[derive(Clone, Debug, Serialize)]
pub struct Planned {
    /// The address; `None` where a proxy would choose it.
    pub address: Option<SocketAddr>,
    /// The version.
    pub protocol: &'static str,
    /// Which identity.
    pub identity: String,
    /// What is wanted of it.
    pub expected: Wanted,
    /// Method and URL of the request.
    pub request: String,
}

/// Where a column is, as people read it: `192.0.2.10 TLS 1.2`.
pub fn place(address: Option<SocketAddr>, protocol: &str) -> String {
    let version = protocol.replace("TLSv", "TLS ");
    match address {
        Some(address) => format!("{} {version}", address.ip()),
        None => format!("by proxy {version}"),
    }
}

impl Change {
    /// As a line: `23:44:10  192.0.2.11 TLS 1.3  new  out -> in`.
    pub fn line(&self) -> String {
        let time = self.at.get(11..19).unwrap_or(&self.at);
        let place = place(self.address, self.protocol);
        format!("{time}  {place}  {}  {} -> {}", self.identity, self.from, self.to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_a_line() {
        let change = Change {
            at: "2026-11-26T23:44:10Z".to_owned(),
            address: Some("192.0.2.11:443".parse().unwrap()),
            protocol: "TLSv1.3",
            identity: "new".to_owned(),
            from: Outcome::Refused,
            to: Outcome::Accepted,
        };
        assert_eq!(change.line(), "23:44:10  192.0.2.11 TLS 1.3  new  out -> in");
        assert_eq!(place(None, "TLSv1.2"), "by proxy TLS 1.2");
    }
}
