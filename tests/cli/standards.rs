//! `verify`: bearer tokens and HTTP Message Signatures, with keys of openssl where it is installed.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::Duration;

use crate::harness::Tool;

/// RFC 9421 appendix B.2.6 as a raw HTTP message, with the key of appendix B.1.4.
const MESSAGE: &str = "POST /foo?param=Value&Pet=dog HTTP/1.1\r\n\
    Host: example.com\r\n\
    Date: Tue, 20 Apr 2021 02:07:55 GMT\r\n\
    Content-Type: application/json\r\n\
    Content-Length: 18\r\n\
    Signature-Input: sig-b26=(\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\" \
    \"content-length\");created=1618884473;keyid=\"test-key-ed25519\"\r\n\
    Signature: sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv\
    5lIp5WPpBKRCw==:\r\n\r\n{\"hello\": \"world\"}";
const ED25519: &str = "-----BEGIN PUBLIC KEY-----\n\
    MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=\n-----END PUBLIC KEY-----\n";

#[test]
fn a_message_signature_of_the_standard() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("key.pub", ED25519);
    write("right.http", MESSAGE);
    write("tampered.http", &MESSAGE.replace("/foo", "/bar"));
    let verify = |file: &str, args: &[&str]| {
        Tool::new(["verify", file, "--scheme", "http-message-signature"])
            .args(["--secret", "file:key.pub", "--json"])
            .args(args)
            .dir(folder.path())
            .run()
    };
    let then = ["--at", "2021-04-20T02:08:00Z"];
    let item = verify("right.http", &then).code(0).item();
    assert_eq!(item["facts"]["algorithm"], "ed25519");
    assert_eq!(item["facts"]["covers_body"], false);
    assert_eq!(item["findings"][0]["code"], "body-uncovered");
    let item = verify("tampered.http", &then).code(1).item();
    assert_eq!(item["findings"][0]["code"], "signature-mismatch");
    // Five minutes, unless told otherwise.
    for tolerance in [&["--tolerance", "5m"][..], &[]] {
        let item = verify("right.http", tolerance).code(1).item();
        assert_eq!(item["findings"][0]["code"], "signature-stale");
    }
    verify("right.http", &["--tolerance", "5m", "--at", "2021-04-20T02:10:00Z"]).code(0);
}

#[test]
fn what_is_signed_verifies_and_what_is_changed_does_not() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("body.json"), "{}").unwrap();
    let run = |command: &str| {
        Tool::new([command, "body.json", "--scheme", "http-message-signature"])
            .args(["--secret", "env:SECRET", "--url", "https://a.example/hook?x=1"])
            .env("SECRET", "0123456789abcdef0123")
            .dir(folder.path())
    };
    let signed = run("sign").args(["--id", "k1"]).run().code(0);
    let headers: Vec<&str> = signed.stdout.lines().collect();
    assert!(headers[0].starts_with("Content-Digest: sha-256=:"), "{}", signed.stdout);
    let verify = || {
        let lines = headers.iter().flat_map(|line| ["--header", line]);
        run("verify").args(lines.collect::<Vec<_>>()).args(["--json"]).run()
    };
    let facts = verify().code(0).item()["facts"].clone();
    assert_eq!((&facts["covers_body"], &facts["key_id"]), (&true.into(), &"k1".into()));
    fs::write(folder.path().join("body.json"), "{} ").unwrap();
    let finding = verify().code(1).item()["findings"][0].clone();
    assert_eq!(finding["message"], "the body does not have the sha-256 digest that is signed");
}

/// One answer to one request, on loopback; the request's head comes back when it is joined.
fn serve(answer: Vec<u8>) -> (String, std::thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/keys?v=3", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            head.push(byte[0]);
        }
        let length = answer.len();
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n").unwrap();
        stream.write_all(&answer).unwrap();
        String::from_utf8(head).unwrap()
    });
    (address, server)
}

