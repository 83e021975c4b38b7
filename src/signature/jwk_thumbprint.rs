//! Thumbprints of public keys (RFC 7638, RFC 8037): names that some senders give to keys instead of an
//! id of their own.

use x509_parser::prelude::{FromDer, SubjectPublicKeyInfo};
use x509_parser::public_key::PublicKey;

use super::key::{Kind, VerifyingKey};
use crate::der::{Reader, tag};
use crate::digest::{base64url, sha256};

/// The SHA-256 thumbprint of a public key, in base64url; `None` for a secret, which nobody should name
/// so.
pub(super) fn of(key: &VerifyingKey) -> Option<String> {
    let bytes = key.public_bytes()?;
    // The required members alone, in the order of their names (RFC 7638 section 3.2).
    let json = match key.kind() {
        Kind::Shared => return None,
        Kind::Ed25519 => {
            let x = base64url(bytes.last_chunk::<32>()?);
            format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#)
        }
        Kind::P256 => {
            let (4, point) = bytes.last_chunk::<65>()?.split_first()? else { return None };
            let (x, y) = point.split_at_checked(32)?;
            let (x, y) = (base64url(x), base64url(y));
            format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#)
        }
        Kind::Rsa => {
            let (n, e) = rsa(bytes)?;
            format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, base64url(&e), base64url(&n))
        }
    };
    Some(base64url(&sha256(json.as_bytes())))
}

/// Modulus and exponent, without zeros in front.
fn rsa(bytes: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let bare = |number: &[u8]| {
        let zeros = number.iter().take_while(|byte| **byte == 0).count();
        number.get(zeros..).unwrap_or_default().to_vec()
    };
    if let Ok((_, info)) = SubjectPublicKeyInfo::from_der(bytes)
        && let Ok(PublicKey::RSA(key)) = info.parsed()
    {
        return Some((bare(key.modulus), bare(key.exponent)));
    }
    let mut reader = Reader::new("RSAPublicKey", bytes).sequence("a SEQUENCE").ok()?;
    let mut integer = || reader.expect(tag::INTEGER, "an INTEGER").ok().map(|one| one.magnitude());
    Some((bare(integer()?), bare(integer()?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::unbase64;

    /// RFC 7638 section 3.1, and RFC 8037 appendix A.3.
    #[test]
    fn published_thumbprints() {
        let n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
        let rsa = VerifyingKey::rsa(&unbase64(n).unwrap(), &[1, 0, 1]).unwrap();
        assert_eq!(of(&rsa).as_deref(), Some("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"));
        let x = unbase64("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo").unwrap();
        let ed25519 = VerifyingKey::public(&x).unwrap();
        let thumbprint = Some("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
        assert_eq!(of(&ed25519).as_deref(), thumbprint);
    }

    #[test]
    fn a_key_has_one_thumbprint_in_each_of_its_forms() {
        let x = "JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs";
        let bare = VerifyingKey::public(&unbase64(x).unwrap()).unwrap();
        let spki = "MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=";
        let spki = VerifyingKey::public(&unbase64(spki).unwrap()).unwrap();
        assert_eq!(of(&bare), of(&spki));
        let secret = crate::secret::Secret::new(b"0123456789abcdef".to_vec());
        assert_eq!(of(&VerifyingKey::shared(secret).unwrap()), None);
    }
}
