//! The last word: a path that keeps all rules here must pass rustls (webpki), too.

use rustls::pki_types::{CertificateDer, UnixTime};
use time::OffsetDateTime;
use webpki::{EndEntityCert, Error as Refusal, KeyUsage, anchor_from_trusted_cert};
use x509_parser::oid_registry::OID_X509_EXT_NAME_CONSTRAINTS;

use super::node::Path;
use super::{Demand, Problem, Purpose, Strictness};
use crate::finding::Code;
use crate::tls::provider;

/// Why the library refuses this very path, if it does.
pub fn problem(path: &Path<'_, '_>, demand: &Demand<'_>) -> Option<Problem> {
    // An end entity that is trusted by itself has no path, and webpki knows no such thing.
    let [end_entity, intermediates @ .., anchor] = path.nodes.as_slice() else { return None };
    let der = |node: &super::node::Node<'_>| CertificateDer::from(node.der.to_vec());
    let (end_entity, anchor) = (der(end_entity), der(anchor));
    let intermediates: Vec<_> = intermediates.iter().map(|node| der(node)).collect();
    let usage = match demand.purpose {
        Purpose::Server => KeyUsage::server_auth(),
        Purpose::Client => KeyUsage::client_auth(),
    };
    let algorithms = provider().signature_verification_algorithms.all;
    let judge = || {
        let anchors = [anchor_from_trusted_cert(&anchor)?];
        let end_entity = EndEntityCert::try_from(&end_entity)?;
        let now = moment(demand.now);
        end_entity.verify_for_usage(
            algorithms,
            &anchors,
            &intermediates,
            now,
            usage,
            None,
            None,
        )?;
        Ok(())
    };
    match judge() {
        Ok(()) => None,
        // It refuses constraints on kinds of names that it does not know (RFC 5280 section
        // 4.2.1.10); all kinds were compared here.
        Err(refusal)
            if demand.strictness == Strictness::Whole && is_about_names(&refusal, path) =>
        {
            None
        }
        Err(refusal) => Some(said(&refusal)),
    }
}

/// Whether a constraint on names stands behind a refusal. Every signature of this path holds, as was
/// checked before: the library says "wrong" where it skipped an authority of the anchor's name, and
/// means that only because the path itself was refused, too.
fn is_about_names(refusal: &Refusal, path: &Path<'_, '_>) -> bool {
    match refusal {
        Refusal::NameConstraintViolation => true,
        Refusal::InvalidSignatureForPublicKey => {
            path.issuers().any(|(_, node)| node.extension(&OID_X509_EXT_NAME_CONSTRAINTS).is_some())
        }
        _ => false,
    }
}

fn moment(now: OffsetDateTime) -> UnixTime {
    let now = u64::try_from(now.unix_timestamp()).unwrap_or(0);
    UnixTime::since_unix_epoch(std::time::Duration::from_secs(now))
}

fn said(refusal: &Refusal) -> Problem {
    let text = match refusal {
        Refusal::CaUsedAsEndEntity => "a certificate authority is presenting its own \
                                       certificate".into(),
        Refusal::UnsupportedCertVersion => "it is not an X.509 certificate of version 3".into(),
        Refusal::UnsupportedCriticalExtension => {
            "it has a critical extension that TLS libraries do not know".into()
        }
        Refusal::InvalidSignatureForPublicKey => "a signature in the chain is wrong".into(),
        Refusal::NameConstraintViolation => {
            "its authority may not issue for this name, or is bound by a constraint that TLS libraries cannot compare".into()
        }
        Refusal::PathLenConstraintViolated => {
            "the chain is longer than its authority allows".into()
        }
        other => format!("TLS libraries refuse it: {other:?}"),
    };
    Problem::new(Code::ChainInvalid, text)
}

#[cfg(test)]
mod tests {
    use super::super::node::Node;
    use super::super::tests::{authority, named, party};
    use super::*;

    #[test]
    fn a_constraint_on_names_stands_behind_few_refusals() {
        let plain = party("root", None, authority);
        let bound = party("root", None, |params| {
            authority(params);
            params.name_constraints = Some(rcgen::NameConstraints {
                permitted_subtrees: vec![rcgen::GeneralSubtree::DnsName("a.example".into())],
                excluded_subtrees: Vec::new(),
            });
        });
        for (root, is_bound) in [(&plain, false), (&bound, true)] {
            let leaf = party("leaf", Some(root), named);
            let nodes = [&leaf, root].map(|one| Node::read(one.certificate.der()).unwrap());
            let path = Path { nodes: nodes.iter().collect() };
            assert!(is_about_names(&Refusal::NameConstraintViolation, &path));
            assert_eq!(is_about_names(&Refusal::InvalidSignatureForPublicKey, &path), is_bound);
            assert!(!is_about_names(&Refusal::UnsupportedCertVersion, &path));
        }
    }
}
