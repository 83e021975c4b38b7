//! `--password`: for every store that a command line names, read once whoever asks first.

use crate::command::Context;
use crate::error::Result;
use crate::finding::Finding;
use crate::secret::LabelledSource;
use crate::store::Passwords;

/// The passwords of the command line.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// They themselves.
    pub passwords: Passwords,
    /// Their names, in the same order.
    pub labels: Vec<Option<String>>,
    /// What is wrong with where they are kept.
    pub findings: Vec<Finding>,
}

impl Given {
    /// Reads each where it is kept.
    ///
    /// # Errors
    /// Those of reading a secret.
    pub fn read(sources: &[LabelledSource], context: &Context) -> Result<Self> {
        let mut given = Self::default();
        let mut secrets = Vec::new();
        for LabelledSource { label, source } in sources {
            let (secret, mut findings) = context.secret(source, "password")?;
            secrets.push(secret);
            given.labels.push(label.clone());
            given.findings.append(&mut findings);
        }
        given.passwords = Passwords::new(secrets);
        Ok(given)
    }
}
