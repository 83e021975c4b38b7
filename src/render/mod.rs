//! Output formats. They see items only; what they write goes where the reporter says.

mod csv;
pub mod escape;
mod github;
mod html;
pub mod human;
mod ics;
mod json;
mod junit;
mod markdown;
pub mod matrix;
pub mod metric;
mod nagios;
pub mod progress;
mod prometheus;
mod remark;
mod sarif;

use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;

use crate::error::{Result, cannot_write};
use crate::exit::Scale;
use crate::input::{Access, AtomicFile, Growing};
use crate::report::{Header, Renderer, Sink, Stream};
use human::Look;

/// One output format.
pub struct Format {
    /// As given to `--format`.
    pub name: &'static str,
    /// One line for the help text.
    pub help: &'static str,
    /// How results map to exit codes.
    pub scale: Scale,
    /// Whether it says how things are, and not what happened: `--changes-only` leaves nothing out of it.
    pub shows_old_news: bool,
    /// Starts a report.
    pub open: fn(&Header, Look) -> Box<dyn Renderer>,
}

/// The format of an item a line, whose rows can have numbers.
pub const ROWS: &str = "ndjson";

/// Every output format, in the order of the help text.
pub const FORMATS: &[Format] = &[
    Format {
        name: "human",
        help: "for people: the verdict, the evidence, the next step",
        scale: Scale::Plain,
        shows_old_news: false,
        open: |header, look| Box::new(human::Human::new(header, look)),
    },
    Format {
        name: "json",
        help: "one object with all items and a summary",
        scale: Scale::Plain,
        shows_old_news: false,
        open: |header, _| Box::new(json::Json::new(header)),
    },
    Format {
        name: ROWS,
        help: "one item object a line, as soon as it is known",
        scale: Scale::Plain,
        shows_old_news: false,
        open: |header, _| Box::new(json::Ndjson { is_numbered: header.is_numbered }),
    },
    Format {
        name: "csv",
        help: "for spreadsheets: a row for each item, certificate, finding and failure",
        scale: Scale::Plain,
        shows_old_news: false,
        open: |_, _| Box::new(csv::Csv::default()),
    },
    Format {
        name: "junit",
        help: "for CI: a test case for each item",
        scale: Scale::Plain,
        shows_old_news: true,
        open: |header, _| Box::new(junit::Junit::new(header)),
    },
    Format {
        name: "sarif",
        help: "for code scanning: SARIF 2.1.0",
        scale: Scale::Plain,
        shows_old_news: true,
        open: |header, _| Box::new(sarif::Sarif::new(header)),
    },
    Format {
        name: "github",
        help: "for GitHub Actions: an annotation for each finding and failure",
        scale: Scale::Plain,
        shows_old_news: false,
        open: |_, _| Box::new(github::Github),
    },
    Format {
        name: "prometheus",
        help: "for the text file collector of Prometheus' node exporter",
        scale: Scale::Plain,
        shows_old_news: true,
        open: |header, _| Box::new(prometheus::Prometheus::new(header)),
    },
    Format {
        name: "nagios",
        help: "for Nagios, Icinga and similar: one line, performance data, their exit codes",
        scale: Scale::Nagios,
        shows_old_news: true,
        open: |_, _| Box::new(nagios::Nagios::default()),
    },
    Format {
        name: "markdown",
        help: "a table, for job summaries and pull requests",
        scale: Scale::Plain,
        shows_old_news: false,
        open: |header, _| Box::new(markdown::Markdown::new(header)),
    },
    Format {
        name: "html",
        help: "one self-contained page: what ends when, each item, what each code means",
        scale: Scale::Plain,
        shows_old_news: true,
        open: |header, look| Box::new(html::Html::new(header, look)),
    },
    Format {
        name: "ics",
        help: "for calendars: an event for the end of each certificate",
        scale: Scale::Plain,
        shows_old_news: true,
        open: |header, _| Box::new(ics::Calendar::new(header)),
    },
];

/// The format of that name.
pub fn format(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}

/// A report that goes to standard output.
pub fn to_stdout(format: &Format, header: &Header, look: Look) -> Stream {
    let sink = Stdout(BufWriter::with_capacity(64 << 10, Cleared::new(io::stdout())));
    stream(format, header, look, Box::new(sink), "stdout")
}

/// A report that goes to standard error: stdout belongs to another one.
pub fn to_stderr(format: &Format, header: &Header, look: Look) -> Stream {
    stream(format, header, look, Box::new(Stderr(Cleared::new(io::stderr()))), "stderr")
}

/// A report that goes into a file, which appears when it is complete. Never coloured.
pub fn to_file(
    format: &Format,
    header: &Header,
    look: Look,
    path: &Path,
    access: Access,
) -> Result<Stream> {
    let name = path.display().to_string();
    let file = AtomicFile::create(path, access).map_err(|error| cannot_write(&name, &error))?;
    let look = Look { colour: false, folds: false, ..look };
    let sink = File(BufWriter::with_capacity(64 << 10, file));
    let stream = stream(format, header, look, Box::new(sink), &name);
    Ok(Stream { for_people: false, shows_everything: true, ..stream })
}

/// Rows that are gone on with in a file.
pub fn to_rows(format: &Format, header: &Header, look: Look, rows: Growing, name: &str) -> Stream {
    let sink = Rows(BufWriter::with_capacity(64 << 10, rows));
    let stream = stream(format, header, look, Box::new(sink), name);
    Stream { for_people: false, shows_everything: true, ..stream }
}

fn stream(format: &Format, header: &Header, look: Look, sink: Box<dyn Sink>, name: &str) -> Stream {
    let for_people = format.name == "human";
    Stream {
        renderer: (format.open)(header, look),
        sink,
        name: name.to_owned(),
        for_people,
        shows_old_news: format.shows_old_news,
        shows_everything: !for_people || look.verbose,
        is_numbered: header.is_numbered && format.name == ROWS,
    }
}

/// Standard output; what was written is visible at each flush.
struct Stdout(BufWriter<Cleared<io::Stdout>>);

/// Standard error, which keeps nothing back.
struct Stderr(Cleared<io::Stderr>);

/// What may be the terminal on which the line of progress stands: it makes room for what is written.
struct Cleared<W> {
    out: W,
    is_terminal: bool,
}

impl<W: Write + IsTerminal> Cleared<W> {
    fn new(out: W) -> Self {
        let is_terminal = out.is_terminal();
        Self { out, is_terminal }
    }
}

impl<W: Write> Write for Cleared<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.is_terminal {
            progress::clear();
        }
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A file under construction.
struct File(BufWriter<AtomicFile>);

/// A file that grows.
struct Rows(BufWriter<Growing>);

impl Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl Sink for Stdout {
    fn commit(&mut self, _: bool) -> io::Result<()> {
        self.0.flush()
    }
}

impl Write for Stderr {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl Sink for Stderr {
    fn commit(&mut self, _: bool) -> io::Result<()> {
        self.0.flush()
    }
}

impl Write for File {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl Sink for File {
    fn commit(&mut self, _: bool) -> io::Result<()> {
        self.0.flush()?;
        self.0.get_mut().commit()
    }
}

impl Write for Rows {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl Sink for Rows {
    fn commit(&mut self, is_complete: bool) -> io::Result<()> {
        self.0.flush()?;
        self.0.get_mut().commit(is_complete)
    }
}
