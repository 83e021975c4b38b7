//! Command lines as consoles and browsers write them.

use super::super::load;
use super::*;

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
        ("curl --parallel https://h", "--parallel"),
        ("curl -y https://h", "-y"),
        ("curl -sy1 https://h", "-y"),
        ("curl https://h -F a=b", "boundary"),
        ("curl https://h --form-string a=b", "curl's --form-string is not read: the body"),
        ("curl https://h -K x", "curl's -K is not read: the options in that file"),
        ("curl -T body https://h", "curl's -T is not read: the file's name"),
        ("curl https://h -d @/etc/passwd", "/etc/passwd"),
        ("curl https://h --data-binary @x", "x"),
        ("curl https://h --data-urlencode a@x", "x"),
        ("curl https://h -b jar", "jar"),
        ("curl https://h https://i", "https://i"),
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

#[test]
fn flags_are_known_once() {
    for (index, (name, letter, _)) in super::super::curl_flags::FLAGS.iter().enumerate() {
        let same = |(other, other_letter, _): &&(&str, Option<u8>, Flag)| {
            other == name || letter.is_some() && other_letter == letter
        };
        assert_eq!(
            super::super::curl_flags::FLAGS.iter().skip(index + 1).find(same).map(|flag| flag.0),
            None
        );
    }
}
