//! One policy with every kind of check, against peers on loopback; and the schema that editors know it by.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{check, item, policy};
use crate::harness::Tool;
use crate::harness::listener::Listener;

const POLICY: &str = r#"#:schema ./hookprint.schema.json
version = 1
[defaults]
warn = "30d"
crit = "7d"
timeout = "10s"
owner = "payments@example"

[pins.hooks]
old = { value = "4C21C5018BA88E42E608EBEA7203C063931A1D01", until = 2099-12-06 }
new = { value = "PIN", from = 2026-11-20 }

[[endpoint]]
name = "hooks"
target = "localhost:PORT"
ca = "pki/ca.pem"
pins = "hooks"
all_ips = true
connect = "127.0.0.1:PORT"
want = "both-known"

[[bundle]]
name = "old"
path = "pki/client.p12"
password = "env:P12"

[[bundle]]
name = "upload"
path = "pki/client-next*.p12"
password = "env:P12"
for = "client"
ca = "pki/ca.pem"
expect_count = 2
tags = ["rotation"]

[[bundle]]
name = "server"
path = "pki/server.pem"
same_as = ["served:hooks", "served:bot", "pin:hooks", "file:pki/server.pem"]

[[signature]]
name = "kindly"
capture = "request.http"
scheme = "kindly"
secrets = { new = "env:KINDLY_NEW", old = "env:KINDLY_OLD" }
want = "new"

[[probe]]
name = "bot"
url = "https://localhost:PORT/bot"
ca = "pki/ca.pem"
connect = "127.0.0.1:PORT"
accept = { old = "pki/client.p12", new = "pki/client-next.p12" }
reject = ["none", "stranger"]
password = "env:P12"
rate = "1000/s"
method = "POST"
payload = "body"
resign = "kindly"
secret = "env:KINDLY_NEW"

[[audit]]
name = "forged calls"
url = "https://localhost:PORT/bot"
request = "request.http"
scheme = "kindly"
secret = "env:KINDLY_NEW"
ca = "pki/ca.pem"
cert = "pki/client.p12"
password = "env:P12"
connect = "127.0.0.1:PORT"
rate = "20/s"
max_requests = 12
own_this_host = true
every = "7d"

[[trust]]
name = "client CAs"
path = "pki/ca.pem"
providers = ["meta", "pagerduty"]
"#;

/// The policy as JSON, as editors see it.
fn as_json(value: &toml::Value) -> Value {
    match value {
        toml::Value::Datetime(moment) => Value::String(moment.to_string()),
        toml::Value::Array(list) => list.iter().map(as_json).collect(),
        toml::Value::Table(table) => {
            table.iter().map(|(key, value)| (key.clone(), as_json(value))).collect()
        }
        plain => serde_json::to_value(plain).unwrap(),
    }
}

#[test]
fn a_policy_of_all_kinds_is_run_against_its_peers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    Tool::new(["mint", "pki"]).dir(path).run().code(0);
    fs::write(path.join("body"), "{\"order\":7}").unwrap();
    let sign = ["sign", "body", "--scheme", "kindly", "--secret", "env:KINDLY_NEW"];
    let secrets = |tool: Tool| {
        tool.env("KINDLY_NEW", "0123456789abcdef0123456789new")
            .env("KINDLY_OLD", "0123456789abcdef0123456789old")
            .env("P12", "hookprint")
    };
    let headers =
        secrets(Tool::new(sign)).dir(path).run().code(0).stdout.trim().replace('\n', "\r\n");
    let request = format!(
        "POST /bot HTTP/1.1\r\nHost: a.example\r\nContent-Type: application/json\r\n{headers}\r\nContent-Length: 11\r\n\r\n{{\"order\":7}}"
    );
    fs::write(path.join("request.http"), request).unwrap();
    let own = ["--cert", "pki/server.pem", "--key", "pki/server.key", "--client-ca", "pki/ca.pem"];
    let verify = [
        "--client-cert",
        "require",
        "--verify",
        "kindly",
        "--secret",
        "env:KINDLY_NEW",
        "--enforce",
    ];
    let listen = Tool::new(["listen", "--addr", ":0"]).args(own).args(verify).dir(path);
    let server = Listener::with(secrets(listen));
    let pin = Tool::new(["thumbprint", "pki/server.pem", "--only", "sha256"]).dir(path).run();
    let text = POLICY.replace("PORT", &server.addr.port().to_string());
    policy(path, &text.replace("PIN", pin.code(0).stdout.trim()));

    let told = secrets(check(path, &["--json"])).deadline(std::time::Duration::from_secs(60)).run();
    let found: Value =
        serde_json::from_str(&told.stdout).unwrap_or_else(|error| panic!("{error} {told:?}"));
    assert!(crate::schema::complaints("report", &found).is_empty(), "{found:#}");
    let subjects: Vec<_> = found["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["subject"].as_str().unwrap())
        .collect();
    let expected = [
        "endpoint hooks",
        "bundle old",
        "bundle upload",
        "bundle server",
        "signature kindly",
        "probe bot",
        "audit forged calls",
        "trust client CAs",
    ];
    assert_eq!(subjects, expected);
    for subject in &expected[..7] {
        let item = item(&found, subject);
        assert!(item["failure"].is_null(), "{item:#}");
        let is_fine = ["ok", "info", "warning"].contains(&item["status"].as_str().unwrap());
        assert!(is_fine || *subject == "audit forged calls", "{item:#}");
        assert_eq!(item["facts"]["owner"], "payments@example");
    }
    assert_eq!(item(&found, "endpoint hooks")["facts"]["matched_pin"]["label"], "new");
    assert_eq!(item(&found, "signature kindly")["facts"]["matched_secret"], "new");
    // Of one provider it is known that it is refused; of the other nothing can be told.
    let trust = item(&found, "trust client CAs");
    assert_eq!(trust["findings"][0]["severity"], "critical", "{trust:#}");
    assert_eq!(trust["failure"]["code"], "unclear", "{trust:#}");
    assert_eq!(told.code, 1);
    drop(server.interrupt());
}

#[test]
fn editors_take_what_check_takes_and_mark_what_it_refuses() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/check.schema.json");
    let schema: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    assert!(jsonschema::meta::is_valid(&schema));
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let is_valid =
        |text: &str| validator.is_valid(&as_json(&toml::Value::Table(text.parse().unwrap())));
    let errors = |text: &str| -> Vec<String> {
        let value = as_json(&toml::Value::Table(text.parse().unwrap()));
        validator
            .iter_errors(&value)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect()
    };
    assert_eq!(errors(POLICY), [""; 0]);
    for (from, to) in [
        ("version = 1", "version = 2"),
        ("[[endpoint]]", "[[endpont]]"),
        ("all_ips = true", "all_ips = 'yes'"),
        ("expect_count = 2", "expect_count = '2'"),
        ("for = \"client\"", "for = \"cliemt\""),
        ("want = \"both-known\"", "whant = \"old\""),
        ("name = \"upload\"", ""),
        ("crit = \"7d\"", "krit = \"7d\""),
        ("until = 2099-12-06", "til = 2099-12-06"),
        ("reject = [\"none\", \"stranger\"]", "reject = 7"),
    ] {
        assert!(POLICY.contains(from), "{from}");
        assert!(!is_valid(&POLICY.replacen(from, to, 1)), "{to}");
    }
}
