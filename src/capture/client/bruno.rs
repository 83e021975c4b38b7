//! A request of Bruno in its own language, a `.bru` file: blocks of pairs, and blocks of text. What it says is read as
//! Bruno's export says the same. Variables have the values of the file.
//!
//! ```text
//! post {                       headers, vars:pre-request, auth:basic ... are blocks of pairs, too
//!   url: https://h/{{path}}    `~` before a name switches it off
//!   body: json
//! }
//! body:json {                  ends with the first line that begins with a brace
//!   {"a": 1}                   two blanks before each line do not belong to the text
//! }
//! ```
//!
//! Source: packages/bruno-lang/v2/src/bruToJson.js of github.com/usebruno/bruno.

use serde_json::{Map, Value, json};

use super::bruno_export;
use crate::capture::room::Room;
use crate::capture::{Captures, Note, Options, Source, whole};
use crate::error::{Error, Result};
use crate::failure::Failure;

/// The methods that have a block of their own.
const METHODS: [&str; 9] =
    ["get", "post", "put", "delete", "patch", "options", "head", "connect", "trace"];

/// Blocks of text, besides those of bodies and scripts.
const TEXTS: [&str; 2] = ["tests", "docs"];

/// What a pair takes of memory besides its text.
const PAIR: usize = 400;

/// The first line that is not blank opens a block that requests have, and one of them is of a method.
pub(in crate::capture) fn looks_like(start: &[u8]) -> bool {
    let text = String::from_utf8_lossy(start);
    let mut opened = text.lines().filter_map(opened);
    let is_method = |name: &str| METHODS.contains(&name) || name == "http";
    let first = text.lines().find(|line| !line.trim().is_empty()).and_then(self::opened);
    first.is_some_and(|name| name == "meta" || is_method(name)) && opened.any(is_method)
}

/// The name of the block that a line opens.
fn opened(line: &str) -> Option<&str> {
    let name = line.trim_end().strip_suffix('{')?.trim_end();
    let is_name = |byte: u8| byte.is_ascii_lowercase() || byte == b':' || byte == b'-';
    (!name.is_empty() && name.bytes().all(is_name)).then_some(name)
}

/// Yields its one request.
pub(in crate::capture) fn read<'a>(source: Source<'a>, options: &Options) -> Result<Captures<'a>> {
    let text = String::from_utf8(whole(source)?)
        .map_err(|_| Error::new(Failure::Malformed, "request of Bruno: expected UTF-8"))?;
    let mut file = File { lines: text.lines().collect(), at: 0, room: Room::new(options.record) };
    let item = file.item()?;
    let mut captured = bruno_export::request(item.to_string().as_bytes(), options)?;
    if item["request"]["auth"]["mode"] == "inherit" {
        captured.notes.push(Note::head_rebuilt(
            "it inherits its collection's authorization, which is not in this file",
        ));
    }
    Ok(Box::new(std::iter::once(Ok(captured))))
}

/// The lines of a file, read so far.
struct File<'a> {
    lines: Vec<&'a str>,
    at: usize,
    room: Room,
}

