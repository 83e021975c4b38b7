//! Peers on loopback that misbehave as told: raw TCP, port 0, own threads, gone when dropped.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use socket2::{Domain, Socket, Type};

/// A peer; it fails the test when nobody ever called.
pub struct Peer {
    address: SocketAddr,
    /// Whose call is the last: all that came before it are counted, also of those who have gone again.
    last: Arc<Mutex<Option<SocketAddr>>>,
    calls: Arc<AtomicUsize>,
    thread: Option<JoinHandle<()>>,
}

impl Peer {
    /// Answers every connection like this, each on a thread of its own.
    pub fn start(behave: impl Fn(TcpStream) + Send + Sync + 'static) -> Self {
        Self::start_at(("127.0.0.1", 0), behave)
    }

    /// The same, at this address.
    pub fn start_at(
        address: (&str, u16),
        behave: impl Fn(TcpStream) + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind(address).unwrap();
        let address = listener.local_addr().unwrap();
        let (last, calls) = (Arc::<Mutex<_>>::default(), Arc::new(AtomicUsize::new(0)));
        let (end, called) = (last.clone(), calls.clone());
        let behave = Arc::new(behave);
        let thread = thread::spawn(move || {
            loop {
                let Ok((stream, caller)) = listener.accept() else { continue };
                if *end.lock().unwrap() == Some(caller) {
                    return;
                }
                called.fetch_add(1, Ordering::SeqCst);
                let _ = stream.set_read_timeout(Some(Duration::from_secs(20)));
                let _ = stream.set_write_timeout(Some(Duration::from_secs(20)));
                let behave = behave.clone();
                thread::spawn(move || behave(stream));
            }
        });
        Self { address, last, calls, thread: Some(thread) }
    }

    /// Says this after the first bytes have come, then waits for the peer to go.
    pub fn saying(bytes: &'static [u8]) -> Self {
        Self::start(move |mut stream| {
            let mut heard = [0; 4096];
            let _ = stream.read(&mut heard);
            let _ = stream.write_all(bytes);
            drain(stream);
        })
    }

    /// `127.0.0.1:PORT`.
    pub fn target(&self) -> String {
        self.address.to_string()
    }

    /// How many connections there were.
    pub fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

/// Reads until the other side has gone.
pub fn drain(mut stream: TcpStream) {
    let mut heard = [0; 4096];
    while matches!(stream.read(&mut heard), Ok(count) if count > 0) {}
}

impl Drop for Peer {
    fn drop(&mut self) {
        if thread::panicking() {
            return;
        }
        let ours = Socket::new(Domain::for_address(self.address), Type::STREAM, None).unwrap();
        ours.bind(&SocketAddr::new(self.address.ip(), 0).into()).unwrap();
        *self.last.lock().unwrap() = ours.local_addr().unwrap().as_socket();
        ours.connect(&self.address.into()).unwrap();
        self.thread.take().unwrap().join().unwrap();
        assert!(self.calls() > 0, "nobody called the peer at {}", self.address);
    }
}
