//! What of a request's head goes on to the application: its lines as they came, without those that were
//! meant for this connection (RFC 9110 section 7.6.1), and without certificates that nobody verified.

use std::borrow::Cow;

use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::http::write::header_line;
use crate::http::{Headers, Url, forwarded, percent};

/// Lines of one connection, whatever it says of them; how the body is framed is said anew.
const HOP_BY_HOP: [&str; 5] = ["Connection", "Keep-Alive", "Proxy-Connection", "TE", "Upgrade"];

/// What is changed on the way.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// What stands before the paths of all requests: empty, or begun with a slash and not ended by one.
    pub base: String,
    /// Who is called, where that is another host than the one that the sender called.
    pub host: Option<String>,
    /// Whether lines in which proxies pass certificates on come from a proxy of ours.
    pub keeps_claims: bool,
}

impl Changes {
    /// The head that is sent in the place of `head`, which is complete and has these lines; `added`
    /// stands behind them.
    ///
    /// # Errors
    /// `http-malformed` when the path would lead out of [`Changes::base`], or a line cannot be written.
    pub fn head(
        &self,
        head: &[u8],
        headers: &Headers,
        added: &[(&str, String)],
    ) -> Result<Vec<u8>> {
        let mut lines = head.split_inclusive(|&byte| byte == b'\n');
        let mut out = Vec::with_capacity(head.len() + self.base.len() + 64);
        self.request_line(lines.next().unwrap_or_default(), &mut out)?;
        let named = named(headers);
        let mut is_chunked = false;
        for line in lines.filter(|line| line.len() > 2) {
            let name = line.split(|&byte| byte == b':').next().unwrap_or_default();
            let is = |other: &str| name.eq_ignore_ascii_case(other.as_bytes());
            is_chunked |= is("Transfer-Encoding");
            let is_cut = is("Transfer-Encoding")
                || HOP_BY_HOP.into_iter().any(is)
                || named.iter().any(|other| is(other))
                || self.host.is_some() && (is("Host") || is("X-Forwarded-Host"))
                || !self.keeps_claims && forwarded::is_claim(name);
            if !is_cut {
                out.extend_from_slice(line);
            }
        }
        let mut add = |name: &str, value: &[u8]| -> Result<()> {
            header_line(name, value, &mut out)?;
            out.extend_from_slice(b"\r\n");
            Ok(())
        };
        if let Some(host) = &self.host {
            add("Host", host.as_bytes())?;
            if let Some(called) = headers.get("Host") {
                add("X-Forwarded-Host", called)?;
            }
        }
        added.iter().try_for_each(|(name, value)| add(name, value.as_bytes()))?;
        if is_chunked {
            add("Transfer-Encoding", b"chunked")?;
        }
        // Each delivery has a connection of its own.
        add("Connection", b"close")?;
        out.extend_from_slice(b"\r\n");
        Ok(out)
    }

    /// The request line, with its path below the base. A target that names a host is that of a proxy.
    fn request_line(&self, line: &[u8], out: &mut Vec<u8>) -> Result<()> {
        let mut words = line.splitn(3, |&byte| byte == b' ');
        let (method, target, version) = (words.next(), words.next(), words.next());
        let (Some(method), Some(target), Some(version)) = (method, target, version) else {
            return Err(malformed("the request line has no target"));
        };
        let target = String::from_utf8_lossy(target);
        if self.base.is_empty() && target.starts_with('/') {
            out.extend_from_slice(line);
            return Ok(());
        }
        out.extend_from_slice(&[method, b" ", self.target(&target)?.as_bytes(), b" "].concat());
        out.extend_from_slice(version);
        Ok(())
    }

    /// Path and query below the base: what is called at the root is the base itself.
    fn target<'t>(&self, target: &'t str) -> Result<Cow<'t, str>> {
        let url = Url::of(target);
        if !url.is_absolute() && !target.starts_with('/') {
            // `*`, which has no path.
            return Ok(Cow::Borrowed(target));
        }
        let below = url.path_and_query();
        if self.base.is_empty() {
            return Ok(Cow::Owned(url.target()));
        }
        if url.path().split('/').any(is_dots) {
            return Err(malformed("the path has dot segments that lead outside that of --forward"));
        }
        let below = match below.strip_prefix('/') {
            Some(rest) if rest.is_empty() || rest.starts_with('?') => rest,
            _ => below,
        };
        Ok(Cow::Owned(format!("{}{below}", self.base)))
    }
}

