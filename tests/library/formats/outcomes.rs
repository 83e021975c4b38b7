//! An item of every outcome with hostile text wherever text from a file or the network can stand.

use std::time::Duration;

use hookprint::cert::Description;
use hookprint::cert::pin::{MatchedPin, Pinned};
use hookprint::error::Error;
use hookprint::failure::Failure;
use hookprint::finding::{Code, Finding};
use hookprint::http::Headers;
use hookprint::outcome::audit::{Audit, Totals, Tried};
use hookprint::outcome::check::{self, Part};
use hookprint::outcome::delivery::{Caller, Claimed, Delivery, Transport};
use hookprint::outcome::difference::Difference;
use hookprint::outcome::exchange::{Attempt, Draft, Exchange, Replay};
use hookprint::outcome::explanation::{Cause, Explanation, Kind};
use hookprint::outcome::history::{Alert, History};
use hookprint::outcome::inspection::{Check, Entry, Inspection, Protection, Sightings, Verdict};
use hookprint::outcome::minted::Minted;
use hookprint::outcome::probe::{Change, Column, Comparison, Planned, Probe, Shown};
use hookprint::outcome::scheme::Scheme;
use hookprint::outcome::seen::{Seen, Served, Wanted};
use hookprint::outcome::signing::{self, Signing};
use hookprint::outcome::step::Step;
use hookprint::outcome::text::Text;
use hookprint::outcome::verification::{Choice, SignedBody, Standard, Token, Verification};
use hookprint::outcome::{Outcome, delivery};
use hookprint::policy::audit;
use hookprint::policy::caller;
use hookprint::policy::probe::{self, Row};
use hookprint::policy::refusal::{Likely, Refusal};
use hookprint::policy::renewal::{self, Peer};
use hookprint::policy::situation::{ClientCertificate, When};
use hookprint::report::Item;
use hookprint::signature::diagnose::{self, Diagnosis};
use hookprint::store;
use time::macros::datetime;

use super::sample;

/// Text that tries to become an element, an attribute, a style or another text in an HTML page.
pub const HOSTILE: &str = "\"'><script src=https://x.example>1</script><img src=x onerror=1 style=\"color:red\">\
     </pre></style></title>--><!--]]>&amp;&#60;\u{1b}[2J\u{0}\u{202e}\u{200b}\r\n\tx";

fn hostile() -> String {
    HOSTILE.to_owned()
}

/// A certificate whose every name is hostile.
fn certificate() -> Description {
    sample::certificate(HOSTILE, datetime!(2027-01-01 0:00 UTC))
}

/// An item of every outcome; all have the same findings.
pub fn items() -> Vec<Item> {
    let item = |outcome| Item {
        outcome,
        findings: vec![Finding::new(Code::KeyMismatch, HOSTILE, HOSTILE).help(HOSTILE)],
        ..Item::new(HOSTILE)
    };
    let mut items: Vec<Item> = outcomes().into_iter().map(item).collect();
    items.push(Item::failed(HOSTILE, Error::new(Failure::Malformed, HOSTILE).help(HOSTILE)));
    items
}

