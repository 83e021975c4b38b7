//! Client certificates that a proxy saw and passed on in headers. Whoever can reach the receiver
//! past the proxy can write such a header too: what stands here is *claimed*, nothing more.
//!
//! | dialect      | headers                                   | form of the certificate             |
//! |--------------|-------------------------------------------|-------------------------------------|
//! | Envoy        | `X-Forwarded-Client-Cert`                 | elements of `Key=value;...`         |
//! | RFC 9440     | `Client-Cert`, `Client-Cert-Chain`        | `:base64 of DER:`                   |
//! | ingress-nginx| `ssl-client-cert`, `ssl-client-*`         | percent-encoded PEM                 |
//! | AWS ALB      | `X-Amzn-Mtls-Clientcert`, `-Leaf`, `-*`   | percent-encoded PEM, `+=/` kept     |
//! | Cloudflare   | `Cf-Client-Cert-Der-Base64`, `-*`         | base64 of DER                       |
//! | Azure        | `X-ARR-ClientCert`                        | base64 of DER                       |
//! | nginx        | `X-SSL-Cert` and its like                 | percent-encoded PEM (`$ssl_client_escaped_cert`), or PEM with tabs |

use super::{Header, Headers, percent};
use crate::digest::{pem_blocks, unbase64};

/// A client certificate as a header claims it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claim {
    /// Who writes such headers: `Envoy`, `RFC 9440`, ...
    pub dialect: &'static str,
    /// DER of the certificates, end-entity first, as far as they were passed on.
    pub chain: Vec<Vec<u8>>,
    /// What else is said about the certificate: name of the field, and text.
    pub fields: Vec<(String, String)>,
    /// What could not be decoded.
    pub problems: Vec<String>,
}

