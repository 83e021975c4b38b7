//! The rules of RFC 5280 for a path, each with the reason it gives: those that OpenSSL and rustls
//! have in common. What goes beyond stands in [`super::whole`].

use x509_parser::extensions::{ParsedExtension, X509Extension};
use x509_parser::oid_registry::{
    OID_PKIX_AUTHORITY_INFO_ACCESS, OID_X509_EXT_AUTHORITY_KEY_IDENTIFIER,
    OID_X509_EXT_BASIC_CONSTRAINTS, OID_X509_EXT_CERT_TYPE, OID_X509_EXT_CERTIFICATE_POLICIES,
    OID_X509_EXT_CRL_DISTRIBUTION_POINTS, OID_X509_EXT_EXTENDED_KEY_USAGE,
    OID_X509_EXT_INHIBIT_ANY_POLICY, OID_X509_EXT_KEY_USAGE, OID_X509_EXT_NAME_CONSTRAINTS,
    OID_X509_EXT_POLICY_CONSTRAINTS, OID_X509_EXT_POLICY_MAPPINGS, OID_X509_EXT_SUBJECT_ALT_NAME,
    OID_X509_EXT_SUBJECT_KEY_IDENTIFIER, Oid,
};

use super::node::{EMPTY_NAME, KEY_CERT_SIGN, Node, Path};
use super::{Demand, Problem, Strictness, names, purpose, whole};
use crate::cert::rfc3339;
use crate::finding::Code;

/// A rule about one certificate, whatever its place.
type Rule = fn(&Node<'_>, &Demand<'_>) -> Option<Problem>;

/// For every certificate of a path.
const RULES: [Rule; 5] = [validity, allowed, wellformed, unknown_critical, readable];

/// Extensions that decide about trust: one that cannot be read must not count as absent.
const DECISIVE: [Oid<'static>; 7] = [
    OID_X509_EXT_BASIC_CONSTRAINTS,
    OID_X509_EXT_KEY_USAGE,
    OID_X509_EXT_EXTENDED_KEY_USAGE,
    OID_X509_EXT_NAME_CONSTRAINTS,
    OID_X509_EXT_SUBJECT_ALT_NAME,
    OID_X509_EXT_SUBJECT_KEY_IDENTIFIER,
    OID_X509_EXT_AUTHORITY_KEY_IDENTIFIER,
];

/// Extensions that may be critical, because verifiers act upon them (`X509_supported_extension`).
const UNDERSTOOD: [Oid<'static>; 11] = [
    OID_X509_EXT_BASIC_CONSTRAINTS,
    OID_X509_EXT_KEY_USAGE,
    OID_X509_EXT_EXTENDED_KEY_USAGE,
    OID_X509_EXT_NAME_CONSTRAINTS,
    OID_X509_EXT_SUBJECT_ALT_NAME,
    OID_X509_EXT_CERTIFICATE_POLICIES,
    OID_X509_EXT_POLICY_MAPPINGS,
    OID_X509_EXT_POLICY_CONSTRAINTS,
    OID_X509_EXT_INHIBIT_ANY_POLICY,
    OID_X509_EXT_CRL_DISTRIBUTION_POINTS,
    OID_X509_EXT_CERT_TYPE,
];

