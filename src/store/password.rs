//! Passwords to try, and the forms in which formats want them.

use std::sync::Arc;

use zeroize::Zeroizing;

use super::{Bundle, Content};
use crate::error::Error;
use crate::failure::Failure;
use crate::secret::Secret;

mod form;

pub use form::Form;

/// The passwords given by the user; each is tried on everything that is encrypted.
#[derive(Clone, Debug, Default)]
pub struct Passwords {
    given: Arc<[Secret]>,
    /// Other forms of those, for when none opens as it is.
    forms: Arc<[(usize, Form, Secret)]>,
}

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
    /// The given password at this index, in another form.
    Formed(usize, Form),
}

impl OpenedWith {
    /// Which of the given passwords it was, if it was one.
    pub fn index(self) -> Option<usize> {
        match self {
            Self::Given(index) | Self::Formed(index, _) => Some(index),
            Self::Nothing | Self::Null | Self::Empty => None,
        }
    }
}

impl Passwords {
    /// These passwords, in order.
    pub fn new(given: Vec<Secret>) -> Self {
        let forms = given.iter().enumerate().flat_map(|(index, secret)| {
            form::of(secret).into_iter().map(move |(form, secret)| (index, form, secret))
        });
        Self { forms: forms.collect(), given: given.into() }
    }

    /// No password: none, null and empty are tried.
    pub fn none() -> Self {
        Self::default()
    }

    /// These and one more, which is tried first.
    #[must_use]
    pub fn with(&self, first: Secret) -> Self {
        Self::new(std::iter::once(first).chain(self.given.iter().cloned()).collect())
    }

    /// How many were given.
    pub fn len(&self) -> usize {
        self.given.len()
    }

    /// Whether none was given.
    pub fn is_empty(&self) -> bool {
        self.given.is_empty()
    }

    /// What to try, in order: those given, none (stores from a cloud's vault have lost theirs),
    /// those given in other forms. An empty password that was given stands for null, too: no other
    /// tool lets people say which of the two they mean.
    pub(crate) fn candidates(&self) -> Vec<Password<'_>> {
        let null = |which| Password { which, bytes: None };
        let empty = |which| Password { which, bytes: Some(&[][..]) };
        let mut candidates = Vec::with_capacity(self.len() + 2 + self.forms.len());
        for (index, secret) in self.given.iter().enumerate() {
            let which = OpenedWith::Given(index);
            candidates.push(Password { which, bytes: Some(secret.expose()) });
            if secret.is_empty() {
                candidates.push(null(which));
            }
        }
        if !self.given.iter().any(Secret::is_empty) {
            candidates.extend([null(OpenedWith::Null), empty(OpenedWith::Empty)]);
        }
        candidates.extend(self.forms.iter().map(|(index, form, secret)| Password {
            which: OpenedWith::Formed(*index, *form),
            bytes: Some(secret.expose()),
        }));
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
            Error::new(Failure::PasswordRequired, format!("{what} needs a password")).help(help)
        } else {
            let message = match self.len() {
                1 => format!("wrong password for {what}, or the file was altered"),
                count => format!("none of {count} passwords opens {what}, or the file was altered"),
            };
            Error::new(Failure::PasswordWrong, message).help(
                "the password of a keystore and of a key in it can differ; --password can be repeated",
            )
        }
    }
}

impl Bundle {
    /// What is to be said about the passwords that were tried: one that opened something only in
    /// another form, or that nothing asked for. Decrypts the first key.
    pub fn about_passwords(&self, were_given: bool) -> Vec<String> {
        let first_key = self.entries.iter().find_map(|entry| match &entry.content {
            Content::Key(key) if key.is_encrypted() => key.opened_with(),
            _ => None,
        });
        let mut notes = Vec::new();
        for which in [Some(self.opened_with), first_key].into_iter().flatten() {
            let note = match which {
                OpenedWith::Formed(_, form) => format!("the password given {}", form.text()),
                OpenedWith::Null | OpenedWith::Empty if were_given => {
                    "it has no password; the one given is not needed".to_owned()
                }
                _ => continue,
            };
            if !notes.contains(&note) {
                notes.push(note);
            }
        }
        notes
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
        // Stores that lost their password are opened whatever was given.
        let given_one: Vec<_> = given(&["a"]).candidates().iter().map(|p| p.bmp().len()).collect();
        assert_eq!(given_one, [4, 0, 2]);
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
        assert_eq!(Passwords::none().refused("it").code, Failure::PasswordRequired);
        assert_eq!(given(&["x"]).refused("it").code, Failure::PasswordWrong);
    }
}
