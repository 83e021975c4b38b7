//! STARTTLS: every protocol, against a peer that speaks its prologue and then real TLS. Real servers of
//! most of them are in `tests/peers/starttls.rs`.

use std::io::{Read, Write};

use super::pins::{old_and_new, sha1};
use crate::harness::pki::NOW;
use crate::harness::tls::{config, serve_tls};
use crate::harness::{Peer, Tool};

/// One side of a prologue, in turn.
enum Turn {
    /// The peer says this.
    Say(&'static [u8]),
    /// The tool must say exactly this.
    Hear(&'static [u8]),
    /// The tool must say something that ends like this.
    HearUpTo(&'static str),
}
use Turn::{Hear, HearUpTo, Say};

/// What each protocol says before TLS, written from the documents, not from the tool.
const PROLOGUES: &[(&str, &[Turn])] = &[
    (
        "smtp", // RFC 3207 section 5
        &[
            Say(b"220-mail.example ESMTP\r\n220 ready\r\n"),
            HearUpTo("\r\n"),
            Say(b"250-mail.example\r\n250-SIZE 1000\r\n250 STARTTLS\r\n"),
            Hear(b"STARTTLS\r\n"),
            Say(b"220 2.0.0 go ahead\r\n"),
        ],
    ),
    (
        "imap", // RFC 9051 section 6.2.1
        &[
            Say(b"* OK [CAPABILITY IMAP4rev2 STARTTLS] ready\r\n"),
            Hear(b"a STARTTLS\r\n"),
            Say(b"* NO a word in between\r\na OK begin TLS negotiation now\r\n"),
        ],
    ),
    (
        "pop3", // RFC 2595 section 4
        &[Say(b"+OK POP3 ready <1@x>\r\n"), Hear(b"STLS\r\n"), Say(b"+OK begin TLS\r\n")],
    ),
    (
        "lmtp", // RFC 2033, RFC 3207 section 5
        &[
            Say(b"220 mail.example LMTP ready\r\n"),
            Hear(b"LHLO hookprint.invalid\r\n"),
            Say(b"250-mail.example\r\n250 STARTTLS\r\n"),
            Hear(b"STARTTLS\r\n"),
            Say(b"220 2.0.0 go ahead\r\n"),
        ],
    ),
    (
        "sieve", // RFC 5804 section 2.2
        &[
            Say(b"\"IMPLEMENTATION\" \"x\"\r\n\"SASL\" \"\"\r\n\"STARTTLS\"\r\nOK \"ready\"\r\n"),
            Hear(b"STARTTLS\r\n"),
            Say(b"OK \"begin TLS\"\r\n"),
        ],
    ),
    (
        "ftp", // RFC 4217 section 4
        &[
            Say(b"220-welcome\r\n220 ready\r\n"),
            Hear(b"AUTH TLS\r\n"),
            Say(b"234 enabling TLS\r\n"),
        ],
    ),
    (
        "ldap", // RFC 4511 section 4.14
        &[
            Hear(b"\x30\x1d\x02\x01\x01\x77\x18\x80\x161.3.6.1.4.1.1466.20037"),
            Say(b"\x30\x24\x02\x01\x01\x78\x1f\x0a\x01\x00\x04\x00\x04\x00\x8a\x161.3.6.1.4.1.1466.20037"),
        ],
    ),
    (
        "postgres", // Frontend/Backend Protocol, "SSL Session Encryption"
        &[Hear(b"\x00\x00\x00\x08\x04\xd2\x16\x2f"), Say(b"S")],
    ),
    (
        "mysql", // Client/Server Protocol, HandshakeV10 and SSLRequest
        &[
            Say(b"\x49\x00\x00\x00\x0a8.4.0\x00\x0b\x00\x00\x00saltsalt\x00\xff\xff\xff\x02\x00\xff\xdf\x15\
                  \0\0\0\0\0\0\0\0\0\0saltsaltsalt\x00caching_sha2_password\x00"),
            Hear(b"\x20\x00\x00\x01\x00\x8a\x00\x00\x00\x00\x00\x01\x21\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
        ],
    ),
    (
        "xmpp", // RFC 6120 section 5.4
        &[
            HearUpTo("to='127.0.0.1'>"),
            Say(b"<?xml version='1.0'?><stream:stream xmlns='jabber:client' version='1.0' \
                  xmlns:stream='http://etherx.jabber.org/streams' id='1' from='a.example'>\
                  <stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/>\
                  </starttls></stream:features>"),
            Hear(b"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"),
            Say(b"<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"),
        ],
    ),
    (
        "xmpp-server", // RFC 6120 section 5.4
        &[
            HearUpTo("<stream:stream xmlns='jabber:server' "),
            HearUpTo("to='127.0.0.1'>"),
            Say(b"<?xml version='1.0'?><stream:stream xmlns='jabber:server' version='1.0' \
                  xmlns:stream='http://etherx.jabber.org/streams' id='1' from='a.example'>\
                  <stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>"),
            Hear(b"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"),
            Say(b"<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"),
        ],
    ),
];

fn look(target: &str, protocol: &str) -> serde_json::Value {
    let args = ["thumbprint", target, "--starttls", protocol, "--json", "--at", NOW];
    Tool::new(args).run().code(0).item()
}

#[test]
fn every_protocol_switches_to_tls() {
    let (_, pair, _) = old_and_new();
    let (print, config) = (sha1(&pair), config(&[pair]));
    for &(protocol, prologue) in PROLOGUES {
        let config = config.clone();
        let peer = Peer::start(move |mut stream| {
            for turn in prologue {
                match turn {
                    Say(bytes) => stream.write_all(bytes).unwrap(),
                    Hear(bytes) => {
                        let mut heard = vec![0; bytes.len()];
                        stream.read_exact(&mut heard).unwrap();
                        // The tool will say that the peer went away; this says why.
                        assert!(heard == *bytes, "{protocol}: {}", heard.escape_ascii());
                    }
                    HearUpTo(end) => {
                        let (mut heard, mut byte) = (Vec::new(), [0]);
                        while !heard.ends_with(end.as_bytes()) {
                            stream.read_exact(&mut byte).unwrap();
                            heard.push(byte[0]);
                        }
                    }
                }
            }
            serve_tls(stream, config.clone());
        });
        let facts = look(&peer.target(), protocol)["facts"].clone();
        assert_eq!(facts["chain"][0]["sha1"], print, "{protocol}");
        assert_eq!((&facts["protocol"], &facts["proven"]), (&"TLSv1.3".into(), &true.into()));
    }
}

#[test]
fn every_protocol_of_the_help_text_has_been_tried() {
    let help = Tool::new(["thumbprint", "--starttls", "none", "x"]).run().code(2).stderr;
    let names = help.split("[possible values: ").nth(1).unwrap();
    let mut offered: Vec<&str> = names.split(']').next().unwrap().split(", ").collect();
    let mut tried: Vec<&str> = PROLOGUES.iter().map(|(name, _)| *name).collect();
    offered.sort_unstable();
    tried.sort_unstable();
    assert_eq!(offered, tried);
}
