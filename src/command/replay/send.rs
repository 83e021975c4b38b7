//! `send SCHEME --to URL --payload FILE`: posts any payload as that provider would. It is `replay` of one
//! request that is put together here; everything behind that is the same.

use std::path::PathBuf;
use std::str::FromStr;

use super::deliver;
use super::feed::{Feed, Origin};
use super::sender::{self, EventPlace, Sender};
use super::sending::Sending;
use crate::args::text::filled;
use crate::capture::Captured;
use crate::command::Context;
use crate::command::readdress::of_body;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::http::{Headers, Request};
use crate::input::named;
use crate::json::pointer::{self, Gap};
use crate::report::Reporter;
use crate::secret::Source;
use crate::signature::resign::Resigner;
use crate::signature::scheme::Lookup;
use crate::signature::standard;

/// Shown in help and man page.
pub const EXAMPLES: &str = r"Examples:
  # as GitHub would post it
  hookprint send github --payload push.json --to http://127.0.0.1:8080 \
      --secret env:SECRET --event push
  # with another id in the payload; all other bytes stay
  hookprint send stripe --payload paid.json --to https://hooks.example \
      --secret env:SECRET --set /id=evt_2
  # over mutual TLS
  hookprint send kindly --payload body.json --to https://hooks.example \
      --secret env:SECRET --cert client.p12 --password prompt
  # twice with the same id: is it processed once?
  hookprint send shopify --payload order.json --to https://hooks.example \
      --secret env:SECRET --id 7d1f --repeat 2
  # look first
  hookprint send shopify --payload order.json --to https://hooks.example \
      --secret env:SECRET --dry-run
";

/// What bars show, below the options.
pub const AFTER: &str = "Bars: latency histogram, relative to the longest row.";

/// Arguments of `send`.
#[derive(clap::Args, Debug)]
#[command(
    override_usage = "hookprint send [OPTIONS] <SCHEME> --payload <FILE> --secret <SOURCE>\n           \
                            --to <URL>"
)]
#[command(mut_arg("repeat", |arg| arg.help("Send it this many times with the same id, like a retry")))]
#[command(mut_arg("to", |arg| arg.help("Destination")))]
#[command(mut_arg("dry_run", |arg| arg.help("Print exactly what would be sent, without sending")))]
pub struct Args {
    /// Whose signature it gets: a scheme of `hookprint schemes`, a generic one (hmac-sha1,
    /// hmac-sha256, hmac-sha512, jwt, http-message-signature) or one of --scheme-file
    #[arg(value_name = "SCHEME")]
    scheme: String,
    /// The body: a file, or - for standard input; its bytes are sent unchanged
    #[arg(long, value_name = "FILE")]
    payload: PathBuf,
    /// Signing secret: file:PATH, env:NAME, fd:N, stdin or prompt
    #[arg(long, value_name = "SOURCE")]
    secret: Source,
    /// Name of the event, in the header or payload member that this provider uses [default: that of the
    /// payload, or a usual one]
    #[arg(long, value_name = "NAME", value_parser = filled)]
    event: Option<String>,
    /// Id of the event or delivery [default: a random one]; for jwt and http-message-signature the id of
    /// the key
    #[arg(long, value_name = "ID", allow_hyphen_values = true, value_parser = filled)]
    id: Option<String>,
    /// Replace the value at this JSON Pointer in the JSON payload; all other bytes stay. VALUE is JSON,
    /// or else text (can be repeated)
    #[arg(long, value_name = "POINTER=VALUE")]
    set: Vec<Setting>,
    /// How it is sent.
    #[command(flatten)]
    sending: Sending,
}

/// A value for a place in a JSON text.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Setting {
    pointer: String,
    /// As it is written.
    json: String,
}

impl Setting {
    /// This text in that place.
    fn text(pointer: &str, text: &str) -> Self {
        Self { pointer: pointer.to_owned(), json: serde_json::Value::from(text).to_string() }
    }
}

impl FromStr for Setting {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let refused = || {
            Error::usage("a value for the payload is written POINTER=VALUE")
                .help("for example /data/object/paid=true; ~1 stands for / in a name, ~0 for ~")
        };
        let (pointer, value) = text.split_once('=').ok_or_else(refused)?;
        if !pointer.is_empty() && !pointer.starts_with('/') {
            return Err(refused());
        }
        Ok(match serde_json::from_str::<serde::de::IgnoredAny>(value) {
            Ok(_) => Self { pointer: pointer.to_owned(), json: value.to_owned() },
            Err(_) => Self::text(pointer, value),
        })
    }
}

