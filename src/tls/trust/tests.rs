//! Small hierarchies, each with one thing wrong.

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use time::Duration;
use time::macros::datetime;

use super::*;

const NOW: OffsetDateTime = datetime!(2026-11-22 0:00 UTC);

/// A certificate that has issued, or can.
struct Party {
    certificate: Certificate,
    issuer: Issuer<'static, KeyPair>,
}

fn party(name: &str, by: Option<&Party>, change: impl FnOnce(&mut CertificateParams)) -> Party {
    let mut params = CertificateParams::new(vec![]).unwrap();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    (params.not_before, params.not_after) = (NOW - Duration::days(9), NOW + Duration::days(90));
    change(&mut params);
    let key = KeyPair::generate().unwrap();
    let signed = match by {
        Some(by) => params.signed_by(&key, &by.issuer),
        None => params.self_signed(&key),
    };
    let certificate = Certificate::parse(signed.unwrap().der().to_vec()).unwrap();
    Party { certificate, issuer: Issuer::new(params, key) }
}

fn authority(params: &mut CertificateParams) {
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
}

fn named(params: &mut CertificateParams) {
    params.subject_alt_names = vec![rcgen::SanType::DnsName("a.example".try_into().unwrap())];
}

fn judged(chain: &[&Party], anchors: &[&Party], name: &str) -> Verdict {
    let chain = Chain::new(chain.iter().map(|party| party.certificate.clone()).collect());
    let anchors =
        anchors.iter().map(|party| CertificateDer::from(party.certificate.der().to_vec()));
    let name = ServerName::try_from(name.to_owned()).unwrap();
    verdict(&chain, Some(&name), &Anchors::new(anchors), NOW, Purpose::Server)
}

fn assert_problem(verdict: &Verdict, code: Code, words: &str) {
    let text = verdict.text().unwrap();
    assert!(verdict.problems.iter().any(|problem| problem.code == code), "{verdict:?}");
    assert!(text.contains(words), "{text}");
}

#[test]
fn each_reason_has_its_words() {
    let root = party("root", None, authority);
    let middle = party("middle", Some(&root), authority);
    let leaf = party("leaf", Some(&middle), named);
    assert_eq!(judged(&[&leaf, &middle], &[&root], "a.example"), Verdict::default());
    assert_eq!(judged(&[&leaf, &middle, &root], &[&root], "a.example"), Verdict::default());

    let verdict = judged(&[&leaf, &middle], &[&root], "b.example");
    assert_problem(&verdict, Code::NameMismatch, "not for b.example: it is for DNS:a.example");
    let verdict = judged(&[&leaf], &[&root], "a.example");
    assert_problem(&verdict, Code::IssuerUnknown, "CN=middle is neither in the chain");
    let verdict = judged(&[&leaf, &middle, &root], &[&middle], "a.example");
    assert!(verdict.is_trusted(), "an anchor need not be a root: {verdict:?}");
    let verdict = judged(&[&leaf, &middle, &root], &[], "a.example");
    assert_problem(&verdict, Code::IssuerUnknown, "its root CN=root is not among the 0");

    let impostor = party("root", None, authority);
    for chain in [vec![&leaf, &middle], vec![&leaf, &middle, &root]] {
        let verdict = judged(&chain, &[&impostor], "a.example");
        assert_problem(&verdict, Code::IssuerUnknown, "CN=root, but another key");
    }
}

#[test]
fn a_missing_intermediate_is_named_with_its_address() {
    let root = party("root", None, authority);
    let middle = party("middle", Some(&root), authority);
    let leaf = party("leaf", Some(&middle), |params| {
        named(params);
        // authorityInfoAccess: caIssuers, URI http://a.example/m
        let content =
            b"\x30\x22\x30\x20\x06\x08\x2b\x06\x01\x05\x05\x07\x30\x02\x86\x14http://a.example/m.c";
        let oid = [1, 3, 6, 1, 5, 5, 7, 1, 1];
        let extension = rcgen::CustomExtension::from_oid_content(&oid, content.to_vec());
        params.custom_extensions.push(extension);
    });
    let verdict = judged(&[&leaf], &[&root], "a.example");
    assert_problem(
        &verdict,
        Code::ChainIncomplete,
        "CN=middle is missing; it can be had at http://a.example/m.c",
    );
}

#[test]
fn time_purpose_authority_and_self_signed() {
    let root = party("root", None, authority);
    let expired = party("leaf", Some(&root), |params| {
        named(params);
        params.not_after = NOW - Duration::days(1);
    });
    let verdict = judged(&[&expired], &[&root], "a.example");
    assert_problem(&verdict, Code::CertificateExpired, "leaf expired at 2026-11-21T00:00:00Z");

    let client = party("leaf", Some(&root), |params| {
        named(params);
        params.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ClientAuth];
    });
    let verdict = judged(&[&client], &[&root], "a.example");
    assert_problem(&verdict, Code::PurposeMissing, "only for clientAuth");

    let no_authority = party("middle", Some(&root), |_| {});
    let leaf = party("leaf", Some(&no_authority), named);
    let verdict = judged(&[&leaf, &no_authority], &[&root], "a.example");
    assert_problem(&verdict, Code::IssuerUnknown, "middle issued a certificate but is no");

    let alone = party("leaf", None, named);
    assert_problem(&judged(&[&alone], &[&root], "a.example"), Code::SelfSigned, "self-signed");
    assert!(judged(&[&alone], &[&alone], "a.example").is_trusted());
    assert!(!judged(&[&alone], &[&alone], "b.example").is_trusted());
}

#[test]
fn a_famous_intermediate_beside_a_stranger_links_nothing() {
    let root = party("root", None, authority);
    let middle = party("middle", Some(&root), authority);
    let leaf = party("leaf", Some(&middle), named);
    let impostor = party("middle", None, authority);
    let stranger = party("leaf", Some(&impostor), named);
    let chain = |parties: [&Party; 2]| {
        Chain::new(parties.iter().map(|party| party.certificate.clone()).collect())
    };
    assert!(is_linked(&chain([&leaf, &middle]), 0));
    assert!(is_linked(&chain([&leaf, &middle]), 1));
    assert!(!is_linked(&chain([&stranger, &middle]), 1));
    assert!(!is_linked(&chain([&leaf, &root]), 1));
    assert!(!is_linked(&chain([&leaf, &root]), 2));
}
