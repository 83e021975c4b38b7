//! SOCKS5 proxies: what `replay`, `send` and `thumbprint` ask a small one of ours for, and how it is said
//! when there is none, or when it does not want to. A real one is in `tests/peers/socks.rs`.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use crate::harness::listener::Listener;
use crate::harness::peer::drain;
use crate::harness::{Peer, Tool};

/// What a proxy was asked: the kind of address, the address and the port.
type Asked = Arc<Mutex<Vec<String>>>;

/// A proxy whose tunnels all lead to `behind`; with a password nobody gets past it without.
fn proxy(behind: SocketAddr, password: Option<&'static str>) -> (Peer, Asked) {
    let asked = Asked::default();
    let kept = asked.clone();
    let peer = Peer::start(move |stream| drop(serve(stream, behind, password, &kept)));
    (peer, asked)
}

/// As RFC 1928 and RFC 1929 say.
fn serve(
    mut stream: TcpStream,
    behind: SocketAddr,
    password: Option<&str>,
    asked: &Mutex<Vec<String>>,
) -> io::Result<()> {
    let [_version, count] = read(&mut stream, 2)?[..] else { return Ok(()) };
    let methods = read(&mut stream, count.into())?;
    match password {
        None => stream.write_all(&[5, 0])?,
        Some(_) if !methods.contains(&2) => return stream.write_all(&[5, 0xff]),
        Some(password) => {
            stream.write_all(&[5, 2])?;
            read(&mut stream, 1)?;
            let (user, given) = (counted(&mut stream)?, counted(&mut stream)?);
            let is_right = user == b"me" && given == password.as_bytes();
            stream.write_all(&[1, u8::from(!is_right)])?;
            if !is_right {
                return Ok(());
            }
        }
    }
    let kind = read(&mut stream, 4)?[3];
    let address = match kind {
        1 => read(&mut stream, 4)?,
        4 => read(&mut stream, 16)?,
        _ => counted(&mut stream)?,
    };
    let port = read(&mut stream, 2)?;
    let port = u16::from_be_bytes([port[0], port[1]]);
    asked.lock().unwrap().push(match kind {
        3 => format!("{}:{port}", String::from_utf8_lossy(&address)),
        _ => format!("{address:?}:{port}"),
    });
    if port == 1 {
        return stream.write_all(&[5, 5, 0, 1, 0, 0, 0, 0, 0, 0]);
    }
    stream.write_all(&[5, 0, 0, 1, 127, 0, 0, 1, 0, 7])?;
    let mut behind = TcpStream::connect(behind)?;
    let (mut back, mut forth) = (behind.try_clone()?, stream.try_clone()?);
    let other = thread::spawn(move || {
        drop(io::copy(&mut back, &mut forth));
        drop(forth.shutdown(Shutdown::Write));
    });
    drop(io::copy(&mut stream, &mut behind));
    drop(behind.shutdown(Shutdown::Write));
    drop(other.join());
    Ok(())
}

fn read(stream: &mut TcpStream, count: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; count];
    stream.read_exact(&mut bytes).map(|()| bytes)
}

/// Bytes behind their number.
fn counted(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let count = read(stream, 1)?[0];
    read(stream, count.into())
}

fn replay(to: &str) -> Tool {
    Tool::new(["replay", "--payload", "-", "--insecure", "--json", "--to", to]).stdin("{}")
}

