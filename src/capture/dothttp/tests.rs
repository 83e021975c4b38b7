//! `.http` files as the three clients read them.

use super::super::load;
use super::*;
use crate::finding::Code;

fn all(text: &str) -> Vec<Result<Captured>> {
    load(text.as_bytes(), &Options::default()).unwrap().collect()
}

const TWO: &str = "@host = h.example\n\n### First one\n# @name shirts\nPOST https://{{host}}/hook\n    ?a=1\n    &b=2 HTTP/1.1\n\
    Content-Type: application/json\n// no header\nX-A: {{host}}\n\n{\n  \"a\": 1\n}\n\n### second\nGET https://h.example/x\n\n###\n";

#[test]
fn requests_variables_comments_and_continuations() {
    let read = all(TWO);
    assert_eq!(read.len(), 2);
    let first = read[0].as_ref().unwrap();
    assert_eq!((&first.name[..], &first.request.target[..]), ("shirts", "/hook?a=1&b=2"));
    assert_eq!(first.request.body, b"{\n  \"a\": 1\n}");
    assert_eq!(first.request.headers.text("x-a").as_deref(), Some("h.example"));
    assert_eq!(first.request.headers.text("host").as_deref(), Some("h.example"));
    let second = read[1].as_ref().unwrap();
    assert_eq!((&second.request.method[..], &second.request.body[..]), ("GET", &b""[..]));
}

#[test]
fn a_request_line_with_a_version_may_come_first() {
    let read = all("GET https://h/x HTTP/1.1\n\n### b\nGET https://h/y HTTP/1.1\n");
    assert_eq!(read.len(), 2);
}

#[test]
fn a_bare_url_is_a_get() {
    assert_eq!(all("https://h.example/x")[0].as_ref().unwrap().request.method, "GET");
}

#[test]
fn scripts_unknown_variables_and_files_are_refused() {
    for (text, code) in [
        ("### a\n< {% x %}\nPOST https://h/x\n", "unsupported"),
        ("POST https://h/x\nA: {{secret}}\n\n{}", "variable-unknown"),
        ("POST https://h/x\n\n< ./body.json\n", "files-not-allowed"),
        ("POST https://h/x\nnonsense\n", "malformed"),
    ] {
        assert_eq!(all(text)[0].as_ref().unwrap_err().code.id(), code, "{text}");
    }
}

#[test]
fn a_comment_inside_the_body_is_noted() {
    let read = all("POST https://h/x\n\na\n# b\nc\n");
    let captured = read[0].as_ref().unwrap();
    assert_eq!(captured.request.body, b"a\nc");
    assert_eq!(captured.notes[0].code, Code::BodyRebuilt);
}

#[test]
fn many_comments_make_one_note() {
    let read = all(&format!("POST https://h/x\n\n{}a\n", "# b\n".repeat(100_000)));
    let notes = &read[0].as_ref().unwrap().notes;
    assert_eq!(notes.len(), 1);
    assert!(notes[0].message.starts_with("100000 lines of the body"), "{notes:?}");
}

#[test]
fn a_bomb_of_variables_is_refused_and_what_needs_it_has_no_value() {
    let doubled = |n: usize| format!("@v{n}={{{{v{0}}}}}{{{{v{0}}}}}\n", n - 1);
    let bomb: String = (1..60).map(doubled).collect();
    let text =
        format!("@v0=xxxxxxxx\n{bomb}POST https://h/x\n\n{{{{v59}}}}\n### next\nGET https://h/y\n");
    let read = all(&text);
    let error = read[0].as_ref().unwrap_err();
    assert_eq!(error.code, Failure::TooLarge);
    assert!(error.message.starts_with("@v22: ") && error.help.is_some(), "{error}");
    assert_eq!(read[1].as_ref().unwrap().name, "next");
}

#[test]
fn requests_are_made_one_at_a_time_and_each_has_its_limit() {
    let options = Options { record: 10_000, ..Options::default() };
    let big = "{{v}}".repeat(20);
    let text = format!(
        "@v={}\n{}### last\nPOST https://h/x\n\n{big}{big}\n",
        "x".repeat(400),
        format!("### a\nPOST https://h/x\n\n{big}\n").repeat(50_000),
    );
    // All of them at once would take 400 MB.
    let read = super::read(Box::new(text.as_bytes()), &options).unwrap();
    let mut count = 0;
    let refused = read.map(|read| read.inspect(|_| count += 1)).find_map(Result::err);
    assert_eq!((count, refused.unwrap().code), (50_000, Failure::TooLarge));
}

