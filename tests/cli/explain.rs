//! `explain`: codes, alerts, numbers and texts; what is not known; what is never echoed.

use std::fs;

use crate::harness::{Tool, assert_golden};

fn explain(words: &[&str]) -> Tool {
    Tool::new(["explain"]).args(words)
}

/// The output of curl when the server did not know the issuer of the client's certificate.
const REFUSED: &str = "* SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384\n\
    *  SSL certificate verify ok.\n\
    * TLSv1.3 (IN), TLS alert, unknown CA (560):\n\
    curl: (56) OpenSSL SSL_read: error:0A000418:SSL routines::tlsv1 alert unknown ca, errno 0\n";

#[test]
fn what_people_see() {
    for (name, words) in [
        ("finding", &["certificate-expired"][..]),
        ("both", &["key-mismatch"]),
        ("failure", &["password-wrong"]),
        ("alert", &["48"]),
        ("number", &["openssl:20"]),
        ("exit", &["exit:3"]),
        (
            "message",
            &["certificate", "verify", "failed:", "unable to get local issuer certificate"],
        ),
    ] {
        assert_golden(&format!("explain/{name}.txt"), &explain(words).run().code(0).stdout);
    }
    let refused = explain(&[]).stdin(REFUSED).run().code(0).stdout;
    assert_golden("explain/refused.txt", &refused);
    let ticket = explain(&["--format", "markdown", "--at", "2026-11-22T05:00:00Z"]);
    assert_golden("explain/refused.md", &ticket.stdin(REFUSED).run().code(0).stdout);
    let what = explain(&[]).stdin("").run().code(0).stdout;
    assert!(what.starts_with("hookprint explain takes"), "{what}");
}

