//! Dates that cannot be kept, told from the certificates alone: no network is needed.

use super::wanted::day;
use super::{Life, Phases};
use crate::cert::rfc3339;
use crate::finding::{Code, Finding};

/// `rotation-impossible`.
pub fn impossible(
    subject: &str,
    phases: Phases,
    old: Option<&Life>,
    new: Option<&Life>,
) -> Vec<Finding> {
    let Phases { both, drop_old, .. } = phases;
    let finding = |message: String| Finding::new(Code::RotationImpossible, subject, message);
    let ends = old.filter(|old| old.not_after < both).map(|old| {
        let (end, both) = (rfc3339(old.not_after), day(both));
        let message = format!(
            "the old certificate expires at {end}, and the new one is not used before {both}"
        );
        finding(message).help(format!("let `both` start before {end}"))
    });
    let begins = new.filter(|new| new.not_before > both).map(|new| {
        let (begin, both) = (rfc3339(new.not_before), day(both));
        let message =
            format!("the new certificate is valid from {begin}, and may be used from {both} on");
        finding(message).help(format!("let `both` start after {begin}, or have it reissued"))
    });
    let over = new.filter(|new| new.not_after < drop_old).map(|new| {
        let (end, drop_old) = (rfc3339(new.not_after), day(drop_old));
        let message = format!(
            "the new certificate expires at {end}, before the old one is dropped on {drop_old}"
        );
        finding(message).help("have it reissued, valid for longer")
    });
    [ends, begins, over].into_iter().flatten().collect()
}
