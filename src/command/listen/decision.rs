//! What becomes of a delivery, decided once. The answer, the report and the capture are written from
//! this one value, so what is said of a caller and what it is told cannot disagree.

use std::sync::Arc;

use crate::command::checking::Checked;
use crate::http::Response;
use crate::outcome::verification::Admission;
use crate::policy::caller::Admitted;
use crate::policy::enforcement;

/// What was found about a caller and its request, and whether it is let in.
pub struct Decision {
    /// What became of the caller.
    pub admitted: Arc<Admitted>,
    /// The check of its request, where one was asked for.
    pub checked: Option<Checked>,
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
    pub fn new(admitted: Arc<Admitted>, mut checked: Option<Checked>, enforced: bool) -> Self {
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
        Self { admitted, checked, refusal }
    }

    /// Whether it is kept out.
    pub fn is_refused(&self) -> bool {
        self.refusal.is_some()
    }

    /// The answer that keeps it out, if it is kept out; without the reason for strangers.
    pub fn answer(&self, is_terse: bool) -> Option<Response> {
        let Refusal { status, what, why } = self.refusal.as_ref()?;
        let text = if is_terse { format!("{what}\n") } else { format!("{what}: {why}\n") };
        Some(Response::text(*status, text))
    }
}
