//! Pasted texts: whatever is in them, what is recognised has its words, its line and a cause.
#![no_main]

use hookprint::explain::{self, Rules, asked, near, secrets, text};
use time::OffsetDateTime;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let text = text::decoded(bytes);
    let rules = Rules { from: None, own: None, now: OffsetDateTime::UNIX_EPOCH };
    for (subject, one) in explain::explain(&text, &rules).explanations {
        assert!(!subject.is_empty() && one.line.is_some() && !one.causes.is_empty());
    }
    let _ = (secrets::pasted(&text), near::words(&text));
    let _ = asked::asked(&text, None, rules.now);
});
