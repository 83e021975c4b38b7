//! Names in certificates as text: distinguished names (RFC 4514), alternative names, usages, serial
//! numbers. Tables first, code after.

use std::borrow::Cow;
use std::net::{Ipv4Addr, Ipv6Addr};

use x509_parser::asn1_rs::{Any, Oid, Tag};
use x509_parser::prelude::*;

use super::attributes::short_name;
use crate::der::{oid_text, write};
use crate::digest::hex;

/// keyUsage bits in their order (RFC 5280 section 4.2.1.3).
const KEY_USAGES: [&str; 9] = [
    "digitalSignature",
    "nonRepudiation",
    "keyEncipherment",
    "dataEncipherment",
    "keyAgreement",
    "keyCertSign",
    "cRLSign",
    "encipherOnly",
    "decipherOnly",
];

/// id-ad-caIssuers (RFC 5280 section 4.2.2.1): 1.3.6.1.5.5.7.48.2.
const CA_ISSUERS: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 48, 2];

/// A distinguished name as RFC 4514 writes it: last RDN first, `,` between, `+` inside. As OpenSSL
/// does it (`-nameopt RFC2253`), attributes of one RDN are turned round, too.
pub(super) fn text(name: &X509Name<'_>) -> String {
    let mut text = String::new();
    let rdns: Vec<_> = name.iter_rdn().collect();
    for (position, rdn) in rdns.iter().rev().enumerate() {
        if position > 0 {
            text.push(',');
        }
        let attributes: Vec<_> = rdn.iter().collect();
        for (part, attribute) in attributes.iter().rev().enumerate() {
            if part > 0 {
                text.push('+');
            }
            let (oid, any) = (attribute.attr_type(), attribute.attr_value());
            match (short_name(oid.as_bytes()), value(any)) {
                (Some(short), Some(value)) => {
                    text.push_str(short);
                    text.push('=');
                    escape(&value, &mut text);
                }
                // What the string means is known only where the type is (RFC 4514 section 2.4).
                (short, _) => {
                    text.push_str(&short.map_or_else(|| dotted(oid).into(), Cow::Borrowed));
                    text.push_str("=#");
                    text.push_str(&hex(&encoded(any)).to_ascii_uppercase());
                }
            }
        }
    }
    text
}

/// An object identifier as dotted numbers.
pub(super) fn dotted(oid: &Oid<'_>) -> String {
    oid_text(oid.as_bytes()).unwrap_or_else(|| oid.to_id_string())
}

/// The text of a distinguished name in DER, for names that come without a certificate (the issuers
/// a server accepts).
pub fn distinguished_name(der: &[u8]) -> Option<String> {
    X509Name::from_der(der).ok().map(|(_, name)| text(&name))
}

/// What is said of a certificate whose subject is empty and that has no alternative name.
pub const EMPTY: &str = "(empty subject)";

/// A name in RFC 4514 text from its first common name on: what people know it by, without what
/// stands before (`emailAddress=..`, `serialNumber=..`).
pub fn from_common_name(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    let is_separator = |place: usize| {
        // A separator that belongs to a value has an odd number of backslashes before it.
        let slashes = bytes[..place].iter().rev().take_while(|byte| **byte == b'\\').count();
        matches!(bytes[place], b',' | b'+') && slashes % 2 == 0
    };
    let starts = |place: &usize| *place == 0 || is_separator(place - 1);
    text.match_indices("CN=").map(|(place, _)| place).find(starts).map(|place| &text[place..])
}

/// The value of the first `CN=` of a name in RFC 4514 text, as long as nothing in it is escaped.
pub fn common_name(text: &str) -> Option<&str> {
    let start = from_common_name(text)?.strip_prefix("CN=")?;
    let end = start.find([',', '+', '\\']).unwrap_or(start.len());
    (!start[end..].starts_with('\\') && end > 0).then(|| &start[..end])
}

/// The whole value again: identifier, length, content.
fn encoded(any: &Any<'_>) -> Vec<u8> {
    let class = (any.header.class() as u8) << 6;
    let constructed = u8::from(any.header.is_constructed()) << 5;
    // Tags above 30 do not occur in names; the low bits will do.
    let number = u8::try_from(any.tag().0 & 0x1f).unwrap_or_default();
    write::value(class | constructed | number, any.data)
}

