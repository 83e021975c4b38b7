//! Is the answer the one that was wanted?

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use crate::error::{Error, Result};
use crate::finding::{Code, Finding};
use crate::http::Response;
use crate::http::write::reason;

/// Statuses that are wanted: `2xx`, `200,204`, `200-299`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    ranges: Vec<RangeInclusive<u16>>,
    text: String,
}

impl Expected {
    /// Whether this status is wanted.
    pub fn has(&self, status: u16) -> bool {
        self.ranges.iter().any(|range| range.contains(&status))
    }
}

impl FromStr for Expected {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let ranges: Option<Vec<_>> = text.split(',').map(|part| range(part.trim())).collect();
        let ranges = ranges.ok_or_else(|| {
            Error::usage("not a list of HTTP statuses, for example 2xx, 200,204 or 200-299")
        })?;
        Ok(Self { ranges, text: text.to_owned() })
    }
}

fn range(text: &str) -> Option<RangeInclusive<u16>> {
    let status = |text: &str| -> Option<u16> {
        let digits = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|status| digits && (100..=599).contains(status))
    };
    if let Some(class) = text.strip_suffix("xx").or(text.strip_suffix("XX")) {
        let first = status(&format!("{class}00"))?;
        return Some(first..=first + 99);
    }
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (status(first)?, status(last)?);
    (first <= last).then_some(first..=last)
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The receiver's own words: the first line of a body in plain text, if it is short.
fn first_line(body: &[u8]) -> Option<&str> {
    const LONGEST: usize = 200;
    let line = body.split(|byte| *byte == b'\n').next()?;
    let text = std::str::from_utf8(line.get(..line.len().min(LONGEST + 1))?).ok()?.trim();
    (!text.is_empty() && text.len() <= LONGEST && !text.starts_with(['<', '{', '[']))
        .then_some(text)
}

/// What is wrong with an answer.
pub fn response(response: &Response, expected: &Expected, subject: &str) -> Vec<Finding> {
    let status = response.status;
    let mut findings = Vec::new();
    if !expected.has(status) {
        let phrase = match response.reason.as_str() {
            "" => reason(status),
            given => given,
        };
        let answered = format!("answered {status} {phrase}").trim_end().to_owned();
        let said = first_line(&response.body).map(|line| format!(" ({line})")).unwrap_or_default();
        let message = format!("{answered}{said}, expected {expected}");
        let finding = Finding::new(Code::StatusUnexpected, subject, message);
        findings.push(match next(status) {
            Some(next) => finding.help(next),
            None => finding,
        });
    }
    let location = response.headers.text("Location");
    if let (301..=303 | 307 | 308, Some(location)) = (status, location) {
        let message = format!("redirects to {location}; redirects are not followed");
        let next = "send to the final address with --to, or fix the receiver";
        findings.push(Finding::new(Code::Redirected, subject, message).help(next));
    }
    findings
}

/// `response-malformed`: the answer came, and could not be read to its end for this reason.
pub fn malformed(reason: &Error, subject: &str) -> Finding {
    let message =
        format!("the status of the answer was read, but not the rest: {}", reason.message);
    Finding::new(Code::ResponseMalformed, subject, message).help(
        "fix the receiver, or the proxy in front of it (RFC 9112 section 6.3, RFC 9110 section 8.6)",
    )
}

