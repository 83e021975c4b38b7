//! How other products spell a thumbprint: one row each.

use crate::cert::Certificate;
use crate::cert::thumbprint::{Kind, Thumbprint};
use crate::digest::{base64, base64url, hex};

/// One product's way to write a thumbprint.
pub struct Spelling {
    /// The product, as given to `--as`.
    pub product: &'static str,
    /// Where the value goes, for people.
    pub place: &'static str,
    kind: Kind,
    write: fn(&[u8]) -> String,
}

/// All spellings, in the order `--as all` prints them.
pub const SPELLINGS: [Spelling; 13] = [
    row("openssl", "openssl x509 -fingerprint -sha256", Kind::Sha256, |bytes| {
        format!("sha256 Fingerprint={}", colons(bytes))
    }),
    row("openssl-sha1", "openssl x509 -fingerprint", Kind::Sha1, |bytes| {
        format!("sha1 Fingerprint={}", colons(bytes))
    }),
    row("dotnet", "X509Certificate2.Thumbprint, Windows, Azure", Kind::Sha1, upper),
    row("node", "tlsSocket.getPeerCertificate().fingerprint256", Kind::Sha256, colons),
    row("nginx", "$ssl_client_fingerprint", Kind::Sha1, hex),
    row("haproxy", "ssl_c_sha1,hex", Kind::Sha1, upper),
    row("envoy", "verify_certificate_hash, Hash= in x-forwarded-client-cert", Kind::Sha256, hex),
    row("envoy-spki", "verify_certificate_spki", Kind::Spki, base64),
    row("cloudflare", "Cf-Client-Cert-Sha256", Kind::Sha256, hex),
    row("curl", "--pinnedpubkey", Kind::Spki, |bytes| format!("sha256//{}", base64(bytes))),
    row("x5t", "JWT header x5t (RFC 7515 section 4.1.7)", Kind::Sha1, base64url),
    row("x5t#S256", "JWT header x5t#S256, cnf of RFC 8705", Kind::Sha256, base64url),
    row("tlsa", "TLSA record 3 1 1 (RFC 6698)", Kind::Spki, |bytes| {
        format!("3 1 1 {}", hex(bytes))
    }),
];

const fn row(
    product: &'static str,
    place: &'static str,
    kind: Kind,
    write: fn(&[u8]) -> String,
) -> Spelling {
    Spelling { product, place, kind, write }
}

impl Spelling {
    /// The certificate's thumbprint in this spelling.
    pub fn of(&self, certificate: &Certificate) -> String {
        (self.write)(&Thumbprint::of(certificate, self.kind).bytes)
    }
}

fn upper(bytes: &[u8]) -> String {
    hex(bytes).to_ascii_uppercase()
}

fn colons(bytes: &[u8]) -> String {
    let pairs: Vec<String> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    pairs.join(":")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_spelling_is_accepted_as_a_pin_again() {
        let certificate = crate::cert::tests::sample();
        let chain = crate::cert::Chain::new(vec![certificate.clone()]);
        for spelling in SPELLINGS.iter().filter(|spelling| spelling.product != "tlsa") {
            let text = spelling.of(&certificate);
            let pin: crate::cert::Pin = text.parse().unwrap();
            assert!(pin.matches(&chain).is_some(), "{}: {text}", spelling.product);
        }
    }
}
