//! The forged calls: for each test one, made of the good request as of now, and the way it goes.

mod certificate;
mod doors;
mod headers;
mod robust;
mod way;

use ::time::{Duration, OffsetDateTime};

pub use certificate::{Guest, guests};
pub use doors::Place;
pub use headers::Claim;
pub use way::{Shows, Way};

use super::plan::Plan;
use crate::http::{Request, credential};
use crate::policy::audit::Group;
use crate::policy::audit::table::Test;
use crate::signature::forge::{self, Good};
use crate::signature::sign::random_hex;

/// The header by which the owner of an endpoint finds a call in the log.
const MARKER: &str = "Hookprint-Audit";
/// What the good request is called there.
pub const CONTROL: &str = "control";
/// A check of the address by nobody who may ask for one.
pub const CHALLENGE: &str = "challenge-unverified";

/// A call, ready to be sent.
#[derive(Clone, Debug)]
pub struct Call {
    /// The request.
    pub request: Request,
    /// Its bytes as they travel.
    pub bytes: Vec<u8>,
    /// The way it goes.
    pub way: Way,
    /// The signature that would be right for it; none where it has it itself.
    pub right: Option<String>,
    /// What stands in an answer to it that gives it what it asks for, where that is not the usual one.
    pub echo: Option<String>,
}

/// The call of a test on its try of that number, or why it says nothing here.
pub fn of(test: &Test, number: usize, plan: &Plan, now: OffsetDateTime) -> Result<Call, String> {
    let id = test.id.as_str();
    let signed = || good_one(plan, now, Duration::ZERO, id);
    match test.group {
        Group::Signature | Group::Time | Group::Replay => {
            let good = good(plan, now)?;
            let forged = match forge::forge(id, &good) {
                Some(forged) => forged?,
                None => good.signed()?,
            };
            let right = good.right(&forged.body);
            Call { right, ..Call::new(forged, Way::default(), id, plan)? }.checked()
        }
        Group::Certificate => {
            certified(plan)?;
            let way = certificate::way(id, number, &plan.guests)?;
            Ok(Call { way, ..signed()? })
        }
        Group::Headers => {
            let claim = certified(plan)?;
            let mut request = signed()?.request;
            if !claim.write(id, &mut request.headers) {
                return Err("there are no such headers".to_owned());
            }
            Call::of_request(request, Way::uncertified())
        }
        Group::Doors => {
            let (mut request, mut way) = outsider(plan, now)?;
            let place = plan.place();
            doors::through(id, &place, &mut request, &mut way)?;
            if way.plain.is_some() {
                // Everybody on the way reads along.
                request.body.clear();
                request.frame();
                way.plain = way.plain.map(|port| if number == 0 { port } else { place.port });
            }
            Call::new(request, way, id, plan)
        }
        Group::Robustness if id == CHALLENGE => {
            let word = random_hex();
            let scheme = plan.scheme.as_deref();
            let request = robust::challenge(scheme, &plan.request, &word)?;
            let call = Call::new(request, Way::default(), id, plan)?;
            Ok(Call { echo: Some(word), ..call })
        }
        Group::Robustness => {
            if id == "gzip-body" {
                // Without a signature of the body it is no other body than was signed.
                good(plan, now)?.covers_body()?;
            }
            let good = match id {
                "get" => unsigned(plan, now)?,
                _ => signed()?.request,
            };
            let robust::Odd { request, bytes, way } = robust::of(id, marked(good, id, plan))?;
            Ok(Call { request, bytes, way, right: None, echo: None })
        }
    }
}

/// How often a test is tried.
pub fn tries(test: &Test, plan: &Plan) -> usize {
    match test.group {
        Group::Certificate => certificate::tries(&test.id),
        Group::Doors => doors::tries(&test.id, &plan.place()),
        _ => 1,
    }
}

/// The good request, signed that long ago.
///
/// # Errors
/// Why it cannot be signed or sent.
pub fn good_one(plan: &Plan, now: OffsetDateTime, age: Duration, id: &str) -> Result<Call, String> {
    let request = match &plan.signer {
        None => plan.request.clone(),
        Some(_) => forge::aged(&good(plan, now)?, age)?,
    };
    Call::new(request, Way::default(), id, plan)
}

fn good(plan: &Plan, now: OffsetDateTime) -> Result<Good<'_>, String> {
    let Some(signer) = &plan.signer else { return Err("no --scheme was given".to_owned()) };
    let Plan { request, called, tolerance, .. } = plan;
    Ok(Good { request, url: called, signer, now, tolerance: *tolerance })
}

/// What stands in headers that claim our certificate, where one is shown.
fn certified(plan: &Plan) -> Result<&Claim, String> {
    plan.claim.as_ref().ok_or_else(|| "the good request shows no certificate: no --cert".to_owned())
}

/// The good request without its signature.
fn unsigned(plan: &Plan, now: OffsetDateTime) -> Result<Request, String> {
    match &plan.signer {
        None => Ok(plan.request.clone()),
        Some(_) => {
            forge::forge("unsigned", &good(plan, now)?).unwrap_or_else(|| Ok(plan.request.clone()))
        }
    }
}

/// A request that must not get in, and how it comes: without a certificate, or without a signature where
/// none is shown.
fn outsider(plan: &Plan, now: OffsetDateTime) -> Result<(Request, Way), String> {
    match (&plan.claim, &plan.signer) {
        (Some(_), None) => Ok((plan.request.clone(), Way::uncertified())),
        (Some(_), Some(_)) => Ok((good(plan, now)?.signed()?, Way::uncertified())),
        (None, Some(_)) => Ok((unsigned(plan, now)?, Way::default())),
        (None, None) => Err("neither --scheme nor --cert says who is let in".to_owned()),
    }
}

fn marked(mut request: Request, id: &str, plan: &Plan) -> Request {
    request.headers.remove(MARKER);
    request.headers.push(MARKER, format!("{}/{id}", plan.run));
    request
}

impl Call {
    fn new(request: Request, way: Way, id: &str, plan: &Plan) -> Result<Self, String> {
        Self::of_request(marked(request, id, plan), way)
    }

    fn of_request(request: Request, way: Way) -> Result<Self, String> {
        let mut bytes = Vec::new();
        request.write(&mut bytes).map_err(|error| error.message)?;
        Ok(Self { request, bytes, way, right: None, echo: None })
    }

    /// The same, which knows what would be right only where it does not say it itself.
    fn checked(self) -> Result<Self, String> {
        let has = |text: &String| memchr::memmem::find(&self.bytes, text.as_bytes()).is_some();
        let right = self.right.clone().filter(|right| !has(right));
        Ok(Self { right, ..self })
    }

    /// Method and URL, without credentials.
    pub fn line(&self, plan: &Plan) -> String {
        let url = plan.url.url(&self.request.target);
        format!("{} {}", self.request.method, credential::masked(&url))
    }
}
