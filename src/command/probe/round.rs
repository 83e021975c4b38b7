//! One round: every identity in every column, so many at once as allowed, each at its turn.

use std::cell::{Cell as Place, RefCell};
use std::rc::Rc;

use tokio::task::LocalSet;

use super::cell::{Cell, Observation};
use super::doors::Door;
use super::guests::Guest;
use super::plan::{Column, Plan};
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::render::progress::{Progress, Total, Unit};

/// What was observed in one cell.
pub struct Tried {
    /// Number of the column.
    pub column: usize,
    /// Number of the identity.
    pub guest: usize,
    /// What came of it: at the front door, then in resumed sessions; or at another door.
    pub seen: Vec<Observation>,
}

/// What is said where a round was interrupted, and when.
pub fn interrupted(when: &str) -> Error {
    let remedy = "run it again, to its end";
    Error::new(Failure::Interrupted, format!("interrupted {when}")).help(remedy)
}

/// A round at work.
pub struct Round {
    plan: Rc<Plan>,
    /// Where everybody is presented.
    pub columns: Vec<Column>,
    /// Column, identity, and the way, if it is another one.
    cells: Vec<(usize, usize, Option<Door>)>,
    next: Place<usize>,
    /// What was observed so far.
    pub tried: RefCell<Vec<Tried>>,
    failed: RefCell<Option<Error>>,
    progress: RefCell<Progress>,
}

impl Round {
    /// Nobody has been presented yet.
    ///
    /// # Errors
    /// Those of finding out the addresses.
    pub async fn new(plan: Rc<Plan>) -> Result<Self> {
        let columns = plan.columns().await?;
        let mut cells = Vec::new();
        let nobody = plan.guests.iter().position(Guest::is_nobody);
        for (number, column) in columns.iter().enumerate() {
            cells.extend((0..plan.guests.len()).map(|guest| (number, guest, None)));
            let is_first = !columns[..number].iter().any(|other| other.address == column.address);
            let doors = plan.doors.iter().filter(|door| is_first || !door.is_plain());
            let doors = doors.filter_map(|door| Some((number, nobody?, Some(door.clone()))));
            cells.extend(doors);
        }
        let (next, tried, failed) = Default::default();
        let total = Total::Of(cells.len() as u64);
        let progress = RefCell::new(Progress::new(total, Unit::Things("attempts"), plan.is_quiet));
        Ok(Self { plan, columns, cells, next, tried, failed, progress })
    }

    /// The cells that would be tried.
    pub fn planned(&self) -> impl Iterator<Item = (&Column, &Guest, Option<&Door>)> {
        self.cells.iter().map(|(column, guest, door)| {
            (&self.columns[*column], &self.plan.guests[*guest], door.as_ref())
        })
    }

    /// Why not all of them were tried, where the round was interrupted.
    pub fn interruption(&self) -> Option<Error> {
        let (tried, all) = (self.tried.borrow().len(), self.cells.len());
        (tried < all).then(|| interrupted(&format!("after {tried} of {all} attempts")))
    }

    /// Tries all of them.
    ///
    /// # Errors
    /// When a request cannot be written.
    pub async fn work(self: Rc<Self>) -> Result<()> {
        let set = LocalSet::new();
        for _ in 0..self.plan.jobs {
            set.spawn_local(self.clone().lane());
        }
        set.await;
        self.failed.take().map_or(Ok(()), Err)
    }

    async fn lane(self: Rc<Self>) {
        loop {
            let number = self.next.replace(self.next.get() + 1);
            let Some((column, guest, door)) = self.cells.get(number) else { return };
            let cell = Cell {
                plan: &self.plan,
                column: &self.columns[*column],
                guest: &self.plan.guests[*guest],
                door: door.as_ref(),
            };
            match cell.try_it().await {
                Ok(seen) => {
                    let tried = Tried { column: *column, guest: *guest, seen };
                    self.tried.borrow_mut().push(tried);
                    self.progress.borrow_mut().add(1);
                }
                Err(error) => {
                    self.failed.borrow_mut().get_or_insert(error);
                    self.next.set(self.cells.len());
                }
            }
        }
    }
}