/// What to do about a status whose usual cause is not in the payload.
fn next(status: u16) -> Option<&'static str> {
    Some(match status {
        401 | 403 => {
            "is the signature still fresh? --resign SCHEME --secret SOURCE signs each request again"
        }
        404 => "the path of the capture is kept: give --to the full URL to replace it",
        405 => "the receiver expects a different method here",
        408 | 429 | 502..=504 => {
            "--retries 5 tries again with growing pauses; --rate 5/s goes slower"
        }
        413 => "the receiver accepts only smaller bodies (nginx: client_max_body_size)",
        421 => {
            "the server has a different name: give --header 'Host: NAME', or --connect with the \
             right --to"
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expectations() {
        for (text, yes, no) in [
            ("2xx", 204, 301),
            ("200,204", 204, 201),
            ("200-203, 4xx", 404, 204),
            ("500", 500, 200),
        ] {
            let expected: Expected = text.parse().unwrap();
            assert!(expected.has(yes) && !expected.has(no), "{text}");
        }
        for bad in
            ["", "xx", "2", "2xxx", "600", "204-200", "200,", "+20", "0200", "0xx", "2xx-3xx"]
        {
            assert!(bad.parse::<Expected>().is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_wrong_with_an_answer() {
        let expected: Expected = "2xx".parse().unwrap();
        let mut answer = Response { status: 308, ..Response::default() };
        answer.headers.push("Location", "/b");
        let codes = |answer: &Response| -> Vec<Code> {
            response(answer, &expected, "a").iter().map(|finding| finding.code).collect()
        };
        assert_eq!(codes(&answer), [Code::StatusUnexpected, Code::Redirected]);
        assert_eq!(codes(&Response { status: 202, ..Response::default() }), []);
        let teapot = Response { status: 499, ..Response::default() };
        assert_eq!(response(&teapot, &expected, "a")[0].message, "answered 499, expected 2xx");
    }

    #[test]
    fn the_receiver_is_quoted_if_it_says_a_short_line() {
        let longest = "x".repeat(200);
        for (body, said) in [
            ("bad signature", Some("bad signature")),
            ("  bad signature \r\nsecond line", Some("bad signature")),
            (&*longest, Some(&*longest)),
            (&*format!("{longest}x"), None),
            (&*"x".repeat(5000), None),
            ("", None),
            (" \nsecond line", None),
            ("<html>", None),
            ("{\"error\":1}", None),
            ("[1]", None),
        ] {
            assert_eq!(first_line(body.as_bytes()), said, "{body}");
        }
        assert_eq!(first_line(b"\xff\xfe"), None);
    }

    /// The message and the help of an answer that was not wanted.
    fn said(answer: &Response) -> (String, Option<String>) {
        let finding = response(answer, &"2xx".parse().unwrap(), "a").remove(0);
        (finding.message, finding.help)
    }

    #[test]
    fn an_unwanted_answer_is_told_in_its_own_words() {
        let mut answer =
            Response { status: 401, body: b"bad signature".into(), ..Response::default() };
        assert_eq!(said(&answer).0, "answered 401 Unauthorized (bad signature), expected 2xx");
        answer.reason = "Nope".to_owned();
        assert_eq!(said(&answer).0, "answered 401 Nope (bad signature), expected 2xx");
    }

    #[test]
    fn what_usually_mends_a_status_is_said() {
        for (status, words) in [
            (401, "--resign"),
            (403, "--resign"),
            (404, "--to"),
            (405, "a different method"),
            (408, "--retries"),
            (413, "smaller bodies"),
            (421, "Host: NAME"),
            (429, "--retries"),
            (502, "--retries"),
            (503, "--retries"),
            (504, "--retries"),
        ] {
            let (_, help) = said(&Response { status, ..Response::default() });
            assert!(help.is_some_and(|help| help.contains(words)), "{status}");
        }
        for status in [400, 402, 406, 409, 500, 501, 505] {
            assert_eq!(said(&Response { status, ..Response::default() }).1, None, "{status}");
        }
    }

    #[test]
    fn an_answer_that_leads_elsewhere_is_a_redirect() {
        let expected: Expected = "200-399".parse().unwrap();
        let is_redirect = |status, location: Option<&str>| {
            let mut answer = Response { status, ..Response::default() };
            location.iter().for_each(|location| answer.headers.push("Location", *location));
            let findings = response(&answer, &expected, "a");
            assert!(findings.iter().all(|finding| finding.message.contains("/b")), "{findings:?}");
            findings.iter().any(|finding| finding.code == Code::Redirected)
        };
        let to: Vec<u16> = (200..400).filter(|status| is_redirect(*status, Some("/b"))).collect();
        assert_eq!(to, [301, 302, 303, 307, 308]);
        assert!(!is_redirect(302, None));
    }

    #[test]
    fn an_answer_that_cannot_be_read_says_why() {
        let finding = malformed(&Error::usage("two lengths"), "a");
        assert_eq!(finding.code, Code::ResponseMalformed);
        assert!(finding.message.ends_with("not the rest: two lengths"), "{}", finding.message);
        assert!(finding.help.is_some());
    }

    #[test]
    fn what_was_expected_is_repeated_as_it_was_given() {
        assert_eq!("200, 4xx".parse::<Expected>().unwrap().to_string(), "200, 4xx");
        let classes: Expected = "2XX".parse().unwrap();
        assert!(classes.has(200) && classes.has(299) && !classes.has(199) && !classes.has(300));
    }
}
