//! One certificate breaks one rule.

use hookprint::der::write;
use hookprint::tls::Purpose;

use super::case::Ours::{Accepts, OnlyAsPeer, Refuses};
use super::case::{Case, World};
use super::make::*;
use super::ring::{Hash, Key, Named};

const EARLIER: &str = "260501000000Z";
const LATER: &str = "260701000000Z";

pub fn cases() -> Vec<Case> {
    let mut cases = vec![Case::new("all is well", Accepts, |_| {})];
    cases.extend(each_place());
    cases.extend(dates());
    cases.extend(authorities());
    cases.extend(purposes_of_all());
    cases.extend(end_entities());
    cases
}

/// A change of one certificate.
type Change = fn(&mut Spec);
/// Its three places: end entity, intermediate, root.
type Place = fn(&mut World) -> &mut Spec;

const PLACES: [(&str, Place); 3] = [
    ("leaf", |it| &mut it.leaf),
    ("intermediate", |it| &mut it.inter),
    ("root", |it| &mut it.root),
];

/// Rules that hold for each certificate of a path.
fn each_place() -> Vec<Case> {
    let rules: [(&str, Change); 12] = [
        ("unknown critical extension", |it| it.set(oid::UNKNOWN, true, write::null())),
        ("the same extension twice", |it| {
            it.extensions.push((oid::UNKNOWN, false, write::null()));
            it.extensions.push((oid::UNKNOWN, false, write::null()));
        }),
        ("two different algorithms", |it| it.inner = Named::Ecdsa(Hash::Sha384).identifier()),
        ("algorithm outside is another", |it| {
            it.outer = Named::Ecdsa(Hash::Sha384).identifier();
        }),
        ("parameters inside only", |it| {
            let named = write::oid("1.2.840.10045.4.3.2");
            it.inner = write::sequence(&[&named, &write::null()]);
        }),
        ("critical key identifier", |it| it.set(oid::KEY_ID, true, key_id(it.key))),
        ("critical authority key identifier", |it| {
            it.set(oid::ISSUER_ID, true, issuer_id(it.used.key));
        }),
        ("empty issuer", |it| it.issuer = name("")),
        ("basic constraints that cannot be read", |it| it.set(oid::BASIC, true, write::null())),
        ("key usage that cannot be read", |it| it.set(oid::USAGE, false, write::null())),
        ("purposes that cannot be read", |it| it.set(oid::PURPOSE, false, write::null())),
        ("name constraints that cannot be read", |it| it.set(oid::NAMES, false, write::null())),
    ];
    let mut cases = Vec::new();
    for (rule, change) in rules {
        for (place, of) in PLACES {
            let case = Case::new(format!("{place}: {rule}"), Refuses, |it| change(of(it)));
            cases.push(said(case, rule));
        }
    }
    let strict: [(&str, Change); 3] = [
        ("negative serial number", |it| it.serial = vec![0x80, 1]),
        ("serial number 0", |it| it.serial = vec![0]),
        ("serial number of 21 octets", |it| it.serial = vec![0x40; 21]),
    ];
    for (rule, change) in strict {
        for (place, of) in PLACES {
            let is_free = place == "root" && rule.starts_with("serial");
            let ours = if is_free { Accepts } else { OnlyAsPeer };
            let case = Case::new(format!("{place}: {rule}"), ours, |it| change(of(it)));
            cases.push(if is_free { case } else { said(case, rule) });
        }
    }
    cases
}

/// Why some of the rules are ours alone.
fn said(case: Case, rule: &str) -> Case {
    match rule {
        "the same extension twice" => case.stricter("RFC 5280 section 4.2 allows one"),
        _ if rule.contains("serial") => {
            case.stricter("RFC 5280 section 4.1.2.2; Go and Java refuse some")
        }
        _ => case,
    }
}

