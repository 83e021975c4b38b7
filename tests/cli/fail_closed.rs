//! The rule *fail closed*, as a table: what is named on the command line and cannot be applied, or meets
//! no evidence, is an error or a refusal. Every option of the commands that let somebody in, or send
//! something out, stands in the table: as a control, with a row for each kind of evidence, or with the
//! reason why it is none. An option that is in neither fails these tests, and so does a control without
//! a row that lets the right evidence pass.

mod callers;
mod checks;
mod others;
mod peers;
mod world;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use Evidence::{Absent, Contradicting, Empty, Malformed, Repeated, Right};
use hookprint::command::tree;
use world::World;

use crate::harness::Tool;
use crate::harness::listener::{Ended, Listener};

/// What a control meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Evidence {
    /// What it asks for. The only kind that passes.
    Right,
    /// Nothing: no file, no header, no certificate, no claim.
    Absent,
    /// Something with nothing in it.
    Empty,
    /// What cannot be read, or is not of its kind.
    Malformed,
    /// More than one, of which one is wrong or none is to be preferred.
    Repeated,
    /// What says something else.
    Contradicting,
}

/// One pair of a control and what it meets.
enum Row {
    /// These options, against that request, caller or server.
    Run(Evidence, &'static str, &'static str),
    /// This cannot occur, and why; or where else it is shown.
    Never(Evidence, &'static str),
}

/// A control: an option, or an environment variable.
struct Control {
    name: &'static str,
    /// The commands that have it, and the rows are run with.
    of: &'static [&'static str],
    rows: &'static [Row],
}

/// An option that controls nothing of the kind.
struct Other {
    names: &'static [&'static str],
    of: &'static [&'static str],
    why: &'static str,
}

/// How one run came out.
struct Told {
    passed: bool,
    /// What is wrong with it whatever passes: two things that are said do not agree.
    flaw: Option<&'static str>,
    /// For whoever reads that it should have been otherwise.
    said: String,
}

/// How rows are run with a command.
type Road = fn(&World, options: &str, against: &str) -> Told;

/// Findings that are warnings where somebody looks, and refusals where somebody is let in.
const NOT_ENOUGH: [&str; 3] = ["coverage-thin", "signature-spelling", "token-subject-unchecked"];

const COMMANDS: [&str; 8] =
    ["listen", "verify", "replay", "send", "thumbprint", "probe", "check", "audit"];

fn controls() -> Vec<(&'static Control, Vec<(&'static str, Road)>)> {
    let roads = |control: &'static Control, roads: &[(&'static str, Road)]| {
        let of = |(name, road): &(&'static str, Road)| {
            control.of.contains(name).then_some((*name, *road))
        };
        (control, roads.iter().filter_map(of).collect::<Vec<_>>())
    };
    let checks = checks::CONTROLS
        .iter()
        .map(|control| roads(control, &[("verify", verify), ("listen", check)]));
    let callers = callers::CONTROLS.iter().map(|control| roads(control, &[("listen", call)]));
    let peers = peers::CONTROLS.iter().map(|control| {
        let all: &[(&str, Road)] = &[
            ("replay", replay),
            ("send", send),
            ("thumbprint", thumbprint),
            ("probe", probe),
            ("audit", audit),
        ];
        roads(control, all)
    });
    checks.chain(callers).chain(peers).collect()
}

#[test]
fn every_option_is_a_control_with_all_its_rows_or_says_why_it_is_none() {
    let mut classified: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (control, roads) in controls() {
        assert_eq!(roads.len(), control.of.len(), "{}: no road to some command", control.name);
        for command in control.of {
            *classified.entry((command, control.name)).or_default() += 1;
        }
        let kinds: BTreeSet<Evidence> = control
            .rows
            .iter()
            .map(|row| match row {
                Row::Run(evidence, ..) => *evidence,
                Row::Never(evidence, why) => {
                    assert!(
                        why.len() > 10,
                        "{}: {evidence:?} cannot occur, but why?",
                        control.name
                    );
                    *evidence
                }
            })
            .collect();
        let all = [Right, Absent, Empty, Malformed, Repeated, Contradicting];
        let missing: Vec<_> = all.iter().filter(|kind| !kinds.contains(kind)).collect();
        assert!(
            missing.is_empty(),
            "{} of {:?} has no row for {missing:?}",
            control.name,
            control.of
        );
    }
    for other in others::OTHERS {
        assert!(other.why.len() > 10, "{:?}: why?", other.names);
        let pairs = other.of.iter().flat_map(|of| other.names.iter().map(move |name| (*of, *name)));
        pairs.for_each(|pair| *classified.entry(pair).or_default() += 1);
    }
    let twice: Vec<_> = classified.iter().filter(|(_, count)| **count > 1).collect();
    assert!(twice.is_empty(), "classified more than once: {twice:?}");

    let mut tree = tree();
    tree.build();
    let mut known = BTreeSet::new();
    for command in COMMANDS {
        let options = tree.find_subcommand(command).unwrap().get_arguments();
        known.extend(options.map(|option| match option.get_long() {
            Some(long) => (command, long.to_owned()),
            None => (command, option.get_id().to_string()),
        }));
    }
    let is_variable = |name: &str| name.starts_with(char::is_uppercase);
    let unknown: Vec<_> = known
        .iter()
        .filter(|(command, name)| !classified.contains_key(&(*command, name.as_str())))
        .collect();
    assert!(
        unknown.is_empty(),
        "a control without its rows, or none without a reason: {unknown:#?}"
    );
    let gone: Vec<_> = classified
        .keys()
        .filter(|(command, name)| {
            !is_variable(name) && !known.contains(&(*command, (*name).to_owned()))
        })
        .collect();
    assert!(gone.is_empty(), "there is no such option: {gone:#?}");
}

