//! Requests that webhook.site has kept: a page of `GET /token/TOKEN/requests`, one of them, or the export as CSV,
//! whose columns have the names of the same members. The body is `content`, as text.
//!
//! Source: "API Endpoints: Requests", docs.webhook.site/api/requests.html.

use serde::Deserialize;
use serde_json::value::RawValue;
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime};

use super::csv::Rows;
use super::fields::lines;
use super::json::{self, Elements};
use super::room::{Room, excerpt};
use super::{Captured, Captures, Note, Options, Source, unreadable, whole};
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::http::{Request, Url};

#[derive(Default, Deserialize)]
struct Kept<'a> {
    uuid: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    ip: Option<String>,
    method: Option<String>,
    content: Option<String>,
    #[serde(borrow)]
    headers: Option<&'a RawValue>,
    url: Option<String>,
    created_at: Option<String>,
}

/// A page of requests, one of them, or a table.
pub(super) fn looks_like(start: &[u8]) -> bool {
    let is_kept = |keys: &[String]| json::has_all(keys, &["uuid", "token_id", "created_at"]);
    is_kept(&json::keys(start)) || is_page(start) || is_table(start)
}

fn is_page(start: &[u8]) -> bool {
    json::has_all(&json::keys_under(start, &["data"]), &["uuid", "token_id"])
        || json::has_all(&json::keys(start), &["data", "is_last_page"])
}

/// The names of its columns stand in the first line.
fn is_table(start: &[u8]) -> bool {
    let line = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let names = Rows::new(line.to_vec()).next().unwrap_or_default();
    let has = |name: &str| names.iter().any(|column| column.eq_ignore_ascii_case(name));
    has("uuid") && has("method") && has("url") && has("content")
}

/// Yields a request for each.
pub(super) fn read<'a>(mut source: Source<'a>, options: &Options) -> Result<Captures<'a>> {
    let room = Room::new(options.record);
    let start = source.fill_buf().map_err(unreadable)?;
    if is_table(start) {
        return table(whole(source)?, room);
    }
    let requests = match is_page(start) {
        true => Box::new(Elements::under(source, &["data"])?),
        false => json::objects(source)?,
    };
    Ok(Box::new(requests.enumerate().map(move |(index, json)| {
        let name = format!("request {}", index + 1);
        let read = json.and_then(|json| {
            let kept: Kept = serde_json::from_slice(&json).map_err(|e| malformed(&e))?;
            kept.captured(&name, room)
        });
        read.map_err(|error| error.about(&name))
    })))
}

fn table<'a>(text: Vec<u8>, room: Room) -> Result<Captures<'a>> {
    let mut rows = Rows::new(text);
    let names = rows.next().unwrap_or_default();
    Ok(Box::new(rows.enumerate().map(move |(index, row)| {
        let name = format!("row {}", index + 2);
        let cell = |wanted: &str| {
            let at = names.iter().position(|name| name.eq_ignore_ascii_case(wanted))?;
            row.get(at).filter(|cell| !cell.is_empty()).cloned()
        };
        let headers = cell("headers").filter(|cell| cell.starts_with('{'));
        let headers = headers.as_deref().map(serde_json::from_str::<&RawValue>).transpose();
        let read = headers.map_err(|e| malformed(&e)).and_then(|headers| {
            let kept = Kept {
                uuid: cell("uuid"),
                kind: cell("type"),
                ip: cell("ip"),
                method: cell("method"),
                content: cell("content"),
                headers,
                url: cell("url"),
                created_at: cell("created_at"),
            };
            kept.captured(&name, room)
        });
        read.map_err(|error| error.about(&name))
    })))
}

fn malformed(error: &serde_json::Error) -> Error {
    Error::new(Failure::Malformed, format!("request of webhook.site: {error}"))
}

