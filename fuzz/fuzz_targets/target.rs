//! Targets, proxies and overrides: what is shown must be read again as the same.
#![no_main]

use hookprint::net::{Endpoint, Override, Proxy, Target};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = text.parse::<Override>();
    let _ = text.parse::<Proxy>();
    if let Ok(target) = text.parse::<Target>() {
        let endpoint = target.endpoint(443);
        let again: Endpoint = endpoint.to_string().parse().expect("what is shown is a target");
        assert_eq!(again, endpoint);
    }
});