fn dates() -> Vec<Case> {
    let mut cases = Vec::new();
    for (place, of) in PLACES {
        cases.push(Case::new(format!("{place}: expired"), Refuses, |it| of(it).to = EARLIER));
        cases.push(Case::new(format!("{place}: not yet valid"), Refuses, |it| of(it).from = LATER));
        cases.push(Case::new(format!("{place}: to this second"), Refuses, |it| {
            of(it).to = "260601000000Z";
        }));
        cases.push(Case::new(format!("{place}: to the next second"), Accepts, |it| {
            of(it).to = "260601000001Z";
        }));
        cases.push(Case::new(format!("{place}: from this second"), Accepts, |it| {
            of(it).from = "260601000000Z";
        }));
    }
    cases
}

/// What an authority must be: an intermediate and a root alike.
fn authorities() -> Vec<Case> {
    let rules: [(&str, Change); 9] = [
        ("no basic constraints", |it| it.drop(oid::BASIC)),
        ("CA:FALSE", |it| it.set(oid::BASIC, true, basic(false, None))),
        ("empty basic constraints", |it| it.set(oid::BASIC, true, write::sequence(&[]))),
        ("may not sign certificates", |it| it.set(oid::USAGE, true, usage(0x80))),
        ("may sign revocation lists only", |it| it.set(oid::USAGE, true, usage(0x02))),
        ("version 1", |it| {
            it.version = 1;
            it.extensions.clear();
        }),
        ("for e-mail only", |it| it.set(oid::PURPOSE, false, purposes(&[oid::EMAIL]))),
        ("for clients only", |it| it.set(oid::PURPOSE, false, purposes(&[oid::CLIENT]))),
        ("for any purpose", |it| it.set(oid::PURPOSE, false, purposes(&[oid::ANY]))),
    ];
    let strict: [(&str, Change); 3] = [
        ("basic constraints not critical", |it| it.set(oid::BASIC, false, basic(true, None))),
        ("no key usage", |it| it.drop(oid::USAGE)),
        ("no key identifier", |it| it.drop(oid::KEY_ID)),
    ];
    let mut cases = Vec::new();
    for (place, of) in &PLACES[1..] {
        for (rule, change) in rules {
            cases.push(Case::new(format!("{place}: {rule}"), Refuses, |it| change(of(it))));
        }
        for (rule, change) in strict {
            cases.push(Case::new(format!("{place}: {rule}"), OnlyAsPeer, |it| change(of(it))));
        }
    }
    cases.push(Case::new("intermediate: for servers", Accepts, |it| {
        it.inter.set(oid::PURPOSE, false, purposes(&[oid::SERVER]));
    }));
    cases
}

fn purposes_of_all() -> Vec<Case> {
    vec![
        Case::new("leaf: for clients only, used by a server", Refuses, |it| {
            it.leaf.set(oid::PURPOSE, false, purposes(&[oid::CLIENT]));
        }),
        Case::new("leaf: for servers only, used by a client", Refuses, |it| {
            it.leaf.set(oid::PURPOSE, false, purposes(&[oid::SERVER]));
            (it.purpose, it.host) = (Purpose::Client, None);
        }),
        Case::new("leaf: a client", Accepts, |it| (it.purpose, it.host) = (Purpose::Client, None)),
        Case::new("leaf: any purpose", Refuses, |it| {
            it.leaf.set(oid::PURPOSE, false, purposes(&[oid::ANY]));
        }),
        Case::new("leaf: no purposes listed", Accepts, |it| it.leaf.drop(oid::PURPOSE)),
        Case::new("leaf: e-mail", Refuses, |it| {
            it.leaf.set(oid::PURPOSE, true, purposes(&[oid::EMAIL]));
        }),
        Case::new("leaf: key encipherment only", Refuses, |it| {
            it.leaf.set(oid::USAGE, true, usage(0x20));
        })
        .stricter("such a key may not sign the handshake of TLS 1.3"),
        Case::new("leaf: key encipherment only, a client", Refuses, |it| {
            it.leaf.set(oid::USAGE, true, usage(0x20));
            (it.purpose, it.host) = (Purpose::Client, None);
        }),
        Case::new("leaf: no key usage", Accepts, |it| it.leaf.drop(oid::USAGE)),
        Case::new("leaf: Netscape says client", Refuses, |it| {
            it.leaf.set(oid::NETSCAPE, false, usage(0x80));
        }),
        Case::new("leaf: Netscape says server", Accepts, |it| {
            it.leaf.set(oid::NETSCAPE, false, usage(0x40));
        }),
    ]
}

