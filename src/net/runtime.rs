//! The event loop of a command that uses the network.

use std::future::Future;
use std::thread::JoinHandle;
use std::time::Duration;

use crate::error::{Error, Result};
use crate::failure::Failure;

/// How long the threads of an event loop are waited for at the end. They stop at their next pause,
/// within a millisecond; only a look-up that the operating system holds back takes longer.
const GRACE: Duration = Duration::from_millis(500);

/// Runs the work on one thread. A look-up that the operating system has not given back by the end
/// is left behind instead of waited for.
///
/// # Errors
/// That of the work, or `output` when the operating system gives no event queue.
pub fn block_on<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    run(tokio::runtime::Builder::new_current_thread(), Duration::ZERO, work)
}

/// As [`block_on`], with a thread for every other core: for work that many callers ask for at once.
/// With one for each they wake each other for every request, and the system, which does half of the
/// work, wakes them: on two cores `listen` then takes twice the processor time, and answers half as
/// many (`benches/README.md`).
///
/// # Errors
/// As [`block_on`].
pub fn block_on_many_cores<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(cores.div_ceil(2));
    run(builder, GRACE, work)
}

/// No thread of ours may ask AWS-LC for random bytes once `main` has returned: its generator is
/// taken down by then and aborts the process. So they are all waited for.
fn run<T>(
    mut builder: tokio::runtime::Builder,
    grace: Duration,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    let warming = warm_up();
    let runtime = builder
        .enable_all()
        .build()
        .map_err(|error| Error::new(Failure::Write, format!("no event loop: {error}")))?;
    let result = runtime.block_on(work);
    runtime.shutdown_timeout(grace);
    if let Some(thread) = warming {
        let _ = thread.join();
    }
    result
}

/// The first random bytes of a process can cost 30 ms (AWS-LC collects CPU jitter, unless it was
/// built otherwise: see `.cargo/config.toml`). A thread of its own pays while names are looked up.
/// `None` if there can be no thread: then the first handshake pays, slower but not wrong.
fn warm_up() -> Option<JoinHandle<()>> {
    let first = || {
        let _ = aws_lc_rs::rand::fill(&mut [0]);
    };
    std::thread::Builder::new().name("random".into()).spawn(first).ok()
}
