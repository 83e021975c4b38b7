//! Providers that check an address before they send the first webhook: what they ask, and what has to be
//! answered, by the rows of `data/challenges.toml`.
//!
//! Nothing is answered without what a row needs, and no answer vouches for more than a word: whoever asks
//! for the MAC of a whole body could use it to forge a delivery.

mod answer;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use time::OffsetDateTime;

use answer::{Answer, Piece};

use super::dated::{Day, Grade, Provenance};
use super::table;
use crate::digest::{base64, hex};
use crate::error::{Error, Result};
use crate::http::{Request, Response};
use crate::secret::Secret;
use crate::signature::Message;
use crate::signature::challenge as proof;
use crate::signature::content::Gap;
use crate::signature::lookup::Lookup;
use crate::signature::message::lines;

/// Whose checks are known; the table has a row or two of each.
pub const PROVIDERS: [&str; 10] = [
    "meta",
    "zoom",
    "slack",
    "ebay",
    "microsoft-graph",
    "event-grid",
    "twitch",
    "dropbox",
    "x",
    "xero",
];

/// Longer bodies are no checks of an address, in bytes.
const BODY: usize = 64 << 10;
/// The longest text that is answered, in bytes.
const VALUE: usize = 1024;

/// One way in which a provider checks an address.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    provider: String,
    title: String,
    method: String,
    #[serde(default)]
    when: BTreeMap<Place, String>,
    value: Option<Place>,
    compare: Option<Place>,
    signed: Option<String>,
    text: Option<Answer>,
    #[serde(default)]
    json: BTreeMap<String, Answer>,
    #[serde(default)]
    headers: BTreeMap<String, Answer>,
    source: String,
    read_on: Day,
    grade: Grade,
}

/// Where something stands in a request, as [`Lookup`] is spelled.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place(Lookup);

#[derive(Deserialize)]
struct Table {
    challenge: Vec<Row>,
}

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let table: Result<Table> = table::read(include_str!("../data/challenges.toml"));
    table.map(|table| table.challenge).unwrap_or_default()
});

/// The scheme that the checks of a provider are signed under, if they are.
pub fn scheme(provider: &str) -> Option<&'static str> {
    let rows = ROWS.iter().filter(|row| row.provider == provider);
    rows.into_iter().find_map(|row| row.signed.as_deref())
}

/// What answers are made with.
#[derive(Debug, Default)]
pub struct Given {
    /// What the provider signs with.
    pub secret: Option<Secret>,
    /// What it has to name, or wants hashed.
    pub token: Option<Secret>,
    /// The address as it is registered there.
    pub url: Option<String>,
}

/// The checks of one provider, which can be answered.
#[derive(Debug)]
pub struct Challenges {
    rows: Vec<&'static Row>,
    given: Given,
}

/// A check of the address that was asked for.
#[derive(Debug)]
pub struct Challenge<'a> {
    row: &'static Row,
    given: &'a Given,
    value: String,
    compared: Option<Vec<u8>>,
}

impl Challenges {
    /// The checks of a provider.
    ///
    /// # Errors
    /// `usage` when nobody has that name, and for what a row needs and was not given, or has no use for.
    pub fn of(provider: &str, given: Given) -> Result<Self> {
        let rows: Vec<_> = ROWS.iter().filter(|row| row.provider == provider).collect();
        if rows.is_empty() {
            let message = format!("--challenge: nothing is known of a provider {provider}");
            return Err(Error::usage(message).help(format!("there are: {}", PROVIDERS.join(", "))));
        }
        let any = |needs: fn(&Row) -> bool| rows.iter().any(|row| needs(row));
        let token = any(|row| row.compare.is_some() || row.has(&Piece::Sha256Hex));
        let refused = |what: &str, help: &str| {
            Err(Error::usage(format!("--challenge {provider}: {what}")).help(help))
        };
        match &given {
            Given { secret: None, .. } if any(Row::needs_secret) => refused(
                "there is no secret to answer with",
                "give --secret SOURCE (file:PATH, env:NAME, fd:N, stdin or prompt)",
            ),
            Given { token: None, .. } if token => refused(
                "there is no verify token",
                "give the one that is registered there, with --verify-token SOURCE",
            ),
            Given { token: Some(_), .. } if !token => refused(
                "it does not use a --verify-token",
                "leave it out: nothing would compare it",
            ),
            Given { url: None, .. } if any(|row| row.has(&Piece::Sha256Hex)) => refused(
                "its answer depends on the URL",
                "give it with --url, exactly as it is registered there",
            ),
            Given { secret, token, .. }
                if [secret, token].into_iter().flatten().any(Secret::is_empty) =>
            {
                refused("the secret or the token is empty", "anyone would know it")
            }
            _ => Ok(Self { rows, given }),
        }
    }

    /// Whether some answer needs the secret.
    pub fn needs_secret(&self) -> bool {
        self.rows.iter().any(|row| row.needs_secret())
    }

