//! Name constraints (RFC 5280 section 4.2.1.10): which names an authority may certify.

use x509_parser::extensions::{GeneralName, NameConstraints, ParsedExtension};
use x509_parser::prelude::X509Name;

use super::Problem;
use super::node::{Node, Path};
use crate::finding::Code;
use crate::http::Url;

/// Names compared with constraints at most (as in Go); a hostile chain has thousands of both.
const MAX_COMPARISONS: u32 = 250_000;

/// The first violation of a constraint by a certificate below it. Certificates that an authority
/// issues to itself are exempt, except at the end.
pub fn constraints(path: &Path<'_, '_>) -> Option<Problem> {
    let mut comparisons = 0;
    path.issuers().find_map(|(place, issuer)| {
        let constraints = of(issuer)?;
        let below = path.nodes[..place].iter().enumerate();
        let mut bound = below.filter(|(place, node)| *place == 0 || !node.is_self_issued());
        bound.find_map(|(place, node)| {
            let text = violation(&names(node, place == 0), constraints, &mut comparisons)?;
            Some(
                Problem::new(Code::ChainInvalid, format!("{} {text}", issuer.name()))
                    .help("have it issued by an authority that may certify this name"),
            )
        })
    })
}

fn of<'n>(node: &'n Node<'_>) -> Option<&'n NameConstraints<'n>> {
    node.parsed.extensions().iter().find_map(|one| match one.parsed_extension() {
        ParsedExtension::NameConstraints(constraints) => Some(constraints),
        _ => None,
    })
}

fn violation(
    names: &[GeneralName<'_>],
    constraints: &NameConstraints<'_>,
    comparisons: &mut u32,
) -> Option<String> {
    let list = |trees: &Option<Vec<x509_parser::extensions::GeneralSubtree<'_>>>| {
        trees.as_ref().map_or(0, Vec::len)
    };
    let trees = list(&constraints.permitted_subtrees) + list(&constraints.excluded_subtrees);
    for name in names {
        *comparisons = comparisons.saturating_add(u32::try_from(trees).unwrap_or(u32::MAX));
        if *comparisons > MAX_COMPARISONS {
            return Some("has more name constraints than are supported".to_owned());
        }
        let excluded = constraints.excluded_subtrees.iter().flatten();
        for tree in excluded {
            match compare(name, &tree.base, true) {
                Some(Fit::Inside) => return Some(format!("may not certify {}", shown(name))),
                Some(Fit::Unreadable) => return Some(unreadable(&tree.base)),
                _ => {}
            }
        }
        let mut is_bound = false;
        let mut is_inside = false;
        for tree in constraints.permitted_subtrees.iter().flatten() {
            match compare(name, &tree.base, false) {
                Some(Fit::Inside) => (is_bound, is_inside) = (true, true),
                Some(Fit::Outside) => is_bound = true,
                Some(Fit::Unreadable) => return Some(unreadable(&tree.base)),
                None => {}
            }
        }
        if is_bound && !is_inside {
            return Some(format!("may certify only other names, not {}", shown(name)));
        }
    }
    None
}

fn unreadable(constraint: &GeneralName<'_>) -> String {
    format!("has a name constraint that cannot be read: {}", shown(constraint))
}

fn shown(name: &GeneralName<'_>) -> String {
    crate::cert::names::general_name(name)
}

/// Alternative names, the subject as a directory name, the mailboxes in it, and, for an end entity
/// without DNS names, the common names that look like one: some peers read those (OpenSSL).
fn names<'n>(node: &'n Node<'_>, is_end_entity: bool) -> Vec<GeneralName<'n>> {
    let mut names = Vec::new();
    let subject = node.parsed.subject();
    if node.subject().len() > 2 {
        names.push(GeneralName::DirectoryName(subject.clone()));
    }
    names.extend(
        subject.iter_email().filter_map(|one| one.as_str().ok()).map(GeneralName::RFC822Name),
    );
    if let Ok(Some(alt_names)) = node.parsed.subject_alternative_name() {
        names.extend(alt_names.value.general_names.iter().cloned());
    }
    if is_end_entity && !names.iter().any(|one| matches!(one, GeneralName::DNSName(_))) {
        let common = subject.iter_common_name().filter_map(|one| one.as_str().ok());
        names.extend(common.filter(|text| is_host(text)).map(GeneralName::DNSName));
    }
    names
}

