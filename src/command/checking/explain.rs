//! Why a signature does not match, added to the check that says so.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::Checked;
use crate::finding::{Code, Finding};
use crate::secret::Secret;
use crate::signature::Message;
use crate::signature::diagnose::{self, Case, Cause, Diagnosis};
use crate::signature::scheme::Scheme;

/// Longest time spent on one request.
pub const ONE: Duration = Duration::from_millis(1_900);
/// Longest time spent on all requests of a run: a capture may hold a million of them.
const ALL: Duration = Duration::from_secs(6);

/// Explains mismatches until its time is used up, or so many of them.
pub struct Explainer {
    left: Mutex<Duration>,
    /// How many are still to be explained, if that was said.
    count: Option<AtomicU64>,
    /// Longest time spent on one request, if that was said.
    one: Option<Duration>,
    payload: Payload,
    /// The body that was signed, of the request that was explained last.
    signed_body: Mutex<Option<Vec<u8>>>,
}

/// The payload as commands that repair it name it.
#[derive(Clone, Debug)]
pub struct Payload {
    /// Its file, as a shell takes it.
    pub file: String,
    /// The command that writes the body that was signed, if there is one.
    pub writer: Option<String>,
}

impl Payload {
    /// One that has no file of its own.
    pub fn without_file() -> Self {
        Self { file: diagnose::NO_FILE.to_owned(), writer: None }
    }
}

impl Explainer {
    /// One for this payload, with `time` for each request if that is given.
    pub fn of(payload: Payload, time: Option<Duration>) -> Self {
        let left = Mutex::new(time.map_or(ALL, |time| ALL.max(time)));
        Self { left, count: None, one: time, payload, signed_body: Mutex::new(None) }
    }

    /// The same for the first so many mismatches, if that is given, however long that takes.
    #[must_use]
    pub fn first(self, count: Option<u64>) -> Self {
        match count {
            Some(count) => {
                Self { left: Mutex::new(Duration::MAX), count: Some(count.into()), ..self }
            }
            None => self,
        }
    }

    /// The body that was signed, if the last diagnosis found it; it is given once.
    pub fn take_signed_body(&self) -> Option<Vec<u8>> {
        self.signed_body.lock().ok()?.take()
    }

    /// Adds the diagnosis, if one of the findings is about the signature itself.
    pub fn explain(
        &self,
        checked: &mut Checked,
        scheme: &Scheme,
        message: &Message<'_>,
        secrets: &[(String, Secret)],
    ) {
        let Some(finding) = checked.explainable() else { return };
        if !self.takes_one_more() {
            finding.help.get_or_insert_with(|| {
                "not diagnosed: over the --diagnose-first limit; verify it alone".to_owned()
            });
            return;
        }
        let started = Instant::now();
        let Some(left) = self.left().filter(|left| !left.is_zero()) else {
            finding.help.get_or_insert_with(|| {
                "not diagnosed: many before it were; verify it alone".to_owned()
            });
            return;
        };
        // A capture is never repaired in place: its body has no file.
        // One payload is all there is, and a long one takes longer.
        let (payload, time) = match message.complete {
            true => (Payload::without_file(), self.one.unwrap_or(ONE).min(left)),
            false => {
                let more = Duration::from_secs(message.body.len() as u64 >> 20);
                (self.payload.clone(), self.one.unwrap_or(ONE + more))
            }
        };
        let mut diagnosis = diagnosis(scheme, message, secrets, payload, time);
        self.spend(started.elapsed());
        if let Ok(mut signed_body) = self.signed_body.lock() {
            *signed_body = diagnosis.signed_body.take();
        }
        checked.verification.diagnosis = applied(diagnosis, &mut checked.findings);
    }

    fn takes_one_more(&self) -> bool {
        let Some(count) = &self.count else { return true };
        let less = |count: u64| count.checked_sub(1);
        count.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).is_ok()
    }

    fn left(&self) -> Option<Duration> {
        self.left.lock().ok().map(|left| *left)
    }

    fn spend(&self, time: Duration) {
        if let Ok(mut left) = self.left.lock() {
            *left = left.saturating_sub(time);
        }
    }
}

/// Why a request does not match, looked for so long at most.
pub fn diagnosis(
    scheme: &Scheme,
    message: &Message<'_>,
    secrets: &[(String, Secret)],
    payload: Payload,
    time: Duration,
) -> Diagnosis {
    let secrets: Vec<Secret> = secrets.iter().map(|(_, secret)| secret.clone()).collect();
    // A time beyond what the clock can tell is no limit: a century is as good.
    let century = Duration::from_secs(100 * 365 * 86_400);
    let deadline = Instant::now() + time.min(century);
    let Payload { file, writer } = payload;
    let message = *message;
    diagnose::diagnose(&Case { scheme, message, secrets: &secrets, file, writer, deadline })
}

/// The finding that is about the signature itself, if there is one.
pub fn explainable(findings: &mut [Finding]) -> Option<&mut Finding> {
    use Code::{SignatureMalformed, SignatureMismatch, SignatureMissing};
    let codes = [SignatureMismatch, SignatureMalformed, SignatureMissing];
    findings.iter_mut().find(|finding| codes.contains(&finding.code))
}

/// The diagnosis, if it says more than the finding that it is about, which then says what to do.
pub fn applied(diagnosis: Diagnosis, findings: &mut [Finding]) -> Option<Diagnosis> {
    let finding = explainable(findings)?;
    // A header that is missing or unreadable speaks for itself.
    if diagnosis.causes.is_empty() && finding.code != Code::SignatureMismatch {
        return None;
    }
    // What to do about a missing header stays said: the change is about what stands elsewhere.
    if finding.code != Code::SignatureMissing || finding.help.is_none() {
        finding.help = Some(help(&diagnosis));
    }
    Some(diagnosis)
}

/// What to do, in one sentence, for formats that show findings only.
fn help(diagnosis: &Diagnosis) -> String {
    let one = |cause: &Cause| format!("{}: {}", cause.message, cause.help);
    match (diagnosis.causes.is_empty(), diagnosis.cut) {
        (true, true) => {
            "if time ran out, search longer with --diagnose-time 1m; else compare the length and \
             SHA-256 of the signed bytes with what the sender hashed"
                .to_owned()
        }
        (true, false) => {
            "ask the sender for the secret of exactly this endpoint, and compare the length and \
             SHA-256 of the signed bytes with what the sender hashed"
                .to_owned()
        }
        (false, _) => diagnosis.causes.iter().map(one).collect::<Vec<_>>().join("; and "),
    }
}
