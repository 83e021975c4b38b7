//! Changes of the signed text: other templates over the times, ids and addresses of the request.

use std::borrow::Cow;

use time::OffsetDateTime;

use super::bodies::Body;
use super::cause::Cause;
use super::forms;
use crate::digest;
use crate::signature::candidates::Carrier;
use crate::signature::content::Gap;
use crate::signature::message::Message;
use crate::signature::moment;
use crate::signature::scheme::{Scheme, Unit};
use crate::signature::template::{Content, Template, Word};

/// Names of changes and their templates, the most frequent first. `{t}` is any time of the request,
/// `{id}` any id.
const ROWS: &[(&str, &str)] = &[
    ("text-body-alone", "{body}"),
    ("text-time-dot-body", "{t}.{body}"),
    ("text-time-colon-body", "{t}:{body}"),
    ("text-time-body", "{t}{body}"),
    ("text-body-time", "{body}{t}"),
    ("text-body-dot-time", "{body}.{t}"),
    ("text-body-colon-time", "{body}:{t}"),
    ("text-id-dot-time-dot-body", "{id}.{t}.{body}"),
    ("text-id-time-body", "{id}{t}{body}"),
    ("text-time-id-body", "{t}{id}{body}"),
    ("text-time-dot-id-dot-body", "{t}.{id}.{body}"),
    ("text-id-colon-time-colon-body", "{id}:{t}:{body}"),
    ("text-id-dot-body", "{id}.{body}"),
    ("text-id-body", "{id}{body}"),
    ("text-body-id", "{body}{id}"),
    ("text-body-dot-id-dot-time", "{body}.{id}.{t}"),
    ("text-v0-time-body", "v0:{t}:{body}"),
    ("text-v1-time-body", "v1:{t}:{body}"),
    ("text-v1-dot-time-dot-body", "v1.{t}.{body}"),
    ("text-time-newline-body", "{t}\n{body}"),
    ("text-time-bar-body", "{t}|{body}"),
    ("text-time-comma-body", "{t},{body}"),
    ("text-time-dash-body", "{t}-{body}"),
    ("text-time-underscore-body", "{t}_{body}"),
    ("text-time-space-body", "{t} {body}"),
    ("text-url-body", "{url}{body}"),
    ("text-body-url", "{body}{url}"),
    ("text-url-dot-body", "{url}.{body}"),
    ("text-url-alone", "{url}"),
    ("text-url-form", "{url}{form_sorted}"),
    ("text-method-url-body", "{method}{url}{body}"),
    ("text-method-url-body-time", "{method}{url}{body}{t}"),
    ("text-time-method-path-body", "{t}{method}{path_query}{body}"),
    ("text-method-path-body", "{method}{path_query}{body}"),
    ("text-method-newline-path-newline-body", "{method}\n{path_query}\n{body}"),
    ("text-path-body", "{path_query}{body}"),
    ("text-secret-body", "{secret}{body}"),
    ("text-body-secret", "{body}{secret}"),
    ("text-secret-method-url-body", "{secret}{method}{url}{body}"),
    ("text-body-sha256-hex", "{body_sha256_hex}"),
    ("text-body-sha256-base64", "{body_sha256_base64}"),
    ("text-time-dot-body-sha256-hex", "{t}.{body_sha256_hex}"),
];

/// Most times and ids of one request that are tried.
const MOST: usize = 6;

/// A text with the name it has in messages.
type Named = (String, Vec<u8>);

