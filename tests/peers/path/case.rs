//! A path case: three certificates with one thing changed, and what is to be said about it.

use hookprint::cert::{Certificate, Chain};
use hookprint::tls::path::{Demand, Strictness, verdict};
use hookprint::tls::{Anchors, Purpose};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use time::OffsetDateTime;
use time::macros::datetime;
use webpki::{EndEntityCert, KeyUsage, anchor_from_trusted_cert};

use super::make::Spec;
use super::ring::Key;

/// When everything is judged.
pub const NOW: OffsetDateTime = datetime!(2026-06-01 0:00 UTC);

/// Which certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Root,
    Inter,
    Leaf,
    More(usize),
}

/// What is said about a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ours {
    /// Trusted, by the whole of RFC 5280.
    Accepts,
    /// Trusted as a peer, but not by the whole.
    OnlyAsPeer,
    /// Not trusted as a peer, but by the whole: rustls cannot compare every kind of name.
    OnlyByTheWhole,
    /// Not trusted.
    Refuses,
}

/// A hierarchy, and what is presented of it.
#[derive(Clone)]
pub struct World {
    pub root: Spec,
    pub inter: Spec,
    pub leaf: Spec,
    pub more: Vec<Spec>,
    pub sent: Vec<Who>,
    pub anchors: Vec<Who>,
    pub host: Option<&'static str>,
    pub purpose: Purpose,
    /// What OpenSSL writes behind the anchors.
    pub marks: Vec<u8>,
}

impl World {
    fn new() -> Self {
        let [root, inter, leaf] = [0, 1, 2].map(Key::P256);
        Self {
            root: Spec::authority(1, "Root", "Root", root, root),
            inter: Spec::authority(2, "Inter", "Root", inter, root),
            leaf: Spec::leaf(3, "Inter", leaf, inter),
            more: Vec::new(),
            sent: vec![Who::Leaf, Who::Inter],
            anchors: vec![Who::Root],
            host: Some("hooks.example"),
            purpose: Purpose::Server,
            marks: Vec::new(),
        }
    }

    /// Every certificate made once: no two signatures are the same.
    fn made(&self) -> impl Fn(&[Who]) -> Vec<Vec<u8>> + use<> {
        let [root, inter, leaf] = [&self.root, &self.inter, &self.leaf].map(Spec::der);
        let more: Vec<Vec<u8>> = self.more.iter().map(Spec::der).collect();
        move |which| {
            let one = |who: &Who| match who {
                Who::Root => root.clone(),
                Who::Inter => inter.clone(),
                Who::Leaf => leaf.clone(),
                Who::More(index) => more[*index].clone(),
            };
            which.iter().map(one).collect()
        }
    }
}

/// A case, made.
pub struct Case {
    pub name: String,
    pub ours: Ours,
    /// Why it is refused although OpenSSL with `-x509_strict` accepts it.
    pub stricter: Option<&'static str>,
    /// Why it is accepted although OpenSSL refuses it: for want of ability, not of trust.
    pub beyond_openssl: Option<&'static str>,
    pub sent: Vec<Vec<u8>>,
    pub anchors: Vec<Vec<u8>>,
    pub host: Option<&'static str>,
    pub purpose: Purpose,
    pub marks: Vec<u8>,
}

impl Case {
    pub fn new(name: impl Into<String>, ours: Ours, change: impl FnOnce(&mut World)) -> Self {
        let mut world = World::new();
        change(&mut world);
        let made = world.made();
        Self {
            name: name.into(),
            ours,
            stricter: None,
            beyond_openssl: None,
            sent: made(&world.sent),
            anchors: made(&world.anchors),
            host: world.host,
            purpose: world.purpose,
            marks: world.marks,
        }
    }

    pub fn stricter(self, why: &'static str) -> Self {
        Self { stricter: Some(why), ..self }
    }

    pub fn beyond_openssl(self, why: &'static str) -> Self {
        Self { beyond_openssl: Some(why), ..self }
    }

    /// The anchors as a PEM file.
    pub fn anchors_pem(&self) -> String {
        let label = if self.marks.is_empty() { "CERTIFICATE" } else { "TRUSTED CERTIFICATE" };
        let marked = |der: &Vec<u8>| pem(label, &[der.as_slice(), &self.marks].concat());
        self.anchors.iter().map(marked).collect()
    }

    /// What we find wrong with it.
    pub fn problems(&self, strictness: Strictness) -> Option<String> {
        let parsed: Result<Vec<_>, _> = self.sent.iter().cloned().map(Certificate::parse).collect();
        let chain = match parsed {
            Ok(chain) => Chain::new(chain),
            Err(malformed) => return Some(malformed.to_string()),
        };
        let anchors = match Anchors::from_file(self.anchors_pem().as_bytes()) {
            Ok(anchors) => anchors,
            Err(error) => return Some(error.message),
        };
        let name = self.host.map(|host| ServerName::try_from(host).unwrap());
        let demand = Demand {
            strictness,
            ..Demand::of_peer(&anchors, self.purpose, NOW).named(name.as_ref())
        };
        verdict(&chain, &demand).text()
    }

    /// Whether rustls takes it, or knows no such thing: an end entity that is trusted by itself.
    pub fn rustls_accepts(&self) -> bool {
        let ders: Vec<CertificateDer<'_>> =
            self.sent.iter().map(|der| CertificateDer::from(der.as_slice())).collect();
        if self.anchors.contains(&self.sent[0]) {
            return true;
        }
        let anchors: Vec<CertificateDer<'_>> =
            self.anchors.iter().map(|der| CertificateDer::from(der.as_slice())).collect();
        let anchors: Vec<_> =
            anchors.iter().filter_map(|der| anchor_from_trusted_cert(der).ok()).collect();
        let usage = match self.purpose {
            Purpose::Server => KeyUsage::server_auth(),
            Purpose::Client => KeyUsage::client_auth(),
        };
        let provider = rustls::crypto::aws_lc_rs::default_provider();
        let algorithms = provider.signature_verification_algorithms.all;
        let now = u64::try_from(NOW.unix_timestamp()).unwrap();
        let now = UnixTime::since_unix_epoch(std::time::Duration::from_secs(now));
        let Ok(end_entity) = EndEntityCert::try_from(&ders[0]) else { return false };
        let name = self.host.map(|host| ServerName::try_from(host).unwrap());
        end_entity
            .verify_for_usage(algorithms, &anchors, &ders[1..], now, usage, None, None)
            .is_ok()
            && name.is_none_or(|name| end_entity.verify_is_valid_for_subject_name(&name).is_ok())
    }
}

/// PEM of a DER value.
pub fn pem(label: &str, der: &[u8]) -> String {
    let text = hookprint::digest::base64(der);
    let lines: Vec<&str> =
        (0..text.len()).step_by(64).map(|at| &text[at..text.len().min(at + 64)]).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}
