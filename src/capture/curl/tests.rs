//! Command lines as consoles and browsers write them.

use super::super::load;
use super::*;
use crate::finding::Code;

fn one(text: &str) -> Result<Captured> {
    load(text.as_bytes(), &Options::default())?.next().unwrap()
}

fn lines(captured: &Captured) -> Vec<String> {
    let line = |line: &crate::http::Header| {
        format!("{}: {}", line.name, String::from_utf8_lossy(&line.value))
    };
    captured.request.headers.iter().map(line).collect()
}

#[test]
fn what_a_browser_copies() {
    let captured = one(
        "curl 'https://h.example/hook?a=1' \\\n  -X 'POST' \\\n  -H 'content-type: application/json' \\\n  \
         -H 'X-Empty;' -H 'Accept:' \\\n  --data-raw $'{\"a\":\"it\\'s \\u0021\"}' \\\n  --compressed --insecure",
    )
    .unwrap();
    assert_eq!(captured.request.method, "POST");
    assert_eq!(captured.request.target, "/hook?a=1");
    assert_eq!(captured.request.body, b"{\"a\":\"it's !\"}");
    assert_eq!(
        lines(&captured),
        ["Host: h.example", "content-type: application/json", "X-Empty: "]
    );
    assert_eq!(captured.url.as_deref(), Some("https://h.example/hook?a=1"));
}

#[test]
fn data_joins_implies_post_and_a_type() {
    let captured = one("curl -sSXPUT h.example -d a=1 --data b=2 -u me:pw -b x=1").unwrap();
    assert_eq!(
        (&captured.request.method[..], &captured.request.body[..]),
        ("PUT", &b"a=1&b=2"[..])
    );
    assert_eq!(
        lines(&captured),
        [
            "Host: h.example",
            "Authorization: Basic bWU6cHc=",
            "Accept: */*",
            "Cookie: x=1",
            "Content-Type: application/x-www-form-urlencoded"
        ]
    );
    let query = one("curl -G --data-urlencode 'q=a b&c' https://h/x").unwrap();
    assert_eq!((&query.request.method[..], &query.request.target[..]), ("GET", "/x?q=a+b%26c"));
    let json = one("curl --json '{}' https://h").unwrap();
    assert!(lines(&json).contains(&"Content-Type: application/json".to_owned()));
    assert_eq!(one("curl -I https://h").unwrap().request.method, "HEAD");
}

#[test]
fn unknown_flags_files_and_expansions_are_refused_by_name() {
    for (text, said) in [
        ("curl --expand-url https://h", "--expand-url"),
        ("curl -t https://h", "-t"),
        ("curl -st1 https://h", "-t"),
        ("curl https://h -F 'a=@x,y'", "several files in one part"),
        ("curl https://h -F 'a=b;encoder=base64'", "encoder="),
        ("curl https://h -F =b", "has no name"),
        ("curl https://h -K x", "curl's -K is not supported: options from a file"),
        ("curl https://h --digest -u a:b", "curl's --digest is not supported"),
        ("curl https://h -u a", "asks for the password"),
        ("curl -T body https://h", "body"),
        ("curl -I -d b https://h", "one body at most"),
        ("curl -d @- https://h", "would read from standard input is not available"),
        ("echo x | curl -d @- https://h", "would read from standard input is not available"),
        ("curl -d @- https://h < x", "x"),
        ("curl -H @x https://h", "x"),
        ("curl -H nonsense https://h", "a header needs a colon"),
        ("curl https://h/[1", "brackets or braces"),
        ("curl 'https://h/a b'", "contains a space"),
        ("curl ftp://h", "is not an http or https URL"),
        ("curl -d a --next -d b https://h", "no URL"),
        ("curl https://h || curl -d b https://h", "only if the one before fails"),
        ("curl https://h -d @/etc/passwd", "/etc/passwd"),
        ("curl https://h --data-binary @x", "x"),
        ("curl https://h --data-urlencode a@x", "x"),
        ("curl https://h -b jar", "jar"),
        ("curl https://h -d", "-d"),
        ("curl -s", "no URL"),
        ("curl https://h; rm x", "not curl"),
    ] {
        let read: Vec<_> = match load(text.as_bytes(), &Options::default()) {
            Ok(captures) => captures.collect(),
            Err(error) => vec![Err(error)],
        };
        let error = read.into_iter().find_map(Result::err).unwrap_or_else(|| panic!("{text}"));
        assert!(error.message.contains(said), "{text}: {error}");
    }
}

