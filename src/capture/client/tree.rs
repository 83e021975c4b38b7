//! Folders of requests, one in the other, as collections keep them: walked one element at a time, so that what is
//! held is the way to where we are and not the tree.

use std::io::Cursor;

use crate::capture::json::Elements;
use crate::capture::room::Room;
use crate::error::{Error, Result};
use crate::failure::Failure;

/// Folders are followed so deep.
const MAX_DEPTH: usize = 64;

/// What an element is.
pub(super) enum Node<C, T> {
    /// A folder: the list of its elements, and what they have of it.
    Folder(Vec<u8>, C),
    /// A leaf.
    Leaf(T),
    /// Nothing that is wanted.
    Nothing,
}

/// A walk, with what each level has of its folder.
pub(super) struct Tree<C> {
    levels: Vec<Level<C>>,
    room: Room,
}

struct Level<C> {
    elements: Elements<Cursor<Vec<u8>>>,
    size: usize,
    context: C,
}

impl<C> Tree<C> {
    /// A walk of this list; the folders that are open at once may take the bytes of `room`.
    pub(super) fn new(list: Vec<u8>, context: C, room: Room) -> Result<Self> {
        let mut tree = Self { levels: Vec::new(), room };
        tree.enter(list, context)?;
        Ok(tree)
    }

    fn enter(&mut self, list: Vec<u8>, context: C) -> Result<()> {
        if self.levels.len() == MAX_DEPTH {
            let message = format!("folders are nested more than {MAX_DEPTH} deep");
            return Err(Error::new(Failure::TooLarge, message));
        }
        let size = list.len();
        // The first is the capture itself.
        if !self.levels.is_empty() {
            self.room.take(size)?;
        }
        let elements = Elements::under(Cursor::new(list), &[])?;
        self.levels.push(Level { elements, size, context });
        Ok(())
    }

    fn leave(&mut self) {
        if let Some(level) = self.levels.pop()
            && !self.levels.is_empty()
        {
            self.room.give(level.size);
        }
    }

    /// The next leaf, of what `read` says that each element is.
    pub(super) fn next<T>(
        &mut self,
        mut read: impl FnMut(&[u8], &C) -> Result<Node<C, T>>,
    ) -> Option<Result<T>> {
        loop {
            let level = self.levels.last_mut()?;
            let node = match level.elements.next() {
                None => {
                    self.leave();
                    continue;
                }
                Some(element) => element.and_then(|element| read(&element, &level.context)),
            };
            match node {
                Ok(Node::Folder(list, context)) => {
                    if let Err(error) = self.enter(list, context) {
                        return Some(Err(error));
                    }
                }
                Ok(Node::Leaf(leaf)) => return Some(Ok(leaf)),
                Ok(Node::Nothing) => {}
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The leaves of lists of lists: numbers, with the depth that they stand at.
    fn leaves(text: &str, room: usize) -> Vec<Result<(String, usize)>> {
        let mut tree = Tree::new(text.into(), 0, Room::new(room)).unwrap();
        let mut read = |element: &[u8], depth: &usize| {
            let text = String::from_utf8(element.to_vec()).unwrap();
            Ok(match text.trim_start() {
                text if text.starts_with('[') => Node::Folder(text.into(), depth + 1),
                "null" => Node::Nothing,
                text => Node::Leaf((text.to_owned(), *depth)),
            })
        };
        std::iter::from_fn(|| tree.next(&mut read)).take(1000).collect()
    }

    #[test]
    fn leaves_come_in_their_order_with_what_their_folder_gives_them() {
        let read: Vec<_> =
            leaves("[1,[2,[],[[3]],null],4]", 99).into_iter().map(Result::unwrap).collect();
        let read: Vec<_> = read.iter().map(|(leaf, depth)| (leaf.as_str(), *depth)).collect();
        assert_eq!(read, [("1", 0), ("2", 1), ("3", 3), ("4", 0)]);
    }

    #[test]
    fn folders_that_are_too_deep_or_too_large_together_are_refused_and_left() {
        let deep = format!("{}1{}", "[".repeat(70), "]".repeat(70));
        let read = leaves(&deep, 1 << 20);
        assert_eq!(read[0].as_ref().unwrap_err().code, Failure::TooLarge);
        let large = format!("[[[[{}1]]],2]", " ".repeat(100));
        let read = leaves(&large, 250);
        assert_eq!(read[0].as_ref().unwrap_err().code, Failure::TooLarge);
        assert_eq!(read[1].as_ref().unwrap().0, "2");
        // What is left gives its room back.
        let wide = format!("[{}]", vec!["[1]"; 500].join(","));
        assert_eq!(leaves(&wide, 10).iter().filter(|leaf| leaf.is_ok()).count(), 500);
        assert!(leaves("[1,[2", 99).iter().any(Result::is_err));
    }
}
