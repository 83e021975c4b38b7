//! What speaks there, when it is not TLS: told from the first bytes.

use crate::error::{Error, Kind};
use crate::failure::Failure;

/// What to do where a server does not speak HTTP/1.1.
pub const OTHER_PROTOCOL: &str = "it does not accept HTTP/1.1, only HTTP/2 or something else \
                                  (ALPN): enable HTTP/1.1 on it, or send to a proxy in front of it \
                                  that speaks it (nginx, Envoy with codec_type AUTO)";

/// How a protocol starts to speak, its name, and the `--starttls` that would work there.
const STARTS: &[(&[u8], &str, Option<&str>)] = &[
    (b"HTTP/", "HTTP without TLS", None),
    (b"<!DOCTYPE", "HTTP without TLS", None),
    (b"<html", "HTTP without TLS", None),
    (b"SSH-", "SSH", None),
    (b"* OK", "IMAP", Some("imap")),
    (b"* PREAUTH", "IMAP", Some("imap")),
    (b"* BYE", "IMAP", Some("imap")),
    (b"+OK", "POP3", Some("pop3")),
    (b"\"IMPLEMENTATION\"", "ManageSieve", Some("sieve")),
    (b"\"SIEVE\"", "ManageSieve", Some("sieve")),
    // What Dovecot says to our first message, where that is there before its greeting is written.
    (b"BYE ", "ManageSieve", Some("sieve")),
    (b"<?xml", "XMPP", Some("xmpp")),
    (b"<stream:", "XMPP", Some("xmpp")),
    (b"-ERR", "Redis", None),
    (b"RFB ", "VNC", None),
    (b"AMQP", "AMQP", None),
    // An error, as the fatal one that every first message gets which is none.
    (b"E\0\0\0", "PostgreSQL", Some("postgres")),
    (b"PRI * HTTP/2", "HTTP/2 without TLS", None),
];

/// Whether a peer begins a TLS handshake: a record of that kind, which no text begins with (RFC 8446
/// section 5.1).
pub fn is_tls(head: &[u8]) -> bool {
    head.first() == Some(&22)
}

/// The protocols that greet with a code: what else stands in the line tells them apart.
fn by_code(head: &[u8]) -> Option<(&'static str, Option<&'static str>)> {
    let line = String::from_utf8_lossy(head.split(|byte| *byte == b'\n').next()?).to_lowercase();
    let (code, rest) = line.split_at_checked(3)?;
    let is_code = matches!(code, "220" | "421" | "530" | "554") && rest.starts_with([' ', '-']);
    let has = |words: &[&str]| words.iter().any(|word| rest.contains(word));
    match is_code {
        false => None,
        _ if has(&["lmtp"]) => Some(("LMTP", Some("lmtp"))),
        _ if has(&["dovecot"]) => Some(("LMTP or SMTP", Some("lmtp or smtp"))),
        _ if has(&["smtp", "mail"]) || code == "554" => Some(("SMTP", Some("smtp"))),
        _ if has(&["ftp"]) || code == "530" => Some(("FTP", Some("ftp"))),
        _ => Some(("SMTP or FTP", Some("smtp or ftp"))),
    }
}

/// The greeting of MySQL and MariaDB: a packet of that length, number 0, version 10; or an error.
fn is_mysql(head: &[u8]) -> bool {
    matches!(head, [_, _, 0, 0, 10 | 0xff, ..])
}

/// A notice of disconnection, or another message of LDAP: SEQUENCE { messageID, [APPLICATION 24] }
fn is_ldap(head: &[u8]) -> bool {
    matches!(head, [0x30, length, 2, 1, 0, 0x78, ..] if *length < 0x80)
}

