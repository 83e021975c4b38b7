//! The URLs of a curl command: the ones that `[1-3]` and `{a,b}` stand for, and what curl sends of each.

use super::super::room::{Room, excerpt};
use crate::digest;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::http::{Url, percent};

/// So many requests one URL may stand for.
const MOST: usize = 10_000;

/// A URL as it is typed.
#[derive(Debug)]
pub(super) struct Pattern {
    pieces: Vec<Piece>,
    count: usize,
}

#[derive(Debug)]
enum Piece {
    Text(String),
    /// `{a,b}`
    Set(Vec<String>),
    /// `[1-10:2]`, `[001-100]`: first, step, how many, and with how many digits.
    Numbers(u64, u64, usize, usize),
    /// `[a-z:2]`
    Letters(u8, usize, usize),
}

impl Piece {
    fn count(&self) -> usize {
        match self {
            Self::Text(_) => 1,
            Self::Set(texts) => texts.len(),
            Self::Numbers(.., count, _) | Self::Letters(.., count) => *count,
        }
    }

    fn push(&self, index: usize, url: &mut String) {
        match self {
            Self::Text(text) => url.push_str(text),
            Self::Set(texts) => url.push_str(texts.get(index).map_or("", String::as_str)),
            Self::Numbers(first, step, _, digits) => {
                url.push_str(&format!("{:0digits$}", first + step * index as u64));
            }
            Self::Letters(first, step, _) => url.push(char::from(first + (step * index) as u8)),
        }
    }
}

impl Pattern {
    /// Reads a URL; with `is_plain` (`--globoff`) it stands for itself.
    ///
    /// # Errors
    /// `malformed` where curl refuses it, `unsupported` for more than 10,000.
    pub(super) fn parse(text: &str, is_plain: bool) -> Result<Self> {
        let mut pieces = Vec::new();
        let (mut rest, mut fixed) = (text, String::new());
        while let Some(at) = rest.find(['[', '{', ']', '}', '\\']).filter(|_| !is_plain) {
            fixed.push_str(&rest[..at]);
            let (mark, after) = (rest.as_bytes()[at], &rest[at + 1..]);
            let escaped = after.chars().next().filter(|c| "[]{}".contains(*c));
            rest = match mark {
                b'\\' => {
                    fixed.push(escaped.unwrap_or('\\'));
                    &after[escaped.map_or(0, char::len_utf8)..]
                }
                b'[' if is_address(after) => {
                    let end = after.find(']').map_or(after.len(), |end| end + 1);
                    fixed.push('[');
                    fixed.push_str(&after[..end]);
                    &after[end..]
                }
                b'[' | b'{' => {
                    let close = if mark == b'[' { ']' } else { '}' };
                    let (inside, later) = after.split_once(close).ok_or_else(|| refused(text))?;
                    let piece = match mark {
                        b'[' => range(inside).ok_or_else(|| refused(text))?,
                        _ if inside.is_empty() || inside.contains(['{', '[', ']', '\\']) => {
                            return Err(refused(text));
                        }
                        _ => Piece::Set(inside.split(',').map(str::to_owned).collect()),
                    };
                    pieces.push(Piece::Text(std::mem::take(&mut fixed)));
                    pieces.push(piece);
                    later
                }
                _ => return Err(refused(text)),
            };
        }
        fixed.push_str(rest);
        pieces.push(Piece::Text(fixed));
        let count =
            pieces.iter().try_fold(1_usize, |count, piece| count.checked_mul(piece.count()));
        match count.filter(|count| *count <= MOST) {
            Some(count) => Ok(Self { pieces, count }),
            None => {
                let message = format!("{:?} expands to more than {MOST} requests", excerpt(text));
                Err(Error::new(Failure::Unsupported, message)
                    .help("write them out, or use fewer at a time"))
            }
        }
    }

    /// How many URLs it stands for.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// One of them; the last of its pieces counts fastest.
    pub(super) fn at(&self, index: usize) -> String {
        let mut later = self.count;
        let mut url = String::new();
        for piece in &self.pieces {
            later /= piece.count().max(1);
            piece.push(index / later.max(1) % piece.count().max(1), &mut url);
        }
        url
    }
}

/// Whether brackets hold an IPv6 address.
fn is_address(after: &str) -> bool {
    let inside = after.split(']').next().unwrap_or_default();
    inside.matches(':').count() > 1
        && inside.bytes().all(|byte| byte.is_ascii_hexdigit() || b":.%".contains(&byte))
}

fn range(inside: &str) -> Option<Piece> {
    let (range, step) = inside.split_once(':').unwrap_or((inside, "1"));
    let (first, last) = range.split_once('-')?;
    let step: u64 = step.parse().ok().filter(|step| *step > 0)?;
    let count = |width: u64| usize::try_from(width / step).ok()?.checked_add(1);
    if let ([first], [last]) = (first.as_bytes(), last.as_bytes())
        && first.is_ascii_alphabetic()
        && last.is_ascii_alphabetic()
    {
        let width = u64::from(last.checked_sub(*first).filter(|width| *width <= b'z' - b'a')?);
        return Some(Piece::Letters(*first, usize::try_from(step).ok()?, count(width)?));
    }
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(first) || !is_number(last) {
        return None;
    }
    let digits = if first.starts_with('0') { first.len() } else { 0 };
    let (first, last): (u64, u64) = (first.parse().ok()?, last.parse().ok()?);
    Some(Piece::Numbers(first, step, count(last.checked_sub(first)?)?, digits))
}

