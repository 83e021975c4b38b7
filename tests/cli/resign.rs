//! `replay --resign` under the two standards that need more than a table, and what it never shows.

use std::fs;

use hookprint::digest::base64url;

use crate::harness::listener::Listener;
use crate::harness::{Outcome, Tool};

const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// A captured request with these header lines, sent again.
fn replay(headers: &str, to: &str, args: &[&str]) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        "POST /in?a=1 HTTP/1.1\r\nHost: hooks.example\r\nContent-Type: application/json\r\n{headers}\
         Content-Length: 2\r\n\r\n{{}}"
    );
    fs::write(folder.path().join("r.http"), text).unwrap();
    let command = ["replay", "r.http", "--to", to, "--json"];
    Tool::new(command).args(args).env("S", SECRET).dir(folder.path()).run()
}

fn receiver(args: &[&str]) -> Listener {
    let tool = Tool::new(["listen", "--addr", ":0", "--plain", "--enforce", "--secret", "env:S"]);
    Listener::with(tool.args(args).env("S", SECRET))
}

#[test]
fn a_token_is_renewed_and_let_in() {
    let listener = receiver(&["--verify", "jwt", "--audience", "me", "--subject", "7"]);
    let old = [r#"{"alg":"RS256"}"#, r#"{"aud":"me","sub":"1","iat":1,"exp":61,"a":[1]}"#, "x"];
    let old = old.map(|part| base64url(part.as_bytes())).join(".");
    let headers = format!("Authorization: Bearer {old}\r\n");
    replay(&headers, &listener.url, &[]).code(1);
    let resign = ["--resign", "jwt", "--secret", "env:S", "--subject", "7"];
    for more in [&[][..], &["--strip-credentials"], &["--id", "-k1"]] {
        replay(&headers, &listener.url, &[&resign, more].concat()).code(0);
    }
    // Without a captured token there is what is said.
    replay("", &listener.url, &[&resign[..], &["--audience", "me"]].concat()).code(0);
    replay("", &listener.url, &resign).code(1);
    drop(listener);
    let head = |more: &[&str]| {
        let args = [&resign[..], &["--dry-run"], more].concat();
        replay(&headers, "https://a.example", &args).code(0).item()["facts"]["head"].to_string()
    };
    assert!(head(&[]).contains("Authorization: Bearer eyJ"), "{}", head(&[]));
    assert!(head(&["--signature-header", "X-Token"]).contains("X-Token: eyJ"));
}

#[test]
fn a_message_signature_is_made_anew_and_let_in() {
    let listener =
        receiver(&["--verify", "http-message-signature", "--require-component", "@query"]);
    let old = "Signature-Input: acme=(\"@method\" \"@authority\" \"@path\" \"@query\" \
               \"@query-param\";name=\"a\" \"content-digest\");created=1;keyid=\"k\"\r\n\
               Content-Digest: sha-256=:AAAA:\r\nSignature: acme=:AAAA:\r\n";
    replay(old, &listener.url, &[]).code(1);
    let resign = ["--resign", "http-message-signature", "--secret", "env:S"];
    replay(old, &listener.url, &resign).code(0);
    replay("", &listener.url, &[&resign[..], &["--id", "k2"]].concat()).code(0);
}

#[test]
fn what_a_standard_has_no_use_for_is_refused() {
    for (args, said) in [
        (&["--resign", "google-id-token", "--secret", "env:S"][..], "only Google can sign"),
        (
            &["--resign", "jwt", "--secret", "env:S", "--prefix", "x"],
            "--prefix does not apply to jwt",
        ),
        (&["--resign", "github", "--secret", "env:S", "--issuer", "x"], "--issuer does not apply"),
        (
            &["--resign", "github", "--secret", "env:S", "--id", "x"],
            "--id does not apply to github",
        ),
        (&["--audience", "x"], "--audience has no effect without --resign"),
        (&["--resign", "jwtt", "--secret", "env:S"], "there is no scheme named jwtt"),
    ] {
        let outcome = replay("", "https://a.example", &[args, &["--dry-run"]].concat()).code(2);
        assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
    }
    for (scheme, args, said) in [
        ("github", ["--issuer", "x"], "--issuer does not apply to github"),
        ("jwt", ["--encoding", "hex"], "--encoding does not apply to jwt"),
        (
            "http-message-signature",
            ["--signature-header", "X"],
            "--signature-header does not apply",
        ),
    ] {
        let sign = ["sign", "-", "--scheme", scheme, "--secret", "env:S"];
        let outcome = Tool::new(sign).args(args).env("S", SECRET).stdin("{}").run().code(2);
        assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
    }
}
