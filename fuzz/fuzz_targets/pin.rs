//! Pins in any spelling: what is taken must be taken again when it is written as hex.
#![no_main]

use hookprint::args::pins::PinArg;
use hookprint::cert::Pin;
use hookprint::digest::hex;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = text.parse::<PinArg>();
    if let Ok(pin) = text.parse::<Pin>() {
        let again: Pin = hex(&pin.bytes).parse().expect("hex of a digest is a pin");
        assert_eq!(again.bytes, pin.bytes);
    }
});
