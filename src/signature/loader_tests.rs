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
        (
            "[a]\nsignature = \"X\"\nencoding = \"hex\"\nsigned = \"{body}{?id}x\"\nvars = { id = \"form:id\" }",
            "line 4, column 17: what begins here has no end: {/}",
        ),
        (
            "[a]\nsignature = \"X\"\nencoding = \"hex\"\nvars = { id = \"form:id | cookie:id\" }",
            "line 4, column 15: form:id | cookie:id is not a place: header:NAME, field:NAME,",
        ),
        (
            "[a]\nsignature = \"X\"\nencoding = \"hex\"\nsigned_headers = { from = \"header:H\", split = \",\", item = \"{name}\", join = \";\" }",
            "line 4, column 60: the pattern has no {value}",
        ),
        (
            "[a]\nsignature = \"X\"\nencoding = \"hex\"\nsigned_headers = { from = \"header:H\", split = \"\", item = \"{value}\", join = \";\" }",
            "line 4, column 18: `split` is what separates the names",
        ),
        (
            "[a]\nsignature = \"X\"\nencoding = \"hex\"\ncertificate = { names = [\"a.b\"], from = \"header:U\", urls = [\"http://a.b/\"] }",
            "line 4, column 15: `names` are DNS names, `urls` https:// addresses",
        ),
        (
            "[a]\nsignature = \"X\"\nencoding = \"hex\"\nmember = \"a\"\n",
            "line 4, column 10: `member` is a pointer",
        ),
        ("[a]\nsignature = \"literal:x\"\n", "line 2, column 13: `signature` is a header name"),
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

#[test]
fn every_time_of_signing_is_judged_and_signed() {
    let timed =
        names().map(|name| built_in(name).unwrap()).filter(|scheme| scheme.timestamp.is_some());
    for scheme in timed {
        assert!(scheme.tolerance.is_some(), "{} has no tolerance", scheme.name);
        assert!(scheme.origin.tolerance_source.is_some(), "whose tolerance has {}?", scheme.name);
        assert!(scheme.signs_time(), "{} does not sign its time", scheme.name);
    }
    let source = "[a]\nsignature = \"X\"\nencoding = \"hex\"\ntimestamp = \"header:T\"\n";
    let error = parse(source).unwrap_err();
    let said = "line 4, column 13: scheme a has a `timestamp` and no `tolerance`";
    assert!(error.message.starts_with(said), "{}", error.message);
}

#[test]
fn which_schemes_leave_the_body_alone() {
    let all = names().map(|name| built_in(name).unwrap());
    let uncovered: Vec<_> =
        all.filter(|scheme| !scheme.covers_body()).map(|one| one.name).collect();
    assert_eq!(
        uncovered,
        [
            "gitlab-token",
            "telegram",
            "mailgun",
            "plivo-v2",
            "adyen-standard",
            "postmark",
            "brevo",
            "aws-sns",
            "aws-sns-v1",
            "braintree",
            "mercadopago",
            "dropbox-sign",
            "favro",
            "huggingface",
            "chargebee",
        ]
    );
}

#[test]
fn nothing_takes_the_name_of_a_choice_a_standard_or_an_algorithm() {
    for name in ["auto", "jwt", "google-id-token", "http-message-signature", "hmac-sha256"] {
        let source = format!("\n[{name}]\nsignature = \"X\"\nencoding = \"hex\"\n");
        let message = parse(&source).unwrap_err().message;
        let said = format!("line 2, column 1: the name {name} is reserved");
        assert_eq!(message, said);
    }
}

#[test]
fn a_file_from_a_stranger_is_bounded() {
    let scheme = |line: &str| format!("[a]\nsignature = \"X\"\nencoding = \"hex\"\n{line}\n");
    let many = |what: &str| (0..40).map(|at| format!("a{at} = \"{what}\"\n")).collect::<String>();
    for (line, said) in [
        (format!("signed = \"{}\"", "{body}".repeat(3_000)), "18000 bytes; at most 4096 are read"),
        (
            format!("signed = \"{}\"", "{body}".repeat(3)),
            "the body appears in a template at most 2",
        ),
        (
            format!("signed = \"{}\"", "{body_sha256_base64}".repeat(100)),
            "a template has at most 64 words",
        ),
        (format!("value = \"{{sig}}{}\"", "x".repeat(5_000)), "5005 bytes; at most 4096 are read"),
        ("tolerance = 99999999999".to_owned(), "`tolerance` is at most 31622400 seconds"),
        (format!("[a.vars]\n{}", many("literal:x")), "`vars` has 40 entries; at most 32 are read"),
        (format!("[a.require]\n{}", many("x")), "`require` has 40 entries; at most 32 are read"),
        ("require = { X = \"a\\nb\" }".to_owned(), "a header cannot contain a control character"),
        ("split = \"\\r\\n\"".to_owned(), "a header cannot contain a control character"),
        ("value = \"{sig}\\n\"".to_owned(), "a header cannot contain a control character"),
    ] {
        let message = parse(&scheme(&line)).unwrap_err().message;
        assert!(message.contains(said), "{said}: {message}");
    }
    let long = format!("# {}\n", "x".repeat(super::loader::LONGEST_FILE));
    assert!(parse(&long).unwrap_err().message.ends_with("at most 524288 are read"));
}
