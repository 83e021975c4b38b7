//! Where a number or the name of an alert stands in a text: behind words that announce it.

use std::sync::LazyLock;

use crate::explain::table::{self, Row};
use crate::explain::text::{Folded, cut, folded};
use crate::outcome::explanation::Kind;
use crate::tls::alert::ALERTS;

/// Words that announce something.
pub const ANNOUNCED: &[&str] = &[
    "alert",
    "remote error: tls: ",
    "'description': '",
    "error:num=",
    "verify return code: ",
    "error: (",
    "error (",
    "error:",
    "curl: (",
];

/// What was announced.
pub struct Announced {
    /// Its row.
    pub row: &'static Row,
    /// As what.
    pub kind: Kind,
    /// Where it ends in the text.
    pub end: usize,
}

/// Names of alerts as they are spelled, the longest first.
static NAMES: LazyLock<Vec<(String, u8)>> = LazyLock::new(|| {
    let mut names: Vec<(String, u8)> = Vec::new();
    for (number, name) in ALERTS {
        names.push((folded(name), *number));
        names.push((name.replace('_', ""), *number));
        let spelled = table::of_alert(*number).map(|row| row.patterns.as_slice());
        names.extend(spelled.unwrap_or_default().iter().map(|name| (folded(name), *number)));
    }
    names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    names
});

/// Words that may stand between "alert" and its name or number.
const BETWEEN: &[&str] =
    &["number", "code", "is", "fatal", "received", "message", "type", "read", "write"];

/// What the announcing words at `at`, which end at `end`, announce.
pub fn announced(text: &Folded, word: usize, at: usize, end: usize) -> Option<Announced> {
    let rest = text.text[end..].lines().next().unwrap_or_default();
    let rest = cut(rest, 80);
    let verified = |house: &str, length: usize, number: u32| {
        let row = table::of_code(&format!("{house}:{number}"))?;
        Some(Announced { row, kind: Kind::Message, end: end + length })
    };
    match ANNOUNCED[word] {
        "alert" => alert(rest, end),
        "remote error: tls: " | "'description': '" => of_alert(named(rest)?, end),
        "error:" => of_alert((library(rest)?, 8), end),
        "curl: (" => {
            let (number, length) = digits(rest)?;
            rest[length..].starts_with(')').then(|| verified("curl", length + 1, number))?
        }
        "error (" | "error: (" => {
            let (number, length) = digits(rest)?;
            let is_closed = rest[length..].starts_with([':', ')']);
            let (start, _) = text.around(at);
            let is_of_certificate = text.text[start..at].contains("cert");
            (is_closed && is_of_certificate).then(|| verified("openssl", length, number))?
        }
        _ => {
            let (number, length) = digits(rest)?;
            verified("openssl", length, number)
        }
    }
}

/// The name or number behind the word "alert".
fn alert(rest: &str, end: usize) -> Option<Announced> {
    let mut at = 0;
    // Every step goes on by a letter at least; the line was cut before.
    loop {
        at += rest[at..].len()
            - rest[at..].trim_start_matches([' ', ':', ',', '[', '(', ')', '\'', '-', '=']).len();
        if let Some((number, length)) = digits(&rest[at..]) {
            // mbed TLS: "[2:48]", level and number.
            let second = rest[at + length..].strip_prefix(':').and_then(digits);
            let (number, length) =
                second.map_or((number, length), |(number, more)| (number, length + 1 + more));
            let is_announced = at > 1 || rest.starts_with(" [");
            let number = u8::try_from(number).ok().filter(|_| is_announced)?;
            return of_alert((number, at + length), end);
        }
        if let Some((number, length)) = named(&rest[at..]) {
            return of_alert((number, at + length), end);
        }
        let word = BETWEEN.iter().find(|word| starts_with_word(&rest[at..], word))?;
        at += word.len();
    }
}

fn of_alert((number, length): (u8, usize), end: usize) -> Option<Announced> {
    // The orderly end of a connection is no error.
    let row = table::of_alert(number).filter(|_| number != 0)?;
    Some(Announced { row, kind: Kind::Alert, end: end + length })
}

/// The alert whose name a text begins with, and how long that is.
fn named(text: &str) -> Option<(u8, usize)> {
    let found = NAMES.iter().find(|(name, _)| starts_with_word(text, name));
    found.map(|(name, number)| (*number, name.len()))
}

fn starts_with_word(text: &str, word: &str) -> bool {
    text.strip_prefix(word)
        .is_some_and(|rest| !rest.starts_with(|next: char| next.is_alphanumeric()))
}

fn digits(text: &str) -> Option<(u32, usize)> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    let number = text[..length].parse().ok().filter(|_| length <= 3)?;
    Some((number, length))
}

/// OpenSSL's packed number of an alert that came: library 20, reason 1000 and more.
fn library(text: &str) -> Option<u8> {
    let packed = text.get(..8).filter(|_| text[8..].starts_with(':'))?;
    let packed = u32::from_str_radix(packed, 16).ok()?;
    let is_of_ssl = packed >> 23 == 20 || packed >> 24 == 20;
    let reason = (packed & 0xfff).checked_sub(1000).filter(|_| is_of_ssl)?;
    u8::try_from(reason).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let text = Folded::of(text);
        let mut found = Vec::new();
        for (word, announcing) in ANNOUNCED.iter().enumerate() {
            for (at, _) in text.text.match_indices(announcing) {
                let one = announced(&text, word, at, at + announcing.len());
                found.extend(one.map(|one| one.row.id.clone()));
            }
        }
        found.dedup();
        found
    }

    #[test]
    fn alerts_and_numbers_as_programs_print_them() {
        for (text, expected) in [
            ("tlsv1 alert unknown ca, alert number 48", "unknown_ca"),
            ("[SSL: TLSV13_ALERT_CERTIFICATE_REQUIRED] (_ssl.c:2580)", "certificate_required"),
            ("ERR_SSL_TLSV1_ALERT_UNKNOWN_CA", "unknown_ca"),
            ("Received fatal alert: bad_certificate", "bad_certificate"),
            ("remote error: tls: unknown certificate authority", "unknown_ca"),
            ("remote error: tls: expired certificate", "certificate_expired"),
            ("received fatal alert: CertificateRequired", "certificate_required"),
            ("TLSv1.3 (IN), TLS alert, unknown CA (560):", "unknown_ca"),
            ("The TLS protocol defined fatal alert code is 40.", "handshake_failure"),
            ("*** Received alert [48]: CA is unknown", "unknown_ca"),
            ("got an alert message, type: [2:42]", "bad_certificate"),
            ("SSL alert (read): fatal: unknown CA", "unknown_ca"),
            ("\"description\": \"certificate_unknown\"", "certificate_unknown"),
            ("error:0A000418:SSL routines::x", "unknown_ca"),
            ("error:14094416:SSL routines:ssl3_read_bytes:x", "certificate_unknown"),
            ("verify error:num=20:x", "openssl-20"),
            ("Verify return code: 21 (x)", "openssl-21"),
            ("client SSL certificate verify error: (10:x) while", "openssl-10"),
            ("Certificate Verification: Error (23): x", "openssl-23"),
            ("curl: (56) OpenSSL SSL_read", "curl-56"),
        ] {
            assert_eq!(found(text), [expected], "{text}");
        }
        for text in [
            "alert",
            "alert ",
            "alert 48",
            "alert:",
            "red alert: nothing",
            "alert number 480",
            "alert number 999999999999",
            "curl: (56",
            "curl: (x)",
            "error:0A0",
            "error:05800074:x509",
            "error (10): the disk",
            "num=20",
            "alert (((((",
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }
}