/// An attribute value as text, whatever its string type; `None` if it is no string.
fn value<'a>(any: &Any<'a>) -> Option<Cow<'a, str>> {
    let data = any.data;
    Some(match any.tag() {
        // UTF-16 without surrogates in theory, with them in practice.
        Tag::BmpString => {
            let units = data
                .chunks(2)
                .map(|pair| u16::from_be_bytes([pair[0], *pair.get(1).unwrap_or(&0)]));
            char::decode_utf16(units).map(|unit| unit.unwrap_or('\u{fffd}')).collect()
        }
        Tag::UniversalString => data
            .chunks(4)
            .map(|four| four.iter().fold(0, |sum: u32, byte| sum << 8 | u32::from(*byte)))
            .map(|point| char::from_u32(point).unwrap_or('\u{fffd}'))
            .collect(),
        // T61 is read as Latin-1, as OpenSSL does.
        Tag::T61String => match std::str::from_utf8(data) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => data.iter().copied().map(char::from).collect(),
        },
        Tag::NumericString
        | Tag::PrintableString
        | Tag::Utf8String
        | Tag::Ia5String
        | Tag::VisibleString => String::from_utf8_lossy(data),
        _ => return None,
    })
}

/// Escapes an attribute value as RFC 4514 section 2.4 asks.
fn escape(value: &str, text: &mut String) {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._*:@/()'&".contains(&byte);
    if value.bytes().all(is_plain) {
        // Most values are names of hosts.
        return text.push_str(value);
    }
    let last = value.chars().count().saturating_sub(1);
    for (position, char) in value.chars().enumerate() {
        match char {
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' => {
                text.push('\\');
                text.push(char);
            }
            '#' if position == 0 => text.push_str("\\#"),
            ' ' if position == 0 || position == last => text.push_str("\\ "),
            '\0' => text.push_str("\\00"),
            _ => text.push(char),
        }
    }
}

/// One alternative name with its kind in front: `DNS:example.com`.
pub(crate) fn general_name(name: &GeneralName<'_>) -> String {
    match name {
        GeneralName::DNSName(name) => format!("DNS:{name}"),
        GeneralName::RFC822Name(name) => format!("email:{name}"),
        GeneralName::URI(uri) => format!("URI:{uri}"),
        GeneralName::IPAddress(bytes) => format!("IP:{}", address(bytes)),
        GeneralName::DirectoryName(name) => format!("dirName:{}", text(name)),
        GeneralName::RegisteredID(oid) => format!("registeredID:{}", dotted(oid)),
        GeneralName::OtherName(oid, _) => format!("otherName:{}", dotted(oid)),
        GeneralName::X400Address(_) => "x400Address".to_owned(),
        GeneralName::EDIPartyName(_) => "ediPartyName".to_owned(),
        GeneralName::Invalid(tag, bytes) => format!("unreadable[{}]:{}", tag.0, hex(bytes)),
    }
}

fn address(bytes: &[u8]) -> String {
    if let Ok(four) = <[u8; 4]>::try_from(bytes) {
        return Ipv4Addr::from(four).to_string();
    }
    match <[u8; 16]>::try_from(bytes) {
        Ok(sixteen) => Ipv6Addr::from(sixteen).to_string(),
        Err(_) => format!("#{}", hex(bytes)),
    }
}

/// Names of the bits that are set.
pub(super) fn key_usage(flags: u16) -> Vec<&'static str> {
    KEY_USAGES
        .iter()
        .enumerate()
        .filter(|(bit, _)| flags & (1 << bit) != 0)
        .map(|(_, name)| *name)
        .collect()
}