fn one(text: &str) -> Captured {
    all(text).remove(0).unwrap()
}

fn body(text: &str) -> (String, Vec<String>) {
    let captured = one(text);
    let notes = captured.notes.into_iter().map(|note| note.message).collect();
    (String::from_utf8(captured.request.body).unwrap(), notes)
}

#[test]
fn what_belongs_to_the_answer_is_left_out_whole() {
    for more in [
        "> {% client.log(1) %}",
        "> {%\n  client.log(\"{}\")\n%}",
        "> ./check.js",
        ">> out.json",
        ">>! out.json",
        "<> old.200.json",
        "?? status == 200",
        "{{@response\n  console.log(1)\n}}",
    ] {
        let text =
            format!("POST https://h/x\n\n{{\"b\": 2}}  \n \n{more}\n\n### next\nGET https://h/y\n");
        assert_eq!(body(&text), ("{\"b\": 2}  ".to_owned(), Vec::new()), "{more}");
        assert_eq!(all(&text).len(), 2, "{more}");
    }
}

#[test]
fn what_cannot_be_sent_or_is_not_the_same_everywhere_is_refused_by_name() {
    for (text, said) in [
        ("WEBSOCKET ws://h/x\n", "WEBSOCKET is not an HTTP/1.1 request"),
        ("GRPC h/x\n", "GRPC"),
        ("< {%\n  x\n%}\nPOST https://h/x\n", "a script that may change the request"),
        ("< ./before.js\nPOST https://h/x\n", "a script that may change the request"),
        ("{{\n  x = 1\n}}\nPOST https://h/x\n", "a script that may change the request"),
        ("POST https://h/x\n\n{{@request\n x\n}}\n", "a script that may change the request"),
        ("import a.http\nGET https://h/x\n", "\"import a.http\", which is not followed"),
        ("@a = b\ncurl https://h/x\n", "a curl command in an .http file"),
        ("# @loop for 3\nGET https://h/x\n", "@loop"),
        ("GET https://h/x\nAuthorization: Digest alice s3cret\n", "Digest needs"),
        ("GET https://h/x\nAuthorization: AWS id key\n", "AWS needs"),
        ("GET https://h/x\nAuthorization: oauth2 password\n", "oauth2 needs"),
        ("GET https://h/x\nAuthorization: Basic al ice:s3cret\n", "both a space and a colon"),
        ("GET https://h/x\nX-ClientCert: pfx: a.p12\n", "names a client certificate"),
        ("GET https://h/x\nA: \u{20ac}\n", "A contains a character that is not allowed in headers"),
        ("GET https://h/a\\b\n", "the URL has a backslash"),
        ("POST https://h/x\n\na\n@id = 7\n", "looks like a variable: \"@id = 7\""),
        ("POST https://h/x\n\na\nGET https://h/y\n", "looks like the next request"),
        ("POST https://h/x\n\nHTTP/1.1 200 OK\n", "looks like a saved response"),
        ("POST https://h/x\n\n/*\na\n*/\n", "starts a comment in httpyac"),
        ("POST https://h/x\n\na\n> b\n", "\"> b\" may be part of the body"),
        ("@a = \"b\"\nGET https://h/{{a}}\n", "clients differ on :="),
        ("@m = GET\n{{m}} https://h/x\n", "contains a space"),
        ("### a\nnonsense\n", "expected a request line, found \"nonsense\""),
        ("GET https://h/x\n\n> {%\n", "does not end"),
        ("GET https://h/{{$processEnv HOME}}\n", "{{$processEnv HOME}} has no value"),
        ("GET https://h/x\nA: {{login.response.body.token}}\n", "has no value"),
        ("GRAPHQL https://h/x\n\nquery { a }\n\nnone\n", "is not JSON"),
        ("GRAPHQL https://h/x\n\ngql A < ./a.graphql\n", "a GraphQL query from a file"),
    ] {
        let file = Options { is_dothttp: true, ..Options::default() };
        let error = load(text.as_bytes(), &file).unwrap().next().unwrap().unwrap_err();
        assert!(error.message.contains(said), "{text}: {error}");
        assert!(error.help.is_some(), "{text}");
    }
    // httpyac's own comment before a request, an answer that was kept, a request that is switched off.
    let text = "GET https://h/a\n###\n/*\nx\n*/\nGET https://h/c\n###\nHTTP/1.1 200 OK\n\n###\n# @disabled\nGET https://h/b\n";
    let targets: Vec<_> = all(text).into_iter().map(|read| read.unwrap().request.target).collect();
    assert_eq!(targets, ["/a", "/c"]);
}

