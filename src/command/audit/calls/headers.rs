//! Headers by which proxies pass a client certificate on, written by a caller who has none.

use crate::cert::Certificate;
use crate::cert::thumbprint::{Kind, Thumbprint};
use crate::digest::{base64, hex};
use crate::http::{Headers, percent};

/// What the headers claim: the identity that is let in.
pub struct Claim {
    /// Words of the templates, and what stands for each.
    words: Vec<(&'static str, String)>,
}

/// Who writes such headers, and what they look like there.
type Set = (&'static str, &'static [(&'static str, &'static str)]);

const XFCC: &str = "Hash={sha256};Cert=\"{pem}\";Subject=\"{dn}\";DNS={name}";

/// The sets, by the ids of `data/audit.toml`.
const SETS: &[Set] = &[
    ("xfcc", &[("X-Forwarded-Client-Cert", XFCC)]),
    (
        "xfcc-appended",
        &[(
            "X-Forwarded-Client-Cert",
            "Hash={zeros};Subject=\"CN=proxy\",Hash={sha256};Cert=\"{pem}\";Subject=\"{dn}\";DNS={name}",
        )],
    ),
    (
        "ssl-client-cert",
        &[
            ("ssl-client-verify", "SUCCESS"),
            ("ssl-client-subject-dn", "{dn}"),
            ("ssl-client-issuer-dn", "{issuer}"),
            ("ssl-client-cert", "{pem}"),
        ],
    ),
    ("x-ssl-client", X_SSL_CLIENT),
    ("x-client-cert", &[("X-Client-Cert", "{pem}"), ("X-SSL-Cert", "{pem}")]),
    ("x-client-cert-dn", &[("X-Client-Cert-Dn", "{dn}"), ("X-Client-Dn", "{dn}")]),
    (
        "x-amzn-mtls",
        &[
            ("X-Amzn-Mtls-Clientcert", "{pem}"),
            ("X-Amzn-Mtls-Clientcert-Leaf", "{pem}"),
            ("X-Amzn-Mtls-Clientcert-Subject", "{dn}"),
            ("X-Amzn-Mtls-Clientcert-Issuer", "{issuer}"),
            ("X-Amzn-Mtls-Clientcert-Serial-Number", "{serial}"),
        ],
    ),
    (
        "cf-client-cert",
        &[
            ("Cf-Client-Cert-Verified", "true"),
            ("Cf-Client-Cert-Der-Base64", "{der}"),
            ("Cf-Client-Cert-Sha256", "{sha256}"),
            ("Cf-Client-Cert-Subject-Dn", "{dn}"),
        ],
    ),
    ("x-arr-clientcert", &[("X-ARR-ClientCert", "{der}")]),
    ("client-cert", &[("Client-Cert", ":{der}:"), ("Client-Cert-Chain", ":{der}:")]),
    (
        "x-forwarded-tls-client-cert",
        &[
            ("X-Forwarded-Tls-Client-Cert", "{der}"),
            ("X-Forwarded-Tls-Client-Cert-Info", "Subject%3D%22{escaped}%22"),
        ],
    ),
    (
        "x-goog-client-cert",
        &[
            ("X-Goog-Client-Cert-Present", "true"),
            ("X-Goog-Client-Cert-Chain-Verified", "true"),
            ("X-Goog-Client-Cert-Sha256-Fingerprint", "{sha256}"),
            ("X-Goog-Client-Cert-Subject-Dn", "{dn}"),
        ],
    ),
    (
        "x-mtls",
        &[
            ("X-MTLS-Verified", "true"),
            ("X-MTLS-Subject", "{dn}"),
            ("X-MTLS-Thumbprint", "{sha256}"),
            ("X-MTLS-Cert", "{pem}"),
        ],
    ),
    (
        "header-underscores",
        &[
            ("X_SSL_Client_Verify", "SUCCESS"),
            ("X_SSL_Client_S_DN", "{dn}"),
            ("ssl_client_verify", "SUCCESS"),
            ("ssl_client_subject_dn", "{dn}"),
            ("X_Forwarded_Client_Cert", XFCC),
            ("X_Client_Cert_Dn", "{dn}"),
            ("Client_Cert", ":{der}:"),
        ],
    ),
    (
        "header-doubled",
        &[
            ("X-SSL-Client-Verify", "NONE"),
            ("X-SSL-Client-Verify", "SUCCESS"),
            ("X-SSL-Client-S-DN", "CN=nobody"),
            ("X-SSL-Client-S-DN", "{dn}"),
            ("ssl-client-verify", "NONE"),
            ("ssl-client-verify", "SUCCESS"),
            ("X-Forwarded-Client-Cert", "Hash={zeros}"),
            ("X-Forwarded-Client-Cert", XFCC),
        ],
    ),
];

const X_SSL_CLIENT: &[(&str, &str)] = &[
    ("X-SSL-Client-Verify", "SUCCESS"),
    ("X-SSL-Client-S-DN", "{dn}"),
    ("X-SSL-Client-I-DN", "{issuer}"),
    ("X-SSL-Client-SHA1", "{sha1}"),
    ("X-SSL-Client-Cert", "{pem}"),
];

impl Claim {
    /// That of a certificate; name and thumbprint may be said to be others.
    pub fn of(certificate: &Certificate, name: &str, thumbprint: Option<&str>) -> Self {
        let of = |kind| Thumbprint::of(certificate, kind).text();
        let given = |digits: usize, kind| {
            let fits = thumbprint.filter(|text| text.len() == digits);
            fits.map_or_else(|| of(kind), str::to_owned)
        };
        let dn = certificate.subject().to_owned();
        let words = vec![
            ("{sha256}", given(64, Kind::Sha256)),
            ("{sha1}", given(40, Kind::Sha1)),
            ("{zeros}", hex(&[0; 32])),
            ("{pem}", percent::encode(certificate.pem().as_bytes(), b"")),
            ("{der}", base64(certificate.der())),
            ("{escaped}", percent::encode(dn.as_bytes(), b"")),
            ("{issuer}", certificate.issuer().to_owned()),
            ("{serial}", certificate.serial.clone()),
            ("{name}", name.to_owned()),
            ("{dn}", dn),
        ];
        Self { words }
    }

