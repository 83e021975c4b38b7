//! The flags of curl that change a request, those that do not, and those that are refused by name.

use super::super::room::excerpt;
use crate::error::{Error, Result};
use crate::failure::Failure;

/// What a flag does to the request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Flag {
    Method,
    Url,
    Header,
    Data(Data),
    Form,
    FormText,
    User,
    Bearer,
    Cookie,
    Agent,
    Referer,
    Range,
    Target,
    Query,
    Upload,
    Head,
    DataToQuery,
    PlainUrls,
    KeepDots,
    /// What follows belongs to another request.
    Next,
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

const CONFIG: Flag =
    Flag::Refused("options from a file are not supported", "put them on the command line instead");
const CHALLENGE: Flag = Flag::Refused(
    "what it sends depends on the server's challenge, or on secrets that are not here",
    "let curl send it once to `hookprint listen --capture FILE`, and replay that",
);
const KEPT: Flag = Flag::Refused(
    "what it sends depends on a file or an answer that curl keeps",
    "remove it, and write what should be sent as -H 'Name: value'",
);

/// Flags that change a request, with the short name if there is one (curl 8 manual).
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
    ("form", Some(b'F'), Flag::Form),
    ("form-string", None, Flag::FormText),
    ("user", Some(b'u'), Flag::User),
    ("oauth2-bearer", None, Flag::Bearer),
    ("cookie", Some(b'b'), Flag::Cookie),
    ("user-agent", Some(b'A'), Flag::Agent),
    ("referer", Some(b'e'), Flag::Referer),
    ("range", Some(b'r'), Flag::Range),
    ("request-target", None, Flag::Target),
    ("url-query", None, Flag::Query),
    ("upload-file", Some(b'T'), Flag::Upload),
    ("head", Some(b'I'), Flag::Head),
    ("get", Some(b'G'), Flag::DataToQuery),
    ("globoff", Some(b'g'), Flag::PlainUrls),
    ("path-as-is", None, Flag::KeepDots),
    ("next", Some(b':'), Flag::Next),
    ("config", Some(b'K'), CONFIG),
    ("digest", None, CHALLENGE),
    ("ntlm", None, CHALLENGE),
    ("ntlm-wb", None, CHALLENGE),
    ("negotiate", None, CHALLENGE),
    ("anyauth", None, CHALLENGE),
    ("aws-sigv4", None, CHALLENGE),
    ("netrc", Some(b'n'), CHALLENGE),
    ("netrc-optional", None, CHALLENGE),
    ("netrc-file", None, CHALLENGE),
    ("etag-compare", None, KEPT),
    ("time-cond", Some(b'z'), KEPT),
    ("continue-at", Some(b'C'), KEPT),
];

/// Flags without a value that do nothing to the bytes of a request; `--no-NAME` of one does neither.
const IGNORED: &str = "
    alpn append basic buffer ca-native cert-status clobber compressed create-dirs disable
    disallow-username-in-url doh-cert-status doh-insecure fail fail-early fail-with-body
    false-start follow http0.9 http1.0 http1.1 http2 http2-prior-knowledge http3 http3-only
    ignore-content-length include insecure ipv4 ipv6 junk-session-cookies keepalive location
    location-trusted mptcp no-alpn no-buffer no-clobber no-keepalive no-npn
    no-progress-meter no-sessionid out-null parallel parallel-immediate post301 post302
    post303 progress-bar progress-meter proxy-anyauth proxy-basic proxy-ca-native
    proxy-digest proxy-http2 proxy-insecure proxy-negotiate proxy-ntlm proxy-ssl-allow-beast
    proxy-ssl-auto-client-cert proxy-tlsv1 proxytunnel raw remote-header-name remote-name
    remote-name-all remote-time remove-on-error retry-all-errors retry-connrefused sessionid
    show-error show-headers silent skip-existing socks5-basic socks5-gssapi
    socks5-gssapi-nec ssl ssl-allow-beast ssl-auto-client-cert ssl-no-revoke ssl-reqd
    ssl-revoke-best-effort sslv2 sslv3 styled-output suppress-connect-headers tcp-fastopen
    tcp-nodelay tls-earlydata tlsv1 tlsv1.0 tlsv1.1 tlsv1.2 tlsv1.3 tr-encoding trace-ids
    trace-time use-ascii verbose xattr
