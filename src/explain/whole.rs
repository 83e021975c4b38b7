//! What a text is as a whole, and what its lines say about each other: a transcript of curl has seen
//! whether a certificate was asked for and sent, and "verify ok" is about the other side.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use crate::explain::causes::Whose;
use crate::explain::find::Found;
use crate::explain::text::Folded;
use crate::outcome::explanation::{Cause, Kind, Side};

/// What a text is, and what it has seen of a handshake.
#[derive(Clone, Copy, Debug, Default)]
pub struct Whole {
    /// Whose transcript it is.
    pub of: Option<&'static str>,
    /// Whether TLS 1.3 was spoken; unknown where it does not say.
    pub is_new: Option<bool>,
    /// Whether the server asked for a certificate, and whether one was sent; where the transcript would
    /// show it.
    pub asked: Option<bool>,
    /// Whether our side sent one.
    pub offered: Option<bool>,
    /// Whether it is a transcript without a word of TLS.
    pub is_plain: bool,
    /// Whether an answer came that is none of an error: then nobody was refused.
    pub is_answered: bool,
    /// The line that says that our side accepts the server.
    pub accepted: Option<(&'static str, u64)>,
}

/// Marks by which a text is known, all of which must be there.
const TRANSCRIPTS: &[(&str, &[&str])] = &[
    ("of javax.net.debug", &["javax.net.ssl|"]),
    ("of curl -v", &["(out), tls handshake, "]),
    ("of curl -v", &["* trying "]),
    ("of openssl s_client", &["connected(0000"]),
    ("of nginx", &[" [error] ", "client: "]),
    ("of nginx", &[" [info] ", "client: "]),
    ("of nginx", &[" [emerg] ", "nginx"]),
    ("of Apache", &["[ssl:", "[pid "]),
    ("of a panic in Go", &["goroutine ", "[running]"]),
    ("of Python, with its traceback", &["traceback (most recent call last)"]),
    ("of Java, with its stack", &["caused by: "]),
    ("of Java, with its stack", &["exception in thread "]),
];

/// Lines in which a client says that it accepts the server.
const ACCEPTED: &[&str] =
    &["ssl certificate verify ok", "verify return code: 0 (ok)", "verification: ok"];

/// Lines that tell the version of TLS, the new one and the one before.
const NEW: &[&str] =
    &["ssl connection using tlsv1.3", "new, tlsv1.3", "protocol : tlsv1.3", "version: tlsv1.3"];
const OLD: &[&str] =
    &["ssl connection using tlsv1.2", "new, tlsv1.2", "protocol : tlsv1.2", "version: tlsv1.2"];

/// How an answer begins that is none of an error.
const ANSWERED: &[&str] =
    &["\nhttp/1.1 2", "\n< http/1.1 2", "\nhttp/1.0 2", "\n< http/1.0 2", "\n< http/2 2"];

/// A message of the handshake, as curl shows all of them; and those about a certificate of ours.
const HELLO: &str = "tls handshake, server hello (2)";
const ASKED: &str = "tls handshake, request cert (13)";
const OFFERED: &str = "(out), tls handshake, cert verify (15)";

/// Words without which no transcript of curl has spoken TLS.
const OF_TLS: &[&str] = &["ssl", "tls", "https"];

/// Everything that is looked for, in one pass.
static MARKS: LazyLock<(Vec<&'static str>, Option<AhoCorasick>)> = LazyLock::new(|| {
    let transcripts = TRANSCRIPTS.iter().flat_map(|(_, marks)| *marks);
    let lines =
        [ACCEPTED, NEW, OLD, ANSWERED, OF_TLS, &[HELLO, ASKED, OFFERED]].into_iter().flatten();
    let marks: Vec<&str> = transcripts.chain(lines).copied().collect();
    let automaton = AhoCorasick::new(&marks).ok();
    (marks, automaton)
});

/// Where each mark stands first.
struct Seen(Vec<Option<usize>>);

impl Seen {
    fn of(text: &Folded) -> Self {
        let (marks, automaton) = &*MARKS;
        let mut first = vec![None; marks.len()];
        for found in automaton.iter().flat_map(|it| it.find_overlapping_iter(&text.text)) {
            first[found.pattern().as_usize()].get_or_insert(found.start());
        }
        Self(first)
    }

    fn first(&self, mark: &str) -> Option<usize> {
        let index = MARKS.0.iter().position(|known| *known == mark)?;
        self.0[index]
    }
}

/// Causes without a certificate of ours.
const WITHOUT: &[&str] = &["none-given", "dropped", "key-not-accepted", "something-else"];

impl Whole {
    /// Looks at a text, once.
    pub fn of(text: &Folded) -> Self {
        let seen = Seen::of(text);
        let has = |words: &str| seen.first(words).is_some();
        let of = TRANSCRIPTS.iter().find(|(_, marks)| marks.iter().all(|mark| has(mark)));
        let is_new = match (NEW.iter().any(|said| has(said)), OLD.iter().any(|said| has(said))) {
            (true, false) => Some(true),
            (false, true) => Some(false),
            _ => None,
        };
        let shows_messages = has(HELLO);
        let accepted =
            ACCEPTED.iter().find_map(|words| Some((*words, text.line_of(seen.first(words)?))));
        Self {
            of: of.map(|(name, _)| *name),
            is_new,
            asked: shows_messages.then(|| has(ASKED)),
            offered: shows_messages.then(|| has(OFFERED)),
            is_plain: has("* trying ") && !OF_TLS.iter().any(|word| has(word)),
            is_answered: ANSWERED.iter().any(|start| has(start)),
            accepted,
        }
    }

