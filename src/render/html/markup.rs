//! Markup under construction. Two ways lead into it: literals of this program, and text, which is escaped.
//! So nothing from a file or the network becomes an element or an attribute, whoever writes it.

use crate::render::escape::escape;

/// Characters of a text that are shown at most: a name in a hostile file can have millions.
const LONGEST: usize = 2_000;

/// A part of a page.
#[derive(Debug, Default)]
pub struct Markup(String);

impl Markup {
    /// Markup that stands in the source.
    pub fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Untrusted text, for the content of an element or a value between quotation marks.
    pub fn text(&mut self, text: &str) -> &mut Self {
        let end = text.char_indices().nth(LONGEST).map_or(text.len(), |(end, _)| end);
        for char in escape(&text[..end]).chars() {
            match char {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                _ => self.0.push(char),
            }
        }
        if end < text.len() {
            self.0.push_str("... (");
            self.number((text.len() - end) as u64);
            self.0.push_str(" bytes more)");
        }
        self
    }

    /// A number.
    pub fn number(&mut self, number: u64) -> &mut Self {
        self.0.push_str(&number.to_string());
        self
    }

    /// A part of 1 in percent, as a length: `12.5%`.
    pub fn percent(&mut self, part: f64) -> &mut Self {
        let part = if part.is_finite() { part.clamp(0.0, 1.0) } else { 0.0 };
        self.0.push_str(&format!("{:.1}%", part * 100.0));
        self
    }

    /// Another part.
    pub fn part(&mut self, part: &Self) -> &mut Self {
        self.0.push_str(&part.0);
        self
    }

    /// A fact of a list of facts; one without a value is left out.
    pub fn fact(&mut self, name: &'static str, value: &str) -> &mut Self {
        if value.is_empty() {
            return self;
        }
        self.raw("<dt>").raw(name).raw("<dd>").text(value)
    }

    /// A fact that is copied digit by digit.
    pub fn code(&mut self, name: &'static str, value: &str) -> &mut Self {
        if value.is_empty() {
            return self;
        }
        self.raw("<dt>").raw(name).raw("<dd><code>").text(value).raw("</code>")
    }

    /// A fact with several values, the first of many.
    pub fn facts<T: AsRef<str>>(&mut self, name: &'static str, values: &[T]) -> &mut Self {
        /// Values of a fact that are shown.
        const MOST: usize = 24;
        let shown: Vec<&str> = values.iter().take(MOST).map(AsRef::as_ref).collect();
        let list = shown.join(", ");
        match values.len() - shown.len() {
            0 => self.fact(name, &list),
            more => self.fact(name, &format!("{list} and {more} more")),
        }
    }

    /// Lines as they stand.
    pub fn lines<'a>(&mut self, lines: impl IntoIterator<Item = &'a str>) -> &mut Self {
        self.raw("<pre>");
        for line in lines {
            self.text(line).raw("\n");
        }
        self.raw("</pre>")
    }

    /// Its length in bytes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_text_in_elements_and_between_quotation_marks() {
        let mut markup = Markup::default();
        markup.raw("<b title=\"").text("\"'><script>&\u{202e}\n").raw("\">");
        let escaped = "&quot;&#39;&gt;&lt;script&gt;&amp;\\u{202e}\\n";
        assert_eq!(markup.as_str(), format!("<b title=\"{escaped}\">"));
    }

    #[test]
    fn a_text_without_end_is_cut_and_says_so() {
        let mut markup = Markup::default();
        markup.text(&"é".repeat(LONGEST + 3));
        assert!(markup.as_str().ends_with("é... (6 bytes more)"), "{}", markup.as_str());
        assert_eq!(markup.as_str().matches('é').count(), LONGEST);
    }

    #[test]
    fn parts_are_percent_and_what_is_no_number_is_none() {
        let mut markup = Markup::default();
        markup.percent(0.1255).raw(" ").percent(7.0).raw(" ").percent(f64::NAN);
        assert_eq!(markup.as_str(), "12.6% 100.0% 0.0%");
    }
}
