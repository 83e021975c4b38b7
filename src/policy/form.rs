//! Files that are read here and that other programs refuse.

use crate::finding::{Code, Finding, Severity};
use crate::store::{Bundle, Content, Irregularity};

/// `pem-not-standard`, once for each way in which what is called `subject`, in the file called
/// `shown`, departs. It breaks an identity, so `is_identity` makes it critical, unless only Java minds.
pub fn form(bundle: &Bundle, subject: &str, shown: &str, is_identity: bool) -> Vec<Finding> {
    let has_key = bundle.entries.iter().any(|entry| matches!(entry.content, Content::Key(_)));
    let help = repair(shown, has_key);
    let finding = |irregularity: &Irregularity| {
        let message = format!("{}: {}", irregularity.what(), irregularity.refused_by());
        let severity = match is_identity && irregularity.breaks() {
            true => Severity::Critical,
            false => Severity::Warning,
        };
        Finding::new(Code::PemNotStandard, subject, message).severity(severity).help(help.clone())
    };
    bundle.irregularities.iter().map(finding).collect()
}

/// The command that repairs it.
fn repair(shown: &str, has_key: bool) -> String {
    // The quotes keep blanks together; a quote in a name must not end them.
    let name = format!("'{}'", shown.replace('\'', "'\\''"));
    let name = if shown.bytes().all(is_plain) { shown.to_owned() } else { name };
    let command = format!("hookprint inspect {name} --pem > new.pem");
    if has_key {
        format!(
            "{command} rewrites the certificates; export the private key again, as it is never printed"
        )
    } else {
        command
    }
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_./:@+,=%".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cert::tests::sample;
    use crate::store::{Passwords, open};

    fn found(text: &str, is_identity: bool) -> Finding {
        let bundle = open(text.as_bytes(), &Passwords::none()).unwrap();
        let mut findings = form(&bundle, "x.pem", "x.pem", is_identity);
        assert_eq!(findings.len(), 1, "{findings:?}");
        findings.remove(0)
    }

    #[test]
    fn what_breaks_an_identity_is_critical_and_what_only_java_minds_is_not() {
        let pem = sample().pem();
        let (escaped, marked) = (pem.replace('\n', "\\n"), format!("\u{feff}{pem}"));
        assert_eq!(found(&escaped, true).severity, Severity::Critical);
        assert_eq!(found(&escaped, false).severity, Severity::Warning);
        assert_eq!(found(&marked, true).severity, Severity::Warning);
        let finding = found(&escaped, true);
        assert!(finding.message.starts_with("line breaks are written out as \\n: "), "{finding:?}");
        assert_eq!(finding.help.as_deref(), Some("hookprint inspect x.pem --pem > new.pem"));
    }

    #[test]
    fn the_command_names_the_file_as_a_shell_reads_it() {
        for (shown, name) in [
            ("a/b-1_2.pem", "a/b-1_2.pem"),
            ("my file.pem", "'my file.pem'"),
            ("it's.pem", "'it'\\''s.pem'"),
            ("$(x).pem", "'$(x).pem'"),
            ("b\u{e5}t.pem", "'b\u{e5}t.pem'"),
        ] {
            assert_eq!(repair(shown, false), format!("hookprint inspect {name} --pem > new.pem"));
        }
        assert!(repair("a", true).ends_with("the private key again, as it is never printed"));
    }
}