impl<'a> File<'a> {
    /// The request as an export has it.
    fn item(&mut self) -> Result<Value> {
        let (mut body, mut auth) = (Map::new(), Map::new());
        let mut request = Map::new();
        let mut name = json!("request");
        while let Some(line) = self.next() {
            let Some(block) = opened(line) else {
                if line.trim_end().ends_with('[') {
                    self.skip_list();
                }
                continue;
            };
            match block {
                "meta" => name = value(&self.pairs()?, "name").map_or(name, Value::from),
                method if METHODS.contains(&method) || method == "http" => {
                    let pairs = self.pairs()?;
                    let given = value(&pairs, "method");
                    request.insert("method".into(), given.unwrap_or(method).into());
                    request.insert("url".into(), value(&pairs, "url").into());
                    body.insert("mode".into(), value(&pairs, "body").into());
                    auth.insert("mode".into(), value(&pairs, "auth").unwrap_or("none").into());
                }
                "headers" => drop(request.insert("headers".into(), list(&self.pairs()?))),
                "params:path" => drop(request.insert("params".into(), list(&self.pairs()?))),
                "vars:pre-request" => {
                    request.insert("vars".into(), json!({"req": list(&self.pairs()?)}));
                }
                "script:pre-request" => {
                    request.insert("script".into(), json!({"req": self.text()?}));
                }
                "body:form-urlencoded" => {
                    body.insert("formUrlEncoded".into(), list(&self.pairs()?));
                }
                "body:multipart-form" => {
                    let parts: Vec<_> = self.pairs()?.iter().map(Pair::part).collect();
                    body.insert("multipartForm".into(), parts.into());
                }
                "body:file" => {
                    let files: Vec<_> = self.pairs()?.iter().map(Pair::file).collect();
                    body.insert("file".into(), files.into());
                }
                "body:graphql" | "body:graphql:vars" => {
                    let member = if block.ends_with("vars") { "variables" } else { "query" };
                    let text = self.text()?;
                    body.entry("graphql").or_insert_with(|| json!({}))[member] = text.into();
                }
                "body" => drop(body.insert("json".into(), self.text()?.into())),
                block => match (block.strip_prefix("body:"), block.strip_prefix("auth:")) {
                    (Some(mode), _) => drop(body.insert(mode.into(), self.text()?.into())),
                    (_, Some(mode)) => {
                        let pairs = self.pairs()?;
                        let pair =
                            |pair: &Pair| (pair.name.clone(), Value::from(pair.value.as_str()));
                        auth.insert(mode.into(), Value::Object(pairs.iter().map(pair).collect()));
                    }
                    _ if TEXTS.contains(&block) || block.starts_with("script:") => {
                        self.text()?;
                    }
                    _ => drop(self.pairs()?),
                },
            }
        }
        request.insert("body".into(), body.into());
        request.insert("auth".into(), auth.into());
        Ok(json!({"type": "http", "name": name, "request": request}))
    }

    fn next(&mut self) -> Option<&'a str> {
        let line = self.lines.get(self.at).copied()?;
        self.at += 1;
        Some(line)
    }

    /// The lines of a block, up to the one that begins with this.
    fn block(&mut self, end: char) -> Result<&[&'a str]> {
        let rest = &self.lines[self.at..];
        let length = rest.iter().position(|line| line.starts_with(end)).ok_or_else(|| {
            Error::new(Failure::Malformed, format!("request of Bruno: a block has no end, {end}"))
        })?;
        self.at += length + 1;
        Ok(&rest[..length])
    }

    /// A block of text, of which each line is set in by two blanks.
    fn text(&mut self) -> Result<String> {
        let lines = self.block('}')?.iter().map(|line| line.strip_prefix("  ").unwrap_or(line));
        let text = lines.collect::<Vec<_>>().join("\n");
        self.room.take(text.len())?;
        Ok(text)
    }

    /// A block of pairs.
    fn pairs(&mut self) -> Result<Vec<Pair>> {
        let mut room = self.room;
        let mut lines = self.block('}')?.iter();
        let mut pairs = Vec::new();
        while let Some(line) = lines.next() {
            let Some((name, value)) = cut(line.trim()) else { continue };
            let mut value = value.trim().to_owned();
            if let Some(first) = value.strip_prefix("'''") {
                value = several_lines(first, &mut lines);
            }
            room.take(PAIR + name.len() + value.len())?;
            let (is_on, name) = name.strip_prefix('~').map_or((true, name), |name| (false, name));
            let name = name.strip_prefix('@').unwrap_or(name).trim_matches('"').to_owned();
            pairs.push(Pair { name, value, is_on });
        }
        self.room = room;
        Ok(pairs)
    }

    fn skip_list(&mut self) {
        while self.next().is_some_and(|line| !line.starts_with(']')) {}
    }
}

