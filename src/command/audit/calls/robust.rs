//! What no sender sends, or only some: another method, a body that never comes, chunks, compression, two
//! lengths, and a check of the address by nobody who may ask for one.

use std::io::Write;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::Way;
use crate::http::{Request, Url};

/// How much is said to come, and how much of it does.
const DECLARED: usize = 12 << 20;
const SENT: usize = 64 << 10;
/// How long to wait for an answer to what never ends.
const PATIENCE: Duration = Duration::from_secs(2);

/// A request as it is sent: what it is, its bytes, and the way.
pub struct Odd {
    /// The request.
    pub request: Request,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The way.
    pub way: Way,
}

/// Makes one of the good request, which is signed.
pub fn of(id: &str, good: Request) -> Result<Odd, String> {
    let mut request = good;
    let mut way = Way::default();
    let plain = |request: &Request| -> Result<Vec<u8>, String> {
        let mut bytes = Vec::new();
        request.write(&mut bytes).map_err(|error| error.message)?;
        Ok(bytes)
    };
    let bytes = match id {
        "get" => {
            request.method = "GET".to_owned();
            request.body.clear();
            for name in ["Content-Length", "Content-Type"] {
                request.headers.remove(name);
            }
            plain(&request)?
        }
        "oversize" => {
            way.patience = Some(PATIENCE);
            way.silence_refuses = true;
            request.headers.set_value("Content-Length", DECLARED.to_string());
            let mut bytes = head(&request)?;
            bytes.resize(bytes.len() + SENT, b' ');
            request.body = vec![b' '; SENT];
            bytes
        }
        "chunked" => {
            request.headers.remove("Content-Length");
            request.headers.push("Transfer-Encoding", "chunked");
            let mut bytes = head(&request)?;
            let (first, rest) = request.body.split_at(request.body.len() / 2);
            for piece in [first, rest].into_iter().filter(|piece| !piece.is_empty()) {
                bytes.extend(format!("{:x}\r\n", piece.len()).bytes());
                bytes.extend(piece);
                bytes.extend(b"\r\n");
            }
            bytes.extend(b"0\r\n\r\n");
            bytes
        }
        "gzip-body" => {
            if request.body.is_empty() {
                return Err("the request has no body".to_owned());
            }
            let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
            let packed = encoder.write_all(&request.body).and_then(|()| encoder.finish());
            request.body = packed.map_err(|error| error.to_string())?;
            request.headers.set("Content-Encoding", "gzip");
            request.frame();
            plain(&request)?
        }
        "duplicate-length" => {
            way.patience = Some(PATIENCE);
            way.silence_refuses = true;
            request.headers.push("Content-Length", "0");
            plain(&request)?
        }
        _ => return Err("there is no such request".to_owned()),
    };
    Ok(Odd { request, bytes, way })
}

/// Request line and headers, and nothing of the body.
fn head(request: &Request) -> Result<Vec<u8>, String> {
    let bare = Request { body: Vec::new(), ..request.clone() };
    let mut bytes = Vec::new();
    bare.write(&mut bytes).map_err(|error| error.message)?;
    Ok(bytes)
}

/// A check of the address as the senders of these schemes make it, by somebody who knows neither token
/// nor secret. What comes back has this in it where it was answered.
pub fn challenge(scheme: Option<&str>, good: &Request, word: &str) -> Result<Request, String> {
    let mut request = good.clone();
    let body = match scheme {
        Some("meta") => {
            let path = Url::of(&request.target).path();
            request.target = format!(
                "{path}?hub.mode=subscribe&hub.verify_token={word}-no&hub.challenge={word}"
            );
            request.method = "GET".to_owned();
            request.headers.remove("Content-Type");
            request.headers.remove("Content-Length");
            String::new()
        }
        Some("slack") => {
            format!(r#"{{"token":"no","challenge":"{word}","type":"url_verification"}}"#)
        }
        Some("zoom") => format!(
            r#"{{"payload":{{"plainToken":"{word}"}},"event_ts":1,"event":"endpoint.url_validation"}}"#
        ),
        _ => {
            return Err(
                "senders that use this scheme do not check URLs, as far as is known".to_owned()
            );
        }
    };
    request.body = body.into_bytes();
    if !request.body.is_empty() {
        request.headers.set("Content-Type", "application/json");
        request.frame();
    }
    Ok(request)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Request {
        let (method, target) = ("POST".to_owned(), "/pay".to_owned());
        let mut request = Request { method, target, ..Request::default() };
        request.headers.push("Host", "a");
        request.headers.push("Content-Type", "application/json");
        request.body = b"{\"a\":1}".to_vec();
        request.frame();
        request
    }

    fn sent(id: &str) -> (String, Way) {
        let odd = of(id, good()).unwrap();
        (String::from_utf8_lossy(&odd.bytes).into_owned(), odd.way)
    }

    #[test]
    fn each_travels_as_it_should() {
        assert_eq!(sent("get").0, "GET /pay HTTP/1.1\r\nHost: a\r\n\r\n");
        let (chunked, _) = sent("chunked");
        assert!(chunked.contains("Transfer-Encoding: chunked\r\n"), "{chunked}");
        assert!(chunked.ends_with("\r\n\r\n3\r\n{\"a\r\n4\r\n\":1}\r\n0\r\n\r\n"), "{chunked}");
        assert!(!chunked.contains("Content-Length"));
        let (twice, way) = sent("duplicate-length");
        assert!(
            twice.contains("Content-Length: 7\r\nContent-Length: 0\r\n") && way.silence_refuses
        );
        let (large, _) = sent("oversize");
        assert!(large.contains("Content-Length: 12582912\r\n") && large.len() < SENT + 200);
        let packed = of("gzip-body", good()).unwrap();
        assert_eq!(packed.request.body[..2], [0x1f, 0x8b]);
        assert_eq!(packed.request.headers.text("Content-Encoding").as_deref(), Some("gzip"));
    }

    #[test]
    fn a_check_of_the_address_is_that_of_the_sender() {
        let meta = challenge(Some("meta"), &good(), "w").unwrap();
        assert!(meta.target.ends_with("hub.challenge=w") && meta.method == "GET");
        let slack = challenge(Some("slack"), &good(), "w").unwrap();
        assert!(slack.body.ends_with(b"\"url_verification\"}"));
        assert!(challenge(Some("github"), &good(), "w").is_err());
    }
}
