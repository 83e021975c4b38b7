//! What RFC 5280 asks beyond what all TLS libraries check: OpenSSL with `-x509_strict`, Python since
//! 3.13, Go and rustls each refuse something of it.

use x509_parser::extensions::ParsedExtension;
use x509_parser::oid_registry::{
    OID_X509_EXT_AUTHORITY_KEY_IDENTIFIER as AUTHORITY_KEY_ID,
    OID_X509_EXT_SUBJECT_ALT_NAME as ALT_NAME,
    OID_X509_EXT_SUBJECT_KEY_IDENTIFIER as SUBJECT_KEY_ID,
};

use super::Problem;
use super::node::{EMPTY_NAME, KEY_CERT_SIGN, Node, Path};
use super::rules::invalid;

/// The longest serial number (section 4.1.2.2), in octets.
const LONGEST_SERIAL: usize = 20;

/// What one certificate breaks, and whether it is an anchor.
type Rule = fn(&Node<'_>, bool) -> Option<&'static str>;

/// For every certificate of a path.
const RULES: [Rule; 5] = [issuer_key_id, own_key_id, serial, constraints, empty_names];

/// Everything that breaks a rule on a path of more than one certificate.
pub fn problems(path: &Path<'_, '_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (place, node) in path.nodes.iter().enumerate() {
        let broken = RULES.iter().filter_map(|rule| rule(node, path.is_anchor(place)));
        problems.extend(broken.map(|text| invalid(node, text)));
    }
    let end_entity = path.end_entity();
    if end_entity.key_usage().is_some_and(|usage| usage & KEY_CERT_SIGN != 0) {
        let text = "may sign certificates by its key usage, but is not an authority";
        problems.push(invalid(end_entity, text));
    }
    problems
}

/// Section 4.2.1.1: only self-signed certificates may leave it out (and anchors are trusted without).
fn issuer_key_id(node: &Node<'_>, is_anchor: bool) -> Option<&'static str> {
    if is_anchor {
        return None;
    }
    match node.extension(&AUTHORITY_KEY_ID) {
        None if node.version() < 3 => None,
        None => Some("has no authority key identifier, which Python since 3.13 refuses"),
        Some(_) if node.issuer_id().0.is_none() => {
            Some("has an authority key identifier without the key, which Python since 3.13 refuses")
        }
        Some(_) => None,
    }
}

/// Section 4.2.1.2: authorities say which key is theirs.
fn own_key_id(node: &Node<'_>, _: bool) -> Option<&'static str> {
    (node.parsed.is_ca() && node.version() >= 3 && node.extension(&SUBJECT_KEY_ID).is_none())
        .then_some("is an authority without a subject key identifier")
}

/// Section 4.1.2.2.
fn serial(node: &Node<'_>, is_anchor: bool) -> Option<&'static str> {
    let octets = node.parsed.raw_serial();
    match octets {
        [first, ..] if first & 0x80 != 0 => Some("has a negative serial number"),
        // Anchors are trusted whatever their number.
        _ if is_anchor => None,
        _ if octets.iter().all(|octet| *octet == 0) => Some("has the serial number 0"),
        _ if octets.len() > LONGEST_SERIAL => Some("has a serial number of more than 20 octets"),
        _ => None,
    }
}

/// Sections 4.2, 4.2.1.3 and 4.2.1.9.
fn constraints(node: &Node<'_>, _: bool) -> Option<&'static str> {
    if node.version() < 3 && !node.parsed.extensions().is_empty() {
        return Some("has extensions, which need X.509 version 3");
    }
    let usage = node.key_usage();
    let may_certify = usage.is_none_or(|usage| usage & KEY_CERT_SIGN != 0);
    let constraints = node.parsed.basic_constraints().ok().flatten()?;
    match (constraints.value.ca, constraints.value.path_len_constraint) {
        (true, _) if !constraints.critical => {
            Some("does not mark its basic constraints as critical")
        }
        (true, _) if usage.is_none() => Some("is an authority without key usage"),
        (false, Some(_)) => Some("limits the length of paths although it is not an authority"),
        (_, Some(_)) if !may_certify => Some("limits the length of paths but may not certify"),
        _ => None,
    }
}

/// Sections 4.1.2.6 and 4.2.1.6.
fn empty_names(node: &Node<'_>, _: bool) -> Option<&'static str> {
    let alt_name = node.extension(&ALT_NAME);
    if let Some(ParsedExtension::SubjectAlternativeName(names)) =
        alt_name.map(|one| one.parsed_extension())
        && names.general_names.is_empty()
    {
        return Some("has an empty list of alternative names");
    }
    (node.subject() == EMPTY_NAME && !alt_name.is_some_and(|one| one.critical))
        .then_some("has an empty subject, so its alternative names would have to be critical")
}

#[cfg(test)]
mod tests {
    use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyUsagePurpose};
    use x509_parser::x509::X509Version;

    use super::super::tests::{named, party};
    use super::*;

    /// What [`constraints`] says of a certificate like this, of X.509 version 3 or 1.
    fn said(is_old: bool, change: impl FnOnce(&mut CertificateParams)) -> Option<&'static str> {
        let party = party("one", None, change);
        let mut node = Node::read(party.certificate.der()).unwrap();
        if is_old {
            node.parsed.tbs_certificate.version = X509Version::V1;
        }
        constraints(&node, false)
    }

    #[test]
    fn extensions_need_version_3() {
        assert_eq!(said(true, named), Some("has extensions, which need X.509 version 3"));
        assert_eq!((said(true, |_| {}), said(false, named)), (None, None));
    }

    #[test]
    fn a_limit_of_paths_is_for_authorities_that_may_certify() {
        let authority = |usages: &[KeyUsagePurpose]| {
            said(false, |params| {
                params.is_ca = IsCa::Ca(BasicConstraints::Constrained(1));
                params.key_usages = usages.to_vec();
            })
        };
        assert_eq!(authority(&[]), Some("is an authority without key usage"));
        let cannot = Some("limits the length of paths but may not certify");
        assert_eq!(authority(&[KeyUsagePurpose::DigitalSignature]), cannot);
        assert_eq!(authority(&[KeyUsagePurpose::KeyCertSign]), None);
        let no_authority = said(false, |params| {
            let content = vec![0x30, 3, 2, 1, 0];
            let limit = rcgen::CustomExtension::from_oid_content(&[2, 5, 29, 19], content);
            params.custom_extensions = vec![limit];
        });
        assert_eq!(
            no_authority,
            Some("limits the length of paths although it is not an authority")
        );
    }
}
