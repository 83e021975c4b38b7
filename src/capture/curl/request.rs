//! The requests that curl sends for a command, one after the other.

use super::super::{Captured, Note};
use super::address::{Address, Pattern};
use super::command::Operation;
use crate::error::Result;
use crate::http::{Headers, Request, percent};

impl Operation {
    /// Behind the number of its command: which of several URLs was asked for last.
    pub(super) fn place(&self) -> String {
        let is_one =
            self.is_one && self.pattern.as_ref().is_none_or(|(pattern, _)| pattern.count() == 1);
        if is_one { String::new() } else { format!(", URL {}", self.sent) }
    }

    /// The next request; `None` after the last.
    pub(super) fn next(&mut self) -> Option<Result<Captured>> {
        if self.pattern.as_ref().is_none_or(|(pattern, index)| *index == pattern.count()) {
            let url = self.urls.get(self.current)?;
            self.current += 1;
            match Pattern::parse(url, self.is_plain) {
                Ok(pattern) => self.pattern = Some((pattern, 0)),
                Err(error) => {
                    self.sent += 1;
                    return Some(Err(error));
                }
            }
        }
        let (pattern, index) = self.pattern.as_mut()?;
        let url = pattern.at(*index);
        *index += 1;
        self.sent += 1;
        Some(self.request(&url))
    }

    fn request(&self, url: &str) -> Result<Captured> {
        let mut room = self.room;
        let mut address = Address::of(url, self.keeps_dots, &mut room)?;
        let mut body = self.data.clone();
        if self.to_query
            && let Some(data) = body.take()
        {
            address.add(&data);
        }
        if !self.query.is_empty() {
            address.add(&self.query);
        }
        let mut method = if self.is_head { "HEAD" } else { "GET" };
        let mut kind = self.data.as_ref().filter(|_| !self.to_query).map(|_| match self.is_json {
            true => "application/json".to_owned(),
            false => "application/x-www-form-urlencoded".to_owned(),
        });
        let mut notes = Vec::new();
        if self.has_form {
            let (form, boundary) = self.form.written();
            room.take(form.len())?;
            let given =
                self.lines.iter().find(|(name, _)| name.eq_ignore_ascii_case("Content-Type"));
            let given =
                given.and_then(|(_, value)| value.as_deref()).unwrap_or(b"multipart/form-data");
            let given = String::from_utf8_lossy(given);
            (body, kind) = (Some(form), Some(format!("{given}; boundary={boundary}")));
            notes.push(Note::body_rebuilt(
                "curl generates a new boundary between its parts each time",
            ));
        }
        if body.is_some() {
            method = "POST";
        }
        if let Some((name, bytes)) = &self.upload {
            (method, body) = ("PUT", Some(bytes.clone()));
            if address.path.ends_with('/') {
                let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
                address.path.push_str(&percent::encode(name.as_bytes(), b"-._~"));
            }
        }
        let headers = self.headers(&address, kind.as_deref());
        let target = self.target.clone().unwrap_or_else(|| address.target());
        let method = self.method.clone().unwrap_or_else(|| method.to_owned());
        let request = Request { method, target, headers, body: body.unwrap_or_default() };
        Ok(Captured { request, url: Some(address.url), notes, ..Captured::default() })
    }

    /// What curl sends: its own lines first, unless a `-H` replaces them, then those of `-H`.
    fn headers(&self, address: &Address, kind: Option<&str>) -> Headers {
        let mut headers = Headers::new();
        let cookies = (!self.cookies.is_empty()).then(|| self.cookies.join(&b";"[..]));
        let authorization = self.authorization.as_deref().or(address.authorization.as_deref());
        let accept: &[u8] = if self.is_json { b"application/json" } else { b"*/*" };
        let own: [(&str, Option<&[u8]>); 7] = [
            ("Host", Some(address.host.as_bytes())),
            ("Authorization", authorization.map(str::as_bytes)),
            ("Range", self.range.as_deref()),
            ("User-Agent", self.agent.as_deref()),
            ("Accept", Some(accept)),
            ("Referer", self.referer.as_deref()),
            ("Cookie", cookies.as_deref()),
        ];
        let given = |name: &str| self.lines.iter().any(|(n, _)| n.eq_ignore_ascii_case(name));
        for (name, value) in own {
            if let Some(value) = value.filter(|_| !given(name)) {
                headers.push(name, value);
            }
        }
        for (name, value) in &self.lines {
            // The type of a form has its boundary.
            let is_kind = self.has_form && name.eq_ignore_ascii_case("Content-Type");
            if let Some(value) = value.as_ref().filter(|_| !is_kind) {
                headers.push(name.as_str(), value.as_slice());
            }
        }
        if let Some(kind) = kind.filter(|_| self.has_form || !given("Content-Type")) {
            headers.push("Content-Type", kind);
        }
        headers
    }
}
