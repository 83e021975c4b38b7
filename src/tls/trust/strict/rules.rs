//! The rules of RFC 5280 for a path, each with the reason it gives. They go beyond what one library
//! asks: Python since 3.13, OpenSSL with `-x509_strict`, Go and rustls each refuse something else.

use x509_parser::extensions::{ExtendedKeyUsage, ParsedExtension, X509Extension};
use x509_parser::oid_registry::{
    OID_PKIX_AUTHORITY_INFO_ACCESS as INFO_ACCESS,
    OID_X509_EXT_AUTHORITY_KEY_IDENTIFIER as AUTHORITY_KEY_ID,
    OID_X509_EXT_SUBJECT_ALT_NAME as ALT_NAME,
    OID_X509_EXT_SUBJECT_KEY_IDENTIFIER as SUBJECT_KEY_ID, Oid,
};

use super::super::{Problem, Purpose};
use super::{Node, Path, Strictness, names};
use crate::cert::rfc3339;
use crate::finding::Code;

/// DER of a name without any part.
const EMPTY_NAME: [u8; 2] = [0x30, 0];

/// Everything that breaks a rule on this path.
pub fn problems(path: &Path<'_, '_>, by: &Strictness<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (place, node) in path.nodes.iter().enumerate() {
        let rules: &[Rule] = match (place, path.is_anchor(place)) {
            (0, true) => &[validity],
            (_, true) => &[validity, wellformed, critical_extensions],
            (_, false) => &[validity, wellformed, critical_extensions, key_identifier],
        };
        problems.extend(rules.iter().filter_map(|rule| rule(node, by)));
    }
    problems.extend(purpose(path.end_entity(), by.purpose));
    if path.nodes.len() > 1 {
        problems.extend(end_entity(path.end_entity()));
        for (place, issuer) in path.issuers() {
            problems.extend(authority(path, place, issuer));
            if !path.is_anchor(place) {
                problems.extend(purpose(issuer, by.purpose));
            }
        }
        problems.extend(depth(path, by.max_intermediates));
        problems.extend(names::constraints(path));
    }
    problems
}

/// A rule about one certificate, whatever its place.
type Rule = fn(&Node<'_>, &Strictness<'_>) -> Option<Problem>;

fn invalid(node: &Node<'_>, text: &str) -> Problem {
    Problem::new(Code::ChainInvalid, format!("{} {text}", node.name()))
        .help("have it issued again, by the profile of RFC 5280")
}