fn outcomes() -> Vec<Outcome> {
    let probe = |it| Outcome::Probe(it);
    let replay = |it| Outcome::Replay(it);
    vec![
        Outcome::Audit(Audit::Test(Box::new(tested()))),
        Outcome::Audit(Audit::Totals(Box::new(Totals {
            controls: 1,
            requests: 2,
            refused: 0,
            accepted: 1,
            not_applicable: 0,
            unclear: 0,
            control_status: Some(200),
            rows: vec![Tried { row: tested(), findings: Vec::new(), failure: None }],
        }))),
        Outcome::Check(Box::new(check::Check {
            check: hostile(),
            owner: Some(hostile()),
            tags: vec![hostile()],
            commands: vec![hostile()],
            skipped: None,
            due: None,
            history: History {
                known: None,
                alerts: vec![Alert { code: hostile(), subject: hostile(), key: hostile() }],
            },
            facts: Outcome::Seen(Box::new(seen())),
            parts: vec![Part {
                subject: hostile(),
                status: "failed",
                facts: Outcome::Inspection(Box::new(inspection(vec![certificate()]))),
                failure: Some(Error::new(Failure::Malformed, HOSTILE)),
            }],
        })),
        Outcome::Caller(Box::new(Caller {
            at: hostile(),
            peer: ([192, 0, 2, 1], 9).into(),
            client: Some([certificate()].into()),
            client_verdict: Some(caller::Verdict::Refused),
        })),
        Outcome::Delivery(Box::new(delivery())),
        Outcome::Difference(Box::new(difference())),
        Outcome::Explanation(Box::new(explanation())),
        Outcome::Inspection(Box::new(inspection(vec![certificate()]))),
        Outcome::Inspection(Box::new(inspection(vec![certificate(); 20]))),
        Outcome::Merged(
            serde_json::from_value(serde_json::json!({ HOSTILE: [HOSTILE, { HOSTILE: HOSTILE }] }))
                .unwrap(),
        ),
        Outcome::Minted(Box::new(Minted { contains: "a store", certificate: certificate() })),
        probe(Probe::Column(Box::new(column()))),
        probe(Probe::Planned(Planned {
            address: None,
            protocol: "TLSv1.3",
            identity: hostile(),
            expected: probe::Wanted::Accept,
            request: hostile(),
        })),
        probe(Probe::Comparison(Box::new(comparison()))),
        replay(Replay::Exchange(Box::new(exchange()))),
        replay(Replay::Draft(Box::new(draft()))),
        replay(Replay::NothingLeft { done_before: 3 }),
        replay(Replay::Identity { certificate: Box::new(certificate()) }),
        Outcome::Scheme(Box::new(scheme())),
        Outcome::Seen(Box::new(seen())),
        Outcome::Signing(Box::new(signing())),
        Outcome::Step(Step { command: hostile(), exit_code: 1, output: hostile() }),
        Outcome::Text(Text::new(HOSTILE)),
        Outcome::Verification(Box::new(verification(Vec::new()))),
        Outcome::Verification(Box::new(verification(vec![diagnose::Cause {
            change: hostile(),
            message: hostile(),
            why: hostile(),
            help: hostile(),
            command: Some(hostile()),
            code: &[("Go", HOSTILE)],
        }]))),
    ]
}

fn tested() -> audit::Row {
    audit::Row {
        test: "signature-missing",
        group: audit::Group::Signature,
        change: hostile(),
        expected: audit::Expected::Refused,
        outcome: audit::Outcome::Accepted,
        by: None,
        status: Some(200),
        alert: Some(hostile()),
        elapsed_ms: 1.0,
        request_sha256: Some(hostile()),
        why: Some(hostile()),
        ages: vec![300],
        echoes: false,
        tells: Vec::new(),
        reflects: false,
    }
}

fn pin() -> MatchedPin {
    let (of, position) = (Pinned::Certificate, 0);
    MatchedPin { label: Some(hostile()), name: hostile(), of, position }
}

fn delivery() -> Delivery {
    let mut headers = Headers::new();
    headers.push(HOSTILE, HOSTILE);
    Delivery {
        at: hostile(),
        method: hostile(),
        path: hostile(),
        peer: ([192, 0, 2, 1], 9).into(),
        request_bytes: 2,
        body_sha256: hostile(),
        client: Some([certificate(), certificate()].into()),
        claimed: vec![Claimed {
            dialect: "Envoy",
            client: Some([certificate()].into()),
            fields: vec![hostile()],
            problems: vec![hostile()],
        }],
        transport: Some(Transport {
            protocol: Some("TLSv1.3"),
            cipher_suite: Some(hostile()),
            server_name: Some(hostile()),
            resumed: false,
        }),
        client_verdict: caller::Verdict::Unfit,
        matched_pin: Some(pin()),
        verify: Some(verification(Vec::new()).into()),
        challenge: Some("Meta"),
        status: None,
        headers: Some(headers),
    }
}

