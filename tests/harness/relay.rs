//! A relay on loopback that delays every byte by the same time, each way: a server far away.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use super::Peer;

/// Relays connections to this port of loopback.
pub fn start(port: u16, delay: Duration) -> Peer {
    Peer::start(move |near| {
        let Ok(far) = TcpStream::connect(("127.0.0.1", port)) else { return };
        let halves =
            |stream: &TcpStream| (stream.try_clone().unwrap(), stream.try_clone().unwrap());
        for stream in [&near, &far] {
            let _ = stream.set_nodelay(true);
            let _ = stream.set_read_timeout(Some(Duration::from_secs(60)));
        }
        let ((near_in, near_out), (far_in, far_out)) = (halves(&near), halves(&far));
        let there = thread::spawn(move || carry(near_in, far_out, delay));
        carry(far_in, near_out, delay);
        let _ = near.shutdown(Shutdown::Both);
        let _ = there.join();
    })
}

/// Carries everything one way, each piece when its time has come.
fn carry(mut from: TcpStream, mut to: TcpStream, delay: Duration) {
    let (pieces, due) = mpsc::channel::<(Instant, Vec<u8>)>();
    let writer = thread::spawn(move || {
        for (at, piece) in due {
            thread::sleep(at.saturating_duration_since(Instant::now()));
            if piece.is_empty() || to.write_all(&piece).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Write);
    });
    let mut buffer = [0; 16 * 1024];
    loop {
        let count = from.read(&mut buffer).unwrap_or(0);
        let piece = (Instant::now() + delay, buffer[..count].to_vec());
        if pieces.send(piece).is_err() || count == 0 {
            break;
        }
    }
    drop(pieces);
    let _ = writer.join();
}

/// Carries everything between two connections.
pub fn between(near: TcpStream, far: TcpStream, delay: Duration) {
    for stream in [&near, &far] {
        let _ = stream.set_nodelay(true);
        let _ = stream.set_read_timeout(Some(Duration::from_secs(60)));
    }
    let halves = |stream: &TcpStream| (stream.try_clone().unwrap(), stream.try_clone().unwrap());
    let ((near_in, near_out), (far_in, far_out)) = (halves(&near), halves(&far));
    let there = thread::spawn(move || carry(near_in, far_out, delay));
    carry(far_in, near_out, delay);
    let _ = near.shutdown(Shutdown::Both);
    let _ = there.join();
}