#[test]
fn user_and_password_are_written_in_base64() {
    for (value, sent) in [
        ("Basic alice s3cret", "Basic YWxpY2U6czNjcmV0"),
        ("basic alice:s3cret", "Basic YWxpY2U6czNjcmV0"),
        ("Basic YWxpY2U6czNjcmV0", "Basic YWxpY2U6czNjcmV0"),
        ("Digest username=\"a\", realm=\"b\"", "Digest username=\"a\", realm=\"b\""),
        ("Bearer x y", "Bearer x y"),
    ] {
        let captured = one(&format!("GET https://h/x\nAuthorization: {value}\n"));
        assert_eq!(captured.request.headers.text("authorization").unwrap(), sent);
    }
    let captured = one("GET https://al%20ice:s3cret@h:81/x\n");
    assert_eq!(
        captured.request.headers.text("authorization").unwrap(),
        "Basic YWwgaWNlOnMzY3JldA=="
    );
    assert_eq!(captured.request.headers.text("host").unwrap(), "h:81");
    assert_eq!(one("GET https://h\nA: \u{fc}").request.headers.get("A"), Some(&b"\xfc"[..]));
}

#[test]
fn addresses_are_completed_and_encoded() {
    for (text, url, target) in [
        ("get h.example/x\n", Some("http://h.example/x"), "/x"),
        ("localhost:3000/x y?q=a b\"é%20\n", None, ""),
        (
            "GET http://h/x y/é\"`{|}^?q=a b\"'`{|}é%20+ HTTP/1.1\n",
            Some("http://h/x y/é\"`{|}^?q=a b\"'`{|}é%20+"),
            "/x%20y/%C3%A9%22%60%7B|%7D^?q=a%20b%22%27`{|}%C3%A9%20+",
        ),
        ("GET http://h/a/../b/./%2E%2e/c#f\n", Some("http://h/a/../b/./%2E%2e/c#f"), "/c"),
        ("GET /x\nHost: h:8443\n", Some("https://h:8443/x"), "/x"),
        ("GET /x\n", None, "/x"),
        ("OPTIONS * HTTP/1.1\nHost: h\n", None, "*"),
        ("# @no-auto-encoding\nGET http://h/a\"b\n", Some("http://h/a\"b"), "/a\"b"),
        ("PURGE https://h/x\n", Some("https://h/x"), "/x"),
    ] {
        let file = Options { is_dothttp: true, ..Options::default() };
        let captured = load(text.as_bytes(), &file).unwrap().next().unwrap();
        if target.is_empty() {
            assert!(captured.is_err(), "{text}");
            continue;
        }
        let captured = captured.unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(
            (captured.url.as_deref(), &captured.request.target[..]),
            (url, target),
            "{text}"
        );
    }
}

#[test]
fn bodies_are_joined_as_their_type_wants_it() {
    let of_type =
        |kind: &str, text: &str| body(&format!("POST https://h/x\nContent-Type: {kind}\n\n{text}"));
    let form = "application/x-www-form-urlencoded";
    let (sent, notes) = of_type(form, "a = 1 &\nb=2 é%20+ x\n&c=3%\n");
    assert_eq!(sent, "a=1&b=2%20%C3%A9%20+%20x&c=3%25");
    assert!(notes[0].contains("the VS Code REST Client sends them encoded"), "{notes:?}");
    assert_eq!(of_type(form, "a=1\n&b=2"), ("a=1&b=2".to_owned(), Vec::new()));
    let part = "--B\nContent-Disposition: form-data; name=\"a\"\n\n1\n--B--\n\n";
    let (sent, _) = of_type("multipart/form-data; boundary=B", part);
    assert_eq!(sent, part.trim_end().replace('\n', "\r\n"));
    assert_eq!(of_type("application/x-ndjson", "{}\n{}\n\n").0, "{}\n{}\n");
    assert_eq!(of_type("text/plain", "\n\na\n \n").0, "a");
    let (sent, notes) = of_type("text/plain", "a\r\nb\r\n");
    assert_eq!(sent, "a\nb");
    assert!(notes[0].contains("CRLF"), "{notes:?}");
    let (sent, notes) = of_type("text/plain", "SQL\nDELETE FROM x\n===\nb\n");
    assert_eq!((&sent[..], notes.len()), ("SQL\nDELETE FROM x\n===\nb", 2));
    assert_eq!(
        of_type("multipart/mixed; boundary=B", "--B\n\nGET /a\n--B--").1,
        Vec::<String>::new()
    );
}