/// What `listen` says at its end, with hostile names of pins and secrets.
pub fn received() -> delivery::Received {
    let used = || vec![delivery::Used { label: hostile(), ..Default::default() }];
    delivery::Received {
        deliveries: 1,
        request_bytes: 2,
        refused: 0,
        connections: 1,
        unreported: 0,
        seconds: 1.0,
        ended_at: sample::AT,
        pins: used(),
        secrets: used(),
    }
}

fn difference() -> Difference {
    let all = || vec![hostile(), hostile()];
    let prints = || renewal::Prints { sha1: hostile(), sha256: hostile(), spki_sha256: hostile() };
    let change = renewal::Change {
        same_certificate: false,
        same_key: false,
        same_subject: false,
        same_issuer: false,
        names_added: all(),
        names_removed: all(),
        purposes_added: all(),
        purposes_removed: all(),
        chain_added: all(),
        chain_removed: all(),
        overlap_days: -3,
        thumbprints: renewal::Thumbprints { old: prints(), new: prints() },
        opens_with_lost: all(),
        peers: vec![Peer { checks: "names", accepts: None, must_do: Some(hostile()) }],
    };
    let notes = vec![hostile()];
    Difference { old: Some(certificate()), new: Some(certificate()), change: Some(change), notes }
}

fn explanation() -> Explanation {
    Explanation {
        kind: Kind::Message,
        id: hostile(),
        title: hostile(),
        from: hostile(),
        side: None,
        line: Some(3),
        times: 2,
        meaning: hostile(),
        causes: vec![Cause { id: hostile(), proven: true, text: hostile(), fix: hostile() }],
        next: hostile(),
        related: vec![hostile()],
        source: hostile(),
        grade: hostile(),
        also: vec![hostile()],
        page: None,
        is_listed: false,
    }
}

/// A file with these certificates.
pub fn inspection(chain: Vec<Description>) -> Inspection {
    Inspection {
        format: "pkcs12",
        protection: Some(Protection {
            scheme: store::Protection {
                encryption: vec![hostile()],
                mac: Some(hostile()),
                iterations: Some(1),
                mac_iterations: None,
            },
            opens_with: vec![hostile()],
            integrity_verified: true,
            opened_with: hostile(),
        }),
        entries: vec![Entry {
            alias: Some(hostile()),
            kind: store::Kind::Key,
            chain,
            key: None,
            seen: Some(Sightings { first: hostile(), last: hostile(), count: 2 }),
        }],
        requests: Vec::new(),
        revocations: Vec::new(),
        notes: vec![hostile()],
        matched_pin: None,
        checks: vec![Check { name: "chain", verdict: Verdict::Unknown, text: hostile() }],
        is_pem: false,
    }
}

fn row(outcome: probe::Outcome, door: Option<String>) -> Row {
    Row {
        identity: hostile(),
        kind: probe::Kind::File,
        sha256: Some(hostile()),
        expected: probe::Wanted::Accept,
        outcome,
        by: Some(probe::By::Tls),
        when: None,
        alert: Some(hostile()),
        alert_number: Some(48),
        status: None,
        sent: true,
        resumed: false,
        door,
        sentence: hostile(),
        elapsed_ms: 1.0,
    }
}

fn column() -> Column {
    Column {
        address: None,
        protocol: "TLSv1.3",
        verdict: probe::Verdict::Required,
        asked: Some(probe::Asked::Handshake),
        accepted_issuers: vec![hostile()],
        signature_schemes: vec![hostile()],
        control_status: None,
        clock_skew_seconds: Some(5),
        tickets: 0,
        trust_problem: Some(hostile()),
        rows: vec![
            row(probe::Outcome::Refused, None),
            row(probe::Outcome::Unclear, Some(hostile())),
        ],
    }
}

