//! A page of text that is no help of a command: written once, for `man` and for the documentation.

use std::fmt::Write as _;

use clap_mangen::roff::{Roff, bold, roman};

/// A page.
pub struct Page {
    /// Its name, as `man` finds it.
    pub name: &'static str,
    /// Of which section of the manual, for example `5` for the forms of files.
    pub section: &'static str,
    /// What it is about, in a few words.
    pub about: &'static str,
    /// Its parts, each under a heading.
    pub parts: Vec<(&'static str, Vec<Block>)>,
}

/// What stands under a heading.
pub enum Block {
    /// A paragraph.
    Text(String),
    /// Words, each with its meaning.
    Terms(Vec<(String, String)>),
    /// Lines as they are typed or printed.
    Code(String),
}

impl Page {
    /// For `man`.
    pub fn roff(&self, version: &str) -> String {
        let mut roff = Roff::new();
        roff.control("TH", [self.name, self.section, version, "hookprint", "hookprint"]);
        roff.control("SH", ["NAME"]);
        roff.text([roman(format!("{} - {}", self.name, self.about))]);
        for (heading, blocks) in &self.parts {
            roff.control("SH", [heading.to_uppercase().as_str()]);
            for block in blocks {
                match block {
                    Block::Text(text) => {
                        roff.control("PP", []);
                        roff.text([roman(text)]);
                    }
                    Block::Terms(terms) => {
                        for (term, meaning) in terms {
                            roff.control("TP", []);
                            roff.text([bold(term)]);
                            roff.text([roman(meaning)]);
                        }
                    }
                    Block::Code(code) => {
                        roff.control("PP", []);
                        roff.control("nf", []);
                        for line in code.lines() {
                            roff.text([roman(line)]);
                        }
                        roff.control("fi", []);
                    }
                }
            }
        }
        roff.render()
    }

    /// For the documentation.
    pub fn markdown(&self) -> String {
        let mut text = format!("# {}\n\n{}\n", self.name, sentence(self.about));
        for (heading, blocks) in &self.parts {
            let _ = write!(text, "\n## {heading}\n");
            for block in blocks {
                let _ = match block {
                    Block::Text(paragraph) => write!(text, "\n{paragraph}\n"),
                    Block::Code(code) => write!(text, "\n```\n{}\n```\n", code.trim_end()),
                    Block::Terms(terms) => {
                        text.push_str("\n| | |\n|---|---|\n");
                        let cell = |cell: &str| cell.replace('|', "\\|");
                        terms.iter().try_for_each(|(term, meaning)| {
                            writeln!(text, "| `{}` | {} |", cell(term), cell(meaning))
                        })
                    }
                };
            }
        }
        text
    }
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_text_two_forms() {
        let blocks = vec![
            Block::Text("It is.".to_owned()),
            Block::Terms(vec![("a|b".to_owned(), "both".to_owned())]),
            Block::Code(".x\n".to_owned()),
        ];
        let (name, section, about) = ("hookprint-x", "5", "a page");
        let page = Page { name, section, about, parts: vec![("Form", blocks)] };
        let roff = page.roff("1");
        assert!(roff.contains(".SH FORM\n.PP\nIt is.\n.TP\n\\fBa|b\\fR\nboth\n"), "{roff}");
        assert!(roff.contains("\\&.x"), "a line of code is no request: {roff}");
        assert_eq!(
            page.markdown(),
            "# hookprint-x\n\nA page.\n\n## Form\n\nIt is.\n\n| | |\n|---|---|\n| `a\\|b` | both |\n\n\
             ```\n.x\n```\n"
        );
    }
}
