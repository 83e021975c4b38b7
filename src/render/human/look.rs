//! How text may look: colour with meaning, marks for the verdict, width, untrusted text escaped.

use std::borrow::Cow;

use colored::{Color, Colorize};
use unicode_width::UnicodeWidthStr;

use crate::finding::{Finding, Severity};
use crate::http::credential::masked;
use crate::render::escape::escape;
use crate::report::{Item, Status};

/// What the terminal can show and what the user asked for.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Colours may be used.
    pub colour: bool,
    /// The locale can show more than ASCII.
    pub unicode: bool,
    /// Columns to fill at most.
    pub width: usize,
    /// Everything in full.
    pub verbose: bool,
    /// Only what is wrong.
    pub quiet: bool,
    /// URLs with the credentials in them.
    pub show_secrets: bool,
    /// Somebody looks at it: rows that are too long go on below. Elsewhere a row is a line.
    pub folds: bool,
}

/// The meaning a colour has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paint {
    /// As it should be.
    Good,
    /// Will be wrong.
    Warn,
    /// Is wrong.
    Bad,
    /// Less important: names of facts.
    Dim,
    /// What to look at.
    Strong,
}

/// Columns from which a terminal is not narrow; what is no terminal has so many.
const WIDE: usize = 100;

/// Indentation of everything below a verdict line.
pub const INDENT: &str = "      ";
/// Columns for the names of facts.
pub const NAME: usize = 10;
/// Columns for the names of facts where there are few.
const SHORT_NAME: usize = 6;

impl Look {
    /// Text in the colour of its meaning.
    pub fn paint(&self, text: &str, paint: Paint) -> String {
        if !self.colour || text.trim().is_empty() {
            return text.to_owned();
        }
        let text = match paint {
            Paint::Good => text.color(Color::Green),
            Paint::Warn => text.color(Color::Yellow),
            Paint::Bad => text.color(Color::Red).bold(),
            Paint::Dim => text.dimmed(),
            Paint::Strong => text.bold(),
        };
        text.to_string()
    }

    /// The mark of a verdict, four columns wide: `ok`, `note`, `warn`, `FAIL`, `????`.
    pub fn mark(&self, status: Status) -> String {
        let (mark, paint) = match status {
            Status::Ok => ("ok  ", Paint::Good),
            Status::Found(Severity::Info) => ("ok  ", Paint::Good),
            Status::Found(Severity::Warning) => ("warn", Paint::Warn),
            Status::Found(Severity::Critical) => ("FAIL", Paint::Bad),
            Status::Failed => ("????", Paint::Bad),
        };
        self.paint(mark, paint)
    }

    /// Untrusted text, safe to show.
    pub fn text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        escape(text)
    }

    /// A URL or request target, safe to show, without the credentials in it.
    pub fn url(&self, url: &str) -> String {
        match self.show_secrets {
            true => escape(url).into_owned(),
            false => escape(&masked(url)).into_owned(),
        }
    }

    /// A line of evidence: the fact's name, dimmed, in a column, then its value. Where that leaves no
    /// room for a value that must not be cut, such as 64 digits of 80 columns, the column closes up.
    pub fn fact(&self, name: &str, value: &str) -> String {
        let fits = |column: usize| INDENT.len() + column + 1 + width(value) <= self.width;
        let column = if !fits(NAME) && fits(SHORT_NAME) { SHORT_NAME } else { NAME };
        format!("{INDENT}{} {value}", self.paint(&format!("{name:<column$}"), Paint::Dim))
    }

    /// The line of the verdict: the mark, then what it is about.
    pub fn verdict(&self, status: Status, text: &str) -> Vec<String> {
        let mut lines = self.wrap(text, INDENT.len());
        lines[0] = format!("{}  {}", self.mark(status), lines[0].trim_start());
        lines
    }

    /// A finding as lines: what is wrong, then what to do.
    pub fn finding(&self, finding: &Finding) -> Vec<String> {
        let paint = match finding.severity {
            Severity::Info => Paint::Dim,
            Severity::Warning => Paint::Warn,
            Severity::Critical => Paint::Bad,
        };
        let code = self.paint(finding.code.id(), paint);
        let mut lines = self.wrap(&format!("{code}: {}", escape(&finding.message)), INDENT.len());
        if let Some(help) = &finding.help {
            lines.extend(self.next(help));
        }
        if self.verbose {
            let more = self.paint("more:", Paint::Dim);
            lines.push(format!("{INDENT}  {more} hookprint explain {}", finding.code.id()));
        }
        lines
    }

    /// The next step.
    pub fn next(&self, help: &str) -> Vec<String> {
        self.wrap(
            &format!("{} {}", self.paint("next:", Paint::Strong), escape(help)),
            INDENT.len() + 2,
        )
    }

    /// All findings and the failure of an item as lines.
    pub fn verdicts(&self, item: &Item) -> Vec<String> {
        let mut lines = Vec::new();
        if let Some(failure) = &item.failure {
            lines.extend(failure.help.iter().flat_map(|help| self.next(help)));
        }
        lines.extend(item.findings.iter().flat_map(|finding| self.finding(finding)));
        lines
    }

    /// The next step, of which a command stays on one line: broken, it could not be copied. What to
    /// do besides follows on the same line, unless the terminal is narrow.
    pub fn step(&self, help: &str) -> Vec<String> {
        let (label, help) = (self.paint("next:", Paint::Strong), escape(help));
        let line = format!("{INDENT}{label} {help}");
        let is_command = |text: &str| {
            text.contains(" > ") || text.contains(" >> ") || text.starts_with("hookprint ")
        };
        match help.split_once(", and ") {
            _ if width(&line) <= self.width => vec![line],
            _ if is_command(&help) && self.width >= WIDE => vec![line],
            Some((command, rest)) if is_command(command) => {
                let mut lines = vec![format!("{INDENT}{label} {command},")];
                lines.extend(self.wrap(&format!("and {rest}"), INDENT.len() + 2));
                lines
            }
            _ if is_command(&help) => vec![line],
            _ => self.wrap(&line[INDENT.len()..], INDENT.len()),
        }
    }

    /// A fact whose value may take several lines, each below the one before.
    pub fn facts(&self, name: &str, value: &str, column: usize) -> Vec<String> {
        let label = self.paint(&format!("{name:<column$}"), Paint::Dim);
        let indent = INDENT.len() + column + 1;
        let mut lines = self.hanging(value, indent, indent);
        if let Some(first) = lines.first_mut() {
            *first = format!("{INDENT}{label} {}", first.trim_start());
        }
        lines
    }

    /// Parts side by side, two columns apart; on a terminal those that do not fit go on below, indented.
    /// A part is never cut, and nobody reads lines that go on below from a file.
    pub fn fill(&self, parts: &[String]) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for part in parts {
            match lines.last_mut() {
                Some(line) if !self.folds || width(line) + 2 + width(part) <= self.width => {
                    line.push_str("  ");
                    line.push_str(part);
                }
                Some(_) => lines.push(format!("{INDENT}{part}")),
                None => lines.push(part.clone()),
            }
        }
        lines
    }

    /// Words filled into lines of the terminal's width, indented; a long word is never cut.
    pub fn wrap(&self, text: &str, indent: usize) -> Vec<String> {
        self.hanging(text, indent, indent + 2)
    }

    fn hanging(&self, text: &str, indent: usize, hang: usize) -> Vec<String> {
        let mut lines = Vec::new();
        let mut line = String::new();
        for word in text.split(' ') {
            let fits = indent + width(&line) + 1 + width(word) <= self.width;
            if !line.is_empty() && !fits {
                lines.push(format!("{:indent$}{line}", ""));
                line = " ".repeat(hang - indent);
            } else if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(format!("{:indent$}{line}", ""));
        lines
    }

    /// A bar that is filled to `part` of 1.
    pub fn bar(&self, part: f64, cells: usize) -> String {
        let filled = (part.clamp(0.0, 1.0) * cells as f64).round() as usize;
        let (full, empty) = if self.unicode { ("█", "░") } else { ("#", "-") };
        format!("{}{}", full.repeat(filled), empty.repeat(cells - filled))
    }
}

