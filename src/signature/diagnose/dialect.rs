//! How common JSON writers write: three short tables whose product is tried.

use super::layout::Layout;
use super::spelling::{Escape, hex4, javascript, short, unicode};

/// One way to place blanks.
pub struct LayoutRow {
    /// Part of the name of the change.
    pub name: &'static str,
    /// Who writes so.
    pub who: &'static str,
    /// The blanks.
    pub layout: Layout,
    /// Whether it is tried together with other changes too.
    pub common: bool,
}

/// One way to spell strings.
pub struct EscapeRow {
    /// Part of the name of the change; empty for the spelling that is there.
    pub name: &'static str,
    /// Who writes so.
    pub who: &'static str,
    /// The spelling; `None` leaves it.
    pub escape: Option<Escape>,
    /// Whether it is tried together with other changes too.
    pub common: bool,
}

const fn line(comma: &'static str, colon: &'static str) -> Layout {
    Layout { comma, colon, indent: None, line_end: "", padded: false, inline_arrays: false }
}

const fn indented(indent: &'static str, line_end: &'static str) -> Layout {
    let indent = Some(indent);
    Layout { comma: ",", colon: ": ", indent, line_end, padded: false, inline_arrays: false }
}

const fn layout(name: &'static str, who: &'static str, layout: Layout, common: bool) -> LayoutRow {
    LayoutRow { name, who, layout, common }
}

/// Layouts, the most frequent first.
pub const LAYOUTS: &[LayoutRow] = &[
    layout("compact", "without spaces, as JavaScript, PHP and Go do", line(",", ":"), true),
    layout(
        "spaced",
        "with a space after commas and colons, as Python does",
        line(", ", ": "),
        true,
    ),
    layout("indent-2", "indented by 2 spaces", indented("  ", "\n"), true),
    layout("indent-4", "indented by 4 spaces, as PHP and Python do", indented("    ", "\n"), true),
    layout("indent-tab", "indented by tabs", indented("\t", "\n"), false),
    layout(
        "indent-2-crlf",
        "indented by 2 spaces, with CRLF, as .NET does",
        indented("  ", "\r\n"),
        false,
    ),
    layout("indent-4-crlf", "indented by 4 spaces, with CRLF", indented("    ", "\r\n"), false),
    layout(
        "jackson",
        "indented as Java's Jackson does",
        Layout { colon: " : ", inline_arrays: true, ..indented("  ", "\n") },
        false,
    ),
    layout("colon-spaced", "with a space after colons only", line(",", ": "), false),
    layout("comma-spaced", "with a space after commas only", line(", ", ":"), false),
    layout(
        "padded",
        "with spaces inside the braces",
        Layout { padded: true, ..line(", ", ": ") },
        false,
    ),
    layout(
        "mongodb",
        "with spaces around colons and inside the braces, as MongoDB does",
        Layout { padded: true, ..line(", ", " : ") },
        false,
    ),
];

const fn escape(
    name: &'static str,
    who: &'static str,
    escape: Option<Escape>,
    common: bool,
) -> EscapeRow {
    EscapeRow { name, who, escape, common }
}

