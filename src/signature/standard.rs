//! The standards that need more than a table of a scheme: what people are told of them, and how a
//! request that follows one is recognised. [`super::token`] and [`super::http_message`] check them.

mod senders;

use super::message::Message;
use super::token::{Chained, Preset, Token};

/// A way to sign that is code here, not a table of `data/schemes.toml`.
#[derive(Debug)]
pub struct Standard {
    /// Name on the command line.
    pub name: &'static str,
    /// Who signs so.
    pub title: &'static str,
    /// Headers that carry it.
    pub header: &'static str,
    /// Algorithms that are checked.
    pub algorithm: &'static str,
    /// How the signature is written.
    pub encoding: &'static str,
    /// What is signed.
    pub signed: &'static str,
    /// What the header looks like.
    pub value: &'static str,
    /// What the secret or key is.
    pub secret: &'static str,
    /// Options of its own, one a line.
    pub options: &'static [&'static str],
    /// Where all this is laid down.
    pub source: &'static str,
    /// What surprises people.
    pub note: &'static str,
    /// Why nobody here can sign so, and what to do instead; `None` where `sign` can.
    pub unsignable: Option<(&'static str, &'static str)>,
    /// How its bearer tokens are, where it is a sender of such.
    pub preset: Option<Preset>,
}

impl Standard {
    /// How its tokens are where they stand in the body and bring a certificate.
    pub fn chained(&self) -> Option<&Chained> {
        self.preset.as_ref()?.chained.as_ref()
    }
}

/// Bearer tokens.
pub const JWT: &str = "jwt";
/// Google's bearer tokens.
pub const GOOGLE_ID_TOKEN: &str = "google-id-token";
/// HTTP Message Signatures.
pub const HTTP_MESSAGE_SIGNATURE: &str = "http-message-signature";

/// The day the sources of [`STANDARDS`] were read.
pub const READ_ON: &str = "2026-11-22";

/// All of them, in the order they are listed.
pub const STANDARDS: &[Standard] = &[
    Standard {
        name: JWT,
        title: "Bearer token: JSON Web Token",
        header: "Authorization",
        algorithm: "RS256, ES256, EdDSA, HS256, HS384, HS512",
        encoding: "base64url",
        signed: "header, dot and claims of the token",
        value: "Bearer {token}",
        secret: "a shared secret, or a key pair: private key in PEM to sign, public key in PEM or \
                 JSON Web Key Set to verify",
        options: &[
            "--jwks FILE or URL: keys of the issuer",
            "--audience TEXT, --issuer TEXT, --email TEXT, --subject TEXT: what it must say (sign: \
             what it says)",
            "--tolerance DURATION: how far clocks may differ [default: 10s]",
            "--signature-header NAME: where it is [default: Authorization]",
            "--id NAME (sign): id of the key, kid",
        ],
        source: "https://www.rfc-editor.org/rfc/rfc7519 https://www.rfc-editor.org/rfc/rfc8725",
        note: "it says who is calling, not what: the body of the request is not covered. Algorithm \
               `none`, a MAC under a public key, and a header or claim that appears twice are refused.",
        unsignable: None,
        preset: None,
    },
    Standard {
        name: GOOGLE_ID_TOKEN,
        title: "Google ID token: Dialogflow, Pub/Sub push, Cloud Tasks, Cloud Scheduler",
        header: "Authorization",
        algorithm: "RS256",
        encoding: "base64url",
        signed: "header, dot and claims of the token",
        value: "Bearer {token}",
        secret: "Google's public keys: --jwks https://www.googleapis.com/oauth2/v3/certs",
        options: &[
            "--jwks FILE or URL: Google's keys, or a copy of them",
            "--audience URL: needed; usually the exact URL of the webhook",
            "--email ADDRESS: the service account that calls; Google must have verified it",
            "--subject ID: the same account by its number (sub)",
            "--tolerance DURATION: how far clocks may differ [default: 10s]",
        ],
        source: "https://developers.google.com/identity/openid-connect/openid-connect#validatinganidtoken",
        note: "a jwt with the issuer, the algorithm and the expiry that Google's tokens have. \
               Google signs tokens for all its customers, for any audience they ask for: without \
               --email or --subject it may be anyone's, and listen --enforce lets none in.",
        unsignable: Some((
            "only Google can sign a google-id-token: its private keys never leave Google",
            "to try a receiver, sign with your own key (--scheme jwt) and make the receiver trust \
             its public key",
        )),
        preset: None,
    },
    Standard {
        name: HTTP_MESSAGE_SIGNATURE,
        title: "HTTP Message Signatures (RFC 9421) with Content-Digest (RFC 9530)",
        header: "Signature-Input, Signature",
        algorithm: "hmac-sha256, ed25519, ecdsa-p256-sha256, rsa-pss-sha512, rsa-v1_5-sha256",
        encoding: "base64",
        signed: "the components that Signature-Input names",
        value: "sig1=:{sig}:",
        secret: "a shared secret, or a key pair: private key in PEM to sign, public key in PEM or \
                 JSON Web Key Set to verify",
        options: &[
            "--jwks FILE or URL: keys of the sender",
            "--url URL: the address as the sender saw it, where a proxy changed it",
            "--tolerance DURATION: how old it may be, and how far from the future [default: 5m]",
            "--require-component NAME: what it must cover, for example content-digest (verify)",
            "--id NAME (sign): id of the key, keyid",
        ],
        source: "https://www.rfc-editor.org/rfc/rfc9421 https://www.rfc-editor.org/rfc/rfc9530",
        note: "the body is covered only where a sha-256 or sha-512 digest in content-digest is among \
               the components. keyid names the key; if none has that name, those without an id are \
               tried. What covers less than method, host and path is coverage-thin.",
        unsignable: None,
        preset: None,
    },
    senders::PLAID,
    senders::LIVEKIT,
    senders::QSTASH,
    senders::VONAGE,
    senders::MESSAGEBIRD,
    senders::NETLIFY,
    senders::FUSIONAUTH,
    senders::APP_STORE,
];

