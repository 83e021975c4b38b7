//! Keys of a check that are no options of its command. The values of all of them are strings.

/// A key.
#[derive(Debug)]
pub struct Own {
    /// As it is written.
    pub name: &'static str,
    /// The kinds of check that have it; none for all.
    pub kinds: &'static [&'static str],
    /// Whether several values can be given.
    pub is_list: bool,
    /// What it says.
    pub about: &'static str,
}

const fn own(name: &'static str, kinds: &'static [&'static str], about: &'static str) -> Own {
    Own { name, kinds, is_list: false, about }
}

const fn several(name: &'static str, kinds: &'static [&'static str], about: &'static str) -> Own {
    Own { is_list: true, ..own(name, kinds, about) }
}

/// All of them.
pub const OWN: &[Own] = &[
    own("name", &[], "The name of the check, unique among its kind."),
    own("owner", &[], "Who should act."),
    several("tags", &[], "Tags to select it by, with --tag."),
    several("allow", &[], "Codes that count as info here."),
    own("every", &[], "How often it should run, for example 7d; --state remembers when it did."),
    own("grace", &["bundle"], "How long a renewed certificate may stay unserved, for example 1d."),
    own("pins", &["endpoint", "bundle", "probe", "audit"], "The list of [pins] that is accepted."),
    own(
        "want",
        &["endpoint", "bundle", "signature"],
        "Which pin must be served (any, old, new, both-known, none), or the label of the secret \
         that must match.",
    ),
    several(
        "same_as",
        &["endpoint", "bundle"],
        "Where the same certificate must be: served:NAME of an endpoint, probe or audit, file:PATH or pin:NAME.",
    ),
];

impl Own {
    /// Whether checks of this kind have it.
    pub fn is_of(&self, kind: &str) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }

    /// The key of that name, of checks of this kind.
    pub fn of(kind: &str, name: &str) -> Option<&'static Self> {
        OWN.iter().find(|own| own.name == name && own.is_of(kind))
    }
}
