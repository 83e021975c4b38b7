//! Collections of Bruno: what is read of them, and what is not taken for granted.

use super::*;
use crate::capture::load;
use crate::finding::Code;

fn all(items: &str, more: &str) -> Vec<Result<Captured>> {
    let text = format!(
        r#"{{"name":"c","version":"1","items":[{items}],
        "environments":[{{"name":"Local","variables":[{{"name":"base","value":"https://h.example","enabled":true,"secret":false}},{{"name":"off","value":"x","enabled":false}}]}}{more}],
        "root":{{"request":{{"headers":[{{"name":"X-All","value":"1","enabled":true}},{{"name":"X-Own","value":"1","enabled":true}}],"auth":{{"mode":"bearer","bearer":{{"token":"t"}}}}}}}}}}"#
    );
    load(text.as_bytes(), &Options::default()).unwrap().collect()
}

const REQUEST: &str = r#"{"type":"http","name":"a","seq":1,"request":{"url":"{{base}}/x/:id?q=1","method":"POST",
    "headers":[{"name":"x-own","value":"{{v}}","enabled":true},{"name":"X-Off","value":"1","enabled":false}],
    "params":[{"name":"q","value":"1","type":"query","enabled":true},{"name":"id","value":"7","type":"path","enabled":true}],
    "body":{"mode":"json","json":"{\n  \"a\": \"{{v}}\"\n}","formUrlEncoded":[],"multipartForm":[]},
    "auth":{"mode":"inherit"},"vars":{"req":[{"name":"v","value":"w","enabled":true,"local":false}]},"script":{}}}"#;

#[test]
fn requests_have_what_their_folders_have() {
    let folder = format!(
        r#"{{"type":"folder","name":"f","root":{{"request":{{"headers":[{{"name":"X-Folder","value":"1","enabled":true}}],"auth":{{"mode":"basic","basic":{{"username":"u","password":"p"}}}}}}}},"items":[{REQUEST}]}}"#
    );
    let read = all(&format!("{folder},{REQUEST}"), "");
    let line = |index: usize, name: &str| read[index].as_ref().unwrap().request.headers.text(name);
    assert_eq!(line(0, "authorization").as_deref(), Some("Basic dTpw"));
    assert_eq!(line(1, "authorization").as_deref(), Some("Bearer t"));
    assert_eq!((line(0, "x-folder").as_deref(), line(1, "x-folder")), (Some("1"), None));
    assert_eq!((line(1, "x-own").as_deref(), line(1, "x-off")), (Some("w"), None));
    assert_eq!(line(1, "x-all").as_deref(), Some("1"));
    let first = read[0].as_ref().unwrap();
    assert_eq!(first.url.as_deref(), Some("https://h.example/x/7?q=1"));
    assert_eq!(first.request.body, b"{\n  \"a\": \"w\"\n}");
    assert_eq!((first.request.method.as_str(), first.notes.len()), ("POST", 0));
}

#[test]
fn of_several_environments_none_is_chosen() {
    let read = all(REQUEST, r#",{"name":"Prod","variables":[]}"#);
    assert_eq!(read[0].as_ref().unwrap_err().code, Failure::VariableUnknown);
}

#[test]
fn bodies_scripts_and_what_is_no_http_request() {
    let body = |body: &str| {
        all(&format!(r#"{{"type":"http","name":"a","request":{{"url":"http://h","method":"POST","body":{body}}}}}"#), "").remove(0)
    };
    let form = body(
        r#"{"mode":"formUrlEncoded","formUrlEncoded":[{"name":"a b","value":"1!*~","enabled":true},{"name":"c","value":"","enabled":false}]}"#,
    );
    assert_eq!(form.unwrap().request.body, b"a+b=1%21*%7E");
    let graphql = body(r#"{"mode":"graphql","graphql":{"query":"{ a }","variables":""}}"#);
    assert_eq!(graphql.unwrap().request.body, br#"{"query":"{ a }","variables":{}}"#);
    for file in [
        r#"{"mode":"file","file":[{"filePath":"a","contentType":"","selected":true}]}"#,
        r#"{"mode":"multipartForm","multipartForm":[{"type":"file","name":"f","value":["/etc/passwd"],"enabled":true}]}"#,
    ] {
        assert_eq!(body(file).unwrap_err().code, Failure::FilesNotAllowed);
    }
    let script = REQUEST.replace(r#""script":{}"#, r#""script":{"req":"req.setHeader('a','b')"}"#);
    assert_eq!(all(&script, "")[0].as_ref().unwrap().notes[0].code, Code::HeadRebuilt);
    let socket = all(&REQUEST.replace(r#""type":"http""#, r#""type":"ws-request""#), "");
    assert_eq!(socket[0].as_ref().unwrap_err().code, Failure::Unsupported);
    let auth = all(&REQUEST.replace("inherit", "awsv4"), "");
    assert!(auth[0].as_ref().unwrap_err().message.contains("awsv4"));
}
