//! Texts of programs, and what is recognised in them.

use std::collections::HashMap;

use time::macros::datetime;

use super::table;
use super::*;
use crate::outcome::explanation::Side;

fn answer(text: &str) -> Vec<Explanation> {
    let rules = Rules { from: None, own: None, now: datetime!(2026-11-22 5:00 UTC) };
    explain(text, &rules).explanations.into_iter().map(|(_, one)| one).collect()
}

fn ids(text: &str) -> Vec<String> {
    answer(text).into_iter().map(|one| one.id).collect()
}

/// Each pattern is found as it is, in a stack trace, and in JSON with escapes; as itself, or as the row
/// whose longer words it stands in.
#[test]
fn every_pattern_is_found_in_three_dressings() {
    for row in table::rows().iter().filter(|row| row.alert.is_none()) {
        for pattern in &row.patterns {
            let with = row.with.first().map_or("", String::as_str);
            let json = serde_json::to_string(&format!("a\tfailed\n{with} {pattern}\nb")).unwrap();
            for text in [
                format!("{with} {pattern}"),
                format!("Caused by: x.Error: {with} {pattern}\n\tat a.B.c(D.java:7)"),
                format!("{{\"level\":\"error\",\"msg\":{json}}}"),
            ] {
                assert!(ids(&text).contains(&row.id), "{}: {text}: {:?}", row.id, ids(&text));
            }
        }
    }
}

#[test]
fn no_pattern_is_that_of_another_row() {
    let mut owners: HashMap<String, &str> = HashMap::new();
    for row in table::rows().iter().filter(|row| row.alert.is_none()) {
        for pattern in &row.patterns {
            let other = owners.insert(text::folded(pattern), &row.id);
            assert!(
                other.is_none_or(|other| other == row.id),
                "{pattern}: {} and {other:?}",
                row.id
            );
        }
    }
}

#[test]
fn what_says_most_goes_first_and_wrappers_only_stand_alone() {
    let python = "ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: \
                  unable to get local issuer certificate (_ssl.c:1007)";
    assert_eq!(ids(python), ["openssl-20"]);
    assert_eq!(ids("certificate verify failed"), ["openssl-depth"]);
    let curl = "* OpenSSL SSL_read: error:0A000418:SSL routines::tlsv1 alert unknown ca, errno 0\n\
                curl: (56) OpenSSL SSL_read: error:0A000418:SSL routines::tlsv1 alert unknown ca, errno 0";
    let [alert] = &answer(curl)[..] else { panic!("{:?}", ids(curl)) };
    assert_eq!((alert.id.as_str(), alert.line, alert.times), ("unknown_ca", Some(2), 2));
    let nginx = "2026/11/22 05:00:00 [info] 7#7: *1 client SSL certificate verify error: (10:certificate has \
                 expired) while reading client request headers, client: 192.0.2.1, server: hooks.example";
    let [expired] = &answer(nginx)[..] else { panic!("{:?}", ids(nginx)) };
    assert_eq!((expired.id.as_str(), expired.side), ("openssl-10", Some(Side::Server)));
    assert!(expired.title.starts_with("the caller's certificate"), "{}", expired.title);
    assert_eq!(expired.causes[0].id, "expired");
    assert!(expired.also.contains(&"this is a text of nginx".to_owned()), "{:?}", expired.also);
}

#[test]
fn the_last_of_equals_goes_first() {
    let java = "javax.net.ssl.SSLException: socket hang up\nCaused by: x: Connection refused\nCaused by: \
                java.security.UnrecoverableKeyException: Cannot recover key";
    assert_eq!(ids(java), ["java-key", "connection-refused"]);
}

#[test]
fn who_speaks_decides_whose_certificate_it_is() {
    let ours = answer("remote error: tls: unknown certificate authority");
    assert!(ours[0].title.starts_with("the peer refused") && ours[0].causes.len() > 2);
    let theirs = answer(
        "2026/11/22 [error] SSL_do_handshake() failed (SSL: error:0A000416:SSL routines::sslv3 alert \
         certificate unknown:SSL alert number 46) while SSL handshaking, client: 192.0.2.1",
    );
    assert!(theirs[0].title.contains("the server's certificate"), "{}", theirs[0].title);
    assert_eq!(theirs[0].side, Some(Side::Server));
    let sent = answer("* TLSv1.3 (OUT), TLS alert, unknown CA (560):");
    assert!(sent[0].title.starts_with("our side ended TLS"), "{}", sent[0].title);
    let go = answer(
        "http: TLS handshake error from 192.0.2.1:9: tls: failed to verify client certificate: x509: certificate signed by unknown authority",
    );
    assert_eq!((go[0].id.as_str(), go[0].side), ("go-auth", Some(Side::Server)));
    assert_eq!(go[0].causes[0].id, "issuer-unknown");
    let client = answer("Get \"https://a\": x509: certificate signed by unknown authority");
    assert_eq!(client[0].side, Some(Side::Client));
    assert!(client[0].title.starts_with("the peer's certificate"), "{}", client[0].title);
}

