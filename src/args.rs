//! Options that commands share, and the parsers of their values. Parsing never touches the world.

pub mod capture;
pub mod claims;
pub mod destination;
pub mod identity;
pub mod pins;
pub mod presented;
pub mod provider;
pub mod scheme;
pub mod shard;
pub mod text;
pub mod transport;
pub mod unpack;

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};
use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, UtcOffset};

use crate::error::{Error, Result};
use crate::exit::{FailOn, Mode};
use crate::finding::{Code, Severity};
use crate::input::named;
use crate::nearest::did_you_mean;
use crate::render::FORMATS;

/// Options that every command has.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Options of every command")]
pub struct Global {
    /// Output format on stdout
    #[arg(long, global = true, value_name = "FORMAT", default_value = "human", value_parser = format_names(), hide_default_value = false)]
    pub format: String,
    /// Short for --format json
    #[arg(long, global = true, conflicts_with = "format")]
    pub json: bool,
    /// Also write a report to a file, or - for stdout, moving human output to stderr (can be repeated)
    #[arg(long, global = true, value_name = "FORMAT=FILE")]
    pub report: Vec<ReportTo>,
    /// Write the main report to a file instead of stdout (-)
    #[arg(long, global = true, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Lowest severity that makes the exit code 1
    #[arg(long, global = true, value_name = "SEVERITY", default_value = "critical")]
    pub fail_on: FailOnArg,
    /// What the exit code reports: findings, or only whether everything could be checked (0, else 3)
    #[arg(long, global = true, value_name = "MODE", default_value = "verdict")]
    pub exit: Mode,
    /// With --format ndjson: number the rows, omit their timings, and finish with an end mark
    #[arg(long, global = true)]
    pub end_mark: bool,
    /// Count this finding code as info (can be repeated)
    #[arg(long, global = true, value_name = "CODE", value_parser = Code::from_str)]
    pub allow: Vec<Code>,
    /// Check as of this time (RFC 3339)
    #[arg(long, global = true, value_name = "TIME", value_parser = moment)]
    pub at: Option<OffsetDateTime>,
    /// When to use colour; NO_COLOR and CLICOLOR_FORCE are honoured
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: When,
    /// Refuse all network access
    #[arg(long, global = true)]
    pub offline: bool,
    /// Do not hide credentials in URLs and headers
    #[arg(long, global = true)]
    pub show_secrets: bool,
    /// Report only problems; twice: set only the exit code
    #[arg(long, short, global = true, action = clap::ArgAction::Count)]
    pub quiet: u8,
    /// More detail: full chains, handshake parameters, every attempt
    #[arg(long, short, global = true, action = clap::ArgAction::Count, conflicts_with = "quiet")]
    pub verbose: u8,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Lowest severity that makes the exit code 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOnArg {
    /// From a warning on.
    Warning,
    /// From a critical finding on.
    Critical,
    /// Never.
    Never,
}

impl From<FailOnArg> for FailOn {
    fn from(arg: FailOnArg) -> Self {
        Self(match arg {
            FailOnArg::Warning => Some(Severity::Warning),
            FailOnArg::Critical => Some(Severity::Critical),
            FailOnArg::Never => None,
        })
    }
}

/// `FORMAT=FILE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportTo {
    /// Name of the format, one of [`FORMATS`].
    pub format: String,
    /// The file.
    pub path: PathBuf,
}

impl FromStr for ReportTo {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text.split_once('=') {
            Some((format, path)) if !path.is_empty() && crate::render::format(format).is_some() => {
                Ok(Self { format: format.to_owned(), path: path.into() })
            }
            Some((format, path)) if !path.is_empty() => {
                let names = || FORMATS.iter().map(|format| format.name);
                let list = || format!("there are: {}", names().collect::<Vec<_>>().join(", "));
                let help = did_you_mean(format, names()).unwrap_or_else(list);
                Err(Error::usage(format!("no such format: {}", named::word(format))).help(help))
            }
            _ => Err(Error::usage("expected FORMAT=FILE, for example junit=report.xml")),
        }
    }
}

fn format_names() -> PossibleValuesParser {
    PossibleValuesParser::new(
        FORMATS
            .iter()
            .map(|format| clap::builder::PossibleValue::new(format.name).help(format.help)),
    )
}

/// A moment in RFC 3339; a date alone is its first second in UTC.
pub fn moment(text: &str) -> Result<OffsetDateTime> {
    let full = if text.len() == 10 { format!("{text}T00:00:00Z") } else { text.to_owned() };
    let moment = OffsetDateTime::parse(&full, &Rfc3339).ok();
    moment
        .and_then(|moment| moment.checked_to_offset(UtcOffset::UTC))
        .filter(|moment| moment.year() >= 0)
        .ok_or_else(|| Error::usage("not an RFC 3339 time, for example 2026-12-01T12:00:00Z"))
}

