//! Every row of the table, and what our own certificate makes of it.

use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, Issuer, KeyPair};
use rustls::SignatureScheme;
use time::OffsetDateTime;
use time::macros::datetime;

use super::*;
use crate::cert::{Certificate, Chain};
use crate::error::Alert;
use crate::secret::Secret;
use crate::tls::{CertificateRequest, Identity};

const NOW: OffsetDateTime = datetime!(2026-11-22 05:00 UTC);

struct Pki {
    root: Certificate,
    middle: Certificate,
    late_middle: Certificate,
    unfit: Certificate,
    leaf: Certificate,
    for_servers: Certificate,
    expired: Certificate,
    stranger: Certificate,
    alone: Certificate,
}

fn pki() -> Pki {
    let key = || KeyPair::generate().unwrap();
    let params = |name: &str, organisation: &str| {
        let mut params = CertificateParams::default();
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, name);
        params.distinguished_name.push(DnType::OrganizationName, organisation);
        params.not_before = datetime!(2026-01-01 0:00 UTC);
        params.not_after = datetime!(2027-01-01 0:00 UTC);
        params.use_authority_key_identifier_extension = true;
        params
    };
    let authority = |name: &str, organisation: &str| {
        let mut params = params(name, organisation);
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        params
    };
    let parse =
        |certificate: rcgen::Certificate| Certificate::parse(certificate.der().to_vec()).unwrap();
    let root_key = key();
    let root = authority("Root", "Hooks").self_signed(&root_key).unwrap();
    let root_issuer = Issuer::new(authority("Root", "Hooks"), root_key);
    let middle_key = key();
    let middle = authority("Issuing", "Hooks").signed_by(&middle_key, &root_issuer).unwrap();
    let mut late_middle = authority("Issuing", "Hooks");
    late_middle.not_after = datetime!(2026-02-01 0:00 UTC);
    let late_middle = late_middle.signed_by(&middle_key, &root_issuer).unwrap();
    let mut unfit = params("leaf", "Hooks");
    unfit.key_usages = vec![rcgen::KeyUsagePurpose::KeyEncipherment];
    let middle_issuer = Issuer::new(authority("Issuing", "Hooks"), middle_key);
    let other_issuer = Issuer::new(authority("Other", "Elsewhere"), key());
    let mut for_servers = params("leaf", "Hooks");
    for_servers.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let mut expired = params("leaf", "Hooks");
    expired.not_after = datetime!(2026-02-01 0:00 UTC);
    Pki {
        root: parse(root),
        middle: parse(middle),
        late_middle: parse(late_middle),
        unfit: parse(unfit.signed_by(&key(), &middle_issuer).unwrap()),
        leaf: parse(params("leaf", "Hooks").signed_by(&key(), &middle_issuer).unwrap()),
        for_servers: parse(for_servers.signed_by(&key(), &middle_issuer).unwrap()),
        expired: parse(expired.signed_by(&key(), &middle_issuer).unwrap()),
        stranger: parse(params("leaf", "Elsewhere").signed_by(&key(), &other_issuer).unwrap()),
        alone: parse(params("alone", "Hooks").self_signed(&key()).unwrap()),
    }
}

fn alert(name: &str) -> Alert {
    Alert { name: name.into(), number: crate::tls::alert::number(name).unwrap() }
}

/// The first cause, and all of them.
fn causes(explained: &Explained) -> Vec<&str> {
    explained.refusal.causes.iter().map(|likely| likely.cause).collect()
}

struct Case<'a> {
    sign: Sign<'a>,
    protocol: &'a str,
    chain: &'a [&'a Certificate],
    issuers: &'a [&'a Certificate],
    key_matches: Option<bool>,
    can_sign: bool,
}

fn judge(case: &Case<'_>) -> Option<Explained> {
    judge_at(case, NOW)
}

fn judge_at(case: &Case<'_>, now: OffsetDateTime) -> Option<Explained> {
    within(case, now, refusal)
}

fn within<T>(case: &Case<'_>, now: OffsetDateTime, then: impl Fn(&Situation<'_>) -> T) -> T {
    let issuers = case.issuers.iter().map(|one| one.subject_der().to_vec()).collect();
    let schemes = if case.can_sign { vec![SignatureScheme::ECDSA_NISTP256_SHA256] } else { vec![] };
    let request = CertificateRequest { issuers, schemes };
    let chain = Chain::new(case.chain.iter().map(|&one| one.clone()).collect());
    let key = Secret::new(KeyPair::generate().unwrap().serialize_der());
    let identity = Identity {
        file: "client.p12".to_owned(),
        key_matches: case.key_matches,
        ..Identity::new(chain, &key).unwrap()
    };
    then(&Situation {
        peer: "hooks.example:443",
        sign: case.sign,
        protocol: Some(case.protocol),
        connected: case.protocol == "TLSv1.3",
        request: Some(&request),
        identity: Some(&identity).filter(|identity| identity.chain.end_entity().is_some()),
        now,
    })
}

