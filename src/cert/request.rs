//! Certificate requests (PKCS#10, RFC 2986): what somebody wants certified.

use serde::Serialize;
use x509_parser::certification_request::X509CertificationRequest;
use x509_parser::prelude::{FromDer, ParsedExtension};

use super::algorithms::{PublicKey, signature_name};
use super::names;
use crate::error::Malformed;

/// What a request asks for; its signature has not been verified.
#[derive(Clone, Debug, Serialize)]
pub struct Request {
    subject: String,
    alt_names: Vec<String>,
    key: PublicKey,
    signature_algorithm: String,
}

impl Request {
    /// Reads one DER request.
    pub fn parse(der: &[u8]) -> Result<Self, Malformed> {
        let (_, parsed) = X509CertificationRequest::from_der(der)
            .map_err(|_| Malformed::new("certificate request", 0, "a certificate request"))?;
        let info = &parsed.certification_request_info;
        let mut alt_names = Vec::new();
        for extension in parsed.requested_extensions().into_iter().flatten() {
            if let ParsedExtension::SubjectAlternativeName(san) = extension {
                alt_names.extend(san.general_names.iter().map(names::general_name));
            }
        }
        let signature_oid = names::dotted(&parsed.signature_algorithm.algorithm);
        Ok(Self {
            subject: names::text(&info.subject),
            alt_names,
            key: PublicKey::of(&info.subject_pki),
            signature_algorithm: signature_name(&signature_oid).to_owned(),
        })
    }

    /// `a certificate request for CN=hooks.example (RSA 2048)`
    pub fn sentence(&self) -> String {
        let name = match (self.subject.as_str(), self.alt_names.first()) {
            ("", Some(name)) => name,
            ("", None) => "an empty name",
            (subject, _) => subject,
        };
        format!("a certificate request for {name} ({})", self.key.short())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_says_for_whom() {
        let mut params = rcgen::CertificateParams::new(vec!["hooks.example".to_owned()]).unwrap();
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(rcgen::DnType::CommonName, "hooks.example");
        let key = rcgen::KeyPair::generate().unwrap();
        let der = params.serialize_request(&key).unwrap();
        let request = Request::parse(der.der()).unwrap();
        assert_eq!(request.sentence(), "a certificate request for CN=hooks.example (EC P-256)");
        assert_eq!(
            serde_json::to_string(&request).unwrap(),
            r#"{"subject":"CN=hooks.example","alt_names":["DNS:hooks.example"],"key":{"algorithm":"EC","bits":256,"curve":"P-256"},"signature_algorithm":"ecdsa-with-SHA256"}"#
        );
        assert!(Request::parse(&der.der()[..40]).is_err());
    }
}
