//! A running `hookprint listen`, on a port of its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::Stdio;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use hookprint::capture::{self, Captured};
use serde_json::Value;

use super::{Outcome, Running, Tool};

/// It is told to end, and fails the test when it does not, even if the test is over.
pub struct Listener {
    child: Running,
    started: Instant,
    stdout: Option<JoinHandle<String>>,
    stderr: Option<JoinHandle<String>>,
    pub url: String,
    pub addr: SocketAddr,
}

/// How one ended that never listened.
#[derive(Debug)]
pub struct Ended {
    pub code: i32,
    pub stderr: String,
}

impl Listener {
    /// Starts it with these arguments beside `listen --addr :0`, and waits until it listens.
    pub fn start(args: &[&str]) -> Self {
        Self::with(Tool::new(["listen", "--addr", ":0"]).args(args))
    }

    pub fn with(tool: Tool) -> Self {
        Self::try_with(tool).unwrap_or_else(|ended| panic!("{}", ended.stderr))
    }

    /// The same; how it ended if it never listened.
    pub fn try_with(tool: Tool) -> Result<Self, Ended> {
        let mut command = tool.into_command();
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = Running(child.unwrap());
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        stderr.read_line(&mut line).unwrap();
        let Some(url) = line.trim().strip_prefix("listening on ") else {
            stderr.read_to_string(&mut line).unwrap();
            let code = child.wait().unwrap().code().unwrap_or(-1);
            return Err(Ended { code, stderr: line });
        };
        let addr = url.rsplit('/').next().unwrap().parse().unwrap();
        let url = url.to_owned();
        let collect = |mut reader: Box<dyn Read + Send>| {
            std::thread::spawn(move || {
                let mut text = String::new();
                reader.read_to_string(&mut text).unwrap();
                text
            })
        };
        let stdout = Some(collect(Box::new(child.stdout.take().unwrap())));
        let stderr = Some(collect(Box::new(stderr)));
        Ok(Self { child, started: Instant::now(), stdout, stderr, url, addr })
    }

    /// Sends bytes over a plain connection and returns all that comes back until it is closed.
    pub fn send(&self, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.addr).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        // A refusal may come, and close, before everything is written.
        let _ = stream.write_all(bytes);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// How much memory it has in kB: `VmRSS` now, `VmHWM` at most so far.
    #[cfg(target_os = "linux")]
    pub fn memory(&self, what: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(what)).unwrap();
        line.trim_matches([':', ' ', '\t', 'k', 'B']).parse().unwrap()
    }

    /// Interrupts it as Ctrl-C does.
    pub fn signal(&self) {
        let id = self.child.id().to_string();
        assert!(std::process::Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    }

    /// Kills it: it can do nothing more.
    pub fn kill(&self) {
        let id = self.child.id().to_string();
        assert!(
            std::process::Command::new("kill").args(["-KILL", &id]).status().unwrap().success()
        );
    }

    /// Interrupts it, and returns how it came out.
    pub fn interrupt(self) -> Outcome {
        self.signal();
        self.wait()
    }

    /// Waits until it ends by itself.
    pub fn wait(mut self) -> Outcome {
        let waiting = Instant::now();
        let code = loop {
            match self.child.try_wait().unwrap() {
                Some(status) => break status.code().unwrap_or(-1),
                None if waiting.elapsed() > Duration::from_secs(40) => panic!("does not end"),
                None => std::thread::sleep(Duration::from_millis(2)),
            }
        };
        Outcome {
            code,
            stdout: self.stdout.take().unwrap().join().unwrap(),
            stderr: self.stderr.take().unwrap().join().unwrap(),
            elapsed: self.started.elapsed(),
        }
    }
}

/// Everything in a capture, by its own reader.
pub fn captured(path: &std::path::Path) -> Vec<Captured> {
    let file = std::fs::File::open(path).unwrap();
    let read = capture::load(file, &capture::Options::default()).unwrap();
    read.map(|one| one.unwrap()).collect()
}

/// The items of a report in JSON.
pub fn items(stdout: &str) -> Vec<Value> {
    let report: Value = serde_json::from_str(stdout).unwrap_or_else(|_| panic!("{stdout}"));
    report["items"].as_array().unwrap().clone()
}
