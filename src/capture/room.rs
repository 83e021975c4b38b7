//! What one stored request may take of memory: asked for before it is taken.

use super::too_large;
use crate::error::Result;

/// What a header line, a variable or the like takes besides its bytes.
const LINE: usize = 80;

/// Bytes that may still be taken.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    limit: usize,
    left: usize,
}

impl Room {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, left: limit }
    }

    /// How much is left.
    pub(super) fn left(&self) -> usize {
        self.left
    }

    /// Takes so many bytes.
    ///
    /// # Errors
    /// `too-large` when there are not that many.
    pub(super) fn take(&mut self, bytes: usize) -> Result<()> {
        self.left = self.left.checked_sub(bytes).ok_or_else(|| too_large(self.limit))?;
        Ok(())
    }

    /// Takes what a line of this name and value needs.
    pub(super) fn line(&mut self, name: &str, value: &[u8]) -> Result<()> {
        self.take(LINE + name.len() + value.len())
    }

    /// Gives back what such a line took.
    pub(super) fn give_back(&mut self, name: &str, value: &[u8]) {
        self.give(LINE + name.len() + value.len());
    }

    /// Gives back so many bytes.
    pub(super) fn give(&mut self, bytes: usize) {
        self.left = self.limit.min(self.left + bytes);
    }
}

/// The beginning of a text that is quoted in a message.
pub(super) fn excerpt(text: &str) -> String {
    const SHOWN: usize = 100;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Failure;

    #[test]
    fn what_was_given_back_can_be_taken_again_and_no_more() {
        let mut room = Room::new(200);
        room.line("a", b"b").unwrap();
        assert_eq!(room.left(), 118);
        assert_eq!(room.take(119).unwrap_err().code, Failure::TooLarge);
        room.give_back("a", b"b");
        room.give_back("a", b"b");
        room.take(200).unwrap();
        assert!(room.take(1).is_err());
    }

    #[test]
    fn long_texts_are_quoted_in_part() {
        assert_eq!(excerpt("é"), "é");
        assert_eq!(excerpt(&"é".repeat(101)).chars().count(), 103);
    }
}
