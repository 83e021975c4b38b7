//! API Gateway events as a Lambda function sees them, one or a list of them: payload formats 1.0 (REST API,
//! Application Load Balancer) and 2.0 (HTTP API, function URL). Header names of 2.0 are in lower case, repeats are
//! joined. A load balancer does not decode the parameters of the query.
//!
//! Sources: "Working with AWS Lambda proxy integrations for HTTP APIs", "Lambda functions as targets for
//! Application Load Balancers", docs.aws.amazon.com.

use std::collections::HashMap;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::delivery::form_encoded;
use super::fields;
use super::room::Room;
use super::{Captured, Captures, Note, Options, Source, contradicts, json};
use crate::digest;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::http::{Header, Headers, Request, percent};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event<'a> {
    // 1.0
    http_method: Option<String>,
    path: Option<String>,
    #[serde(borrow)]
    query_string_parameters: Option<&'a RawValue>,
    #[serde(borrow)]
    multi_value_query_string_parameters: Option<&'a RawValue>,
    #[serde(borrow)]
    multi_value_headers: Option<&'a RawValue>,
    // 2.0
    raw_path: Option<String>,
    raw_query_string: Option<String>,
    #[serde(borrow)]
    cookies: Option<&'a RawValue>,
    // both
    #[serde(borrow)]
    headers: Option<&'a RawValue>,
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
    http_method: Option<String>,
    path: Option<String>,
    stage: Option<String>,
    identity: Option<Caller>,
    http: Option<Http>,
    request_time_epoch: Option<i64>,
    time_epoch: Option<i64>,
    /// Only where a load balancer made the event.
    elb: Option<IgnoredAny>,
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

/// Yields a request per event.
pub(super) fn read<'a>(source: Source<'a>, options: &Options) -> Result<Captures<'a>> {
    let room = Room::new(options.record);
    Ok(Box::new(json::objects(source)?.enumerate().map(move |(index, event)| {
        let name = format!("event {}", index + 1);
        event.and_then(|event| parse(&event, &name, &mut room.clone())).map_err(|e| e.about(&name))
    })))
}