#[test]
fn keys_are_fetched_from_their_address() {
    let claims = "eyJleHAiOjQxMDI0NDQ4MDB9"; // {"exp":4102444800}
    let token = "eyJhbGciOiJFUzI1NiJ9.".to_owned() + claims + ".AAAA";
    let verify = |jwks: &str| {
        Tool::new(["verify", "-", "--scheme", "jwt", "--json", "--jwks", jwks]).stdin(&*token).run()
    };
    let key = br#"{"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#;
    let (address, server) = serve(key.to_vec());
    let item = verify(&address).code(1).item();
    assert!(server.join().unwrap().starts_with("GET /keys?v=3 HTTP/1.1\r\nHost: 127.0.0.1:"));
    let message = item["findings"][0]["message"].as_str().unwrap();
    assert!(message.contains("by none of the keys"), "{message}");

    // A set of many keys is long; one of a MiB and more is none.
    let long = |bytes: usize| [key.as_slice(), &vec![b' '; bytes]].concat();
    let (address, server) = serve(long(900_000));
    verify(&address).code(1);
    server.join().unwrap();
    let (address, server) = serve(long(1 << 20));
    let outcome = verify(&address).code(3);
    server.join().unwrap();
    assert!(outcome.stderr.contains("the key set has 104"), "{}", outcome.stderr);

    let outcome = verify("http://192.0.2.1/keys").code(2);
    assert!(outcome.stderr.contains("not fetched over plain http"), "{}", outcome.stderr);
}

#[test]
fn a_token_needs_a_key() {
    let run = |args: &[&str]| Tool::new(["verify", "-"]).args(args).stdin("a.b.c").run();
    let outcome = run(&["--scheme", "google-id-token", "--audience", "x"]).code(2);
    assert!(outcome.stderr.contains("googleapis.com"), "{}", outcome.stderr);
    run(&["--scheme", "jwt", "--jwks", "https://keys.invalid/", "--offline"]).code(3);
    run(&["--scheme", "github"]).code(2);
}

#[test]
fn what_cannot_be_signed_as_a_token_is_said() {
    let sign = |scheme: &str, payload: &str, secret: &str| {
        Tool::new(["sign", "-", "--scheme", scheme, "--secret", "env:KEY"])
            .env("KEY", secret)
            .stdin(payload)
            .run()
    };
    let google = sign("google-id-token", "{}", "0123456789abcdef").code(2).stderr;
    assert!(google.contains("only Google can sign") && google.contains("--scheme jwt"), "{google}");
    let list = sign("jwt", "[1]", "0123456789abcdef").code(3).stdout;
    assert!(list.contains("JSON object"), "{list}");
    let public = sign("jwt", "{}", ED25519).code(3).stderr;
    assert!(public.contains("no private key") && !public.contains("MCow"), "{public}");
    let claims = "{\"iat\":1,\"exp\":2}";
    let item = Tool::new(["sign", "-", "--scheme", "jwt", "--secret", "env:KEY", "--json"])
        .args(["--signature-header", "X-Webhook-Signature"])
        .env("KEY", "0123456789abcdef")
        .stdin(claims)
        .run()
        .code(0)
        .item();
    assert_eq!(item["facts"]["claims"], claims, "what the payload says stays");
    assert_eq!(item["facts"]["headers"][0]["name"], "X-Webhook-Signature");
}

/// RFC 7518 section 3.2 wants keys that cannot be guessed; who signs and who verifies is told.
#[test]
fn a_short_secret_of_a_token_is_weak() {
    let token = |args: &[&str]| {
        Tool::new(["sign", "-", "--scheme", "jwt", "--secret", "env:KEY"])
            .args(args)
            .env("KEY", "short")
            .stdin("{}")
            .run()
            .code(0)
    };
    assert_eq!(token(&["--json"]).item()["findings"][0]["code"], "secret-weak");
    let outcome = token(&["--only", "value"]);
    assert!(outcome.stderr.contains("shorter than 16 bytes"), "{}", outcome.stderr);
    let item = Tool::new(["verify", "-", "--scheme", "jwt", "--secret", "env:KEY", "--json"])
        .env("KEY", "short")
        .stdin(outcome.stdout)
        .run()
        .code(0)
        .item();
    assert_eq!(item["findings"][0]["code"], "secret-weak");
}

