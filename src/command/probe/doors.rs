//! Other ways in, each tried without a certificate: the address as the host, no server name, another name
//! in TLS or in HTTP, and plain HTTP.

use super::Args;
use crate::args::destination::Destination;
use crate::net::server_name;

/// The port of plain HTTP.
const PLAIN: u16 = 80;

/// A way in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Door {
    /// TLS as ever, and the address in `Host`.
    AddressAsHost,
    /// TLS without a server name.
    NoName,
    /// Another name in TLS, and the usual one in `Host`.
    OtherName(String),
    /// The usual name in TLS, and another one in `Host`.
    OtherHost(String),
    /// Plain HTTP at this port.
    Plain(u16),
}

impl Door {
    /// All that are to be tried.
    pub fn all(args: &Args, url: &Destination) -> Vec<Self> {
        if !args.side_doors {
            return Vec::new();
        }
        let mut doors = vec![Self::NoName];
        // Where the address is the host, that is the front door.
        if url.endpoint.ip().is_none() {
            doors.push(Self::AddressAsHost);
        }
        for name in &args.also {
            // What TLS cannot ask for is asked for in HTTP.
            doors.extend(server_name(name).is_ok().then(|| Self::OtherName(name.clone())));
            doors.push(Self::OtherHost(name.clone()));
        }
        doors.push(Self::Plain(PLAIN));
        if url.endpoint.port != PLAIN {
            doors.push(Self::Plain(url.endpoint.port));
        }
        doors
    }

    /// What it is called in the report.
    pub fn name(&self) -> String {
        match self {
            Self::AddressAsHost => "the address as Host".to_owned(),
            Self::NoName => "no server name".to_owned(),
            Self::OtherName(name) => format!("server name {name}"),
            Self::OtherHost(name) => format!("Host {name}"),
            Self::Plain(port) => format!("http on port {port}"),
        }
    }

    /// Whether it has nothing to do with TLS, and is the same in every version of it.
    pub fn is_plain(&self) -> bool {
        matches!(self, Self::Plain(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_door_has_a_name() {
        for (door, name, is_plain) in [
            (Door::NoName, "no server name", false),
            (Door::AddressAsHost, "the address as Host", false),
            (Door::OtherName("a".into()), "server name a", false),
            (Door::OtherHost("a".into()), "Host a", false),
            (Door::Plain(80), "http on port 80", true),
        ] {
            assert_eq!((door.name().as_str(), door.is_plain()), (name, is_plain));
        }
    }
}
