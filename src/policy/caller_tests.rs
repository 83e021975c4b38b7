//! Tests of who is let in and who is kept out.

use time::macros::datetime;

use super::*;
use crate::cert::tests::sample;
use crate::cert::thumbprint::{Kind, Thumbprint};
use crate::clock::PeerClock;

const NOW: OffsetDateTime = datetime!(2026-06-01 0:00 UTC);

fn at(moment: OffsetDateTime) -> PeerTime {
    PeerClock::stopped(moment).now()
}

fn judged(admission: &Admission, now: OffsetDateTime) -> (Verdict, Vec<&'static str>) {
    let judged = caller(&sent(sample()), admission, at(now));
    (judged.verdict(), judged.findings.iter().map(|finding| finding.code.id()).collect())
}

fn sent(certificate: Certificate) -> Presented {
    Presented { chain: Chain::new(vec![certificate]), unreadable: None }
}

fn demanding(demand: Demand) -> Admission {
    Admission { demand, ..Admission::default() }
}

#[test]
fn none_matters_only_where_one_is_required() {
    let none = |demand| {
        let judged = caller(&Presented::default(), &demanding(demand), at(NOW));
        (judged.verdict(), judged.refusal().is_some())
    };
    assert_eq!(none(Demand::Nothing), (Verdict::NotAsked, false));
    assert_eq!(none(Demand::Shown), (Verdict::Missing, false));
    assert_eq!(none(Demand::Fit), (Verdict::Missing, false));
    assert_eq!(none(Demand::Required), (Verdict::Missing, true));
}

#[test]
fn without_rules_nothing_is_checked_but_time() {
    let open = demanding(Demand::Required);
    assert_eq!(judged(&open, NOW), (Verdict::Unchecked, vec![]));
    let later = datetime!(2027-06-01 0:00 UTC);
    assert_eq!(judged(&open, later), (Verdict::Refused, vec!["certificate-expired"]));
    let earlier = datetime!(2025-06-01 0:00 UTC);
    assert_eq!(judged(&open, earlier), (Verdict::Refused, vec!["certificate-not-yet-valid"]));
    assert_eq!(judged(&demanding(Demand::Shown), later).0, Verdict::Unfit);
}

#[test]
fn refused_is_who_is_not_let_in_and_nobody_else() {
    let garbage = || vec![0x30, 0x03, 0x02, 0x01];
    let good = sample().der().to_vec();
    let chains = [vec![], vec![good.clone()], vec![good, garbage()], vec![garbage()]];
    let pins = [vec![], vec!["4C21C5018BA88E42E608EBEA7203C063931A1D01".parse().unwrap()]];
    let moments = [NOW, datetime!(2027-06-01 0:00 UTC)];
    for demand in [Demand::Nothing, Demand::Shown, Demand::Fit, Demand::Required] {
        for ((chain, pins), now) in chains.iter().flat_map(|chain| {
            pins.iter().flat_map(move |pins| moments.map(move |now| ((chain, pins), now)))
        }) {
            let admission = Admission { demand, anchors: None, pins: pins.clone() };
            let presented = Presented::parse(chain.iter().cloned());
            let judged = caller(&presented, &admission, at(now));
            let (verdict, refusal) = (judged.verdict(), judged.refusal());
            match verdict {
                Verdict::Refused => assert!(refusal.is_some()),
                Verdict::Missing => assert_eq!(refusal.is_some(), demand == Demand::Required),
                _ => assert_eq!(refusal, None, "{verdict:?}"),
            }
            let is_whole = presented.unreadable.is_none();
            assert!(
                is_whole
                    || ![Verdict::Accepted, Verdict::Unchecked, Verdict::Missing]
                        .contains(&verdict)
            );
        }
    }
}

#[test]
fn a_pin_lets_in_and_keeps_out() {
    let certificate = sample();
    let chain = sent(certificate.clone());
    let right = Thumbprint::of(&certificate, Kind::Sha1).text();
    let wrong = "4C21C5018BA88E42E608EBEA7203C063931A1D01";
    let admission = |pins: &[String]| Admission {
        pins: pins.iter().map(|pin| pin.parse().unwrap()).collect(),
        ..demanding(Demand::Required)
    };
    let judge = |pins: &[String]| caller(&chain, &admission(pins), at(NOW));
    let good = judge(&[format!("old={wrong}"), format!("new={right}")]);
    assert_eq!(
        (good.verdict(), good.matched_pin.unwrap().label.unwrap()),
        (Verdict::Accepted, "new".to_owned())
    );
    let bad = judge(&[wrong.to_owned()]);
    assert_eq!(bad.verdict(), Verdict::Refused);
    assert!(bad.reason().unwrap().contains("presented"));
    let old = judge(&[format!("old={right}"), format!("new={wrong}")]);
    assert_eq!((old.verdict(), old.findings[0].code), (Verdict::Accepted, Code::PinOld));
    assert!(old.findings[0].message.starts_with("the caller still uses"));
}