/// A file or folder in which something is kept: it is read again, or made anew, which standard output
/// cannot be. A report goes there with `-`.
///
/// # Errors
/// `usage` for `-` and for nothing.
pub fn kept(text: &str) -> Result<PathBuf> {
    match text {
        "-" | "" => Err(Error::usage("this must go to a file, not to standard output")
            .help("give a file name; ./- is a file called -")),
        path => Ok(PathBuf::from(path)),
    }
}

/// Units of a duration, with their seconds.
const UNITS: [(&str, f64); 6] =
    [("ms", 0.001), ("s", 1.0), ("m", 60.0), ("h", 3_600.0), ("d", 86_400.0), ("w", 604_800.0)];

/// A duration: `90s`, `15m`, `12h`, `30d`, `1h30m`, `250ms`; at most 1,000 years.
pub fn duration(text: &str) -> Result<Duration> {
    measured(text, "s")
}

/// A duration of an age or of a time to the end of a certificate, which people think of in days.
pub fn age(text: &str) -> Result<Duration> {
    measured(text, "d")
}

/// A duration; what a number alone probably means is said, and not assumed.
fn measured(text: &str, usual: &str) -> Result<Duration> {
    let bad = || {
        let error = Error::usage("not a duration, for example 90s, 15m, 12h, 30d or 1h30m");
        match !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            true => error.help(format!("did you mean {text}{usual}?")),
            false => error,
        }
    };
    let mut seconds = 0.0;
    let mut rest = text;
    while !rest.is_empty() {
        let digits =
            rest.find(|char: char| !char.is_ascii_digit() && char != '.').ok_or_else(bad)?;
        let number: f64 = rest[..digits].parse().map_err(|_| bad())?;
        rest = &rest[digits..];
        let letters = rest.find(|char: char| !char.is_ascii_alphabetic()).unwrap_or(rest.len());
        let unit = UNITS.iter().find(|(unit, _)| *unit == &rest[..letters]).ok_or_else(bad)?;
        seconds += number * unit.1;
        rest = &rest[letters..];
    }
    let longest = 1_000.0 * 365.25 * 86_400.0;
    if text.is_empty() || !(0.0..=longest).contains(&seconds) {
        return Err(bad());
    }
    Ok(Duration::from_secs_f64(seconds))
}

/// Units of a size, with their bytes.
const SIZES: [(&str, u64); 8] = [
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("kB", 1_000),
    ("KB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("B", 1),
];

/// A size in bytes: `64KiB`, `10MB`, `4096`.
pub fn size(text: &str) -> Result<u64> {
    let bad = || {
        let error = Error::usage("not a size, for example 64KiB, 10MB or 4096");
        match text.strip_suffix(['k', 'K', 'm', 'M', 'g', 'G']) {
            Some(number) if number.parse::<u64>().is_ok() => {
                error.help(format!("did you mean {}B?", text.to_uppercase()))
            }
            _ => error,
        }
    };
    let (number, unit) = match SIZES.iter().find(|(name, _)| text.ends_with(name)) {
        Some((name, unit)) => (&text[..text.len() - name.len()], *unit),
        None => (text, 1),
    };
    let number: u64 = number.trim().parse().map_err(|_| bad())?;
    number.checked_mul(unit).ok_or_else(bad)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        let seconds = |text| duration(text).unwrap().as_secs();
        assert_eq!((seconds("90s"), seconds("15m"), seconds("1h30m")), (90, 900, 5_400));
        assert_eq!((seconds("30d"), seconds("12h")), (2_592_000, 43_200));
        assert_eq!(duration("250ms").unwrap(), Duration::from_millis(250));
        for bad in ["", "5", "s", "5x", "-5s", "1.2.3s", "99999999d", "5s6"] {
            assert!(duration(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn sizes() {
        assert_eq!(size("64KiB").unwrap(), 65_536);
        assert_eq!(size("10MB").unwrap(), 10_000_000);
        assert_eq!(size("4096").unwrap(), 4_096);
        for bad in ["", "KiB", "-1", "1.5MB", "99999999999GiB"] {
            assert!(size(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn moments() {
        assert_eq!(moment("2026-11-22").unwrap(), moment("2026-11-22T00:00:00Z").unwrap());
        assert!(moment("tomorrow").is_err());
    }

    #[test]
    fn reports() {
        assert!("json=x.json".parse::<ReportTo>().is_ok());
        assert!("nonsense=x".parse::<ReportTo>().is_err());
        assert!("json".parse::<ReportTo>().is_err());
    }
}
