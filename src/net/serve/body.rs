//! The body of a request as it comes in. A large one has memory of its own from the system, which goes
//! back with it: an allocator would keep it for the next one, each thread for itself.

use std::io;
use std::ops::Deref;

use memmap2::MmapMut;

/// The longest body that the allocator keeps, in bytes; larger ones have pages of their own.
pub(super) const SMALL: u64 = 64 << 10;

/// Bytes, appended to as far as room was made.
#[derive(Debug, Default)]
pub struct Body(Memory);

#[derive(Debug)]
enum Memory {
    Allocated(Vec<u8>),
    Mapped { pages: MmapMut, length: usize },
}

impl Default for Memory {
    fn default() -> Self {
        Self::Allocated(Vec::new())
    }
}

impl Body {
    /// Makes room for so many bytes in all. The system gives memory only to bytes that come.
    ///
    /// # Errors
    /// When there is none.
    pub fn make_room(&mut self, room: u64) -> io::Result<()> {
        let length = self.len();
        let whole = usize::try_from(room).map_err(|_| io::ErrorKind::OutOfMemory)?;
        match &mut self.0 {
            Memory::Allocated(bytes) if room <= SMALL => {
                bytes.try_reserve_exact(whole.saturating_sub(length))?;
            }
            _ => {
                let mut pages = MmapMut::map_anon(whole)?;
                pages.get_mut(..length).ok_or(io::ErrorKind::OutOfMemory)?.copy_from_slice(self);
                self.0 = Memory::Mapped { pages, length };
            }
        }
        Ok(())
    }

    /// Appends bytes.
    ///
    /// # Errors
    /// When a large body has no room for them.
    pub fn extend(&mut self, more: &[u8]) -> io::Result<()> {
        match &mut self.0 {
            Memory::Allocated(bytes) => bytes.extend_from_slice(more),
            Memory::Mapped { pages, length } => {
                let end = *length + more.len();
                let place = pages.get_mut(*length..end).ok_or(io::ErrorKind::OutOfMemory)?;
                place.copy_from_slice(more);
                *length = end;
            }
        }
        Ok(())
    }
}

impl Deref for Body {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match &self.0 {
            Memory::Allocated(bytes) => bytes,
            Memory::Mapped { pages, length } => pages.get(..*length).unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_or_large_it_is_what_was_appended_to_it() {
        let piece: Vec<u8> = (0..SMALL).map(|number| number as u8).collect();
        let mut body = Body::default();
        body.make_room(SMALL).unwrap();
        body.extend(&piece).unwrap();
        assert!(matches!(body.0, Memory::Allocated(_)) && *body == piece[..]);
        body.make_room(3 * SMALL).unwrap();
        assert!(matches!(body.0, Memory::Mapped { .. }) && *body == piece[..]);
        body.extend(&piece).unwrap();
        body.extend(&piece).unwrap();
        assert!(body.extend(b"x").is_err(), "there is room for what was announced");
        assert!(*body == [&piece[..], &piece, &piece].concat());
        assert!(body.make_room(SMALL + 1).is_err(), "nothing of it is lost");
    }

    #[test]
    fn room_that_is_not_there_is_an_error() {
        assert!(Body::default().make_room(1 << 62).is_err());
    }
}
