//! Why a search ended before everything was tried. What was not tried explains nothing away.

/// Longer bodies are not taken apart as JSON or text: only their ends and their wrapping are changed.
pub const LONGEST_TEXT: usize = 64 << 20;
/// JSON of more values takes too much memory to be written again.
const MOST_VALUES: usize = 4 << 20;
/// JSON that is nested deeper is not taken apart.
const DEEPEST: usize = 127;

/// What was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// Time ran out.
    Time,
    /// The body is too long to be taken apart.
    Length,
    /// It is JSON with too many values, or nested too deep.
    Json,
    /// The header holds more than were looked at.
    Items,
}

impl Cut {
    /// A sentence.
    pub fn text(self) -> &'static str {
        match self {
            Self::Time => "time ran out before everything was tried",
            Self::Length => {
                "not everything was tried: a body of more than 64 MiB is not parsed as JSON or text"
            }
            Self::Json => {
                "not everything was tried: JSON nested deeper than 127 levels, or of more than 4 million \
                 values, is not serialised again"
            }
            Self::Items => "not everything was tried: the header has more items than are checked",
        }
    }
}

/// What of a body is not tried because of its size.
pub fn by_size(body: &[u8]) -> Option<Cut> {
    if body.len() > LONGEST_TEXT { Some(Cut::Length) } else { json(body).then_some(Cut::Json) }
}

/// Whether a body looks like JSON that is too large to be taken apart.
fn json(body: &[u8]) -> bool {
    let text = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).trim_ascii_start();
    if !matches!(text.first(), Some(b'{' | b'[')) {
        return false;
    }
    let (mut depth, mut values) = (0_usize, 0_usize);
    let (mut is_string, mut is_escaped) = (false, false);
    for byte in text {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_string => is_escaped = true,
            b'"' => is_string = !is_string,
            _ if is_string => {}
            b'{' | b'[' => (depth, values) = (depth + 1, values + 1),
            b'}' | b']' => depth = depth.saturating_sub(1),
            b',' => values += 1,
            _ => {}
        }
        if depth > DEEPEST || values > MOST_VALUES {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_large_is_known_before() {
        let deep = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
        assert_eq!(by_size(deep(127).as_bytes()), None);
        assert_eq!(by_size(deep(128).as_bytes()), Some(Cut::Json));
        assert_eq!(by_size(format!("[\"{}\"]", "[\\\"".repeat(200)).as_bytes()), None);
        let many = format!("[1{}]", ",1".repeat(MOST_VALUES));
        assert_eq!(by_size(many.as_bytes()), Some(Cut::Json));
        assert_eq!(by_size(many.replacen('[', "(", 1).as_bytes()), None);
        assert_eq!(by_size(&vec![b' '; LONGEST_TEXT + 1]), Some(Cut::Length));
    }
}
