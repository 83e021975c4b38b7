//! The days of a rotation as a bar: what is over, what is left, and where today is.

use time::OffsetDateTime;

use crate::cert::rfc3339;
use crate::outcome::rotation::Rotation;
use crate::policy::rotation::Phase;
use crate::render::human::look::{INDENT, width};
use crate::render::human::{Look, Paint};

/// Cells of the bar, at most and at least.
const CELLS: std::ops::RangeInclusive<usize> = 16..=48;

/// The bar below the name, and what stands below it.
pub fn lines(name: &str, rotation: &Rotation, look: &Look) -> Vec<String> {
    let name = look.text(name);
    let start = INDENT.len() + width(&name) + 3;
    let end = format!("|drop old {}", day(rotation.drop_old));
    let room = look.width.saturating_sub(start + end.len());
    let scale = Scale { rotation, cells: room.clamp(*CELLS.start(), *CELLS.end()) };
    let bar = format!("{INDENT}{}  |{}{end}", look.paint(&name, Paint::Strong), scale.bar());
    let mut marks = vec![(rotation.now, format!("today{}", scale.left()))];
    marks.extend(rotation.old_not_after.map(|end| (end, format!("old ends {}", rfc3339(end)))));
    marks.sort();
    let below = marks.into_iter().map(|(moment, text)| {
        let place = start + scale.place(moment);
        // What does not fit behind its mark stands before it.
        match place + 2 + text.len() > look.width {
            true => format!("{:>1$}", format!("{text} ^"), place + 1),
            false => format!("{:place$}^ {text}", ""),
        }
    });
    std::iter::once(bar).chain(below).collect()
}

/// Where a moment stands on the bar.
struct Scale<'a> {
    rotation: &'a Rotation,
    cells: usize,
}

impl Scale<'_> {
    /// The cell of a moment, from 0; what lies before or behind the bar is at its ends.
    fn place(&self, moment: OffsetDateTime) -> usize {
        let Rotation { publish, drop_old, .. } = self.rotation;
        let all = (*drop_old - *publish).as_seconds_f64().max(1.0);
        let part = (moment - *publish).as_seconds_f64() / all;
        (part.clamp(0.0, 1.0) * self.cells as f64) as usize
    }

    /// The cells: `-` while it is published, then `#` as far as it has come, and `.` what is left.
    fn bar(&self) -> String {
        let (both, today) = (self.place(self.rotation.both), self.place(self.rotation.now));
        let cell = |at: usize| match at {
            at if at + 1 == both => '|',
            at if at < both => '-',
            at if at < today => '#',
            _ => '.',
        };
        let mut cells: Vec<char> = (0..self.cells).map(cell).collect();
        for (word, from, to) in [("publish", 0, both.saturating_sub(1)), ("both", both, self.cells)]
        {
            let room = to.saturating_sub(from);
            if room >= word.len() + 2 {
                let at = from + (room - word.len()) / 2;
                cells.splice(at..at + word.len(), word.chars());
            }
        }
        cells.into_iter().collect()
    }

    /// How far today is from the bar, where it lies before or behind it.
    fn left(&self) -> String {
        let Rotation { publish, drop_old, now, phase, .. } = self.rotation;
        match phase {
            Phase::Before => format!(", {} days before", (*publish - *now).whole_days().max(1)),
            Phase::After => format!(", {} days after", (*now - *drop_old).whole_days()),
            Phase::Publish | Phase::Both => String::new(),
        }
    }
}

/// The day of a moment: `2026-12-06`.
fn day(moment: OffsetDateTime) -> String {
    rfc3339(moment).split('T').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    fn rotation(phase: Phase, now: OffsetDateTime) -> Rotation {
        Rotation {
            phase,
            day: None,
            days: None,
            places: 0,
            places_as_wanted: 0,
            publish: datetime!(2026-11-20 0:00 UTC),
            both: datetime!(2026-11-24 0:00 UTC),
            drop_old: datetime!(2026-12-06 0:00 UTC),
            old_not_after: Some(datetime!(2026-12-06 23:59:59 UTC)),
            new_not_before: None,
            next: None,
            now,
        }
    }

    fn look(width: usize) -> Look {
        Look { folds: true, ..Look::plain(width) }
    }

    fn shown(width: usize, phase: Phase, now: OffsetDateTime) -> String {
        lines("webex 2026", &rotation(phase, now), &look(width)).join("\n")
    }

    #[test]
    fn the_bar_shows_how_far_it_has_come() {
        let now = datetime!(2026-11-30 0:00 UTC);
        let lines = [
            "      webex 2026  |-publish-|#############both..............|drop old 2026-12-06",
            "                                            ^ today",
            "                              old ends 2026-12-06T23:59:59Z ^",
        ];
        assert_eq!(shown(80, Phase::Both, now), lines.join("\n"));
    }

    #[test]
    fn what_lies_outside_is_at_the_ends() {
        let before = shown(80, Phase::Before, datetime!(2026-11-10 0:00 UTC));
        assert!(before.contains("^ today, 10 days before"), "{before}");
        let after = shown(120, Phase::After, datetime!(2026-12-09 12:00 UTC));
        assert!(after.contains("^ today, 3 days after"), "{after}");
    }

    #[test]
    fn no_line_is_longer_than_the_terminal() {
        for width in [80, 120, 160] {
            for day in 0..40 {
                let now = datetime!(2026-11-10 0:00 UTC) + time::Duration::days(day);
                for line in shown(width, Phase::Both, now).lines() {
                    assert!(line.len() <= width, "{width}: {line}");
                }
            }
        }
    }

    #[test]
    fn one_day_for_all_of_it_is_a_bar_too() {
        let now = datetime!(2026-12-06 0:00 UTC);
        let at_once =
            Rotation { publish: now, both: now, drop_old: now, ..rotation(Phase::After, now) };
        assert!(!lines("x", &at_once, &look(80)).is_empty());
    }
}
