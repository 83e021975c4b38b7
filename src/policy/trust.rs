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
        let message = "the certificates are not in order, each followed by its issuer";
        Finding::new(Code::ChainOutOfOrder, subject, message)
            .help("put the server's certificate first, then its issuer, then that one's issuer")
    })
}

/// `chain-superfluous`: the root, and what no path from the first certificate needs.
pub fn superfluous(chain: &Chain, subject: &str) -> Option<Finding> {
    let path = chain.path();
    let root = path.last().filter(|last| path.len() > 1 && last.is_self_issued());
    let others = chain.superfluous().into_iter();
    let names: Vec<&str> = others.chain(root.copied()).map(|one| one.short_name()).collect();
    (!names.is_empty()).then(|| {
        let message = format!("sent but not needed: {}", names.join(", "));
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

    #[test]
    fn trust_rests_on_anchors_on_a_pin_or_on_both() {
        let pin = crate::cert::Pin::on(&sample(), None);
        let on = |position| {
            let found =
                crate::cert::pin::Match { kind: crate::cert::thumbprint::Kind::Sha1, position };
            Pinned { matched: Some(found.with(&pin)), findings: Vec::new() }
        };
        assert_eq!(Reliance::of(&Pinned::default(), true), Reliance::Anchors);
        assert_eq!(Reliance::of(&Pinned::default(), false), Reliance::Anchors);
        assert_eq!(Reliance::of(&on(0), false), Reliance::EndEntity);
        assert_eq!(Reliance::of(&on(1), false), Reliance::Authority);
        assert_eq!(Reliance::of(&on(0), true), Reliance::Both);
        assert_eq!(Reliance::of(&on(1), true), Reliance::Both);
    }

    /// A certificate, its issuer, and the root above that.
    fn path() -> [crate::cert::Certificate; 3] {
        use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
        let params = |name: &str, is_ca: IsCa| {
            let mut params = CertificateParams::default();
            params.distinguished_name = rcgen::DistinguishedName::new();
            params.distinguished_name.push(DnType::CommonName, name);
            params.use_authority_key_identifier_extension = true;
            params.is_ca = is_ca;
            params
        };
        let ca = || IsCa::Ca(BasicConstraints::Unconstrained);
        let [root_key, middle_key, key] = [(); 3].map(|()| KeyPair::generate().unwrap());
        let root = params("root", ca()).self_signed(&root_key).unwrap();
        let by_root = Issuer::new(params("root", ca()), root_key);
        let middle = params("middle", ca()).signed_by(&middle_key, &by_root).unwrap();
        let by_middle = Issuer::new(params("middle", ca()), middle_key);
        let leaf = params("leaf", IsCa::NoCa).signed_by(&key, &by_middle).unwrap();
        [leaf, middle, root].map(|one| crate::cert::Certificate::parse(one.der().to_vec()).unwrap())
    }

    #[test]
    fn each_certificate_is_followed_by_its_issuer() {
        let [leaf, middle, root] = path();
        let codes = |chain: &[&crate::cert::Certificate], reliance| {
            let chain = Chain::new(chain.iter().map(|&one| one.clone()).collect());
            let findings = trust(&Verdict::default(), &chain, "x", reliance);
            findings.into_iter().map(|one| (one.code, one.severity)).collect::<Vec<_>>()
        };
        let root_too = (Code::ChainSuperfluous, Severity::Info);
        assert_eq!(codes(&[&leaf, &middle], Reliance::Anchors), []);
        assert_eq!(codes(&[&leaf, &middle, &root], Reliance::Anchors), [root_too]);
        assert_eq!(codes(&[&root], Reliance::Anchors), []);
        for (reliance, severity) in [
            (Reliance::Anchors, Severity::Warning),
            (Reliance::Both, Severity::Warning),
            (Reliance::EndEntity, Severity::Info),
            (Reliance::Authority, Severity::Info),
        ] {
            let found = codes(&[&leaf, &root, &middle], reliance);
            assert_eq!(found, [(Code::ChainOutOfOrder, severity), root_too]);
        }
    }
}
