//! A disk that fails, for tests: the n-th operation does not succeed, or the process or the machine ends
//! there. After a power cut only what was synced is left, and of the rest what chance has kept.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

/// What happens at the n-th operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// This operation fails with an I/O error; later ones succeed.
    Error,
    /// From here on nothing more can be written; half of what is being written still fits.
    Full,
    /// The process ends: nothing more is done, all that was done is there.
    Kill,
    /// The machine ends, at the latest when all is done. Of every 512 bytes that were not synced those are there for which this has a bit,
    /// in turn. With none, new names that were not synced are gone as well.
    PowerCut(u64),
}

/// Every kind.
pub const TROUBLES: [Trouble; 7] = [
    Trouble::Error,
    Trouble::Full,
    Trouble::Kill,
    Trouble::PowerCut(0),
    Trouble::PowerCut(0x5555_5555_5555_5555),
    Trouble::PowerCut(0xaaaa_aaaa_aaaa_aaaa),
    Trouble::PowerCut(0x8421_0842_1084_2108),
];

thread_local! {
    static DISK: RefCell<Option<Disk>> = const { RefCell::new(None) };
    static BOOT: Cell<u32> = const { Cell::new(0) };
}

/// Which start of the machine a test plays; each power cut is followed by another.
pub fn boot() -> Option<String> {
    Some(BOOT.get()).filter(|boot| *boot > 0).map(|boot| format!("{boot:036x}"))
}

/// Runs something for n = 1, 2, ... with each trouble at the n-th operation of the files that this thread
/// opens, until it is through before that; `judge` looks at what is left each time.
pub fn at_every_operation<T>(run: impl Fn(&Path) -> T, judge: impl Fn(&Path, T, Trouble)) {
    for trouble in TROUBLES {
        for at in 1.. {
            assert!(at < 10_000, "{trouble:?}: it never comes to an end");
            let folder = tempfile::tempdir().unwrap();
            let disk = Disk::new(at, trouble);
            DISK.set(Some(disk.clone()));
            BOOT.set(BOOT.get() + 1);
            let outcome = run(folder.path());
            DISK.set(None);
            let has_struck = disk.lock().done >= at;
            disk.restore();
            judge(folder.path(), outcome, trouble);
            if !has_struck {
                assert!(at > 1, "nothing was done");
                break;
            }
        }
    }
}

#[derive(Clone, Debug)]
struct Disk(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    /// Operations so far, and the one that fails.
    done: usize,
    at: usize,
    trouble: Trouble,
    /// What is on the disk of each file.
    synced: HashMap<PathBuf, Vec<u8>>,
    /// Names that are not on the disk yet.
    names: Vec<Name>,
}

#[derive(Debug)]
enum Name {
    New(PathBuf),
    Moved { to: PathBuf, earlier: Option<Vec<u8>> },
}

impl Disk {
    fn new(at: usize, trouble: Trouble) -> Self {
        let (done, synced, names) = (0, HashMap::new(), Vec::new());
        Self(Arc::new(Mutex::new(State { done, at, trouble, synced, names })))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// Leaves of every file what the trouble does.
    fn restore(&self) {
        let mut state = self.lock();
        let Trouble::PowerCut(kept) = state.trouble else { return };
        BOOT.set(BOOT.get() + 1);
        for (path, synced) in &state.synced {
            let Ok(written) = fs::read(path) else { continue };
            let mut left = synced.clone();
            if kept != 0 {
                left.resize(written.len(), 0);
                for (index, block) in written.chunks(512).enumerate() {
                    if kept >> (index % 64) & 1 == 1 {
                        left[index * 512..][..block.len()].copy_from_slice(block);
                    }
                }
            }
            fs::write(path, left).unwrap();
        }
        for name in state.names.drain(..).rev().filter(|_| kept == 0) {
            let _ = match name {
                Name::New(path) | Name::Moved { to: path, earlier: None } => fs::remove_file(path),
                Name::Moved { to, earlier: Some(earlier) } => fs::write(to, earlier),
            };
        }
    }
}

/// What the disk knows of an open file; nothing where no test watches.
#[derive(Debug)]
pub struct Watched(Option<(Disk, PathBuf)>);

impl Watched {
    pub fn open(path: &Path) -> io::Result<Self> {
        let disk = DISK.with_borrow(Clone::clone);
        let watched = Self(disk.map(|disk| (disk, path.to_owned())));
        watched.step()?;
        if let Some((disk, path)) = &watched.0 {
            let mut state = disk.lock();
            let there = fs::read(path);
            if there.is_err() {
                state.names.push(Name::New(path.clone()));
            }
            state.synced.entry(path.clone()).or_insert(there.unwrap_or_default());
        }
        Ok(watched)
    }

    /// One more operation.
    pub fn step(&self) -> io::Result<()> {
        self.step_to_write(0).map(drop)
    }

    /// How many bytes are to be written.
    pub fn step_to_write(&self, length: usize) -> io::Result<usize> {
        let Some((disk, _)) = &self.0 else { return Ok(length) };
        let mut state = disk.lock();
        state.done += 1;
        let (is_here, is_after) = (state.done == state.at, state.done > state.at);
        let failed = |kind: io::ErrorKind| Err(kind.into());
        match state.trouble {
            _ if !is_here && !is_after => Ok(length),
            Trouble::Error if is_after => Ok(length),
            Trouble::Full if is_after && length == 0 => Ok(0),
            Trouble::Full if is_here && length > 1 => Ok(length / 2),
            Trouble::Full => failed(io::ErrorKind::StorageFull),
            _ => failed(io::ErrorKind::Other),
        }
    }

    /// What a sync brings to the disk.
    pub fn step_to_sync(&self) -> io::Result<Vec<u8>> {
        self.step()?;
        match &self.0 {
            Some((_, path)) => fs::read(path),
            None => Ok(Vec::new()),
        }
    }

    pub fn synced(&self, contents: Vec<u8>) {
        if let Some((disk, path)) = &self.0 {
            disk.lock().synced.insert(path.clone(), contents);
        }
    }

    pub fn step_to_rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step()?;
        if let Some((disk, _)) = &self.0 {
            let mut state = disk.lock();
            let synced = state.synced.remove(from).unwrap_or_default();
            state.synced.insert(to.to_owned(), synced);
            state.names.push(Name::Moved { to: to.to_owned(), earlier: fs::read(to).ok() });
        }
        Ok(())
    }

    /// All names are on the disk.
    pub fn named(&self) {
        if let Some((disk, _)) = &self.0 {
            disk.lock().names.clear();
        }
    }
}
