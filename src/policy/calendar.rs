//! Rules that came, or come, on a date: what public authorities may issue. The dates were moved
//! before, so they are data.

use std::sync::LazyLock;

use serde::Deserialize;
use time::OffsetDateTime;

use super::dated::{Day, Grade, provenance};
use super::table;
use crate::cert::Certificate;
use crate::error::Result;
use crate::finding::{Code, Finding};

/// Policies of the CA/Browser Forum (2.23.140.1): only public authorities put them in.
const PUBLIC_POLICY: &str = "2.23.140.1.";

/// What lays newer facts over these.
const REMEDY: &str = "--calendar FILE takes a newer rule";

/// Rules with their days, as the data file holds them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    #[serde(default)]
    lifetime: Vec<Lifetime>,
    #[serde(default)]
    purpose: Vec<Purpose>,
}

/// Most days of validity for certificates issued from a day on.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Lifetime {
    from: Day,
    days: i64,
    source: String,
    read_on: Day,
    holds_until: Option<Day>,
    grade: Grade,
}

/// The day from which an authority no longer issues a purpose.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Purpose {
    issuer: String,
    purpose: KnownPurpose,
    ends: Day,
    note: Option<String>,
    source: String,
    read_on: Day,
    holds_until: Option<Day>,
    grade: Grade,
}

provenance!(Lifetime, Purpose);

/// A purpose that has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
enum KnownPurpose {
    ClientAuth,
    ServerAuth,
    EmailProtection,
    CodeSigning,
}

impl KnownPurpose {
    fn name(self) -> &'static str {
        match self {
            Self::ClientAuth => "clientAuth",
            Self::ServerAuth => "serverAuth",
            Self::EmailProtection => "emailProtection",
            Self::CodeSigning => "codeSigning",
        }
    }
}

static BUILT_IN: LazyLock<Calendar> =
    LazyLock::new(|| table::read(include_str!("../data/calendar.toml")).unwrap_or_default());

impl Calendar {
    /// The rules that come with the tool.
    pub fn built_in() -> &'static Self {
        &BUILT_IN
    }

    /// The built-in rules with those of a file over them: a row of the same first day, or of the same
    /// issuer and purpose, takes the place of the built-in one; others are added.
    ///
    /// # Errors
    /// `malformed`, with line and column.
    pub fn overlaid(text: &str) -> Result<Self> {
        let Self { mut lifetime, purpose: mut first } = table::read(text)?;
        let below = Self::built_in().clone();
        let days: Vec<Day> = lifetime.iter().map(|row| row.from).collect();
        lifetime.extend(below.lifetime.into_iter().filter(|row| !days.contains(&row.from)));
        lifetime.sort_by_key(|row| row.from);
        let is_new = |row: &Purpose| {
            !first.iter().any(|own| own.issuer == row.issuer && own.purpose == row.purpose)
        };
        let others: Vec<Purpose> = below.purpose.into_iter().filter(is_new).collect();
        first.extend(others);
        // What is for all others comes behind what names an issuer.
        first.sort_by_key(|row| row.issuer.is_empty());
        Ok(Self { lifetime, purpose: first })
    }
}

/// `lifetime-too-long` and `purpose-ends`, for certificates of public authorities that TLS peers
/// present, and `calendar-fact-old` where such a finding rests on an old fact. Private authorities do
/// as they like.
pub fn calendar(
    certificate: &Certificate,
    calendar: &Calendar,
    now: OffsetDateTime,
) -> Vec<Finding> {
    let is_public =
        certificate.extensions.policies.iter().any(|policy| policy.starts_with(PUBLIC_POLICY));
    if !is_public || certificate.is_ca() {
        return Vec::new();
    }
    let mut findings = too_long(certificate, calendar, now);
    findings.extend(purpose_ends(certificate, calendar, now));
    findings
}

