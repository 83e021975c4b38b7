//! Asking a server to switch to TLS in the middle of its own protocol.

mod protocols;

use std::fmt;
use std::str::FromStr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use self::protocols::Wait;
pub use self::protocols::{PROTOCOLS, Protocol};
use super::fault::{self, Deadline, Phase};
use super::wire::Wire;
use crate::error::{Error, Result};
use crate::failure::Failure;

/// What a server may say before TLS starts.
const MAX_DIALOGUE: usize = 16 * 1024;

impl FromStr for &'static Protocol {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        PROTOCOLS.iter().find(|protocol| protocol.name.eq_ignore_ascii_case(text)).ok_or_else(
            || {
                let names: Vec<_> = PROTOCOLS.iter().map(|protocol| protocol.name).collect();
                Error::usage(format!("no STARTTLS is known for {text:?}"))
                    .help(format!("give one of {}", names.join(", ")))
            },
        )
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// Brings the connection to the point where TLS starts.
///
/// # Errors
/// `starttls-refused` with what the server said, `timeout`, `closed`, `reset`.
pub async fn negotiate(
    wire: &mut Wire,
    protocol: &Protocol,
    host: &str,
    deadline: Deadline,
) -> Result<()> {
    let mut dialogue = Dialogue { wire, protocol, read: 0 };
    for step in protocol.steps {
        let send = with_host(step.send, host);
        deadline.limit_io(Phase::StartTls, dialogue.wire.write_all(&send)).await?;
        deadline.limit(Phase::StartTls, dialogue.wait(&step.wait)).await?;
    }
    Ok(())
}

/// The host's name in place of `HOST`.
fn with_host(send: &[u8], host: &str) -> Vec<u8> {
    let mut send = send.to_vec();
    if let Some(start) = send.windows(4).position(|window| window == b"HOST") {
        send.splice(start..start + 4, host.bytes());
    }
    send
}

/// Reads byte by byte: whatever follows the last answer must be TLS, and belongs to it.
struct Dialogue<'a> {
    wire: &'a mut Wire,
    protocol: &'a Protocol,
    read: usize,
}

