//! How a store is protected: which programs open it, and whether that protects anything.

use std::sync::LazyLock;

use serde::Deserialize;
use time::OffsetDateTime;

use super::dated::{Day, Grade, provenance};
use super::table;
use crate::finding::{Code, Finding};
use crate::store::{Bundle, Content, Entry, Protection};

/// Fewer iterations of key derivation than this cost an attacker nothing. (OpenSSL makes 2,048,
/// Java 10,000.)
const FEW_ITERATIONS: u64 = 1_000;

/// The more general name includes the other one: what opens with it opens with the other.
const INCLUDES: [[&str; 2]; 5] = [
    ["OpenSSL 3", "OpenSSL 3.4"],
    ["Java 8", "Java 8u301"],
    ["Java 11", "Java 11.0.12"],
    ["Windows", "Windows Server 2019"],
    ["Node.js", "Node.js 24"],
];

/// What a data file holds: rows about one kind of file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    scheme: Vec<Scheme>,
}

/// What is known about a cipher, a MAC or the lack of one.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Scheme {
    /// How its name begins.
    begins: String,
    /// What else stands in its name.
    #[serde(default)]
    contains: String,
    opens: Vec<String>,
    weak: Option<String>,
    source: String,
    read_on: Day,
    holds_until: Option<Day>,
    grade: Grade,
}

provenance!(Scheme);

/// Reads a table when it is asked for: most runs need one of them, or none.
macro_rules! tables {
    ($($table:ident $file:literal)*) => {
        $(static $table: LazyLock<Table> =
            LazyLock::new(|| table::read(include_str!($file)).unwrap_or_default());)*

        /// All of them, as they are written.
        #[cfg(test)]
        const FILES: &[&str] = &[$(include_str!($file)),*];
    };
}

tables! {
    PKCS12 "../data/opens/pkcs12.toml"
    JAVA "../data/opens/java.toml"
    BOUNCY "../data/opens/bouncy.toml"
    KEY "../data/opens/key.toml"
}

/// What to do about an old row.
const REMEDY: &str = "a newer release may differ";

impl Table {
    /// The table about stores of this format.
    fn of(format: &str) -> &'static Self {
        match format {
            "pkcs12" => &PKCS12,
            "jks" | "jceks" => &JAVA,
            "bks" | "uber" | "bcfks" => &BOUNCY,
            _ => &KEY,
        }
    }

    /// The row whose beginning and content are longest.
    fn scheme(&self, name: &str) -> Option<&Scheme> {
        let fits = |row: &&Scheme| name.starts_with(&row.begins) && name.contains(&row.contains);
        self.scheme.iter().filter(fits).max_by_key(|row| row.begins.len() + row.contains.len())
    }
}

impl Scheme {
    /// Programs that open what it is about, each special name behind the general one.
    fn opens(&self) -> Vec<String> {
        let with_special = |name: &String| {
            let special = INCLUDES.iter().filter(|[general, _]| general == name);
            let special = special.map(|[_, special]| (*special).to_owned());
            [name.clone()].into_iter().chain(special).collect::<Vec<_>>()
        };
        self.opens.iter().flat_map(with_special).collect()
    }
}

/// The row of each scheme of a store; `None` for one that nothing is known of.
fn rows(bundle: &Bundle, protection: &Protection) -> Vec<Option<&'static Scheme>> {
    let table = Table::of(bundle.format);
    names(bundle, protection).iter().map(|name| table.scheme(name)).collect()
}

/// Everything about a store that a program must know to open it.
fn names(bundle: &Bundle, protection: &Protection) -> Vec<String> {
    let mut names = protection.encryption.clone();
    names.extend(protection.mac.clone());
    if bundle.format == "pkcs12" {
        if protection.mac.is_none() {
            names.push("no MAC".to_owned());
        }
        let is_clear = |one: &Entry| matches!(&one.content, Content::Key(it) if !it.is_encrypted());
        if bundle.entries.iter().any(is_clear) {
            names.push("clear key".to_owned());
        }
        // Those that open what is in clear take a secret key, too; of Windows and Java 8 nothing is known.
        if bundle.entries.iter().any(|one| matches!(one.content, Content::Secret)) {
            names.push("none".to_owned());
        }
    }
    names
}