/// What else a writer may do.
pub struct Variation {
    /// Part of the name of the change; empty for nothing.
    pub name: &'static str,
    /// Who writes so.
    pub who: &'static str,
    /// Members sorted by name. Sorted variations come last.
    pub sorted: bool,
    /// Whether a newline ends it.
    pub is_newline: bool,
    /// The same with a final newline, which is written for both at once.
    pub with_newline: Option<&'static Variation>,
    /// How numbers and words are written; as they are spelled when `None`.
    pub word: Option<fn(&str) -> String>,
    /// How an empty container is written.
    pub empty: fn(&'static str) -> &'static str,
    /// With how many layouts it is tried, from the first.
    pub layouts: usize,
    /// Whether it is tried together with other changes too.
    pub common: bool,
}

const PLAIN: Variation = Variation {
    name: "",
    who: "",
    sorted: false,
    is_newline: false,
    with_newline: None,
    word: None,
    empty: |brackets| brackets,
    layouts: usize::MAX,
    common: false,
};

/// Variations, the most frequent first, the sorted ones last.
pub const VARIATIONS: &[Variation] = &[
    Variation { common: true, with_newline: Some(&NEWLINE), ..PLAIN },
    Variation {
        name: "numbers",
        who: "with numbers as JavaScript writes them (1 for 1.0)",
        word: Some(javascript_number),
        layouts: 4,
        ..PLAIN
    },
    Variation {
        name: "fractions",
        who: "with numbers as a typed program writes them (1.0 for 1)",
        word: Some(with_fraction),
        layouts: 4,
        ..PLAIN
    },
    Variation {
        name: "empty-lists",
        who: "with [] for {}, as PHP does",
        empty: |_| "[]",
        layouts: 1,
        ..PLAIN
    },
    Variation {
        name: "empty-objects",
        who: "with {} for [], which PHP cannot tell apart",
        empty: |_| "{}",
        layouts: 1,
        ..PLAIN
    },
    Variation {
        name: "sorted",
        who: "with names sorted",
        sorted: true,
        with_newline: Some(&SORTED_NEWLINE),
        ..PLAIN
    },
];

const NEWLINE: Variation =
    Variation { name: "newline", who: "with a final newline", is_newline: true, ..PLAIN };

const SORTED_NEWLINE: Variation =
    Variation { name: "sorted-newline", who: "with names sorted and a final newline", ..NEWLINE };

/// Spellings of strings, the most frequent first.
pub const ESCAPES: &[EscapeRow] = &[
    escape("", "", None, true),
    escape("javascript", "with text in UTF-8, as JavaScript does", Some(javascript), true),
    escape("ascii", "with \\uXXXX, as Python does", Some(ascii), true),
    escape("php", "with \\/ and \\uXXXX, as PHP does", Some(php), true),
    escape(
        "php-unicode",
        "with \\/ and text in UTF-8, as PHP does when asked to",
        Some(php_unicode),
        false,
    ),
    escape("go", "with \\u003c for <, as Go and Rails do", Some(go), true),
    escape("go-old", "with \\u003c for < and \\u0008, as Go before 1.22 does", Some(go_old), false),
    escape("gson", "with \\u003d for =, as Java's Gson does", Some(gson), false),
    escape("dotnet", "with \\u003C for <, as .NET does", Some(dotnet), false),
    escape("ascii-capitals", "with \\uXXXX in capitals", Some(ascii_capitals), false),
];

fn ascii(character: u32, out: &mut Vec<u8>) {
    if character < 0x7f { javascript(character, out) } else { unicode(character, false, out) }
}

fn ascii_capitals(character: u32, out: &mut Vec<u8>) {
    let is_control = character < 0x20 && short(character).is_none();
    match is_control || character >= 0x7f {
        true => unicode(character, true, out),
        false => javascript(character, out),
    }
}

fn php(character: u32, out: &mut Vec<u8>) {
    match character {
        0x2f => out.extend_from_slice(b"\\/"),
        0x80.. => unicode(character, false, out),
        _ => javascript(character, out),
    }
}

fn php_unicode(character: u32, out: &mut Vec<u8>) {
    if character == 0x2f { php(character, out) } else { separated(character, out) }
}

/// U+2028 and U+2029 end lines in JavaScript before ES2019; many writers escape them.
fn separated(character: u32, out: &mut Vec<u8>) {
    match character {
        0x2028 | 0x2029 => hex4(character, false, out),
        _ => javascript(character, out),
    }
}

fn go(character: u32, out: &mut Vec<u8>) {
    match character {
        0x26 | 0x3c | 0x3e => hex4(character, false, out),
        _ => separated(character, out),
    }
}

fn go_old(character: u32, out: &mut Vec<u8>) {
    if matches!(character, 8 | 12) { hex4(character, false, out) } else { go(character, out) }
}

fn gson(character: u32, out: &mut Vec<u8>) {
    match character {
        0x27 | 0x3d => hex4(character, false, out),
        _ => go(character, out),
    }
}

fn dotnet(character: u32, out: &mut Vec<u8>) {
    match character {
        0x22 | 0x26 | 0x27 | 0x2b | 0x3c | 0x3e | 0x60 | 0x7f.. => unicode(character, true, out),
        _ => javascript(character, out),
    }
}

/// A number as JavaScript writes it (ECMA-262, Number::toString): `1.0` becomes `1`, `1E30` `1e+30`. One
/// that no double is as large as is left, and so are other words.
pub fn javascript_number(word: &str) -> String {
    let is_number = word.starts_with(|first: char| first == '-' || first.is_ascii_digit());
    let number = word.parse::<f64>().ok().filter(|number| is_number && number.is_finite());
    match number {
        None => word.to_owned(),
        Some(0.0) => "0".to_owned(),
        Some(number) => written(number).unwrap_or_else(|| word.to_owned()),
    }
}

/// The shortest digits that read back as the same double, and of those the closest; of two as close the
/// even ones.
fn written(number: f64) -> Option<String> {
    let shortest = format!("{:e}", number.abs());
    let count =
        shortest.bytes().take_while(|byte| *byte != b'e').filter(u8::is_ascii_digit).count();
    let closest = format!("{:.*e}", count.checked_sub(1)?, number.abs());
    let is_same = closest.parse() == Ok(number.abs());
    let (digits, exponent) = if is_same { &closest } else { &shortest }.split_once('e')?;
    let (digits, exponent) = (digits.replace('.', ""), exponent.parse::<i32>().ok()?);
    let zeros = |many: i32| "0".repeat(usize::try_from(many).unwrap_or_default());
    let text = match exponent {
        0..=20 if digits.len() > exponent as usize + 1 => {
            let (whole, fraction) = digits.split_at(exponent as usize + 1);
            format!("{whole}.{fraction}")
        }
        0..=20 => format!("{digits}{}", zeros(exponent + 1 - digits.len() as i32)),
        -6..=-1 => format!("0.{}{digits}", zeros(-exponent - 1)),
        _ => {
            let (first, rest) = digits.split_at(1);
            let point = if rest.is_empty() { "" } else { "." };
            format!("{first}{point}{rest}e{exponent:+}")
        }
    };
    Some(if number < 0.0 { format!("-{text}") } else { text })
}

/// A whole number as a program writes it that keeps all of them as fractions: `1` becomes `1.0`.
pub fn with_fraction(word: &str) -> String {
    let digits = word.strip_prefix('-').unwrap_or(word);
    match !digits.is_empty()
        && digits.len() < 16
        && digits.bytes().all(|byte| byte.is_ascii_digit())
    {
        true => format!("{word}.0"),
        false => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled(name: &str, text: &str) -> String {
        let row = ESCAPES.iter().find(|row| row.name == name).unwrap();
        let mut out = Vec::new();
        text.chars().for_each(|each| row.escape.unwrap()(u32::from(each), &mut out));
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn spellings() {
        let text = "a/\"\\\n\u{8}<\u{e9}\u{1f600}\u{2028}";
        for (name, expected) in [
            ("javascript", "a/\\\"\\\\\\n\\b<\u{e9}\u{1f600}\u{2028}"),
            ("ascii", "a/\\\"\\\\\\n\\b<\\u00e9\\ud83d\\ude00\\u2028"),
            ("php", "a\\/\\\"\\\\\\n\\b<\\u00e9\\ud83d\\ude00\\u2028"),
            ("php-unicode", "a\\/\\\"\\\\\\n\\b<\u{e9}\u{1f600}\\u2028"),
            ("go", "a/\\\"\\\\\\n\\b\\u003c\u{e9}\u{1f600}\\u2028"),
            ("go-old", "a/\\\"\\\\\\n\\u0008\\u003c\u{e9}\u{1f600}\\u2028"),
            ("dotnet", "a/\\u0022\\\\\\n\\b\\u003C\\u00E9\\uD83D\\uDE00\\u2028"),
            ("ascii-capitals", "a/\\\"\\\\\\n\\b<\\u00E9\\uD83D\\uDE00\\u2028"),
        ] {
            assert_eq!(spelled(name, text), expected, "{name}");
        }
        assert_eq!(spelled("gson", "='\u{1}"), "\\u003d\\u0027\\u0001");
    }

    #[test]
    fn numbers_of_javascript() {
        for (word, expected) in [
            ("1.0", "1"),
            ("1e2", "100"),
            ("-0.50", "-0.5"),
            ("-0", "0"),
            ("1e30", "1e+30"),
            ("25e-8", "2.5e-7"),
            ("1e999", "1e999"),
            ("null", "null"),
        ] {
            assert_eq!(javascript_number(word), expected);
        }
    }

    #[test]
    fn numbers_of_typed_programs() {
        for (word, expected) in [("1", "1.0"), ("-20", "-20.0"), ("1.5", "1.5"), ("true", "true")] {
            assert_eq!(with_fraction(word), expected);
        }
    }

    #[test]
    fn names_are_unique() {
        let mut names: Vec<_> = LAYOUTS.iter().map(|row| row.name).collect();
        names.extend(ESCAPES.iter().map(|row| row.name));
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
