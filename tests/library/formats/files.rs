//! Reports into files: several at once, each there only when it is complete.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use hookprint::render::FORMATS;

fn hookprint(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hookprint"));
    command.current_dir(folder).args(args).output().unwrap()
}

#[test]
fn every_format_at_once_and_the_main_report_into_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let mut args = vec!["man".to_owned(), "--output".to_owned(), "main".to_owned()];
    for format in FORMATS {
        args.extend(["--report".to_owned(), format!("{0}=report.{0}", format.name)]);
    }
    let args: Vec<_> = args.iter().map(String::as_str).collect();
    let output = hookprint(folder.path(), &args);
    assert!(output.status.success() && output.stdout.is_empty(), "{output:?}");
    let mut found: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let mut expected: Vec<_> =
        FORMATS.iter().map(|format| format!("report.{}", format.name)).collect();
    expected.push("main".to_owned());
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
    let human = fs::read(folder.path().join("report.human")).unwrap();
    assert_eq!(fs::read(folder.path().join("main")).unwrap(), human);
    let junit = fs::read_to_string(folder.path().join("report.junit")).unwrap();
    assert!(junit.contains("name=\"hookprint\""), "{junit}");
}

#[test]
fn a_report_replaces_the_last_one_and_none_is_half_written() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("old"), "yesterday").unwrap();
    let output = hookprint(folder.path(), &["man", "nonsense", "--report", "json=old"]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    let failed = fs::read_to_string(folder.path().join("old")).unwrap();
    assert!(failed.starts_with('{') && failed.contains("there is no page"), "{failed}");
    assert!(hookprint(folder.path(), &["man", "--report", "json=old"]).status.success());
    assert!(fs::read_to_string(folder.path().join("old")).unwrap().starts_with('{'));
}

#[test]
fn a_folder_that_is_not_there_is_an_error_before_anything_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let output = hookprint(folder.path(), &["man", "--report", "csv=none/report.csv"]);
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    assert!(output.stdout.is_empty());
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.starts_with("error: cannot write none/report.csv: "), "{errors}");
}
