//! nginx before a receiver, or alone.

use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::harness::Running;

const CONFIGURATION: &str = include_str!("nginx.conf");

/// An nginx that serves TLS with the files of a folder.
pub struct Nginx {
    _process: Running,
    port: u16,
}

impl Nginx {
    /// `server` says whom it lets in, `location` what they get.
    pub fn start(folder: &Path, server: &str, location: &str) -> Self {
        let port = free_port();
        let file = folder.join("nginx.conf");
        let text = CONFIGURATION
            .replace("{folder}", folder.to_str().unwrap())
            .replace("{port}", &port.to_string())
            .replace("{server}", server)
            .replace("{location}", location);
        std::fs::write(&file, text).unwrap();
        let process = Command::new("nginx").arg("-c").arg(file).stderr(Stdio::null()).spawn();
        let process = Running(process.unwrap());
        wait_for(port);
        Self { _process: process, port }
    }

    pub fn url(&self) -> String {
        format!("https://127.0.0.1:{}/in", self.port)
    }
}

/// A port that was free a moment ago.
pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Waits until somebody listens there.
pub fn wait_for(port: u16) {
    let started = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(started.elapsed() < Duration::from_secs(20), "nothing listens on {port}");
        std::thread::sleep(Duration::from_millis(50));
    }
}
