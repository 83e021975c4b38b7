//! `--state`: what earlier runs know of each check, what this run makes of it, and what it leaves behind.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use time::OffsetDateTime;

use super::judge::{end_entities, matched_labels};
use super::policy::{Check, Policy};
use crate::command::Context;
use crate::digest::{hex, sha256};
use crate::error::Result;
use crate::finding::{Code, Finding, Severity, Status};
use crate::input::{Kept, state_file};
use crate::outcome::Outcome;
use crate::outcome::check::{self, Skipped};
use crate::outcome::history::{Alert, Known};
use crate::policy::state::{
    Change, Compared, Key, Moment, Past, Present, Renewal, Rules, State, renewal,
};
use crate::report::Item;

/// What keeps state under a name of its own choice.
const AUTO: &str = "auto";
/// How long what was renewed may not be served yet, unless the policy says otherwise.
const GRACE: Duration = Duration::from_secs(86_400);
/// Most certificates of a check that are remembered one by one.
const MOST: usize = 64;
/// What the items about the state itself are called.
const SUBJECT: &str = "state";

/// What is kept between runs, and how long things may stay as they are.
#[derive(clap::Args, Debug)]
#[command(next_help_heading = "State")]
pub struct StateArgs {
    /// Keep the results between runs, and report what changed; auto keeps them under XDG_STATE_HOME
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Show only what is new since the last run; formats that show the current state show everything
    #[arg(long, requires = "state")]
    pub changes_only: bool,
    /// Report an old pin that nothing has matched for this long
    #[arg(
        long,
        value_name = "DURATION",
        default_value = "7d",
        value_parser = crate::args::duration,
        requires = "state"
    )]
    unused_after: Duration,
}

/// What is known from earlier runs, and what this one leaves.
pub struct Session {
    kept: Kept,
    earlier: State,
    next: State,
    rules: Rules,
    now: OffsetDateTime,
    lost: Option<Finding>,
}

impl StateArgs {
    /// What earlier runs of this policy know, if that is to be kept.
    ///
    /// # Errors
    /// `state-in-use`, `unrecognised`, and where there is no place for it.
    pub fn session(&self, files: &[PathBuf], context: &Context) -> Result<Option<Session>> {
        let Some(path) = &self.state else { return Ok(None) };
        let path = match path.as_os_str() == AUTO {
            true => state_file(files)?,
            false => path.clone(),
        };
        let kept = Kept::open(&path)?;
        let (earlier, lost) = earlier(&kept, &path, context);
        let rules = Rules { unused_after: self.unused_after };
        let now = context.now;
        if earlier.at.0 > now {
            context.note(&format!(
                "the state is from {}, which is in the future: it is treated as of now",
                earlier.at
            ));
        }
        let earlier = earlier.until(now);
        let mut next = earlier.clone();
        next.at = Moment(now);
        Ok(Some(Session { kept, earlier, next, rules, now, lost }))
    }
}

/// What earlier runs left, or nothing, and what is to be said of that.
fn earlier(kept: &Kept, path: &Path, context: &Context) -> (State, Option<Finding>) {
    let path = path.display();
    let read = kept.read().and_then(|bytes| match bytes {
        Some(bytes) => {
            State::parse(&bytes).map(Some).map_err(|error| error.about(path.to_string()))
        }
        None => Ok(None),
    });
    let none = State::new(context.now);
    match read {
        Ok(Some(state)) => (state, None),
        Ok(None) => {
            context.note(&format!("{path} is created: every check is new"));
            (none, None)
        }
        Err(error) => {
            let message = format!("the state of earlier runs is lost: {}", error.message);
            let finding = Finding::new(Code::StateLost, SUBJECT, message);
            (
                none,
                Some(
                    finding.help("restore the file if there is a copy; every check counts as new"),
                ),
            )
        }
    }
}

impl Session {
    /// When a check is to be looked at again, if it is not due yet.
    pub fn due(&self, check: &Check) -> Option<OffsetDateTime> {
        self.earlier.checks.get(&check.subject())?.due(check.every?, self.now)
    }

    /// The item of a check that is not due: what came of it last.
    pub fn told_again(&self, mut facts: check::Check, check: &Check, due: OffsetDateTime) -> Item {
        let subject = check.subject();
        let told = self.earlier.checks.get(&subject).map(Past::told_again).unwrap_or_default();
        let (keys, findings): (Vec<&Key>, Vec<Finding>) = told.into_iter().unzip();
        facts.history.alerts = keys.iter().map(|key| Alert::of(key, &subject)).collect();
        (facts.skipped, facts.due) = (Some(Skipped::NotDue), Some(due));
        Item { findings, outcome: Outcome::Check(Box::new(facts)), ..Item::new(subject) }
    }

