//! Broken policies: what is wrong is said with file, line and column, and with the word that was meant.

use super::{check, policy};

const PIN: &str = "4C21C5018BA88E42E608EBEA7203C063931A1D01";

/// A text, the place of what is wrong with it, what is said, and what helps (a part of each).
type Broken = (&'static str, &'static str, &'static str, &'static str);

const BROKEN: &[Broken] = &[
    // No TOML.
    ("[[endpoint]\nname = 'a'\n", "1:12", "", ""),
    ("name = \n", "1:8", "", ""),
    ("[pins.a]\nold = 'x\n", "2:9", "", ""),
    ("version = 1\nversion = 1\n", "2:1", "duplicate key", ""),
    ("[defaults]\n[defaults]\n", "2:2", "duplicate key", ""),
    ("version = 01\n", "1:11", "", ""),
    ("a b = 1\n", "1:3", "", ""),
    ("[[bundle]]\nname = 'a'\npath = C:\\certs\n", "3:8", "", ""),
    ("[[bundle]]\nname = \"a\\q\"\n", "2:11", "", ""),
    ("[[bundle]]\nname = 'a'\nname = 'b'\n", "3:1", "duplicate key", ""),
    // The file.
    ("version = 2\n", "1:11", "only version 1", "newer hookprint"),
    ("version = '1'\n", "1:11", "only version 1", ""),
    ("[[endpont]]\nname = 'a'\n", "1:3", "no key `endpont`", "did you mean endpoint?"),
    ("[default]\nwarn = '30d'\n", "1:2", "no key `default`", "did you mean defaults?"),
    ("colour = 1\n", "1:1", "no key `colour`", "there are: version, include"),
    ("[endpoint]\nname = 'a'\n", "1:1", "expected tables, not a table", "double brackets"),
    ("endpoint = 'a'\n", "1:12", "expected tables, not a string", ""),
    (
        "[[endpoint]]\nname = 'a'\ntarget = 'x.example'\n[[pins.a]]\n",
        "4:1",
        "expected a table, not an array",
        "",
    ),
    ("include = 'none/*.toml'\n", "1:11", "there is no such file", ""),
    ("include = [3]\n", "1:12", "expected a string, not an integer", ""),
    ("include = '['\n", "1:11", "not a pattern", ""),
    // Defaults.
    ("[defaults]\nwarm = '30d'\n", "2:1", "no key `warm`", "did you mean warn?"),
    ("[defaults]\nname = 'a'\n", "2:1", "names must be unique", ""),
    (
        "[defaults]\nwarn = 30\n[[bundle]]\nname = 'a'\npath = 'a.pem'\n",
        "2:8",
        "expected a string, not an integer",
        "\"30d\"",
    ),
    (
        "[defaults]\ntimeout = '10'\n[[endpoint]]\nname = 'a'\ntarget = 'x.example'\n",
        "2:11",
        "timeout: not a duration",
        "",
    ),
    ("defaults = 1\n", "1:12", "expected a table, not an integer", ""),
    // Pins.
    ("[pins.a]\nold = 'abc'\n", "2:7", "not a thumbprint", ""),
    (
        "[pins.a]\nold = '4C21C5018BA88E42E608EBEA7203C063931A1D0G'\n",
        "2:7",
        "`G` at character 40",
        "",
    ),
    ("[pins.a]\nold = { value = 'abc' }\n", "2:17", "not a thumbprint", ""),
    ("[pins.a]\nold = { until = 2026-12-06 }\n", "2:7", "the key value is missing", ""),
    (
        "[pins.a]\nold = { value = 'PIN', untl = 2026-12-06 }\n",
        "2:61",
        "no key `untl`",
        "did you mean until?",
    ),
    (
        "[pins.a]\nold = { value = 'PIN', until = 6 }\n",
        "2:69",
        "expected a date, not an integer",
        "",
    ),
    ("[pins.a]\nold = { value = 'PIN', until = '6 Dec' }\n", "2:69", "not an RFC 3339 time", ""),
    (
        "[pins.a]\nold = { value = 'PIN', from = 2026-12-06, until = 2026-12-01 }\n",
        "2:7",
        "end before it starts",
        "",
    ),
    ("[pins.a]\n'o=d' = 'PIN'\n", "2:1", "the name of a pin is a word", ""),
    ("[pins.a]\n", "1:1", "there is no pin in the list", ""),
    ("pins = 'a'\n", "1:8", "expected a table, not a string", ""),
    ("[pins.a]\nold = 7\n", "2:7", "expected a string, not an integer", ""),
    // A check.
    ("[[bundle]]\npath = 'a.pem'\n", "1:1", "the key name is missing", ""),
    ("[[bundle]]\nname = ''\npath = 'a.pem'\n", "2:8", "the name is empty", ""),
    ("[[bundle]]\nname = 1\npath = 'a.pem'\n", "2:8", "expected a string, not an integer", ""),
    ("[[bundle]]\nname = 'a'\n", "1:1", "the key path is missing", ""),
    // What names nothing asks for nothing.
    ("[[bundle]]\nname = 'a'\npath = ''\n", "3:8", "path is empty", ""),
    ("[[bundle]]\nname = 'a'\npath = []\n", "3:8", "path is empty", "leave it out"),
    ("[[bundle]]\nname = 'a'\npath = 'a.pem'\npin = []\n", "4:7", "pin is empty", "leave it out"),
    (
        "[[trust]]\nname = 'a'\npath = 'a.pem'\nproviders = []\n",
        "4:13",
        "providers is empty",
        "leave it out",
    ),
    (
        "[[bundle]]\nname = 'a'\npaht = 'a.pem'\n",
        "3:1",
        "[[bundle]] has no key `paht`",
        "did you mean path?",
    ),
    (
        "[[bundle]]\nname = 'a'\npath = 'a.pem'\n\n[[bundle]]\nname = 'a'\npath = 'b.pem'\n",
        "5:1",
        "already a bundle `a`",
        "another name",
    ),
    ("[[bundle]]\nname = 'a'\npath = '-'\n", "3:8", "standard input cannot be used", ""),
    ("[[bundle]]\nname = 'a'\npath = '[.pem'\n", "3:8", "not a pattern", ""),
    (
        "[[bundle]]\nname = 'a'\npath = 'a.pem'\nfor = 'cliemt'\n",
        "4:7",
        "for has no such value",
        "did you mean client?",
    ),
    (
        "[[bundle]]\nname = 'a'\npath = 'a.pem'\nservername = 'x.example'\n",
        "1:1",
        "the key for is missing",
        "",
    ),
    (
        "[[bundle]]\nname = 'a'\npath = 'a.pem'\npassword = 'hunter2'\n",
        "4:12",
        "password: not a source to read a secret from",
        "env:NAME",
    ),
    (
        "[[bundle]]\nname = 'a'\npath = 'a.pem'\npassword = ['env:A', 'prompt']\n",
        "4:22",
        "a terminal cannot be used",
        "unattended",
    ),
    (
        "[[bundle]]\nname = 'a'\npath = 'a.pem'\npassword = { a = 'hunter2' }\n",
        "4:18",
        "password: not a source",
        "",
    ),
    ("[[bundle]]\nname = 'a'\npath = 'a.pem'\npem = true\n", "4:1", "no key `pem`", ""),
    (
        "[[bundle]]\nname = 'a'\npath = 'a.pem'\nexpect_count = '1'\n",
        "4:16",
        "expected an integer, not a string",
        "",
    ),
    (
        "[[bundle]]\nname = 'a'\npath = 'a.pem'\ntags = 'x'\nevery = '1 week'\n",
        "5:9",
        "not a duration",
        "",
    ),
    ("[[bundle]]\nname = 'a'\npath = 'a.pem'\nallow = ['pin-odl']\n", "4:10", "pin-odl", ""),
    (
        "[[bundle]]\nname = 'a'\npath = 'a.pem'\nsame_as = 'served:hooks'\n",
        "4:11",
        "there is no endpoint, probe or audit `hooks`",
        "",
    ),
    (
        "[[bundle]]\nname = 'a'\npath = 'a.pem'\nsame_as = 'hooks'\n",
        "4:11",
        "does not say where a certificate is",
        "served:NAME",
    ),
    (
        "[[bundle]]\nname = 'a'\npath = 'a.pem'\nsame_as = 'pin:x'\n",
        "4:11",
        "there is no list of pins `x`",
        "",
    ),
    (
        "[[endpoint]]\nname = 'a'\ntarget = 'x.example'\npins = 'cmcon'\n[pins.cmcom]\nold = 'PIN'\n",
        "4:8",
        "there is no list of pins `cmcon`",
        "did you mean cmcom?",
    ),
    (
        "[[endpoint]]\nname = 'a'\ntarget = 'x.example'\nwant = 'old'\n",
        "4:8",
        "there is no key pins",
        "",
    ),
    (
        "[[endpoint]]\nname = 'a'\ntarget = 'x.example'\npins = 'p'\nwant = 'olt'\n[pins.p]\nold = 'PIN'\n",
        "5:8",
        "want has no such value",
        "did you mean old?",
    ),
    (
        "[[endpoint]]\nname = 'a'\ntarget = 'x.example'\nall_ips = 'yes'\n",
        "4:11",
        "expected true or false, not a string",
        "",
    ),
    (
        "[[endpoint]]\nname = 'a'\ntarget = 'x.example'\ntries = 0\n",
        "4:9",
        "tries: 0 is not in 1..=1000",
        "",
    ),
    (
        "[[endpoint]]\nname = 'a'\ntarget = 'x.example'\nservername = 'b'\nno_servername = true\n",
        "4:14",
        "cannot be used with",
        "",
    ),
    (
        "[[endpoint]]\nname = 'a'\ntarget = 'x.example'\nconnect = ['a:1']\n",
        "4:11",
        "expected one value, not an array",
        "",
    ),
    (
        "[[endpoint]]\nname = 'a'\ntarget = 'x.example'\nall-ips = true\n",
        "4:1",
        "no key `all-ips`",
        "did you mean all_ips?",
    ),
    (
        "[[signature]]\nname = 'a'\ncapture = 'a.har.ndjson'\nsecrets = { new = 'hunter2' }\n",
        "4:19",
        "secrets: not a source",
        "",
    ),
    (
        "[[signature]]\nname = 'a'\ncapture = 'a.har.ndjson'\nsecrets = { new = 'env:A' }\nwant = 'old'\n",
        "5:8",
        "there is no secret `old`",
        "",
    ),
    ("[[probe]]\nname = 'a'\nurl = 'ftp://x.example'\n", "3:7", "url: ", ""),
    (
        "[[probe]]\nname = 'a'\nurl = 'https://x.example/'\naccept = { old = 1 }\n",
        "4:18",
        "expected a string, not an integer",
        "",
    ),
    (
        "[[probe]]\nname = 'a'\nurl = 'https://x.example/'\nuntil = 'pass'\n",
        "4:1",
        "no key `until`",
        "",
    ),
    (
        "[[trust]]\nname = 'a'\npath = 'ca.pem'\nproviders = 'x'\nfor = 'client'\n",
        "5:7",
        "cannot be used with",
        "",
    ),
    // Rotations.
    ("[[rotation]]\nname = 'r'\nold = 'bundle:a'\n", "1:1", "the key new is missing", ""),
    (
        "[[rotation]]\nname = 'r'\nold = 'a'\nnew = 'bundle:a'\n",
        "3:7",
        "not a check: KIND:NAME",
        "",
    ),
    (
        "[[rotation]]\nname = 'r'\nold = 'bundle:a'\nnew = 'bundle:b'\nphases = { publish = 2026-11-20, both = 2026-11-20, drop_old = 2026-11-20 }\n[[bundle]]\nname = 'a'\npath = 'a.pem'\n",
        "4:7",
        "there is no check `bundle:b`",
        "did you mean bundle:a?",
    ),
    (
        "[[rotation]]\nname = 'r'\nold = 'bundle:a'\nnew = 'bundle:a'\nphases = { publsh = 2026-11-20 }\n",
        "5:12",
        "no key `publsh`",
        "did you mean publish?",
    ),
    (
        "[[rotation]]\nname = 'r'\nold = 'bundle:a'\nnew = 'bundle:a'\nphases = { both = 2026-11-20, drop_old = 2026-11-10 }\n",
        "5:42",
        "it is before the phase before it",
        "",
    ),
    (
        "[[rotation]]\nname = 'r'\nold = 'bundle:a'\nnew = 'bundle:a'\n",
        "1:1",
        "the key phases is missing",
        "",
    ),
    (
        "[[rotation]]\nname = 'r'\nold = 'bundle:a'\nnew = 'bundle:a'\nphases = { both = 2026-11-20, drop_old = 2026-11-21 }\n",
        "5:10",
        "the key publish is missing",
        "",
    ),
    (
        "[[rotation]]\nname = 'r'\nold = 'bundle:a'\nnew = 'bundle:a'\nseen_in = ['bundle:a']\nphases = { publish = 2026-11-20, both = 2026-11-20, drop_old = 2026-11-20 }\n[[bundle]]\nname = 'a'\npath = 'a.pem'\n",
        "5:12",
        "it does not say who accepts old and new",
        "name probes, trust files, and endpoints with pins",
    ),
];

#[test]
fn each_flaw_is_said_with_its_place_and_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let mut wrong = Vec::new();
    for (text, place, message, help) in BROKEN {
        policy(folder.path(), &text.replace("PIN", PIN));
        let told = check(folder.path(), &["--validate"]).run();
        let start = format!("error: hookprint.toml:{place}: ");
        let is_right = told.code == 2
            && told.stderr.starts_with(&start)
            && told.stderr.contains(message)
            && told.stderr.contains(help)
            && !told.stderr.contains("hunter2");
        if !is_right {
            wrong.push(format!(
                "{text}\n-> {place} {message} | {help}\n{} {}",
                told.code, told.stderr
            ));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), BROKEN.len(), wrong.join("\n"));
    assert!(BROKEN.len() >= 60);
}
