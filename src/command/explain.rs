//! `explain [CODE | ALERT | TEXT | FILE]`: what does this mean, and what now? Nothing is connected to,
//! whatever is given.

use std::borrow::Cow;
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};

use crate::args::identity::IdentityArgs;
use crate::command::{Context, identity};
use crate::error::{Error, Result};
use crate::explain::{self, Answer, Own, Rules, asked, audit, near, pages, secrets, table};
use crate::failure::Failure;
use crate::finding::{Code, Finding};
use crate::input::{named, too_large};
use crate::nearest::did_you_mean;
use crate::outcome::Outcome;
use crate::outcome::explanation::{Explanation, Kind};
use crate::outcome::text;
use crate::report::{Item, Reporter};
use crate::store;

/// Shown in help and man page.
pub const EXAMPLES: &str = "Examples:
  # a code in a report, a TLS alert, an error number of a program
  hookprint explain certificate-expired
  hookprint explain 48
  hookprint explain openssl:20
  # a message or a log, with your own certificate
  curl -v https://hooks.example 2>&1 |
      hookprint explain --cert client.p12 --password prompt
  # only what Java says
  hookprint explain --from java < catalina.out
  # everything known of a kind
  hookprint explain --list alerts
";

/// Shown after the options.
pub const AFTER: &str = "Codes of findings and failures, TLS alerts by number or name, numbers \
                         with a prefix (tls:116, openssl:20, curl:56, http:495, iis:403.16, \
                         exit:3, 0x80090327), audit tests (audit:stale), and messages or logs as \
                         printed.";

/// What is said where nothing is asked.
const WHAT_CAN_BE_ASKED: &str = "hookprint explain takes

  a code of a finding or failure    hookprint explain certificate-expired
  a TLS alert, number or name       hookprint explain 48, hookprint explain unknown_ca
  a number with a prefix            openssl:20, curl:56, http:495, iis:403.16, exit:3, tls:116
  a test of audit                   hookprint explain audit:stale
  a message, as printed             hookprint explain 'certificate verify failed'
  a log, or the output of a program hookprint explain error.log, curl -v ... 2>&1 | hookprint explain

hookprint explain --list shows everything known; --cert FILE ranks causes by what your own
certificate proves.
";

/// What is searched where no file is named.
const STDIN: &str = "standard input";

/// The most that is read of a text: 10 MiB.
const LONGEST: u64 = 10 << 20;

/// Arguments of `explain`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// A code, alert, number, text, or a file with one; - or nothing is standard input
    #[arg(value_name = "WORDS", allow_hyphen_values = false)]
    words: Vec<PathBuf>,
    /// Only messages of this program, for example java, nginx or curl
    #[arg(long, value_name = "PROGRAM", value_parser = program)]
    from: Option<String>,
    /// List everything of a kind, or all of it
    #[arg(long, value_name = "KIND", num_args = 0..=1, conflicts_with = "words")]
    list: Option<Option<List>>,
    /// Your own certificate: causes are ranked by what it proves
    #[command(flatten)]
    identity: IdentityArgs,
}

/// What is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum List {
    /// Codes of findings and failures
    Codes,
    /// TLS alerts
    Alerts,
    /// Tests of audit
    Audit,
    /// Messages and numbers of programs
    Messages,
}

/// A program whose words are known.
fn program(name: &str) -> Result<String> {
    if table::is_known(name) {
        return Ok(name.to_owned());
    }
    let known = table::programs();
    let near = did_you_mean(name, known.iter().copied());
    let error = Error::usage("is not a program whose messages are known");
    Err(error.help(near.unwrap_or_else(|| format!("there are: {}", known.join(", ")))))
}

/// Explains what was asked for.
pub fn run(args: &Args, context: &Context, reporter: &mut Reporter) -> Result<()> {
    if let Some(kind) = args.list {
        return list(kind, args.from.as_deref(), reporter);
    }
    args.identity.passwords_have_a_use([], false)?;
    let own = own(args, context)?;
    let words: Vec<String> =
        args.words.iter().map(|word| word.to_string_lossy().into_owned()).collect();
    let joined = words.join(" ");
    let found = asked::asked(&joined, own.as_ref(), context.now);
    if !found.is_empty() {
        return found.into_iter().try_for_each(|one| reporter.item(item(joined.clone(), one)));
    }
    let source = source(&args.words, context)?;
    let text = match &source {
        Text::Pasted => Cow::Borrowed(joined.as_str()),
        Text::Read(_, bytes) => explain::text::decoded(bytes),
    };
    if text.trim().is_empty() {
        return match args.words.is_empty() {
            true => reporter.item(Item {
                outcome: Outcome::Text(text::Text::new(WHAT_CAN_BE_ASKED)),
                ..Item::new("explain")
            }),
            false => reporter.item(Item::failed("explain", unknown(&source, ""))),
        };
    }
    let rules = Rules { from: args.from.as_deref(), own: own.as_ref(), now: context.now };
    let Answer { explanations, cut } = explain::explain(&text, &rules);
    if cut > 0 {
        let lines = if cut == 1 { "1 line was".to_owned() } else { format!("{cut} lines were") };
        context.note(&format!("{lines} longer than 64 KiB; what is beyond was not searched"));
    }
    let mut items: Vec<Item> =
        explanations.into_iter().map(|(words, one)| item(words, one)).collect();
    if items.is_empty() {
        let subject = match &source {
            Text::Pasted => near::words(&text),
            Text::Read(name, _) => name.clone(),
        };
        items.push(Item::failed(subject, unknown(&source, &text)));
    }
    items[0].findings.extend(secrets::pasted(&text).into_iter().map(pasted));
    items.into_iter().try_for_each(|item| reporter.item(item))
}

