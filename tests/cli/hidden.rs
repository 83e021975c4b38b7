//! Where the signature is the secret itself, no output shows it; `sign` is asked for it, and says so.

use crate::harness::Tool;

const SECRET: &str = "s3cret-0123456789abcdef";

#[test]
fn a_secret_that_travels_in_a_header_is_not_shown() {
    for scheme in ["gitlab-token", "telegram"] {
        let args = ["--resign", scheme, "--secret", "env:S", "--dry-run"];
        for (format, shows) in [("human", true), ("json", true), ("csv", true), ("markdown", false)]
        {
            let to = ["--payload", "-", "--to", "https://a.example", "--format", format, "-v"];
            let tool = Tool::new(["replay"]).args(to).args(args).env("S", SECRET).stdin("{}");
            let outcome = tool.run().code(0);
            let all = format!("{}{}", outcome.stdout, outcome.stderr);
            assert!(!all.contains(SECRET), "{scheme} {format}: {all}");
            assert_eq!(all.contains("(the secret)"), shows, "{scheme} {format}: {all}");
        }
        let length = |secret: &str| {
            let to = ["--payload", "-", "--to", "https://a.example", "--json"];
            let tool = Tool::new(["replay"]).args(to).args(args).env("S", secret).stdin("{}");
            tool.run().code(0).item()["facts"]["request_bytes"].as_u64().unwrap()
        };
        let longer = format!("{SECRET}abc");
        assert_eq!(length(&longer), length(SECRET) + 3, "the length is that of what is sent");

        let verify = ["verify", "-", "--scheme", scheme, "--secret", "env:S", "--show-expected"];
        for signature in [SECRET, "wrong"] {
            let tool = Tool::new(verify).args(["--signature", signature, "-v"]);
            let outcome = tool.env("S", SECRET).stdin("{}").run();
            assert!(!format!("{}{}", outcome.stdout, outcome.stderr).contains(SECRET), "{scheme}");
            let tool = Tool::new(verify).args(["--signature", signature, "--json"]);
            let item = tool.env("S", SECRET).stdin("{}").run().item();
            assert_eq!(item["facts"]["expected"], serde_json::json!(["(the secret)"]), "{scheme}");
        }
        let sign = ["sign", "-", "--scheme", scheme, "--secret", "env:S"];
        let outcome = Tool::new(sign).env("S", SECRET).stdin("{}").run().code(0);
        assert!(outcome.stdout.contains(SECRET), "{}", outcome.stdout);
        assert!(
            outcome.stderr.contains("the signature is the secret itself"),
            "{}",
            outcome.stderr
        );
    }
}
