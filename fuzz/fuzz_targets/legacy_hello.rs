//! The plain-text flight of an old server, in pieces of any size.
#![no_main]

use hookprint::tls::legacy::{Flight, server_hello};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, Vec<u8>)| {
    let (size, bytes) = input;
    let _ = server_hello(&bytes);
    let mut flight = Flight::new([1; 32]);
    for piece in bytes.chunks(usize::from(size).max(1)) {
        if !matches!(flight.push(piece), Ok(None)) {
            return;
        }
    }
});