fn is_host(text: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.chars().all(|char| char.is_ascii_alphanumeric() || "-_".contains(char))
    };
    text.contains('.') && text.split('.').all(is_label)
}

/// How a name relates to a constraint of its kind.
enum Fit {
    Inside,
    Outside,
    /// The constraint is not one of its kind.
    Unreadable,
}

impl From<bool> for Fit {
    fn from(is_inside: bool) -> Self {
        if is_inside { Self::Inside } else { Self::Outside }
    }
}

/// `None` for a constraint on another kind of name.
fn compare(name: &GeneralName<'_>, constraint: &GeneralName<'_>, excluding: bool) -> Option<Fit> {
    use GeneralName as Kind;
    Some(match (name, constraint) {
        (Kind::DNSName(name), Kind::DNSName(constraint)) => dns(name, constraint, excluding),
        (Kind::RFC822Name(name), Kind::RFC822Name(constraint)) => mailbox(name, constraint),
        (Kind::URI(uri), Kind::URI(constraint)) => match host(uri) {
            Some(host) => under(&host, constraint).into(),
            None => excluding.into(),
        },
        (Kind::IPAddress(name), Kind::IPAddress(constraint)) => address(name, constraint),
        (Kind::DirectoryName(name), Kind::DirectoryName(constraint)) => {
            is_prefix(constraint, name).into()
        }
        (a, b) if std::mem::discriminant(a) == std::mem::discriminant(b) => {
            // A kind that cannot be compared must not appear below a constraint on it.
            Fit::Unreadable
        }
        _ => return None,
    })
}

/// The name itself and everything below it.
fn dns(name: &str, constraint: &str, excluding: bool) -> Fit {
    if constraint.contains('*') {
        return Fit::Unreadable;
    }
    let (name, constraint) = (name.to_ascii_lowercase(), constraint.to_ascii_lowercase());
    if name == constraint || constraint.is_empty() {
        return Fit::Inside;
    }
    let tail =
        if constraint.starts_with('.') { constraint.clone() } else { format!(".{constraint}") };
    // A wildcard also stands for the excluded name one label below.
    let covers =
        |rest: &str| excluding && constraint.split_once('.').is_some_and(|it| it.1 == rest);
    (name.ends_with(&tail) || name.strip_prefix("*.").is_some_and(covers)).into()
}

/// `user@host` is that mailbox, `host` all on that host, `.domain` all on hosts below.
fn mailbox(name: &str, constraint: &str) -> Fit {
    if constraint.matches('@').count() > 1 {
        return Fit::Unreadable;
    }
    let Some((user, host)) = name.rsplit_once('@') else { return Fit::Outside };
    match constraint.split_once('@') {
        Some((wanted, at)) => (user == wanted && host.eq_ignore_ascii_case(at)).into(),
        None => under(host, constraint).into(),
    }
}

/// A host is itself; with a dot in front, everything below.
fn under(host: &str, constraint: &str) -> bool {
    let (host, constraint) = (host.to_ascii_lowercase(), constraint.to_ascii_lowercase());
    host == constraint || constraint.starts_with('.') && host.ends_with(&constraint)
}

fn host(uri: &str) -> Option<String> {
    let host = Url::of(uri).host();
    (!host.is_empty()).then(|| host.to_owned())
}

/// Address and mask, of one family.
fn address(name: &[u8], constraint: &[u8]) -> Fit {
    if !matches!(constraint.len(), 8 | 32) {
        return Fit::Unreadable;
    }
    let (network, mask) = constraint.split_at(constraint.len() / 2);
    if name.len() != network.len() {
        return Fit::Outside;
    }
    name.iter().zip(network).zip(mask).all(|((a, b), mask)| a & mask == b & mask).into()
}

