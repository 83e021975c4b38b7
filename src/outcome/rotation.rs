//! Where a rotation of a policy stands.

use serde::Serialize;
use time::OffsetDateTime;

use crate::cert::moment;
use crate::policy::rotation::Phase;

/// A rotation.
#[derive(Clone, Debug, Serialize)]
pub struct Rotation {
    /// Its phase.
    pub phase: Phase,
    /// Which day of the phase it is, from 1.
    pub day: Option<i64>,
    /// How many days the phase has.
    pub days: Option<i64>,
    /// In how many places it is to be seen: columns of probes, endpoints, trust files.
    pub places: usize,
    /// How many of them accept what this phase wants, and nothing else.
    pub places_as_wanted: usize,
    /// When the new certificate is made known.
    #[serde(serialize_with = "moment")]
    pub publish: OffsetDateTime,
    /// From when on either is accepted.
    #[serde(serialize_with = "moment")]
    pub both: OffsetDateTime,
    /// From when on the old one is not.
    #[serde(serialize_with = "moment")]
    pub drop_old: OffsetDateTime,
    /// When the old certificate ends, if its file could be read.
    #[serde(serialize_with = "moment")]
    pub old_not_after: Option<OffsetDateTime>,
    /// When the new certificate begins.
    #[serde(serialize_with = "moment")]
    pub new_not_before: Option<OffsetDateTime>,
    /// The command that watches what is missing until it is there.
    pub next: Option<String>,
    /// The moment it was judged at.
    #[serde(skip)]
    pub now: OffsetDateTime,
}
