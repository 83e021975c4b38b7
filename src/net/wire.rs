//! A TCP stream that remembers the first bytes a peer sent: they tell what speaks there when it is
//! not TLS, and which suite was chosen when the handshake did not finish. Once TLS has begun, it also
//! sees when the server asks for a second handshake, which nobody will make.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::records::Records;

/// Enough for a ServerHello up to its suite (79 bytes) and for a line of any other protocol.
const REMEMBERED: usize = 128;

/// A connection on its way to TLS.
#[derive(Debug)]
pub struct Wire {
    stream: TcpStream,
    head: Vec<u8>,
    remembering: bool,
    records: Records,
}

impl Wire {
    /// Nothing is remembered yet: proxy and STARTTLS come first.
    pub fn new(stream: TcpStream) -> Self {
        Self { stream, head: Vec::new(), remembering: false, records: Records::default() }
    }

    /// From now on the first bytes are remembered.
    pub fn remember(&mut self) {
        self.remembering = true;
    }

    /// The first bytes since then.
    pub fn head(&self) -> &[u8] {
        &self.head
    }

    /// The address of the peer.
    ///
    /// # Errors
    /// That of the operating system.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.stream.peer_addr()
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        this.records.check()?;
        let before = buf.filled().len();
        let polled = Pin::new(&mut this.stream).poll_read(cx, buf);
        if this.remembering {
            let fresh = buf.filled().get(before..).unwrap_or_default();
            this.records.see(fresh);
            let wanted = fresh.len().min(REMEMBERED - this.head.len());
            this.head.extend_from_slice(&fresh[..wanted]);
        }
        polled
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
