//! Small hierarchies, each with one thing wrong.

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use time::Duration;
use time::macros::datetime;

use super::*;

pub(super) const NOW: OffsetDateTime = datetime!(2026-11-22 0:00 UTC);

/// A certificate that has issued, or can.
pub(super) struct Party {
    pub(super) certificate: Certificate,
    params: CertificateParams,
    issuer: Issuer<'static, KeyPair>,
}

pub(super) fn party(
    name: &str,
    by: Option<&Party>,
    change: impl FnOnce(&mut CertificateParams),
) -> Party {
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
    Party { certificate, params: params.clone(), issuer: Issuer::new(params, key) }
}

pub(super) fn authority(params: &mut CertificateParams) {
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
}

pub(super) fn named(params: &mut CertificateParams) {
    params.subject_alt_names = vec![rcgen::SanType::DnsName("a.example".try_into().unwrap())];
}

fn judged(chain: &[&Party], anchors: &[&Party], name: &str) -> Verdict {
    let chain = Chain::new(chain.iter().map(|party| party.certificate.clone()).collect());
    let anchors =
        anchors.iter().map(|party| CertificateDer::from(party.certificate.der().to_vec()));
    let name = ServerName::try_from(name.to_owned()).unwrap();
    let anchors = Anchors::new(anchors);
    let demand = Demand::of_peer(&anchors, Purpose::Server, NOW).named(Some(&name));
    verdict(&chain, &demand)
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
    assert_problem(&verdict, Code::ChainIncomplete, "CN=middle is neither in the chain");
    let verdict = judged(&[&leaf, &middle, &root], &[&middle], "a.example");
    assert!(verdict.is_trusted(), "an anchor need not be a root: {verdict:?}");
    let verdict = judged(&[&leaf, &middle, &root], &[], "a.example");
    assert_problem(&verdict, Code::IssuerUnknown, "its root CN=root is not among the 0");

    let impostor = party("root", None, authority);
    for chain in [vec![&leaf, &middle], vec![&leaf, &middle, &root]] {
        let verdict = judged(&chain, &[&impostor], "a.example");
        assert_problem(&verdict, Code::IssuerUnknown, "CN=root, but a different key");
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
        "CN=middle is missing; it is available at http://a.example/m.c",
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
    assert_problem(&verdict, Code::ChainInvalid, "middle issued a certificate but is no");

    let alone = party("leaf", None, named);
    assert_problem(&judged(&[&alone], &[&root], "a.example"), Code::SelfSigned, "self-signed");
    assert!(judged(&[&alone], &[&alone], "a.example").is_trusted());
    assert!(!judged(&[&alone], &[&alone], "b.example").is_trusted());
}

fn held(chain: &[&Party], pin: &Party, name: &str) -> Result<usize, String> {
    let chain = Chain::new(chain.iter().map(|party| party.certificate.clone()).collect());
    let pins = [crate::cert::Pin::on(&pin.certificate, None)];
    let name = ServerName::try_from(name.to_owned()).unwrap();
    let below = Below { purpose: Purpose::Server, name: Some(&name), now: NOW };
    match pinned(&chain, &pins, below) {
        Pinning::Held(_, found) => Ok(found.position),
        Pinning::Missed(problem) => Err(problem.map(|it| it.text).unwrap_or_default()),
    }
}

#[test]
fn a_pin_holds_for_the_end_entity_and_makes_an_anchor_of_an_authority() {
    let root = party("root", None, authority);
    let middle = party("middle", Some(&root), authority);
    let leaf = party("leaf", Some(&middle), named);
    let chain = [&leaf, &middle, &root];
    assert_eq!(held(&chain, &leaf, "a.example"), Ok(0));
    assert_eq!(held(&chain, &leaf, "b.example"), Ok(0));
    assert_eq!(held(&chain, &middle, "a.example"), Ok(1));
    assert_eq!(held(&chain, &root, "a.example"), Ok(2));
    assert!(held(&chain, &middle, "b.example").unwrap_err().contains("not for b.example"));
    let expired = party("old", Some(&middle), |params| {
        named(params);
        params.not_after = NOW - Duration::days(1);
    });
    assert!(held(&[&expired, &middle], &middle, "a.example").unwrap_err().contains("expired"));
    assert_eq!(held(&[&expired, &middle], &expired, "a.example"), Ok(0));
    let client = party("caller", Some(&middle), |params| {
        named(params);
        params.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ClientAuth];
    });
    assert!(held(&[&client, &middle], &middle, "a.example").unwrap_err().contains("serverAuth"));
    // Below an end entity that issued all the same.
    let under = party("under", Some(&leaf), named);
    let text = held(&[&under, &leaf, &middle], &leaf, "a.example").unwrap_err();
    assert!(text.contains("is not an authority"), "{text}");
    // Anybody can send a famous authority along.
    let stranger = party("leaf", Some(&party("middle", None, authority)), named);
    assert!(held(&[&stranger, &middle], &middle, "a.example").is_err());
}

