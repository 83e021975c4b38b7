//! Beyond one machine: the recipes of docs/scale.md and contrib/, each run with its tool. A worker is
//! killed on the way, and what comes out is what one undisturbed run writes.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use crate::harness::Tool;
use crate::{needs, python};

tests!(
    gnu_parallel_goes_on_where_a_worker_was_killed,
    the_manifest_of_kubernetes_is_one_and_its_pods_are_the_whole,
    duckdb_answers_the_questions_of_contrib,
    ray_runs_what_was_killed_again,
    spark_runs_a_shard_that_was_killed_again,
    spark_runs_what_was_killed_again,
);

const AT: &str = "2026-11-26T00:00:00Z";

fn project(below: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(below)
}

/// A folder with a capture of deliveries, a list of targets, and a `hookprint` that is killed with -9 in
/// the middle of the first run over shard 3 (or the first that reads standard input).
fn scene() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let signed = ["sign", "-", "--scheme", "github", "--secret", "env:S", "--only", "value"];
    let signature =
        Tool::new(signed).env("S", "0123456789abcdef").stdin("{}\n").run().code(0).stdout;
    let line = |n: usize| {
        // Every fifth was signed over a body with a newline.
        let body = if n % 5 == 2 { "{}" } else { "{}\\n" };
        format!(
            "{{\"startedDateTime\":\"{AT}\",\"request\":{{\"method\":\"POST\",\"url\":\"https://a/{n}\",\
             \"headers\":[{{\"name\":\"X-Hub-Signature-256\",\"value\":\"{}\"}}],\
             \"postData\":{{\"text\":\"{body}\"}}}}}}\n",
            signature.trim()
        )
    };
    fs::write(path("deliveries.har.ndjson"), (0..1_000).map(line).collect::<String>()).unwrap();
    fs::write(path("key"), "0123456789abcdef").unwrap();
    fs::set_permissions(path("key"), fs::Permissions::from_mode(0o600)).unwrap();
    let pem = project("tests/data/stores/key-ed25519.pem");
    let targets = (0..80).map(|n| {
        let pem_of_its_own = path(&format!("{n}.pem"));
        fs::copy(&pem, &pem_of_its_own).unwrap();
        format!("file:{}\n", pem_of_its_own.display())
    });
    fs::write(path("hosts.txt"), targets.collect::<String>()).unwrap();
    fs::create_dir(path("bin")).unwrap();
    fs::create_dir(path("out")).unwrap();
    let killed = format!(
        "#!/bin/sh\ncase \"$*\" in *' 3/'*|*'0-based:2/'*|*'--targets - '*)\n\
         if mkdir {0}/killed 2>/dev/null; then\n\
         {1} \"$@\" --at {AT} <&0 & sleep 0.02; kill -9 $! $$; fi;; esac\nexec {1} \"$@\" --at {AT}\n",
        folder.path().display(),
        env!("CARGO_BIN_EXE_hookprint"),
    );
    fs::write(path("bin/hookprint"), killed).unwrap();
    fs::set_permissions(path("bin/hookprint"), fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

/// A program whose `hookprint` is the one of the scene.
fn within(folder: &Path, program: impl AsRef<std::ffi::OsStr>) -> Command {
    let path = std::env::var("PATH").unwrap();
    let mut command = Command::new(program);
    command.current_dir(folder).env("PATH", format!("{}/bin:{path}", folder.display()));
    command
}

#[track_caller]
fn succeeds(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    let (said, told) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?}: {}\n{said}\n{told}", output.status);
    output
}

/// What an undisturbed run writes.
fn whole(folder: &Path, line: &str) -> String {
    let line = format!("{line} --format ndjson --end-mark --at {AT}");
    Tool::new(line.split(' ')).dir(folder).run().stdout
}

fn merged(folder: &Path) -> String {
    let files = fs::read_dir(folder.join("out")).unwrap().map(|entry| entry.unwrap().path());
    let files: Vec<_> =
        files.filter(|path| path.extension().is_some_and(|it| it == "ndjson")).collect();
    Tool::new(["merge", "--format", "ndjson"]).args(files).run().stdout
}

