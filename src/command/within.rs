//! A command within another one: the words of its command line in, its items out. Nobody reaches into
//! another command for that: what it is asked and what it answers are those of any run of it.

use std::ffi::OsString;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use clap::Arg;

use super::{Context, Job, VERBS, Verb};
use crate::args::Global;
use crate::error::Error;
use crate::failure::Failure;
use crate::report::{Closing, Item, Renderer, Reporter, Stream};

/// A command that can be run within another one.
pub struct Within {
    verb: &'static Verb,
    command: clap::Command,
}

/// A command line of it that has been understood.
pub struct Line {
    verb: &'static Verb,
    job: Job,
}

/// What such a run takes over from the one around it.
#[derive(Clone)]
pub struct Around(Global);

/// What came of a line.
pub struct Answer {
    /// Its items, in its order.
    pub items: Vec<Item>,
    /// Whether it was told to end before it was done.
    pub interrupted: bool,
}

impl Within {
    /// The command of that name, if there is one.
    pub fn named(name: &str) -> Option<Self> {
        let verb = VERBS.iter().find(|verb| verb.name == name)?;
        let command = verb.command().no_binary_name(true);
        let command = command.disable_help_flag(true).disable_version_flag(true);
        Some(Self { verb, command })
    }

    /// What can be said to it.
    pub fn arguments(&self) -> impl Iterator<Item = &Arg> {
        self.command.get_arguments()
    }

    /// Reads a command line, without the name of the command.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(&mut self, words: &[OsString]) -> Result<Line, clap::Error> {
        let matches = self.command.try_get_matches_from_mut(words)?;
        Ok(Line { verb: self.verb, job: (self.verb.read)(&matches)? })
    }
}

impl Around {
    /// The moment, the network and the eyes of the run around it; reports are that one's.
    pub fn of(context: &Context) -> Self {
        Self(Global {
            at: Some(context.now),
            report: Vec::new(),
            output: None,
            end_mark: false,
            allow: Vec::new(),
            verbose: 0,
            quiet: context.global.quiet.max(1),
            ..context.global.clone()
        })
    }
}

impl Line {
    /// Runs it. What ends it early is its last item.
    pub fn run(self, around: &Around) -> Answer {
        let context = Context::new(around.0.clone(), self.verb.name).unattended();
        let kept = Arc::<Mutex<Vec<Arc<Item>>>>::default();
        let stream = Stream {
            renderer: Box::new(Keep(kept.clone())),
            sink: Box::new(io::sink()),
            name: self.verb.name.to_owned(),
            for_people: false,
            shows_everything: true,
            shows_old_news: true,
            is_numbered: false,
        };
        let mut reporter = Reporter::new(vec![stream], Vec::new());
        let ended = (self.job)(&context, &mut reporter);
        let interrupted = reporter.interrupted;
        drop(reporter);
        let kept = std::mem::take(&mut *kept.lock().unwrap_or_else(PoisonError::into_inner));
        let mut items: Vec<Item> = kept.into_iter().map(Arc::unwrap_or_clone).collect();
        match ended {
            Err(error) => items.push(Item::failed(self.verb.name, error)),
            Ok(()) if items.is_empty() && !interrupted => {
                let nothing = Error::new(Failure::NothingChecked, "it found nothing to check");
                items.push(Item::failed(self.verb.name, nothing));
            }
            Ok(()) => {}
        }
        Answer { items, interrupted }
    }
}

/// Keeps the items of a run.
struct Keep(Arc<Mutex<Vec<Arc<Item>>>>);

impl Renderer for Keep {
    fn item(&mut self, item: &Arc<Item>, _: &mut dyn Write) -> io::Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(item.clone());
        Ok(())
    }

    fn finish(&mut self, _: &Closing, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}