impl Kept<'_> {
    fn captured(self, name: &str, mut room: Room) -> Result<Captured> {
        if let Some(kind) = self.kind.filter(|kind| kind != "web") {
            let message = format!("it is of type {}, not an HTTP request", excerpt(&kind));
            return Err(Error::new(Failure::Unsupported, message)
                .help("e-mails and DNS queries are in the same list: leave them out"));
        }
        let missing = |what: &str| {
            Error::new(Failure::Malformed, format!("request of webhook.site: {what} is missing"))
        };
        let url = self.url.ok_or_else(|| missing("url"))?;
        let mut notes = Vec::new();
        let headers = match self.headers {
            Some(headers) => lines(headers, &mut room)?,
            None => {
                notes.push(Note::head_rebuilt("the export has no header lines"));
                Default::default()
            }
        };
        let request = Request {
            method: self.method.ok_or_else(|| missing("method"))?,
            // An empty query was not sent: each URL is written with its mark.
            target: Url::of(url.strip_suffix('?').unwrap_or(&url)).target(),
            headers,
            body: self.content.unwrap_or_default().into_bytes(),
        };
        notes.extend(Note::resized(&request));
        Ok(Captured {
            name: self.uuid.unwrap_or_else(|| name.to_owned()),
            request,
            url: Some(url),
            received_at: self.created_at.as_deref().and_then(moment),
            peer: self.ip,
            notes,
            ..Captured::default()
        })
    }
}

/// `2019-10-03 19:06:35`, in UTC.
fn moment(text: &str) -> Option<OffsetDateTime> {
    let format = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
    PrimitiveDateTime::parse(text, &format).ok().map(PrimitiveDateTime::assume_utc)
}

#[cfg(test)]
mod tests {
    use super::super::load;
    use super::*;
    use crate::finding::Code;

    const KEPT: &str = r#"{"uuid":"a2a6a4ae","token_id":"a94a7294","ip":"127.0.0.1","hostname":"webhook.site","method":"POST",
        "user_agent":"Paw","content":"{\"a\": \"é\"}","query":{"action":"create"},
        "headers":{"content-length":["11"],"host":["webhook.site"],"x-a":["1","2"]},
        "url":"https:\/\/webhook.site\/a94a7294\/201?","created_at":"2019-10-03 19:06:35","updated_at":"2019-10-03 19:06:35"}"#;

    fn all(text: &str) -> Vec<Result<Captured>> {
        load(text.as_bytes(), &Options::default()).unwrap().collect()
    }

    #[test]
    fn a_page_one_and_a_list_are_read() {
        let page = format!(r#"{{"data":[{KEPT}],"total":1,"per_page":50,"is_last_page":true}}"#);
        for text in [page, KEPT.to_owned(), format!("[{KEPT}]")] {
            let read = all(&text);
            let captured = read[0].as_ref().unwrap();
            assert_eq!(captured.request.body, "{\"a\": \"é\"}".as_bytes());
            assert_eq!(captured.request.target, "/a94a7294/201");
            assert_eq!(captured.request.headers.all("X-A").count(), 2);
            assert_eq!(captured.received_at.unwrap().unix_timestamp(), 1_570_129_595);
            assert_eq!((&captured.name[..], captured.notes.len()), ("a2a6a4ae", 0));
        }
        assert!(all(r#"{"data":[],"is_last_page":true}"#).is_empty());
    }

    #[test]
    fn a_body_that_is_not_there_and_an_email_are_said() {
        let parts = all(&KEPT.replace(r#""content":"{\"a\": \"é\"}""#, r#""content":"""#));
        assert_eq!(parts[0].as_ref().unwrap().notes[0].code, Code::BodyRebuilt);
        let email = all(&KEPT.replace(r#""ip""#, r#""type":"email","ip""#));
        assert_eq!(email[0].as_ref().unwrap_err().code, Failure::Unsupported);
    }

    #[test]
    fn a_table_has_the_same_in_its_columns() {
        let table = "\u{feff}uuid,type,method,url,ip,headers,content,created_at\r\n\
             1,web,POST,https://webhook.site/t/x?b=1,::1,\"{\"\"content-length\"\":[\"\"7\"\"]}\",\"a,\n\"\"b\"\"\",2019-10-03 19:06:35\r\n\
             2,web,GET,https://webhook.site/t,::1,,,2019-10-03 19:06:35\r\n3,email,,,,,x,\r\n";
        let read = all(table);
        let first = read[0].as_ref().unwrap();
        assert_eq!((&first.request.body[..], first.notes.len()), (&b"a,\n\"b\""[..], 1));
        assert_eq!((&first.request.target[..], &first.name[..]), ("/t/x?b=1", "1"));
        assert_eq!(read[1].as_ref().unwrap().notes[0].code, Code::HeadRebuilt);
        assert_eq!((read.len(), read[2].is_err()), (3, true));
    }
}