/// Whether the first parts of a name are those of the other.
fn is_prefix(prefix: &X509Name<'_>, name: &X509Name<'_>) -> bool {
    let part = |rdn: &x509_parser::x509::RelativeDistinguishedName<'_>| -> Vec<(String, String)> {
        rdn.iter()
            .map(|one| {
                let text = one.as_str().map(str::to_owned);
                let value = text.unwrap_or_else(|_| crate::digest::hex(one.attr_value().data));
                (one.attr_type().to_id_string(), value.trim().to_lowercase())
            })
            .collect()
    };
    let prefix: Vec<_> = prefix.iter_rdn().map(part).collect();
    let name: Vec<_> = name.iter_rdn().map(part).collect();
    name.starts_with(&prefix)
}

#[cfg(test)]
mod tests {
    use x509_parser::extensions::GeneralSubtree;

    use super::super::tests::{Party, authority, named, party};
    use super::*;

    fn is_inside(fit: Fit) -> bool {
        matches!(fit, Fit::Inside)
    }

    #[test]
    fn dns_names() {
        assert!(is_inside(dns("a.Example.com", "example.com", false)));
        assert!(is_inside(dns("example.com", "example.com", false)));
        assert!(!is_inside(dns("badexample.com", "example.com", false)));
        assert!(!is_inside(dns("*.example.com", "a.example.com", false)));
        assert!(is_inside(dns("*.example.com", "a.example.com", true)));
        assert!(matches!(dns("a.example.com", "*.example.com", false), Fit::Unreadable));
    }

    #[test]
    fn mailboxes_and_hosts() {
        assert!(is_inside(mailbox("a@Example.com", "a@example.com")));
        assert!(!is_inside(mailbox("A@example.com", "a@example.com")));
        assert!(is_inside(mailbox("a@example.com", "example.com")));
        assert!(!is_inside(mailbox("a@b.example.com", "example.com")));
        assert!(is_inside(mailbox("a@b.example.com", ".example.com")));
        assert_eq!(host("spiffe://Host:1/x").as_deref(), Some("Host"));
        assert_eq!(host("urn:x"), None);
    }

    #[test]
    fn addresses() {
        assert!(is_inside(address(&[192, 0, 2, 7], &[192, 0, 2, 0, 255, 255, 255, 0])));
        assert!(!is_inside(address(&[192, 0, 3, 7], &[192, 0, 2, 0, 255, 255, 255, 0])));
        assert!(!is_inside(address(&[0; 16], &[192, 0, 2, 0, 255, 255, 255, 0])));
        assert!(matches!(address(&[0; 4], &[0; 5]), Fit::Unreadable));
    }

