//! The tunnel through an HTTP proxy: CONNECT (RFC 9110 section 9.3.6).

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::Proxy;
use crate::digest;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::net::fault::{self, Deadline, Phase};
use crate::net::target::Endpoint;
use crate::net::wire::Wire;
use crate::secret::Secret;

/// What a proxy may say before the tunnel opens.
const MAX_ANSWER: usize = 16 * 1024;

/// Asks for a tunnel to the endpoint.
pub(super) async fn tunnel(
    wire: &mut Wire,
    proxy: &Proxy,
    endpoint: &Endpoint,
    deadline: Deadline,
) -> Result<()> {
    let request = request(proxy, endpoint);
    deadline.limit_io(Phase::Proxy, wire.write_all(request.expose())).await?;
    let head = deadline.limit(Phase::Proxy, read_head(wire, proxy)).await?;
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut answer = httparse::Response::new(&mut headers);
    let parsed = answer.parse(&head);
    match (parsed, answer.code) {
        (Ok(_), Some(200..=299)) => Ok(()),
        (Ok(_), Some(code)) => Err(refusal(proxy, endpoint, code, answer.reason.unwrap_or(""))),
        _ => Err(Error::new(Failure::Proxy, format!("{proxy} does not answer as an HTTP proxy"))),
    }
}

fn request(proxy: &Proxy, endpoint: &Endpoint) -> Secret {
    let mut request = format!("CONNECT {endpoint} HTTP/1.1\r\nHost: {endpoint}\r\n");
    if let Some(credentials) = &proxy.credentials {
        let both = [credentials.user.expose(), b":", credentials.password.expose()].concat();
        // Basic authentication (RFC 7617).
        let basic = digest::base64(Secret::new(both).expose());
        request.push_str(&format!("Proxy-Authorization: Basic {basic}\r\n"));
    }
    request.push_str("\r\n");
    Secret::new(request.into_bytes())
}

/// Reads byte by byte up to the empty line: what follows belongs to the tunnel.
async fn read_head(wire: &mut Wire, proxy: &Proxy) -> Result<Vec<u8>> {
    let mut head = Vec::with_capacity(256);
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() == MAX_ANSWER {
            let message = format!("{proxy} answers with more than 16 KiB of headers");
            return Err(Error::new(Failure::Proxy, message));
        }
        match wire.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(error) => return Err(fault::from_io(Phase::Proxy, &error)),
        }
    }
    Ok(head)
}

fn refusal(proxy: &Proxy, endpoint: &Endpoint, code: u16, reason: &str) -> Error {
    let message = format!("{proxy} refused a tunnel to {endpoint}: {code} {reason}");
    let error = Error::new(Failure::Proxy, message.trim_end());
    match code {
        407 => {
            error.help("it needs a user name and password: --proxy http://user:password@host:port")
        }
        403 => error.help("its rules forbid this host or port; NO_PROXY bypasses it"),
        502..=504 => error.help("the proxy itself could not reach the host"),
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_and_password_travel_as_basic_authentication() {
        let proxy: Proxy = "http://me:p%40ss@proxy.example:3128/".parse().unwrap();
        let request = request(&proxy, &Endpoint::new("a.example", 443));
        let text = String::from_utf8(request.expose().to_vec()).unwrap();
        assert!(text.contains(&format!("Basic {}\r\n", digest::base64(b"me:p@ss"))), "{text}");
    }
}
