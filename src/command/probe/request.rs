//! The request that each cell sends. Its owner finds it in the log by a header of its own.

use std::hash::{BuildHasher, Hasher, RandomState};

use time::OffsetDateTime;

use super::Args;
use crate::args::scheme::HeaderArg;
use crate::command::Context;
use crate::command::resigning::{Resigning, resigner};
use crate::error::{Error, Result};
use crate::http::{Headers, Request};
use crate::signature::resign::Resigner;

/// The header that names run and cell.
const MARKER: &str = "Hookprint-Probe";
const USER_AGENT: &str = "hookprint-probe";

/// What is sent to a server.
pub struct Requests {
    /// The method.
    pub method: String,
    /// Where it goes, as a whole.
    pub url: String,
    target: String,
    authority: String,
    headers: Vec<HeaderArg>,
    body: Vec<u8>,
    signer: Option<Resigner>,
    now: OffsetDateTime,
    run: u64,
}

/// One request as it differs from the others.
#[derive(Clone, Copy, Debug)]
pub struct Draft<'a> {
    /// The number of the cell.
    pub cell: usize,
    /// The host to name, where it is another one.
    pub host: Option<&'a str>,
    /// Without body, headers of ours and signature: for a server that is not trusted.
    pub is_bare: bool,
}

impl Requests {
    /// What the command line asks for.
    ///
    /// # Errors
    /// `usage`, and those of reading files and secrets.
    pub fn new(args: &Args, context: &Context) -> Result<Self> {
        if let (None, Some(option)) = (&args.resign, args.form.given()) {
            return Err(Error::usage(format!("{option} has no effect without --resign")));
        }
        let signer = match (&args.resign, &args.secret) {
            (Some(name), Some(source)) => {
                let claims = Default::default();
                let how = Resigning { form: &args.form, claims: &claims, id: None };
                Some(resigner(name, source, &how, context)?)
            }
            _ => None,
        };
        let target = args.url.target("/");
        let body = args.payload.as_ref().map(|path| context.read(path)).transpose()?;
        Ok(Self {
            method: args.method.clone(),
            url: args.url.url(&target),
            target,
            authority: args.url.authority.clone(),
            headers: args.header.clone(),
            body: body.unwrap_or_default(),
            signer,
            now: context.now,
            run: RandomState::new().build_hasher().finish(),
        })
    }

    /// The bytes of one request.
    ///
    /// # Errors
    /// When something in it cannot be written, or the scheme signs what is not there.
    pub fn bytes(&self, draft: Draft<'_>) -> Result<Vec<u8>> {
        let mut headers = Headers::new();
        headers.push("Host", draft.host.unwrap_or(&self.authority));
        headers.push("User-Agent", USER_AGENT);
        headers.push("Accept", "*/*");
        headers.push(MARKER, format!("{:016x}/{}", self.run, draft.cell));
        let (method, target) = (self.method.clone(), self.target.clone());
        let mut request = Request { method, target, headers, body: Vec::new() };
        if !draft.is_bare {
            for HeaderArg { name, value } in &self.headers {
                match value.is_empty() {
                    true => request.headers.remove(name),
                    false => request.headers.set(name, value.clone()),
                }
            }
            request.body.clone_from(&self.body);
        }
        let has_body = matches!(self.method.as_str(), "POST" | "PUT" | "PATCH");
        if has_body && request.body.is_empty() {
            request.headers.push("Content-Length", "0");
        }
        request.frame();
        if let Some(signer) = self.signer.as_ref().filter(|_| !draft.is_bare) {
            signer.sign(&mut request, &self.url, self.now)?;
        }
        let mut bytes = Vec::new();
        request.write(&mut bytes)?;
        Ok(bytes)
    }
}