fn too_long(certificate: &Certificate, calendar: &Calendar, now: OffsetDateTime) -> Vec<Finding> {
    let issued = certificate.not_before;
    let mut in_force = calendar.lifetime.iter().filter(|row| row.from.begins() <= issued);
    let Some(row) = in_force.next_back() else { return Vec::new() };
    // Both ends belong to the validity: 100 days are 8,640,000 seconds, the last one included.
    let seconds = (certificate.not_after - issued).whole_seconds() + 1;
    let days = (seconds + 86_399) / 86_400;
    if days <= row.days {
        return Vec::new();
    }
    let message = format!(
        "{} is valid for {days} days; public authorities may issue at most {} since {}",
        certificate.short_name(),
        row.days,
        row.from
    );
    let help = format!("clients may refuse it: {}", row.provenance().text());
    let finding = Finding::new(Code::LifetimeTooLong, certificate.name(), message).help(help);
    let what = "the lifetimes of public certificates";
    let age = row.provenance().age(Code::CalendarFactOld, certificate.name(), what, now, REMEDY);
    [finding].into_iter().chain(age).collect()
}

fn purpose_ends(
    certificate: &Certificate,
    calendar: &Calendar,
    now: OffsetDateTime,
) -> Vec<Finding> {
    let listed = certificate.extensions.extended_key_usage.as_deref().unwrap_or_default();
    let issuer = certificate.issuer();
    let row = calendar.purpose.iter().find(|row| {
        listed.iter().any(|it| *it == row.purpose.name())
            && (row.issuer.is_empty() || issuer.contains(&row.issuer))
    });
    let Some(row) = row else { return Vec::new() };
    let purpose = row.purpose.name();
    let has_ended = row.ends.begins() <= now;
    let who = if row.issuer.is_empty() { "a public authority" } else { &row.issuer };
    let ends = match has_ended {
        true => format!("has not issued since {}", row.ends),
        false => format!("will not issue from {} on", row.ends),
    };
    let second_hand = (row.grade == Grade::B).then_some("second-hand");
    let notes: Vec<&str> = row.note.as_deref().into_iter().chain(second_hand).collect();
    let notes = if notes.is_empty() { String::new() } else { format!(" ({})", notes.join("; ")) };
    let message = format!(
        "{} has the purpose {purpose}, which {who} {ends}{notes}",
        certificate.short_name()
    );
    let finding = Finding::new(Code::PurposeEnds, certificate.name(), message).help(format!(
        "get the next client certificate from a private authority: {}",
        row.provenance().text()
    ));
    let what = format!("the end of {purpose} at {who}");
    let age = row.provenance().age(Code::CalendarFactOld, certificate.name(), &what, now, REMEDY);
    [finding].into_iter().chain(age).collect()
}

