//! What filters take, and what is no filter.

use proptest::prelude::*;

use super::*;
use crate::http::Request;

fn captured() -> Captured {
    let mut request =
        Request { method: "POST".into(), target: "/hooks/a?x=1".into(), ..Request::default() };
    request.headers.push("Host", "Hooks.Example");
    request.headers.push("X-Event", "push");
    request.headers.push("x-event", "ping pong");
    request.body = br#"{"say":"hi"}"#.to_vec();
    Captured {
        request,
        name: "line 3".into(),
        status: Some(503),
        received_at: Some(moment("2026-11-22T05:00:00Z").unwrap()),
        ..Captured::default()
    }
}

#[test]
fn the_language() {
    let captured = captured();
    for (filter, taken) in [
        ("method=post", true),
        ("method=POST path~/hooks status=5xx", true),
        ("method=POST and path~/hooks and status=4xx", false),
        ("status=4xx or status=503", true),
        ("method=GET status=503 or path=/hooks/a?x=1", true),
        ("(method=GET or method=POST) not status=503", false),
        ("not(method=GET)", true),
        ("not not method=POST", true),
        ("header.X-Event=push", true),
        ("header.x-EVENT=\"ping pong\"", true),
        ("header.X-Event!=push", false),
        ("header.X-Nothing~a", false),
        ("header.X-Nothing!~a", true),
        ("body~\"\\\"hi\\\"\"", true),
        ("host=hooks.example", true),
        ("name=\"line 3\"", true),
        ("size=12 size<1KiB size>=12 size<=12 size>11", true),
        ("at>2026-11-22 at<2026-11-23", true),
        ("at>=2026-11-22T05:00:01Z", false),
        ("status>499 status<600 status!=500", true),
        ("status>=5xx status<=5xx", true),
        ("status<5xx or status>5xx", false),
        ("path=", false),
        ("url~order", false),
    ] {
        assert_eq!(filter.parse::<Filter>().unwrap().takes(&captured), taken, "{filter}");
    }
    let unknown = Captured { status: None, ..captured };
    assert!(!"status<600".parse::<Filter>().unwrap().takes(&unknown));
    assert!("status!=500".parse::<Filter>().unwrap().takes(&unknown));
}

#[test]
fn what_is_no_filter_is_refused_with_its_place() {
    for (filter, message) in [
        ("", "a term like method=POST is missing (at character 1)"),
        (
            "methode=x",
            "no such field: methode (there are: method, path, url, host, body, name, header.NAME, status, size, at) (at character 1)",
        ),
        (
            "header.=x",
            "no such field: header. (there are: method, path, url, host, body, name, header.NAME, status, size, at) (at character 1)",
        ),
        ("method", "an operator is missing after method: = != ~ !~ < <= > >= (at character 7)"),
        ("method<x", "method is a text: < compares numbers (at character 9)"),
        ("status~5", "status is a number: ~ compares texts (at character 9)"),
        ("status=5x", "a status is 404 or 4xx (at character 10)"),
        ("(method=x", "a bracket is not closed (at character 10)"),
        ("method=x)", "a bracket is closed but never opened (at character 9)"),
        ("method=x or", "a term like method=POST is missing (at character 12)"),
        ("body=\"x", "the quotes are not closed (at character 6)"),
        ("body=\"\\n\"", "after \\ only \" and \\ may stand (at character 6)"),
    ] {
        let error = filter.parse::<Filter>().unwrap_err();
        assert_eq!(error.message, message, "{filter}");
    }
    assert!("(".repeat(100_000).parse::<Filter>().is_err());
    assert!("not ".repeat(100_000).parse::<Filter>().is_err());
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "[a-z.=~!<>()\" \\\\0-9é]{0,60}") {
        if let Ok(filter) = text.parse::<Filter>() {
            filter.takes(&captured());
        }
    }
}
