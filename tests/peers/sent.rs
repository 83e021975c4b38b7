//! What `replay` makes of text captures, beside what their own tools send: each is sent by both to one
//! recorder, and method, target, headers and body are compared.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::harness::receiver::Received;
use crate::harness::{Receiver, Tool};
use crate::{needs, node};

tests!(
    http_files_are_sent_as_httpyac_sends_them,
    environments_are_those_of_httpyac,
    dynamic_variables_have_the_form_of_httpyac,
    curl_commands_are_sent_as_curl_sends_them,
    curl_forms_have_the_parts_that_curl_sends,
);

const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

/// Headers that each tool has of its own, or only of the connection.
const OWN: [&str; 4] = ["user-agent", "accept-encoding", "connection", "expect"];

/// A request, without what is each tool's own.
#[derive(Debug, PartialEq)]
struct Sent {
    line: String,
    headers: Vec<String>,
    body: String,
}

/// Headers in any order, their names in lower case; nobody counts on either (RFC 9110 section 5.3), and
/// clients in JavaScript keep neither. Percent-encoding is the same in either case (RFC 3986 section 2.1).
fn sent(received: &Received, not_compared: &[&str]) -> Sent {
    let mut lines = received.head.trim_end().split("\r\n");
    let line = lines.next().unwrap();
    let mut capital = String::new();
    for (index, piece) in line.split('%').enumerate() {
        let (digits, rest) = piece.split_at(piece.len().min(if index == 0 { 0 } else { 2 }));
        capital.push_str(if index == 0 { "" } else { "%" });
        capital.push_str(&digits.to_ascii_uppercase());
        capital.push_str(rest);
    }
    let headers = lines.filter_map(|line| {
        let (name, value) = line.split_once(':').unwrap();
        let name = name.to_ascii_lowercase();
        let is_own = OWN.contains(&&*name) || not_compared.contains(&&*name);
        (!is_own).then(|| format!("{name}: {}", value.trim()))
    });
    // `replay` announces that there is no body, where one is expected (RFC 9110 section 8.6).
    let headers = headers.filter(|line| line != "content-length: 0");
    let mut headers: Vec<_> = headers.collect();
    headers.sort();
    Sent { line: capital, headers, body: String::from_utf8_lossy(&received.body).into_owned() }
}

/// Runs another tool to its end.
fn run(command: &mut Command, folder: &Path) {
    let output = command.current_dir(folder).stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{command:?}: {said}{}",
        String::from_utf8_lossy(&output.stdout)
    );
}

/// What the recorder got since `before` requests.
fn since(recorder: &Receiver, before: usize, not_compared: &[&str]) -> Vec<Sent> {
    recorder.received()[before..].iter().map(|one| sent(one, not_compared)).collect()
}

/// Sends a capture with `replay`.
fn replay(recorder: &Receiver, folder: &Path, args: &[&str]) {
    let tool = Tool::new(["replay", "--json", "--allow-files", "--to", &recorder.url()]);
    let outcome = tool.args(args).dir(folder).run();
    assert_eq!(outcome.code, 0, "{args:?}: {}{}", outcome.stdout, outcome.stderr);
}

fn httpyac(folder: &Path, args: &[&str]) {
    let script = node::folder("httpyac").join("node_modules/httpyac/bin/httpyac.js");
    let mut command = node::command();
    run(command.arg(script).arg("send").args(args).arg("--all").env("NO_COLOR", "1"), folder);
}