#[test]
fn every_issuer_of_a_name_is_tried() {
    let root = party("root", None, authority);
    let other = party("other root", None, authority);
    let middle = party("middle", Some(&root), authority);
    let signed = middle.params.signed_by(middle.issuer.key(), &other.issuer).unwrap();
    let crossed = Party {
        certificate: Certificate::parse(signed.der().to_vec()).unwrap(),
        ..party("middle", Some(&other), authority)
    };
    let leaf = party("leaf", Some(&middle), named);
    for chain in [[&leaf, &middle, &crossed], [&leaf, &crossed, &middle]] {
        for anchor in [&root, &other] {
            assert!(judged(&chain, &[anchor], "a.example").is_trusted());
        }
        assert!(held(&chain, &middle, "a.example").is_ok());
        assert!(held(&chain, &crossed, "a.example").is_ok());
    }
    // Anchors of one name: the one whose key it is counts, wherever it stands.
    let twin = party("root", None, authority);
    for anchors in [[&root, &twin], [&twin, &root]] {
        assert!(judged(&[&leaf, &middle], &anchors, "a.example").is_trusted());
    }
}

#[test]
fn an_anchor_that_is_no_authority_stands_for_itself() {
    let alone = party("customer", None, named);
    let minted = party("leaf", Some(&alone), named);
    assert!(judged(&[&alone], &[&alone], "a.example").is_trusted());
    for chain in [vec![&minted], vec![&minted, &alone]] {
        let verdict = judged(&chain, &[&alone], "a.example");
        assert_problem(&verdict, Code::ChainInvalid, "vouches only for itself");
    }
}

#[test]
fn the_first_second_is_trusted_and_the_last_is_over_as_openssl_has_it() {
    let root = party("root", None, authority);
    let leaf = party("leaf", Some(&root), named);
    let chain = Chain::new(vec![leaf.certificate.clone()]);
    let anchors = Anchors::new([root.certificate.der().to_vec().into()]);
    let codes = |now| -> Vec<Code> {
        let verdict = verdict(&chain, &Demand::of_peer(&anchors, Purpose::Server, now));
        verdict.problems.iter().map(|problem| problem.code).collect()
    };
    let (start, end) = (leaf.certificate.not_before, leaf.certificate.not_after);
    assert_eq!((codes(start), codes(end - Duration::SECOND)), (vec![], vec![]));
    assert!(codes(start - Duration::SECOND).contains(&Code::CertificateNotYetValid));
    assert!(codes(end).contains(&Code::CertificateExpired));
}

#[test]
fn as_many_intermediates_as_are_allowed_are_taken() {
    let root = party("root", None, authority);
    let upper = party("upper", Some(&root), authority);
    let lower = party("lower", Some(&upper), authority);
    let leaf = party("leaf", Some(&lower), named);
    let chain = [&leaf, &lower, &upper].map(|party| party.certificate.clone());
    let anchors = Anchors::new([root.certificate.der().to_vec().into()]);
    let is_too_long = |max_intermediates| {
        let demand = Demand::of_peer(&anchors, Purpose::Server, NOW);
        let demand = Demand { max_intermediates, strictness: Strictness::Whole, ..demand };
        let verdict = verdict(&Chain::new(chain.to_vec()), &demand);
        verdict.problems.iter().any(|problem| problem.text.contains("the verifier allows"))
    };
    assert!(!is_too_long(None) && !is_too_long(Some(2)) && !is_too_long(Some(3)));
    assert!(is_too_long(Some(1)) && is_too_long(Some(0)));
}

fn codes(verdict: &Verdict) -> Vec<Code> {
    verdict.problems.iter().map(|problem| problem.code).collect()
}

