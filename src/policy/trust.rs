//! What is wrong with a chain as a chain: its trust, its order, what is in it for nothing.

use crate::cert::Chain;
use crate::finding::{Code, Finding, Severity};
use crate::policy::Pinned;
use crate::tls::Verdict;

/// What trust in a chain rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reliance {
    /// Anchors alone. Looking is not trusting: what is wrong is a warning.
    Anchors,
    /// A pin on the end entity, which passes over its chain but not over its name.
    EndEntity,
    /// A pin on an authority, below which every rule was kept.
    Authority,
    /// A pin, and anchors that were named as well: both must hold.
    Both,
}

impl Reliance {
    /// By what the pins say, and whether anchors were named.
    pub fn of(pinned: &Pinned, has_anchors: bool) -> Self {
        match (&pinned.matched, has_anchors) {
            (None, _) => Self::Anchors,
            (Some(_), true) => Self::Both,
            (Some(_), false) if pinned.is_end_entity() => Self::EndEntity,
            (Some(_), false) => Self::Authority,
        }
    }

    fn severity(self, code: Code) -> Severity {
        match self {
            Self::Anchors => Severity::Warning,
            Self::EndEntity if code == Code::NameMismatch => Severity::Warning,
            Self::EndEntity | Self::Authority => Severity::Info,
            Self::Both => Severity::Critical,
        }
    }
}

/// Findings about a chain that was looked at. What `policy` says about each certificate anyway (its
/// time, its signature) is not repeated here.
pub fn trust(verdict: &Verdict, chain: &Chain, subject: &str, reliance: Reliance) -> Vec<Finding> {
    let elsewhere = [Code::CertificateExpired, Code::CertificateNotYetValid, Code::SignatureWeak];
    let mut findings: Vec<Finding> = verdict
        .problems
        .iter()
        .filter(|problem| !elsewhere.contains(&problem.code))
        .map(|problem| {
            let finding = Finding::new(problem.code, subject, problem.text.as_str());
            let severity = reliance.severity(problem.code);
            Finding { help: problem.help.clone(), severity, ..finding }
        })
        .collect();
    let severity = match reliance {
        Reliance::EndEntity | Reliance::Authority => Severity::Info,
        Reliance::Anchors | Reliance::Both => Severity::Warning,
    };
    findings.extend(order(chain, subject).map(|finding| finding.severity(severity)));
    findings.extend(superfluous(chain, subject));
    findings
}

fn order(chain: &Chain, subject: &str) -> Option<Finding> {
    // Certificates that nothing needs are another matter than those at the wrong place.
    let path = chain.path();
    let needed: Vec<_> =
        chain.certificates().iter().filter(|certificate| path.contains(certificate)).collect();
    (needed != path).then(|| {
        let message = "the certificates are not each followed by their issuer";
        Finding::new(Code::ChainOutOfOrder, subject, message)
            .help("put the server's certificate first, then its issuer, then the issuer of that")
    })
}

/// `chain-superfluous`: the root, and what no path from the first certificate needs.
pub fn superfluous(chain: &Chain, subject: &str) -> Option<Finding> {
    let path = chain.path();
    let root = path.last().filter(|last| path.len() > 1 && last.is_self_issued());
    let others = chain.superfluous().into_iter();
    let names: Vec<&str> = others.chain(root.copied()).map(|one| one.short_name()).collect();
    (!names.is_empty()).then(|| {
        let message = format!("sent although nobody needs it: {}", names.join(", "));
        Finding::new(Code::ChainSuperfluous, subject, message)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cert::tests::sample;
    use crate::tls::path::Problem;

    #[test]
    fn a_pin_makes_trust_a_side_matter() {
        let problem =
            |code| Problem { code, text: "text".to_owned(), help: Some("help".to_owned()) };
        let problems = vec![problem(Code::IssuerUnknown), problem(Code::CertificateExpired)];
        let verdict = Verdict { problems };
        let chain = Chain::new(vec![sample()]);
        let findings = trust(&verdict, &chain, "a.example:443", Reliance::Anchors);
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].severity, Severity::Warning);
        assert_eq!(findings[0].help.as_deref(), Some("help"));
        let findings = trust(&verdict, &chain, "a.example:443", Reliance::EndEntity);
        assert_eq!(findings[0].severity, Severity::Info);
        let findings = trust(&verdict, &chain, "a.example:443", Reliance::Both);
        assert_eq!(findings[0].severity, Severity::Critical);
        let verdict = Verdict { problems: vec![problem(Code::NameMismatch)] };
        let findings = trust(&verdict, &chain, "a.example:443", Reliance::EndEntity);
        assert_eq!(findings[0].severity, Severity::Warning);
    }

    #[test]
    fn what_nothing_needs_is_named() {
        let chain = Chain::new(vec![sample(), sample()]);
        let findings = trust(&Verdict::default(), &chain, "a.example:443", Reliance::Anchors);
        assert!(findings.iter().all(|finding| finding.code != Code::ChainOutOfOrder));
        let stranger = Chain::new(vec![sample(), crate::cert::tests::sample()]);
        assert_eq!(stranger.superfluous().len(), 1);
        let findings = trust(&Verdict::default(), &stranger, "a.example:443", Reliance::Anchors);
        assert_eq!(findings[0].code, Code::ChainSuperfluous);
    }
}
