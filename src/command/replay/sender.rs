//! What a provider sends around a payload: its headers in their order, the name of the event, and an id.
//! Each provider is a row of `data/senders.toml`, with its source.

use std::sync::LazyLock;

use serde::Deserialize;
use time::OffsetDateTime;

use crate::cert::rfc3339;
use crate::http::Headers;
use crate::json::pointer;
use crate::policy::{Day, Grade, Provenance};
use crate::signature::sign::random_hex;

/// One provider.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sender {
    /// The schemes that it signs under.
    schemes: Vec<String>,
    /// `Name: value`; words in braces stand for what is known when it is sent.
    headers: Vec<String>,
    /// The event where nothing else names one.
    event: Option<String>,
    /// Where the payload names it (JSON Pointer).
    event_at: Option<String>,
    /// How ids look: `{uuid}` and `{hex}` are random.
    #[serde(default = "uuid")]
    id: String,
    source: String,
    read_on: Day,
    grade: Grade,
}

fn uuid() -> String {
    "{uuid}".to_owned()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    sender: Vec<Sender>,
}

static SENDERS: LazyLock<Vec<Sender>> = LazyLock::new(|| {
    let table: Result<Table, _> = toml::from_str(include_str!("../../data/senders.toml"));
    table.map(|table| table.sender).unwrap_or_default()
});

/// Who signs under the scheme of that name, if it is known what they send.
pub fn of_scheme(name: &str) -> Option<&'static Sender> {
    SENDERS.iter().find(|sender| sender.schemes.iter().any(|scheme| scheme == name))
}

/// A new id in the form that most have: for whom nothing is known of.
pub fn any_id() -> String {
    filled(&uuid())
}

/// A form of ids with something new in it.
fn filled(form: &str) -> String {
    let hex = random_hex();
    let [a, b, c, d, e] = [&hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..]];
    // Version 4 and its variant (RFC 9562 section 5.4).
    form.replace("{uuid}", &format!("{a}-{b}-4{c}-a{d}-{e}")).replace("{hex}", &hex)
}

/// Where an event that is named on the command line goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventPlace<'a> {
    /// Into a header.
    Header,
    /// Into the payload, there.
    Payload(&'a str),
    /// Nobody knows.
    Nowhere,
}

impl Sender {
    /// Where an event that is named on the command line goes.
    pub fn event_place(&self) -> EventPlace<'_> {
        match &self.event_at {
            _ if self.headers.iter().any(|line| line.contains("{event}")) => EventPlace::Header,
            Some(pointer) => EventPlace::Payload(pointer),
            None => EventPlace::Nowhere,
        }
    }

    /// Where all this was read.
    pub fn provenance(&self) -> Provenance<'_> {
        let Self { source, read_on, grade, .. } = self;
        Provenance { source, read_on: *read_on, holds_until: None, grade: *grade }
    }

    /// A new id.
    pub fn new_id(&self) -> String {
        filled(&self.id)
    }

    /// The event that the payload names.
    pub fn named_in(&self, body: &[u8]) -> Option<String> {
        let text = std::str::from_utf8(body).ok()?;
        let place = pointer::place(text, self.event_at.as_ref()?).ok()?;
        serde_json::from_str(&text[place]).ok()
    }

    /// A usual event, where nothing names one.
    pub fn usual_event(&self) -> Option<&str> {
        self.event.as_deref()
    }

    /// Its headers around one payload.
    pub fn headers(&self, id: &str, event: Option<&str>, now: OffsetDateTime) -> Headers {
        let mut headers = Headers::new();
        for (name, value) in self.headers.iter().filter_map(|line| line.split_once(": ")) {
            let value = value
                .replace("{event}", event.unwrap_or_default())
                .replace("{id}", id)
                .replace("{now}", &rfc3339(now))
                .replace("{seconds}", &now.unix_timestamp().to_string())
                .replace("{milliseconds}", &(now.unix_timestamp_nanos() / 1_000_000).to_string());
            headers.push(name, value);
        }
        headers
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::signature::loader;

    #[test]
    fn every_row_is_about_schemes_that_there_are_and_writes_real_headers() {
        let table: Table = toml::from_str(include_str!("../../data/senders.toml")).unwrap();
        let mut known = Vec::new();
        for sender in &table.sender {
            for scheme in &sender.schemes {
                assert!(loader::is_built_in(scheme), "{scheme}");
                assert!(!known.contains(&scheme), "{scheme} has two rows");
                known.push(scheme);
            }
            let sent = sender.headers("the-id", Some("the-event"), datetime!(2026-11-22 05:00 UTC));
            assert_eq!(sent.len(), sender.headers.len(), "{:?}", sender.headers);
            for line in sent.iter() {
                assert!(!line.value.is_empty() && !line.value.contains(&b'{'), "{line:?}");
            }
            let has_event = sender.event_place() == EventPlace::Header;
            assert!(sent.get("Content-Type").is_some(), "{:?}", sender.schemes);
            assert!(!has_event || sender.event.is_some(), "{:?}", sender.schemes);
            assert!(sender.source.starts_with("https://"), "{:?}", sender.schemes);
        }
        assert!(known.len() > 20);
    }

    #[test]
    fn an_event_is_named_by_the_payload_or_is_the_usual_one() {
        let linear = of_scheme("linear").unwrap();
        assert_eq!(linear.named_in(b"{\"type\":\"Comm\\u0065nt\"}").unwrap(), "Comment");
        assert_eq!(linear.named_in(b"{\"type\":7}"), None);
        assert_eq!(linear.named_in(b"\xff"), None);
        assert_eq!(linear.usual_event(), Some("Issue"));
        let stripe = of_scheme("stripe").unwrap();
        assert_eq!(stripe.event_place(), EventPlace::Payload("/type"));
        assert_eq!(of_scheme("hmac-sha256").map(|sender| &sender.schemes), None);
    }

    #[test]
    fn ids_look_as_theirs_do_and_are_new() {
        let github = of_scheme("github").unwrap();
        let ids = [github.new_id(), github.new_id()];
        assert_ne!(ids[0], ids[1]);
        for id in ids {
            let lengths: Vec<usize> = id.split('-').map(str::len).collect();
            assert_eq!(lengths, [8, 4, 4, 4, 12], "{id}");
            assert_eq!(id.as_bytes()[14], b'4', "{id}");
        }
        assert!(of_scheme("standard-webhooks").unwrap().new_id().starts_with("msg_"));
    }
}
