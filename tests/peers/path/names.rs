//! Names: what a certificate is for, and what its authorities may certify.

use hookprint::tls::Purpose;

use super::case::Case;
use super::case::Ours::{Accepts, OnlyByTheWhole, Refuses};
use super::make::*;

const NET: [u8; 8] = [192, 0, 2, 0, 255, 255, 255, 0];

pub fn cases() -> Vec<Case> {
    let mut cases = hosts();
    cases.extend(constrained());
    cases
}

fn hosts() -> Vec<Case> {
    let host = |name: &str, ours, host: &'static str, names: &[Vec<u8>]| {
        let names = alt_names(names);
        Case::new(format!("host: {name}"), ours, |it| {
            it.host = Some(host);
            it.leaf.set(oid::ALT_NAME, false, names);
        })
    };
    let wild = [dns("*.example")];
    vec![
        host("another", Refuses, "other.example", &[dns("hooks.example")]),
        host("capitals", Accepts, "HOOKS.example", &[dns("hooks.EXAMPLE")]),
        host("wildcard below two", Accepts, "a.hooks.example", &[dns("*.hooks.example")]),
        host("wildcard for two labels", Refuses, "a.b.hooks.example", &[dns("*.hooks.example")]),
        host("wildcard for none", Refuses, "hooks.example", &[dns("*.hooks.example")]),
        host("wildcard in the middle", Refuses, "a.x.hooks.example", &[dns("a.*.hooks.example")]),
        host("wildcard of a part", Refuses, "ab.hooks.example", &[dns("a*.hooks.example")])
            .stricter("RFC 6125 section 6.4.3: rustls takes whole labels only"),
        host("wildcard alone", Refuses, "hooks", &[dns("*")]),
        host("wildcard of a top level", Refuses, "other.test", &wild),
        host("an address", Accepts, "192.0.2.7", &[ip(&[192, 0, 2, 7])]),
        host("another address", Refuses, "192.0.2.8", &[ip(&[192, 0, 2, 7])]),
        host("an address as a host", Refuses, "192.0.2.7", &[dns("192.0.2.7")]),
        Case::new("host: in the common name only", Refuses, |it| it.leaf.drop(oid::ALT_NAME))
            .stricter("RFC 9525 section 2: the common name counts no more"),
    ]
}

fn constrained() -> Vec<Case> {
    let hooks = || vec![dns("hooks.example")];
    type Names = Vec<Vec<u8>>;
    let rows: Vec<(&str, super::case::Ours, Names, Names, Names)> = vec![
        ("DNS permitted", Accepts, vec![dns("hooks.example")], vec![], hooks()),
        ("DNS permitted above", Accepts, vec![dns("example")], vec![], hooks()),
        ("DNS permitted elsewhere", Refuses, vec![dns("other.example")], vec![], hooks()),
        ("DNS permitted, a longer label", Refuses, vec![dns("ooks.example")], vec![], hooks()),
        ("DNS excluded", Refuses, vec![], vec![dns("hooks.example")], hooks()),
        ("DNS excluded above", Refuses, vec![], vec![dns("example")], hooks()),
        ("DNS excluded elsewhere", Accepts, vec![], vec![dns("other.example")], hooks()),
        (
            "DNS permitted and excluded",
            Refuses,
            vec![dns("example")],
            vec![dns("hooks.example")],
            hooks(),
        ),
        (
            "one of two names elsewhere",
            Refuses,
            vec![dns("hooks.example")],
            vec![],
            vec![dns("hooks.example"), dns("other.test")],
        ),
        ("an address permitted", Accepts, vec![ip(&NET)], vec![], with(ip(&[192, 0, 2, 7]))),
        ("an address elsewhere", Refuses, vec![ip(&NET)], vec![], with(ip(&[198, 51, 100, 7]))),
        ("an address excluded", Refuses, vec![], vec![ip(&NET)], with(ip(&[192, 0, 2, 7]))),
        ("an address not excluded", Accepts, vec![], vec![ip(&NET)], with(ip(&[198, 51, 100, 7]))),
        (
            "a mailbox permitted",
            OnlyByTheWhole,
            vec![email("example")],
            vec![],
            with(email("a@example")),
        ),
        ("a mailbox elsewhere", Refuses, vec![email("example")], vec![], with(email("a@x.test"))),
        ("a mailbox excluded", Refuses, vec![], vec![email("example")], with(email("a@example"))),
        (
            "a directory name permitted",
            OnlyByTheWhole,
            vec![directory(&name("hooks.example"))],
            vec![],
            hooks(),
        ),
        (
            "a directory name elsewhere",
            Refuses,
            vec![directory(&name("somebody else"))],
            vec![],
            hooks(),
        ),
        (
            "a directory name excluded",
            Refuses,
            vec![],
            vec![directory(&name("hooks.example"))],
            hooks(),
        ),
        ("a URI elsewhere", Refuses, vec![uri(".example")], vec![], with(uri("https://x.test/a"))),
        ("a URI excluded", Refuses, vec![], vec![uri("x.test")], with(uri("https://x.test/a"))),
        ("nothing of that kind", Accepts, vec![ip(&NET)], vec![], hooks()),
    ];
    let mut cases = Vec::new();
    for (rule, ours, permitted, excluded, names) in rows {
        // Below the root stands the intermediate, whose own name it would have to permit.
        let is_for_leaf = rule == "a directory name permitted";
        let places = if is_for_leaf { &["intermediate"][..] } else { &["root", "intermediate"] };
        for place in places {
            let value = constraints(&permitted, &excluded);
            let names = alt_names(&names);
            cases.push(Case::new(format!("{place}: {rule}"), ours, |it| {
                let authority = if *place == "root" { &mut it.root } else { &mut it.inter };
                authority.set(oid::NAMES, true, value);
                it.leaf.set(oid::ALT_NAME, false, names);
            }));
        }
    }
    cases.push(Case::new("a mailbox in the subject elsewhere", Refuses, |it| {
        it.inter.set(oid::NAMES, true, constraints(&[email("example")], &[]));
        it.leaf.subject = attributes(&[("2.5.4.3", "a"), ("1.2.840.113549.1.9.1", "a@x.test")]);
    }));
    cases.push(Case::new("a caller's common name elsewhere", Refuses, |it| {
        it.inter.set(oid::NAMES, true, constraints(&[dns("example")], &[]));
        it.leaf.subject = name("caller.x.test");
        it.leaf.drop(oid::ALT_NAME);
        (it.purpose, it.host) = (Purpose::Client, None);
    }));
    cases.push(Case::new("the intermediate's own name elsewhere", Refuses, |it| {
        it.root.set(oid::NAMES, true, constraints(&[directory(&name("hooks.example"))], &[]));
    }));
    cases
}

/// That name beside the host.
fn with(name: Vec<u8>) -> Vec<Vec<u8>> {
    vec![dns("hooks.example"), name]
}