/// A name, which may stand in quotes, and a value. Annotations are none.
fn cut(line: &str) -> Option<(&str, &str)> {
    let after_quotes = line
        .trim_start_matches(['~', '@'])
        .strip_prefix('"')
        .and_then(|rest| rest.find("\":").map(|at| line.len() - rest.len() + at + 1));
    let at = after_quotes.or_else(|| line.find(':'))?;
    let (name, value) = (line[..at].trim(), &line[at + 1..]);
    (!name.starts_with('@') || !name.contains('(')).then_some((name, value))
}

/// The rest of a value in three quotes, of which each line is set in by four blanks.
fn several_lines<'b, 'a: 'b>(first: &str, lines: &mut impl Iterator<Item = &'b &'a str>) -> String {
    const QUOTES: &str = "'''";
    if let Some((text, _)) = first.split_once(QUOTES) {
        return text.to_owned();
    }
    let mut texts = Vec::new();
    for line in lines {
        if let Some((last, _)) = line.split_once(QUOTES) {
            if !last.trim().is_empty() {
                texts.push(last.strip_prefix("    ").unwrap_or(last));
            }
            break;
        }
        texts.push(line.strip_prefix("    ").unwrap_or(line));
    }
    texts.join("\n")
}

struct Pair {
    name: String,
    value: String,
    is_on: bool,
}

impl Pair {
    /// `@file(a.bin) @contentType(image/png)`: the value, what is in the file's brackets, and the content type.
    fn annotated(&self) -> (&str, Option<&str>, Option<&str>) {
        let (text, kind) = match self.value.rsplit_once("@contentType(") {
            Some((text, kind)) => (text.trim_end(), kind.strip_suffix(')')),
            None => (self.value.as_str(), None),
        };
        (text, text.strip_prefix("@file(").and_then(|text| text.strip_suffix(')')), kind)
    }

    fn part(&self) -> Value {
        let (text, file, kind) = self.annotated();
        let common = json!({"name": self.name, "enabled": self.is_on, "contentType": kind});
        let mut part = common;
        match file {
            Some(paths) => {
                part["type"] = "file".into();
                part["value"] = paths.split('|').collect::<Vec<_>>().into();
            }
            None => part["value"] = text.into(),
        }
        part
    }

    fn file(&self) -> Value {
        let (text, file, kind) = self.annotated();
        json!({"filePath": file.unwrap_or(text), "contentType": kind, "selected": self.is_on})
    }
}

fn value<'a>(pairs: &'a [Pair], name: &str) -> Option<&'a str> {
    pairs.iter().rev().find(|pair| pair.name == name).map(|pair| pair.value.as_str())
}

