//! Ctrl-C, and being told to end.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether somebody has begun to wait for signals, and ends in an orderly way by itself.
static AWAITED: AtomicBool = AtomicBool::new(false);

/// From the moment it is made, these signals no longer end the process: they are waited for.
pub struct Interrupts {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(windows)]
    interrupt: tokio::signal::windows::CtrlC,
}

impl Interrupts {
    /// Begins to listen for SIGINT and SIGTERM, on Windows for Ctrl-C.
    ///
    /// # Errors
    /// When the operating system takes no handler; the signals then end the process as ever.
    pub fn listen() -> io::Result<Self> {
        let made = Self::open()?;
        AWAITED.store(true, Ordering::Relaxed);
        Ok(made)
    }

    #[cfg(unix)]
    fn open() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    #[cfg(windows)]
    fn open() -> io::Result<Self> {
        Ok(Self { interrupt: tokio::signal::windows::ctrl_c()? })
    }

    /// Waits for the next one.
    pub async fn next(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
        #[cfg(windows)]
        self.interrupt.recv().await;
    }
}

/// Waits for the next signal of these, for ever where there are none.
pub async fn next(interrupts: &mut Option<Interrupts>) {
    match interrupts {
        Some(interrupts) => interrupts.next().await,
        None => std::future::pending().await,
    }
}

/// A flag that is raised at the next signal, which is `told` to somebody; the one behind it does what `end` says,
/// which ends the process.
pub fn flag(
    told: impl FnOnce() + Send + 'static,
    end: impl FnOnce() + Send + 'static,
) -> Arc<AtomicBool> {
    let raised = Arc::<AtomicBool>::default();
    let flag = raised.clone();
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_io().build() else {
        return raised;
    };
    let Ok(mut interrupts) = runtime.block_on(async { Interrupts::listen() }) else {
        return raised;
    };
    std::thread::spawn(move || {
        runtime.block_on(interrupts.next());
        flag.store(true, Ordering::Relaxed);
        told();
        runtime.block_on(interrupts.next());
        end();
    });
    raised
}

/// At the next signal that nobody else waits for, does this on a thread of its own: it ends the process.
pub fn unless_awaited(end: impl FnOnce() + Send + 'static) {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_io().build() else {
        return;
    };
    let Ok(mut interrupts) = runtime.block_on(async { Interrupts::open() }) else { return };
    std::thread::spawn(move || {
        runtime.block_on(interrupts.next());
        if !AWAITED.load(Ordering::Relaxed) {
            end();
        }
    });
}
