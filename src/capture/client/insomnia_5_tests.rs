//! Exports of Insomnia in YAML: the same is sent as of format 4.

use super::*;
use crate::capture::{Captured, load};
use crate::finding::Code;

const EXPORT: &str = r#"type: collection.insomnia.rest/5.0
schema_version: "5.1"
name: Shop
meta:
  id: wrk_1
  created: 1717508275743
collection:
  - name: Orders
    meta:
      id: fld_1
      sortKey: -1717508294832
    children:
      - url: "{{ _.base }}/x/:id"
        name: New order
        meta:
          id: req_1
        method: POST
        body:
          mimeType: application/json
          text: |-
            {
              "a": "{{ _.own }}"
            }
        parameters:
          - name: q
            value: a b&{{_.deep.n}}
          - name: off
            value: "1"
            disabled: true
        headers:
          - name: X-A
            value: "{{ deep.n }}{{ _['own'] }}"
          - name: x-team
            value: b
          - name: content-type
            value: application/vnd.a+json
        pathParameters:
          - name: id
            value: 1/2
        settings:
          renderRequestBody: true
    scripts:
      preRequest: insomnia.x()
    authentication:
      type: basic
      username: u
      password: p
    environment:
      own: o
    headers:
      - name: X-Team
        value: a
      - name: Content-Type
        value: text/plain
  - url: https://h.example/{{ _.empty }}
    name: Plain
    method: get
    authentication:
      type: bearer
      token: t
      disabled: false
  - name: Socket
    url: wss://h.example
    meta:
      id: ws-req_1
  - name: Call
    url: grpc://h.example
    reflectionApi:
      enabled: false
      url: ""
environments:
  name: Base
  data:
    base: https://{{ _.host }}
    host: h.example
    deep:
      n: 7
    empty: ""
  subEnvironments:
    - name: Other
      data:
        host: other.example
"#;

fn read_all(text: &str) -> Vec<Result<Captured>> {
    load(text.as_bytes(), &Options::default()).unwrap().collect()
}

#[test]
fn folders_give_what_they_have_and_requests_are_those_of_format_4() {
    let all = read_all(EXPORT);
    let order = all[0].as_ref().unwrap();
    assert_eq!(order.name, "New order");
    assert_eq!(order.url.as_deref(), Some("https://h.example/x/1/2?q=a%20b%267"));
    assert_eq!(order.request.method, "POST");
    assert_eq!(order.request.body, b"{\n  \"a\": \"o\"\n}");
    let lines = order
        .request
        .headers
        .iter()
        .map(|line| format!("{}: {}", line.name, String::from_utf8_lossy(&line.value)));
    assert_eq!(
        lines.collect::<Vec<_>>(),
        [
            "x-team: a, b",
            "content-type: application/vnd.a+json",
            "X-A: 7o",
            "Authorization: Basic dTpw",
            "Host: h.example",
        ]
    );
    assert_eq!(order.notes[0].code, Code::HeadRebuilt, "its folder has a script");
    let plain = all[1].as_ref().unwrap();
    assert_eq!(plain.url.as_deref(), Some("https://h.example/"));
    assert_eq!(plain.request.headers.text("authorization").as_deref(), Some("Bearer t"));
    for (refused, name) in [(&all[2], "Socket"), (&all[3], "Call")] {
        let error = refused.as_ref().unwrap_err();
        assert!(error.code == Failure::Unsupported && error.message.starts_with(name), "{error}");
    }
    assert_eq!(all.len(), 4);
}

#[test]
fn other_files_of_insomnia_and_what_is_no_yaml_are_refused_by_name() {
    for (text, code, what) in [
        ("type: environment.insomnia.rest/5.0\nname: x\n", Failure::Unsupported, "environment."),
        ("type: collection.insomnia.rest/6.0\n", Failure::Unsupported, "6.0"),
        ("type: mcpClient.insomnia/5.0\n", Failure::Unsupported, "mcpClient"),
        ("name: x\ntype: 'spec.insomnia.rest/5.0'\na: [\n", Failure::Malformed, "line"),
    ] {
        let error = load(text.as_bytes(), &Options::default()).err().unwrap();
        assert_eq!(error.code, code, "{error}");
        assert!(error.message.contains(what), "{error}");
    }
    let empty = "type: spec.insomnia.rest/5.0\nname: x\n";
    assert_eq!(read_all(empty).len(), 0);
}

#[test]
fn tags_are_programs_and_are_refused() {
    let tagged = EXPORT.replace("a b&{{_.deep.n}}", "\"{% prompt 'x' %}\"");
    let error = read_all(&tagged).remove(0).unwrap_err();
    assert!(error.code == Failure::Unsupported && error.message.contains("a tag"), "{error}");
}

#[test]
fn members_of_another_kind_are_as_if_they_were_not_there() {
    for wrong in ["text", "[{data: {a: b}}]", "1", "null"] {
        let text =
            format!("type: spec.insomnia.rest/5.0\nenvironments: {wrong}\ncollection: {wrong}\n");
        assert_eq!(read_all(&text).len(), 0, "{wrong}");
    }
    let text = "type: spec.insomnia.rest/5.0\nenvironments: text\ncollection:\n- {url: 'https://h.example/', method: GET}\n";
    let all = read_all(text);
    assert_eq!(all[0].as_ref().unwrap().url.as_deref(), Some("https://h.example/"));
}