/// Names of the purposes, dotted OIDs for those without one.
pub(super) fn extended_key_usage(usage: &ExtendedKeyUsage<'_>) -> Vec<Cow<'static, str>> {
    let known = [
        (usage.any, "any"),
        (usage.server_auth, "serverAuth"),
        (usage.client_auth, "clientAuth"),
        (usage.code_signing, "codeSigning"),
        (usage.email_protection, "emailProtection"),
        (usage.time_stamping, "timeStamping"),
        (usage.ocsp_signing, "OCSPSigning"),
    ];
    known
        .iter()
        .filter(|(set, _)| *set)
        .map(|(_, name)| Cow::Borrowed(*name))
        .chain(usage.other.iter().map(|oid| Cow::Owned(dotted(oid))))
        .collect()
}

/// Where the issuer's certificate can be fetched.
pub(super) fn issuer_addresses(access: &AuthorityInfoAccess<'_>) -> Vec<String> {
    access
        .accessdescs
        .iter()
        .filter(|description| description.access_method.as_bytes() == CA_ISSUERS)
        .filter_map(|description| match &description.access_location {
            GeneralName::URI(uri) => Some((*uri).to_owned()),
            _ => None,
        })
        .collect()
}

/// A serial number in hex: even digits, no superfluous zeros, `-` in front when it is negative.
pub(super) fn serial(bytes: &[u8]) -> String {
    let negative = bytes.first().is_some_and(|first| first & 0x80 != 0);
    let magnitude = if negative { Cow::Owned(negated(bytes)) } else { Cow::Borrowed(bytes) };
    let start = magnitude.iter().position(|byte| *byte != 0).unwrap_or(magnitude.len());
    match &magnitude[start..] {
        [] => "00".to_owned(),
        digits if negative => format!("-{}", hex(digits)),
        digits => hex(digits),
    }
}

/// Two's complement of a big-endian number.
fn negated(bytes: &[u8]) -> Vec<u8> {
    let mut carry = true;
    let mut negated: Vec<u8> = bytes
        .iter()
        .rev()
        .map(|byte| {
            let (sum, overflow) = (!byte).overflowing_add(u8::from(carry));
            carry = overflow;
            sum
        })
        .collect();
    negated.reverse();
    negated
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::unhex;

    #[test]
    fn names_are_written_as_openssl_does() {
        // SEQUENCE { SET { 2.5.4.97 = "x,y" }, SET { 1.2.3.4 = UTF8String "a" },
        //            SET { CN = "c", OU = "o" }, SET { 2.5.4.45 = BIT STRING } }
        let der = "303e\
            310c300a060355046113 03782c79\
            310a300806032a03040c0161\
            3114 3008060355040313 0163 3008060355040b13 016f\
            310c300a060355042d0303 000102"
            .replace(' ', "");
        let der = unhex(&der).unwrap();
        // As printed by `openssl req -subject -nameopt RFC2253`.
        assert_eq!(
            distinguished_name(&der).unwrap(),
            "x500UniqueIdentifier=#0303000102,OU=o+CN=c,1.2.3.4=#0C0161,\
             organizationIdentifier=x\\,y"
        );
    }

    #[test]
    fn serial_numbers() {
        assert_eq!(serial(&[0]), "00");
        assert_eq!(serial(&[]), "00");
        assert_eq!(serial(&[0, 0x8f]), "8f");
        assert_eq!(serial(&[0x0a, 0xbc]), "0abc");
        assert_eq!(serial(&[0xff, 0x01]), "-ff");
        assert_eq!(serial(&[0x80]), "-80");
    }

    #[test]
    fn values_are_escaped_as_rfc_4514_says() {
        let escaped = |value: &str| {
            let mut text = String::new();
            escape(value, &mut text);
            text
        };
        assert_eq!(escaped(" a, b "), "\\ a\\, b\\ ");
        assert_eq!(escaped("#x#"), "\\#x#");
        assert_eq!(escaped("\0<é>"), "\\00\\<é\\>");
    }

    #[test]
    fn common_names() {
        assert_eq!(common_name("CN=a,O=b"), Some("a"));
        assert_eq!(common_name("O=b,CN=a"), Some("a"));
        assert_eq!(common_name("O=b"), None);
        assert_eq!(common_name("CN=a\\,b"), None);
        assert_eq!(common_name("OU=x+CN=a,O=b"), Some("a"));
        assert_eq!(common_name("O=b\\,CN=a"), None);
        assert_eq!(common_name("xCN=a"), None);
        assert_eq!(from_common_name("title=x,CN=a\\,b,O=c"), Some("CN=a\\,b,O=c"));
    }
}
