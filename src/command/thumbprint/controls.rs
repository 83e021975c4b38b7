//! Controls that were named and would apply to no target: refused before anything is looked at.

use super::Args;
use super::targets::Subject;
use crate::error::{Error, Result};
use crate::net::{Endpoint, Protocol};

/// Fails where a control of the way or of the trust has no host to apply to. What a stream of
/// targets holds is not known yet.
///
/// # Errors
/// `usage`, naming the control.
pub fn have_a_use(args: &Args, named: &[(String, Subject)]) -> Result<()> {
    let is_file = |(_, subject): &(String, Subject)| matches!(subject, Subject::File(_));
    let files = named.iter().any(is_file) || !args.targets.is_empty();
    args.identity.passwords_have_a_use(&args.pins.pin, files)?;
    if !args.targets.is_empty() {
        return Ok(());
    }
    let starttls = args.starttls.as_deref().map(str::parse::<&'static Protocol>).transpose()?;
    let port = starttls.map_or(443, |protocol| protocol.port);
    let hosts: Vec<Endpoint> = named
        .iter()
        .filter_map(|(_, subject)| match subject {
            Subject::Host(target) => Some(target.endpoint(port)),
            _ => None,
        })
        .collect();
    let transport = &args.transport;
    let of_hosts = [
        ("--ca", args.anchoring.ca.is_some()),
        ("--cert", args.identity.cert.is_some()),
        ("--servername", args.servername.is_some()),
        ("--starttls", args.starttls.is_some()),
        ("--connect", transport.connect.is_some()),
        ("--proxy", transport.proxy.is_some()),
        ("--resolve", !transport.resolve.is_empty()),
    ];
    if let (true, Some((control, _))) =
        (hosts.is_empty(), of_hosts.iter().find(|(_, given)| *given))
    {
        return Err(Error::usage(format!("{control} is for hosts, and every target is a file"))
            .help("leave it out; `hookprint inspect` judges what is in a file"));
    }
    let of_no_host = transport
        .resolve
        .iter()
        .find(|one| !hosts.iter().any(|host| transport.has_use_for(one, host)));
    match of_no_host {
        None => Ok(()),
        Some(one) => {
            Err(Error::usage(format!("--resolve {}: no target is dialled there", one.endpoint))
                .help("its host and port must be those of a target, or of --connect"))
        }
    }
}