/// `--scheme auto` tells a token and a message signature from the request alone.
#[test]
fn auto_proposes_the_standards() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("key.pub"), ED25519).unwrap();
    fs::write(folder.path().join("right.http"), MESSAGE).unwrap();
    let auto = |file: &str, args: &[&str]| {
        Tool::new(["verify", file, "--scheme", "auto", "--json", "--at", "2021-04-20T02:08:00Z"])
            .args(args)
            .dir(folder.path())
            .run()
    };
    let facts = auto("right.http", &["--secret", "file:key.pub"]).code(0).item()["facts"].clone();
    assert_eq!(facts["scheme_flags"], "--scheme http-message-signature");
    let secret = "0123456789abcdef0123456789abcdef";
    fs::write(folder.path().join("secret"), secret).unwrap();
    let token =
        Tool::new(["sign", "-", "--scheme", "jwt", "--secret", "env:KEY", "--only", "value"])
            .args(["--timestamp", "2021-04-20T02:08:00Z"])
            .env("KEY", secret)
            .stdin("{\"iss\":\"accounts.google.com\"}")
            .run()
            .code(0)
            .stdout;
    let message = |header: &str| {
        let head = format!("POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 2\r\n{header}");
        fs::write(folder.path().join("token.http"), format!("{head}\r\n\r\n{{}}")).unwrap();
    };
    message(&format!("X-Token: {}", token.trim_end()));
    let facts = auto("token.http", &["--secret", "file:secret"]).code(0).item()["facts"].clone();
    assert_eq!(facts["scheme_flags"], "--scheme jwt --signature-header X-Token");
    message(&format!("Authorization: Bearer {}", token.trim_end()));
    let item = auto("token.http", &["--secret", "file:secret"]).code(1).item();
    assert_eq!(item["facts"]["scheme_flags"], "--scheme google-id-token");
    assert_eq!(item["facts"]["also_fits"][0], "--scheme jwt");
    assert_eq!(item["findings"][0]["code"], "token-invalid");
    // Keys alone are enough.
    fs::write(folder.path().join("keys.json"), "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs\"}").unwrap();
    auto("right.http", &["--jwks", "keys.json"]).code(0);
}

/// Every check has the same facts, whatever the scheme and however it comes out: null where one has no
/// meaning.
#[test]
fn every_check_has_the_same_facts() {
    const SHARED: [&str; 7] = [
        "scheme",
        "matched_secret",
        "signed_at",
        "age_seconds",
        "candidates",
        "payload_bytes",
        "payload_sha256",
    ];
    let secret = "0123456789abcdef0123456789abcdef";
    let of = |scheme: &str, headers: &[&str]| {
        let lines = headers.iter().flat_map(|line| ["--header", line]);
        let args = ["verify", "-", "--scheme", scheme, "--secret", "new=env:S", "--json"];
        let tool = Tool::new(args).args(lines).env("S", secret).stdin("{}");
        tool.args(["--url", "https://a.example/in"]).run().item()["facts"].clone()
    };
    let names = |facts: &serde_json::Value| -> Vec<String> {
        facts.as_object().unwrap().keys().cloned().collect()
    };
    let mut algorithms = Vec::new();
    for scheme in ["github", "standard-webhooks", "jwt", "http-message-signature", "auto"] {
        let mut headers = vec!["X-Nothing: 1".to_owned()];
        if scheme != "auto" {
            let args = ["sign", "-", "--scheme", scheme, "--secret", "env:S", "--json"];
            let tool = Tool::new(args).args(["--url", "https://a.example/in"]).stdin("{}");
            let facts = tool.env("S", secret).run().code(0).item()["facts"].clone();
            algorithms.push(facts["algorithm"].as_str().unwrap().to_owned());
            let lines = facts["headers"].as_array().unwrap().iter();
            let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
            headers.extend(
                lines.map(|one| format!("{}: {}", text(&one["name"]), text(&one["value"]))),
            );
        }
        let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
        let right = of(scheme, &headers);
        assert_eq!(names(&right)[..7], SHARED, "{scheme}");
        if scheme == "auto" {
            assert_eq!((&right["scheme"], &right["candidates"]), (&().into(), &0.into()));
            continue;
        }
        assert_eq!(right["matched_secret"], "new", "{scheme}");
        assert_eq!(right["candidates"], 1, "{scheme}");
        let broken: Vec<String> = headers.iter().map(|line| format!("{line}x")).collect();
        let broken: Vec<&str> = broken.iter().map(String::as_str).collect();
        for wrong in [of(scheme, &broken), of(scheme, &headers[..1])] {
            assert_eq!(wrong["matched_secret"], serde_json::Value::Null, "{scheme}");
            let mut shared = names(&wrong);
            shared.retain(|name| !["diagnosis", "tried", "conclusion"].contains(&name.as_str()));
            for name in names(&right) {
                assert!(shared.contains(&name), "{scheme} lacks {name}: {shared:?}");
            }
        }
    }
    assert_eq!(algorithms[2..], ["HS256", "hmac-sha256"]);
}