#[test]
fn the_table_is_sound() {
    let table: Table = toml::from_str(include_str!("../data/alerts.toml")).unwrap();
    for row in &table.sign {
        let seen = [row.alert.is_some(), row.closed, row.status.is_some()];
        assert_eq!(seen.iter().filter(|one| **one).count(), 1, "{row:?}");
        assert!(row.page.as_ref().is_none_or(|page| !page.is_empty()), "{row:?}");
        assert!(row.page.is_none() || row.status.is_some(), "{row:?}");
        assert!(row.alert.as_deref().is_none_or(|name| crate::tls::alert::number(name).is_some()));
        assert!(row.source.split(' ').all(|one| one.starts_with("https://")), "{row:?}");
        for id in &row.causes {
            assert!(table.cause.iter().any(|cause| cause.id == *id), "no cause {id}");
        }
    }
    for cause in &table.cause {
        assert!(table.sign.iter().any(|row| row.causes.contains(&cause.id)), "{} unused", cause.id);
    }
}

#[test]
fn the_first_cause_is_the_one_that_is_there() {
    let pki = pki();
    let Pki { root, middle, leaf, for_servers, expired, stranger, alone, .. } = &pki;
    let listed: &[&Certificate] = &[root];
    let page = Sign::Page(400, b"<center>The SSL certificate error</center>");
    let none = Sign::Page(400, b"No required SSL certificate was sent");
    let ours = Sign::Page(403, b"client certificate refused: it has expired");
    let iis = |page| Sign::Page(403, page);
    let haproxy: &[u8] =
        b"<html><body><h1>403 Forbidden</h1>\nRequest forbidden by administrative rules.\n";
    let unknown_ca = alert("unknown_ca");
    let bad = alert("bad_certificate");
    let unsupported = alert("unsupported_certificate");
    let decrypt = alert("decrypt_error");
    let required = alert("certificate_required");
    let failure = alert("handshake_failure");
    for (sign, protocol, chain, issuers, first) in [
        (Sign::Alert(&required), "TLSv1.3", &[][..], listed, "none-given"),
        (Sign::Alert(&failure), "TLSv1.2", &[], listed, "none-given"),
        (Sign::Closed, "TLSv1.3", &[], &[], "none-given"),
        (none, "TLSv1.3", &[], listed, "none-given"),
        (ours, "TLSv1.3", &[], listed, "none-given"),
        (ours, "TLSv1.3", &[expired, middle], listed, "expired"),
        (ours, "TLSv1.3", &[stranger], listed, "issuer-unknown"),
        (page, "TLSv1.3", &[expired, middle], listed, "expired"),
        (Sign::Page(495, b"anything"), "TLSv1.3", &[expired, middle], listed, "expired"),
        (Sign::Page(496, b""), "TLSv1.2", &[], listed, "none-given"),
        (iis(b"HTTP Error 403.7 - Forbidden"), "TLSv1.2", &[], listed, "none-given"),
        (iis(b"HTTP Error 403.13 - Forbidden"), "TLSv1.2", &[leaf, middle], listed, "revoked"),
        (iis(b"HTTP Error 403.16 - Forbidden"), "TLSv1.2", &[stranger], listed, "issuer-unknown"),
        (iis(b"HTTP Error 403.17 - Forbidden"), "TLSv1.2", &[expired, middle], listed, "expired"),
        (iis(haproxy), "TLSv1.3", &[], listed, "none-given"),
        (page, "TLSv1.2", &[for_servers, middle], listed, "purpose-missing"),
        (page, "TLSv1.2", &[leaf], listed, "intermediate-missing"),
        (page, "TLSv1.2", &[stranger], listed, "issuer-unknown"),
        (page, "TLSv1.2", &[alone], listed, "self-signed"),
        (page, "TLSv1.2", &[leaf, middle], listed, "same-name"),
        (Sign::Alert(&unknown_ca), "TLSv1.3", &[leaf], listed, "intermediate-missing"),
        (Sign::Alert(&unknown_ca), "TLSv1.3", &[leaf], &[], "intermediate-missing"),
        (Sign::Alert(&unknown_ca), "TLSv1.3", &[stranger], listed, "issuer-unknown"),
        (Sign::Alert(&unknown_ca), "TLSv1.3", &[leaf, middle, root], &[], "issuer-unknown"),
        (Sign::Alert(&unsupported), "TLSv1.3", &[for_servers, middle], &[], "purpose-missing"),
        (Sign::Alert(&bad), "TLSv1.2", &[expired, middle], &[], "expired"),
        (Sign::Alert(&bad), "TLSv1.2", &[], &[], "none-given"),
        (Sign::Alert(&decrypt), "TLSv1.2", &[leaf, middle], &[], "wrong-key"),
        (Sign::Closed, "TLSv1.2", &[expired, middle], listed, "expired"),
        (Sign::Closed, "TLSv1.2", &[leaf, middle], listed, "same-name"),
        (Sign::Alert(&bad), "TLSv1.2", &[leaf, middle], listed, "same-name"),
    ] {
        let case = Case { sign, protocol, chain, issuers, key_matches: None, can_sign: true };
        let refusal = judge(&case).unwrap_or_else(|| panic!("{sign:?} is no refusal"));
        assert_eq!(causes(&refusal)[0], first, "{sign:?} {chain:?}");
        assert_eq!(refusal.finding.code, Code::ClientCertificateRefused);
    }
}

