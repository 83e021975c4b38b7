//! Findings that are accepted for a while: any text is such a file or is refused; each entry has ended or was used.
#![no_main]

use hookprint::policy::audit::baseline::Baseline;
use time::OffsetDateTime;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let Ok(baseline) = Baseline::parse(text) else { return };
    let now = OffsetDateTime::UNIX_EPOCH;
    let used = baseline.apply(Some("unsigned"), &mut [], now);
    assert!(used.is_empty());
    for finding in baseline.stale(&used, now, "https://hooks.example/in") {
        assert!(!finding.message.is_empty());
    }
});
