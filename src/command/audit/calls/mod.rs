//! The forged calls: for each test one, made of the good request as of now, and the way it goes.

use ::time::OffsetDateTime;

use super::plan::Plan;
use crate::error::Result as Fallible;
use crate::http::{Request, credential};
use crate::policy::audit::table::Test;
use crate::signature::forge::{self, Good};

/// The header by which the owner of an endpoint finds a call in the log.
const MARKER: &str = "Hookprint-Audit";
/// What the good request is called there.
pub const CONTROL: &str = "control";

/// A call, ready to be sent.
#[derive(Clone, Debug)]
pub struct Call {
    /// The request.
    pub request: Request,
    /// Its bytes as they travel.
    pub bytes: Vec<u8>,
    /// The signature that would be right for it; none where it has it itself.
    pub right: Option<String>,
}

/// The call of a test, or why it says nothing here.
pub fn of(test: &Test, plan: &Plan, now: OffsetDateTime) -> Result<Call, String> {
    let good = good(plan, now)?;
    let forged = match forge::forge(&test.id, &good) {
        Some(forged) => forged?,
        None => good.signed()?,
    };
    let right = good.right(&forged.body);
    Call::new(forged, right, &test.id, plan)
}

/// The good request, signed that long ago.
///
/// # Errors
/// Why it cannot be signed or sent.
pub fn good_one(
    plan: &Plan,
    now: OffsetDateTime,
    age: ::time::Duration,
    id: &str,
) -> Result<Call, String> {
    let request = match &plan.signer {
        None => plan.request.clone(),
        Some(_) => forge::aged(&good(plan, now)?, age)?,
    };
    Call::new(request, None, id, plan)
}

fn good(plan: &Plan, now: OffsetDateTime) -> Result<Good<'_>, String> {
    let Some(signer) = &plan.signer else { return Err("no --scheme was given".to_owned()) };
    let Plan { request, called, tolerance, .. } = plan;
    Ok(Good { request, url: called, signer, now, tolerance: *tolerance })
}

impl Call {
    fn new(
        mut request: Request,
        right: Option<String>,
        id: &str,
        plan: &Plan,
    ) -> Result<Self, String> {
        request.headers.push(MARKER, format!("{}/{id}", plan.run));
        let mut bytes = Vec::new();
        let written: Fallible<()> = request.write(&mut bytes);
        written.map_err(|error| error.message)?;
        let has = |text: &String| memchr::memmem::find(&bytes, text.as_bytes()).is_some();
        let right = right.filter(|right| !has(right));
        Ok(Self { request, bytes, right })
    }

    /// Method and URL, without credentials.
    pub fn line(&self, plan: &Plan) -> String {
        let url = plan.url.url(&self.request.target);
        format!("{} {}", self.request.method, credential::masked(&url))
    }
}
