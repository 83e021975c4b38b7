//! `merge FILE...`: the rows of several runs over parts of one input as the rows of one run over all
//! of it, in the order of the input. No more than one row of a file is held.

mod mark;
mod rows;

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::path::PathBuf;

use crate::args::unpack::UnpackArgs;
use crate::command::Context;
use crate::error::{Error, Result};
use crate::failure::Failure;
use crate::input::named;
use crate::net::files;
use crate::outcome::Summary;
use crate::outcome::merged::Sums;
use crate::render::progress::{Progress, Total, Unit};
use crate::report::{Item, Part, Reporter, Tally};
use crate::shard::Shard;

use mark::Mark;
use rows::Rows;

/// Shown in help and man page.
pub const EXAMPLES: &str = r"Examples:
  # 64 parts of one run, as one report
  hookprint merge --expect 64 out/*.ndjson --format prometheus \
      --output pins.prom
  # only what is wrong, as rows
  hookprint merge out/*.ndjson.zst --format ndjson -q
";

/// Memory for all files that are read side by side, in bytes.
const BUFFERS: usize = 8 << 20;

/// Arguments of `merge`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Output of --format ndjson with --end-mark, --shard or --resume, compressed or not
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Required number of shards
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    expect: Option<u64>,
    /// How compressed files are read.
    #[command(flatten)]
    unpacking: UnpackArgs,
}

/// Looks at the end of every file first: nothing is written of parts that are not a whole.
pub fn run(args: &Args, context: &Context, reporter: &mut Reporter) -> Result<()> {
    if args.files.iter().any(|path| path.as_os_str() == "-") {
        return Err(Error::usage(
            "merge reads the end of each file first, which standard input does not allow",
        )
        .help("save the input to a file"));
    }
    let names: Vec<String> = args.files.iter().map(|path| named::file(path)).collect();
    let marks: Vec<Result<Mark>> =
        args.files.iter().map(|path| mark::read(path, args.unpacking.max_ratio)).collect();
    let marks = match mark::whole(&names, marks, args.expect) {
        Ok(marks) => marks,
        Err(problems) => {
            reporter.is_cut_short = true;
            return problems
                .into_iter()
                .try_for_each(|(subject, error)| reporter.item(Item::failed(subject, error)));
        }
    };
    let limit = files::limit().filter(|_| files::room_for(names.len(), 1) < names.len());
    if let Some(limit) = limit {
        let many = names.len();
        let message =
            format!("{many} files are read side by side; this process may open only {limit}");
        return Err(Error::new(Failure::OwnLimit, message).help("allow more with ulimit -n"));
    }
    let input_sha256 = marks.first().map(|mark| mark.input_sha256.clone()).unwrap_or_default();
    reporter.merges(Part { shard: Shard::WHOLE, input_sha256 });
    let mut sums = Sums::default();
    marks.iter().for_each(|mark| sums.add(&mark.summary.more));
    let unshown = merge(args, context, &names, &marks, reporter)?;
    reporter.summary = Summary::Merged(sums);
    reporter.unshown(&unshown);
    let records = marks.iter().map(|mark| mark.input).sum();
    reporter.reached(records, records);
    Ok(())
}

/// A file that is being read, and its next row.
struct Open {
    rows: Rows,
    next: Option<Item>,
}

/// Reports all rows in the order of their numbers. Returns how many more items there were, that the
/// runs did not show.
fn merge(
    args: &Args,
    context: &Context,
    names: &[String],
    marks: &[Mark],
    reporter: &mut Reporter,
) -> Result<Tally> {
    let buffer = (BUFFERS / args.files.len()).clamp(4 << 10, 64 << 10);
    let failed = |name: &str, error, reporter: &mut Reporter| {
        reporter.is_cut_short = true;
        reporter.item(Item::failed(name, error))
    };
    let mut unshown = Tally::default();
    let mut files = Vec::new();
    let mut order = BinaryHeap::new();
    for (index, path) in args.files.iter().enumerate() {
        let rows = context.input.stream(path);
        let rows = rows.map(|reader| Rows::new(reader, args.unpacking.max_ratio, buffer, path));
        match rows {
            Ok(rows) => {
                files.push(Some(Open { rows, next: None }));
                order.push(Reverse((None, index)));
            }
            Err(error) => {
                files.push(None);
                failed(&names[index], error, reporter)?;
            }
        }
    }
    let records = marks.iter().map(|mark| mark.input).sum();
    let mut progress =
        Progress::new(Total::Of(records), Unit::Things("records"), context.is_quiet());
    let mut last = None;
    while let Some(Reverse((n, index))) = order.pop() {
        let Some(open) = &mut files[index] else { continue };
        if let Some(row) = open.next.take() {
            let number = row.position.map(|position| position.n);
            if let (Some(number), Some((before, other))) = (number, last)
                && number == before
                && other != index
            {
                let message = format!("record {number} is in {} too", names[other]);
                failed(&names[index], Error::new(Failure::ShardDouble, message), reporter)?;
            }
            // Of records that the runs did not show there are no rows: their numbers tell of them.
            let known = last.map_or(0, |(before, _)| before);
            progress.add(number.unwrap_or(known).saturating_sub(known));
            last = number.map(|number| (number, index)).or(last);
            reporter.item(row)?;
        }
        match open.rows.next() {
            Ok(Some(row)) => {
                order.push(Reverse((row.position.map(|position| position.n).or(n), index)));
                open.next = Some(row);
            }
            Ok(None) => match marks[index].unshown(&open.rows.tally) {
                Some(more) => unshown.extend(&more),
                None => {
                    let message = "its rows do not match its end mark";
                    let error = Error::new(Failure::Malformed, message)
                        .help("rows were removed or added: run that shard again");
                    failed(&names[index], error, reporter)?;
                }
            },
            Err(error) => failed(&names[index], error, reporter)?,
        }
    }
    Ok(unshown)
}
