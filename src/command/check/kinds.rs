//! The kinds of check: each is a command line of another command. Its keys are the options of that
//! command, with `_` for `-`, and the few of `own.rs`.

/// A kind of check.
#[derive(Debug)]
pub struct Kind {
    /// Its table in a policy file.
    pub name: &'static str,
    /// The command that looks.
    pub verb: &'static str,
    /// The key of what is looked at.
    pub subject: &'static str,
    /// Whether that may be a pattern of file names.
    pub is_pattern: bool,
    /// Keys that are called otherwise than their option.
    pub renamed: &'static [(&'static str, &'static str)],
    /// The key of which each value is a command line of its own.
    pub one_by_one: Option<&'static str>,
    /// Options that say how a command prints, waits or shares its work, which is for `check` to say.
    pub without: &'static [&'static str],
    /// What it asks.
    pub about: &'static str,
}

/// All of them, in the order of the page.
pub const KINDS: &[Kind] = &[
    Kind {
        name: "endpoint",
        verb: "thumbprint",
        subject: "target",
        is_pattern: false,
        renamed: &[],
        one_by_one: None,
        without: &[
            "targets",
            "max-ratio",
            "only",
            "as",
            "chain",
            "jobs",
            "shard",
            "shard-by",
            "origin",
            "first-line",
            "resume",
        ],
        about: "which certificates a host serves, and whether they are the pinned ones",
    },
    Kind {
        name: "bundle",
        verb: "inspect",
        subject: "path",
        is_pattern: true,
        renamed: &[],
        one_by_one: None,
        without: INSPECT,
        about: "what is in a certificate file, and when it stops working",
    },
    Kind {
        name: "signature",
        verb: "verify",
        subject: "capture",
        is_pattern: true,
        renamed: &[("secrets", "secret")],
        one_by_one: None,
        without: &[
            "show-expected",
            "write-signed-body",
            "shard",
            "shard-by",
            "origin",
            "first-line",
            "resume",
        ],
        about: "whether recorded deliveries are signed with the secret that is known here",
    },
    Kind {
        name: "probe",
        verb: "probe",
        subject: "url",
        is_pattern: false,
        renamed: &[],
        one_by_one: None,
        without: &["until", "every", "for", "stay", "dry-run"],
        about: "whether an endpoint requires a client certificate, and whose it accepts",
    },
    Kind {
        name: "audit",
        verb: "audit",
        subject: "url",
        is_pattern: false,
        renamed: &[("own_this_host", "i-own-this-host")],
        one_by_one: None,
        without: &["dry-run", "explain", "list"],
        about: "whether an endpoint refuses forged, stale and replayed requests",
    },
    Kind {
        name: "trust",
        verb: "inspect",
        subject: "path",
        is_pattern: true,
        renamed: &[("providers", "trusts")],
        one_by_one: Some("providers"),
        without: INSPECT,
        about: "whether a trust file accepts what providers present, now and next",
    },
];

const INSPECT: &[&str] =
    &["pem", "shard", "shard-by", "origin", "first-line", "resume", "max-ratio"];

impl Kind {
    /// The kind of that name.
    pub fn named(name: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.name == name)
    }
}
