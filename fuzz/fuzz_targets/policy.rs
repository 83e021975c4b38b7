//! Policy files: any bytes are a policy or are refused with the place of what is wrong, and whatever is in one has
//! a place.
#![no_main]

use std::path::Path;

use hookprint::command::check::read;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    match read::alone(Path::new("hookprint.toml"), bytes.to_vec()) {
        Err(error) => assert!(error.to_string().starts_with("hookprint.toml:"), "{error}"),
        Ok(policy) => policy.checks.iter().for_each(|check| {
            assert!(policy.documents.line(check.at).is_some(), "{}", check.at);
        }),
    }
});
