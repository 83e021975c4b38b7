//! The action of GitHub and the hooks of pre-commit: `action.yml` is run as a runner does, with its
//! variables and a release on the disk; the hooks are run by pre-commit itself.

use std::collections::HashMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use crate::harness::Tool;
use crate::{needs, python};

tests!(
    the_action_shows_what_is_wrong_and_where,
    the_action_runs_no_release_that_is_not_the_one,
    the_action_expands_nothing,
    the_action_is_one_by_the_schema,
    pre_commit_stops_keys_and_certificates_that_end,
);

const VERSION: &str = env!("CARGO_PKG_VERSION");
const TARGET: &str = "x86_64-unknown-linux-gnu";

fn project(below: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(below)
}

/// A file of YAML.
pub fn yaml(path: &Path) -> Value {
    let python = python::with("yaml");
    let read =
        "import sys, json, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1])), default=str))";
    let output = Command::new(python).args(["-c", read]).arg(path).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A file holds what its schema says, one of those that check-jsonschema brings.
pub fn is_valid(schema: &str, path: &Path) {
    let python = python::with("check_jsonschema");
    let mut check = Command::new(python);
    check.args(["-m", "check_jsonschema", "--builtin-schema", schema]).arg(path);
    let output = check.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

/// A folder with releases: `releases/vVERSION`, whose program is the one that is tested, and its sums.
pub fn release(folder: &Path) {
    let at = folder.join(format!("releases/v{VERSION}"));
    let name = format!("hookprint-{VERSION}-{TARGET}");
    fs::create_dir_all(at.join(&name)).unwrap();
    let program = at.join(&name).join("hookprint");
    fs::write(&program, format!("#!/bin/sh\nexec {} \"$@\"\n", env!("CARGO_BIN_EXE_hookprint")))
        .unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let pack =
        format!("tar -czf {name}.tar.gz {name} && rm -r {name} && sha256sum *.tar.gz >SHA256SUMS");
    let packed = Command::new("sh").args(["-c", &pack]).current_dir(&at).status().unwrap();
    assert!(packed.success());
}

/// What a job on a runner of GitHub comes to.
pub struct Job {
    pub output: Output,
    pub stdout: String,
    pub outputs: HashMap<String, String>,
    pub summary: String,
}

/// Runs `action.yml` with these inputs in `folder`, whose `releases` it takes its release from: each step
/// by bash as the runner calls it, with what a step before has put on the PATH.
pub fn act(folder: &Path, inputs: &[(&str, &str)]) -> Job {
    needs::programs(&["bash", "curl"]);
    let action = yaml(&project("action.yml"));
    let runner = folder.join("runner");
    let _ = fs::remove_dir_all(&runner);
    fs::create_dir(&runner).unwrap();
    let from = format!("file://{}/releases", folder.display());
    let mirror = [("from", &*from)];
    let value = |name: &str| {
        let mut given = inputs.iter().chain(&mirror);
        let default = action["inputs"][name]["default"].as_str().unwrap();
        given.find(|(key, _)| *key == name).map_or(default, |(_, value)| *value)
    };
    let expression = |text: &str| match text.strip_prefix("${{ inputs.") {
        Some(rest) => value(rest.strip_suffix(" }}").unwrap()).to_owned(),
        None => text.to_owned(),
    };
    let files = ["GITHUB_OUTPUT", "GITHUB_PATH", "GITHUB_STEP_SUMMARY"];
    files.iter().for_each(|name| fs::write(runner.join(name), "").unwrap());
    let mut job = None;
    for step in action["runs"]["steps"].as_array().unwrap() {
        assert_eq!(step["shell"], "bash");
        let run = step["run"].as_str().unwrap();
        assert!(!run.contains("${{"), "an input in a script is a script: {run}");
        let script = runner.join("step.sh");
        fs::write(&script, run).unwrap();
        let mut path: Vec<_> = fs::read_to_string(runner.join("GITHUB_PATH"))
            .unwrap()
            .lines()
            .map(PathBuf::from)
            .collect();
        path.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap()));
        let mut bash = Command::new("bash");
        bash.args(["--noprofile", "--norc", "-e", "-o", "pipefail"]).arg(&script);
        bash.env_clear()
            .env("PATH", std::env::join_paths(path).unwrap())
            .env("RUNNER_TEMP", &runner);
        bash.envs([("RUNNER_OS", "Linux"), ("RUNNER_ARCH", "X64"), ("LC_ALL", "C.UTF-8")]);
        bash.env("GITHUB_ACTION_PATH", project(""));
        bash.envs(files.map(|name| (name, runner.join(name))));
        for (name, value) in step["env"].as_object().unwrap() {
            bash.env(name, expression(value.as_str().unwrap()));
        }
        let place = step["working-directory"].as_str().map(expression);
        let output = bash.current_dir(folder.join(place.unwrap_or_default())).output().unwrap();
        let ended = !output.status.success();
        job = Some(output);
        if ended {
            break;
        }
    }
    let output = job.unwrap();
    let read = |name: &str| fs::read_to_string(runner.join(name)).unwrap();
    let lines = read("GITHUB_OUTPUT");
    let outputs = lines.lines().filter_map(|line| line.split_once('='));
    Job {
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        outputs: outputs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        summary: read("GITHUB_STEP_SUMMARY"),
        output,
    }
}