#[test]
fn without_a_path_what_is_wrong_with_the_certificates_is_said_all_the_same() {
    use Code::{CertificateExpired, CertificateNotYetValid, ChainIncomplete, PurposeMissing};
    use rcgen::ExtendedKeyUsagePurpose::{ClientAuth, ServerAuth};
    let middle = party("middle", None, authority);
    let code = |from: Duration, to: Duration, purposes: &[rcgen::ExtendedKeyUsagePurpose]| {
        let leaf = party("leaf", Some(&middle), |params| {
            named(params);
            (params.not_before, params.not_after) = (NOW + from, NOW + to);
            params.extended_key_usages = purposes.to_vec();
        });
        codes(&judged(&[&leaf], &[], "a.example"))
    };
    let (second, day) = (Duration::SECOND, Duration::DAY);
    assert_eq!(code(-day, day, &[]), [ChainIncomplete]);
    assert_eq!(code(-day, day, &[ClientAuth, ServerAuth]), [ChainIncomplete]);
    assert_eq!(code(-day, day, &[ClientAuth]), [ChainIncomplete, PurposeMissing]);
    assert_eq!(code(Duration::ZERO, second, &[]), [ChainIncomplete]);
    assert_eq!(code(second, day, &[]), [ChainIncomplete, CertificateNotYetValid]);
    assert_eq!(code(-day, Duration::ZERO, &[]), [ChainIncomplete, CertificateExpired]);
    assert_eq!(code(-day, -second, &[]), [ChainIncomplete, CertificateExpired]);
}

#[test]
fn a_signature_that_is_wrong_is_told_from_a_key_that_is_another() {
    let root = party("root", None, authority);
    let leaf = party("leaf", Some(&root), |params| {
        named(params);
        params.use_authority_key_identifier_extension = true;
    });
    let mut damaged = leaf.certificate.der().to_vec();
    *damaged.last_mut().unwrap() ^= 1;
    let damaged = Party { certificate: Certificate::parse(damaged).unwrap(), ..leaf };
    let verdict = judged(&[&damaged], &[&root], "a.example");
    assert_problem(&verdict, Code::ChainInvalid, "the signature of leaf is wrong");
    // Where neither names a key, none is the one that was meant.
    let leaf = party("leaf", Some(&party("root", None, named)), named);
    let verdict = judged(&[&leaf, &party("root", None, named)], &[], "a.example");
    assert_problem(&verdict, Code::IssuerUnknown, "a certificate sent along has the name");
}

#[test]
fn of_two_paths_that_break_as_many_rules_the_first_is_told() {
    let root = party("root", None, authority);
    let middle = party("middle", Some(&root), authority);
    let again = |change: fn(&mut CertificateParams)| {
        let mut params = middle.params.clone();
        change(&mut params);
        let signed = params.signed_by(middle.issuer.key(), &root.issuer).unwrap();
        let certificate = Certificate::parse(signed.der().to_vec()).unwrap();
        Party { certificate, ..party("middle", Some(&root), authority) }
    };
    let expired = again(|params| params.not_after = NOW - Duration::DAY);
    let future = again(|params| params.not_before = NOW + Duration::DAY);
    let leaf = party("leaf", Some(&middle), named);
    let told = |chain: [&Party; 3]| codes(&judged(&chain, &[&root], "a.example"));
    assert_eq!(told([&leaf, &expired, &future]), [Code::CertificateExpired]);
    assert_eq!(told([&leaf, &future, &expired]), [Code::CertificateNotYetValid]);
}

#[test]
fn any_purpose_is_enough_only_beside_the_one_that_is_wanted() {
    use rcgen::ExtendedKeyUsagePurpose::{Any, ServerAuth};
    let root = party("root", None, authority);
    let for_purposes = |purposes: &[rcgen::ExtendedKeyUsagePurpose]| {
        let leaf = party("leaf", Some(&root), |params| {
            named(params);
            params.extended_key_usages = purposes.to_vec();
        });
        judged(&[&leaf], &[&root], "a.example")
    };
    assert_eq!(for_purposes(&[ServerAuth, Any]), Verdict::default());
    assert_problem(&for_purposes(&[Any]), Code::PurposeMissing, "is for any purpose; many peers");
}

#[test]
fn an_authority_is_no_server() {
    let root = party("root", None, authority);
    let presents_itself = party("middle", Some(&root), |params| {
        named(params);
        authority(params);
    });
    let verdict = judged(&[&presents_itself], &[&root], "a.example");
    assert_problem(&verdict, Code::ChainInvalid, "is a certificate authority, not a client");
}

#[test]
fn sixteen_pinned_authorities_are_tried() {
    let root = party("root", None, authority);
    let middle = party("middle", Some(&root), authority);
    let leaf = party("leaf", Some(&middle), named);
    let others: Vec<Party> = (0..16).map(|_| party("other", None, authority)).collect();
    let is_held = |others: &[Party]| {
        let chain: Vec<Certificate> = [&leaf]
            .into_iter()
            .chain(others)
            .chain([&middle])
            .map(|one| one.certificate.clone())
            .collect();
        let pins: Vec<_> = chain[1..].iter().map(|one| crate::cert::Pin::on(one, None)).collect();
        let below = Below { purpose: Purpose::Server, name: None, now: NOW };
        matches!(pinned(&Chain::new(chain), &pins, below), Pinning::Held(..))
    };
    assert!(is_held(&others[..15]));
    assert!(!is_held(&others));
}
