//! Passwords to try, and the forms in which formats want them.

use std::sync::Arc;

use zeroize::Zeroizing;

use crate::error::Error;
use crate::secret::Secret;

/// The passwords given by the user; each is tried on everything that is encrypted.
#[derive(Clone, Debug, Default)]
pub struct Passwords(Arc<[Secret]>);

/// Which password opened a keystore.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenedWith {
    /// None was needed.
    Nothing,
    /// PKCS#12's absent password, which is not the empty one.
    Null,
    /// The empty password.
    Empty,
    /// The given password at this index.
    Given(usize),
}

impl Passwords {
    /// These passwords, in order.
    pub fn new(given: Vec<Secret>) -> Self {
        Self(given.into())
    }

    /// No password: none, null and empty are tried.
    pub fn none() -> Self {
        Self::default()
    }

    /// These and one more, which is tried first.
    #[must_use]
    pub fn with(&self, first: Secret) -> Self {
        Self(std::iter::once(first).chain(self.0.iter().cloned()).collect())
    }

    /// How many were given.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether none was given.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What to try, in order. An empty password that was given stands for null, too: no other
    /// tool lets people say which of the two they mean.
    pub(crate) fn candidates(&self) -> Vec<Password<'_>> {
        let null = |which| Password { which, bytes: None };
        let empty = |which| Password { which, bytes: Some(&[][..]) };
        if self.is_empty() {
            return vec![null(OpenedWith::Null), empty(OpenedWith::Empty)];
        }
        let mut candidates = Vec::with_capacity(self.len());
        for (index, secret) in self.0.iter().enumerate() {
            let which = OpenedWith::Given(index);
            candidates.push(Password { which, bytes: Some(secret.expose()) });
            if secret.is_empty() {
                candidates.push(null(which));
            }
        }
        candidates
    }

    /// The same, the one that opened something before first. The others stay: the passwords of a
    /// keystore and of a key in it can differ.
    pub(crate) fn candidates_from(&self, first: OpenedWith) -> Vec<Password<'_>> {
        let mut candidates = self.candidates();
        candidates.sort_by_key(|candidate| candidate.which != first);
        candidates
    }

    /// No candidate opened `what`: either one is needed, or all given ones are wrong.
    pub(crate) fn refused(&self, what: &str) -> Error {
        let help = "give it with --password file:PATH, env:NAME or prompt";
        if self.is_empty() {
            Error::input("password-required", format!("{what} needs a password")).help(help)
        } else {
            let message = match self.len() {
                1 => format!("wrong password for {what}, or the file was altered"),
                count => format!("none of {count} passwords opens {what}, or the file was altered"),
            };
            Error::input("password-wrong", message).help(
                "a keystore's password and the password of a key in it can differ; \
                 --password can be repeated",
            )
        }
    }
}

/// One password to try.
#[derive(Clone, Copy)]
pub(crate) struct Password<'a> {
    pub which: OpenedWith,
    bytes: Option<&'a [u8]>,
}

impl Password<'_> {
    /// As typed (UTF-8), for PBKDF2 and PBES1 of PKCS#5. Null and empty are the same here.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.unwrap_or_default()
    }

    /// UTF-16, big end first, without a final zero: what Java hashes. Characters beyond the BMP
    /// become surrogate pairs. Bytes that are no UTF-8 count as Latin-1.
    pub fn utf16(&self) -> Zeroizing<Vec<u8>> {
        // Room for all of it at once: a buffer that grew would leave copies behind.
        let mut units = Zeroizing::new(Vec::with_capacity(self.bytes().len() * 2 + 2));
        match std::str::from_utf8(self.bytes()) {
            Ok(text) => units.extend(text.encode_utf16().flat_map(u16::to_be_bytes)),
            Err(_) => units.extend(self.bytes().iter().flat_map(|byte| [0, *byte])),
        }
        units
    }

    /// BMPString with two final zero octets (RFC 7292 appendix B.1); null has no octets at all.
    pub fn bmp(&self) -> Zeroizing<Vec<u8>> {
        let mut units = self.utf16();
        if self.bytes.is_some() {
            units.extend([0, 0]);
        }
        units
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(passwords: &[&str]) -> Passwords {
        Passwords::new(passwords.iter().map(|text| Secret::new(text.as_bytes().to_vec())).collect())
    }

    #[test]
    fn null_and_empty_are_two_things() {
        let none = Passwords::none();
        let tried = none.candidates();
        assert_eq!((tried[0].which, tried[0].bmp().len()), (OpenedWith::Null, 0));
        assert_eq!((tried[1].which, tried[1].bmp().len()), (OpenedWith::Empty, 2));
        let forms: Vec<_> = given(&["a", ""]).candidates().iter().map(|p| p.bmp().len()).collect();
        assert_eq!(forms, [4, 2, 0]);
    }

    #[test]
    fn characters_beyond_the_bmp_become_surrogates() {
        let passwords = given(&["k🔑"]);
        let bmp = passwords.candidates()[0].bmp();
        assert_eq!(*bmp, [0, b'k', 0xd8, 0x3d, 0xdd, 0x11, 0, 0]);
    }

    #[test]
    fn required_and_wrong_are_two_answers() {
        assert_eq!(Passwords::none().refused("it").code, "password-required");
        assert_eq!(given(&["x"]).refused("it").code, "password-wrong");
    }
}
