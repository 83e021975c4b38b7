//! The tunnel through a SOCKS proxy: version 5 (RFC 1928), with user and password (RFC 1929) where it wants
//! them.

use std::net::IpAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{Credentials, Proxy};
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::net::fault::{Deadline, Phase};
use crate::net::target::Endpoint;
use crate::net::wire::Wire;
use crate::secret::Secret;

const VERSION: u8 = 5;
/// Methods of authentication.
const NONE: u8 = 0;
const USER_AND_PASSWORD: u8 = 2;
const NO_ACCEPTABLE: u8 = 0xff;
/// The version of the dialogue about user and password.
const DIALOGUE: u8 = 1;
const CONNECT: u8 = 1;
/// Kinds of addresses.
const V4: u8 = 1;
const NAME: u8 = 3;
const V6: u8 = 4;

/// What a proxy says against a tunnel (RFC 1928 section 6), and what to do.
const REPLIES: [(&str, Option<&str>); 8] = [
    ("general failure", None),
    ("not allowed by its rules", Some("its rules forbid this host or port; NO_PROXY bypasses it")),
    ("network unreachable", Some("the proxy itself could not reach the host")),
    (
        "host unreachable",
        Some("the proxy itself could not reach the host, or could not resolve its name"),
    ),
    ("connection refused", Some("the host refused the proxy: nothing listens on that port")),
    ("TTL expired", Some("the proxy itself could not reach the host")),
    ("it does not connect", None),
    (
        "it does not support this kind of address",
        Some("socks5h:// sends it names, socks5:// addresses; -4 only IPv4 addresses"),
    ),
];

impl Credentials {
    /// Whether they can be written in the dialogue: each has one byte for its length.
    pub(super) fn fit_socks(&self) -> bool {
        (1..=255).contains(&self.user.expose().len()) && self.password.expose().len() <= 255
    }
}

/// Asks for a tunnel to the endpoint. No more is read than belongs to the answer.
pub(super) async fn tunnel(
    wire: &mut Wire,
    proxy: &Proxy,
    endpoint: &Endpoint,
    deadline: Deadline,
) -> Result<()> {
    let mut talk = Talk { wire, proxy, deadline };
    let methods: &[u8] = match proxy.credentials {
        None => &[VERSION, 1, NONE],
        Some(_) => &[VERSION, 2, NONE, USER_AND_PASSWORD],
    };
    talk.say(methods).await?;
    let [version, method] = talk.hear().await?;
    if version != VERSION {
        return Err(talk.no_socks(version));
    }
    match (method, &proxy.credentials) {
        (NONE, _) => {}
        (USER_AND_PASSWORD, Some(credentials)) => talk.authenticate(credentials).await?,
        (NO_ACCEPTABLE, None) => {
            return Err(talk
                .refused("it requires authentication")
                .help("give a user name and password: --proxy socks5://user:password@host:port"));
        }
        _ => return Err(talk.refused("it asks for an authentication method that is not supported")),
    }
    let request = request(endpoint).ok_or_else(|| talk.refused("the name is too long"))?;
    talk.say(&request).await?;
    let [version, reply, _, kind] = talk.hear().await?;
    if version != VERSION {
        return Err(talk.no_socks(version));
    }
    if reply != 0 {
        let known = usize::from(reply).checked_sub(1).and_then(|index| REPLIES.get(index));
        let (said, help) =
            known.map_or((String::new(), None), |(said, help)| ((*said).to_owned(), *help));
        let message = format!("{proxy} refused a tunnel to {endpoint}: {reply} {said}");
        let error = Error::new(Failure::Proxy, message.trim_end());
        return Err(match help {
            Some(help) => error.help(help),
            None => error,
        });
    }
    // Where it connects from, which nobody needs.
    match kind {
        V4 => talk.hear::<6>().await.map(drop),
        V6 => talk.hear::<18>().await.map(drop),
        NAME => {
            let [length] = talk.hear().await?;
            for _ in 0..u16::from(length) + 2 {
                talk.hear::<1>().await?;
            }
            Ok(())
        }
        _ => Err(talk.refused("it answers with an unknown kind of address")),
    }
}

