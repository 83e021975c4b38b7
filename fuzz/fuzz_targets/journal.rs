//! Journals: any bytes are read or refused, and what is cut off behind the end changes nothing.
#![no_main]

use hookprint::command::replay::journal::read;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok((_, end)) = read(bytes, "https://a") {
        let whole = &bytes[..usize::try_from(end).expect("no longer than the input")];
        let (_, again) = read(whole, "https://a").expect("its lines were read before");
        assert_eq!(again, end);
    }
});
