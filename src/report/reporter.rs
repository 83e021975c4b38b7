//! The reporter: takes items one by one, counts them and hands them to every stream.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Closing, Count, Item, Part, Position, Reach, Resumed, Status, Stream, Tally};
use crate::error::{Error, Result, cannot_write};
use crate::failure::Failure;
use crate::finding::{Code, Finding, Severity};
use crate::outcome::Summary;

/// Takes items one by one, counts them and hands them to every stream.
pub struct Reporter {
    /// Shared with whoever ends the process when it is told to.
    core: Arc<Mutex<Core>>,
    /// What the command adds to the summary.
    pub summary: Summary,
    /// Somebody ended the run before it was done.
    pub interrupted: bool,
    /// Not all of the input could be looked at.
    pub is_cut_short: bool,
}

/// What is known so far, and where it goes.
struct Core {
    streams: Vec<Stream>,
    count: Count,
    /// Whether items without any finding are counted only.
    quiet: bool,
    /// Whether formats that can do so leave out what the run before said.
    news_only: bool,
    /// Whether each item is its own record: there is no input that has numbers.
    counts_items: bool,
    /// The records before this one were reported by an earlier run.
    from: u64,
    reach: Reach,
    /// Whether everything is written.
    is_finished: bool,
}

impl Reporter {
    /// A reporter that counts findings of the `allow`ed codes as `info`.
    pub fn new(streams: Vec<Stream>, allow: Vec<Code>) -> Self {
        let core = Core {
            streams,
            count: Count::allowing(allow),
            quiet: false,
            news_only: false,
            counts_items: true,
            from: 0,
            reach: Reach::default(),
            is_finished: false,
        };
        let core = Arc::new(Mutex::new(core));
        Self { core, summary: Summary::default(), interrupted: false, is_cut_short: false }
    }

    /// Shows only what is wrong, in every format; values for `$(...)` are shown all the same.
    #[must_use]
    pub fn quiet(self, quiet: bool) -> Self {
        self.core().quiet = quiet;
        self
    }

    /// From here on formats that can do so show only what the run before did not say.
    pub fn show_news_only(&mut self) {
        self.core().news_only = true;
    }

    /// Looks at the records of this part of an input, behind those that an earlier run has reported.
    #[must_use]
    pub fn over(self, part: Part, earlier: Resumed) -> Self {
        let mut core = self.core();
        core.counts_items = false;
        core.from = earlier.next;
        (core.count.tally, core.count.worst) = (earlier.tally, earlier.worst);
        let Resumed { next, records, .. } = earlier;
        core.reach = Reach { part, next, records, ..Reach::default() };
        drop(core);
        self
    }

    /// What comes are rows of earlier runs, which bring their numbers, and this is what they are about.
    pub fn merges(&mut self, part: Part) {
        let mut core = self.core();
        core.counts_items = false;
        core.reach.part = part;
    }

    /// Counts items that are not shown, because an earlier run did not show them.
    pub fn unshown(&mut self, tally: &Tally) {
        self.core().count.tally.extend(tally);
    }

    fn core(&self) -> MutexGuard<'_, Core> {
        // A thread that panicked has left counts that are as good as ever.
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes one item; one whose record an earlier run has reported is left out.
    ///
    /// # Errors
    /// When a stream cannot be written: it is given up, and the others get the item all the same.
    pub fn item(&mut self, item: Item) -> Result<()> {
        self.core().item(item)
    }

    /// Takes all items of one record, which is done with that.
    ///
    /// # Errors
    /// As of an item.
    pub fn record(
        &mut self,
        position: Position,
        items: impl IntoIterator<Item = Item>,
    ) -> Result<()> {
        let mut core = self.core();
        let mut items = items.into_iter().map(|item| Item { position: Some(position), ..item });
        items.try_for_each(|item| core.item(item))?;
        core.reached(1, position.n + 1);
        Ok(())
    }

    /// So many more records were looked at, and all before the number `next`.
    pub fn reached(&mut self, records: u64, next: u64) {
        self.core().reached(records, next);
    }

    /// Counts items without any finding that no stream shows, each of a record, up to the number `next`.
    pub fn passed(&mut self, count: u64, next: u64) {
        let mut core = self.core();
        core.count.tally.items += count;
        core.count.tally.ok += count;
        core.reached(count, next);
    }

    /// A count of no items yet, for items that no stream can show.
    pub fn count_of_none(&self) -> Count {
        self.core().count.of_none()
    }

