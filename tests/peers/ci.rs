//! The recipes of docs/ci.md: each file is held against its schema or by its own program, and what it
//! runs is run, over a policy in which one certificate has ended.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::action::{act, is_valid, release, yaml};
use crate::harness::Tool;
use crate::{needs, python};

tests!(
    github_runs_the_workflow,
    gitlab_runs_the_job,
    pre_commit_knows_the_hooks,
    cron_writes_what_prometheus_reads,
    cron_mails_what_is_new,
    monitors_read_the_plug_in,
    systemd_takes_the_units,
    kubernetes_takes_the_cron_job,
);

const PAGE: &str = include_str!("../../docs/ci.md");
const POLICY: &str = "version = 1

[[bundle]]
name = \"of today\"
path = \"certs/client.pem\"

[[bundle]]
name = \"of yesterday\"
path = \"certs/client-expired.p12\"
password = \"env:WEBEX_P12\"
";

/// What the page shows as the file of this name.
fn recipe(name: &str) -> &'static str {
    let fence = format!(" {name}\n");
    let (_, rest) = PAGE.split_once(&fence).unwrap_or_else(|| panic!("no block of {name}"));
    rest.split_once("```").unwrap().0
}

/// A folder with that policy, its certificates and a program called `hookprint`.
fn scene() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    Tool::new(["mint", "certs", "-q", "--days", "300"]).dir(folder.path()).run().code(0);
    fs::write(folder.path().join("hookprint.toml"), POLICY).unwrap();
    fs::create_dir(folder.path().join("bin")).unwrap();
    let program = folder.path().join("bin/hookprint");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_hookprint"), program).unwrap();
    folder
}

/// Runs a line of a recipe; folders of a machine are the one of the scene.
fn run(folder: &Path, line: &str) -> Output {
    let here = folder.display().to_string();
    let mut line = line.replace("/usr/bin/", &format!("{here}/bin/"));
    for folder in
        ["/etc/hookprint", "/var/lib/prometheus/node-exporter", "/var/lib/hookprint", "/policy"]
    {
        line = line.replace(folder, &here);
    }
    line = line.replace(" /state/", &format!(" {here}/"));
    let path = format!("{here}/bin:{}", std::env::var("PATH").unwrap());
    let mut shell = Command::new("sh");
    shell.args(["-euc", &line]).current_dir(folder).env_clear();
    shell.env("PATH", path).env("WEBEX_P12", "hookprint").env("LC_ALL", "C.UTF-8").output().unwrap()
}

/// Writes a recipe into a folder.
fn write(folder: &Path, name: &str, text: &str) -> std::path::PathBuf {
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    path
}

#[track_caller]
fn succeeds(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let said = [output.stdout, output.stderr].map(|it| String::from_utf8_lossy(&it).into_owned());
    assert!(output.status.success(), "{command:?}: {said:?}");
    said.concat()
}

fn github_runs_the_workflow() {
    let folder = scene();
    release(folder.path());
    let file = write(folder.path(), "webhooks.yml", recipe(".github/workflows/webhooks.yml"));
    is_valid("vendor.github-workflows", &file);
    let workflow = yaml(&file);
    let steps = workflow["jobs"]["check"]["steps"].as_array().unwrap();
    let ours = format!("hookprint/hookprint@v{}", env!("CARGO_PKG_VERSION"));
    let step = steps.iter().find(|step| step["uses"] == ours).unwrap();
    let inputs = step["with"].as_object().unwrap().iter();
    let inputs: Vec<_> =
        inputs.map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
    // Its password is not told: that check could not be made, and is an alert where the policy has it.
    let job = act(folder.path(), &inputs);
    assert_eq!(job.output.status.code(), Some(3), "{}", job.stdout);
    let annotation = "::error file=hookprint.toml,line=7,title=usage::bundle of yesterday: ";
    assert!(job.stdout.starts_with(annotation), "{}", job.stdout);
    assert!(job.summary.contains("| ok | bundle of today |"), "{}", job.summary);
    let sarif: Value = serde_json::from_slice(&fs::read(&job.outputs["sarif"]).unwrap()).unwrap();
    let place = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "hookprint.toml");
    assert_eq!(
        (&place["region"]["startLine"], &place["region"]["endColumn"]),
        (&7.into(), &11.into())
    );
}