fn refused(text: &str) -> Error {
    let message = format!("{:?} has brackets or braces that curl refuses", excerpt(text));
    Error::new(Failure::Malformed, message)
        .help("with --globoff, or a backslash before them, they are taken literally")
}

/// What is sent for a URL.
#[derive(Debug)]
pub(super) struct Address {
    /// With its scheme.
    pub(super) url: String,
    pub(super) host: String,
    pub(super) path: String,
    pub(super) query: Option<String>,
    /// User and password in it, as `Authorization` has them.
    pub(super) authorization: Option<String>,
}

impl Address {
    /// Takes a URL apart as curl does.
    ///
    /// # Errors
    /// `malformed` where curl refuses it, `unsupported` where it is not of HTTP.
    pub(super) fn of(text: &str, keeps_dots: bool, room: &mut Room) -> Result<Self> {
        let url = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
        if url.bytes().any(|byte| byte.is_ascii_control() || byte == b' ') {
            let message =
                format!("the URL {:?} contains a space, which curl refuses", excerpt(&url));
            return Err(Error::new(Failure::Malformed, message).help("write it as %20"));
        }
        let cut = Url::of(&url);
        let scheme = cut.scheme.unwrap_or_default().to_ascii_lowercase();
        if !matches!(&scheme[..], "http" | "https") || cut.host().is_empty() {
            let message = format!("{:?} is not an http or https URL", excerpt(&url));
            return Err(
                Error::new(Failure::Unsupported, message).help("keep only commands with such URLs")
            );
        }
        room.take(3 * url.len())?;
        let path = match keeps_dots {
            true => cut.path().to_owned(),
            false => Url::without_dots(cut.path(), false),
        };
        let authorization = cut.authority.rsplit_once('@').map(|(user, _)| {
            let user = if user.contains(':') { user.to_owned() } else { format!("{user}:") };
            format!("Basic {}", digest::base64(&percent::decode(user.as_bytes(), false)))
        });
        let (host, query) = (cut.host_and_port().to_owned(), cut.query().map(str::to_owned));
        let path = if path.is_empty() { "/".to_owned() } else { percent::escape(&path, b"") };
        Ok(Self { host, path, query, authorization, url })
    }

    /// Adds to the query.
    pub(super) fn add(&mut self, more: &[u8]) {
        let query = self.query.get_or_insert_default();
        if !query.is_empty() {
            query.push('&');
        }
        query.push_str(&String::from_utf8_lossy(more));
    }

    /// Path and query.
    pub(super) fn target(&self) -> String {
        match &self.query {
            Some(query) => format!("{}?{query}", self.path),
            None => self.path.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<String> {
        let pattern = Pattern::parse(text, false).unwrap();
        (0..pattern.count()).map(|index| pattern.at(index)).collect()
    }

    #[test]
    fn patterns_stand_for_their_urls() {
        assert_eq!(
            all("h/{a,b}[1-2]?{,x}"),
            ["h/a1?", "h/a1?x", "h/a2?", "h/a2?x", "h/b1?", "h/b1?x", "h/b2?", "h/b2?x"]
        );
        assert_eq!(all("[08-12:2]"), ["08", "10", "12"]);
        assert_eq!(all("[a-e:3]"), ["a", "d"]);
        assert_eq!(all("http://[::1]:80/\\[x\\]\\{\\}\\y"), ["http://[::1]:80/[x]{}\\y"]);
        assert_eq!(Pattern::parse("x[1]{", true).unwrap().at(0), "x[1]{");
    }

    #[test]
    fn what_curl_refuses_is_refused() {
        for text in [
            "[1]", "[1-", "[5-1]", "[a-]", "[a-5]", "{}", "{a", "a]", "a}", "{a,{b}}", "[1-2:0]",
            "[1-x]",
        ] {
            assert_eq!(Pattern::parse(text, false).unwrap_err().code, Failure::Malformed, "{text}");
        }
        for text in ["[1-99999999999]", "[0-18446744073709551614]", "[0-99][0-99][0-99]"] {
            assert_eq!(
                Pattern::parse(text, false).unwrap_err().code,
                Failure::Unsupported,
                "{text}"
            );
        }
        for (text, code) in [
            ("h/a b", Failure::Malformed),
            ("ftp://h", Failure::Unsupported),
            ("http://", Failure::Unsupported),
        ] {
            assert_eq!(
                Address::of(text, false, &mut Room::new(1000)).unwrap_err().code,
                code,
                "{text}"
            );
        }
    }

    #[test]
    fn addresses_are_those_that_curl_calls() {
        let address = Address::of(
            "http://us%20er:p%40@h:81/a/../\u{e9}/./b?q=\u{e9}#f",
            false,
            &mut Room::new(1000),
        )
        .unwrap();
        assert_eq!(
            (address.target().as_str(), address.host.as_str()),
            ("/%C3%A9/b?q=\u{e9}", "h:81")
        );
        assert_eq!(address.authorization.as_deref(), Some("Basic dXMgZXI6cEA="));
        let address =
            |text: &str, keeps: bool| Address::of(text, keeps, &mut Room::new(1000)).unwrap();
        assert_eq!(address("h?x", false).target(), "/?x");
        assert_eq!(address("h/a/../b", true).target(), "/a/../b");
        assert_eq!(address("u@h", false).authorization.as_deref(), Some("Basic dTo="));
    }
}
