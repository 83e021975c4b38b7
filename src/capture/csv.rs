//! Comma-separated values (RFC 4180): rows of cells, in quotes where they have a comma, a quote or a newline.

/// The rows of a text, one at a time; bytes that are no UTF-8 are replaced.
pub(super) struct Rows {
    text: Vec<u8>,
    at: usize,
}

impl Rows {
    pub(super) fn new(text: Vec<u8>) -> Self {
        Self { text, at: 0 }
    }

    /// The next cell, and whether it is the last of its row.
    fn cell(&mut self) -> (String, bool) {
        let mut cell = Vec::new();
        let mut is_quoted = self.text.get(self.at) == Some(&b'"');
        self.at += usize::from(is_quoted);
        let mut is_last = true;
        while let Some(&byte) = self.text.get(self.at) {
            self.at += 1;
            let next = self.text.get(self.at);
            match byte {
                b'"' if is_quoted && next == Some(&b'"') => {
                    cell.push(byte);
                    self.at += 1;
                }
                // PHP doubles no quote after a backslash: one that does not end the cell is a part of it.
                b'"' if is_quoted && matches!(next, None | Some(b',' | b'\r' | b'\n')) => {
                    is_quoted = false
                }
                b',' if !is_quoted => {
                    is_last = false;
                    break;
                }
                b'\n' if !is_quoted => break,
                b'\r' if !is_quoted && matches!(next, None | Some(b'\n')) => {}
                _ => cell.push(byte),
            }
        }
        (String::from_utf8_lossy(&cell).into_owned(), is_last)
    }
}

impl Iterator for Rows {
    type Item = Vec<String>;

    fn next(&mut self) -> Option<Self::Item> {
        while matches!(self.text.get(self.at), Some(b'\r' | b'\n')) {
            self.at += 1;
        }
        if self.at >= self.text.len() {
            return None;
        }
        let mut row = Vec::new();
        loop {
            let (cell, is_last) = self.cell();
            row.push(cell);
            if is_last {
                return Some(row);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(text: &str) -> Vec<Vec<String>> {
        Rows::new(text.as_bytes().to_vec()).collect()
    }

    #[test]
    fn quotes_commas_and_newlines_stand_in_quotes() {
        assert_eq!(
            rows("a,b\r\n1,\"x,\r\n\"\"y\"\"\"\n\n,\n"),
            [["a", "b"], ["1", "x,\r\n\"y\""], ["", ""]]
        );
        assert_eq!(rows("\"{\"\"a\"\":\"\"\\\"b\"\"}\",c"), [["{\"a\":\"\\\"b\"}", "c"]]);
        assert_eq!(rows("a"), [["a"]]);
        assert!(rows("").is_empty());
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(table in prop::collection::vec(prop::collection::vec("[a\",\r\n]{1,8}", 2..4), 0..5)) {
            let cell = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
            let row = |row: &Vec<String>| row.iter().map(cell).collect::<Vec<_>>().join(",") + "\r\n";
            prop_assert_eq!(rows(&table.iter().map(row).collect::<String>()), table);
        }
    }
}
