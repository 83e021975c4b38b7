//! Golden files: what people see, kept in `tests/golden/`. `UPDATE_GOLDEN=1` writes them anew.

use std::fs;
use std::path::PathBuf;

/// Fails unless `actual` is what the golden file holds.
#[track_caller]
pub fn assert_golden(name: &str, actual: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, actual).unwrap();
        return;
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        actual == expected,
        "{name} differs (UPDATE_GOLDEN=1 writes it anew)\n--- expected\n{expected}\n--- actual\n{actual}"
    );
}

/// The text with a mark in place of what a clock measured: `0.38 ms`, `in 0.1 s (912/s)`, a histogram,
/// and the numbers of these keys in JSON.
pub fn timeless(text: &str) -> String {
    const KEYS: [&str; 9] =
        ["elapsed_ms", "requests_per_second", "min", "mean", "p50", "p90", "p95", "p99", "max"];
    let is_number = |word: &str| word.parse::<f64>().is_ok();
    let mut lines = String::new();
    for line in text.split_inclusive('\n') {
        if line.starts_with("      ")
            && ["<= ", "longer "].iter().any(|it| line.trim().starts_with(it))
        {
            continue;
        }
        let mut words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        for place in 1..words.len() {
            let unit = words[place].trim_end();
            if is_number(&words[place - 1])
                && (unit == "ms" || words.get(place + 1).is_some_and(|it| it.ends_with("/s):")))
            {
                words[place - 1] = "#.##".to_owned();
            }
            if words[place].ends_with("/s):") {
                words[place] = "(#/s):".to_owned();
            }
        }
        let mut line = words.join(" ");
        for key in KEYS {
            line = marked(&line, &format!("\"{key}\":"), &[',', '}']);
        }
        lines.push_str(&marked(&line, "\"histogram\":", &[']']));
    }
    lines
}

/// The text with `#` for what stands between `key` and one of these ends; what is exactly 0 stays.
fn marked(text: &str, key: &str, ends: &[char]) -> String {
    let mut marked = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(key) {
        let end = after.find(ends).unwrap_or(after.len());
        let value = if &after[..end] == "0.0" { "0.0" } else { "#" };
        marked.push_str(&format!("{before}{key}{value}"));
        rest = &after[end..];
    }
    marked + rest
}
