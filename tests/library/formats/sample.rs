//! Items made by hand: one of each status, certificates at every place, hostile text everywhere.

use std::sync::Arc;

use hookprint::error::Error;
use hookprint::fact::Facts;
use hookprint::failure::Failure;
use hookprint::finding::{Code, Finding, Severity};
use hookprint::render::format;
use hookprint::render::human::Look;
use hookprint::report::{Closing, Header, Item, Tally};

/// Text that tries to leave whatever it is written into.
pub const HOSTILE: &str = "=1+1|a,b;\"c\"'d'<e>&amp;%0A\n::error::x\r\nEND:VEVENT\u{1b}[2J\u{0}\u{202e}\u{ffff}`@me` https://x.example {} \\ ]]>";

/// Every kind of item.
pub fn items() -> Vec<Item> {
    vec![healthy(), soon(), warned(), refused(), noted(), hostile(), healthy()]
}

fn healthy() -> Item {
    let mut item = Item::new("hooks.example:443");
    item.elapsed_ms = 12.3456;
    item.facts = Facts::new()
        .with("address", "192.0.2.10")
        .with("trusted", true)
        .with("trust_problem", Option::<&str>::None)
        .with(
            "chain",
            vec![
                certificate("CN=hooks.example", "9d1f", "2027-05-20T12:00:00Z", 179),
                certificate("CN=Example Issuing CA 3", "aa01", "2031-01-01T00:00:00Z", 1501),
            ],
        );
    item
}

fn soon() -> Item {
    let mut item = Item::new("certs/webex-client.p12");
    let entry = Facts::new()
        .with("alias", "hooks-2026")
        .with("kind", "key")
        .with("chain", vec![certificate("CN=hooks.example", "6647", "2026-12-04T00:00:00Z", 12)]);
    item.facts = Facts::new().with("format", "pkcs12").with("entries", vec![entry]);
    item.findings.push(
        Finding::new(Code::CertificateExpiresSoon, "CN=hooks.example", "expires in 12 days")
            .severity(Severity::Critical)
            .help("renew it, and tell whoever pins it"),
    );
    item.findings.push(Finding::new(Code::KeyReadable, "certs/webex-client.p12", "mode is 0644"));
    item
}

fn warned() -> Item {
    let mut item = Item::new("[2001:db8::1]:8443");
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
    item.facts = Facts::new().with("note", HOSTILE).with(
        "entries",
        vec![
            Facts::new()
                .with("alias", HOSTILE)
                .with("chain", vec![certificate(HOSTILE, "ee", "9999-12-31T23:59:59Z", 2_912_081)]),
        ],
    );
    item.findings.push(Finding::new(Code::KeyMismatch, HOSTILE, HOSTILE).help(HOSTILE));
    item
}

fn certificate(subject: &str, begin: &str, not_after: &str, remaining_days: i64) -> Facts {
    Facts::new()
        .with("subject", subject)
        .with("issuer", "CN=Example Issuing CA 3")
        .with("serial", "0a")
        .with("not_before", "2026-11-01T00:00:00Z")
        .with("not_after", not_after)
        .with("remaining_days", remaining_days)
        .with("sha1", format!("{begin:0<40}"))
        .with("sha256", format!("{begin:0<64}"))
        .with("spki_sha256", "+TqyA4x0p0Wu1JHSbiqp1ND6XzOOLC8A9FTkUcU0AAA=")
        .with("alt_names", vec!["DNS:hooks.example"])
        .with("key", Facts::new().with("algorithm", "RSA").with("bits", 2048))
        .with("signature_algorithm", "sha256WithRSAEncryption")
        .with("is_ca", false)
        .with("self_issued", false)
        .with("key_usage", vec!["digital_signature"])
        .with("extended_key_usage", vec!["client_auth"])
        .with("version", 3)
}

/// What a format makes of items.
pub fn render(name: &str, items: &[Item]) -> String {
    let at = time::macros::datetime!(2026-11-22 5:00 UTC);
    let header = Header { command: "sample", at, fail_on: Some(Severity::Critical) };
    let look = Look {
        colour: false,
        unicode: false,
        width: 100,
        verbose: false,
        quiet: false,
        folds: false,
    };
    let mut renderer = (format(name).unwrap().open)(&header, look);
    let mut out = Vec::new();
    let mut tally = Tally::default();
    for item in items {
        tally.add(item.status());
        renderer.item(&Arc::new(item.clone()), &mut out).unwrap();
    }
    let closing = Closing {
        tally,
        summary: hookprint::outcome::Summary::default(),
        facts: hookprint::fact::Facts::new(),
        exit_code: 1,
    };
    renderer.finish(&closing, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}