/// Whether a bearer token is what is signed.
pub fn is_token(name: &str) -> bool {
    named(name).is_some_and(|standard| standard.name != HTTP_MESSAGE_SIGNATURE)
}

/// The standard of that name.
pub fn named(name: &str) -> Option<&'static Standard> {
    STANDARDS.iter().find(|standard| standard.name == name)
}

/// A standard that a request seems to follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Followed<'a> {
    /// Its name.
    pub name: &'static str,
    /// The header that carries the token or the signature.
    pub header: &'a str,
    /// How it is chosen on the command line.
    pub flags: String,
}

/// The standards that the headers speak of, the most particular first. Nothing is checked.
pub fn followed<'a>(message: &Message<'a>) -> Vec<Followed<'a>> {
    let mut found = Vec::new();
    for (header, value) in message.headers.iter().copied() {
        let mut add = |name: &'static str| {
            let mut flags = format!("--scheme {name}");
            if name == JWT && !header.eq_ignore_ascii_case("authorization") {
                flags.push_str(&format!(" --signature-header {header}"));
            }
            found.push(Followed { name, header, flags });
        };
        if header.eq_ignore_ascii_case("signature-input") {
            add(HTTP_MESSAGE_SIGNATURE);
        }
        // A token begins with `{"` in base64url: nearly all other headers are told at a glance.
        let text = std::str::from_utf8(value).ok().filter(|text| text.contains("eyJ"));
        if let Some(token) = text.and_then(|text| Token::parse(text).ok()) {
            if token.is_from_google() && header.eq_ignore_ascii_case("authorization") {
                add(GOOGLE_ID_TOKEN);
            }
            add(JWT);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest;

    #[test]
    fn what_the_headers_speak_of() {
        let token = |claims: &str| {
            let parts = ["{\"alg\":\"HS256\"}", claims, "x"];
            parts.map(|part| digest::base64url(part.as_bytes())).join(".")
        };
        let google = format!("Bearer {}", token("{\"iss\":\"https://accounts.google.com\"}"));
        let own = token("{\"iss\":\"me\"}");
        let headers: [(&str, &[u8]); 5] = [
            ("authorization", google.as_bytes()),
            ("X-Webhook-Signature", own.as_bytes()),
            ("Signature-Input", b"sig1=()"),
            ("X-Noise", b"eyJ.eyJ.eyJ"),
            ("X-Bytes", b"eyJ\xff"),
        ];
        let message = Message::post(&headers, b"");
        let flags: Vec<_> = followed(&message).into_iter().map(|one| one.flags).collect();
        assert_eq!(
            flags,
            [
                "--scheme google-id-token",
                "--scheme jwt",
                "--scheme jwt --signature-header X-Webhook-Signature",
                "--scheme http-message-signature",
            ]
        );
    }

    #[test]
    fn no_table_has_the_name_of_a_standard() {
        for standard in STANDARDS {
            assert!(
                crate::signature::loader::built_in(standard.name).is_err(),
                "{}",
                standard.name
            );
            assert_eq!(named(standard.name).map(|found| found.title), Some(standard.title));
        }
    }
}
