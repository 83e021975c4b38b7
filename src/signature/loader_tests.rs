//! Tests of the scheme loader.

use super::loader::{BUILT_IN, built_in, names, parse};

#[test]
fn one_built_in_table_reads_as_it_does_in_the_whole_file() {
    let all = parse(BUILT_IN).unwrap();
    assert_eq!(all.len(), names().count());
    for scheme in all {
        assert_eq!(built_in(&scheme.name).unwrap(), scheme);
    }
}

#[test]
fn every_built_in_scheme_says_where_it_was_read() {
    for name in names() {
        let origin = built_in(name).unwrap().origin;
        assert!(origin.source.is_some_and(|source| source.contains("https://")), "{name}");
        assert_eq!(origin.read_on.map(|day| day.len()), Some(10), "{name}");
        let grade = origin.grade.unwrap_or_default();
        assert!(["confirmed", "partly confirmed"].contains(&grade.as_str()), "{name}");
    }
}

#[test]
fn a_table_may_change_another_one() {
    let source = "[stripe]\nextends = \"stripe\"\nsignature = \"X-Sig\"\n\
                  [mine]\nextends = \"stripe\"\nvalue = \"v2={sig}\"\n";
    let schemes = parse(source).unwrap();
    let mine = &schemes[0];
    assert_eq!((mine.name.as_str(), mine.place.to_string()), ("mine", "X-Sig".into()));
    assert_eq!((mine.value.to_string(), mine.tolerance), ("v2={sig}".into(), Some(300)));
    assert_eq!(mine.signed.to_string(), "{t}.{body}");
}

#[test]
fn what_is_wrong_is_said_with_line_and_column() {
    let cases = [
        ("[a]\nsignatur = \"X\"\n", "line 2, column 1: unknown field `signatur`"),
        (
            "[a]\nsignature = \"X\"\nencoding = \"hex\"\nsigned = \"{t}.{bdy}\"\ntimestamp = \"field:t\"",
            "line 4, column 15: unknown word {bdy}",
        ),
        ("[a]\nsignature = \"X\"\nalg = \"md5\"\n", "line 3, column 7: unknown value md5"),
        ("[a]\nsignature = \"X\"\n", "line 1, column 1: scheme a has no `encoding`"),
        ("[a]\nsignature = \"X Y\"\n", "line 2, column 13: `signature` is a header name"),
        ("[a]\nextends = \"b\"\n", "line 2, column 11: there is no scheme b to extend"),
        (
            "[a]\nextends = \"b\"\n[b]\nextends = \"a\"\n",
            "line 2, column 11: `extends` leads back to b",
        ),
        (
            "[a]\nsignature = \"X\"\nvalue = \"v1=\"\n",
            "line 3, column 10: the pattern has no {sig}",
        ),
        ("[a\n", "line 1, column 3: "),
    ];
    for (source, message) in cases {
        let error = parse(source).unwrap_err();
        assert!(error.message.starts_with(message), "{source}: {}", error.message);
    }
}

#[test]
fn an_unknown_name_is_answered_with_near_ones() {
    let error = built_in("hubspot").unwrap_err();
    assert_eq!(error.help.unwrap(), "did you mean hubspot-v3, hubspot-v2, hubspot-v1?");
    assert!(built_in("rasa").is_err());
}