/// Columns that a text takes on a terminal, colour codes not counted.
pub fn width(text: &str) -> usize {
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return text.len();
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('\u{1b}') {
        plain.push_str(&rest[..start]);
        let code = &rest[start..];
        rest = code.find('m').map_or("", |end| &code[end + 1..]);
    }
    plain.push_str(rest);
    plain.width()
}

#[cfg(test)]
impl Look {
    /// As a file or a pipe has it, for tests.
    pub(super) const fn plain(width: usize) -> Self {
        Self {
            colour: false,
            unicode: false,
            width,
            verbose: false,
            quiet: false,
            show_secrets: false,
            folds: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOOK: Look = Look::plain(30);

    #[test]
    fn words_wrap_and_long_words_stay_whole() {
        let thumbprint = "0123456789012345678901234567890123456789";
        let lines = LOOK.wrap(&format!("it has the thumbprint {thumbprint}"), 2);
        assert_eq!(lines, ["  it has the thumbprint".to_owned(), format!("    {thumbprint}")]);
    }

    #[test]
    fn a_command_stays_on_one_line_and_a_long_value_below_itself() {
        let command = "printf %s \"$(cat body.json)\" > body.json";
        let lines = LOOK.step(&format!("{command}, and hash the raw request bytes"));
        let rest = ["        and hash the raw", "          request bytes"];
        assert_eq!(lines[0], format!("      next: {command},"));
        assert_eq!(lines[1..], rest);
        assert_eq!(LOOK.step(command), [format!("      next: {command}")]);
        assert_eq!(LOOK.step("ask the sender again, please").len(), 2);
        let value = LOOK.facts("note", "it says who calls, not what", 6);
        assert_eq!(value, ["      note   it says who", "             calls, not what"]);
    }

    #[test]
    fn colour_takes_no_columns() {
        colored::control::set_override(true);
        let look = Look { colour: true, ..LOOK };
        assert_eq!(width(&look.paint("äb", Paint::Bad)), 2);
        colored::control::unset_override();
    }

    #[test]
    fn the_column_of_names_closes_up_for_what_must_not_be_cut() {
        let look = Look { width: 80, ..LOOK };
        assert_eq!(
            look.fact("sha1", &"a".repeat(40)),
            format!("      sha1       {}", "a".repeat(40))
        );
        assert_eq!(width(&look.fact("sha256", &"a".repeat(64))), 77);
        assert_eq!(look.verdict(Status::Ok, "x: y"), ["ok    x: y"]);
    }

    #[test]
    fn bars() {
        assert_eq!(LOOK.bar(0.25, 8), "##------");
        assert_eq!(LOOK.bar(7.0, 2), "##");
    }
}