/// The request for a connection; `None` for a name that is too long to be asked for.
fn request(endpoint: &Endpoint) -> Option<Vec<u8>> {
    let mut request = vec![VERSION, CONNECT, 0];
    match endpoint.ip() {
        Some(IpAddr::V4(address)) => {
            request.push(V4);
            request.extend(address.octets());
        }
        Some(IpAddr::V6(address)) => {
            request.push(V6);
            request.extend(address.octets());
        }
        None => {
            request.extend([NAME, u8::try_from(endpoint.host.len()).ok()?]);
            request.extend(endpoint.host.bytes());
        }
    }
    request.extend(endpoint.port.to_be_bytes());
    Some(request)
}

struct Talk<'a> {
    wire: &'a mut Wire,
    proxy: &'a Proxy,
    deadline: Deadline,
}

impl Talk<'_> {
    async fn say(&mut self, bytes: &[u8]) -> Result<()> {
        self.deadline.limit_io(Phase::Proxy, self.wire.write_all(bytes)).await
    }

    async fn hear<const N: usize>(&mut self) -> Result<[u8; N]> {
        let mut bytes = [0; N];
        self.deadline.limit_io(Phase::Proxy, self.wire.read_exact(&mut bytes)).await?;
        Ok(bytes)
    }

    /// RFC 1929 section 2.
    async fn authenticate(&mut self, credentials: &Credentials) -> Result<()> {
        let (user, password) = (credentials.user.expose(), credentials.password.expose());
        let length = |part: &[u8]| u8::try_from(part.len()).unwrap_or(u8::MAX);
        let said = [&[DIALOGUE, length(user)], user, &[length(password)], password].concat();
        self.say(Secret::new(said).expose()).await?;
        let [_, status] = self.hear().await?;
        match status {
            0 => Ok(()),
            _ => Err(self.refused("it does not accept this user and password")),
        }
    }

    fn refused(&self, why: &str) -> Error {
        Error::new(Failure::Proxy, format!("{} did not open a tunnel: {why}", self.proxy))
    }

    /// Its first byte is no version of SOCKS that is spoken here.
    fn no_socks(&self, first: u8) -> Error {
        let error =
            Error::new(Failure::Proxy, format!("{} does not answer as a SOCKS5 proxy", self.proxy));
        match first {
            b'H' => error.help("it answers like an HTTP server: is it an http:// proxy?"),
            0 | 4 => error.help("it speaks SOCKS4, which is not supported"),
            _ => error.help("is this the right port?"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::net::{TcpListener, TcpStream};

    use super::*;

    /// What it must hear, and what it says then.
    type Script = &'static [(&'static [u8], &'static [u8])];

    /// Runs the dialogue with a proxy that hears and says this in turn; gives what is left after it.
    async fn with_proxy(proxy: &str, host: &str, script: Script) -> (Result<()>, Vec<u8>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let server = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            for (hear, say) in script {
                let mut heard = vec![0; hear.len()];
                stream.read_exact(&mut heard).await.unwrap();
                assert_eq!(heard, *hear);
                stream.write_all(say).await.unwrap();
            }
        };
        let mut wire = Wire::new(stream);
        let (proxy, endpoint) = (proxy.parse().unwrap(), Endpoint::new(host, 0x0102));
        let deadline = Deadline::after(Duration::from_secs(5));
        let client = async {
            let made = tunnel(&mut wire, &proxy, &endpoint, deadline).await;
            let mut rest = Vec::new();
            if made.is_ok() {
                wire.read_to_end(&mut rest).await.unwrap();
            }
            (made, rest)
        };
        tokio::join!(server, client).1
    }

    #[tokio::test]
    async fn every_kind_of_address_and_of_authentication() {
        let (made, rest) = with_proxy(
            "socks5://p",
            "192.0.2.1",
            &[
                (b"\x05\x01\x00", b"\x05\x00"),
                (
                    b"\x05\x01\x00\x01\xc0\x00\x02\x01\x01\x02",
                    b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x07TLS",
                ),
            ],
        )
        .await;
        assert_eq!((made.is_ok(), rest.as_slice()), (true, b"TLS".as_slice()));
        let (made, rest) = with_proxy(
            "socks5h://me:p%3Ass@p",
            "a.example",
            &[
                (b"\x05\x02\x00\x02", b"\x05\x02"),
                (b"\x01\x02me\x04p:ss", b"\x01\x00"),
                (b"\x05\x01\x00\x03\x09a.example\x01\x02", b"\x05\x00\x00\x03\x01x\x00\x07T"),
            ],
        )
        .await;
        assert_eq!((made.is_ok(), rest.as_slice()), (true, b"T".as_slice()));
        let (made, rest) = with_proxy(
            "socks5h://me@p",
            "2001:db8::1",
            &[
                (b"\x05\x02\x00\x02", b"\x05\x00"),
                (
                    b"\x05\x01\x00\x04\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01\x01\x02",
                    b"\x05\x00\x00\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
                ),
            ],
        )
        .await;
        assert_eq!((made.is_ok(), rest.as_slice()), (true, b"".as_slice()));
    }

    #[tokio::test]
    async fn a_refusal_says_why() {
        let scripts: [(&str, Script, &str); 8] = [
            ("socks5h://p", &[(b"\x05\x01\x00", b"\x05\xff")], "it requires authentication"),
            (
                "socks5h://u:hunter2@p",
                &[(b"\x05\x02\x00\x02", b"\x05\x02"), (b"\x01\x01u\x07hunter2", b"\x01\x01")],
                "it does not accept this user and password",
            ),
            (
                "socks5h://u@p",
                &[(b"\x05\x02\x00\x02", b"\x05\x01")],
                "an authentication method that is not supported",
            ),
            (
                "socks5h://p",
                &[(b"\x05\x01\x00", b"HTTP/1.1 400")],
                "does not answer as a SOCKS5 proxy",
            ),
            ("socks5h://p", &[(b"\x05\x01\x00", b"\x00\x5b")], "does not answer as a SOCKS5 proxy"),
            (
                "socks5h://p",
                &[
                    (b"\x05\x01\x00", b"\x05\x00"),
                    (b"\x05\x01\x00\x03\x01a\x01\x02", b"\x05\x05\x00\x01"),
                ],
                "refused a tunnel to a:258: 5 connection refused",
            ),
            (
                "socks5h://p",
                &[
                    (b"\x05\x01\x00", b"\x05\x00"),
                    (b"\x05\x01\x00\x03\x01a\x01\x02", b"\x05\x63\x00\x01"),
                ],
                "refused a tunnel to a:258: 99",
            ),
            (
                "socks5h://p",
                &[
                    (b"\x05\x01\x00", b"\x05\x00"),
                    (b"\x05\x01\x00\x03\x01a\x01\x02", b"\x05\x00\x00\x02"),
                ],
                "an unknown kind of address",
            ),
        ];
        for (proxy, script, said) in scripts {
            let error = with_proxy(proxy, "a", script).await.0.unwrap_err();
            assert_eq!(error.code, Failure::Proxy);
            assert!(error.message.contains(said), "{error:?}");
            assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
        }
        let long = "x".repeat(256);
        let error = with_proxy("socks5h://p", &long, &[(b"\x05\x01\x00", b"\x05\x00")])
            .await
            .0
            .unwrap_err();
        assert!(error.message.contains("too long"), "{error:?}");
        // It goes away in the middle.
        let error =
            with_proxy("socks5h://p", "a", &[(b"\x05\x01\x00", b"\x05")]).await.0.unwrap_err();
        assert_eq!(error.code, Failure::Closed);
    }
}