/// One text to try: the scheme's own, or one of the table.
pub enum Text {
    /// The scheme's own template.
    Own,
    /// The scheme's own template, with every time in the other unit.
    OwnTime {
        /// Whether milliseconds become seconds; else the reverse.
        to_seconds: bool,
    },
    /// The scheme's own template, with the fields of a form put together in another way.
    OwnForm(&'static forms::Row),
    /// A row of the table with its time and id chosen.
    Row {
        /// Name of the change.
        name: &'static str,
        /// Its template.
        template: Template,
        /// What `{t}` is.
        time: Option<Named>,
        /// What `{id}` is.
        id: Option<Named>,
    },
}

impl Text {
    /// All texts that this request gives, its own template first.
    pub fn all(scheme: &Scheme, message: &Message<'_>, carriers: &[Carrier<'_>]) -> Vec<Self> {
        let (times, ids) = (times(scheme, message, carriers), ids(scheme, message));
        let mut texts = vec![
            Self::Own,
            Self::OwnTime { to_seconds: true },
            Self::OwnTime { to_seconds: false },
        ];
        if scheme.signed.has(&Word::FormSorted) {
            texts.extend(forms::ROWS.iter().map(Self::OwnForm));
        }
        let own = scheme.signed.to_string();
        for (name, template) in ROWS.iter().filter(|(_, template)| *template != own) {
            let is_known = |word: &str| matches!(word, "t" | "id");
            let Ok(template) = Template::parse(template, is_known) else { continue };
            let uses = |name: &str| template.has(&Word::Named(name.to_owned()));
            let choices = |used: bool, from: &[Named]| match used {
                true => from.iter().cloned().map(Some).collect(),
                false => vec![None],
            };
            if template.words().any(Word::is_url) && message.url.is_none() {
                continue;
            }
            for time in choices(uses("t"), &times) {
                for id in choices(uses("id"), &ids) {
                    let (time, template) = (time.clone(), template.clone());
                    texts.push(Self::Row { name, template, time, id });
                }
            }
        }
        texts
    }

    /// Whether the URL stands in it.
    pub fn has_url(&self, scheme: &Scheme) -> bool {
        match self {
            Self::Own | Self::OwnTime { .. } | Self::OwnForm(_) => {
                scheme.signed.words().any(Word::is_url)
            }
            Self::Row { template, .. } => template.words().any(Word::is_url),
        }
    }

    /// Whether the secret stands in it, so that a digest without a key may be the algorithm.
    pub fn has_secret(&self, scheme: &Scheme) -> bool {
        match self {
            Self::Own | Self::OwnTime { .. } | Self::OwnForm(_) => scheme.signed.has(&Word::Secret),
            Self::Row { template, .. } => template.has(&Word::Secret),
        }
    }

    /// The signed content with that body; `None` when something it needs is not there.
    pub fn content(
        &self,
        scheme: &Scheme,
        message: &Message<'_>,
        body: &Body<'_>,
        secret: &[u8],
        carrier: &Carrier<'_>,
    ) -> Option<Content> {
        let fields = |name: &str| carrier.field(scheme, name);
        let message = &Message { body: body.bytes, ..*message };
        let word = |word: &Word| match word {
            Word::BodySha256Hex => Ok(digest::hex(body.sha256()).into_bytes().into()),
            Word::BodySha256Base64 => Ok(digest::base64(body.sha256()).into_bytes().into()),
            word => message.word(word, scheme, secret, &fields),
        };
        match self {
            Self::Own => scheme.signed.fill(word).ok(),
            Self::OwnTime { to_seconds } => {
                let mut is_changed = false;
                let content = scheme.signed.fill(|name| {
                    let text = word(name)?;
                    let other =
                        if name.needs_body() { None } else { converted(&text, *to_seconds) };
                    is_changed |= other.is_some();
                    Ok::<_, Gap>(other.map_or(text, Cow::Owned))
                });
                content.ok().filter(|_| is_changed)
            }
            Self::OwnForm(row) => {
                let content = scheme.signed.fill(|name| match name {
                    Word::FormSorted => Ok(Cow::Owned((row.write)(message.body))),
                    other => word(other),
                });
                content.ok()
            }
            Self::Row { template, time, id, .. } => {
                let chosen = |choice: &Option<Named>| {
                    choice.as_ref().map(|(_, text)| Cow::Owned(text.clone()))
                };
                let content = template.fill(|name| match name {
                    Word::Named(name) if name == "t" => chosen(time).ok_or(Gap::Url),
                    Word::Named(_) => chosen(id).ok_or(Gap::Url),
                    other => word(other),
                });
                content.ok()
            }
        }
    }

