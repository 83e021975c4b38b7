//! The good request: the first of a capture that carries the header of the scheme, or a bare payload, ready
//! but for its signature.

use super::Args;
use crate::capture;
use crate::command::Context;
use crate::command::readdress::{address, edit, frame, of_body, strip};
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::http::Request;
use crate::input::named;
use crate::input::unpack::unpack;
use crate::signature::resign::Resigner;
use crate::signature::scheme::Lookup;

/// No body of ours is longer.
const LONGEST_BODY: usize = 64 << 10;
/// The word of schemes for the id of a delivery.
const ID: &str = "id";

/// The good request for its destination.
///
/// # Errors
/// `usage`, and those of reading the file.
pub fn request(args: &Args, signer: Option<&Resigner>, context: &Context) -> Result<Request> {
    let mut request = match (&args.request, &args.payload) {
        (Some(path), _) => captured(args, path, signer, context)?,
        (None, path) => {
            let path = path.as_deref().unwrap_or("-".as_ref());
            let body = context.read(path)?;
            let (method, target) = (args.method.clone(), "/".to_owned());
            Request { method, target, headers: of_body(&body), body }
        }
    };
    if request.body.len() > LONGEST_BODY {
        let message = format!("the good request has a body of {} bytes", request.body.len());
        return Err(Error::new(Failure::TooLarge, message)
            .help("give one of at most 64 KiB: this is not a load test"));
    }
    strip(&mut request.headers);
    address(&mut request, &args.url);
    edit(&mut request.headers, &args.header);
    frame(&mut request);
    forget_id(&mut request, signer);
    request.check()?;
    Ok(request)
}

fn captured(
    args: &Args,
    path: &std::path::Path,
    signer: Option<&Resigner>,
    context: &Context,
) -> Result<Request> {
    let file = named::file(path);
    let source = unpack(context.input.stream(path)?, args.reading.unpacking.max_ratio);
    let captures = capture::load(source, &args.reading.options(path, context.now));
    let carries = |request: &Request| {
        signer.is_none_or(|signer| request.headers.iter().any(|line| signer.sets(&line.name)))
    };
    for captured in captures.map_err(|error| error.about(&file))? {
        let captured = captured.map_err(|error| error.about(&file))?;
        if carries(&captured.request) {
            for note in &captured.notes {
                context.note(&format!("{file} {}: {}", captured.name, note.message));
            }
            return Ok(captured.request);
        }
    }
    let what =
        args.scheme.as_deref().map_or_else(String::new, |name| format!(" that {name} signed"));
    Err(Error::new(Failure::Unrecognised, format!("{file}: it contains no request{what}"))
        .help("give a capture of a good request, or its body with --payload FILE"))
}

/// A delivery that is sent again is another one: whoever does a thing once would refuse it.
fn forget_id(request: &mut Request, signer: Option<&Resigner>) {
    let Some(Resigner::Scheme(signer)) = signer else { return };
    for (word, lookup) in &signer.scheme().variables {
        if let (ID, Lookup::Header(name)) = (word.as_str(), lookup) {
            request.headers.remove(name);
        }
    }
}
