//! What every command is given: the moment to judge at, files and secrets, and how to talk to people.

use std::cell::RefCell;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use time::OffsetDateTime;

use crate::args::scheme::{Chosen, SchemeForm};
use crate::args::shard::ShardArgs;
use crate::args::{Global, ReportTo, When};
use crate::command::inputs::Inputs;
use crate::command::passwords::Given;
use crate::command::resume::{self, Earlier};
use crate::error::{Error, Result};
use crate::exit::{FailOn, Scale};
use crate::failure::Failure;
use crate::finding::Finding;
use crate::input::{self, Access, Fingerprint, Input};
use crate::render::human::Look;
use crate::render::progress;
use crate::render::{self, Format, escape};
use crate::report::{Header, Part, Reporter, Resumed};
use crate::secret::{LabelledSource, Secret, Source};
use crate::signature::Scheme;
use crate::tls::Anchors;

/// The world as commands see it.
pub struct Context {
    /// The moment everything is judged at: `--at`, or now.
    pub now: OffsetDateTime,
    /// Files, standard input and secrets.
    pub input: Input,
    /// Options of every command.
    pub global: Global,
    /// The words of the command line, for commands that a report offers.
    pub words: Vec<String>,
    /// Who may read the files that reports go to.
    pub access: Access,
    /// Which part of its inputs it looks at, and what they are called.
    pub sharding: ShardArgs,
    /// What the inputs were when the run began, where rows are numbered.
    pub fingerprint: Option<Fingerprint>,
    /// Whether it goes on where an earlier run ended.
    is_resumed: bool,
    /// Whether nobody is there who could be asked.
    is_unattended: bool,
    header: Header,
    /// Notes that wait until something else has been said.
    held: RefCell<Option<Vec<String>>>,
    passwords: RefCell<Option<Given>>,
}

impl Context {
    /// The context of one run of `command`. The only place that asks the clock.
    pub fn new(global: Global, command: &'static str) -> Self {
        let now = global.at.unwrap_or_else(OffsetDateTime::now_utc);
        let FailOn(fail_on) = global.fail_on.into();
        let header = Header { command, at: now, fail_on, is_numbered: global.end_mark };
        let (held, passwords, words) = Default::default();
        let (input, access) = (Input::default(), Access::Kept);
        let (sharding, fingerprint) = Default::default();
        Self {
            now,
            input,
            global,
            words,
            access,
            sharding,
            fingerprint,
            is_resumed: false,
            is_unattended: false,
            header,
            held,
            passwords,
        }
    }

    /// The same for a run over these inputs.
    #[must_use]
    pub fn over(mut self, inputs: Inputs) -> Self {
        self.header.is_numbered |= inputs.is_numbered();
        self.fingerprint = self.header.is_numbered.then(|| inputs.fingerprint());
        (self.sharding, self.is_resumed) = (inputs.sharding, inputs.is_resumed);
        self
    }

    /// The same for a run whose rows have numbers, whoever asks.
    #[must_use]
    pub fn numbering_rows(mut self) -> Self {
        self.header.is_numbered = true;
        self
    }

    /// The same for a run that asks nobody: one of many at once.
    #[must_use]
    pub fn unattended(self) -> Self {
        Self { is_unattended: true, ..self }
    }

    /// Whether it is one of many at once, which the run around them ends.
    pub fn is_unattended(&self) -> bool {
        self.is_unattended
    }

    /// Whether somebody is there who can be asked for a password.
    pub fn can_ask(&self) -> bool {
        !self.is_unattended && input::has_terminal()
    }

