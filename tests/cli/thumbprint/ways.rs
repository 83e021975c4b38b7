//! Ways to a server: proxies, every address of a name.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

use super::pins::{old_and_new, sha1};
use crate::harness::pki::NOW;
use crate::harness::tls::{config, serve_tls};
use crate::harness::{Peer, Tool};

/// Reads one line.
fn heard(stream: &TcpStream) -> String {
    let mut line = String::new();
    // One byte at a time: what follows the line is TLS.
    let mut reader = BufReader::with_capacity(1, stream);
    let _ = reader.read_line(&mut line);
    line
}

#[test]
fn a_proxy_makes_a_tunnel_and_looks_the_name_up() {
    let (_, old, _) = old_and_new();
    let (print, config) = (sha1(&old), config(&[old]));
    let peer = Peer::start(move |mut stream| {
        assert_eq!(heard(&stream), "CONNECT hooks.invalid:443 HTTP/1.1\r\n");
        while heard(&stream).trim() != "" {}
        let _ = stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n");
        serve_tls(stream, config.clone());
    });
    let proxy = format!("http://{}", peer.target());
    let args = ["thumbprint", "hooks.invalid", "--json", "--at", NOW];
    for tool in [
        Tool::new(args).args(["--proxy", &proxy]),
        Tool::new(args).env("https_proxy", &proxy),
        Tool::new(args).env("ALL_PROXY", &proxy),
    ] {
        let facts = tool.run().code(0).item()["facts"].clone();
        assert_eq!(facts["chain"][0]["sha1"], print);
        assert_eq!(facts["address"], serde_json::Value::Null);
        assert_eq!(facts["server_name"], "hooks.invalid");
    }
    let around = Tool::new(args).env("https_proxy", &proxy).env("NO_PROXY", ".invalid");
    assert_eq!(around.run().code(3).item()["failure"]["code"], "dns");
}

#[test]
fn every_address_is_asked_and_the_one_that_differs_is_named() {
    let (_, old, new) = old_and_new();
    let (old_config, new_config) = (config(&[old]), config(&[new]));
    let first = Peer::start(move |stream| serve_tls(stream, new_config.clone()));
    let port: u16 = first.target().rsplit_once(':').unwrap().1.parse().unwrap();
    let second =
        Peer::start_at(("127.0.0.2", port), move |stream| serve_tls(stream, old_config.clone()));
    let host = format!("hooks.invalid:{port}");
    let at = |address: &str| format!("--resolve={host}:{address}");
    let args = ["thumbprint", &host, "--all-ips", "--at", NOW];
    // Nothing listens at 127.0.0.3: the others are reported all the same.
    let addresses = [at("127.0.0.1"), at("127.0.0.2"), at("127.0.0.3")];
    let report = Tool::new(args).args(&addresses).args(["--json"]).run().code(3).json();
    let items = report["items"].as_array().unwrap();
    assert_eq!(items.len(), 3);
    assert_eq!(items[0]["facts"]["address"], first.target());
    assert_eq!(items[1]["facts"]["address"], second.target());
    assert_eq!(items[2]["failure"]["code"], "refused");
    let differing: Vec<bool> = items
        .iter()
        .map(|item| item["findings"].to_string().contains("thumbprint-differs"))
        .collect();
    assert_eq!(differing.iter().filter(|differs| **differs).count(), 1, "{report}");
    let human = Tool::new(args).args(&addresses).run().code(3).stdout;
    assert_eq!(human.lines().count(), 4, "{human}");
}