/// Sections of an `.http` file that all three clients send alike.
const SECTIONS: &[&str] = &[
    "GET {{host}}/plain",
    "POST {{host}}/json HTTP/1.1\nContent-Type: application/json\nX-A: 1\nX-A: 2\n\n{\n  \"a\": 1,\n  \"b\": \"{{v}}\"\n}",
    "POST {{host}}/basic\nAuthorization: Basic alice s3cret\n\na",
    "POST {{host}}/colon\nAuthorization: Basic alice:s3cret\n\na",
    "POST {{host}}/encoded\nAuthorization: Basic YWxpY2U6czNjcmV0\n\na",
    "POST {{host}}/bearer\nAuthorization: Bearer {{v}}\n\na",
    "POST {{host}}/form\nContent-Type: application/x-www-form-urlencoded\n\na=1\n&b=2 \u{e9}%20+ x\n&c=3%",
    "POST {{host}}/jetbrains\nContent-Type: application/x-www-form-urlencoded\n\na = 1 &\nb = x y &\nc = {{v}}",
    "POST {{host}}/multipart\nContent-Type: multipart/form-data; boundary=BB\n\n--BB\nContent-Disposition: form-data; name=\"a\"\n\n1\n--BB\nContent-Disposition: form-data; name=\"f\"; filename=\"f.txt\"\nContent-Type: text/plain\n\n< ./f.txt\n--BB--",
    "POST {{host}}/mixed\nContent-Type: multipart/mixed; boundary=BB\n\n--BB\n\nGET /a\n--BB--",
    "GRAPHQL {{host}}/graphql\n\nquery Q($a: Int) {\n  x(a: $a) { y }\n}\n\n{ \"a\": 1, \"b\": \"\\u00e9\\/\" }",
    "POST {{host}}/query\nContent-Type: application/json\n\nmutation M {\n  x\n}",
    "GET http://us%20er:p%40ss@{{authority}}/user",
    "GET {{host}}/a/../b/./%2e%2e/c#fragment",
    "GET {{host}}/x y/\u{e9}\"<>`{|}?q=a b\"<>'`{|}\u{e9}%20+&r=[1]",
    "GET {{host}}/continued\n    ?a=1\n    &b=2\nX-A: b",
    "POST {{host}}/file\nContent-Type: application/octet-stream\n\n< ./f.txt",
    "POST {{host}}/filled\nContent-Type: text/plain\n\n<@ ./f.txt\ntail\n< ./f.txt",
    "POST {{host}}/ndjson\nContent-Type: application/x-ndjson\n\n{\"a\":1}\n{\"b\":2}",
    "POST {{host}}/answer\n\n{\"b\": 2}\n\n> {%\n  client.log(\"{}\");\n%}\n>> out.json\n<> old.json",
    "# @name named\n// and a comment\nPUT {{host}}/comment\nX-A: 1\n# in the head\nX-B: 2\n\n{\n  // indented\n  \"a\": 1\n}",
    "PUT {{host}}/blanks\n\n\ntext after two blanks   \n \n",
    "GET /origin\nHost: {{authority}}",
    "DELETE {{host}}/delete",
    "PATCH {{host}}/lines\nContent-Type: text/plain\n\none\n\n\n  two\ttabbed\nthree\\n",
    "@later = {{v}}/{{v}}\nPOST {{host}}/later\n\n{{later}} {{ later }}",
    "REPORT {{host}}/report\n\n<a>b</a>",
];

fn http_files_are_sent_as_httpyac_sends_them() {
    let (folder, recorder) = (tempfile::tempdir().unwrap(), Receiver::always(OK));
    fs::write(folder.path().join("f.txt"), "\u{e9} {{v}}\nend\n").unwrap();
    let authority = recorder.address;
    let head = format!("@host = http://{authority}\n@authority = {authority}\n@v = val/ue\n\n");
    let text: String = SECTIONS.iter().map(|section| format!("###\n{section}\n\n")).collect();
    fs::write(folder.path().join("a.http"), format!("{head}{text}")).unwrap();
    httpyac(folder.path(), &["a.http"]);
    let theirs = since(&recorder, 0, &["accept"]);
    assert_eq!(theirs.len(), SECTIONS.len());
    replay(&recorder, folder.path(), &["a.http"]);
    let ours = since(&recorder, theirs.len(), &["accept"]);
    for ((ours, theirs), section) in ours.iter().zip(&theirs).zip(SECTIONS) {
        assert_eq!(ours, theirs, "{section}");
    }
    assert_eq!(ours.len(), theirs.len());
    // The same file as a Windows editor saves it.
    let text = fs::read_to_string(folder.path().join("a.http")).unwrap();
    fs::write(folder.path().join("a.http"), text.replace('\n', "\r\n")).unwrap();
    let before = recorder.count();
    replay(&recorder, folder.path(), &["a.http"]);
    assert_eq!(since(&recorder, before, &["accept"]), theirs);
}