#[test]
fn files_are_read_when_allowed() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("body");
    std::fs::write(&path, "a\nb\r\n").unwrap();
    let options = Options { allow_files: true, ..Options::default() };
    for (flag, body) in [("-d", &b"ab"[..]), ("--data-binary", b"a\nb\r\n")] {
        let text = format!("curl https://h {flag} '@{}'", path.display());
        let captured = load(text.as_bytes(), &options).unwrap().next().unwrap().unwrap();
        assert_eq!(captured.request.body, body);
    }
}

fn all(text: &str) -> Vec<Captured> {
    load(text.as_bytes(), &Options::default()).unwrap().map(Result::unwrap).collect()
}

#[test]
fn a_script_around_commands_changes_nothing() {
    for text in [
        "#!/bin/sh\n# why\nset -euo pipefail\ncurl https://h/x -d a\n",
        "time curl https://h/x -d a",
        "$ curl https://h/x -d a",
        "TOKEN=x sudo curl https://h/x -d a",
        "A=1 time curl https://h/x -d a | jq .a > out 2>&1 && echo done",
        "curl https://h/x -d a >/dev/null || exit 1",
        "curl https://h/x -d a &> log &",
        "echo a | curl https://h/x -d a",
        "curl https://h/x -d @- <<EOF\na\nEOF\n",
        "curl https://h/x -d @- <<< a | cat",
        "curl.exe https://h/x -d a; sleep 1\necho done\n",
        "curl --no-progress-meter --retry 3 -sSfL#o out https://h/x -d a --no-compressed --http2 -m 5",
        "curl -d a -- https://h/x",
    ] {
        let read = all(text);
        assert_eq!(read.len(), 1, "{text}");
        let (captured, name) = (&read[0], &read[0].name);
        assert_eq!(
            (&captured.request.target[..], &captured.request.body[..], &name[..]),
            ("/x", &b"a"[..], "command 1"),
            "{text}"
        );
    }
    let two = all("curl https://h/x -d a && curl https://h/y\ncurl https://h/z");
    assert_eq!(
        two.iter().map(|one| &one.request.target[..]).collect::<Vec<_>>(),
        ["/x", "/y", "/z"]
    );
}

#[test]
fn one_command_may_send_several_requests() {
    let read =
        all("curl https://h/x[1-2]{a,b} https://h/y -d a --next -X PUT https://h/z -H 'A: b'");
    let said: Vec<_> = read
        .iter()
        .map(|one| (&one.name[..], &one.request.method[..], &one.request.target[..]))
        .collect();
    assert_eq!(
        said,
        [
            ("command 1, URL 1", "POST", "/x1a"),
            ("command 1, URL 2", "POST", "/x1b"),
            ("command 1, URL 3", "POST", "/x2a"),
            ("command 1, URL 4", "POST", "/x2b"),
            ("command 1, URL 5", "POST", "/y"),
            ("command 1, URL 1", "PUT", "/z"),
        ]
    );
    assert!(read[5].request.body.is_empty() && read[5].request.headers.get("A").is_some());
}

