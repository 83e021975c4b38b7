//! Journals: any bytes are read or refused, and what is cut off behind the end changes nothing; on the
//! same boot and after another one.
#![no_main]

use hookprint::command::replay::journal::past::read;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for boot in [None, Some("b")] {
        if let Ok((_, end)) = read(bytes, "https://a", boot) {
            let whole = &bytes[..usize::try_from(end).expect("no longer than the input")];
            let (_, again) = read(whole, "https://a", boot).expect("its lines were read before");
            assert_eq!(again, end);
        }
    }
});