    /// Whether it says anything that a connection ended so: not where it was answered before.
    pub fn counts(&self, found: &Found) -> bool {
        !(self.is_answered && found.row.is_closed())
    }

    /// Leaves out the causes that the handshake excludes.
    pub fn narrow(&self, causes: &mut Vec<Cause>) {
        let keep = |cause: &Cause, without: bool| {
            cause.proven || WITHOUT.contains(&cause.id.as_str()) == without
        };
        if self.is_plain && causes.iter().any(|cause| cause.id == "something-else") {
            causes.retain(|cause| cause.proven || cause.id == "something-else");
        }
        match (self.asked, self.offered) {
            (Some(true), Some(false)) if causes.iter().any(|cause| keep(cause, true)) => {
                causes.retain(|cause| keep(cause, true));
            }
            (_, Some(true)) => {
                causes.retain(|cause| cause.id != "none-given" && cause.id != "dropped")
            }
            (Some(false), _) => causes.sort_by_key(|cause| cause.id != "no-common-cipher"),
            _ => {}
        }
    }

    /// What else there is to say of a find: what the text is, and what seems to contradict.
    pub fn also(&self, found: &Found, whose: Whose) -> Vec<String> {
        let mut also = Vec::new();
        if let Some(name) = self.of {
            also.push(format!("this is a text {name}"));
        }
        if self.is_plain && found.row.is_closed() {
            also.push(
                "no TLS was spoken, so no certificate was refused: is this a TLS port?".to_owned(),
            );
        }
        let is_refusal = whose == Whose::Caller && found.side != Side::Server;
        if let (true, Some((words, line))) = (is_refusal, self.accepted) {
            also.push(format!(
                "line {line} \"{words}\" is about the server's certificate, not yours"
            ));
        }
        if is_refusal && self.is_new == Some(true) && found.kind == Kind::Alert {
            also.push(
                "TLS 1.3 ends the handshake before the server has checked your certificate: \
                 connected is not accepted"
                    .to_owned(),
            );
        }
        if is_refusal && self.offered == Some(false) && self.asked == Some(true) {
            also.push("the server asked for a certificate, and none was sent".to_owned());
        }
        also
    }
}

/// Whom a find is about.
pub fn whose(found: &Found) -> Whose {
    match (found.kind, found.side) {
        _ if found.is_sent => Whose::Other,
        (Kind::Alert, Side::Server) => Whose::Other,
        _ if is_left(found) => Whose::Other,
        _ if found.row.judges() && found.side != Side::Server => Whose::Other,
        _ if found.row.judges() => Whose::Caller,
        _ => Whose::of(found.row),
    }
}

/// Whether it is a server that tells how a caller left: it has refused nobody.
fn is_left(found: &Found) -> bool {
    found.row.is_closed() && found.side == Side::Server
}

/// What it means that a caller left without a word, and what to do.
const LEFT: (&str, &str) = (
    "the caller closed the connection: health checks and port scans do, and callers that do not accept \
     the server's certificate, or cannot use their own",
    "nothing, unless that caller complains: then its log has the reason",
);

/// What it means, and what to do, where no certificate of ours was refused: the server's was not accepted,
/// by our side or by a caller, or a caller left.
pub fn otherwise(found: &Found) -> Option<(String, String)> {
    if is_left(found) {
        return Some((LEFT.0.to_owned(), LEFT.1.to_owned()));
    }
    let means = found.row.of_server.as_deref()?;
    let (who, then) = match (found.is_sent, found.side) {
        (true, _) => (
            "our side does not accept the peer's certificate",
            "trust its issuer, or have it mended",
        ),
        (_, Side::Server) => (
            "the caller does not accept the server's certificate",
            "mend it there, or have the caller trust its issuer",
        ),
        _ => return None,
    };
    let next =
        format!("`hookprint thumbprint HOST:PORT --chain` shows what the server sends; {then}");
    Some((format!("{who}: {means}"), next))
}

/// What it comes to, in the words of the side that says it.
pub fn title(found: &Found, whole: &Whole, title: &str) -> String {
    let alert = || title.trim_start_matches("TLS alert ");
    let is_of_server = found.row.of_server.is_some();
    match (found.kind, found.side) {
        (Kind::Alert, _) if found.is_sent => {
            let why = if is_of_server { ": it does not take what the peer showed" } else { "" };
            format!("our side ended TLS with alert {}{why}", alert())
        }
        (Kind::Alert, Side::Server) => {
            let why = if is_of_server { ": it is about the server's certificate" } else { "" };
            format!("the caller ended TLS with alert {}{why}", alert())
        }
        (Kind::Alert, _) => {
            let when = match whole.is_new {
                Some(true) => " after the handshake (TLS 1.3)",
                Some(false) => " during the handshake (TLS 1.2)",
                None => "",
            };
            format!("the peer refused{when} with TLS alert {}", alert())
        }
        _ if found.row.judges() && found.side == Side::Server => {
            format!("the caller's certificate was not accepted: {title}")
        }
        _ if found.row.judges() => format!("the peer's certificate was not accepted: {title}"),
        _ if is_left(found) => "the caller closed the connection".to_owned(),
        _ => title.to_owned(),
    }
}
