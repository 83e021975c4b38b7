//! What is sent, in which order, and which of several paths is right.

use super::case::Case;
use super::case::Ours::{Accepts, Refuses};
use super::case::Who::{Inter, Leaf, More, Root};
use super::make::*;
use super::ring::Key;

/// Why OpenSSL refuses what has a path.
const ONE_PATH: &str = "it follows the first issuer of a name among those sent, and no other";

pub fn cases() -> Vec<Case> {
    let mut cases = sent();
    cases.extend(lengths());
    cases.extend(twins());
    cases
}

fn sent() -> Vec<Case> {
    vec![
        Case::new("sent: no intermediate", Refuses, |it| it.sent = vec![Leaf]),
        Case::new("sent: the root, too", Accepts, |it| it.sent = vec![Leaf, Inter, Root]),
        Case::new("sent: out of order", Accepts, |it| it.sent = vec![Leaf, Root, Inter]),
        Case::new("sent: the intermediate twice", Accepts, |it| {
            it.sent = vec![Leaf, Inter, Inter];
        }),
        Case::new("sent: a stranger, too", Accepts, |it| {
            it.more.push(Spec::authority(8, "Other", "Other", Key::P256(5), Key::P256(5)));
            it.sent = vec![Leaf, More(0), Inter];
        }),
        Case::new("sent: the authority first", Refuses, |it| {
            it.sent = vec![Inter, Leaf];
            it.host = None;
        }),
        Case::new("sent: another issuer's name", Refuses, |it| it.leaf.issuer = name("Another")),
        Case::new("sent: self-signed leaf", Refuses, |it| {
            it.leaf.issuer = it.leaf.subject.clone();
            it.leaf.used.key = it.leaf.key;
            it.leaf.set(oid::ISSUER_ID, false, issuer_id(it.leaf.key));
            it.sent = vec![Leaf];
        }),
        Case::new("sent: a leaf below a leaf", Refuses, |it| {
            let mut below = Spec::leaf(7, "hooks.example", Key::P256(3), Key::P256(2));
            below.subject = name("below");
            it.more.push(below);
            it.sent = vec![More(0), Leaf, Inter];
        }),
        Case::new("sent: the root of that name, by another key", Refuses, |it| {
            it.more.push(Spec::authority(1, "Root", "Root", Key::P256(5), Key::P256(5)));
            it.inter.used.key = Key::P256(5);
            it.inter.set(oid::ISSUER_ID, false, issuer_id(Key::P256(5)));
            it.sent = vec![Leaf, Inter, More(0)];
        }),
    ]
}

fn lengths() -> Vec<Case> {
    let two = |it: &mut super::case::World| {
        // Root, Inter, Second, Leaf.
        let [inter, second] = [1, 3].map(Key::P256);
        it.more.push(Spec::authority(6, "Second", "Inter", second, inter));
        it.leaf = Spec::leaf(3, "Second", Key::P256(2), second);
        it.sent = vec![Leaf, More(0), Inter];
    };
    vec![
        Case::new("length: two intermediates", Accepts, two),
        Case::new("length: the root allows one", Refuses, |it| {
            two(it);
            it.root.set(oid::BASIC, true, basic(true, Some(1)));
        }),
        Case::new("length: the root allows just so many", Accepts, |it| {
            two(it);
            it.root.set(oid::BASIC, true, basic(true, Some(2)));
        }),
        Case::new("length: the intermediate allows none", Refuses, |it| {
            two(it);
            it.inter.set(oid::BASIC, true, basic(true, Some(0)));
        }),
        Case::new("length: none below the last one", Accepts, |it| {
            it.inter.set(oid::BASIC, true, basic(true, Some(0)));
        }),
        Case::new("length: none below the root", Refuses, |it| {
            it.root.set(oid::BASIC, true, basic(true, Some(0)));
        }),
        Case::new("length: a limit without the right to certify", Refuses, |it| {
            it.inter.set(oid::BASIC, true, basic(true, Some(0)));
            it.inter.set(oid::USAGE, true, usage(0x02));
        }),
    ]
}

fn twins() -> Vec<Case> {
    let crossed = |it: &mut super::case::World| {
        // Other has certified the intermediate's key, too.
        let [inter, other] = [1, 5].map(Key::P256);
        it.more.push(Spec::authority(1, "Other", "Other", other, other));
        it.more.push(Spec::authority(5, "Inter", "Other", inter, other));
    };
    vec![
        Case::new("crossed: the other one sent first", Accepts, |it| {
            crossed(it);
            it.sent = vec![Leaf, More(1), Inter];
        })
        .beyond_openssl(ONE_PATH),
        Case::new("crossed: the other one sent last", Accepts, |it| {
            crossed(it);
            it.sent = vec![Leaf, Inter, More(1)];
        }),
        Case::new("crossed: to the other root", Accepts, |it| {
            crossed(it);
            it.sent = vec![Leaf, Inter, More(1)];
            it.anchors = vec![More(0)];
        })
        .beyond_openssl(ONE_PATH),
        Case::new("crossed: to the other root, expired", Refuses, |it| {
            crossed(it);
            it.more[1].to = "260501000000Z";
            it.sent = vec![Leaf, Inter, More(1)];
            it.anchors = vec![More(0)];
        }),
        Case::new("crossed: one way expired", Accepts, |it| {
            crossed(it);
            it.more[1].to = "260501000000Z";
            it.sent = vec![Leaf, More(1), Inter];
            it.anchors = vec![Root, More(0)];
        }),
        Case::new("twins: an intermediate of that name by another key", Accepts, |it| {
            it.more.push(Spec::authority(2, "Inter", "Root", Key::P256(4), Key::P256(0)));
            it.sent = vec![Leaf, More(0), Inter];
        }),
        Case::new(
            "twins: no key is named, the other one first",
            super::case::Ours::OnlyAsPeer,
            |it| {
                it.more.push(Spec::authority(2, "Inter", "Root", Key::P256(4), Key::P256(0)));
                it.leaf.drop(oid::ISSUER_ID);
                it.sent = vec![Leaf, Inter, More(0)];
            },
        ),
        Case::new("twins: only the other one", Refuses, |it| {
            it.more.push(Spec::authority(2, "Inter", "Root", Key::P256(4), Key::P256(0)));
            it.sent = vec![Leaf, More(0)];
        }),
        Case::new("twins: claims the right key, signed with another", Refuses, |it| {
            it.leaf.used.key = Key::P256(4);
        }),
    ]
}