/// Names of lines that the sender says are for this connection. Some are not for it to say.
fn named(headers: &Headers) -> Vec<String> {
    let lines = headers.all("Connection").map(String::from_utf8_lossy);
    let names: Vec<String> = lines
        .flat_map(|line| line.split(',').map(|name| name.trim().to_owned()).collect::<Vec<_>>())
        .filter(|name| {
            let is = |other: &str| name.eq_ignore_ascii_case(other);
            !name.is_empty() && !is("Host") && !is("Content-Length")
        })
        .collect();
    names
}

/// `.` and `..`, percent-encoded or not, as servers read them.
fn is_dots(segment: &str) -> bool {
    matches!(&percent::decode(segment.as_bytes(), false)[..], b"." | b"..")
        || segment.contains(['\\', ';']) && segment.contains("..")
}

fn malformed(message: &str) -> Error {
    Error::new(Failure::HttpMalformed, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::head::RequestHead;

    fn sent(changes: &Changes, head: &str) -> Result<String> {
        let parsed = RequestHead::parse(head.as_bytes()).unwrap();
        let out =
            changes.head(head.as_bytes(), &parsed.headers, &[("Client-Cert", ":YQ==:".into())])?;
        Ok(String::from_utf8_lossy(&out).into_owned())
    }

    #[test]
    fn lines_of_one_connection_and_claims_stay_here_and_all_others_are_as_they_were() {
        let head = "POST /a?b HTTP/1.1\r\nhOST: x\r\nX-Sig:  1 \r\nCONNECTION: close, X-Odd, host\r\n\
             x-odd: 2\r\nKeep-Alive: 5\r\nTE: trailers\r\nUpgrade: h2c\r\nProxy-Connection: x\r\n\
             Transfer-Encoding: chunked\r\nTrailer: X-Sum\r\nX-Forwarded-Client-Cert: Hash=1\r\n\
             client_cert: :YQ==:\r\nSSL-Client-Verify: SUCCESS\r\nx-ssl-cert: a\r\n\
             X-Forwarded-For: 192.0.2.1\r\n\r\n";
        assert_eq!(
            sent(&Changes::default(), head).unwrap(),
            "POST /a?b HTTP/1.1\r\nhOST: x\r\nX-Sig:  1 \r\nTrailer: X-Sum\r\n\
             X-Forwarded-For: 192.0.2.1\r\nClient-Cert: :YQ==:\r\n\
             Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        );
        let trusting = Changes { keeps_claims: true, ..Changes::default() };
        let kept = sent(&trusting, head).unwrap();
        for line in ["X-Forwarded-Client-Cert: Hash=1", "client_cert: :YQ==:", "x-ssl-cert: a"] {
            assert!(kept.contains(line), "{kept}");
        }
    }

    #[test]
    fn another_host_is_called_by_its_own_name() {
        let changes = Changes { host: Some("app.example:8443".into()), ..Changes::default() };
        let head = "GET / HTTP/1.1\r\nHost: hooks.example\r\nX-Forwarded-Host: forged\r\n\r\n";
        assert_eq!(
            sent(&changes, head).unwrap(),
            "GET / HTTP/1.1\r\nHost: app.example:8443\r\nX-Forwarded-Host: hooks.example\r\n\
             Client-Cert: :YQ==:\r\nConnection: close\r\n\r\n"
        );
    }

    #[test]
    fn paths_are_joined_and_do_not_lead_out() {
        let at = |base: &str, target: &str| {
            let changes = Changes { base: base.to_owned(), ..Changes::default() };
            let head = format!("GET {target} HTTP/1.1\r\nHost: x\r\n\r\n");
            let head = sent(&changes, &head).map_err(|error| error.message)?;
            Ok::<_, String>(head.split(' ').nth(1).unwrap().to_owned())
        };
        for (base, target, expected) in [
            ("", "/a/../b", "/a/../b"),
            ("", "http://other/a?b", "/a?b"),
            ("", "*", "*"),
            ("/in", "/", "/in"),
            ("/in", "/?a=/../", "/in?a=/../"),
            ("/in", "/a%20b?c", "/in/a%20b?c"),
            ("/in", "//a", "/in//a"),
            ("/in", "http://other", "/in"),
            ("/in", "/a.b/..c", "/in/a.b/..c"),
        ] {
            assert_eq!(at(base, target).as_deref(), Ok(expected), "{base} {target}");
        }
        for target in ["/../x", "/a/%2e%2E/x", "/.", "/a/..", "/..;/x", "/a/..\\x"] {
            assert!(at("/in", target).is_err(), "{target}");
        }
    }
}