fn list(pairs: &[Pair]) -> Value {
    let field =
        |pair: &Pair| json!({"name": pair.name, "value": pair.value, "enabled": pair.is_on});
    pairs.iter().map(field).collect::<Vec<_>>().into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::capture::{Captured, load};
    use crate::finding::Code;

    fn read(text: &str) -> Result<Captured> {
        load(text.as_bytes(), &Options::default())?.next().unwrap()
    }

    const REQUEST: &str = "meta {\n  name: send bulk\n  type: http\n  seq: 1\n  tags: [\n    a\n  ]\n}\n\n\
        post {\n  url: https://h.example/{{p}}/:id?a=1\n  body: json\n  auth: basic\n}\n\n\
        params:query {\n  a: 1\n  ~b: 2\n}\n\nparams:path {\n  id: x y\n}\n\n\
        headers {\n  content-type: application/json; charset=utf-8\n  ~X-Off: 1\n  \"a:b\": c\n}\n\n\
        auth:basic {\n  username: u\n  password: {{p}}:1\n}\n\n\
        body:json {\n  {\n    \"a\": \"{{long}}\"\n  }\n}\n\n\
        vars:pre-request {\n  p: v1\n  long: '''\n    1\n    2\n  '''\n}\n\n\
        vars:secret [\n  x\n]\n\ntests {\n  test(\"}\", () => {\n  });\n}\n";

    #[test]
    fn blocks_are_what_the_export_says() {
        let captured = read(&REQUEST.replace("  \"a:b\": c\n", "")).unwrap();
        assert_eq!(captured.url.as_deref(), Some("https://h.example/v1/x%20y?a=1"));
        assert_eq!((&captured.name[..], &captured.request.method[..]), ("send bulk", "POST"));
        assert_eq!(captured.request.body, b"{\n  \"a\": \"1\n2\"\n}");
        let line = |name: &str| captured.request.headers.text(name);
        assert_eq!(line("content-type").as_deref(), Some("application/json; charset=utf-8"));
        assert_eq!(
            (line("x-off"), line("authorization").as_deref()),
            (None, Some("Basic dTp2MTox"))
        );
        assert_eq!(captured.notes, []);
        // Such a name is read as one, and is none.
        assert_eq!(read(REQUEST).unwrap_err().code, Failure::HttpMalformed);
    }

    #[test]
    fn bodies_of_every_mode() {
        let body = |mode: &str, block: &str| {
            read(&format!("post {{\n  url: http://h\n  body: {mode}\n}}\n\n{block}\n"))
        };
        let form = body("formUrlEncoded", "body:form-urlencoded {\n  a b: 1!\n  ~c: 2\n}");
        assert_eq!(form.unwrap().request.body, b"a+b=1%21");
        let text = body("text", "body:text {\n  a\n    b\n\n}").unwrap();
        assert_eq!(text.request.body, b"a\n  b\n");
        let graphql = "body:graphql {\n  { a }\n}\nbody:graphql:vars {\n  { \"b\": 1 }\n}";
        let graphql = body("graphql", graphql).unwrap();
        assert_eq!(graphql.request.body, br#"{"query":"{ a }","variables":{"b":1}}"#);
        let parts =
            body("multipartForm", "body:multipart-form {\n  a: 1 @contentType(text/x)\n}").unwrap();
        assert!(
            String::from_utf8_lossy(&parts.request.body)
                .contains("Content-Type: text/x\r\n\r\n1\r\n")
        );
        for (mode, block) in [
            ("multipartForm", "body:multipart-form {\n  f: @file(/etc/passwd)\n}"),
            ("file", "body:file {\n  file: @file(a.bin) @contentType(image/png)\n}"),
        ] {
            assert_eq!(body(mode, block).unwrap_err().code, Failure::FilesNotAllowed);
        }
        let none = body("none", "body:json {\n  {}\n}").unwrap();
        assert!(none.request.body.is_empty());
    }

    #[test]
    fn what_is_not_in_the_file_or_not_run_is_said_and_a_block_ends() {
        let note = |more: &str| {
            let text = format!("get {{\n  url: http://h\n  auth: inherit\n}}\n{more}");
            read(&text)
                .map(|captured| captured.notes.iter().map(|note| note.code).collect::<Vec<_>>())
        };
        assert_eq!(note("").unwrap(), [Code::HeadRebuilt]);
        let script = note("script:pre-request {\n  req.setHeader(1)\n}\n").unwrap();
        assert_eq!(script, [Code::HeadRebuilt; 2]);
        assert_eq!(note("body:json {\n  {\n").unwrap_err().code, Failure::Malformed);
        assert!(!looks_like(b"meta {\n  name: Folder\n}\n"));
    }

    proptest! {
        #[test]
        fn texts_are_read_as_they_were_written(lines in prop::collection::vec("[ -|~]{0,12}", 1..6)) {
            let text = lines.join("\n").replace("{{", "{ ");
            let block: String = text.lines().map(|line| format!("  {line}\n")).collect();
            let file = format!("post {{\n  url: http://h\n  body: text\n}}\n\nbody:text {{\n{block}}}\n");
            let body = read(&file).unwrap().request.body;
            prop_assert_eq!(String::from_utf8(body).unwrap(), text.lines().collect::<Vec<_>>().join("\n"));
        }
    }
}