/// The first block of shell in docs/scale.md that has this word.
fn recipe(word: &str) -> String {
    let page = fs::read_to_string(project("docs/scale.md")).unwrap();
    let blocks = page.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    blocks.filter(|block| block.contains(word)).map(str::to_owned).next().unwrap()
}

fn gnu_parallel_goes_on_where_a_worker_was_killed() {
    needs::program("parallel");
    let folder = scene();
    let folder = folder.path();
    let recipe = recipe("parallel");
    let lines: Vec<_> = recipe.lines().collect();
    let run = |line: &str| within(folder, "sh").args(["-c", line]).output().unwrap();
    assert_ne!(run(lines[0]).status.code(), Some(0), "one was killed");
    assert!(!folder.join("out/3.ndjson").exists());
    // The same line once more runs that one alone.
    let log = |lines: usize| {
        assert_eq!(fs::read_to_string(folder.join("log")).unwrap().lines().count(), lines)
    };
    log(65);
    assert_eq!(run(lines[0]).status.code(), Some(0));
    log(66);
    assert_eq!(merged(folder), whole(folder, "thumbprint --targets hosts.txt"));
    run(lines[1]);
    let pins = fs::read_to_string(folder.join("pins.prom")).unwrap();
    assert_eq!(pins.matches("hookprint_certificate_not_after_seconds{").count(), 80);
}

fn the_manifest_of_kubernetes_is_one_and_its_pods_are_the_whole() {
    let python = python::with("kubernetes_validate");
    let manifest = project("contrib/kubernetes/verify.yaml");
    let validate = "import sys, json, yaml, kubernetes_validate\n\
        job = yaml.safe_load(open(sys.argv[1]))\n\
        kubernetes_validate.validate(job, '1.37', strict=True)\n\
        print(json.dumps(job))";
    let output = succeeds(Command::new(python).args(["-c", validate]).arg(manifest));
    let job: Value = serde_json::from_slice(&output.stdout).unwrap();
    let spec = &job["spec"];
    assert_eq!((&spec["completionMode"], &spec["completions"]), (&"Indexed".into(), &64.into()));
    let arguments = spec["template"]["spec"]["containers"][0]["args"].as_array().unwrap();
    let folder = scene();
    let folder = folder.path();
    let given = |argument: &Value, index: usize| {
        let argument =
            argument.as_str().unwrap().replace("$(JOB_COMPLETION_INDEX)", &index.to_string());
        let argument = argument.replace("stripe", "github").replace("/in/", "");
        argument.replace("/run/secret/", "").replace("/out/", "out/")
    };
    for index in 0..64 {
        let arguments: Vec<_> = arguments.iter().map(|argument| given(argument, index)).collect();
        Tool::new(arguments).args(["--at", AT]).dir(folder).run().code(0);
    }
    assert_eq!(
        merged(folder),
        whole(folder, "verify deliveries.har.ndjson --scheme github --secret file:key")
    );
}