";

/// The same with a value.
const IGNORED_VALUE: &str = "
    abstract-unix-socket alt-svc cacert capath cert cert-type ciphers connect-timeout
    connect-to cookie-jar create-file-mode crlfile curves delegation dns-interface
    dns-ipv4-addr dns-ipv6-addr dns-servers doh-url dump-header ech egd-file engine
    etag-save expect100-timeout happy-eyeballs-timeout-ms hsts interface ip-tos
    keepalive-cnt keepalive-time key key-type libcurl limit-rate local-port max-filesize
    max-redirs max-time noproxy output output-dir parallel-max parallel-max-host pass
    pinnedpubkey preproxy proto proto-redir proxy proxy-cacert proxy-capath proxy-cert
    proxy-cert-type proxy-ciphers proxy-crlfile proxy-header proxy-key proxy-key-type
    proxy-pass proxy-pinnedpubkey proxy-service-name proxy-tls13-ciphers proxy-tlsauthtype
    proxy-tlspassword proxy-tlsuser proxy-user proxy1.0 random-file rate resolve retry
    retry-delay retry-max-time service-name signature-algorithms socks4 socks4a socks5
    socks5-gssapi-service socks5-hostname speed-limit speed-time ssl-sessions stderr tls-max
    tls13-ciphers tlsauthtype tlspassword tlsuser trace trace-ascii trace-config unix-socket
    vlan-priority write-out
";

/// Short names of those, without and with a value.
const LETTERS: &[u8] = b"#012346BJLNORSZafijkpqsv";
const LETTERS_VALUE: &[u8] = b"DEUYcmowxy";

impl Flag {
    /// Whether the next word, or the rest of this one, belongs to it.
    pub(super) fn takes_value(self) -> bool {
        !matches!(
            self,
            Self::Head
                | Self::DataToQuery
                | Self::PlainUrls
                | Self::KeepDots
                | Self::Next
                | Self::Ignored
                | Self::Refused(..)
        )
    }
}

/// The flag of `--name`.
pub(super) fn long(name: &[u8]) -> Result<Flag> {
    let name = excerpt(&String::from_utf8_lossy(name));
    let found = FLAGS.iter().find(|(known, ..)| *known == name).map(|(.., flag)| *flag);
    let is = |list: &str, name: &str| list.split_ascii_whitespace().any(|known| known == name);
    let positive = name.strip_prefix("no-").unwrap_or(&name);
    let ignored = || match () {
        () if is(IGNORED_VALUE, &name) => Some(Flag::IgnoredValue),
        () if is(IGNORED, &name) || is(IGNORED, positive) => Some(Flag::Ignored),
        () => None,
    };
    found.or_else(ignored).ok_or_else(|| unknown(&format!("--{name}")))
}

/// The flag of `-x`.
pub(super) fn short(letter: u8) -> Result<Flag> {
    let found = FLAGS.iter().find(|(_, known, _)| *known == Some(letter)).map(|(.., flag)| *flag);
    let ignored = || match letter {
        _ if LETTERS_VALUE.contains(&letter) => Some(Flag::IgnoredValue),
        _ if LETTERS.contains(&letter) => Some(Flag::Ignored),
        _ => None,
    };
    found.or_else(ignored).ok_or_else(|| unknown(&format!("-{}", char::from(letter))))
}

fn unknown(flag: &str) -> Error {
    Error::new(Failure::Unsupported, format!("curl's {flag} is not known"))
        .help("remove it if it does not change the request")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_known_once() {
        let mut names: Vec<_> = FLAGS.iter().map(|(name, ..)| *name).collect();
        names
            .extend([IGNORED, IGNORED_VALUE].iter().flat_map(|list| list.split_ascii_whitespace()));
        let mut letters: Vec<_> = FLAGS.iter().filter_map(|(_, letter, _)| *letter).collect();
        letters.extend(LETTERS.iter().chain(LETTERS_VALUE));
        let (all, short) = (names.len(), letters.len());
        names.sort_unstable();
        names.dedup();
        letters.sort_unstable();
        letters.dedup();
        assert_eq!((names.len(), letters.len()), (all, short));
    }
}
