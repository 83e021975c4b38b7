//! Certificates written by hand, so that each rule can be broken alone.

use hookprint::der::{tag, write};

use super::ring::{Hash, Key, Named, Used, sign};

/// An extension's object identifier.
pub mod oid {
    pub const BASIC: &str = "2.5.29.19";
    pub const USAGE: &str = "2.5.29.15";
    pub const PURPOSE: &str = "2.5.29.37";
    pub const ALT_NAME: &str = "2.5.29.17";
    pub const KEY_ID: &str = "2.5.29.14";
    pub const ISSUER_ID: &str = "2.5.29.35";
    pub const NAMES: &str = "2.5.29.30";
    pub const NETSCAPE: &str = "2.16.840.1.113730.1.1";
    pub const UNKNOWN: &str = "1.3.6.1.4.1.99999.1";
    pub const SERVER: &str = "1.3.6.1.5.5.7.3.1";
    pub const CLIENT: &str = "1.3.6.1.5.5.7.3.2";
    pub const EMAIL: &str = "1.3.6.1.5.5.7.3.4";
    pub const ANY: &str = "2.5.29.37.0";
}

/// What a certificate is made of.
#[derive(Clone)]
pub struct Spec {
    pub version: u64,
    /// Content of the INTEGER.
    pub serial: Vec<u8>,
    pub issuer: Vec<u8>,
    pub subject: Vec<u8>,
    pub from: &'static str,
    pub to: &'static str,
    pub key: Key,
    pub extensions: Vec<(&'static str, bool, Vec<u8>)>,
    /// Named inside and outside; and really used.
    pub inner: Vec<u8>,
    pub outer: Vec<u8>,
    pub used: Used,
    /// Whether the signature is damaged after it was made.
    pub is_damaged: bool,
}

impl Spec {
    /// An end entity for hooks.example.
    pub fn leaf(serial: u8, issuer: &'static str, key: Key, by: Key) -> Self {
        let algorithm = Named::Ecdsa(Hash::Sha256);
        Self {
            version: 3,
            serial: vec![0x40, serial],
            issuer: name(issuer),
            subject: name("hooks.example"),
            from: "260101000000Z",
            to: "270101000000Z",
            key,
            extensions: vec![
                (oid::BASIC, true, write::sequence(&[])),
                (oid::USAGE, true, usage(0x80)),
                (oid::PURPOSE, false, purposes(&[oid::SERVER, oid::CLIENT])),
                (oid::ALT_NAME, false, alt_names(&[dns("hooks.example")])),
                (oid::KEY_ID, false, key_id(key)),
                (oid::ISSUER_ID, false, issuer_id(by)),
            ],
            inner: algorithm.identifier(),
            outer: algorithm.identifier(),
            used: Used { key: by, algorithm },
            is_damaged: false,
        }
    }

    /// An authority of this name.
    pub fn authority(
        serial: u8,
        name_: &'static str,
        issuer: &'static str,
        key: Key,
        by: Key,
    ) -> Self {
        let mut spec = Self::leaf(serial, issuer, key, by);
        spec.subject = name(name_);
        spec.extensions = vec![
            (oid::BASIC, true, basic(true, None)),
            (oid::USAGE, true, usage(0x06)),
            (oid::KEY_ID, false, key_id(key)),
            (oid::ISSUER_ID, false, issuer_id(by)),
        ];
        spec
    }

    /// With this extension instead of, or beside, what it has.
    pub fn set(&mut self, oid: &'static str, critical: bool, value: Vec<u8>) {
        match self.extensions.iter_mut().find(|(known, ..)| *known == oid) {
            Some(known) => *known = (oid, critical, value),
            None => self.extensions.push((oid, critical, value)),
        }
    }

    /// Without this extension.
    pub fn drop(&mut self, oid: &'static str) {
        self.extensions.retain(|(known, ..)| *known != oid);
    }

    /// Names and uses this algorithm.
    pub fn signed(&mut self, named: Named, used: Used) {
        (self.inner, self.outer, self.used) = (named.identifier(), named.identifier(), used);
    }

