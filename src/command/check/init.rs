//! `check --init`: a policy to start from, with what is found here: keystores and certificates, what nginx
//! is told to trust, and the hosts that are named. No network is used for it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Component, Path, PathBuf};

use toml::Value;

use super::kinds::Kind;
use crate::command::Context;
use crate::command::within::{Around, Within};
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::input::folder::{self, Filter};
use crate::input::write_new;
use crate::net::Target;
use crate::outcome::Outcome;
use crate::report::{Item, Reporter};
use crate::store;
use crate::store::named::is_store;
use crate::tls::Purpose;

/// Where the policy is written.
const FILE: &str = "hookprint.toml";
/// Most files that are looked into.
const MOST: usize = 1_000;
/// The longest configuration that is read, in bytes.
const LONGEST: u64 = 1 << 20;
/// What of nginx names a file.
const DIRECTIVES: [&str; 4] = ["ssl_client_certificate", "ssl_trusted_certificate", OWN, KEY];
/// Its own certificate.
const OWN: &str = "ssl_certificate";
/// The key of that; it stands behind it.
const KEY: &str = "ssl_certificate_key";

const HEAD: &str = r#"#:schema https://raw.githubusercontent.com/hookprint/hookprint/main/schema/check.schema.json
# What `hookprint check` looks at. Each table is a command line: its keys are the options of the command, with
# _ for -, and `hookprint check --list` shows it. Paths are relative to this file.
#   for = "client"            what a bundle is for: also checks its key, purpose and chain
#   provider = "NAME"         whose upload form must take it, as in webex-connect
#   same_as = "served:NAME"   where the same certificate must be in use
version = 1

# For all tables that know these keys.
[defaults]
# owner = "team@example"
# warn = "30d"
# crit = "7d"
timeout = "10s"

# Accepted thumbprints, old and new: `hookprint thumbprint HOST` shows that of today.
# [pins.partner]
# old = { value = "...", until = 2026-12-31 }
# new = { value = "...", from = 2026-12-01 }
"#;

/// Writes the policy.
///
/// # Errors
/// `usage` for a host that is none, and `exists`: nothing is overwritten.
pub fn write(hosts: &[PathBuf], context: &Context, reporter: &mut Reporter) -> Result<()> {
    let mut text = HEAD.to_owned();
    let mut count = 0;
    for host in hosts {
        let host = host.to_string_lossy();
        let target: Target = host.parse()?;
        let _ = write!(
            text,
            "\n[[endpoint]]\nname = {}\ntarget = {}\nall_ips = true\n# pins = \"partner\"\n# want = \"both-known\"\n",
            quoted(&target.host),
            quoted(&host),
        );
        count += 1;
    }
    let mut tables = BTreeMap::new();
    let listing = folder::list(Path::new("."), &Filter::default())?;
    let files: Vec<PathBuf> = listing.files.iter().map(|path| below(path)).collect();
    for path in files.iter().filter(|path| is_store(path)).take(MOST) {
        tables.extend(bundle(path, context).map(|table| (path.clone(), table)));
    }
    let is_configuration = |path: &&PathBuf| path.extension().is_some_and(|it| it == "conf");
    for file in files.iter().filter(is_configuration).take(MOST) {
        let Ok(bytes) = context.input.read_at_most(file, LONGEST) else { continue };
        for (path, table) in of_nginx(file, &String::from_utf8_lossy(&bytes)) {
            tables.insert(path, table);
        }
    }
    count += tables.len();
    tables.values().for_each(|table| text.push_str(table));
    write_new(Path::new(FILE), text.as_bytes(), false)?;
    context.note(&format!("{count} checks are written: hookprint check --list shows them"));
    reporter.item(Item::new(FILE))
}

/// The table of a file that `inspect` finds certificates in, or that it needs a password for.
fn bundle(path: &Path, context: &Context) -> Option<String> {
    let mut inspect = Within::named("inspect")?;
    let words = ["--".into(), path.as_os_str().to_owned()];
    let answer = inspect.read(&words).ok()?.run(&Around::of(context));
    let [item] = &answer.items[..] else { return None };
    let password = format!("password = {}", quoted(&format!("env:{}", variable(path))));
    match (&item.failure, &item.outcome) {
        (Some(Error { code: Failure::PasswordRequired | Failure::PasswordWrong, .. }), _) => {
            Some(table("bundle", path, &[&password, "# for = \"client\""]))
        }
        (None, Outcome::Inspection(inspection)) => {
            inspection.certificates().next()?;
            let mut lines = Vec::new();
            if inspection.entries.iter().any(|entry| entry.kind == store::Kind::Sealed) {
                lines.push(password.as_str());
            }
            let own = inspection.entries.iter().find(|entry| entry.key.is_some());
            let first = own.and_then(|entry| entry.chain.first()).map(|first| &first.certificate);
            if let Some(first) = first.filter(|first| !first.is_ca()) {
                lines.push(match Purpose::likely(first) {
                    Purpose::Client => "for = \"client\"",
                    Purpose::Server => "for = \"server\"",
                });
            }
            Some(table("bundle", path, &lines))
        }
        _ => None,
    }
}

