//! `inspect` of the stores in `tests/data/stores`: keys that cannot be compared, two passwords, names.

use std::path::PathBuf;

use serde_json::Value;

use crate::harness::{Outcome, Tool};

/// When all of them are valid.
const NOW: &str = "2027-06-01";

fn stores() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/stores"))
}

/// `inspect` in the folder of the stores; `$PASSWORD` is theirs.
fn inspect(args: &[&str]) -> Outcome {
    let tool = Tool::new(["inspect", "--at", NOW]).args(args).dir(&stores());
    tool.env("PASSWORD", "changeit").env("OTHER", "different").env("WRONG", "mistyped").run()
}

fn item(args: &[&str]) -> Value {
    inspect(&[args, &["--json"]].concat()).json()["items"][0].take()
}

/// Verdict and text of a check.
fn check(item: &Value, name: &str) -> (String, String) {
    let checks = item["facts"]["checks"].as_array().unwrap();
    let check = checks.iter().find(|check| check["check"] == name).unwrap();
    let text = |key: &str| check[key].as_str().unwrap().to_owned();
    (text("verdict"), text("text"))
}

fn codes(item: &Value) -> Vec<String> {
    let findings = item["findings"].as_array().unwrap().iter();
    findings.map(|finding| finding["code"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_key_that_cannot_be_compared_is_neither_right_nor_wrong() {
    for name in ["key-ed448.pem", "key-ed448-wrong.pem", "key-x448.pem", "key-dsa-pkcs8.pem"] {
        let item = item(&[name, "--for", "client"]);
        let (verdict, text) = check(&item, "key");
        assert_eq!(verdict, "unknown", "{name}");
        assert!(text.starts_with("could not be compared: the public key of this "), "{text}");
        assert_eq!(item["facts"]["entries"][0]["key"]["matches"], Value::Null);
        let human = inspect(&[name, "--for", "client"]).stdout;
        assert!(human.contains("????  key        could not be compared"), "{human}");
        assert!(!human.contains("key ok"), "{human}");
    }
    for name in ["key-ed448-public-wrong", "key-mldsa44-wrong", "key-mldsa-other-kind"] {
        let item = item(&[&format!("{name}.pem"), "--for", "client"]);
        assert_eq!(check(&item, "key").0, "critical", "{name}");
        assert!(codes(&item).contains(&"key-mismatch".to_owned()), "{name}");
    }
    for name in ["key-mldsa87.pem", "key-x25519.pem"] {
        assert_eq!(check(&item(&[name, "--for", "client"]), "key").0, "ok", "{name}");
    }
}

#[test]
fn a_key_of_another_file_is_compared_by_its_kind_first() {
    let with = |certificate: &str, key: &str| item(&[certificate, "--key", key, "--for", "client"]);
    let other = with("key-mldsa65.pem", "key-mldsa44.pem");
    assert!(codes(&other).contains(&"key-mismatch".to_owned()), "{other:#}");
    // One that cannot be compared is given all the same: it is not missing.
    let unknown = with("key-ed448.pem", "key-ed448-wrong.pem");
    assert_eq!(check(&unknown, "key").0, "unknown");
    assert!(!codes(&unknown).contains(&"key-missing".to_owned()));
}

#[test]
fn a_key_under_another_password_is_not_checked_and_one_field_is_not_enough() {
    let args = ["two-passwords.jks", "--for", "client", "--provider", "webex-connect"];
    let one = item(&[&args[..], &["--password", "env:PASSWORD"]].concat());
    assert_eq!(one["failure"]["code"], "password-wrong");
    let (verdict, text) = check(&one, "key");
    assert_eq!(verdict, "unknown");
    assert!(text.contains("wrong password for the private key"), "{text}");
    assert_eq!(check(&one, "password").0, "critical");
    let both = ["--password", "env:PASSWORD", "--password", "env:OTHER"];
    let both = item(&[&args[..], &both].concat());
    assert_eq!(check(&both, "key").0, "ok");
    let (verdict, text) = check(&both, "password");
    assert_eq!(verdict, "critical");
    assert!(text.contains("the key client has a different password from the store"), "{text}");
    let findings = both["findings"].as_array().unwrap().iter();
    let mut helps = findings.filter(|it| it["code"] == "provider-refuses").map(|it| &it["help"]);
    let help = helps.next().unwrap().as_str().unwrap();
    assert!(help.starts_with("keytool -keypasswd -keystore two-passwords.jks -alias client"));
    let same = item(&["client.jks", "--provider", "webex-connect", "--password", "env:PASSWORD"]);
    assert_eq!(check(&same, "password"), ("ok".to_owned(), "opens it".to_owned()));
}

#[test]
fn the_password_of_a_store_without_mac_is_known_by_what_it_opens() {
    let provider = ["--provider", "webex-connect"];
    for name in ["no-mac-clear-certificates.p12", "no-mac.p12"] {
        let with = item(&[&[name, "--password", "env:PASSWORD"], &provider[..]].concat());
        assert_eq!(check(&with, "password"), ("ok".to_owned(), "opens it".to_owned()), "{name}");
    }
    let without = item(&[&["client.jks"], &provider[..]].concat());
    assert_eq!(check(&without, "password").0, "unknown");
    let none = item(&[&["all-clear-no-mac.p12"], &provider[..]].concat());
    assert_eq!(check(&none, "password").0, "critical");
}

#[test]
fn what_stands_in_clear_is_shown_without_a_password_in_every_format() {
    for name in ["all-clear.p12", "client.jks", "trust.jks"] {
        let outcome = inspect(&[name, "--json"]);
        let item = outcome.code(0).json()["items"][0].take();
        assert_eq!(item["failure"], Value::Null, "{name}");
        assert!(codes(&item).contains(&"integrity-unverified".to_owned()), "{name}");
        let wrong = inspect(&[name, "--password", "env:WRONG", "--json"]);
        let failure = wrong.code(3).json()["items"][0]["failure"].take();
        assert_eq!(failure["code"], "password-wrong", "{name}");
    }
}

#[test]
fn without_a_certificate_no_check_is_ok() {
    let item = item(&["sealed-aes.pem", "--password", "env:PASSWORD", "--for", "client"]);
    for check in item["facts"]["checks"].as_array().unwrap() {
        assert_eq!(check["verdict"], "unknown", "{check}");
    }
}

#[test]
fn names_are_those_of_openssl_and_the_common_name_comes_first() {
    let many = item(&["name-many.pem"]);
    // As printed by `openssl x509 -subject -nameopt RFC2253`.
    let subject = "emailAddress=a@b.example,CN=named.example,serialNumber=7,\
                   organizationIdentifier=NTRDE-1,O=Acme\\, Inc.,C=DE";
    assert_eq!(many["facts"]["entries"][0]["chain"][0]["subject"], subject);
    let list = inspect(&["name-many.pem", "name-empty.pem", "name-none.pem"]).stdout;
    for shown in ["  CN=named.example", "  DNS:nameless.example", "  (empty subject)"] {
        assert!(list.contains(shown), "{shown}: {list}");
    }
    let full = inspect(&["name-empty.pem"]).stdout;
    assert!(full.contains("subject    (empty subject)"), "{full}");
    // What findings are about has a name, too.
    let args = ["inspect", "name-empty.pem", "--json", "--at", "2050-01-01"];
    let over = Tool::new(args).dir(&stores()).run().json();
    assert_eq!(over["items"][0]["findings"][0]["subject"], "DNS:nameless.example");
}

#[test]
fn the_key_belongs_to_the_end_entity_only() {
    let list = inspect(&["nameless.p12", "--password", "env:PASSWORD", "trust.jks"]).stdout;
    let line = |name: &str| list.lines().find(|line| line.contains(name)).unwrap().to_owned();
    assert!(line("CN=client.example").contains("(key ok)"), "{list}");
    assert!(!line("CN=Example Issuing CA").contains("key"), "{list}");
}

#[test]
fn limits_that_were_given_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let pki = crate::harness::Pki::new("Example CA");
    let wish = crate::harness::pki::Wish {
        not_before: time::macros::datetime!(2026-01-01 0:00 UTC),
        not_after: time::macros::datetime!(2026-04-01 0:00 UTC),
        ..Default::default()
    };
    let path = folder.path().join("ninety.pem");
    std::fs::write(&path, pki.issue(&wish).certificate_pem).unwrap();
    let status = |verb: &str, args: &[&str]| {
        let tool = Tool::new([verb, "ninety.pem", "--json"]).args(args).dir(folder.path());
        tool.run().json()["items"][0]["status"].as_str().unwrap().to_owned()
    };
    for verb in ["inspect", "thumbprint"] {
        // Ten days are left.
        let ten = ["--at", "2026-03-22"];
        assert_eq!(status(verb, &ten), "warning");
        assert_eq!(status(verb, &[&ten[..], &["--crit", "14d"]].concat()), "critical");
        // 59 days are left, of which the default counts 30.
        let many = ["--at", "2026-02-01"];
        assert_eq!(status(verb, &many), "ok");
        assert_eq!(status(verb, &[&many[..], &["--warn", "60d"]].concat()), "warning");
    }
}

#[test]
fn counts_and_days_are_the_same_however_much_is_shown() {
    let files = ["name-many.pem", "trust.jks"];
    let last = |args: &[&str]| {
        let outcome = inspect(&[&files[..], args].concat());
        outcome.stdout.lines().last().unwrap().to_owned()
    };
    assert_eq!(last(&[]), "2 ok: 2 certificates in 2 files");
    assert_eq!(last(&["-v"]), last(&[]));
    // Two days and some hours after its end.
    let folder = tempfile::tempdir().unwrap();
    let pki = crate::harness::Pki::new("Example CA");
    let wish = crate::harness::pki::Wish {
        not_after: time::macros::datetime!(2026-04-01 0:00 UTC),
        ..Default::default()
    };
    let pem = pki.issue(&wish).certificate_pem;
    std::fs::write(folder.path().join("a.pem"), &pem).unwrap();
    std::fs::write(folder.path().join("b.pem"), &pem).unwrap();
    let at = |moment: &str| {
        let tool = Tool::new(["inspect", "a.pem", "b.pem", "--at", moment]).dir(folder.path());
        tool.run().stdout
    };
    assert!(at("2026-04-03T05:00:00Z").starts_with("FAIL    -2 d  "), "{}", at("2026-04-03"));
    assert!(at("2026-04-02T05:00:00Z").starts_with("FAIL    -1 d  "));
    let one = Tool::new(["inspect", "a.pem", "--at", "2026-04-02T05:00:00Z"]).dir(folder.path());
    let one = one.run().stdout;
    assert!(one.contains("1 day ago") && one.contains("expired 1 day ago"), "{one}");
}

#[test]
fn long_paths_keep_their_columns() {
    let folder = tempfile::tempdir().unwrap();
    let deep = folder.path().join("a-folder-with-a-long-name/and-another-one-in-it");
    std::fs::create_dir_all(&deep).unwrap();
    for name in ["one.pem", "another.pem"] {
        std::fs::copy(stores().join("name-many.pem"), deep.join(name)).unwrap();
    }
    let list = Tool::new(["inspect", ".", "--at", NOW]).dir(folder.path()).run().stdout;
    let columns: Vec<_> = list.lines().filter_map(|line| line.find("CN=named")).collect();
    assert!(columns.len() == 2 && columns[0] == columns[1], "{list}");
}

#[test]
fn a_host_name_to_mint_for_is_one() {
    let folder = tempfile::tempdir().unwrap();
    for (name, code) in [("bad name!", 2), ("", 2), ("hooks.example", 0)] {
        let tool = Tool::new(["mint", "pki", "--name", name]).dir(folder.path());
        tool.run().code(code);
    }
}

#[test]
fn a_pfx_for_a_windows_group_says_for_whom_and_the_way_out() {
    for args in [&["sid-protected.pfx"][..], &["sid-protected.pfx", "--password", "env:WRONG"]] {
        let failure = item(args)["failure"].take();
        assert_eq!(failure["code"], "unsupported");
        let message = failure["message"].as_str().unwrap();
        assert!(message.contains("S-1-5-21-1004336348-1177238915-682003330-512"), "{message}");
        assert!(failure["help"].as_str().unwrap().contains("Export-PfxCertificate"));
    }
}

#[test]
fn damage_is_told_in_words_and_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let pem = std::fs::read_to_string(stores().join("name-many.pem")).unwrap();
    let pem = hookprint::store::open(pem.as_bytes(), &hookprint::store::Passwords::none()).unwrap();
    let mut der = pem.certificates().next().unwrap().der().to_vec();
    // SEQUENCE, SEQUENCE, [0] version, and then the serial number is no INTEGER.
    assert_eq!(der[13], 2);
    der[13] = 4;
    std::fs::write(folder.path().join("x.der"), &der).unwrap();
    let outcome = Tool::new(["inspect", "x.der", "--json"]).dir(folder.path()).run();
    let failure = outcome.code(3).json()["items"][0]["failure"].take();
    let message = failure["message"].as_str().unwrap();
    assert!(message.contains("the serial number, an INTEGER"), "{message}");
    assert!(message.contains("byte 13"), "{message}");
}