#[test]
fn names_or_addresses_are_asked_for_as_the_scheme_says() {
    let listener = Listener::start(&["--json", "-v"]);
    let (proxy, asked) = proxy(listener.addr, None);
    let [here, there] = ["socks5", "socks5h"].map(|kind| format!("{kind}://{}", proxy.target()));
    let (known, port) = ("hooks.example:444:192.0.2.7,2001:db8::7", 444);
    let to = format!("https://hooks.example:{port}/a");
    replay(&to).args(["--proxy", &there]).run().code(0);
    replay(&to).args(["--proxy", &here, "--resolve", known]).run().code(0);
    replay(&to).args(["--proxy", &there, "--resolve", known, "-6"]).run().code(0);
    let send = ["send", "github", "--payload", "-", "--secret", "env:S", "--insecure", "--to", &to];
    Tool::new(send)
        .stdin("{}")
        .env("S", "0123456789abcdef0123456789abcdef")
        .env("ALL_PROXY", &there)
        .run()
        .code(0);
    let look = ["thumbprint", "hooks.example:444", "--json"];
    let item = Tool::new(look).args(["--proxy", &there]).run().code(0).item();
    assert_eq!(item["facts"]["address"], serde_json::Value::Null, "{item}");
    assert_eq!(item["facts"]["server_name"], "hooks.example");
    // Names that are not to go through it are looked up here, and this one is unknown.
    let around = Tool::new(["thumbprint", "a.invalid:444", "--json"]);
    let around = around.env("ALL_PROXY", &there).env("NO_PROXY", ".invalid").run().code(3);
    assert_eq!(around.item()["failure"]["code"], "dns");
    let v4 = "[192, 0, 2, 7]:444";
    let v6 = "[32, 1, 13, 184, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7]:444";
    let name = "hooks.example:444";
    assert_eq!(*asked.lock().unwrap(), [name, v4, v6, name, name]);
    drop(listener);
}

#[test]
fn a_password_is_given_to_the_proxy_and_nobody_else_sees_it() {
    let listener = Listener::start(&["--json"]);
    let (proxy, asked) = proxy(listener.addr, Some("p@ss:1"));
    let to = "https://hooks.example/a";
    let with = |user: &str| {
        replay(to).args(["--proxy", &format!("socks5h://{user}{}", proxy.target())]).run()
    };
    let without = with("").code(3).item()["failure"].clone();
    assert_eq!(without["code"], "proxy");
    assert!(
        without["message"].as_str().unwrap().ends_with("it requires authentication"),
        "{without}"
    );
    let wrong = with("me:hunter2@").code(3);
    let right = with("me:p%40ss:1@").code(0);
    for text in [&wrong.stdout, &wrong.stderr, &right.stdout, &right.stderr] {
        assert!(
            !text.contains("hunter2") && !text.contains("p@ss") && !text.contains("p%40"),
            "{text}"
        );
    }
    assert_eq!(wrong.item()["failure"]["code"], "proxy");
    assert_eq!(*asked.lock().unwrap(), ["hooks.example:443"]);
    drop(listener);
}

#[test]
fn one_that_is_gone_is_none_or_does_not_want_to() {
    let failure = |proxy: &str, to: &str, more: &[&str]| {
        let failure =
            replay(to).args(["--proxy", proxy]).args(more).run().code(3).item()["failure"].clone();
        (failure["code"].as_str().unwrap().to_owned(), failure.to_string())
    };
    let to = "https://hooks.example/";
    assert_eq!(failure("socks5h://127.0.0.1:1", to, &[]).0, "proxy");
    let web = Peer::saying(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    let (code, said) = failure(&format!("socks5h://{}", web.target()), to, &[]);
    assert!(code == "proxy" && said.contains("is it an http:// proxy?"), "{said}");
    let silent = Peer::start(drain);
    let (code, said) =
        failure(&format!("socks5h://{}", silent.target()), to, &["--timeout", "300ms"]);
    assert!(code == "timeout" && said.contains("while asking the proxy for a tunnel"), "{said}");
    let (proxy, _) = proxy(([127, 0, 0, 1], 1).into(), None);
    let (code, said) =
        failure(&format!("socks5h://{}", proxy.target()), "https://hooks.example:1", &[]);
    assert!(code == "proxy" && said.contains("5 connection refused"), "{said}");
    // Spoken is version 5 alone, and the environment is not ignored.
    let refused = replay(to).env("ALL_PROXY", "socks4://127.0.0.1:1").run().code(2);
    assert!(refused.stdout.contains("ALL_PROXY"), "{}", refused.stdout);
}
