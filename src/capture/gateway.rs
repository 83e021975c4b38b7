//! API Gateway events as a Lambda function sees them: payload formats 1.0 (REST API, ALB) and 2.0
//! (HTTP API, function URL). Header names of 2.0 are in lower case, repeats are joined.

use serde::Deserialize;
use serde_json::Value;

use super::delivery::{form_encoded, lines};
use super::{Captured, Captures, Note, Options, Source, json, whole};
use crate::digest;
use crate::error::{Error, Result};
use crate::http::Request;

type Map = serde_json::Map<String, Value>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    // 1.0
    http_method: Option<String>,
    path: Option<String>,
    query_string_parameters: Option<Map>,
    multi_value_query_string_parameters: Option<Map>,
    multi_value_headers: Option<Map>,
    // 2.0
    raw_path: Option<String>,
    raw_query_string: Option<String>,
    cookies: Option<Vec<String>>,
    // both
    headers: Option<Map>,
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: bool,
    #[serde(default)]
    request_context: Context,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Context {
    request_id: Option<String>,
    path: Option<String>,
    identity: Option<Caller>,
    http: Option<Http>,
    request_time_epoch: Option<i64>,
    time_epoch: Option<i64>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Caller {
    source_ip: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Http {
    method: Option<String>,
    source_ip: Option<String>,
}

/// An event of either version.
pub(super) fn looks_like(start: &[u8]) -> bool {
    let keys = json::keys(start);
    let has = |name: &str| keys.iter().any(|key| key == name);
    has("httpMethod") && has("path") || has("rawPath") && has("headers")
}

/// Yields its one request.
pub(super) fn read<'a>(source: Source<'a>, _: &Options) -> Result<Captures<'a>> {
    let captured = parse(&whole(source)?)?;
    Ok(Box::new(std::iter::once(Ok(captured))))
}

fn parse(bytes: &[u8]) -> Result<Captured> {
    let malformed = |what: String| Error::input("malformed", format!("API Gateway event: {what}"));
    let event: Event = serde_json::from_slice(bytes).map_err(|e| malformed(e.to_string()))?;
    let mut notes = Vec::new();
    let body = match event.body.unwrap_or_default() {
        text if event.is_base64_encoded => digest::unbase64(&text)
            .ok_or_else(|| malformed("isBase64Encoded is true, but body is no base64".into()))?,
        text => text.into_bytes(),
    };
    let context = event.request_context;
    let (http, caller) = (context.http.unwrap_or_default(), context.identity.unwrap_or_default());
    let mut headers = match (&event.multi_value_headers, &event.headers) {
        (Some(map), _) | (None, Some(map)) => lines(map),
        (None, None) => crate::http::Headers::new(),
    };
    for cookie in event.cookies.unwrap_or_default() {
        headers.push("cookie", cookie);
    }
    let path = context.path.or(event.raw_path).or(event.path).unwrap_or_else(|| "/".to_owned());
    let query = event.raw_query_string.unwrap_or_else(|| {
        let parameters =
            event.multi_value_query_string_parameters.or(event.query_string_parameters);
        query(&parameters.unwrap_or_default())
    });
    let target = if query.is_empty() { path } else { format!("{path}?{query}") };
    let stated = headers.text("Content-Length").and_then(|text| text.parse::<usize>().ok());
    if let Some(size) = stated.filter(|size| *size != body.len()) {
        notes.push(Note::body_rebuilt(format!(
            "the sender sent {size} bytes, the event has {}: its text was made in another way",
            body.len()
        )));
    }
    let url = headers.text("Host").map(|host| format!("https://{host}{target}"));
    let moment = context.request_time_epoch.or(context.time_epoch);
    Ok(Captured {
        name: context.request_id.unwrap_or_else(|| "event".to_owned()),
        request: Request {
            method: event.http_method.or(http.method).unwrap_or_else(|| "POST".to_owned()),
            target,
            headers,
            body,
        },
        url,
        received_at: moment.and_then(|ms| {
            time::OffsetDateTime::from_unix_timestamp_nanos(i128::from(ms) * 1_000_000).ok()
        }),
        peer: caller.source_ip.or(http.source_ip),
        status: None,
        head: None,
        notes,
    })
}

/// The parameters of 1.0 are decoded; this is one way to write them again.
fn query(parameters: &Map) -> String {
    let pair = |name: &str, value: &str| {
        format!("{}={}", form_encoded(name.as_bytes()), form_encoded(value.as_bytes()))
    };
    let mut pairs = Vec::new();
    for (name, value) in parameters {
        match value {
            Value::String(text) => pairs.push(pair(name, text)),
            Value::Array(values) => {
                pairs.extend(values.iter().filter_map(Value::as_str).map(|text| pair(name, text)));
            }
            _ => {}
        }
    }
    pairs.join("&")
}

#[cfg(test)]
mod tests {
    use super::super::load;
    use super::*;
    use crate::finding::Code;

    fn one(text: &str) -> Captured {
        load(text.as_bytes(), &Options::default()).unwrap().next().unwrap().unwrap()
    }

    #[test]
    fn version_1() {
        let captured = one(
            r#"{"resource":"/{proxy+}","path":"/hook","httpMethod":"POST","headers":{"Host":"h.example","X-A":"2"},
            "multiValueHeaders":{"Host":["h.example"],"X-A":["1","2"]},"queryStringParameters":{"b":"2"},
            "multiValueQueryStringParameters":{"b":["1","a b"]},
            "requestContext":{"requestId":"r1","identity":{"sourceIp":"192.0.2.1"},"requestTimeEpoch":1795323600000},
            "body":"{\"a\":1}","isBase64Encoded":false}"#,
        );
        assert_eq!(captured.request.target, "/hook?b=1&b=a+b");
        assert_eq!(captured.request.headers.all("x-a").count(), 2);
        assert_eq!(captured.request.body, b"{\"a\":1}");
        assert_eq!((&captured.name[..], captured.peer.as_deref()), ("r1", Some("192.0.2.1")));
        assert_eq!(captured.received_at.unwrap().unix_timestamp(), 1_795_323_600);
    }

    #[test]
    fn version_2_with_base64() {
        let captured = one(
            r#"{"version":"2.0","routeKey":"$default","rawPath":"/h","rawQueryString":"a=%20","cookies":["a=1","b=2"],
            "headers":{"host":"h.example","content-length":"3"},"requestContext":{"http":{"method":"PUT","path":"/h","sourceIp":"::1"}},
            "body":"/wA=","isBase64Encoded":true}"#,
        );
        assert_eq!(
            (&captured.request.method[..], &captured.request.target[..]),
            ("PUT", "/h?a=%20")
        );
        assert_eq!(captured.request.body, [0xff, 0]);
        assert_eq!(captured.notes[0].code, Code::BodyRebuilt);
        assert_eq!(captured.request.headers.all("cookie").count(), 2);
        assert_eq!(captured.url.as_deref(), Some("https://h.example/h?a=%20"));
    }
}
