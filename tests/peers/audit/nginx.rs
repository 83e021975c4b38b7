//! nginx before a receiver, or alone.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::harness::Running;
use crate::harness::peers::{free_port, wait_for};

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
