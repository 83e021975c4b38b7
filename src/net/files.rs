//! How many files and sockets this process may have open, and work that is cut to fit.

use std::io;

use crate::error::Error;

/// So many are kept back for what is no connection: standard streams, reports, the event queue.
const KEPT: u64 = 32;

/// How many files this process may have open, once it has asked for as many as it may; none where
/// the system sets no limit of this kind.
pub fn limit() -> Option<u64> {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
        if current == maximum {
            return current;
        }
        // Some systems take less than they say: then it stays as it was.
        let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
        getrlimit(Resource::Nofile).current
    }
    #[cfg(not(unix))]
    None
}

/// How many of `wished` may be at work at once when each opens up to `each` files; at least one.
pub fn room_for(wished: usize, each: u64) -> usize {
    fit(limit(), wished, each)
}

fn fit(limit: Option<u64>, wished: usize, each: u64) -> usize {
    let Some(limit) = limit else { return wished };
    let room = limit.saturating_sub(KEPT) / each;
    wished.min(usize::try_from(room).unwrap_or(usize::MAX)).max(1)
}

/// What is said when it is this machine that has no room for another file: the peer is not to blame.
pub fn shortage(error: &io::Error) -> Option<Error> {
    #[cfg(unix)]
    {
        use crate::failure::Failure;
        use rustix::io::Errno;
        let message = match Errno::from_io_error(error)? {
            Errno::MFILE => match limit() {
                Some(limit) => format!("this process may open only {limit} files"),
                None => "this process may open no more files".to_owned(),
            },
            Errno::NFILE => "this machine may open no more files".to_owned(),
            _ => return None,
        };
        let help = "run fewer at once with --jobs, or allow more with ulimit -n";
        Some(Error::new(Failure::OwnLimit, message).help(help))
    }
    #[cfg(not(unix))]
    {
        let _ = error;
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(unix)]
    use crate::failure::Failure;

    #[test]
    fn work_is_cut_to_what_may_be_open() {
        for (limit, wished, each, expected) in [
            (None, 300, 3, 300),
            (Some(1024), 300, 3, 300),
            (Some(128), 300, 3, 32),
            (Some(128), 8, 3, 8),
            (Some(33), 300, 3, 1),
            (Some(0), 300, 3, 1),
        ] {
            assert_eq!(fit(limit, wished, each), expected, "{limit:?} {wished}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn our_own_shortage_is_ours() {
        let limit = limit().unwrap();
        let error = shortage(&io::Error::from_raw_os_error(24)).unwrap();
        assert_eq!(error.code, Failure::OwnLimit);
        assert_eq!(error.message, format!("this process may open only {limit} files"));
        assert!(shortage(&io::Error::from_raw_os_error(23)).is_some());
        assert!(shortage(&io::ErrorKind::ConnectionRefused.into()).is_none());
    }
}