#[test]
fn wrong_keys_and_kinds_of_keys_are_proven() {
    let Pki { leaf, middle, .. } = &pki();
    let chain: &[&Certificate] = &[leaf, middle];
    let case = Case {
        sign: Sign::Closed,
        protocol: "TLSv1.3",
        chain,
        issuers: &[],
        key_matches: Some(false),
        can_sign: true,
    };
    assert_eq!(causes(&judge(&case).unwrap())[0], "wrong-key");
    let required = alert("certificate_required");
    let case = Case { sign: Sign::Alert(&required), can_sign: false, ..case };
    assert_eq!(causes(&judge(&case).unwrap()), ["key-not-accepted"]);
    assert!(!within(&case, NOW, |situation| situation.has_offered()));
}

#[test]
fn a_refusal_is_a_sentence() {
    let Pki { stranger, root, .. } = &pki();
    let unknown_ca = alert("unknown_ca");
    let case = Case {
        sign: Sign::Alert(&unknown_ca),
        protocol: "TLSv1.3",
        chain: &[stranger],
        issuers: &[root],
        key_matches: Some(true),
        can_sign: true,
    };
    let refusal = judge(&case).unwrap();
    assert_eq!(
        refusal.finding.message,
        "hooks.example:443 refused after the handshake, once it had checked our certificate, with \
         TLS alert unknown_ca (48), because it does not trust the issuer of our certificate; likely: \
         (1) the server does not trust the CA of our certificate, O=Elsewhere,CN=Other, or (2) the \
         intermediate certificate O=Elsewhere,CN=Other was not sent, or (3) the server has no \
         current revocation list for one CA of the chain"
    );
    assert!(refusal.refusal.certain);
}

#[test]
fn what_was_tried_long_ago_says_so_and_a_standard_does_not_age() {
    let Pki { leaf, middle, .. } = &pki();
    let unknown_ca = alert("unknown_ca");
    let denied = alert("access_denied");
    for (sign, ages) in [(&unknown_ca, true), (&denied, false)] {
        let case = Case {
            sign: Sign::Alert(sign),
            protocol: "TLSv1.3",
            chain: &[leaf, middle],
            issuers: &[],
            key_matches: Some(true),
            can_sign: true,
        };
        let is_said = |now| {
            let help = judge_at(&case, now).unwrap().finding.help.unwrap();
            help.contains("was tried on 2026-11-22")
        };
        assert!(!is_said(NOW));
        assert_eq!(is_said(NOW + time::Duration::days(121)), ages, "{sign:?}");
    }
}

#[test]
fn other_endings_are_no_refusals() {
    let version = alert("protocol_version");
    for sign in [
        Sign::Alert(&version),
        Sign::Page(400, b"nope"),
        Sign::Page(200, b"The SSL certificate error"),
    ] {
        let case = Case {
            sign,
            protocol: "TLSv1.3",
            chain: &[],
            issuers: &[],
            key_matches: None,
            can_sign: true,
        };
        assert!(judge(&case).is_none(), "{sign:?}");
    }
}