    /// The certificate.
    pub fn der(&self) -> Vec<u8> {
        let time = |text: &str| write::value(0x17, text.as_bytes());
        let extensions: Vec<Vec<u8>> = self
            .extensions
            .iter()
            .map(|(oid, critical, value)| {
                let critical = if *critical { write::value(1, &[0xff]) } else { Vec::new() };
                write::sequence(&[&write::oid(oid), &critical, &write::octets(value)])
            })
            .collect();
        let extensions: Vec<&[u8]> = extensions.iter().map(Vec::as_slice).collect();
        let extensions = match extensions.is_empty() {
            true => Vec::new(),
            false => write::context(3, &write::sequence(&extensions)),
        };
        let version = match self.version {
            1 => Vec::new(),
            version => write::context(0, &write::unsigned(version - 1)),
        };
        let tbs = write::sequence(&[
            &version,
            &write::value(tag::INTEGER, &self.serial),
            &self.inner,
            &self.issuer,
            &write::sequence(&[&time(self.from), &time(self.to)]),
            &self.subject,
            &self.key.spki(),
            &extensions,
        ]);
        let mut signature = sign(self.used, &tbs);
        if self.is_damaged {
            let last = signature.len() - 1;
            signature[last] ^= 1;
        }
        let bits = write::value(tag::BIT_STRING, &[&[0], signature.as_slice()].concat());
        write::sequence(&[&tbs, &self.outer, &bits])
    }
}

/// A name with this common name; empty without one.
pub fn name(common: &str) -> Vec<u8> {
    if common.is_empty() {
        return write::sequence(&[]);
    }
    attributes(&[("2.5.4.3", common)])
}

/// A name of these attributes.
pub fn attributes(list: &[(&str, &str)]) -> Vec<u8> {
    let parts: Vec<Vec<u8>> = list
        .iter()
        .map(|(oid, text)| {
            // emailAddress is an IA5String.
            let kind = if oid.ends_with(".9.1") { 0x16 } else { tag::UTF8_STRING };
            let value = write::value(kind, text.as_bytes());
            write::set(vec![write::sequence(&[&write::oid(oid), &value])])
        })
        .collect();
    let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
    write::sequence(&parts)
}

pub fn basic(is_authority: bool, path_length: Option<u64>) -> Vec<u8> {
    let flag = if is_authority { write::value(1, &[0xff]) } else { Vec::new() };
    let length = path_length.map(write::unsigned).unwrap_or_default();
    write::sequence(&[&flag, &length])
}

/// keyUsage: digitalSignature is 0x80, keyEncipherment 0x20, keyCertSign 0x04, cRLSign 0x02.
pub fn usage(bits: u8) -> Vec<u8> {
    let unused = if bits == 0 { 0 } else { bits.trailing_zeros() as u8 };
    write::value(tag::BIT_STRING, &[unused, bits])
}

pub fn purposes(oids: &[&str]) -> Vec<u8> {
    let oids: Vec<Vec<u8>> = oids.iter().map(|oid| write::oid(oid)).collect();
    let oids: Vec<&[u8]> = oids.iter().map(Vec::as_slice).collect();
    write::sequence(&oids)
}

pub fn alt_names(names: &[Vec<u8>]) -> Vec<u8> {
    let names: Vec<&[u8]> = names.iter().map(Vec::as_slice).collect();
    write::sequence(&names)
}

pub fn dns(text: &str) -> Vec<u8> {
    write::value(0x82, text.as_bytes())
}

pub fn email(text: &str) -> Vec<u8> {
    write::value(0x81, text.as_bytes())
}

pub fn uri(text: &str) -> Vec<u8> {
    write::value(0x86, text.as_bytes())
}

pub fn ip(octets: &[u8]) -> Vec<u8> {
    write::value(0x87, octets)
}

pub fn directory(name: &[u8]) -> Vec<u8> {
    write::value(0xa4, name)
}

/// Name constraints.
pub fn constraints(permitted: &[Vec<u8>], excluded: &[Vec<u8>]) -> Vec<u8> {
    let trees = |number: u8, names: &[Vec<u8>]| {
        let trees: Vec<u8> = names.iter().flat_map(|name| write::sequence(&[name])).collect();
        if trees.is_empty() { Vec::new() } else { write::context(number, &trees) }
    };
    write::sequence(&[&trees(0, permitted), &trees(1, excluded)])
}

/// The identifier that certificates of the ring give to a key.
fn id_of(key: Key) -> Vec<u8> {
    format!("{key:?}").into_bytes()
}

pub fn key_id(key: Key) -> Vec<u8> {
    write::octets(&id_of(key))
}

pub fn issuer_id(key: Key) -> Vec<u8> {
    write::sequence(&[&write::value(0x80, &id_of(key))])
}

/// What OpenSSL writes behind a trusted certificate.
pub fn marks(trusted: &[&str], rejected: &[&str]) -> Vec<u8> {
    let list = |kind: u8, oids: &[&str]| {
        let oids: Vec<u8> = oids.iter().flat_map(|oid| write::oid(oid)).collect();
        if oids.is_empty() { Vec::new() } else { write::value(kind, &oids) }
    };
    write::sequence(&[&list(tag::SEQUENCE, trusted), &list(tag::context(0), rejected)])
}