/// Reads an event, which is called `name` where it has no id.
///
/// # Errors
/// `malformed`, `capture-contradicts`, `too-large`.
pub(super) fn parse(bytes: &[u8], name: &str, room: &mut Room) -> Result<Captured> {
    let malformed =
        |what: String| Error::new(Failure::Malformed, format!("API Gateway event: {what}"));
    let event: Event = serde_json::from_slice(bytes).map_err(|e| malformed(e.to_string()))?;
    let body = match event.body.unwrap_or_default() {
        text if event.is_base64_encoded => digest::unbase64(&text)
            .ok_or_else(|| malformed("isBase64Encoded is true, but body is not base64".into()))?,
        text => text.into_bytes(),
    };
    let context = event.request_context;
    let (http, caller) = (context.http.unwrap_or_default(), context.identity.unwrap_or_default());
    let headers = both("headers", event.multi_value_headers, event.headers, room)?;
    let mut headers: Headers =
        headers.into_iter().map(|(name, value)| Header { name, value: value.into() }).collect();
    let cookies = event.cookies.map(|list| fields::texts(list, room)).transpose()?;
    if let Some(cookies) = cookies.filter(|cookies| !cookies.is_empty()) {
        // The event has one text a cookie, but the sender one header for all (RFC 6265 section 5.4).
        headers.push("cookie", cookies.join("; "));
    }
    let path = path(&[context.path, event.raw_path, event.path], context.stage.as_deref())?;
    let methods = [event.http_method, http.method, context.http_method];
    let method = methods.iter().flatten().next().map_or("POST", String::as_str);
    if methods.iter().flatten().any(|other| other != method) {
        return Err(contradicts("the method appears in several places, with different values"));
    }
    let parameters = (event.multi_value_query_string_parameters, event.query_string_parameters);
    let parameters = both("query", parameters.0, parameters.1, room)?;
    let query = match event.raw_query_string {
        Some(query) => raw(query, &parameters)?,
        None if context.elb.is_some() => joined(&parameters, str::to_owned),
        None => joined(&parameters, |text| form_encoded(text.as_bytes())),
    };
    let target = if query.is_empty() { path } else { format!("{path}?{query}") };
    let url = headers.text("Host").map(|host| format!("https://{host}{target}"));
    let moment = context.request_time_epoch.or(context.time_epoch);
    let request = Request { method: method.to_owned(), target, headers, body };
    let notes = Note::resized(&request).into_iter().collect();
    Ok(Captured {
        name: context.request_id.unwrap_or_else(|| name.to_owned()),
        request,
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

/// The path, which stands in up to three places; the name of a stage comes first in some of them.
fn path(places: &[Option<String>], stage: Option<&str>) -> Result<String> {
    let mut places = places.iter().flatten();
    let Some(path) = places.next() else { return Ok("/".to_owned()) };
    let stage = stage.map(|stage| format!("/{stage}"));
    let without_stage = |path: &str| {
        let path = percent::decode(path.trim_end_matches('/').as_bytes(), false);
        let stage = stage.as_ref().map_or(&b""[..], String::as_bytes);
        path.strip_prefix(stage).unwrap_or(&path).to_vec()
    };
    if places.any(|other| without_stage(other) != without_stage(path)) {
        return Err(contradicts("the path appears in several places, with different values"));
    }
    Ok(path.clone())
}

/// Names and values that an event has up to two times: all of them, and the last of each name.
fn both(
    what: &str,
    all: Option<&RawValue>,
    last: Option<&RawValue>,
    room: &mut Room,
) -> Result<Vec<(String, String)>> {
    let mut read = |fields: Option<&RawValue>| -> Result<Vec<(String, String)>> {
        fields.map(|fields| fields::pairs(fields, room)).transpose().map(Option::unwrap_or_default)
    };
    let (all, last) = (read(all)?, read(last)?);
    if all.is_empty() {
        return Ok(last);
    }
    agree(what, &all, &last)?;
    Ok(all)
}

/// Whether `last`, where it is given, has the names of `all`, each with one or all of its values.
fn agree(what: &str, all: &[(String, String)], last: &[(String, String)]) -> Result<()> {
    let mut values: HashMap<&str, Vec<&str>> = HashMap::new();
    for (name, value) in all {
        values.entry(name).or_default().push(value);
    }
    let is_one = |(name, value): &(String, String)| {
        values.get(name.as_str()).is_some_and(|values| {
            values.contains(&value.as_str()) || values.join(",") == *value.replace(", ", ",")
        })
    };
    if !last.is_empty() && (last.len() != values.len() || !last.iter().all(is_one)) {
        return Err(contradicts(format!(
            "the {what} appears in two places, with different values"
        )));
    }
    Ok(())
}

/// The query as it was sent, if its parameters, where they are given, are those.
fn raw(query: String, parameters: &[(String, String)]) -> Result<String> {
    let decoded = |plus: bool| -> Vec<(String, String)> {
        let text = |part: &str| {
            String::from_utf8_lossy(&percent::decode(part.as_bytes(), plus)).into_owned()
        };
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        pairs.map(|(name, value)| (text(name), text(value))).collect()
    };
    // Whether a plus sign is a blank is told differently.
    agree("query", &decoded(true), parameters)
        .or_else(|_| agree("query", &decoded(false), parameters))?;
    Ok(query)
}

/// A query of these parameters. Those of 1.0 are decoded, and this is one way to write them again.
fn joined(parameters: &[(String, String)], write: impl Fn(&str) -> String) -> String {
    let pair = |(name, value): &(String, String)| format!("{}={}", write(name), write(value));
    parameters.iter().map(pair).collect::<Vec<_>>().join("&")
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
            "multiValueHeaders":{"Host":["h.example"],"X-A":["1","2"]},"queryStringParameters":{"b":"a b"},
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
        let cookies: Vec<_> = captured.request.headers.all("cookie").collect();
        assert_eq!(cookies, [b"a=1; b=2"]);
        assert_eq!(captured.url.as_deref(), Some("https://h.example/h?a=%20"));
    }

    #[test]
    fn a_load_balancer_keeps_the_query_as_it_was_sent() {
        let event = |context: &str| {
            one(&format!(
                r#"{{"requestContext":{{{context}}},"httpMethod":"GET","path":"/a%20b",
                "queryStringParameters":{{"q":"a%20b%2Fc","r":"1+2"}},"headers":{{"host":"h"}},"body":"","isBase64Encoded":false}}"#
            ))
        };
        let balancer = event(r#""elb":{"targetGroupArn":"arn:aws:elasticloadbalancing:x"}"#);
        assert_eq!(balancer.request.target, "/a%20b?q=a%20b%2Fc&r=1+2");
        assert_eq!(event("").request.target, "/a%20b?q=a%2520b%252Fc&r=1%2B2");
    }

    #[test]
    fn events_in_a_list_are_read_each_for_itself() {
        let event = r#"{"version":"2.0","rawPath":"/h","headers":{"host":"a"},"body":"x"}"#;
        let text = format!(r#"[{event}, {{"rawPath":1}}, {event}]"#);
        let read: Vec<_> = load(text.as_bytes(), &Options::default()).unwrap().collect();
        assert_eq!(read.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true]);
        assert!(read[1].as_ref().unwrap_err().message.starts_with("event 2: API Gateway event"));
        assert_eq!(read[2].as_ref().unwrap().name, "event 3");
    }

    #[test]
    fn what_is_told_twice_must_be_the_same() {
        let event = |more: &str| {
            let json =
                format!(r#"{{"httpMethod":"POST","path":"/a","headers":{{"A":"1"}},{more}}}"#);
            load(json.as_bytes(), &Options::default()).unwrap().next().unwrap()
        };
        for same in [
            r#""multiValueHeaders":{"A":["2","1"]}"#,
            r#""multiValueHeaders":null,"queryStringParameters":{"a":"2,1"},"rawQueryString":"a=2&a=1""#,
            r#""queryStringParameters":{"a":"b c"},"rawQueryString":"a=b+c""#,
            r#""queryStringParameters":{"a":"b+c"},"rawQueryString":"a=b+c""#,
            r#""requestContext":{"path":"/prod/a/","stage":"prod","httpMethod":"POST"}"#,
        ] {
            assert!(event(same).is_ok(), "{same}: {:?}", event(same));
        }
        for differs in [
            r#""multiValueHeaders":{"A":["2"]}"#,
            r#""multiValueHeaders":{"A":["1"],"B":["1"]}"#,
            r#""queryStringParameters":{"a":"1"},"rawQueryString":"a=2""#,
            r#""queryStringParameters":{"a":"1"},"multiValueQueryStringParameters":{"b":["1"]}"#,
            r#""requestContext":{"path":"/admin/a","stage":"prod"}"#,
            r#""rawPath":"/b""#,
            r#""requestContext":{"http":{"method":"DELETE"}}"#,
        ] {
            assert_eq!(event(differs).unwrap_err().code, Failure::CaptureContradicts, "{differs}");
        }
    }
}
