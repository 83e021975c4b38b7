//! Pins from the command line, from lists and from certificates.

use std::path::Path;

use crate::args::pins::{PinArg, Pins};
use crate::cert::Pin;
use crate::command::Context;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::store::{self, Passwords};

/// Every accepted thumbprint, in the order given. The passwords open the files among them.
///
/// # Errors
/// `usage` for a line that is no thumbprint; those of reading a file.
pub fn load(args: &Pins, passwords: &Passwords, context: &Context) -> Result<Vec<Pin>> {
    let mut pins = each(&args.pin, passwords, context)?;
    for path in &args.pin_file {
        pins.extend(of_list(path, context)?);
    }
    Ok(pins)
}

/// The thumbprints of options alone.
///
/// # Errors
/// Those of reading a file.
pub fn each(args: &[PinArg], passwords: &Passwords, context: &Context) -> Result<Vec<Pin>> {
    let mut pins = Vec::new();
    for arg in args {
        match arg {
            PinArg::Thumbprint(pin) => pins.push(pin.clone()),
            PinArg::File { label, path } => {
                pins.extend(of_file(label.as_ref(), path, passwords, context)?);
            }
        }
    }
    Ok(pins)
}

/// Pins on the end-entity certificates of a file; on all of them when there are only authorities.
fn of_file(
    label: Option<&String>,
    path: &Path,
    passwords: &Passwords,
    context: &Context,
) -> Result<Vec<Pin>> {
    let about = |error: Error| error.about(path.display());
    let bundle = store::open(&context.read(path)?, passwords).map_err(about)?;
    let pins = |authorities: bool| -> Vec<Pin> {
        let certificates = bundle.certificates().filter(|one| authorities || !one.is_ca());
        certificates.map(|certificate| Pin::on(certificate, label.cloned())).collect()
    };
    let found = Some(pins(false)).filter(|pins| !pins.is_empty()).unwrap_or_else(|| pins(true));
    if found.is_empty() {
        let error = Error::new(Failure::Unrecognised, "it contains no certificate to pin");
        return Err(about(error));
    }
    Ok(found)
}

/// One pin a line; blank lines and lines that begin with # are skipped.
fn of_list(path: &Path, context: &Context) -> Result<Vec<Pin>> {
    let bytes = context.read(path)?;
    let text = String::from_utf8_lossy(&bytes);
    let pins = text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty() && !line.trim_start().starts_with('#'))
        .map(|(index, line)| {
            let place = format!("{}, line {}", path.display(), index + 1);
            line.parse().map_err(|error: Error| error.about(place))
        })
        .collect::<Result<Vec<Pin>>>()?;
    match pins.is_empty() {
        true => Err(Error::new(Failure::Unrecognised, "it contains no pin").about(path.display())),
        false => Ok(pins),
    }
}
