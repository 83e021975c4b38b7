//! An HTTP receiver on loopback for tests: it counts what it gets and answers what it is told.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Received {
    pub head: String,
    pub body: Vec<u8>,
    /// Number of the connection it came on, from 1.
    pub connection: usize,
}

type Answer = dyn Fn(&Received, &mut TcpStream) + Send + Sync;

/// Receives until it is dropped.
pub struct Receiver {
    pub address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
    stopping: Arc<AtomicBool>,
}

impl Receiver {
    /// Answers each request with what `answer` writes.
    pub fn start(answer: impl Fn(&Received, &mut TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let received = Arc::new(Mutex::new(Vec::new()));
        let stopping = Arc::new(AtomicBool::new(false));
        let (all, over, answer) = (received.clone(), stopping.clone(), Arc::new(answer));
        thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                if over.load(Ordering::SeqCst) {
                    return;
                }
                let (all, answer) = (all.clone(), answer.clone());
                thread::spawn(move || serve(stream.unwrap(), number + 1, &all, &*answer));
            }
        });
        Self { address, received, stopping }
    }

    /// Answers each request with these bytes.
    pub fn always(bytes: &'static [u8]) -> Self {
        Self::start(move |_, stream| drop(stream.write_all(bytes)))
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn count(&self) -> usize {
        self.received.lock().unwrap().len()
    }

    pub fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.stopping.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
    }
}

fn serve(mut stream: TcpStream, connection: usize, all: &Mutex<Vec<Received>>, answer: &Answer) {
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.set_nodelay(true).unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            match reader.read_line(&mut head) {
                Ok(length) if length > 0 => {}
                _ => return,
            }
        }
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().unwrap())
        });
        let mut body = vec![0; length.unwrap_or(0)];
        if reader.read_exact(&mut body).is_err() {
            return;
        }
        let received = Received { head, body, connection };
        all.lock().unwrap().push(received.clone());
        answer(&received, &mut stream);
    }
}

/// A short answer with this status line.
pub fn answer(status: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\nContent-Length: 2\r\n\r\nok").into_bytes()
}

/// A capture of so many requests; the body of each is its number.
pub fn capture(count: usize) -> String {
    (1..=count)
        .map(|number| {
            format!(
                "{{\"startedDateTime\":\"2026-11-22T05:00:00Z\",\"request\":{{\"method\":\"POST\",\
                 \"url\":\"https://old.example/hooks/{number}\",\"headers\":[{{\"name\":\"X-Number\",\
                 \"value\":\"{number}\"}}],\"postData\":{{\"mimeType\":\"text/plain\",\
                 \"text\":\"{number}\"}}}},\"response\":{{\"status\":{}}}}}\n",
                if number % 2 == 0 { 503 } else { 200 }
            )
        })
        .collect()
}
