//! Receivers that are as they should be: nothing is accepted that must be refused, and nothing is made up.

use super::{accusations, folder, outcome, outcomes, tool, totals};
use crate::harness::Tool;
use crate::harness::listener::Listener;

/// `listen --enforce`, which refuses what it should.
fn receiver(scheme: &str, options: &[&str]) -> Listener {
    let tool = Tool::new(["listen", "--addr", ":0", "--plain", "--verify", scheme, "--enforce"]);
    Listener::with(tool.args(["--secret", "env:S"]).args(options).env("S", super::SECRET))
}

#[test]
fn no_receiver_as_it_should_be_is_accused_of_anything() {
    let folder = folder();
    for (scheme, options, more) in [
        ("stripe", "", &[][..]),
        ("github", "", &[]),
        ("slack", "", &[]),
        ("standard-webhooks", "", &[]),
        ("kindly", "", &[]),
        ("shopify", "", &[]),
        ("twilio", "", &[]),
        ("http-message-signature", "", &["--require-component", "content-digest"]),
        ("jwt", "--audience a --issuer me", &["--audience", "a", "--issuer", "me"]),
    ] {
        let listener = receiver(scheme, more);
        let options = format!("--scheme {scheme} --secret env:S --replay-allowed --json {options}");
        let run = tool(folder.path(), &format!("{}/pay", listener.url), &options).run();
        assert_eq!(accusations(&run), [""; 0], "{scheme}: {}", run.stdout);
        let report = run.code(0).json();
        let totals = totals(&report);
        assert!(totals["refused"].as_u64().unwrap() >= 5, "{scheme}: {totals:#}");
        assert!(totals["controls"].as_u64().unwrap() >= 2, "{scheme}: {totals:#}");
        assert_eq!(totals["unclear"], 0, "{scheme}");
    }
}

#[test]
fn what_a_scheme_lacks_is_said_and_not_tried() {
    let folder = folder();
    let listener = receiver("github", &[]);
    let options = "--scheme github --secret env:S --json --replay-allowed";
    let report = tool(folder.path(), &listener.url, options).run().code(0).json();
    let all = outcomes(&report);
    for (id, expected) in [
        ("unsigned", "refused"),
        ("wrong-secret", "refused"),
        ("tampered-body-space", "refused"),
        ("two-headers-bad-first", "refused"),
        ("stale", "not-applicable"),
        ("list-with-one-good", "not-applicable"),
        ("algorithm-none", "not-applicable"),
        ("replayed", "accepted"),
    ] {
        assert_eq!(outcome(&all, id), expected, "{id}");
    }
    let text = report.to_string();
    assert!(text.contains("this scheme has no signed time: a captured call stays valid forever"));
    assert!(text.contains("scheme-without-time"), "{report:#}");
}

#[test]
fn a_token_of_somebody_else_is_sent_as_it_is() {
    let folder = folder();
    let listener = receiver("jwt", &[]);
    let sign = Tool::new(["sign", "--scheme", "jwt", "--secret", "env:S", "--only", "value", "-"]);
    let signed = sign.env("S", super::SECRET).stdin("{}").run().code(0);
    std::fs::write(folder.path().join("token"), signed.stdout).unwrap();
    let options = "--token file:token --json --replay-allowed";
    let run = tool(folder.path(), &listener.url, options).run();
    assert_eq!(accusations(&run), [""; 0], "{}", run.stdout);
    let all = outcomes(&run.code(0).json());
    for (id, expected) in [
        ("unsigned", "refused"),
        ("wrong-secret", "refused"),
        ("algorithm-none", "refused"),
        ("wrong-audience", "not-applicable"),
        ("tampered-body", "not-applicable"),
    ] {
        assert_eq!(outcome(&all, id), expected, "{id}");
    }
    let no = tool(folder.path(), &listener.url, "--token env:S").run().code(3);
    assert!(no.stderr.contains("not a JSON Web Token"), "{}", no.stderr);
}