/// A table.
fn table(kind: &str, path: &Path, lines: &[&str]) -> String {
    let subject = Kind::named(kind).map_or("path", |kind| kind.subject);
    let path = quoted(&path.display().to_string());
    let mut text = format!("\n[[{kind}]]\nname = {path}\n{subject} = {path}\n");
    lines.iter().for_each(|line| text.extend([line, "\n"]));
    text
}

/// Text as TOML writes it.
fn quoted(text: &str) -> String {
    Value::String(text.to_owned()).to_string()
}

/// A path without the dot that it begins with.
fn below(path: &Path) -> PathBuf {
    path.strip_prefix(".").unwrap_or(path).to_owned()
}

/// The variable that the password of a file could be in: `WEBEX_P12`.
fn variable(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_uppercase();
    name.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' }).collect()
}

/// The tables of what a configuration of nginx names, as far as it is there.
fn of_nginx(file: &Path, text: &str) -> Vec<(PathBuf, String)> {
    let mut directives = directives(text).into_iter().peekable();
    let mut tables = Vec::new();
    while let Some((directive, path)) = directives.next() {
        let Some(path) = resolved(file, &path) else { continue };
        let table = match directive {
            KEY => continue,
            OWN => {
                let key = directives.next_if(|(next, _)| *next == KEY);
                let key = key.and_then(|(_, key)| resolved(file, &key));
                let key = key.map(|key| format!("key = {}", quoted(&key.display().to_string())));
                let lines: Vec<&str> =
                    key.as_deref().into_iter().chain(["for = \"server\""]).collect();
                table("bundle", &path, &lines)
            }
            // Whose certificates it must accept only its owner knows.
            _ => table("trust", &path, &["# providers = [\"pagerduty\"]"]),
        };
        tables.push((path, table));
    }
    tables
}

/// The files that a configuration of nginx names, each with its directive.
fn directives(text: &str) -> Vec<(&'static str, String)> {
    let plain = text.lines().map(|line| line.split('#').next().unwrap_or_default());
    let plain: String = plain.collect::<Vec<_>>().join("\n");
    let statements =
        plain.split([';', '{', '}']).map(|it| it.split_whitespace().collect::<Vec<_>>());
    let named = statements.filter_map(|words| {
        let [name, path] = words[..] else { return None };
        let directive = DIRECTIVES.iter().find(|directive| **directive == name)?;
        Some((*directive, path.trim_matches(['"', '\'']).to_owned()))
    });
    named.collect()
}

/// Where a configuration means a file to be: beside it, or below the folder above, as nginx is installed.
fn resolved(configuration: &Path, path: &str) -> Option<PathBuf> {
    let folder = configuration.parent().unwrap_or(Path::new(""));
    let above = folder.parent().unwrap_or(Path::new(""));
    let path =
        [folder, above].iter().map(|folder| folder.join(path)).find(|path| path.is_file())?;
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir if plain.file_name().is_some() => drop(plain.pop()),
            part => plain.push(part),
        }
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_are_read_without_comments_and_quotes() {
        let text = "server { ssl_certificate \"a b.pem\"; # ssl_client_certificate x.pem;\n\
                    ssl_certificate cert.pem; ssl_client_certificate 'ca.pem';\n\
                    location / { ssl_trusted_certificate\n other.pem; } }";
        let expected = [
            (OWN, "cert.pem"),
            ("ssl_client_certificate", "ca.pem"),
            ("ssl_trusted_certificate", "other.pem"),
        ];
        let found = directives(text);
        let found: Vec<_> = found.iter().map(|(name, path)| (*name, path.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn names_are_quoted_and_variables_are_words() {
        assert_eq!(quoted("a\"b\\c"), Value::String("a\"b\\c".to_owned()).to_string());
        assert_eq!(variable(Path::new("certs/webex-2026.p12")), "WEBEX_2026_P12");
        assert_eq!(below(Path::new("./a/b.pem")), Path::new("a/b.pem"));
    }
}
