//! Chains: certificates as they were presented, in that order. (The path that verification builds
//! from them is something else.)

use crate::cert::Certificate;

/// Certificates as presented, the end-entity certificate first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chain(Vec<Certificate>);

impl Chain {
    /// Certificates in the order they were presented.
    pub fn new(certificates: Vec<Certificate>) -> Self {
        Self(certificates)
    }

    /// The first certificate: the one that names the host or client ("leaf").
    pub fn end_entity(&self) -> Option<&Certificate> {
        self.0.first()
    }

    /// All certificates after the first.
    pub fn intermediates(&self) -> &[Certificate] {
        self.0.get(1..).unwrap_or_default()
    }

    /// All certificates in order.
    pub fn certificates(&self) -> &[Certificate] {
        &self.0
    }

    /// Whether each certificate is followed by its issuer, as RFC 5246 section 7.4.2 asks.
    pub fn is_ordered(&self) -> bool {
        self.0.windows(2).all(|pair| pair[0].issuer_der() == pair[1].subject_der())
    }

    /// The certificates that names lead to from the first one, in issuing order, each once.
    pub fn path(&self) -> Vec<&Certificate> {
        let mut path: Vec<&Certificate> = Vec::new();
        let mut next = self.end_entity();
        while let Some(certificate) = next {
            path.push(certificate);
            if certificate.is_self_issued() {
                break;
            }
            next = self.0.iter().find(|candidate| {
                candidate.subject_der() == certificate.issuer_der() && !path.contains(candidate)
            });
        }
        path
    }

    /// Certificates that no path from the first one needs.
    pub fn superfluous(&self) -> Vec<&Certificate> {
        let path = self.path();
        self.0.iter().filter(|certificate| !path.contains(certificate)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{CertificateParams, DnType, Issuer, KeyPair};

    fn named(
        name: &str,
        issuer: Option<&Issuer<'_, KeyPair>>,
    ) -> (Certificate, Issuer<'static, KeyPair>) {
        let mut params = CertificateParams::default();
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate().unwrap();
        let certificate = match issuer {
            Some(issuer) => params.signed_by(&key, issuer),
            None => params.self_signed(&key),
        };
        let der = certificate.unwrap().der().to_vec();
        (Certificate::parse(der).unwrap(), Issuer::new(params, key))
    }

    #[test]
    fn order_path_and_superfluous_certificates() {
        let (root, root_issuer) = named("root", None);
        let (middle, middle_issuer) = named("middle", Some(&root_issuer));
        let (leaf, _) = named("leaf", Some(&middle_issuer));
        let (other, _) = named("other", None);

        let good = Chain::new(vec![leaf.clone(), middle.clone(), root.clone()]);
        assert!(good.is_ordered());
        assert!(good.superfluous().is_empty());

        let mixed = Chain::new(vec![leaf.clone(), root.clone(), other.clone(), middle.clone()]);
        assert!(!mixed.is_ordered());
        assert_eq!(mixed.path(), [&leaf, &middle, &root]);
        assert_eq!(mixed.superfluous(), [&other]);
    }
}
