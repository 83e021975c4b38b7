//! The YAML that Kubernetes writes and people write for it: mappings and lists by indentation, plain,
//! quoted and block scalars, several documents. Anchors, tags and flow collections other than JSON are
//! taken as text: no certificate stands there.

use serde_json::{Map, Value};

/// Indentation is followed so deep.
const MAX_DEPTH: usize = 64;

/// The documents of a text, each as a value. What is not understood is left out.
pub fn documents(text: &[u8]) -> Vec<Value> {
    let text = String::from_utf8_lossy(text);
    let mut documents = Vec::new();
    let mut lines = Vec::new();
    let finish = |lines: &mut Vec<Line<'_>>, documents: &mut Vec<Value>| {
        let mut parser = Parser { lines, at: 0 };
        let value = parser.block(0, 0);
        if !value.is_null() {
            documents.push(value);
        }
        lines.clear();
    };
    for line in text.lines() {
        if line.starts_with("---") || line.starts_with("...") {
            finish(&mut lines, &mut documents);
            continue;
        }
        lines.push(Line::new(line));
    }
    finish(&mut lines, &mut documents);
    documents
}

#[derive(Clone, Copy)]
struct Line<'a> {
    indent: usize,
    text: &'a str,
}

impl<'a> Line<'a> {
    fn new(line: &'a str) -> Self {
        let text = line.trim_start_matches(' ');
        Self { indent: line.len() - text.len(), text: text.trim_end() }
    }

    fn is_blank(&self) -> bool {
        self.text.is_empty() || self.text.starts_with('#')
    }
}

struct Parser<'a, 'b> {
    lines: &'b mut [Line<'a>],
    at: usize,
}

impl<'a> Parser<'a, '_> {
    fn peek(&mut self) -> Option<Line<'a>> {
        while self.lines.get(self.at).is_some_and(Line::is_blank) {
            self.at += 1;
        }
        self.lines.get(self.at).copied()
    }

    /// The mapping, list or scalar whose lines are indented at least so far.
    fn block(&mut self, indent: usize, depth: usize) -> Value {
        let Some(first) = self.peek().filter(|line| line.indent >= indent && depth < MAX_DEPTH)
        else {
            return Value::Null;
        };
        let indent = first.indent;
        if is_element(first.text) {
            return self.list(indent, depth);
        }
        if key(first.text).is_some() {
            return self.mapping(indent, depth);
        }
        self.at += 1;
        self.scalar(first.text, indent)
    }

    fn list(&mut self, indent: usize, depth: usize) -> Value {
        let mut elements = Vec::new();
        while let Some(line) =
            self.peek().filter(|line| line.indent == indent && is_element(line.text))
        {
            let rest = line.text[1..].trim_start();
            if rest.is_empty() {
                self.at += 1;
                elements.push(self.block(indent + 1, depth + 1));
                continue;
            }
            // What follows the dash is a block of its own, as deep as it stands.
            let inner = indent + line.text.len() - rest.len();
            self.lines[self.at] = Line { indent: inner, text: rest };
            elements.push(self.block(inner, depth + 1));
        }
        Value::Array(elements)
    }

    fn mapping(&mut self, indent: usize, depth: usize) -> Value {
        let mut members = Map::new();
        while let Some(line) = self.peek().filter(|line| line.indent >= indent) {
            let member = if line.indent == indent { key(line.text) } else { None };
            let Some((key, rest)) = member else {
                if line.indent == indent && is_element(line.text) {
                    break;
                }
                // What is no member, or stands deeper than it should, is stepped over.
                self.at += 1;
                continue;
            };
            self.at += 1;
            let value = match rest {
                "" => match self.peek() {
                    // A list may stand as deep as the key it belongs to.
                    Some(next) if next.indent == indent && is_element(next.text) => {
                        self.list(indent, depth + 1)
                    }
                    _ => self.block(indent + 1, depth + 1),
                },
                rest => self.scalar(rest, indent),
            };
            members.insert(key, value);
        }
        Value::Object(members)
    }

    /// A scalar that begins with `text` in a line indented so far; it may go on in deeper lines.
    fn scalar(&mut self, text: &'a str, indent: usize) -> Value {
        if text.starts_with(['|', '>']) {
            return Value::String(self.literal(indent, text.starts_with('>')));
        }
        if text.starts_with('{') || text.starts_with('[') {
            let mut joined = text.to_owned();
            while let Some(line) = self.continued(indent) {
                joined.push_str(line);
            }
            return serde_json::from_str(&joined).unwrap_or(Value::String(joined));
        }
        let mut joined = text.to_owned();
        let quote = text.chars().next().filter(|char| matches!(char, '"' | '\''));
        let is_open = |joined: &str| quote.is_none_or(|quote| !is_closed(joined, quote));
        while is_open(&joined) {
            let Some(line) = self.continued(indent) else { break };
            // A backslash at the end of a line of a quoted scalar joins it with the next.
            match joined.strip_suffix('\\') {
                Some(kept) if quote == Some('"') => joined = format!("{kept}{line}"),
                _ => {
                    joined.push(' ');
                    joined.push_str(line);
                }
            }
        }
        Value::String(match quote {
            Some('"') => unescape(&joined),
            Some(_) => joined.trim_matches('\'').replace("''", "'"),
            None => joined.split(" #").next().unwrap_or_default().trim_end().to_owned(),
        })
    }

    /// The next line, if it is deeper than `indent`.
    fn continued(&mut self, indent: usize) -> Option<&'a str> {
        let line =
            self.lines.get(self.at).filter(|line| line.indent > indent && !line.text.is_empty())?;
        self.at += 1;
        Some(line.text)
    }

    fn literal(&mut self, indent: usize, is_folded: bool) -> String {
        let mut text = String::new();
        let mut inner = None;
        while let Some(line) = self.lines.get(self.at) {
            if line.text.is_empty() {
                text.push('\n');
            } else if line.indent > indent {
                let inner = *inner.get_or_insert(line.indent);
                text.extend(std::iter::repeat_n(' ', line.indent.saturating_sub(inner)));
                text.push_str(line.text);
                text.push(if is_folded { ' ' } else { '\n' });
            } else {
                break;
            }
            self.at += 1;
        }
        text
    }
}