fn duckdb_answers_the_questions_of_contrib() {
    let python = python::with("duckdb");
    let folder = scene();
    let folder = folder.path();
    let ask = |name: &str, rows: &str| {
        fs::write(folder.join("merged.ndjson"), rows).unwrap();
        let ask = "import sys, json, duckdb\n\
            base = duckdb.connect()\n\
            base.execute(open(sys.argv[1]).read())\n\
            print(json.dumps(base.execute(open(sys.argv[2]).read()).fetchall(), default=str))";
        let files = [project("schema/report.sql"), project("contrib/sql").join(name)];
        let output = succeeds(within(folder, &python).args(["-c", ask]).args(files));
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    let verify = &whole(folder, "verify deliveries.har.ndjson --scheme github --secret file:key");
    let first = "deliveries.har.ndjson line 3";
    assert_eq!(
        ask("causes.sql", verify),
        serde_json::json!([["body-final-newline-added", 200, first]])
    );
    assert_eq!(ask("schemes.sql", verify), serde_json::json!([["github", 1_000, 100.0, 800, 0]]));
    let look = &whole(folder, "thumbprint --targets hosts.txt");
    let place = format!("file:{}", folder.join("0.pem").display());
    assert_eq!(ask("expiring.sql", look), serde_json::json!([["2046-11-19", 1, 80, place]]));

    let seen = |n: u64, address: &str, pin: &str| {
        let chain = serde_json::json!([{ "sha256": pin, "spki_sha256": "k" }]);
        let facts = serde_json::json!({ "address": address, "chain": chain });
        serde_json::json!({ "n": n, "subject": "a:443", "status": "ok", "facts": facts,
            "findings": [], "failure": null })
        .to_string()
    };
    let rows = [
        seen(0, "192.0.2.1:443", "b"),
        seen(1, "192.0.2.1:443", "a"),
        seen(2, "192.0.2.2:443", "c"),
    ];
    assert_eq!(
        ask("pins.sql", &rows.join("\n")),
        serde_json::json!([
            ["192.0.2.1:443", ["a", "b"], ["sha256//k"], 2],
            ["192.0.2.2:443", ["c"], ["sha256//k"], 1]
        ])
    );
}

/// A recipe of contrib/ leaves in `out/merged.ndjson` what an undisturbed run writes.
fn a_killed_shard_is_run_again(python: &Path, recipe: &str, settings: &[(&str, &str)]) {
    let folder = scene();
    let folder = folder.path();
    let verify = "verify deliveries.har.ndjson --scheme github --secret file:key";
    let mut run = within(folder, python);
    run.arg(project(recipe)).args(["out", "8"]).args(verify.split(' '));
    run.envs(settings.iter().copied());
    let ended = run.output().unwrap();
    // As the merged rows are: mismatches were found.
    assert_eq!(ended.status.code(), Some(1), "{}", String::from_utf8_lossy(&ended.stderr));
    assert!(folder.join("killed").exists());
    let rows = fs::read_to_string(folder.join("out/merged.ndjson")).unwrap();
    assert_eq!(rows, whole(folder, verify));
}

fn ray_runs_what_was_killed_again() {
    let settings = [("RAY_USAGE_STATS_ENABLED", "0"), ("RAY_ADDRESS", "local")];
    a_killed_shard_is_run_again(&python::with_engine("ray"), "contrib/on_ray.py", &settings);
}

/// Tasks are tried again, as on a cluster.
const LOCAL: (&str, &str) = ("PYSPARK_SUBMIT_ARGS", "--master local[2,4] pyspark-shell");

fn spark_runs_a_shard_that_was_killed_again() {
    needs::program("java");
    let python = python::with_engine("pyspark");
    let settings = [LOCAL, ("PYSPARK_PYTHON", python.to_str().unwrap())];
    a_killed_shard_is_run_again(&python, "contrib/shards_on_spark.py", &settings);
}

fn spark_runs_what_was_killed_again() {
    needs::program("java");
    let python = python::with_engine("pyspark");
    let folder = scene();
    let folder = folder.path();
    let mut run = within(folder, &python);
    run.arg(project("contrib/on_spark.py")).args(["hosts.txt", "pins.parquet", "4"]);
    run.envs([LOCAL]).env("PYSPARK_PYTHON", &python);
    succeeds(&mut run);
    assert!(folder.join("killed").exists());
    let read = "import sys\n\
        from pyspark.sql import SparkSession\n\
        spark = SparkSession.builder.master('local[1]').getOrCreate()\n\
        for row in spark.read.parquet('pins.parquet').orderBy('subject').collect(): print(row.subject, row.status)";
    let output = succeeds(within(folder, &python).args(["-c", read]));
    let seen = String::from_utf8(output.stdout).unwrap();
    let items = whole(folder, "thumbprint --targets hosts.txt");
    let items = items.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let text = |item: &Value, key: &str| item[key].as_str().map(str::to_owned);
    let row = |item: Value| Some(format!("{} {}", text(&item, "subject")?, text(&item, "status")?));
    let mut expected: Vec<_> = items.filter_map(row).collect();
    expected.sort();
    assert_eq!(seen.lines().collect::<Vec<_>>(), expected);
}
