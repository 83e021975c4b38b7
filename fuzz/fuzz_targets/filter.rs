//! Filters: any text is a filter or is refused with its place, and a filter can be asked.
#![no_main]

use hookprint::capture::Captured;
use hookprint::command::replay::filter::Filter;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(filter) = text.parse::<Filter>() {
        filter.takes(&Captured::default());
    }
});
