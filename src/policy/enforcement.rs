//! What keeps a request out where its checks are enforced: one answer for every road.

use crate::finding::{Finding, Severity};

/// Findings that keep a request out although they are no more than warnings: the signature is right,
/// but not over enough, not as the sender's own library takes it, or anybody's.
const NOT_ENOUGH: &[&str] = &["coverage-thin", "signature-spelling", "token-subject-unchecked"];

/// Whether this finding alone keeps a request out. Findings about what goes well beyond the signature
/// (`body-uncovered`, `signature-old-secret`, `secret-weak`, `token-without-expiry`) do not: token
/// schemes could never be enforced.
pub fn keeps_out(finding: &Finding) -> bool {
    finding.severity == Severity::Critical || NOT_ENOUGH.contains(&finding.code.id())
}

/// Why a request is kept out, if it is: what each finding says that does so.
pub fn reason(findings: &[Finding]) -> Option<String> {
    let messages: Vec<&str> =
        findings.iter().filter(|one| keeps_out(one)).map(|one| one.message.as_str()).collect();
    (!messages.is_empty()).then(|| messages.join("; "))
}

/// Makes critical what keeps a request out, so that the report of a refused one says so.
pub fn raise(findings: &mut [Finding]) {
    findings
        .iter_mut()
        .filter(|one| keeps_out(one))
        .for_each(|one| one.severity = Severity::Critical);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Code;

    #[test]
    fn what_is_critical_keeps_out_and_a_warning_does_not() {
        let finding = |code, text: &str| Finding::new(code, "it", text);
        let weak = finding(Code::SecretWeak, "a");
        let old = finding(Code::SignatureOldSecret, "b");
        let uncovered = finding(Code::BodyUncovered, "c");
        assert_eq!(reason(&[weak.clone(), old, uncovered]), None);
        let stale = finding(Code::SignatureStale, "d");
        let malformed = finding(Code::SignatureMalformed, "e");
        assert_eq!(reason(&[weak, stale, malformed]).as_deref(), Some("d; e"));
    }

    #[test]
    fn what_keeps_out_is_raised_and_nothing_else() {
        let mut findings = [
            Finding::new(Code::CoverageThin, "it", "a").severity(Severity::Warning),
            Finding::new(Code::SecretWeak, "it", "b").severity(Severity::Warning),
        ];
        raise(&mut findings);
        assert_eq!(findings.map(|one| one.severity), [Severity::Critical, Severity::Warning]);
    }
}
