//! What an anchor may do, and what it may not.

use hookprint::tls::Purpose;

use super::case::Case;
use super::case::Ours::{Accepts, Refuses};
use super::case::Who::{Inter, Leaf, More, Root};
use super::case::World;
use super::make::*;
use super::ring::Key;

pub fn cases() -> Vec<Case> {
    let mut cases = plain();
    cases.extend(marked());
    cases
}

/// The leaf as somebody's self-signed certificate.
fn alone(it: &mut World) {
    it.leaf.issuer = it.leaf.subject.clone();
    it.leaf.used.key = it.leaf.key;
    it.leaf.set(oid::ISSUER_ID, false, issuer_id(it.leaf.key));
    (it.sent, it.anchors) = (vec![Leaf], vec![Leaf]);
}

/// A certificate that the leaf's key has made.
fn minted(it: &mut World) {
    let mut minted = Spec::leaf(9, "hooks.example", Key::P256(4), it.leaf.key);
    minted.subject = name("minted");
    it.more.push(minted);
}

fn plain() -> Vec<Case> {
    vec![
        Case::new("anchor: the intermediate", Accepts, |it| it.anchors = vec![Inter]),
        Case::new("anchor: a stranger", Refuses, |it| {
            it.more.push(Spec::authority(8, "Other", "Other", Key::P256(5), Key::P256(5)));
            it.anchors = vec![More(0)];
        }),
        Case::new("anchor: the end entity itself", Accepts, alone),
        Case::new("anchor: the end entity itself, expired", Refuses, |it| {
            alone(it);
            it.leaf.to = "260501000000Z";
        }),
        Case::new("anchor: the end entity itself, for clients", Refuses, |it| {
            alone(it);
            it.leaf.set(oid::PURPOSE, false, purposes(&[oid::CLIENT]));
        }),
        Case::new("anchor: the end entity itself, for another host", Refuses, |it| {
            alone(it);
            it.host = Some("other.example");
        }),
        Case::new("anchor: an end entity that issues", Refuses, |it| {
            alone(it);
            minted(it);
            it.sent = vec![More(0)];
        }),
        Case::new("anchor: an end entity that issues, and is sent", Refuses, |it| {
            alone(it);
            minted(it);
            it.sent = vec![More(0), Leaf];
        }),
        Case::new("anchor: an end entity that issues callers", Refuses, |it| {
            alone(it);
            minted(it);
            it.sent = vec![More(0)];
            (it.purpose, it.host) = (Purpose::Client, None);
        }),
        Case::new("anchor: an issued end entity that issues", Refuses, |it| {
            minted(it);
            (it.sent, it.anchors) = (vec![More(0)], vec![Leaf]);
        }),
        Case::new("anchor: the name of the root by another key", Refuses, |it| {
            it.more.push(Spec::authority(1, "Root", "Root", Key::P256(5), Key::P256(5)));
            it.anchors = vec![More(0)];
        }),
        Case::new("anchor: both roots of that name", Accepts, |it| {
            it.more.push(Spec::authority(1, "Root", "Root", Key::P256(5), Key::P256(5)));
            it.anchors = vec![More(0), Root];
        }),
        Case::new("anchor: both roots of that name, no key is named", Accepts, |it| {
            it.more.push(Spec::authority(1, "Root", "Root", Key::P256(5), Key::P256(5)));
            it.anchors = vec![Root, More(0)];
        }),
        Case::new("anchor: the root of that key, old and renewed", Accepts, |it| {
            let mut old = it.root.clone();
            (old.serial, old.to) = (vec![0x40, 99], "260501000000Z");
            it.more.push(old);
            it.anchors = vec![More(0), Root];
        }),
    ]
}

fn marked() -> Vec<Case> {
    let rows: [(&str, super::case::Ours, &[&str], &[&str]); 7] = [
        ("trusted for servers", Accepts, &[oid::SERVER], &[]),
        ("trusted for clients", Refuses, &[oid::CLIENT], &[]),
        ("trusted for anything", Accepts, &[oid::ANY], &[]),
        ("rejected for servers", Refuses, &[], &[oid::SERVER]),
        ("rejected for clients", Accepts, &[], &[oid::CLIENT]),
        ("rejected for anything", Refuses, &[], &[oid::ANY]),
        ("trusted and rejected", Refuses, &[oid::SERVER], &[oid::SERVER]),
    ];
    let mut cases: Vec<Case> = rows
        .into_iter()
        .map(|(rule, ours, trusted, rejected)| {
            Case::new(format!("marks: {rule}"), ours, |it| it.marks = marks(trusted, rejected))
        })
        .collect();
    cases.push(Case::new("marks: rejected, the end entity itself", Refuses, |it| {
        alone(it);
        it.marks = marks(&[], &[oid::SERVER]);
    }));
    cases.push(Case::new("marks: rejected for clients, a client", Refuses, |it| {
        it.marks = marks(&[], &[oid::CLIENT]);
        (it.purpose, it.host) = (Purpose::Client, None);
    }));
    cases
}
