//! Rounds, until everything is as wanted or time is up; then the report of the last one.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use super::judge::{columns, subject};
use super::plan::Plan;
use super::round::{Round, interrupted};
use super::{Args, Until};
use crate::cert::rfc3339;
use crate::clock::PeerClock;
use crate::command::Context;
use crate::command::context::say;
use crate::error::{Error, Kind, Result};
use crate::finding::{Code, Finding};
use crate::http::credential::masked;
use crate::net::interrupts::{self, Interrupts};
use crate::outcome::Outcome as Shape;
use crate::outcome::probe::{Change, Comparison, Planned, Probe, Shown, place};
use crate::policy;
use crate::policy::probe::{Outcome, Wanted, whole};
use crate::report::{Item, Reporter};

/// Where an identity was presented.
type Where = (Option<SocketAddr>, &'static str, String);

/// All rounds.
struct Rounds {
    plan: Rc<Plan>,
    started: Instant,
    /// How many there were.
    count: u32,
    /// In how many running everything was as wanted.
    held: u32,
    /// Whether any server was ever spoken to.
    is_reached: bool,
    known: BTreeMap<Where, Outcome>,
    changes: Vec<Change>,
}

/// What came of a round.
struct Seen {
    table: Vec<Shown>,
    subjects: Vec<String>,
    elapsed: Duration,
    /// Why not everything was tried.
    cut_short: Option<Error>,
}

/// Works until there is nothing left to wait for.
///
/// # Errors
/// `usage` for what cannot be sent, and when the report cannot be written.
pub async fn work(
    plan: Plan,
    args: &Args,
    context: &Context,
    reporter: &mut Reporter,
) -> Result<()> {
    let plan = Rc::new(plan);
    if args.dry_run {
        return show(&plan, reporter).await;
    }
    let mut interrupts = Interrupts::listen().ok();
    let mut rounds = Rounds {
        plan: plan.clone(),
        started: Instant::now(),
        count: 0,
        held: 0,
        is_reached: false,
        known: BTreeMap::new(),
        changes: Vec::new(),
    };
    let wanted = args.until.map(|Until::Pass| args.stay);
    loop {
        let begun = Instant::now();
        let seen = rounds.round(&mut interrupts, reporter).await;
        let (seen, more) = match seen {
            Ok(seen) => {
                let more = rounds.learn(&seen, wanted.is_some() && !context.is_quiet());
                (Ok(seen), more)
            }
            // A name that is not found today may be there in the next round.
            Err(error) if error.kind == Kind::Usage => return Err(error),
            Err(error) => {
                rounds.count += 1;
                rounds.held = 0;
                (Err(error), Vec::new())
            }
        };
        let is_over = rounds.started.elapsed() + args.every > args.limit;
        let is_done = wanted.is_none_or(|stay| rounds.held >= stay);
        if is_done || is_over || reporter.interrupted {
            return match seen {
                Ok(seen) => rounds.report(seen, more, args, reporter),
                Err(error) => reporter.item(Item::failed(masked(&plan.url.text), error)),
            };
        }
        tokio::select! {
            () = tokio::time::sleep_until((begun + args.every).into()) => {}
            () = interrupts::next(&mut interrupts) => {
                reporter.interrupted = true;
                return match seen {
                    Ok(seen) => rounds.report(seen, more, args, reporter),
                    Err(error) => reporter.item(Item::failed(masked(&plan.url.text), error)),
                };
            }
        }
    }
}

impl Rounds {
    /// One round; Ctrl-C ends it with what is known by then.
    async fn round(
        &self,
        interrupts: &mut Option<Interrupts>,
        reporter: &mut Reporter,
    ) -> Result<Seen> {
        let begun = Instant::now();
        let round = tokio::select! {
            round = Round::new(self.plan.clone()) => Rc::new(round?),
            () = interrupts::next(interrupts) => {
                reporter.interrupted = true;
                let (table, subjects) = Default::default();
                let cut_short = Some(interrupted("before anything was tried"));
                return Ok(Seen { table, subjects, elapsed: begun.elapsed(), cut_short });
            }
        };
        tokio::select! {
            worked = round.clone().work() => worked?,
            () = interrupts::next(interrupts) => reporter.interrupted = true,
        }
        let table = columns(&self.plan, &round);
        let of = |shown: &Shown| {
            let fits = |at: &&super::plan::Column| {
                at.address == shown.column.address && at.version.name() == shown.column.protocol
            };
            round.columns.iter().find(fits).map(|at| subject(&self.plan, at)).unwrap_or_default()
        };
        let subjects = table.iter().map(of).collect();
        let cut_short = round.interruption();
        Ok(Seen { table, subjects, elapsed: begun.elapsed(), cut_short })
    }

    /// Notes what changed, and whether all is as wanted; gives what is wrong with all of it together.
    fn learn(&mut self, seen: &Seen, says: bool) -> Vec<Finding> {
        self.count += 1;
        let at = rfc3339(PeerClock::default().now().moment());
        for column in seen.table.iter().map(|shown| &shown.column) {
            self.is_reached |= column.asked.is_some();
            for row in column.rows.iter().filter(|row| row.is_plain()) {
                let place = (column.address, column.protocol, row.identity.clone());
                let before = self.known.insert(place, row.outcome);
                if let Some(from) = before.filter(|before| *before != row.outcome) {
                    let change = Change {
                        at: at.clone(),
                        address: column.address,
                        protocol: column.protocol,
                        identity: row.identity.clone(),
                        from,
                        to: row.outcome,
                    };
                    if says {
                        say(&change.line());
                    }
                    self.changes.push(change);
                }
            }
        }
        let parts = Parts::of(&seen.table);
        let subject = masked(&self.plan.url.text);
        let mut more = Vec::from_iter(whole::differences(&parts.get(&seen.table), &subject));
        let holds = whole::holds(&parts.get(&seen.table), &more);
        self.held = if holds && seen.cut_short.is_none() { self.held + 1 } else { 0 };
        more.extend(self.ends());
        more
    }

    /// `purpose-ends`: the renewal of an identity that gets in will not.
    fn ends(&self) -> Vec<Finding> {
        let ours = self.plan.guests.iter().filter(|guest| guest.wanted == Wanted::Accept);
        let leaves = ours.filter_map(|guest| guest.identity.as_ref()?.chain.end_entity());
        let found = leaves
            .flat_map(|leaf| policy::calendar(leaf, policy::Calendar::built_in(), self.plan.now));
        found.filter(|finding| finding.code == Code::PurposeEnds).collect()
    }

    /// Reports the last round: its columns, and all of them together.
    fn report(
        self,
        seen: Seen,
        mut more: Vec<Finding>,
        args: &Args,
        reporter: &mut Reporter,
    ) -> Result<()> {
        let Seen { table, subjects, elapsed, cut_short } = seen;
        let url = masked(&self.plan.url.text);
        let parts = Parts::of(&table);
        let passed = self.held > 0;
        let waited = args.until.is_some();
        if waited && self.held < args.stay && self.is_reached && !reporter.interrupted {
            let message = format!(
                "in {} rounds within {} s it was not as wanted {} times in a row",
                self.count,
                self.started.elapsed().as_secs(),
                args.stay
            );
            more.push(Finding::new(Code::EnforcementDiffers, &*url, message));
        }
        let why = cut_short.as_ref().map(|error| error.message.as_str());
        let headline = whole::headline(&parts.get(&table), &more, self.plan.expect, why);
        let took = elapsed.as_secs_f64() * 1000.0;
        for (shown, subject) in table.iter().zip(subjects) {
            let slowest = shown.column.rows.iter().fold(0.0, |sum, row| sum + row.elapsed_ms);
            reporter.item(Item {
                outcome: Shape::Probe(Probe::Column(Box::new(shown.column.clone()))),
                findings: shown.findings.clone(),
                failure: shown.failure.clone(),
                elapsed_ms: (slowest * 1e3).round() / 1e3,
                ..Item::new(subject)
            })?;
        }
        let comparison = Comparison {
            columns: table.len(),
            passed: passed && (!waited || self.held >= args.stay),
            rounds: self.count,
            elapsed_seconds: self.started.elapsed().as_secs(),
            changes: self.changes,
            table,
            headline,
            held: waited.then_some(args.stay),
        };
        reporter.item(Item {
            outcome: Shape::Probe(Probe::Comparison(Box::new(comparison))),
            findings: more,
            failure: cut_short,
            elapsed_ms: (took * 1e3).round() / 1e3,
            ..Item::new(url)
        })
    }
}

/// Places and failures of a table, which its parts point to.
struct Parts {
    places: Vec<String>,
}

impl Parts {
    fn of(table: &[Shown]) -> Self {
        let places = table.iter().map(|shown| place(shown.column.address, shown.column.protocol));
        Self { places: places.collect() }
    }

    fn get<'a>(&'a self, table: &'a [Shown]) -> Vec<whole::Part<'a>> {
        let parts = self.places.iter().zip(table).map(|(place, shown)| whole::Part {
            address: shown.column.address,
            place,
            verdict: shown.column.verdict,
            findings: &shown.findings,
            failure: shown.failure.as_ref().map(|error| error.code.id()),
        });
        parts.collect()
    }
}

/// `--dry-run`: an item for each cell that would be tried.
async fn show(plan: &Rc<Plan>, reporter: &mut Reporter) -> Result<()> {
    let round = Round::new(plan.clone()).await?;
    for (column, guest, door) in round.planned() {
        let way = door.map(|door| format!(" by {}", door.name())).unwrap_or_default();
        let planned = Planned {
            address: column.address,
            protocol: column.version.name(),
            identity: guest.name.clone(),
            expected: if door.is_some() { Wanted::Reject } else { guest.wanted },
            request: format!("{} {}", plan.requests.method, masked(&plan.requests.url)),
        };
        let subject = format!("{} {}{way}", subject(plan, column), guest.name);
        let outcome = Shape::Probe(Probe::Planned(planned));
        reporter.item(Item { outcome, ..Item::new(subject) })?;
    }
    Ok(())
}
