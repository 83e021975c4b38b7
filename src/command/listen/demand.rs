//! What the options ask of callers. What is named and could not be applied is an error, before anybody
//! can call.

use super::options::{Args, ClientCert};
use crate::error::{Error, Result};
use crate::policy::caller::Demand;

/// What is asked of callers' certificates.
///
/// # Errors
/// `usage` for options that contradict each other, or ask for what nothing can decide.
pub fn demand(args: &Args) -> Result<Demand> {
    let is_judged = args.client_ca.is_some() || !args.client_pin.is_empty();
    let by = if args.client_ca.is_some() { "--client-ca" } else { "--client-pin" };
    match args.client_cert {
        Some(ClientCert::Off) if is_judged => {
            Err(Error::usage(format!("--client-cert off: {by} would have no effect"))
                .help(format!("leave out --client-cert, or {by}")))
        }
        Some(ClientCert::Require) if args.enforce && !is_judged => Err(Error::usage(
            "--client-cert require --enforce: nothing says which certificates are accepted",
        )
        .help("say which with --client-ca FILE or --client-pin THUMBPRINT")),
        _ if args.enforce && !is_judged && args.verify.is_none() => Err(Error::usage(
            "--enforce: there is nothing to enforce",
        )
        .help(
            "give --client-ca FILE or --client-pin THUMBPRINT, or --verify SCHEME with its secret",
        )),
        _ if args.plain => Ok(Demand::Nothing),
        Some(ClientCert::Require) => Ok(Demand::Required),
        _ if args.enforce && is_judged => Ok(Demand::Required),
        Some(ClientCert::Off) => Ok(Demand::Nothing),
        _ if args.enforce => Ok(Demand::Fit),
        _ => Ok(Demand::Shown),
    }
}

/// Refuses what is asked of signatures where none is checked.
///
/// # Errors
/// `usage`, naming the option.
pub fn unchecked(args: &Args) -> Result<()> {
    let token = &args.token;
    let is_challenged = args.challenge.is_some();
    let options = [
        ("--secret", !args.secret.is_empty() && !is_challenged),
        ("--url", args.url.is_some() && !is_challenged),
        ("--trust-forwarded", args.trust_forwarded && args.forward.is_none()),
        ("--tolerance", args.tolerance.is_some()),
        ("--jwks", token.jwks.is_some()),
        ("--audience", token.audience.is_some()),
        ("--issuer", !token.issuer.is_empty()),
        ("--email", token.email.is_some()),
        ("--subject", token.subject.is_some()),
        ("--body-claim", token.body_claim.is_some()),
        ("--signing-cert", token.signing_cert.is_some()),
        ("--require-component", !args.message.require_component.is_empty()),
    ];
    let given = options.iter().find(|(_, is_given)| *is_given).map(|(option, _)| *option);
    match given.or(args.form.given()) {
        Some(option) => Err(Error::usage(format!("{option} has no effect without --verify"))
            .help("name the scheme that deliveries are signed under with --verify")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use clap::{Args as _, FromArgMatches as _};

    use super::*;

    fn asked(line: &str) -> Result<Demand, String> {
        let command = Args::augment_args(clap::Command::new("listen"));
        let matches = command.try_get_matches_from(line.split_whitespace()).unwrap();
        demand(&Args::from_arg_matches(&matches).unwrap()).map_err(|error| error.message)
    }

    #[test]
    fn what_is_named_is_applied_or_an_error() {
        let pin = "--client-pin 4C21C5018BA88E42E608EBEA7203C063931A1D01";
        for (options, expected) in [
            ("", Ok(Demand::Shown)),
            ("--plain", Ok(Demand::Nothing)),
            ("--client-cert off", Ok(Demand::Nothing)),
            ("--client-cert require", Ok(Demand::Required)),
            ("--client-ca ca", Ok(Demand::Shown)),
            ("--client-ca ca --enforce", Ok(Demand::Required)),
            ("--client-ca ca --enforce --client-cert request", Ok(Demand::Required)),
            ("--client-ca ca --client-cert off", Err("--client-ca would have no effect")),
            ("--client-cert require --enforce", Err("nothing says which certificates")),
            ("--client-cert require --enforce --verify x", Err("nothing says which")),
            ("--enforce", Err("nothing to enforce")),
            ("--enforce --client-cert off", Err("nothing to enforce")),
            ("--enforce --plain", Err("nothing to enforce")),
            ("--enforce --verify x", Ok(Demand::Fit)),
            ("--enforce --verify x --client-cert off", Ok(Demand::Nothing)),
            ("--enforce --verify x --plain", Ok(Demand::Nothing)),
        ] {
            let said = asked(&format!("listen {options}"));
            match (&said, &expected) {
                (Ok(said), Ok(expected)) => assert_eq!(said, expected, "{options}"),
                (Err(said), Err(expected)) => assert!(said.contains(expected), "{options}: {said}"),
                _ => panic!("{options}: {said:?}"),
            }
        }
        assert_eq!(asked(&format!("listen {pin} --enforce")), Ok(Demand::Required));
        let off = asked(&format!("listen {pin} --client-cert off --enforce")).unwrap_err();
        assert!(off.contains("--client-pin"), "{off}");
    }
}
