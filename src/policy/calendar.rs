//! Rules that came, or come, on a date: what public authorities may issue. The dates were moved
//! before, so they are data.

use std::sync::LazyLock;

use serde::Deserialize;
use time::{Date, OffsetDateTime};

use crate::cert::Certificate;
use crate::finding::{Code, Finding};

/// Policies of the CA/Browser Forum (2.23.140.1): only public authorities put them in.
const PUBLIC_POLICY: &str = "2.23.140.1.";

/// What the data file holds.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Calendar {
    lifetime: Vec<Lifetime>,
    purpose: Vec<Purpose>,
}

/// Most days of validity for certificates issued from a day on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Lifetime {
    from: String,
    days: i64,
    source: String,
}

/// The day on which an authority stops to issue a purpose.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Purpose {
    issuer: String,
    purpose: String,
    ends: String,
    source: String,
}

static CALENDAR: LazyLock<Option<Calendar>> =
    LazyLock::new(|| toml::from_str(include_str!("../data/calendar.toml")).ok());

/// `lifetime-too-long` and `purpose-ends`, for certificates of public authorities that TLS peers
/// present. Private authorities do as they like.
pub fn calendar(certificate: &Certificate) -> Vec<Finding> {
    let is_public =
        certificate.extensions.policies.iter().any(|policy| policy.starts_with(PUBLIC_POLICY));
    let Some(calendar) = CALENDAR.as_ref().filter(|_| is_public && !certificate.is_ca()) else {
        return Vec::new();
    };
    let findings = [too_long(certificate, calendar), purpose_ends(certificate, calendar)];
    findings.into_iter().flatten().collect()
}

fn too_long(certificate: &Certificate, calendar: &Calendar) -> Option<Finding> {
    let issued = certificate.not_before;
    let mut in_force =
        calendar.lifetime.iter().filter(|row| day(&row.from).is_some_and(|day| day <= issued));
    let row = in_force.next_back()?;
    // Both ends belong to the validity: 100 days are 8,640,000 seconds, the last one included.
    let seconds = (certificate.not_after - issued).whole_seconds() + 1;
    let days = (seconds + 86_399) / 86_400;
    (days > row.days).then(|| {
        let message = format!(
            "{} is valid for {days} days; public authorities may issue {} since {}",
            certificate.short_name(),
            row.days,
            row.from
        );
        Finding::new(Code::LifetimeTooLong, certificate.name(), message)
            .help(format!("clients may refuse it: {}", row.source))
    })
}

fn purpose_ends(certificate: &Certificate, calendar: &Calendar) -> Option<Finding> {
    let listed = certificate.extensions.extended_key_usage.as_ref()?;
    let issuer = certificate.issuer();
    let row = calendar.purpose.iter().find(|row| {
        listed.iter().any(|it| *it == row.purpose)
            && (row.issuer.is_empty() || issuer.contains(&row.issuer))
    })?;
    let message = format!(
        "{} has the purpose {}, which {} no longer issues ({})",
        certificate.short_name(),
        row.purpose,
        if row.issuer.is_empty() { "hardly any public authority" } else { &row.issuer },
        row.ends
    );
    Some(Finding::new(Code::PurposeEnds, certificate.name(), message).help(format!(
        "order the next client certificate from a private authority: {}",
        row.source
    )))
}

/// Its first second.
fn day(text: &str) -> Option<OffsetDateTime> {
    let format = time::macros::format_description!("[year]-[month]-[day]");
    Date::parse(text, format).ok().map(|date| date.midnight().assume_utc())
}

#[cfg(test)]
mod tests {
    use time::Duration;
    use time::macros::datetime;

    use super::*;

    #[test]
    fn every_row_is_read_and_dated() {
        let calendar = CALENDAR.as_ref().unwrap();
        assert!(calendar.lifetime.is_sorted_by_key(|row| day(&row.from).unwrap()));
        assert!(calendar.lifetime.iter().all(|row| row.source.starts_with("https://")));
        assert!(calendar.purpose.iter().all(|row| row.source.starts_with("http")));
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
            calendar(certificate).iter().map(|finding| finding.code).collect()
        };
        assert_eq!(codes(&public(200, &["serverAuth"])), []);
        assert_eq!(codes(&public(201, &["serverAuth"])), [Code::LifetimeTooLong]);
        let mut private = public(900, &["serverAuth", "clientAuth"]);
        assert_eq!(codes(&private), [Code::LifetimeTooLong, Code::PurposeEnds]);
        private.extensions.policies.clear();
        assert_eq!(codes(&private), []);
    }
}