#[test]
fn each_cause_has_its_evidence() {
    use crate::policy::evidence::Evidence::{Excluded, Likely, Open, Proven, Unlikely};
    let Pki { root, middle, late_middle, unfit, leaf, for_servers, expired, stranger, alone } =
        &pki();
    let (unknown, bad) = (alert("unknown_ca"), alert("bad_certificate"));
    let of = |cause: &str, chain: &[&Certificate], issuers: &[&Certificate], name: &Alert| {
        let (sign, protocol) = (Sign::Alert(name), "TLSv1.3");
        let case = Case { sign, protocol, chain, issuers, key_matches: Some(true), can_sign: true };
        within(&case, NOW, |situation| crate::policy::evidence::of(cause, situation))
    };
    for (cause, chain, issuers, alert, expected) in [
        ("none-given", &[][..], &[][..], &bad, Proven),
        ("something-else", &[], &[], &bad, Open),
        ("no-common-cipher", &[], &[], &bad, Open),
        ("expired", &[], &[], &bad, Excluded),
        ("none-given", &[leaf], &[], &bad, Excluded),
        ("dropped", &[leaf], &[], &bad, Excluded),
        ("key-not-accepted", &[leaf], &[], &bad, Excluded),
        ("wrong-key", &[leaf], &[], &bad, Excluded),
        ("expired", &[leaf], &[], &bad, Excluded),
        ("expired", &[expired], &[], &bad, Proven),
        ("expired", &[leaf, late_middle], &[], &bad, Likely),
        ("identity-unfit", &[unfit, middle], &[], &bad, Proven),
        ("not-yet-valid", &[leaf], &[], &bad, Excluded),
        ("purpose-missing", &[leaf], &[], &bad, Excluded),
        ("purpose-missing", &[for_servers], &[], &bad, Proven),
        // Only the strictest have something against it.
        ("identity-unfit", &[leaf, middle], &[], &bad, Unlikely),
        ("signature-weak", &[leaf, middle, root], &[], &bad, Excluded),
        ("self-signed", &[leaf], &[], &bad, Excluded),
        ("self-signed", &[alone], &[], &bad, Open),
        ("self-signed", &[alone], &[alone], &unknown, Excluded),
        ("self-signed", &[alone], &[root], &bad, Likely),
        ("self-signed", &[alone], &[root], &unknown, Proven),
        ("intermediate-missing", &[alone], &[root], &bad, Excluded),
        ("intermediate-missing", &[leaf, middle, root], &[], &bad, Excluded),
        ("intermediate-missing", &[leaf], &[middle], &bad, Excluded),
        ("intermediate-missing", &[leaf], &[root], &bad, Likely),
        ("intermediate-missing", &[stranger], &[root], &bad, Open),
        ("intermediate-missing", &[leaf], &[], &bad, Open),
        ("issuer-unknown", &[leaf], &[middle], &bad, Excluded),
        ("issuer-unknown", &[alone], &[root], &bad, Excluded),
        ("issuer-unknown", &[leaf, middle, root], &[alone], &bad, Likely),
        ("issuer-unknown", &[leaf, middle, root], &[alone], &unknown, Proven),
        ("issuer-unknown", &[stranger], &[root], &bad, Likely),
        ("issuer-unknown", &[leaf], &[root], &bad, Open),
        ("issuer-unknown", &[leaf], &[], &unknown, Open),
        ("same-name", &[leaf], &[root], &bad, Excluded),
        ("same-name", &[leaf], &[middle], &bad, Open),
        ("same-name", &[alone], &[], &bad, Open),
    ] {
        let names: Vec<_> = chain.iter().map(|one| one.short_name()).collect();
        assert_eq!(
            of(cause, chain, issuers, alert),
            expected,
            "{cause} {names:?} {}",
            issuers.len()
        );
    }
}

#[test]
fn a_certificate_is_valid_from_its_first_second_to_its_last() {
    use crate::policy::evidence::Evidence::{Excluded, Proven};
    let Pki { leaf, .. } = &pki();
    let bad = alert("bad_certificate");
    let case = Case {
        sign: Sign::Alert(&bad),
        protocol: "TLSv1.3",
        chain: &[leaf],
        issuers: &[],
        key_matches: None,
        can_sign: true,
    };
    let of = |cause, now| within(&case, now, |it| crate::policy::evidence::of(cause, it));
    let second = time::Duration::SECOND;
    assert_eq!(of("expired", leaf.not_after), Excluded);
    assert_eq!(of("expired", leaf.not_after + second), Proven);
    assert_eq!(of("not-yet-valid", leaf.not_before), Excluded);
    assert_eq!(of("not-yet-valid", leaf.not_before - second), Proven);
}

#[test]
fn a_signature_that_can_be_forged_counts_below_the_root_only() {
    use crate::policy::evidence::Evidence::{Excluded, Likely};
    let Pki { leaf, middle, root, .. } = pki();
    let sha1 = |mut one: Certificate| {
        one.signature_oid = "1.2.840.113549.1.1.5".to_owned();
        one
    };
    for (chain, expected) in [
        ([leaf.clone(), middle.clone(), sha1(root.clone())], Excluded),
        ([leaf.clone(), sha1(middle.clone()), root.clone()], Likely),
        ([sha1(leaf), middle, root], Likely),
    ] {
        let chain: Vec<&Certificate> = chain.iter().collect();
        let case = Case {
            sign: Sign::Closed,
            protocol: "TLSv1.3",
            chain: &chain,
            issuers: &[],
            key_matches: None,
            can_sign: true,
        };
        let found = within(&case, NOW, |it| crate::policy::evidence::of("signature-weak", it));
        assert_eq!(found, expected);
    }
}