    /// Its words.
    pub fn cause(&self, scheme: &Scheme) -> Cause {
        let (change, signed) = match self {
            Self::Own => ("text-own".to_owned(), scheme.signed.to_string()),
            Self::OwnForm(row) => return row.cause(),
            Self::OwnTime { to_seconds } => {
                let unit = if *to_seconds { "seconds" } else { "milliseconds" };
                (
                    format!("text-time-in-{unit}"),
                    format!("{}, with the time in {unit}", scheme.signed),
                )
            }
            Self::Row { name, template, time, id } => {
                let place = |text: String, word: &str, choice: &Option<Named>| match choice {
                    Some((label, _)) => text.replace(word, &format!("{{{label}}}")),
                    None => text,
                };
                let text = place(template.to_string(), "{t}", time);
                ((*name).to_owned(), place(text, "{id}", id))
            }
        };
        Cause {
            change,
            message: format!("sign {signed} instead of {}", scheme.signed),
            why: format!("this sender signs a different text from scheme {}", scheme.name),
            help: "choose the sender's scheme, or give this text with --signed".to_owned(),
            command: None,
            code: &[],
        }
    }
}

/// Ten digits are seconds and thirteen milliseconds until the year 2286.
fn converted(text: &[u8], to_seconds: bool) -> Option<Vec<u8>> {
    if !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    match (text.len(), to_seconds) {
        (13, true) => Some(text[..10].to_vec()),
        (10, false) => Some([text, b"000"].concat()),
        _ => None,
    }
}

/// Every time in the headers and the signature header's own fields, also in other units.
fn times(scheme: &Scheme, message: &Message<'_>, carriers: &[Carrier<'_>]) -> Vec<Named> {
    let mut times: Vec<Named> = Vec::new();
    let mut add = |label: &str, text: &[u8]| {
        if times.len() < MOST && !times.iter().any(|(_, known)| known == text) {
            times.push((label.to_owned(), text.to_vec()));
        }
    };
    let items = carriers.iter().flat_map(|carrier| carrier.items(scheme));
    let fields = items.filter_map(|(item, _)| item.split_once('='));
    let fields = fields.filter(|(_, value)| is_digits(value.as_bytes()));
    for (name, value) in fields {
        add(name, value.as_bytes());
    }
    for (name, value) in message.headers {
        let lower = name.to_ascii_lowercase();
        let is_named = ["timestamp", "-time", "date"].iter().any(|word| lower.contains(word));
        if is_digits(value) || is_named && !value.is_empty() && value.len() <= 40 {
            add(name, value);
        }
    }
    for (label, text) in times.clone() {
        for (to_seconds, unit) in [(true, "seconds"), (false, "milliseconds")] {
            if let Some(other) = converted(&text, to_seconds) {
                times.push((format!("{label} in {unit}"), other));
            }
        }
        let text = String::from_utf8_lossy(&text);
        if let Ok(moment) = moment::parse(&text, Unit::Rfc3339) {
            let seconds = OffsetDateTime::unix_timestamp(moment).to_string();
            times.push((format!("{label} in seconds"), seconds.into_bytes()));
        }
    }
    times
}

fn is_digits(text: &[u8]) -> bool {
    matches!(text.len(), 10 | 13) && text.iter().all(u8::is_ascii_digit)
}

/// Every header that names the delivery.
fn ids(scheme: &Scheme, message: &Message<'_>) -> Vec<Named> {
    let is_id = |name: &str| {
        let lower = name.to_ascii_lowercase();
        let words = ["-id", "nonce", "delivery", "uuid", "token"];
        words.iter().any(|word| lower.contains(word)) && !scheme.place.takes(name)
    };
    let named = message
        .headers
        .iter()
        .filter(|(name, value)| is_id(name) && !value.is_empty() && value.len() <= 128);
    named.take(MOST).map(|(name, value)| ((*name).to_owned(), value.to_vec())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_can_be_read_and_names_are_unique() {
        let mut names: Vec<_> = ROWS.iter().map(|(name, _)| *name).collect();
        for (name, template) in ROWS {
            assert!(Template::parse(template, |word| matches!(word, "t" | "id")).is_ok(), "{name}");
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ROWS.len());
    }

    #[test]
    fn units() {
        assert_eq!(converted(b"1700000000123", true).unwrap(), b"1700000000");
        assert_eq!(converted(b"1700000000", false).unwrap(), b"1700000000000");
        assert_eq!(converted(b"1700000000", true), None);
        assert_eq!(converted(b"170000000x", false), None);
    }
}
