//! The end of a connection that loses no answer. A system that closes on unread bytes resets the connection,
//! and a caller that is still sending sees a broken pipe instead of what was answered. So we close our side,
//! and what the caller still sends is read and thrown away (RFC 9112, section 9.6), as nginx does.

use std::io::{self, ErrorKind};
use std::time::Duration;

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::yield_now;
use tokio::time::{sleep, timeout};
use tokio_rustls::server::TlsStream;

use super::Serving;

/// The longest in all. It costs a place that others may have at once, and hardly any memory.
const LONGEST: Duration = Duration::from_secs(300);
/// What remains when the listener is told to stop.
const PARTING: Duration = Duration::from_secs(1);
/// How much is thrown away at once, and how much of it the system keeps until then, in bytes.
const PIECE: usize = 64 << 10;

/// A stream over TCP.
pub(super) trait Connection: AsyncRead + AsyncWrite + Unpin + Send {
    /// What is beneath.
    fn into_tcp(self) -> TcpStream;
}

impl Connection for TcpStream {
    fn into_tcp(self) -> TcpStream {
        self
    }
}

impl Connection for TlsStream<TcpStream> {
    fn into_tcp(self) -> TcpStream {
        self.into_inner().0
    }
}

/// Closes our side, and reads on until the caller has closed its own. It has been answered: it ends at
/// once when its place is needed for others.
pub(super) async fn linger(
    mut stream: impl Connection,
    serving: &Serving,
    mut stop: watch::Receiver<bool>,
) {
    let reading = async move {
        let _ = stream.shutdown().await;
        discard(stream.into_tcp(), serving.idle).await;
    };
    let stopped = async {
        let _ = stop.wait_for(|stop| *stop).await;
        sleep(PARTING).await;
    };
    tokio::select! {
        () = reading => {}
        () = serving.crowded.notified() => {}
        () = stopped => {}
        () = sleep(LONGEST) => {}
    }
}

/// Throws away what comes, after whatever others have to do. Nothing is kept between two pieces, for there
/// may be thousands who linger, and nothing is decrypted. Whoever is silent is idle.
async fn discard(tcp: TcpStream, idle: Duration) {
    // Or the system gives each of them more and more room for being read so quickly.
    let _ = SockRef::from(&tcp).set_recv_buffer_size(PIECE);
    while let Ok(Ok(())) = timeout(idle, tcp.readable()).await {
        match throw_away(&tcp) {
            Ok(1..) => yield_now().await,
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            _ => return,
        }
    }
}

/// A piece, which is on the stack: in a `match` it would stay with the connection.
fn throw_away(tcp: &TcpStream) -> io::Result<usize> {
    tcp.try_read(&mut [0; PIECE])
}
