//! What peers that trust an authority can be told to do, and names and purposes at their edges.

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose,
};
use time::macros::datetime;

use super::*;

const NOW: OffsetDateTime = datetime!(2026-06-01 0:00 UTC);

struct Made(Certificate, Issuer<'static, KeyPair>);

fn made(name: &str, is_ca: bool, by: Option<&Made>, more: impl Fn(&mut CertificateParams)) -> Made {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = datetime!(2026-01-01 0:00 UTC);
    params.not_after = datetime!(2027-01-01 0:00 UTC);
    params.use_authority_key_identifier_extension = true;
    if is_ca {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    } else {
        params.subject_alt_names = vec![rcgen::SanType::DnsName("a.example".try_into().unwrap())];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    }
    more(&mut params);
    let key = KeyPair::generate().unwrap();
    let certificate = match by {
        Some(by) => params.signed_by(&key, &by.1),
        None => params.self_signed(&key),
    };
    let der = certificate.unwrap().der().to_vec();
    Made(Certificate::parse(der).unwrap(), Issuer::new(params, key))
}

fn leaf(by: &Made) -> Certificate {
    made("leaf", false, Some(by), |_| ()).0
}

fn compared(old: &[&Certificate], new: &[&Certificate]) -> (Change, Vec<Finding>) {
    let chain = |all: &[&Certificate]| Chain::new(all.iter().map(|&one| one.clone()).collect());
    let (old, new) = (chain(old), chain(new));
    let side = |chain| Side { chain, opens_with: &[] };
    let peers = Peers { pins: &[], anchors: None };
    renewal(side(&old), side(&new), peers, "x", NOW).unwrap()
}

/// What a peer that trusts OLD's authority is told.
fn by_authority(old: &[&Certificate], new: &[&Certificate]) -> (Option<bool>, String) {
    let (change, _) = compared(old, new);
    let peer = change.peers.into_iter().find(|peer| peer.checks == "ca").unwrap();
    (peer.accepts, peer.must_do.unwrap_or_default())
}

#[test]
fn what_old_brings_along_stands_for_what_peers_trust() {
    let root = made("root", true, None, |_| ());
    let other_root = made("other root", true, None, |_| ());
    let issuing = made("issuing", true, Some(&root), |_| ());
    let next = made("issuing 2", true, Some(&root), |_| ());
    let other = made("other", true, Some(&other_root), |_| ());
    let (old, new) = (&leaf(&issuing), &leaf(&issuing));
    let yes = (Some(true), String::new());
    assert_eq!(by_authority(&[old, &issuing.0, &root.0], &[new, &issuing.0]), yes);
    assert_eq!(by_authority(&[old, &issuing.0], &[new, &issuing.0]), yes);
    // NEW shows more of the way than OLD did.
    assert_eq!(by_authority(&[old], &[new, &issuing.0]), yes);
    assert_eq!(by_authority(&[old, &issuing.0], &[new, &issuing.0, &root.0]), yes);
    // Another issuer under the root that OLD shows.
    let renewed = &leaf(&next);
    assert_eq!(by_authority(&[old, &issuing.0, &root.0], &[renewed, &next.0]), yes);

    let no = |must_do: &str| (Some(false), must_do.to_owned());
    let sent = no("nothing: send CN=issuing along with NEW");
    assert_eq!(by_authority(&[old, &issuing.0, &root.0], &[new]), sent);
    assert_eq!(by_authority(&[old, &issuing.0], &[new]), sent);
    let foreign = &leaf(&other);
    assert_eq!(by_authority(&[old, &issuing.0], &[foreign, &other.0]), no("trust CN=other root"));
    assert_eq!(by_authority(&[old, &issuing.0, &root.0], &[foreign]), no("trust CN=other"));
    let own = &made("leaf", false, None, |_| ()).0;
    assert_eq!(by_authority(&[old, &issuing.0], &[own]), no("trust CN=leaf"));

    let unknown = |old: &[&Certificate], new: &[&Certificate], words: &str| {
        let (accepts, must_do) = by_authority(old, new);
        assert!(accepts.is_none() && must_do.contains(words), "{accepts:?} {must_do}");
    };
    // The same name is no proof.
    unknown(&[old], &[new], "both lead to CN=issuing");
    unknown(&[old, &issuing.0], &[renewed, &next.0], "both lead to CN=root");
    unknown(&[old], &[foreign], "does not lead far enough");
}

#[test]
fn a_renewed_authority_is_the_same_under_its_name_and_key_only() {
    let key = KeyPair::generate().unwrap();
    let of_year = |year| {
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, "root");
        params.not_before = rcgen::date_time_ymd(year, 1, 1);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Certificate::parse(params.self_signed(&key).unwrap().der().to_vec()).unwrap()
    };
    let root = of_year(2025);
    assert_eq!(by_authority(&[&root], &[&of_year(2026)]), (Some(true), String::new()));
    let other = made("root", true, None, |_| ());
    assert_eq!(by_authority(&[&root], &[&other.0]), (Some(false), "trust CN=root".to_owned()));
}

