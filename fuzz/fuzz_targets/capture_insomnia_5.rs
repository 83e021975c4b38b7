//! Any bytes are read as requests or refused; never a panic, never without end.
#![no_main]

use hookprint::capture::{FORMATS, Options};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some(format) = FORMATS.iter().find(|format| format.name == "Insomnia export in YAML") else {
        panic!("no such format")
    };
    let _ = (format.looks_like)(bytes);
    if let Ok(captures) = (format.read)(Box::new(bytes), &Options::default()) {
        captures.for_each(drop);
    }
});
