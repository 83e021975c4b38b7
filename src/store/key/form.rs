//! The forms of private keys, all turned into PKCS#8.
//!
//! ```text
//! PKCS#8  SEQUENCE { INTEGER 0|1, SEQUENCE algorithm, OCTET STRING key, [0] attributes, [1] public }
//! PKCS#1  SEQUENCE { INTEGER 0|1, INTEGER n, INTEGER e, INTEGER d, ... }       (RFC 8017 A.1.2)
//! SEC1    SEQUENCE { INTEGER 1, OCTET STRING d, [0] curve, [1] public }        (RFC 5915)
//! DSA     SEQUENCE { INTEGER 0, INTEGER p, INTEGER q, INTEGER g, INTEGER y, INTEGER x }
//! ```

use zeroize::Zeroizing;

use crate::der::{Reader, Value, tag, write};
use crate::digest::hex;
use crate::error::Malformed;
use crate::secret::Secret;

const FORMAT: &str = "private key";
const RSA: &str = "1.2.840.113549.1.1.1";
const EC: &str = "1.2.840.10045.2.1";
const DSA: &str = "1.2.840.10040.4.1";

/// Field primes of curves that are sometimes written out instead of named (SEC2), and their OIDs.
const PRIMES: [(&str, &str); 2] = [
    ("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", "1.2.840.10045.3.1.7"),
    (
        "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff",
        "1.3.132.0.34",
    ),
];

/// What a PKCS#8 key is made of.
pub struct Parts<'a> {
    /// AlgorithmIdentifier.
    pub algorithm: Value<'a>,
    /// Its object identifier, dotted.
    pub oid: String,
    /// The key in the form of its algorithm.
    pub key: &'a [u8],
    /// The public key that stands beside it (RFC 5958), if any.
    pub public: Option<&'a [u8]>,
}

impl<'a> Parts<'a> {
    /// Takes PrivateKeyInfo or OneAsymmetricKey apart.
    pub fn read(pkcs8: &'a [u8]) -> Result<Self, Malformed> {
        let mut info = Reader::new(FORMAT, pkcs8).sequence("a private key")?;
        info.unsigned("a version")?;
        let algorithm = info.expect(tag::SEQUENCE, "an algorithm identifier")?;
        let oid = algorithm.reader().oid("the algorithm of the key")?;
        let key = info.expect(tag::OCTET_STRING, "an OCTET STRING with the key")?.content;
        info.optional(tag::context(0), "attributes")?;
        // [1] IMPLICIT BIT STRING
        let public = info.optional(0x81, "the public key")?;
        let public = public.and_then(|value| value.bits().ok());
        Ok(Self { algorithm, oid, key, public })
    }
}

/// Whether these bytes have the outline of a private key in clear.
pub fn looks_like_key(der: &[u8]) -> bool {
    let second = || {
        let mut key = Reader::new(FORMAT, der).sequence("").ok()?;
        key.unsigned("").ok().filter(|version| *version <= 1)?;
        key.peek()
    };
    matches!(second(), Some(tag::SEQUENCE | tag::INTEGER | tag::OCTET_STRING))
}

/// PKCS#8 of a key in any form.
pub fn to_pkcs8(der: &[u8]) -> Result<Secret, Malformed> {
    let mut outer = Reader::new(FORMAT, der);
    let whole = outer.expect(tag::SEQUENCE, "a private key")?;
    let mut key = whole.reader();
    key.unsigned("the version of a private key")?;
    let algorithm = match key.peek() {
        Some(tag::SEQUENCE) => {
            let algorithm = key.any("an algorithm identifier")?;
            return match named_curve(&algorithm) {
                Some(named) => {
                    let inner = key.expect(tag::OCTET_STRING, "an OCTET STRING with the key")?;
                    Ok(wrap(&named, inner.content))
                }
                None => Ok(Secret::new(whole.encoded.to_vec())),
            };
        }
        Some(tag::OCTET_STRING) => {
            key.any("the private number")?;
            let curve = key.expect(tag::context(0), "the curve of an EC key")?;
            write::sequence(&[&write::oid(EC), curve.content])
        }
        Some(tag::INTEGER) => {
            let mut numbers = Vec::new();
            while let Some(number) = key.optional(tag::INTEGER, "a number of the key")? {
                numbers.push(number);
            }
            match numbers[..] {
                [p, q, g, y, x] => {
                    let parameters = write::sequence(&[p.encoded, q.encoded, g.encoded]);
                    let algorithm = write::sequence(&[&write::oid(DSA), &parameters]);
                    return Ok(wrap_with(&algorithm, x.encoded, y.encoded));
                }
                [_, _, _, _, _, _, _, _, ..] => {
                    write::sequence(&[&write::oid(RSA), &write::null()])
                }
                _ => return Err(key.malformed("the numbers of an RSA or DSA key")),
            }
        }
        _ => return Err(key.malformed("a private key of PKCS#8, PKCS#1 or SEC1")),
    };
    let algorithm = Reader::new(FORMAT, &algorithm).any("")?;
    let named = named_curve(&algorithm);
    Ok(wrap(named.as_deref().unwrap_or(algorithm.encoded), whole.encoded))
}

/// PrivateKeyInfo around a key; every copy made on the way is wiped.
fn wrap(algorithm: &[u8], key: &[u8]) -> Secret {
    let key = Zeroizing::new(write::octets(key));
    Secret::new(write::sequence(&[&write::unsigned(0), algorithm, &key]))
}

/// The same with the public key beside it (OneAsymmetricKey, RFC 5958 section 2).
fn wrap_with(algorithm: &[u8], key: &[u8], public: &[u8]) -> Secret {
    let key = Zeroizing::new(write::octets(key));
    let public = write::value(0x81, &[&[0], public].concat());
    Secret::new(write::sequence(&[&write::unsigned(1), algorithm, &key, &public]))
}

/// The same algorithm identifier by the curve's name, if its parameters are those of a curve that
/// has one but are written out: `SEQUENCE { 1, SEQUENCE { prime-field, p }, ... }`.
fn named_curve(algorithm: &Value<'_>) -> Option<Vec<u8>> {
    let mut identifier = algorithm.reader();
    if identifier.oid("").ok()? != EC {
        return None;
    }
    let mut explicit = identifier.sequence("").ok()?;
    explicit.unsigned("").ok()?;
    let mut field = explicit.sequence("").ok()?;
    field.oid("").ok()?;
    let prime = hex(field.expect(tag::INTEGER, "").ok()?.magnitude());
    let (_, curve) = PRIMES.iter().find(|(known, _)| *known == prime)?;
    Some(write::sequence(&[&write::oid(EC), &write::oid(curve)]))
}