fn codes(findings: &[Finding]) -> Vec<&'static str> {
    findings.iter().map(|finding| finding.code.id()).collect()
}

#[test]
fn a_wildcard_stands_for_one_label_and_not_for_who_compares_text() {
    let root = made("root", true, None, |_| ());
    let named = |names: &[&str]| {
        made("x", false, Some(&root), |params| {
            let name = |name: &&str| rcgen::SanType::DnsName((*name).try_into().unwrap());
            params.subject_alt_names = names.iter().map(name).collect();
        })
        .0
    };
    let by_names = |old: &[&str], new: &[&str]| {
        let (change, findings) = compared(&[&named(old)], &[&named(new)]);
        (change.peers[4].accepts, codes(&findings).contains(&"renewal-loses-name"))
    };
    assert_eq!(by_names(&["a.example"], &["A.example", "b.example"]), (Some(true), false));
    assert_eq!(by_names(&["a.example.org"], &["*.example.org"]), (None, false));
    assert_eq!(by_names(&["a.b.example.org"], &["*.example.org"]), (Some(false), true));
    assert_eq!(by_names(&["*.example.org"], &["a.example.org"]), (Some(false), true));
}

#[test]
fn without_extended_key_usage_every_purpose_is_allowed() {
    let root = made("root", true, None, |_| ());
    let with = |usages: &[ExtendedKeyUsagePurpose], keys: &[KeyUsagePurpose]| {
        made("x", false, Some(&root), |params| {
            params.extended_key_usages = usages.to_vec();
            params.key_usages = keys.to_vec();
        })
        .0
    };
    let (server, signs) =
        ([ExtendedKeyUsagePurpose::ServerAuth], [KeyUsagePurpose::DigitalSignature]);
    let purposes = |old: &Certificate, new: &Certificate| {
        let (change, _) = compared(&[old], &[new]);
        (change.purposes_added.join(" "), change.purposes_removed.join(" "))
    };
    let text = |added: &str, removed: &str| (added.to_owned(), removed.to_owned());
    assert_eq!(purposes(&with(&[], &[]), &with(&server, &[])), text("", "clientAuth"));
    assert_eq!(purposes(&with(&server, &[]), &with(&[], &[])), text("clientAuth", ""));
    assert_eq!(purposes(&with(&[], &[]), &with(&[], &[])), text("", ""));
    let enciphers = [KeyUsagePurpose::KeyEncipherment];
    let (before, after) = (with(&server, &signs), with(&server, &enciphers));
    assert_eq!(purposes(&before, &after), text("", "digitalSignature"));
    assert_eq!(purposes(&after, &before), text("digitalSignature", ""));
}

#[test]
fn a_certificate_that_ends_before_it_begins_is_compared_all_the_same() {
    let root = made("root", true, None, |_| ());
    let inverted = made("x", false, Some(&root), |params| {
        params.not_before = datetime!(2026-12-01 0:00 UTC);
        params.not_after = datetime!(2026-01-01 0:00 UTC);
    });
    let new = leaf(&root);
    let (change, _) = compared(&[&inverted.0, &root.0], &[&new, &root.0]);
    assert!(!change.same_certificate);
}

#[test]
fn the_gap_begins_when_no_day_is_left_between() {
    let root = made("root", true, None, |_| ());
    let from = |moment| made("x", false, Some(&root), |params| params.not_before = moment).0;
    let old = leaf(&root);
    let gap = |moment| {
        let (change, findings) = compared(&[&old], &[&from(moment)]);
        (change.overlap_days, codes(&findings).contains(&"renewal-gap"))
    };
    assert_eq!(gap(datetime!(2026-12-01 0:00 UTC)), (31, false));
    assert_eq!(gap(datetime!(2027-01-01 0:00 UTC)), (0, false));
    assert_eq!(gap(datetime!(2027-01-01 0:00:01 UTC)), (-1, true));
    assert_eq!(gap(datetime!(2027-01-03 0:00 UTC)), (-2, true));
}
