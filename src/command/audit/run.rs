//! The run itself: the good request, the tests in their order, the good request in between and at the end.
//! It stays within its bounds, and ends when it is told to.

use std::pin::pin;
use std::time::{Duration, Instant};

use super::calls::{self, CONTROL, Call};
use super::evidence::Evidence;
use super::judge;
use super::plan::Plan;
use super::report;
use super::sending::{Came, send};
use crate::command::context::say;
use crate::command::pace::{Pace, Stop};
use crate::command::whom::Whom;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::net::interrupts::{self, Interrupts};
use crate::net::{self, Deadline};
use crate::policy::audit::table::Test;
use crate::policy::audit::whole;
use crate::policy::audit::{Expected, Group, Outcome, Row};
use crate::policy::probe::By;
use crate::render::progress::Progress;
use crate::report::Reporter;

/// After so many tests the good request is sent again.
const BETWEEN: usize = 15;
/// No run takes longer.
const LONGEST: Duration = Duration::from_secs(300);
/// The ages at which an old call is tried when one beyond the tolerance was taken, besides twice that.
const AGES: [time::Duration; 2] = [time::Duration::HOUR, time::Duration::DAY];

/// A run.
pub struct Run<'a> {
    plan: &'a Plan,
    evidence: Option<Evidence>,
    pace: Pace,
    started: Instant,
    /// What came of the tests so far.
    pub rows: Vec<Row>,
    /// Requests sent.
    pub requests: u32,
    /// How often the good request was let in.
    pub controls: u32,
    /// Status and body of its first answer.
    pub control: Option<(u16, Vec<u8>)>,
    /// How many tests there were before the last good control.
    settled: usize,
    /// Status and body of the last answer.
    last_answer: Option<(u16, Vec<u8>)>,
    /// When a good call was let in last.
    good_at: Option<time::OffsetDateTime>,
    /// The last good call, as it was sent.
    last_good: Option<Call>,
}

/// Works through the plan, and reports.
///
/// # Errors
/// Those of preparing TLS, and of writing.
pub async fn work(
    plan: &Plan,
    evidence: Option<Evidence>,
    mut progress: Progress,
    is_quiet: bool,
    reporter: &mut Reporter,
) -> Result<()> {
    let mut interrupts = Interrupts::listen().ok();
    let mut run = Run {
        plan,
        evidence,
        pace: Pace::new(Some(plan.rate)),
        started: Instant::now(),
        rows: Vec::new(),
        requests: 0,
        controls: 0,
        control: None,
        settled: 0,
        last_answer: None,
        good_at: None,
        last_good: None,
    };
    let ended = {
        let stop = Stop::default();
        let mut work = pin!(run.all(&stop, &mut progress));
        loop {
            tokio::select! {
                biased;
                ended = &mut work => break ended,
                // What is under way is heard to its end, unless somebody is in a hurry.
                () = interrupts::next(&mut interrupts) => {
                    if std::mem::replace(&mut reporter.interrupted, true) {
                        break Ok(None);
                    }
                    stop.tell();
                    if !is_quiet {
                        say("finishing the request under way; press Ctrl-C again to stop now");
                    }
                }
            }
        }
    };
    drop(progress);
    let (tried, all) = (run.rows.len(), plan.tests.len());
    let cut_short = || {
        let message = format!("interrupted after {tried} of {all} tests");
        Error::new(Failure::Interrupted, message).help("run it again, to its end")
    };
    let is_cut_short = reporter.interrupted && tried < all;
    let ended = ended?.or_else(|| is_cut_short.then(cut_short));
    report::all(run, ended, reporter)
}

/// Why a run has ended, where that is a failure.
pub type Ended = Option<Error>;

