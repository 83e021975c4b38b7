//! Collections of Postman: what is read of them, and what is not taken for granted.

use super::*;
use crate::capture::load;
use crate::finding::Code;

fn all(items: &str, more: &str) -> Vec<Result<Captured>> {
    let text = format!(
        r#"{{"info":{{"name":"c","schema":"https://schema.getpostman.com/json/collection/v2.1.0/collection.json"}},
        "item":[{items}],"variable":[{{"key":"base","value":"https://{{{{host}}}}/v1"}},{{"key":"host","value":"h.example"}},{{"key":"n","value":1}}]{more}}}"#
    );
    load(text.as_bytes(), &Options::default()).unwrap().collect()
}

fn one(request: &str) -> Captured {
    all(&format!(r#"{{"name":"a","request":{request}}}"#), "").remove(0).unwrap()
}

fn sent(captured: &Captured) -> (String, String, String) {
    let request = &captured.request;
    let kind = request.headers.text("Content-Type").unwrap_or_default();
    (request.target.clone(), kind, String::from_utf8_lossy(&request.body).into_owned())
}

#[test]
fn requests_of_folders_have_the_values_and_the_authorization_of_those() {
    let basic = r#"{"type":"basic","basic":[{"key":"username","value":"{{n}}"},{"key":"password","value":"p"}]}"#;
    let read = all(
        &format!(
            r#"{{"name":"f","auth":{basic},"item":[{{"name":"a","request":{{"method":"POST","url":"{{{{base}}}}/a?b=c d"}}}},
            {{"name":"b","request":{{"method":"GET","url":"{{{{base}}}}/b","auth":{{"type":"noauth"}}}}}}]}},
            {{"name":"c","request":"{{{{base}}}}/c"}},{{"name":"d","request":{{"url":"{{{{no}}}}"}}}}"#
        ),
        r#","auth":{"type":"bearer","bearer":{"token":"t{{n}}"}}"#,
    );
    let auth = |index: usize| read[index].as_ref().unwrap().request.headers.text("authorization");
    assert_eq!(auth(0).as_deref(), Some("Basic MTpw"));
    assert_eq!((auth(1), auth(2).as_deref()), (None, Some("Bearer t1")));
    let first = read[0].as_ref().unwrap();
    assert_eq!(first.url.as_deref(), Some("https://h.example/v1/a?b=c%20d"));
    assert_eq!(read[3].as_ref().unwrap_err().code, Failure::VariableUnknown);
}

#[test]
fn a_url_in_parts_has_what_is_switched_on() {
    let captured = one(
        r#"{"method":"PUT","header":[{"key":"A","value":"1"},{"key":"B","value":"2","disabled":true}],
        "url":{"raw":"https://x/:id/y?a=1&b&c=","protocol":"https","host":["a","example"],"port":"8443","path":["x",":id","{{n}}"],
        "query":[{"key":"a","value":"1&2"},{"key":"b","value":null},{"key":"c","value":""},{"key":"d","value":"2","disabled":true}],
        "variable":[{"key":"id","value":"é/"}]}}"#,
    );
    assert_eq!(captured.url.as_deref(), Some("https://a.example:8443/x/%C3%A9//1?a=1%262&b&c="));
    let names: Vec<_> = captured.request.headers.iter().map(|line| &line.name[..]).collect();
    assert_eq!(names, ["A", "Host"]);
}

#[test]
fn a_url_is_encoded_where_it_must_be() {
    let captured =
        one(r#"{"url":"http://h/a b/é{}?q=c d&e=f'g\"h<i>|j{k}^l`m&p=%20+[1]:@!$*(),;~#x"}"#);
    assert_eq!(
        captured.request.target,
        "/a%20b/%C3%A9%7B%7D?q=c%20d&e=f%27g%22h%3Ci%3E|j{k}^l`m&p=%20+[1]:@!$*(),;~"
    );
}

#[test]
fn a_get_has_a_body_only_where_that_is_switched_on() {
    let item = r#"{"name":"a","request":{"method":"GET","url":"http://h","body":{"mode":"raw","raw":"x"}}}"#;
    assert!(all(item, "")[0].as_ref().unwrap().request.body.is_empty());
    let item = item.replace(
        r#""request""#,
        r#""protocolProfileBehavior":{"disableBodyPruning":true},"request""#,
    );
    assert_eq!(all(&item, "")[0].as_ref().unwrap().request.body, b"x");
}

#[test]
fn bodies_of_every_mode() {
    let body = |body: &str| one(&format!(r#"{{"method":"POST","url":"http://h","body":{body}}}"#));
    let json =
        body(r#"{"mode":"raw","raw":"{\"a\": {{n}}}\n","options":{"raw":{"language":"json"}}}"#);
    assert_eq!(sent(&json), ("/".into(), "application/json".into(), "{\"a\": 1}\n".into()));
    let form = body(
        r#"{"mode":"urlencoded","urlencoded":[{"key":"a b","value":"ü+!"},{"key":"c","value":"","disabled":true}]}"#,
    );
    assert_eq!(sent(&form).2, "a%20b=%C3%BC%2B%21");
    assert_eq!(form.notes, []);
    let graphql = body(
        r#"{"mode":"graphql","graphql":{"query":"{ a(b: \"{{n}}\") }","variables":"{ \"x\": 1 }"}}"#,
    );
    assert_eq!(sent(&graphql).2, r#"{"query":"{ a(b: \"1\") }","variables":{ "x": 1 }}"#);
    let parts = body(r#"{"mode":"formdata","formdata":[{"key":"a","value":"1","type":"text"}]}"#);
    assert!(sent(&parts).1.starts_with("multipart/form-data; boundary="));
    assert_eq!(parts.notes[0].code, Code::BodyRebuilt);
    assert_eq!(sent(&body(r#"{"mode":"none"}"#)).1, "");
}

#[test]
fn files_scripts_and_authorizations_that_are_made_anew_are_not_taken_for_granted() {
    let failure = |request: &str| {
        all(&format!(r#"{{"name":"a","request":{request}}}"#), "").remove(0).unwrap_err()
    };
    for body in [
        r#"{"mode":"file","file":{"src":"/etc/passwd"}}"#,
        r#"{"mode":"formdata","formdata":[{"key":"f","type":"file","src":["a.bin"]}]}"#,
    ] {
        let error = failure(&format!(r#"{{"method":"POST","url":"http://h","body":{body}}}"#));
        assert_eq!(error.code, Failure::FilesNotAllowed);
    }
    let error = failure(r#"{"url":"http://h","auth":{"type":"awsv4","awsv4":[]}}"#);
    assert_eq!(error.code, Failure::Unsupported);
    assert!(error.message.starts_with("a: ") && error.message.contains("awsv4"), "{error}");
    let script = r#"{"name":"a","request":"http://h","event":[{"listen":"prerequest","script":{"exec":["pm.request.headers.add(1)"]}}]}"#;
    assert_eq!(all(script, "")[0].as_ref().unwrap().notes[0].code, Code::HeadRebuilt);
    let empty = script.replace("pm.request.headers.add(1)", "");
    assert_eq!(all(&empty, "")[0].as_ref().unwrap().notes, []);
}
