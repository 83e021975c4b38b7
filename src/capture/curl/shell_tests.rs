//! Commands, their words, and what stands around them.

use super::*;

fn commands(text: &[u8]) -> Result<Vec<Command>> {
    check(text)?;
    let mut shell = Shell::new(text);
    let mut commands = Vec::new();
    while let Some(command) = shell.next()? {
        commands.push(command);
    }
    Ok(commands)
}

fn words(text: &str) -> Vec<String> {
    let commands = commands(text.as_bytes()).unwrap();
    let words = commands.into_iter().flat_map(|command| command.words);
    words.map(|word| String::from_utf8(word).unwrap()).collect()
}

#[test]
fn words_as_bash_sees_them() {
    assert_eq!(words("curl 'a b'\"c\\\"d\\n\"\\ e"), ["curl", "a bc\"d\\n e"]);
    assert_eq!(words("curl \\\n  -H \\\r\n  'x'"), ["curl", "-H", "x"]);
    assert_eq!(words("a $'\\u0021\\'\\n\\x41\\101\\ud83d\\ude00\\q'"), ["a", "!'\nAA\u{1f600}\\q"]);
    assert_eq!(words("a '' \"5$\" # comment\nb"), ["a", "", "5$", "b"]);
    assert_eq!(words("a '$HOME `x`'"), ["a", "$HOME `x`"]);
    assert_eq!(commands(b"curl a\ncurl b; curl c").unwrap().len(), 3);
}

#[test]
fn commands_and_how_they_hang_together() {
    let joins = |text: &str| -> Vec<_> {
        let commands = commands(text.as_bytes()).unwrap();
        commands.iter().map(|command| (command.before, command.words.len())).collect()
    };
    use Join::{And, Or, Pipe, Start};
    assert_eq!(
        joins("a b|c && d ||\n e & f; g"),
        [(Start, 2), (Pipe, 1), (And, 1), (Or, 1), (Start, 1), (Start, 1)]
    );
    assert_eq!(joins("a >o 2>&1 b >>o &>x 2> /dev/null c"), [(Start, 3)]);
    assert_eq!(joins("a 5>x 5"), [(Start, 2)]);
    assert_eq!(joins("a | # why\n b"), [(Start, 1), (Pipe, 1)]);
}

#[test]
fn where_input_comes_from() {
    let stdin = |text: &str| commands(text.as_bytes()).unwrap().remove(0).stdin;
    let text = |text: &str| Stdin::Text(text.into());
    assert_eq!(stdin("a < b c"), Stdin::File(b"b".to_vec()));
    assert_eq!(stdin("a <<< 'b c'"), text("b c\n"));
    assert_eq!(stdin("a <<EOF | b\nx \\$y \\\nz\nEOF\nc"), text("x $y z\n"));
    assert_eq!(stdin("a <<'E F' -d '\n'\n$x `y`\nE F\n"), text("$x `y`\n"));
    assert_eq!(stdin("a <<-EOF\n\t\tx\n\tEOF"), text("x\n"));
    let two = commands(b"a <<E && b\nx\nE\nc").unwrap();
    assert_eq!((two.len(), &two[1].words[0][..], &two[2].words[0][..]), (3, &b"b"[..], &b"c"[..]));
    assert_eq!(commands(b"a <<E <<F\nE\nF\n").unwrap_err().code, Failure::Unsupported);
}

#[test]
fn nothing_is_expanded_or_run() {
    for text in [
        "a $HOME",
        "a \"$HOME\"",
        "a $(x)",
        "a `x`",
        "a \"`x`\"",
        "a <(b)",
        "a >(b)",
        "(a)",
        "a <<E\n$x\nE\n",
        "a <<E\n`x`\nE\n",
    ] {
        assert_eq!(commands(text.as_bytes()).unwrap_err().code, Failure::Unsupported, "{text}");
    }
    for text in [
        "a 'b",
        "a \"b",
        "a $'b",
        "a \\",
        "a $'\\x'",
        "a $'\\ud83d'",
        "a >",
        "a <\nb",
        "a <<E\nx",
        "a <<",
        "a <<E",
    ] {
        assert_eq!(commands(text.as_bytes()).unwrap_err().code, Failure::Malformed, "{text}");
    }
    assert!(commands(b"curl ^\"x^\"").unwrap_err().message.contains("Windows"));
}

proptest::proptest! {
    #[test]
    fn whatever_is_quoted_comes_back(bytes in proptest::collection::vec(1_u8..=255, 0..40)) {
        let mut single = b"a '".to_vec();
        let mut ansi = b"a $'".to_vec();
        for &byte in &bytes {
            match byte {
                b'\'' => single.extend_from_slice(b"'\\''"),
                byte => single.push(byte),
            }
            ansi.extend_from_slice(format!("\\x{byte:02x}").as_bytes());
        }
        for mut text in [single, ansi] {
            text.extend_from_slice(b"' # 'comment");
            let read = commands(&text).unwrap();
            proptest::prop_assert_eq!(&read[0].words[1..], std::slice::from_ref(&bytes));
        }
    }

    #[test]
    fn a_here_document_is_its_lines(lines in proptest::collection::vec("[ -~]{0,12}", 0..6)) {
        let lines: Vec<_> = lines.into_iter().filter(|line| line != "EOF").collect();
        let body: String = lines.iter().map(|line| format!("{line}\n")).collect();
        let read = commands(format!("a <<'EOF' | b\n{body}EOF\nc").as_bytes()).unwrap();
        proptest::prop_assert_eq!(&read[0].stdin, &Stdin::Text(body.into_bytes()));
        proptest::prop_assert_eq!(read.len(), 3);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[a-z \\n|&;<>'\"$\\\\#(){}\\[\\]-]{0,60}") {
        let _ = commands(text.as_bytes());
    }
}