    /// Counts items that no stream shows, each of a record.
    pub fn missed(&mut self, others: &Count) {
        let mut core = self.core();
        core.count.merge(others);
        let next = core.count.tally.items;
        core.reached(others.tally.items, next);
    }

    /// Where rows are numbered, what is wrong with what all of them were looked at with has a row of
    /// its own, once for all parts of the input. Elsewhere it stays where it is.
    ///
    /// # Errors
    /// As of an item.
    pub fn about_run(&mut self, findings: &mut Vec<Finding>) -> Result<()> {
        let core = self.core();
        let (is_numbered, is_told) =
            (core.is_numbered(), core.from > 0 || !core.reach.part.shard.is_first());
        drop(core);
        if !is_numbered {
            return Ok(());
        }
        let findings = std::mem::take(findings);
        match findings.first().map(|first| first.subject.clone()) {
            Some(subject) if !is_told => self.item(Item { findings, ..Item::new(subject) }),
            _ => Ok(()),
        }
    }

    /// The run ends with this error: whoever asked for a report finds it there. `subject` is what
    /// could not be done. People find it on stderr.
    pub fn fail(&mut self, subject: &str, error: &Error) {
        let mut item = Item::failed(subject, error.clone());
        let mut core = self.core();
        core.count.add(&mut item);
        let item = Arc::new(item);
        // Of streams that break now as well, the first one has been told.
        let _ = core.each(|stream| match stream.for_people {
            true => Ok(()),
            false => stream.renderer.item(&item, &mut stream.sink),
        });
    }

    /// The first record that no earlier run has reported.
    pub fn from(&self) -> u64 {
        self.core().from
    }

    /// So many records stand before that one, where rows alone do not tell.
    pub fn looked_at_before(&mut self, records: u64) {
        self.core().reach.records = records;
    }

    /// Whether any stream shows items without any finding.
    pub fn shows_ok(&self) -> bool {
        let core = self.core();
        !core.quiet && !core.streams.is_empty()
    }

    /// Whether any stream numbers its rows: they come in the order of their records.
    pub fn is_numbered(&self) -> bool {
        self.core().is_numbered()
    }

    /// Whether any stream shows everything that is known. If none does, what people are not shown need
    /// not be computed.
    pub fn shows_everything(&self) -> bool {
        self.core().streams.iter().any(|stream| stream.shows_everything)
    }

    /// How many came out how, so far.
    pub fn tally(&self) -> Tally {
        self.core().count.tally
    }

    /// The worst finding so far, in failed items too.
    pub fn worst(&self) -> Option<Severity> {
        self.core().count.worst
    }

    /// What writes the end marks when the process is told to end.
    pub fn interrupter(&self) -> Interrupter {
        Interrupter(self.core.clone())
    }

    /// Ends every stream, also where another one breaks. The process ends with `exit_code`; `verdict`
    /// is what it is by what was found.
    ///
    /// # Errors
    /// The first stream that cannot be written.
    pub fn finish(self, exit_code: u8, verdict: u8, complete: bool) -> Result<()> {
        let mut core = self.core();
        let reach = Reach { complete, verdict, ..core.reach.clone() };
        let closing =
            Closing { tally: core.count.tally, summary: self.summary.clone(), exit_code, reach };
        let finished = core.each(|Stream { renderer, sink, .. }| {
            renderer.finish(&closing, sink).and_then(|()| sink.commit(complete))
        });
        core.is_finished = true;
        finished
    }
}

impl Core {
    fn item(&mut self, mut item: Item) -> Result<()> {
        if item.position.is_some_and(|position| position.n < self.from) {
            return Ok(());
        }
        if self.counts_items {
            item.position = Some(Position::number(self.count.tally.items));
            self.reached(1, self.count.tally.items + 1);
        }
        if let Some(failure) = &mut item.failure {
            // Every format shows the subject itself.
            let named = failure.message.strip_prefix(&item.subject);
            if let Some(rest) = named.and_then(|rest| rest.strip_prefix(": ")) {
                failure.message = rest.to_owned();
            }
        }
        self.count.add(&mut item);
        let is_wrong = item.status() >= Status::Found(Severity::Warning);
        if self.quiet && !is_wrong && !item.outcome.is_asked_for() {
            return Ok(());
        }
        let is_left_out = self.news_only && item.outcome.is_old_news();
        let item = Arc::new(item);
        self.each(|stream| match is_left_out && !stream.shows_old_news {
            true => Ok(()),
            false => stream.renderer.item(&item, &mut stream.sink),
        })
    }

