//! Each rule has a file that breaks it, and each fact its source and day.

use time::macros::datetime;

use super::*;
use crate::cert::Certificate;

const NOW: OffsetDateTime = datetime!(2026-11-25 12:00 UTC);

#[test]
fn every_provider_has_its_source() {
    assert_eq!(providers().len(), 32);
    let mut names: Vec<&str> = providers().iter().map(|one| one.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 32);
    for provider in providers() {
        assert!(provider.source.starts_with("https://"), "{}", provider.name);
        assert!(!provider.notes.is_empty(), "{}", provider.name);
        for one in &provider.presents {
            assert!(one.source.starts_with("https://"), "{}", provider.name);
            assert!(one.root_sha256.as_ref().is_none_or(|hex| hex.len() == 64));
            assert!(!one.names.is_empty() || one.root.is_some(), "{}", provider.name);
        }
    }
}

fn checks(provider: &Provider, certificate: &Certificate, now: OffsetDateTime) -> Vec<Check> {
    let pem = certificate.pem();
    let bundle = crate::store::open(pem.as_bytes(), &crate::store::Passwords::none()).unwrap();
    super::check::provider(&bundle, Some(certificate), provider, now, "x.pem")
}

fn refused(name: &str) -> Vec<&'static str> {
    let checks = checks(&named(name, None).unwrap(), &crate::cert::tests::sample(), NOW);
    let refused = checks.into_iter().filter(|check| check.finding.is_some());
    refused.map(|check| check.name).collect()
}

#[test]
fn each_rule_has_a_file_that_breaks_it() {
    assert_eq!(refused("webex-connect"), ["format", "entries", "password"]);
    assert_eq!(refused("adobe-sign"), ["format", "entries"]);
    assert_eq!(refused("gitlab"), ["entries"]);
    assert_eq!(refused("dialogflow-cx"), ["issuer"]);
    assert_eq!(refused("pagerduty"), ["name"]);
    assert_eq!(refused("kindly"), ["provider"]);
    assert!(refused("docusign").is_empty());
}

#[test]
fn both_certificates_of_dialogflow_are_taken_until_the_day_the_old_one_ends() {
    let provider = named("dialogflow-es", None).unwrap();
    let mut certificate = crate::cert::tests::sample();
    certificate.extensions.alt_names = vec!["DNS:*.dialogflow.com".to_owned()];
    let said = |certificate: &Certificate, now| {
        let check = checks(&provider, certificate, now).remove(0);
        (check.finding.is_some(), check.text)
    };
    let before = datetime!(2026-12-01 23:59 UTC);
    assert_eq!(
        said(&certificate, before),
        (false, "*.dialogflow.com, until 2026-12-01".to_owned())
    );
    let (is_refused, text) = said(&certificate, datetime!(2026-12-02 0:00 UTC));
    assert!(is_refused && text.ends_with("until 2026-12-01; since then Google LLC"), "{text}");
    certificate.extensions.alt_names = vec!["DNS:Google LLC".to_owned()];
    assert_eq!(said(&certificate, before), (false, "Google LLC".to_owned()));
    for name in ["dialogflow-es", "dialogflow-cx"] {
        let notes = named(name, None).unwrap().notes(NOW).join("\n");
        assert!(notes.contains("under SSL.com Root Certification Authority RSA (SHA-256 85666a562ee0be5ce925c1d8890a6f76a87ec16d4d7d5f29ea7419cf20123b69)"), "{notes}");
        assert!(notes.contains("*.dialogflow.com under Google Trust Services, until 2026-12-01"));
        assert!(notes.contains("/dialogflow/es/docs/fulfillment-mtls (read on 2026-11-25)"));
    }
}

#[test]
fn a_file_lies_over_the_built_in_providers() {
    let text = "[[provider]]\nname = \"webex-connect\"\ntitle = \"Ours\"\nrole = \"upload\"\n\
                formats = [\"pem\"]\nsource = \"https://a.example/form\"\n\
                read_on = \"2027-03-20\"\ngrade = \"A\"\n";
    let now = datetime!(2027-03-26 0:00 UTC);
    let own = named("webex-connect", Some(text)).unwrap();
    assert_eq!(own.title, "Ours");
    assert!(own.age("x", now).is_empty());
    let old = named("gitlab", Some(text)).unwrap().age("x", now);
    assert_eq!(old[0].code, Code::ProviderFactOld);
    assert!(old[0].message.contains("read on 2026-11-22, 124 days ago"), "{old:?}");
    let ended = named("dialogflow-es", None).unwrap().age("x", datetime!(2026-12-02 0:00 UTC));
    assert_eq!(ended.len(), 1);
    assert!(ended[0].message.ends_with("(*.dialogflow.com) was valid until 2026-12-01"));
    let error = named("webex-conect", Some(text)).unwrap_err();
    assert_eq!(error.help.unwrap(), "did you mean webex-connect?");
    for (from, to, message, help) in [
        ("role =", "rolle =", "line 4, column 1: unknown field `rolle`", "did you mean role?"),
        ("\"pem\"", "\"pkcs13\"", "line 5, column 12: ", "did you mean pkcs12?"),
        ("upload", "uplod", "line 4, column 8: ", "did you mean upload?"),
        ("grade = \"A\"\n", "", "line 1, column 1: missing field `grade`", "see the man page"),
    ] {
        let error = named("webex-connect", Some(&text.replace(from, to))).unwrap_err();
        assert!(error.message.starts_with(message), "{}", error.message);
        assert!(error.help.as_ref().unwrap().contains(help), "{:?}", error.help);
    }
}

