//! A password that is not needed any more is nowhere in the memory of the process.

use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::process::Stdio;

use crate::harness::{Running, Tool};
use crate::needs;

tests!(no_copy_of_a_password_stays,);

const PASSWORD: &str = "correct horse battery staple 7f3a";

/// Places in the memory of a process (proc_pid_maps(5)) that hold these bytes; `None` where it may
/// not be looked at.
fn places(process: u32, bytes: &[u8]) -> Option<Vec<String>> {
    let maps = std::fs::read_to_string(format!("/proc/{process}/maps")).ok()?;
    let mut memory = std::fs::File::open(format!("/proc/{process}/mem")).ok()?;
    let mut places = Vec::new();
    for line in maps.lines().filter(|line| line.contains(" rw")) {
        let (start, end) = line.split_once(' ')?.0.split_once('-')?;
        let [start, end] = [start, end].map(|text| u64::from_str_radix(text, 16).unwrap());
        let mut piece = vec![0; usize::try_from(end - start).unwrap()];
        let found = memory.seek(SeekFrom::Start(start)).and_then(|_| memory.read_exact(&mut piece));
        // Some mappings cannot be read, the kernel's own among them.
        if found.is_ok() && holds(&piece, bytes) {
            places.push(line.to_owned());
        }
    }
    Some(places)
}

/// Whether some bytes are among these, most of which were never touched.
fn holds(piece: &[u8], bytes: &[u8]) -> bool {
    let touched = |page: &[u8]| page != &[0; 4096][..page.len()];
    let mut carried = Vec::new();
    piece.chunks(4096).any(|page| {
        if !touched(page) {
            carried.clear();
            return false;
        }
        carried.extend_from_slice(page);
        let found = carried.windows(bytes.len()).any(|window| window == bytes);
        let rest = carried.len().saturating_sub(bytes.len());
        carried.drain(..rest);
        found
    })
}

/// `listen` with a store that this source of its password opens, once it listens.
fn listening(folder: &Path, source: &str) -> Running {
    let identity = ["--cert", "client.p12", "--password", source];
    let tool = Tool::new(["listen", "--addr", "127.0.0.1:0"]).args(identity).dir(folder);
    let mut command = match source {
        "fd:3" => {
            let inner = tool.into_command();
            let mut shell = std::process::Command::new("sh");
            shell.args(["-c", "exec \"$0\" \"$@\" 3<&0"]).arg(inner.get_program());
            shell.args(inner.get_args()).current_dir(folder);
            shell
        }
        _ => tool.into_command(),
    };
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = Running(command.spawn().unwrap());
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(format!("{PASSWORD}\n").as_bytes()).unwrap();
    drop(stdin);
    let mut line = String::new();
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with("listening on "), "{source}: {line}");
    child
}

fn no_copy_of_a_password_stays() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("pw"), format!("{PASSWORD}\n")).unwrap();
    let mint = ["mint", "m", "--password", "file:pw"];
    Tool::new(mint).dir(folder.path()).run().code(0);
    std::fs::copy(folder.path().join("m/client.p12"), folder.path().join("client.p12")).unwrap();
    for source in ["stdin", "file:pw", "fd:3"] {
        let child = listening(folder.path(), source);
        // The scan finds what is there: the name of the file is, among the arguments.
        let Some(known) = places(child.id(), b"client.p12") else {
            needs::ignore("the memory of a child may not be looked at");
        };
        assert!(!known.is_empty());
        let found = places(child.id(), PASSWORD.as_bytes()).unwrap();
        assert!(found.is_empty(), "{source}: {found:#?}");
    }
}