fn environments_are_those_of_httpyac() {
    let (folder, recorder) = (tempfile::tempdir().unwrap(), Receiver::always(OK));
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write(
        "a.http",
        "POST {{base}}/x HTTP/1.1\nX-Token: {{token}}\nX-Given: {{given}}\n\n{\"n\": {{n}}, \"t\": {{t}}}\n",
    );
    let host = recorder.url();
    let public = format!(
        r#"{{"dev":{{"base":"{{{{host}}}}/v1","host":"{host}","n":1.5,"t":true}},"prod":{{"base":"http://prod"}}}}"#
    );
    write("http-client.env.json", &public);
    write("http-client.private.env.json", r#"{"dev":{"token":"s3cret"}}"#);
    httpyac(folder.path(), &["a.http", "--env", "dev", "--var", "given=g"]);
    replay(&recorder, folder.path(), &["a.http", "--env", "dev", "--var", "given=g"]);
    let all = since(&recorder, 0, &["accept"]);
    assert_eq!((all.len(), &all[1]), (2, &all[0]));
    assert_eq!(all[0].body, "{\"n\": 1.5, \"t\": true}");
}

fn dynamic_variables_have_the_form_of_httpyac() {
    let (folder, recorder) = (tempfile::tempdir().unwrap(), Receiver::always(OK));
    // Of `$timestamp` alone httpyac makes milliseconds; JetBrains and VS Code say seconds.
    let names = [
        "$guid",
        "$uuid",
        "$random.uuid",
        "$timestamp 0 s",
        "$timestamp -1 d",
        "$isoTimestamp",
        "$datetime iso8601",
        "$datetime rfc1123 1 h",
        "$datetime iso8601 -2 M",
        "$randomInt 100 999",
        "$random.integer(100, 999)",
        "$random.alphabetic(8)",
        "$random.alphanumeric(8)",
        "$random.hexadecimal(8)",
    ];
    let body: String = names.iter().map(|name| format!("{{{{{name}}}}}\n")).collect();
    fs::write(folder.path().join("a.http"), format!("POST {}/x\n\n{body}", recorder.url()))
        .unwrap();
    httpyac(folder.path(), &["a.http"]);
    replay(&recorder, folder.path(), &["a.http"]);
    let all = since(&recorder, 0, &["accept"]);
    let form = |line: &str, is_text: bool| -> String {
        let class = |c: char| match c {
            'a'..='z' | 'A'..='Z' if is_text => 'x',
            '0'..='9' => {
                if is_text {
                    'x'
                } else {
                    '0'
                }
            }
            c => c,
        };
        line.chars().map(class).collect()
    };
    for (index, name) in names.iter().enumerate() {
        let is_text = name.contains("uid") || name.contains("random") || name.contains("rfc1123");
        let [theirs, ours] = [0, 1].map(|who| all[who].body.lines().nth(index).unwrap());
        assert_eq!(form(ours, is_text), form(theirs, is_text), "{name}: {ours}, {theirs}");
        // Moments are the same but for the seconds between.
        if name.contains("date") || name.contains("iso") {
            assert_eq!(ours[..10], theirs[..10], "{name}");
        }
    }
}

/// Command lines that curl and `replay` send alike; `URL` stands for the recorder's.
const COMMANDS: &[&str] = &[
    "curl URL",
    "curl URL/x -d a=1 --data b=2",
    "curl 'http://us%20er:p%40ss@HOST/x' -d a=b",
    "curl http://user:pass@HOST/x -u other:one",
    "curl -u user:pass URL/x",
    "curl -G --data-urlencode 'q=a~b c*(d)/é+' --data-urlencode @f.txt --data-urlencode n@f.txt 'URL/x?y=1'",
    "curl --data-urlencode 'q=a~b c*(d)/é+' --data-urlencode '=a b' --data-urlencode 'a b' URL/x",
    "curl 'URL/x[1-2]{a,b}?[08-10]' -d a",
    "curl 'URL/[a-c:2]'",
    "curl -g 'URL/x[1]{a}'",
    "curl 'URL/\\[x\\]'",
    "curl URL/a/../b/./c//d/..",
    "curl --path-as-is URL/a/../b",
    "curl URL/é%20x",
    "curl 'URL?q=1#fragment'",
    "curl -X post URL/x -d a",
    "curl -X GET URL/x -d a",
    "curl -I URL/x",
    "curl URL/x -e 'http://r.example/;auto'",
    "curl URL/x -A '' -e ';auto'",
    "curl URL/x -A mine -H 'X-Empty;' -H 'Accept:' -H 'x-a:1' -H 'X-B:   2  '",
    "curl URL/x -H @lines.txt",
    "curl URL/x -H 'Content-Type: text/plain' -d x",
    "curl URL/x -H 'content-type:' -d x",
    "curl URL/x -b 'a=1' -b 'b=2'",
    "curl URL/x -b 'a=1' -H 'Cookie: c=3'",
    "curl URL/x --oauth2-bearer token -r 0-5",
    "curl URL/x --json '{\"a\":' --json '1}'",
    "curl URL/x --json @f.txt -H 'Accept: text/html'",
    "curl URL/x -d @f.txt --data-binary @f.txt --data-raw @f.txt",
    "curl URL/x -T f.txt -H Expect:",
    "curl URL/up/ -T f.txt -H Expect: -H 'Content-Type: text/plain'",
    "curl URL/x --request-target /other",
    "curl URL/x -d a --next URL/y -X PUT -H 'Q: 1'",
    "curl URL/x URL/y -d a",
    "curl URL/x --data-raw $'a\\'b\\n\\u00e9' -H 'content-type: text/plain'",
    "curl --location --request POST URL/x --header 'Content-Type: application/json' --data '{\n  \"a\": 1\n}\n'",
    "#!/bin/bash\n# a comment\nset -e\ncurl URL/x -d a\ncurl URL/y -d b",
    "time curl URL/x -d a 2>/dev/null",
    "A=1 curl URL/x -d a | cat >/dev/null && curl URL/y && true",
    "curl URL/x -d @- <<EOF\n{\"a\": \"\\$b\"}\nEOF",
    "curl URL/x --data-binary @- <<'EOF' | cat\n$a `b`\n  c\nEOF\ncurl URL/y",
    "curl URL/x --data-binary @- <<< 'a b'",
    "curl URL/x --data-binary @- < f.txt",
    "curl -sSfLkv# --compressed --no-progress-meter --retry 1 -m 9 -o /dev/null -w '' -d a URL/x",
    "curl -sXPUT -dab -HA:\\ b -- URL/x",
];

fn curl_commands_are_sent_as_curl_sends_them() {
    compare(COMMANDS, |sent| sent);
}

fn curl_forms_have_the_parts_that_curl_sends() {
    let commands = [
        "curl URL/x -F 'a=x;y' -F 'b=c;type=text/plain; charset=utf-8' -F 'd=\"q\\\"\" r;t' -F 'g= x ;type=text/x'",
        "curl URL/x -F 'f=@f.txt' -F 'c=<f.txt;type=text/html' -F 'h=@f.txt;type=text/x;charset=utf-8;filename=\"z\\\"\"'",
        "curl URL/x -F 'j=@f.json' -F 'k=@\"f.txt\";filename=' --form-string 'e=@x;y' -F 'n\"m=1' -F 'v=v;foo=bar;type=text/css'",
        "curl -G URL/x -F a=b -H 'Content-Type: multipart/form-data; x=y'",
    ];
    compare(&commands, |mut sent| {
        // The boundary is another one each time.
        let text =
            sent.headers.iter().find_map(|line| line.split_once("boundary=")).unwrap().1.to_owned();
        assert_eq!(text.len(), 40, "{text}");
        sent.headers = sent.headers.iter().map(|line| line.replace(&text, "BOUNDARY")).collect();
        sent.body = sent.body.replace(&text, "BOUNDARY");
        sent
    });
}

/// Has curl and `replay` send each command line, and compares what came.
fn compare(commands: &[&str], known: impl Fn(Sent) -> Sent) {
    needs::programs(&["curl", "bash"]);
    let (folder, recorder) = (tempfile::tempdir().unwrap(), Receiver::always(OK));
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("f.txt", "one \u{e9}\r\ntwo\n");
    write("f.json", "{}");
    write("lines.txt", "X-One: 1\nX-Two: 2\n");
    for command in commands {
        let text =
            command.replace("HOST", &recorder.address.to_string()).replace("URL", &recorder.url());
        write("a.sh", &text);
        let before = recorder.count();
        run(Command::new("bash").arg("a.sh").env("HOME", folder.path()), folder.path());
        let theirs = since(&recorder, before, &[]);
        assert!(!theirs.is_empty(), "{command}");
        replay(&recorder, folder.path(), &["a.sh"]);
        let ours = since(&recorder, before + theirs.len(), &[]);
        let [ours, theirs] =
            [ours, theirs].map(|all| all.into_iter().map(&known).collect::<Vec<_>>());
        assert_eq!(ours, theirs, "{command}");
    }
}