fn gitlab_runs_the_job() {
    needs::programs(&["bash", "curl"]);
    let folder = scene();
    release(folder.path());
    let file = write(folder.path(), ".gitlab-ci.yml", recipe(".gitlab-ci.yml"));
    is_valid("vendor.gitlab-ci", &file);
    let job = &yaml(&file)["webhooks"];
    let version = job["variables"]["VERSION"].as_str().unwrap();
    assert_eq!(version, env!("CARGO_PKG_VERSION"));
    let releases = folder.path().join("releases");
    let sums = fs::read_to_string(releases.join(format!("v{version}/SHA256SUMS"))).unwrap();
    let lines =
        ["before_script", "script"].map(|part| job[part].as_array().unwrap().clone()).concat();
    let script: Vec<_> = lines.iter().map(|line| line.as_str().unwrap()).collect();
    let run = |sum: &str| {
        let mut bash = Command::new("bash");
        bash.args(["-e", "-o", "pipefail", "-c", &script.join("\n")]).current_dir(folder.path());
        bash.env("VERSION", version).env("FROM", format!("file://{}", releases.display()));
        bash.env("SHA256", sum).env("WEBEX_P12", "hookprint").output().unwrap()
    };
    assert_eq!(run(&"0".repeat(64)).status.code(), Some(1));
    assert!(!folder.path().join("hookprint").exists(), "another archive was unpacked");
    let output = run(sums.split_once(' ').unwrap().0);
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let junit = job["artifacts"]["reports"]["junit"].as_str().unwrap();
    let junit = fs::read_to_string(folder.path().join(junit)).unwrap();
    assert_eq!(
        (junit.matches("<testcase").count(), junit.matches("<failure").count()),
        (2, 1),
        "{junit}"
    );
    assert!(folder.path().join(job["artifacts"]["paths"][0].as_str().unwrap()).is_file());
}

fn pre_commit_knows_the_hooks() {
    let python = python::with("pre_commit");
    let folder = tempfile::tempdir().unwrap();
    let file = write(folder.path(), "config.yaml", recipe(".pre-commit-config.yaml"));
    succeeds(Command::new(python).args(["-m", "pre_commit", "validate-config"]).arg(&file));
    let hooks = yaml(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".pre-commit-hooks.yaml"));
    let known: Vec<_> = hooks.as_array().unwrap().iter().map(|hook| &hook["id"]).collect();
    for hook in yaml(&file)["repos"][0]["hooks"].as_array().unwrap() {
        assert!(known.contains(&&hook["id"]), "{hook}");
    }
}

fn cron_writes_what_prometheus_reads() {
    needs::program("promtool");
    let folder = scene();
    let line = recipe("/etc/cron.d/hookprint").trim();
    // Five fields of time, the user, and what is run.
    let words: Vec<_> = line.splitn(7, ' ').collect();
    let output = run(folder.path(), words[6]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!((output.status.code(), &*said, &*output.stdout), (Some(0), "", &b""[..]));
    let metrics = fs::File::open(folder.path().join("hookprint.prom")).unwrap();
    succeeds(Command::new("promtool").args(["check", "metrics"]).stdin(metrics));
    let metrics = fs::read_to_string(folder.path().join("hookprint.prom")).unwrap();
    assert!(
        metrics.contains("hookprint_item_status{item=\"bundle of yesterday\"} 3\n"),
        "{metrics}"
    );
    let rules =
        write(folder.path(), "hookprint.yml", recipe("/etc/prometheus/rules/hookprint.yml"));
    succeeds(Command::new("promtool").args(["check", "rules"]).arg(&rules));
    let tests = write(folder.path(), "tests.yml", ALERTS);
    succeeds(Command::new("promtool").args(["test", "rules"]).arg(&tests));
}

/// Runs a line twice, and once more after a certificate was exchanged: what is new is said once, and the exit code is
/// that of all checks each time.
fn says_once(folder: &Path, line: &str) {
    let said = || {
        let output = run(folder, line);
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stdout).unwrap()
    };
    let first = said();
    assert!(first.contains("certificate-expired") && first.contains("of today"), "{first}");
    assert_eq!(said(), "", "cron would mail it again");
    fs::copy(folder.join("certs/ca.pem"), folder.join("certs/client.pem")).unwrap();
    let changed = said();
    assert!(changed.contains("certificate-changed") && !changed.contains("expired"), "{changed}");
}

fn cron_mails_what_is_new() {
    let folder = scene();
    let text = recipe("/etc/cron.d/hookprint-mail");
    let line = text.lines().find(|line| !line.starts_with("MAILTO=")).unwrap();
    says_once(folder.path(), line.splitn(7, ' ').last().unwrap());
}

/// What the rules say four hours after the last run.
const ALERTS: &str = r#"rule_files: [hookprint.yml]
evaluation_interval: 10m
tests:
  - interval: 10m
    input_series:
      - {series: 'hookprint_checked_at_seconds', values: '0x30'}
      - {series: 'hookprint_item_status{item="bundle a"}', values: '3x30'}
      - {series: 'hookprint_item_status{item="endpoint b"}', values: '4x30'}
      - {series: 'hookprint_item_status{item="endpoint c"}', values: '1x30'}
      - {series: 'hookprint_certificate_not_after_seconds{item="bundle a", subject="CN=a"}', values: '878400x30'}
      - {series: 'hookprint_certificate_not_after_seconds{item="bundle d", subject="CN=d"}', values: '8784000x30'}
    alert_rule_test:
      - eval_time: 10m
        alertname: WebhookCheckStopped
        exp_alerts: []
      - eval_time: 10m
        alertname: WebhookUnknown
        exp_alerts: []
      - eval_time: 4h
        alertname: WebhookCritical
        exp_alerts: [{exp_labels: {item: bundle a}, exp_annotations: {summary: "bundle a: critical"}}]
      - eval_time: 4h
        alertname: WebhookUnknown
        exp_alerts: [{exp_labels: {item: endpoint b}, exp_annotations: {summary: "endpoint b cannot be looked at"}}]
      - eval_time: 4h
        alertname: WebhookCertificateEnds
        exp_alerts: [{exp_labels: {item: bundle a, subject: CN=a}, exp_annotations: {summary: "CN=a of bundle a ends 10d 0h 0m 0s from now"}}]
      - eval_time: 4h
        alertname: WebhookCheckStopped
        exp_alerts: [{exp_labels: {}, exp_annotations: {summary: "hookprint has not run for 4h 0m 0s"}}]