fn end_entities() -> Vec<Case> {
    vec![
        Case::new("leaf: an authority", Refuses, |it| {
            it.leaf.set(oid::BASIC, true, basic(true, None));
            it.leaf.set(oid::USAGE, true, usage(0x84));
        })
        .stricter("rustls takes no authority as a server"),
        Case::new("leaf: may sign certificates", OnlyAsPeer, |it| {
            it.leaf.set(oid::USAGE, true, usage(0x84));
        }),
        Case::new("leaf: a path length", OnlyAsPeer, |it| {
            it.leaf.set(oid::BASIC, true, basic(false, Some(0)));
        }),
        Case::new("leaf: no basic constraints", Accepts, |it| it.leaf.drop(oid::BASIC)),
        Case::new("leaf: no authority key identifier", OnlyAsPeer, |it| {
            it.leaf.drop(oid::ISSUER_ID);
        }),
        Case::new("leaf: no key identifier", Accepts, |it| it.leaf.drop(oid::KEY_ID)),
        Case::new("leaf: version 1", Refuses, |it| {
            it.leaf.version = 1;
            it.leaf.extensions.clear();
        })
        .stricter("rustls takes version 3 only, and the common name counts no more"),
        Case::new("leaf: version 1 with extensions", Refuses, |it| it.leaf.version = 1),
        Case::new("leaf: version 2", Refuses, |it| it.leaf.version = 2),
        Case::new("leaf: no subject, names not critical", OnlyAsPeer, |it| {
            it.leaf.subject = name("");
        }),
        Case::new("leaf: no subject, names critical", Accepts, |it| {
            it.leaf.subject = name("");
            it.leaf.set(oid::ALT_NAME, true, alt_names(&[dns("hooks.example")]));
        }),
        Case::new("leaf: an empty list of names", Refuses, |it| {
            it.leaf.set(oid::ALT_NAME, false, alt_names(&[]));
        }),
        Case::new("leaf: another authority key identifier", Refuses, |it| {
            it.leaf.set(oid::ISSUER_ID, false, issuer_id(Key::P256(5)));
        }),
        Case::new("intermediate: another authority key identifier", Refuses, |it| {
            it.inter.set(oid::ISSUER_ID, false, issuer_id(Key::P256(5)));
        }),
        Case::new("leaf: another serial number of the issuer", Refuses, |it| {
            let id = [write::value(0x82, &[0x41, 7])].concat();
            let names = write::value(0xa1, &directory(&name("Root")));
            it.leaf.set(oid::ISSUER_ID, false, write::sequence(&[&names, &id]));
        }),
        Case::new(
            "leaf: the right serial number of the issuer, without its key",
            OnlyAsPeer,
            |it| {
                let id = write::value(0x82, &[0x40, 2]);
                let names = write::value(0xa1, &directory(&name("Root")));
                it.leaf.set(oid::ISSUER_ID, false, write::sequence(&[&names, &id]));
            },
        ),
        Case::new("leaf: damaged signature", Refuses, |it| it.leaf.is_damaged = true),
        Case::new("intermediate: damaged signature", Refuses, |it| it.inter.is_damaged = true),
        Case::new("root: damaged signature", Accepts, |it| it.root.is_damaged = true),
    ]
}
