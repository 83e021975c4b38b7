//! JKS, JCEKS, BKS and UBER: the first octet chooses.
#![no_main]

use hookprint::secret::Secret;
use hookprint::store::{self, Passwords};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let [kind, rest @ ..] = bytes else { return };
    let heads: [&[u8]; 4] = [
        b"\xfe\xed\xfe\xed\0\0\0\x02",
        b"\xce\xce\xce\xce\0\0\0\x02",
        b"\0\0\0\x02\0\0\0\x08saltsalt\0\0\0\x01",
        b"\0\0\0\x01\0\0\0\x08saltsalt\0\0\0\x01",
    ];
    let input = [heads[usize::from(kind % 4)], rest].concat();
    for passwords in [Passwords::none(), Passwords::new(vec![Secret::new(b"x".to_vec())])] {
        if let Ok(bundle) = store::open(&input, &passwords) {
            let _ = bundle.first_failure();
        }
    }
});