/// Programs that are known to open this store, all of it.
pub fn opens_with(bundle: &Bundle, protection: &Protection) -> Vec<String> {
    let rows = rows(bundle, protection).into_iter();
    let each = rows.map(|row| row.map(Scheme::opens).unwrap_or_default());
    let common =
        each.reduce(|common, opens| common.into_iter().filter(|one| opens.contains(one)).collect());
    let mut common = common.unwrap_or_default();
    for [general, special] in INCLUDES {
        if common.iter().any(|one| one == general) {
            common.retain(|one| one != special);
        }
    }
    common
}

/// `protection-fact-old`, where what is known of who opens the store is old. The oldest row speaks.
fn age(
    bundle: &Bundle,
    protection: &Protection,
    subject: &str,
    now: OffsetDateTime,
) -> Option<Finding> {
    let rows = rows(bundle, protection).into_iter().flatten();
    let oldest = rows.min_by_key(|row| row.read_on)?;
    let what = "which programs open such a store";
    oldest.provenance().age(Code::ProtectionFactOld, subject, what, now, REMEDY)
}

/// `protection-weak`, `integrity-unverified` and `protection-fact-old`.
pub fn protection(bundle: &Bundle, subject: &str, now: OffsetDateTime) -> Vec<Finding> {
    let Some(protection) = &bundle.protection else { return Vec::new() };
    let mut findings: Vec<Finding> = age(bundle, protection, subject, now).into_iter().collect();
    let weak =
        protection.encryption.iter().chain(&protection.mac).find_map(|name| {
            Table::of(bundle.format).scheme(name).and_then(|row| row.weak.clone())
        });
    let holds_keys = bundle.entries.iter().any(|one| matches!(one.content, Content::Key(_)));
    let few = protection.iterations.filter(|count| holds_keys && *count < FEW_ITERATIONS);
    let few = few.map(|count| match count {
        1 => "its key derivation has a single iteration".to_owned(),
        _ => format!("its key derivation has only {count} iterations"),
    });
    if let Some(message) = weak.or(few) {
        findings
            .push(Finding::new(Code::ProtectionWeak, subject, message).help(
                "export it again with today's defaults: AES-256, SHA-256, 10,000 iterations",
            ));
    }
    if protection.mac.is_some() && !bundle.integrity_verified && bundle.failure.is_none() {
        // A MAC of a kind that is not read here is not a matter of passwords.
        let is_read = bundle.notes.iter().all(|note| !note.starts_with("the MAC was not checked"));
        findings.push(if is_read {
            let message = "read without the password, so its integrity was not checked";
            Finding::new(Code::IntegrityUnverified, subject, message)
                .help("give the password with --password")
        } else {
            let message = "its kind of MAC is not supported, so it was not checked";
            Finding::new(Code::IntegrityUnverified, subject, message)
        });
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Passwords, open};

    fn opens(encryption: &[&str], mac: &str) -> String {
        let protection = Protection {
            encryption: encryption.iter().map(|&name| name.to_owned()).collect(),
            mac: (!mac.is_empty()).then(|| mac.to_owned()),
            ..Protection::default()
        };
        let pem = crate::cert::tests::sample().pem();
        let mut bundle = open(pem.as_bytes(), &Passwords::none()).unwrap();
        bundle.format = "pkcs12";
        opens_with(&bundle, &protection).join(", ")
    }

    #[test]
    fn every_row_has_a_source_and_no_row_hides_another() {
        for file in FILES {
            let table: Table = table::read(file).unwrap();
            assert!(table.scheme.len() > 2);
            for row in &table.scheme {
                let is_address = |one: &str| one.starts_with("https://");
                assert!(!row.opens.is_empty() && row.source.split(' ').all(is_address), "{row:?}");
                let name = format!("{}{}", row.begins, row.contains);
                let found = table.scheme(&name).unwrap();
                assert_eq!((&found.begins, &found.contains), (&row.begins, &row.contains));
            }
        }
    }

    #[test]
    fn a_store_is_opened_by_those_that_know_all_of_it() {
        let aes = "AES-256-CBC (PBES2, PBKDF2, HMAC-SHA-256)";
        let modern = opens(&[aes], "HMAC-SHA-256 (PKCS#12)");
        assert!(modern.contains("Java 8u301") && !modern.contains("macOS"), "{modern}");
        let legacy = ["RC2-40-CBC (PBES1, PKCS#12, SHA-1)", "3DES-CBC (PBES1, PKCS#12, SHA-1)"];
        let legacy = opens(&legacy, "HMAC-SHA-1 (PKCS#12)");
        assert!(legacy.starts_with("OpenSSL 3 -legacy, Java 8, Java 11,"), "{legacy}");
        assert_eq!(opens(&[aes], "HMAC-SHA-256 (PBMAC1)"), "OpenSSL 3.4, Node.js 24");
        assert_eq!(opens(&["SM4-CBC (PBES2)"], "HMAC-SHA-1 (PKCS#12)"), "");
        let no_mac = "OpenSSL 3, OpenSSL 3 -legacy, Java 11.0.12, Java 17, Node.js 24";
        assert_eq!(opens(&[aes], ""), no_mac);
    }

    #[test]
    fn a_row_without_source_or_day_does_not_load_and_an_old_one_says_so() {
        let whole = FILES[0];
        for column in ["source", "read_on", "grade"] {
            let row = whole.lines().find(|line| line.starts_with(&format!("{column} = "))).unwrap();
            let without = whole.replacen(row, "", 1);
            assert!(table::read::<Table>(whole).is_ok() && table::read::<Table>(&without).is_err());
        }
        let sealed = include_bytes!("../../tests/data/stores/modern.p12");
        let password = crate::secret::Secret::new(b"changeit".to_vec());
        let bundle = open(sealed, &Passwords::new(vec![password])).unwrap();
        let old = |now| {
            let findings = protection(&bundle, "x", now).into_iter();
            findings.filter(|one| one.code == Code::ProtectionFactOld).collect::<Vec<_>>()
        };
        assert_eq!(old(time::macros::datetime!(2027-03-25 12:00 UTC)), []);
        let [finding] = &old(time::macros::datetime!(2027-03-26 12:00 UTC))[..] else { panic!() };
        assert!(finding.message.ends_with("121 days ago: it may have changed"), "{finding:?}");
    }

    /// Codes and messages about a store that holds a key, as changed.
    fn said(change: impl Fn(&mut Bundle)) -> Vec<(&'static str, String)> {
        let mut bundle = crate::policy::stored("modern.p12", "changeit");
        change(&mut bundle);
        let now = time::macros::datetime!(2026-11-26 0:00 UTC);
        let findings = protection(&bundle, "x", now).into_iter();
        findings.map(|one| (one.code.id(), one.message)).collect()
    }

    #[test]
    fn few_iterations_are_weak_where_a_key_is_protected() {
        let with = |iterations, has_key: bool| {
            said(|bundle| {
                bundle.protection.as_mut().unwrap().iterations = Some(iterations);
                bundle.entries.retain(|one| has_key || !matches!(one.content, Content::Key(_)));
            })
        };
        let weak = |message: &str| vec![("protection-weak", message.to_owned())];
        assert_eq!(with(1, true), weak("its key derivation has a single iteration"));
        assert_eq!(with(2, true), weak("its key derivation has only 2 iterations"));
        assert_eq!(with(999, true), weak("its key derivation has only 999 iterations"));
        assert_eq!(with(1_000, true), []);
        assert_eq!(with(1, false), []);
    }

    #[test]
    fn integrity_that_was_not_checked_is_said_with_its_reason() {
        let unverified = |more: fn(&mut Bundle)| {
            said(|bundle| {
                bundle.integrity_verified = false;
                more(bundle);
            })
        };
        let is_said = |found: &[(&str, String)], words: &str| matches!(found, [("integrity-unverified", message)] if message.contains(words));
        assert!(is_said(&unverified(|_| ()), "read without the password"));
        let odd =
            unverified(|bundle| bundle.notes.push("the MAC was not checked: HMAC-X".to_owned()));
        assert!(is_said(&odd, "kind of MAC is not supported"), "{odd:?}");
        assert_eq!(unverified(|bundle| bundle.protection.as_mut().unwrap().mac = None), []);
        let failed = crate::error::Error::usage("no");
        assert_eq!(
            said(|bundle| {
                bundle.integrity_verified = false;
                bundle.failure = Some(failed.clone());
            }),
            []
        );
        assert_eq!(said(|_| ()), []);
    }

    #[test]
    fn stores_of_java_have_rows_of_their_own() {
        for (name, program) in [
            ("client.jks", "Java 17"),
            ("client.jceks", "Java 17"),
            ("client.bks", "Bouncy Castle"),
            ("client.ubr", "Bouncy Castle"),
        ] {
            let bundle = crate::policy::stored(name, "changeit");
            let programs = opens_with(&bundle, bundle.protection.as_ref().unwrap());
            assert!(programs.iter().any(|one| one == program), "{name}: {programs:?}");
        }
    }
}
