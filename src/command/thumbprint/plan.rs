//! What is the same for every target of a run.

use std::path::Path;
use std::sync::Arc;

use time::OffsetDateTime;

use super::{Args, Only};
use crate::cert::spelling::SPELLINGS;
use crate::cert::thumbprint::{Kind, Thumbprint};
use crate::cert::{Certificate, Chain, Pin};
use crate::command::{Context, identity, pinned};
use crate::error::{Error, Result};
use crate::net::Protocol;
use crate::policy::Limits;
use crate::tls::{Anchors, LazyAnchors, Settings};

/// What is the same for every target.
pub struct Plan {
    /// The command line.
    pub args: Args,
    /// The moment to judge at.
    pub now: OffsetDateTime,
    /// Whether the network may not be used.
    pub offline: bool,
    /// Accepted thumbprints.
    pub pins: Vec<Pin>,
    /// What chains may lead to.
    pub anchors: LazyAnchors,
    /// When the end of a certificate is near.
    pub limits: Limits,
    /// What to offer to a server.
    pub settings: Settings,
    /// Our certificate, if one was given.
    pub own: Option<identity::Own>,
    /// The protocol before TLS.
    pub starttls: Option<&'static Protocol>,
}

impl Plan {
    /// Reads what the arguments name.
    ///
    /// # Errors
    /// `usage` for wrong values, and those of reading files.
    pub fn new(args: &Args, context: &Context) -> Result<Self> {
        if let Some(name) = &args.servername {
            crate::net::server_name(name)?;
        }
        let own = identity::load(&args.identity, context)?;
        let starttls = args.starttls.as_deref().map(str::parse::<&'static Protocol>);
        Ok(Self {
            args: args.clone(),
            now: context.now,
            offline: context.global.offline,
            pins: pinned::load(&args.pins, context)?,
            anchors: anchors(args.anchoring.ca.as_deref(), context)?,
            limits: Limits { warn: args.warn, crit: args.crit },
            settings: Settings {
                no_server_name: args.no_servername,
                identity: own.as_ref().map(|own| Arc::clone(&own.key)),
                ..Settings::default()
            },
            own,
            starttls: starttls.transpose()?,
        })
    }

    /// Whether only values are wanted.
    pub fn is_plain(&self) -> bool {
        self.args.only.is_some() || self.args.product.is_some()
    }

    /// The values wanted of a chain, one a line.
    pub fn plain(&self, chain: &Chain) -> Option<String> {
        let shown = if self.args.chain { chain.certificates().len() } else { 1 };
        self.is_plain().then(|| {
            let certificates = chain.certificates().iter().take(shown);
            certificates.map(|certificate| self.spelled(certificate)).collect()
        })
    }

    fn spelled(&self, certificate: &Certificate) -> String {
        let print = |kind| Thumbprint::of(certificate, kind).text() + "\n";
        match (self.args.only, self.args.product.as_deref()) {
            (Some(Only::Sha1), _) => print(Kind::Sha1),
            (Some(Only::Sha256), _) => print(Kind::Sha256),
            (Some(Only::Spki), _) => print(Kind::Spki),
            (None, Some("all")) => SPELLINGS
                .iter()
                .map(|row| format!("{:<12} {}\n", row.product, row.of(certificate)))
                .collect(),
            (None, product) => SPELLINGS
                .iter()
                .filter(|row| Some(row.product) == product)
                .map(|row| row.of(certificate) + "\n")
                .collect(),
        }
    }
}

fn anchors(file: Option<&Path>, context: &Context) -> Result<LazyAnchors> {
    let Some(path) = file else { return LazyAnchors::system() };
    let anchors = Anchors::from_file(&context.read(path)?)
        .map_err(|error: Error| error.about(path.display()))?;
    Ok(LazyAnchors::given(anchors))
}