/// How a header carries a certificate or something about it.
#[derive(Clone, Copy)]
enum Form {
    /// PEM, percent-encoded or with its newlines turned into blanks; one or several certificates.
    Pem,
    /// Byte sequences of RFC 8941, one or a list.
    Structured,
    /// Base64 of one DER certificate.
    Base64,
    /// Envoy's elements.
    Elements,
    /// Text about the certificate, under this name.
    Text(&'static str),
}

/// Header, dialect, form.
const HEADERS: &[(&str, &str, Form)] = &[
    ("X-Forwarded-Client-Cert", "Envoy", Form::Elements),
    ("Client-Cert", "RFC 9440", Form::Structured),
    ("Client-Cert-Chain", "RFC 9440", Form::Structured),
    ("ssl-client-cert", "ingress-nginx", Form::Pem),
    ("ssl-client-verify", "ingress-nginx", Form::Text("verify")),
    ("ssl-client-subject-dn", "ingress-nginx", Form::Text("subject")),
    ("ssl-client-issuer-dn", "ingress-nginx", Form::Text("issuer")),
    ("X-Amzn-Mtls-Clientcert", "AWS ALB", Form::Pem),
    ("X-Amzn-Mtls-Clientcert-Leaf", "AWS ALB", Form::Pem),
    ("X-Amzn-Mtls-Clientcert-Serial-Number", "AWS ALB", Form::Text("serial")),
    ("X-Amzn-Mtls-Clientcert-Subject", "AWS ALB", Form::Text("subject")),
    ("X-Amzn-Mtls-Clientcert-Issuer", "AWS ALB", Form::Text("issuer")),
    ("X-Amzn-Mtls-Clientcert-Validity", "AWS ALB", Form::Text("validity")),
    ("Cf-Client-Cert-Der-Base64", "Cloudflare", Form::Base64),
    ("Cf-Client-Cert-Sha256", "Cloudflare", Form::Text("sha256")),
    ("X-ARR-ClientCert", "Azure", Form::Base64),
    ("X-SSL-Cert", "nginx", Form::Pem),
    ("X-SSL-Client-Cert", "nginx", Form::Pem),
    ("X-Client-Cert", "nginx", Form::Pem),
    ("X-Client-Certificate", "nginx", Form::Pem),
];

/// What the names of further lines of a dialect begin with.
const FAMILIES: [&str; 5] =
    ["ssl-client-", "x-ssl-client-", "x-amzn-mtls-clientcert", "cf-client-cert-", "client-cert"];

/// Whether a line of this name says something about a client certificate. Applications that read
/// headers from variables cannot tell an underscore from a dash.
pub fn is_claim(name: &[u8]) -> bool {
    let name = String::from_utf8_lossy(name).replace('_', "-").to_ascii_lowercase();
    HEADERS.iter().any(|(known, ..)| known.eq_ignore_ascii_case(&name))
        || FAMILIES.iter().any(|family| name.starts_with(family))
}

/// How the names of all of them begin.
const STARTS: [&str; 4] = ["x-", "cl", "cf", "ss"];

/// The most certificates that are taken from the headers of one request.
const MAX_CERTIFICATES: usize = 32;

/// Every client certificate that the headers claim, one claim per dialect; Envoy's header may
/// carry several, one per proxy on the way.
pub fn claims(headers: &Headers) -> Vec<Claim> {
    let mut claims: Vec<Claim> = Vec::new();
    let may_claim = |line: &Header| {
        let start = line.name.get(..2).unwrap_or_default();
        STARTS.iter().any(|known| known.eq_ignore_ascii_case(start))
    };
    // Nearly all requests come past no proxy.
    if !headers.iter().any(may_claim) {
        return claims;
    }
    for (name, dialect, form) in HEADERS {
        for value in headers.all(name) {
            let text = String::from_utf8_lossy(value);
            if let Form::Elements = form {
                claims.extend(elements(&text).take(MAX_CERTIFICATES));
                continue;
            }
            let claim = match claims.iter_mut().position(|claim| claim.dialect == *dialect) {
                Some(known) => &mut claims[known],
                None => {
                    claims.push(Claim { dialect, ..Claim::default() });
                    let last = claims.len() - 1;
                    &mut claims[last]
                }
            };
            claim.add(name, &text, *form);
        }
    }
    claims
}

impl Claim {
    fn add(&mut self, name: &str, text: &str, form: Form) {
        let certificates = match form {
            Form::Text(field) => {
                self.fields.push((field.to_owned(), text.to_owned()));
                return;
            }
            Form::Pem => pem(text),
            Form::Structured => structured(text),
            Form::Base64 => unbase64(text.trim()).map(|der| vec![der]),
            Form::Elements => None,
        };
        match certificates {
            Some(certificates) if !certificates.is_empty() => {
                // The leaf may be passed on by itself and at the head of a chain.
                for der in certificates {
                    if !self.chain.contains(&der) && self.chain.len() < MAX_CERTIFICATES {
                        self.chain.push(der);
                    }
                }
            }
            _ => self.problems.push(format!("{name} holds no certificate that can be decoded")),
        }
    }
}

/// Certificates of percent-encoded PEM. A plus is a plus; nginx's `$ssl_client_cert` indents the
/// lines with tabs, other proxies join them with blanks.
fn pem(text: &str) -> Option<Vec<Vec<u8>>> {
    let decoded = percent::decode(text.as_bytes(), false);
    let text = String::from_utf8(decoded).ok()?;
    let blocks = pem_blocks(&text).filter(|(label, _)| *label == "CERTIFICATE");
    blocks.map(|(_, der)| der).collect()
}

/// Byte sequences of a structured field (RFC 8941 section 3.3.5), separated by commas.
fn structured(text: &str) -> Option<Vec<Vec<u8>>> {
    text.split(',')
        .map(|item| unbase64(item.trim().strip_prefix(':')?.strip_suffix(':')?))
        .collect()
}

/// Envoy's elements: `By=...;Hash=...;Subject="...";Cert="...",By=...`.
fn elements(text: &str) -> impl Iterator<Item = Claim> {
    split_unquoted(text, ',').into_iter().filter(|element| !element.trim().is_empty()).map(
        |element| {
            let mut claim = Claim { dialect: "Envoy", ..Claim::default() };
            for pair in split_unquoted(element, ';') {
                let Some((key, value)) = pair.split_once('=') else { continue };
                let value = unquoted(value.trim());
                match key.trim().to_ascii_lowercase().as_str() {
                    // The chain begins with the end-entity certificate too.
                    "cert" => claim.add("Cert", &value, Form::Pem),
                    "chain" => claim.add("Chain", &value, Form::Pem),
                    "hash" => claim.fields.push(("sha256".to_owned(), value)),
                    key => claim.fields.push((key.to_owned(), value)),
                }
            }
            claim
        },
    )
}

/// Pieces between separators that do not stand in double quotes.
fn split_unquoted(text: &str, separator: char) -> Vec<&str> {
    let (mut pieces, mut start) = (Vec::new(), 0);
    let (mut quoted, mut escaped) = (false, false);
    for (at, char) in text.char_indices() {
        match char {
            _ if escaped => escaped = false,
            '\\' => escaped = quoted,
            '"' => quoted = !quoted,
            _ if char == separator && !quoted => {
                pieces.push(&text[start..at]);
                start = at + char.len_utf8();
            }
            _ => {}
        }
    }
    pieces.push(&text[start..]);
    pieces
}

fn unquoted(value: &str) -> String {
    match value.strip_prefix('"').and_then(|value| value.strip_suffix('"')) {
        Some(inner) => inner.replace("\\\"", "\""),
        None => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::digest::base64;

    const DER: &[u8] = &[0x30, 0x03, 0x02, 0x01, 0xfb, 0xff, 0xbf];

    fn pem_of(der: &[u8]) -> String {
        format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", base64(der))
    }

    fn one(lines: &[(&str, String)]) -> Claim {
        let mut headers = Headers::new();
        for (name, value) in lines {
            headers.push(*name, value.as_str());
        }
        let claims = claims(&headers);
        assert_eq!(claims.len(), 1, "{claims:?}");
        claims[0].clone()
    }

    #[test]
    fn seven_dialects_give_the_same_certificate() {
        let escaped = percent::encode(pem_of(DER).as_bytes(), b"-._~");
        let amazon = percent::encode(pem_of(DER).as_bytes(), b"-._~+=/");
        let tabs = pem_of(DER).replace('\n', "\n\t").replace('\n', "");
        let cases = [
            (
                "Envoy",
                "x-forwarded-client-cert",
                format!("Hash=ab;Cert=\"{escaped}\";Subject=\"CN=a,O=\\\"b;c\\\"\""),
            ),
            ("RFC 9440", "Client-Cert", format!(":{}:", base64(DER))),
            ("ingress-nginx", "SSL-Client-Cert", escaped.clone()),
            ("AWS ALB", "X-Amzn-Mtls-Clientcert", amazon),
            ("Cloudflare", "Cf-Client-Cert-Der-Base64", base64(DER)),
            ("Azure", "X-ARR-ClientCert", base64(DER)),
            ("nginx", "X-SSL-Cert", escaped),
            ("nginx", "X-SSL-Client-Cert", tabs),
        ];
        for (dialect, header, value) in cases {
            let claim = one(&[(header, value)]);
            assert_eq!(
                (claim.dialect, &claim.chain[..]),
                (dialect, &[DER.to_vec()][..]),
                "{header}"
            );
            assert_eq!(claim.problems, [""; 0]);
        }
    }

    #[test]
    fn envoy_names_each_proxy_on_the_way() {
        let mut headers = Headers::new();
        headers.push(
            "X-Forwarded-Client-Cert",
            "By=spiffe://a;Hash=01;URI=u,Hash=02;Subject=\"CN=x,O=y\"",
        );
        let claims = claims(&headers);
        assert_eq!(claims.len(), 2);
        assert_eq!(
            claims[1].fields,
            [("sha256".into(), "02".into()), ("subject".into(), "CN=x,O=y".into())]
        );
    }

    #[test]
    fn companions_and_chains_belong_to_one_claim() {
        let claim = one(&[
            ("Client-Cert", format!(":{}:", base64(DER))),
            ("Client-Cert-Chain", format!(":{}:, :{}:", base64(b"0a"), base64(b"0b"))),
        ]);
        assert_eq!(claim.chain, [DER.to_vec(), b"0a".to_vec(), b"0b".to_vec()]);
        let claim = one(&[
            ("X-Amzn-Mtls-Clientcert-Leaf", percent::encode(pem_of(DER).as_bytes(), b"+=/")),
            ("X-Amzn-Mtls-Clientcert-Subject", "CN=a".to_owned()),
        ]);
        assert_eq!((claim.chain.len(), &claim.fields[0].1[..]), (1, "CN=a"));
    }

    #[test]
    fn whatever_is_decoded_is_a_claim_in_any_spelling() {
        for (name, ..) in HEADERS {
            for name in [name.to_uppercase(), name.replace('-', "_"), name.to_lowercase()] {
                assert!(is_claim(name.as_bytes()), "{name}");
            }
        }
        for name in ["SSL-Client-Fingerprint", "X-SSL-Client-S-DN", "Cf-Client-Cert-New"] {
            assert!(is_claim(name.as_bytes()), "{name}");
        }
        for name in ["Host", "X-Forwarded-For", "Client", "X-Client", "ssl"] {
            assert!(!is_claim(name.as_bytes()), "{name}");
        }
    }

    #[test]
    fn what_cannot_be_decoded_is_said() {
        for (header, value) in [
            ("Client-Cert", "MAo="),
            ("ssl-client-cert", "-----BEGIN CERTIFICATE-----"),
            ("ssl-client-cert", "%"),
            ("X-ARR-ClientCert", "!"),
        ] {
            assert_eq!(one(&[(header, value.to_owned())]).problems.len(), 1, "{value}");
        }
    }

    proptest! {
        #[test]
        fn any_value_is_decoded_or_refused(value in "\\PC{0,200}", pick in 0..HEADERS.len()) {
            let mut headers = Headers::new();
            headers.push(HEADERS[pick].0, value);
            let _ = claims(&headers);
        }
    }
}
