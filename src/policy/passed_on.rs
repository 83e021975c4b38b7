//! A certificate that was verified here, as header lines for whoever is behind us.

use crate::cert::{Certificate, Chain};
use crate::digest::{base64, hex, sha256};
use crate::http::percent;

/// How it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// `Client-Cert` and `Client-Cert-Chain` (RFC 9440).
    Rfc9440,
    /// `X-Forwarded-Client-Cert` as Envoy sets it, with all details that it can be told to give.
    Xfcc,
}

/// The header lines for a chain that passed its check, as it was presented; none for an empty one. `own`
/// is our certificate, by whose URIs Envoy says who verified.
pub fn headers(
    dialect: Dialect,
    chain: &Chain,
    own: Option<&Certificate>,
) -> Vec<(&'static str, String)> {
    let Some(end_entity) = chain.end_entity() else { return Vec::new() };
    match dialect {
        Dialect::Rfc9440 => {
            let bytes = |one: &Certificate| format!(":{}:", base64(one.der()));
            let others: Vec<_> = chain.certificates().iter().skip(1).map(bytes).collect();
            let mut lines = vec![("Client-Cert", bytes(end_entity))];
            if !others.is_empty() {
                lines.push(("Client-Cert-Chain", others.join(", ")));
            }
            lines
        }
        Dialect::Xfcc => {
            vec![("X-Forwarded-Client-Cert", element(end_entity, chain.certificates(), own))]
        }
    }
}

/// An element, in the order of `mutateXfccRequestHeader` of Envoy's connection manager.
fn element(end_entity: &Certificate, chain: &[Certificate], own: Option<&Certificate>) -> String {
    let names = |certificate: &Certificate, kind: &str, key: &str| -> Vec<String> {
        let names = certificate.extensions.alt_names.iter();
        let names = names.filter_map(|name| name.strip_prefix(kind));
        names.map(|name| format!("{key}={}", value(name))).collect()
    };
    let pem = |chain: &[Certificate]| {
        let text: String = chain.iter().map(Certificate::pem).collect();
        percent::encode(text.as_bytes(), b"-._~")
    };
    let mut parts = own.map(|own| names(own, "URI:", "By")).unwrap_or_default();
    parts.push(format!("Hash={}", hex(&sha256(end_entity.der()))));
    parts.push(format!("Cert=\"{}\"", pem(std::slice::from_ref(end_entity))));
    parts.push(format!("Chain=\"{}\"", pem(chain)));
    parts.push(format!("Subject=\"{}\"", ascii(end_entity.subject())));
    let uris = names(end_entity, "URI:", "URI");
    match uris.is_empty() {
        true => parts.push("URI=".to_owned()),
        false => parts.extend(uris),
    }
    parts.extend(names(end_entity, "DNS:", "DNS"));
    parts.join(";")
}

/// A value, in quotes where a mark in it would end it.
fn value(text: &str) -> String {
    match text.contains([',', ';', '=', '"', '\\']) {
        true => format!("\"{}\"", ascii(text).replace('"', "\\\"")),
        false => ascii(text),
    }
}

/// What is no printable ASCII as `\XX`, as OpenSSL writes it (`-nameopt RFC2253`).
fn ascii(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b' '..=b'~' => char::from(byte).to_string(),
        _ => format!("\\{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cert::tests::sample;
    use crate::http::Headers;
    use crate::http::forwarded::claims;

    #[test]
    fn what_is_passed_on_is_read_as_the_same_chain() {
        let chain = Chain::new(vec![sample(), sample()]);
        for (dialect, name) in [(Dialect::Rfc9440, "RFC 9440"), (Dialect::Xfcc, "Envoy")] {
            let mut lines = Headers::new();
            headers(dialect, &chain, None).into_iter().for_each(|(name, value)| {
                lines.push(name, value);
            });
            let claims = claims(&lines);
            assert_eq!(claims.len(), 1);
            assert_eq!((claims[0].dialect, &claims[0].problems[..]), (name, &[][..]));
            let presented: Vec<_> = chain.certificates().iter().map(|one| one.der()).collect();
            assert_eq!(claims[0].chain, presented);
        }
        assert!(headers(Dialect::Xfcc, &Chain::default(), None).is_empty());
    }

    #[test]
    fn envoy_has_an_order_and_escapes() {
        let mut certificate = sample();
        certificate.extensions.alt_names =
            ["URI:spiffe://a/b", "DNS:a", "URI:x;y", "DNS:b", "IP:::1"].map(str::to_owned).to_vec();
        let chain = Chain::new(vec![certificate.clone()]);
        let lines = headers(Dialect::Xfcc, &chain, Some(&certificate));
        let text = &lines[0].1;
        let keys: Vec<&str> =
            text.split(';').filter_map(|part| part.split_once('=').map(|(key, _)| key)).collect();
        let expected = ["By", "By", "Hash", "Cert", "Chain", "Subject", "URI", "URI", "DNS", "DNS"];
        assert_eq!(keys, expected);
        assert!(text.contains("Cert=\"-----BEGIN%20CERTIFICATE-----%0A"), "{text}");
        assert!(text.contains("-----END%20CERTIFICATE-----%0A\";Chain="), "{text}");
        assert!(text.contains("URI=\"x;y\""), "{text}");
        assert_eq!(ascii("CN=\u{e4}\n"), "CN=\\C3\\A4\\0A");
    }
}
