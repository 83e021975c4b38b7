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
            "{command} writes the certificates anew; export the private key again, it is never printed"
        )
    } else {
        command
    }
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_./:@+,=%".contains(&byte)
}
