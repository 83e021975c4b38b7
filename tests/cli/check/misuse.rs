//! What must never be green: no file, nothing chosen, nothing found, too much.

use std::fs;

use super::{check, codes, item, policy, report};
use crate::harness::Tool;
use crate::harness::pki::Pki;

#[test]
fn without_a_policy_the_way_to_one_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let told = check(folder.path(), &[]).run();
    assert_eq!(told.code, 2, "{told:?}");
    assert!(told.stderr.contains("there is no hookprint.toml"), "{told:?}");
    assert!(told.stderr.contains("check --init"), "{told:?}");
    let told = check(folder.path(), &["none.toml"]).run();
    assert!(told.code == 2 && told.stderr.contains("none.toml: no such file"), "{told:?}");
}

#[test]
fn a_policy_is_found_up_to_the_root_of_the_repository_and_no_further() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("repository/a/b");
    fs::create_dir_all(&inner).unwrap();
    policy(folder.path(), "[[bundle]]\nname = 'outer'\npath = 'none.pem'\n");
    let told = check(&inner, &["--list"]).run();
    assert_eq!(told.code, 2, "no repository, no search: {told:?}");
    fs::create_dir(folder.path().join("repository/.git")).unwrap();
    assert_eq!(check(&inner, &["--list"]).run().code, 2, "not beyond its root");
    let hidden = folder.path().join("repository/.config");
    fs::create_dir(&hidden).unwrap();
    fs::write(hidden.join("hookprint.toml"), "[[bundle]]\nname = 'hidden'\npath = '../ca.pem'\n")
        .unwrap();
    fs::write(folder.path().join("repository/ca.pem"), Pki::new("Example CA").ca.certificate_pem)
        .unwrap();
    let (found, code) = report(&inner, &[]);
    assert_eq!(
        (found["items"][0]["subject"].as_str(), code),
        (Some("bundle hidden"), 0),
        "{found:#}"
    );
    policy(&folder.path().join("repository/a"), "[[bundle]]\nname = 'near'\npath = '../ca.pem'\n");
    let (found, code) = report(&inner, &[]);
    assert_eq!(
        (found["items"][0]["subject"].as_str(), code),
        (Some("bundle near"), 0),
        "{found:#}"
    );
}

#[test]
fn what_looks_at_nothing_is_no_good_news() {
    let folder = tempfile::tempdir().unwrap();
    policy(folder.path(), "[[bundle]]\nname = 'a'\npath = 'certs/*.p12'\ntags = ['x']\n");
    let (found, code) = report(folder.path(), &[]);
    let failure = &item(&found, "bundle a")["failure"];
    assert_eq!((failure["code"].as_str(), code), (Some("not-found"), 3), "{found:#}");
    assert!(failure["message"].as_str().unwrap().contains("certs/*.p12"), "{found:#}");
    for choice in [["--name", "b*"], ["--only", "probe"], ["--tag", "y"]] {
        let (found, code) = report(folder.path(), &choice);
        let failure = &item(&found, "check")["failure"];
        assert_eq!((failure["code"].as_str(), code), (Some("nothing-checked"), 3), "{found:#}");
    }
    let told = check(folder.path(), &["--tag", "x", "--tag", "y"]).run();
    assert!(told.code == 2 && told.stderr.contains("there is no tag `y`"), "{told:?}");
    policy(folder.path(), "version = 1\n");
    assert_eq!(check(folder.path(), &[]).run().code, 3);
    let told = check(folder.path(), &["--validate"]).run();
    assert_eq!(told.code, 0, "{told:?}");
}

#[test]
fn a_policy_that_everybody_can_write_is_warned_of() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    policy(folder.path(), "version = 1\n");
    let file = folder.path().join("hookprint.toml");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o646)).unwrap();
    let (found, code) = report(folder.path(), &["--validate"]);
    let codes = codes(item(&found, "hookprint.toml"));
    assert_eq!((&codes[..], code), (&[("policy-writable", "warning")][..], 0), "{found:#}");
}

#[test]
fn more_checks_than_one_run_takes_are_to_be_shared() {
    let folder = tempfile::tempdir().unwrap();
    let one = |n: u32| format!("[[bundle]]\nname = 'b{n}'\npath = 'none.pem'\n");
    policy(folder.path(), &(0..10_001).map(one).collect::<String>());
    let told = check(folder.path(), &["--validate"]).run();
    assert!(told.code == 2 && told.stderr.contains("--shard 1/4"), "{told:?}");
    let told = Tool::new(["check", "hookprint.toml", "--validate", "--shard", "1/2"]);
    assert_eq!(told.dir(folder.path()).run().code, 0);
}