    /// What is known of it from long ago.
    pub fn stale(&self, now: OffsetDateTime) -> Vec<String> {
        let stale = |row: &&Row| {
            let provenance = row.provenance();
            let sentence = provenance.stale(&format!("the check of {}", row.title), now)?;
            Some(format!("{sentence}: {}", provenance.source))
        };
        self.rows.iter().filter_map(stale).collect()
    }

    /// What a request asks for, if it is a check of the address. Its body counts as `body`.
    pub fn asked(&self, request: &Request, body: &[u8]) -> Option<Challenge<'_>> {
        let body = if body.len() > BODY { &[] } else { body };
        let headers = lines(&request.headers);
        let message =
            Message { body, ..Message::of(request, &headers, Some(request.target.as_str())) };
        self.rows.iter().find_map(|row| {
            let value = row.asked(&message)?;
            let compared = row.compare.as_ref().and_then(|place| place.text(&message));
            let compared = compared.map(Cow::into_owned);
            Some(Challenge { row, given: &self.given, value, compared })
        })
    }
}

impl Row {
    fn has(&self, word: &Piece) -> bool {
        let answers = self.text.iter().chain(self.json.values()).chain(self.headers.values());
        answers.into_iter().any(|answer| answer.has(word))
    }

    fn signs(&self) -> bool {
        self.has(&Piece::HmacHex) || self.has(&Piece::HmacBase64)
    }

    fn needs_secret(&self) -> bool {
        self.signed.is_some() || self.signs()
    }

    /// The text that the answer is made of, if the message is such a check.
    fn asked(&self, message: &Message<'_>) -> Option<String> {
        let is_met = |(place, expected): (&Place, &String)| {
            let text = place.text(message);
            text.is_some_and(|text| expected == "*" || *text == *expected.as_bytes())
        };
        if message.method != self.method || !self.when.iter().all(is_met) {
            return None;
        }
        match &self.value {
            Some(place) => place.text(message).map(|text| String::from_utf8_lossy(&text).into()),
            None => Some(String::new()),
        }
    }

    fn provenance(&self) -> Provenance<'_> {
        let Self { source, read_on, grade, .. } = self;
        Provenance { source, read_on: *read_on, holds_until: None, grade: *grade }
    }
}

impl Challenge<'_> {
    /// Whose it is.
    pub fn provider(&self) -> &'static str {
        &self.row.provider
    }

    /// Whether its signature says who asks, and nothing else does.
    pub fn is_signed(&self) -> bool {
        self.row.signed.is_some()
    }

    /// The answer, or why there is none.
    pub fn answer(&self) -> Result<Response, &'static str> {
        if self.row.compare.is_some() && !self.names_token() {
            return Err("the verify token is not the one given");
        }
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
        let is_plain = |byte: u8| (b' '..0x7f).contains(&byte);
        let is_allowed = if self.row.signs() { is_word } else { is_plain };
        if self.value.len() > VALUE || !self.value.bytes().all(is_allowed) {
            return Err("what it wants answered is not a token");
        }
        let filled = |answer: &Answer| self.fill(answer).ok_or("there is nothing to answer with");
        let mut response = match &self.row.text {
            Some(text) => Response::text(200, filled(text)?),
            None => {
                let mut members = serde_json::Map::new();
                for (name, answer) in &self.row.json {
                    members.insert(name.clone(), filled(answer)?.into());
                }
                let mut response =
                    Response::text(200, serde_json::Value::Object(members).to_string());
                response.headers.set("Content-Type", "application/json");
                response
            }
        };
        // What strangers chose is text, whatever a browser makes of it.
        match response.body.is_empty() {
            true => response.headers.remove("Content-Type"),
            false => response.headers.push("X-Content-Type-Options", "nosniff"),
        }
        for (name, answer) in &self.row.headers {
            response.headers.push(name.as_str(), filled(answer)?);
        }
        Ok(response)
    }

    fn names_token(&self) -> bool {
        let named = self.compared.as_ref().zip(self.given.token.as_ref());
        named.is_some_and(|(named, token)| proof::names(named, token))
    }

    fn fill(&self, answer: &Answer) -> Option<String> {
        let Given { secret, token, url } = self.given;
        let mac = || proof::mac_of(&self.value, secret.as_ref()?);
        answer.fill(|piece| {
            Some(match piece {
                Piece::Text(text) => text.clone(),
                Piece::Value => self.value.clone(),
                Piece::HmacHex => hex(&mac()?),
                Piece::HmacBase64 => base64(&mac()?),
                Piece::Sha256Hex => {
                    hex(&proof::digest_of(&self.value, token.as_ref()?, url.as_ref()?))
                }
            })
        })
    }
}

impl Place {
    fn text<'m>(&self, message: &Message<'m>) -> Option<Cow<'m, [u8]>> {
        message.look_up(&self.0, &|name| Err(Gap::Missing(name.to_owned()))).ok()
    }
}

impl<'de> Deserialize<'de> for Place {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let lookup = Lookup::parse(&String::deserialize(deserializer)?);
        lookup.map(Self).ok_or_else(|| D::Error::custom("not a place"))
    }
}

#[cfg(test)]
mod tests;
