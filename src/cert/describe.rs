//! A certificate as every report shows it.

use serde::ser::{Serialize, SerializeStruct, Serializer};
use time::OffsetDateTime;

use crate::cert::Certificate;
use crate::cert::algorithms::signature_name;
use crate::cert::thumbprint::{Kind, Thumbprint};
use crate::{clock, digest};

/// A certificate in a report. It holds the certificate itself, not its texts: a file can have 100,000, and
/// what a report does not show costs nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Description {
    /// What it says.
    pub certificate: Certificate,
    /// Whole days from the moment of the report until it ends, rounded down; negative when it is over.
    pub remaining_days: i64,
}

impl Description {
    /// SHA-1 over the certificate, in hex.
    pub fn sha1(&self) -> String {
        Thumbprint::of(&self.certificate, Kind::Sha1).text()
    }

    /// SHA-256 over the certificate, in hex.
    pub fn sha256(&self) -> String {
        Thumbprint::of(&self.certificate, Kind::Sha256).text()
    }

    /// SHA-256 over its public key, in base64.
    pub fn spki_sha256(&self) -> String {
        Thumbprint::of(&self.certificate, Kind::Spki).text()
    }
}

impl Serialize for Description {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let it = &self.certificate;
        let mut fields = serializer.serialize_struct("Description", 17)?;
        fields.serialize_field("subject", it.subject())?;
        fields.serialize_field("issuer", it.issuer())?;
        fields.serialize_field("serial", &it.serial)?;
        fields.serialize_field("not_before", &rfc3339(it.not_before))?;
        fields.serialize_field("not_after", &rfc3339(it.not_after))?;
        fields.serialize_field("remaining_days", &self.remaining_days)?;
        fields.serialize_field("sha1", &self.sha1())?;
        fields.serialize_field("sha256", &self.sha256())?;
        fields.serialize_field("spki_sha256", &self.spki_sha256())?;
        fields.serialize_field("alt_names", &it.extensions.alt_names)?;
        fields.serialize_field("key", &it.key)?;
        fields.serialize_field("signature_algorithm", signature_name(&it.signature_oid))?;
        fields.serialize_field("is_ca", &it.is_ca())?;
        fields.serialize_field("self_issued", &it.is_self_issued())?;
        fields.serialize_field("key_usage", &it.extensions.key_usage)?;
        fields.serialize_field("extended_key_usage", &it.extensions.extended_key_usage)?;
        fields.serialize_field("version", &it.version)?;
        fields.end()
    }
}

impl Certificate {
    /// The certificate as a report made at `now` shows it.
    pub fn describe(&self, now: OffsetDateTime) -> Description {
        Description { certificate: self.clone(), remaining_days: self.remaining_days(now) }
    }

    /// The certificate in PEM (RFC 7468): 64 characters a line.
    pub fn pem(&self) -> String {
        digest::pem("CERTIFICATE", self.der())
    }
}

/// Serializes a moment, or none, as [`rfc3339`] writes it.
pub fn moment<M, S>(moment: &M, serializer: S) -> Result<S::Ok, S::Error>
where
    M: Copy + Into<Option<OffsetDateTime>>,
    S: Serializer,
{
    (*moment).into().map(rfc3339).serialize(serializer)
}

/// A moment as RFC 3339 in UTC, to the second. By hand, because a bundle can have 200,000 of them and
/// formatters take several times as long.
pub fn rfc3339(moment: OffsetDateTime) -> String {
    let moment = clock::utc(moment);
    let (year, month, day) = moment.to_calendar_date();
    let (hour, minute, second) = moment.to_hms();
    let Ok(year @ 0..=9_999) = u16::try_from(year) else { return moment.to_string() };
    let mut text = String::with_capacity(20);
    let parts = [
        ("", (year / 100) as u8),
        ("", (year % 100) as u8),
        ("-", month.into()),
        ("-", day),
        ("T", hour),
        (":", minute),
        (":", second),
    ];
    for (before, part) in parts {
        text.push_str(before);
        text.push(char::from(b'0' + part / 10));
        text.push(char::from(b'0' + part % 10));
    }
    text.push('Z');
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn keys_are_the_documented_ones() {
        let described = crate::cert::tests::sample().describe(datetime!(2026-12-01 0:00 UTC));
        let described = serde_json::to_value(&described).unwrap();
        let names: Vec<_> = described.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(
            names.join(" "),
            "subject issuer serial not_before not_after remaining_days sha1 sha256 spki_sha256 alt_names key signature_algorithm is_ca self_issued key_usage extended_key_usage version"
        );
        assert_eq!(described["not_after"], "2026-12-31T00:00:00Z");
        assert_eq!(described["remaining_days"], 30);
        assert_eq!(described["key_usage"], serde_json::Value::Null);
        assert_eq!(
            described["key"].to_string(),
            r#"{"algorithm":"EC","bits":256,"curve":"P-256"}"#
        );
    }

    #[test]
    fn pem_has_64_characters_a_line() {
        let certificate = crate::cert::tests::sample();
        let pem = certificate.pem();
        let lines: Vec<&str> = pem.lines().collect();
        let body = &lines[1..lines.len() - 1];
        assert!(body[..body.len() - 1].iter().all(|line| line.len() == 64));
        assert_eq!(crate::digest::unbase64(&body.concat()).unwrap(), certificate.der());
    }

    #[test]
    fn moments_are_utc() {
        assert_eq!(rfc3339(datetime!(9999-12-31 23:59:59 UTC)), "9999-12-31T23:59:59Z");
        assert_eq!(rfc3339(datetime!(2026-01-01 01:00 +1)), "2026-01-01T00:00:00Z");
        assert_eq!(rfc3339(datetime!(0007-08-09 10:11:12 UTC)), "0007-08-09T10:11:12Z");
    }
}