impl Dialogue<'_> {
    async fn wait(&mut self, wait: &Wait) -> Result<()> {
        match wait {
            Wait::Nothing => Ok(()),
            Wait::Code(code) => loop {
                let line = self.line().await?;
                match line.strip_prefix(code) {
                    Some(rest) if rest.starts_with('-') => {}
                    Some(_) => return Ok(()),
                    None => return Err(self.refused(&line)),
                }
            },
            Wait::Line { good, bad } => loop {
                let line = self.line().await?;
                if line.starts_with(good) {
                    return Ok(());
                } else if line.starts_with(bad) || !line.starts_with(['*', '+', '-', 'a', '"']) {
                    return Err(self.refused(&line));
                }
            },
            Wait::Element { good, bad } => {
                let mut text = Vec::new();
                loop {
                    text.push(self.byte().await?);
                    if text.ends_with(good.as_bytes()) {
                        return Ok(());
                    } else if text.ends_with(bad.as_bytes()) {
                        return Err(self.refused(&String::from_utf8_lossy(&text)));
                    }
                }
            }
            Wait::Byte(good) => match self.byte().await? {
                byte if byte == *good => Ok(()),
                byte => Err(self.refused(&char::from(byte).to_string())),
            },
            Wait::LdapSuccess => self.ldap().await,
            Wait::MysqlGreeting => self.mysql().await,
        }
    }

    async fn byte(&mut self) -> Result<u8> {
        self.read += 1;
        if self.read > MAX_DIALOGUE {
            return Err(self.refused("more than 16 KiB without an end"));
        }
        self.wire.read_u8().await.map_err(|error| fault::from_io(Phase::StartTls, &error))
    }

    async fn bytes(&mut self, count: usize) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        for _ in 0..count {
            bytes.push(self.byte().await?);
        }
        Ok(bytes)
    }

    async fn line(&mut self) -> Result<String> {
        let mut line = Vec::new();
        loop {
            match self.byte().await? {
                b'\n' => break,
                byte => line.push(byte),
            }
        }
        Ok(String::from_utf8_lossy(&line).trim_end().to_owned())
    }

    /// SEQUENCE { messageID, [APPLICATION 24] { resultCode ENUMERATED, ... } }
    async fn ldap(&mut self) -> Result<()> {
        let [tag, first] = [self.byte().await?, self.byte().await?];
        let length = match first {
            _ if tag != 0x30 => return Err(self.refused("something that is not LDAP")),
            0..=0x7f => usize::from(first),
            0x81..=0x84 => self
                .bytes(usize::from(first & 0x7f))
                .await?
                .iter()
                .fold(0, |length, byte| length << 8 | usize::from(*byte)),
            _ => return Err(self.refused("something that is not LDAP")),
        };
        let message = self.bytes(length).await?;
        // The ENUMERATED of one byte is the first in the message: 0a 01 xx.
        match message.windows(3).find(|window| window.starts_with(&[0x0a, 1])) {
            Some([.., 0]) => Ok(()),
            Some([.., code]) => Err(self.refused(&format!("LDAP result code {code}"))),
            _ => Err(self.refused("an LDAP message without a result code")),
        }
    }

    /// length 3, sequence 1, version 1, server version NUL, thread 4, salt 8, 0, capabilities 2
    async fn mysql(&mut self) -> Result<()> {
        let head = self.bytes(4).await?;
        let length = head.iter().take(3).rev().fold(0, |sum, byte| sum << 8 | usize::from(*byte));
        let greeting = self.bytes(length).await?;
        if greeting.first() == Some(&0xff) {
            let text = String::from_utf8_lossy(greeting.get(3..).unwrap_or_default()).into_owned();
            return Err(self.refused(&text));
        }
        let name_end = greeting.iter().position(|byte| *byte == 0).unwrap_or(greeting.len());
        match greeting.get(name_end + 1 + 4 + 8 + 1..).and_then(|rest| rest.get(..2)) {
            Some([_, high]) if high & 0x08 != 0 => Ok(()),
            Some(_) => Err(self.refused("a greeting that does not offer TLS")),
            None => Err(self.refused("something that is not MySQL")),
        }
    }

    fn refused(&self, said: &str) -> Error {
        let said: String = said.chars().take(200).collect();
        let name = self.protocol.name;
        Error::new(Failure::StarttlsRefused, format!("the server did not switch to TLS: {said}"))
            .help(format!("does it speak {name}, and does it offer TLS on this port?"))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::net::{TcpListener, TcpStream};

    use super::*;

    /// How many bytes to read, and what to say then.
    type Script = Vec<(usize, &'static [u8])>;

    /// Runs the dialogue against a server that says these things, each after it has read as many
    /// bytes as stand beside it.
    async fn with_server(protocol: &str, script: Script) -> Result<()> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            for (read, said) in script {
                let mut heard = vec![0; read];
                stream.read_exact(&mut heard).await.unwrap();
                stream.write_all(said).await.unwrap();
            }
            stream
        };
        let client = async {
            let mut wire = Wire::new(TcpStream::connect(address).await.unwrap());
            let deadline = Deadline::after(Duration::from_millis(500));
            let protocol: &Protocol = protocol.parse::<&'static Protocol>().unwrap();
            negotiate(&mut wire, protocol, "a.example", deadline).await
        };
        let (_stream, result) = tokio::join!(server, client);
        result
    }

    #[tokio::test]
    async fn every_protocol_reaches_tls() {
        let mysql = b"\x1a\0\0\x00\x0a8.0\0\x01\0\0\0saltsalt\0\xff\xff\x21\0\0\0\0\0\0\0";
        let scripts: Vec<(&str, Script)> = vec![
            (
                "smtp",
                vec![
                    (0, b"220-hello\r\n220 there\r\n"),
                    (24, b"250-x\r\n250 STARTTLS\r\n"),
                    (10, b"220 go\r\n"),
                ],
            ),
            ("imap", vec![(0, b"* OK hi\r\n"), (12, b"* CAPABILITY x\r\na OK go\r\n")]),
            ("pop3", vec![(0, b"+OK hi\r\n"), (6, b"+OK go\r\n")]),
            ("ftp", vec![(0, b"220 hi\r\n"), (10, b"234 go\r\n")]),
            (
                "lmtp",
                vec![(0, b"220 hi\r\n"), (24, b"250-x\r\n250 STARTTLS\r\n"), (10, b"220 go\r\n")],
            ),
            (
                "sieve",
                vec![
                    (0, b"\"IMPLEMENTATION\" \"x\"\r\n\"STARTTLS\"\r\nOK \"ready\"\r\n"),
                    (10, b"OK \"go\"\r\n"),
                ],
            ),
            (
                "xmpp-server",
                vec![(100, b"<stream:features></stream:features>"), (20, b"<proceed x='y'/>")],
            ),
            ("ldap", vec![(31, b"\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00")]),
            ("postgres", vec![(8, b"S")]),
            ("mysql", vec![(0, mysql)]),
            (
                "xmpp",
                vec![(100, b"<stream:features></stream:features>"), (20, b"<proceed x='y'/>")],
            ),
        ];
        assert_eq!(scripts.len(), PROTOCOLS.len());
        for (protocol, script) in scripts {
            with_server(protocol, script).await.unwrap_or_else(|e| panic!("{protocol}: {e:?}"));
        }
    }

    #[tokio::test]
    async fn a_refusal_says_what_the_server_said() {
        let scripts: Vec<(&str, Script, &str)> = vec![
            ("smtp", vec![(0, b"554 no\r\n")], "554 no"),
            (
                "smtp",
                vec![(0, b"220 a\r\n"), (24, b"250 x\r\n"), (10, b"502 what\r\n")],
                "502 what",
            ),
            ("imap", vec![(0, b"* OK hi\r\n"), (12, b"a BAD no\r\n")], "a BAD no"),
            ("pop3", vec![(0, b"+OK hi\r\n"), (6, b"-ERR no\r\n")], "-ERR no"),
            ("ftp", vec![(0, b"220 hi\r\n"), (10, b"530 no\r\n")], "530 no"),
            ("ldap", vec![(31, b"\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x02\x04\x00\x04\x00")], "2"),
            ("sieve", vec![(0, b"BYE \"full\"\r\n")], "full"),
            ("sieve", vec![(0, b"OK\r\n"), (10, b"NO \"not here\"\r\n")], "not here"),
            ("postgres", vec![(8, b"N")], "N"),
            ("mysql", vec![(0, b"\x07\0\0\x00\xff\x69\x04Host x")], "Host"),
            ("xmpp", vec![(100, b"<stream:error/></stream:stream>")], "<stream:error/>"),
        ];
        for (protocol, script, said) in scripts {
            let error = with_server(protocol, script).await.unwrap_err();
            assert_eq!(error.code, Failure::StarttlsRefused, "{protocol}: {error}");
            assert!(error.message.contains(said), "{protocol}: {error}");
        }
    }

    #[tokio::test]
    async fn silence_and_endless_talk_end() {
        assert_eq!(with_server("smtp", vec![]).await.unwrap_err().code, Failure::Timeout);
        let endless: &'static [u8] = &[b'x'; MAX_DIALOGUE + 1];
        let error = with_server("pop3", vec![(0, endless)]).await.unwrap_err();
        assert_eq!(error.code, Failure::StarttlsRefused);
    }
}