/// Lines as the programs print them, and what must, or must not, be said of each.
#[test]
fn what_is_said_fits_the_side_that_says_it() {
    let nginx = |what: &str, how: &str| {
        answer(&format!(
            "2026/11/22 05:00:00 [error] 7#7: *1 SSL_do_handshake() failed (SSL: error:0A000415:SSL \
             routines::{what}) while SSL handshaking{how}, client: 192.0.2.1, server: hooks.example"
        ))
    };
    let apache = |who: &str| {
        answer(&format!(
            "[Sun Nov 22 05:00:00 2026] [ssl:info] [pid 7:tid 8] [{who} 192.0.2.1:443] AH01992: SSL library \
             error 1 reading data\n[Sun Nov 22 05:00:00 2026] [ssl:info] [pid 7:tid 8] SSL Library Error: \
             error:0A000415:SSL routines::sslv3 alert certificate expired (SSL alert number 45)"
        ))
    };
    assert_eq!(
        (apache("remote")[0].side, apache("client")[0].side),
        (Some(Side::Client), Some(Side::Server))
    );
    let backend = "[ssl:info] [pid 7:tid 8] [remote 192.0.2.1:443] AH02276: Certificate Verification: Error \
                   (10): certificate has expired";
    assert!(
        answer(backend)[0].title.starts_with("the peer's certificate"),
        "{:?}",
        answer(backend)
    );
    let expired = "sslv3 alert certificate expired:SSL alert number 45";
    let upstream = &nginx(expired, " to upstream")[0];
    assert_eq!((upstream.side, upstream.causes[0].id.as_str()), (Some(Side::Client), "expired"));
    assert!(upstream.title.starts_with("the peer refused"), "{}", upstream.title);
    let caller = &nginx(expired, "")[0];
    assert!(caller.meaning.starts_with("the caller does not accept the server's"), "{caller:?}");
    assert!(caller.next.contains("what the server sends"), "{caller:?}");
    assert_eq!(caller.causes[0].text, caller.meaning);
    let sent = &answer("* TLSv1.3 (OUT), TLS alert, certificate expired (557):")[0];
    assert!(sent.meaning.starts_with("our side does not accept the peer's"), "{sent:?}");
    let version = &nginx("tlsv1 alert protocol version:SSL alert number 70", "")[0];
    assert_eq!(version.title, "the caller ended TLS with alert protocol_version (70)");
    let gnutls =
        "*** Fatal error: A TLS fatal alert has been received.\n*** Received alert [70]: x";
    assert_eq!(ids(gnutls), ["protocol_version"]);
    let python = &answer("ssl.SSLError: [SSL: EE_KEY_TOO_SMALL] ee key too small (_ssl.c:3905)")[0];
    assert_eq!((python.side, python.title.as_str()), (Some(Side::Local), "key is weak"));
    assert!(!python.also.iter().any(|also| also.contains("Apache")), "{:?}", python.also);
    let left =
        "http: TLS handshake error from 192.0.2.1:9: read tcp: read: connection reset by peer";
    let left = &answer(left)[0];
    assert_eq!((left.title.as_str(), left.causes.len()), ("the caller closed the connection", 1));
    let haproxy = &answer("192.0.2.1:80 [x] f/1: SSL client certificate not trusted")[0];
    assert_eq!(haproxy.causes[0].id, "expired", "{haproxy:?}");
}

/// A title says no more than what is known.
#[test]
fn titles_claim_nothing() {
    for (text, title) in [
        ("curl: (58) could not load PEM client certificate", "cannot be used"),
        ("curl: (58) x digital envelope routines::unsupported", "the store is weakly protected"),
        ("[emerg] cannot load certificate key \"/x\": No such file", "cannot be used"),
        ("[emerg] cannot load certificate \"/x\": No such file", "cannot be used"),
        ("curl: (77) error setting certificate file: a.p12", "cannot be used"),
        ("curl: (52) Empty reply from server", "the peer closed the connection"),
        ("unable to get local issuer certificate", "the issuer was not found"),
        ("x509: certificate has expired or is not yet valid: x is before y", "or is not valid yet"),
        ("Caused by: java.security.cert.CertificateNotYetValidException: x", "is not valid yet"),
    ] {
        let found = answer(text);
        assert!(found[0].title.ends_with(title), "{text}: {}", found[0].title);
    }
    let plain = "*   Trying 192.0.2.1:8443...\n> POST / HTTP/1.1\n* Empty reply from server";
    let closed = &answer(plain)[0];
    assert_eq!((closed.causes.len(), closed.causes[0].id.as_str()), (1, "something-else"));
    assert!(closed.also.iter().any(|also| also.contains("no TLS was spoken")), "{closed:?}");
}