    /// The main format.
    fn format(&self) -> &'static Format {
        let name = if self.global.json { "json" } else { &self.global.format };
        render::format(name).unwrap_or(&render::FORMATS[0])
    }

    /// How results map to exit codes.
    pub fn scale(&self) -> Scale {
        self.format().scale
    }

    /// From where a finding fails the run.
    pub fn fail_on(&self) -> FailOn {
        FailOn(self.header.fail_on)
    }

    /// Whether any report goes to a file.
    pub fn reports_to_files(&self) -> bool {
        let others = self.global.report.iter().map(|report| &report.path);
        self.global.output.iter().chain(others).any(|path| path.as_os_str() != "-")
    }

    /// The reporter with every report that was asked for, and the first of them that cannot be
    /// written, which ends the run: the others say so. Where an earlier run has done everything, it is
    /// what the exit code is by what that found.
    pub fn reporter(&self) -> (Reporter, Result<Option<u8>>) {
        let (look, header) = (self.look(), &self.header);
        let mut stdout = 0;
        let (mut whole, mut resumed) = (None, Resumed::default());
        let mut open = |format: &'static Format, path: &Path| match path.as_os_str() == "-" {
            false => render::to_file(format, header, look, path, self.access),
            true => {
                stdout += 1;
                match stdout {
                    1 => Ok(render::to_stdout(format, header, look)),
                    _ => Err(Error::usage("two reports cannot both go to stdout")
                        .help("give one of them a file, or suppress the main one with -qq")),
                }
            }
        };
        let main = self.global.output.as_deref();
        let of_stdout = |report: &ReportTo| report.path.as_os_str() == "-";
        let mut streams = Vec::new();
        if self.is_resumed {
            match self.earlier() {
                Ok(Earlier::Some(rows, earlier)) => {
                    resumed = earlier;
                    let name = main.unwrap_or(Path::new("-")).display().to_string();
                    streams.push(Ok(render::to_rows(self.format(), header, look, rows, &name)));
                }
                Ok(Earlier::Whole(verdict)) => whole = Some(verdict),
                Err(error) => streams.push(Err(error)),
            }
        } else if self.global.quiet < 2 {
            let is_taken = self.global.report.iter().any(of_stdout);
            streams.push(match (main, is_taken && self.format().name == "human") {
                // What is for a program must not be mixed with what is for people.
                (None, true) => Ok(render::to_stderr(self.format(), header, look)),
                (path, _) => open(self.format(), path.unwrap_or(Path::new("-"))),
            });
        }
        streams.extend(self.global.report.iter().filter_map(|report| {
            let format = render::format(&report.format)?;
            Some(open(format, &report.path))
        }));
        let mut opened = Ok(whole);
        let streams = streams.into_iter().filter_map(|stream| match stream {
            Ok(stream) => Some(stream),
            Err(error) => {
                opened = std::mem::replace(&mut opened, Ok(None)).and(Err(error));
                None
            }
        });
        let streams: Vec<_> = streams.collect();
        if self.global.end_mark && opened.is_ok() && !streams.iter().any(|it| it.is_numbered) {
            opened = Err(Error::usage("--end-mark needs a report with rows")
                .help("add --format ndjson, or --report ndjson=FILE"));
        }
        let reporter = Reporter::new(streams, self.global.allow.clone());
        let reporter = reporter.quiet(self.is_quiet());
        match self.part() {
            Some(part) => (reporter.over(part, resumed), opened),
            None => (reporter, opened),
        }
    }

    /// Which part of its inputs the run looks at, where rows are numbered.
    fn part(&self) -> Option<Part> {
        let input_sha256 = self.fingerprint.as_ref()?.sha256.clone();
        Some(Part { shard: self.sharding.shard(), input_sha256 })
    }

    /// The rows of an earlier run in the main report.
    fn earlier(&self) -> Result<Earlier> {
        let path = self.global.output.as_deref().filter(|path| path.as_os_str() != "-");
        match path {
            Some(path) if self.format().name == render::ROWS && self.global.quiet < 2 => {
                let part = self.part().unwrap_or_default();
                resume::open(path, &part, self.is_quiet(), self.access)
            }
            _ => Err(Error::usage("--resume continues a file of rows")
                .help("add --format ndjson and --output FILE")),
        }
    }

    /// What the terminal can show.
    pub fn look(&self) -> Look {
        let terminal = io::stdout().is_terminal();
        let set = |name| input::variable(name).is_some_and(|value| !value.is_empty());
        let colour = match self.global.color {
            When::Always => true,
            When::Never => false,
            When::Auto if set("NO_COLOR") => false,
            When::Auto => {
                let is_forced = input::variable("CLICOLOR_FORCE").is_some_and(|value| value != "0");
                is_forced || (terminal && !input::is_dumb())
            }
        };
        // Look decides what is coloured; the crate only knows the escape codes.
        colored::control::set_override(true);
        let wished = input::variable("COLUMNS").and_then(|columns| columns.parse().ok());
        let width = wished.or_else(|| {
            let (terminal_size::Width(columns), _) = terminal_size::terminal_size()?;
            terminal.then_some(columns)
        });
        let folds = width.is_some();
        let width = width.map_or(100, |columns: u16| usize::from(columns).clamp(40, 160));
        Look {
            colour,
            unicode: input::is_utf8(),
            width,
            verbose: self.global.verbose > 0,
            quiet: self.global.quiet > 0,
            show_secrets: self.global.show_secrets,
            folds,
        }
    }

    /// Whether a person reads the main report where it is written, on a terminal.
    pub fn is_read_here(&self) -> bool {
        let is_for_people = self.format().name == "human" && self.global.output.is_none();
        is_for_people && io::stdout().is_terminal()
    }

    /// Whether progress and hints should be kept back.
    pub fn is_quiet(&self) -> bool {
        self.global.quiet > 0
    }

    /// Fails when `--offline` forbids to speak to `peer`.
    pub fn allow_network(&self, peer: &str) -> Result<()> {
        if self.global.offline {
            return Err(Error::new(
                Failure::Offline,
                format!("{peer}: --offline forbids network access"),
            ));
        }
        Ok(())
    }

    /// A remark for people, on stderr.
    pub fn note(&self, text: &str) {
        match self.held.borrow_mut().as_mut() {
            Some(held) => held.push(text.to_owned()),
            None if self.is_quiet() => {}
            None => say(&format!("note: {text}")),
        }
    }

    /// Keeps notes back until [`Context::release_notes`]: the first line on stderr is promised to
    /// something else.
    pub fn hold_notes(&self) {
        self.held.replace(Some(Vec::new()));
    }

    /// Says the notes that were kept back.
    pub fn release_notes(&self) {
        for text in self.held.take().unwrap_or_default() {
            self.note(&text);
        }
    }

    /// A warning for people, on stderr; only `-qq` keeps it back.
    pub fn warn(&self, text: &str) {
        if self.global.quiet < 2 {
            say(&format!("warning: {text}"));
        }
    }

    /// The passwords of `--password`. They are read once: standard input, and people, give theirs
    /// only once. Who asks last forgets them.
    ///
    /// # Errors
    /// Those of reading a secret.
    pub fn passwords(&self, sources: &[LabelledSource]) -> Result<Given> {
        if let Some(given) = self.passwords.borrow().as_ref() {
            return Ok(given.clone());
        }
        let given = Given::read(sources, self)?;
        Ok(self.passwords.borrow_mut().insert(given).clone())
    }

    /// Wipes the passwords, as far as nobody else holds them.
    pub fn forget_passwords(&self) {
        self.passwords.take();
    }

    /// Reads a secret; says so when a final newline was cut.
    pub fn secret(&self, source: &Source, what: &str) -> Result<(Secret, Vec<Finding>)> {
        let provided = self.input.secret(source, what)?;
        if provided.newline_cut {
            self.note(&format!("one final newline of {source} was removed"));
        }
        Ok((provided.secret, provided.findings))
    }

    /// The scheme of that name in that form; says so when a file puts it in the place of a built-in one.
    pub fn scheme(&self, name: Option<&str>, form: &SchemeForm) -> Result<Scheme> {
        let Chosen { scheme, overrides } = form.load(name, &self.input)?;
        if let Some(file) = overrides {
            self.note(&format!(
                "scheme {} is the one of {}, not the built-in one",
                scheme.name,
                file.display()
            ));
        }
        Ok(scheme)
    }

    /// All bytes of a file or of standard input.
    pub fn read(&self, path: &Path) -> Result<Vec<u8>> {
        self.input.read(path)
    }

    /// The authorities in a file.
    ///
    /// # Errors
    /// Those of reading, and `unrecognised` when it contains no certificate.
    pub fn anchors(&self, path: &Path) -> Result<Anchors> {
        let anchors = Anchors::from_file(&self.read(path)?);
        anchors.map_err(|error| error.about(path.display()))
    }
}

/// One line on stderr, escaped; a closed stderr is ignored.
pub fn say(line: &str) {
    progress::clear();
    let _ = writeln!(io::stderr(), "{}", escape::escape(line));
}

/// What could not be done, on stderr, and what to do about it.
pub fn complain(error: &Error) {
    say(&format!("error: {}", error.message));
    if let Some(help) = &error.help {
        say(&format!("  help: {help}"));
    }
}