#[cfg(test)]
mod tests {
    use time::Duration;
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-11-25 12:00 UTC);

    #[test]
    fn every_row_is_read_and_dated() {
        let calendar = Calendar::built_in();
        assert_eq!(calendar.lifetime.len(), 4);
        assert!(calendar.lifetime.is_sorted_by_key(|row| row.from));
        assert!(calendar.lifetime.iter().all(|row| row.source.starts_with("https://")));
        assert!(calendar.purpose.iter().all(|row| row.source.starts_with("https://")));
        assert!(calendar.purpose.last().unwrap().issuer.is_empty());
    }

    fn public(days: i64, purposes: &[&str]) -> Certificate {
        let mut certificate = crate::cert::tests::sample();
        certificate.extensions.policies = vec!["2.23.140.1.2.1".to_owned()];
        certificate.extensions.extended_key_usage =
            Some(purposes.iter().map(|&purpose| purpose.to_owned().into()).collect());
        certificate.not_before = datetime!(2026-04-01 0:00 UTC);
        certificate.not_after = certificate.not_before + Duration::days(days) - Duration::SECOND;
        certificate
    }

    #[test]
    fn public_lifetimes_are_limited_by_the_day_of_issue() {
        let codes = |certificate: &Certificate| -> Vec<Code> {
            let findings = super::calendar(certificate, Calendar::built_in(), NOW);
            findings.iter().map(|finding| finding.code).collect()
        };
        assert_eq!(codes(&public(200, &["serverAuth"])), []);
        assert_eq!(codes(&public(201, &["serverAuth"])), [Code::LifetimeTooLong]);
        let mut private = public(900, &["serverAuth", "clientAuth"]);
        assert_eq!(codes(&private), [Code::LifetimeTooLong, Code::PurposeEnds]);
        private.extensions.policies.clear();
        assert_eq!(codes(&private), []);
    }

    fn said(issuer: &str, calendar: &Calendar, now: OffsetDateTime) -> Vec<(Code, String)> {
        let mut certificate = public(90, &["clientAuth"]);
        certificate.set_issuer(issuer);
        let findings = super::calendar(&certificate, calendar, now);
        findings.into_iter().map(|finding| (finding.code, finding.message)).collect()
    }

    #[test]
    fn an_end_that_is_to_come_is_not_said_to_be_over() {
        let built_in = Calendar::built_in();
        let of = |issuer: &str, now| said(issuer, built_in, now).remove(0).1;
        let message = of("O=DigiCert Inc", NOW);
        assert!(message.contains("DigiCert will not issue from 2027-03-01 on"), "{message}");
        let message = of("O=DigiCert Inc", datetime!(2027-03-01 0:00 UTC));
        assert!(message.contains("has not issued since 2027-03-01"), "{message}");
        let message = of("O=Sectigo Limited", NOW);
        assert!(message.contains("from 2027-02-10 on"), "{message}");
        assert!(message.ends_with("second-hand)"), "{message}");
        let late = said("O=DigiCert Inc", built_in, datetime!(2027-03-26 0:00 UTC));
        let codes: Vec<Code> = late.iter().map(|(code, _)| *code).collect();
        assert_eq!(codes, [Code::PurposeEnds, Code::CalendarFactOld]);
        assert!(late[1].1.contains("121 days ago"), "{late:?}");
    }

    #[test]
    fn a_file_lies_over_the_built_in_rules() {
        let row = |issuer: &str, ends: &str| {
            format!(
                "[[purpose]]\nissuer = \"{issuer}\"\npurpose = \"clientAuth\"\nends = \"{ends}\"\n\
                 source = \"https://a.example\"\nread_on = \"2027-03-20\"\ngrade = \"A\"\n"
            )
        };
        let text =
            row("DigiCert", "2028-01-01") + &row("", "2029-01-01") + &row("Own", "2026-01-01");
        let own = Calendar::overlaid(&text).unwrap();
        let now = datetime!(2027-03-26 0:00 UTC);
        let of = |issuer: &str| said(issuer, &own, now);
        assert!(of("O=DigiCert Inc")[0].1.contains("from 2028-01-01 on"));
        assert_eq!(of("O=DigiCert Inc").len(), 1, "read six days ago");
        assert!(of("O=Own CA")[0].1.contains("since 2026-01-01"));
        assert!(of("O=Let's Encrypt")[0].1.contains("since 2026-07-08"));
        assert!(of("O=Another")[0].1.contains("from 2029-01-01 on"));
        assert_eq!(own.lifetime.len(), 4);
        for (text, message, help) in [
            ("[[purposes]]", "line 1, column 3: unknown field `purposes`", "did you mean purpose?"),
            (&row("X", "2026-13-01"), "line 4, column 8: not a date", "see the man page"),
            (&text.replace("ends", "end"), "line 4, column 1: unknown field `end`", "mean ends?"),
            (&text.replace("clientAuth", "clientauth"), "line 3, column 11: ", "mean clientAuth?"),
        ] {
            let error = Calendar::overlaid(text).unwrap_err();
            assert!(error.message.starts_with(message), "{}", error.message);
            assert!(error.help.as_ref().unwrap().contains(help), "{:?}", error.help);
        }
    }

    #[test]
    fn a_part_of_a_day_is_a_day_more() {
        let mut certificate = public(200, &["serverAuth"]);
        for seconds in [1, 10] {
            certificate.not_after += Duration::seconds(seconds);
            let finding = super::calendar(&certificate, Calendar::built_in(), NOW).remove(0);
            assert!(finding.message.contains("is valid for 201 days"), "{}", finding.message);
        }
    }

    #[test]
    fn a_row_for_another_purpose_leaves_the_built_in_one() {
        let text = "[[purpose]]\nissuer = \"DigiCert\"\npurpose = \"emailProtection\"\n\
                    ends = \"2026-01-01\"\nsource = \"https://a.example\"\n\
                    read_on = \"2026-11-20\"\ngrade = \"A\"\n";
        let own = Calendar::overlaid(text).unwrap();
        let message = said("O=DigiCert Inc", &own, NOW).remove(0).1;
        assert!(message.contains("from 2027-03-01 on"), "{message}");
        assert_eq!(own.purpose.len(), Calendar::built_in().purpose.len() + 1);
    }
}