fn comparison() -> Comparison {
    Comparison {
        columns: 1,
        passed: false,
        rounds: 2,
        elapsed_seconds: 1,
        changes: vec![Change {
            at: hostile(),
            address: None,
            protocol: "TLSv1.3",
            identity: hostile(),
            from: probe::Outcome::Refused,
            to: probe::Outcome::Accepted,
        }],
        table: vec![Shown { column: column(), findings: Vec::new(), failure: None }],
        headline: hostile(),
        held: None,
    }
}

fn refusal() -> Refusal {
    Refusal {
        by: hostile(),
        when: When::AfterHandshake,
        alert: Some(hostile()),
        alert_number: Some(48),
        certain: false,
        causes: vec![Likely {
            cause: "expired",
            proven: true,
            message: hostile(),
            next: hostile(),
        }],
    }
}

fn exchange() -> Exchange {
    Exchange {
        method: hostile(),
        url: hostile(),
        status: Some(200),
        attempts: 2,
        request_bytes: 3,
        last: Some(Attempt {
            response_bytes: 4,
            elapsed: Duration::from_millis(5),
            protocol: Some("TLSv1.3"),
            resumed: Some(true),
            client_certificate: Some(ClientCertificate::Refused),
            response_sha256: Some(hostile()),
            refusal: Some(refusal()),
        }),
    }
}

fn draft() -> Draft {
    Draft {
        method: hostile(),
        url: hostile(),
        request_bytes: 3,
        head: HOSTILE.into(),
        body: HOSTILE.into(),
        body_sha256: hostile(),
    }
}

fn scheme() -> Scheme {
    Scheme {
        title: hostile(),
        header: hostile(),
        algorithm: "sha256",
        encoding: "hex",
        signed: hostile(),
        grade: Some(hostile()),
        details: None,
        table: None,
        heading: None,
    }
}

fn seen() -> Seen {
    Seen {
        served: Some(Served {
            address: None,
            server_name: Some(hostile()),
            protocol: None,
            cipher_suite: Some(hostile()),
            key_exchange: Some(hostile()),
            alpn: Some(hostile()),
            client_certificate: ClientCertificate::Refused,
            accepted_issuers: vec![hostile()],
            trusted: false,
            trust_problem: Some(hostile()),
            proven: false,
        }),
        matched_pin: Some(pin()),
        chain: vec![certificate(), certificate()],
        times: None,
        refusal: Some(refusal()),
        notes: vec![hostile()],
        wanted: Wanted::Chain,
    }
}

fn signing() -> Signing {
    let mut headers = Headers::new();
    headers.push(HOSTILE, HOSTILE);
    Signing {
        scheme: hostile(),
        headers,
        signature: hostile(),
        algorithm: None,
        encoding: "hex",
        payload_bytes: 3,
        payload_sha256: Some(hostile()),
        claims: Some(hostile()),
        wanted: signing::Wanted::Lines,
    }
}

fn verification(causes: Vec<diagnose::Cause>) -> Verification {
    let token = Token {
        issuer: Some(hostile()),
        subject: Some(hostile()),
        audience: Some(vec![hostile()]),
        email: Some(hostile()),
        ..Token::default()
    };
    let notes = vec![hostile()];
    let signed_sha256 = Some(hostile());
    Verification {
        scheme: Some(hostile()),
        matched_secret: Some(hostile()),
        payload_sha256: Some(hostile()),
        standard: Some(Standard::Token(token)),
        matched_url: Some(hostile()),
        diagnosis: Some(Diagnosis {
            causes,
            notes,
            signed_bytes: Some(3),
            signed_sha256,
            ..Diagnosis::default()
        }),
        expected: Some(vec![hostile()]),
        choice: Some(Choice { scheme_flags: hostile(), also_fits: vec![hostile()] }),
        signed_body: Some(SignedBody::Written { bytes: 3, path: HOSTILE.into() }),
        ..Verification::default()
    }
}