    /// Adds the headers of that set; says whether there is such a set.
    pub fn write(&self, id: &str, headers: &mut Headers) -> bool {
        let Some((_, lines)) = SETS.iter().find(|(known, _)| *known == id) else { return false };
        for (name, template) in *lines {
            let fill = |text: String, (word, value): &(&str, String)| text.replace(word, value);
            headers.push(*name, self.words.iter().fold((*template).to_owned(), fill));
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cert::tests::sample;
    use crate::http::forwarded::claims;
    use crate::policy::audit::Group;
    use crate::policy::audit::table::tests;

    #[test]
    fn every_set_is_a_test_and_every_test_has_its_set() {
        let named = tests().iter().filter(|test| test.group == Group::Headers);
        let named: Vec<_> = named.map(|test| test.id.as_str()).collect();
        assert_eq!(SETS.iter().map(|(id, _)| *id).collect::<Vec<_>>(), named);
    }

    /// What we write, receivers that read such headers understand: ours does.
    #[test]
    fn the_certificate_is_claimed_as_each_proxy_writes_it() {
        let certificate = sample();
        let claim = Claim::of(&certificate, "hooks.example", None);
        let known = ["xfcc", "ssl-client-cert", "x-ssl-client", "x-client-cert", "x-amzn-mtls"];
        for id in known.into_iter().chain(["cf-client-cert", "x-arr-clientcert", "client-cert"]) {
            let mut headers = Headers::new();
            assert!(claim.write(id, &mut headers), "{id}");
            let found = claims(&headers);
            let has = found.iter().any(|one| one.chain.iter().any(|der| der == certificate.der()));
            assert!(has && found.iter().all(|one| one.problems.is_empty()), "{id}: {found:?}");
        }
        for (id, _) in SETS {
            let mut headers = Headers::new();
            claim.write(id, &mut headers);
            let all = headers.iter().map(|line| String::from_utf8_lossy(&line.value));
            assert!(all.into_iter().all(|value| !value.contains('{')), "{id}");
        }
        assert!(!claim.write("unsigned", &mut Headers::new()));
    }

    #[test]
    fn another_thumbprint_is_claimed_where_it_is_said() {
        let thumbprint = "ab".repeat(32);
        let claim = Claim::of(&sample(), "a.example", Some(&thumbprint));
        let mut headers = Headers::new();
        claim.write("x-mtls", &mut headers);
        assert_eq!(headers.text("X-MTLS-Thumbprint"), Some(thumbprint));
    }
}