/// Section 4.1.2.5: both bounds belong to the validity.
fn validity(node: &Node<'_>, by: &Strictness<'_>) -> Option<Problem> {
    let (now, validity) = (by.now.unix_timestamp(), node.parsed.validity());
    if now > validity.not_after.timestamp() {
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

/// Sections 4.1.1.2, 4.1.2.4 and 4.2.
fn wellformed(node: &Node<'_>, _: &Strictness<'_>) -> Option<Problem> {
    let certificate = &node.parsed;
    if certificate.signature_algorithm != certificate.tbs_certificate.signature {
        return Some(invalid(node, "names two different signature algorithms"));
    }
    if node.issuer() == EMPTY_NAME {
        return Some(invalid(node, "has an empty issuer name"));
    }
    let extensions = certificate.extensions();
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
fn critical_extensions(node: &Node<'_>, _: &Strictness<'_>) -> Option<Problem> {
    const NEVER: [(Oid<'static>, &str); 3] = [
        (AUTHORITY_KEY_ID, "the authority key identifier"),
        (SUBJECT_KEY_ID, "the subject key identifier"),
        (INFO_ACCESS, "the authority information access"),
    ];
    node.parsed.extensions().iter().filter(|one| one.critical).find_map(|one| {
        if let Some((_, name)) = NEVER.iter().find(|(oid, _)| *oid == one.oid) {
            return Some(invalid(node, &format!("marks {name} as critical")));
        }
        let is_unknown = matches!(
            one.parsed_extension(),
            ParsedExtension::UnsupportedExtension { .. } | ParsedExtension::ParseError { .. }
        );
        is_unknown.then(|| {
            let oid = one.oid.to_id_string();
            invalid(node, &format!("has a critical extension that nobody knows, {oid}"))
        })
    })
}

/// Section 4.2.1.1: only self-signed certificates may leave it out (and anchors are trusted without).
fn key_identifier(node: &Node<'_>, _: &Strictness<'_>) -> Option<Problem> {
    let has_identifier = node.parsed.extensions().iter().any(|one| one.oid == AUTHORITY_KEY_ID);
    let applies = node.parsed.version().0 == 2 && !node.is_self_issued() && !has_identifier;
    applies
        .then(|| invalid(node, "has no authority key identifier, which Python since 3.13 refuses"))
}

/// Sections 4.2.1.3, 4.2.1.6 and 4.2.1.9, for the certificate that is used.
fn end_entity(node: &Node<'_>) -> Option<Problem> {
    let certificate = &node.parsed;
    if certificate.is_ca() {
        return Some(invalid(node, "is a certificate authority, not a client or server"));
    }
    if key_usage(node).is_some_and(|usage| usage & KEY_CERT_SIGN != 0) {
        return Some(invalid(node, "may sign certificates by its key usage, but is no authority"));
    }
    let alt_name = certificate.extensions().iter().find(|one| one.oid == ALT_NAME);
    let is_nameless = node.subject() == EMPTY_NAME && !alt_name.is_some_and(|one| one.critical);
    is_nameless.then(|| {
        invalid(node, "has an empty subject, so its alternative names would have to be critical")
    })
}

/// keyUsage bits (section 4.2.1.3) as x509-parser counts them.
const DIGITAL_SIGNATURE: u16 = 1;
const KEY_CERT_SIGN: u16 = 1 << 5;

fn key_usage(node: &Node<'_>) -> Option<u16> {
    node.parsed.key_usage().ok().flatten().map(|usage| usage.value.flags)
}

/// Sections 4.2.1.3 and 4.2.1.9, for an issuer in the path.
fn authority(path: &Path<'_, '_>, place: usize, node: &Node<'_>) -> Option<Problem> {
    if node.subject() == EMPTY_NAME {
        return Some(invalid(node, "is an authority without a name"));
    }
    if node.parsed.version().0 < 2 {
        // A root from before extensions existed; whoever trusts it knows.
        return (!path.is_anchor(place))
            .then(|| invalid(node, "is of X.509 version 1 and so no authority"));
    }
    let constraints = node.parsed.basic_constraints().ok().flatten();
    let Some(constraints) = constraints.filter(|constraints| constraints.value.ca) else {
        return Some(invalid(node, "issued a certificate but is no authority"));
    };
    if !constraints.critical {
        return Some(invalid(node, "does not mark its basic constraints as critical"));
    }
    if key_usage(node).is_some_and(|usage| usage & KEY_CERT_SIGN == 0) {
        return Some(invalid(node, "is an authority but may not sign certificates (key usage)"));
    }
    let allowed = constraints.value.path_len_constraint?;
    let below = path.nodes[1..place].iter().filter(|node| !node.is_self_issued()).count();
    let allowed = usize::try_from(allowed).unwrap_or(usize::MAX);
    (below > allowed)
        .then(|| invalid(node, &format!("allows {allowed} authorities below it, but {below} are")))
}

/// Section 4.2.1.12, and key usage for TLS (RFC 8446 section 4.4.2.2).
fn purpose(node: &Node<'_>, purpose: Purpose) -> Option<Problem> {
    let missing = |text: String| {
        Some(Problem::new(Code::PurposeMissing, format!("{} {text}", node.name())).help(
            match purpose {
                Purpose::Client => {
                    "order it with clientAuth from a private authority: public ones no longer issue it"
                }
                Purpose::Server => "order it with serverAuth",
            },
        ))
    };
    let name = purpose.name();
    if let Some(usage) = node.parsed.extended_key_usage().ok().flatten() {
        if usage.value == &none() {
            return missing("lists no purpose at all".to_owned());
        }
        let fits = match purpose {
            Purpose::Client => usage.value.client_auth,
            Purpose::Server => usage.value.server_auth,
        };
        if !fits && usage.value.any {
            return missing(format!("is for any purpose; many peers want {name} to be named"));
        }
        if !fits {
            let listed = crate::cert::Certificate::parse(node.der)
                .ok()
                .and_then(|it| it.extensions.extended_key_usage.clone())
                .unwrap_or_default();
            return missing(format!("may not be used for {name}, only for {}", listed.join(", ")));
        }
    }
    let may_sign =
        node.parsed.is_ca() || key_usage(node).is_none_or(|usage| usage & DIGITAL_SIGNATURE != 0);
    if !may_sign {
        return missing(
            "may not sign (key usage without digitalSignature), as TLS 1.3 needs".into(),
        );
    }
    None
}

/// extKeyUsage without any purpose in it.
fn none<'a>() -> ExtendedKeyUsage<'a> {
    ExtendedKeyUsage {
        any: false,
        server_auth: false,
        client_auth: false,
        code_signing: false,
        email_protection: false,
        time_stamping: false,
        ocsp_signing: false,
        other: Vec::new(),
    }
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
