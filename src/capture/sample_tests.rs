//! Every format by a sample: told, read, damaged.

use super::*;

/// One small capture of each format.
const SAMPLES: &[(&str, &str)] = &[
    (
        ".har.ndjson",
        r#"{"startedDateTime":"2026-11-22T05:00:00Z","request":{"method":"POST","url":"https://a/b","headers":[{"name":"A","value":"b"}],"postData":{"text":"{}"}}}"#,
    ),
    (
        "HAR",
        r#"{"log":{"entries":[{"request":{"method":"GET","url":"https://a/b?c","headers":[]}}]}}"#,
    ),
    (
        "delivery export of GitHub, GitLab or Hookdeck",
        r#"{"guid":"g","delivered_at":"x","url":"https://a/b","request":{"headers":{"A":"b"},"payload":{"c":[1,"d"]}}}"#,
    ),
    (
        "ngrok requests",
        r#"{"uri":"/api/requests/http","requests":[{"id":"a","tunnel_name":"t","remote_addr":"::1","request":{"method":"POST","uri":"/a","raw":"UE9TVCAvYSBIVFRQLzEuMQ0KSG9zdDogYg0KDQp7fQ=="},"response":{"status_code":200}}]}"#,
    ),
    (
        "webhook.site export",
        r#"{"data":[{"uuid":"u","type":"web","token_id":"t","method":"POST","url":"https://a/b?","headers":{"a":["b"]},"content":"{}","created_at":"2026-11-22 05:00:00"}],"is_last_page":true}"#,
    ),
    (
        "RequestBin requests",
        r#"[{"id":"a","method":"POST","path":"/a","headers":{"A":"b"},"query_string":{"a":"b"},"remote_addr":"::1","raw":"{}","time":1.5}]"#,
    ),
    (
        "API Gateway event",
        r#"{"version":"2.0","rawPath":"/a","headers":{"host":"b"},"body":"e30=","isBase64Encoded":true}"#,
    ),
    (
        "SQS messages",
        r#"{"Records":[{"messageId":"m","receiptHandle":"r","body":"e30=","messageAttributes":{"A":{"stringValue":"b"}},"eventSource":"aws:sqs"}]}"#,
    ),
    (
        "Postman collection",
        r#"{"info":{"name":"c"},"item":[{"name":"f","item":[{"name":"a","request":{"method":"POST","url":{"raw":"{{b}}/:c","host":["{{b}}"],"path":[":c"],"query":[{"key":"d","value":"e"}]},"header":[{"key":"A","value":"b"}],"body":{"mode":"urlencoded","urlencoded":[{"key":"a","value":"{{b}}"}]},"auth":{"type":"basic","basic":[{"key":"username","value":"u"}]}}}]}],"variable":[{"key":"b","value":"https://a"}]}"#,
    ),
    (
        "Insomnia export",
        r#"{"_type":"export","__export_format":4,"resources":[{"_id":"req_1","_type":"request","parentId":"fld_1","url":"{{ _.b }}/c","method":"POST","body":{"mimeType":"application/json","text":"{}"}},{"_id":"env_1","_type":"environment","parentId":"wrk_1","data":{"b":"https://a"}}]}"#,
    ),
    (
        "Insomnia export in YAML",
        "type: collection.insomnia.rest/5.0\ncollection:\n- children:\n  - {url: '{{ _.b }}/c', method: POST, body: &a {text: '{}'}}\n  - {url: 'https://a', method: GET, body: *a}\nenvironments:\n  data: {b: 'https://a'}\n",
    ),
    (
        "Bruno collection",
        r#"{"name":"c","version":"1","items":[{"type":"http","name":"a","request":{"url":"https://a/:b","method":"POST","params":[{"name":"b","value":"{{c}}","type":"path","enabled":true}],"body":{"mode":"json","json":"{}"},"vars":{"req":[{"name":"c","value":"d"}]}}}],"environments":[]}"#,
    ),
    (
        "Bruno request",
        "meta {\n  name: a\n}\n\npost {\n  url: https://a/{{b}}\n  body: json\n}\n\nvars:pre-request {\n  b: c\n}\n\nbody:json {\n  {}\n}\n",
    ),
    ("Vegeta targets", "GET https://a/b\nA: b\n\nPOST https://c\n"),
    ("HTTP/1.1 message", "POST /a HTTP/1.1\r\nHost: b\r\nContent-Length: 2\r\n\r\n{}"),
    ("curl command line", "curl -X POST 'https://a/b' -H 'A: b' --data-raw $'{\\u0021}' \\\n -k"),
    (
        ".http file",
        "### a\n@v = b\nPOST https://a/{{v}}\nA: Basic a b\n\n{{$guid}}\n> {%\n%}\n###\nGET https://c\n",
    ),
];

#[test]
fn each_format_has_a_sample_that_is_told_by_its_bytes_and_read() {
    assert_eq!(SAMPLES.len(), FORMATS.len());
    for (format, (name, sample)) in FORMATS.iter().zip(SAMPLES) {
        assert_eq!(format.name, *name);
        let told = FORMATS.iter().find(|format| (format.looks_like)(sample.as_bytes()));
        assert_eq!(told.map(|format| format.name), Some(*name));
        let read: Vec<_> = load(sample.as_bytes(), &Options::default()).unwrap().collect();
        assert!(!read.is_empty() && read.iter().all(Result::is_ok), "{name}: {read:?}");
    }
}

proptest::proptest! {
    #[test]
    fn damaged_captures_are_read_or_refused(
        which in 0..SAMPLES.len(),
        edits in proptest::collection::vec((0_usize..200, 0_u8..=255), 0..6),
        cut in 0_usize..200,
    ) {
        let mut bytes = SAMPLES[which].1.as_bytes().to_vec();
        bytes.truncate(bytes.len().saturating_sub(cut / 4));
        for (at, byte) in edits {
            if let Some(slot) = bytes.get_mut(at) {
                *slot = byte;
            }
        }
        for format in FORMATS {
            let _ = (format.looks_like)(&bytes);
            if let Ok(captures) = (format.read)(Box::new(&bytes[..]), &Options::default()) {
                captures.take(1000).for_each(drop);
            }
        }
    }
}

#[test]
fn a_format_is_told_from_what_stands_behind_a_large_member() {
    let items = format!(r#"{{"name":"{}","request":"https://a"}}"#, "x".repeat(LOOK));
    let text = format!(r#"{{"item":[{items}],"info":{{}}}}"#);
    assert_eq!(load(text.as_bytes(), &Options::default()).unwrap().count(), 1);
    let text = format!(r#"{{"other":[{items}],"info":{{}}}}"#);
    assert!(load(text.as_bytes(), &Options::default()).is_err());
}

#[test]
fn what_is_no_capture_is_said() {
    for (bytes, message) in
        [(&b""[..], "the capture is empty"), (b"\0", "this is not a capture in a known format")]
    {
        let error = load(bytes, &Options::default()).err().unwrap();
        assert_eq!((error.code, error.message.as_str()), (Failure::Unrecognised, message));
    }
}
