//! Templates and patterns: what is read prints as itself again, and a filled pattern is matched.
#![no_main]

use hookprint::signature::pattern::Pattern;
use hookprint::signature::template::Template;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(template) = Template::parse(text, |word| word == "id") {
        let printed = template.to_string();
        assert_eq!(Template::parse(&printed, |word| word == "id").as_ref(), Ok(&template));
    }
    if let Ok(pattern) = Pattern::parse(text) {
        let item = pattern.fill(|_| Some("\u{1}".to_owned()));
        let item = item.unwrap_or_default();
        if !text.contains('\u{1}') {
            assert_eq!(pattern.signature(&item, false), Some("\u{1}"));
        }
        let _ = pattern.signature(text, true);
    }
});