fn is_element(text: &str) -> bool {
    text == "-" || text.starts_with("- ")
}

/// `key: value` or `key:`.
fn key(text: &str) -> Option<(String, &str)> {
    if let Some(quote) = text.chars().next().filter(|char| matches!(char, '"' | '\'')) {
        let (key, rest) = text[1..].split_once(quote)?;
        let rest = rest.trim_start().strip_prefix(':')?;
        return (rest.is_empty() || rest.starts_with(' ')).then(|| (key.to_owned(), rest.trim()));
    }
    if text.starts_with(['{', '[', '#', '&', '*', '!', '|', '>', '%', '@', '`']) {
        return None;
    }
    let (key, rest) = match text.split_once(": ") {
        Some(pair) => pair,
        None => (text.strip_suffix(':')?, ""),
    };
    let rest = rest.trim();
    let rest = if rest.starts_with('#') { "" } else { rest };
    Some((key.trim_end().to_owned(), rest))
}

/// Whether a quoted scalar ends with the quote it began with.
fn is_closed(text: &str, quote: char) -> bool {
    let inner = &text[1..];
    match quote {
        '\'' => {
            inner.ends_with('\'') && inner.chars().filter(|char| *char == '\'').count() % 2 == 1
        }
        _ => {
            let slashes =
                inner.strip_suffix('"').map(|it| it.len() - it.trim_end_matches('\\').len());
            slashes.is_some_and(|count| count.is_multiple_of(2))
        }
    }
}

fn unescape(text: &str) -> String {
    let inner = text.strip_prefix('"').unwrap_or(text);
    let inner = inner.strip_suffix('"').unwrap_or(inner);
    let mut plain = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(char) = chars.next() {
        match (char, if char == '\\' { chars.next() } else { None }) {
            ('\\', Some('n')) => plain.push('\n'),
            ('\\', Some('r')) => plain.push('\r'),
            ('\\', Some('t')) => plain.push('\t'),
            ('\\', Some(other)) => plain.push(other),
            (char, _) => plain.push(char),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_kubectl_writes() {
        let text = "\
apiVersion: v1
items:
- apiVersion: v1
  data:
    tls.crt: AAEC
    \"tls.key\": 'BB''C'  # comment
  kind: Secret
  metadata:
    annotations:
      note: |
        two
          lines
      text: \"a\\nb\\
        c\"
    name: web
    namespace: shop
    finalizers: [\"x\"]
- kind: ConfigMap
  data:
    ca.crt: >-
      folded
      text
kind: List
---
# the second
kind: Secret
stringData:
  pem: |
    -----BEGIN A-----
    AAEC
    -----END A-----
";
        assert_eq!(
            documents(text.as_bytes()),
            [
                json!({
                    "apiVersion": "v1",
                    "items": [
                        {
                            "apiVersion": "v1",
                            "data": {"tls.crt": "AAEC", "tls.key": "BB'C'  # comment"},
                            "kind": "Secret",
                            "metadata": {
                                "annotations": {"note": "two\n  lines\n", "text": "a\nbc"},
                                "name": "web",
                                "namespace": "shop",
                                "finalizers": ["x"],
                            },
                        },
                        {"kind": "ConfigMap", "data": {"ca.crt": "folded text "}},
                    ],
                    "kind": "List",
                }),
                json!({"kind": "Secret", "stringData": {"pem": "-----BEGIN A-----\nAAEC\n-----END A-----\n"}}),
            ]
        );
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read(text in "( {0,6}(- )?(a|\"b\"|'c'|[{\\[|>-]|-----BEGIN)?(: ?(x|'|\"|\\||>-|[{])?)?\n){0,30}") {
            let _ = documents(text.as_bytes());
        }
    }

    #[test]
    fn depth_is_bounded() {
        let deep: String = (0..100_000).map(|_| "- ").collect();
        let _ = documents(deep.as_bytes());
        let deep: String = (0..2_000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
        let _ = documents(deep.as_bytes());
        let odd: String =
            (0..100_000).map(|line| format!("{}a: b\n", " ".repeat(line % 7))).collect();
        let _ = documents(odd.as_bytes());
    }
}