#[test]
fn what_seems_to_contradict_is_told() {
    let text = "* SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384\n*  SSL certificate verify ok.\n\
                curl: (56) tlsv13 alert certificate required, errno 0";
    let also = answer(text)[0].also.join("\n");
    assert!(also.contains("line 2 \"ssl certificate verify ok\" is about the server's"), "{also}");
    assert!(also.contains("connected is not accepted"), "{also}");
    let asked = "* TLSv1.2 (IN), TLS handshake, Server hello (2):\n* TLSv1.2 (IN), TLS handshake, Request CERT (13):\n\
                 * TLSv1.2 (OUT), TLS handshake, Certificate (11):\n\
                 curl: (35) sslv3 alert handshake failure";
    let found = answer(asked);
    assert_eq!(found[0].causes[0].id, "none-given", "{:?}", found[0].causes);
    assert!(found[0].also.iter().any(|also| also.contains("none was sent")), "{:?}", found[0].also);
}

#[test]
fn only_what_a_program_says() {
    let text = "PKIX path building failed\nx509: certificate signed by unknown authority\nmac verify failure";
    let of = |from| {
        let rules = Rules { from, own: None, now: datetime!(2026-11-22 5:00 UTC) };
        let found = explain(text, &rules).explanations;
        found.into_iter().map(|(_, one)| one.id).collect::<Vec<_>>()
    };
    assert_eq!(of(None), ["openssl-mac", "go-auth", "java-pkix"]);
    assert_eq!(of(Some("java")), ["java-pkix"]);
    assert_eq!(of(Some("python")), ["openssl-mac"]);
}

#[test]
fn ends_are_ends_of_words_and_other_things_are_not_explained() {
    for text in [
        "http request took 5 ms",
        "alert 48 raised on host 9",
        "GET /403.7/x 200",
        "order 12044 was paid",
        "the red alert: internal error in the engine room",
        "[ALERT] Certificate expired on hooks.example",
        "alert: bad certificate on host 7, 30 days left",
        "certificateexpiredx",
        "CONNECTION_REFUSEDNESS",
        "Failed to connect to bus: No such file or directory",
        "Missing required headers: X-Request-Id",
        "error (10): disk",
        "NotAfter: Nov 22 05:00:00 2027 GMT",
    ] {
        assert_eq!(ids(text), [""; 0], "{text}");
    }
}

#[test]
fn any_bytes_are_taken() {
    for text in [
        "",
        "\n",
        "alert",
        "alert \u{0}",
        "\u{1b}[",
        "äalertä ca",
        "tls alert \u{fffd}",
        "ß alert unknown ca tls",
    ] {
        ids(text);
    }
    let many = "tls alert unknown ca alert ".repeat(20_000);
    assert_eq!(ids(&many), ["unknown_ca"]);
}

/// Texts out of pieces of everything that is looked for, and of what nobody expects.
fn thrown_together(count: u64) {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = move |most: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % most as u64).unwrap()
    };
    let patterns: Vec<&str> =
        table::rows().iter().flat_map(|row| &row.patterns).map(String::as_str).collect();
    let others = [
        " ",
        "\n",
        "\t",
        "tls ",
        "ssl",
        "alert ",
        "number ",
        "48",
        "(",
        ")",
        "[",
        "error (",
        "cert",
        ":",
        "9999999999",
        "error:0A000418:",
        "num=",
        "curl: (",
        "\u{1b}[3",
        "%",
        "%4",
        "%20",
        "\\",
        "\\n",
        "\\u00",
        "\\u0041",
        "ä",
        "\u{2019}",
        "\u{301}",
        "\0",
        "_",
        "\"",
        "client certificate",
        ", client: ",
        "(OUT), TLS alert, ",
        "unknown_ca",
        "\tat a(b:1)\n",
        "Authorization: ",
        "-----BEGIN ",
        "PRIVATE KEY-----",
        "password=",
        "\u{10ffff}",
    ];
    let rules = Rules { from: None, own: None, now: datetime!(2026-11-22 5:00 UTC) };
    for _ in 0..count {
        let mut text = String::new();
        for _ in 0..=next(12) {
            let piece = match next(3) {
                0 => patterns[next(patterns.len())],
                _ => others[next(others.len())],
            };
            let part = text::cut(piece, next(piece.len() + 1));
            text.push_str(if next(4) == 0 { part } else { piece });
        }
        secrets::pasted(&text);
        let Answer { explanations, .. } = explain(&text, &rules);
        for (subject, one) in &explanations {
            assert!(!subject.is_empty() && subject.chars().count() <= LONGEST, "{text:?}");
            assert!(one.line.is_some_and(|line| line >= 1) && one.times >= 1, "{text:?}");
            assert!(!one.causes.is_empty() && !one.title.is_empty(), "{text:?}: {one:?}");
        }
        if explanations.is_empty() {
            near::nearest(super::text::cut(&text, 40));
        }
    }
}

#[test]
fn whatever_is_thrown_together_is_taken() {
    thrown_together(2_000);
}

#[test]
#[ignore = "takes minutes: cargo test --lib a_million -- --ignored"]
fn a_million_pastes() {
    thrown_together(1_000_000);
}
