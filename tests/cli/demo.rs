//! `demo`: comes out as it says, and leaves nothing behind.

use crate::harness::{Tool, assert_golden, picture, steady_times};

#[test]
fn every_step_comes_out_as_said_and_nothing_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let outcome = Tool::new(["demo"]).env("TMPDIR", folder.path()).run().code(0);
    assert!(outcome.stdout.contains("12 steps, all as expected"), "{}", outcome.stdout);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn offline_means_loopback_too() {
    let outcome = Tool::new(["demo", "--offline"]).run().code(3);
    assert!(outcome.stderr.contains("--offline"), "{}", outcome.stderr);
}

#[test]
fn what_people_see() {
    for (name, args, columns) in [
        ("story-80.txt", &["demo"][..], "80"),
        ("story-120.txt", &["demo"], "120"),
        ("story.json", &["demo", "--json"], "120"),
    ] {
        let seen = Tool::new(args).env("COLUMNS", columns).run().code(0).stdout;
        assert_golden(&format!("demo/{name}"), &steady_times(&seen));
    }
}

/// Some of the steps, in colour: the picture on top of README. `UPDATE_GOLDEN=1` draws it anew; it has the
/// thumbprints and times of the run that it was drawn of.
#[test]
fn the_picture_is_what_people_see() {
    let run = Tool::new(["demo", "--color", "always"]).env("COLUMNS", "108").run().code(0);
    let steps: Vec<&str> = run.stdout.trim_end().split("\n\n").collect();
    let step = |number: &str| {
        let title = format!("{number}. ");
        steps.iter().find(|step| step.lines().next().unwrap().contains(&title)).copied().unwrap()
    };
    let shown =
        [&["$ hookprint demo"][..], &["4", "8", "10", "11"].map(step)].concat().join("\n\n");
    let title =
        "hookprint demo: pins, a refused impostor, a signature that an editor broke, who gets in";
    let picture = picture::svg(title, &format!("{shown}\n\n{}", steps.last().unwrap()));
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/demo.svg");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(path, &picture).unwrap();
    }
    let known = std::fs::read_to_string(path).unwrap();
    let [known, picture] = [&known, &picture].map(|svg| steady_times(&picture::unmeasured(svg)));
    assert!(
        known == picture,
        "UPDATE_GOLDEN=1 draws it anew\n--- known\n{known}\n--- now\n{picture}"
    );
}
