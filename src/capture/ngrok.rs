//! Requests that the agent of ngrok keeps: `curl http://127.0.0.1:4040/api/requests/http`, or one of them,
//! `/api/requests/http/ID`. `raw` is base64 of the bytes as they came.
//!
//! Source: "ngrok Agent API, List Captured Requests", ngrok.com/docs/agent/api.

use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::json::{self, Elements};
use super::message;
use super::{Captured, Captures, Options, Source, contradicts, unreadable};
use crate::digest;
use crate::error::{Error, Result};
use crate::failure::Failure;

#[derive(Deserialize)]
struct Kept {
    id: Option<String>,
    remote_addr: Option<String>,
    start: Option<String>,
    request: Sent,
    response: Option<Answered>,
}

#[derive(Deserialize)]
struct Sent {
    method: Option<String>,
    uri: Option<String>,
    raw: Option<String>,
}

#[derive(Deserialize)]
struct Answered {
    status_code: Option<u16>,
}

/// A list of requests, or one.
pub(super) fn looks_like(start: &[u8]) -> bool {
    let keys = json::keys(start);
    json::has_all(&keys, &["tunnel_name", "request"]) || is_list(start)
}

fn is_list(start: &[u8]) -> bool {
    let keys = json::keys(start);
    json::has_all(&keys, &["requests"])
        && (json::has_all(&keys, &["uri"])
            || json::has_all(&json::keys_under(start, &["requests"]), &["tunnel_name"]))
}

/// Yields a request for each.
pub(super) fn read<'a>(mut source: Source<'a>, _: &Options) -> Result<Captures<'a>> {
    let requests = match is_list(source.fill_buf().map_err(unreadable)?) {
        true => Box::new(Elements::under(source, &["requests"])?),
        false => json::objects(source)?,
    };
    Ok(Box::new(requests.enumerate().map(|(index, json)| {
        let name = format!("request {}", index + 1);
        json.and_then(|json| parse(&json, &name)).map_err(|error| error.about(&name))
    })))
}

fn parse(json: &[u8], name: &str) -> Result<Captured> {
    let malformed =
        |what: String| Error::new(Failure::Malformed, format!("request of ngrok: {what}"));
    let kept: Kept = serde_json::from_slice(json).map_err(|error| malformed(error.to_string()))?;
    let raw = kept.request.raw.as_deref().ok_or_else(|| malformed("raw is missing".into()))?;
    let raw = digest::unbase64(raw).ok_or_else(|| malformed("raw is not base64".into()))?;
    let captured = message::parse(raw)?;
    let is_same = |shown: &Option<String>, sent: &str| shown.as_ref().is_none_or(|it| it == sent);
    if !is_same(&kept.request.method, &captured.request.method)
        || !is_same(&kept.request.uri, &captured.request.target)
    {
        return Err(contradicts("method or uri differs from that in raw"));
    }
    let start = kept.start.as_deref().and_then(|text| OffsetDateTime::parse(text, &Rfc3339).ok());
    Ok(Captured {
        name: kept.id.unwrap_or_else(|| name.to_owned()),
        received_at: start,
        peer: kept.remote_addr.filter(|address| !address.is_empty()),
        status: kept.response.and_then(|answer| answer.status_code).filter(|status| *status > 0),
        ..captured
    })
}

#[cfg(test)]
mod tests {
    use super::super::load;
    use super::*;
    use crate::finding::Code;

    /// A request as the agent writes it, of these raw bytes.
    fn kept(raw: &[u8]) -> String {
        format!(
            r#"{{"uri":"/api/requests/http/548fb5c700000002","id":"548fb5c700000002","tunnel_name":"command_line (http)",
            "remote_addr":"192.168.100.25","start":"2014-12-15T20:32:07-08:00","duration":3893202,
            "request":{{"method":"POST","proto":"HTTP/1.1","headers":{{"Accept":["*/*"]}},"uri":"/hook?a=%20","raw":"{}"}},
            "response":{{"status":"502 Bad Gateway","status_code":502,"proto":"HTTP/1.1","headers":{{}},"raw":""}}}}"#,
            digest::base64(raw)
        )
    }

    #[test]
    fn the_bytes_as_they_came_are_read_from_a_list_and_from_one() {
        let raw =
            b"POST /hook?a=%20 HTTP/1.1\r\nHost: a\r\nX-a:  1\r\nContent-Length: 3\r\n\r\n\xff\0\n";
        let one = kept(raw);
        let list = format!(r#"{{"uri":"/api/requests/http","requests":[{one},{one}]}}"#);
        for (text, count) in [(&one, 1), (&list, 2)] {
            let read: Vec<_> = load(text.as_bytes(), &Options::default()).unwrap().collect();
            assert_eq!(read.len(), count);
            let captured = read[0].as_ref().unwrap();
            assert_eq!(captured.request.body, b"\xff\0\n");
            assert_eq!(captured.request.target, "/hook?a=%20");
            assert_eq!((captured.status, &captured.name[..]), (Some(502), "548fb5c700000002"));
            assert_eq!(captured.received_at.unwrap().unix_timestamp(), 1_418_704_327);
            assert!(captured.notes.is_empty() && captured.head.is_some());
        }
        let empty = r#"{"uri":"/api/requests/http","requests":[]}"#;
        assert_eq!(load(empty.as_bytes(), &Options::default()).unwrap().count(), 0);
    }

    #[test]
    fn what_was_cut_off_or_differs_is_said() {
        let read =
            |raw: &[u8]| load(kept(raw).as_bytes(), &Options::default()).unwrap().next().unwrap();
        let cut = read(b"POST /hook?a=%20 HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc").unwrap();
        assert_eq!(cut.notes[0].code, Code::BodyLengthDiffers);
        let other = read(b"POST /other HTTP/1.1\r\n\r\n").unwrap_err();
        assert_eq!(other.code, Failure::CaptureContradicts);
        assert_eq!(read(b"nonsense").unwrap_err().code, Failure::Malformed);
    }
}