/// A folder with a release and the files of `mint`.
fn scene() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    release(folder.path());
    Tool::new(["mint", "certs"]).dir(folder.path()).run().code(0);
    folder
}

fn the_action_shows_what_is_wrong_and_where() {
    let folder = scene();
    let job = act(
        folder.path(),
        &[("run", "inspect ca.pem client.pem --crit 40d"), ("working-directory", "certs")],
    );
    assert_eq!(job.output.status.code(), Some(1), "{}", job.stdout);
    assert_eq!(job.outputs["exit-code"], "1");
    let annotation = "::error file=client.pem,line=1,title=certificate expires soon::";
    assert!(job.stdout.lines().any(|line| line.starts_with(annotation)), "{}", job.stdout);
    assert!(job.summary.contains("| critical | client.pem |"), "{}", job.summary);
    let sarif: Value = serde_json::from_slice(&fs::read(&job.outputs["sarif"]).unwrap()).unwrap();
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "certificate-expires-soon");
    // All is well: the same outputs, and nothing to annotate.
    let job = act(folder.path(), &[("run", "inspect certs/ca.pem")]);
    assert_eq!((job.output.status.code(), &*job.outputs["exit-code"]), (Some(0), "0"));
    assert!(!job.stdout.contains("::"), "{}", job.stdout);
    // Without a command it is there for the steps that follow.
    let job = act(folder.path(), &[("run", "")]);
    assert!(job.output.status.success() && job.outputs.is_empty());
    let path = fs::read_to_string(folder.path().join("runner/GITHUB_PATH")).unwrap();
    let said = Command::new(Path::new(path.trim()).join("hookprint")).arg("--version").output();
    assert_eq!(String::from_utf8(said.unwrap().stdout).unwrap(), format!("hookprint {VERSION}\n"));
}

fn the_action_runs_no_release_that_is_not_the_one() {
    let folder = scene();
    let refused = |inputs: &[(&str, &str)], word: &str| {
        let job = act(folder.path(), inputs);
        assert_eq!(job.output.status.code(), Some(3), "{}", job.stdout);
        assert!(
            job.stdout.contains("::error title=hookprint::") && job.stdout.contains(word),
            "{}",
            job.stdout
        );
        assert!(job.outputs.is_empty() && job.summary.is_empty());
        assert_eq!(fs::read_to_string(folder.path().join("runner/GITHUB_PATH")).unwrap(), "");
    };
    let at = folder.path().join(format!("releases/v{VERSION}"));
    let sums = fs::read_to_string(at.join("SHA256SUMS")).unwrap();
    let (sum, _) = sums.split_once(' ').unwrap();
    let other = "0".repeat(64);
    refused(&[("sha256", &other)], &format!("has the SHA-256 {sum}, and not {other}"));
    refused(&[("version", "9.9.9")], "could not be fetched");
    refused(&[("from", "http://127.0.0.1:1")], "could not be fetched");
    // What was named counts, whatever lies beside the archive.
    fs::write(at.join("SHA256SUMS"), sums.replace(sum, &other)).unwrap();
    refused(&[], "and not 0000");
    let job = act(folder.path(), &[("sha256", sum), ("run", "")]);
    assert!(job.output.status.success(), "{}", job.stdout);
    fs::write(at.join("SHA256SUMS"), "").unwrap();
    refused(&[], "one that SHA256SUMS knows");
}

