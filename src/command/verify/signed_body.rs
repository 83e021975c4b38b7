//! `--write-signed-body`: the body that was signed, into a file; and the command line that asks for it.

use super::Args;
use crate::command::Context;
use crate::command::checking::explain::Payload;
use crate::command::checking::{Checked, Checker};
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::input::{self, Access};
use crate::outcome::verification::SignedBody;
use crate::signature::diagnose::{shell_path, shell_word};
use crate::signature::standard;

/// The option.
const OPTION: &str = "--write-signed-body";

/// Words in the names of headers that let somebody in: what they hold is not repeated.
const CREDENTIALS: [&str; 6] = ["auth", "cookie", "key", "password", "secret", "token"];

/// Standards say themselves what they cover: there is no search for a body.
pub fn applies(args: &Args) -> Result<()> {
    let name = args.scheme.as_deref().unwrap_or_default();
    if args.write_signed_body.is_none() || standard::named(name).is_none() {
        return Ok(());
    }
    Err(Error::usage(format!("{OPTION} does not apply to {name}"))
        .help("it is for schemes with a secret; `hookprint schemes` lists them"))
}

/// A capture keeps its bodies itself.
pub fn refused(args: &Args) -> Result<()> {
    if args.write_signed_body.is_none() {
        return Ok(());
    }
    let error = Error::usage(format!("{OPTION} is for a payload, and this is a capture"));
    Err(error.help("give the body as a file of its own, and its headers with --header"))
}

/// The payload's file, and the command that writes the body that was signed beside it.
pub fn payload(args: &Args, context: &Context) -> Payload {
    if args.payload.as_os_str() == "-" {
        return Payload::without_file();
    }
    let file = shell_path(&args.payload.display().to_string());
    let writer = args.write_signed_body.is_none().then(|| writer(args, context, &file));
    Payload { file, writer }
}

/// This very command line with the option in it; told in words where a header may be a credential.
fn writer(args: &Args, context: &Context, file: &str) -> String {
    let option = format!("{OPTION} {file}.fixed");
    let is_credential = args.header.iter().any(|line| {
        let name = line.name.to_ascii_lowercase();
        CREDENTIALS.iter().any(|word| name.contains(word))
    });
    let mut words: Vec<String> = context.words.iter().map(|word| shell_word(word)).collect();
    match words.iter().position(|word| word == "verify") {
        Some(verb) if !is_credential => {
            words.insert(verb + 1, option);
            format!("hookprint {}", words.join(" "))
        }
        _ => format!("run this command again with {option}"),
    }
}

/// Writes the body that was signed, and says so; or says that there is none, which is a failure where
/// no finding can say it.
pub fn write(
    args: &Args,
    checker: &Checker,
    checked: &mut Checked,
    given: &[u8],
) -> Result<Option<Error>> {
    let Some(path) = &args.write_signed_body else { return Ok(None) };
    if let Some(body) = checker.signed_body(checked, given) {
        input::replace(path, &body, Access::Private)?;
        let (bytes, path) = (body.len(), path.clone());
        checked.verification.signed_body = Some(SignedBody::Written { bytes, path });
        return Ok(None);
    }
    checked.verification.signed_body = Some(SignedBody::Unknown);
    let nothing =
        format!("no body was found that matches: nothing was written to {}", path.display());
    let Some(finding) = checked.explainable() else {
        return Ok(Some(Error::new(Failure::SignedBodyUnknown, nothing)));
    };
    let help = finding.help.take().map(|help| format!("; {help}"));
    finding.help = Some(nothing + &help.unwrap_or_default());
    Ok(None)
}
