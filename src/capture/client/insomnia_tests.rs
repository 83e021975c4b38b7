//! Exports of Insomnia: what is read of them, and what is not taken for granted.

use super::*;
use crate::capture::load;
use crate::finding::Code;

fn all(resources: &str) -> Vec<Result<Captured>> {
    let text = format!(
        r#"{{"_type":"export","__export_format":4,"__export_source":"insomnia.desktop.app:v9.3.3","resources":[
        {{"_id":"wrk_1","_type":"workspace","parentId":null,"name":"w"}},{resources},
        {{"_id":"env_1","_type":"environment","parentId":"wrk_1","data":{{"base":"https://{{{{ _.host }}}}","host":"h.example","deep":{{"n":7}},"two":"1"}}}},
        {{"_id":"env_2","_type":"environment","parentId":"env_1","data":{{"host":"other.example"}}}},
        {{"_id":"fld_1","_type":"request_group","parentId":"wrk_1","environment":{{"two":"2","own":"o"}},"authentication":{{"type":"basic","username":"u","password":"p"}}}}]}}"#
    );
    load(text.as_bytes(), &Options::default()).unwrap().collect()
}

fn one(more: &str) -> Result<Captured> {
    let request = r#"{"_id":"req_1","_type":"request","parentId":"fld_1","name":"a","method":"POST","url":"{{ _.base }}/x/:id","#;
    all(&format!("{request}{more}}}")).remove(0)
}

#[test]
fn variables_are_those_of_the_base_environment_and_of_folders() {
    let read = one(
        r#""headers":[{"name":"A","value":"{{ deep.n }}{{ _['own'] }}"},{"name":"B","value":"x","disabled":true}],
        "parameters":[{"name":"q","value":"a b&{{_.deep.n}}"}],"pathParameters":[{"name":"id","value":"1/2"}],
        "body":{"mimeType":"application/json","text":"{\"a\": \"{{ _.own }}\"}"}"#,
    )
    .unwrap();
    assert_eq!(read.url.as_deref(), Some("https://h.example/x/1/2?q=a%20b%267"));
    assert_eq!(read.request.body, b"{\"a\": \"o\"}");
    let line = |name: &str| read.request.headers.text(name);
    assert_eq!((line("a").as_deref(), line("b")), (Some("7o"), None));
    assert_eq!(line("content-type").as_deref(), Some("application/json"));
    assert_eq!(line("authorization").as_deref(), Some("Basic dTpw"));
    assert_eq!(read.notes, []);
    let two = one(r#""body":{"text":"{{ _.two }}"}"#).unwrap_err();
    assert_eq!(two.code, Failure::VariableUnknown);
}

#[test]
fn bodies_and_authorizations() {
    let form = one(
        r#""authentication":{"type":"bearer","token":"t"},"body":{"mimeType":"application/x-www-form-urlencoded","params":[{"name":"a b","value":"1!"},{"name":"c","disabled":true}]}"#,
    )
    .unwrap();
    assert_eq!(form.request.body, b"a%20b=1!");
    assert_eq!(form.request.headers.text("authorization").as_deref(), Some("Bearer t"));
    let file = one(r#""body":{"mimeType":"application/octet-stream","fileName":"/etc/passwd"}"#);
    assert_eq!(file.unwrap_err().code, Failure::FilesNotAllowed);
    let parts = one(
        r#""body":{"mimeType":"multipart/form-data","params":[{"name":"f","type":"file","fileName":"a"}]}"#,
    );
    assert_eq!(parts.unwrap_err().code, Failure::FilesNotAllowed);
    let key =
        one(r#""authentication":{"type":"apikey","key":"k","value":"v","addTo":"queryParams"}"#);
    assert_eq!(key.unwrap().request.target, "/x/:id?k=v");
}

#[test]
fn programs_and_what_is_no_http_request_are_refused_by_name() {
    for (more, what) in [
        (r#""body":{"text":"{% now 'iso-8601' %}"}"#, "a tag"),
        (r#""authentication":{"type":"oauth2"}"#, "oauth2"),
    ] {
        let error = one(more).unwrap_err();
        assert_eq!(error.code, Failure::Unsupported);
        assert!(error.message.starts_with("a: ") && error.message.contains(what), "{error}");
    }
    let socket = all(r#"{"_id":"ws_1","_type":"websocket_request","name":"s","url":"wss://h"}"#);
    assert_eq!(socket[0].as_ref().unwrap_err().code, Failure::Unsupported);
    let script = one(r#""preRequestScript":"insomnia.x()""#).unwrap();
    assert_eq!(script.notes[0].code, Code::HeadRebuilt);
    let old = r#"{"_type":"export","__export_format":3,"resources":[]}"#;
    let error = load(old.as_bytes(), &Options::default()).err().unwrap();
    assert_eq!(error.code, Failure::Unsupported);
}
