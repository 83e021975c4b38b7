//! Files of other tools that are no captures here: told by name, with the way to one that is.

use super::json;
use crate::error::Error;
use crate::failure::Failure;

/// A kind of file that is not read.
struct Other {
    name: &'static str,
    looks_like: fn(&[u8]) -> bool,
    help: &'static str,
}

const OTHERS: &[Other] = &[
    Other {
        name: "a PowerShell command",
        looks_like: |start| {
            let words = first_words(start);
            let is = |word: &str, name: &str| word.eq_ignore_ascii_case(name);
            words.iter().any(|word| {
                ["Invoke-WebRequest", "Invoke-RestMethod", "iwr", "irm"]
                    .iter()
                    .any(|name| is(word, name))
            }) || words.first().is_some_and(|word| word.starts_with('$'))
                && words.get(1).is_some_and(|word| word == "=")
        },
        help: "copy the request as cURL (bash) instead",
    },
    Other {
        name: "a fetch call of JavaScript",
        looks_like: |start| {
            first_words(start).iter().take(3).any(|word| word.starts_with("fetch("))
        },
        help: "copy the request as cURL (bash) instead",
    },
    Other {
        name: "a goreplay file",
        looks_like: |start| {
            // `1 ID TIMESTAMP`, and a raw message from the next line on.
            let line = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
            let words: Vec<_> = line.split(|byte| *byte == b' ').collect();
            matches!(words[..], [[b'1'..=b'3'], id, time, ..]
                if id.len() >= 8 && !time.is_empty() && time.trim_ascii().iter().all(u8::is_ascii_digit))
        },
        help: "take one request out of it, from its second line to the one before the monkeys, as \
               a raw HTTP message",
    },
    Other {
        name: "a mitmproxy flow file",
        // A tnetstring: length, colon, a dictionary whose keys are such strings.
        looks_like: |start| {
            let digits = start.iter().take_while(|byte| byte.is_ascii_digit()).count();
            (1..=9).contains(&digits)
                && start.get(digits) == Some(&b':')
                && start.get(digits + 1).is_some_and(u8::is_ascii_digit)
        },
        help: "convert it to HAR: mitmdump -nr FILE --set hardump=FILE.har",
    },
    Other {
        name: "a packet capture",
        // Magic numbers of pcap in both byte orders and resolutions, and of pcapng.
        looks_like: |start| {
            const MAGIC: [[u8; 4]; 5] = [
                [0xa1, 0xb2, 0xc3, 0xd4],
                [0xd4, 0xc3, 0xb2, 0xa1],
                [0xa1, 0xb2, 0x3c, 0x4d],
                [0x4d, 0x3c, 0xb2, 0xa1],
                [0x0a, 0x0d, 0x0d, 0x0a],
            ];
            MAGIC.iter().any(|magic| start.starts_with(magic))
        },
        help: "save the request with Follow HTTP Stream as raw bytes, which is a raw HTTP message",
    },
    Other {
        name: "a compressed file",
        looks_like: |start| start.starts_with(&[0x1f, 0x8b]) || start.starts_with(b"PK\x03\x04"),
        help: "unpack it first: gunzip or unzip FILE",
    },
    Other {
        name: "JSON like an environment of .http files",
        looks_like: is_environment,
        help: "give the .http file, and each value with --var NAME=VALUE; a bare payload needs --payload",
    },
    Other {
        name: "a Postman collection of version 1",
        looks_like: |start| has(start, &["requests", "order"]),
        help: "open it in Postman and export it as Collection v2.1",
    },
    Other {
        name: "an Insomnia export of format 4 in YAML",
        looks_like: |start| {
            let mut lines = start.split(|byte| *byte == b'\n').take(20);
            lines.any(|line| line.starts_with(b"__export_format:"))
        },
        help: "export it as Insomnia v5, as v4 in JSON or as HAR",
    },
    Other {
        name: "a list of items saved by Burp",
        looks_like: |start| {
            memchr::memmem::find(&start[..start.len().min(400)], b"<items burpVersion=").is_some()
        },
        help: "copy the request from its Raw tab into a file, as a raw HTTP message",
    },
    Other {
        name: "an event of Stripe, a payload without its request",
        looks_like: |start| has(start, &["object", "type", "data", "livemode", "pending_webhooks"]),
        help: "give it with --payload FILE; replay --resign stripe signs it as Stripe does",
    },
    Other {
        name: "a message of Svix, a payload without its request",
        looks_like: |start| has(start, &["eventType", "payload"]),
        help: "give the contents of its payload with --payload FILE; replay --resign \
               standard-webhooks signs it as Svix does",
    },
];