    fn trees(names: &[GeneralName<'static>]) -> Option<Vec<GeneralSubtree<'static>>> {
        Some(names.iter().cloned().map(|base| GeneralSubtree { base }).collect())
    }

    #[test]
    fn what_is_excluded_or_not_permitted_is_shown() {
        let said = |name: &'static str, permitted: &[&'static str], excluded: &[&'static str]| {
            let [permitted_subtrees, excluded_subtrees] = [permitted, excluded].map(|list| {
                trees(&list.iter().copied().map(GeneralName::DNSName).collect::<Vec<_>>())
            });
            let constraints = NameConstraints { permitted_subtrees, excluded_subtrees };
            violation(&[GeneralName::DNSName(name)], &constraints, &mut 0)
        };
        assert_eq!(said("a.example", &["b.test", "example"], &["b.example"]), None);
        assert_eq!(
            said("b.example", &["example"], &["b.example"]).as_deref(),
            Some("may not certify DNS:b.example")
        );
        assert_eq!(
            said("a.test", &["example"], &[]).as_deref(),
            Some("may certify only other names, not DNS:a.test")
        );
        let unreadable = "has a name constraint that cannot be read: DNS:*.example";
        assert_eq!(said("a.test", &["*.example"], &[]).as_deref(), Some(unreadable));
        assert_eq!(said("a.test", &[], &["*.example"]).as_deref(), Some(unreadable));
    }

    #[test]
    fn as_many_names_are_compared_as_are_allowed() {
        let constraints = NameConstraints {
            permitted_subtrees: trees(&[GeneralName::DNSName("example")]),
            excluded_subtrees: None,
        };
        let name = [GeneralName::DNSName("a.example")];
        let mut comparisons = MAX_COMPARISONS - 1;
        assert_eq!(violation(&name, &constraints, &mut comparisons), None);
        let text = violation(&name, &constraints, &mut comparisons).unwrap();
        assert!(text.contains("more name constraints than are supported"), "{text}");
    }

    #[test]
    fn kinds_of_names_are_compared_with_their_own() {
        let uri = |uri, excluding| {
            compare(&GeneralName::URI(uri), &GeneralName::URI("h.example"), excluding)
        };
        assert!(matches!(uri("https://h.example/a", false), Some(Fit::Inside)));
        assert!(matches!(uri("https://other.example/a", true), Some(Fit::Outside)));
        // What has no host is never on the right side.
        assert!(matches!(uri("urn:a", false), Some(Fit::Outside)));
        assert!(matches!(uri("urn:a", true), Some(Fit::Inside)));
        let id = GeneralName::RegisteredID(x509_parser::oid_registry::OID_X509_EXT_KEY_USAGE);
        assert!(matches!(compare(&id, &id, false), Some(Fit::Unreadable)));
        assert!(compare(&id, &GeneralName::DNSName("example"), false).is_none());
    }

    #[test]
    fn a_common_name_is_a_host_where_an_end_entity_has_no_other() {
        for text in ["a.example", "a_b-1.example"] {
            assert!(is_host(text), "{text}");
        }
        for text in ["example", "a..example", "a.example.", ".example", "Hooks Inc.", "*.example"] {
            assert!(!is_host(text), "{text}");
        }
        let texts = |party: &Party, is_end_entity| -> Vec<String> {
            let node = Node::read(party.certificate.der()).unwrap();
            names(&node, is_end_entity).iter().map(shown).collect()
        };
        let bare = party("h.example", None, |_| {});
        assert_eq!(texts(&bare, true).last().map(String::as_str), Some("DNS:h.example"));
        assert_eq!((texts(&bare, true).len(), texts(&bare, false).len()), (2, 1));
        assert_eq!(texts(&party("h.example", None, named), true).len(), 2);
        assert_eq!(texts(&party("A person", None, |_| {}), true).len(), 1);
        let nameless = party("", None, |params| {
            named(params);
            params.distinguished_name = rcgen::DistinguishedName::new();
        });
        assert_eq!(texts(&nameless, true), ["DNS:a.example"]);
    }

    #[test]
    fn what_an_authority_issues_to_itself_is_exempt_but_at_the_end() {
        let root = party("root", None, |params| {
            authority(params);
            params.name_constraints = Some(rcgen::NameConstraints {
                permitted_subtrees: vec![rcgen::GeneralSubtree::DnsName("b.example".into())],
                excluded_subtrees: Vec::new(),
            });
        });
        let other = |name: &str, by: &Party| {
            party(name, Some(by), |params| {
                authority(params);
                named(params);
            })
        };
        let leaf = |by: &Party| party("leaf", Some(by), |_| {});
        let is_violated = |parties: &[&Party]| {
            let nodes: Vec<_> =
                parties.iter().map(|one| Node::read(one.certificate.der()).unwrap()).collect();
            constraints(&Path { nodes: nodes.iter().collect() }).is_some()
        };
        let (itself, middle) = (other("root", &root), other("middle", &root));
        assert!(!is_violated(&[&leaf(&itself), &itself, &root]));
        assert!(is_violated(&[&leaf(&middle), &middle, &root]));
        assert!(is_violated(&[&itself, &root]));
    }
}