    /// Compares an item with what is known, and remembers it; of a rotation there is no `check`.
    pub fn compare(&mut self, item: &mut Item, policy: &Policy, check: Option<&Check>) {
        let skipped = of(item).and_then(|facts| facts.skipped);
        if skipped == Some(Skipped::Offline) {
            return;
        }
        let past = self.earlier.checks.get(&item.subject);
        if let Some(check) = check {
            renewed(item, check, past, self.now);
        }
        let pins = check.and_then(|check| policy.pins.get(check.pins.as_ref()?));
        let labels = matched_labels(item);
        let in_force = pins.into_iter().flatten().filter(|pin| pin.is_in_force(self.now));
        let told_again = past.filter(|_| skipped.is_some()).map(Past::told_again);
        let told_again =
            told_again.map(|told| told.into_iter().map(|(key, _)| key.clone()).collect());
        let present = Present {
            check: &item.subject,
            verdict: item.status(),
            findings: told_again.unwrap_or_else(|| keys(item)),
            // Authorities are added to a trust file, and that is no renewal.
            certificates: match check.is_some_and(|check| check.kind.name == "trust") {
                true => Vec::new(),
                false => certificates(item),
            },
            pins: in_force
                .map(|pin| (pin.name().to_owned(), labels.contains(pin.name())))
                .collect(),
            is_unpinned: item.findings.iter().any(|finding| finding.code == Code::PinMismatch),
            every: check.and_then(|check| check.every),
            is_fresh: skipped.is_none(),
        };
        let (next, compared) = Past::compare(past, &present, self.now, self.rules);
        self.next.checks.insert(item.subject.clone(), next);
        let Compared { change, since, runs, is_news, findings } = compared;
        item.findings.extend(findings);
        let age = (self.now - since).whole_seconds();
        let known = Known { change, since, runs, age, is_news };
        if let Outcome::Check(facts) = &mut item.outcome {
            facts.history.known = Some(known);
        }
    }

    /// Checks that an earlier run knew and the policy has no more, each said once.
    pub fn gone(&mut self, policy: &Policy) -> Vec<Item> {
        let rotations = policy.rotations.iter().map(|it| format!("rotation {}", it.label.name));
        let all: BTreeSet<String> =
            policy.checks.iter().map(Check::subject).chain(rotations).collect();
        let gone: Vec<String> =
            self.earlier.checks.keys().filter(|name| !all.contains(*name)).cloned().collect();
        let item = |name: String| {
            self.next.checks.remove(&name);
            let (since, runs, age) = (self.now, 1, 0);
            let known = Known { change: Change::Gone, since, runs, age, is_news: true };
            let mut facts =
                check::Check { check: name.replacen(' ', ":", 1), ..check::Check::default() };
            facts.history.known = Some(known);
            Item { outcome: Outcome::Check(Box::new(facts)), ..Item::new(name) }
        };
        gone.into_iter().map(item).collect()
    }

    /// Leaves what is known for the next run; an item where that, or what was there, is wrong.
    pub fn end(self) -> Option<Item> {
        let written = self.kept.write(self.next.text().as_bytes());
        let failure =
            written.err().map(|error| error.help("the results were not saved: check the folder"));
        let findings = Vec::from_iter(self.lost);
        (failure.is_some() || !findings.is_empty()).then(|| Item {
            failure,
            findings,
            ..Item::new(SUBJECT)
        })
    }
}

/// What its alerts are known by in every run, with a state or without.
pub fn name_alerts(item: &mut Item) {
    let mut keys = keys(item);
    keys.retain(|key| item.outcome.alert(&key.code, &key.subject).is_none());
    if let Outcome::Check(facts) = &mut item.outcome {
        facts.history.alerts.extend(keys.iter().map(|key| Alert::of(key, &item.subject)));
    }
}

fn of(item: &Item) -> Option<&check::Check> {
    match &item.outcome {
        Outcome::Check(facts) => Some(facts),
        _ => None,
    }
}

/// What is wrong, as it is known in every run.
fn keys(item: &Item) -> Vec<Key> {
    let certificates = item.outcome.certificates();
    let about = |subject: &str| {
        let mut all = certificates.iter().map(|(_, one)| one);
        all.find(|one| one.subject() == subject).map(|one| one.sha256()).unwrap_or_default()
    };
    let failure = item.failure.iter().map(|failure| Key {
        code: failure.code.id().to_owned(),
        status: Status::Failed,
        subject: item.subject.clone(),
        sha256: String::new(),
    });
    let findings = item.findings.iter().map(|finding| Key {
        code: finding.code.id().to_owned(),
        status: Status::Found(finding.severity),
        subject: finding.subject.clone(),
        sha256: about(&finding.subject),
    });
    failure.chain(findings).collect()
}

/// SHA-256 of the end-entity certificates that were seen, in hex and in order; of very many that of all.
fn certificates(item: &Item) -> Vec<String> {
    let all = item.outcome.parts().into_iter().flat_map(end_entities);
    let all: BTreeSet<String> = all.map(|one| hex(&sha256(one.der()))).collect();
    let all: Vec<String> = all.into_iter().collect();
    match all.len() > MOST {
        true => vec![hex(&sha256(all.concat().as_bytes()))],
        false => all,
    }
}

/// A file that was renewed has a while to be served: until then it is a warning that it is not, and then
/// it is `renewed-not-served`.
fn renewed(item: &mut Item, check: &Check, past: Option<&Past>, now: OffsetDateTime) {
    let held = certificates(item);
    let Some(renewal) = past.map(|past| renewal(past, &held, check.grace.unwrap_or(GRACE), now))
    else {
        return;
    };
    let served = check.same_as.iter().filter(|same| same.written.starts_with("served:"));
    let written: Vec<&str> = served.map(|same| same.written.as_str()).collect();
    for finding in &mut item.findings {
        let is_it = finding.code == Code::ThumbprintDiffers
            && written.iter().any(|written| finding.message.ends_with(written));
        match renewal {
            _ if !is_it => {}
            Renewal::Fresh => finding.severity = Severity::Warning,
            Renewal::Late(since) => {
                finding.code = Code::RenewedNotServed;
                finding.message =
                    format!("{}, and was renewed at {since} or before", finding.message);
                finding.help = Some("install it there, and reload the server".to_owned());
            }
        }
    }
}