#[test]
fn a_key_that_can_be_broken_lets_nobody_in() {
    let mut certificate = sample();
    let pin = Pin::on(&certificate, None);
    certificate.key.algorithm = "RSA".into();
    certificate.key.bits = Some(1024);
    let pinned = Admission { pins: vec![pin], ..demanding(Demand::Required) };
    let judged = caller(&sent(certificate.clone()), &pinned, at(NOW));
    assert_eq!((judged.verdict(), judged.findings[0].code), (Verdict::Refused, Code::KeyWeak));
    assert!(judged.refusal().is_some());
    // Who only looks takes it.
    let open = demanding(Demand::Required);
    assert_eq!(caller(&sent(certificate), &open, at(NOW)).verdict(), Verdict::Unchecked);
}

#[test]
fn an_unknown_authority_keeps_out() {
    let anchors = Some(Anchors::default());
    let admission = Admission { anchors, ..demanding(Demand::Fit) };
    assert_eq!(judged(&admission, NOW), (Verdict::Refused, vec!["self-signed"]));
}

#[test]
fn every_verdict_has_a_word_and_says_whether_it_was_checked() {
    for (verdict, word, is_fit) in [
        (Verdict::NotAsked, "not-asked", None),
        (Verdict::Missing, "missing", None),
        (Verdict::Refused, "refused", Some(false)),
        (Verdict::Unfit, "unfit", Some(false)),
        (Verdict::Unchecked, "unchecked", None),
        (Verdict::Accepted, "accepted", Some(true)),
    ] {
        assert_eq!((verdict.name(), verdict.is_fit()), (word, is_fit));
    }
}

#[test]
fn the_first_and_the_last_second_belong_to_the_validity() {
    let certificate = sample();
    let open = demanding(Demand::Required);
    for now in [certificate.not_before, certificate.not_after] {
        let judged = caller(&sent(certificate.clone()), &open, at(now));
        assert_eq!(judged.verdict(), Verdict::Unchecked, "{now}");
    }
}

#[test]
fn a_purpose_is_said_where_no_authority_judges_it() {
    let codes = |usages: &[&str]| {
        let mut certificate = sample();
        let usages = usages.iter().map(|&usage| usage.to_owned().into());
        certificate.extensions.extended_key_usage = Some(usages.collect());
        let judged = caller(&sent(certificate), &demanding(Demand::Required), at(NOW));
        judged.findings.iter().map(|one| (one.code, one.severity)).collect::<Vec<_>>()
    };
    assert_eq!(codes(&["clientAuth"]), []);
    assert_eq!(codes(&["serverAuth", "clientAuth"]), []);
    assert_eq!(codes(&["serverAuth"]), [(Code::PurposeMissing, Severity::Warning)]);
}

#[test]
fn the_certificate_that_cannot_be_read_is_counted() {
    let good = sample().der().to_vec();
    let presented = Presented::parse([good.clone(), good, vec![0x30, 0x03, 0x02, 0x01]]);
    let reason = presented.unreadable.unwrap();
    assert!(reason.starts_with("certificate 3 of the chain cannot be read: "), "{reason}");
    assert_eq!(presented.chain.certificates().len(), 2);
}

#[test]
fn what_lets_a_refused_caller_in_is_said() {
    use rcgen::{
        BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    };
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let own = authority.self_signed(&key).unwrap().der().clone();
    let mut server = CertificateParams::new(vec!["a.example".to_owned()]).unwrap();
    server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let issued =
        server.signed_by(&KeyPair::generate().unwrap(), &Issuer::new(authority, key)).unwrap();
    let helps = |anchors: Anchors| {
        let admission =
            Admission { demand: Demand::Required, anchors: Some(anchors), ..Admission::default() };
        let certificate = Certificate::parse(issued.der().to_vec()).unwrap();
        let judged = caller(&sent(certificate), &admission, at(NOW));
        assert!(judged.refusal().is_some());
        judged.findings.into_iter().map(|one| one.help.unwrap_or_default()).collect::<Vec<_>>()
    };
    let strange = helps(Anchors::new([]));
    assert!(strange.iter().any(|help| help.contains("--client-ca")), "{strange:?}");
    let purpose = helps(Anchors::new([own]));
    assert!(purpose.iter().any(|help| help.contains("clientAuth purpose")), "{purpose:?}");
}