/// The failure `not-tls` for a peer whose first bytes are no TLS record; `None` when they are, or
/// when there are none.
pub fn not_tls(head: &[u8]) -> Option<Error> {
    // Record types 20 to 24, version 3.x (RFC 8446 section 5.1).
    let is_record = head.first().is_some_and(|kind| (20..=24).contains(kind))
        && head.get(1).is_none_or(|major| *major == 3);
    if head.is_empty() || is_record {
        return None;
    }
    let known = STARTS.iter().find(|(start, ..)| head.starts_with(start));
    let known = known.map(|(_, name, starttls)| (*name, *starttls));
    let has = |text: &str| memchr::memmem::find(head, text.as_bytes()).is_some();
    let known = match known {
        Some(("XMPP", _)) if has("jabber:server") => {
            Some(("XMPP between servers", Some("xmpp-server")))
        }
        // What tells them apart may still be on its way.
        Some(("XMPP", _)) if !has("jabber:client") => Some(("XMPP", Some("xmpp or xmpp-server"))),
        other => other,
    };
    let known = known.or_else(|| by_code(head)).or_else(|| match head {
        _ if is_mysql(head) => Some(("MySQL", Some("mysql"))),
        _ if is_ldap(head) => Some(("LDAP", Some("ldap"))),
        _ if is_http2(head) => Some(("HTTP/2 without TLS", None)),
        _ => None,
    });
    Some(match known {
        Some((name, Some(starttls))) => error(format!("the peer does not speak TLS but {name}"))
            .help(format!("if it can switch to TLS: --starttls {starttls}")),
        Some((name, None)) => {
            error(format!("the peer does not speak TLS but {name}")).help("is this the right port?")
        }
        None => {
            let shown: String = head
                .iter()
                .take(32)
                .flat_map(|byte| std::ascii::escape_default(*byte))
                .map(char::from)
                .collect();
            error(format!("the peer does not speak TLS; it began with \"{shown}\""))
                .help("is this the right port, or does it need --starttls?")
        }
    })
}

/// Whether these are the first frames of an HTTP/2 server: SETTINGS or GOAWAY of stream 0 (RFC 9113
/// section 4.1).
pub fn is_http2(head: &[u8]) -> bool {
    matches!(head, [0, _, _, 4 | 7, 0, 0, 0, 0, 0, ..])
}

/// The failure for a server that answers in HTTP/2 what it was asked in HTTP/1.1.
pub fn only_http2() -> Error {
    Error::new(Failure::HttpMalformed, "the server speaks only HTTP/2, and this is HTTP/1.1")
        .kind(Kind::Network)
        .help(OTHER_PROTOCOL)
}

fn error(message: String) -> Error {
    Error::new(Failure::NotTls, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speakers_are_named() {
        for (head, name, starttls) in [
            (b"HTTP/1.1 400 Bad Request\r\n".as_slice(), "HTTP", None),
            (b"SSH-2.0-OpenSSH_9.6\r\n", "SSH", None),
            (b"220 mail.example ESMTP\r\n", "SMTP", Some("smtp")),
            (b"220-mx.example ESMTP Exim 4.98\r\n", "SMTP", Some("smtp")),
            (b"220 mail.example LMTP ready\r\n", "LMTP", Some("lmtp")),
            (b"220 mx Dovecot ready.\r\n", "LMTP or SMTP", Some("lmtp or smtp")),
            (b"220 (vsFTPd 3.0.3)\r\n", "FTP", Some("ftp")),
            (b"220-FileZilla Server 1.9\r\n", "SMTP or FTP", Some("smtp or ftp")),
            (b"554 5.3.2 no\r\n", "SMTP", Some("smtp")),
            (b"* OK IMAP4rev1\r\n", "IMAP", Some("imap")),
            (b"+OK Dovecot ready.\r\n", "POP3", Some("pop3")),
            (b"\"IMPLEMENTATION\" \"Dovecot Pigeonhole\"\r\n", "ManageSieve", Some("sieve")),
            (b"BYE \"Input buffer full, aborting\"\r\n", "ManageSieve", Some("sieve")),
            (b"<?xml version='1.0'?><stream:stream", "XMPP", Some("xmpp or xmpp-server")),
            (b"<?xml version='1.0'?><stream:stream xmlns='jabber:client'", "XMPP", Some("xmpp")),
            (b"<stream:stream xmlns='jabber:server'", "between servers", Some("xmpp-server")),
            (b"\x4a\0\0\0\x0a8.0.36", "MySQL", Some("mysql")),
            (b"\x44\0\0\0\xff\x6a\x04Host", "MySQL", Some("mysql")),
            (b"E\0\0\0\x8eSFATAL\0", "PostgreSQL", Some("postgres")),
            (b"\x30\x24\x02\x01\x00\x78\x1f", "LDAP", Some("ldap")),
            (b"\0\0\x12\x04\0\0\0\0\0\0\x03", "HTTP/2", None),
            (b"\x00garbage\xff", "\\x00garbage\\xff", None),
        ] {
            let error = not_tls(head).unwrap();
            assert_eq!(error.code, Failure::NotTls);
            assert!(error.message.contains(name), "{error}");
            let help = error.help.unwrap();
            let offered = help.strip_prefix("if it can switch to TLS: --starttls ");
            assert_eq!(offered, starttls, "{name}");
        }
        assert!(is_http2(b"\0\0\x08\x07\0\0\0\0\0") && !is_http2(b"HTTP/1.1 200 OK"));
        assert!(not_tls(b"\x16\x03\x03\x00\x7a").is_none());
        assert!(not_tls(b"").is_none());
    }
}
