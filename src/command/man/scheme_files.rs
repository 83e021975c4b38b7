//! The page about files of schemes, made of the rows that the loader is held against.

use super::page::{Block, Page};
use crate::signature::loader::grammar::{self, KEYS, Key, Meaning};
use crate::signature::loader::{LONGEST_FILE, generic_names};
use crate::signature::standard::STANDARDS;

/// A scheme for a sender that is not built in, and how it is tried.
const EXAMPLE: &str = "[acme]
title = \"Acme\"
signature = \"X-Acme-Signature\"        # X-Acme-Signature: t=1795000000,s1=5d3c...
split = \",\"
value = \"s1={sig}\"
encoding = \"hex\"
signed = \"{t}.{header:X-Acme-Id}.{body}\"
timestamp = \"field:t\"
tolerance = 300
";

const TRIED: &str = "hookprint schemes --init
hookprint listen --capture calls.har.ndjson
hookprint verify calls.har.ndjson --scheme acme --scheme-file schemes.toml --secret env:SECRET
";

/// The page.
pub fn page() -> Page {
    let text = |text: &str| Block::Text(text.to_owned());
    let generic = generic_names().collect::<Vec<_>>().join(", ");
    let standards = STANDARDS.iter().map(|standard| standard.name).collect::<Vec<_>>().join(", ");
    let limits = format!(
        "Reserved names (auto, {standards}, {generic}) are refused. So are names of built-in \
         schemes, unless --override-scheme is given. A scheme whose algorithm is token needs \
         --allow-token-scheme, because the secret itself is sent. A file has at most {} KiB.",
        LONGEST_FILE >> 10
    );
    Page {
        name: "hookprint-schemes",
        section: "5",
        about: "files with your own signature schemes",
        parts: vec![
            (
                "Description",
                vec![
                    text(
                        "A TOML file, given with --scheme-file. Each of its tables is a scheme: \
                         who signs, where the signature is, what is signed, how the time is \
                         checked. The name of the table is what --scheme, --verify and --resign \
                         take. Built-in schemes \
                         are written the same way: `hookprint schemes NAME --toml` prints one to start \
                         from, and `hookprint schemes --init` writes a file with a comment for each key.",
                    ),
                    Block::Text(limits),
                ],
            ),
            (
                "How to write one",
                vec![
                    text(
                        "Look in the sender's documentation, or better in its library, for: the \
                         header; how the signature is written in it; the algorithm; the text that \
                         is signed, to the last dot; where the time is and how old it may be. Then \
                         try it on a real delivery. A mismatch is explained, and errors in the \
                         file are reported with line and column.",
                    ),
                    Block::Code(TRIED.to_owned()),
                ],
            ),
            ("Example", vec![Block::Code(EXAMPLE.to_owned())]),
            ("Keys", vec![Block::Terms(KEYS.iter().map(row).collect())]),
            (
                "Places",
                vec![
                    text("Where `timestamp`, `vars` and `body_digest` take their text from."),
                    Block::Terms(said(grammar::places())),
                ],
            ),
            (
                "Words",
                vec![
                    text("The words in braces in `signed`."),
                    Block::Terms(said(grammar::words())),
                ],
            ),
            (
                "Values",
                KEYS.iter()
                    .filter(|key| !(key.values)().is_empty())
                    .flat_map(|key| {
                        let heading = Block::Text(format!("Of `{}`:", key.name));
                        [heading, Block::Terms(said((key.values)()))]
                    })
                    .collect(),
            ),
            (
                "See also",
                vec![text(
                    "hookprint-schemes(1), hookprint-verify(1), hookprint-sign(1), hookprint-listen(1), \
                     hookprint-replay(1)",
                )],
            ),
        ],
    }
}

fn said(meanings: Vec<Meaning>) -> Vec<(String, String)> {
    meanings.into_iter().map(|(word, meaning)| (word, meaning.to_owned())).collect()
}

/// A key with an example, its meaning, and what holds without it.
fn row(key: &Key) -> (String, String) {
    let default = match key.default {
        "" => String::new(),
        default => format!("; without it {default}"),
    };
    (format!("{} = {}", key.name, key.example), format!("{}{default}", key.about))
}
