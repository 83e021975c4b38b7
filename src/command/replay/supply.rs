//! Where lanes get their requests. What can be read at once is read as it is wanted; where reading may wait for
//! somebody who writes, a thread waits: signals are heard meanwhile, and answers, and how long they take.

use std::cell::RefCell;
use std::thread;

use tokio::sync::{Mutex, mpsc};

use super::feed::{Feed, Numbered, Unread};

/// A request, or why it could not be read.
type Next = Result<Numbered, Unread>;

/// The requests of a run.
pub enum Supply {
    /// Read here.
    Here(Box<RefCell<Feed>>),
    /// Read by a thread.
    Elsewhere(Mutex<mpsc::Receiver<Next>>),
}

impl Supply {
    /// What the feed gives, of which nothing was taken yet.
    pub fn new(feed: Feed) -> Self {
        if !feed.is_live() {
            return Self::Here(Box::new(RefCell::new(feed)));
        }
        let (sender, receiver) = mpsc::channel(1);
        let feed = feed.elsewhere();
        thread::spawn(move || {
            let mut feed = feed();
            while let Some(next) = feed.next() {
                if sender.blocking_send(next).is_err() {
                    return;
                }
            }
        });
        Self::Elsewhere(Mutex::new(receiver))
    }

    /// Whether the next one may come late, or never.
    pub fn is_live(&self) -> bool {
        matches!(self, Self::Elsewhere(_))
    }

    /// The next one; `None` at the end.
    pub async fn next(&self) -> Option<Next> {
        match self {
            Self::Here(feed) => feed.borrow_mut().next(),
            Self::Elsewhere(stream) => stream.lock().await.recv().await,
        }
    }
}
