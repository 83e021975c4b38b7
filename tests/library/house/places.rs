//! The world is allowed in few places: sockets, files, the clock, secrets in clear.

use super::source::sources;

/// What code may not do outside some files: the words for it, and where they may stand.
struct Rule {
    what: &'static str,
    words: &'static [&'static str],
    /// Files or folders (with a slash at the end).
    places: &'static [&'static str],
}

const RULES: &[Rule] = &[
    Rule {
        what: "opens sockets",
        words: &[
            "std::net::Tcp",
            "tokio::net",
            "TcpStream",
            "TcpListener",
            "UdpSocket",
            "lookup_host",
        ],
        places: &["net/"],
    },
    Rule {
        what: "touches files",
        words: &["std::fs", "tokio::fs", "fs::", "File::open", "File::create", "OpenOptions"],
        places: &["input/"],
    },
    Rule {
        what: "asks the clock (Context.now is what --at says; peers and arrivals are of now)",
        words: &["now_utc", "SystemTime::now", "now_local"],
        places: &["clock.rs", "command/context.rs", "net/serve.rs"],
    },
    Rule {
        what: "asks the environment",
        words: &["env::var", "env::args", "env::current_dir", "env::temp_dir"],
        places: &["input/", "main.rs"],
    },
    Rule {
        what: "uncovers a secret",
        words: &[".expose()"],
        places: &[
            "secret.rs",
            "input/",
            "signature/",
            "store/",
            "tls/identity.rs", // our own key
            "net/proxy/",      // the credentials for a proxy
            "command/mint.rs", // keys into files
        ],
    },
    Rule {
        what: "writes to the standard streams",
        words: &["io::stdout", "io::stderr", "print!", "println!"],
        places: &["command/context.rs", "render/", "input/"],
    },
    Rule {
        what: "differs between operating systems",
        words: &["cfg(unix)", "cfg(not(unix))", "cfg(windows)", "cfg(target_os", "std::os::"],
        places: &[
            "input/system.rs",
            "input/prompt.rs", // a terminal that does not echo
            "net/files.rs",    // how many may be open
            "net/interrupts.rs",
        ],
    },
];

#[test]
fn the_world_is_allowed_in_few_places() {
    let sources = sources();
    let mut wrong = Vec::new();
    for Rule { what, words, places } in RULES {
        let is_place = |path: &str| {
            places
                .iter()
                .any(|place| path == *place || place.ends_with('/') && path.starts_with(place))
        };
        for source in sources.iter().filter(|source| !is_place(&source.path)) {
            wrong.extend(source.places(words).iter().map(|found| format!("{what}: {found}")));
        }
        let used = sources.iter().any(|source| !source.places(words).is_empty());
        assert!(used, "nobody {what}: does this rule still look for the right words?");
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