    fn reached(&mut self, records: u64, next: u64) {
        // An earlier run has counted those before.
        if next > self.from {
            self.reach.records += records;
            self.reach.next = self.reach.next.max(next);
        }
    }

    fn is_numbered(&self) -> bool {
        self.streams.iter().any(|stream| stream.is_numbered)
    }

    /// Does something with every stream; one that breaks is given up. That nobody reads stdout any
    /// more ends the run only where nobody else gets a report.
    fn each(&mut self, mut work: impl FnMut(&mut Stream) -> io::Result<()>) -> Result<()> {
        let mut first = None;
        self.streams.retain_mut(|stream| {
            let broken = work(stream).err().map(|error| cannot_write(&stream.name, &error));
            let holds = broken.is_none();
            first = first.take().or(broken);
            holds
        });
        match first {
            Some(error) if error.code != Failure::ClosedPipe || self.streams.is_empty() => {
                Err(error)
            }
            _ => Ok(()),
        }
    }
}

/// Writes the end marks of a run that is told to end, whatever it is waiting for.
pub struct Interrupter(Arc<Mutex<Core>>);

impl Interrupter {
    /// Says behind the last row that there should be more, and then does what ends the process: until
    /// then nothing more is written. Files that appear when they are complete do not appear. A run that
    /// is over ends by itself.
    pub fn interrupt(&self, exit_code: u8, end: impl FnOnce()) {
        let mut core = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if core.is_finished {
            return;
        }
        let reach = Reach { verdict: exit_code, ..core.reach.clone() };
        let closing =
            Closing { tally: core.count.tally, summary: Summary::default(), exit_code, reach };
        for Stream { renderer, sink, is_numbered, .. } in &mut core.streams {
            if *is_numbered {
                // Nobody is left to be told that it cannot be written.
                let _ = renderer.finish(&closing, sink).and_then(|()| sink.flush());
            }
        }
        end();
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::finding::Finding;
    use crate::report::Renderer;

    #[test]
    fn the_subject_of_a_failure_is_not_said_twice() {
        struct Messages(std::sync::mpsc::Sender<String>);
        impl Renderer for Messages {
            fn item(&mut self, item: &Arc<Item>, _: &mut dyn Write) -> io::Result<()> {
                let message = item.failure.as_ref().map(|failure| failure.message.clone());
                self.0.send(message.unwrap_or_default()).map_err(io::Error::other)
            }
            fn finish(&mut self, _: &Closing, _: &mut dyn Write) -> io::Result<()> {
                Ok(())
            }
        }
        let (sender, messages) = std::sync::mpsc::channel();
        let stream = Stream {
            renderer: Box::new(Messages(sender)),
            sink: Box::new(io::sink()),
            name: "nowhere".to_owned(),
            for_people: false,
            shows_everything: true,
            shows_old_news: true,
            is_numbered: false,
        };
        let mut reporter = Reporter::new(vec![stream], Vec::new());
        let failure = Error::new(Failure::NotFound, "a.p12: no such file");
        reporter.item(Item::failed("a.p12", failure)).unwrap();
        assert_eq!(messages.recv().unwrap(), "no such file");
    }

    #[test]
    fn items_that_nobody_is_shown_count_all_the_same() {
        let mut reporter = Reporter::new(Vec::new(), vec![Code::PinOld]);
        let mut missed = reporter.count_of_none();
        for code in [Code::PinOld, Code::PinMismatch] {
            let mut item = Item::new("x");
            item.findings.push(Finding::new(code, "x", "m"));
            missed.add(&mut item);
        }
        reporter.item(Item::new("y")).unwrap();
        reporter.missed(&missed);
        let expected = Tally { items: 3, ok: 1, info: 1, critical: 1, ..Tally::default() };
        assert_eq!(reporter.tally(), expected);
        assert_eq!(reporter.worst(), Some(Severity::Critical));
    }

    #[test]
    fn allowed_codes_count_as_info() {
        let mut reporter = Reporter::new(Vec::new(), vec![Code::PinMismatch]);
        let mut item = Item::new("x");
        item.findings.push(Finding::new(Code::PinMismatch, "x", "m"));
        reporter.item(item).unwrap();
        assert_eq!(reporter.worst(), Some(Severity::Info));
        assert_eq!(reporter.tally().info, 1);
    }
}