#[test]
fn only_the_right_evidence_passes() {
    let world = Arc::new(World::new());
    let mut rows = Vec::new();
    for (control, roads) in controls() {
        for row in control.rows {
            let Row::Run(evidence, options, against) = row else { continue };
            let runs = roads.iter().map(|(command, road)| (*command, *road));
            rows.extend(runs.map(|run| (control.name, *evidence, *options, *against, run)));
        }
    }
    let (rows, next, wrong) = (Arc::new(rows), Arc::new(AtomicUsize::new(0)), Mutex::default());
    let wrong: Arc<Mutex<Vec<String>>> = Arc::new(wrong);
    let workers: Vec<_> = (0..4)
        .map(|_| {
            let (world, rows) = (world.clone(), rows.clone());
            let (next, wrong) = (next.clone(), wrong.clone());
            std::thread::spawn(move || {
                while let Some(row) = rows.get(next.fetch_add(1, Ordering::SeqCst)) {
                    let (control, evidence, options, against, (command, road)) = *row;
                    let told = road(&world, options, against);
                    let is_right = told.passed == (evidence == Right);
                    if is_right && told.flaw.is_none() {
                        continue;
                    }
                    let flaw = told.flaw.unwrap_or(if told.passed { "passes" } else { "is held" });
                    wrong.lock().unwrap().push(format!(
                        "{control} of {command}, {evidence:?} {flaw}: {options} against {against}\n{}\n",
                        told.said.trim()
                    ));
                }
            })
        })
        .collect();
    workers.into_iter().for_each(|worker| worker.join().unwrap());
    let wrong = wrong.lock().unwrap();
    assert!(wrong.is_empty(), "{} of {} rows:\n\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

/// `verify` of a captured request: it passes when the only item is ok.
fn verify(world: &World, options: &str, request: &str) -> Told {
    let file = format!("{request}.http");
    let outcome = world.tool(&["verify", &file, "--json"], options).run();
    let passed = outcome.code == 0 && {
        let item = outcome.item();
        let findings = item["findings"].as_array().unwrap().clone();
        let is_enough = |code: &str| !NOT_ENOUGH.contains(&code);
        item["status"] != "critical"
            && findings.iter().all(|one| is_enough(one["code"].as_str().unwrap()))
    };
    Told { passed, flaw: None, said: outcome.stdout + &outcome.stderr }
}

/// The same request at a `listen` that enforces: it passes when it is let in.
fn check(world: &World, options: &str, request: &str) -> Told {
    let options = options.replace("--scheme ", "--verify ");
    let tool = world.tool(&["listen", "--addr", ":0", "--plain", "--enforce", "--json"], &options);
    listened(tool, |listener| {
        let answer = listener.send(world.request(request));
        (answer.get(9..12).unwrap_or("none").to_owned(), answer)
    })
}

/// A caller at a `listen`: it passes when it is let in.
fn call(world: &World, options: &str, caller: &str) -> Told {
    let tool = world.tool(&["listen", "--addr", ":0", "--json"], options);
    listened(tool, |listener| {
        if let Some(request) = caller.strip_suffix("over-plain-http") {
            let request =
                if request.is_empty() { "unsigned" } else { &request[..request.len() - 1] };
            let answer = listener.send(world.request(request));
            return (answer.get(9..12).unwrap_or("none").to_owned(), answer);
        }
        let (status, body) = world.caller(caller).post(listener.addr, "");
        (status.to_string(), body)
    })
}

/// Whether what was sent to a listener was let in, and its report agrees.
fn listened(tool: Tool, send: impl FnOnce(&Listener) -> (String, String)) -> Told {
    let listener = match Listener::try_with(tool) {
        Ok(listener) => listener,
        Err(Ended { code, stderr }) => {
            let flaw = (code == 0).then_some("ends before it listens, and all is well");
            return Told { passed: false, flaw, said: stderr };
        }
    };
    let (status, answer) = send(&listener);
    let outcome = listener.interrupt();
    let passed = status == "200";
    let items = outcome.json()["items"].as_array().unwrap().clone();
    let reported = items.iter().any(|item| item["facts"]["status"] == 200);
    let flaw = match (passed, reported, outcome.code) {
        (true, true, _) => None,
        (false, false, 1..) => None,
        (false, false, _) => Some("is refused, and the exit code says that all is well"),
        _ => Some("is answered otherwise than the report says"),
    };
    Told { passed, flaw, said: format!("{answer}\n{}{}", outcome.stdout, outcome.stderr) }
}

/// `replay` to a server: it passes when the request goes there.
fn replay(world: &World, options: &str, server: &str) -> Told {
    sent(world, &["replay"], options, server)
}

/// `send` to a server, the same way. Its scheme is an argument; where a row is not about signing it is
/// signed as usual.
fn send(world: &World, options: &str, server: &str) -> Told {
    const SIGNING: [&str; 7] = [
        "--resign",
        "--secret",
        "--scheme-file",
        "--signature-header",
        "--encoding",
        "--prefix",
        "--signed",
    ];
    let options = match SIGNING.iter().any(|option| options.contains(option)) {
        true => options.replacen("--resign ", "", 1),
        false => format!("{options} github --secret env:S"),
    };
    sent(world, &["send"], &options, server)
}

/// What becomes of a request to a server.
fn sent(world: &World, command: &[&str], options: &str, server: &str) -> Told {
    let server = world.server(server);
    let to = format!("https://{}/hook", server.address);
    let command = [command, &["--payload", "body", "--to", &to, "--json"]].concat();
    let outcome = world.tool(&command, options).run();
    let passed = outcome.code == 0 && server.requests() == 1;
    let flaw = (!passed && server.requests() > 0).then_some("sends a byte");
    Told { passed, flaw, said: outcome.stdout + &outcome.stderr }
}

/// `thumbprint` of a server: it passes when that is ok.
fn thumbprint(world: &World, options: &str, server: &str) -> Told {
    let server = world.server(server);
    let tool = world.tool(&["thumbprint", &server.address.to_string(), "--json"], options);
    let outcome = tool.run();
    let is_ok = outcome.code == 0 && {
        let items = outcome.json()["items"].as_array().unwrap().clone();
        !items.is_empty()
            && items.iter().all(|item| ["ok", "info"].map(Some).contains(&item["status"].as_str()))
    };
    let flaw = (!is_ok && server.identities() > 0).then_some("shows our identity");
    Told { passed: is_ok, flaw, said: outcome.stdout + &outcome.stderr }
}

/// `probe` of a server that asks for a certificate and lets everybody in: it passes when ours is shown.
fn probe(world: &World, options: &str, server: &str) -> Told {
    let server = world.server(server);
    let to = format!("https://{}/hook", server.address);
    let own: &[&str] = match options.contains("--accept") {
        true => &[],
        false => &["--accept", "good=good.pem", "--key", "good.key"],
    };
    let command =
        ["probe", &to, "--json", "--expect", "optional", "--rate", "1000/s", "--patience", "2s"];
    let request = ["--method", "POST", "--payload", "body"];
    let outcome = world.tool(&[&command[..], &request, own].concat(), options).run();
    let passed = outcome.code == 0 && server.identities() > 0;
    let flaw = (!passed && server.identities() > 0).then_some("shows our identity");
    Told { passed, flaw, said: outcome.stdout + &outcome.stderr }
}

/// `audit` of a server, without a test: it passes when the good request is let in.
fn audit(world: &World, options: &str, server: &str) -> Told {
    let server = world.server(server);
    let to = format!("https://{}/hook", server.address);
    let options = options.replacen("--resign ", "--scheme ", 1);
    let nothing = "get,oversize,chunked,gzip-body,duplicate-length,challenge-unverified";
    let command = ["audit", &to, "--payload", "body", "--json", "--only", "robustness", "--skip"];
    let outcome = world.tool(&[&command[..], &[nothing]].concat(), &options).run();
    let passed = outcome.code == 0 && server.requests() == 1;
    let flaw = (!passed && server.requests() > 0).then_some("sends a byte");
    Told { passed, flaw, said: outcome.stdout + &outcome.stderr }
}