#[test]
fn a_number_that_means_several_things_lists_them() {
    let items = explain(&["20", "--format", "ndjson"]).run().code(0).ndjson();
    let ids: Vec<_> = items.iter().map(|item| item["facts"]["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["bad_record_mac", "openssl-20"]);
    for word in ["0x80090327", "iis:403.16", "curl:56", "http:495", "tls:116", "UnknownCA"] {
        let item = explain(&[word, "--json"]).run().code(0).item();
        assert!(item["facts"]["causes"][0]["fix"].is_string(), "{word}: {item}");
    }
}

#[test]
fn everything_that_is_known_is_listed() {
    let lines = |kind: &str| explain(&["--list", kind]).run().code(0).stdout.lines().count();
    let (codes, alerts, messages) = (lines("codes"), lines("alerts"), lines("messages"));
    assert!(codes > 110 && alerts > 30 && messages > 150, "{codes} {alerts} {messages}");
    let all = explain(&["--list"]).run().code(0).stdout;
    assert_eq!(all.lines().count(), codes + alerts + messages + lines("audit"));
    explain(&["--list", "nonsense"]).run().code(2);
}

#[test]
fn what_is_not_known_is_no_guess_but_what_is_near_it_is_said() {
    let item = explain(&["certifcate", "verify", "faild", "--json"]).run().code(3).item();
    assert_eq!(item["failure"]["code"], "not-known");
    let help = item["failure"]["help"].as_str().unwrap();
    assert!(help.starts_with("similar: certificate verify failed"), "{help}");
    let out = explain(&["-"]).stdin("Nov 22 05:00:00 host systemd[1]: Started Session 4.\n");
    let out = out.run().code(3).stdout;
    assert!(out.contains("paste more of it") && !out.contains("near it"), "{out}");
    let wrong = explain(&["--from", "jav", "48"]).run().code(2).stderr;
    assert!(wrong.contains("did you mean Java?"), "{wrong}");
    // Codes are of no other program.
    for listed in [&["--list"][..], &["--list", "codes"], &["--list", "audit"]] {
        let refused = explain(listed).args(["--from", "java"]).run().code(2);
        assert!(refused.stderr.contains("--list messages"), "{}", refused.stderr);
    }
    let java = explain(&["--list", "messages", "--from", "java"]).run().code(0).stdout;
    assert!(java.contains("java-pkix") && !java.contains("renewal-breaks-pin"), "{java}");
}

#[test]
fn secrets_in_a_paste_are_told_of_and_never_echoed() {
    let secrets =
        ["s3cr3t-of-mine", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "hunter22", "bWluZTpteQ=="];
    let text = format!(
        "> Authorization: Bearer {}\nsecret {}\npassword={} {}\nMac verify error: invalid password?\n",
        secrets[0], secrets[1], secrets[2], secrets[3]
    );
    for format in ["human", "json", "markdown", "csv", "junit", "sarif", "github", "nagios", "html"]
    {
        for text in [text.clone(), text.replace("Mac verify", "Something")] {
            let run = explain(&["--format", format, "-v"]).stdin(text).run();
            for secret in secrets {
                assert!(
                    !format!("{}{}", run.stdout, run.stderr).contains(secret),
                    "{format}: {}",
                    run.stdout
                );
            }
            if format == "json" {
                assert_eq!(run.item()["findings"].as_array().unwrap().len(), 3, "{}", run.stdout);
                assert_eq!(run.item()["findings"][0]["code"], "secret-pasted");
            }
        }
    }
    let typed = explain(&[secrets[1]]).run().code(3);
    assert!(!format!("{}{}", typed.stdout, typed.stderr).contains("MfKQ"), "{}", typed.stdout);
}

#[test]
fn files_of_every_kind_are_read_or_refused() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    write("curl.txt", REFUSED.as_bytes());
    let wide: Vec<u8> =
        format!("\u{feff}{REFUSED}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    write("wide.txt", &wide);
    let mut nul = b"\0\0\xff\n".to_vec();
    nul.extend(REFUSED.as_bytes());
    write("nul.txt", &nul);
    write("long.txt", format!("{}\n{REFUSED}", "x".repeat(70_000)).as_bytes());
    for name in ["curl.txt", "wide.txt", "nul.txt", "long.txt"] {
        let run = explain(&[name, "--json"]).dir(folder.path()).run().code(0);
        assert_eq!(run.item()["facts"]["id"], "unknown_ca", "{name}");
        assert_eq!(run.stderr.contains("longer than 64 KiB"), name == "long.txt", "{}", run.stderr);
    }
    let certificate = rcgen::generate_simple_self_signed(["hooks.example".to_owned()]).unwrap();
    write("chain.pem", certificate.cert.pem().as_bytes());
    write("chain.der", certificate.cert.der());
    for name in ["chain.pem", "chain.der"] {
        let item = explain(&[name, "--json"]).dir(folder.path()).run().code(3).item();
        assert_eq!(item["failure"]["code"], "not-known");
        assert_eq!(
            item["failure"]["help"],
            format!("hookprint inspect {name} shows what is in it")
        );
    }
    let said = explain(&["."]).dir(folder.path()).run().code(2).stderr;
    assert!(said.contains("is a folder"), "{said}");
    write("huge.txt", &vec![b'x'; (10 << 20) + 1]);
    let said = explain(&["huge.txt"]).dir(folder.path()).run().code(3);
    assert!(format!("{}{}", said.stdout, said.stderr).contains("more than 10 MiB"), "{said:?}");
}

/// Causes are those of a refusal of `replay`: what our own certificate proves goes first.
#[test]
fn our_own_certificate_orders_the_causes() {
    let folder = tempfile::tempdir().unwrap();
    Tool::new(["mint", "pki"]).dir(folder.path()).run().code(0);
    for (alert, file, cause, proven) in [
        ("bad_certificate", "client-expired.p12", "expired", true),
        ("bad_certificate", "client-not-yet.p12", "not-yet-valid", true),
        ("certificate_unknown", "client-serverauth.p12", "purpose-missing", true),
        ("unknown_ca", "client.p12", "issuer-unknown", false),
    ] {
        let path = format!("pki/{file}");
        let run = explain(&[alert, "--cert", &path, "--password", "env:P", "--json"]);
        let item = run.env("P", "hookprint").dir(folder.path()).run().code(0).item();
        let first = &item["facts"]["causes"][0];
        assert_eq!(
            (&first["id"], &first["proven"]),
            (&cause.into(), &proven.into()),
            "{file}: {item}"
        );
    }
    let said = explain(&["48", "--password", "env:P"]).env("P", "x").run().code(2).stderr;
    assert!(said.contains("there is nothing for --password to open"), "{said}");
}

/// A list that is cut says so: what is likeliest to people who try may come behind.
#[test]
fn causes_that_are_not_shown_are_counted() {
    let page = "400 Bad Request: The SSL certificate error";
    let few = explain(&[page]).run().code(0).stdout;
    let all = explain(&[page, "-v"]).run().code(0).stdout;
    let causes = |text: &str| text.matches("fix: ").count();
    let more = causes(&all) - causes(&few);
    assert!(more > 1 && !all.contains("-v shows"), "{all}");
    assert!(few.contains(&format!("or        {more} more causes; -v shows all")), "{few}");
}

#[test]
fn no_network_is_needed() {
    explain(&["--offline", "48"]).run().code(0);
}

/// Help points to it, and so does every finding when more is asked for.
#[test]
fn other_commands_point_to_it() {
    let command = hookprint::command::tree();
    for name in command.get_subcommands().map(clap::Command::get_name) {
        let help = Tool::new([name, "--help"]).run().code(0).stdout;
        assert!(help.contains("hookprint explain CODE"), "{name}: {help}");
    }
    let folder = tempfile::tempdir().unwrap();
    Tool::new(["mint", "pki"]).dir(folder.path()).run().code(0);
    let inspect = Tool::new(["inspect", "pki/client-expired.p12", "--password", "env:P", "-v"]);
    let said = inspect.env("P", "hookprint").dir(folder.path()).run().code(1).stdout;
    assert!(said.contains("more: hookprint explain certificate-expired\n"), "{said}");
}

/// Lines of a kernel, systemd, compilers and others: nothing in them is what is looked for.
#[test]
fn of_two_hundred_unrelated_lines_none_is_explained() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/unrelated.log");
    let lines = fs::read_to_string(path).unwrap();
    assert_eq!(lines.lines().count(), 200);
    let now = time::macros::datetime!(2026-11-22 5:00 UTC);
    let rules = hookprint::explain::Rules { from: None, own: None, now };
    for line in lines.lines() {
        let found = hookprint::explain::explain(line, &rules).explanations;
        assert!(found.is_empty(), "{line}: {found:?}");
    }
    explain(&[path]).run().code(3);
}
