//! The protocols that can switch to TLS, as data: what to send, and what to wait for.

/// One protocol: its name on the command line, its usual port and the dialogue up to TLS.
#[derive(Debug)]
pub struct Protocol {
    /// Name on the command line.
    pub name: &'static str,
    /// Port when the target has none.
    pub port: u16,
    pub(super) steps: &'static [Step],
}

/// One step of a dialogue: send this (perhaps nothing; `HOST` is the name that is meant), wait for that.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) send: &'static [u8],
    pub(super) wait: Wait,
}

/// What ends a step.
#[derive(Debug)]
pub(super) enum Wait {
    /// A reply with this code; lines `250-...` are not the last (RFC 5321 section 4.2).
    Code(&'static str),
    /// The line that starts with the first; a line that starts with another tag goes on, but a
    /// line that starts with the last is a refusal.
    Line { good: &'static str, bad: &'static str },
    /// XML up to the first; the second is a refusal.
    Element { good: &'static str, bad: &'static str },
    /// One byte.
    Byte(u8),
    /// A BER message (LDAP) whose result code is 0 (success).
    LdapSuccess,
    /// A MySQL greeting that offers TLS.
    MysqlGreeting,
    /// Nothing: TLS starts at once.
    Nothing,
}

/// Every protocol. Sources: RFC 3207 (SMTP), RFC 2033 (LMTP), RFC 2595 (IMAP, POP3), RFC 5804 section 2.2
/// (ManageSieve), RFC 4217 (FTP), RFC 4511
/// section 4.14 (LDAP), RFC 6120 section 5 (XMPP), and the protocol manuals of PostgreSQL
/// ("SSLRequest") and MySQL ("SSLRequest", capability 0x0800).
pub const PROTOCOLS: &[Protocol] = &[
    Protocol {
        name: "smtp",
        port: 25,
        steps: &[
            Step { send: b"", wait: Wait::Code("220") },
            Step { send: b"EHLO hookprint.invalid\r\n", wait: Wait::Code("250") },
            Step { send: b"STARTTLS\r\n", wait: Wait::Code("220") },
        ],
    },
    Protocol {
        name: "imap",
        port: 143,
        steps: &[
            Step { send: b"", wait: Wait::Line { good: "* OK", bad: "* BYE" } },
            Step { send: b"a STARTTLS\r\n", wait: Wait::Line { good: "a OK", bad: "a " } },
        ],
    },
    Protocol {
        name: "pop3",
        port: 110,
        steps: &[
            Step { send: b"", wait: Wait::Line { good: "+OK", bad: "-ERR" } },
            Step { send: b"STLS\r\n", wait: Wait::Line { good: "+OK", bad: "-ERR" } },
        ],
    },
    Protocol {
        name: "lmtp",
        port: 24,
        steps: &[
            Step { send: b"", wait: Wait::Code("220") },
            Step { send: b"LHLO hookprint.invalid\r\n", wait: Wait::Code("250") },
            Step { send: b"STARTTLS\r\n", wait: Wait::Code("220") },
        ],
    },
    Protocol {
        name: "sieve",
        port: 4190,
        steps: &[
            Step { send: b"", wait: Wait::Line { good: "OK", bad: "BYE" } },
            Step { send: b"STARTTLS\r\n", wait: Wait::Line { good: "OK", bad: "NO" } },
        ],
    },
    Protocol {
        name: "ftp",
        port: 21,
        steps: &[
            Step { send: b"", wait: Wait::Code("220") },
            Step { send: b"AUTH TLS\r\n", wait: Wait::Code("234") },
        ],
    },
    Protocol {
        name: "ldap",
        port: 389,
        // SEQUENCE { messageID 1, [APPLICATION 23] { [0] "1.3.6.1.4.1.1466.20037" } }
        steps: &[Step {
            send: b"\x30\x1d\x02\x01\x01\x77\x18\x80\x161.3.6.1.4.1.1466.20037",
            wait: Wait::LdapSuccess,
        }],
    },
    Protocol {
        name: "postgres",
        port: 5432,
        // length 8, code 1234.5679
        steps: &[Step { send: b"\x00\x00\x00\x08\x04\xd2\x16\x2f", wait: Wait::Byte(b'S') }],
    },
    Protocol {
        name: "mysql",
        port: 3306,
        // length 32, sequence 1; capabilities PROTOCOL_41 | SSL | SECURE_CONNECTION; largest
        // packet 16 MiB; character set utf8; 23 zeros
        steps: &[
            Step { send: b"", wait: Wait::MysqlGreeting },
            Step {
                send: b"\x20\0\0\x01\x00\x8a\0\0\0\0\0\x01\x21\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
                wait: Wait::Nothing,
            },
        ],
    },
    Protocol {
        name: "xmpp",
        port: 5222,
        steps: &[
            Step {
                send: b"<?xml version='1.0'?><stream:stream xmlns='jabber:client' \
                        xmlns:stream='http://etherx.jabber.org/streams' version='1.0' to='HOST'>",
                wait: FEATURES,
            },
            START_XMPP,
            PROCEEDED,
        ],
    },
    Protocol {
        name: "xmpp-server",
        port: 5269,
        steps: &[
            Step {
                send: b"<?xml version='1.0'?><stream:stream xmlns='jabber:server' \
                        xmlns:stream='http://etherx.jabber.org/streams' version='1.0' to='HOST'>",
                wait: FEATURES,
            },
            START_XMPP,
            PROCEEDED,
        ],
    },
];

const FEATURES: Wait = Wait::Element { good: "</stream:features>", bad: "</stream:stream>" };
const START_XMPP: Step = Step {
    send: b"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
    wait: Wait::Element { good: "<proceed", bad: "<failure" },
};
const PROCEEDED: Step =
    Step { send: b"", wait: Wait::Element { good: ">", bad: "</stream:stream>" } };
