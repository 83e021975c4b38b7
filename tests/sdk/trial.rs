//! What is found out about one row.

use crate::cases::{self, Case, Covers, NOW};
use crate::driver::{self, Answer, Request};
use crate::ours::{self, Given, Verdict};
use crate::rows::{EXPLAINED, Row};
use crate::spellings::{ADDRESSES, SIGNATURES, Spelling, Written};

/// Bodies that are tried for a signature of which each part can be spelled otherwise.
const BODIES: std::ops::Range<u32> = 0..100;
/// A year in seconds: older than anything that looks at the time lets pass.
const LONG: i64 = 365 * 86_400;

/// What was found out, where it is not the same for every row.
#[derive(Debug, Default)]
pub struct Findings {
    /// Whether signatures of the scheme are made here.
    pub signed_here: bool,
    /// Whether the library refuses what was signed a year ago; `None` where no time is signed.
    pub refuses_stale: Option<bool>,
    /// What the library refuses, and nothing here calls plainly ok.
    pub refused: Vec<&'static str>,
    /// What the library takes, and something is said against here.
    pub stricter: Vec<&'static str>,
    /// What the library refuses, and is ok here for a reason that [`EXPLAINED`] gives.
    pub explained: Vec<&'static str>,
}

/// One row, with what is signed.
struct Trial<'a> {
    row: &'a Row,
    case: Case,
}

/// Signs and verifies both ways, then changes content, time and spelling.
pub fn run(row: &Row) -> Findings {
    let trial = Trial { row, case: cases::of(row.scheme) };
    trial.both_accept("what the library signs", &trial.signed_there(0));

    let mut ours = BODIES.map(|number| match trial.case.is_only_verified {
        true => trial.signed_there(number),
        false => ours::sign(row.scheme, &trial.case, &trial.given(number)),
    });
    let ours = ours.find(|given| {
        Written::find(given).is_none_or(|written| written.can_be_spelled_otherwise())
    });
    let ours = ours.expect("a signature of which each part can be spelled otherwise");
    trial.both_accept("what is signed here", &ours);
    trial.both_refuse("what was changed", &trial.changed(&ours));

    let mut findings =
        Findings { signed_here: !trial.case.is_only_verified, ..Findings::default() };
    trial.judge_time(&ours, &mut findings);
    if let Some(written) = Written::find(&ours) {
        trial.judge_spellings(&written, SIGNATURES, &mut findings);
        let elsewhere = Given { url: "https://other.example/".to_owned(), ..ours.clone() };
        if !trial.theirs(&elsewhere).accepted {
            trial.judge_spellings(&written, ADDRESSES, &mut findings);
        }
    }
    let explained: Vec<_> = EXPLAINED
        .iter()
        .filter(|explained| {
            (explained.scheme, explained.language, explained.package)
                == (row.scheme, row.language, row.package)
        })
        .flat_map(|explained| explained.spellings)
        .copied()
        .collect();
    assert_eq!(findings.explained, explained, "refused by the library, and ok here");
    findings
}

impl Trial<'_> {
    fn given(&self, number: u32) -> Given {
        let body = self.case.body.replace("{n}", &number.to_string());
        let digest = hookprint::digest::hex(&hookprint::digest::sha256(body.as_bytes()));
        let url = self.case.url.replace("{sha256}", &digest);
        Given { url, headers: self.case.headers(), body, in_body: None, now: NOW }
    }

    /// What the library signs.
    fn signed_there(&self, number: u32) -> Given {
        let plain = self.given(number);
        let Answer { headers, body, .. } = self.ask("sign", &plain);
        let in_body = self.case.pointer.map(|pointer| {
            let body: serde_json::Value = serde_json::from_str(&body).unwrap();
            body.pointer(pointer).and_then(serde_json::Value::as_str).unwrap().to_owned()
        });
        Given { headers, body, in_body, ..plain }
    }

    fn changed(&self, given: &Given) -> Given {
        let (from, to) = self.case.change;
        let mut changed = given.clone();
        let text = match self.case.covers {
            Covers::Body => &mut changed.body,
            Covers::Address => &mut changed.url,
            Covers::Nothing => &mut changed.headers[0].1,
        };
        assert!(text.contains(from), "{from} in {text}");
        *text = text.replacen(from, to, 1);
        changed
    }

    fn ask(&self, op: &'static str, given: &Given) -> Answer {
        let Row { scheme, package, language, .. } = *self.row;
        let secret = match op {
            "sign" => self.case.secret.text(),
            _ => self.case.secret.public(),
        };
        let Given { url, headers, body, now, .. } = given;
        let certificate = self.case.certificate.map(|(file, _)| ours::certificate(file));
        driver::ask(
            language,
            &Request {
                sdk: package,
                scheme,
                op,
                now: *now,
                secret,
                certificate: certificate.as_deref().unwrap_or_default(),
                method: "POST",
                url,
                headers,
                body,
            },
        )
    }

    fn theirs(&self, given: &Given) -> Answer {
        self.ask("verify", given)
    }

    fn ours(&self, given: &Given) -> Verdict {
        ours::verify(self.row.scheme, &self.case, given)
    }

    fn both_accept(&self, what: &str, given: &Given) {
        let (theirs, ours) = (self.theirs(given), self.ours(given));
        assert!(theirs.accepted, "the library refuses {what}: {}\n{given:?}", theirs.said);
        assert!(ours.is_plain_ok(), "{what}: {ours:?}\n{given:?}");
    }

    fn both_refuse(&self, what: &str, given: &Given) {
        let (theirs, ours) = (self.theirs(given), self.ours(given));
        assert!(!theirs.accepted, "the library accepts {what}\n{given:?}");
        assert!(!ours.is_right || !ours.is_plain_ok(), "{what}: {ours:?}\n{given:?}");
    }

    /// The clock stands elsewhere: far from the time of signing, and just within what is let pass.
    fn judge_time(&self, given: &Given, findings: &mut Findings) {
        let at = |seconds: i64| Given { now: NOW + seconds, ..given.clone() };
        let (stale, tolerance) = (at(LONG), ours::tolerance(self.row.scheme));
        let (theirs, ours) = (self.theirs(&stale).accepted, self.ours(&stale).is_plain_ok());
        assert!(!ours || (theirs && tolerance.is_none()), "signed a year ago\n{stale:?}");
        findings.refuses_stale = (!ours).then_some(!theirs);
        let Some(tolerance) = tolerance else { return };
        self.judge("almost too old", &at(tolerance - 1), findings);
        self.judge("almost too new", &at(1 - tolerance), findings);
        if findings.refuses_stale == Some(true) {
            self.judge("just too old", &at(tolerance + 2), findings);
            self.judge("just too new", &at(-2 - tolerance), findings);
        }
    }

    fn judge_spellings(&self, written: &Written<'_>, all: &[Spelling], findings: &mut Findings) {
        for (name, spelled) in all {
            if let Some(given) = spelled(written) {
                self.judge(name, &given, findings);
            }
        }
    }

    fn judge(&self, name: &'static str, given: &Given, findings: &mut Findings) {
        let (theirs, ours) = (self.theirs(given).accepted, self.ours(given).is_plain_ok());
        match (theirs, ours) {
            (false, true) => findings.explained.push(name),
            (false, false) => findings.refused.push(name),
            (true, false) => findings.stricter.push(name),
            (true, true) => {}
        }
    }
}