/// What is said of a store under each check of the form of Webex Connect.
fn uploaded(bundle: &crate::store::Bundle) -> Vec<(&'static str, String, Option<bool>)> {
    let provider = named("webex-connect", None).unwrap();
    let checks =
        super::check::provider(bundle, bundle.certificates().next(), &provider, NOW, "x.jks");
    let taken = |check: &Check| (!check.is_unknown).then_some(check.finding.is_none());
    checks.iter().map(|check| (check.name, check.text.clone(), taken(check))).collect()
}

#[test]
fn a_store_that_is_taken_is_taken_by_every_check() {
    for (name, format) in
        [("modern.p12", "PKCS#12"), ("client.jks", "JKS"), ("no-mac.p12", "PKCS#12")]
    {
        let expected =
            [("format", format), ("entries", "one private key"), ("password", "opens it")];
        let expected = expected.map(|(name, text)| (name, text.to_owned(), Some(true)));
        assert_eq!(uploaded(&crate::policy::stored(name, "changeit")), expected, "{name}");
    }
}

#[test]
fn the_number_of_keys_is_said() {
    let entries = |bundle: &crate::store::Bundle| {
        let (_, text, taken) = uploaded(bundle).remove(1);
        (text.rsplit_once(": ").map_or(text.clone(), |(_, said)| said.to_owned()), taken)
    };
    let none = crate::policy::stored("trust.jks", "changeit");
    assert_eq!(entries(&none), ("the file contains no private key".to_owned(), Some(false)));
    let mut two = crate::policy::stored("modern.p12", "changeit");
    two.entries.extend(crate::policy::stored("nameless.p12", "changeit").entries);
    assert_eq!(entries(&two), ("2 private keys; one is expected".to_owned(), Some(false)));
}

#[test]
fn the_one_password_opens_the_store_and_its_key() {
    let password = |name: &str, given: &str| {
        let (_, text, taken) = uploaded(&crate::policy::stored(name, given)).remove(2);
        (text, taken)
    };
    let (text, taken) = password("all-clear-no-mac.p12", "");
    assert!(text.ends_with("a password is asked for, and the file has none"), "{text}");
    assert_eq!(taken, Some(false));
    let (text, taken) = password("two-passwords.jks", "changeit");
    assert!(text.contains("has a different password from the store"), "{text}");
    assert_eq!(taken, Some(false));
    let bundle = crate::policy::stored("two-passwords.jks", "changeit");
    let provider = named("webex-connect", None).unwrap();
    let checks = super::check::provider(&bundle, None, &provider, NOW, "x.jks");
    let help = checks[2].finding.as_ref().unwrap().help.as_deref().unwrap();
    assert!(help.starts_with("keytool -keypasswd -keystore x.jks -alias client,"), "{help}");
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/stores/trust.jks");
    let bytes = std::fs::read(path).unwrap();
    let unopened = crate::store::open(&bytes, &crate::store::Passwords::none()).unwrap();
    let (_, text, taken) = uploaded(&unopened).remove(2);
    assert_eq!((text.as_str(), taken), ("could not be tried: none was given", None));
    let untried = crate::policy::stored("no-mac-clear-certificates.p12", "wrong");
    let (_, text, taken) = uploaded(&untried).remove(2);
    assert!(text.starts_with("could not be tried: "), "{text}");
    assert_eq!(taken, None);
}

#[test]
fn what_cannot_be_checked_without_a_certificate_is_not_taken() {
    let bundle = crate::policy::stored("key-ed25519.pem", "");
    for name in ["dialogflow-cx", "pagerduty"] {
        let provider = named(name, None).unwrap();
        let checks = super::check::provider(&bundle, None, &provider, NOW, "x.pem");
        let check = checks.iter().find(|check| ["issuer", "name"].contains(&check.name)).unwrap();
        assert!(check.is_unknown && check.finding.is_none(), "{check:?}");
        assert_eq!(check.text, "could not be checked: there is no certificate");
    }
}
