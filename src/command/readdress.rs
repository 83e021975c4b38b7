//! A stored request for a new destination, byte for byte where it matters: hop-by-hop headers gone, another
//! target and `Host`, header edits, the right length. `replay` and `audit` send what comes of it.

use crate::args::destination::Destination;
use crate::args::scheme::HeaderArg;
use crate::http::{Header, Headers, Request};

/// Headers that were between the sender and its next hop only (RFC 9110 section 7.6.1).
const HOP_BY_HOP: [&str; 9] = [
    "Connection",
    "Keep-Alive",
    "Proxy-Connection",
    "Proxy-Authenticate",
    "Proxy-Authorization",
    "TE",
    "Transfer-Encoding",
    "Trailer",
    "Upgrade",
];

/// Removes what was meant for the hop it was captured on, and what `Connection` names.
pub fn strip(headers: &mut Headers) {
    let named: Vec<String> = headers
        .all("Connection")
        .flat_map(|value| value.split(|byte| *byte == b','))
        .map(|name| String::from_utf8_lossy(name.trim_ascii()).into_owned())
        .filter(|name| !name.is_empty())
        .collect();
    for name in named.iter().map(String::as_str).chain(HOP_BY_HOP) {
        headers.remove(name);
    }
    // The body follows at once: nobody is asked whether it may.
    if headers.get("Expect").is_some_and(|value| value.eq_ignore_ascii_case(b"100-continue")) {
        headers.remove("Expect");
    }
}

/// The target of the destination, and its `Host`.
pub fn address(request: &mut Request, destination: &Destination) {
    request.target = destination.target(&request.target);
    set_host(&mut request.headers, &destination.authority);
}

/// Sets headers, or removes those whose value is empty; one that is named again is there again.
pub fn edit(headers: &mut Headers, edits: &[HeaderArg]) {
    let mut seen: Vec<&str> = Vec::new();
    for HeaderArg { name, value } in edits {
        if value.is_empty() {
            headers.remove(name);
        } else if seen.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            headers.push(name.clone(), value.clone());
        } else {
            headers.set(name, value.clone());
            seen.push(name);
        }
    }
}

/// Has the headers say how long the body is, also where it is empty and the method has one.
pub fn frame(request: &mut Request) {
    request.frame();
    let has_body_by_method = matches!(request.method.as_str(), "POST" | "PUT" | "PATCH");
    if has_body_by_method && request.headers.get("Content-Length").is_none() {
        // RFC 9110 section 8.6: even an empty body is announced.
        request.headers.push("Content-Length", "0");
    }
}

/// One `Host`: where it stood, or first (RFC 9110 section 7.2).
fn set_host(headers: &mut Headers, authority: &str) {
    if headers.get("Host").is_some() {
        return headers.set_value("Host", authority);
    }
    let host = Header { name: "Host".into(), value: authority.into() };
    *headers = std::iter::once(host).chain(headers.iter().cloned()).collect();
}

/// Headers where nothing is known of the provider: what the bytes are.
pub fn of_body(body: &[u8]) -> Headers {
    let is_json = serde_json::from_slice::<serde::de::IgnoredAny>(body).is_ok();
    let mut headers = Headers::new();
    headers.push(
        "Content-Type",
        if is_json { "application/json" } else { "application/octet-stream" },
    );
    headers
}
