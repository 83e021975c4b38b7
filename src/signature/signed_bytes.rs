//! The signed content as bytes, put together around the body, and wiped where the secret stands in it.

use zeroize::Zeroize;

/// Most bytes of signed content that are put together; a body in a gap is not copied, and not counted.
pub const LONGEST_CONTENT: usize = 128 << 20;

/// The signed content would be longer than [`LONGEST_CONTENT`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong;

/// The signed content, with a gap for the body when it stands in it exactly once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// All bytes before the body; all bytes when there is no gap.
    pub before: Vec<u8>,
    /// All bytes after the body; `None` when there is no gap.
    pub after: Option<Vec<u8>>,
    /// Whether the secret stands in it, so that it is wiped after use.
    pub(super) is_secret: bool,
}

impl Drop for Content {
    fn drop(&mut self) {
        if self.is_secret {
            self.before.zeroize();
            self.after.zeroize();
        }
    }
}

impl Content {
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<(), TooLong> {
        if self.length() + bytes.len() > LONGEST_CONTENT {
            return Err(TooLong);
        }
        self.after.as_mut().unwrap_or(&mut self.before).extend_from_slice(bytes);
        Ok(())
    }

    /// Bytes that it holds; a body in a gap is not among them.
    pub fn length(&self) -> usize {
        self.before.len() + self.after.as_ref().map_or(0, Vec::len)
    }

    /// The three pieces to hash in order.
    pub fn pieces<'a>(&'a self, body: &'a [u8]) -> [&'a [u8]; 3] {
        match &self.after {
            Some(after) => [&self.before, body, after],
            None => [&self.before, &[], &[]],
        }
    }

    /// All bytes in one.
    pub fn bytes(&self, body: &[u8]) -> Vec<u8> {
        self.pieces(body).concat()
    }
}
