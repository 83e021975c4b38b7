//! Where lanes get their requests. What can be read at once is read as it is wanted; where reading may wait for
//! somebody who writes, a thread waits: signals are heard meanwhile, and answers, and how long they take.

use std::cell::RefCell;
use std::panic::resume_unwind;
use std::thread::{self, JoinHandle};

use tokio::sync::{Mutex, mpsc};

use super::feed::{Feed, Numbered, Unread};

/// A request, or why it could not be read.
type Next = Result<Numbered, Unread>;

/// The requests of a run.
pub enum Supply {
    /// Read here.
    Here(Box<RefCell<Feed>>),
    /// Read by a thread.
    Elsewhere(Mutex<Stream>),
}

/// What a thread reads.
pub struct Stream {
    requests: mpsc::Receiver<Next>,
    /// The thread, until it has been seen how it ended.
    reader: Option<JoinHandle<()>>,
}

impl Supply {
    /// What the feed gives, of which nothing was taken yet.
    pub fn new(feed: Feed) -> Self {
        if !feed.is_live() {
            return Self::Here(Box::new(RefCell::new(feed)));
        }
        let feed = feed.elsewhere();
        Self::by_thread(|| {
            let mut feed = feed();
            move || feed.next()
        })
    }

    /// What a function gives that a thread makes.
    fn by_thread<N: FnMut() -> Option<Next>>(made: impl FnOnce() -> N + Send + 'static) -> Self {
        let (sender, requests) = mpsc::channel(1);
        let reader = thread::spawn(move || {
            let mut next = made();
            while let Some(next) = next() {
                if sender.blocking_send(next).is_err() {
                    return;
                }
            }
        });
        Self::Elsewhere(Mutex::new(Stream { requests, reader: Some(reader) }))
    }

    /// Whether the next one may come late, or never.
    pub fn is_live(&self) -> bool {
        matches!(self, Self::Elsewhere(_))
    }

    /// The next one; `None` at the end.
    pub async fn next(&self) -> Option<Next> {
        match self {
            Self::Here(feed) => feed.borrow_mut().next(),
            Self::Elsewhere(stream) => stream.lock().await.next().await,
        }
    }
}

impl Stream {
    async fn next(&mut self) -> Option<Next> {
        let next = self.requests.recv().await;
        // A reader that died has not come to the end: what was not read must not look as if it were not there.
        if next.is_none()
            && let Some(Err(panic)) = self.reader.take().map(JoinHandle::join)
        {
            resume_unwind(panic);
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    #[tokio::test]
    async fn what_a_thread_reads_comes_to_its_end() {
        let supply = Supply::by_thread(|| {
            let mut errors = ["x", "y"].into_iter().map(Error::usage);
            move || {
                let (position, subject) = (None, "a".to_owned());
                Some(Err(Unread { position, subject, error: errors.next()? }))
            }
        });
        assert!(supply.is_live());
        assert!(supply.next().await.is_some() && supply.next().await.is_some());
        assert!(supply.next().await.is_none() && supply.next().await.is_none());
    }

    #[tokio::test]
    #[should_panic(expected = "the reader died")]
    async fn a_reader_that_dies_is_not_at_the_end() {
        let supply = Supply::by_thread(|| || panic!("the reader died"));
        supply.next().await;
    }
}
