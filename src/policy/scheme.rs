//! How old what is known of a signature scheme is.

use time::OffsetDateTime;

use super::dated::{Day, Grade, Provenance};
use crate::finding::{Code, Finding};
use crate::signature::scheme::Origin;

/// What gives a newer fact.
const REMEDY: &str = "--scheme-file takes a newer definition";

/// `scheme-fact-old`, where what is known of the scheme `name` of a sender was read long ago. A scheme of
/// the user's own that says no day has no age.
pub fn scheme_age(
    name: &str,
    sender: &str,
    origin: &Origin,
    now: OffsetDateTime,
) -> Option<Finding> {
    let provenance = Provenance {
        source: origin.source.as_deref()?,
        read_on: Day::parse(origin.read_on.as_deref()?)?,
        holds_until: None,
        grade: Grade::A,
    };
    provenance.age(Code::SchemeFactOld, name, &format!("how {sender} signs"), now, REMEDY)
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_scheme_is_old_after_120_days_if_it_says_its_day() {
        let origin = |source: Option<&str>, read_on: Option<&str>| Origin {
            source: source.map(str::to_owned),
            read_on: read_on.map(str::to_owned),
            ..Origin::default()
        };
        let age = |origin: &Origin, now| scheme_age("acme", "Acme", origin, now);
        let read = origin(Some("https://a.example"), Some("2026-11-22"));
        assert_eq!(age(&read, datetime!(2027-03-22 23:59 UTC)), None);
        let old = age(&read, datetime!(2027-03-23 0:00 UTC)).unwrap();
        assert_eq!((old.code, old.code.id()), (Code::SchemeFactOld, "scheme-fact-old"));
        assert!(old.message.contains("how Acme signs was read on 2026-11-22, 121 days ago"));
        for own in
            [origin(None, None), origin(Some("x"), Some("in spring")), origin(Some("x"), None)]
        {
            assert_eq!(age(&own, datetime!(2037-03-23 0:00 UTC)), None);
        }
    }
}