"#;

fn monitors_read_the_plug_in() {
    let folder = scene();
    let text = recipe("/etc/nagios4/conf.d/hookprint.cfg");
    let line =
        text.lines().find_map(|line| line.trim().strip_prefix("command_line")).unwrap().trim();
    let said = |code: i32| {
        let output = run(folder.path(), line);
        assert_eq!(output.status.code(), Some(code));
        String::from_utf8(output.stdout).unwrap()
    };
    let critical = said(2);
    assert!(critical.starts_with("CRITICAL - bundle of yesterday: "), "{critical}");
    // Within the second in which it was made it ended one day before, and later more than one.
    let days = [-1, -2].map(|days| format!(" | days={days};30:;7: "));
    assert!(days.iter().any(|days| critical.contains(days)), "{critical}");
    // Icinga runs the same words.
    let icinga = recipe("/etc/icinga2/conf.d/hookprint.conf");
    let (_, command) = icinga.split_once("command = [ ").unwrap();
    let words: Vec<_> =
        command.split_once(" ]").unwrap().0.split(", ").map(|it| it.trim_matches('"')).collect();
    assert_eq!(
        words
            .join(" ")
            .replace("$hookprint_policy$", "/etc/hookprint/hookprint.toml")
            .replace("$hookprint_state$", "/var/lib/hookprint/state.json"),
        line
    );
    // The state knows which certificate it was.
    fs::copy(folder.path().join("certs/ca.pem"), folder.path().join("certs/client.pem")).unwrap();
    let changed = said(2);
    assert!(changed.contains("the certificate changed"), "{changed}");
    // A spelling mistake wakes nobody.
    fs::write(folder.path().join("hookprint.toml"), POLICY.replace("path", "paht")).unwrap();
    let unknown = said(3);
    assert!(unknown.starts_with("UNKNOWN - ") && unknown.contains(":5:1"), "{unknown}");
}

fn systemd_takes_the_units() {
    needs::program("systemd-analyze");
    let folder = scene();
    let service = recipe("hookprint-check.service");
    let installed = service.replace("/usr/bin/hookprint", env!("CARGO_BIN_EXE_hookprint"));
    let units = [
        write(folder.path(), "hookprint-check.service", &installed),
        write(folder.path(), "hookprint-check.timer", recipe("hookprint-check.timer")),
    ];
    let said = succeeds(Command::new("systemd-analyze").args(["verify", "--man=no"]).args(&units));
    assert!(!said.contains("hookprint-check"), "{said}");
    let mut exposure = Command::new("systemd-analyze");
    exposure.args(["security", "--offline=true", "--threshold=40", "--no-pager"]).arg(&units[0]);
    succeeds(&mut exposure);
    let line = service.lines().find_map(|line| line.strip_prefix("ExecStart=")).unwrap();
    assert!(service.contains("\nStateDirectory=hookprint\n"));
    says_once(folder.path(), line);
}

fn kubernetes_takes_the_cron_job() {
    let python = python::with("kubernetes_validate");
    let folder = scene();
    let file = write(folder.path(), "cronjob.yaml", recipe("cronjob.yaml"));
    let validate = "import sys, yaml, kubernetes_validate\n\
        kubernetes_validate.validate(yaml.safe_load(open(sys.argv[1])), '1.37', strict=True)";
    succeeds(Command::new(&python).args(["-c", validate]).arg(&file));
    let claim = write(folder.path(), "state.yaml", recipe("state.yaml"));
    succeeds(Command::new(python).args(["-c", validate]).arg(&claim));
    let job = &yaml(&file)["spec"]["jobTemplate"]["spec"]["template"]["spec"];
    let container = &job["containers"][0];
    let words = container["args"].as_array().unwrap().iter().map(|word| word.as_str().unwrap());
    let line = format!("hookprint {}", words.collect::<Vec<_>>().join(" "));
    let said = || {
        let output = run(folder.path(), &line);
        assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    assert_eq!(said()["items"][1]["findings"][0]["code"], "certificate-expired");
    assert_eq!(said()["items"].as_array().unwrap().len(), 0, "it was said");
    let state = job["volumes"][1]["persistentVolumeClaim"]["claimName"].as_str().unwrap();
    assert_eq!(yaml(&claim)["metadata"]["name"], state);
}