fn the_action_expands_nothing() {
    let folder = scene();
    fs::copy(folder.path().join("certs/ca.pem"), folder.path().join("a b.pem")).unwrap();
    let run = "inspect 'a b.pem' $(touch made) `touch made` ; touch made\n*.pem";
    let job = act(folder.path(), &[("run", run)]);
    assert!(!folder.path().join("made").exists());
    // They are names of files that are not there; one name has a blank.
    let (failed, ok) =
        (job.summary.matches("\n| failed |"), job.summary.matches("\n| ok | a b.pem |"));
    assert_eq!((failed.count(), ok.count()), (8, 1), "{}", job.summary);
    let job = act(folder.path(), &[("run", "inspect 'a b.pem")]);
    assert_eq!(job.output.status.code(), Some(2), "{}", job.stdout);
}

fn the_action_is_one_by_the_schema() {
    is_valid("vendor.github-actions", &project("action.yml"));
    assert_eq!(yaml(&project("action.yml"))["inputs"]["version"]["default"], VERSION);
}

fn pre_commit_stops_keys_and_certificates_that_end() {
    needs::program("git");
    let python = python::with("pre_commit");
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let git = |at: &Path, args: &[&str]| {
        let mut git = Command::new("git");
        git.args([
            "-c",
            "user.name=a",
            "-c",
            "user.email=a@b.example",
            "-c",
            "init.defaultBranch=main",
        ]);
        let output = git.args(args).current_dir(at).env("HOME", folder.path()).output().unwrap();
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    };
    fs::create_dir_all(path("hooks")).unwrap();
    fs::copy(project(".pre-commit-hooks.yaml"), path("hooks/.pre-commit-hooks.yaml")).unwrap();
    Tool::new(["mint", "work", "--days", "60", "-q"]).dir(folder.path()).run().code(0);
    let program = path("bin");
    fs::create_dir(&program).unwrap();
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_hookprint"), program.join("hookprint")).unwrap();
    for name in ["hooks", "work"] {
        git(&path(name), &["init", "-q"]);
        git(&path(name), &["add", "-A"]);
        git(&path(name), &["commit", "-q", "-m", "all"]);
    }
    let search = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    let try_hook = |hook: &str, files: &[&str]| {
        let mut tried = Command::new(&python);
        tried
            .args(["-m", "pre_commit", "try-repo", "--verbose", "../hooks", hook, "--files"])
            .args(files);
        tried.current_dir(path("work")).env("PATH", &search).env("HOME", folder.path());
        let output = tried.env("PRE_COMMIT_HOME", path("cache")).output().unwrap();
        (output.status.success(), String::from_utf8(output.stdout).unwrap())
    };
    for (hook, files, passes, word) in [
        ("hookprint-keys-system", &["ca.pem"][..], true, "Passed"),
        ("hookprint-keys-system", &["client-expired.p12"], false, "needs a password"),
        ("hookprint-keys-system", &["ca.pem", "server.key"], false, "key-unlisted"),
        ("hookprint-keys-system", &["notes.txt"], true, "Skipped"),
        ("hookprint-certificates-system", &["ca.pem", "server.pem"], true, "Passed"),
        ("hookprint-certificates-system", &["client-expired.p12"], false, "needs a password"),
    ] {
        let (passed, said) = try_hook(hook, files);
        assert_eq!((passed, said.contains(word)), (passes, true), "{hook} {files:?}: {said}");
    }
    // The hooks that build it differ in nothing else.
    let hooks = yaml(&project(".pre-commit-hooks.yaml"));
    let [keys, keys_system, ends, ends_system] = &hooks.as_array().unwrap()[..] else {
        panic!("{hooks}")
    };
    for (built, system) in [(keys, keys_system), (ends, ends_system)] {
        assert_eq!((&built["language"], &system["language"]), (&"rust".into(), &"system".into()));
        let mut same = built.clone();
        (same["id"], same["language"]) = (system["id"].clone(), system["language"].clone());
        assert_eq!(same, *system);
    }
}
