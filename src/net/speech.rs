//! What speaks there, when it is not TLS: told from the first bytes.

use crate::error::Error;
use crate::failure::Failure;

/// How a protocol starts to speak, its name, and the `--starttls` that would work there.
const STARTS: &[(&[u8], &str, Option<&str>)] = &[
    (b"HTTP/", "HTTP without TLS", None),
    (b"<!DOCTYPE", "HTTP without TLS", None),
    (b"<html", "HTTP without TLS", None),
    (b"SSH-", "SSH", None),
    (b"220 ", "SMTP or FTP", Some("smtp")),
    (b"220-", "SMTP or FTP", Some("smtp")),
    (b"421 ", "SMTP or FTP", Some("smtp")),
    (b"554 ", "SMTP", Some("smtp")),
    (b"* OK", "IMAP", Some("imap")),
    (b"* BYE", "IMAP", Some("imap")),
    (b"+OK", "POP3", Some("pop3")),
    (b"<?xml", "XMPP", Some("xmpp")),
    (b"<stream:", "XMPP", Some("xmpp")),
    (b"-ERR", "Redis", None),
    (b"RFB ", "VNC", None),
    (b"AMQP", "AMQP", None),
    (b"E\0\0\0", "PostgreSQL", Some("postgres")),
    (b"PRI * HTTP/2", "HTTP/2 without TLS", None),
];

/// Whether a peer begins a TLS handshake: a record of that kind, which no text begins with (RFC 8446
/// section 5.1).
pub fn is_tls(head: &[u8]) -> bool {
    head.first() == Some(&22)
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
    let mysql = (head.get(3..5) == Some(&[0, 10])).then_some(("MySQL", Some("mysql")));
    let known = STARTS.iter().find(|(start, ..)| head.starts_with(start));
    Some(match known.map(|(_, name, starttls)| (*name, *starttls)).or(mysql) {
        Some((name, Some(starttls))) => error(format!("the peer does not speak TLS but {name}"))
            .help(format!("if it can switch to TLS: --starttls {starttls}")),
        Some((name, None)) => {
            error(format!("the peer does not speak TLS but {name}")).help("is it the right port?")
        }
        None => {
            let shown: String = head
                .iter()
                .take(32)
                .flat_map(|byte| std::ascii::escape_default(*byte))
                .map(char::from)
                .collect();
            error(format!("the peer does not speak TLS; it began with \"{shown}\""))
                .help("is it the right port, or does it need --starttls?")
        }
    })
}

fn error(message: String) -> Error {
    Error::new(Failure::NotTls, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speakers_are_named() {
        for (head, name) in [
            (b"HTTP/1.1 400 Bad Request\r\n".as_slice(), "HTTP"),
            (b"SSH-2.0-OpenSSH_9.6\r\n", "SSH"),
            (b"220 mail.example ESMTP\r\n", "SMTP"),
            (b"* OK IMAP4rev1\r\n", "IMAP"),
            (b"\x4a\0\0\0\x0a8.0.36", "MySQL"),
            (b"\x00garbage\xff", "\\x00garbage\\xff"),
        ] {
            let error = not_tls(head).unwrap();
            assert_eq!(error.code, Failure::NotTls);
            assert!(error.message.contains(name), "{error}");
        }
        assert!(not_tls(b"\x16\x03\x03\x00\x7a").is_none());
        assert!(not_tls(b"").is_none());
    }
}
