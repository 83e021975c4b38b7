//! What becomes of a delivery, decided once. The answer, the report and the capture are written from
//! this one value, so what is said of a caller and what it is told cannot disagree.

use std::sync::Arc;

use super::challenge::Challenged;
use crate::command::checking::Checked;
use crate::finding::{Code, Finding};
use crate::http::Response;
use crate::outcome::verification::Admission;
use crate::policy::caller::Admitted;
use crate::policy::enforcement;

/// What was found about a caller and its request, and whether it is let in.
pub struct Decision {
    /// What became of the caller.
    pub admitted: Arc<Admitted>,
    /// The check of its request, where one was asked for.
    pub checked: Option<Box<Checked>>,
    /// Whose check of the address it is, if it is one.
    pub challenge: Option<&'static str>,
    /// What is wrong besides.
    pub findings: Vec<Finding>,
    /// The answer to such a check.
    response: Option<Response>,
    refusal: Option<Refusal>,
}

/// Why a delivery is kept out.
struct Refusal {
    status: u16,
    /// What was refused, which anybody may know.
    what: &'static str,
    /// Why: it may name keys, thumbprints and authorities.
    why: String,
}

impl Decision {
    /// Decides about a caller and the check of its request; a failed check keeps it out if it is
    /// `enforced`.
    pub fn new(admitted: Arc<Admitted>, checked: Option<Checked>, enforced: bool) -> Self {
        let mut checked = checked.map(Box::new);
        if let Some(checked) = checked.as_mut().filter(|_| enforced) {
            enforcement::raise(&mut checked.findings);
        }
        let of_check = || {
            let checked = checked.as_ref().filter(|_| enforced)?;
            // What was not admitted by the check is not let in.
            let why = match &checked.verification.admission {
                Some(Admission { ok: true, .. }) => return None,
                Some(Admission { reason: Some(why), .. }) => why.clone(),
                _ => "the signature was not checked".to_owned(),
            };
            Some(Refusal { status: 401, what: "signature refused", why })
        };
        let of_caller = admitted.refusal().map(|why| Refusal {
            status: 403,
            what: "client certificate refused",
            why,
        });
        let refusal = of_caller.or_else(of_check);
        let (challenge, findings, response) = Default::default();
        Self { admitted, checked, challenge, findings, response, refusal }
    }

    /// Decides about a caller that checks the address: it is answered only if all is as it should be,
    /// whether that is enforced for deliveries or not.
    pub fn on_challenge(admitted: Arc<Admitted>, challenged: Challenged) -> Self {
        let Challenged { provider, answer, checked } = challenged;
        let mut decision = Self::new(admitted, checked, true);
        decision.challenge = Some(provider);
        match answer {
            Ok(response) => decision.response = Some(response),
            Err(why) => {
                decision.findings.push(Finding::new(Code::ChallengeRefused, provider, why));
                let why = why.to_owned();
                let refusal = Refusal { status: 403, what: "challenge refused", why };
                decision.refusal.get_or_insert(refusal);
            }
        }
        decision
    }

    /// Whether nothing is wrong with it.
    pub fn is_clean(&self) -> bool {
        let of_check = self.checked.iter().all(|checked| checked.findings.is_empty());
        of_check && self.findings.is_empty() && self.admitted.findings.is_empty()
    }

    /// Whether it is kept out.
    pub fn is_refused(&self) -> bool {
        self.refusal.is_some()
    }

    /// The answer, where it is decided already: to what is kept out, without the reason for strangers,
    /// and to a check of the address.
    pub fn answer(&self, is_terse: bool) -> Option<Response> {
        let Some(Refusal { status, what, why }) = &self.refusal else {
            return self.response.clone();
        };
        let text = if is_terse { format!("{what}\n") } else { format!("{what}: {why}\n") };
        Some(Response::text(*status, text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_refused(admission: Option<Admission>, enforced: bool) -> bool {
        let mut checked = Checked::default();
        checked.verification.admission = admission;
        let decision = Decision::new(Arc::default(), Some(checked), enforced);
        let status = decision.answer(true).map(|answer| answer.status);
        assert_eq!(status, decision.is_refused().then_some(401));
        decision.is_refused()
    }

    #[test]
    fn only_what_passed_its_check_is_let_in_where_that_is_enforced() {
        let admission =
            |ok, reason: Option<&str>| Some(Admission { ok, reason: reason.map(str::to_owned) });
        for (admission, expected) in [
            (admission(true, None), false),
            (admission(false, Some("it is stale")), true),
            (admission(false, None), true),
            (None, true),
        ] {
            assert_eq!(is_refused(admission.clone(), true), expected, "{admission:?}");
            assert!(!is_refused(admission, false));
        }
        assert!(!Decision::new(Arc::default(), None, true).is_refused(), "no check, no refusal");
    }

    #[test]
    fn strangers_are_not_told_why() {
        let mut checked = Checked::default();
        let reason = Some("key k1 is withdrawn".to_owned());
        checked.verification.admission = Some(Admission { ok: false, reason });
        let decision = Decision::new(Arc::default(), Some(checked), true);
        let told = |is_terse| String::from_utf8(decision.answer(is_terse).unwrap().body).unwrap();
        assert_eq!(told(true), "signature refused\n");
        assert_eq!(told(false), "signature refused: key k1 is withdrawn\n");
    }
}
