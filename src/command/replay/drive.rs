//! The loop that starts the lanes and takes their results.

use std::rc::Rc;

use tokio::sync::mpsc;
use tokio::task::LocalSet;

use super::lane;
use super::run::Run;
use crate::error::Result;
use crate::net::interrupts::{self, Interrupts};
use crate::render::progress::Progress;
use crate::report::{Item, Reporter};

/// Sends everything on so many lanes, and hands each result to the reporter as it comes.
///
/// # Errors
/// When the report cannot be written. What was on its way is awaited first, so that the journal
/// knows of it.
pub async fn drive(run: Rc<Run>, lanes: usize, reporter: &mut Reporter, quiet: bool) -> Result<()> {
    let peers = (0..lanes).map(|_| run.peer()).collect::<Result<Vec<_>>>()?;
    let mut progress = Progress::new(None, "requests", quiet);
    let mut written = Ok(());
    let work = async {
        let (results, mut finished) = mpsc::channel::<Item>(64);
        for peer in peers {
            tokio::task::spawn_local(lane::run(run.clone(), peer, results.clone()));
        }
        drop(results);
        // Ctrl-C and a polite kill: what is on its way ends, nothing more begins. The second one
        // leaves that to itself: the journal knows of it.
        let mut interrupts = Interrupts::listen().ok();
        loop {
            let item = tokio::select! {
                item = finished.recv() => item,
                () = interrupts::next(&mut interrupts) => {
                    if run.totals.borrow().interrupted {
                        break;
                    }
                    run.stop.tell();
                    run.totals.borrow_mut().interrupted = true;
                    continue;
                }
            };
            let Some(item) = item else { break };
            progress.add(1);
            if written.is_ok() {
                written = progress.suspend(|| reporter.item(item));
                if written.is_err() {
                    run.stop.tell();
                }
            }
        }
    };
    LocalSet::new().run_until(work).await;
    written
}