/// Extensions that must never be critical (sections 4.2.1.1, 4.2.1.2 and 4.2.2.1).
const NEVER_CRITICAL: [(Oid<'static>, &str); 3] = [
    (OID_X509_EXT_AUTHORITY_KEY_IDENTIFIER, "the authority key identifier"),
    (OID_X509_EXT_SUBJECT_KEY_IDENTIFIER, "the subject key identifier"),
    (OID_PKIX_AUTHORITY_INFO_ACCESS, "the authority information access"),
];

/// Everything that breaks a rule on this path.
pub fn problems(path: &Path<'_, '_>, by: &Demand<'_>) -> Vec<Problem> {
    let end_entity = path.end_entity();
    let mut problems = Vec::new();
    if path.nodes.len() == 1 {
        // Trusted by itself, as OpenSSL has it: a self-signed certificate given with --ca. What
        // is left to check is what is written in it.
        let rules: [Rule; 2] = [validity, allowed];
        problems.extend(rules.iter().filter_map(|rule| rule(end_entity, by)));
        problems.extend(purpose::of_end_entity(end_entity, by.purpose));
        return problems;
    }
    for node in &path.nodes {
        problems.extend(RULES.iter().filter_map(|rule| rule(node, by)));
    }
    problems.extend(purpose::of_end_entity(end_entity, by.purpose));
    problems.extend(is_authority(end_entity));
    for (place, issuer) in path.issuers() {
        problems.extend(authority(path, place, issuer));
        problems.extend(purpose::of_authority(issuer, by.purpose));
    }
    problems.extend(depth(path, by.max_intermediates));
    problems.extend(names::constraints(path));
    if by.strictness == Strictness::Whole {
        problems.extend(whole::problems(path));
    }
    problems
}

/// Says of a certificate what is wrong with it.
pub fn invalid(node: &Node<'_>, text: &str) -> Problem {
    Problem::new(Code::ChainInvalid, format!("{} {text}", node.name()))
        .help("have it reissued, by the profile of RFC 5280")
}

/// Section 4.1.2.5: both bounds belong to the validity; but OpenSSL takes the last second as over.
fn validity(node: &Node<'_>, by: &Demand<'_>) -> Option<Problem> {
    let (now, validity) = (by.now.unix_timestamp(), node.parsed.validity());
    if now >= validity.not_after.timestamp() {
        let since = rfc3339(validity.not_after.to_datetime());
        let text = format!("{} expired at {since}", node.name());
        return Some(Problem::new(Code::CertificateExpired, text));
    }
    (now < validity.not_before.timestamp()).then(|| {
        let from = rfc3339(validity.not_before.to_datetime());
        let text = format!("{} is not valid before {from}", node.name());
        Problem::new(Code::CertificateNotYetValid, text)
    })
}

/// What OpenSSL writes behind a `TRUSTED CERTIFICATE`: what it may be trusted for.
fn allowed(node: &Node<'_>, by: &Demand<'_>) -> Option<Problem> {
    by.anchors.rejects(node.der, by.purpose.oid()).then(|| {
        let purpose = by.purpose.name();
        let text = format!("{} is marked as not trusted for {purpose}", node.name());
        Problem::new(Code::IssuerUnknown, text)
            .help("`openssl x509 -text` shows its trust settings; `-trustout -addtrust` sets them")
    })
}

/// Sections 4.1.1.2, 4.1.2.4 and 4.2.
fn wellformed(node: &Node<'_>, _: &Demand<'_>) -> Option<Problem> {
    if node.inner_algorithm != node.outer_algorithm {
        return Some(invalid(node, "names two different signature algorithms"));
    }
    if node.issuer() == EMPTY_NAME {
        return Some(invalid(node, "has an empty issuer name"));
    }
    let extensions = node.parsed.extensions();
    let is_repeated = |(place, one): (usize, &X509Extension<'_>)| {
        extensions[..place].iter().any(|other| other.oid == one.oid)
    };
    extensions
        .iter()
        .enumerate()
        .any(is_repeated)
        .then(|| invalid(node, "has the same extension twice"))
}

/// Section 4.2: what is critical must be understood, and some extensions must not be critical.
fn unknown_critical(node: &Node<'_>, _: &Demand<'_>) -> Option<Problem> {
    node.parsed.extensions().iter().filter(|one| one.critical).find_map(|one| {
        if let Some((_, name)) = NEVER_CRITICAL.iter().find(|(oid, _)| *oid == one.oid) {
            return Some(invalid(node, &format!("marks {name} as critical")));
        }
        let is_damaged = matches!(one.parsed_extension(), ParsedExtension::ParseError { .. });
        (is_damaged || !UNDERSTOOD.contains(&one.oid)).then(|| {
            let oid = one.oid.to_id_string();
            invalid(node, &format!("has an unknown critical extension, {oid}"))
        })
    })
}

fn readable(node: &Node<'_>, _: &Demand<'_>) -> Option<Problem> {
    let is_damaged = |one: &&X509Extension<'_>| {
        DECISIVE.contains(&one.oid)
            && !one.critical
            && matches!(one.parsed_extension(), ParsedExtension::ParseError { .. })
    };
    node.parsed.extensions().iter().find(is_damaged).map(|one| {
        let oid = one.oid.to_id_string();
        invalid(node, &format!("has an extension that cannot be read, {oid}"))
    })
}

