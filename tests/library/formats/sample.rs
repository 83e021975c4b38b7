//! Items made by hand: one of each status, certificates at every place, hostile text everywhere.

use std::sync::Arc;

use hookprint::cert::{Certificate, Description};
use hookprint::error::Error;
use hookprint::failure::Failure;
use hookprint::finding::{Code, Finding, Severity};
use hookprint::outcome::inspection::{Entry, Inspection};
use hookprint::outcome::seen::{Seen, Served, Wanted};
use hookprint::outcome::{Outcome, Summary};
use hookprint::policy::situation::ClientCertificate;
use hookprint::render::format;
use hookprint::render::human::Look;
use hookprint::report::{Closing, Header, Item, Tally};
use hookprint::store::Kind;
use rcgen::{CertificateParams, DistinguishedName, DnType, Issuer, KeyPair, SerialNumber};
use rustls::pki_types::PrivatePkcs8KeyDer;
use time::OffsetDateTime;
use time::macros::datetime;

/// When the report is made.
pub const AT: OffsetDateTime = datetime!(2026-11-22 5:00 UTC);

/// Text that tries to leave whatever it is written into.
pub const HOSTILE: &str = "=1+1|a,b;\"c\"'d'<e>&amp;%0A\n::error::x\r\nEND:VEVENT\u{1b}[2J\u{0}\u{202e}\u{ffff}`@me` https://x.example {} \\ ]]>";

/// Every kind of item.
pub fn items() -> Vec<Item> {
    vec![healthy(), soon(), warned(), refused(), noted(), hostile(), healthy()]
}

fn healthy() -> Item {
    let mut item = Item::new("hooks.example:443");
    item.elapsed_ms = 12.3456;
    let chain = vec![
        certificate("hooks.example", datetime!(2027-05-20 12:00 UTC)),
        certificate("Example Issuing CA 3", datetime!(2031-01-01 0:00 UTC)),
    ];
    item.outcome = seen("hooks.example", chain);
    item
}

pub fn seen(server_name: &str, chain: Vec<Description>) -> Outcome {
    let served = Served {
        address: Some("192.0.2.10:443".parse().unwrap()),
        server_name: Some(server_name.to_owned()),
        protocol: None,
        cipher_suite: None,
        key_exchange: None,
        alpn: None,
        client_certificate: ClientCertificate::NotRequested,
        accepted_issuers: Vec::new(),
        trusted: true,
        trust_problem: None,
        proven: true,
    };
    Outcome::Seen(Box::new(Seen {
        served: Some(served),
        matched_pin: None,
        chain,
        times: None,
        refusal: None,
        notes: Vec::new(),
        wanted: Wanted::EndEntity,
    }))
}

fn soon() -> Item {
    let mut item = Item::new("certs/webex-client.p12");
    item.outcome =
        store("hooks-2026", certificate("hooks.example", datetime!(2026-12-04 0:00 UTC)), None);
    item.findings.push(
        Finding::new(Code::CertificateExpiresSoon, "CN=hooks.example", "expires in 12 days")
            .severity(Severity::Critical)
            .help("renew it, and tell anyone who pins it"),
    );
    item.findings.push(Finding::new(Code::KeyReadable, "certs/webex-client.p12", "mode is 0644"));
    item
}

/// A store with one key.
fn store(alias: &str, end_entity: Description, note: Option<&str>) -> Outcome {
    let alias = Some(alias.to_owned());
    let entry = Entry { alias, kind: Kind::Key, chain: vec![end_entity], key: None, seen: None };
    Outcome::Inspection(Box::new(Inspection {
        format: "pkcs12",
        protection: None,
        entries: vec![entry],
        requests: Vec::new(),
        revocations: Vec::new(),
        notes: note.map(str::to_owned).into_iter().collect(),
        matched_pin: None,
        checks: Vec::new(),
        is_pem: false,
    }))
}

fn warned() -> Item {
    let mut item = Item::new("[2001:db8::1]:8443");
    item.outcome = seen(HOSTILE, Vec::new());
    item.findings.push(Finding::new(Code::SelfSigned, "CN=partner", "CN=partner is self-signed"));
    item
}

fn refused() -> Item {
    let failure =
        Error::new(Failure::TlsAlert, "partner.example:443: refused with unknown_ca (48)")
            .alert("unknown_ca", 48)
            .help("ask the peer which issuers it accepts");
    let mut item = Item::failed("partner.example:443", failure);
    item.findings.push(Finding::new(Code::SecretWeak, "env:SECRET", "secret has 7 bytes"));
    item
}

fn noted() -> Item {
    let mut item = Item::new("certs/legacy.jks");
    let message = "read without the password";
    item.findings.push(Finding::new(Code::IntegrityUnverified, "certs/legacy.jks", message));
    item
}

fn hostile() -> Item {
    let mut item = Item::failed(HOSTILE, Error::new(Failure::Malformed, HOSTILE).help(HOSTILE));
    let end_entity = certificate(HOSTILE, datetime!(9999-12-31 23:59:59 UTC));
    item.outcome = store(HOSTILE, end_entity, Some(HOSTILE));
    item.findings.push(Finding::new(Code::KeyMismatch, HOSTILE, HOSTILE).help(HOSTILE));
    item
}

/// A certificate for `name`, the same in each run: Ed25519 signatures are deterministic.
pub fn certificate(name: &str, not_after: OffsetDateTime) -> Description {
    let params = |name: &str| {
        let mut params = CertificateParams::new(vec!["hooks.example".to_owned()]).unwrap();
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, name);
        params.serial_number = Some(SerialNumber::from(10_u64));
        params.not_before = datetime!(2026-11-01 0:00 UTC);
        params.not_after = not_after;
        params
    };
    let issuer = Issuer::new(params("Example Issuing CA 3"), key(1));
    let made = params(name).signed_by(&key(2), &issuer).unwrap();
    Certificate::parse(made.der().to_vec()).unwrap().describe(datetime!(2026-11-22 0:00 UTC))
}

/// An Ed25519 key whose 32 secret bytes are all `number` (PKCS#8, RFC 8410 section 7).
fn key(number: u8) -> KeyPair {
    let mut der = b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20".to_vec();
    der.extend([number; 32]);
    KeyPair::try_from(&PrivatePkcs8KeyDer::from(der)).unwrap()
}

/// What a format makes of items.
pub fn render(name: &str, items: &[Item]) -> String {
    render_all(name, items, Summary::default(), false)
}

/// What a format makes of items and of what there is to say of all of them.
pub fn render_all(name: &str, items: &[Item], summary: Summary, verbose: bool) -> String {
    let header =
        Header { command: "sample", at: AT, fail_on: Some(Severity::Critical), is_numbered: false };
    let look = Look {
        colour: false,
        unicode: false,
        width: 100,
        verbose,
        quiet: false,
        show_secrets: false,
        folds: false,
    };
    let mut renderer = (format(name).unwrap().open)(&header, look);
    let mut out = Vec::new();
    let mut tally = Tally::default();
    for item in items {
        tally.add(item.status());
        renderer.item(&Arc::new(item.clone()), &mut out).unwrap();
    }
    let closing = Closing { tally, summary, exit_code: 1, reach: Default::default() };
    renderer.finish(&closing, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}
