//! No capture grows: whatever it repeats, names or encodes, a request of it takes no more than a
//! small multiple of the capture, and of the limit.

use proptest::prelude::*;

use super::*;

const RECORD: usize = 16 << 10;

/// The bytes of a request and of all that is said about it.
fn size(captured: &Captured) -> usize {
    let request = &captured.request;
    let lines = request.headers.iter().map(|line| line.name.len() + line.value.len());
    let notes = captured.notes.iter().map(|note| note.message.len());
    let url = captured.url.as_ref().map_or(0, String::len);
    let head = request.method.len() + request.target.len() + captured.name.len() + url;
    head + lines.sum::<usize>() + request.body.len() + notes.sum::<usize>()
}

/// A capture that says `what` (a text of `length`) many times over.
fn bomb(kind: usize, length: usize, count: usize) -> String {
    let long = "%".repeat(length);
    let name = "n".repeat(length);
    let many = |text: &str| vec![text; count].join(",");
    match kind {
        0 => format!("@v={long}\nPOST https://h/x\n\n{}\n", "{{v}}".repeat(count)),
        1 => format!(
            "@v={long}\nPOST https://h/{}\n{}\n",
            "{{v}}".repeat(count),
            "{{v}}:{{v}}\n".repeat(count)
        ),
        2 => {
            let doubled = |n: usize| format!("@v{n}={{{{v{0}}}}}{{{{v{0}}}}}\n", n - 1);
            let bomb: String = (1..count.min(80)).map(doubled).collect();
            format!("@v0={long}\n{bomb}POST https://h/x\n\n{{{{v{}}}}}\n", count.min(80) - 1)
        }
        3 => format!("POST https://h/x\n\na\n{}", "# \n".repeat(count)),
        4 => format!(
            r#"{{"rawPath":"/","headers":{{}},"multiValueHeaders":{{"{name}":[{}]}}}}"#,
            many("\"\"")
        ),
        5 => format!(
            r#"{{"httpMethod":"GET","path":"/","multiValueQueryStringParameters":{{"{long}":[{}]}}}}"#,
            many("\"\"")
        ),
        6 => format!(r#"{{"rawPath":"/","headers":{{}},"cookies":[{}]}}"#, many("\"\"")),
        7 => format!(
            r#"{{"request_headers":{{"{name}":[{}]}},"request_data":"{long}"}}"#,
            many("\"\"")
        ),
        8 => format!(r#"[{}]"#, many(r#"{"data":{"headers":{},"body":{"a":[1]}},"source_id":1}"#)),
        9 => format!(
            r#"{{"log":{{"entries":[{{"request":{{"method":"POST","url":"/","headers":[{}],"postData":{{"mimeType":"application/x-www-form-urlencoded","params":[{}]}}}}}}]}}}}"#,
            many(r#"["",""]"#),
            many(r#"{"name":""}"#)
        ),
        10 => format!(
            "curl https://h --data-urlencode '{long}' {}",
            "-H 'a: ' -b a=b -d x ".repeat(count)
        ),
        11 => format!(
            r#"[{}]"#,
            many(
                r#"{"id":"a","method":"POST","headers":{"a":["b","c"]},"query_string":{"a":["b"]},"remote_addr":"","raw":""}"#
            )
        ),
        12 => format!(
            r#"{{"data":[{{"uuid":"","token_id":"","created_at":"","method":"POST","url":"{long}","headers":{{"{name}":[{}]}}}}]}}"#,
            many("\"\"")
        ),
        13 => format!(
            r#"{{"Records":[{{"messageId":"","receiptHandle":"","body":"{long}","messageAttributes":{{{}}}}}]}}"#,
            many(r#""a":{"stringValue":""}"#)
        ),
        14 => {
            let doubled = |n: usize| {
                format!(
                    r#"{{"key":"v{n}","value":"{0}{0}"}}"#,
                    format!("{{{{v{}}}}}", n.wrapping_sub(1))
                )
            };
            let levels = count % 18 + 1;
            let values: Vec<_> = (1..=levels).map(doubled).collect();
            format!(
                r#"{{"info":{{}},"variable":[{{"key":"v0","value":"{long}"}},{}],"item":[{{"request":"https://h/{{{{v{levels}}}}}"}}]}}"#,
                values.join(",")
            )
        }
        15 => {
            let auth = format!(r#"{{"type":"bearer","bearer":{{"token":"{long}"}}}}"#);
            format!(
                r#"{{"info":{{}},"auth":{auth},"item":[{}]}}"#,
                many(r#"{"item":[{"request":"https://h/a"}]}"#)
            )
        }
        16 => format!(
            r#"{{"_type":"export","__export_format":4,"resources":[{{"_type":"environment","data":{{"v":"{long}"}}}},{}]}}"#,
            many(r#"{"_type":"request","url":"https://h","body":{"text":"{{v}}{{v}}"}}"#)
        ),
        17 => format!(
            r#"{{"name":"","version":"1","brunoConfig":{{}},"root":{{"request":{{"headers":[{{"name":"a","value":"{long}"}}]}}}},"items":[{}]}}"#,
            many(r#"{"items":[{"request":{"url":"https://h","method":"POST"}}]}"#)
        ),
        18 => format!(
            "post {{\n  url: https://h/{}\n  body: formUrlEncoded\n}}\nvars:pre-request {{\n  v: {long}\n}}\nbody:form-urlencoded {{\n{}}}\n",
            "{{v}}".repeat(count),
            "  {{v}}: {{v}}\n".repeat(count)
        ),
        19 => format!("GET https://h/{long}\n{}\n\nGET https://h\n", "a: b\n".repeat(count)),
        20 => format!("curl https://h {}", "-F 'a=b' --form-string c=d ".repeat(count)),
        21 => format!("curl https://h -d '{long}' {}", "--next https://h -d x ".repeat(count)),
        22 => format!("curl https://h/[1-{count}]{{a,b}} -d '{long}'"),
        23 => format!("curl https://h -d @- <<E\n{}\nE\n", long.repeat(count.min(50))),
        24 => format!(
            "POST https://h/x\nContent-Type: application/x-www-form-urlencoded\n\n{}",
            "%\n".repeat(count)
        ),
        25 => format!(
            "GRAPHQL https://h/x\n\nquery {{ {} }}\n\n{{\"a\":\"{long}\"}}",
            "\"\n".repeat(count)
        ),
        26 => format!("GET https://h/{}?{}", "\"".repeat(length), "\"".repeat(count)),
        _ => format!("curl -G https://h {}", format!("--data-urlencode '{long}' ").repeat(count)),
    }
}

proptest! {
    #[test]
    fn what_comes_out_is_bounded_by_what_went_in(kind in 0..28_usize, length in 0..3000_usize, count in 1..600_usize) {
        let text = bomb(kind, length, count);
        let options = Options { record: RECORD, ..Options::default() };
        let most = 6 * text.len() + 3 * RECORD + 1000;
        match load(text.as_bytes(), &options) {
            Ok(captures) => {
                for captured in captures {
                    let size = captured.map_or_else(|error| error.message.len(), |captured| size(&captured));
                    prop_assert!(size <= most, "{kind}: {size} of {}", text.len());
                }
            }
            Err(error) => prop_assert!(error.message.len() <= 1000, "{error}"),
        }
    }
}
