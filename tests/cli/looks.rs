//! What people see of `verify` and `sign`, and programs too, kept in `tests/golden/`.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use hookprint::digest::base64url;
use tempfile::TempDir;

use crate::harness::looks::every_look;
use crate::harness::pki::{NOW, fixed_key};
use crate::harness::{Tool, assert_golden};

const SECRET: &str = "It's a Secret to Everybody";
/// The example of GitHub's documentation, for `Hello, World!`.
const GITHUB: &str = "X-Hub-Signature-256: \
     sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
const KINDLY: &str = "Kindly-HMAC: uUZ0VRTFosPNY1Zfs6ywlGuy0tCoCmIau6mxH9mnJFA=";
const CLAIMS: &str = r#"{"iss":"https://issuer.example","sub":"agent","aud":["a","b"],"email":"agent@example.com","iat":1780271000,"exp":1780275000}"#;
const HOST: &str = "POST /hook?a=1 HTTP/1.1\r\nHost: hooks.example\r\n";

/// A folder with payloads, requests and keys.
struct World(TempDir);

impl World {
    fn new() -> Self {
        let world = Self(tempfile::tempdir().unwrap());
        world.write("hello", "Hello, World!");
        world.write("body.json", "{\"message\":\"hei\",\"chat_id\":\"42\"}\n");
        world.write("claims.json", CLAIMS);
        world.write("long", &"0123456789abcdef".repeat(40_000));
        let key = fixed_key(7);
        world.write("key.pem", &key.serialize_pem());
        let x = base64url(rcgen::PublicKeyData::der_bytes(&key));
        let set = format!(r#"{{"kty":"OKP","crv":"Ed25519","kid":"k1","x":"{x}"}}"#);
        world.write("keys.json", &set);
        world.write("secret", "kindly-demo-secret\r");
        world.requests();
        world
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        fs::write(&path, text).unwrap();
        // Nobody else reads the keys, but one.
        let mode = if name == "short" { 0o644 } else { 0o600 };
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// The command line as it is written in a shell without blanks in its words but in quotes.
    fn tool(&self, line: &str) -> Tool {
        let words = line.split('\'').enumerate().flat_map(|(number, part)| match number % 2 {
            0 => part.split_whitespace().collect(),
            _ => vec![part],
        });
        let tool = Tool::new(words).dir(self.path()).env("S", SECRET);
        tool.env("OTHER", "another secret, long enough").env("DEMO", "kindly-demo-secret")
    }

    /// What `sign` prints for this command line, at a fixed time.
    fn signed(&self, line: &str) -> String {
        let tool = self.tool(&format!("sign {line} --at {NOW}"));
        let lines = tool.run().code(0).stdout;
        lines.lines().map(|line| format!("{line}\r\n")).collect()
    }

    fn requests(&self) {
        let request = |headers: &str, body: &str| {
            let length = body.len();
            format!("{HOST}{headers}Content-Length: {length}\r\n\r\n{body}")
        };
        let hello = "Hello, World!";
        let stripe =
            self.signed("hello --scheme stripe --secret env:S --timestamp 2026-05-31T23:00:00Z");
        self.write("late.http", &request(&stripe, hello));
        let token = self.signed("claims.json --scheme jwt --secret file:key.pem --id k1");
        self.write("token.http", &request(&token, ""));
        self.write("token-body.http", &request(&token, hello));
        let (begin, end) = token.trim_end().split_at(token.len() - 12);
        self.write("token-wrong.http", &request(&format!("{begin}AAAA{}\r\n", &end[4..]), ""));
        let message = self.signed(
            "hello --scheme http-message-signature --secret file:key.pem --id k1 --url https://hooks.example/hook?a=1",
        );
        self.write("message.http", &request(&message, hello));
        self.write("message-wrong.http", &request(&message, "Hello, world!"));
        let twilio = self
            .signed("hello --scheme twilio --secret env:S --url https://hooks.example/hook?a=1");
        self.write("twilio.http", &request(&twilio, hello));
        self.write("nothing.http", &request("X-Other: 1\r\n", hello));
        let entry = |seconds: u8, name: &str, value: &str| {
            let received = format!("2026-05-31T23:00:0{seconds}Z");
            format!(
                r#"{{"startedDateTime":"{received}","request":{{"method":"POST","url":"https://hooks.example/hook?a=1","headers":[{{"name":"{name}","value":"{value}"}}],"postData":{{"mimeType":"text/plain","text":"{hello}"}}}},"response":{{"status":200}}}}"#
            ) + "\n"
        };
        let (name, value) = GITHUB.split_once(": ").unwrap();
        let late = stripe.trim_end().split_once(": ").unwrap();
        self.write("github.har.ndjson", &[entry(1, name, value), entry(2, name, value)].concat());
        let lines = [
            entry(1, name, value),
            entry(2, name, &value.to_uppercase()),
            entry(3, name, &value.replace('e', "f")),
            "{\"startedDateTime\"\n".to_owned(),
            entry(4, "X-Other", "1"),
        ];
        self.write("mixed.har.ndjson", &lines.concat());
        self.write("stripe.har.ndjson", &entry(5, late.0, late.1));
    }

    fn holds(&self, folder: &str, cases: &[(&str, &str)]) {
        for (name, line) in cases {
            let seen = every_look(self.path(), || self.tool(&format!("{folder} {line}")));
            assert_golden(&format!("{folder}/{name}.txt"), &seen);
        }
    }
}

#[test]
fn what_is_seen_of_verify() {
    let world = World::new();
    let github = format!("hello --scheme github --header '{GITHUB}'");
    let wrong = github.replace("e17", "e18");
    let kindly = format!("body.json --scheme kindly --secret env:DEMO --header '{KINDLY}'");
    let long = world.signed("long --scheme github --secret env:S");
    let long = format!("long --scheme github --secret env:S --header '{}'", long.trim_end());
    let other = long.replace("env:S", "env:OTHER");
    // Nothing is cut for want of time, however slow the machine.
    let patient = "--diagnose-time 60s";
    let token = "--scheme jwt --jwks keys.json";
    world.holds(
        "verify",
        &[
            ("match", &format!("{github} --secret env:S")),
            ("match-quiet", &format!("{github} --secret env:S -q")),
            ("old-secret", &format!("{github} --secret new=env:OTHER --secret old=env:S")),
            ("mismatch", &format!("{wrong} --secret env:S {patient}")),
            (
                "mismatch-two-secrets",
                &format!("{wrong} --secret a=env:S --secret b=env:OTHER {patient}"),
            ),
            (
                "mismatch-unexplained",
                &format!("{wrong} --secret env:S --no-diagnose --show-expected"),
            ),
            ("mismatch-explained", &format!("{kindly} {patient}")),
            (
                "mismatch-two-changes",
                &format!(
                    "{} {patient}",
                    kindly.replace("42", "43").replace("env:DEMO", "file:secret")
                ),
            ),
            ("mismatch-written", &format!("{kindly} {patient} --write-signed-body signed")),
            (
                "mismatch-unwritten",
                &format!("{wrong} --secret env:S {patient} --write-signed-body none"),
            ),
            ("missing", "hello --scheme github --secret env:S --header 'X-Other: 1'"),
            (
                "malformed",
                "hello --scheme github --secret env:S --header 'X-Hub-Signature-256: sha256=zz'",
            ),
            (
                "without-prefix",
                &format!("{} --secret env:S {patient}", github.replace("sha256=", "")),
            ),
            ("stale", "late.http --scheme stripe --secret env:S --no-diagnose"),
            ("stale-received", "stripe.har.ndjson --scheme stripe --secret env:S"),
            ("url", "twilio.http --scheme twilio --secret env:S"),
            ("long", &long),
            ("long-mismatch", &format!("{other} --no-diagnose")),
            ("auto", &format!("hello --scheme auto --secret env:S --header '{GITHUB}'")),
            ("auto-nothing", "nothing.http --scheme auto --secret env:S"),
            ("auto-token", "token.http --scheme auto --jwks keys.json"),
            ("token", &format!("token.http {token} --audience a")),
            ("token-body", &format!("token-body.http {token}")),
            ("token-audience", &format!("token.http {token} --audience c")),
            ("token-wrong", &format!("token-wrong.http {token}")),
            ("token-missing", &format!("nothing.http {token}")),
            ("token-google", "token.http --scheme google-id-token --jwks keys.json --audience a"),
            ("message", "message.http --scheme http-message-signature --jwks keys.json"),
            (
                "message-wrong",
                "message-wrong.http --scheme http-message-signature --jwks keys.json",
            ),
            ("message-missing", "nothing.http --scheme http-message-signature --jwks keys.json"),
            ("capture", "github.har.ndjson --scheme github --secret env:S"),
            (
                "capture-mixed",
                &format!("mixed.har.ndjson --scheme github --secret env:S {patient}"),
            ),
            ("capture-quiet", "mixed.har.ndjson --scheme github --secret env:S -q --no-diagnose"),
            ("not-there", "none.json --scheme github --secret env:S"),
            ("no-secret", "hello --scheme github"),
        ],
    );
}

#[test]
fn what_is_seen_of_sign() {
    let world = World::new();
    world.write("short", "short");
    world.holds("sign", &[
        ("github", "hello --scheme github --secret env:S"),
        ("github-quiet", "hello --scheme github --secret env:S -q"),
        ("value", "hello --scheme github --secret env:S --only value"),
        ("signature", "hello --scheme github --secret env:S --only signature"),
        ("weak", "hello --scheme kindly --secret file:short"),
        ("stripe", "hello --scheme stripe --secret env:S"),
        ("twilio", "hello --scheme twilio --secret env:S --url https://hooks.example/"),
        ("telegram", "hello --scheme telegram --secret env:S"),
        ("token", "claims.json --scheme jwt --secret file:key.pem --id k1 --audience c"),
        ("token-value", "claims.json --scheme jwt --secret file:key.pem --only value"),
        ("token-signature", "claims.json --scheme jwt --secret file:key.pem --only signature"),
        ("token-weak", "claims.json --scheme jwt --secret file:short"),
        ("token-no-claims", "hello --scheme jwt --secret file:key.pem"),
        ("message", "hello --scheme http-message-signature --secret file:key.pem --id k1 --url https://hooks.example/"),
        ("message-value", "hello --scheme http-message-signature --secret file:key.pem --only value"),
        ("not-there", "none.json --scheme github --secret env:S"),
    ]);
}
