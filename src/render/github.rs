//! `github`: workflow commands of GitHub Actions, which become annotations of the job
//! (docs.github.com, "Workflow commands for GitHub Actions"). The last line is for people.

use std::io::{self, Write};
use std::sync::Arc;

use crate::render::escape::escape;
use crate::render::remark::{counts, level, place, remarks};
use crate::report::{Closing, Item, Place, Renderer};

/// An annotation for each finding and failure.
pub struct Github;

impl Renderer for Github {
    fn item(&mut self, item: &Arc<Item>, out: &mut dyn Write) -> io::Result<()> {
        for remark in remarks(item) {
            let place = place(item);
            let mut message = match &place {
                Some(place) if *place.file == *item.subject => remark.sentence(item).into_owned(),
                _ => remark.told(item),
            };
            let place = place.map_or(String::new(), |Place { file, line, .. }| {
                format!("file={},line={line},", property(&file))
            });
            message.push_str(&remark.keyed());
            message.extend(remark.help.map(|help| format!("\nnext: {}", escape(help))));
            let (level, title) = (level(remark.status), property(remark.title));
            writeln!(out, "::{level} {place}title={title}::{}", data(&message))?;
        }
        out.flush()
    }

    fn finish(&mut self, closing: &Closing, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}", counts(&closing.tally))
    }
}

/// The text of a command, as the runner unescapes it.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property, as the runner unescapes it.
fn property(text: &str) -> String {
    data(&escape(text)).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Code, Finding};

    #[test]
    fn nothing_in_an_item_can_begin_a_command_of_its_own() {
        let mut item = Item::new("a,title=x::\n::error::b");
        item.findings.push(Finding::new(Code::KeyMismatch, "", "50% \r\n::warning::c"));
        let mut out = Vec::new();
        Github.item(&Arc::new(item), &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(
            text,
            "::error file=a%2Ctitle=x%3A%3A\\n%3A%3Aerror%3A%3Ab,line=1,title=private key belongs to \
             another certificate::50%25 \\r\\n::warning::c\n"
        );
    }
}