/// Sends the payload.
pub fn run(args: &Args, context: &Context, reporter: &mut Reporter) -> Result<()> {
    let name = args.scheme.as_str();
    let sender = sender::of_scheme(name);
    // Of a standard it is the id of the key, and says so in what is signed.
    let (key_id, id) = match standard::named(name) {
        Some(_) => (args.id.as_deref(), None),
        None => (None, args.id.clone()),
    };
    let signer = args.sending.signing.resigner(name, &args.secret, key_id, context)?;
    let mut body = context.read(&args.payload)?;
    let mut settings = args.set.clone();
    match (&args.event, sender.map_or(EventPlace::Nowhere, Sender::event_place)) {
        (Some(event), EventPlace::Payload(at)) => settings.push(Setting::text(at, event)),
        (Some(_), EventPlace::Nowhere) => {
            return Err(Error::usage(format!(
                "--event: it is not known where {name} puts the name of an event"
            ))
            .help(
                "--header 'Name: value' sets a header, --set POINTER=VALUE a value of the payload",
            ));
        }
        _ => {}
    }
    if !settings.is_empty() {
        body = with(body, &settings).map_err(|error| error.about(named::file(&args.payload)))?;
    }
    let id = id.unwrap_or_else(|| sender.map_or_else(sender::any_id, Sender::new_id));
    let mut headers = match sender {
        Some(sender) => {
            if context.global.verbose > 0 {
                let source = sender.provenance().text();
                context.note(&format!("the headers for {name} follow {source}"));
            }
            let event = args.event.clone().or_else(|| sender.named_in(&body));
            let event = event.or_else(|| {
                let usual = sender.usual_event()?;
                context.note(&format!("the event is {usual}; --event sets another"));
                Some(usual.to_owned())
            });
            sender.headers(&id, event.as_deref(), context.now)
        }
        None => of_body(&body),
    };
    if let Some(place) = time_in_body(&signer) {
        context.note(&format!(
            "the time that {name} signs is in the payload, and is not changed: {place}"
        ));
    }
    keep_id(&signer, &id, &mut headers);
    let request = Request { method: "POST".to_owned(), target: "/".to_owned(), headers, body };
    let captured = Captured { name: named::file(&args.payload), request, ..Captured::default() };
    let feed = Feed::new(Origin::One(Box::new(captured)), None, u64::MAX, args.sending.repeat);
    let changes = args.sending.changes(Some(signer));
    deliver(&args.sending, None, changes, feed, true, context, reporter)
}

/// The payload with these values in it.
fn with(body: Vec<u8>, settings: &[Setting]) -> Result<Vec<u8>> {
    let no_json = || {
        Error::new(Failure::Malformed, "the payload is not JSON: nothing can be set in it")
            .help("leave out --set, and --event if it is in the payload")
    };
    let mut text = String::from_utf8(body).map_err(|_| no_json())?;
    for Setting { pointer, json } in settings {
        text = pointer::set(&text, pointer, json).map_err(|gap| match gap {
            Gap::NoJson => no_json(),
            Gap::Nothing => Error::usage(format!("the payload has nothing at {pointer}"))
                .help("--set replaces existing values: name a member or an index that exists"),
        })?;
    }
    Ok(text.into_bytes())
}

/// Where the time stands that is signed, when that is in the payload.
fn time_in_body(signer: &Resigner) -> Option<&Lookup> {
    let Resigner::Scheme(signer) = signer else { return None };
    let timestamp = signer.scheme().timestamp.as_ref()?;
    Some(&timestamp.from).filter(|from| from.is_in_body())
}

/// An id that is signed is the same in each attempt, or a second one would be another delivery.
fn keep_id(signer: &Resigner, id: &str, headers: &mut Headers) {
    let Resigner::Scheme(signer) = signer else { return };
    for (_, lookup) in &signer.scheme().variables {
        if let Lookup::Header(name) = lookup
            && headers.get(name).is_none()
        {
            headers.push(name.clone(), id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setting(text: &str) -> (String, String) {
        let Setting { pointer, json } = text.parse().unwrap();
        (pointer, json)
    }

    #[test]
    fn a_value_is_json_or_else_text() {
        for (text, pointer, json) in [
            ("/a=true", "/a", "true"),
            ("/a/0=2.50", "/a/0", "2.50"),
            ("/a={\"b\": []}", "/a", "{\"b\": []}"),
            ("/a=a=b \"c\"", "/a", "\"a=b \\\"c\\\"\""),
            ("/a=", "/a", "\"\""),
            ("/=x", "/", "\"x\""),
            ("=null", "", "null"),
        ] {
            assert_eq!(setting(text), (pointer.to_owned(), json.to_owned()), "{text}");
        }
        for text in ["", "/a", "a=1", "a/b=1"] {
            assert!(text.parse::<Setting>().is_err(), "{text}");
        }
    }

    #[test]
    fn only_what_is_set_is_another() {
        let set = |body: &str, all: &[&str]| {
            let all: Vec<Setting> = all.iter().map(|one| one.parse().unwrap()).collect();
            with(body.into(), &all).map(|body| String::from_utf8(body).unwrap())
        };
        let body = "{ \"a\": 1.0,\n\t\"b\": [\"\\u00e9\", {}] }\r\n";
        let sent = set(body, &["/a=2", "/b/1={\"c\":3}", "/b/1/c=\"d\""]).unwrap();
        assert_eq!(sent, "{ \"a\": 2,\n\t\"b\": [\"\\u00e9\", {\"c\":\"d\"}] }\r\n");
        assert_eq!(set(body, &["/c=1"]).unwrap_err().message, "the payload has nothing at /c");
        assert_eq!(set("a=1", &["/a=1"]).unwrap_err().code, Failure::Malformed);
        assert_eq!(
            with(b"\xff".to_vec(), &[Setting::text("/a", "b")]).unwrap_err().code,
            Failure::Malformed
        );
    }
}
