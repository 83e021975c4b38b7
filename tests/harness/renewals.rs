//! Twelve renewals, each with something planted: an old chain, a new one, and the codes that `diff` must
//! find, besides the thumbprint that changes.

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose as Use,
    IsCa, Issuer, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384,
    SerialNumber,
};
use time::OffsetDateTime;
use time::macros::datetime;

use super::pki::{Pair, fixed_key};

/// A pair of chains, end-entity first, in the order in which they are presented.
pub struct Renewal {
    pub name: &'static str,
    pub old: Vec<Pair>,
    pub new: Vec<Pair>,
    /// Codes besides `renewal-breaks-pin`.
    pub planted: &'static [&'static str],
    /// Who refuses NEW: what these peers check.
    pub refused: &'static [&'static str],
    /// The thumbprint stays.
    pub is_identical: bool,
    /// The file of NEW has its certificates in another order.
    pub is_swapped: bool,
    /// A provider that does not take the form of NEW is asked.
    pub is_refused_by_provider: bool,
}

/// An authority: its certificate, and what it signs with.
struct Authority(Pair, Issuer<'static, KeyPair>);

fn authority(name: &str, key: u8, above: Option<&Authority>) -> Authority {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.serial_number = Some(SerialNumber::from(u64::from(key) + 0x2000));
    params.not_before = datetime!(2025-01-01 0:00 UTC);
    params.not_after = datetime!(2035-01-01 0:00 UTC);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let key = fixed_key(key);
    let made = match above {
        Some(Authority(_, issuer)) => params.signed_by(&key, issuer),
        None => params.self_signed(&key),
    };
    let made = made.unwrap();
    let pair = Pair {
        certificate_pem: made.pem(),
        certificate_der: made.der().to_vec(),
        key_pem: key.serialize_pem(),
    };
    Authority(pair, Issuer::new(params, key))
}

/// An end-entity certificate, being made.
struct Leaf {
    names: &'static [&'static str],
    purposes: Vec<Use>,
    from: OffsetDateTime,
    till: OffsetDateTime,
    key: KeyPair,
    serial: u64,
}

fn old() -> Leaf {
    Leaf {
        names: &["hooks.example", "old.hooks.example"],
        purposes: vec![Use::ClientAuth, Use::ServerAuth],
        from: datetime!(2025-07-01 0:00 UTC),
        till: datetime!(2026-07-01 0:00 UTC),
        key: fixed_key(21),
        serial: 1,
    }
}

fn new() -> Leaf {
    let (from, till) = (datetime!(2026-05-01 0:00 UTC), datetime!(2027-05-01 0:00 UTC));
    Leaf { from, till, key: fixed_key(22), serial: 2, ..old() }
}

impl Leaf {
    fn by(self, authority: &Authority) -> Pair {
        let names: Vec<String> = self.names.iter().map(|&name| name.to_owned()).collect();
        let mut params = CertificateParams::new(names).unwrap();
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, "hooks.example");
        params.serial_number = Some(SerialNumber::from(self.serial));
        (params.not_before, params.not_after) = (self.from, self.till);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = self.purposes;
        params.use_authority_key_identifier_extension = true;
        let made = params.signed_by(&self.key, &authority.1).unwrap();
        Pair {
            certificate_pem: made.pem(),
            certificate_der: made.der().to_vec(),
            key_pem: self.key.serialize_pem(),
        }
    }
}

fn copy(pair: &Pair) -> Pair {
    Pair {
        certificate_pem: pair.certificate_pem.clone(),
        certificate_der: pair.certificate_der.clone(),
        key_pem: pair.key_pem.clone(),
    }
}

