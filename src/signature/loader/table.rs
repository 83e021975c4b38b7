//! One table of a file of schemes: what may stand in it, and the scheme that it is read into.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

use crate::http::write::is_control;
use crate::signature::pattern::Pattern;
use crate::signature::scheme::{
    Algorithm, BodyDigest, Encoding, LOOKUPS, Lookup, Origin, Place, Scheme, SecretForm, Several,
    SignedHeaders, Timestamp, Unit, UrlForm,
};
use crate::signature::signing_certificate::{SigningCertificate, is_name_pattern, is_url_pattern};
use crate::signature::spelling::{Spelling, Spellings};
use crate::signature::template::{Template, Unreadable};

/// Most entries of `vars`, of `require` and of a list of headers.
const MOST_ENTRIES: usize = 32;
/// Longest tolerance, in seconds: a year.
const LONGEST_TOLERANCE: u64 = 366 * 86_400;

/// One table as it is written; every field may be left to the scheme it extends.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    pub(super) extends: Option<Spanned<String>>,
    signature: Option<Spanned<OneOrMany>>,
    member: Option<Spanned<String>>,
    value: Option<Spanned<String>>,
    split: Option<String>,
    alg: Option<Spanned<String>>,
    encoding: Option<Spanned<String>>,
    secret: Option<Spanned<String>>,
    secret_prefix: Option<String>,
    signed: Option<Spanned<String>>,
    timestamp: Option<Spanned<String>>,
    unit: Option<Spanned<String>>,
    tolerance: Option<Spanned<u64>>,
    ahead: Option<u64>,
    tolerance_source: Option<String>,
    #[serde(default)]
    vars: BTreeMap<String, Spanned<String>>,
    body_digest: Option<Spanned<Digest>>,
    signed_headers: Option<Spanned<HeaderList>>,
    certificate: Option<Spanned<Certificate>>,
    unsigned: Option<bool>,
    #[serde(default)]
    require: BTreeMap<String, String>,
    tolerates: Option<Vec<Spanned<String>>>,
    url_forms: Option<Vec<Spanned<String>>>,
    several: Option<Vec<Spanned<String>>>,
    title: Option<String>,
    source: Option<String>,
    read_on: Option<String>,
    grade: Option<String>,
    note: Option<String>,
    rotation: Option<String>,
    sdk: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Digest {
    from: String,
    alg: String,
    encoding: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct HeaderList {
    from: Spanned<String>,
    split: String,
    item: Spanned<String>,
    join: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Certificate {
    names: Vec<String>,
    from: Spanned<String>,
    urls: Vec<String>,
}

/// What is wrong with a file, and at which bytes of it.
pub(super) struct Flaw {
    pub(super) at: Range<usize>,
    pub(super) message: String,
}

impl Table {
    /// This table with what it leaves out taken from `base`.
    pub(super) fn over(self, base: Self) -> Self {
        Self {
            extends: base.extends,
            signature: self.signature.or(base.signature),
            member: self.member.or(base.member),
            value: self.value.or(base.value),
            split: self.split.or(base.split),
            alg: self.alg.or(base.alg),
            encoding: self.encoding.or(base.encoding),
            secret: self.secret.or(base.secret),
            secret_prefix: self.secret_prefix.or(base.secret_prefix),
            signed: self.signed.or(base.signed),
            timestamp: self.timestamp.or(base.timestamp),
            unit: self.unit.or(base.unit),
            tolerance: self.tolerance.or(base.tolerance),
            ahead: self.ahead.or(base.ahead),
            tolerance_source: self.tolerance_source.or(base.tolerance_source),
            vars: base.vars.into_iter().chain(self.vars).collect(),
            body_digest: self.body_digest.or(base.body_digest),
            signed_headers: self.signed_headers.or(base.signed_headers),
            certificate: self.certificate.or(base.certificate),
            unsigned: self.unsigned.or(base.unsigned),
            require: base.require.into_iter().chain(self.require).collect(),
            tolerates: self.tolerates.or(base.tolerates),
            url_forms: self.url_forms.or(base.url_forms),
            several: self.several.or(base.several),
            title: self.title.or(base.title),
            source: self.source.or(base.source),
            read_on: self.read_on.or(base.read_on),
            grade: self.grade.or(base.grade),
            note: self.note.or(base.note),
            rotation: self.rotation.or(base.rotation),
            sdk: self.sdk.or(base.sdk),
        }
    }
}

/// The scheme that the table says.
pub(super) fn build(name: &str, table: Table) -> Result<Scheme, Flaw> {
    let whole = || Flaw { at: 0..0, message: format!("scheme {name} has no `signature`") };
    let place = place(table.signature.as_ref().ok_or_else(whole)?)?;
    let value = match &table.value {
        Some(text) => Pattern::parse(text.get_ref()).map_err(|error| inside(text, &error))?,
        None => Pattern::default(),
    };
    let algorithm =
        spelled(table.alg.as_ref(), Algorithm::named, Algorithm::ALL.iter().map(|row| row.name()))?
            .unwrap_or(Algorithm::HmacSha256);
    let encoding = spelled(
        table.encoding.as_ref(),
        Encoding::named,
        Encoding::ALL.iter().map(|row| row.name()),
    )?;
    let encoding = match (encoding, algorithm) {
        (Some(encoding), _) => encoding,
        (None, Algorithm::Token) => Encoding::Plain,
        (None, _) => {
            let message = format!("scheme {name} has no `encoding`: hex, base64 or base64url");
            return Err(Flaw { at: 0..0, message });
        }
    };
    let secret = spelled(
        table.secret.as_ref(),
        SecretForm::named,
        SecretForm::ALL.iter().map(|row| row.name()),
    )?;
    let unit = spelled(table.unit.as_ref(), Unit::named, Unit::ALL.iter().map(|row| row.name()))?;
    let timestamp = match &table.timestamp {
        Some(text) => Some(Timestamp { from: lookup(text)?, unit: unit.unwrap_or(Unit::Seconds) }),
        None => None,
    };
    few(&table.vars, "vars")?;
    few(&table.require, "require")?;
    lines(&table)?;
    let mut variables = Vec::new();
    for (name, text) in &table.vars {
        variables.push((name.clone(), lookup(text)?));
    }
    let field = match &timestamp {
        Some(Timestamp { from: Lookup::Field(field), .. }) => Some(field.as_str()),
        _ => None,
    };
    let is_known = |word: &str| {
        table.vars.contains_key(word)
            || field == Some(word)
            || value.words().any(|known| known == word && known != "sig")
    };
    let signed = match &table.signed {
        Some(text) => {
            Template::parse(text.get_ref(), is_known).map_err(|error| inside(text, &error))?
        }
        None => Template::default(),
    };
    let tolerance = tolerance(name, &table, timestamp.is_some())?;
    Ok(Scheme {
        name: name.to_owned(),
        title: table.title.unwrap_or_else(|| name.to_owned()),
        place,
        member: table.member.map(|text| member(&text)).transpose()?,
        value,
        split: table.split.filter(|split| !split.is_empty()),
        algorithm,
        encoding,
        secret: secret.unwrap_or(SecretForm::Utf8),
        secret_prefix: table.secret_prefix,
        signed,
        timestamp,
        tolerance,
        ahead: table.ahead,
        variables,
        body_digest: table.body_digest.map(|digest| body_digest(&digest)).transpose()?,
        signed_headers: table.signed_headers.map(|list| signed_headers(&list)).transpose()?,
        certificate: table.certificate.map(|shown| certificate(&shown)).transpose()?,
        is_unsigned_without_secret: table.unsigned.unwrap_or_default(),
        require: table.require.into_iter().collect(),
        tolerates: match table.tolerates {
            Some(names) => {
                let each = each(Some(names), Spelling::named, Spelling::ALL, Spelling::name)?;
                each.into_iter().collect()
            }
            None => Spellings::usual(),
        },
        url_forms: each(table.url_forms, UrlForm::named, UrlForm::ALL, UrlForm::name)?,
        several: each(table.several, Several::named, Several::ALL, Several::name)?,
        origin: Origin {
            source: table.source,
            read_on: table.read_on,
            grade: table.grade,
            tolerance_source: table.tolerance_source,
            note: table.note,
            rotation: table.rotation,
            sdk: table.sdk,
        },
    })
}

/// Every time of signing is judged: without a tolerance a copy could be sent again for ever.
fn tolerance(name: &str, table: &Table, has_time: bool) -> Result<Option<u64>, Flaw> {
    match &table.tolerance {
        Some(seconds) if *seconds.get_ref() > LONGEST_TOLERANCE => {
            let message = format!("`tolerance` is at most {LONGEST_TOLERANCE} seconds, a year");
            Err(Flaw { at: seconds.span(), message })
        }
        Some(seconds) => Ok(Some(*seconds.get_ref())),
        None if has_time => {
            let at = table.timestamp.as_ref().map(Spanned::span).unwrap_or_default();
            let message = format!(
                "scheme {name} has a `timestamp` and no `tolerance`: give the seconds that its time \
                 may differ, 300 is usual"
            );
            Err(Flaw { at, message })
        }
        None => Ok(None),
    }
}

/// What becomes part of a header line cannot end it.
fn lines(table: &Table) -> Result<(), Flaw> {
    let required = table.require.iter().flat_map(|(name, value)| [name, value]);
    match required.chain(&table.split).any(|text| text.bytes().any(is_control)) {
        false => Ok(()),
        true => {
            let message = "a header cannot contain a control character: see `require` and `split`";
            Err(Flaw { at: 0..0, message: message.to_owned() })
        }
    }
}

fn few<T>(entries: &BTreeMap<String, T>, what: &str) -> Result<(), Flaw> {
    match entries.len() {
        0..=MOST_ENTRIES => Ok(()),
        many => {
            let message = format!("`{what}` has {many} entries; at most {MOST_ENTRIES} are read");
            Err(Flaw { at: 0..0, message })
        }
    }
}

/// Every value of a list, of which each has one of these names.
fn each<T: Copy>(
    texts: Option<Vec<Spanned<String>>>,
    named: fn(&str) -> Option<T>,
    all: &[T],
    name: fn(T) -> &'static str,
) -> Result<Vec<T>, Flaw> {
    let texts = texts.unwrap_or_default();
    let value = |text| spelled(Some(text), named, all.iter().map(|value| name(*value)));
    texts.iter().filter_map(|text| value(text).transpose()).collect()
}

fn place(signature: &Spanned<OneOrMany>) -> Result<Place, Flaw> {
    let names = match signature.get_ref() {
        OneOrMany::One(text) if text.contains(':') => {
            let place = Lookup::parse(text).filter(Lookup::is_in_body).map(Place::Body);
            return place.ok_or_else(|| not_a_place(signature));
        }
        OneOrMany::One(name) => vec![name.clone()],
        OneOrMany::Many(names) => names.clone(),
    };
    if names.len() > MOST_ENTRIES {
        let message = format!("`signature` lists at most {MOST_ENTRIES} headers");
        return Err(Flaw { at: signature.span(), message });
    }
    Place::headers(names).ok_or_else(|| not_a_place(signature))
}

fn member(text: &Spanned<String>) -> Result<String, Flaw> {
    match text.get_ref().starts_with('/') {
        true => Ok(text.get_ref().clone()),
        false => {
            let message = "`member` is a pointer into the JSON of the header: /NAME".to_owned();
            Err(Flaw { at: text.span(), message })
        }
    }
}

fn not_a_place(signature: &Spanned<OneOrMany>) -> Flaw {
    let message = "`signature` is a header name, a list of them, json:/pointer or form:NAME";
    Flaw { at: signature.span(), message: message.to_owned() }
}

fn lookup(text: &Spanned<String>) -> Result<Lookup, Flaw> {
    Lookup::parse(text.get_ref()).ok_or_else(|| Flaw {
        at: text.span(),
        message: format!(
            "{} is not a place: {}, or several of them with ` | ` between them",
            text.get_ref(),
            LOOKUPS.iter().map(|(form, _)| *form).collect::<Vec<_>>().join(", ")
        ),
    })
}

fn body_digest(digest: &Spanned<Digest>) -> Result<BodyDigest, Flaw> {
    let Digest { from, alg, encoding } = digest.get_ref();
    let flaw = |message: &str| Flaw { at: digest.span(), message: message.to_owned() };
    if alg != "sha256" {
        return Err(flaw("the only `alg` of a body digest is sha256"));
    }
    let from =
        Lookup::parse(from).ok_or_else(|| flaw("`from` of the body digest is not a place"))?;
    let encoding = Encoding::named(encoding).filter(|encoding| *encoding != Encoding::Plain);
    let encoding = encoding.ok_or_else(|| flaw("`encoding` is hex, base64 or base64url"))?;
    Ok(BodyDigest { from, encoding })
}

fn signed_headers(list: &Spanned<HeaderList>) -> Result<SignedHeaders, Flaw> {
    let HeaderList { from, split, item, join } = list.get_ref().clone();
    if split.is_empty() {
        let message = "`split` is what separates the names, and not empty".to_owned();
        return Err(Flaw { at: list.span(), message });
    }
    let message = "`item` is made of {name} and {value}, or of {value} alone".to_owned();
    // The pattern of a signature has one word that must be there: here it is the value.
    let pattern =
        Pattern::of_word("value", item.get_ref()).map_err(|error| inside(&item, &error))?;
    if !pattern.words().all(|word| ["name", "value"].contains(&word)) {
        return Err(Flaw { at: item.span(), message });
    }
    Ok(SignedHeaders { from: lookup(&from)?, split, item: pattern, join })
}

fn certificate(shown: &Spanned<Certificate>) -> Result<SigningCertificate, Flaw> {
    let Certificate { names, from, urls } = shown.get_ref();
    let is_known = !names.is_empty()
        && names.len() + urls.len() <= MOST_ENTRIES
        && names.iter().all(|name| is_name_pattern(name))
        && urls.iter().all(|url| is_url_pattern(url));
    if !is_known {
        let message = "`names` are DNS names, `urls` https:// addresses; `*` is a label or a part of the path";
        return Err(Flaw { at: shown.span(), message: message.to_owned() });
    }
    Ok(SigningCertificate { names: names.clone(), from: lookup(from)?, urls: urls.clone() })
}

fn spelled<'a, T>(
    text: Option<&Spanned<String>>,
    named: fn(&str) -> Option<T>,
    all: impl Iterator<Item = &'a str>,
) -> Result<Option<T>, Flaw> {
    let Some(text) = text else { return Ok(None) };
    match named(text.get_ref()) {
        Some(value) => Ok(Some(value)),
        None => {
            let all = all.collect::<Vec<_>>().join(", ");
            let message = format!("unknown value {}; known are {all}", text.get_ref());
            Err(Flaw { at: text.span(), message })
        }
    }
}

/// The place of a flaw inside a string: one byte after its opening quote, plus its offset.
fn inside(text: &Spanned<String>, error: &Unreadable) -> Flaw {
    let start = text.span().start + 1 + error.offset;
    Flaw { at: start..start, message: error.message.clone() }
}