#[test]
fn comments_are_left_out_of_bodies_and_said() {
    let (sent, notes) =
        body("POST https://h/x\n\n{\n  // a comment\n  \"a\": 1\n}\n# at the end\n\n");
    assert_eq!(sent, "{\n  \"a\": 1\n}");
    assert_eq!(
        notes,
        [
            "a line of the body was treated as a comment: // a comment; use `< ./file` to send it exactly"
        ]
    );
}

#[test]
fn graphql_is_json() {
    let captured = one(
        "GRAPHQL https://h/x\n\nquery Q($a: Int) {\n  x(a: $a)\n}\n\n{ \"a\": 1, \"b\": \"\\u00e9\\/\" }\n",
    );
    assert_eq!(captured.request.method, "POST");
    assert_eq!(captured.request.headers.text("content-type").unwrap(), "application/json");
    assert_eq!(
        String::from_utf8(captured.request.body).unwrap(),
        "{\"query\":\"query Q($a: Int) {\\n  x(a: $a)\\n}\",\"operationName\":\"Q\",\"variables\":{\"a\":1,\"b\":\"é/\"}}"
    );
    let captured = one("POST https://h/x\nX-REQUEST-TYPE: GraphQL\n\n{ a }\n");
    assert_eq!(captured.request.body, br#"{"query":"{ a }","variables":{}}"#);
    assert!(captured.request.headers.get("X-Request-Type").is_none());
    let (sent, _) = body("POST https://h/x\nContent-Type: application/json\n\nmutation {\n a\n}\n");
    assert_eq!(sent, r#"{"query":"mutation {\n a\n}"}"#);
    assert_eq!(
        body("POST https://h/x\nContent-Type: application/graphql\n\nquery { a }\n").0,
        "query { a }"
    );
}

#[test]
fn variables_of_every_kind() {
    let given = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let options = Options {
        variables: vec![
            given("$processEnv TOKEN", "t"),
            given("a", "x y/é"),
            given("login.response.body.id", "7"),
        ],
        now: time::macros::datetime!(2026-11-30 05:00 UTC),
        ..Options::default()
    };
    let text = "@b = {{a}}!\nPOST https://h/{{%a}}/{{login.response.body.id}}\nX-T: {{$processEnv TOKEN}}\nX-I: {{ $guid }}\n\n{{b}} {{$timestamp}} {{$isoTimestamp}}";
    let captured = load(text.as_bytes(), &options).unwrap().next().unwrap().unwrap();
    assert_eq!(captured.request.target, "/x%20y%2F%C3%A9/7");
    assert_eq!(captured.request.headers.text("x-t").unwrap(), "t");
    assert_eq!(captured.request.headers.text("x-i").unwrap().len(), 36);
    assert_eq!(captured.request.body, "x y/é! 1796014800 2026-11-30T05:00:00.000Z".as_bytes());
}

#[test]
fn an_environment_is_read_beside_the_file_or_as_named() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write(
        "http-client.env.json",
        r#"{"dev":{"url":"{{host}}/v1","host":"https://dev","port":1,"SSLConfiguration":{}},"prod":{"url":"https://prod"}}"#,
    );
    write("http-client.private.env.json", r#"{"dev":{"token":"s3cret"}}"#);
    write("flat.json", r#"{"url":"https://flat","token":"t"}"#);
    let text = "GET {{url}}/x\nX-T: {{token}}\n";
    let read = |environments: &[&str], text: &str| {
        let environments = environments.iter().map(|given| (*given).to_owned()).collect();
        let options = Options { environments, folder: folder.path().into(), ..Options::default() };
        load(text.as_bytes(), &options).and_then(|mut read| read.next().unwrap())
    };
    let captured = read(&["dev"], text).unwrap();
    assert_eq!(captured.url.as_deref(), Some("https://dev/v1/x"));
    assert_eq!(captured.request.headers.text("x-t").unwrap(), "s3cret");
    let flat = folder.path().join("flat.json").to_string_lossy().into_owned();
    assert_eq!(read(&[&flat], text).unwrap().url.as_deref(), Some("https://flat/x"));
    let named = folder.path().join("http-client.env.json").to_string_lossy().into_owned();
    assert_eq!(
        read(&[&named, "prod"], "GET {{url}}/x").unwrap().url.as_deref(),
        Some("https://prod/x")
    );
    for (environments, text, said) in [
        (&["none"][..], text, "there is no environment none"),
        (&[&*named], text, "has several environments: choose one"),
        (&["prod"], text, "{{token}} has no value"),
        (&["dev"], "@host = https://other\nGET {{host}}/x\n", "{{host}} has two values"),
    ] {
        let error = read(environments, text).unwrap_err();
        assert!(error.message.contains(said) && error.help.is_some(), "{environments:?}: {error}");
    }
    assert_eq!(read(&["./none.json"], text).unwrap_err().message, "./none.json: no such file");
}

#[test]
fn files_are_sent_as_they_are_or_with_their_variables() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a b.bin"), b"\xff{{v}}\n").unwrap();
    std::fs::write(folder.path().join("text"), "{{v}}é\n").unwrap();
    std::fs::write(folder.path().join("latin1"), b"{{v}}\xe9").unwrap();
    let options = Options { allow_files: true, folder: folder.path().into(), ..Options::default() };
    for (lines, sent) in [
        ("< ./a b.bin", &b"\xff{{v}}\n"[..]),
        ("<@ ./{{v}}\ntail", "text\u{e9}\n\ntail".as_bytes()),
        ("<@latin1 latin1", "text\u{e9}".as_bytes()),
        ("a\n< a b.bin\n< a b.bin", b"a\n\xff{{v}}\n\n\xff{{v}}\n"),
    ] {
        let text = format!("@v = text\nPOST https://h/x\n\n{lines}\n");
        let captured = load(text.as_bytes(), &options).unwrap().next().unwrap().unwrap();
        assert_eq!(captured.request.body, sent, "{lines}");
        let refused = load(text.as_bytes(), &Options::default()).unwrap().next().unwrap();
        assert_eq!(refused.unwrap_err().code, Failure::FilesNotAllowed);
    }
}

#[test]
fn it_is_no_raw_message_where_its_name_or_content_says_so() {
    let read = |text: &str, is_dothttp: bool| {
        let options =
            Options { is_dothttp, variables: vec![("v".into(), "1".into())], ..Options::default() };
        load(text.as_bytes(), &options).unwrap().next().unwrap().unwrap()
    };
    let raw = "POST /x HTTP/1.1\nHost: h\n\n{}\n";
    assert_eq!(read(raw, false).request.body, b"{}\n");
    assert_eq!(read(raw, true).request.body, b"{}");
    for text in [
        "POST https://h/x HTTP/1.1\n\n{}\n",
        "POST /x HTTP/1.1\nHost: h\n\n{}\n\n### next\nGET /y\n",
        "POST /x HTTP/1.1\nHost: h\nA: {{v}}\n\n{}\n",
        "POST {{v}}/x HTTP/1.1\nHost: h\n\n{}\n",
    ] {
        assert_eq!(read(text, false).request.body, b"{}", "{text}");
    }
    // What was on the wire says how long it is.
    let wire = "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n### {{v}}\n\n";
    assert_eq!(read(wire, true).request.body, b"### {{v}}\n\n");
}

proptest::proptest! {
    #[test]
    fn lines_that_say_nothing_to_a_client_are_the_body(
        first in "[a-z0-9{\\[][ -~]{0,20}",
        more in proptest::collection::vec("([a-z0-9{\\[ ][a-z0-9{,:.\" ]{0,20})?", 0..6),
        last in "[a-z0-9}]{1,5} {0,3}",
    ) {
        proptest::prop_assume!(!first.contains("{{") && !first.ends_with("===") && super::line::request_line(&first).is_err());
        proptest::prop_assume!(more.iter().all(|line| !line.contains("{{")));
        let lines = [vec![first], more, vec![last]].concat().join("\n");
        let captured = one(&format!("POST https://h/x\n\n{lines}\n \n"));
        proptest::prop_assert_eq!(String::from_utf8(captured.request.body).unwrap(), lines);
        proptest::prop_assert_eq!(captured.notes, []);
    }
}