/// All twelve.
pub fn renewals() -> Vec<Renewal> {
    let root = authority("Example Root", 11, None);
    let other_root = authority("Other Root", 12, None);
    let issuing = authority("Example Issuing CA", 13, Some(&root));
    let crossed = authority("Example Issuing CA", 13, Some(&other_root));
    let other = authority("Other Issuing CA", 14, Some(&other_root));
    let chain = |leaf: Leaf, by: &Authority| vec![leaf.by(by), copy(&by.0)];
    let before = || chain(old(), &issuing);
    let renewal = |name, new| Renewal {
        name,
        old: before(),
        new,
        planted: &[],
        refused: &["thumbprint", "key"],
        is_identical: false,
        is_swapped: false,
        is_refused_by_provider: false,
    };
    let strong = || KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).unwrap();
    let weak = || KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
    vec![
        Renewal {
            refused: &["thumbprint"],
            ..renewal("same key", chain(Leaf { key: fixed_key(21), ..new() }, &issuing))
        },
        renewal("new key", chain(new(), &issuing)),
        Renewal {
            planted: &["renewal-issuer-new"],
            refused: &["thumbprint", "key", "issuer", "ca"],
            ..renewal("other issuer", chain(new(), &other))
        },
        Renewal {
            planted: &["renewal-loses-name"],
            refused: &["thumbprint", "key", "names"],
            ..renewal("lost name", chain(Leaf { names: &["hooks.example"], ..new() }, &issuing))
        },
        Renewal {
            planted: &["renewal-loses-purpose"],
            refused: &["thumbprint", "key", "ca"],
            ..renewal(
                "lost clientAuth",
                chain(Leaf { purposes: vec![Use::ServerAuth], ..new() }, &issuing),
            )
        },
        Renewal {
            planted: &["renewal-gap"],
            ..renewal(
                "gap",
                chain(Leaf { from: datetime!(2026-07-02 0:00 UTC), ..new() }, &issuing),
            )
        },
        Renewal {
            old: chain(Leaf { key: strong(), ..old() }, &issuing),
            planted: &["renewal-weaker"],
            ..renewal("weaker key", chain(Leaf { key: weak(), ..new() }, &issuing))
        },
        Renewal {
            planted: &["renewal-issuer-new"],
            refused: &["thumbprint", "key", "ca"],
            old: vec![old().by(&issuing), copy(&issuing.0), copy(&root.0)],
            ..renewal(
                "chain changed",
                vec![new().by(&crossed), copy(&crossed.0), copy(&other_root.0)],
            )
        },
        Renewal {
            planted: &["renewal-unreadable"],
            is_refused_by_provider: true,
            ..renewal("unreadable by the provider", chain(new(), &issuing))
        },
        Renewal { refused: &[], is_identical: true, ..renewal("identical", before()) },
        Renewal {
            old: vec![copy(&root.0)],
            refused: &["thumbprint", "key", "ca"],
            ..renewal("an authority alone", vec![authority("Example Root", 15, None).0])
        },
        Renewal {
            planted: &["chain-out-of-order"],
            is_swapped: true,
            ..renewal("leaf and chain swapped", chain(new(), &issuing))
        },
    ]
}

impl Renewal {
    /// A PEM file of one side, with the key of its end entity.
    pub fn pem(chain: &[Pair], is_swapped: bool) -> String {
        let mut certificates: Vec<&str> =
            chain.iter().map(|one| one.certificate_pem.as_str()).collect();
        if is_swapped {
            certificates.reverse();
        }
        certificates.concat()
    }

    /// Every code that must be found, in alphabetical order.
    pub fn codes(&self, is_swap_seen: bool) -> Vec<String> {
        let is_seen = |code: &&&str| **code != "chain-out-of-order" || is_swap_seen;
        let pin = (!self.is_identical).then_some("renewal-breaks-pin");
        let mut codes: Vec<String> =
            self.planted.iter().filter(is_seen).copied().chain(pin).map(str::to_owned).collect();
        codes.sort();
        codes
    }
}

/// The moment at which all are looked at.
const NOW: &str = "2026-06-01T00:00:00Z";

/// Compares both sides, as they are named on the command line, and holds what `diff` says against what
/// is planted. `refuses` is a provider that does not take the form of NEW.
#[track_caller]
pub fn assert_told(
    renewal: &Renewal,
    sides: [&str; 2],
    folder: &std::path::Path,
    refuses: &str,
    is_swap_seen: bool,
) {
    let provider: &[&str] =
        if renewal.is_refused_by_provider { &["--provider", refuses] } else { &[] };
    let args = ["diff", sides[0], sides[1], "--json", "--at", NOW, "--password", "env:PW"];
    let outcome = super::Tool::new(args).args(provider).env("PW", "changeit").dir(folder).run();
    let name = format!("{}: {sides:?}", renewal.name);
    let item = outcome.item();
    assert_eq!(item["failure"], serde_json::Value::Null, "{name}");
    let findings = item["findings"].as_array().unwrap();
    let mut codes: Vec<String> =
        findings.iter().map(|it| it["code"].as_str().unwrap().to_owned()).collect();
    codes.retain(|code| code != "provider-fact-old");
    codes.sort();
    assert_eq!(codes, renewal.codes(is_swap_seen), "{name}");
    let peers = item["facts"]["peers"].as_array().unwrap();
    let refused: Vec<&str> = peers
        .iter()
        .filter(|peer| peer["accepts"] == false)
        .map(|peer| peer["checks"].as_str().unwrap())
        .collect();
    assert_eq!(refused, renewal.refused, "{name}");
    assert_eq!(item["facts"]["same_certificate"], renewal.is_identical, "{name}");
    assert!(peers.iter().all(|peer| peer["accepts"] != serde_json::Value::Null), "{name}");
}
