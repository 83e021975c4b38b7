//! What may stand in a file of schemes, as it is told to people: the man page, the page of the
//! documentation and the file of `schemes --init` are made of these rows. Tests hold them against what
//! the loader takes.

use super::super::scheme::{Algorithm, Encoding, LOOKUPS, SecretForm, Several, Unit, UrlForm};
use super::super::spelling::Spelling;
use super::super::template::WORDS;

/// A key of a table.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// What it takes, as it is written in an example.
    pub example: &'static str,
    /// What holds without it; nothing for what is needed or has no meaning then.
    pub default: &'static str,
    /// What it says.
    pub about: &'static str,
    /// The words that it takes, each with its meaning; none for free text.
    pub values: fn() -> Vec<Meaning>,
}

/// A word and what it means.
pub type Meaning = (String, &'static str);

const fn key(
    name: &'static str,
    example: &'static str,
    default: &'static str,
    about: &'static str,
) -> Key {
    Key { name, example, default, about, values: Vec::new }
}

/// The values of an enum that data files spell.
macro_rules! values {
    ($kind:ty) => {
        || <$kind>::ALL.iter().map(|value| (value.name().to_owned(), value.about())).collect()
    };
}

/// Every key, in the order in which a table is written.
pub const KEYS: &[Key] = &[
    key(
        "extends",
        "\"stripe\"",
        "",
        "a scheme, built in or of this file, whose keys hold where this table has none",
    ),
    key("title", "\"Acme\"", "the name of the table", "who signs so"),
    key(
        "signature",
        "\"X-Acme-Signature\"",
        "",
        "where the signature travels: a header, a list of headers, a header that ends in * for any ending, or a place in the body (json:/POINTER, form:NAME); needed",
    ),
    key(
        "member",
        "\"/signature\"",
        "",
        "where the header is base64 of JSON: the member of it that holds what `value` looks at",
    ),
    key(
        "value",
        "\"v1={sig}\"",
        "\"{sig}\"",
        "what one signature in it looks like; {sig} is the signature, other words in braces become fields",
    ),
    key(
        "split",
        "\",\"",
        "one item",
        "what separates several items of that header; an item name=value becomes the field NAME",
    ),
    Key {
        values: values!(Several),
        ..key(
            "several",
            "[\"items\"]",
            "[]",
            "where more than one signature is allowed; elsewhere a second one is refused",
        )
    },
    Key {
        values: values!(Algorithm),
        ..key("alg", "\"hmac-sha256\"", "\"hmac-sha256\"", "how the signature is computed")
    },
    Key {
        values: values!(Encoding),
        ..key(
            "encoding",
            "\"hex\"",
            "",
            "how its bytes are written; needed, unless the scheme is a token",
        )
    },
    Key {
        values: values!(SecretForm),
        ..key("secret", "\"utf8\"", "\"utf8\"", "how the text of the secret becomes a key")
    },
    key(
        "secret_prefix",
        "\"whsec_\"",
        "",
        "is removed from the secret first, if present; * in it is a word of letters and digits",
    ),
    key(
        "signed",
        "\"{t}.{body}\"",
        "\"{body}\"",
        "the signed content: literal text, and words in braces; what is between {?word} and {/} is left out if the word is empty, between {!word} and {/} if it is not",
    ),
    key(
        "timestamp",
        "\"field:t\"",
        "",
        "where the signing time is: a place; gives the word {timestamp}",
    ),
    Key { values: values!(Unit), ..key("unit", "\"s\"", "\"s\"", "how the time is written") },
    key(
        "tolerance",
        "300",
        "",
        "how many seconds it may be off, either way; required with `timestamp`: that of the sender's library, else 300",
    ),
    key(
        "ahead",
        "0",
        "",
        "how many seconds it may lie ahead of now, where the sender's library lets fewer pass than `tolerance`",
    ),
    key(
        "tolerance_source",
        "\"the library's default\"",
        "",
        "whose tolerance it is: of the sender's library, of its documentation, or your own",
    ),
    key(
        "vars",
        "{ id = \"header:X-Acme-Id\" }",
        "",
        "further words for `signed`, each with the place it is taken from",
    ),
    key(
        "signed_headers",
        "{ from = \"header:X-Signed\", split = \",\", item = \"{name}:{value}\", join = \";\" }",
        "",
        "headers that the request itself says are signed, for the word {signed_headers}: where their names are, what separates them, how each is signed, what separates those; `timestamp`, where it is a header, must be among them",
    ),
    key(
        "body_digest",
        "{ from = \"header:Digest\", alg = \"sha256\", encoding = \"hex\" }",
        "",
        "a digest of the body that travels elsewhere, where the signature does not cover the body itself",
    ),
    key(
        "certificate",
        "{ names = [\"acme.example\"], from = \"header:X-Cert\", urls = [\"https://acme.example/*\"] }",
        "",
        "the certificate that the sender signs with (--signing-cert): DNS names that it is for, where a request says which one it is, addresses at which the sender publishes it; * is a label, or a part of the path",
    ),
    key(
        "unsigned",
        "true",
        "false",
        "whether the sender says that it leaves the signature out when no secret is set",
    ),
    key("require", "{ X-Acme-Version = \"2\" }", "", "headers that must have exactly this value"),
    Key {
        values: values!(Spelling),
        ..key(
            "tolerates",
            "[\"capitals\"]",
            "[\"unknown-items\"]",
            "spellings that the sender's own library takes besides the usual one; others are reported",
        )
    },
    Key {
        values: values!(UrlForm),
        ..key(
            "url_forms",
            "[\"without-port\"]",
            "[]",
            "forms of the URL that the sender's own library takes for the one it was given",
        )
    },
    key("source", "\"https://acme.example/docs/webhooks\"", "", "where all this was read"),
    key("read_on", "\"2026-11-22\"", "", "when"),
    key("grade", "\"confirmed\"", "", "how sure it is: confirmed, or partly confirmed"),
    key(
        "sdk",
        "\"acme 1.2.3; run 2026-11-22\"",
        "",
        "the sender's library that it was compared with",
    ),
    key("note", "\"the id must be new\"", "", "what surprises people"),
    key("rotation", "\"two secrets for a day\"", "", "how the secret is changed"),
];

/// Places that `timestamp`, `vars` and `body_digest` take.
pub fn places() -> Vec<Meaning> {
    let first = ("A | B".to_owned(), "the first of these places that is not empty");
    LOOKUPS.iter().map(|(form, about)| ((*form).to_owned(), *about)).chain([first]).collect()
}

/// Words that `signed` takes.
pub fn words() -> Vec<Meaning> {
    let fixed = WORDS.iter().map(|(name, _, about)| (format!("{{{name}}}"), *about));
    let open = [
        ("{header:NAME}".to_owned(), "the value of that header"),
        (
            "{NAME}".to_owned(),
            "a name of `vars`, a field of the signature header, a word of `value`",
        ),
        ("{?NAME}...{/}".to_owned(), "included only if that word is not empty"),
        ("{!NAME}...{/}".to_owned(), "included only if that word is empty"),
        ("{{".to_owned(), "an opening brace"),
    ];
    fixed.chain(open).collect()
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    #[test]
    fn every_key_that_is_read_has_its_row_and_no_other() {
        let error = parse("[a]\nnone = 1\n").unwrap_err();
        let known: Vec<_> = error.message.split('`').skip(3).step_by(2).collect();
        let mut rows: Vec<_> = KEYS.iter().map(|key| key.name).collect();
        assert_eq!(rows.len(), known.len(), "{known:?}");
        rows.retain(|name| !known.contains(name));
        assert!(rows.is_empty(), "{rows:?} are not read; known are {known:?}");
    }

    #[test]
    fn every_example_is_read() {
        for key in KEYS {
            let others = KEYS.iter().filter(|other| {
                ["signature", "encoding", "tolerance", "timestamp", "value"].contains(&other.name)
                    && other.name != key.name
            });
            let lines: String = others
                .chain([key])
                .map(|key| format!("{} = {}\n", key.name, key.example))
                .collect();
            let split = if key.name == "split" { "" } else { "split = \",\"\n" };
            let read = parse(&format!("[a]\n{split}{lines}"));
            assert!(read.is_ok(), "{}: {:?}", key.name, read.err().map(|error| error.message));
        }
    }
}