fn item(subject: String, one: Explanation) -> Item {
    Item { outcome: Outcome::Explanation(Box::new(one)), ..Item::new(subject) }
}

/// Our own certificate; that its key does not fit, or cannot be used, is an answer too.
fn own(args: &Args, context: &Context) -> Result<Option<Own>> {
    match identity::load(&args.identity, context) {
        Ok(identity) => Ok(identity.map(Own::Usable)),
        Err(error) if matches!(error.code, Failure::KeyMismatch | Failure::Unsupported) => {
            Ok(Some(Own::Broken(error)))
        }
        Err(error) => Err(error),
    }
}

/// What was given to be searched.
enum Text {
    /// The words themselves.
    Pasted,
    /// Bytes of a file or of standard input, and what that is called.
    Read(String, Vec<u8>),
}

/// One word that is the name of a file means what is in it.
fn source(words: &[PathBuf], context: &Context) -> Result<Text> {
    let path = match words {
        [] if io::stdin().is_terminal() => return Ok(Text::Pasted),
        [] => Path::new("-"),
        [word] if word.as_os_str() == "-" || word.exists() => word.as_path(),
        _ => return Ok(Text::Pasted),
    };
    if path.is_dir() {
        return Err(Error::usage(format!("{} is a folder", named::file(path)))
            .help("give a file with text, or the text itself"));
    }
    if path.as_os_str() != "-" {
        return Ok(Text::Read(named::file(path), context.input.read_at_most(path, LONGEST)?));
    }
    // The program whose output it is may take its time.
    let mut bytes = Vec::new();
    let reader = context.input.stream(path)?.take(LONGEST + 1);
    context.each_piece(path, reader, |piece| bytes.extend_from_slice(piece))?;
    match bytes.len() as u64 > LONGEST {
        true => Err(too_large(path, LONGEST)),
        false => Ok(Text::Read(STDIN.to_owned(), bytes)),
    }
}

/// Nothing was recognised: what was looked at, and what is near it. A certificate or keystore is for
/// another command.
fn unknown(source: &Text, text: &str) -> Error {
    if let Text::Read(name, bytes) = source
        && let Some(format) = store::told(bytes)
    {
        let message = format!("{name}: a certificate or keystore ({format}), not text");
        return Error::new(Failure::NotKnown, message).help(match name.as_str() {
            STDIN => "give it to hookprint inspect - to see what is in it".to_owned(),
            name => format!("hookprint inspect {name} shows what is in it"),
        });
    }
    let words = near::words(text);
    let looked = match source {
        Text::Pasted => words,
        Text::Read(name, _) if words.is_empty() => format!("{name}: it is empty"),
        Text::Read(name, _) => format!("{name}, which begins: {words}"),
    };
    let error = Error::new(Failure::NotKnown, format!("nothing in it is known: {looked}"));
    match near::nearest(text) {
        near if near.is_empty() => {
            error.help("paste more of it; hookprint explain --list shows what is known")
        }
        near => error.help(format!("similar: {}", near.join("; "))),
    }
}

fn pasted(one: secrets::Pasted) -> Finding {
    let message = format!("line {} holds {}", one.line, one.what);
    Finding::new(Code::SecretPasted, "the text", message)
        .help("anyone who can read this text can use it: replace it")
}

/// Everything of a kind, a line each.
fn list(kind: Option<List>, from: Option<&str>, reporter: &mut Reporter) -> Result<()> {
    if from.is_some() && kind != Some(List::Messages) {
        return Err(Error::usage("--from chooses among messages of programs")
            .help("list them with --list messages"));
    }
    let is = |wanted: List| kind.is_none_or(|kind| kind == wanted);
    let mut all = Vec::new();
    if is(List::Codes) {
        all.extend(pages::all());
    }
    if is(List::Audit) {
        all.extend(audit::all());
    }
    let rows = table::rows().iter().filter(|row| from.is_none_or(|from| row.is_from(from)));
    all.extend(rows.filter_map(|row| match row.alert {
        Some(_) => is(List::Alerts).then(|| row.explained(Kind::Alert)),
        None => is(List::Messages).then(|| row.explained(Kind::Message)),
    }));
    all.into_iter().try_for_each(|one| {
        let one = Explanation { is_listed: true, ..one };
        reporter.item(item(one.id.clone(), one))
    })
}