impl Run<'_> {
    /// What it works through.
    pub fn plan(&self) -> &Plan {
        self.plan
    }

    async fn all(&mut self, stop: &Stop, progress: &mut Progress) -> Result<Ended> {
        if let Some(refused) = self.control(stop).await? {
            return Ok(Some(refused));
        }
        self.look_up().await;
        for (at, test) in self.plan.tests.iter().enumerate() {
            if stop.is_told() {
                return Ok(None);
            }
            if self.rows.len() - self.settled >= BETWEEN && self.control(stop).await?.is_some() {
                self.distrust(&self.plan.tests[at..]);
                return Ok(None);
            }
            let mut row = self.test(test, stop).await?;
            if test.id == "unsigned" && self.is_alike(&row) {
                row.outcome = Outcome::Unclear;
                row.why =
                    Some("it got the same answer as the good request, byte for byte".to_owned());
                self.rows.push(row);
                return Ok(Some(whole::alike(&self.plan.rules)));
            }
            self.rows.push(row);
            progress.add(1);
        }
        if !stop.is_told() && self.settled < self.rows.len() && self.control(stop).await?.is_some()
        {
            self.distrust(&[]);
        }
        Ok(None)
    }

    /// The address that the name has: other doors are named by it. A proxy knows it without us.
    async fn look_up(&self) {
        let Whom { endpoint, route, .. } = &self.plan.whom;
        if !route.resolves_here(route.dialled(endpoint)) {
            return;
        }
        let deadline = Deadline::after(self.plan.timeouts.connect);
        if let Some(first) = net::addresses(endpoint, route, deadline)
            .await
            .ok()
            .and_then(|all| all.first().copied())
        {
            let _ = self.plan.address.set(first.ip().to_string());
        }
    }

    /// One test.
    async fn test(&mut self, test: &'static Test, stop: &Stop) -> Result<Row> {
        if let Some(implied) = self.implied(test) {
            return Ok(Row::untried(test, implied));
        }
        if let Err(why) = calls::of(test, 0, self.plan, self.plan.moment()) {
            return Ok(Row::untried(test, why));
        }
        if let Some(why) = self.is_spent(2) {
            return Ok(Row::untried(test, why));
        }
        let plan = self.plan;
        let replayed = match test.id.as_str() {
            "replayed" => {
                // The first of the two, which is let in.
                if self.control(stop).await?.is_some() {
                    return Ok(Row::untried(test, "the good request was no longer let in"));
                }
                self.last_good.clone()
            }
            _ => None,
        };
        if test.expected == Expected::Accepted {
            self.next_second(stop).await;
            self.good_at = Some(plan.moment());
        }
        let mut worst: Option<Row> = None;
        for number in 0..calls::tries(test, plan) {
            let make = || match &replayed {
                Some(call) => Ok(call.clone()),
                None => calls::of(test, number, plan, plan.moment()),
            };
            let row = match self.call(make, stop).await? {
                Ok((call, came)) => self.judged(test, &call, &came)?,
                Err(why) => Row::untried(test, why),
            };
            // A version that is not spoken says nothing of what was tried.
            let is_worse = |known: &Row| {
                known.alert.as_deref() == Some("protocol_version")
                    || rank(row.outcome) > rank(known.outcome)
            };
            if worst.as_ref().is_none_or(is_worse) {
                worst = Some(row);
            }
        }
        let mut row = worst.unwrap_or_else(|| Row::untried(test, "it is never tried"));
        if test.id == "stale" && row.outcome == Outcome::Accepted {
            row.ages = self.ages(stop).await?;
        }
        Ok(row)
    }

    /// The ages up to which old calls are taken, the one beyond the tolerance first.
    async fn ages(&mut self, stop: &Stop) -> Result<Vec<i64>> {
        let plan = self.plan;
        let beyond = plan.tolerance + time::Duration::MINUTE;
        let mut taken = vec![beyond.whole_seconds()];
        let steps = std::iter::once(plan.tolerance * 2).chain(AGES).filter(|age| *age > beyond);
        for age in steps {
            if self.is_spent(1).is_some() || stop.is_told() {
                break;
            }
            let make = || calls::good_one(plan, plan.moment(), age, "stale");
            let Ok((_, came)) = self.call(make, stop).await? else { break };
            if plan.rules.judge(came.end()).outcome != Outcome::Accepted {
                break;
            }
            taken.push(age.whole_seconds());
        }
        Ok(taken)
    }

    /// Waits until a good call has another time in it than the last one: who remembers signatures would
    /// take it for a replay.
    async fn next_second(&self, stop: &Stop) {
        let second = |at: time::OffsetDateTime| at.unix_timestamp();
        let now = self.plan.moment();
        if self.good_at.map(second) == Some(second(now)) {
            let left = 1_000_000_000 - u64::from(now.nanosecond());
            stop.or(tokio::time::sleep(Duration::from_nanos(left))).await;
        }
    }

    /// The good request; why it was not let in, if it was not.
    async fn control(&mut self, stop: &Stop) -> Result<Ended> {
        let plan = self.plan;
        self.next_second(stop).await;
        let make = || calls::good_one(plan, plan.moment(), time::Duration::ZERO, CONTROL);
        let (call, came) = match self.call(make, stop).await? {
            Ok(done) => done,
            Err(_) if stop.is_told() => return Ok(None),
            Err(why) => return Err(Error::usage(why)),
        };
        if plan.rules.judge(came.end()).outcome == Outcome::Accepted {
            self.controls += 1;
            self.settled = self.rows.len();
            self.last_good = Some(call);
            self.good_at = Some(plan.moment());
            self.control = self.control.take().or(self.last_answer.clone());
            return Ok(None);
        }
        Ok(Some(match came.error() {
            Some(error) if !came.is_reached() => error.clone(),
            _ => whole::refused(
                came.response().map(|one| one.status),
                &judge::diagnosis(&came, &plan.rules),
            ),
        }))
    }

    /// Makes a call when it is its turn, and sends it; a server that is busy is given one pause.
    async fn call(
        &mut self,
        make: impl Fn() -> Result<Call, String>,
        stop: &Stop,
    ) -> Result<Result<(Call, Came), String>> {
        let mut has_waited = false;
        loop {
            if stop.or(self.pace.turn()).await.is_none() {
                return Ok(Err("the run ended first".to_owned()));
            }
            let call = match make() {
                Ok(call) => call,
                Err(why) => return Ok(Err(why)),
            };
            self.requests += 1;
            let came = send(&call, self.plan).await?;
            self.last_answer = came.response().map(|one| (one.status, one.body.clone()));
            let pause = came.response().and_then(judge::pause).filter(|_| !has_waited);
            match pause {
                Some(pause) if self.is_spent(1).is_none() => {
                    has_waited = true;
                    if stop.or(tokio::time::sleep(pause)).await.is_none() {
                        return Ok(Ok((call, came)));
                    }
                }
                _ => return Ok(Ok((call, came))),
            }
        }
    }

    /// What came of a call; one that was let in is kept.
    fn judged(&mut self, test: &'static Test, call: &Call, came: &Came) -> Result<Row> {
        let is_as_good = self.last_answer == self.control;
        let row = judge::row(test, call, came, self.plan, is_as_good);
        if let (true, Some(evidence), Some(response)) =
            (row.is_hole(), &mut self.evidence, came.response())
        {
            evidence.keep(call, response, came, self.plan)?;
        }
        Ok(row)
    }

    /// Whether the call without a signature was answered as the good one, by a receiver of which nothing
    /// else is known.
    fn is_alike(&self, row: &Row) -> bool {
        let is_told_apart = self.plan.is_status_verdict || self.plan.rules.reads_bodies();
        row.outcome == Outcome::Accepted && !is_told_apart && self.control == self.last_answer
    }

    /// Which earlier test already says what would come of this one.
    fn implied(&self, test: &Test) -> Option<String> {
        let known = |id: &&String| {
            self.rows.iter().any(|row| row.test == id.as_str() && row.outcome == Outcome::Accepted)
        };
        if test.group == Group::Headers && self.rows.iter().any(ends_in_tls) {
            return Some("callers without a certificate get no further than TLS".to_owned());
        }
        // Doors are tried by who must not get in at the front.
        let front = match (test.group, &self.plan.claim) {
            (Group::Doors, Some(_)) => &["no-certificate".to_owned()][..],
            (Group::Doors, None) => &["unsigned".to_owned()][..],
            _ => &test.implied_by,
        };
        let id = front.iter().find(known)?;
        Some(format!("{id} was let in, so this would be too"))
    }

    /// Why `more` requests and a last control would be too many.
    fn is_spent(&self, more: u32) -> Option<String> {
        let most = self.plan.max_requests;
        if self.requests + more + 1 > most {
            return Some(format!(
                "the limit of {most} requests is reached (--max-requests): --only tries the others"
            ));
        }
        (self.started.elapsed() > LONGEST)
            .then(|| "the limit of 5 minutes is reached: --only tries the others".to_owned())
    }

    /// The good request is refused now: nobody knows since when, and what is left is not tried.
    fn distrust(&mut self, left: &[&'static Test]) {
        for row in &mut self.rows[self.settled..] {
            if (row.expected, row.outcome) == (Expected::Refused, Outcome::Refused) {
                row.outcome = Outcome::Unclear;
                row.why = Some(BANNED.to_owned());
            }
        }
        self.rows.extend(
            left.iter().map(|test| Row { outcome: Outcome::Unclear, ..Row::untried(test, BANNED) }),
        );
    }
}

/// How bad an outcome is, where a test is tried more than once.
fn rank(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::NotApplicable => 0,
        Outcome::Refused => 1,
        Outcome::Unclear => 2,
        Outcome::Accepted => 3,
    }
}

/// Whether nobody without a certificate gets to a page at all.
fn ends_in_tls(row: &Row) -> bool {
    let ended = (row.outcome, row.by) == (Outcome::Refused, Some(By::Tls));
    row.test == "no-certificate" && ended
}

const BANNED: &str =
    "the good request was not let in afterwards: the server may be limiting requests";
