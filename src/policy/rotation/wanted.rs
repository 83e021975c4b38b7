//! What is wanted of each place in each phase.

use time::OffsetDateTime;

use super::{Phase, Phases, Place, Rotation, Side};
use crate::cert::rfc3339;
use crate::finding::{Code, Finding, Severity};

/// So many days after it was to be dropped, an old certificate that gets in is critical.
const PATIENCE: i64 = 14;

/// What is wanted of a place in a phase.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    phase: Phase,
    pub(super) side: Side,
    is_in: bool,
    severity: Severity,
}

/// In rows: which phase, which certificate, whether it is to get in, and how bad it is if not so.
const WANTED: [Wanted; 7] = {
    use Phase::{After, Before, Both, Publish};
    use Severity::{Critical, Warning};
    use Side::{New, Old};
    const fn row(phase: Phase, side: Side, is_in: bool, severity: Severity) -> Wanted {
        Wanted { phase, side, is_in, severity }
    }
    [
        row(Before, Old, true, Critical),
        row(Publish, Old, true, Critical),
        row(Publish, New, true, Warning),
        row(Both, Old, true, Critical),
        row(Both, New, true, Critical),
        row(After, New, true, Critical),
        row(After, Old, false, Warning),
    ]
};

/// Everything that is wanted in a phase.
pub(super) fn all(phase: Phase) -> impl Iterator<Item = &'static Wanted> {
    WANTED.iter().filter(move |wanted| wanted.phase == phase)
}

impl Phase {
    /// How bad it is, if at all, when a place keeps that one out.
    pub fn of_refusal(self, side: Side) -> Option<Severity> {
        all(self).find(|one| one.side == side && one.is_in).map(|one| one.severity)
    }
}

impl Rotation<'_> {
    /// `rotation-gap` and `old-still-accepted`, at one place.
    pub(super) fn wrong(&self, place: &Place, now: OffsetDateTime) -> Vec<Finding> {
        let phase = self.phases.at(now);
        let unmet =
            all(phase).filter(|one| place.knows(one.side).is_some_and(|is| is != one.is_in));
        unmet.map(|one| self.told(one, place, now)).collect()
    }

    fn told(&self, wanted: &Wanted, place: &Place, now: OffsetDateTime) -> Finding {
        let (side, name) = (wanted.side.word(), &place.name);
        let Phases { both, drop_old, .. } = self.phases;
        if !wanted.is_in {
            let days = (now - drop_old).whole_days();
            let message = format!(
                "{name} still accepts `{side}`, which should have been dropped on {}",
                day(drop_old)
            );
            let severity = if days > PATIENCE { Severity::Critical } else { wanted.severity };
            return Finding::new(Code::OldStillAccepted, self.subject, message)
                .severity(severity)
                .help("remove the old authority, pin or name there, and reload");
        }
        let why = match (wanted.phase, wanted.side) {
            (Phase::Before, _) | (Phase::Publish, Side::Old) => {
                format!("which is used at least until {}", day(both))
            }
            (Phase::Publish, Side::New) => format!("which may be used from {} on", day(both)),
            (Phase::Both, _) => format!("and both may be used until {}", day(drop_old)),
            (Phase::After, _) => format!("and the old one was to be dropped on {}", day(drop_old)),
        };
        let message = format!("{name} does not accept `{side}`, {why}");
        Finding::new(Code::RotationGap, self.subject, message)
            .severity(wanted.severity)
            .help("load the authority, or the pin, of both there, and reload")
    }
}

/// A moment as the day that it begins.
pub(super) fn day(moment: OffsetDateTime) -> String {
    let text = rfc3339(moment);
    text.strip_suffix("T00:00:00Z").unwrap_or(&text).to_owned()
}
