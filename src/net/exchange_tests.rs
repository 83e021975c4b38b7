//! Exchanges with servers that behave in one way or another.

use crate::failure::Failure;
use std::future::Future;

use tokio::net::{TcpListener, TcpStream};

use super::*;

const REQUEST: &[u8] = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab";

/// A lane to a server that does this with each connection it gets.
async fn lane<F>(serve: impl Fn(TcpStream, usize) -> F + Send + 'static) -> Lane
where
    F: Future<Output = io::Result<()>> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        for number in 1.. {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(serve(stream, number));
        }
    });
    let second = Duration::from_secs(5);
    let timeouts =
        Timeouts { connect: second, handshake: second, first_byte: second, total: second };
    let endpoint = Endpoint::new("127.0.0.1", port);
    Lane::new(Peer { endpoint, route: Route::default(), tls: None, timeouts })
}

async fn take(stream: &mut TcpStream) -> io::Result<()> {
    stream.read_exact(&mut [0; REQUEST.len()]).await.map(|_| ())
}

#[tokio::test]
async fn interim_answers_are_passed_over_and_the_connection_is_kept() {
    let mut lane = lane(|mut stream, _| async move {
        loop {
            take(&mut stream).await?;
            let answer = b"HTTP/1.1 103 x\r\nA: b\r\n\r\nHTTP/1.1 200 OK\r\n\
                Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
            stream.write_all(answer).await?;
        }
    })
    .await;
    for reused in [false, true, true] {
        let exchange = lane.exchange(REQUEST, "POST").await.unwrap();
        assert_eq!((exchange.response.status, exchange.reused), (200, reused));
        assert_eq!(exchange.response.body, b"abc");
        assert_eq!(exchange.sha256, crate::digest::sha256(b"abc"));
    }
    assert_eq!(lane.connections, 1);
}

#[tokio::test]
async fn a_closed_connection_is_not_used_again() {
    let mut lane = lane(|mut stream, number| async move {
        take(&mut stream).await?;
        let answer = match number {
            // Says that it stays open, and closes.
            1 => &b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"[..],
            2 => b"HTTP/1.0 200 OK\r\n\r\nuntil the end",
            _ => b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
        };
        stream.write_all(answer).await
    })
    .await;
    for number in 1..=4 {
        let exchange = lane.exchange(REQUEST, "POST").await.unwrap();
        assert!(!exchange.reused, "{number}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(lane.connections, 4);
}

#[tokio::test]
async fn what_the_server_says_is_read_even_when_it_does_not_listen() {
    let mut lane = lane(|mut stream, _| async move {
        let mut head = [0; 64];
        let _ = stream.read(&mut head).await?;
        stream.write_all(b"HTTP/1.1 413 x\r\nContent-Length: 2\r\n\r\nno").await?;
        stream.shutdown().await?;
        // Takes the rest slowly enough for the answer to be read before a reset.
        tokio::time::sleep(Duration::from_millis(200)).await;
        Ok(())
    })
    .await;
    let mut request = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 30000000\r\n\r\n".to_vec();
    request.resize(30_000_000, b'x');
    let exchange = lane.exchange(&request, "POST").await.unwrap();
    assert_eq!(exchange.response.status, 413);
}

#[tokio::test]
async fn how_far_a_broken_exchange_had_come() {
    for (answer, stage) in [(&b""[..], Stage::Sent), (b"HTTP/1.1 200 O", Stage::Answering)] {
        let mut lane = lane(move |mut stream, _| async move {
            take(&mut stream).await?;
            stream.write_all(answer).await
        })
        .await;
        let broken = lane.exchange(REQUEST, "POST").await.unwrap_err();
        assert_eq!((broken.stage, broken.connected), (stage, true));
    }
    let mut lane = lane(|_, _| async { Ok(()) }).await;
    lane.peer.endpoint.port = 1;
    let broken = lane.exchange(REQUEST, "POST").await.unwrap_err();
    assert_eq!((broken.stage, broken.error.code), (Stage::Unsent, Failure::Refused));
}
