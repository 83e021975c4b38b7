//! The flags of curl that change a request, those that do not, and those that are refused by name.

use super::room::excerpt;
use crate::error::{Error, Result};
use crate::failure::Failure;

/// What a flag does to the request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Flag {
    Method,
    Url,
    Header,
    Data(Data),
    User,
    Cookie,
    Agent,
    Referer,
    Head,
    DataToQuery,
    /// About the connection or the output: the replay has its own.
    Ignored,
    /// The same, and the next word belongs to it.
    IgnoredValue,
    /// Known, but what it does cannot be told from the command line: why, and what to do.
    Refused(&'static str, &'static str),
}

/// How `--data` and its relatives take their value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Data {
    /// `@file`, whose newlines and NULs are removed.
    Text,
    /// `@` means itself.
    Raw,
    /// `@file`, as it is.
    Binary,
    /// `name=content` with the content percent-encoded.
    UrlEncoded,
    /// Like binary, and a content type.
    Json,
}

const MULTIPART: Flag = Flag::Refused(
    "the body has a boundary that curl makes up each time, so its bytes are not known",
    "let curl send it once to `hookprint listen --capture FILE`, and replay that",
);
const CONFIG: Flag = Flag::Refused(
    "the options in that file are not read",
    "write them onto the command line in its place",
);
const UPLOAD: Flag =
    Flag::Refused("the file's name becomes part of the URL", "use -X PUT --data-binary @FILE");

/// Long names, with the short one if there is one (curl 8 manual).
pub(super) const FLAGS: &[(&str, Option<u8>, Flag)] = &[
    ("request", Some(b'X'), Flag::Method),
    ("url", None, Flag::Url),
    ("header", Some(b'H'), Flag::Header),
    ("data", Some(b'd'), Flag::Data(Data::Text)),
    ("data-ascii", None, Flag::Data(Data::Text)),
    ("data-raw", None, Flag::Data(Data::Raw)),
    ("data-binary", None, Flag::Data(Data::Binary)),
    ("data-urlencode", None, Flag::Data(Data::UrlEncoded)),
    ("json", None, Flag::Data(Data::Json)),
    ("user", Some(b'u'), Flag::User),
    ("cookie", Some(b'b'), Flag::Cookie),
    ("user-agent", Some(b'A'), Flag::Agent),
    ("referer", Some(b'e'), Flag::Referer),
    ("head", Some(b'I'), Flag::Head),
    ("get", Some(b'G'), Flag::DataToQuery),
    ("form", Some(b'F'), MULTIPART),
    ("form-string", None, MULTIPART),
    ("config", Some(b'K'), CONFIG),
    ("upload-file", Some(b'T'), UPLOAD),
    ("compressed", None, Flag::Ignored),
    ("fail", Some(b'f'), Flag::Ignored),
    ("globoff", Some(b'g'), Flag::Ignored),
    ("http1.0", Some(b'0'), Flag::Ignored),
    ("http1.1", None, Flag::Ignored),
    ("http2", None, Flag::Ignored),
    ("include", Some(b'i'), Flag::Ignored),
    ("insecure", Some(b'k'), Flag::Ignored),
    ("ipv4", Some(b'4'), Flag::Ignored),
    ("ipv6", Some(b'6'), Flag::Ignored),
    ("location", Some(b'L'), Flag::Ignored),
    ("no-buffer", Some(b'N'), Flag::Ignored),
    ("no-keepalive", None, Flag::Ignored),
    ("path-as-is", None, Flag::Ignored),
    ("progress-bar", Some(b'#'), Flag::Ignored),
    ("remote-name", Some(b'O'), Flag::Ignored),
    ("show-error", Some(b'S'), Flag::Ignored),
    ("silent", Some(b's'), Flag::Ignored),
    ("tlsv1.2", None, Flag::Ignored),
    ("tlsv1.3", None, Flag::Ignored),
    ("verbose", Some(b'v'), Flag::Ignored),
    ("cacert", None, Flag::IgnoredValue),
    ("cert", Some(b'E'), Flag::IgnoredValue),
    ("cert-type", None, Flag::IgnoredValue),
    ("connect-timeout", None, Flag::IgnoredValue),
    ("connect-to", None, Flag::IgnoredValue),
    ("cookie-jar", Some(b'c'), Flag::IgnoredValue),
    ("key", None, Flag::IgnoredValue),
    ("key-type", None, Flag::IgnoredValue),
    ("max-time", Some(b'm'), Flag::IgnoredValue),
    ("output", Some(b'o'), Flag::IgnoredValue),
    ("pass", None, Flag::IgnoredValue),
    ("proxy", Some(b'x'), Flag::IgnoredValue),
    ("resolve", None, Flag::IgnoredValue),
    ("retry", None, Flag::IgnoredValue),
    ("write-out", Some(b'w'), Flag::IgnoredValue),
];

impl Flag {
    /// Whether the next word, or the rest of this one, belongs to it.
    pub(super) fn takes_value(self) -> bool {
        !matches!(self, Self::Head | Self::DataToQuery | Self::Ignored | Self::Refused(..))
    }
}

/// The flag of `--name`.
pub(super) fn long(name: &[u8]) -> Result<Flag> {
    let name = excerpt(&String::from_utf8_lossy(name));
    let found = FLAGS.iter().find(|(known, ..)| *known == name);
    found.map(|(.., flag)| *flag).ok_or_else(|| unknown(&format!("--{name}")))
}

/// The flag of `-x`.
pub(super) fn short(letter: u8) -> Result<Flag> {
    let found = FLAGS.iter().find(|(_, known, _)| *known == Some(letter));
    found.map(|(.., flag)| *flag).ok_or_else(|| unknown(&format!("-{}", char::from(letter))))
}

fn unknown(flag: &str) -> Error {
    Error::new(Failure::Unsupported, format!("curl's {flag} is not known here"))
        .help("take it out if it does not change the request")
}