#[test]
fn what_curl_makes_of_its_options() {
    let lines = |text: &str| lines(&one(text).unwrap()).join("\n");
    assert!(lines("curl https://u:p%40@h/").contains("Authorization: Basic dTpwQA=="));
    assert!(lines("curl https://u:p@h/ -u a:b").contains("Authorization: Basic YTpi"));
    assert!(
        lines("curl https://h --oauth2-bearer t -r 0-5")
            .contains("Authorization: Bearer t\nRange: bytes=0-5")
    );
    assert!(lines("curl https://h -b a=1 -b b=2").contains("Cookie: a=1;b=2"));
    assert!(lines("curl https://h -e 'https://r;auto'").contains("Referer: https://r"));
    for text in [
        "curl https://h -A ''",
        "curl https://h -e ';auto'",
        "curl https://h -b ''",
        "curl https://h -H 'X:'",
    ] {
        assert_eq!(lines(text), "Host: h\nAccept: */*", "{text}");
    }
    let target = |text: &str| one(text).unwrap().request.target;
    assert_eq!(target("curl https://h/a/../b/./c?x#y"), "/b/c?x");
    assert_eq!(target("curl --path-as-is https://h/a/../b"), "/a/../b");
    assert_eq!(target("curl -g 'https://h/[1]'"), "/[1]");
    assert_eq!(
        target("curl https://h?x -G -d a=1 --url-query 'b=c d' --url-query +e"),
        "/?x&a=1&b=c+d&e"
    );
    assert_eq!(target("curl https://h/x --request-target /y"), "/y");
    assert_eq!(
        target("curl -G --data-urlencode 'q=a~b c*(d)/\u{e9}+' https://h/"),
        "/?q=a~b+c%2A%28d%29%2F%C3%A9%2B"
    );
}

#[test]
fn parts_of_a_form_are_those_of_curl() {
    let captured = one("curl https://h -F 'a=x;y' -F 'b=\"q;\\\"r\" z;type=text/css; charset=utf-8' --form-string 'c=@;' -F 'n\"m= t '").unwrap();
    let boundary = captured.request.headers.text("Content-Type").unwrap();
    let boundary = boundary.strip_prefix("multipart/form-data; boundary=").unwrap();
    assert_eq!(boundary.len(), 40);
    let part = |head: &str, content: &str| {
        format!("--{boundary}\r\nContent-Disposition: form-data; name={head}\r\n\r\n{content}\r\n")
    };
    let expected = [
        part("\"a\"", "x"),
        part("\"b\"\r\nContent-Type: text/css; charset=utf-8", "q;\"r"),
        part("\"c\"", "@;"),
        part("\"n%22m\"", "t"),
        format!("--{boundary}--\r\n"),
    ];
    assert_eq!(String::from_utf8(captured.request.body).unwrap(), expected.concat());
    assert_eq!(captured.notes[0].code, Code::BodyRebuilt);
}

#[test]
fn files_of_forms_uploads_and_headers() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).display().to_string();
    std::fs::write(path("b.txt"), "b\n").unwrap();
    std::fs::write(path("lines"), "A: 1\r\n\nB:2\n").unwrap();
    let options = Options { allow_files: true, ..Options::default() };
    let one = |text: &str| load(text.as_bytes(), &options).unwrap().next().unwrap().unwrap();
    let form = one(&format!(
        "curl https://h -F 'a=@{0}' -F 'c=<{0}' -F 'd=@{0};filename=x.unknown;type=x/y'",
        path("b.txt")
    ));
    let body = String::from_utf8(form.request.body).unwrap();
    for part in [
        "name=\"a\"; filename=\"b.txt\"\r\nContent-Type: text/plain\r\n\r\nb\n\r\n",
        "name=\"c\"\r\n\r\nb\n\r\n",
        "name=\"d\"; filename=\"x.unknown\"\r\nContent-Type: x/y\r\n\r\nb\n\r\n",
    ] {
        assert!(body.contains(part), "{body}");
    }
    let upload = one(&format!("curl https://h/up/ -T {}", path("b.txt")));
    assert_eq!(
        (&upload.request.method[..], &upload.request.target[..], &upload.request.body[..]),
        ("PUT", "/up/b.txt", &b"b\n"[..])
    );
    assert!(upload.request.headers.get("Content-Type").is_none());
    assert!(
        lines(&one(&format!("curl https://h -H @{}", path("lines"))))
            .ends_with(&["A: 1".into(), "B: 2".into()])
    );
    assert_eq!(
        one(&format!("curl https://h --data-binary @- < {}", path("b.txt"))).request.body,
        b"b\n"
    );
}
