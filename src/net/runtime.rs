//! The event loop of a command that uses the network.

use std::future::Future;

use crate::error::{Error, Result};

/// Runs the work on one thread. A look-up that the operating system has not given back by the end
/// is left behind instead of waited for.
///
/// # Errors
/// That of the work, or `output` when the operating system gives no event queue.
pub fn block_on<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    run(tokio::runtime::Builder::new_current_thread(), work)
}

/// As [`block_on`], with a thread for each core: for work that many callers ask for at once.
///
/// # Errors
/// As [`block_on`].
pub fn block_on_all_cores<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    run(tokio::runtime::Builder::new_multi_thread(), work)
}

fn run<T>(
    mut builder: tokio::runtime::Builder,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    warm_up();
    let runtime = builder
        .enable_all()
        .build()
        .map_err(|error| Error::output("write", format!("no event loop: {error}")))?;
    let result = runtime.block_on(work);
    runtime.shutdown_background();
    result
}

/// The first random bytes of a process can cost 30 ms (AWS-LC collects CPU jitter, unless it was
/// built otherwise: see `.cargo/config.toml`). A thread of its own pays while names are looked up.
fn warm_up() {
    let first = || {
        let _ = aws_lc_rs::rand::fill(&mut [0]);
    };
    // Without the thread the first handshake pays: slower, not wrong.
    let _ = std::thread::Builder::new().name("random".into()).spawn(first);
}