/// An authority must not be used as a client or server.
fn is_authority(node: &Node<'_>) -> Option<Problem> {
    node.parsed.is_ca().then(|| invalid(node, "is a certificate authority, not a client or server"))
}

/// Sections 4.2.1.3 and 4.2.1.9, for an issuer in the path. An anchor is no exception: one that is
/// no authority stands for itself only.
fn authority(path: &Path<'_, '_>, place: usize, node: &Node<'_>) -> Option<Problem> {
    let no_authority = |text: &str| match path.is_anchor(place) {
        true => Problem::new(
            Code::ChainInvalid,
            format!("{} {text}, so as a trust anchor it vouches only for itself", node.name()),
        )
        .help("give the certificate of the issuing authority"),
        false => invalid(node, &format!("issued a certificate but {text}")),
    };
    if node.subject() == EMPTY_NAME {
        return Some(invalid(node, "is an authority without a name"));
    }
    if node.version() < 3 {
        let text = format!("has X.509 version {} and so is not an authority", node.version());
        return Some(no_authority(&text));
    }
    let constraints = node.parsed.basic_constraints().ok().flatten();
    let Some(constraints) = constraints.filter(|constraints| constraints.value.ca) else {
        return Some(no_authority("is not an authority"));
    };
    if node.key_usage().is_some_and(|usage| usage & KEY_CERT_SIGN == 0) {
        return Some(invalid(node, "is an authority but may not sign certificates (key usage)"));
    }
    let allowed = constraints.value.path_len_constraint?;
    let below = path.nodes[1..place].iter().filter(|node| !node.is_self_issued()).count();
    let allowed = usize::try_from(allowed).unwrap_or(usize::MAX);
    (below > allowed)
        .then(|| invalid(node, &format!("allows {allowed} authorities below it, but {below} are")))
}

fn depth(path: &Path<'_, '_>, allowed: Option<usize>) -> Option<Problem> {
    let count = path.nodes.len().saturating_sub(2);
    let allowed = allowed.filter(|allowed| count > *allowed)?;
    let text = format!("the path has {count} intermediates; the verifier allows {allowed}");
    Some(
        Problem::new(Code::ChainInvalid, text)
            .help("raise the limit, for example ssl_verify_depth of nginx"),
    )
}

#[cfg(test)]
mod tests {
    use x509_parser::x509::X509Version;

    use super::super::tests::{authority as is_ca, party};
    use super::*;

    #[test]
    fn an_old_version_makes_no_authority() {
        let (root, leaf) = (party("root", None, is_ca), party("leaf", None, |_| {}));
        let [mut root, leaf] = [&root, &leaf].map(|one| Node::read(one.certificate.der()).unwrap());
        let said = |root: &Node<'_>| {
            let path = Path { nodes: vec![&leaf, root] };
            authority(&path, 1, root).map(|problem| problem.text)
        };
        assert_eq!(said(&root), None);
        root.parsed.tbs_certificate.version = X509Version::V2;
        let text = said(&root).unwrap();
        assert!(text.contains("has X.509 version 2 and so is not an authority"), "{text}");
    }

    #[test]
    fn what_decides_about_trust_must_be_readable_and_nothing_else() {
        let damaged = |extension: &Oid<'_>| {
            let oid: Vec<u64> = extension.iter().unwrap().collect();
            let party = party("leaf", None, |params| {
                let content = vec![5, 0];
                params.custom_extensions =
                    vec![rcgen::CustomExtension::from_oid_content(&oid, content)];
            });
            let node = Node::read(party.certificate.der()).unwrap();
            let anchors = crate::tls::Anchors::default();
            let (purpose, now) = (crate::tls::Purpose::Server, super::super::tests::NOW);
            readable(&node, &Demand::of_peer(&anchors, purpose, now)).is_some()
        };
        assert!(damaged(&OID_X509_EXT_KEY_USAGE));
        assert!(!damaged(&OID_X509_EXT_CERTIFICATE_POLICIES));
    }
}