/// Whether an object, or the first of a list, has all of these members.
fn has(start: &[u8], names: &[&str]) -> bool {
    json::has_all(&json::keys(start), names)
}

/// The words of the first line that has any.
fn first_words(start: &[u8]) -> Vec<String> {
    let lines = start.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let line = lines.take(20).find(|line| !line.is_empty()).unwrap_or_default();
    let line = String::from_utf8_lossy(&line[..line.len().min(1000)]).into_owned();
    line.split_whitespace().map(str::to_owned).collect()
}

/// `{"dev": {"host": "..."}, ...}`: environments with their variables, and nothing else.
fn is_environment(start: &[u8]) -> bool {
    let value = serde_json::from_slice(start.trim_ascii());
    let Ok(serde_json::Value::Object(environments)) = value else { return false };
    !environments.is_empty() && environments.values().all(serde_json::Value::is_object)
}

/// The refusal of a file that is known, but not read.
pub(super) fn refusal(start: &[u8]) -> Option<Error> {
    let other = OTHERS.iter().find(|other| (other.looks_like)(start))?;
    let message = format!("this is {}, which is not supported", other.name);
    Some(Error::new(Failure::Unsupported, message).help(other.help))
}

#[cfg(test)]
mod tests {
    use super::super::{Options, load};
    use crate::failure::Failure;

    #[test]
    fn each_is_refused_by_name_with_a_way_out() {
        for (start, name, help) in [
            (
                &b"1 f45590522cd1838b4a0d5c5aab80b77929dea3b3 1231231231\nPOST / HTTP/1.1\r\n"[..],
                "goreplay",
                "raw HTTP message",
            ),
            (b"1094:9:websocket;0:~8:response;378:6:reason;", "mitmproxy", "hardump"),
            (b"\xd4\xc3\xb2\xa1\x02\0\x04\0", "packet capture", "Follow HTTP Stream"),
            (b"\x0a\x0d\x0d\x0a\x1c\0\0\0", "packet capture", "raw bytes"),
            (b"\x1f\x8b\x08\0", "compressed", "gunzip"),
            (
                b"$session = New-Object Microsoft.PowerShell.Commands.WebRequestSession\n",
                "PowerShell",
                "cURL",
            ),
            (b"Invoke-WebRequest -UseBasicParsing -Uri \"https://h\" `\n", "PowerShell", "cURL"),
            (b"fetch(\"https://h/x\", {\n  \"body\": null\n});", "fetch", "cURL"),
            (b"await fetch(\"https://h/x\");", "fetch", "cURL"),
            (br#"{"dev":{"host":"a"},"prod":{"host":"b"}}"#, "environment", "--var"),
            (br#"{"id":"x","name":"x","order":[],"requests":[]}"#, "Postman", "v2.1"),
            (b"_type: export\n__export_format: 4\n", "Insomnia", "JSON"),
            (b"<?xml version=\"1.0\"?>\n<items burpVersion=\"2026.1\">", "Burp", "raw HTTP"),
            (
                br#"{"id":"evt_1","object":"event","api_version":"x","created":1,"data":{},"livemode":false,"pending_webhooks":1,"type":"a"}"#,
                "event of Stripe",
                "--payload",
            ),
            (br#"{"id":"msg_1","eventType":"a.b","payload":{"a":1},"timestamp":"x"}"#, "message of Svix", "--payload"),
        ] {
            let error = load(start, &Options::default()).err().unwrap();
            assert_eq!(error.code, Failure::Unsupported, "{name}: {error}");
            assert!(error.message.contains(name), "{error}");
            assert!(error.help.as_deref().unwrap().contains(help), "{name}");
        }
    }
}
