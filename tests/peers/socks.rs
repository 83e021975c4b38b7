//! SOCKS proxies of other people: microsocks, with a password and without.

use std::process::{Command, Stdio};

use crate::harness::listener::Listener;
use crate::harness::peers::{free_port, wait_for};
use crate::harness::{Running, Tool};
use crate::needs;

tests!(microsocks_makes_the_tunnel,);

/// A running proxy, and its port.
fn microsocks(more: &[&str]) -> (Running, u16) {
    let port = free_port();
    let mut command = Command::new("microsocks");
    command.args(["-i", "127.0.0.1", "-p", &port.to_string()]).args(more);
    let process = Running(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
    wait_for(port);
    (process, port)
}

fn microsocks_makes_the_tunnel() {
    needs::program("microsocks");
    let listener = Listener::start(&["--json"]);
    let port = listener.addr.port();
    let (_open, open) = microsocks(&[]);
    let (_closed, closed) = microsocks(&["-u", "me", "-P", "p@ss"]);
    for (proxy, code) in [
        (format!("socks5://127.0.0.1:{open}"), 0),
        (format!("socks5h://127.0.0.1:{open}"), 0),
        (format!("socks5h://any:one@127.0.0.1:{open}"), 0),
        (format!("socks5h://me:p%40ss@127.0.0.1:{closed}"), 0),
        (format!("socks5h://me:wrong@127.0.0.1:{closed}"), 3),
        (format!("socks5h://127.0.0.1:{closed}"), 3),
        (format!("http://127.0.0.1:{open}"), 3),
    ] {
        let target = format!("localhost:{port}");
        let look = ["thumbprint", &target, "--json", "--proxy", &proxy];
        let item = Tool::new(look).run().code(code).item();
        let to = format!("https://{target}/a");
        let replay = ["replay", "--payload", "-", "--to", &to, "--insecure", "--json"];
        let replay =
            Tool::new(replay).args(["--proxy", &proxy]).stdin("{}").run().code(code).item();
        if code == 0 {
            assert_eq!(replay["facts"]["status"], 200, "{proxy}: {replay}");
            assert_eq!(item["facts"]["proven"], true, "{proxy}: {item}");
        } else {
            let code = item["failure"]["code"].as_str().unwrap();
            assert!(["proxy", "closed", "reset"].contains(&code), "{proxy}: {item}");
        }
    }
    // What it cannot reach is its failure, and says so.
    let look = ["thumbprint", "127.0.0.1:1", "--json", "--proxy"];
    let refused = Tool::new(look).args([format!("socks5://127.0.0.1:{open}")]).run().code(3).item();
    assert_eq!(refused["failure"]["code"], "proxy", "{refused}");
}
