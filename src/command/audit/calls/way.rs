//! The way a call goes: whose certificate is shown, in which version, by which name, and how long to wait.

use std::time::Duration;

use crate::tls::{Identity, Versions};

/// Whose certificate is shown.
#[derive(Clone, Debug, Default)]
pub enum Shows {
    /// Ours.
    #[default]
    Own,
    /// None.
    Nothing,
    /// One that was made for this run.
    Made(Box<Identity>),
    /// Ours for a session of its own, and none where that is to be resumed.
    OnceOnly,
}

/// The way.
#[derive(Clone, Debug, Default)]
pub struct Way {
    /// Whose certificate is shown.
    pub shows: Shows,
    /// Versions of TLS to offer.
    pub versions: Versions,
    /// No name is asked for.
    pub no_server_name: bool,
    /// Another name than the usual one is asked for.
    pub server_name: Option<String>,
    /// Plain HTTP at this port.
    pub plain: Option<u16>,
    /// How long the server may be silent, where that is less than usual.
    pub patience: Option<Duration>,
    /// Whether nobody being there, or saying nothing, is as good as a refusal.
    pub silence_refuses: bool,
}

impl Way {
    /// The usual way, without a certificate.
    pub fn uncertified() -> Self {
        Self { shows: Shows::Nothing, ..Self::default() }
    }
}
