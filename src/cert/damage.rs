//! Where a certificate that cannot be read goes wrong, in the words of RFC 5280 section 4.1: what
//! was expected, and at which byte.

use x509_parser::prelude::X509Error;

use crate::der::{Reader, Value, tag};
use crate::error::Malformed;

/// UTCTime and GeneralizedTime.
const TIMES: [u8; 2] = [0x17, 0x18];

/// What is wrong with bytes that the parser refused with `error`.
pub fn of(der: &[u8], error: &X509Error) -> Malformed {
    match walk(der) {
        Err(malformed) => malformed,
        // The outline is right, so it is something inside.
        Ok(()) => Malformed::new("certificate", 0, words(error)),
    }
}

/// Goes through all fields in their order, and stops at the first that is not one.
fn walk(der: &[u8]) -> Result<(), Malformed> {
    let mut certificate = Reader::new("certificate", der).sequence("a certificate, a SEQUENCE")?;
    let tbs = certificate.expect(tag::SEQUENCE, "what is signed, a SEQUENCE")?;
    let mut tbs = tbs.reader();
    tbs.optional(tag::context(0), "a version")?;
    let serial = tbs.expect(tag::INTEGER, "the serial number, an INTEGER")?;
    if serial.content.is_empty() {
        return Err(serial.malformed("a serial number of at least one byte"));
    }
    algorithm(&tbs.expect(tag::SEQUENCE, "the signature algorithm, a SEQUENCE")?)?;
    name(&tbs.expect(tag::SEQUENCE, "the name of the issuer, a SEQUENCE")?)?;
    let mut validity = tbs.sequence("the validity, a SEQUENCE")?;
    for what in ["the start of validity, a time", "the end of validity, a time"] {
        let value = validity.any(what)?;
        let digits = value.content.iter().filter(|byte| byte.is_ascii_digit()).count();
        if !TIMES.contains(&value.tag) || digits < 10 {
            return Err(value.malformed(what));
        }
    }
    name(&tbs.expect(tag::SEQUENCE, "the name of the subject, a SEQUENCE")?)?;
    let mut key = tbs.sequence("the public key, a SEQUENCE")?;
    algorithm(&key.expect(tag::SEQUENCE, "the algorithm of the public key, a SEQUENCE")?)?;
    key.expect(tag::BIT_STRING, "the public key, a BIT STRING")?;
    tbs.optional(0x81, "a unique identifier of the issuer")?;
    tbs.optional(0x82, "a unique identifier of the subject")?;
    if let Some(extensions) = tbs.optional(tag::context(3), "extensions")? {
        let mut extensions = extensions.reader().sequence("extensions, a SEQUENCE")?;
        while !extensions.is_empty() {
            let mut extension = extensions.sequence("an extension, a SEQUENCE")?;
            extension.oid("the type of an extension")?;
            extension.optional(0x01, "whether an extension is critical")?;
            extension.expect(tag::OCTET_STRING, "the value of an extension, an OCTET STRING")?;
        }
    }
    if !tbs.is_empty() {
        return Err(tbs.malformed("the end of what is signed"));
    }
    algorithm(&certificate.expect(tag::SEQUENCE, "the signature algorithm, a SEQUENCE")?)?;
    certificate.expect(tag::BIT_STRING, "the signature, a BIT STRING")?;
    Ok(())
}

fn algorithm(value: &Value<'_>) -> Result<(), Malformed> {
    value.reader().oid("the number of an algorithm").map(drop)
}

fn name(value: &Value<'_>) -> Result<(), Malformed> {
    let mut rdns = value.reader();
    while !rdns.is_empty() {
        let mut attributes = rdns.expect(tag::SET, "a part of a name, a SET")?.reader();
        while !attributes.is_empty() {
            let mut attribute = attributes.sequence("an attribute of a name, a SEQUENCE")?;
            attribute.oid("the type of an attribute of a name")?;
            attribute.any("the value of an attribute of a name")?;
        }
    }
    Ok(())
}

/// What the parser missed, without its own words.
fn words(error: &X509Error) -> &'static str {
    match error {
        X509Error::InvalidVersion => "a version of 1, 2 or 3",
        X509Error::InvalidSerial => "a serial number that is an INTEGER",
        X509Error::InvalidAlgorithmIdentifier => "an algorithm with parameters that can be read",
        X509Error::InvalidX509Name => "names that can be read",
        X509Error::InvalidDate => "dates that are days of the calendar",
        X509Error::InvalidSPKI => "a public key that can be read",
        X509Error::InvalidExtensions => "extensions that can be read",
        X509Error::DuplicateExtensions => "each extension once",
        X509Error::InvalidSignatureValue => "a signature that is a BIT STRING",
        _ => "a certificate in DER: a value in it has another form",
    }
}

#[cfg(test)]
mod tests {
    use crate::cert::Certificate;
    use crate::cert::tests::sample;

    #[test]
    fn no_damage_is_told_in_the_words_of_a_parser() {
        let der = sample().der().to_vec();
        let mut refused = 0;
        for at in 0..der.len() {
            for to in [0x00, 0x1f, 0x30, 0x7f, 0x80, 0xff] {
                let mut damaged = der.clone();
                damaged[at] = to;
                let Err(malformed) = Certificate::parse(damaged) else { continue };
                refused += 1;
                let text = malformed.expected;
                for jargon in ["Tag(", "nom", "Some(", "BER", "Error", "invalid"] {
                    assert!(!text.contains(jargon), "{at}: {text}");
                }
            }
            let text = Certificate::parse(der[..at].to_vec()).unwrap_err().expected;
            assert!(!text.contains("Incomplete") && !text.is_empty(), "{at}: {text}");
        }
        assert!(refused > 200, "{refused}");
    }

    #[test]
    fn the_place_is_that_of_the_field() {
        let mut der = sample().der().to_vec();
        let serial = der.windows(2).position(|two| two == [2, 0x14]).unwrap_or(15);
        let serial = if der[serial] == 2 { serial } else { return };
        der[serial] = 4;
        let malformed = Certificate::parse(der).unwrap_err();
        assert_eq!(malformed.expected, "the serial number, an INTEGER");
        assert_eq!(malformed.offset, serial);
    }
}
