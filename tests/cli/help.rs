//! What `-h`, `--help` and `help` say of every command, and the words that were probably meant.

use hookprint::command::{VERBS, tree};

use crate::harness::Tool;

/// Lines of a terminal, less the one for the next command.
const SCREEN: usize = 23;

fn at_80(args: &[&str]) -> String {
    let outcome = Tool::new(args).env("COLUMNS", "80").run().code(0);
    assert!(outcome.stderr.is_empty(), "{args:?}: {}", outcome.stderr);
    outcome.stdout
}

/// The commands of the recipes in a help, each on one line.
fn recipes(help: &str) -> Vec<String> {
    let (_, examples) = help.split_once("Examples:\n").unwrap_or_else(|| panic!("{help}"));
    let (examples, _) = examples.split_once("\n\n").unwrap();
    let mut recipes = vec![String::new()];
    for line in examples.lines().filter(|line| !line.starts_with("  #")) {
        let is_open = line.ends_with(['\\', '|']);
        recipes.last_mut().unwrap().push_str(line.trim().trim_end_matches('\\'));
        if !is_open {
            recipes.push(String::new());
        }
    }
    recipes.pop();
    recipes
}

/// The words of a command line, as a shell sees them.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut is_quoted = false;
    for letter in line.trim().chars() {
        match letter {
            '\'' => is_quoted = !is_quoted,
            ' ' if !is_quoted => words.push(String::new()),
            letter => words.last_mut().unwrap().push(letter),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn the_short_help_of_every_command_fits_a_screen() {
    for args in VERBS.iter().map(|verb| vec![verb.name, "-h"]).chain([vec!["-h"]]) {
        let help = at_80(&args);
        let widest = help.lines().map(|line| line.chars().count()).max().unwrap();
        let lines = help.lines().count();
        assert!(
            lines <= SCREEN && widest <= 80,
            "{args:?} has {lines} lines of {widest} columns; src/command/help/brief.rs says what \
             is shown, a line each:\n{help}"
        );
        // Below an option of its own line, and after a blank one, would be the help of a wide one.
        assert!(help.contains("\n  ") && help.contains("--help"), "{help}");
    }
}

#[test]
fn the_short_help_names_every_command_and_the_options_that_are_its_own() {
    let root = at_80(&["-h"]);
    for verb in VERBS {
        assert!(root.contains(verb.name), "{}: {root}", verb.name);
        let help = at_80(&[verb.name, "-h"]);
        let command = tree().find_subcommand(verb.name).unwrap().clone();
        let own: Vec<_> = command.get_opts().filter(|arg| !arg.is_global_set()).collect();
        let is_shown =
            |arg: &&&clap::Arg| help.contains(&format!("--{} ", arg.get_long().unwrap()));
        let shown = own.iter().filter(is_shown).count();
        let wanted = own.len().min(1);
        assert!(shown >= wanted, "{} shows {shown} of its options: {help}", verb.name);
    }
}

/// Each recipe says what it is for, fits 80 columns, and is a command line that the parser takes.
#[test]
fn the_recipes_of_every_command_are_command_lines() {
    for args in VERBS.iter().map(|verb| vec![verb.name, "--help"]).chain([vec!["--help"]]) {
        let help = at_80(&args);
        assert!(help.contains("Examples:\n  # "), "{args:?} does not say what for: {help}");
        for recipe in recipes(&help) {
            let ours = recipe.split('|').filter_map(|part| part.trim().strip_prefix("hookprint "));
            let mut count = 0;
            for line in ours {
                let line = line.split([';', '<', '>']).next().unwrap();
                let line = words(line.split(" 2>&1").next().unwrap());
                let parsed =
                    tree().try_get_matches_from(["hookprint".to_owned()].into_iter().chain(line));
                assert!(parsed.is_ok(), "{recipe}: {}", parsed.unwrap_err());
                count += 1;
            }
            assert!(count > 0, "{args:?}: {recipe}");
        }
    }
}

/// An option that stands in no recipe and on no page is one that nobody finds.
#[test]
fn every_option_stands_in_a_recipe_or_on_a_page() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut pages = std::fs::read_to_string(folder.join("README.md")).unwrap();
    for page in std::fs::read_dir(folder.join("docs")).unwrap() {
        pages.push_str(&std::fs::read_to_string(page.unwrap().path()).unwrap_or_default());
    }
    for verb in VERBS {
        pages.push_str(&recipes(&at_80(&[verb.name, "--help"])).join("\n"));
    }
    let stands = |option: &str| {
        let mut places = pages.match_indices(option);
        places.any(|(at, _)| {
            !pages[at + option.len()..]
                .starts_with(|next: char| next == '-' || next.is_alphanumeric())
        })
    };
    let mut missing = Vec::new();
    for command in tree().get_subcommands() {
        for arg in command.get_opts().filter(|arg| !arg.is_hide_set()) {
            let spellings = [
                arg.get_long().map(|long| format!("--{long}")),
                arg.get_short().map(|short| format!(" -{short}")),
            ];
            if !spellings.iter().flatten().any(|spelling| stands(spelling)) {
                missing.push(format!("{} {}", command.get_name(), arg.get_long().unwrap()));
            }
        }
    }
    assert!(missing.is_empty(), "no recipe and no page has {missing:?}");
}

#[test]
fn help_of_a_command_is_its_long_help() {
    for verb in VERBS {
        assert_eq!(at_80(&["help", verb.name]), at_80(&[verb.name, "--help"]), "{}", verb.name);
    }
    assert_eq!(at_80(&["help"]), at_80(&["--help"]));
    let unknown = Tool::new(["help", "insepct"]).run().code(2).stderr;
    assert!(unknown.contains("'inspect'"), "{unknown}");
}

#[test]
fn marks_bars_and_cells_are_explained_where_they_are_shown() {
    for (command, said) in [
        ("inspect", &["????, it could not be checked", "Bar: "][..]),
        ("thumbprint", &["????, ", "Bar: ", "Pins: "]),
        ("replay", &["????, ", "Bars: "]),
        ("send", &["????, ", "Bars: "]),
        ("probe", &["????, ", "Cells: "]),
        ("verify", &["FAIL, a critical finding"]),
    ] {
        let help = at_80(&[command, "--help"]).replace('\n', " ");
        for said in said {
            assert!(help.contains(said), "{command}: {said}\n{help}");
        }
    }
}

/// The word that was probably meant is offered, and never one that help does not show.
#[test]
fn mistyped_words_are_answered_with_the_near_one() {
    let sign = ["sign", "/dev/null", "--secret", "env:HOME", "--scheme"];
    let send = [
        "send",
        "kindli",
        "--payload",
        "/dev/null",
        "--to",
        "http://127.0.0.1:1",
        "--secret",
        "env:HOME",
    ];
    for (args, said) in [
        (&["insepct", "x"][..], "a similar subcommand exists: 'inspect'"),
        (&["fingerprnt", "x"], "a similar subcommand exists: 'thumbprint'"),
        (&["halp"], "a similar subcommand exists: 'help'"),
        (&["inspect", "x", "--waarn", "3d"], "'--warn'"),
        (&["inspect", "x", "--warn", "30"], "did you mean 30d?"),
        (&["inspect", "x", "--crit", "7"], "did you mean 7d?"),
        (&["thumbprint", "x", "--timeout", "30"], "did you mean 30s?"),
        (&["verify", "/dev/null", "--tolerance", "300"], "did you mean 300s?"),
        (&["listen", "--max-body", "10M"], "did you mean 10MB?"),
        (&["inspect", "x", "--allow", "certificate-expird"], "did you mean certificate-expired?"),
        (&["inspect", "x", "--format", "jsn"], "'json'"),
        (&["inspect", "x", "--report", "jsn=x"], "did you mean json?"),
        (&["inspect", "x", "--provider", "webex-conect"], "did you mean webex-connect?"),
        (&["inspect", "x", "--trusts", "webex-conect"], "did you mean webex-connect?"),
        (&["listen", "--challenge", "metta"], "'meta'"),
        (&["listen", "--verify", "kindli", "--secret", "env:HOME"], "did you mean kindly?"),
        (&send, "did you mean kindly?"),
        (&["schemes", "strype"], "did you mean stripe?"),
        (&["explain", "--from", "jaava", "x"], "did you mean Java?"),
        (&["man", "inspct"], "did you mean inspect?"),
        (&["completions", "bsh"], "'bash'"),
    ] {
        let outcome = Tool::new(args).env("HOME", "a secret that is long enough").run();
        assert_eq!(outcome.code, 2, "{args:?}: {}", outcome.stderr);
        assert!(outcome.stderr.contains(said), "{args:?}: {}", outcome.stderr);
        assert!(!outcome.stderr.contains("'fingerprint'"), "{}", outcome.stderr);
    }
    for (scheme, near) in
        [("kindli", "kindly"), ("githb", "github"), ("hmac-sha265", "hmac-sha256")]
    {
        let outcome =
            Tool::new(sign.iter().chain([&scheme])).env("HOME", "a secret, long enough").run();
        assert!(outcome.stderr.contains(&format!("did you mean {near}?")), "{}", outcome.stderr);
    }
}
